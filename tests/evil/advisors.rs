//! Misdeeds of advisors: what they propose passes a gate of its own.

use joulework::runtime::{
    Advisor, Batch, Column, Data, FaultKind, Plugin, PluginFault, Proposal, Runtime, RuntimeOptions, Stage,
};

use crate::component::{build, encode};

fn plugin() -> Plugin {
    let runtime = Runtime::new(RuntimeOptions::default()).unwrap();
    runtime.admit("bad-advisor", &encode(&build("bad-advisor"))).unwrap()
}

/// What the advisor proposes that plays a trick.
fn proposals(plugin: &Plugin, trick: &str) -> Result<Vec<Proposal>, PluginFault> {
    let mut stage = Stage::new(plugin.clone());
    stage.settings = serde_json::json!({ "do": trick });
    let series =
        Batch { rows: 1, columns: vec![Column::new("sku-meter", Data::categories([Some("BoxUsage")]))] };
    Advisor::new(stage)?.open(&[])?.examine(&series)
}

#[test]
fn an_advisor_that_misbehaves_is_named_with_a_code() {
    let plugin = plugin();
    assert_eq!(proposals(&plugin, "").unwrap().len(), 1);
    for (trick, code) in [
        ("loop", "limit.fuel"),
        ("memory", "limit.memory"),
        ("panic", "plugin.panic"),
        ("fault", "plugin.fault"),
        ("many", "gate.proposal"),
        ("nothing", "gate.proposal"),
        ("negative", "gate.proposal"),
        ("not-a-number", "gate.proposal"),
        ("endless", "gate.proposal"),
        ("certain", "gate.proposal"),
    ] {
        let fault = proposals(&plugin, trick).unwrap_err();
        assert_eq!((fault.code(), fault.plugin()), (code, "bad-advisor"), "{trick}: {fault}");
    }
}

#[test]
fn the_words_of_an_advisor_steer_no_terminal() {
    let found = proposals(&plugin(), "steering").unwrap();
    assert!(!found[0].title.contains(['\u{1b}', '\u{202e}']), "{:?}", found[0].title);
}

#[test]
fn an_advisor_estimates_nothing_and_an_estimator_advises_nothing() {
    let stage = Stage::new(plugin());
    let error = joulework::runtime::Pipeline::link(vec![stage], &[]).unwrap_err();
    assert!(error.to_string().contains("it is an advisor"), "{error}");
    let runtime = Runtime::new(RuntimeOptions::default()).unwrap();
    let estimator = runtime.admit("facility", joulework::bundled("facility").unwrap()).unwrap();
    let fault = Advisor::new(Stage::new(estimator)).unwrap_err();
    assert!(matches!(fault.kind(), FaultKind::Caller { .. }), "{fault}");
}

#[test]
fn a_proposal_that_changes_what_cannot_be_changed_ends_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad-advisor.wasm");
    std::fs::write(&path, encode(&build("bad-advisor"))).unwrap();
    let bill = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/golden/cases/utilisation-of-two-instances/bill.csv"
    );
    let manifest = format!(
        "[[bill]]\npath = \"{bill}\"\n[plugin.bad-advisor]\npath = \"bad-advisor.wasm\"\nsettings = {{ do = \"column\" }}\n"
    );
    std::fs::write(folder.path().join("joulework.toml"), manifest).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_joulework"))
        .args(["advise", "."])
        .current_dir(folder.path())
        .env("JOULEWORK_CACHE_DIR", folder.path().join("cache"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("advisor.proposal") && text.contains("`bad-advisor`"), "{text}");
}
