//! Supply and demand.

use maud::{Markup, html};

use super::functions;
use super::pieces::{Cell, chart as drawing, table};
use crate::chart::{self, supply_cost, supply_share};
use crate::error::ReportError;
use crate::format::{amounts, clean, count, percent, significant, with_interval};
use crate::model::{Report, ServerRoom, Standby, Supply, SupplyCapacity, SupplyLine};
use crate::supply_lines::saved;

/// Names of measured resources that are listed although the bill does not have them.
const UNMATCHED: usize = 10;

/// What was bought against what was used; nothing where nothing is measured.
pub(super) fn section(report: &Report) -> Result<Markup, ReportError> {
    let Some(supply) = &report.supply else { return Ok(html! {}) };
    let capacities = supply.capacities.iter().map(capacity).collect::<Result<Vec<_>, _>>()?;
    Ok(html! {
        section id="supply" aria-labelledby="supply-h" {
            h2 id="supply-h" { "Does supply meet demand?" }
            @if capacities.is_empty() && supply.functions.is_empty() && supply.standby.is_none() {
                p class="empty" { "No resource of the bill is measured." }
            }
            @for capacity in &capacities { (capacity) }
            @if let Some(standby) = &supply.standby { (redundancy(standby)) }
            @if let Some(room) = &supply.on_premises { (server_room(room)) }
            (functions::functions(supply))
            (unmatched(supply))
        }
    })
}

fn capacity(of: &SupplyCapacity) -> Result<Markup, ReportError> {
    let drawn = chart::capacity(of)?;
    let lines: Vec<Vec<Cell>> =
        std::iter::once(&of.whole).chain(&of.services).chain(&of.workloads).map(line).collect();
    let resources: Vec<Vec<Cell>> = of.resources.iter().map(line).collect();
    let header = [
        "",
        "Resources",
        "Supply",
        "Demand",
        "Highest hour",
        "Used",
        "Not used",
        "Beyond supply",
        "Not measured",
        "Refused",
        "Follows demand",
        "Later by",
        "Above peak",
        "Idle energy",
        "Idle carbon",
        "Idle water",
        "Idle cost",
    ];
    let unit = &of.unit;
    Ok(html! {
        h3 { (clean(&of.name)) }
        p { (clean(&in_words(of))) }
        @for one in &drawn { (drawing(one)) }
        (table(&format!("{}: supply and demand in {unit}, means of the hours whose demand is known", of.name), &header, &lines))
        @if !resources.is_empty() {
            (table(&format!("{}: resources that waste most", of.name), &header, &resources))
        }
    })
}

/// What the whole says, in a sentence or two.
fn in_words(of: &SupplyCapacity) -> String {
    let whole = &of.whole;
    let number =
        |value: Option<f64>| value.map_or_else(|| "unknown".to_owned(), |value| significant(value, 3));
    let mut text = format!(
        "{} of {} {} were used on average ({}), in {} known hours of {} resources.",
        number(whole.demand.value),
        number(whole.supply.value),
        of.unit,
        supply_share(whole.utilisation),
        count(whole.known_hours),
        count(whole.resources),
    );
    match whole.elasticity {
        Some(elasticity) if elasticity < 0.1 => text.push_str(" Supply does not follow demand."),
        Some(elasticity) if elasticity > 0.8 => text.push_str(" Supply follows demand."),
        Some(_) => text.push_str(" Supply follows demand in part."),
        None => {}
    }
    if whole.unmeasured > 0.0 {
        let share = percent(whole.unmeasured);
        text.extend([
            " Of ",
            &share,
            " of their supply the demand is not known; it is in none of these figures.",
        ]);
    }
    text
}

fn line(of: &SupplyLine) -> Vec<Cell> {
    let number = |value: Option<f64>| {
        Cell::Number(value.map_or_else(|| "unknown".to_owned(), |value| significant(value, 3)))
    };
    let idle = |figure: fn(&crate::model::IdleUse) -> &crate::model::Figure| match &of.idle {
        Some(idle) => Cell::of(figure(idle)),
        None => Cell::Number("unknown".to_owned()),
    };
    vec![
        Cell::text(&of.name),
        Cell::Number(count(of.resources)),
        number(of.supply.value),
        number(of.demand.value),
        number(of.peak.value),
        Cell::Number(supply_share(of.utilisation)),
        number(of.waste.value),
        number(of.over_demand.value),
        Cell::Number(percent(of.unmeasured)),
        number(of.refused),
        number(of.elasticity),
        Cell::Number(of.lag_hours.map_or_else(|| "unknown".to_owned(), |hours| format!("{hours} h"))),
        Cell::Number(supply_share(of.over_provision)),
        idle(|idle| &idle.energy),
        idle(|idle| &idle.carbon),
        idle(|idle| &idle.water),
        Cell::Number(supply_cost(of)),
    ]
}

/// What stands by.
fn redundancy(of: &Standby) -> Markup {
    html! {
        h3 { "What redundancy costs" }
        p {
            "Copies in other zones that stand by take " (with_interval(&of.energy)) ", "
            (supply_share(of.energy_share)) " of the energy of the bill, " (with_interval(&of.carbon)) " and "
            (amounts(&of.cost)) ". That is what their safety costs, and no fault. Copies that a service keeps of itself, such \
             as those of an object store, are not among them."
        }
    }
}

/// The same demand on a typical server room.
fn server_room(of: &ServerRoom) -> Markup {
    let range = |ends: (f64, f64)| format!("{} to {}", significant(ends.0, 3), significant(ends.1, 3));
    let shares = |ends: (f64, f64)| format!("{} to {}", percent(ends.0), percent(ends.1));
    let rows = [
        ("Share of the vCPU that is used", percent(of.utilisation_here), shares(of.utilisation)),
        ("PUE", significant(of.pue_here, 3), range(of.pue)),
        ("Energy", with_interval(&of.energy_here), with_interval(&of.energy_there)),
    ];
    let rows: Vec<Vec<Cell>> = rows
        .into_iter()
        .map(|(name, here, there)| vec![Cell::text(name), Cell::Number(here), Cell::Number(there)])
        .collect();
    html! {
        h3 { "The same work in a server room" }
        p {
            "Vendors speak of about 80 % less energy in the cloud. For the " (with_interval(&of.demand))
            " that this workload used, it is " strong { (saved(of.saving)) } ", and with 90 % probability between "
            (saved(of.saving_low)) " and " (saved(of.saving_high)) ", given the inputs below. "
            (percent(of.dominant_share)) " of that uncertainty is " (clean(&of.dominant)) ". Machines are taken to be \
             the same in both places; older ones there would take more. The inputs are ends of 90 % intervals and stand in \
             " code { "[on-premises]" } " of the manifest."
        }
        (table("Here and in a server room", &["", "Here", "Server room"], &rows))
    }
}

fn unmatched(supply: &Supply) -> Markup {
    let names = &supply.unmatched;
    let more = names.len().saturating_sub(UNMATCHED);
    html! {
        @if !names.is_empty() {
            p {
                "Measured, and not on the bill: "
                @for (at, name) in names.iter().take(UNMATCHED).enumerate() {
                    @if at > 0 { ", " }
                    code { (clean(name)) }
                }
                @if more > 0 { " and " (count(more as u64)) " more" }
                "."
            }
        }
    }
}
