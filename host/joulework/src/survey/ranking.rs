//! Values of a key by cost, and which key says most about who caused it.

use std::cmp::Reverse;

use joulework_units::Money;

use super::tally::Values;

/// The values of a key, such as a tag's, with the cost of usage that each is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranking {
    /// The key.
    pub key: String,
    /// Cost of the rows that have a value.
    pub covered: Money,
    /// The values with their cost, the largest first, equal ones in the order of the alphabet; empty where there are
    /// more than [`MOST_VALUES`](super::MOST_VALUES).
    pub values: Vec<(String, Money)>,
    many: bool,
}

impl Ranking {
    pub(super) fn of(key: String, values: Values) -> Self {
        let (covered, many) = (values.covered, values.many);
        let mut values: Vec<(String, Money)> =
            if many { Vec::new() } else { values.costs.into_iter().collect() };
        values.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
        Self { key, covered, values, many }
    }

    /// Whether there are more values than are kept apart.
    #[must_use]
    pub const fn is_many(&self) -> bool {
        self.many
    }

    /// Cost of the first `count` values.
    #[must_use]
    pub fn first(&self, count: usize) -> Money {
        // No part of a sum that could be made leaves its range.
        Money::sum(self.values.iter().take(count).map(|(_, cost)| *cost)).unwrap_or(self.covered)
    }
}

/// The values that a person would read as a list of workloads.
const NAMED: usize = 10;

/// Orders tag keys, the most useful first: few values, half of the cost in the first ten of them, more than one of them,
/// a key that is named after what a workload is, much cost, few values, the alphabet.
pub(super) fn usefulness(tag: &Ranking, cost: Money) -> (bool, bool, bool, u8, Reverse<u64>, usize, String) {
    let share = share(tag.first(NAMED), cost);
    // In 0 … 1 the bits of a double are in the order of its values.
    let order = Reverse(share.max(0.0).to_bits());
    let divides = tag.values.len() > 1;
    (tag.many, share < 0.5, !divides, kind(&tag.key), order, tag.values.len(), tag.key.clone())
}

/// 0 for keys that name workloads, 2 for those that name stages, things or creators, 1 for the rest.
fn kind(key: &str) -> u8 {
    const WORKLOADS: [&str; 14] = [
        "app",
        "appname",
        "application",
        "applicationname",
        "component",
        "microservice",
        "product",
        "project",
        "projectname",
        "service",
        "servicename",
        "system",
        "workload",
        "workloadname",
    ];
    const OTHERS: [&str; 9] =
        ["env", "environment", "stage", "tier", "name", "createdby", "creator", "managedby", "version"];
    let word: String =
        key.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    if WORKLOADS.contains(&word.as_str()) {
        0
    } else if OTHERS.contains(&word.as_str()) || key.starts_with("aws:") || key.starts_with("aws_") {
        2
    } else {
        1
    }
}

/// A part of a whole in 0 … 1; 0 of nothing.
pub(super) fn share(part: Money, whole: Money) -> f64 {
    if whole.is_positive() { part.to_f64_lossy() / whole.to_f64_lossy() } else { 0.0 }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    fn ranking(key: &str, costs: &[&str]) -> Ranking {
        let values: Vec<(String, Money)> = costs
            .iter()
            .enumerate()
            .map(|(place, cost)| (format!("v{place}"), Money::parse(cost).unwrap()))
            .collect();
        let covered = Money::sum(values.iter().map(|(_, cost)| *cost)).unwrap();
        Ranking { key: key.to_owned(), covered, values, many: false }
    }

    #[test]
    fn a_key_that_divides_most_of_the_cost_among_few_named_values_stands_first() {
        let many = Ranking { many: true, values: Vec::new(), ..ranking("id", &["100"]) };
        let mut keys = [
            many,
            ranking("Name", &["4"; 25]),
            ranking("env", &["60", "40"]),
            ranking("owner", &["50", "30"]),
            ranking("cost-centre", &["40", "30", "25"]),
            ranking("Project", &["30", "25"]),
            ranking("app", &["30", "1"]),
            ranking("company", &["100"]),
        ];
        keys.sort_by_cached_key(|key| usefulness(key, Money::parse("100").unwrap()));
        assert_eq!(
            keys.map(|key| key.key),
            ["Project", "cost-centre", "owner", "env", "company", "app", "Name", "id"].map(str::to_owned)
        );
    }
}
