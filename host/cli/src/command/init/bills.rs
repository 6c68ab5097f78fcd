//! The `[[bill]]` entries for the files that were found: as few as take each of them and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use joulework::engine::calendar::Period;
use joulework::survey::{Survey, SurveyedFile};
use joulework_report::format::count;

use super::{counted, toml};

/// A `[[bill]]` entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BillEntry {
    /// A file, a folder or a glob, from the manifest's folder.
    pub(super) path: String,
    /// Formats, files, months, rows and currencies, in words.
    pub(super) summary: String,
}

/// The entries for the files of a survey of `folder`, with paths from `base`.
pub(super) fn bills(survey: &Survey, folder: &Path, base: &Path) -> Vec<BillEntry> {
    let way = way(base, if folder.is_dir() { folder } else { folder.parent().unwrap_or(Path::new("")) });
    let mut entries: BTreeMap<String, Vec<&SurveyedFile>> = BTreeMap::new();
    for (path, files) in split(survey, folder) {
        let path = match (way.as_str(), path) {
            ("", Entry::Folder(inside)) if inside.is_empty() => ".".to_owned(),
            (way, Entry::Folder(inside)) if inside.is_empty() => way.to_owned(),
            (way, Entry::Folder(inside) | Entry::File(inside)) => join(way, &inside),
            (way, Entry::Glob(ending)) => join(&toml::glob(way), &format!("*{ending}")),
        };
        entries.entry(path).or_default().extend(files);
    }
    entries.into_iter().map(|(path, files)| BillEntry { path, summary: summary(&files) }).collect()
}

/// What an entry names, from the folder that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Entry {
    /// A folder with all folders in it; empty for the very folder.
    Folder(String),
    /// All files with an ending.
    Glob(String),
    /// One file.
    File(String),
}

/// Files in folders go with their folder, because manifests of exports stand there too; the others by their ending, where
/// no other file has it, else one by one.
fn split<'a>(survey: &'a Survey, folder: &Path) -> BTreeMap<Entry, Vec<&'a SurveyedFile>> {
    let inside = |path: &Path| texts(path.strip_prefix(folder).unwrap_or(path));
    let replaced = survey.notes.iter().any(|note| {
        note.code.starts_with("delivery.")
            && note.code != "delivery.same-bytes"
            && inside(&note.file).len() == 1
    });
    if replaced {
        // The manifests beside the files say which of them count.
        return BTreeMap::from([(Entry::Folder(String::new()), survey.files.iter().collect())]);
    }
    let bills: BTreeSet<&Path> = survey.files.iter().map(|file| file.path.as_path()).collect();
    let others: BTreeSet<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file() && !bills.contains(path.as_path()))
        .map(|path| ending(&path))
        .collect();
    let mut endings: BTreeMap<String, usize> = BTreeMap::new();
    for file in survey.files.iter().filter(|file| inside(&file.path).len() == 1) {
        *endings.entry(ending(&file.path)).or_default() += 1;
    }
    let mut entries: BTreeMap<Entry, Vec<&SurveyedFile>> = BTreeMap::new();
    for file in &survey.files {
        let ending = ending(&file.path);
        let parts = inside(&file.path);
        let entry = match parts.as_slice() {
            [first, _, ..] => Entry::Folder(first.clone()),
            [_] if endings.get(&ending).is_some_and(|files| *files > 1) && !others.contains(&ending) => {
                Entry::Glob(ending)
            }
            // Nothing is left where the file itself was named.
            [name] => Entry::File(name.clone()),
            [] => Entry::File(file.path.file_name().unwrap_or_default().to_string_lossy().into_owned()),
        };
        entries.entry(entry).or_default().push(file);
    }
    entries
}

/// The ending of a name, `.csv.gz` as one; empty where it has none.
fn ending(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    plain.rfind('.').and_then(|dot| name.get(dot..)).unwrap_or_default().to_owned()
}

/// The way from one folder to another, with `/`; empty for the same.
fn way(base: &Path, folder: &Path) -> String {
    let full = |path: &Path| {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
    };
    let (base, folder) = (full(base), full(folder));
    let common = base.components().zip(folder.components()).take_while(|(left, right)| left == right).count();
    if common == 0 {
        return folder.to_string_lossy().into_owned();
    }
    let up = base.components().skip(common).map(|_| "..".to_owned());
    let down: PathBuf = folder.components().skip(common).collect();
    up.chain(texts(&down)).collect::<Vec<_>>().join("/")
}

fn texts(path: &Path) -> Vec<String> {
    let named = |part: Component<'_>| match part {
        Component::CurDir => None,
        other => Some(other.as_os_str().to_string_lossy().into_owned()),
    };
    path.components().filter_map(named).collect()
}

fn join(way: &str, name: &str) -> String {
    if way.is_empty() { name.to_owned() } else { format!("{way}/{name}") }
}

/// `12 files, FOCUS 1.2 Parquet, 2025-01 to 2025-12, 4 711 rows, USD`.
fn summary(files: &[&SurveyedFile]) -> String {
    let formats: BTreeSet<String> =
        files.iter().map(|file| format!("{} {}", file.format, file.container)).collect();
    let rows: u64 = files.iter().map(|file| file.rows).sum();
    let currencies: BTreeSet<String> =
        files.iter().flat_map(|file| &file.currencies).map(ToString::to_string).collect();
    let mut words = vec![counted(files.len(), "file")];
    words.extend(formats);
    words.extend(months(files));
    words.push(format!("{} row{}", count(rows), if rows == 1 { "" } else { "s" }));
    words.extend(currencies);
    words.join(", ")
}

fn months(files: &[&SurveyedFile]) -> Option<String> {
    let spans = || files.iter().filter_map(|file| file.months);
    let first: Period = spans().map(|(first, _)| first).min()?;
    let last: Period = spans().map(|(_, last)| last).max()?;
    Some(if first == last { first.to_string() } else { format!("{first} to {last}") })
}
