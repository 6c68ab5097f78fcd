//! The public FOCUS 1.0 sample, where the variable `JOULEWORK_SAMPLES` names its folder: how much of it is covered.

use std::collections::BTreeMap;

use aws_usage::AwsUsage;
use joulework_sdk::kit::Case;

/// Fields of one line of CSV; the sample has no line breaks inside fields.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut quoted) = (vec![String::new()], false);
    let last = |fields: &mut Vec<String>, c: char| fields.last_mut().unwrap().push(c);
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => last(&mut fields, characters.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => last(&mut fields, c),
        }
    }
    fields
}

#[test]
#[allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test of a file that need not be there, which says so"
)]
fn the_sample_is_covered_as_far_as_its_descriptions_go() {
    let Some(folder) = std::env::var_os("JOULEWORK_SAMPLES") else {
        println!("not run: JOULEWORK_SAMPLES names no folder");
        return;
    };
    let text = std::fs::read_to_string(std::path::Path::new(&folder).join("focus-1.0-sample.csv")).unwrap();
    let mut lines =
        text.trim_start_matches('\u{feff}').lines().map(|line| fields(line.trim_end_matches('\r')));
    let header = lines.next().unwrap();
    let at = |name: &str| header.iter().position(|found| found == name).unwrap();
    let names = [
        "ProviderName",
        "ServiceName",
        "ChargeCategory",
        "ChargeDescription",
        "ConsumedUnit",
        "ConsumedQuantity",
        "CommitmentDiscountStatus",
    ];
    let places = names.map(at);
    let (period, billed, effective) = (at("ChargePeriodStart"), at("BilledCost"), at("EffectiveCost"));

    let mut input = String::from(
        "provider-name,service-name,charge-category,charge-description,consumed-unit,consumed-quantity,commitment-discount-status,charge-month\n",
    );
    let records: Vec<Vec<String>> = lines.collect();
    for record in &records {
        let cell = |text: &str| {
            if text == "NULL" { String::new() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
        };
        let cells: Vec<String> =
            places.iter().map(|place| cell(&record[*place])).chain([cell(&record[period][..7])]).collect();
        input += &cells.join(",");
        input.push('\n');
    }
    let rows = Case::<AwsUsage>::new().run(&input).unwrap();
    let (mut all, mut grades, mut missing) =
        (Sum::default(), BTreeMap::<&str, Sum>::new(), BTreeMap::<&str, Sum>::new());
    for (row, record) in records.iter().enumerate() {
        let kind = rows.text("usage-kind", row).unwrap();
        let usage = record[places[2]] == "Usage";
        if record[places[0]] != "AWS" {
            assert_eq!(kind, if usage { "not-modelled" } else { "adjustment" });
            continue;
        }
        if !usage {
            continue;
        }
        let money = [effective, billed].map(|place| record[place].parse::<f64>().unwrap().max(0.0));
        all.add(money);
        grades.entry(rows.text("usage-kind.basis", row).unwrap_or("none")).or_default().add(money);
        if kind == "not-modelled" {
            missing.entry(record[places[1]].as_str()).or_default().add(money);
        }
    }
    for (what, sum) in grades.iter().chain(&missing) {
        let [rows, effective, billed] = sum.shares(&all);
        println!(
            "{what}: {rows:.1} % of rows, {effective:.1} % of effective and {billed:.1} % of billed cost"
        );
    }
    let [rows, effective, billed] = grades["proxy"].shares(&all);
    assert!(rows >= 80.0 && effective >= 95.0 && billed >= 90.0, "{rows} {effective} {billed}");
}

#[derive(Default)]
struct Sum {
    rows: u32,
    money: [f64; 2],
}

impl Sum {
    fn add(&mut self, money: [f64; 2]) {
        self.rows += 1;
        self.money = [self.money[0] + money[0], self.money[1] + money[1]];
    }

    fn shares(&self, all: &Self) -> [f64; 3] {
        let share = |at: usize| 100.0 * self.money[at] / all.money[at];
        [100.0 * f64::from(self.rows) / f64::from(all.rows), share(0), share(1)]
    }
}
