//! Periods, totals, coverage and charges apart.

use joulework_engine::assess::{Grade as Graded, Rollup, Tally};
use joulework_engine::calendar::Period as Span;

use super::figures::{self, money, of, one};
use crate::model::{
    Apart, Coverage, CurrencyCoverage, Figure, Grade, GradeCost, GradeRows, Money, Period, PeriodState,
    PeriodTotals, RowCoverage, Totals,
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The months from the first to the last that has rows; months without rows are in it, so that a gap is seen.
pub(super) fn periods(by_period: &Rollup) -> Vec<(Span, Period)> {
    let known: Vec<_> = by_period.rows.iter().filter_map(|row| Some((row.period?, row.partial))).collect();
    let (Some((first, _)), Some((last, _))) = (known.first(), known.last()) else { return Vec::new() };
    let mut periods = Vec::new();
    let mut next = *first;
    while next <= *last {
        let partial = known.iter().any(|(period, partial)| *period == next && *partial);
        periods.push((next, period(next, partial)));
        next = next.next();
    }
    periods
}

fn period(span: Span, partial: bool) -> Period {
    let id = span.to_string();
    let (year, month) = id.split_once('-').unwrap_or((&id, ""));
    let name = month.parse::<usize>().ok().and_then(|month| MONTHS.get(month.checked_sub(1)?)).unwrap_or(&"");
    Period {
        label: format!("{name} {year}"),
        short: name.chars().take(3).collect(),
        group: year.to_owned(),
        state: if partial { PeriodState::Partial } else { PeriodState::Whole },
        id,
    }
}

/// Figures of each period; a period without rows has none.
pub(super) fn period_totals(by_period: &Rollup, periods: &[(Span, Period)]) -> Vec<PeriodTotals> {
    let one = |(span, period): &(Span, Period)| {
        let row = by_period.rows.iter().find(|row| row.period == Some(*span)).map(|row| &row.tally);
        let figure = |quantity| figure_or_gap(row, quantity);
        PeriodTotals {
            period: period.id.clone(),
            energy: figure(figures::ENERGY),
            operational_carbon: figure(figures::OPERATIONAL),
            embodied_carbon: figure(figures::EMBODIED),
            water: figure(figures::WATER),
            billed: row.map(|row| money(&row.billed)).unwrap_or_default(),
            effective: row.map(|row| money(&row.effective)).unwrap_or_default(),
        }
    };
    periods.iter().map(one).collect()
}

/// A figure of a roll-up's row, or that the bill has no such row.
pub(super) fn figure_or_gap(row: Option<&Tally>, quantity: (&str, &str)) -> Figure {
    match row {
        Some(row) => of(row, quantity),
        None => Figure::none(quantity.1, "the bill has no row for it"),
    }
}

/// Figures of the whole span.
pub(super) fn totals(total: &Tally, rows: u64) -> Totals {
    let from_grid = of(total, figures::GRID_WATER).value.unwrap_or(0.0);
    Totals {
        energy: of(total, figures::ENERGY),
        it_energy: of(total, figures::IT_ENERGY),
        operational_carbon: of(total, figures::OPERATIONAL),
        embodied_carbon: of(total, figures::EMBODIED),
        carbon: of(total, figures::CARBON),
        water: of(total, figures::WATER),
        water_scope: if from_grid > 0.0 { "on-site and grid" } else { "on-site" }.to_owned(),
        network_energy: of(total, figures::NETWORK_ENERGY),
        network_carbon: of(total, figures::NETWORK_CARBON),
        transmission_carbon: of(total, figures::TRANSMISSION),
        upstream_carbon: of(total, figures::UPSTREAM),
        billed: money(&total.billed),
        effective: money(&total.effective),
        rows,
    }
}

const fn grade(grade: Graded) -> Grade {
    match grade {
        Graded::Nothing => Grade::Nothing,
        Graded::Measured => Grade::Measured,
        Graded::KnownHardware => Grade::KnownHardware,
        Graded::UnknownHardware => Grade::UnknownHardware,
        Graded::Proxy => Grade::Proxy,
        Graded::NotModelled => Grade::NotModelled,
    }
}

/// Shares of the usage rows by grade.
pub(super) fn coverage(total: &Tally) -> Coverage {
    let coverage = &total.coverage;
    let mut by_cost = Vec::new();
    for currency in coverage.currencies() {
        let grades: Vec<GradeCost> = coverage
            .usage
            .iter()
            .filter_map(|(graded, line)| {
                let share = coverage.cost_share(currency, *graded).filter(|share| *share > 0.0)?;
                let cost = line.positive.get(&currency)?;
                Some(GradeCost { grade: grade(*graded), cost: one(currency, *cost), share })
            })
            .collect();
        let sum = coverage
            .usage
            .values()
            .filter_map(|line| line.positive.get(&currency))
            .try_fold(joulework_units::Money::default(), |sum, cost| sum.checked_add(*cost));
        if let (Ok(sum), false) = (sum, grades.is_empty()) {
            by_cost.push(CurrencyCoverage { total: one(currency, sum), grades });
        }
    }
    let grades = coverage.usage.iter().filter_map(|(graded, line)| {
        let share = coverage.row_share(*graded)?;
        Some(GradeRows { grade: grade(*graded), rows: line.rows, share })
    });
    Coverage {
        by_cost,
        by_rows: RowCoverage {
            rows: coverage.usage.values().map(|line| line.rows).sum(),
            grades: grades.collect(),
        },
    }
}

/// Charges that carry money and no usage, by category and currency.
pub(super) fn apart(total: &Tally) -> Vec<Apart> {
    let mut charges = Vec::new();
    for (category, line) in &total.coverage.apart {
        for (currency, billed) in &line.billed {
            charges.push(Apart {
                category: if category.is_empty() { "(no category)".to_owned() } else { category.clone() },
                rows: line.rows,
                billed: one(*currency, *billed),
                effective: line
                    .effective
                    .get(currency)
                    .map_or_else(|| Money::new("0", currency.code()), |cost| one(*currency, *cost)),
            });
        }
    }
    charges
}
