//! Counts, in tests alone, the steps of loops that must not grow with the square of their input.
//!
//! Speeds differ from machine to machine; the number of steps does not, so a test can hold it against a bound.

#[cfg(test)]
use std::cell::Cell;

#[cfg(test)]
thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// Counts `count` steps; nothing outside of tests.
#[inline]
#[cfg_attr(not(test), allow(unused_variables, reason = "steps are counted in tests alone"))]
pub(crate) fn add(count: usize) {
    #[cfg(test)]
    STEPS.with(|steps| steps.set(steps.get() + count as u64));
}

/// How many steps `work` takes on this thread, and what it gives.
#[cfg(test)]
pub(crate) fn of<T>(work: impl FnOnce() -> T) -> (u64, T) {
    let before = STEPS.with(Cell::get);
    let result = work();
    (STEPS.with(Cell::get) - before, result)
}
