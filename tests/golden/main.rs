//! Whole runs of the program. A case is a folder in `cases`: its input files, `command` (the arguments, one run a
//! line), and what every run must print and write in `expected`. `JOULEWORK_REFRESH=1` writes `expected` anew; read
//! the diff before you commit it.
//!
//! Inputs that are too large or too strange to lie here are made by `made`; what this machine cannot make is `not run`.
//!
//! A case's folder is copied before it runs, so that nothing it writes stays behind, and paths in its output are
//! relative. Versions, digests of plugins and times are replaced by words.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests may"
)]
#![allow(clippy::disallowed_methods, reason = "the harness reads its own switch from the environment")]

mod explained;
mod hostile;
mod init;
mod made;
mod made_cur;
mod made_parquet;
mod pages;
mod planted;
mod receipts;
mod sameness;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// What a case produced: a name, such as `1.stdout` or a written file's path, and the text.
type Products = BTreeMap<String, String>;

#[test]
fn every_case_gives_what_it_is_expected_to() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/cases");
    let refresh = std::env::var_os("JOULEWORK_REFRESH").is_some();
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in folders(&cases) {
        count += 1;
        let products = match run_case(&case) {
            Ok(products) => products,
            Err(reason) => {
                println!("not run: {}: {reason}", case.display());
                continue;
            }
        };
        if refresh {
            write_expected(&case, &products);
        } else if let Some(difference) = difference(&read_expected(&case), &products) {
            wrong.push(format!("{}: {difference}", case.file_name().unwrap().to_string_lossy()));
        }
    }
    assert!(count > 0, "there are no cases in {}", cases.display());
    assert!(wrong.is_empty(), "{} of {count} cases differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every roll-up that a case prints as JSON fits the schema that is in the repository, and the schema can refuse.
#[test]
fn json_of_an_estimate_fits_its_schema() {
    let schema = serde_json::from_str(joulework::export::SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/cases");
    let printed = folders(&cases).into_iter().flat_map(|case| read_expected(&case));
    let documents: Vec<serde_json::Value> =
        printed.filter_map(|(_, text)| serde_json::from_str(&text).ok()).collect();
    // A comparison has `by` too, and a shape of its own.
    let is_roll_up =
        |document: &serde_json::Value| document.get("by").is_some() && document.get("before").is_none();
    let mut roll_ups: Vec<_> = documents.into_iter().filter(is_roll_up).collect();
    for document in &roll_ups {
        let errors: Vec<_> = validator.iter_errors(document).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
    let first = roll_ups.first_mut().unwrap();
    first["total"]["figures"]["carbon"]["unit"] = 1.into();
    assert!(!validator.is_valid(first));
}

#[test]
fn every_maker_has_its_case() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/cases");
    for (name, _) in made::MADE {
        assert!(cases.join(name).join("command").is_file(), "{name}");
    }
}

/// A run that takes longer hangs.
const LONGEST: Duration = Duration::from_mins(3);

/// Runs the program in `folder`, with the compiled plugins of the runs before.
fn joulework(folder: &Path, arguments: &[&str]) -> Output {
    let child = Command::new(env!("CARGO_BIN_EXE_joulework"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env("COLUMNS", "100")
        .env("JOULEWORK_CACHE_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id();
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || tell.send(child.wait_with_output()));
    let Ok(output) = told.recv_timeout(LONGEST) else {
        let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
        panic!("`joulework {}` hangs", arguments.join(" "));
    };
    output.unwrap()
}

/// What a case gives, or why it cannot run on this machine.
fn run_case(case: &Path) -> Result<Products, String> {
    let copy = tempfile::tempdir().unwrap();
    copy_inputs(case, copy.path());
    let maker = made::MADE.iter().find(|(name, _)| case.file_name().is_some_and(|own| own == *name));
    if let Some((_, maker)) = maker {
        maker(copy.path())?;
    }
    let inputs: BTreeSet<PathBuf> = files(copy.path()).into_iter().collect();
    let commands = fs::read_to_string(case.join("command"))
        .unwrap_or_else(|error| panic!("{}: a case has a file `command`: {error}", case.display()));
    let mut products = Products::new();
    for (index, line) in commands.lines().filter(|line| !line.trim().is_empty()).enumerate() {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let output = joulework(copy.path(), &arguments);
        let number = index + 1;
        let code = output.status.code().map_or_else(|| "killed".to_owned(), |code| code.to_string());
        assert!(
            !String::from_utf8_lossy(&output.stderr).contains("panicked"),
            "{}: {line} panicked",
            case.display()
        );
        products.insert(format!("{number}.code"), format!("{code}\n"));
        products.insert(format!("{number}.stdout"), plain(&output.stdout));
        products.insert(format!("{number}.stderr"), plain(&output.stderr));
    }
    for file in files(copy.path()) {
        let name = file.strip_prefix(copy.path()).unwrap().to_string_lossy().into_owned();
        let ending = file.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
        let text = ["md", "csv", "json"].contains(&ending.as_str());
        if !inputs.contains(&file) && text {
            let bytes = fs::read(&file).unwrap();
            let bytes = if name.ends_with(".receipt.json") { unmeasured(&bytes) } else { bytes };
            products.insert(format!("written/{name}"), plain(&bytes));
        }
    }
    products.retain(|_, text| !text.is_empty());
    Ok(products)
}

/// A receipt without what it does not promise.
fn unmeasured(bytes: &[u8]) -> Vec<u8> {
    let mut receipt: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    receipt["measured"].take();
    serde_json::to_vec_pretty(&receipt).unwrap()
}

/// Text without what may differ from run to run or from build to build.
fn plain(bytes: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    text = text.replace(env!("CARGO_PKG_VERSION"), "[version]");
    let mut out = String::with_capacity(text.len());
    let mut digits = String::new();
    for character in text.chars().chain(['\0']) {
        if character.is_ascii_digit() || ('a'..='f').contains(&character) {
            digits.push(character);
            continue;
        }
        out.push_str(if digits.len() == 64 { "[sha256]" } else { &digits });
        digits.clear();
        out.push(character);
    }
    out.trim_end_matches('\0').to_owned()
}

fn difference(expected: &Products, found: &Products) -> Option<String> {
    let names: std::collections::BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    names.into_iter().find_map(|name| match (expected.get(name), found.get(name)) {
        (Some(left), Some(right)) if left == right => None,
        (left, right) => Some(format!(
            "{name}\n--- expected\n{}\n--- found\n{}",
            left.map_or("(nothing)", String::as_str),
            right.map_or("(nothing)", String::as_str)
        )),
    })
}

fn read_expected(case: &Path) -> Products {
    let root = case.join("expected");
    files(&root)
        .into_iter()
        .map(|file| {
            let name = file.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&file).unwrap())
        })
        .collect()
}

fn write_expected(case: &Path, products: &Products) {
    let root = case.join("expected");
    let _ = fs::remove_dir_all(&root);
    for (name, text) in products {
        let file = root.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
}

fn copy_inputs(case: &Path, copy: &Path) {
    for file in files(case) {
        let name = file.strip_prefix(case).unwrap().to_string_lossy().into_owned();
        if name == "command" || name.starts_with("expected") {
            continue;
        }
        let target = copy.join(&name);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&file, target).unwrap();
    }
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let entry = entry.unwrap();
            // A link is not followed: it may lead in a circle.
            let is_folder = entry.file_type().unwrap().is_dir();
            if is_folder { open.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found.sort();
    found
}
