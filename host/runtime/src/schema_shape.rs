//! What a settings schema may look like, so that neither compiling it nor checking settings against it takes long.
//!
//! A reference is followed at every place that names it, so a short schema can stand for an endless one: each of thirty
//! definitions that names the next one twice makes a thousand million. Here the parts are counted as they will be
//! compiled, with every reference written out.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Parts of a schema with its references written out.
const PARTS: u64 = 20_000;
/// Patterns among them.
const PATTERNS: u64 = 64;
/// Parts and references inside each other.
const DEEPEST: usize = 64;

/// Keys whose values are plain data, never a schema.
const DATA: [&str; 4] = ["const", "default", "enum", "examples"];
/// Keys whose values are maps from the user's names to schemas.
const MAPS: [&str; 6] =
    ["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"];
/// Keys that lead a reference elsewhere than to a place of this text.
const ELSEWHERE: [&str; 5] =
    ["$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef"];

/// How much there is below a place.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    parts: u64,
    patterns: u64,
    /// How far its parts and references go inside each other.
    depth: usize,
}

/// Says what is wrong with a schema that would take too long.
pub(crate) fn check(schema: &Value) -> Result<(), String> {
    let mut walk = Walk { root: schema, known: BTreeMap::new() };
    let Cost { parts, patterns, .. } = walk.schema(schema, 0)?;
    if parts > PARTS {
        return Err(format!("has more than {PARTS} parts with its references written out"));
    }
    if patterns > PATTERNS {
        return Err(format!("has {patterns} patterns; the limit is {PATTERNS}"));
    }
    Ok(())
}

struct Walk<'a> {
    root: &'a Value,
    /// What stands behind references; nothing while one is being followed.
    known: BTreeMap<&'a str, Option<Cost>>,
}

impl<'a> Walk<'a> {
    fn schema(&mut self, schema: &'a Value, depth: usize) -> Result<Cost, String> {
        let too_deep = || Err(format!("has more than {DEEPEST} parts inside each other"));
        if depth > DEEPEST {
            return too_deep();
        }
        let mut cost = Cost { parts: 1, patterns: 0, depth: 1 };
        match schema {
            Value::Array(items) => {
                for item in items {
                    cost.add(self.schema(item, depth + 1)?);
                }
            }
            Value::Object(object) => self.object(object, depth, &mut cost)?,
            _ => {}
        }
        // What is known already was not walked again, and may lie deeper here than where it was found.
        if cost.depth > DEEPEST { too_deep() } else { Ok(cost) }
    }

    fn object(
        &mut self,
        object: &'a Map<String, Value>,
        depth: usize,
        cost: &mut Cost,
    ) -> Result<(), String> {
        for (key, value) in object {
            let key = key.as_str();
            if ELSEWHERE.contains(&key) || key == "$id" && depth > 0 {
                return Err(format!("has `{key}`; use `$ref` to a place in the schema itself"));
            }
            match value {
                Value::String(target) if key == "$ref" => cost.add(self.reference(target, depth)?),
                Value::String(_) if key == "pattern" => cost.patterns += 1,
                Value::Object(map) if MAPS.contains(&key) => {
                    if key == "patternProperties" {
                        cost.patterns += u64::try_from(map.len()).unwrap_or(u64::MAX);
                    }
                    for child in map.values() {
                        cost.add(self.schema(child, depth + 1)?);
                    }
                }
                _ if DATA.contains(&key) => cost.parts += 1,
                _ => cost.add(self.schema(value, depth + 1)?),
            }
        }
        Ok(())
    }

    fn reference(&mut self, target: &'a str, depth: usize) -> Result<Cost, String> {
        match self.known.get(target) {
            Some(Some(cost)) => return Ok(*cost),
            Some(None) => return Err(format!("refers to itself by `{target}`")),
            None => {}
        }
        let place = target.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
        let Some(place) = place else {
            return Err(format!("refers to `{target}`, which is no place in the schema itself"));
        };
        self.known.insert(target, None);
        let cost = self.schema(place, depth + 1)?;
        self.known.insert(target, Some(cost));
        Ok(cost)
    }
}

impl Cost {
    fn add(&mut self, other: Self) {
        self.parts = self.parts.saturating_add(other.parts);
        self.patterns = self.patterns.saturating_add(other.patterns);
        self.depth = self.depth.max(other.depth + 1);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;
    use serde_json::json;

    fn problem(schema: &Value) -> String {
        check(schema).unwrap_err()
    }

    /// Each of `count` definitions names the next one `times` times.
    fn doubling(count: usize, times: usize) -> Value {
        let mut definitions = Map::new();
        for number in 0..count {
            let next = json!({ "$ref": format!("#/$defs/d{}", number + 1) });
            definitions.insert(format!("d{number}"), json!({ "allOf": vec![next; times] }));
        }
        definitions.insert(format!("d{count}"), json!({ "type": "object" }));
        json!({ "$ref": "#/$defs/d0", "$defs": definitions })
    }

    #[test]
    fn what_kits_write_is_taken() {
        let region = json!({ "type": "object", "properties": { "pue": { "type": "number" } } });
        let schema = json!({
            "$id": "https://example.org/settings", "$schema": "https://json-schema.org/draft/2020-12/schema",
            "properties": {
                "regions": { "additionalProperties": { "$ref": "#/$defs/region" }, "default": { "$ref": "x" } },
                "$ref": { "type": "string", "pattern": "^a$" }, "home": { "$ref": "#/$defs/region" },
            },
            "$defs": { "region": region },
        });
        assert_eq!(check(&schema), Ok(()));
        assert_eq!(check(&doubling(8, 2)), Ok(()));
    }

    #[test]
    fn a_schema_that_grows_when_it_is_written_out_is_refused() {
        assert!(problem(&doubling(15, 4)).contains("more than 20000 parts"));
        assert!(problem(&doubling(2_000, 1)).contains("inside each other"));
        // The same where the end of the chain is walked first.
        let link = |number: u32| json!({ "$ref": format!("#/$defs/d{:04}", number - 1) });
        let mut chain: Map<String, Value> =
            (1..2_000).map(|number| (format!("d{number:04}"), link(number))).collect();
        chain.insert("d0000".to_owned(), json!({}));
        assert!(problem(&json!({ "$defs": chain })).contains("inside each other"));
    }

    #[test]
    fn a_reference_leads_to_another_place_of_the_same_text() {
        assert!(problem(&json!({ "$ref": "#" })).contains("refers to itself"));
        let loops =
            json!({ "$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "not": { "$ref": "#/$defs/a" } } } });
        assert!(problem(&loops).contains("refers to itself"));
        for elsewhere in ["https://example.org/x", "file:///etc/passwd", "#/nowhere", "other.json"] {
            assert!(problem(&json!({ "$ref": elsewhere })).contains("no place in the schema"), "{elsewhere}");
        }
        assert!(problem(&json!({ "$dynamicRef": "#meta" })).contains("$dynamicRef"));
        assert!(problem(&json!({ "properties": { "x": { "$id": "y" } } })).contains("$id"));
    }

    #[test]
    fn patterns_are_few() {
        let many: Map<String, Value> =
            (0..65).map(|number| (format!("p{number}"), json!({ "pattern": "\\w{500}" }))).collect();
        assert!(problem(&json!({ "properties": many })).contains("65 patterns"));
    }
}
