//! Canonical JSON objects: sorted keys, no spaces, scalars as the bill spells them.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// An object with sorted keys and no spaces. Numbers keep their digits (`1.10` stays `1.10`), entries whose value is null
/// are left out because a missing tag and a null tag are the same thing. Nothing for text that is no JSON object.
pub(super) fn canonical(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.starts_with('{') {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    write(text, &mut out)?;
    Some(out)
}

fn write(text: &str, out: &mut String) -> Option<()> {
    match text.as_bytes().first()? {
        b'{' => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
            out.push('{');
            let mut first = true;
            for (key, value) in &members {
                if value.get() == "null" {
                    continue;
                }
                if !std::mem::take(&mut first) {
                    out.push(',');
                }
                string(key, out)?;
                out.push(':');
                write(value.get(), out)?;
            }
            out.push('}');
        }
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write(item.get(), out)?;
            }
            out.push(']');
        }
        // Escapes have more than one spelling.
        b'"' if text.contains('\\') => string(&serde_json::from_str::<String>(text).ok()?, out)?,
        _ => out.push_str(text),
    }
    Some(())
}

/// Appends a JSON string.
pub(super) fn string(text: &str, out: &mut String) -> Option<()> {
    if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::to_string(text).ok()?);
    }
    Some(())
}

/// The string members of a canonical object; other members as their JSON text.
pub(super) fn members(text: &str) -> BTreeMap<String, String> {
    let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) else {
        return BTreeMap::new();
    };
    members
        .into_iter()
        .map(|(key, value)| {
            let raw = value.get();
            let text = if raw.starts_with('"') {
                serde_json::from_str(raw).unwrap_or_default()
            } else {
                raw.to_owned()
            };
            (key, text)
        })
        .collect()
}

/// A canonical object of strings.
pub(super) fn object<'a>(members: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let sorted: BTreeMap<&str, &str> = members.into_iter().collect();
    let mut out = String::from("{");
    for (place, (key, value)) in sorted.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        // A string is always JSON.
        let _ = string(key, &mut out);
        out.push(':');
        let _ = string(value, &mut out);
    }
    out.push('}');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_object_has_one_spelling() {
        for text in [
            r#"{"b":"2","a":"1"}"#,
            r#" { "a" : "1", "b" : "2", "c": null } "#,
            r#"{"b":"2","\u0061":"\u0031"}"#,
        ] {
            assert_eq!(canonical(text).as_deref(), Some(r#"{"a":"1","b":"2"}"#), "{text}");
        }
    }

    #[test]
    fn numbers_keep_their_digits() {
        // Fault 13: an id or a version is not a number to be rounded.
        let text =
            r#"{"account":12345678901234567890123,"version":1.10,"on":true,"list":[ 1, {"z":1,"a":2} ]}"#;
        assert_eq!(
            canonical(text).as_deref(),
            Some(r#"{"account":12345678901234567890123,"list":[1,{"a":2,"z":1}],"on":true,"version":1.10}"#)
        );
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in ["", "[]", "team=shop", "\"a\"", "{", r#"{"a":}"#, r#"{"a":1}x"#, "null"] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }

    #[test]
    fn quotes_and_controls_are_escaped() {
        assert_eq!(object([("k\"", "a\nb"), ("a", "ü")]), r#"{"a":"ü","k\"":"a\nb"}"#);
        assert_eq!(
            members(r#"{"a":"x\ny","n":1.10}"#).into_iter().collect::<Vec<_>>(),
            [("a".to_owned(), "x\ny".to_owned()), ("n".to_owned(), "1.10".to_owned())]
        );
    }
}
