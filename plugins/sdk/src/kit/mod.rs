//! Tests of a model in native code, without a sandbox.
//!
//! `tests/model.rs` of a plugin:
//! ```ignore
//! use joulework_sdk::kit::{self, Case};
//! use memory_energy::Memory;
//!
//! #[test]
//! fn it_says_what_it_is() {
//!     kit::description::<Memory>();
//! }
//!
//! // tests/golden/NAME/{input.csv, expected.csv}, settings.json and tables/TABLE.csv where needed;
//! // JOULEWORK_REFRESH=1 writes expected.csv anew. The laws and the explanations are checked on the same rows.
//! #[test]
//! fn golden_rows_stay() {
//!     kit::golden::<Memory>(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"));
//! }
//!
//! #[test]
//! fn a_gib_of_memory_takes_its_watts() {
//!     let rows = Case::<Memory>::new().run("memory-hours,cpu-family\n1000,intel-icelake\n").unwrap();
//!     assert_eq!(rows.number("memory-energy", 0), Some(0.37));
//!     assert_eq!(rows.number("memory-energy.gsd.memory-power", 0), Some(1.35));
//!     assert_eq!(rows.text("memory-energy.basis", 0), Some("known-hardware"));
//! }
//! ```
//! Everything here panics with a sentence where a promise is broken.

mod case;
mod description;
mod explanation;
mod golden;
mod laws;
mod rows;

pub use case::Case;
pub use description::{FACTORS, description};
pub use golden::golden;
pub use joulework_units::formula::evaluate;
pub use rows::Rows;
