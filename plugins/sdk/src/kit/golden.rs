//! Folders of golden rows: `input.csv`, `expected.csv`, and `settings.json`, `tables/NAME.csv` where needed.

use std::fs;
use std::path::Path;

use super::Case;
use crate::estimator::Estimator;

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Runs every folder inside `folder` and compares with its `expected.csv`, to the last digit; checks the laws and
/// the explanations on the same rows. With `JOULEWORK_REFRESH=1` in the environment the expected files are written.
///
/// # Panics
/// Where something differs, or a file cannot be read.
#[allow(clippy::disallowed_methods, reason = "the one flag that refreshes all golden files")]
pub fn golden<E: Estimator>(folder: impl AsRef<Path>) {
    let folder = folder.as_ref();
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.join("input.csv").is_file())
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "{} has no folder with an input.csv", folder.display());
    let refresh = std::env::var_os("JOULEWORK_REFRESH").is_some();
    for path in cases {
        let mut case = Case::<E>::new();
        if path.join("settings.json").is_file() {
            case = case.settings(&text(&path.join("settings.json")));
        }
        if let Ok(tables) = fs::read_dir(path.join("tables")) {
            let mut tables: Vec<_> =
                tables.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
            tables.sort();
            for table in tables {
                let name = table.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
                case = case.table(&name, &text(&table));
            }
        }
        let input = text(&path.join("input.csv"));
        let got = case.run(&input).unwrap_or_else(|fault| panic!("{}: {fault}", path.display())).to_csv();
        case.check(&input);
        let expected = path.join("expected.csv");
        if refresh {
            fs::write(&expected, got).unwrap_or_else(|error| panic!("{}: {error}", expected.display()));
            continue;
        }
        for (at, (got, wanted)) in got.lines().zip(text(&expected).lines()).enumerate() {
            assert_eq!(got, wanted, "{}, line {}", expected.display(), at + 1);
        }
        assert_eq!(got.lines().count(), text(&expected).lines().count(), "{}: lines", expected.display());
    }
}
