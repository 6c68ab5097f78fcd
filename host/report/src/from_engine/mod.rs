//! From an assessment to the report's model: the only module that knows the engine.
//!
//! It asks the engine for roll-ups and puts the answers into words and units. It adds nothing up itself.

mod figures;
mod functions;
mod gather;
mod method;
mod parts;
mod provenance;
mod supply;
mod words;
mod work;

use joulework_engine::assess::{Dimension, RollUp as Question};
use joulework_engine::calendar::{DAY_MS, Step, instant};
use joulework_engine::pipeline::Assessment;
use joulework_metrics::Metrics;
use joulework_metrics::supply::SupplyDemand;

use crate::error::ReportError;
use crate::model::{Generator, Report, SCHEMA_VERSION};

/// Contributors that the report lists.
const CONTRIBUTORS: usize = 20;

impl Report {
    /// The report of an assessment, by calendar months. `metrics` is what it was joined with. `title` names the project; `primary_unit` (workload, unit) is
    /// the unit of work that stands first, otherwise they stand in the order of the manifest.
    ///
    /// # Errors
    /// When the engine cannot answer: a series of work cannot be read, or a sum leaves its range.
    pub fn from_assessment(
        assessment: &Assessment,
        metrics: &Metrics,
        title: &str,
        primary_unit: Option<(String, String)>,
    ) -> Result<Self, ReportError> {
        let estimates = &assessment.estimates;
        let ask = |by: &[Dimension]| estimates.roll_up(&Question::by(by.iter().cloned()).step(Step::Month));
        let by_period = ask(&[Dimension::Period])?;
        let by_service = ask(&[Dimension::Service])?;
        let by_service_and_period = ask(&[Dimension::Service, Dimension::Period])?;
        let by_workload = ask(&[Dimension::Workload])?;
        let by_cause =
            ask(&[Dimension::Service, Dimension::UsageKind, Dimension::Workload, Dimension::Region])?;
        let finest = ask(&[Dimension::Period, Dimension::Workload, Dimension::Service, Dimension::Region])?;

        let mut work = assessment.work(Step::Month)?;
        if let Some((workload, unit)) = primary_unit {
            work.sort_by_key(|report| report.unit.workload != workload || report.unit.name != unit);
        }
        let periods = gather::periods(&by_period);
        let total = &by_period.total;
        let supply = SupplyDemand::of(estimates, metrics, &assessment.description.on_premises)?;
        let (first, last) = estimates.activity().span().unwrap_or_default();
        let day = |epoch_ms: i64| instant(epoch_ms).chars().take(10).collect::<String>();
        Ok(Self {
            schema_version: SCHEMA_VERSION,
            title: title.to_owned(),
            generator: Generator {
                name: "joulework".to_owned(),
                version: assessment.provenance.host_version.clone(),
            },
            first_day: day(first),
            // The span ends with the first instant after the usage.
            last_day: day((last - 1).max(first).div_euclid(DAY_MS) * DAY_MS),
            notices: provenance::notices(assessment, &by_period),
            totals: gather::totals(total, estimates.activity().rows()),
            period_totals: gather::period_totals(&by_period, &periods),
            work: work.iter().map(|report| work::unit(report, &periods, &by_cause)).collect(),
            coverage: gather::coverage(total),
            advice: None,
            supply: supply::supply(&supply, &estimates.standby()?, total),
            contributors: parts::contributors(&by_cause, CONTRIBUTORS),
            services: parts::services(&by_service, &by_service_and_period, &periods),
            uncertainty: parts::uncertainty(total, estimates.sources()),
            workloads: parts::workloads(&by_workload),
            shared: parts::shared(&assessment.description.workloads),
            apart: gather::apart(total),
            not_modelled: parts::not_modelled(&estimates.gaps()?, total),
            method: method::statements(),
            factors: provenance::factors(&assessment.provenance),
            plugins: provenance::plugins(assessment),
            inputs: provenance::inputs(assessment, &work),
            roll_up: parts::roll_up(&finest),
            periods: periods.into_iter().map(|(_, period)| period).collect(),
        })
    }
}
