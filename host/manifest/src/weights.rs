//! Weights that add up to exactly 1.

/// The share of each workload in rows that they have in common, as whole numbers of 10^-18 that add up to
/// exactly 10^18: just what [`joulework_units::Money::split`] needs. In the order of the names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Weights(Vec<(String, u64)>);

impl Weights {
    /// Decimal places of a weight.
    pub const PLACES: u8 = 18;
    /// What all weights add up to, 10^18.
    pub const WHOLE: u64 = 1_000_000_000_000_000_000;

    /// Weights that are known to add up.
    pub(crate) const fn new(weights: Vec<(String, u64)>) -> Self {
        Self(weights)
    }

    /// Workloads and weights.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, u64)> {
        self.0.iter().map(|(workload, weight)| (workload.as_str(), *weight))
    }

    /// The workloads.
    #[must_use]
    pub fn workloads(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|(workload, _)| workload.as_str())
    }

    /// The weights, in the same order.
    #[must_use]
    pub fn parts(&self) -> Vec<u64> {
        self.0.iter().map(|(_, weight)| *weight).collect()
    }
}
