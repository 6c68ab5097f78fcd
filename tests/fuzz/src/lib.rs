//! What the fuzz targets share.

pub mod bill;
pub mod built;
mod file;
mod shown;

pub use file::file;
pub use shown::{is_steering, plain};
