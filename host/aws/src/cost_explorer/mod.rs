//! Cost Explorer: days of a bill by service, usage type and region.
//!
//! A request has two keys of groups, so the region (and the account) is a filter: one request first for what there is,
//! then one for each account, region and month.

mod bill;
mod page;
mod query;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use aws_sdk_costexplorer::Client;
use aws_sdk_costexplorer::operation::get_cost_and_usage::GetCostAndUsageError;
use joulework_units::Money;

use crate::call::{Caller, Operation, failed};
use crate::days::{Days, month};
use crate::error::AwsError;
use crate::fetch::{Fetched, Gone, follow};
use crate::pages::{Chain, Standing};
use crate::price::COST_EXPLORER_REQUEST;
use crate::session::Session;
use crate::watch::Quote;
use jiff::civil::Date;
use page::Page;
use query::Query;

pub(crate) const GET_COST_AND_USAGE: Operation = Operation {
    name: "GetCostAndUsage",
    action: "ce:GetCostAndUsage",
    // The quota is not documented: a guess that the retries make good where it is too high.
    per_second: 5.0,
    burst: 5.0,
};

/// Cost Explorer has one endpoint: <https://docs.aws.amazon.com/general/latest/gr/billing.html>.
const REGION: &str = "us-east-1";

/// Where it keeps what, and as of which day.
#[derive(Debug, Clone)]
pub(crate) struct Place<'a> {
    /// The folder of the collection.
    pub(crate) folder: &'a Path,
    /// Today: figures that may still change are asked for again on another day.
    pub(crate) today: Date,
}

/// What the bill of one who pays came to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bill {
    /// The accounts on it.
    pub(crate) accounts: BTreeSet<String>,
    /// Services by account and region.
    pub(crate) services: BTreeMap<(String, String), BTreeSet<String>>,
    pub(crate) rows: u64,
    pub(crate) estimated: u64,
    /// What does not come to the same, in words.
    pub(crate) differences: Vec<String>,
}

/// Fetches what is not there yet and writes the bills. Accounts in `known` are on another bill already.
pub(crate) async fn collect(
    session: &Session,
    days: Days,
    place: &Place<'_>,
    known: &BTreeSet<String>,
    caller: &Caller,
) -> Result<Bill, AwsError> {
    let asking = Asking { client: Client::new(&session.at(REGION)), session, place, caller };
    let months = days.months();
    let first = asking.wanted("overview", "", days, &Query::overview(days))?;
    let least = u64::from(!first.is_there);
    if least > 0 {
        // Whatever the overview finds, each month takes a request for each account and region, and one for what is no usage.
        let least = least + 2 * months.len() as u64;
        asking.agree(least, "regions and accounts are not known yet, and long answers come in pages")?;
    }
    asking.fetch(&first).await?;
    let there = Overview::read(&first, known)?;

    let mut wanted = Vec::new();
    for part in &months {
        for (account, region) in there.places(month(part.from)) {
            let query = Query::usage(*part, account, region);
            wanted.push(asking.wanted("usage", &format!("{account}.{region}."), *part, &query)?);
        }
        wanted.push(asking.wanted("other", "", *part, &Query::other(*part))?);
    }
    let missing = wanted.iter().filter(|wanted| !wanted.is_there).count() as u64;
    if missing > 0 {
        asking.agree(missing, "long answers come in pages, each of which is paid for")?;
    }
    let mut done = 0;
    for wanted in &wanted {
        if !wanted.is_there {
            asking.fetch(wanted).await?;
            done += 1;
            caller.watch().progress("Cost Explorer", done, missing);
        }
    }
    write_bills(session, place, &wanted, &there, known)
}

/// One request with where its answer is kept.
struct Wanted {
    query: Query,
    chain: Chain,
    month: Date,
    is_there: bool,
    /// Answers to the same question of another day.
    older: Vec<Chain>,
}

struct Asking<'a> {
    client: Client,
    session: &'a Session,
    place: &'a Place<'a>,
    caller: &'a Caller,
}

impl Asking<'_> {
    /// Looks for an answer that is final, or of today; else it is to be asked for.
    fn wanted(&self, kind: &str, key: &str, days: Days, query: &Query) -> Result<Wanted, AwsError> {
        let folder = self.place.folder.join("cost-explorer").join(&self.session.account);
        let key: String =
            key.chars().map(|c| if c.is_alphanumeric() || ".-".contains(c) { c } else { '-' }).collect();
        let start = format!("{kind}.{key}{}.", days.from);
        let name = format!("{start}{}.of.{}", days.to, self.place.today);
        let chain = Chain::new(folder.clone(), name.clone(), ".json");
        let mut older = Vec::new();
        for found in Chain::all(&folder, ".json")? {
            if found.name() == name || !found.name().starts_with(&start) {
                continue;
            }
            if found.standing()? == Standing::Complete && is_final(&found, query)? {
                return Ok(Wanted {
                    query: query.clone(),
                    chain: found,
                    month: month(days.from),
                    is_there: true,
                    older: Vec::new(),
                });
            }
            older.push(found);
        }
        let is_there = chain.standing()? == Standing::Complete;
        Ok(Wanted { query: query.clone(), chain, month: month(days.from), is_there, older })
    }

    fn agree(&self, requests: u64, more: &'static str) -> Result<(), AwsError> {
        let price = COST_EXPLORER_REQUEST.times(requests);
        let what = format!("Cost Explorer of {}", self.session.account);
        let quote = Quote { what, requests, price, more };
        if self.caller.watch().agree(&quote) { Ok(()) } else { Err(AwsError::Declined(price)) }
    }

    async fn fetch(&self, wanted: &Wanted) -> Result<(), AwsError> {
        let query = &wanted.query;
        follow(&wanted.chain, async |token| {
            let attempt = self.caller.attempt(&GET_COST_AND_USAGE, REGION, COST_EXPLORER_REQUEST).await;
            let request = self
                .client
                .get_cost_and_usage()
                .time_period(query.period()?)
                .granularity(query.granularity())
                .set_metrics(Some(query.metrics()))
                .set_group_by(Some(query.group_by()))
                .set_filter(query.expression())
                .set_next_page_token(token);
            let answer = request.customize().interceptor(attempt).send().await;
            let answer = answer.map_err(|error| {
                let gone = error
                    .as_service_error()
                    .is_some_and(GetCostAndUsageError::is_invalid_next_token_exception);
                Gone { error: failed(&GET_COST_AND_USAGE, REGION, &error), gone }
            })?;
            let page = Page::of(&self.session.account, query, &answer);
            let page = serde_json::to_vec(&page).map_err(|error| AwsError::Answer {
                operation: GET_COST_AND_USAGE.name,
                region: REGION.to_owned(),
                what: error.to_string(),
            })?;
            Ok(Fetched { page, next: answer.next_page_token().map(str::to_owned) })
        })
        .await?;
        wanted.older.iter().try_for_each(Chain::forget)
    }
}

/// Whether a complete answer is to the same question, and has no figure that may still change.
fn is_final(chain: &Chain, query: &Query) -> Result<bool, AwsError> {
    for path in chain.pages() {
        let page = Page::read(&path)?;
        if page.request != *query || page.results_by_time.iter().any(|results| results.estimated) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What there is to ask for.
#[derive(Default)]
struct Overview {
    /// Cost by month, account and region.
    costs: BTreeMap<Date, BTreeMap<(String, String), Money>>,
    /// Months whose figures may still change.
    estimated: BTreeSet<Date>,
}

impl Overview {
    fn read(wanted: &Wanted, known: &BTreeSet<String>) -> Result<Self, AwsError> {
        let mut overview = Self::default();
        for path in wanted.chain.pages() {
            let page = Page::read(&path)?;
            let refuse = |reason: String| AwsError::Page { file: path.clone(), reason };
            for results in &page.results_by_time {
                let start: Date = results
                    .time_period
                    .start
                    .parse()
                    .map_err(|_| refuse(format!("`{}` is not a day", results.time_period.start)))?;
                if results.estimated {
                    overview.estimated.insert(month(start));
                }
                let costs = overview.costs.entry(month(start)).or_default();
                for group in &results.groups {
                    let [account, region] = group.keys.as_slice() else {
                        return Err(refuse(format!("a group has the keys {:?}, expected two", group.keys)));
                    };
                    if !known.contains(account) {
                        costs.insert(
                            (account.clone(), region.clone()),
                            group.money("UnblendedCost").map_err(refuse)?,
                        );
                    }
                }
            }
        }
        Ok(overview)
    }

    fn places(&self, month: Date) -> impl Iterator<Item = (&str, &str)> {
        let costs = self.costs.get(&month).into_iter().flat_map(BTreeMap::keys);
        costs.map(|(account, region)| (account.as_str(), region.as_str()))
    }
}

/// Writes a bill for each month, and holds its sum against the overview.
fn write_bills(
    session: &Session,
    place: &Place<'_>,
    wanted: &[Wanted],
    there: &Overview,
    known: &BTreeSet<String>,
) -> Result<Bill, AwsError> {
    let mut bill = Bill::default();
    let months: BTreeSet<Date> = wanted.iter().map(|wanted| wanted.month).collect();
    for month in months {
        for (account, _) in there.places(month) {
            bill.accounts.insert(account.to_owned());
        }
        let chains = wanted.iter().filter(|wanted| wanted.month == month);
        let pages: Vec<PathBuf> = chains.flat_map(|wanted| wanted.chain.pages()).collect();
        services(&pages, &mut bill)?;
        let name = format!("{}-{}.csv", session.account, month.strftime("%Y-%m"));
        let written = bill::write(&place.folder.join("bill").join(name), &pages, known)?;
        bill.rows += written.rows;
        bill.estimated += written.estimated;
        let costs = there.costs.get(&month).into_iter().flat_map(BTreeMap::values).copied();
        let expected = Money::sum(costs).map_err(|error| AwsError::Period(error.to_string()))?;
        if expected != written.billed {
            let still = if there.estimated.contains(&month) { "; its figures still change" } else { "" };
            bill.differences.push(format!(
                "{} {}: the days come to {}, the month to {expected}{still}",
                session.account,
                month.strftime("%Y-%m"),
                written.billed
            ));
        }
    }
    Ok(bill)
}

fn services(pages: &[PathBuf], bill: &mut Bill) -> Result<(), AwsError> {
    for path in pages {
        let page = Page::read(path)?;
        let (Some(account), Some(region)) =
            (page.request.held("LINKED_ACCOUNT"), page.request.held("REGION"))
        else {
            continue;
        };
        let services = bill.services.entry((account.to_owned(), region.to_owned())).or_default();
        for group in page.results_by_time.iter().flat_map(|results| &results.groups) {
            services.extend(group.keys.first().cloned());
        }
    }
    Ok(())
}
