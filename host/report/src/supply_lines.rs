//! Supply and demand in a few lines, for a terminal and for pull requests.

use crate::chart::{supply_cost, supply_share};
use crate::format::{amounts, count, percent, significant, with_interval};
use crate::model::{Supply, SupplyCapacity, SupplyLine};

/// A line.
pub(crate) struct SupplyWords {
    /// What it is about.
    pub(crate) of: String,
    /// The resource that it is about.
    pub(crate) resource: Option<String>,
    /// What is said.
    pub(crate) text: String,
}

impl SupplyWords {
    fn new(of: impl Into<String>, text: String) -> Self {
        Self { of: of.into(), resource: None, text }
    }
}

/// A line for each thing that is worth one.
pub(crate) fn supply_lines(supply: &Supply) -> Vec<SupplyWords> {
    let mut lines: Vec<SupplyWords> =
        supply.capacities.iter().map(|of| SupplyWords::new("Used", used(of))).collect();
    let most = supply.capacities.iter().filter_map(|of| of.resources.first());
    let most = most.filter_map(|line| Some((line, line.idle.as_ref()?)));
    lines.extend(most.map(|(line, idle)| SupplyWords {
        resource: Some(line.name.clone()),
        ..SupplyWords::new(
            "Most idle",
            format!("{}, {} used", with_interval(&idle.energy), supply_share(line.utilisation)),
        )
    }));
    lines.extend(cold_starts(supply).map(|text| SupplyWords::new("Lambda", text)));
    if let Some(standby) = &supply.standby {
        let text = format!(
            "{}, {} of the energy, {} on standby",
            with_interval(&standby.energy),
            supply_share(standby.energy_share),
            amounts(&standby.cost)
        );
        lines.push(SupplyWords::new("Redundancy", text));
    }
    if let Some(room) = &supply.on_premises {
        let text = format!(
            "{} than in a server room ({}…{})",
            saved(room.saving),
            saved(room.saving_low),
            saved(room.saving_high)
        );
        lines.push(SupplyWords::new("Energy", text));
    }
    lines
}

fn used(of: &SupplyCapacity) -> String {
    let whole = &of.whole;
    let number =
        |value: Option<f64>| value.map_or_else(|| "unknown".to_owned(), |value| significant(value, 3));
    let mut text = format!(
        "{} of {} {}, {}",
        number(whole.demand.value),
        number(whole.supply.value),
        if of.name == of.unit { of.unit.clone() } else { format!("{} of {}", of.unit, of.name) },
        supply_share(whole.utilisation)
    );
    text.push_str(&idle(whole));
    if whole.unmeasured > 0.0 {
        text.extend(["; not measured ", &percent(whole.unmeasured)]);
    }
    text
}

fn idle(whole: &SupplyLine) -> String {
    let Some(idle) = &whole.idle else { return String::new() };
    let mut text = format!("; idle {}", with_interval(&idle.energy));
    if idle.cost.is_some() {
        text.extend([", ", &supply_cost(whole)]);
    }
    text
}

#[allow(clippy::cast_precision_loss, reason = "a number of invocations")]
fn cold_starts(supply: &Supply) -> Option<String> {
    let invocations: u64 = supply.functions.iter().map(|own| own.invocations).sum();
    let cold: f64 = supply.functions.iter().map(|own| own.cold * own.invocations as f64).sum();
    let share = (invocations > 0).then(|| cold / invocations as f64)?;
    Some(format!("{} of {} invocations were cold starts", percent(share), count(invocations)))
}

/// A saving in words.
pub(crate) fn saved(share: f64) -> String {
    if share < 0.0 { format!("{} more", percent(-share)) } else { format!("{} less", percent(share)) }
}
