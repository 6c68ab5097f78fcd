//! `collect aws`, `publish cloudwatch` and `aws policy`.

mod kpis;
mod screen;

use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use joulework_aws::{
    Access, Collected, Collection, Days, Limits, Publication, Task, Usd, alarms, collect, policy,
};
use joulework_report::model::Report as Model;

use crate::arguments::Common;
use crate::arguments::aws::{AwsPolicy, AwsTask, CollectAws, Fetch, PublishCloudwatch, Spending};
use crate::command::{Failure, load};
use crate::outcome::Outcome;
use crate::printer::{self, Printer};
use screen::Screen;

/// Months that Cost Explorer knows by day, beside the one that runs.
const MONTHS: i32 = 13;

/// What is counted settles for some hours; a day counts when this much time is gone since.
const SETTLING_HOURS: i64 = 3;

/// Collects, and says what came of it.
pub(crate) fn run(arguments: &CollectAws, common: &Common, printer: &Printer) -> Result<Outcome, Failure> {
    let now = Timestamp::now();
    let has = |what: Fetch| arguments.what.contains(&what);
    let collection = Collection {
        folder: arguments.folder.clone(),
        days: days(arguments, now)?,
        regions: arguments.region.clone(),
        bill: has(Fetch::Bill),
        utilisation: has(Fetch::Utilisation),
        logs: has(Fetch::Logs),
        limits: limits(&arguments.spending)?,
        now,
    };
    let access = Access {
        profiles: arguments.reach.profile.clone(),
        region: arguments.region.first().cloned(),
        endpoint: arguments.reach.endpoint_url.clone(),
    };
    let screen = Arc::new(Screen::new(common, arguments.spending.yes));
    let collected = collect(&collection, &access, screen.clone());
    screen.finish();
    let collected = collected?;
    Ok(say(&collected, &collection, printer))
}

/// Says what came of a collection.
fn say(collected: &Collected, collection: &Collection, printer: &Printer) -> Outcome {
    collected.notes.iter().for_each(|note| printer.warn(note));
    for failed in &collected.failed {
        printer.warn(&format!("not fetched: {}: {}", failed.what, failed.error));
        if let Some(hint) = failed.error.hint() {
            printer.say(&format!("  help: {hint}"));
        }
    }
    let mut parts = Vec::new();
    if collection.bill {
        let estimated = match collected.estimated_days {
            0 => String::new(),
            days => format!(", {days} days of which may still change"),
        };
        parts.push(format!("{} rows of bills{estimated}", collected.rows));
    }
    if collection.utilisation {
        parts.push(format!("{} series", collected.series));
    }
    let days = collection.days;
    let folder = collection.folder.display();
    printer.say(&format!("{folder}: {} from {} up to {}", parts.join(", "), days.from, days.to));
    printer.say(&format!("paid requests: {}, {} by the list", collected.requests, collected.price));
    printer.say(&format!("next: joulework report {folder}"));
    if collected.failed.is_empty() { Outcome::Done } else { Outcome::CheckFailed }
}

/// The days that are asked for: to the last one that is over, from the first that Cost Explorer knows.
fn days(arguments: &CollectAws, now: Timestamp) -> Result<Days, Failure> {
    let settled = now.checked_sub(SETTLING_HOURS.hours()).unwrap_or(now).to_zoned(TimeZone::UTC).date();
    let to = day(arguments.span.to.as_deref(), "--to")?.map_or(settled, |to| to.min(settled));
    let first = settled.first_of_month();
    let first = first.checked_sub(MONTHS.months()).unwrap_or(first);
    let from = day(arguments.span.from.as_deref(), "--from")?.unwrap_or(first);
    Ok(Days::new(from, to)?)
}

fn day(text: Option<&str>, what: &'static str) -> Result<Option<Date>, Failure> {
    let Some(text) = text else { return Ok(None) };
    text.parse().map(Some).map_err(|_| Failure::Argument {
        what,
        word: text.to_owned(),
        expected: "a day such as 2025-03-01",
        hint: None,
    })
}

fn limits(spending: &Spending) -> Result<Limits, Failure> {
    let price = spending.max_usd.as_deref().map(|text| {
        Usd::parse(text).ok_or_else(|| Failure::Argument {
            what: "--max-usd",
            word: text.to_owned(),
            expected: "dollars such as 2.50",
            hint: None,
        })
    });
    Ok(Limits { requests: spending.max_requests, price: price.transpose()? })
}

/// Publishes the KPIs of a report, and prints alarms for them.
pub(crate) fn publish(
    arguments: &PublishCloudwatch,
    common: &Common,
    printer: &Printer,
) -> Result<(), Failure> {
    let limits = limits(&arguments.spending)?;
    if arguments.namespace.starts_with("AWS/") || arguments.namespace.is_empty() {
        return Err(Failure::Argument {
            what: "--namespace",
            word: arguments.namespace.clone(),
            expected: "a name that does not begin with `AWS/`",
            hint: None,
        });
    }
    let mut project = load::project(std::slice::from_ref(&arguments.path))?;
    load::window(&mut project.description, &arguments.span)?;
    let (engine, metrics) = load::measured(project.description, common)?;
    let assessment = load::assess(&engine, printer)?;
    let report = Model::from_assessment(&assessment, &metrics, &project.title, project.primary_unit)?;
    let (kpis, unknown) = kpis::of(&report);
    unknown.iter().for_each(|text| printer.warn(text));
    let template = alarms(&arguments.namespace, &kpis)?;
    if !arguments.alarms_only {
        let publication =
            Publication { namespace: arguments.namespace.clone(), kpis, limits, now: Timestamp::now() };
        let access = Access {
            profiles: arguments.reach.profile.clone(),
            region: arguments.region.clone(),
            endpoint: arguments.reach.endpoint_url.clone(),
        };
        let screen = Arc::new(Screen::new(common, arguments.spending.yes));
        let (requests, price) = joulework_aws::publish(&publication, &access, screen)?;
        printer.say(&format!(
            "published {} metrics; paid requests: {requests}, {price}",
            publication.kpis.len()
        ));
    }
    Ok(printer::data(printer.shared(template + "\n").as_bytes())?)
}

/// Prints the policy.
pub(crate) fn print_policy(arguments: &AwsPolicy) -> Result<(), Failure> {
    let task = |task: &AwsTask| match task {
        AwsTask::Bill => Task::Bill,
        AwsTask::Utilisation => Task::Utilisation,
        AwsTask::Logs => Task::Logs,
        AwsTask::Publish => Task::Publish,
    };
    let tasks: Vec<Task> = arguments.what.iter().map(task).collect();
    let mut text = policy(&tasks, &arguments.namespace)?;
    text.push('\n');
    Ok(printer::data(text.as_bytes())?)
}
