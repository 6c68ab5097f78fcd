//! What a what-if says beside its figures: use of vCPU, demand without supply, and where the money is from.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use joulework::engine::variant::PriceBasis;
use joulework::what_if::WhatIf;
use joulework_report::format;
use serde_json::{Value, json};

/// Where money is from, in words.
const BASES: [(PriceBasis, &str, &str); 4] = [
    (PriceBasis::Bill, "bill", "by the same bill"),
    (PriceBasis::Given, "given", "by the given table"),
    (PriceBasis::Proxy, "proxy", "in proportion to vCPU, inside one family of machines"),
    (PriceBasis::Unknown, "unknown", "as before, because nobody knows what the change costs"),
];

/// Lines under the table.
pub(super) fn text(result: &WhatIf) -> String {
    let mut text = String::from("\n");
    let percent = |share: f64| format!("{}{}%", format::rounded(share * 100.0, -1), format::THIN);
    let hours = |hours: f64| format!("{}{}vCPU·h", format::rounded(hours, 0), format::THIN);
    let mut line = |words: String| {
        let _ = writeln!(text, "{words}");
    };
    // Rows without a resource are no resource.
    let named = || result.resources.iter().filter(|(id, _)| !id.is_empty());
    let changed = named().filter(|(_, own)| own.changed).count();
    line(format!("changes are meant for {}", resources(named().count())));
    if changed < named().count() {
        line(format!("{} of them stay as before", named().count() - changed));
    }
    if let [Some(before), Some(after)] = result.vcpu.map(|own| own.share()) {
        line(format!(
            "of the vCPU whose use is measured, {} are used, and {} with the changes",
            percent(before),
            percent(after)
        ));
    }
    let sum = |of: fn(&joulework::engine::variant::ResourceOutcome) -> f64| -> f64 {
        result.resources.values().map(of).sum()
    };
    let over = sum(|own| own.over_demand);
    if over > 0.0 {
        line(format!(
            "{} of {} that are asked for find no supply",
            hours(over),
            hours(sum(|own| own.demand))
        ));
    }
    for throttled in &result.throttled {
        line(format!(
            "token bucket: {} came, {} were let through, {} turned away, {} wait at the end; the peak falls from {} to {}",
            hours(throttled.arrived),
            hours(throttled.admitted),
            hours(throttled.rejected),
            hours(throttled.waiting),
            format::rounded(throttled.peak_before, -2),
            format::rounded(throttled.peak_after, -2),
        ));
        line("bursts that are shorter than an hour are not seen".to_owned());
    }
    for (basis, _, words) in BASES {
        let count = result.resources.values().filter(|own| own.price == basis).count();
        if count > 0 {
            line(format!("{} priced {words}", resources(count)));
        }
    }
    if result.resources.values().any(|own| own.committed) {
        line(
            "a commitment pays for some of them: less use frees its money only if something else takes it up"
                .to_owned(),
        );
    }
    for ((meter, reason), count) in left(result) {
        line(format!(
            "rows of {} with the meter {} stay as before: {reason}",
            resources(count),
            format::clean(meter)
        ));
    }
    text
}

fn resources(count: usize) -> String {
    format!("{count} resource{}", if count == 1 { "" } else { "s" })
}

/// Rows that stay, by meter and reason.
fn left(result: &WhatIf) -> BTreeMap<(&str, &str), usize> {
    let mut left: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (meter, reason) in result.resources.values().flat_map(|own| &own.left) {
        *left.entry((meter, reason)).or_default() += 1;
    }
    left
}

/// The same as data.
pub(super) fn json(result: &WhatIf) -> Value {
    let resources: BTreeMap<&String, Value> = result
        .resources
        .iter()
        .map(|(id, own)| {
            let basis =
                BASES.iter().find(|(basis, ..)| *basis == own.price).map_or("same", |(_, word, _)| word);
            let of = json!({
                "changed": own.changed,
                "price": basis,
                "committed": own.committed,
                "left": own.left,
                "demand-vcpu-hours": own.demand,
                "over-demand-vcpu-hours": own.over_demand,
            });
            (id, of)
        })
        .collect();
    let buckets: Vec<Value> = result
        .throttled
        .iter()
        .map(|own| {
            json!({
                "arrived": own.arrived,
                "admitted": own.admitted,
                "rejected": own.rejected,
                "waiting": own.waiting,
                "peak-before": own.peak_before,
                "peak-after": own.peak_after,
            })
        })
        .collect();
    json!({
        "vcpu-use": result.vcpu.map(|own| own.share()),
        "resources": resources,
        "token-buckets": buckets,
    })
}
