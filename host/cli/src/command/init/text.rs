//! The text of a proposed manifest.
//!
//! A line of comment is `# text`; a line of TOML that is left out is `#text`, so that taking `#` away before anything but a
//! space gives a manifest with every example in force.

use std::collections::BTreeSet;

use joulework::survey::{Ranking, Survey};
use joulework_report::format::percent;

use super::bills::BillEntry;
use super::workloads::{Division, Proposed};
use super::{cost, counted, number, toml};

/// Other tag keys that are named.
const OTHER_TAGS: usize = 5;

/// A commented manifest for the bills of a survey.
pub(super) fn manifest(survey: &Survey, bills: &[BillEntry], title: &str) -> String {
    let mut text = Text::default();
    text.say("Proposed by `joulework init`; it is yours to change. `joulework estimate` and `joulework report` read it.");
    text.toml(&format!("title = {}", toml::quoted(title)));
    text.gap();
    text.say("The region of rows that state none.");
    text.example(r#"default-region = "eu-west-1""#);
    for bill in bills {
        text.gap();
        text.say(&bill.summary);
        text.toml("[[bill]]");
        text.toml(&format!("path = {}", toml::quoted(&bill.path)));
    }
    text.say("For times that the files write without a zone, and for files that are parts of one bill although they look like");
    text.say("two deliveries of it:");
    text.example(r#"time-zone = "+01:00""#);
    text.example(r#"overlap = "add""#);
    let names = workloads(survey, &mut text);
    examples(survey, &names, &mut text);
    text.0
}

/// Workloads in force and in comments; gives all their names.
fn workloads(survey: &Survey, text: &mut Text) -> Vec<String> {
    text.gap();
    text.say("A row belongs to the first workload that has a rule whose conditions all hold. What no rule takes is `unassigned`.");
    let mut taken = BTreeSet::new();
    let mut names = Vec::new();
    let division = Division::of(survey);
    if let Some(division) = division {
        text.say(&reason(survey, division));
        let proposed = division.workloads(survey, &mut taken);
        for workload in &proposed {
            text.workload(survey, workload, false);
        }
        text.gap();
        text.say(&left(survey, division.ranking(), &proposed));
        names.extend(proposed.into_iter().map(|workload| workload.name));
    } else {
        text.say("Nothing in the files divides their cost, so here is one to begin with:");
        let condition = services(survey).map_or_else(
            || r#"service = ["*"]"#.to_owned(),
            |service| format!("service = [{}]", toml::quoted(&toml::glob(service))),
        );
        let workload = Proposed { name: "shop".to_owned(), condition, cost: survey.services.first(1) };
        taken.insert(workload.name.clone());
        text.workload(survey, &workload, true);
        names.push(workload.name);
    }
    let others = survey.tags.iter().filter(|tag| division != Some(Division::Tag(tag)));
    let others: Vec<String> = others.take(OTHER_TAGS).map(|tag| other(survey, tag)).collect();
    if !others.is_empty() {
        text.say(&format!("Other tags: {}.", others.join("; ")));
    }
    let accounts = Division::Accounts(&survey.accounts);
    if division != Some(accounts) && !survey.accounts.values.is_empty() {
        text.gap();
        text.say("Or by account:");
        for workload in accounts.workloads(survey, &mut taken) {
            text.workload(survey, &workload, true);
            names.push(workload.name);
        }
    }
    names
}

/// Why the workloads are what they are.
fn reason(survey: &Survey, division: Division<'_>) -> String {
    match division {
        Division::Tag(tag) => format!(
            "The tag {} is on {} of the cost of usage{}.",
            toml::quoted(&tag.key),
            percent(survey.share(tag.covered)),
            amount(survey)
        ),
        Division::Accounts(_) => {
            format!("No tag divides the cost of usage{}, so the accounts do.", amount(survey))
        }
    }
}

fn amount(survey: &Survey) -> String {
    cost(survey).map_or_else(String::new, |cost| format!(" ({cost})"))
}

/// What stays unassigned.
fn left(survey: &Survey, ranking: &Ranking, proposed: &[Proposed]) -> String {
    let rest = ranking.values.len().saturating_sub(proposed.len());
    let taken: f64 = proposed.iter().map(|workload| survey.share(workload.cost)).sum();
    let share = (1.0 - taken).max(0.0);
    match rest {
        0 if share < 1e-9 => "Nothing of the cost of usage is left over.".to_owned(),
        0 => format!("The other {} of the cost of usage is left unassigned.", percent(share)),
        rest => format!(
            "The other {} of the cost of usage, with {} of {}, is left unassigned.",
            percent(share),
            counted(rest, "smaller value"),
            toml::quoted(&ranking.key)
        ),
    }
}

fn other(survey: &Survey, tag: &Ranking) -> String {
    let values =
        if tag.is_many() { format!("{} values", number(tag)) } else { counted(tag.values.len(), "value") };
    format!("{} on {}, {values}", toml::quoted(&tag.key), percent(survey.share(tag.covered)))
}

/// The service with the most cost.
fn services(survey: &Survey) -> Option<&str> {
    survey.services.values.first().map(|(service, _)| service.as_str())
}

/// Examples of what the files cannot say.
fn examples(survey: &Survey, names: &[String], text: &mut Text) {
    let Some(first) = names.first() else { return };
    text.gap();
    text.say("What several workloads share; the weights are your own statement and add up to 1.");
    text.example("[[shared]]");
    text.example(r#"name = "network""#);
    let weights = match names.get(1) {
        Some(second) => format!("{{ {} = 0.5, {} = 0.5 }}", toml::key(first), toml::key(second)),
        None => format!("{{ {} = 1 }}", toml::key(first)),
    };
    text.example(&format!("weights = {weights}"));
    text.example("[[shared.rule]]");
    text.example(r#"service = ["Amazon Virtual Private Cloud", "AmazonVPC"]"#);

    text.gap();
    text.say("The work that a workload does. Its costs are divided by the counts of a CSV or Parquet file …");
    text.example("[[unit]]");
    text.example(r#"name = "order""#);
    text.example(&format!("workload = {}", toml::quoted(first)));
    text.example(r#"series = "orders.csv""#);
    text.example(r#"timestamp = "timestamp""#);
    text.example(r#"count = "orders""#);
    text.say("… or by lines of the bill itself.");
    text.example("[[unit]]");
    text.example(r#"name = "invocation""#);
    text.example(&format!("workload = {}", toml::quoted(first)));
    let lambda = survey.services.values.iter().map(|(service, _)| service.as_str());
    let lambda =
        lambda.filter(|service| *service == "AWSLambda").chain(["AWS Lambda"]).next().unwrap_or_default();
    text.example(&format!("bill = {{ service = [{}], meter = [\"*Request*\"] }}", toml::quoted(lambda)));

    text.gap();
    text.say("The unit on the first screen of the report.");
    text.example("[report]");
    text.example(r#"primary-unit = "order""#);

    text.gap();
    text.say("Settings of plugins; `joulework plugin list` has their ids, `joulework plugin inspect ID` what can be set.");
    text.example("[plugin.embodied-carbon]");
    text.example("settings = { life-years = 6 }");
}

/// A text under construction.
#[derive(Debug, Default)]
struct Text(String);

impl Text {
    /// A line of comment.
    fn say(&mut self, words: &str) {
        self.0.extend(["# ", words, "\n"]);
    }

    /// A line in force.
    fn toml(&mut self, line: &str) {
        self.0.extend([line, "\n"]);
    }

    /// A line that is left out.
    fn example(&mut self, line: &str) {
        self.0.extend(["#", line, "\n"]);
    }

    /// An empty line.
    fn gap(&mut self) {
        self.0.push('\n');
    }

    fn workload(&mut self, survey: &Survey, workload: &Proposed, left_out: bool) {
        self.gap();
        self.say(&format!("{} of the cost of usage", percent(survey.share(workload.cost))));
        let name = format!("name = {}", toml::quoted(&workload.name));
        for line in ["[[workload]]", &name, "[[workload.rule]]", &workload.condition] {
            if left_out { self.example(line) } else { self.toml(line) }
        }
    }
}
