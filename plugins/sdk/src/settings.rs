//! The settings that the manifest gives a plugin, checked by the host against the plugin's schema before.

use crate::fault::Fault;
use crate::json::Json;

/// The settings of one plugin. A setting that is absent is `None`; one of another type is a fault.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings(Json);

impl Settings {
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let json = Json::parse(text)
            .map_err(|error| Fault::settings(format!("the settings are not JSON: {error}")))?;
        if json.members().is_none() {
            return Err(Fault::settings("the settings are not an object"));
        }
        Ok(Self(json))
    }

    /// The setting as it stands.
    #[must_use]
    pub fn json(&self, key: &str) -> Option<&Json> {
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
    pub fn text(&self, key: &str) -> Result<Option<&str>, Fault> {
        self.typed(key, "a text", Json::text)
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
        self.typed(key, "a list of two numbers", |json| match json.list()? {
            [first, second] => Some([first.number()?, second.number()?]),
            _ => None,
        })
    }

    /// Two geometric standard deviations, the one where the hardware (or place) is known and the one where it is
    /// not; the default where the setting is absent.
    ///
    /// # Errors
    /// `settings.invalid` where the setting is no list of two numbers of at least 1.
    pub fn gsds(&self, key: &str, default: [f64; 2]) -> Result<[f64; 2], Fault> {
        let gsds = self.pair(key)?.unwrap_or(default);
        if gsds.iter().all(|gsd| *gsd >= 1.0 && gsd.is_finite()) {
            Ok(gsds)
        } else {
            Err(Fault::settings(format!("`{key}` needs geometric standard deviations of at least 1")))
        }
    }

    fn typed<'a, T>(
        &'a self,
        key: &str,
        what: &str,
        read: impl Fn(&'a Json) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        match self.0.get(key) {
            None => Ok(None),
            Some(json) => match read(json) {
                Some(value) => Ok(Some(value)),
                None => Err(Fault::settings(format!("`{key}` is not {what}"))),
            },
        }
    }
}
