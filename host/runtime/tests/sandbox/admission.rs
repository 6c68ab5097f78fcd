//! What comes in and what does not.

use joulework_runtime::{FaultKind, PluginFault};

use crate::guest::{component, plugin, runtime};

fn refused(bytes: &[u8]) -> PluginFault {
    let fault = runtime().admit("strange.wasm", bytes).unwrap_err();
    assert_eq!(fault.plugin(), "strange.wasm");
    fault
}

fn refused_text(component: &str) -> PluginFault {
    refused(&wat::parse_str(component).unwrap())
}

#[test]
fn a_component_that_only_speaks_through_diagnostics_is_admitted() {
    let plugin = plugin();
    assert_eq!((plugin.id(), plugin.version()), ("misbehaver", "0.1.0"));
    assert_eq!(plugin.digest().len(), 64);
    assert_eq!(plugin.descriptor().outputs.len(), 2);
    let tables = plugin.tables().unwrap();
    assert_eq!(tables[0].0, "factors");
    assert_eq!(tables[0].1.column("factor-id").unwrap().text(0), Some("one"));
}

#[test]
fn a_core_module_is_refused_with_advice() {
    let fault = refused_text("(module)");
    assert_eq!(fault.code(), "plugin.core-module");
    assert!(fault.hint().unwrap().contains("joulework plugin build"));
}

#[test]
fn text_is_refused() {
    for text in ["(component)", "\n ;; a comment\n  (module $m)", "(; block ;) (component)"] {
        assert_eq!(refused(text.as_bytes()).code(), "plugin.text-format", "{text}");
    }
}

#[test]
fn machine_code_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let options = joulework_runtime::RuntimeOptions {
        cache_dir: Some(folder.path().join("cache")),
        ..joulework_runtime::RuntimeOptions::default()
    };
    let caching = joulework_runtime::Runtime::new(options).unwrap();
    assert_eq!(caching.cache_problem(), None);
    caching.admit("misbehaver.wasm", component()).unwrap();
    let entry = std::fs::read_dir(folder.path().join("cache")).unwrap().next().unwrap().unwrap().path();
    assert_eq!(entry.extension().unwrap(), "cwasm");
    assert_eq!(refused(&std::fs::read(&entry).unwrap()).code(), "plugin.precompiled");

    // The same component again comes from the cache, and a tampered entry is compiled anew.
    caching.admit("misbehaver.wasm", component()).unwrap();
    let mut code = std::fs::read(&entry).unwrap();
    let middle = code.len() / 2;
    code[middle] ^= 1;
    std::fs::write(&entry, &code).unwrap();
    caching.admit("misbehaver.wasm", component()).unwrap();
    assert_ne!(std::fs::read(&entry).unwrap(), code);
}

#[test]
fn anything_else_is_refused() {
    assert_eq!(refused(b"").code(), "plugin.not-wasm");
    assert_eq!(refused(b"PK\x03\x04 a zip file").code(), "plugin.not-wasm");
    assert_eq!(refused(&vec![0; (64 << 20) + 1]).code(), "plugin.file-size");
}

#[test]
fn a_truncated_or_changed_component_is_refused() {
    let whole = component();
    assert_eq!(refused(&whole[..whole.len() / 2]).code(), "plugin.invalid");
    let mut changed = whole.to_vec();
    changed[9] ^= 0xff;
    assert_eq!(refused(&changed).code(), "plugin.invalid");
}

#[test]
fn any_function_but_those_of_diagnostics_is_refused() {
    let wasi =
        refused_text(r#"(component (import "wasi:cli/environment@0.2.3" (instance (export "f" (func)))))"#);
    assert_eq!(wasi.code(), "plugin.import");
    assert!(wasi.to_string().contains("wasi:cli/environment@0.2.3#f"), "{wasi}");
    assert!(wasi.hint().unwrap().contains("built for wasip2"));

    let strangers = [
        r#"(component (import "log" (func)))"#,
        r#"(component (import "joulework:plugin/diagnostics@0.1.0" (instance (export "shout" (func)))))"#,
        r#"(component (import "joulework:plugin/columns@0.1.0" (instance (export "emit" (func)))))"#,
        r#"(component (import "joulework:plugin/columns@0.1.0" (instance (export "r" (type (sub resource))))))"#,
        r#"(component (import "m" (core module)))"#,
    ];
    for stranger in strangers {
        assert_eq!(refused_text(stranger).code(), "plugin.import", "{stranger}");
    }
}

#[test]
fn type_only_imports_are_no_reason_to_refuse() {
    let fault = refused_text(
        r#"(component (import "joulework:plugin/faults@0.1.0" (instance (type $t u32) (export "t" (type (eq $t))))))"#,
    );
    assert_eq!(fault.code(), "plugin.export", "it gets as far as its exports: {fault}");
}

#[test]
fn what_exports_no_estimator_is_refused_and_told_what_was_found() {
    let nothing = refused_text("(component)");
    assert_eq!(nothing.code(), "plugin.export");
    assert!(nothing.to_string().contains("joulework:plugin/estimator@0.1.0"));

    let older = refused_text(
        r#"(component (instance $i) (export "joulework:plugin/estimator@0.0.9" (instance $i)))"#,
    );
    assert_eq!(older.code(), "plugin.export");
    assert!(older.hint().unwrap().contains("joulework:plugin/estimator@0.0.9"), "{older}");
}

#[test]
fn an_estimator_of_another_shape_is_refused() {
    let fault = refused_text(
        r#"(component (instance $i) (export "joulework:plugin/estimator@0.1.0" (instance $i)))"#,
    );
    assert!(matches!(fault.kind(), FaultKind::Contract { .. }), "{fault}");
    assert_eq!(fault.code(), "plugin.contract");
}
