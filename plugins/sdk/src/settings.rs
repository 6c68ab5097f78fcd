//! The settings that the manifest gives a plugin, checked by the host against the plugin's schema before.

use tinyjson::JsonValue;

use crate::fault::Fault;

/// A JSON value: settings, or facts of a bill such as `sku-price-details`.
#[derive(Debug, Clone, PartialEq)]
pub struct Json(JsonValue);

impl Json {
    /// Reads JSON text; an empty text is an empty object.
    ///
    /// # Errors
    /// A sentence that names line and column.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = if text.trim().is_empty() { "{}" } else { text };
        text.parse().map(Self).map_err(|error: tinyjson::JsonParseError| error.to_string())
    }

    /// The member of an object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Json> {
        match &self.0 {
            JsonValue::Object(members) => members.get(key).cloned().map(Json),
            _ => None,
        }
    }

    /// A number.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        self.0.get::<f64>().copied()
    }

    /// A text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.0.get::<String>().map(String::as_str)
    }

    /// `true` or `false`.
    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        self.0.get::<bool>().copied()
    }

    /// The items of a list.
    #[must_use]
    pub fn list(&self) -> Option<Vec<Json>> {
        self.0.get::<Vec<JsonValue>>().map(|items| items.iter().cloned().map(Json).collect())
    }

    /// The members of an object, by name.
    #[must_use]
    pub fn members(&self) -> Option<Vec<(String, Json)>> {
        let JsonValue::Object(object) = &self.0 else { return None };
        let mut members: Vec<_> = object.iter().map(|(key, value)| (key.clone(), Json(value.clone()))).collect();
        members.sort_by(|a, b| a.0.cmp(&b.0));
        Some(members)
    }
}

/// The settings of one plugin. A setting that is absent is `None`; one of another type is a fault.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings(Json);

impl Settings {
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let json = Json::parse(text).map_err(|error| Fault::settings(format!("the settings are not JSON: {error}")))?;
        if json.members().is_none() {
            return Err(Fault::settings("the settings are not an object"));
        }
        Ok(Self(json))
    }

    /// The setting as it stands.
    #[must_use]
    pub fn json(&self, key: &str) -> Option<Json> {
        self.0.get(key)
    }

    /// A number.
    ///
    /// # Errors
    /// `settings.invalid` where the setting is no finite number.
    pub fn number(&self, key: &str) -> Result<Option<f64>, Fault> {
        self.typed(key, "a number", |json| json.number().filter(|number| number.is_finite()))
    }

    /// A text.
    ///
    /// # Errors
    /// `settings.invalid` where the setting is no text.
    pub fn text(&self, key: &str) -> Result<Option<String>, Fault> {
        self.typed(key, "a text", |json| json.text().map(str::to_owned))
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// `settings.invalid` where the setting is neither.
    pub fn flag(&self, key: &str) -> Result<Option<bool>, Fault> {
        self.typed(key, "`true` or `false`", Json::flag)
    }

    /// A list of two numbers.
    ///
    /// # Errors
    /// `settings.invalid` where the setting is anything else.
    pub fn pair(&self, key: &str) -> Result<Option<[f64; 2]>, Fault> {
        self.typed(key, "a list of two numbers", |json| {
            let numbers: Vec<f64> = json.list()?.iter().filter_map(Json::number).filter(|n| n.is_finite()).collect();
            <[f64; 2]>::try_from(numbers).ok()
        })
    }

    /// Two geometric standard deviations, the one where the hardware (or place) is known and the one where it is
    /// not, or the default.
    ///
    /// # Errors
    /// `settings.invalid` where the setting is no list of two numbers of at least 1.
    pub fn gsds(&self, key: &str, default: [f64; 2]) -> Result<[f64; 2], Fault> {
        let gsds = self.pair(key)?.unwrap_or(default);
        if gsds.iter().all(|gsd| *gsd >= 1.0) {
            Ok(gsds)
        } else {
            Err(Fault::settings(format!("`{key}` has a geometric standard deviation below 1")))
        }
    }

    fn typed<T>(&self, key: &str, what: &str, read: impl Fn(&Json) -> Option<T>) -> Result<Option<T>, Fault> {
        match self.0.get(key) {
            None => Ok(None),
            Some(json) => read(&json).map(Some).ok_or_else(|| Fault::settings(format!("`{key}` is not {what}"))),
        }
    }
}
