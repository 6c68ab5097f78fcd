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

fn field<'a>(text: &'a str, line: &mut usize) -> Result<(Cow<'a, str>, &'a str), String> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', '\n']).unwrap_or(text.len());
        let (field, after) = text.split_at(end);
        return Ok(match field.strip_suffix('\r') {
            Some(field) if !after.starts_with(',') => (Cow::Borrowed(field), after),
            _ => (Cow::Borrowed(field), after),
        });
    };
    let mut from = 0;
    let start = *line;
    loop {
        let Some(at) = quoted[from..].find('"') else {
            return Err(format!("line {start}: a quote is not closed"));
        };
        let end = from + at;
        if quoted[end + 1..].starts_with('"') {
            from = end + 2;
            continue;
        }
        let field = &quoted[..end];
        *line += field.matches('\n').count();
        let field = if from == 0 { Cow::Borrowed(field) } else { Cow::Owned(unquoted(field)) };
        return Ok((field, &quoted[end + 1..]));
    }
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
