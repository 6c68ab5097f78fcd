//! Resources without demand for a stated time: machines that use next to no CPU and move next to no data, and whatever
//! counts its calls and had none.
//!
//! Where nothing is measured nothing is said: a gap is no proof of rest.

use joulework_sdk::prelude::*;

inputs! {
    /// What is read of a resource.
    pub struct In {
        start: Instants = input("charge-period-start"),
        kind: Categories = input("usage-kind"),
        machine: Optional<Categories> = input("instance-type"),
        capacity: Categories = input("capacity"),
        supply: Numbers = input("capacity-supply"),
        demand: Numbers = input("capacity-demand"),
        peak: Numbers = input("capacity-peak"),
        calls: Numbers = input("calls"),
        traffic: Numbers = input("traffic"),
    }
}

const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "days": {"type": "number", "minimum": 1, "maximum": 400,
      "description": "Days without demand, up to the last one that is known, before a resource counts as idle"},
    "cpu": {"type": "number", "minimum": 0, "maximum": 1,
      "description": "Share of its vCPU below which a machine does nothing of note"},
    "traffic": {"type": "number", "minimum": 0,
      "description": "Gigabytes in a day below which a machine does nothing of note"}
  }
}"#;

/// The advisor.
#[derive(Debug)]
pub struct Idle {
    hours: usize,
    cpu: f64,
    /// Gigabytes in a day.
    traffic: f64,
}

advisor!(Idle);

/// An hour that is known.
struct Hour {
    busy: bool,
    traffic: Option<f64>,
}

impl Advisor for Idle {
    type Inputs = In;

    const ABOUT: About = about!().settings(SCHEMA).cites(&[Citation {
        title: "AWS Compute Optimizer: idle means below 5 % CPU and 5 MB a day of network for 14 days; Well-Architected SUS02-BP03, SUS03-BP02",
        publisher: "Amazon Web Services",
        published: "2024",
        locator: "docs.aws.amazon.com/compute-optimizer: idle resource recommendations",
        licence: "published facts",
    }]);

    fn configure(settings: &Settings, _tables: &Tables) -> Result<Self, Fault> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred days")]
        let hours = (settings.number("days")?.unwrap_or(14.0) * 24.0) as usize;
        let cpu = settings.number("cpu")?.unwrap_or(0.05);
        Ok(Self { hours, cpu, traffic: settings.number("traffic")?.unwrap_or(0.005) })
    }

    fn examine(&self, series: &In) -> Result<Vec<Proposal>, Fault> {
        let (machine, calls) = (self.machine_hours(series), calls_hours(series));
        // What counts its calls is idle by them, whatever its machine does.
        let (hours, what) = if calls.is_empty() { (machine, "machine") } else { (calls, "calls") };
        let idle = hours.iter().rev().take_while(|hour| !hour.busy).count();
        if idle < self.hours {
            return Ok(Vec::new());
        }
        let last = &hours[hours.len() - idle..];
        let traffic: Option<f64> = last.iter().map(|hour| hour.traffic).sum();
        #[allow(clippy::cast_precision_loss, reason = "hours")]
        let (days, share) = (idle as f64 / 24.0, (hours.len() - idle) as f64 / hours.len() as f64);
        if traffic.is_some_and(|traffic| traffic > self.traffic * days) {
            return Ok(Vec::new());
        }
        Ok(vec![self.proposal(series, what, days, share, traffic)])
    }
}

impl Idle {
    /// The hours in which the use of vCPU is known.
    fn machine_hours(&self, series: &In) -> Vec<Hour> {
        let code = series.capacity.values().iter().position(|own| own == "vcpu");
        let rows = (0..series.rows).filter(|row| code == Some(series.capacity.codes()[*row] as usize));
        let hour = |row: usize| {
            let supply = series.supply.get(row).filter(|supply| *supply > 0.0)?;
            let used = series.peak.get(row).or(series.demand.get(row))?;
            Some(Hour { busy: used >= self.cpu * supply, traffic: series.traffic.get(row) })
        };
        rows.filter_map(hour).collect()
    }

    fn proposal(&self, series: &In, what: &str, days: f64, share: f64, traffic: Option<f64>) -> Proposal {
        let by_calls = what == "calls";
        let name = series.machine.values().first().or(series.kind.values().first());
        let name = name.map_or("resource", String::as_str);
        let traffic_words = match traffic {
            Some(traffic) => format!(", and {:.1} MB a day went in and out", traffic * 1e3 / days),
            None if by_calls => String::new(),
            None => ", and its traffic is not measured".to_owned(),
        };
        Proposal {
            code: if by_calls { "idle.calls" } else { "idle.instance" },
            title: format!("remove the idle {name}"),
            evidence: if by_calls {
                format!("no call in the last {days:.0} days{traffic_words}")
            } else {
                format!(
                    "less than {:.0} % of its vCPU used in every hour of the last {days:.0} days{traffic_words}",
                    self.cpu * 100.0
                )
            },
            risk: "it may stand by for others, or hold data: ask its owner, and keep a copy".to_owned(),
            confidence: if by_calls || traffic.is_some() { 0.9 } else { 0.7 },
            changes: vec![Change::share("consumed-quantity", share)],
            best_practices: vec!["aws-wa-2024/SUS02-BP03", "aws-wa-2024/SUS03-BP02"],
        }
    }
}

/// The hours in which calls are counted.
fn calls_hours(series: &In) -> Vec<Hour> {
    let known = (0..series.rows).filter_map(|row| series.calls.get(row));
    known.map(|calls| Hour { busy: calls > 0.0, traffic: None }).collect()
}
