//! What billing files hold, before anything is estimated: formats, months, rows, cost of usage, and what divides it.
//!
//! A survey reads the files once and estimates nothing. It is what a manifest is proposed from: the tag key that says
//! most about who caused the cost, and its values by cost.
//!
//! ```no_run
//! use joulework::survey::Survey;
//! use joulework::engine::bill::BillOptions;
//!
//! let survey = Survey::of(&["bills".into()], &BillOptions::default(), &mut |_| ())?;
//! if let Some(tag) = survey.proposed_tag() {
//!     println!("{} is on {:.0} % of the cost", tag.key, 100.0 * survey.share(tag.covered));
//! }
//! # Ok::<_, joulework::EngineError>(())
//! ```

mod ranking;
mod tally;

use std::collections::BTreeSet;
use std::path::PathBuf;

use joulework_engine::EngineError;
use joulework_engine::bill::{Bill, BillColumn, BillOptions, ColumnSet, Container, Format, Note, Source};
use joulework_engine::calendar::Period;
use joulework_engine::pipeline::Progress;
use joulework_units::{Currency, Money};

pub use ranking::Ranking;

use ranking::usefulness;
use tally::{FileTally, Tally};

/// Distinct values up to which the values of a key are kept apart; a key with more divides nothing that a person would
/// name.
pub const MOST_VALUES: usize = 1_000;

/// A billing file that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyedFile {
    /// The path, as it was found.
    pub path: PathBuf,
    /// The format that its columns have.
    pub format: Format,
    /// How its rows are stored.
    pub container: Container,
    /// Size in bytes.
    pub bytes: u64,
    /// Rows that were read.
    pub rows: u64,
    /// First and last calendar month (UTC) in which a charge begins; nothing where no row states a time.
    pub months: Option<(Period, Period)>,
    /// The currencies of its rows.
    pub currencies: BTreeSet<Currency>,
}

/// What billing files hold. Cost is the positive effective cost of usage rows in [`Survey::currency`], the cost that
/// coverage is stated in.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// The files that count, in the order in which they were found.
    pub files: Vec<SurveyedFile>,
    /// What else to know about them.
    pub notes: Vec<Note>,
    /// The currency with the most rows of usage that cost something (of several, the first in the alphabet); nothing
    /// where no usage costs anything.
    pub currency: Option<Currency>,
    /// Cost of usage.
    pub cost: Money,
    /// Tag keys, the most useful for dividing the cost first.
    pub tags: Vec<Ranking>,
    /// The accounts that used the services.
    pub accounts: Ranking,
    /// The services.
    pub services: Ranking,
}

impl Survey {
    /// Reads the files of the sources once. `tell` hears of each part that was read.
    ///
    /// # Errors
    /// What opening and reading a bill refuses, a currency that is no code, or a sum that leaves its range.
    pub fn of(
        sources: &[Source],
        options: &BillOptions,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Self, EngineError> {
        let bill = Bill::open(sources, options)?;
        let columns: ColumnSet = COLUMNS.into_iter().collect();
        let chunks = bill.chunks();
        let of = chunks.iter().map(joulework_engine::bill::Chunk::bytes).sum();
        let mut tally = Tally::default();
        let mut files: Vec<FileTally> = bill.files().iter().map(|_| FileTally::default()).collect();
        for chunk in &chunks {
            let Some(file) = files.get_mut(chunk.file()) else { continue };
            let before = file.rows();
            chunk.read(columns, |batch| {
                file.add(&batch)?;
                tally.add(&batch)
            })?;
            tell(Progress { bytes: chunk.bytes(), of, rows: file.rows() - before, remembered: false });
        }
        bill.finish()?;
        let files = bill.files().iter().zip(files);
        let files = files
            .map(|(file, tally)| SurveyedFile {
                path: file.path().to_owned(),
                format: file.format(),
                container: file.container(),
                bytes: file.bytes(),
                rows: tally.rows(),
                months: tally.months(),
                currencies: tally.currencies,
            })
            .collect();
        Ok(Self::new(files, bill.notes(), tally))
    }

    fn new(files: Vec<SurveyedFile>, notes: Vec<Note>, tally: Tally) -> Self {
        let (currency, sums) =
            tally.main().map_or((None, tally::Sums::default()), |(currency, sums)| (Some(currency), sums));
        let cost = sums.cost;
        let mut tags: Vec<Ranking> =
            sums.tags.into_iter().map(|(key, values)| Ranking::of(key, values)).collect();
        tags.sort_by_cached_key(|tag| usefulness(tag, cost));
        Self {
            files,
            notes,
            currency,
            cost,
            tags,
            accounts: Ranking::of("account".to_owned(), sums.accounts),
            services: Ranking::of("service".to_owned(), sums.services),
        }
    }

    /// Rows of all files.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// The share of the cost of usage that an amount is, in 0 … 1; 0 where there is no cost.
    #[must_use]
    pub fn share(&self, amount: Money) -> f64 {
        ranking::share(amount, self.cost)
    }

    /// The tag key whose values are proposed as workloads; nothing where no key with few enough values is on any
    /// twentieth of the cost.
    #[must_use]
    pub fn proposed_tag(&self) -> Option<&Ranking> {
        self.tags.first().filter(|tag| !tag.is_many() && self.share(tag.covered) >= 0.05)
    }
}

/// What a survey reads.
const COLUMNS: [BillColumn; 7] = [
    BillColumn::ChargePeriodStart,
    BillColumn::ChargeCategory,
    BillColumn::BillingCurrency,
    BillColumn::EffectiveCost,
    BillColumn::SubAccountId,
    BillColumn::ServiceName,
    BillColumn::Tags,
];
