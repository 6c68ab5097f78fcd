//! Components that are made to keep the compiler busy, or to bring it down: it cannot be stopped once it runs.

use crate::guest::{around_module, bare, leb, section};
use crate::run::refused;

/// A text for each number, one after the other.
fn each(numbers: std::ops::Range<u32>, text: impl Fn(u32) -> String) -> String {
    numbers.map(text).collect::<Vec<_>>().concat()
}

/// A function body of a core module.
fn body(locals: &[u8], code: &[u8]) -> Vec<u8> {
    let body = [locals, code, &[0x0b]].concat();
    [leb(body.len()), body].concat()
}

/// A component around a module with one function.
fn one_function(locals: &[u8], code: &[u8]) -> Vec<u8> {
    let types = section(1, &[1, 0x60, 0, 0]);
    let functions = section(3, &[1, 0]);
    let bodies = section(10, &[vec![1], body(locals, code)].concat());
    around_module(&[types, functions, bodies])
}

#[test]
fn a_million_types() {
    let count = 1_000_000;
    let types = [leb(count), [0x60, 0, 0].repeat(count)].concat();
    let fault = refused(&around_module(&[section(1, &types)]), "plugin.too-complex", None);
    assert!(fault.to_string().contains("entries in its sections"), "{fault}");
}

#[test]
fn a_million_imports() {
    let count = 1_000_000;
    // From the module "" the function "" of type 0.
    let imports = [leb(count), [0, 0, 0, 0].repeat(count)].concat();
    let types = section(1, &[1, 0x60, 0, 0]);
    refused(&around_module(&[types, section(2, &imports)]), "plugin.too-complex", None);
}

#[test]
fn a_million_exports() {
    let count = 1_000_000;
    let exports = [leb(count), [0, 0, 0].repeat(count)].concat();
    refused(&around_module(&[section(7, &exports)]), "plugin.too-complex", None);
}

#[test]
fn ten_thousand_imports_of_a_component() {
    let imports: String = each(0..10_000, |number| format!("(import \"f{number}\" (func))"));
    let component = wat::parse_str(format!("(component {imports})")).unwrap();
    refused(&component, "plugin.import", None);
}

#[test]
fn ten_thousand_exports_of_a_component() {
    let exports: String = each(0..10_000, |number| {
        format!("(instance $i{number}) (export \"e{number}\" (instance $i{number}))")
    });
    refused(&wat::parse_str(format!("(component {exports})")).unwrap(), "plugin.invalid", None);
}

#[test]
fn components_a_thousand_deep() {
    let deep = (0..1_000).fold(bare(&[]), |inner, _| bare(&[section(4, &inner)]));
    let fault = refused(&deep, "plugin.too-complex", None);
    assert!(fault.to_string().contains("inside each other"), "{fault}");
}

#[test]
fn types_a_thousand_deep() {
    let lists: String = each(1..1_000, |number| format!("(type $t{number} (list $t{}))", number - 1));
    let text = format!("(component (type $t0 (list u8)) {lists})");
    refused(&wat::parse_str(text).unwrap(), "plugin.invalid", None);
}

/// Each type holds the one before it twice.
#[test]
fn types_that_double() {
    let pairs: String = each(1..64, |number| format!("(type $t{number} (tuple $t{0} $t{0}))", number - 1));
    let text = format!("(component (type $t0 (tuple u8 u8)) {pairs})");
    refused(&wat::parse_str(text).unwrap(), "plugin.invalid", None);
}

#[test]
fn a_record_of_twenty_thousand_fields() {
    let fields: String = each(0..20_000, |number| format!("(field \"f{number}\" u8)"));
    let text = format!("(component (type (record {fields})))");
    refused(&wat::parse_str(text).unwrap(), "plugin.invalid", None);
}

#[test]
fn a_function_of_two_megabytes() {
    let fault = refused(&one_function(&[0], &vec![0x01; 2 << 20]), "plugin.too-complex", None);
    assert!(fault.to_string().contains("bytes in one function"), "{fault}");
}

/// The code of loops inside each other.
fn loops(count: usize) -> Vec<u8> {
    [[0x03, 0x40].repeat(count), vec![0x0b; count]].concat()
}

#[test]
fn a_thousand_loops_inside_each_other() {
    let fault = refused(&one_function(&[0], &loops(1_000)), "plugin.too-complex", None);
    assert!(fault.to_string().contains("loops inside each other"), "{fault}");
}

/// The compiler would keep each of fifty thousand variables at each loop.
#[test]
fn a_function_of_many_variables_and_loops() {
    let locals = [vec![1], leb(50_000), vec![0x7f]].concat();
    let fault = refused(&one_function(&locals, &loops(50)), "plugin.too-complex", None);
    assert!(fault.to_string().contains("variables times blocks in one function"), "{fault}");
}

/// Each of forty functions is below the limit of one.
#[test]
fn many_functions_of_many_variables_and_blocks() {
    let locals = [vec![1], leb(4_000), vec![0x7f]].concat();
    let code = [[0x02, 0x40].repeat(1_000), vec![0x0b; 1_000]].concat();
    let one = body(&locals, &code);
    let types = section(1, &[1, 0x60, 0, 0]);
    let functions = section(3, &[vec![40], vec![0; 40]].concat());
    let bodies = section(10, &[vec![40], one.repeat(40)].concat());
    let fault = refused(&around_module(&[types, functions, bodies]), "plugin.too-complex", None);
    assert!(fault.to_string().contains("variables times blocks in all functions"), "{fault}");
}

/// Parameters are variables, too.
#[test]
fn a_function_of_many_parameters_and_blocks() {
    let parameters = [vec![1, 0x60], leb(1_000), vec![0x7f; 1_000], vec![0]].concat();
    let code = [[0x02, 0x40].repeat(10_000), vec![0x0b; 10_000]].concat();
    let bodies = section(10, &[vec![1], body(&[0], &code)].concat());
    let module = [section(1, &parameters), section(3, &[1, 0]), bodies];
    let fault = refused(&around_module(&module), "plugin.too-complex", None);
    assert!(fault.to_string().contains("variables times blocks in one function"), "{fault}");
}
