//! A table of the manifest, read key by key with the place of everything.

use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{ManifestError, Problem};
use crate::source::{Place, Source};

type Result<T> = std::result::Result<T, ManifestError>;

/// A value with the bytes that it was read from.
#[derive(Debug, Clone)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Range<usize>,
}

/// A table and what it is called in messages, such as `[[bill]]`.
pub(crate) struct Section<'a> {
    pub(crate) source: Source<'a>,
    pub(crate) name: String,
    table: &'a DeTable<'a>,
    span: Range<usize>,
}

impl<'a> Section<'a> {
    /// Opens a table that may have no other keys than `keys`.
    pub(crate) fn open(
        source: Source<'a>,
        name: &str,
        table: &'a Spanned<DeTable<'a>>,
        keys: &[&str],
    ) -> Result<Self> {
        Self::of(source, name, table.get_ref(), table.span()).with_keys(keys)
    }

    fn of(source: Source<'a>, name: &str, table: &'a DeTable<'a>, span: Range<usize>) -> Self {
        Self { source, name: name.to_owned(), table, span }
    }

    fn with_keys(self, keys: &[&str]) -> Result<Self> {
        let unknown = self.table.keys().filter(|key| !keys.contains(&key.get_ref().as_ref()));
        let Some(key) = unknown.min_by_key(|key| key.span().start) else { return Ok(self) };
        let known: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        let problem = Problem::UnknownKey {
            key: key.get_ref().to_string(),
            section: self.name.clone(),
            nearest: nearest(key.get_ref(), keys.iter().copied()),
            known,
        };
        Err(self.source.error(key.span(), problem))
    }

    pub(crate) fn place(&self) -> Place {
        self.source.place(self.span.start)
    }

    /// An error about the table as a whole.
    pub(crate) fn error(&self, problem: Problem) -> ManifestError {
        self.source.error(self.span.clone(), problem)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    fn find(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.iter().find(|(known, _)| known.get_ref() == key).map(|(_, value)| value)
    }

    /// The entries in the order of their keys.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'a str, Range<usize>, &'a Spanned<DeValue<'a>>)> {
        self.table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value))
    }

    pub(crate) fn missing(&self, key: &str) -> ManifestError {
        self.error(Problem::MissingKey { key: key.to_owned(), section: self.name.clone() })
    }

    pub(crate) fn wrong_type(
        &self,
        key: &str,
        expected: &str,
        value: &Spanned<DeValue<'_>>,
    ) -> ManifestError {
        let problem = Problem::Type {
            key: key.to_owned(),
            section: self.name.clone(),
            expected: expected.to_owned(),
            found: type_of(value.get_ref()),
        };
        self.source.error(value.span(), problem)
    }

    pub(crate) fn wrong_value(
        &self,
        key: &str,
        expected: &str,
        found: &str,
        span: Range<usize>,
    ) -> ManifestError {
        let problem = Problem::Value {
            key: key.to_owned(),
            section: self.name.clone(),
            expected: expected.to_owned(),
            found: found.to_owned(),
            nearest: None,
        };
        self.source.error(span, problem)
    }

    /// A text that is not empty.
    pub(crate) fn text(&self, key: &str) -> Result<Option<At<String>>> {
        self.find(key).map(|value| self.text_of(key, value)).transpose()
    }

    pub(crate) fn required_text(&self, key: &str) -> Result<At<String>> {
        self.text(key)?.ok_or_else(|| self.missing(key))
    }

    pub(crate) fn text_of(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<At<String>> {
        match value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                Err(self.wrong_value(key, "a text that is not empty", text, value.span()))
            }
            DeValue::String(text) => Ok(At { value: text.to_string(), span: value.span() }),
            _ => Err(self.wrong_type(key, "a text", value)),
        }
    }

    pub(crate) fn path(&self, key: &str) -> Result<Option<PathBuf>> {
        Ok(self.text(key)?.map(|text| PathBuf::from(text.value)))
    }

    pub(crate) fn boolean(&self, key: &str) -> Result<Option<bool>> {
        let read = |value: &Spanned<DeValue<'_>>| match value.get_ref() {
            DeValue::Boolean(value) => Ok(*value),
            _ => Err(self.wrong_type(key, "true or false", value)),
        };
        self.find(key).map(read).transpose()
    }

    /// A whole number, at least 1.
    pub(crate) fn whole(&self, key: &str) -> Result<Option<u64>> {
        self.whole_to(key, u64::MAX, "a whole number, at least 1")
    }

    /// A whole number from 1 to `most`.
    pub(crate) fn whole_to(&self, key: &str, most: u64, expected: &str) -> Result<Option<u64>> {
        let read = |value: &Spanned<DeValue<'_>>| match value.get_ref() {
            DeValue::Integer(number) => match u64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) if (1..=most).contains(&number) => Ok(number),
                _ => Err(self.wrong_value(key, expected, &number.to_string(), value.span())),
            },
            _ => Err(self.wrong_type(key, expected, value)),
        };
        self.find(key).map(read).transpose()
    }

    /// The text of a number, as written.
    pub(crate) fn number_of(
        &self,
        key: &str,
        expected: &str,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<At<String>> {
        let text = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => return Err(self.wrong_type(key, expected, value)),
        };
        Ok(At { value: text.to_owned(), span: value.span() })
    }

    /// A finite number above 0.
    pub(crate) fn positive(&self, key: &str) -> Result<Option<f64>> {
        const EXPECTED: &str = "a number above 0";
        let Some(value) = self.find(key) else { return Ok(None) };
        let text = self.number_of(key, EXPECTED, value)?;
        match text.value.parse::<f64>() {
            Ok(number) if number.is_finite() && number > 0.0 => Ok(Some(number)),
            _ => Err(self.wrong_value(key, EXPECTED, &text.value, text.span)),
        }
    }

    /// Two numbers of a range, the lower first.
    pub(crate) fn ends(
        &self,
        key: &str,
        least: f64,
        most: f64,
        expected: &str,
    ) -> Result<Option<(f64, f64)>> {
        let Some(value) = self.find(key) else { return Ok(None) };
        let DeValue::Array(items) = value.get_ref() else {
            return Err(self.wrong_type(key, expected, value));
        };
        let mut numbers = Vec::new();
        for item in items {
            let text = self.number_of(key, expected, item)?;
            match text.value.parse::<f64>() {
                Ok(number) if (least..=most).contains(&number) => numbers.push(number),
                _ => return Err(self.wrong_value(key, expected, &text.value, text.span)),
            }
        }
        match numbers.as_slice() {
            [low, high] if low <= high => Ok(Some((*low, *high))),
            _ => Err(self.wrong_type(key, expected, value)),
        }
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Result<Option<T>> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        if let Some((_, choice)) = choices.iter().find(|(word, _)| *word == text.value) {
            return Ok(Some(*choice));
        }
        let words: Vec<String> = choices.iter().map(|(word, _)| format!("`{word}`")).collect();
        let problem = Problem::Value {
            key: key.to_owned(),
            section: self.name.clone(),
            expected: words.join(" or "),
            nearest: nearest(&text.value, choices.iter().map(|(word, _)| *word)),
            found: text.value,
        };
        Err(self.source.error(text.span, problem))
    }

    /// A glob or a list of globs; empty where nothing is stated.
    pub(crate) fn globs(&self, key: &str) -> Result<Vec<String>> {
        self.find(key).map_or(Ok(Vec::new()), |value| self.globs_of(key, value))
    }

    pub(crate) fn globs_of(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<Vec<String>> {
        match value.get_ref() {
            DeValue::String(_) => Ok(vec![self.glob_of(key, value)?]),
            DeValue::Array(items) => items.iter().map(|item| self.glob_of(key, item)).collect(),
            _ => Err(self.wrong_type(key, "a text or a list of texts", value)),
        }
    }

    fn glob_of(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<String> {
        let glob = self.text_of(key, value)?;
        let expected = if glob.value.contains("**") {
            "a glob, in which one `*` stands for any text"
        } else if !sets_are_closed(&glob.value) {
            "a glob, in which `[` begins a set that `]` ends (a bracket itself is `[[]`)"
        } else {
            return Ok(glob.value);
        };
        Err(self.wrong_value(key, expected, &glob.value, glob.span))
    }

    /// The tables of a list such as `[[bill]]`.
    pub(crate) fn tables(&self, key: &str, name: &str, keys: &[&str]) -> Result<Vec<Section<'a>>> {
        let Some(value) = self.find(key) else { return Ok(Vec::new()) };
        let expected = format!("a list of tables, written `{name}`");
        let DeValue::Array(items) = value.get_ref() else {
            return Err(self.wrong_type(key, &expected, value));
        };
        let open = |item: &'a Spanned<DeValue<'a>>| match item.get_ref() {
            DeValue::Table(table) => Section::of(self.source, name, table, item.span()).with_keys(keys),
            _ => Err(self.wrong_type(key, &expected, item)),
        };
        items.iter().map(open).collect()
    }

    /// A table such as `[report]` with known keys.
    pub(crate) fn table(&self, key: &str, name: &str, keys: &[&str]) -> Result<Option<Section<'a>>> {
        self.open_table(key, name)?.map(|section| section.with_keys(keys)).transpose()
    }

    /// A table whose keys are names.
    pub(crate) fn open_table(&self, key: &str, name: &str) -> Result<Option<Section<'a>>> {
        self.find(key).map(|value| self.table_of(key, name, value)).transpose()
    }

    pub(crate) fn table_of(
        &self,
        key: &str,
        name: &str,
        value: &'a Spanned<DeValue<'a>>,
    ) -> Result<Section<'a>> {
        match value.get_ref() {
            DeValue::Table(table) => Ok(Section::of(self.source, name, table, value.span())),
            _ => Err(self.wrong_type(key, "a table", value)),
        }
    }

    /// A table whose keys are known.
    pub(crate) fn known_table_of(
        &self,
        key: &str,
        name: &str,
        value: &'a Spanned<DeValue<'a>>,
        keys: &[&str],
    ) -> Result<Section<'a>> {
        self.table_of(key, name, value)?.with_keys(keys)
    }
}

/// Whether every `[` of a glob has a `]` after at least one character.
fn sets_are_closed(glob: &str) -> bool {
    let mut rest = glob;
    while let Some((_, after)) = rest.split_once('[') {
        let after = after.strip_prefix('!').unwrap_or(after);
        let first = after.chars().next().map_or(0, char::len_utf8);
        match after.get(first..).and_then(|set| set.split_once(']')) {
            Some((_, next)) => rest = next,
            None => return false,
        }
    }
    true
}

/// The known word that was probably meant.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    known
        .map(|candidate| (strsim::damerau_levenshtein(&word.to_lowercase(), candidate), candidate))
        .filter(|(distance, candidate)| {
            *distance <= (candidate.chars().count() / 3).max(1) || plural(word, candidate)
        })
        .min()
        .map(|(_, candidate)| candidate.to_owned())
}

fn plural(word: &str, candidate: &str) -> bool {
    word.strip_suffix('s') == Some(candidate) || word.replace('_', "-") == candidate
}

const fn type_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
