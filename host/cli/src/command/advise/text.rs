//! Advice for people.

use std::fmt::Write as _;

use joulework::advise::{Advice, Advised};
use joulework::compare::Compared;
use joulework::engine::variant::PriceBasis;
use joulework_report::{format, model};

/// What is said of a saving, and how it is called.
const SHOWN: [&str; 3] = ["carbon", "facility-energy", "water"];

/// The advice in lines, the first `top` proposals of it.
pub(super) fn advice(advice: &Advice, top: usize) -> String {
    let mut text = String::new();
    let bold = anstyle::Style::new().bold();
    for (number, own) in (1..).zip(advice.proposals.iter().take(top)) {
        let title = format::clean(&own.proposal.title);
        let _ = writeln!(text, "{bold}{number:>2}  {title}{bold:#}");
        for line in lines(own) {
            let _ = writeln!(text, "    {line}");
        }
    }
    if advice.proposals.is_empty() {
        text.push_str("nothing to propose\n");
    }
    let more = advice.proposals.len().saturating_sub(top);
    if more > 0 {
        let _ = writeln!(text, "and {more} more: `--top {}` shows them", advice.proposals.len());
    }
    if !advice.proposals.is_empty() {
        let saved = saved_of(&advice.together, true).join(", ");
        let _ = writeln!(text, "\nthe first proposal of each resource, all together: {saved}");
    }
    if !advice.left_out.is_empty() {
        let counts: Vec<String> =
            advice.left_out.iter().map(|(code, count)| format!("{count} {code}")).collect();
        let _ = writeln!(
            text,
            "left out, because they save neither carbon nor money or cannot be made: {}",
            counts.join(", ")
        );
    }
    text
}

fn lines(own: &Advised) -> Vec<String> {
    let proposal = &own.proposal;
    let mut lines = vec![format!(
        "{} ({}; workload {})",
        format::clean(&own.resource),
        format::clean(&own.service),
        format::clean(&own.workload)
    )];
    let mut saved = vec![carbon_of(own)];
    saved.extend(saved_of(&own.figures, own.outcome.price != PriceBasis::Unknown).into_iter().skip(1));
    lines.push(format!("saves {}", saved.join(", ")));
    match own.outcome.price {
        PriceBasis::Unknown => {
            lines.push("what it costs then nobody knows: the bill has no such price".to_owned());
        }
        PriceBasis::Proxy => lines.push("money in proportion to vCPU: the bill has no such price".to_owned()),
        _ => {}
    }
    if own.outcome.committed {
        lines.push("a commitment pays for it: money is free only if something else takes it up".to_owned());
    }
    lines.push(format!("why: {}", format::clean(&proposal.evidence)));
    lines.push(format!("but: {}", format::clean(&proposal.risk)));
    let practices = proposal.best_practices.join(", ");
    let sure = format::rounded(proposal.confidence * 100.0, 0);
    lines.push(format!("{} of {}; {sure}{}% sure; {practices}", proposal.code, own.advisor, format::THIN));
    lines
}

/// Carbon that is saved, with its interval and the change.
fn carbon_of(own: &Advised) -> String {
    let Some(figure) = own.figures.figures.get("carbon") else { return String::new() };
    let mean = figure.before.mean - figure.after.mean;
    let with = |mean: f64| format::show(&model::Figure::exact(mean, &figure.unit)).headline();
    let interval = own
        .saved
        .get("carbon")
        .map_or_else(String::new, |interval| format!(" ({}…{})", with(interval.low), with(interval.high)));
    let change = match &figure.change {
        Ok(change) => format!(
            ", {} to {} of its carbon",
            percent(1.0 - change.interval.high),
            percent(1.0 - change.interval.low)
        ),
        Err(_) if figure.after.mean == 0.0 && figure.before.mean != 0.0 => ", all of its carbon".to_owned(),
        Err(_) => String::new(),
    };
    format!("{}{interval}{change}", with(mean))
}

fn percent(share: f64) -> String {
    format!("{}{}%", format::rounded(share * 100.0, 0), format::THIN)
}

/// What is saved: carbon, energy, water and money.
fn saved_of(compared: &Compared, with_money: bool) -> Vec<String> {
    let mut saved: Vec<String> = SHOWN
        .iter()
        .filter_map(|quantity| {
            let figure = compared.figures.get(*quantity)?;
            let mean = figure.before.mean - figure.after.mean;
            Some(format::show(&model::Figure::exact(mean, &figure.unit)).headline())
        })
        .collect();
    for (currency, [before, after]) in compared.cost.iter().filter(|_| with_money) {
        if let Ok(money) = before.checked_sub(*after) {
            saved.push(format::amounts(&[model::Money::new(money.rounded(2).to_string(), currency.code())]));
        }
    }
    saved
}
