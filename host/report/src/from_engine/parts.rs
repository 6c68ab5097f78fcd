//! Services, contributors, workloads, error sources, what is not modelled, and the finest roll-up.

use joulework_engine::assess::{Gap, Rollup, RollupRow, Sources, Tally};
use joulework_engine::calendar::Period as Span;
use joulework_engine::workload::{UNASSIGNED, WorkloadRules};

use super::figures::{self, money, of, one};
use super::gather::figure_or_gap;
use super::words;
use crate::model::{
    Contributor, NotModelled, Period, Remedy, RollUp, RollUpRow, Service, ServicePeriod, Share, SharedPart,
    SharedSplit, Uncertainty, Workload,
};

/// A key of a roll-up by its place; a row of the bill that has none is named.
fn key(row: &RollupRow, at: usize, none: &str) -> String {
    row.keys.get(at).filter(|key| !key.is_empty()).map_or_else(|| none.to_owned(), Clone::clone)
}

fn carbon(tally: &Tally) -> f64 {
    of(tally, figures::CARBON).value.unwrap_or(0.0)
}

/// Services with their series, largest carbon first.
pub(super) fn services(
    by_service: &Rollup,
    by_service_and_period: &Rollup,
    periods: &[(Span, Period)],
) -> Vec<Service> {
    let mut rows: Vec<&RollupRow> = by_service.rows.iter().collect();
    rows.sort_by(|left, right| {
        carbon(&right.tally).total_cmp(&carbon(&left.tally)).then_with(|| left.keys.cmp(&right.keys))
    });
    let service = |row: &RollupRow| {
        let own: Vec<&RollupRow> =
            by_service_and_period.rows.iter().filter(|part| part.keys.first() == row.keys.first()).collect();
        let period = |(span, period): &(Span, Period)| {
            let part = own.iter().find(|part| part.period == Some(*span)).map(|part| &part.tally);
            ServicePeriod {
                period: period.id.clone(),
                energy: figure_or_gap(part, figures::ENERGY),
                operational_carbon: figure_or_gap(part, figures::OPERATIONAL),
                embodied_carbon: figure_or_gap(part, figures::EMBODIED),
            }
        };
        Service {
            name: key(row, 0, "(no service)"),
            energy: of(&row.tally, figures::ENERGY),
            operational_carbon: of(&row.tally, figures::OPERATIONAL),
            embodied_carbon: of(&row.tally, figures::EMBODIED),
            water: of(&row.tally, figures::WATER),
            cost: money(&row.tally.effective),
            periods: periods.iter().map(period).collect(),
        }
    };
    rows.into_iter().map(service).collect()
}

/// The largest contributors to carbon, by service, usage kind, workload and region.
pub(super) fn contributors(by_cause: &Rollup, most: usize) -> Vec<Contributor> {
    let contributor = |part: joulework_engine::assess::Contributor| {
        let row = by_cause.rows.iter().find(|row| row.keys == part.keys)?;
        Some(Contributor {
            name: format!("{} · {}", key(row, 0, "(no service)"), key(row, 1, "(no kind)")),
            workload: key(row, 2, ""),
            region: key(row, 3, ""),
            carbon: of(&row.tally, figures::CARBON),
            operational_carbon: of(&row.tally, figures::OPERATIONAL),
            embodied_carbon: of(&row.tally, figures::EMBODIED),
            energy: of(&row.tally, figures::ENERGY),
            cost: money(&row.tally.effective),
            share: part.share,
        })
    };
    by_cause.contributors(figures::CARBON.0, most).into_iter().filter_map(contributor).collect()
}

/// What makes carbon and energy uncertain.
pub(super) fn uncertainty(total: &Tally, sources: &Sources) -> Vec<Uncertainty> {
    [("carbon of the whole span", figures::CARBON), ("energy of the whole span", figures::ENERGY)]
        .into_iter()
        .filter_map(|(of_what, quantity)| {
            let shares: Vec<Share> = total
                .figure(quantity.0)?
                .uncertain_by(sources)
                .into_iter()
                .filter(|(_, share)| *share > 0.0)
                .map(|(factor, share)| {
                    let (words, remedy) = words::of(&factor);
                    Share { factor, words, remedy, share }
                })
                .collect();
            (!shares.is_empty()).then(|| Uncertainty {
                of: of_what.to_owned(),
                figure: of(total, quantity),
                remedies: remedies(&shares),
                shares,
            })
        })
        .collect()
}

/// Measurements by the share of the variance that they bear on, largest first.
fn remedies(shares: &[Share]) -> Vec<Remedy> {
    let mut remedies: Vec<Remedy> = Vec::new();
    for (text, share) in shares.iter().filter_map(|share| Some((share.remedy.as_ref()?, share.share))) {
        match remedies.iter_mut().find(|known| known.remedy == *text) {
            Some(known) => known.share += share,
            None => remedies.push(Remedy { remedy: text.clone(), share }),
        }
    }
    remedies.sort_by(|left, right| {
        right.share.total_cmp(&left.share).then_with(|| left.remedy.cmp(&right.remedy))
    });
    remedies
}

/// Workloads; `unassigned` last.
pub(super) fn workloads(by_workload: &Rollup) -> Vec<Workload> {
    let workload = |row: &RollupRow| {
        let name = key(row, 0, UNASSIGNED);
        Workload {
            unassigned: name == UNASSIGNED,
            name,
            energy: of(&row.tally, figures::ENERGY),
            operational_carbon: of(&row.tally, figures::OPERATIONAL),
            embodied_carbon: of(&row.tally, figures::EMBODIED),
            water: of(&row.tally, figures::WATER),
            billed: money(&row.tally.billed),
            effective: money(&row.tally.effective),
        }
    };
    let mut workloads: Vec<Workload> = by_workload.rows.iter().map(workload).collect();
    workloads.sort_by_key(|workload| workload.unassigned);
    workloads
}

/// The rules by which rows are split, with their weights as shares.
#[expect(clippy::cast_precision_loss, reason = "a share of stated weights")]
pub(super) fn shared(rules: &WorkloadRules) -> Vec<SharedSplit> {
    rules
        .shared
        .iter()
        .map(|pool| {
            let whole: u64 = pool.weights.iter().map(|(_, weight)| weight).sum();
            let part = |(workload, weight): &(String, u64)| SharedPart {
                workload: workload.clone(),
                share: if whole == 0 { 0.0 } else { *weight as f64 / whole as f64 },
            };
            SharedSplit { name: pool.name.clone(), parts: pool.weights.iter().map(part).collect() }
        })
        .collect()
}

/// Usage that no model takes, one entry per currency, dearest first.
pub(super) fn not_modelled(gaps: &[Gap], total: &Tally) -> Vec<NotModelled> {
    let mut list = Vec::new();
    for gap in gaps {
        for (currency, cost) in &gap.line.effective {
            let whole: f64 = total
                .coverage
                .usage
                .values()
                .filter_map(|line| line.positive.get(currency))
                .map(|cost| cost.to_f64_lossy())
                .sum();
            let own = gap.line.positive.get(currency).map_or(0.0, |cost| cost.to_f64_lossy());
            list.push(NotModelled {
                service: if gap.service.is_empty() { "(no service)".to_owned() } else { gap.service.clone() },
                meter: if gap.meter.is_empty() { "(no meter)".to_owned() } else { gap.meter.clone() },
                reason: match (gap.kind.as_str(), gap.unknown.as_str()) {
                    (_, "") => "a plugin could not estimate it".to_owned(),
                    ("" | "not-modelled", _) => "no rule takes it".to_owned(),
                    (kind, unknown) => format!("`{kind}`: `{unknown}` is unknown"),
                },
                rows: gap.line.rows,
                cost: one(*currency, *cost),
                share: if whole > 0.0 { own / whole } else { 0.0 },
            });
        }
    }
    list
}

/// The finest figures of the report.
pub(super) fn roll_up(finest: &Rollup) -> RollUp {
    let row = |row: &RollupRow| RollUpRow {
        keys: row.keys.clone(),
        rows: row.tally.rows,
        energy: of(&row.tally, figures::ENERGY),
        operational_carbon: of(&row.tally, figures::OPERATIONAL),
        embodied_carbon: of(&row.tally, figures::EMBODIED),
        water: of(&row.tally, figures::WATER),
        network_energy: of(&row.tally, figures::NETWORK_ENERGY),
        network_carbon: of(&row.tally, figures::NETWORK_CARBON),
        billed: money(&row.tally.billed),
        effective: money(&row.tally.effective),
    };
    RollUp {
        dimensions: finest.question.by.iter().map(ToString::to_string).collect(),
        rows: finest.rows.iter().map(row).collect(),
    }
}
