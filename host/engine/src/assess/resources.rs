//! What a bill says of each resource.

use std::collections::{BTreeMap, BTreeSet};

use joulework_runtime::Kind;

use super::Estimates;
use super::compute::word_of;
use super::rollup::Dimension;
use crate::activity::LaneSource;

/// The tag by which instances of one Auto Scaling group are known.
pub const GROUP_TAG: &str = "aws:autoscaling:groupName";

/// A kind of rows of a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceLine {
    /// The meter, with the prefix of its region.
    pub meter: String,
    /// The region.
    pub region: String,
    /// The service.
    pub service: String,
    /// What the rows bought, as the plugins say.
    pub kind: String,
    /// The workload.
    pub workload: String,
    /// The Auto Scaling group, where [`GROUP_TAG`] is kept apart and the rows have it.
    pub group: Option<String>,
}

impl Estimates {
    /// The kinds of usage rows of each resource, by its id. Resources have to be among the dimensions.
    #[must_use]
    pub fn resource_lines(&self) -> BTreeMap<&str, BTreeSet<ResourceLine>> {
        let activity = &self.activity;
        let lane = |name: &str| {
            activity.plan.lane(&LaneSource::Column { name: name.to_owned(), kind: Kind::Category })
        };
        let (meter, category) = (lane("sku-meter"), lane("charge-category"));
        let group_tag = Dimension::Tag(GROUP_TAG.to_owned());
        let mut found: BTreeMap<&str, BTreeSet<ResourceLine>> = BTreeMap::new();
        let mut last = None;
        for entry in &activity.entries {
            if last == Some((entry.group, entry.cell)) {
                continue;
            }
            last = Some((entry.group, entry.cell));
            let of_group = |lane: Option<usize>| activity.text(&activity.groups, entry.group, lane?);
            let Some(id) = word_of(self, entry.group, &Dimension::Resource) else { continue };
            if id.is_empty() || of_group(category) != Some("Usage") {
                continue;
            }
            let word =
                |dimension: Dimension| word_of(self, entry.group, &dimension).unwrap_or_default().to_owned();
            let of_cell = |lane: Option<usize>| activity.text(&activity.cells, entry.cell, lane?);
            found.entry(id).or_default().insert(ResourceLine {
                meter: of_cell(meter).unwrap_or_default().to_owned(),
                region: word(Dimension::Region),
                service: word(Dimension::Service),
                kind: self.units.kind(entry.cell).to_owned(),
                workload: word(Dimension::Workload),
                group: word_of(self, entry.group, &group_tag).map(str::to_owned),
            });
        }
        found
    }
}
