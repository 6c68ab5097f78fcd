//! What a plugin asks for, and what it offers: nothing but `diagnostics` goes in, and an estimator must come out.

use joulework::runtime::PluginFault;

use crate::run::refused;

fn asks(component: &str, code: &str) -> PluginFault {
    refused(&wat::parse_str(component).unwrap(), code, None)
}

#[test]
fn an_import_of_the_file_system() {
    let fault = asks(
        r#"(component (import "wasi:filesystem/preopens@0.2.3" (instance (export "get-directories" (func)))))"#,
        "plugin.import",
    );
    assert!(fault.to_string().contains("wasi:filesystem/preopens@0.2.3#get-directories"), "{fault}");
    assert!(fault.hint().unwrap().contains("wasip2"));
}

#[test]
fn an_import_of_the_network() {
    asks(
        r#"(component (import "wasi:sockets/tcp@0.2.3" (instance (export "t" (type (sub resource))))))"#,
        "plugin.import",
    );
}

#[test]
fn an_import_of_the_clock() {
    asks(
        r#"(component (import "wasi:clocks/wall-clock@0.2.3" (instance (export "now" (func (result u64))))))"#,
        "plugin.import",
    );
}

#[test]
fn newer_diagnostics() {
    asks(
        r#"(component (import "joulework:plugin/diagnostics@0.9.0"
            (instance (export "emit" (func (param "text" string))))))"#,
        "plugin.import",
    );
}

#[test]
fn misspelt_diagnostics() {
    let fault = asks(
        r#"(component (import "joulework:plugin/diagnostic@0.1.0" (instance (export "emit" (func)))))"#,
        "plugin.import",
    );
    assert!(fault.to_string().contains("joulework:plugin/diagnostic@0.1.0#emit"), "{fault}");
}

#[test]
fn another_function_of_diagnostics() {
    asks(
        r#"(component (import "joulework:plugin/diagnostics@0.1.0" (instance (export "read" (func)))))"#,
        "plugin.import",
    );
}

#[test]
fn a_function_among_the_types() {
    asks(
        r#"(component (import "joulework:plugin/columns@0.1.0" (instance (export "peek" (func)))))"#,
        "plugin.import",
    );
}

#[test]
fn a_function_of_no_interface() {
    asks(r#"(component (import "system" (func (param "command" string))))"#, "plugin.import");
}

#[test]
fn an_import_whose_name_steers_the_terminal() {
    let fault = asks(r#"(component (import "url=<https://\u{9b}31m\u{202e}>" (func)))"#, "plugin.import");
    assert!(fault.to_string().contains("\\u{9b}31m\\u{202e}"), "{fault}");
}

/// The right name with another type than the contract has.
#[test]
fn diagnostics_of_another_shape() {
    asks(
        r#"(component
            (import "joulework:plugin/diagnostics@0.1.0" (instance (export "emit" (func (param "n" u64)))))
            (instance $i) (export "joulework:plugin/estimator@0.1.0" (instance $i)))"#,
        "plugin.contract",
    );
}

#[test]
fn no_export_at_all() {
    asks("(component)", "plugin.export");
}

#[test]
fn an_older_estimator() {
    let fault = asks(
        r#"(component (instance $i) (export "joulework:plugin/estimator@0.0.9" (instance $i)))"#,
        "plugin.export",
    );
    assert!(fault.hint().unwrap().contains("@0.0.9"), "{fault}");
}

#[test]
fn an_empty_estimator() {
    asks(
        r#"(component (instance $i) (export "joulework:plugin/estimator@0.1.0" (instance $i)))"#,
        "plugin.contract",
    );
}
