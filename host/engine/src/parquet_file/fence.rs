//! A fence around the Parquet library: a damaged file must give an error, and some make the library panic.

use std::cell::Cell;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside the fence: a panic there becomes an error of the file that is read, and a program's panic
/// hook need not print it.
#[must_use]
pub fn panics_are_caught() -> bool {
    INSIDE.with(Cell::get)
}

/// Lets the library work; an error or a panic is told in words. What it worked on must not be used again then.
pub(crate) fn fenced<T, E: Display>(work: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    let before = INSIDE.with(|inside| inside.replace(true));
    let result = catch_unwind(AssertUnwindSafe(work));
    INSIDE.with(|inside| inside.set(before));
    match result {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            Err(format!("the reader gave up: {text}"))
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_and_the_fence_is_open_again() {
        let error = fenced(|| -> Result<(), String> {
            assert!(panics_are_caught());
            panic!("at {}", 7)
        });
        assert_eq!(error.unwrap_err(), "the reader gave up: at 7");
        assert!(!panics_are_caught());
        assert_eq!(fenced(|| Ok::<_, String>(3)), Ok(3));
    }
}
