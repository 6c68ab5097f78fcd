//! From paths, folders and globs to the files to look at.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::BillError;
use super::note::{Note, Notes};

/// Where bills are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file, a folder (with all folders in it), or, where nothing has that very name, a glob such as `bills/2025-*.parquet`.
    Path(PathBuf),
}

impl<P: Into<PathBuf>> From<P> for Source {
    fn from(path: P) -> Self {
        Self::Path(path.into())
    }
}

/// A file to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// The user named this very file, so it must be a bill.
    pub(super) named: bool,
}

/// The files of the sources, each once (by its canonical path), in the order of the sources and sorted inside each.
///
/// Hidden files and folders (`.` first) and manifests of ours inside folders are not looked at. Links to folders are
/// followed, each folder once. What is no file (a pipe, a device, a link to nothing) is refused where the user named it,
/// else left out with a note: a pipe is never opened, because nobody may ever write to it.
pub(super) fn find(sources: &[Source], notes: &Notes) -> Result<Vec<(String, Vec<Found>)>, BillError> {
    let mut seen = BTreeSet::new();
    let mut groups = Vec::new();
    for Source::Path(path) in sources {
        let pattern = path.display().to_string();
        let mut files = Vec::new();
        match fs::metadata(path) {
            Ok(_) => collect(path, true, &mut BTreeSet::new(), &mut files, notes)?,
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => {
                if fs::symlink_metadata(path).is_ok() {
                    return Err(BillError::NotAFile { file: path.clone(), what: LINK_TO_NOTHING });
                }
                if !pattern.contains(['*', '?', '[']) {
                    return Err(BillError::NoMatch { pattern });
                }
                let paths = expand(&pattern)?;
                for path in paths {
                    // A glob names files in bulk: what is no bill among them is left out with a note.
                    collect(&path, false, &mut BTreeSet::new(), &mut files, notes)?;
                }
            }
            Err(source) => return Err(BillError::Unreadable { file: path.clone(), source }),
        }
        if files.is_empty() {
            let is_folder = fs::metadata(path).is_ok_and(|found| found.is_dir());
            return Err(if is_folder {
                BillError::Empty { file: path.clone(), what: "the folder has no file" }
            } else {
                BillError::NoMatch { pattern }
            });
        }
        files.retain(|found| {
            let canonical = fs::canonicalize(&found.path).unwrap_or_else(|_| found.path.clone());
            seen.insert(canonical)
        });
        groups.push((pattern, files));
    }
    Ok(groups)
}

/// The files of paths, folders and globs, as for bills, with what was left out and why.
///
/// # Errors
/// A path that leads to nothing or to no file, a glob that is not well formed, a folder that cannot be read.
pub fn find_files(paths: &[PathBuf]) -> Result<(Vec<PathBuf>, Vec<Note>), BillError> {
    let notes = Notes::default();
    let sources: Vec<Source> = paths.iter().cloned().map(Source::Path).collect();
    let files = find(&sources, &notes)?.into_iter().flat_map(|(_, files)| files);
    Ok((files.map(|found| found.path).collect(), notes.list()))
}

/// The paths that a glob names, sorted.
fn expand(pattern: &str) -> Result<Vec<PathBuf>, BillError> {
    let invalid = |error: glob::PatternError| BillError::Glob {
        pattern: pattern.to_owned(),
        reason: error.to_string(),
    };
    let mut paths = Vec::new();
    if pattern.contains("**") {
        let glob = glob::Pattern::new(pattern).map_err(invalid)?;
        let is_plain = |part: &std::path::Component<'_>| {
            !part.as_os_str().as_encoded_bytes().iter().any(|byte| b"*?[".contains(byte))
        };
        let base: PathBuf = Path::new(pattern).components().take_while(is_plain).collect();
        below(&base, &glob, &mut BTreeSet::new(), &mut paths)?;
    } else {
        for entry in glob::glob(pattern).map_err(invalid)? {
            paths.push(entry.map_err(|error| BillError::Unreadable {
                file: error.path().to_owned(),
                source: error.into(),
            })?);
        }
    }
    paths.sort();
    Ok(paths)
}

/// The paths below a folder that a glob with `**` takes. Each folder is gone through once, whatever links lead to it: two
/// links back would make a tree without end.
fn below(
    folder: &Path,
    glob: &glob::Pattern,
    seen: &mut BTreeSet<PathBuf>,
    paths: &mut Vec<PathBuf>,
) -> Result<(), BillError> {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let unreadable = |source| BillError::Unreadable { file: here.to_owned(), source };
    let Ok(canonical) = fs::canonicalize(here) else { return Ok(()) };
    if !canonical.is_dir() || !seen.insert(canonical) {
        return Ok(());
    }
    let separate = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
    let names = fs::read_dir(here).map_err(unreadable)?.map(|entry| entry.map(|entry| entry.file_name()));
    let mut names = names.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    names.sort();
    for name in names {
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = folder.join(name);
        if glob.matches_path_with(&path, separate) {
            paths.push(path.clone());
        }
        if path.is_dir() {
            below(&path, glob, seen, paths)?;
        }
    }
    Ok(())
}

const LINK_TO_NOTHING: &str = "a link that leads to nothing";

fn collect(
    path: &Path,
    named: bool,
    folders: &mut BTreeSet<PathBuf>,
    files: &mut Vec<Found>,
    notes: &Notes,
) -> Result<(), BillError> {
    let unreadable = |source| BillError::Unreadable { file: path.to_owned(), source };
    let found = match fs::metadata(path) {
        Ok(found) => found,
        // A link that leads to nothing, or in a circle: whoever put it there may miss a bill.
        Err(_) if !named && fs::symlink_metadata(path).is_ok_and(|link| link.is_symlink()) => {
            skip(path, LINK_TO_NOTHING, notes);
            return Ok(());
        }
        Err(source) => return Err(unreadable(source)),
    };
    if found.is_dir() {
        // A link may lead back to a folder above.
        if !folders.insert(fs::canonicalize(path).map_err(unreadable)?) {
            return Ok(());
        }
        let mut entries = fs::read_dir(path)
            .map_err(unreadable)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(unreadable)?;
        entries.sort();
        for entry in entries {
            let left_out = entry.file_name().is_some_and(|name| {
                name.as_encoded_bytes().starts_with(b".") || name == joulework_manifest::FILE_NAME
            });
            if !left_out {
                collect(&entry, false, folders, files, notes)?;
            }
        }
    } else if found.is_file() {
        files.push(Found { path: path.to_owned(), named });
    } else if named {
        return Err(BillError::NotAFile { file: path.to_owned(), what: NO_FILE });
    } else {
        skip(path, NO_FILE, notes);
    }
    Ok(())
}

const NO_FILE: &str = "a pipe, a socket or a device";

fn skip(path: &Path, what: &str, notes: &Notes) {
    notes.add("bill.skipped", path.to_owned(), format!("not read: it is {what}"), 0);
}
