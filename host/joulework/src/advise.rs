//! Advice: what advisors propose, with what the host works out that it would save.

use std::collections::BTreeMap;

use joulework_engine::assess::{CARBON, CommonSources, Dimension, GROUP_TAG, ResourceLine, RollUp, Tally};
use joulework_engine::calendar::Step;
use joulework_engine::pipeline::{Assessment, Description, Engine, Progress};
use joulework_engine::provenance::Note;
use joulework_engine::variant::{
    Base, Change, ResourceOutcome, Scope, Set, SupplyRule, Target, UnitPrice, VALUES, Variant,
};
use joulework_engine::{EngineError, Estimates};
use joulework_metrics::Metrics;
use joulework_metrics::review::Reviewed;
use joulework_runtime::{Advisor, Batch, Column, Data, Plugin, Proposal, ProposedChange, Review};
use joulework_units::Interval;

use crate::compare::{Compared, compared};
use crate::what_if::changeable;

/// The quantities whose savings have an interval.
pub const SAVED: [&str; 3] = [CARBON, "facility-energy", "water"];

/// What advisors propose, the largest saving first.
#[derive(Debug, Clone)]
pub struct Advice {
    /// The bill as it is.
    pub before: Assessment,
    /// The proposals that save something.
    pub proposals: Vec<Advised>,
    /// By the code of the proposal, how many would save neither carbon nor money, or cannot be made.
    pub left_out: BTreeMap<String, usize>,
    /// The first proposal of each resource, all together.
    pub together: Compared,
    /// 90 % intervals of what they save together, by quantity of [`SAVED`], in the units of the figures.
    pub saved_together: BTreeMap<String, Interval>,
    /// The advisors that were asked.
    pub advisors: Vec<Plugin>,
    /// What the user should know.
    pub notes: Vec<Note>,
}

/// A proposal with what it would save.
#[derive(Debug, Clone)]
pub struct Advised {
    /// Id of the advisor.
    pub advisor: String,
    /// The resource.
    pub resource: String,
    /// Its workload.
    pub workload: String,
    /// Its service.
    pub service: String,
    /// What is proposed.
    pub proposal: Proposal,
    /// The resource before and after.
    pub figures: Compared,
    /// 90 % intervals of what is saved, by quantity of [`SAVED`], in the units of the figures.
    pub saved: BTreeMap<String, Interval>,
    /// What became of the change.
    pub outcome: ResourceOutcome,
}

impl Advised {
    /// What is saved of a quantity, in the unit of its figure.
    #[must_use]
    pub fn saving(&self, quantity: &str) -> Option<f64> {
        self.figures.figures.get(quantity).map(|figure| figure.before.mean - figure.after.mean)
    }

    /// Money that is saved, of all currencies of the resource; currencies are not added, the first one counts.
    #[must_use]
    pub fn money(&self) -> Option<f64> {
        let (_, [before, after]) = self.figures.cost.first_key_value()?;
        Some(before.to_f64_lossy() - after.to_f64_lossy())
    }

    /// The changes, as `what-if` takes them.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        changes_of(&self.resource, &self.proposal)
    }
}

fn changes_of(resource: &str, proposal: &Proposal) -> Vec<Change> {
    let set = |change: &ProposedChange| match change {
        ProposedChange::Value { column, from, to } => Set::Value {
            column: column.clone(),
            from: Some(from.clone()).filter(|from| !from.is_empty()),
            to: to.clone(),
        },
        ProposedChange::Share { column, meter, share } => Set::Share {
            column: column.clone(),
            meter: Some(meter.clone()).filter(|meter| !meter.is_empty()),
            share: *share,
        },
        ProposedChange::FollowDemand { utilisation } => {
            Set::Supply(SupplyRule::FollowDemand { utilisation: *utilisation })
        }
    };
    let sets = proposal.changes.iter().map(set);
    sets.map(|set| Change { target: Target::Resource(resource.to_owned()), set }).collect()
}

/// The description of a run that advisors can look at: by month and resource, without units of work.
#[must_use]
pub fn advisable(description: Description) -> Description {
    let mut description = Description { step: Step::Month, units: Vec::new(), ..changeable(description) };
    for dimension in [Dimension::Region, Dimension::Service, Dimension::Tag(GROUP_TAG.to_owned())] {
        if !description.dimensions.contains(&dimension) {
            description.dimensions.push(dimension);
        }
    }
    description
}

/// A proposal before its saving is known.
struct Candidate {
    advisor: String,
    resource: String,
    workload: String,
    service: String,
    proposal: Proposal,
}

/// Asks all advisors of an [`advisable`] engine about all resources, and works out what each proposal would save.
///
/// # Errors
/// The first bad value, fault or overflow; the fault of an advisor.
pub fn advise(
    engine: &Engine,
    metrics: &Metrics,
    prices: &[UnitPrice],
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<Advice, EngineError> {
    let (before, base) = engine.base(tell)?;
    let advisors = engine.advisors()?;
    let (candidates, notes) = candidates(engine, &advisors, &before.estimates, metrics)?;
    let mut proposals: Vec<Advised> = Vec::new();
    let mut left_out: BTreeMap<String, usize> = BTreeMap::new();
    let earlier = by_resource(&before.estimates)?;
    for round in rounds(candidates) {
        for advised in round_of(&base, &before.estimates, &earlier, round, prices)? {
            let saves = |saved: Option<f64>| saved.is_some_and(|saved| saved > 0.0);
            if advised.outcome.changed && (saves(advised.saving(CARBON)) || saves(advised.money())) {
                proposals.push(advised);
            } else {
                *left_out.entry(advised.proposal.code).or_default() += 1;
            }
        }
    }
    proposals.sort_by(|one, two| {
        let key = |own: &Advised| own.saving(CARBON).unwrap_or_default();
        key(two)
            .total_cmp(&key(one))
            .then_with(|| (&one.resource, &one.proposal.code).cmp(&(&two.resource, &two.proposal.code)))
    });
    let (together, saved_together) = together(&base, &before.estimates, &proposals, prices)?;
    let advisors = advisors.iter().map(|advisor| advisor.plugin().clone()).collect();
    Ok(Advice { before, proposals, left_out, together, saved_together, advisors, notes })
}

fn candidates(
    engine: &Engine,
    advisors: &[Advisor],
    estimates: &Estimates,
    metrics: &Metrics,
) -> Result<(Vec<Candidate>, Vec<Note>), EngineError> {
    let standard = standard_tables(engine, estimates)?;
    let mut reviews =
        advisors.iter().map(|advisor| advisor.open(&standard)).collect::<Result<Vec<Review<'_>>, _>>()?;
    let mut candidates = Vec::new();
    Reviewed::new(estimates, metrics).each(|id, lines, batch| {
        let first = |of: fn(&ResourceLine) -> &String| lines.first().map(of).cloned().unwrap_or_default();
        for (advisor, review) in advisors.iter().zip(&mut reviews) {
            for proposal in review.examine(&batch)? {
                check(advisor.plugin().id(), &proposal)?;
                candidates.push(Candidate {
                    advisor: advisor.plugin().id().to_owned(),
                    resource: id.to_owned(),
                    workload: first(|line| &line.workload),
                    service: first(|line| &line.service),
                    proposal,
                });
            }
        }
        Ok::<(), EngineError>(())
    })?;
    let mut notes = Vec::new();
    for (advisor, review) in advisors.iter().zip(&mut reviews) {
        let said = review.take_diagnostics().into_iter().map(|said| Note {
            code: "plugin.message".to_owned(),
            text: format!("`{}`: {}", advisor.plugin().id(), said.text),
            rows: 0,
        });
        notes.extend(said);
    }
    Ok((candidates, notes))
}

/// Holds that a proposal changes columns that can be changed, so that the error names the advisor.
fn check(advisor: &str, proposal: &Proposal) -> Result<(), EngineError> {
    let known = joulework_engine::variant::SHARES;
    let unknown = proposal.changes.iter().find_map(|change| match change {
        ProposedChange::Value { column, .. } => (!VALUES.contains(&column.as_str())).then_some(column),
        ProposedChange::Share { column, .. } => (!known.contains(&column.as_str())).then_some(column),
        ProposedChange::FollowDemand { .. } => None,
    });
    match unknown {
        Some(column) => Err(EngineError::BadProposal {
            advisor: advisor.to_owned(),
            code: proposal.code.clone(),
            column: column.clone(),
        }),
        None => Ok(()),
    }
}

/// The tables that the host has for advisors: regions that are in use, and families of machines.
fn standard_tables(engine: &Engine, estimates: &Estimates) -> Result<Vec<(String, Batch)>, EngineError> {
    let mut tables = vec![("regions-in-use".to_owned(), regions(estimates)?)];
    for stage in engine.pipeline().stages() {
        let listed = stage.plugin.descriptor().tables.iter().any(|table| table.name == "instances");
        if !listed {
            continue;
        }
        let own = stage.tables.iter().find(|(name, _)| name == "instances").map(|(_, table)| table.clone());
        let built_in = stage.plugin.tables()?.into_iter().find(|(name, _)| name == "instances");
        for table in built_in.map(|(_, table)| table).into_iter().chain(own).take(1) {
            const KEPT: [&str; 5] = ["factor-id", "family", "architecture", "gib-per-vcpu", "sizes"];
            let columns =
                table.columns.iter().filter(|column| KEPT.contains(&column.name.as_str())).cloned().collect();
            tables.push(("instance-families".to_owned(), Batch { rows: table.rows, columns }));
        }
    }
    Ok(tables)
}

fn regions(estimates: &Estimates) -> Result<Batch, EngineError> {
    let rows = estimates.roll_up(&RollUp::by([Dimension::Region]))?.rows;
    let value = |tally: &Tally, quantity: &str| {
        let amount = &tally.figure(quantity)?.amount;
        amount.value_in(amount.unit()).ok().filter(|value| *value > 0.0)
    };
    let found: Vec<(String, f64, f64)> = rows
        .into_iter()
        .filter_map(|row| {
            let energy = value(&row.tally, "facility-energy")?;
            let carbon = value(&row.tally, "operational-carbon")?;
            Some((row.keys.first()?.clone(), energy, carbon / energy)).filter(|(name, ..)| !name.is_empty())
        })
        .collect();
    let names = || found.iter().map(|(name, ..)| Some(name.as_str()));
    let columns = vec![
        Column::new("factor-id", Data::categories(names())),
        Column::new("region", Data::categories(names())),
        Column::new("energy", Data::numbers(found.iter().map(|(_, energy, _)| Some(*energy)))),
        Column::new("intensity", Data::numbers(found.iter().map(|(.., intensity)| Some(*intensity)))),
    ];
    Ok(Batch { rows: found.len(), columns })
}

/// Rounds in which each resource changes once at most, so that one run of the pipeline serves many proposals.
fn rounds(candidates: Vec<Candidate>) -> Vec<Vec<Candidate>> {
    let mut rounds: Vec<Vec<Candidate>> = Vec::new();
    let mut of_resource: BTreeMap<String, usize> = BTreeMap::new();
    for candidate in candidates {
        let round = of_resource.entry(candidate.resource.clone()).or_default();
        if *round == rounds.len() {
            rounds.push(Vec::new());
        }
        if let Some(own) = rounds.get_mut(*round) {
            own.push(candidate);
        }
        *round += 1;
    }
    rounds
}

fn by_resource(estimates: &Estimates) -> Result<BTreeMap<String, Tally>, EngineError> {
    let rows = estimates.roll_up(&RollUp::by([Dimension::Resource]))?.rows;
    Ok(rows.into_iter().filter_map(|row| Some((row.keys.first()?.clone(), row.tally))).collect())
}

fn round_of(
    base: &Base<'_>,
    before: &Estimates,
    earlier: &BTreeMap<String, Tally>,
    round: Vec<Candidate>,
    prices: &[UnitPrice],
) -> Result<Vec<Advised>, EngineError> {
    let changes = round.iter().flat_map(|own| changes_of(&own.resource, &own.proposal)).collect();
    let mut varied = base.vary(&Variant { changes, prices: prices.to_vec() }, Scope::Changed)?;
    let common = CommonSources::of(before, &varied.estimates);
    let later = by_resource(&varied.estimates)?;
    let advised = round.into_iter().map(|own| {
        let (was, is) = (earlier.get(&own.resource), later.get(&own.resource));
        Advised {
            figures: compared(&common, was, is),
            saved: saved(&common, was, is),
            outcome: varied.resources.remove(&own.resource).unwrap_or_default(),
            advisor: own.advisor,
            resource: own.resource,
            workload: own.workload,
            service: own.service,
            proposal: own.proposal,
        }
    });
    Ok(advised.collect())
}

/// What is saved, by quantity, as intervals.
fn saved(common: &CommonSources, was: Option<&Tally>, is: Option<&Tally>) -> BTreeMap<String, Interval> {
    let of = |quantity: &&str| {
        let interval = match (was?.figure(quantity)?, is.and_then(|is| is.figure(quantity))) {
            (was, Some(is)) => common.saving(was, is)?,
            (was, None) => was.interval().ok()?,
        };
        Some(((*quantity).to_owned(), interval))
    };
    SAVED.iter().filter_map(of).collect()
}

/// The first proposal of each resource, all at once.
fn together(
    base: &Base<'_>,
    before: &Estimates,
    proposals: &[Advised],
    prices: &[UnitPrice],
) -> Result<(Compared, BTreeMap<String, Interval>), EngineError> {
    let mut changes: BTreeMap<&str, Vec<Change>> = BTreeMap::new();
    for advised in proposals {
        changes.entry(&advised.resource).or_insert_with(|| advised.changes());
    }
    let changes = changes.into_values().flatten().collect();
    let varied = base.vary(&Variant { changes, prices: prices.to_vec() }, Scope::Whole)?;
    let common = CommonSources::of(before, &varied.estimates);
    let total = |estimates: &Estimates| Ok::<_, EngineError>(estimates.roll_up(&RollUp::by([]))?.total);
    let (was, is) = (total(before)?, total(&varied.estimates)?);
    Ok((compared(&common, Some(&was), Some(&is)), saved(&common, Some(&was), Some(&is))))
}
