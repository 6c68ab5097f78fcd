//! What the classification asks of a line, and what it answers: quantities per unit of consumed-quantity and the
//! machine behind them.

use joulework_sdk::Basis;
use joulework_sdk::factors::Factor;

use crate::catalogue::Family;
use crate::rules::Line;

/// The columns that decide what a line is.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'l> {
    /// provider-name
    pub provider: Option<&'l str>,
    /// service-name
    pub service: Option<&'l str>,
    /// charge-category
    pub category: Option<&'l str>,
    /// What the rules look at.
    pub line: Line<'l>,
    /// sku-price-details
    pub details: Option<&'l str>,
    /// commitment-discount-status
    pub commitment: Option<&'l str>,
    /// capacity-reservation-status
    pub reservation: Option<&'l str>,
}

impl<'l> Texts<'l> {
    /// From provider, service, category, meter, operation, description, unit, details, commitment, reservation.
    #[must_use]
    pub fn of(values: [Option<&'l str>; 10]) -> Self {
        let [
            provider,
            service,
            category,
            meter,
            operation,
            description,
            unit,
            details,
            commitment,
            reservation,
        ] = values;
        let line = Line { meter, operation, description, unit };
        Self { provider, service, category, line, details, commitment, reservation }
    }
}

/// The server and the make of a machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Host<'c> {
    /// Machine type, where there is one.
    pub machine: Option<String>,
    /// CPU family.
    pub cpu: String,
    /// Architecture.
    pub architecture: String,
    /// Accelerator model.
    pub accelerator: Option<String>,
    /// compute-share.
    pub share: String,
    /// default-load.
    pub default_load: Option<f64>,
    /// The family with the server; none for a type that only the bill knows.
    pub family: Option<&'c Factor<Family>>,
}

/// How much of everything one unit of consumed-quantity is; `None` cannot be said.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Amounts {
    /// vCPU·h
    pub vcpus: Option<f64>,
    /// GiB·h
    pub memory: Option<f64>,
    /// TB·h, or TB where [`Answer::monthly`] holds.
    pub storage: Option<f64>,
    /// GB
    pub network: Option<f64>,
    /// device·h
    pub accelerators: Option<f64>,
}

impl Amounts {
    /// Nothing physical.
    pub const NOTHING: Self = Self {
        vcpus: Some(0.0),
        memory: Some(0.0),
        storage: Some(0.0),
        network: Some(0.0),
        accelerators: Some(0.0),
    };
}

/// What a line is.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<'c> {
    /// usage-kind
    pub kind: String,
    /// Its grade; none where nothing could be said or where the line is no usage.
    pub basis: Option<Basis>,
    /// Per unit of consumed-quantity.
    pub amounts: Amounts,
    /// Whether storage is to be multiplied by the hours of the calendar month.
    pub monthly: bool,
    /// Medium and copies of storage.
    pub storage: Option<(String, f64)>,
    /// Distance class of a transfer.
    pub class: Option<String>,
    /// The machine.
    pub host: Option<Host<'c>>,
    /// Id of the rule.
    pub rule: String,
}

impl Answer<'_> {
    pub(crate) fn new(kind: &str, basis: Option<Basis>, amounts: Amounts, rule: &str) -> Self {
        let (kind, rule) = (kind.to_owned(), rule.to_owned());
        Self { kind, basis, amounts, monthly: false, storage: None, class: None, host: None, rule }
    }

    /// A line that carries money and nothing physical.
    pub(crate) fn money(kind: &str, rule: &str) -> Self {
        Self::new(kind, None, Amounts::NOTHING, rule)
    }

    pub(crate) fn not_modelled(rule: &str) -> Self {
        Self::new("not-modelled", None, Amounts::default(), rule)
    }
}
