//! JSON, read only: settings, and facts of a bill such as `sku-price-details`.
//!
//! Written here because the parsers that were tried add 40 to 60 KB to every component, most of it the
//! formatting of numbers.

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object; of members with one name the last counts.
    Object(Vec<(String, Json)>),
}

/// Deeper values are refused rather than followed.
const DEPTH: usize = 32;

impl Json {
    /// Reads JSON text; an empty text is an empty object.
    ///
    /// # Errors
    /// A sentence that names the character.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser { text, at: 0 };
        if parser.peek().is_none() {
            return Ok(Self::Object(Vec::new()));
        }
        let value = parser.value(0)?;
        match parser.peek() {
            None => Ok(value),
            Some(_) => Err(parser.error("nothing more")),
        }
    }

    /// The member of an object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.members()?.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// A number.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// A text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// `true` or `false`.
    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        if let Self::Flag(flag) = self { Some(*flag) } else { None }
    }

    /// The items of a list.
    #[must_use]
    pub fn list(&self) -> Option<&[Json]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// The members of an object in their order.
    #[must_use]
    pub fn members(&self) -> Option<&[(String, Json)]> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn error(&self, wanted: &str) -> String {
        format!("{wanted} expected at byte {}", self.at)
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn peek(&mut self) -> Option<u8> {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        self.byte()
    }

    fn take(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, String> {
        if self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(self.error("a value"))
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json, String> {
        if depth > DEPTH {
            return Err(self.error("less depth"));
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.string().map(Json::Text),
            Some(b't') => self.word("true", Json::Flag(true)),
            Some(b'f') => self.word("false", Json::Flag(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.error("a value")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, String> {
        self.at += 1;
        let mut members = Vec::new();
        if self.take(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.error("a name"));
            }
            let name = self.string()?;
            if !self.take(b':') {
                return Err(self.error("`:`"));
            }
            members.push((name, self.value(depth + 1)?));
            if self.take(b'}') {
                return Ok(Json::Object(members));
            }
            if !self.take(b',') {
                return Err(self.error("`,` or `}`"));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Json, String> {
        self.at += 1;
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Json::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take(b']') {
                return Ok(Json::List(items));
            }
            if !self.take(b',') {
                return Err(self.error("`,` or `]`"));
            }
        }
    }

    fn number(&mut self) -> Result<Json, String> {
        let start = self.at;
        while matches!(self.byte(), Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        match self.text.get(start..self.at).and_then(|digits| digits.parse().ok()) {
            Some(number) => Ok(Json::Number(number)),
            None => Err(self.error("a number")),
        }
    }

    fn string(&mut self) -> Result<String, String> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let start = self.at;
            while !matches!(self.byte(), None | Some(b'"' | b'\\')) {
                self.at += 1;
            }
            // Quotes and backslashes are ASCII: a cut beside them is never inside a character.
            text.push_str(self.text.get(start..self.at).unwrap_or_default());
            let end = self.byte();
            self.at += 1;
            match end {
                Some(b'"') => return Ok(text),
                Some(_) => text.push(self.escape()?),
                None => return Err(self.error("`\"`")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let byte = self.byte();
        self.at += 1;
        Ok(match byte {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'u') => {
                let high = self.hex()?;
                let mut code = high;
                if (0xd800..0xdc00).contains(&high) && self.text.as_bytes()[self.at..].starts_with(b"\\u") {
                    self.at += 2;
                    code = 0x1_0000 + ((high - 0xd800) << 10) + (self.hex()?.wrapping_sub(0xdc00) & 0x3ff);
                }
                char::from_u32(code).ok_or_else(|| self.error("a character"))?
            }
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            _ => return Err(self.error("an escape")),
        })
    }

    fn hex(&mut self) -> Result<u32, String> {
        let digits =
            self.text.get(self.at..self.at + 4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.at += 4;
        digits.ok_or_else(|| self.error("four hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn what_bills_and_settings_hold_is_read() {
        let json = Json::parse(
            r#" {"a": [1, -2.5e3, true, null], "b": {"c": "x\"\u00e9\ud83d\ude00\n"}, "b2": ""} "#,
        );
        let json = json.unwrap_or(Json::Null);
        assert_eq!(json.get("a").and_then(Json::list).map(|list| list[1].number()), Some(Some(-2500.0)));
        assert_eq!(json.get("b").and_then(|b| b.get("c")).and_then(Json::text), Some("x\"é😀\n"));
        assert_eq!(json.get("b2").and_then(Json::text), Some(""));
        assert_eq!(json.get("c"), None);
        assert_eq!(Json::parse(" "), Ok(Json::Object(vec![])));
    }

    #[test]
    fn what_is_not_json_is_refused_with_its_place() {
        for (text, wanted) in [
            ("{\"a\"}", "`:` expected at byte 4"),
            ("[1 2]", "`,` or `]` expected at byte 3"),
            ("\"a", "`\"` expected"),
            ("01x", "nothing more expected"),
            ("-", "a number expected"),
            ("\"\\ud800\"", "a character expected"),
            ("tru", "a value expected"),
        ] {
            assert!(
                Json::parse(text).is_err_and(|error| error.contains(wanted)),
                "{text}: {:?}",
                Json::parse(text)
            );
        }
        assert!(Json::parse(&"[".repeat(100)).is_err());
    }
}
