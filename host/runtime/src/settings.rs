//! Settings against the JSON Schema that a plugin states for them.
//!
//! The schema comes from the plugin and is not trusted: `schema_shape` bounds what it can cost, references to files or
//! the network are never followed, and patterns run on an engine whose time grows with the text alone.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ValidationError, Validator};
use serde_json::Value;

use crate::fault::FaultKind;
use crate::printable::printable;
use crate::schema_shape;

/// Bytes that a schema may have.
const SCHEMA_BYTES: usize = 256 << 10;
/// Bytes that one compiled pattern may take.
const PATTERN_BYTES: usize = 1 << 20;

/// Checks that a schema can be used at all; an empty one stands for a plugin without settings.
pub(crate) fn check_schema(schema: &str) -> Result<(), FaultKind> {
    compile(schema).map(drop)
}

/// The settings as the text that the plugin is given; `null` counts as no settings at all.
pub(crate) fn check(schema: &str, settings: &Value) -> Result<String, FaultKind> {
    let empty = Value::Object(serde_json::Map::new());
    let settings = if settings.is_null() { &empty } else { settings };
    if let Some(error) = compile(schema)?.iter_errors(settings).next() {
        let (key, message) = match stray(&error, settings) {
            Some(key) => (Some(key), "the plugin has no such setting".to_owned()),
            None => (None, error.to_string()),
        };
        return Err(FaultKind::Settings {
            key: printable(&key_of(&error, key)),
            message: printable(&message),
        });
    }
    Ok(settings.to_string())
}

fn compile(schema: &str) -> Result<Validator, FaultKind> {
    let wrong = |message: String| FaultKind::Descriptor {
        message: printable(&format!("its settings schema {message}")),
    };
    if schema.len() > SCHEMA_BYTES {
        return Err(wrong(format!("has {} bytes; the limit is {SCHEMA_BYTES}", schema.len())));
    }
    let text =
        if schema.trim().is_empty() { r#"{"type":"object","additionalProperties":false}"# } else { schema };
    let value: Value = serde_json::from_str(text).map_err(|error| wrong(format!("is no JSON: {error}")))?;
    schema_shape::check(&value).map_err(wrong)?;
    jsonschema::options()
        .with_pattern_options(PatternOptions::regex().size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES))
        .build(&value)
        .map_err(|error| wrong(format!("is no JSON Schema: {error}")))
}

/// The key below the place that is to blame, where it is itself unexpected. The checker names the key only where the
/// schema lists some properties; where it lists none, the first one is as unexpected as the others.
fn stray(error: &ValidationError<'_>, settings: &Value) -> Option<String> {
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => unexpected.first().cloned(),
        ValidationErrorKind::FalseSchema => {
            settings.pointer(error.instance_path().as_str())?.as_object()?.keys().next().cloned()
        }
        _ => None,
    }
}

/// Path of the key that is to blame, with dots: also where the key itself is unexpected or missing.
fn key_of(error: &ValidationError<'_>, stray: Option<String>) -> String {
    let mut path: Vec<String> = error
        .instance_path()
        .as_str()
        .split('/')
        .filter(|part| !part.is_empty())
        .map(|part| part.replace("~1", "/").replace("~0", "~"))
        .collect();
    path.extend(stray);
    if let ValidationErrorKind::Required { property } = error.kind() {
        path.extend(property.as_str().map(str::to_owned));
    }
    path.join(".")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;
    use serde_json::json;

    const SCHEMA: &str = r#"{
        "type": "object", "additionalProperties": false, "required": ["life-years"],
        "properties": {
            "life-years": {"type": "number", "exclusiveMinimum": 0},
            "regions": {"type": "object", "additionalProperties": {"type": "number"}}
        }
    }"#;

    fn key(settings: &Value) -> String {
        match check(SCHEMA, settings).unwrap_err() {
            FaultKind::Settings { key, .. } => key,
            other => other.to_string(),
        }
    }

    #[test]
    fn the_key_to_blame_is_named() {
        assert_eq!(key(&json!({"life-years": 0})), "life-years");
        assert_eq!(key(&json!({"life-years": 4, "regions": {"eu-west-1": "x"}})), "regions.eu-west-1");
        assert_eq!(key(&json!({"life-years": 4, "lifeyears": 5})), "lifeyears");
        assert_eq!(key(&Value::Null), "life-years");
        assert_eq!(key(&json!([])), "");
    }

    #[test]
    fn good_settings_are_passed_on_as_json() {
        assert_eq!(check(SCHEMA, &json!({"life-years": 4.9})).unwrap(), r#"{"life-years":4.9}"#);
        assert_eq!(check("", &Value::Null).unwrap(), "{}");
    }

    #[test]
    fn a_plugin_without_a_schema_takes_no_settings() {
        let fault = check("", &json!({"x": 1})).unwrap_err();
        assert!(matches!(fault, FaultKind::Settings { key, .. } if key == "x"));
    }

    #[test]
    fn a_schema_that_is_none_or_points_outside_is_refused() {
        assert!(matches!(check_schema("{"), Err(FaultKind::Descriptor { .. })));
        assert!(matches!(check_schema(r#"{"type": 5}"#), Err(FaultKind::Descriptor { .. })));
        assert!(matches!(
            check_schema(r#"{"$ref": "file:///etc/passwd"}"#),
            Err(FaultKind::Descriptor { .. })
        ));
        assert!(matches!(
            check_schema(r#"{"$ref": "https://example.org/x"}"#),
            Err(FaultKind::Descriptor { .. })
        ));
    }
}
