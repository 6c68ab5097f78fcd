//! What advisors propose, as a part of the report.

use std::collections::BTreeMap;

use joulework::advise::{Advised, advise};
use joulework::compare::Compared;
use joulework::engine::pipeline::Engine;
use joulework::engine::variant::PriceBasis;
use joulework::metrics::Metrics;
use joulework::units::Interval;
use joulework_report::model::{Advice, Advisor, Figure, Money, Proposal, Saving};

use super::Failure;

/// What the advisors of a run propose.
pub(super) fn of(engine: &Engine, metrics: &Metrics) -> Result<Advice, Failure> {
    let advice = advise(engine, metrics, &[], &|_| ())?;
    let advisors = advice.advisors.iter().map(|plugin| Advisor {
        id: plugin.id().to_owned(),
        version: plugin.version().to_owned(),
        sha256: plugin.digest().to_owned(),
    });
    Ok(Advice {
        proposals: advice.proposals.iter().map(proposal).collect(),
        together: saving(&advice.together, &advice.saved_together, true),
        left_out: advice.left_out.values().map(|count| *count as u64).sum(),
        advisors: advisors.collect(),
    })
}

fn proposal(own: &Advised) -> Proposal {
    let said = &own.proposal;
    Proposal {
        code: said.code.clone(),
        advisor: own.advisor.clone(),
        resource: own.resource.clone(),
        workload: own.workload.clone(),
        service: own.service.clone(),
        title: said.title.clone(),
        evidence: said.evidence.clone(),
        risk: said.risk.clone(),
        confidence: said.confidence,
        best_practices: said.best_practices.clone(),
        saving: saving(&own.figures, &own.saved, own.outcome.price != PriceBasis::Unknown),
        committed: own.outcome.committed,
    }
}

fn saving(figures: &Compared, saved: &BTreeMap<String, Interval>, has_price: bool) -> Saving {
    let figure = |quantity: &str| {
        let Some(of) = figures.figures.get(quantity) else { return Figure::none("", "no plugin gives it") };
        let mean = of.before.mean - of.after.mean;
        match saved.get(quantity) {
            Some(interval) => Figure::estimate(mean, interval.low, interval.high, &of.unit),
            None => Figure::exact(mean, &of.unit),
        }
    };
    let cost = figures.cost.iter().filter(|_| has_price).filter_map(|(currency, [before, after])| {
        let saved = before.checked_sub(*after).ok()?;
        Some(Money::new(saved.rounded(2).to_string(), currency.code()))
    });
    let carbon = figures.figures.get("carbon");
    let share = match carbon.filter(|carbon| carbon.before.mean != 0.0).map(|of| (of.after.mean, &of.change))
    {
        Some((_, Ok(change))) => Some([1.0 - change.interval.high, 1.0 - change.interval.low]),
        Some((0.0, Err(_))) => Some([1.0, 1.0]),
        _ => None,
    };
    Saving {
        carbon: figure("carbon"),
        energy: figure("facility-energy"),
        water: figure("water"),
        cost: cost.collect(),
        carbon_share_low: share.map(|[low, _]| low),
        carbon_share_high: share.map(|[_, high]| high),
    }
}
