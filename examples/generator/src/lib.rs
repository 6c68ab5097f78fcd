//! What writes the files of `examples/serverless-shop`, and large bills for benchmarks.
//!
//! Everything is invented and seeded: the same arguments write the same bytes.

pub mod calendar;
pub mod columns;
pub mod cur2;
pub mod decimal;
pub mod demand;
pub mod fleet;
pub mod focus;
pub mod large;
pub mod products;
pub mod random;
pub mod row;
pub mod table;
pub mod work;
pub mod year;

/// The year of the example; its 1 January is a Wednesday.
pub const YEAR: i16 = 2025;
/// The day of the week of its 1 January, 0 for Monday.
pub const FIRST_WEEKDAY: usize = 2;
