//! Write a joulework estimator as a typed model over columns.
//!
//! An author declares the columns that the model reads ([`inputs!`]) and returns ([`outputs!`], with total, inherited
//! and own errors in one place), the tables that it looks up ([`factors!`]), and implements [`Estimator`]. Names,
//! kinds and units of standard columns come from `wit/standard-columns.csv`: a misspelt name, a wrong type or a
//! missing unit stops the compiler with a sentence. Nothing of the wire format is seen.
//!
//! # A whole plugin
//!
//! `plugins/memory-energy/Cargo.toml` (and its folder's name in `members` of `plugins/Cargo.toml`):
//! ```toml
//! [package]
//! name = "memory-energy"                     # the plugin's id
//! description = "Energy of memory"           # its summary
//! version.workspace = true                   # and edition, rust-version, license, publish
//!
//! [lib]
//! crate-type = ["cdylib", "rlib"]            # the component, and what tests link to
//!
//! [dependencies]
//! joulework-sdk.workspace = true
//!
//! [lints]
//! workspace = true
//! ```
//! `data/watts.csv`, with the provenance columns of every factor table beside its own:
//! ```csv
//! factor-id,family,watts,valid-from,valid-to,scope,published,licence,source
//! ddr5,intel-icelake,0.37,,,use,2023,MIT,"GreenSKU, 23.68 W per 64 GB"
//! ```
//! `src/lib.rs`:
//! ```
//! use joulework_sdk::prelude::*;
//!
//! inputs! {
//!     pub struct In {
//!         memory: Numbers = input("memory-hours"),
//!         family: Optional<Categories> = input("cpu-family"),
//!     }
//! }
//!
//! outputs! {
//!     pub struct Out {
//!         energy: Graded<NumbersOut<2>> = output("memory-energy")
//!             .part_of("it-energy")
//!             .error("memory-power", &[])                       // all rows share it
//!             .error("memory-power-family", &["cpu-family"]),   // rows of one family share it
//!     }
//! }
//!
//! factors! {
//!     pub struct Watts: "memory-watts" in "../doc/watts.csv", "Power of memory by CPU family" {
//!         family: String = column("family").doc("CPU family"),
//!         watts: f64 = column("watts").unit("W/GiB").doc("Mean power"),
//!     }
//! }
//!
//! pub struct Memory {
//!     watts: Keyed<Watts>,
//! }
//!
//! impl Estimator for Memory {
//!     type Inputs = In;
//!     type Outputs = Out;
//!
//!     const ABOUT: About = about!().factors("2026-11", &[table::<Watts>()]);
//!
//!     fn configure(_settings: &Settings, tables: &Tables) -> Result<Self, Fault> {
//!         Ok(Self { watts: Keyed::new(tables.load()?, |row: &Factor<Watts>| row.family.clone()) })
//!     }
//!
//!     fn estimate(&self, input: &In, out: &mut Out) -> Result<(), Fault> {
//!         // Text once per distinct value, …
//!         let watts = input.family.map(|family| self.watts.at(family?, None));
//!         // … numbers per row.
//!         for (memory, found) in input.memory.iter().zip(watts.iter()) {
//!             match (memory, found) {
//!                 (Some(0.0), _) => out.energy.zero(),
//!                 (Some(memory), Some(found)) => {
//!                     out.energy.push(memory * found.row.watts / 1000.0, [1.35, 1.2], Basis::KnownHardware);
//!                 }
//!                 _ => out.energy.unknown(),
//!             }
//!         }
//!         Ok(())
//!     }
//!
//!     fn explain(&self, input: &In, row: usize, steps: &mut Steps<'_>) -> Result<(), Fault> {
//!         let found = input.family.get(row).and_then(|family| self.watts.at(family, None));
//!         match (input.memory.get(row), found) {
//!             (Some(0.0), _) => steps.zero("memory-energy"),
//!             (Some(memory), Some(found)) => {
//!                 steps
//!                     .step("memory-energy", "[memory-hours] * [watts] / 1000")
//!                     .input("memory-hours", memory)
//!                     .factor("watts", found.row.watts, "W/GiB", &found.row.id);
//!             }
//!             _ => {}
//!         }
//!         Ok(())
//!     }
//! }
//!
//! plugin!(Memory);
//! # fn main() {}
//! ```
//! `tests/model.rs` runs the model natively, without a sandbox: see [`kit`].
//!
//! # Advisors
//!
//! A plugin that proposes changes implements [`Advisor`] instead, with [`inputs!`] and [`factors!`] as above, and ends with
//! `advisor!(Name);`. It is shown one resource at a time (the columns `capacity` to `traffic` of the standard list are made
//! for it) and returns [`Proposal`]s; what a proposal saves is worked out by the host. `plugins/right-size` is one.
//!
//! # Rules
//! - A row is estimated from its own columns alone: splitting, reordering, repeating a batch changes nothing.
//! - 0 means that the row has nothing of the kind, unknown that it has something that cannot be said. A value is a
//!   mean; a GSD is at least 1.
//! - Additive outputs scale with the additive inputs. The host runs models with a quantity of 1 and multiplies.
//! - [`Categories::map`] and [`combine`] look texts up once per batch; rows only touch codes.
//! - `exp`, `ln`, `pow` come from [`math`]: the same bytes on every machine.
//! - A panic stops the guest with its text; a [`Fault`] names code, row and column.

mod advisor;
pub mod bindings;
mod columns;
mod csv;
mod describe;
pub mod diagnostics;
mod estimator;
mod explain;
pub mod factors;
mod fault;
mod grouping;
mod json;
#[cfg(not(target_arch = "wasm32"))]
pub mod kit;
mod macros;
pub mod math;
mod names;
mod output;
mod settings;
mod standard;

pub use advisor::{Advisor, AdvisorPlugin, Change, Proposal, Reviewing};
pub use bindings::joulework::plugin::columns::Column as WireColumn;
pub use columns::{Categories, Decimal, Decimals, Instants, Known, Numbers, Optional, ReadColumn, Texts};
pub use describe::{About, Citation, Input, Kind, MOST_ERRORS, MOST_INHERITED, Output, input, output};
pub use estimator::{Configured, Estimator, InputReader, Inputs, Outputs, Plugin};
pub use explain::{Steps, Terms};
pub use fault::Fault;
pub use grouping::{PerRow, combine};
pub use json::Json;
pub use output::{Basis, CategoriesOut, Code, Graded, NumbersOut, OutputColumn};
pub use settings::Settings;

/// Everything that a plugin needs.
pub mod prelude {
    pub use crate::factors::{Factor, Found, Keyed, Tables, column, table, year_of};
    pub use crate::{
        About, Advisor, Basis, Categories, CategoriesOut, Change, Citation, Code, Decimals, Estimator, Fault,
        Graded, Inputs, Instants, Json, Numbers, NumbersOut, Optional, PerRow, Proposal, Settings, Steps,
        Texts, combine, input, math, output,
    };
    pub use crate::{about, advisor, factors, inputs, outputs, plugin};
}
