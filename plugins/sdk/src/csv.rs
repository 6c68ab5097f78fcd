//! Comma-separated text with quotes, as the data files of plugins are written. Fields are borrowed.

use std::borrow::Cow;

/// The records of the text, blank lines left out.
///
/// # Errors
/// A sentence with the line: a quote that is not closed, or text after one.
pub(crate) fn records(text: &str) -> Result<Vec<Vec<Cow<'_, str>>>, String> {
    let mut records = Vec::new();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut line = 1;
    while !rest.is_empty() {
        let mut record = Vec::new();
        let start = line;
        loop {
            let (field, after) = field(rest, &mut line)?;
            record.push(field);
            rest = after;
            if let Some(after) = rest.strip_prefix(',') {
                rest = after;
                continue;
            }
            rest = rest.strip_prefix('\r').unwrap_or(rest);
            if let Some(after) = rest.strip_prefix('\n') {
                rest = after;
                line += 1;
            } else if !rest.is_empty() {
                return Err(format!("line {start}: text after a closing quote"));
            }
            break;
        }
        if record.len() > 1 || record.iter().any(|field| !field.is_empty()) {
            records.push(record);
        }
    }
    Ok(records)
}

/// Cuts a text where it is known to hold a character boundary. (Slicing by index would bring the messages of a
/// failed slice into every component.)
fn cut(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}

fn field<'a>(text: &'a str, line: &mut usize) -> Result<(Cow<'a, str>, &'a str), String> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.bytes().position(|byte| matches!(byte, b',' | b'\n')).unwrap_or(text.len());
        let (field, after) = cut(text, end);
        let windows = !after.starts_with(',');
        let field = field.strip_suffix('\r').filter(|_| windows).unwrap_or(field);
        return Ok((Cow::Borrowed(field), after));
    };
    let start = *line;
    let mut doubled = false;
    let mut bytes = quoted.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' if matches!(bytes.peek(), Some((_, b'"'))) => {
                bytes.next();
                doubled = true;
            }
            b'"' => {
                let (field, _) = cut(quoted, at);
                let (_, after) = cut(quoted, at + 1);
                return Ok((if doubled { Cow::Owned(unquoted(field)) } else { Cow::Borrowed(field) }, after));
            }
            b'\n' => *line += 1,
            _ => {}
        }
    }
    Err(format!("line {start}: a quote is not closed"))
}

/// Two quotes stand for one.
fn unquoted(field: &str) -> String {
    let mut before = false;
    field
        .chars()
        .filter(|char| {
            before = *char == '"' && !before;
            !before
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::records;

    #[test]
    fn quotes_blank_lines_and_windows_ends_are_read() {
        let got = records("\u{feff}a,b\r\n\r\n\"x, \"\"y\"\"\n2\",\n,3").unwrap_or_default();
        assert_eq!(got, [vec!["a", "b"], vec!["x, \"y\"\n2", ""], vec!["", "3"]]);
    }

    #[test]
    fn a_broken_quote_names_its_line() {
        assert_eq!(records("a\n\"b"), Err("line 2: a quote is not closed".to_owned()));
        assert_eq!(records("a\n\"b\"c"), Err("line 2: text after a closing quote".to_owned()));
    }
}
