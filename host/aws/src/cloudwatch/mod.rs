//! `CloudWatch`: hours of what the resources of a bill used.

mod data;
mod kept;
mod listing;
mod series;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use aws_sdk_cloudwatch::Client;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::ToSpan;
use jiff::civil::Date;
use joulework_metrics::{CapacityMetric, capacity_metrics};

use crate::call::Caller;
use crate::days::{Days, add};
use crate::error::AwsError;
use crate::namespaces;
use crate::pages::{Chain, Standing};
use crate::price::{CLOUDWATCH_REQUEST, METRIC_READ};
use crate::session::Session;
use crate::watch::Quote;
use data::Asked;
use series::{Batch, KEPT, Series};

pub(crate) use data::GET_METRIC_DATA;
pub(crate) use listing::LIST_METRICS;

/// Requests for points that are under way at once in a region.
const AT_ONCE: usize = 4;

/// What was found in a region.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Series that the region has.
    pub(crate) series: usize,
    /// Functions with a series.
    pub(crate) functions: BTreeSet<String>,
    /// The first day that is still kept, where earlier ones were wanted.
    pub(crate) from: Option<Date>,
}

/// A region of an account, and where its points go.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    pub(crate) session: &'a Session,
    pub(crate) region: &'a str,
    pub(crate) folder: &'a std::path::Path,
    pub(crate) today: Date,
    /// Whether points are fetched, or series are listed alone.
    pub(crate) points: bool,
}

impl Place<'_> {
    fn points(&self) -> PathBuf {
        self.folder.join("cloudwatch").join(&self.session.account).join(self.region)
    }

    fn lists(&self) -> PathBuf {
        self.folder.join("cloudwatch-lists").join(&self.session.account).join(self.region)
    }

    fn name(&self) -> String {
        format!("{} {}", self.session.account, self.region)
    }
}

/// Lists what there is, and fetches what is not there yet. Without services, every namespace is looked at.
pub(crate) async fn collect(
    place: &Place<'_>,
    days: Days,
    services: Option<&BTreeSet<String>>,
    caller: &Caller,
) -> Result<Found, AwsError> {
    let client = Client::new(&place.session.at(place.region));
    let all = list(place, &client, services, caller).await?;
    let functions = all.iter().filter(|series| series.namespace == "AWS/Lambda");
    let mut found = Found {
        series: all.len(),
        functions: functions
            .filter_map(|own| own.dimensions.first().map(|(_, value)| value.clone()))
            .collect(),
        from: None,
    };
    if place.points {
        let batches = missing_batches(place, days, &all, &mut found)?;
        fetch(place, &client, &batches, caller).await?;
    }
    Ok(found)
}

/// The series that there are today.
async fn list(
    place: &Place<'_>,
    client: &Client,
    services: Option<&BTreeSet<String>>,
    caller: &Caller,
) -> Result<BTreeSet<Series>, AwsError> {
    let wanted = services.map(namespaces::of);
    let is_wanted =
        |metric: &CapacityMetric| wanted.as_ref().is_none_or(|wanted| wanted.contains(metric.namespace));
    let lists = place.lists();
    let metrics: Vec<(CapacityMetric, Chain)> = capacity_metrics()
        .filter(is_wanted)
        .map(|metric| {
            let chain = listing::chain(&lists, &metric, place.today);
            (metric, chain)
        })
        .collect();
    let mut missing = 0;
    for (_, chain) in &metrics {
        missing += u64::from(chain.standing()? != Standing::Complete);
    }
    agree(caller, place, "lists", missing, CLOUDWATCH_REQUEST.times(missing), "long lists come in pages")?;
    let mut all = BTreeSet::new();
    let name = place.name();
    for (number, (metric, chain)) in (1..).zip(&metrics) {
        all.extend(listing::list(client, chain, metric, place.region, &name, caller).await?);
        caller.watch().progress(&format!("lists of {name}"), number, metrics.len() as u64);
    }
    Ok(all)
}

/// Fetches batches, some at once, each of which is noted when it is complete.
async fn fetch(
    place: &Place<'_>,
    client: &Client,
    batches: &[Batch],
    caller: &Caller,
) -> Result<(), AwsError> {
    let asked = batches.iter().map(|batch| batch.series.len() as u64).sum::<u64>();
    let more = "an answer that comes in pages may count for each of them";
    agree(caller, place, "points", batches.len() as u64, METRIC_READ.times(asked), more)?;
    let name = place.name();
    let points = place.points();
    let asked = Asked { client, account: &place.session.account, region: place.region, place: &name };
    let (points, asked) = (&points, &asked);
    let fetches = batches.iter().map(|batch| async move {
        let chain = Chain::new(points.clone(), batch.name(), ".json.gz");
        data::fetch(asked, batch, &chain, caller).await?;
        kept::note(points, batch)
    });
    let mut running = stream::iter(fetches).buffer_unordered(AT_ONCE);
    let mut done = 0;
    while running.try_next().await?.is_some() {
        done += 1;
        caller.watch().progress(&format!("points of {name}"), done, batches.len() as u64);
    }
    Ok(())
}

fn agree(
    caller: &Caller,
    place: &Place<'_>,
    of: &str,
    requests: u64,
    price: crate::price::Usd,
    more: &'static str,
) -> Result<(), AwsError> {
    if requests == 0 {
        return Ok(());
    }
    let quote = Quote { what: format!("CloudWatch {of} of {}", place.name()), requests, price, more };
    if caller.watch().agree(&quote) { Ok(()) } else { Err(AwsError::Declined(price)) }
}

/// The batches of what is wanted, still kept by `CloudWatch`, and not there.
fn missing_batches(
    place: &Place<'_>,
    days: Days,
    all: &BTreeSet<Series>,
    found: &mut Found,
) -> Result<Vec<Batch>, AwsError> {
    let oldest = add(place.today, -i64::from(KEPT).days());
    if days.from < oldest {
        found.from = Some(oldest);
    }
    let from = days.from.max(oldest);
    if from >= days.to {
        return Ok(Vec::new());
    }
    let kept = kept::read(&place.points())?;
    let months = Days::new(from, days.to)?.months();
    let mut missing: BTreeMap<Series, Vec<Days>> = BTreeMap::new();
    for series in all {
        let there = kept.get(series).map(Vec::as_slice).unwrap_or_default();
        let parts: Vec<Days> = months.iter().flat_map(|month| month.without(there)).collect();
        if !parts.is_empty() {
            missing.insert(series.clone(), parts);
        }
    }
    Ok(series::batches(&missing))
}
