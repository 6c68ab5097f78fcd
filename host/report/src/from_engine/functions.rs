//! Functions as the report shows them.

use joulework_metrics::supply::{FunctionPart, FunctionUse};

use super::figures;
use crate::model::{Figure, Function, FunctionCost};

#[allow(clippy::cast_precision_loss, reason = "a number of invocations")]
pub(super) fn function(of: &FunctionUse) -> Function {
    let own = &of.invocations;
    let count = own.count.max(1) as f64;
    let share = |part: u64| part as f64 / count;
    let mut sizes: Vec<(u64, u64)> = own.sizes.iter().map(|(size, billed)| (*size, *billed)).collect();
    sizes.sort_by_key(|(size, billed)| (std::cmp::Reverse(*billed), *size));
    let bill = of.bill.as_ref();
    Function {
        name: of.function.function.clone(),
        version: of.function.version.clone(),
        workload: of.workload.clone(),
        invocations: own.count,
        success: 1.0 - share(own.errors + own.timeouts),
        errors: share(own.errors),
        timeouts: share(own.timeouts),
        throttled: of.throttles.map(|refused| refused / (refused + own.count as f64).max(1.0)),
        p50_ms: own.durations.at(0.5),
        p95_ms: own.durations.at(0.95),
        p99_ms: own.durations.at(0.99),
        cold: share(own.cold),
        init_p50_ms: own.inits.at(0.5),
        init_seconds: own.init_us as f64 / 1e6,
        failed_inits: own.failed_inits,
        memory_mb: sizes.into_iter().map(|(size, _)| size).collect(),
        most_used_mb: own.most_used_mb,
        head_room: own.head_room(),
        cpu_is_known: own.cpu_share().is_some(),
        wait: own.wait_share(),
        metering_break: own.has_metering_break(),
        per_thousand: bill.map(|bill| cost(&bill.whole, 1_000.0 / count)),
        init: bill.map(|bill| cost(&bill.init, 1.0)),
        unused: bill.map(|bill| cost(&bill.unused, 1.0)),
        waiting: bill.and_then(|bill| Some(cost(bill.wait.as_ref()?, 1.0))),
    }
}

fn cost(of: &FunctionPart, times: f64) -> FunctionCost {
    let scaled = |figure: Figure| Figure {
        value: figure.value.map(|value| value * times),
        low: figure.low.map(|low| low * times),
        high: figure.high.map(|high| high * times),
        ..figure
    };
    FunctionCost {
        energy: scaled(figures::of(&of.tally, figures::ENERGY)),
        carbon: scaled(figures::of(&of.tally, figures::CARBON)),
        cost: of.cost.map(|(currency, cost)| Figure::exact(cost * times, currency.to_string())),
    }
}
