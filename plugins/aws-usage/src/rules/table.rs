//! The tables behind the rules, as they stand in the data files.

use joulework_sdk::prelude::*;

factors! {
    /// One rule as it stands in the table.
    pub struct RuleRow: "rules" in "../../data/rules.csv",
        "What a line of the bill is, by service, text, operation and unit; the first rule that matches holds, and the \
         user's rules go first" {
        pub(crate) reads: String = column("reads").doc("`usage-type` (sku-meter after its region prefix) or `description` (charge-description, where no rule takes the usage type)"),
        pub(crate) service: String = column("service").doc("Services by their name in the table `services`, with `|`; `*` for any"),
        pub(crate) text: String = column("text").doc("Pattern: `|`, `*`, `{type}`, `{family}`"),
        pub(crate) operation: Option<String> = column("operation").doc("Pattern for the operation; empty for any"),
        pub(crate) unit: String = column("unit").doc("Units that the line may have, with `|`; the first one where the bill names none; `any`"),
        pub(crate) kind: String = column("kind").doc("usage-kind"),
        pub(crate) measure: String = column("measure").doc("How the quantity is read: `machine`, `machine:TYPE`, `server`, `units`, `storage`, `transfer`, `none`, `unknown`"),
        pub(crate) count: Option<f64> = column("count").unit("1").doc("Machines per unit, or share of a transfer that is counted; 1"),
        pub(crate) vcpus: Option<String> = column("vcpus").doc("vCPU per unit, a number or a fraction"),
        pub(crate) memory: Option<f64> = column("gib").unit("GiB").doc("Memory per unit"),
        pub(crate) cpu: Option<String> = column("cpu-family").doc("CPU family of capacity units"),
        pub(crate) share: Option<String> = column("share").doc("compute-share; `full`"),
        pub(crate) medium: Option<String> = column("medium").doc("`ssd` or `hdd`"),
        pub(crate) copies: Option<f64> = column("copies").unit("1").doc("Copies that the service keeps"),
        pub(crate) class: Option<String> = column("class").doc("Distance class of a transfer"),
        pub(crate) basis: Option<String> = column("basis").doc("Grade at best; `known-hardware`"),
    }
}

factors! {
    /// The names of one service.
    pub struct ServiceRow: "services" in "../../data/services.csv",
        "Services by the names that bills give them: FOCUS ServiceName and CUR product code" {
        pub(crate) service: String = column("service").doc("Name in the rules"),
        pub(crate) names: String = column("names").doc("Pattern: names with `|` and `*`"),
    }
}

factors! {
    /// The spellings of one unit.
    pub struct UnitRow: "units" in "../../data/units.csv",
        "Units by the spellings of bills, in lower case without blanks, hyphens, underscores and slashes" {
        pub(crate) unit: String = column("unit").doc("Name in the rules"),
        pub(crate) factor: Option<String> = column("factor").doc("Hours or GB in one unit, a number or a fraction; empty where the calendar month decides"),
        pub(crate) spellings: String = column("spellings").doc("Spellings with `|`"),
    }
}
