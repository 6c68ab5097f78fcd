//! An evil plugin among the first-party ones, on three rows of a bill.

use std::path::Path;
use std::sync::LazyLock;

use joulework::engine::pipeline::roots;
use joulework::runtime::{
    Batch, Column, Data, Frame, Kind, Known, Limits, OnFault, Pipeline, Plugin, PluginFault, Runtime,
    RuntimeOptions, Stage,
};

use crate::component::component;
use crate::guest::early;

/// The file name under which strangers are admitted.
pub(crate) const FILE: &str = "stranger.wasm";
/// The id of the guest that misbehaves as told.
pub(crate) const EVIL: &str = "misbehaver";
/// Where plugins that were compiled for this suite are kept, for the next time and for the program.
pub(crate) const CACHE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/evil");
/// All rows, and those that tricks with `at-bad` in their name fail on.
pub(crate) const ALL: &[usize] = &[0, 1, 2];
pub(crate) const BAD: &[usize] = &[1];

/// Figures that nothing of the guest goes into.
const OTHERS: [&str; 6] =
    ["usage-kind", "vcpu-hours", "compute-energy", "memory-energy", "it-energy", "embodied-carbon"];

pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
        let cache = Path::new(CACHE).join("plugins");
        Runtime::new(RuntimeOptions { limits: small(), cache_dir: Some(cache) }).unwrap()
    });
    &RUNTIME
}

/// Limits under which a misdeed ends soon also where nothing is optimised.
pub(crate) fn small() -> Limits {
    Limits { memory_bytes: 32 << 20, base_fuel: 100_000_000, fuel_per_cell: 1_000, ..Limits::default() }
}

/// The first-party plugins, admitted once.
pub(crate) fn first_party() -> Vec<Stage> {
    static PLUGINS: LazyLock<Vec<Plugin>> = LazyLock::new(|| {
        let admit = |bundled: &str| runtime().admit(bundled, joulework::bundled(bundled).unwrap()).unwrap();
        [
            "aws-usage",
            "compute-energy",
            "embodied-carbon",
            "facility",
            "grid-carbon",
            "memory-energy",
            "network-energy",
            "storage-energy",
        ]
        .map(admit)
        .to_vec()
    });
    PLUGINS.iter().cloned().map(Stage::new).collect()
}

/// The guest with a trick in its settings; an honest one without.
pub(crate) fn evil(trick: &str) -> Stage {
    static PLUGIN: LazyLock<Plugin> = LazyLock::new(|| runtime().admit(FILE, component()).unwrap());
    let mut stage = Stage::new(PLUGIN.clone());
    if !trick.is_empty() {
        stage.settings = [("do", trick)].into_iter().collect();
    }
    stage.limits = small();
    stage
}

/// The first-party plugins and one more.
pub(crate) fn with(stage: Stage) -> Pipeline {
    Pipeline::link(first_party().into_iter().chain([stage]).collect(), &roots()).unwrap()
}

/// Three hours of machines; the second one is in a region that does not exist.
pub(crate) fn rows(pipeline: &Pipeline) -> Batch {
    let facts = [
        ("provider-name", "AWS"),
        ("charge-category", "Usage"),
        ("service-name", "Amazon Elastic Compute Cloud"),
        ("sku-meter", "EU-BoxUsage:m5.large"),
        ("operation", "RunInstances"),
        ("consumed-unit", "Hrs"),
        ("charge-year", "2025"),
        ("charge-month", "2025-03"),
    ];
    let data = |name: &str, kind| match (name, kind) {
        ("region-id", _) => Data::categories([Some("eu-west-1"), Some("bad"), Some("eu-north-1")]),
        ("consumed-quantity", _) => Data::numbers([Some(1.0), Some(2.0), Some(3.0)]),
        (_, Kind::Number) => Data::Numbers { values: vec![0.0; 3], known: Known::none(3) },
        (_, Kind::Decimal) => Data::Decimals { values: vec![0; 3], scale: 0, known: Known::none(3) },
        (_, Kind::Text) => Data::Texts { values: vec![String::new(); 3], known: Known::none(3) },
        (_, Kind::Instant) => Data::Instants { epoch_ms: vec![0; 3], known: Known::none(3) },
        (name, Kind::Category) => {
            let fact = facts.iter().find(|(fact, _)| *fact == name).map(|(_, value)| *value);
            Data::categories([fact; 3])
        }
    };
    let column = |name: &str, kind| Column::new(name, data(name, kind));
    let columns = pipeline.reads().iter().map(|read| column(&read.column.name, read.column.kind));
    Batch { rows: 3, columns: columns.collect() }
}

/// What the first-party plugins give alone.
fn alone() -> Frame {
    let pipeline = Pipeline::link(first_party(), &roots()).unwrap();
    pipeline.session().run(rows(&pipeline)).unwrap()
}

/// The next run, without the stranger, gives the right figures.
pub(crate) fn the_next_run_is_right() {
    static RIGHT: LazyLock<Frame> = LazyLock::new(alone);
    assert!(RIGHT.column("operational-carbon").unwrap().number(0).unwrap() > 1.0);
    assert_eq!(alone(), *RIGHT);
}

/// The others' figures in a run with the stranger are those without it, and what is summed at rows that it did not
/// fail on goes on to the plugins that come after it.
pub(crate) fn the_others_are_right(frame: &Frame, marked: &[usize]) {
    let right = alone();
    for name in OTHERS.into_iter().filter(|name| *name != "it-energy") {
        assert_eq!(frame.column(name), right.column(name), "{name}");
    }
    for row in ALL {
        let number = |frame: &Frame, name: &str| frame.column(name).unwrap().number(*row);
        let (own, sum) = (number(frame, "misbehaver.energy"), number(frame, "it-energy"));
        assert_eq!(own.is_none(), marked.contains(row), "row {row}");
        assert_eq!(sum.is_none(), marked.contains(row), "row {row}");
        assert!(sum.is_none_or(|sum| sum > number(&right, "it-energy").unwrap()), "row {row}");
        assert_eq!(number(frame, "facility-energy").is_none(), marked.contains(row), "row {row}");
    }
}

/// Nothing that a person may see of a fault can steer a terminal, and all of it is short.
pub(crate) fn is_fit_to_be_shown(fault: &PluginFault) {
    let diagnostics = fault.diagnostics().iter().map(|said| said.text.clone());
    let shown = [fault.to_string(), fault.hint().unwrap_or_default(), fault.plugin().to_owned()]
        .into_iter()
        .chain(fault.column().map(str::to_owned))
        .chain(diagnostics);
    for text in shown {
        let steers = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!text.contains(steers), "{text:?}");
        assert!(text.len() < 16_000, "{} bytes", text.len());
    }
}

/// A misdeed in `estimate`: by default it ends the run and names the place; with `on-fault = "not-estimated"` it marks
/// rows, and everything else comes out.
pub(crate) fn while_estimating(
    trick: &str,
    code: &str,
    row: Option<usize>,
    column: Option<&str>,
    marked: &[usize],
) {
    let stop = with(evil(trick));
    let fault = stop.session().run(rows(&stop)).unwrap_err();
    assert_eq!((fault.plugin(), fault.code()), (EVIL, code), "{trick}: {fault}");
    assert_eq!((fault.row(), fault.column()), (row, column), "{trick}: {fault}");
    is_fit_to_be_shown(&fault);

    let mut stage = evil(trick);
    stage.on_fault = OnFault::NotEstimated;
    let mark = with(stage);
    let frame = mark.session().run(rows(&mark)).unwrap();
    let [faulted] = frame.faulted.as_slice() else { panic!("{trick}: {:?}", frame.faulted) };
    assert_eq!((faulted.plugin.as_str(), faulted.first.code()), (EVIL, code), "{trick}");
    assert_eq!((faulted.rows.as_slice(), faulted.untried), (marked, 0), "{trick}");
    assert_eq!(faulted.first.row(), marked.first().copied(), "{trick}");
    the_others_are_right(&frame, marked);
}

/// A misdeed that shows while the plugin is admitted: it has no id yet, so its file is named.
pub(crate) fn refused(component: &[u8], code: &str, column: Option<&str>) -> PluginFault {
    let fault = runtime().admit(FILE, component).unwrap_err();
    assert_eq!((fault.plugin(), fault.code(), fault.column()), (FILE, code, column), "{fault}");
    is_fit_to_be_shown(&fault);
    the_next_run_is_right();
    fault
}

/// As [`refused`], for the guest with a trick that it plays before it is configured.
pub(crate) fn refused_early(trick: &str, code: &str, column: Option<&str>) -> PluginFault {
    refused(&early(trick), code, column)
}

/// A misdeed in `configure`: there is no pipeline, and the next one is fine.
pub(crate) fn while_configuring(trick: &str, code: &str) {
    let stages = first_party().into_iter().chain([evil(trick)]).collect();
    let error = Pipeline::link(stages, &roots()).unwrap_err();
    let joulework::runtime::LinkError::Plugin(fault) = &error else { panic!("{error}") };
    assert_eq!((fault.plugin(), error.code()), (EVIL, code), "{error}");
    is_fit_to_be_shown(fault);
    the_next_run_is_right();
}

/// A misdeed in `explain` that the gate stops: the run of the explanation ends, and the figures are still right.
pub(crate) fn while_explaining(trick: &str, code: &str, row: Option<usize>, column: Option<&str>) {
    let pipeline = with(evil(trick));
    let mut session = pipeline.session();
    let fault = session.explain(rows(&pipeline)).unwrap_err();
    assert_eq!((fault.plugin(), fault.code()), (EVIL, code), "{trick}: {fault}");
    assert_eq!((fault.row(), fault.column()), (row, column), "{trick}: {fault}");
    is_fit_to_be_shown(&fault);
    the_others_are_right(&session.run(rows(&pipeline)).unwrap(), &[]);
}

/// A test for each misdeed in `estimate`: its name, the trick, the code, row and column of the fault, and the rows that
/// are marked where faults mark rows.
macro_rules! estimating {
    ($($name:ident: $trick:literal => $code:literal, $row:expr, $column:expr, $marked:expr;)*) => {
        $(
            #[test]
            fn $name() {
                $crate::run::while_estimating($trick, $code, $row, $column, $marked);
            }
        )*
    };
}

/// A test for each misdeed of a plugin that describes itself: its name, the trick, the code and the column.
macro_rules! described {
    ($($name:ident: $trick:literal => $code:literal, $column:expr;)*) => {
        $(
            #[test]
            fn $name() {
                $crate::run::refused_early($trick, $code, $column);
            }
        )*
    };
}

pub(crate) use {described, estimating};
