//! Settings of a plugin as JSON, which is what the plugin states its schema for.

use serde_json::{Map, Number, Value};
use toml::Spanned;
use toml::de::DeValue;

use crate::error::ManifestError;
use crate::section::Section;

/// A TOML value as JSON; times become texts.
///
/// # Errors
/// A number that JSON does not have: not finite, or a whole one beyond 64 bits.
pub(crate) fn value(
    section: &Section<'_>,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) -> Result<Value, ManifestError> {
    let refuse = |found: &str| section.wrong_value(key, "a number that JSON can hold", found, value.span());
    Ok(match value.get_ref() {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(whole) => Value::Number(whole.into()),
            Err(_) => return Err(refuse(&number.to_string())),
        },
        DeValue::Float(number) => {
            let finite = number.as_str().parse().ok().and_then(Number::from_f64);
            Value::Number(finite.ok_or_else(|| refuse(number.as_str()))?)
        }
        DeValue::Boolean(boolean) => Value::Bool(*boolean),
        DeValue::Datetime(time) => Value::String(time.to_string()),
        DeValue::Array(items) => {
            Value::Array(items.iter().map(|item| self::value(section, key, item)).collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => {
            let entries = table.iter().map(|(name, item)| {
                let name = name.get_ref().to_string();
                self::value(section, &format!("{key}.{name}"), item).map(|item| (name, item))
            });
            Value::Object(entries.collect::<Result<Map<_, _>, _>>()?)
        }
    })
}
