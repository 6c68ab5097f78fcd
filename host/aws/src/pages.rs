//! Answers on disk: what was paid for is never asked again.
//!
//! The pages of one request are files `NAME-0`, `NAME-1` … in a folder. A file is whole or not there. What the next page
//! is asked with stands in a hidden file beside it until that page is there, so that a page has the same bytes whatever
//! its service calls the next one, and a collection that was cut off goes on after its last page.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder};

use crate::error::AwsError;

/// How far a request is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// All its pages are there.
    Complete,
    /// A page is to be asked for, all but the first with what the page before said.
    Next { number: usize, token: Option<String> },
}

/// The pages of one request.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    folder: PathBuf,
    name: String,
    /// `.json` or `.json.gz`.
    ending: &'static str,
}

impl Chain {
    pub(crate) fn new(folder: PathBuf, name: String, ending: &'static str) -> Self {
        Self { folder, name, ending }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The requests of a folder that have a page, in the order of their names.
    pub(crate) fn all(folder: &Path, ending: &'static str) -> Result<Vec<Self>, AwsError> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(AwsError::file(folder, &error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry.map_err(|error| AwsError::file(folder, &error))?.file_name();
            let name = name.to_string_lossy();
            let first = name.strip_suffix(ending).and_then(|name| name.strip_suffix("-0"));
            names.extend(first.filter(|name| !name.starts_with('.')).map(str::to_owned));
        }
        names.sort();
        Ok(names.into_iter().map(|name| Self::new(folder.to_owned(), name, ending)).collect())
    }

    fn page(&self, number: usize) -> PathBuf {
        self.folder.join(format!("{}-{number}{}", self.name, self.ending))
    }

    fn token(&self, number: usize) -> PathBuf {
        self.folder.join(format!(".{}-{number}.next", self.name))
    }

    /// How far it is.
    pub(crate) fn standing(&self) -> Result<Standing, AwsError> {
        let number = self.pages().len();
        if number == 0 {
            return Ok(Standing::Next { number, token: None });
        }
        let path = self.token(number);
        match fs::read_to_string(&path) {
            Ok(token) => Ok(Standing::Next { number, token: Some(token) }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Standing::Complete),
            Err(error) => Err(AwsError::file(path, &error)),
        }
    }

    /// The pages that are there, the first first.
    pub(crate) fn pages(&self) -> Vec<PathBuf> {
        (0..usize::MAX).map(|number| self.page(number)).take_while(|page| page.exists()).collect()
    }

    /// Keeps a page, and what the next one is asked with.
    pub(crate) fn keep(&self, number: usize, page: &[u8], next: Option<&str>) -> Result<(), AwsError> {
        // The token first: a page without its token would look like the last one.
        match next {
            Some(next) => write_whole(&self.token(number + 1), next.as_bytes())?,
            None => remove(&self.token(number + 1))?,
        }
        let path = self.page(number);
        if self.ending == ".json.gz" {
            let mut packed = GzBuilder::new().write(Vec::new(), Compression::new(4));
            let packed = packed.write_all(page).and_then(|()| packed.finish());
            write_whole(&path, &packed.map_err(|error| AwsError::file(&path, &error))?)?;
        } else {
            write_whole(&path, page)?;
        }
        // Whoever reads the folder now finds the page; its own token has done its work.
        remove(&self.token(number))
    }

    /// Forgets everything, the last page first: what is left at any moment is a start.
    pub(crate) fn forget(&self) -> Result<(), AwsError> {
        let count = self.pages().len();
        for number in (0..=count).rev() {
            remove(&self.page(number))?;
            remove(&self.token(number))?;
        }
        Ok(())
    }
}

/// Writes a file so that it is whole or not there.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), AwsError> {
    let failed = |error: io::Error| AwsError::file(path, &error);
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = folder.join(format!(".{name}.unfinished"));
    let mut file = File::create(&unfinished).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&unfinished, path).map_err(failed)
}

fn remove(path: &Path) -> Result<(), AwsError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(AwsError::file(path, &error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn a_request_goes_on_after_its_last_page_wherever_it_was_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let chain = Chain::new(folder.path().to_owned(), "usage".to_owned(), ".json");
        assert_eq!(chain.standing().unwrap(), Standing::Next { number: 0, token: None });
        chain.keep(0, b"{}", Some("abc")).unwrap();
        let next = Standing::Next { number: 1, token: Some("abc".to_owned()) };
        assert_eq!(chain.standing().unwrap(), next);
        // Killed between the token of the page after and the page itself.
        write_whole(&chain.token(2), b"def").unwrap();
        assert_eq!(chain.standing().unwrap(), next);
        chain.keep(1, b"{}", Some("def")).unwrap();
        chain.keep(2, b"{}", None).unwrap();
        assert_eq!(chain.standing().unwrap(), Standing::Complete);
        let names = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(names, 3, "nothing but the pages is left");
        chain.forget().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_page_has_the_same_bytes_whenever_it_is_packed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| Chain::new(folder.path().to_owned(), name.to_owned(), ".json.gz");
        at("a").keep(0, b"[1,2,3]", None).unwrap();
        at("b").keep(0, b"[1,2,3]", None).unwrap();
        assert_eq!(fs::read(&at("a").pages()[0]).unwrap(), fs::read(&at("b").pages()[0]).unwrap());
    }
}
