//! What a plugin says about itself: too much, wrongly, or otherwise each time.

use crate::guest::early;
use crate::run::{FILE, described, runtime};

described! {
    ten_thousand_inputs: "inputs-many" => "plugin.descriptor", None;
    ten_thousand_outputs: "outputs-many" => "plugin.descriptor", None;
    an_output_with_a_thousand_errors: "outputs-wide" => "plugin.descriptor", None;
    an_error_with_ten_thousand_keys: "keys-many" => "plugin.descriptor", Some("misbehaver.energy");
    a_table_of_ten_thousand_columns: "table-wide" => "plugin.descriptor", None;
    ten_thousand_citations: "citations-many" => "plugin.descriptor", None;
    ten_thousand_extras: "extras-many" => "plugin.descriptor", None;
    an_output_that_is_a_total_of_the_host: "output-of-the-host" => "plugin.descriptor", Some("it-energy");
    an_output_that_is_a_column_of_the_bill: "output-of-the-bill" => "plugin.descriptor", Some("service-name");
    an_output_of_another_plugin: "output-of-another" => "plugin.descriptor", Some("facility.label");
    an_output_twice: "output-twice" => "plugin.descriptor", Some("misbehaver.energy");
    a_unit_that_is_none: "unit-unknown" => "plugin.descriptor", Some("misbehaver.energy");
    a_part_in_another_dimension: "unit-of-another-dimension" => "plugin.descriptor", Some("misbehaver.energy");
    a_standard_column_of_another_kind: "kind-of-a-standard-column" => "plugin.descriptor", Some("consumed-quantity");
    a_power_that_is_no_number: "power-nan" => "plugin.descriptor", Some("misbehaver.energy");
    a_panic_in_describe: "panic" => "plugin.panic", None;
}

/// It is asked once, when it is admitted, and held to that: an instance that runs is not asked again.
#[test]
fn a_description_that_changes_between_two_calls() {
    let component = early("another-each-time");
    let (one, two) = (runtime().admit(FILE, &component).unwrap(), runtime().admit(FILE, &component).unwrap());
    assert_eq!((one.id(), one.descriptor()), ("misbehaver", two.descriptor()));
}
