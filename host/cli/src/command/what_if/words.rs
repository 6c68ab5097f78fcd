//! From the words of the command line to changes.

use std::collections::BTreeMap;
use std::path::Path;

use joulework::engine::assess::Dimension;
use joulework::engine::variant::{Change, Set, SupplyRule, Target, TokenBucket};

use super::Failure;
use crate::arguments::WhatIf;

/// The changes that are asked for.
pub(super) fn changes(
    arguments: &WhatIf,
    only: &BTreeMap<Dimension, Vec<String>>,
) -> Result<Vec<Change>, Failure> {
    let mut changes = match &arguments.changes {
        Some(path) => from_file(path)?,
        None => Vec::new(),
    };
    let mut sets = Vec::new();
    for word in &arguments.set {
        sets.push(value(word)?);
    }
    for word in &arguments.share {
        sets.push(share(word)?);
    }
    if let Some(word) = &arguments.schedule {
        sets.push(Set::Supply(schedule(word)?));
    }
    if let Some(utilisation) = arguments.utilisation {
        sets.push(Set::Supply(SupplyRule::FollowDemand { utilisation }));
    }
    if let Some(word) = &arguments.bucket {
        sets.push(Set::Supply(SupplyRule::Bucket(bucket(word)?)));
    }
    changes.extend(sets.into_iter().map(|set| Change { target: Target::Matching(only.clone()), set }));
    if changes.is_empty() {
        return Err(Failure::Argument {
            what: "what-if",
            word: "nothing".to_owned(),
            expected: "a change",
            hint: Some(
                "`--set instance-type=m7g.large`, `--share memory-hours=0.5`, `--schedule 'mon-fri 8-20'`"
                    .to_owned(),
            ),
        });
    }
    Ok(changes)
}

/// Bytes that a file of changes may have.
const MOST: u64 = 64 << 20;

fn from_file(path: &Path) -> Result<Vec<Change>, Failure> {
    let bytes = joulework::runtime::read_whole(path, MOST)
        .map_err(|source| joulework::EngineError::Read { path: path.to_owned(), source })?;
    serde_json::from_slice(&bytes).map_err(|error| Failure::Argument {
        what: "--changes",
        word: path.display().to_string(),
        expected: "a JSON list of changes",
        hint: Some(error.to_string()),
    })
}

fn wrong(what: &'static str, word: &str, expected: &'static str) -> Failure {
    Failure::Argument { what, word: word.to_owned(), expected, hint: None }
}

/// `COLUMN[:OLD]=NEW`. A meter has colons of its own, so that its column ends at the first one.
fn value(word: &str) -> Result<Set, Failure> {
    let wrong = || wrong("--set", word, "a column and a value such as instance-type=m7g.large");
    let (left, to) = word.split_once('=').ok_or_else(wrong)?;
    let (column, from) = match left.split_once(':') {
        Some((column, from)) => (column, Some(from.to_owned())),
        None => (left, None),
    };
    if column.is_empty() || to.is_empty() {
        return Err(wrong());
    }
    Ok(Set::Value { column: column.to_owned(), from, to: to.to_owned() })
}

fn share(word: &str) -> Result<Set, Failure> {
    let wrong = || wrong("--share", word, "a column and a share such as memory-hours=0.5");
    let (left, share) = word.split_once('=').ok_or_else(wrong)?;
    let (column, meter) = match left.split_once(':') {
        Some((column, meter)) => (column, Some(meter.to_owned())),
        None => (left, None),
    };
    let share = share.parse().map_err(|_| wrong())?;
    Ok(Set::Share { column: column.to_owned(), meter, share })
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// `mon-fri 8-20 Europe/Vienna`.
fn schedule(word: &str) -> Result<SupplyRule, Failure> {
    let read = || {
        let mut words = word.split_whitespace();
        let (days, hours) = (words.next()?, words.next()?);
        let time_zone = words.next().unwrap_or("UTC").to_owned();
        let (from, to) = hours.split_once('-')?;
        let rule = SupplyRule::Schedule {
            days: days_of(days)?,
            from: from.parse().ok()?,
            to: to.parse().ok()?,
            time_zone,
        };
        words.next().is_none().then_some(rule)
    };
    read().ok_or_else(|| {
        wrong("--schedule", word, "days, hours and perhaps a zone such as `mon-fri 8-20 Europe/Vienna`")
    })
}

fn days_of(word: &str) -> Option<Vec<u8>> {
    let number = |name: &str| {
        let place = DAYS.iter().position(|day| *day == name.to_ascii_lowercase())?;
        u8::try_from(place + 1).ok()
    };
    let mut days = Vec::new();
    for part in word.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (number(first)?, number(last)?);
        // From Saturday to Monday goes over the end of the week.
        let wraps = first > last;
        days.extend(
            (1..=7).filter(
                |day| {
                    if wraps { *day >= first || *day <= last } else { (first..=last).contains(day) }
                },
            ),
        );
    }
    Some(days)
}

/// `rate=4,burst=2,queue=8,wait=3600`: vCPU, vCPU hours twice, seconds.
fn bucket(word: &str) -> Result<TokenBucket, Failure> {
    let wrong = || wrong("--bucket", word, "numbers such as rate=4,burst=2,queue=8,wait=3600");
    let mut numbers: BTreeMap<&str, f64> = BTreeMap::new();
    for part in word.split(',') {
        let (name, number) = part.split_once('=').ok_or_else(wrong)?;
        numbers.insert(name.trim(), number.trim().parse().map_err(|_| wrong())?);
    }
    let mut take = |name: &str| numbers.remove(name);
    let rate = take("rate").ok_or_else(wrong)?;
    let [burst, queue, longest_wait] = ["burst", "queue", "wait"].map(|name| take(name).unwrap_or_default());
    if !numbers.is_empty() {
        return Err(wrong());
    }
    // A bucket counts by second what is given by hour.
    Ok(TokenBucket { rate: rate / 3_600.0, burst, queue, longest_wait })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn words_of_changes_are_read() {
        let of = |column: &str, from: Option<&str>, to: &str| Set::Value {
            column: column.to_owned(),
            from: from.map(str::to_owned),
            to: to.to_owned(),
        };
        assert_eq!(value("instance-type=m7g.large").unwrap(), of("instance-type", None, "m7g.large"));
        assert_eq!(
            value("sku-meter:EBS:VolumeUsage.gp2=EBS:VolumeUsage.gp3").unwrap(),
            of("sku-meter", Some("EBS:VolumeUsage.gp2"), "EBS:VolumeUsage.gp3")
        );
        assert!(value("instance-type").is_err());
        assert_eq!(days_of("mon-fri"), Some(vec![1, 2, 3, 4, 5]));
        assert_eq!(days_of("sat-mon,wed"), Some(vec![1, 6, 7, 3]));
        assert_eq!(days_of("noday"), None);
        let rule = schedule("mon-fri 8-20 Europe/Vienna").unwrap();
        let wanted = SupplyRule::Schedule {
            days: vec![1, 2, 3, 4, 5],
            from: 8,
            to: 20,
            time_zone: "Europe/Vienna".to_owned(),
        };
        assert_eq!(rule, wanted);
        assert!(schedule("mon-fri").is_err() && schedule("mon 8-20 UTC more").is_err());
        let read = bucket("rate=3600,burst=2,queue=8,wait=60").unwrap();
        assert_eq!(read, TokenBucket { rate: 1.0, burst: 2.0, queue: 8.0, longest_wait: 60.0 });
        assert!(bucket("burst=2").is_err() && bucket("rate=1,bursts=2").is_err());
    }
}
