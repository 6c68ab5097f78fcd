//! The guest that misbehaves as told: admitted once, and given small batches.

#[path = "component.rs"]
mod component;

use std::sync::LazyLock;

use joulework_runtime::{
    Batch, Column, Data, Frame, Pipeline, Plugin, PluginFault, RootColumn, Runtime, RuntimeOptions, Stage,
};

pub(crate) use component::component;

pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new(RuntimeOptions::default()).unwrap());
    &RUNTIME
}

pub(crate) fn plugin() -> Plugin {
    static PLUGIN: LazyLock<Plugin> =
        LazyLock::new(|| runtime().admit("misbehaver.wasm", component()).unwrap());
    PLUGIN.clone()
}

/// The guest with a trick; none for an honest one.
pub(crate) fn stage(trick: &str) -> Stage {
    let mut stage = Stage::new(plugin());
    if !trick.is_empty() {
        stage.settings = [("do", trick)].into_iter().collect();
    }
    stage
}

pub(crate) fn roots() -> Vec<RootColumn> {
    ["consumed-quantity", "region-id"].into_iter().filter_map(RootColumn::standard).collect()
}

pub(crate) fn pipeline(stage: Stage) -> Pipeline {
    Pipeline::link(vec![stage], &roots()).unwrap()
}

/// One row per region, with the quantities 1, 2, 3 …
pub(crate) fn batch(regions: &[&str]) -> Batch {
    let quantities = (1_u32..).take(regions.len()).map(|quantity| Some(f64::from(quantity)));
    Batch {
        rows: regions.len(),
        columns: vec![
            Column::new("consumed-quantity", Data::numbers(quantities)),
            Column::new("region-id", Data::categories(regions.iter().copied().map(Some))),
        ],
    }
}

/// What the guest does to three rows of which the second is in the region `bad`.
pub(crate) fn run(stage: Stage) -> Result<Frame, PluginFault> {
    pipeline(stage).session().run(batch(&["eu-west-1", "bad", "eu-north-1"]))
}

/// The fault of a trick, which must be the guest's.
pub(crate) fn fault(trick: &str) -> PluginFault {
    let fault = run(stage(trick)).unwrap_err();
    assert_eq!(fault.plugin(), "misbehaver");
    fault
}
