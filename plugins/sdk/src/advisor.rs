//! What the author of an advisor implements, and the way between it and the wire.

use std::marker::PhantomData;

use crate::bindings::advising::exports::joulework::plugin::advisor as wire;
use crate::bindings::joulework::plugin::{columns, description, faults};
use crate::describe::About;
use crate::diagnostics::hook;
use crate::estimator::{InputReader, Inputs, descriptor_of, tables_of, unknown_table, wire_fault};
use crate::factors::Tables;
use crate::fault::Fault;
use crate::settings::Settings;

/// A plugin that looks at one resource after the other and proposes changes. What they would save is worked out by the
/// host.
pub trait Advisor: Sized + 'static {
    /// What it reads: a struct written with `inputs!`.
    type Inputs: Inputs;

    /// Who it is: `about!()` and what the plugin adds to it.
    const ABOUT: About;

    /// Reads the settings and the tables once.
    ///
    /// # Errors
    /// `settings.invalid`, `table.invalid`.
    fn configure(settings: &Settings, tables: &Tables) -> Result<Self, Fault>;

    /// Proposes changes to the one resource whose rows these are: first a row for each of its meters, then the hours of
    /// each capacity in time order.
    ///
    /// # Errors
    /// A fault ends the run: prefer no proposal.
    fn examine(&self, series: &Self::Inputs) -> Result<Vec<Proposal>, Fault>;
}

/// What an advisor proposes for a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Stable code such as `right-size.instance`.
    pub code: &'static str,
    /// In a few words.
    pub title: String,
    /// What speaks for it, with numbers.
    pub evidence: String,
    /// What speaks against it, and what was not seen.
    pub risk: String,
    /// 0 to 1: how sure it is that the change is safe.
    pub confidence: f64,
    /// What changes, all together.
    pub changes: Vec<Change>,
    /// Ids of best practices with their framework.
    pub best_practices: Vec<&'static str>,
}

/// A change of the rows of the resource.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A column takes another value where it has `from`.
    Value {
        /// `instance-type`, `region-id`, `architecture` or `sku-meter`.
        column: &'static str,
        /// What it has.
        from: String,
        /// What it takes.
        to: String,
    },
    /// A share of a quantity is left.
    Share {
        /// `consumed-quantity`, `vcpu-hours`, `memory-hours` or `storage-hours`.
        column: &'static str,
        /// The meter of the rows, without the prefix of a region; empty for any.
        meter: String,
        /// The share; 0 removes.
        share: f64,
    },
    /// As many machine hours as the mean demand of each hour needs, of one machine of a group.
    FollowDemand {
        /// The share of use, above 0 and at most 1.
        utilisation: f64,
    },
}

impl Change {
    /// A column takes another value.
    #[must_use]
    pub fn value(column: &'static str, from: impl Into<String>, to: impl Into<String>) -> Self {
        Self::Value { column, from: from.into(), to: to.into() }
    }

    /// The resource is removed.
    #[must_use]
    pub const fn remove() -> Self {
        Self::Share { column: "consumed-quantity", meter: String::new(), share: 0.0 }
    }

    /// A share of a quantity is left, in all rows that have it.
    #[must_use]
    pub const fn share(column: &'static str, share: f64) -> Self {
        Self::Share { column, meter: String::new(), share }
    }
}

/// The exported component. Used by `advisor!`.
#[derive(Debug)]
pub struct AdvisorPlugin<A>(PhantomData<A>);

/// A configured advisor behind the resource of the contract.
#[derive(Debug)]
pub struct Reviewing<A>(A);

impl<A: Advisor> AdvisorPlugin<A> {
    /// The descriptor.
    #[must_use]
    pub fn descriptor() -> description::Descriptor {
        descriptor_of(&A::ABOUT, A::Inputs::COLUMNS, &[])
    }

    /// Configures the advisor.
    ///
    /// # Errors
    /// `settings.invalid`, `table.unknown`, `table.invalid`.
    pub fn configured(settings: &str, user: Vec<(String, columns::Batch)>) -> Result<Reviewing<A>, Fault> {
        unknown_table(&A::ABOUT, &user)?;
        A::configure(&Settings::parse(settings)?, &Tables { user }).map(Reviewing)
    }
}

impl<A: Advisor> Reviewing<A> {
    /// What is proposed for the resource of a batch.
    ///
    /// # Errors
    /// The advisor's own, and `input.missing`, `input.mismatch`.
    pub fn proposals(&self, batch: columns::Batch) -> Result<Vec<Proposal>, Fault> {
        self.0.examine(&A::Inputs::read(&mut InputReader::of(batch))?)
    }
}

impl<A: Advisor> wire::Guest for AdvisorPlugin<A> {
    type Review = Reviewing<A>;

    fn describe() -> description::Descriptor {
        hook();
        Self::descriptor()
    }

    fn tables() -> Vec<(String, columns::Batch)> {
        hook();
        tables_of(&A::ABOUT)
    }
}

impl<A: Advisor> wire::GuestReview for Reviewing<A> {
    fn configure(
        settings: String,
        tables: Vec<(String, columns::Batch)>,
    ) -> Result<wire::Review, faults::Fault> {
        hook();
        AdvisorPlugin::<A>::configured(&settings, tables).map(wire::Review::new).map_err(wire_fault)
    }

    fn examine(&self, series: columns::Batch) -> Result<Vec<wire::Proposal>, faults::Fault> {
        hook();
        let proposals = self.proposals(series).map_err(wire_fault)?;
        Ok(proposals.into_iter().map(wire_proposal).collect())
    }
}

fn wire_proposal(proposal: Proposal) -> wire::Proposal {
    let change = |change| match change {
        Change::Value { column, from, to } => {
            wire::Change::Value(wire::NewValue { column: column.to_owned(), from, to })
        }
        Change::FollowDemand { utilisation } => wire::Change::FollowDemand(utilisation),
        Change::Share { column, meter, share } => {
            wire::Change::Share(wire::NewShare { column: column.to_owned(), meter, share })
        }
    };
    wire::Proposal {
        code: proposal.code.to_owned(),
        title: proposal.title,
        evidence: proposal.evidence,
        risk: proposal.risk,
        confidence: proposal.confidence,
        changes: proposal.changes.into_iter().map(change).collect(),
        best_practices: proposal.best_practices.into_iter().map(str::to_owned).collect(),
        extras: Vec::new(),
    }
}
