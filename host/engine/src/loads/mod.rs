//! Loads: the share of its vCPU that a resource used, hour by hour, as measured.
//!
//! A load per hour would make every hour a cell of its own. So loads stand on 21 knots: a load between two knots counts
//! in part for the knot below and in part for the one above, by its distance from them. Sums over knots give what sums
//! over the loads themselves would, wherever power is straight between two knots.

mod knots;
mod resource;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::bill::Digest;
use crate::calendar::HOUR_MS;

use knots::parts_of;
pub(crate) use knots::{KNOTS, Knot, Part, Weights};
pub use resource::ResourceName;

/// The loads of one resource.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HourlyLoads {
    /// The hour of the first load, in hours since 1970-01-01T00Z.
    pub first_hour: i64,
    /// A load per hour, 0 to 1; NaN where it is not known. As long as the resource was seen.
    pub loads: Arc<[f32]>,
}

impl HourlyLoads {
    /// The load of an hour, 0 to 1.
    #[must_use]
    pub fn at(&self, hour: i64) -> Option<f32> {
        let place = usize::try_from(hour.checked_sub(self.first_hour)?).ok()?;
        self.loads.get(place).copied().filter(|load| !load.is_nan()).map(|load| load.clamp(0.0, 1.0))
    }

    /// The parts of a row from `from_ms` to `to_ms`; an empty time is the hour that begins with it.
    pub(crate) fn parts(&self, from_ms: i64, to_ms: i64, mut take: impl FnMut(Option<Knot>, Part)) {
        let last_ms = if to_ms > from_ms { to_ms - 1 } else { from_ms };
        let hour = from_ms.div_euclid(HOUR_MS);
        if hour == last_ms.div_euclid(HOUR_MS) && (to_ms > from_ms || from_ms.rem_euclid(HOUR_MS) == 0) {
            parts_of(self.at(hour), take);
        } else {
            self.weights(from_ms, to_ms).parts().for_each(|(knot, part)| take(knot, part));
        }
    }

    /// How the time from `from_ms` to `to_ms` is spread over knots; an empty time is the hour that begins with it.
    pub(crate) fn weights(&self, from_ms: i64, to_ms: i64) -> Weights {
        let to_ms = if to_ms > from_ms { to_ms } else { from_ms.saturating_add(HOUR_MS) };
        let seen = i64::try_from(self.loads.len()).unwrap_or(i64::MAX);
        let first = self.first_hour.saturating_mul(HOUR_MS).clamp(from_ms, to_ms);
        let last = self.first_hour.saturating_add(seen).saturating_mul(HOUR_MS).clamp(first, to_ms);
        let mut weights = Weights::default();
        weights.add((first - from_ms) + (to_ms - last), None);
        let mut at = first;
        while at < last {
            let hour = at.div_euclid(HOUR_MS);
            let end = ((hour + 1) * HOUR_MS).min(last);
            weights.add(end - at, self.at(hour));
            at = end;
        }
        weights
    }
}

/// The loads of all resources that have any. Cheap to clone.
#[derive(Clone, Default)]
pub struct Loads(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// By id as a bill may write it.
    by_id: BTreeMap<String, HourlyLoads>,
    /// By the short name of a resource.
    by_name: BTreeMap<String, Vec<(ResourceName, HourlyLoads)>>,
    digest: Option<Digest>,
}

/// Loads of one resource were given twice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the loads of `{resource}` are given twice")]
pub struct LoadsTwice {
    /// The resource.
    pub resource: String,
}

impl Loads {
    /// Loads by resource.
    ///
    /// # Errors
    /// When two of them are for one resource.
    pub fn new(loads: impl IntoIterator<Item = (ResourceName, HourlyLoads)>) -> Result<Self, LoadsTwice> {
        let mut inner = Inner::default();
        for (name, hourly) in loads {
            let twice = || LoadsTwice { resource: name.to_string() };
            if name.is_whole_id() {
                if inner.by_id.insert(name.name.clone(), hourly).is_some() {
                    return Err(twice());
                }
                continue;
            }
            let same = inner.by_name.entry(name.name.clone()).or_default();
            if same.iter().any(|(other, _)| *other == name) {
                return Err(twice());
            }
            same.push((name, hourly));
        }
        for same in inner.by_name.values_mut() {
            same.sort_by(|(one, _), (two, _)| one.cmp(two));
        }
        inner.digest = (!inner.by_id.is_empty() || !inner.by_name.is_empty()).then(|| digest(&inner));
        Ok(Self(Arc::new(inner)))
    }

    /// The same with other loads of resources of a bill, by their ids.
    pub(crate) fn with(&self, other: impl IntoIterator<Item = (String, HourlyLoads)>) -> Self {
        let mut inner = Inner { by_id: self.0.by_id.clone(), by_name: self.0.by_name.clone(), digest: None };
        inner.by_id.extend(other);
        inner.digest = self.0.digest.as_ref().map(|_| digest(&inner));
        Self(Arc::new(inner))
    }

    /// Whether no resource has any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.digest.is_none()
    }

    /// The loads of a resource of a bill: by its very id, else by its short name where exactly one series fits. They are
    /// empty where something else of it is measured.
    #[must_use]
    pub fn of(&self, resource_id: &str) -> Option<&HourlyLoads> {
        self.0.by_id.get(resource_id).or_else(|| self.by_name(resource_id).map(|(_, hourly)| hourly))
    }

    /// What the series of a resource is called, where it is found by its short name.
    pub(crate) fn short_name(&self, resource_id: &str) -> Option<&ResourceName> {
        if self.0.by_id.contains_key(resource_id) {
            return None;
        }
        self.by_name(resource_id).map(|(name, _)| name)
    }

    fn by_name(&self, resource_id: &str) -> Option<&(ResourceName, HourlyLoads)> {
        let of_bill = ResourceName::of_bill(resource_id);
        let mut fitting = self.0.by_name.get(&of_bill.name)?.iter().filter(|(name, _)| name.fits(&of_bill));
        let found = fitting.next()?;
        fitting.next().is_none().then_some(found)
    }
}

fn digest(inner: &Inner) -> Digest {
    let mut hasher = Sha256::new();
    let mut add = |name: &str, hourly: &HourlyLoads| {
        hasher.update((name.len() as u64).to_le_bytes());
        hasher.update(name);
        hasher.update(hourly.first_hour.to_le_bytes());
        hasher.update((hourly.loads.len() as u64).to_le_bytes());
        for some in hourly.loads.chunks(4_096) {
            let bytes: Vec<u8> = some.iter().flat_map(|load| load.to_bits().to_le_bytes()).collect();
            hasher.update(bytes);
        }
    };
    for (id, hourly) in &inner.by_id {
        add(id, hourly);
    }
    for (name, hourly) in inner.by_name.values().flatten() {
        add(&name.to_string(), hourly);
    }
    Digest::from(<[u8; 32]>::from(hasher.finalize()))
}

/// Loads are equal where their digests are.
impl PartialEq for Loads {
    fn eq(&self, other: &Self) -> bool {
        self.0.digest == other.0.digest
    }
}

impl Eq for Loads {}

/// The digest, not the values: what is remembered of files is kept under it.
impl fmt::Debug for Loads {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.digest {
            Some(digest) => write!(out, "Loads({digest})"),
            None => out.write_str("Loads(none)"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    fn hourly(loads: &[f32]) -> HourlyLoads {
        HourlyLoads { first_hour: 10, loads: loads.into() }
    }

    #[test]
    fn hours_without_a_metric_stay_unknown_and_are_no_zero() {
        let loads = hourly(&[0.5, f32::NAN, 0.0]);
        assert_eq!([9, 10, 11, 12, 13].map(|hour| loads.at(hour)), [None, Some(0.5), None, Some(0.0), None]);
        let weights = loads.weights(9 * HOUR_MS, 13 * HOUR_MS);
        let half = |knot: Option<Knot>| weights.share_of(knot) * 4.0;
        assert!((half(None) - 2.0).abs() < 1e-12);
        assert!((half(Some(Knot(0))) - 1.0).abs() < 1e-12);
        assert!((half(Some(Knot(10))) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_resource_is_found_by_its_id_or_by_its_short_name_alone_among_its_kind() {
        let name = |service: &str, region: &str, name: &str| ResourceName {
            service: service.to_owned(),
            region: region.to_owned(),
            account: String::new(),
            name: name.to_owned(),
        };
        let loads = Loads::new([
            (name("", "", "i-1"), hourly(&[0.1])),
            (name("rds", "", "shop"), hourly(&[0.2])),
            (name("lambda", "eu-west-1", "shop"), hourly(&[0.3])),
            (name("lambda", "eu-north-1", "shop"), hourly(&[0.4])),
            (name("", "", "arn:aws:ec2:eu-west-1:1:instance/i-2"), hourly(&[0.6])),
        ])
        .unwrap();
        let of = |id: &str| loads.of(id).and_then(|hourly| hourly.at(10));
        assert_eq!(of("i-1"), Some(0.1));
        assert_eq!(of("arn:aws:ec2:eu-west-1:1:instance/i-1"), Some(0.1));
        assert_eq!(of("arn:aws:rds:eu-west-1:1:db:shop"), Some(0.2));
        assert_eq!(of("arn:aws:lambda:eu-north-1:1:function:shop"), Some(0.4));
        assert_eq!(of("arn:aws:ec2:eu-west-1:1:instance/i-2"), Some(0.6));
        // Three series have that name, and nothing tells which it is.
        assert_eq!(of("shop"), None);
        assert_eq!(of("i-3"), None);
    }

    #[test]
    fn one_resource_has_one_series_of_loads() {
        let name = ResourceName::of_bill("i-1");
        let twice = Loads::new([(name.clone(), hourly(&[0.1])), (name, hourly(&[0.1]))]);
        assert_eq!(twice.unwrap_err(), LoadsTwice { resource: "i-1".to_owned() });
    }

    #[test]
    fn other_loads_have_another_digest() {
        let loads = |load: f32| Loads::new([(ResourceName::of_bill("i-1"), hourly(&[load]))]).unwrap();
        assert_eq!(loads(0.5), loads(0.5));
        assert_ne!(loads(0.5), loads(0.6));
        assert_ne!(format!("{:?}", loads(0.5)), format!("{:?}", Loads::default()));
    }
}
