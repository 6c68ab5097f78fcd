//! Figures: an amount, what makes it uncertain, and what could not be said.

use std::collections::BTreeMap;

use joulework_units::draws::{self, Class};
use joulework_units::{Amount, Currency, Interval, Money, NoInterval, Spread, Unit, UnitError};

/// The SCI's total: operational plus embodied carbon.
pub const CARBON: &str = "carbon";
/// The second score: [`CARBON`] plus the carbon of data transfer, whose interval comes from draws.
pub const CARBON_WITH_NETWORK: &str = "carbon-with-network";

/// One source of error of a run: a factor, and the key that the rows which share it have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The factor, such as `cpu-power-family`.
    pub factor: String,
    /// Names and values of the key columns; `resource-id` has the number of the resource's bin.
    pub key: Vec<(String, String)>,
}

/// A source of error by its place in [`Sources`]; ids are in the order of factor and key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub(crate) u32);

/// All sources of error of a run, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources(pub(crate) Vec<Source>);

impl Sources {
    /// The source of an id of the same run.
    #[must_use]
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.0.get(usize::try_from(id.0).ok()?)
    }
}

/// A sum that is not complete, because some rows have something that could not be modelled.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NotModelled {
    /// How many rows have no value.
    pub rows: u64,
    /// What is known of a total of those rows, by part; beside the total, not in it.
    pub known_parts: BTreeMap<String, Amount>,
}

/// A quantity of a roll-up.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The mean.
    pub amount: Amount,
    /// The additive sums of the error sources.
    pub spread: Spread<SourceId>,
    /// What the sum lacks.
    pub not_modelled: NotModelled,
    /// Where the closed form does not hold: rows with equal errors put together, and how many draws to make.
    pub(crate) drawn: Option<Drawn>,
}

/// What an interval is drawn from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Drawn {
    pub(crate) classes: Vec<Class<SourceId>>,
    pub(crate) draws: usize,
}

/// Every interval that needs draws starts from this seed, so that the same classes give the same interval.
pub(crate) const SEED: u64 = 0x6a6f_756c_6577_6f72;

impl Figure {
    /// The 90 % interval, in the unit of `amount`: by the closed form, or by draws where an error is too wide for it.
    ///
    /// # Errors
    /// Why there is none: the figure is negative or zero.
    pub fn interval(&self) -> Result<Interval, NoInterval> {
        match (&self.drawn, self.spread.interval90()) {
            (Some(drawn), Err(NoInterval::NeedsDraws)) => {
                draws::interval90(&drawn.classes, SEED, drawn.draws)
            }
            (_, interval) => interval,
        }
    }

    /// The number in the figure's own unit.
    pub(crate) fn value(&self) -> f64 {
        self.amount.value_in(self.amount.unit()).unwrap_or(f64::NAN)
    }

    /// The figure in another unit of its dimension.
    ///
    /// # Errors
    /// When the unit measures something else.
    pub fn in_unit(&self, unit: &Unit) -> Result<(f64, Option<Interval>), UnitError> {
        let factor = self.amount.unit().factor_to(unit)?;
        let interval = self
            .interval()
            .ok()
            .map(|interval| Interval { low: interval.low * factor, high: interval.high * factor });
        Ok((self.amount.value_in(unit)?, interval))
    }

    /// Which factors make the figure uncertain: their shares of the relative variance, largest first. Tells which
    /// measurement to buy.
    #[must_use]
    pub fn uncertain_by(&self, sources: &Sources) -> Vec<(String, f64)> {
        let mut factors: BTreeMap<&str, f64> = BTreeMap::new();
        for (id, share) in self.spread.shares() {
            if let Some(source) = sources.get(id) {
                *factors.entry(source.factor.as_str()).or_default() += share;
            }
        }
        let mut shares: Vec<(String, f64)> =
            factors.into_iter().map(|(factor, share)| (factor.to_owned(), share)).collect();
        shares.sort_by(|left, right| right.1.total_cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
        shares
    }
}

/// How well a row is modelled: the weakest of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// The row has nothing that uses energy, such as a fee or a request.
    Nothing,
    /// From measurements.
    Measured,
    /// Modelled, hardware known.
    KnownHardware,
    /// Modelled, hardware unknown.
    UnknownHardware,
    /// Modelled by something similar.
    Proxy,
    /// Not modelled.
    NotModelled,
}

impl Grade {
    /// All grades, from the best to the weakest.
    pub const ALL: [Self; 6] = [
        Self::Nothing,
        Self::Measured,
        Self::KnownHardware,
        Self::UnknownHardware,
        Self::Proxy,
        Self::NotModelled,
    ];

    /// The word of the contract's `NAME.basis` columns; `nothing` and `not-modelled` besides.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Measured => "measured",
            Self::KnownHardware => "known-hardware",
            Self::UnknownHardware => "unknown-hardware",
            Self::Proxy => "proxy",
            Self::NotModelled => "not-modelled",
        }
    }

    /// The grade of a word of a `NAME.basis` column.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grade| grade.word() == word)
    }
}

/// Rows and their money, per currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MoneyLine {
    /// How many rows.
    pub rows: u64,
    /// What is invoiced.
    pub billed: BTreeMap<Currency, Money>,
    /// Amortised cost.
    pub effective: BTreeMap<Currency, Money>,
    /// Amortised cost of those rows where it is positive: what coverage is measured in.
    pub positive: BTreeMap<Currency, Money>,
}

/// What is modelled how well. Usage rows by grade; all other rows (credits, tax, fees, discounts) apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Rows of the charge category `Usage`, by grade.
    pub usage: BTreeMap<Grade, MoneyLine>,
    /// All other rows, by charge category.
    pub apart: BTreeMap<String, MoneyLine>,
}

impl Coverage {
    /// The share, 0 to 1, of the positive effective cost of usage rows in a currency that has a grade; nothing where
    /// there is no such cost.
    #[must_use]
    pub fn cost_share(&self, currency: Currency, grade: Grade) -> Option<f64> {
        let cost = |line: &MoneyLine| line.positive.get(&currency).map_or(0.0, |money| money.to_f64_lossy());
        let whole: f64 = self.usage.values().map(cost).sum();
        (whole > 0.0).then(|| self.usage.get(&grade).map_or(0.0, cost) / whole)
    }

    /// The share, 0 to 1, of the usage rows that has a grade; nothing where there is no usage row.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a share of counts")]
    pub fn row_share(&self, grade: Grade) -> Option<f64> {
        let whole: u64 = self.usage.values().map(|line| line.rows).sum();
        (whole > 0).then(|| self.usage.get(&grade).map_or(0, |line| line.rows) as f64 / whole as f64)
    }

    /// The currencies of the usage rows.
    #[must_use]
    pub fn currencies(&self) -> Vec<Currency> {
        let mut currencies: Vec<Currency> =
            self.usage.values().flat_map(|line| line.effective.keys().copied()).collect();
        currencies.sort_unstable();
        currencies.dedup();
        currencies
    }
}

/// All that a row of a roll-up adds up to.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    /// How many rows of the bill.
    pub rows: u64,
    /// What is invoiced, per currency; exact.
    pub billed: BTreeMap<Currency, Money>,
    /// Amortised cost, per currency; exact.
    pub effective: BTreeMap<Currency, Money>,
    /// Per additive quantity (standard column name, [`CARBON`], [`CARBON_WITH_NETWORK`]) its figure.
    pub figures: BTreeMap<String, Figure>,
    /// What is modelled how well.
    pub coverage: Coverage,
}

impl Tally {
    /// The figure of a quantity.
    #[must_use]
    pub fn figure(&self, quantity: &str) -> Option<&Figure> {
        self.figures.get(quantity)
    }
}
