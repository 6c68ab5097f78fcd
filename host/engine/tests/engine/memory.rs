//! Files that have not changed are not read again, and the result is the same.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use joulework_engine::assess::{Dimension, RollUp};
use joulework_engine::pipeline::BillDescription;
use joulework_engine::{Assessment, Description, Engine, Memory};

use crate::bill::fixture::{Folder, Table};

/// Two parts of a report that share account and billing period, with a row that has a note.
struct Report(Folder);

impl Report {
    fn new() -> Self {
        let report = Self(Folder::new());
        report.write("one.csv", "10");
        report.write("two.csv", "20");
        report
    }

    /// Writes a part as if it had been written long ago.
    fn write(&self, name: &str, quantity: &str) {
        let id = [("identity_line_item_id", name), ("line_item_usage_amount", quantity)];
        let share = [("split_line_item_parent_resource_id", "i-0123"), ("identity_line_item_id", quantity)];
        let table = Table::cur().with("split_line_item_parent_resource_id", "").row(&id).row(&share);
        let path = self.0.write(&format!("report/{name}"), table.csv());
        let long_ago = SystemTime::now() - Duration::from_hours(1);
        std::fs::File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
    }

    /// The result and how many files were remembered.
    fn assess(description: Description, memory: Option<&Path>) -> (Assessment, usize) {
        let mut engine = Engine::new(description, None).unwrap().threads(2);
        if let Some(folder) = memory {
            engine = engine.memory(Memory::open(folder).unwrap());
        }
        let remembered = AtomicUsize::new(0);
        let tell = |progress: joulework_engine::pipeline::Progress| {
            remembered.fetch_add(usize::from(progress.remembered), Ordering::Relaxed);
        };
        let assessment = engine.assess(&tell).unwrap();
        (assessment, remembered.into_inner())
    }

    fn description(&self) -> Description {
        let bill = BillDescription {
            paths: vec![self.0.path().join("report")],
            time_zone: "UTC".to_owned(),
            overlap_adds: false,
        };
        Description { bills: vec![bill], ..Description::default() }
    }
}

/// Everything that a user sees of a result.
fn seen(assessment: &Assessment) -> String {
    let rollup = assessment.estimates.roll_up(&RollUp::by([Dimension::Period, Dimension::Service])).unwrap();
    format!("{rollup:?} {:?}", assessment.provenance)
}

#[test]
fn a_second_run_remembers_all_files_and_gives_the_same_bytes() {
    let report = Report::new();
    let folder = report.0.path().join("memory");
    let (fresh, _) = Report::assess(report.description(), None);
    assert!(seen(&fresh).contains("bill.split-rows"));
    let (first, remembered) = Report::assess(report.description(), Some(&folder));
    assert_eq!((seen(&first), remembered), (seen(&fresh), 0));
    let (second, remembered) = Report::assess(report.description(), Some(&folder));
    assert_eq!((seen(&second), remembered), (seen(&fresh), 2));
}

#[test]
fn a_changed_file_is_read_again_and_so_is_every_file_under_another_description() {
    let report = Report::new();
    let folder = report.0.path().join("memory");
    let (before, _) = Report::assess(report.description(), Some(&folder));
    report.write("two.csv", "30");
    let (fresh, _) = Report::assess(report.description(), None);
    let (after, remembered) = Report::assess(report.description(), Some(&folder));
    assert_eq!((seen(&after), remembered), (seen(&fresh), 1));
    assert_ne!(seen(&after), seen(&before));

    let window = joulework_engine::activity::Window { from_ms: Some(0), to_ms: None };
    let other = Description { window, ..report.description() };
    assert_eq!(Report::assess(other, Some(&folder)).1, 0);
}

#[test]
fn a_spoilt_memory_is_not_used() {
    let report = Report::new();
    let folder = report.0.path().join("memory");
    let (first, _) = Report::assess(report.description(), Some(&folder));
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let mut bytes = std::fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&path, bytes).unwrap();
    }
    let (second, remembered) = Report::assess(report.description(), Some(&folder));
    assert_eq!((seen(&second), remembered), (seen(&first), 0));
}
