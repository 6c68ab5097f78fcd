//! The standard columns and error factors: the words that plugins and readers share.
//!
//! The columns are those of `wit/standard-columns.csv`, which is read into the program when it is built.

use std::sync::LazyLock;

use crate::descriptor::Kind;

/// Who gives a standard column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The reader of the bill.
    Bill,
    /// The reader of utilisation.
    Metrics,
    /// A plugin.
    Estimate,
    /// The host, as the sum of the outputs that are part of it.
    Total,
}

/// A column of the standard list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandardColumn {
    /// Kebab-case name.
    pub name: &'static str,
    /// Kind of its values.
    pub kind: Kind,
    /// Symbol of the unit in which the host holds it; empty for what is no number.
    pub unit: &'static str,
    /// Whether it may be summed.
    pub additive: bool,
    /// Who gives it.
    pub origin: Origin,
    /// One line on what it means.
    pub meaning: String,
}

static LIST: &str = include_str!("../../../wit/standard-columns.csv");

static COLUMNS: LazyLock<Vec<StandardColumn>> =
    LazyLock::new(|| LIST.lines().skip(1).filter_map(parse).collect());

/// The standard columns, in the order of the list.
#[must_use]
pub fn standard_columns() -> &'static [StandardColumn] {
    &COLUMNS
}

/// The standard column of that name.
#[must_use]
pub fn standard_column(name: &str) -> Option<&'static StandardColumn> {
    standard_columns().iter().find(|column| column.name == name)
}

/// The factors of error that any plugin may name without its own id in front, because several share them.
pub const STANDARD_FACTORS: [&str; 25] = [
    "accelerator-power",
    "accelerator-power-device",
    "carried-forward",
    "cpu-power",
    "cpu-power-family",
    "embodied",
    "embodied-family",
    "grid-intensity",
    "grid-intensity-region",
    "grid-intensity-row",
    "grid-water",
    "memory-power",
    "memory-power-family",
    "network-intensity",
    "pue-region",
    "pue-row",
    "replication",
    "replication-service",
    "storage-power",
    "storage-power-medium",
    "utilisation-month",
    "utilisation-resource",
    "utilisation-service",
    "wue-region",
    "wue-row",
];

/// Columns that the host offers as keys of error factors whether or not a plugin reads them.
pub const HOST_KEYS: [&str; 4] = ["service-name", "charge-year", "charge-month", "resource-id"];

/// A line of the list. The last field is quoted and may hold commas; the others never do.
fn parse(line: &'static str) -> Option<StandardColumn> {
    let mut fields = line.splitn(6, ',');
    let mut next = || fields.next().map(str::trim);
    let (name, kind, unit, additive, origin, meaning) =
        (next()?, next()?, next()?, next()?, next()?, next()?);
    Some(StandardColumn {
        name,
        kind: Kind::from_word(kind)?,
        unit,
        additive: match additive {
            "yes" => true,
            "no" => false,
            _ => return None,
        },
        origin: match origin {
            "bill" => Origin::Bill,
            "metrics" => Origin::Metrics,
            "estimate" => Origin::Estimate,
            "total" => Origin::Total,
            _ => return None,
        },
        meaning: meaning.trim_matches('"').replace("\"\"", "\""),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_a_column() {
        let lines = LIST.lines().skip(1).filter(|line| !line.trim().is_empty()).count();
        assert_eq!(standard_columns().len(), lines);
        assert!(lines > 60);
    }

    #[test]
    fn names_occur_once_and_numbers_have_a_unit() {
        let mut names: Vec<_> = standard_columns().iter().map(|column| column.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), standard_columns().len());
        for column in standard_columns() {
            assert_eq!(column.kind == Kind::Number, !column.unit.is_empty(), "{}", column.name);
            assert!(
                !column.additive || matches!(column.kind, Kind::Number | Kind::Decimal),
                "{}",
                column.name
            );
        }
    }

    #[test]
    fn the_totals_are_energy_carbon_and_water() {
        let totals: Vec<_> = standard_columns()
            .iter()
            .filter(|column| column.origin == Origin::Total)
            .map(|column| column.name)
            .collect();
        assert_eq!(totals, ["it-energy", "water", "embodied-carbon"]);
        assert_eq!(standard_column("it-energy").unwrap().unit, "kWh");
    }
}
