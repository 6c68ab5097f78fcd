//! From paths, folders and globs to the files to look at.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::BillError;

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
/// Hidden files and folders (`.` first) and manifests of ours inside folders are not looked at. Links to folders are followed, each folder once.
pub(super) fn find(sources: &[Source]) -> Result<Vec<(String, Vec<Found>)>, BillError> {
    let mut seen = BTreeSet::new();
    let mut groups = Vec::new();
    for Source::Path(path) in sources {
        let pattern = path.display().to_string();
        let mut files = Vec::new();
        match fs::metadata(path) {
            Ok(_) => collect(path, true, &mut BTreeSet::new(), &mut files)?,
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => {
                if !pattern.contains(['*', '?', '[']) {
                    return Err(BillError::NoMatch { pattern });
                }
                let matches = glob::glob(&pattern).map_err(|error| BillError::Glob {
                    pattern: pattern.clone(),
                    reason: error.to_string(),
                })?;
                let mut paths = Vec::new();
                for entry in matches {
                    paths.push(entry.map_err(|error| BillError::Unreadable {
                        file: error.path().to_owned(),
                        source: error.into(),
                    })?);
                }
                paths.sort();
                for path in paths {
                    // A glob names files in bulk: what is no bill among them is left out with a note.
                    collect(&path, false, &mut BTreeSet::new(), &mut files)?;
                }
            }
            Err(source) => return Err(BillError::Unreadable { file: path.clone(), source }),
        }
        if files.is_empty() {
            return Err(BillError::NoMatch { pattern });
        }
        files.retain(|found| {
            let canonical = fs::canonicalize(&found.path).unwrap_or_else(|_| found.path.clone());
            seen.insert(canonical)
        });
        groups.push((pattern, files));
    }
    Ok(groups)
}

fn collect(
    path: &Path,
    named: bool,
    folders: &mut BTreeSet<PathBuf>,
    files: &mut Vec<Found>,
) -> Result<(), BillError> {
    let unreadable = |source| BillError::Unreadable { file: path.to_owned(), source };
    if fs::metadata(path).map_err(unreadable)?.is_dir() {
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
            // A link to nothing is no bill.
            if !left_out && fs::metadata(&entry).is_ok() {
                collect(&entry, false, folders, files)?;
            }
        }
    } else {
        files.push(Found { path: path.to_owned(), named });
    }
    Ok(())
}
