//! The one place where numbers become text: digits to fit the interval, units scaled for people,
//! a unit beside every number. No other module of this crate formats a figure.

mod figure;
mod money;
mod number;
mod scale;
mod trend;

pub use figure::{Shown, show, with_interval};
pub use money::{amount, amounts, exact};
pub use number::{count, percent, plural, rounded, significant};
pub use scale::{Scale, scale_for};
pub use trend::{Direction, direction, in_words};

/// Narrow no-break space: between groups of digits, and between a number and its unit.
pub const THIN: char = '\u{202f}';

/// The text cleaned and with one full stop at its end.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut sentence = clean(text).trim_end().trim_end_matches('.').to_owned();
    sentence.push('.');
    sentence
}

/// Text from outside, with what could hide or reorder other text replaced: control characters and
/// the marks that turn the direction of writing.
#[must_use]
pub fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' | '\r' => ' ',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}
