//! The engine: from rows of a bill to energy, carbon, water and money, and how sure that is.
//!
//! Readers ([`bill`]) turn files into Arrow batches; [`activity`] adds the rows up, exactly; the plugins run once per
//! distinct combination of what they read; [`Estimates`] answers roll-ups. Nothing here is global: a run is built
//! from a serialisable description, works on any partition of the rows, and parts add up to the same bytes.

pub mod activity;
pub mod assess;
pub mod bill {
    //! x
    use arrow::array::RecordBatch;
    /// x
    #[derive(Debug)]
    pub struct UsageBatch(RecordBatch);
    impl UsageBatch {
        /// x
        pub fn record_batch(&self) -> &RecordBatch { &self.0 }
    }
    /// x
    #[derive(Debug, thiserror::Error)]
    #[error("x")]
    pub struct BillError;
    impl BillError {
        /// x
        pub fn code(&self) -> &'static str { "x" }
        /// x
        pub fn hint(&self) -> Option<String> { None }
    }
}
pub mod calendar;
mod error;
mod estimate;
pub mod hours;
mod parallel;
pub mod workload;

pub use activity::Activity;
pub use assess::Estimates;
pub use error::EngineError;
