//! Evaluates the formulas of explanations: numbers, `[term]`, `+ - * / ^ ( )`, `min max sqrt exp ln`.

use crate::math;

/// The value of a formula over terms.
///
/// `^` binds tighter than a sign and to the right; `min` and `max` take two or more arguments.
///
/// # Errors
/// A sentence with what was not understood, and where.
pub fn evaluate(formula: &str, term: &dyn Fn(&str) -> Option<f64>) -> Result<f64, String> {
    let mut parser = Parser { text: formula, at: 0, term };
    let value = parser.sum()?;
    match parser.peek() {
        None => Ok(value),
        Some(found) => Err(parser.error(&format!("`{found}` is not expected"))),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    term: &'a dyn Fn(&str) -> Option<f64>,
}

impl Parser<'_> {
    fn error(&self, what: &str) -> String {
        format!("{what} at character {} of `{}`", self.at + 1, self.text)
    }

    fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.text[self.at..].chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        if self.take(wanted) { Ok(()) } else { Err(self.error(&format!("`{wanted}` is expected"))) }
    }

    fn sum(&mut self) -> Result<f64, String> {
        let mut value = self.product()?;
        loop {
            if self.take('+') {
                value += self.product()?;
            } else if self.take('-') {
                value -= self.product()?;
            } else {
                return Ok(value);
            }
        }
    }

    fn product(&mut self) -> Result<f64, String> {
        let mut value = self.signed()?;
        loop {
            if self.take('*') {
                value *= self.signed()?;
            } else if self.take('/') {
                value /= self.signed()?;
            } else {
                return Ok(value);
            }
        }
    }

    fn signed(&mut self) -> Result<f64, String> {
        if self.take('-') {
            return Ok(-self.signed()?);
        }
        let base = self.atom()?;
        if self.take('^') { Ok(math::pow(base, self.signed()?)) } else { Ok(base) }
    }

    fn atom(&mut self) -> Result<f64, String> {
        let Some(first) = self.peek() else { return Err(self.error("the formula ends too early")) };
        if self.take('(') {
            let value = self.sum()?;
            self.expect(')')?;
            return Ok(value);
        }
        if self.take('[') {
            let Some(length) = self.text[self.at..].find(']') else {
                return Err(self.error("`]` is missing"));
            };
            let name = &self.text[self.at..self.at + length];
            self.at += length + 1;
            return (self.term)(name).ok_or_else(|| self.error(&format!("there is no term `{name}`")));
        }
        if first.is_ascii_digit() || first == '.' {
            return self.number();
        }
        let rest = &self.text[self.at..];
        let name = &rest[..rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len())];
        self.at += name.len();
        self.call(name)
    }

    fn number(&mut self) -> Result<f64, String> {
        let bytes = self.text.as_bytes();
        let mut end = self.at;
        while let Some(byte) = bytes.get(end) {
            let exponent_sign = matches!(byte, b'+' | b'-') && matches!(bytes[end - 1], b'e' | b'E');
            if !(byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E') || exponent_sign) {
                break;
            }
            end += 1;
        }
        let number = self.text[self.at..end].parse().map_err(|_| self.error("not a number"))?;
        self.at = end;
        Ok(number)
    }

    fn call(&mut self, name: &str) -> Result<f64, String> {
        self.expect('(')?;
        let mut values = vec![self.sum()?];
        while self.take(',') {
            values.push(self.sum()?);
        }
        self.expect(')')?;
        match (name, values.as_slice()) {
            ("sqrt", [x]) => Ok(x.sqrt()),
            ("exp", [x]) => Ok(math::exp(*x)),
            ("ln", [x]) => Ok(math::ln(*x)),
            ("min", [first, _, ..]) => Ok(values.iter().fold(*first, |least, x| least.min(*x))),
            ("max", [first, _, ..]) => Ok(values.iter().fold(*first, |most, x| most.max(*x))),
            _ => Err(self.error(&format!("there is no function `{name}` of {} arguments", values.len()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::evaluate;

    fn value(formula: &str) -> Result<f64, String> {
        evaluate(formula, &|name| match name {
            "it-energy" => Some(2.0),
            "pue" => Some(1.5),
            _ => None,
        })
    }

    #[test]
    fn operators_bind_as_in_school() {
        for (formula, wanted) in [
            ("[it-energy] * [pue]", 3.0),
            ("1 + 2 * 3 ^ 2 ^ 0.5 * 0 - -1", 2.0),
            ("-2 ^ 2", -4.0),
            ("8 / 4 / 2", 1.0),
            ("(1 + 2) * 3", 9.0),
            ("max(0, min(3, [pue], 7)) + sqrt(4)", 3.5),
            ("exp(0) + ln(1)", 1.0),
            ("1e-3 * 1.5E+3", 1.5),
        ] {
            assert_eq!(value(formula), Ok(wanted), "{formula}");
        }
    }

    #[test]
    fn what_is_not_a_formula_says_where() {
        for (formula, wanted) in [
            ("1 +", "ends too early"),
            ("[wue]", "no term `wue`"),
            ("[pue", "`]` is missing"),
            ("abs(1)", "no function `abs`"),
            ("min(1)", "no function `min` of 1"),
            ("2 2", "`2` is not expected at character 3"),
            ("(1", "`)` is expected"),
        ] {
            assert!(
                value(formula).is_err_and(|error| error.contains(wanted)),
                "{formula}: {:?}",
                value(formula)
            );
        }
    }
}
