//! One collection: accounts, then regions, each on its own. What fails in one leaves the others as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::call::Caller;
use crate::cloudwatch::{self, Place};
use crate::cost_explorer;
use crate::days::{Days, day_of};
use crate::error::AwsError;
use crate::logs;
use crate::meter::{Limits, Meter};
use crate::price::Usd;
use crate::session::{Access, Session, http_client, runtime};
use crate::settings;
use crate::watch::Watch;

/// What to collect.
#[derive(Debug, Clone)]
pub struct Collection {
    /// The folder that everything goes into.
    pub folder: PathBuf,
    /// Days that are over.
    pub days: Days,
    /// Regions; without one, those of the bill.
    pub regions: Vec<String>,
    /// Whether Cost Explorer is asked for a bill.
    pub bill: bool,
    /// Whether `CloudWatch` is asked for what was used.
    pub utilisation: bool,
    /// Whether the reports of functions are fetched.
    pub logs: bool,
    /// What may be spent.
    pub limits: Limits,
    /// Now, for the age of points and for figures that may still change.
    pub now: Timestamp,
}

/// Something that could not be fetched, while the rest was.
#[derive(Debug)]
pub struct Failed {
    /// What and where.
    pub what: String,
    /// Why.
    pub error: AwsError,
}

/// What came of a collection.
#[derive(Debug, Default)]
pub struct Collected {
    /// The accounts that were asked.
    pub accounts: BTreeSet<String>,
    /// Rows of the bills.
    pub rows: u64,
    /// Days of the bills whose figures may still change.
    pub estimated_days: u64,
    /// Series of resources.
    pub series: usize,
    /// What the user should know, such as sums that differ.
    pub notes: Vec<String>,
    /// What could not be fetched.
    pub failed: Vec<Failed>,
    /// Paid requests of this run.
    pub requests: u64,
    /// What they cost by the list.
    pub price: Usd,
}

/// Collects. What was paid for is on disk at once: after an interruption the same call goes on from there.
///
/// # Errors
/// There was no account to ask, nobody agreed to the price, a limit was reached, or a file could not be written.
pub fn collect(
    collection: &Collection,
    access: &Access,
    watch: Arc<dyn Watch>,
) -> Result<Collected, AwsError> {
    let meter = Arc::new(Meter::new(collection.limits));
    let caller = Caller::new(watch, Arc::clone(&meter));
    let mut run = Run { collection, caller, collected: Collected::default(), known: BTreeSet::new() };
    let outcome = runtime()?.block_on(run.all(access));
    let mut collected = run.collected;
    (collected.requests, collected.price) = meter.spent();
    outcome?;
    Ok(collected)
}

struct Run<'a> {
    collection: &'a Collection,
    caller: Caller,
    collected: Collected,
    /// Accounts that are on a bill of this run.
    known: BTreeSet<String>,
}

/// Services by account and region.
type Services = BTreeMap<(String, String), BTreeSet<String>>;

impl Run<'_> {
    async fn all(&mut self, access: &Access) -> Result<(), AwsError> {
        let http = http_client();
        let profiles: Vec<Option<&str>> = match access.profiles.as_slice() {
            [] => vec![None],
            profiles => profiles.iter().map(|profile| Some(profile.as_str())).collect(),
        };
        let mut sessions = Vec::new();
        for profile in profiles {
            match Session::open(profile, access, &http, &self.caller).await {
                Ok(session) => sessions.push(session),
                Err(error) => {
                    let what =
                        profile.map_or_else(|| "signing in".to_owned(), |name| format!("profile `{name}`"));
                    self.failed(what, error)?;
                }
            }
        }
        self.collected.accounts = sessions.iter().map(|session| session.account.clone()).collect();
        if sessions.is_empty() {
            // Nothing at all can be done; the first reason is the answer.
            let first = self.collected.failed.drain(..).next();
            return Err(
                first.map_or_else(|| AwsError::Runtime("no account".to_owned()), |failed| failed.error)
            );
        }
        let mut services = Services::new();
        for session in &sessions {
            if self.collection.bill {
                self.bill(session, &mut services).await?;
            }
        }
        for session in &sessions {
            for region in self.regions(session, &services) {
                self.region(session, &region, &services).await?;
            }
        }
        settings::write(&self.collection.folder)
    }

    /// Notes what failed, and ends the run where going on makes no sense.
    fn failed(&mut self, what: String, error: AwsError) -> Result<(), AwsError> {
        if matches!(
            error,
            AwsError::Limit { .. } | AwsError::Declined(_) | AwsError::File { .. } | AwsError::Page { .. }
        ) {
            return Err(error);
        }
        self.collected.failed.push(Failed { what, error });
        Ok(())
    }

    async fn bill(&mut self, session: &Session, services: &mut Services) -> Result<(), AwsError> {
        let place =
            cost_explorer::Place { folder: &self.collection.folder, today: day_of(self.collection.now) };
        let asked =
            cost_explorer::collect(session, self.collection.days, &place, &self.known, &self.caller).await;
        match asked {
            Ok(bill) => {
                self.collected.rows += bill.rows;
                self.collected.estimated_days += bill.estimated;
                self.collected.notes.extend(bill.differences);
                self.known.extend(bill.accounts);
                services.extend(bill.services);
                Ok(())
            }
            Err(error) => self.failed(format!("Cost Explorer of {}", session.account), error),
        }
    }

    /// The regions that are asked for an account.
    fn regions(&self, session: &Session, services: &Services) -> Vec<String> {
        if !self.collection.regions.is_empty() {
            return self.collection.regions.clone();
        }
        let of_bill = services.keys().filter(|(account, _)| *account == session.account);
        let is_region = |region: &str| region.contains('-') && region.ends_with(|c: char| c.is_ascii_digit());
        let found: Vec<String> =
            of_bill.map(|(_, region)| region.clone()).filter(|region| is_region(region)).collect();
        match session.config.region() {
            Some(own) if found.is_empty() => vec![own.to_string()],
            _ => found,
        }
    }

    async fn region(&mut self, session: &Session, region: &str, services: &Services) -> Result<(), AwsError> {
        if !self.collection.utilisation && !self.collection.logs {
            return Ok(());
        }
        let days = self.collection.days;
        let own = services.get(&(session.account.clone(), region.to_owned()));
        let place = Place {
            session,
            region,
            folder: &self.collection.folder,
            today: day_of(self.collection.now),
            points: self.collection.utilisation,
        };
        let found = match cloudwatch::collect(&place, days, own, &self.caller).await {
            Ok(found) => found,
            Err(error) => return self.failed(format!("CloudWatch of {} {region}", session.account), error),
        };
        self.collected.series += found.series;
        if let Some(from) = found.from {
            self.note_of_age(region, from);
        }
        if self.collection.logs {
            for function in &found.functions {
                let folder: &Path = &self.collection.folder;
                match logs::collect(session, region, folder, function, days, &self.caller).await {
                    Ok(true) => {}
                    Ok(false) => {
                        let text =
                            format!("{region}: `{function}` has no log group `/aws/lambda/{function}`");
                        self.collected.notes.push(text);
                    }
                    Err(error) => self.failed(format!("logs of `{function}` in {region}"), error)?,
                }
            }
        }
        Ok(())
    }

    fn note_of_age(&mut self, region: &str, from: Date) {
        let text = format!("{region}: CloudWatch keeps hours for 455 days, so they begin on {from}");
        self.collected.notes.push(text);
    }
}
