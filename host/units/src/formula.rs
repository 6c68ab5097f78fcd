//! The formulas of explanations: numbers, `[term]`, `+ - * / ^ ( )`, `min max sqrt exp ln`.
//!
//! A formula may come from a stranger: whatever it says, evaluating it ends soon and without a panic.

use crate::math;

/// Most brackets, signs and powers inside each other.
const DEEPEST: usize = 64;

/// Why a formula has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} at character {position} of `{formula}`")]
pub struct FormulaError {
    /// What was not understood.
    pub what: String,
    /// Where, counted from 1 in bytes.
    pub position: usize,
    /// The formula.
    pub formula: String,
}

/// The value of a formula over terms, by their names. It may be infinite or not a number, as its terms may.
///
/// `^` binds tighter than a sign and to the right; `min` and `max` take two or more arguments.
///
/// # Errors
/// What was not understood, and where.
pub fn evaluate(formula: &str, term: &dyn Fn(&str) -> Option<f64>) -> Result<f64, FormulaError> {
    let mut parser = Parser { text: formula, at: 0, depth: 0, term };
    let value = parser.sum()?;
    match parser.peek() {
        None => Ok(value),
        Some(found) => Err(parser.error(format!("`{found}` is not expected"))),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    term: &'a dyn Fn(&str) -> Option<f64>,
}

impl<'a> Parser<'a> {
    fn error(&self, what: impl Into<String>) -> FormulaError {
        FormulaError { what: what.into(), position: self.at + 1, formula: self.text.to_owned() }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed.chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn expect(&mut self, wanted: char) -> Result<(), FormulaError> {
        if self.take(wanted) { Ok(()) } else { Err(self.error(format!("`{wanted}` is expected"))) }
    }

    fn sum(&mut self) -> Result<f64, FormulaError> {
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

    fn product(&mut self) -> Result<f64, FormulaError> {
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

    /// Every way to nest passes through here.
    fn signed(&mut self) -> Result<f64, FormulaError> {
        if self.depth == DEEPEST {
            return Err(self.error("too much is nested"));
        }
        self.depth += 1;
        let value = if self.take('-') {
            -self.signed()?
        } else {
            let base = self.atom()?;
            if self.take('^') { math::pow(base, self.signed()?) } else { base }
        };
        self.depth -= 1;
        Ok(value)
    }

    fn atom(&mut self) -> Result<f64, FormulaError> {
        let Some(first) = self.peek() else { return Err(self.error("the formula ends too early")) };
        if self.take('(') {
            let value = self.sum()?;
            self.expect(')')?;
            return Ok(value);
        }
        if self.take('[') {
            let Some((name, _)) = self.rest().split_once(']') else {
                return Err(self.error("`]` is missing"));
            };
            self.at += name.len() + 1;
            return (self.term)(name).ok_or_else(|| self.error(format!("there is no term `{name}`")));
        }
        if first.is_ascii_digit() || first == '.' {
            return self.number();
        }
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default();
        self.at += name.len();
        self.call(name)
    }

    fn number(&mut self) -> Result<f64, FormulaError> {
        let rest = self.rest();
        let mut last = ' ';
        let ends = |c: char| {
            let exponent_sign = matches!(c, '+' | '-') && matches!(last, 'e' | 'E');
            last = c;
            !(c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E') || exponent_sign)
        };
        let end = rest.find(ends).unwrap_or(rest.len());
        let number = rest.get(..end).unwrap_or_default().parse().map_err(|_| self.error("not a number"))?;
        self.at += end;
        Ok(number)
    }

    fn call(&mut self, name: &str) -> Result<f64, FormulaError> {
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
            _ => Err(self.error(format!("there is no function `{name}` of {} arguments", values.len()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FormulaError, evaluate};

    fn value(formula: &str) -> Result<f64, FormulaError> {
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
                value(formula).is_err_and(|error| error.to_string().contains(wanted)),
                "{formula}: {:?}",
                value(formula)
            );
        }
    }

    #[test]
    fn a_hostile_formula_ends_with_an_error() {
        for formula in ["(".repeat(100_000), "-".repeat(100_000), "1^".repeat(100_000), "min(".repeat(50_000)]
        {
            assert!(value(&formula).is_err_and(|error| error.what == "too much is nested"));
        }
        for formula in ["", "[", "]", "(", "é", "1e", "1e+", ".", "min", "[é", "1 é"] {
            assert!(value(formula).is_err(), "{formula}");
        }
        assert_eq!(value(&vec!["1"; 10_000].join("+")), Ok(10_000.0));
    }
}
