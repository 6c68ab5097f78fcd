//! What advisors propose.

use maud::{Markup, html};

use super::pieces::{Cell, table};
use crate::format::{amounts, clean, count, percent, with_interval};
use crate::model::{Advice, Proposal, Report, Saving};

/// Proposals in the table; the JSON has all.
const SHOWN: usize = 50;

/// The proposals, the largest saving of carbon first.
pub(super) fn section(report: &Report) -> Markup {
    let Some(advice) = &report.advice else { return html! {} };
    let rows: Vec<Vec<Cell>> = advice.proposals.iter().take(SHOWN).map(row).collect();
    let hidden = advice.proposals.len().saturating_sub(SHOWN);
    html! {
        section id="advice" {
            h2 { "What would save most" }
            @if rows.is_empty() {
                p { "The advisors propose nothing." }
            } @else {
                p { (clean(&in_words(advice))) }
                (table(
                    "What each proposal saves, the largest saving of carbon first",
                    &["Change", "Resource", "Carbon", "Of its carbon", "Energy", "Water", "Cost", "Sure"],
                    &rows,
                ))
                details {
                    summary { "Why, and what speaks against it" }
                    ol {
                        @for own in advice.proposals.iter().take(SHOWN) { (reasons(own)) }
                    }
                }
            }
            @if hidden > 0 { p { (count(hidden as u64)) " more are in the JSON form of this report." } }
            p { (clean(&asked(advice))) }
        }
    }
}

fn in_words(advice: &Advice) -> String {
    format!(
        "The first proposal of each resource, all together, saves {}, {} and {}. What a change saves comes from the same \
         estimate with the change made; errors that both share cancel.",
        with_interval(&advice.together.carbon),
        with_interval(&advice.together.energy),
        cost(&advice.together),
    )
}

fn asked(advice: &Advice) -> String {
    let names: Vec<String> =
        advice.advisors.iter().map(|own| format!("{} {}", own.id, own.version)).collect();
    let left_out = match advice.left_out {
        0 => String::new(),
        1 => " One proposal would save neither carbon nor money, or cannot be made, and is left out."
            .to_owned(),
        more => format!(
            " {} proposals would save neither carbon nor money, or cannot be made, and are left out.",
            count(more)
        ),
    };
    format!("Asked were {}.{left_out}", names.join(", "))
}

fn row(of: &Proposal) -> Vec<Cell> {
    let money = cost(&of.saving);
    vec![
        Cell::text(&of.title),
        Cell::Text(format!("{} ({})", of.resource, of.workload)),
        Cell::of(&of.saving.carbon),
        Cell::Number(share(&of.saving)),
        Cell::of(&of.saving.energy),
        Cell::of(&of.saving.water),
        Cell::Number(if of.committed {
            format!("{money}, if something else takes its commitment up")
        } else {
            money
        }),
        Cell::Number(percent(of.confidence)),
    ]
}

/// Why a change is proposed, and what speaks against it.
fn reasons(of: &Proposal) -> Markup {
    html! {
        li {
            strong { (clean(&of.title)) } ", " (clean(&of.resource)) br;
            "Why: " (clean(&of.evidence)) "." br;
            "But: " (clean(&of.risk)) "." br;
            (clean(&of.code)) ", serves " (clean(&of.best_practices.join(", "))) "."
        }
    }
}

/// The share of the carbon of before that is saved.
pub(crate) fn share(of: &Saving) -> String {
    match (of.carbon_share_low, of.carbon_share_high) {
        (Some(low), Some(high)) if low.to_bits() == high.to_bits() => signed(low),
        (Some(low), Some(high)) => format!("{}…{}", signed(low), signed(high)),
        _ => String::new(),
    }
}

fn signed(share: f64) -> String {
    if share < 0.0 { format!("−{}", percent(-share)) } else { percent(share) }
}

/// Money that is saved.
pub(crate) fn cost(of: &Saving) -> String {
    if of.cost.is_empty() { "unknown cost".to_owned() } else { amounts(&of.cost) }
}
