//! Capacity that its demand never needs: smaller machines, groups that could follow their demand, functions with too
//! much memory, tables with too much capacity, volumes that are mostly empty.
//!
//! A supply is enough where demand, with head-room, is above it in no more than a stated share of the hours. The highest
//! value of an hour counts where it is measured, else the mean. Memory is never taken away unless it is measured.

use joulework_sdk::prelude::*;

mod capacity;
mod machine;
mod others;

use capacity::Hours;
use machine::Families;

inputs! {
    /// What is read of a resource.
    pub struct In {
        start: Instants = input("charge-period-start"),
        meter: Categories = input("sku-meter"),
        machine: Optional<Categories> = input("instance-type"),
        tags: Optional<Categories> = input("tags"),
        capacity: Categories = input("capacity"),
        supply: Numbers = input("capacity-supply"),
        demand: Numbers = input("capacity-demand"),
        peak: Numbers = input("capacity-peak"),
    }
}

factors! {
    /// Families of machines and their sizes, as the host knows them.
    pub struct Family: "instance-families" in "../data/families.csv", "Families of machines with their sizes; given by the host." {
        family: String = column("family").doc("Family, such as m5"),
        architecture: Option<String> = column("architecture").doc("x86_64 or arm64"),
        gib_per_vcpu: Option<f64> = column("gib-per-vcpu").unit("GiB/vCPU").doc("Memory by vCPU"),
        sizes: Option<String> = column("sizes").doc("Sizes in rising order; `size:vCPU/GiB` where they do not follow the rule"),
    }
}

const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "most-over-demand": {"type": "number", "minimum": 0, "maximum": 0.5,
      "description": "Share of the hours in which demand may be above the supply that is proposed"},
    "head-room": {"type": "number", "minimum": 0, "maximum": 4,
      "description": "What is added to every demand before it is held against a supply, as a share of it"},
    "days": {"type": "number", "minimum": 1, "maximum": 400,
      "description": "Days of known demand without which nothing is proposed"}
  }
}"#;

/// What a supply has to be.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    /// Share of the hours in which demand may be above the supply.
    pub most_over_demand: f64,
    /// What is added to every demand, as a share of it.
    pub head_room: f64,
    /// Hours of known demand without which nothing is proposed.
    pub hours: usize,
}

/// A change that saves less than this share of the supply is not proposed.
const WORTH: f64 = 0.25;
/// Below this share of its vCPU a machine is idle, which is another advisor's business.
const IDLE: f64 = 0.05;

/// The advisor.
#[derive(Debug)]
pub struct RightSize {
    goal: Goal,
    families: Families,
}

advisor!(RightSize);

impl Advisor for RightSize {
    type Inputs = In;

    const ABOUT: About = about!().settings(SCHEMA).factors("2026-11-27", &[table::<Family>()]).cites(&[Citation {
        title: "AWS Well-Architected Framework, sustainability pillar: SUS02-BP01, SUS05-BP01, SUS04-BP04",
        publisher: "Amazon Web Services",
        published: "2024",
        locator: "docs.aws.amazon.com/wellarchitected/latest/sustainability-pillar",
        licence: "published facts",
    }]);

    fn configure(settings: &Settings, tables: &Tables) -> Result<Self, Fault> {
        let number = |key: &str, default: f64| Ok::<f64, Fault>(settings.number(key)?.unwrap_or(default));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred days")]
        let hours = (number("days", 14.0)? * 24.0) as usize;
        let goal = Goal {
            most_over_demand: number("most-over-demand", 0.001)?,
            head_room: number("head-room", 0.2)?,
            hours,
        };
        Ok(Self { goal, families: Families::of(tables.load()?) })
    }

    fn examine(&self, series: &In) -> Result<Vec<Proposal>, Fault> {
        let of = |capacity: &str| Hours::of(series, capacity);
        let mut proposals = Vec::new();
        let vcpu = of("vcpu");
        let in_group = series.tags.values().iter().any(|tags| tags.contains("autoscaling:groupName"));
        if vcpu.known() >= self.goal.hours && vcpu.highest_share() >= IDLE {
            if in_group {
                proposals.extend(others::group(&vcpu, &self.goal));
            } else if let Some(machine) = series.machine.values().first() {
                proposals.extend(self.families.smaller(machine, &vcpu, &of("memory"), &self.goal));
            }
        }
        proposals.extend(others::function(&of("function-memory"), &self.goal));
        for (capacity, meter) in [("reads", "ReadCapacityUnit-Hrs"), ("writes", "WriteCapacityUnit-Hrs")] {
            proposals.extend(others::units(&of(capacity), capacity, meter, &self.goal));
        }
        proposals.extend(others::volume(&of("storage"), &self.goal));
        Ok(proposals)
    }
}
