//! Supply and demand from the hour with the highest demand to that with the lowest.

use super::{DEMAND, OVER, SUPPLY, number};
use crate::chart::axis::{LINE, Legend, Mark, ValueAxis};
use crate::chart::canvas::{Anchor, Label, draw};
use crate::chart::palette::Paint;
use crate::chart::{Chart, Table};
use crate::error::ReportError;
use crate::format::{percent, scale_for};
use crate::model::SupplyCapacity;

pub(super) fn chart(of: &SupplyCapacity) -> Result<Chart, ReportError> {
    let title = format!("{}: from the highest demand to the lowest", of.name);
    Chart::new(&format!("supply-{}-by-demand", of.id), &title, &description(of), table(of), |label, width| {
        draw_at(of, label, width)
    })
}

fn draw_at(of: &SupplyCapacity, label: Label<'_>, width: i32) -> Result<String, ReportError> {
    let high = of.by_demand.iter().map(|at| at.supply.max(at.demand)).fold(0.0, f64::max);
    let axis = ValueAxis::new(0.0, high, &scale_for(high, &of.unit));
    let mut legend = Legend::default();
    legend.push(Mark::Swatch, DEMAND, "demand");
    legend.push(Mark::Swatch, SUPPLY, "supply in the same hours");
    legend.push(Mark::Band, SUPPLY, "not used");
    let has_over = of.by_demand.iter().any(|at| at.demand > at.supply);
    if has_over {
        legend.push(Mark::Swatch, OVER, "demand beyond the supply");
    }
    let top = legend.height(width) + 8;
    let plot = if width > 600 { 220 } else { 180 };
    let (left, right, bottom) = (axis.width() + 10, width - 24, top + plot);
    draw(label, (width, bottom + 2 * LINE + 6), |canvas| {
        legend.draw(canvas, width)?;
        axis.draw(canvas, (left, right), (bottom, top))?;
        let x = |share: f64| left + pixels(share * f64::from(right - left));
        let last = of.by_demand.last().map_or(1.0, |at| at.share).max(f64::MIN_POSITIVE);
        let points = |value: fn(&crate::model::SupplyAt) -> f64| -> Vec<(i32, i32)> {
            of.by_demand.iter().map(|at| (x(at.share / last), axis.pixel(value(at), bottom, top))).collect()
        };
        let (supply, demand) = (points(|at| at.supply), points(|at| at.demand));
        // Higher values have smaller pixels.
        let between = |other: fn(i32, i32) -> i32| {
            let back = supply.iter().zip(&demand).rev().map(|(one, two)| (one.0, other(one.1, two.1)));
            supply.iter().copied().chain(back).collect::<Vec<_>>()
        };
        canvas.polygon(between(i32::max), SUPPLY, 0.16)?;
        if has_over {
            canvas.polygon(between(i32::min), OVER, 0.7)?;
        }
        canvas.line(supply, SUPPLY, 1)?;
        canvas.line(demand, DEMAND, 2)?;
        for quarter in [0.0, 0.25, 0.5, 0.75, 1.0] {
            canvas.text(
                (x(quarter), bottom + LINE / 2 + 4),
                &percent(quarter),
                Paint::Muted,
                Anchor::Middle,
            )?;
        }
        let middle = left.midpoint(right);
        canvas.text(
            (middle, bottom + LINE + LINE / 2 + 2),
            "share of the hours",
            Paint::Muted,
            Anchor::Middle,
        )
    })
}

#[expect(clippy::cast_possible_truncation, reason = "pixels")]
fn pixels(value: f64) -> i32 {
    value.round() as i32
}

fn description(of: &SupplyCapacity) -> String {
    let at = |share: f64| of.by_demand.iter().find(|at| at.share >= share).map(|at| number(at.demand));
    format!(
        "A falling line of demand over the share of hours with more demand. The highest is {} {unit}, a tenth of the \
         hours has more than {}, half more than {}. The table after the chart has all figures.",
        at(0.0).unwrap_or_default(),
        at(0.1).unwrap_or_default(),
        at(0.5).unwrap_or_default(),
        unit = of.unit,
    )
}

fn table(of: &SupplyCapacity) -> Table {
    let header = ["Share of hours with more demand", "Demand", "Supply"];
    let step = of.by_demand.len().div_ceil(20).max(1);
    let rows = of
        .by_demand
        .iter()
        .step_by(step)
        .map(|at| vec![percent(at.share), number(at.demand), number(at.supply)]);
    Table { header: header.map(str::to_owned).to_vec(), rows: rows.collect() }
}
