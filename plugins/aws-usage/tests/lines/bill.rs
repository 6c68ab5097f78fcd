//! Lines of a bill for tests.

use aws_usage::AwsUsage;
use joulework_sdk::kit::{Case, Rows};

/// What a line has unless it says otherwise.
const USUAL: [(&str, &str); 4] = [
    ("provider-name", "AWS"),
    ("charge-category", "Usage"),
    ("charge-month", "2024-09"),
    ("consumed-quantity", "1"),
];

const COLUMNS: [&str; 12] = [
    "provider-name",
    "service-name",
    "charge-category",
    "sku-meter",
    "operation",
    "charge-description",
    "consumed-unit",
    "sku-price-details",
    "commitment-discount-status",
    "capacity-reservation-status",
    "charge-month",
    "consumed-quantity",
];

/// The lines as CSV; cells that a line does not name are empty, beside [`USUAL`].
pub(crate) fn csv(lines: &[Vec<(&str, &str)>]) -> String {
    let mut text = COLUMNS.join(",");
    for line in lines {
        let cell = |column: &&str| {
            let stated = line
                .iter()
                .rev()
                .chain(&USUAL)
                .find(|(name, _)| name == column)
                .map_or("", |(_, value)| value);
            format!("\"{}\"", stated.replace('"', "\"\""))
        };
        text += "\n";
        text += &COLUMNS.iter().map(cell).collect::<Vec<_>>().join(",");
    }
    text + "\n"
}

/// The outputs of some lines.
pub(crate) fn run(lines: &[Vec<(&str, &str)>]) -> Rows {
    Case::<AwsUsage>::new().run(&csv(lines)).unwrap()
}

/// The outputs of one line.
pub(crate) fn one(line: &[(&str, &str)]) -> Rows {
    run(&[line.to_vec()])
}

/// A number of the first line.
pub(crate) fn number(rows: &Rows, output: &str) -> f64 {
    rows.number(output, 0).unwrap_or_else(|| panic!("{output} is unknown"))
}

/// Every quantity.
pub(crate) const QUANTITIES: [&str; 5] =
    ["vcpu-hours", "memory-hours", "storage-hours", "network-volume", "accelerator-hours"];
