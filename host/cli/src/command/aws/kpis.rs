//! The KPIs of a report: what one unit of work costs, what stood idle, cold starts, coverage.

use joulework_aws::{Kpi, KpiUnit, Worse};
use joulework_report::model::{Figure, Grade, Report, UnitOfWork, UnitScore};

/// The figures that are known, and of those that are not, why.
pub(crate) fn of(report: &Report) -> (Vec<Kpi>, Vec<String>) {
    let mut kpis = Vec::new();
    let mut unknown = Vec::new();
    for unit in &report.work {
        per_unit(unit, &mut kpis, &mut unknown);
    }
    let supply = report.supply.as_ref();
    for capacity in supply.into_iter().flat_map(|supply| &supply.capacities) {
        if let Some(utilisation) = capacity.whole.utilisation {
            let description = format!("{}: share of the supply that was idle", capacity.name);
            let dimensions = vec![("Capacity", capacity.id.clone())];
            kpis.push(share("IdleShare", description, dimensions, 1.0 - utilisation, Worse::Above));
        }
    }
    let functions = supply.map(|supply| supply.functions.as_slice()).unwrap_or_default();
    #[allow(clippy::cast_precision_loss, reason = "counts of calls weigh shares")]
    let weighed = functions
        .iter()
        .map(|function| (function.cold * function.invocations as f64, function.invocations as f64));
    let (cold, calls) = weighed.fold((0.0, 0.0), |all, one| (all.0 + one.0, all.1 + one.1));
    if calls > 0.0 {
        let description = "Share of the calls of functions that began with a cold start".to_owned();
        kpis.push(share("ColdStartShare", description, Vec::new(), cold / calls, Worse::Above));
    }
    for coverage in &report.coverage.by_cost {
        let missing: f64 = coverage
            .grades
            .iter()
            .filter(|grade| grade.grade == Grade::NotModelled)
            .map(|grade| grade.share)
            .sum();
        let description = format!("Share of the cost in {} that is modelled", coverage.total.currency);
        let dimensions = vec![("Currency", coverage.total.currency.clone())];
        kpis.push(share("Coverage", description, dimensions, 1.0 - missing, Worse::Below));
    }
    (kpis, unknown)
}

fn share(
    name: &'static str,
    description: String,
    dimensions: Vec<(&'static str, String)>,
    share: f64,
    worse: Worse,
) -> Kpi {
    let value = share * 100.0;
    Kpi { name, description, dimensions, unit: KpiUnit::Percent, value, threshold: value, worse }
}

/// What a unit costs in the last whole period that has a score, else over the whole span.
fn per_unit(unit: &UnitOfWork, kpis: &mut Vec<Kpi>, unknown: &mut Vec<String>) {
    let latest = unit.latest.as_ref();
    let period = latest.and_then(|latest| unit.periods.iter().find(|period| period.period == *latest));
    let (score, when): (&UnitScore, &str) = match period {
        Some(period) => (&period.score, &period.period),
        None => (&unit.whole, "the whole span"),
    };
    let dimensions = vec![("Workload", unit.workload.clone()), ("Unit", unit.unit.clone())];
    let mut add = |name: &'static str, what: &str, figure: &Figure, more: Option<&str>| {
        let about = format!("{what} per {} of {} in {when}", unit.unit, unit.workload);
        let Some(value) = figure.value else {
            let why = figure.why_none.as_deref().unwrap_or("it is not known");
            unknown.push(format!("not published: {about}: {why}"));
            return;
        };
        let mut dimensions = dimensions.clone();
        dimensions.extend(more.map(|currency| ("Currency", currency.to_owned())));
        kpis.push(Kpi {
            name,
            description: format!("{about}, {}", figure.unit),
            dimensions,
            unit: KpiUnit::InName,
            value,
            threshold: figure.high.unwrap_or(value),
            worse: Worse::Above,
        });
    };
    add("CarbonPerUnitGramsCO2e", "Carbon", &score.carbon, None);
    add("EnergyPerUnitKilowattHours", "Energy", &score.energy, None);
    add("WaterPerUnitLitres", "Water", &score.water, None);
    for cost in &score.cost {
        add("CostPerUnit", "Effective cost", cost, Some(&cost.unit));
    }
}
