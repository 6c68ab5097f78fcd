#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]

use super::*;

fn input(name: &str, unit: &str) -> Input {
    let (kind, additive) =
        standard_column(name).map_or((Kind::Number, true), |found| (found.kind, found.additive));
    Input {
        name: name.to_owned(),
        kind,
        unit: unit.to_owned(),
        additive,
        optional: false,
        with_table: String::new(),
        doc: String::new(),
    }
}

fn output(name: &str, unit: &str, part_of: &str) -> Output {
    let Input { name, kind, unit, additive, doc, .. } = input(name, unit);
    Output {
        name,
        kind,
        unit,
        additive,
        doc,
        part_of: part_of.to_owned(),
        inherits: Vec::new(),
        spreads: Vec::new(),
        graded: false,
    }
}

fn plugin(id: &str, inputs: Vec<Input>, outputs: Vec<Output>) -> Descriptor {
    Descriptor {
        id: id.to_owned(),
        version: "1".to_owned(),
        summary: String::new(),
        licence: String::new(),
        inputs,
        outputs,
        tables: Vec::new(),
        settings_schema: String::new(),
        citations: Vec::new(),
        factor_set: String::new(),
        extras: Vec::new(),
    }
}

fn roots() -> Vec<RootColumn> {
    ["region-id", "consumed-quantity", "utilisation"].into_iter().filter_map(RootColumn::standard).collect()
}

fn linked(plugins: &[Descriptor]) -> Result<Order, LinkError> {
    link(&plugins.iter().collect::<Vec<_>>(), &roots())
}

/// Three parts of the pipeline, in rising order of their ids, which is not the order in which they must run.
fn chain() -> Vec<Descriptor> {
    vec![
        plugin("a-facility", vec![input("it-energy", "MJ")], vec![output("facility-energy", "kWh", "")]),
        plugin(
            "b-memory",
            vec![input("consumed-quantity", "1")],
            vec![output("memory-energy", "Wh", "it-energy")],
        ),
        plugin(
            "c-compute",
            vec![input("memory-energy", "kWh")],
            vec![output("compute-energy", "kWh", "it-energy")],
        ),
    ]
}

#[test]
fn plugins_run_in_the_order_of_what_they_read_with_totals_before_their_readers() {
    let Order { sequence, steps, figures, reads, .. } = linked(&chain()).unwrap();
    assert_eq!(sequence, [1, 2, 0]);
    let parts = vec!["memory-energy".to_owned(), "compute-energy".to_owned()];
    let sum = Step::Sum { total: "it-energy".to_owned(), parts: parts.clone() };
    assert_eq!(steps, [Step::Run(0), Step::Run(1), sum, Step::Run(2)]);
    let names: Vec<&str> = figures.iter().map(|figure| figure.name.as_str()).collect();
    assert_eq!(names, ["memory-energy", "compute-energy", "it-energy", "facility-energy"]);
    assert_eq!(figures[2].parts, parts);
    assert_eq!(figures[2].plugin, None);
    assert_eq!(reads.len(), 1, "only what is read");
    assert_eq!(
        (reads[0].column.name.as_str(), &reads[0].readers),
        ("consumed-quantity", &vec!["b-memory".to_owned()])
    );
}

#[test]
fn units_are_converted_both_ways_within_a_dimension() {
    let Order { inputs, factors, figures, .. } = linked(&chain()).unwrap();
    assert_eq!(factors[0], [0.001], "Wh out, kWh held");
    assert_eq!(inputs[2], [("it-energy".to_owned(), 3.6)], "kWh held, MJ in");
    assert!(figures.iter().all(|figure| figure.unit == "kWh"));
}

#[test]
fn another_dimension_is_refused_and_both_sides_are_named() {
    let mut plugins = chain();
    plugins[1].outputs[0] = output("b-memory.heat", "kWh", "it-energy");
    plugins[2].inputs[0] = input("b-memory.heat", "L");
    let error = linked(&plugins).unwrap_err();
    assert_eq!(error.code(), "link.dimension");
    let said = "plugin `c-compute` reads `b-memory.heat` in `L`, but plugin `b-memory` gives it in `kWh`";
    assert_eq!(error.to_string(), said);
}

#[test]
fn another_kind_or_additivity_is_refused() {
    let mut plugins = chain();
    plugins[1].outputs[0] = output("b-memory.heat", "kWh", "");
    plugins[1].outputs[0].additive = false;
    plugins[2].inputs[0] = input("b-memory.heat", "kWh");
    let error = linked(&plugins).unwrap_err();
    let said = "plugin `c-compute` reads `b-memory.heat` as additive number, but plugin `b-memory` gives it as number";
    assert_eq!((error.code(), error.to_string().as_str()), ("link.kind", said));
}

#[test]
fn a_missing_input_names_the_reader_and_what_is_alike() {
    let mut plugins = chain();
    plugins[2].inputs.push(input("a-facility.enery", "kWh"));
    plugins[0].outputs.push(output("a-facility.energy", "kWh", ""));
    let error = linked(&plugins).unwrap_err();
    assert_eq!(error.code(), "link.missing-input");
    assert_eq!(error.to_string(), "plugin `c-compute` reads `a-facility.enery`, which nothing gives");
    assert_eq!(error.hint().as_deref(), Some("there is `a-facility.energy`, `facility-energy`"));
}

#[test]
fn a_column_that_comes_with_a_table_is_read_only_with_it() {
    let mut plugins = chain();
    let hours = Input { optional: true, with_table: "hours".to_owned(), ..input("utilisation", "1") };
    plugins[1].inputs.push(hours);
    let reads = |tables: &[&str]| {
        let mut used = plugins.clone();
        used[1] = as_used(&plugins[1], tables);
        linked(&used).unwrap().reads.iter().any(|read| read.column.name == "utilisation")
    };
    assert!(!reads(&[]));
    assert!(!reads(&["other"]));
    assert!(reads(&["other", "hours"]));
}

#[test]
fn an_optional_input_that_nothing_gives_is_not_passed_and_nothing_inherits_it() {
    let mut plugins = chain();
    plugins[1].inputs.push(Input { optional: true, ..input("vcpu-hours", "vCPU.h") });
    plugins[1].outputs[0].inherits =
        vec![("consumed-quantity".to_owned(), 1.0), ("vcpu-hours".to_owned(), -1.0)];
    let Order { inputs, figures, .. } = linked(&plugins).unwrap();
    assert_eq!(inputs[0].len(), 1);
    assert_eq!(figures[0].inherits, [("consumed-quantity".to_owned(), 1.0)]);
}

#[test]
fn two_givers_of_one_column_are_refused() {
    let mut plugins = chain();
    plugins[0].outputs.push(output("memory-energy", "kWh", ""));
    let error = linked(&plugins).unwrap_err();
    assert_eq!(error.code(), "link.two-givers");
    assert_eq!(error.to_string(), "`memory-energy` is given by plugin `a-facility` and by plugin `b-memory`");

    let plugins = chain();
    let mut offered = roots();
    offered.push(RootColumn::standard("memory-energy").unwrap());
    let error = link(&plugins.iter().collect::<Vec<_>>(), &offered).unwrap_err();
    assert_eq!(error.to_string(), "`memory-energy` is given by the input and by plugin `b-memory`");
}

#[test]
fn the_same_plugin_twice_is_refused() {
    let plugins = [chain().remove(0), chain().remove(0)];
    assert_eq!(linked(&plugins).unwrap_err(), LinkError::TwicePlugin { plugin: "a-facility".to_owned() });
}

#[test]
fn a_cycle_is_refused_and_told_once_around() {
    let mut plugins = chain();
    plugins[1].inputs.push(input("facility-energy", "kWh"));
    let error = linked(&plugins).unwrap_err();
    assert_eq!(error.code(), "link.cycle");
    let said = "plugins wait for each other: `a-facility` reads `it-energy`, which waits for `b-memory`, \
                `b-memory` reads `facility-energy`, which waits for `a-facility`";
    assert_eq!(error.to_string(), said);
}

#[test]
fn a_plugin_that_reads_the_total_it_is_a_part_of_is_a_cycle() {
    let mut plugins = chain();
    plugins[1].inputs.push(input("it-energy", "kWh"));
    assert_eq!(linked(&plugins).unwrap_err().code(), "link.cycle");
}

#[test]
fn a_total_without_parts_is_missing() {
    let plugins = [chain().remove(0)];
    let error = linked(&plugins).unwrap_err();
    let expected = LinkError::EmptyTotal { plugin: "a-facility".to_owned(), column: "it-energy".to_owned() };
    assert_eq!(error, expected);
}

#[test]
fn the_input_may_not_offer_totals_or_contradict_the_standard_list() {
    let offer = |root: RootColumn| link(&[], &[root]).unwrap_err().to_string();
    assert!(offer(RootColumn::standard("water").unwrap()).contains("is a total"));
    let quantity = RootColumn::standard("consumed-quantity").unwrap();
    assert!(offer(RootColumn { kind: Kind::Text, ..quantity.clone() }).contains("as additive text"));
    assert!(offer(RootColumn { unit: "kWh".to_owned(), ..quantity }).contains("in `kWh`"));
}
