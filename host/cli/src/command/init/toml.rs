//! Text as TOML and as globs, so that whatever a bill says stays a value.

use std::fmt::Write;

/// A basic string of TOML.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            letter if letter.is_control() => {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{:04X}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// A key, bare where it can be.
pub(super) fn key(text: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !text.is_empty() && text.bytes().all(bare) { text.to_owned() } else { quoted(text) }
}

/// A glob that matches the text alone.
pub(super) fn glob(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '*' | '?' | '[' | ']' => out.extend(['[', letter, ']']),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;
    use joulework::manifest::Manifest;

    #[test]
    fn whatever_a_tag_says_is_read_back() {
        for text in ["shop", "a \"b\" \\ c", "line\nline\u{7f}\u{1}", "x*[y]?]", "ü-ß", " a", "a.b c"] {
            let manifest = format!(
                "[[bill]]\npath = \"b\"\n[[workload]]\nname = {}\n[[workload.rule]]\ntag = {{ {} = [{}] }}\n",
                quoted(&format!("w{text}")),
                key(text),
                quoted(&glob(text)),
            );
            let read = Manifest::parse(&manifest, std::path::Path::new("")).unwrap();
            let workload = read.workloads.first().unwrap();
            assert_eq!(workload.name, format!("w{text}"));
            let rule = workload.rules.first().unwrap();
            assert_eq!(rule.tag.get(text), Some(&vec![glob(text)]), "{text}");
        }
    }
}
