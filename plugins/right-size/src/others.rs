//! Groups that could follow their demand, and what is no machine: functions, tables, volumes.

use joulework_sdk::prelude::*;

use crate::capacity::{Hours, percent, up};
use crate::{Goal, WORTH};

/// Memory of functions is stated in steps of a megabyte; a proposal is in these.
const MEMORY_STEP: f64 = 64.0 / 1_024.0;
/// The least memory of a function.
const LEAST_MEMORY: f64 = 128.0 / 1_024.0;

/// A machine of a group that is as large at night as at noon.
pub(crate) fn group(vcpu: &Hours, goal: &Goal) -> Option<Proposal> {
    let utilisation = vcpu.utilisation(goal)?;
    let (mean, supply): (f64, f64) = (vcpu.mean.iter().flatten().sum(), vcpu.supply.iter().sum());
    let share = mean / utilisation / supply;
    (share <= 1.0 - WORTH).then(|| Proposal {
        code: "right-size.group",
        title: format!("let its group follow the demand: {} of the machine hours", percent(share)),
        evidence: format!(
            "between {} and {} of its vCPU are used over {} hours ({}), and it is there in all of them",
            percent(vcpu.demand.iter().copied().fold(f64::INFINITY, f64::min) / vcpu.whole()),
            percent(vcpu.highest_share()),
            vcpu.known(),
            vcpu.basis(),
        ),
        risk: "a group takes minutes to grow: keep the head-room above what comes in that time".to_owned(),
        confidence: 0.7,
        changes: vec![Change::FollowDemand { utilisation }],
        best_practices: vec!["aws-wa-2024/SUS02-BP01"],
    })
}

/// A function with more memory than it uses. Its demand is the memory that buys the CPU time that it needs.
pub(crate) fn function(memory: &Hours, goal: &Goal) -> Option<Proposal> {
    let (now, used) = (memory.supply.first()?, memory.demand.first()?);
    let for_cpu = memory.mean.first().copied().flatten();
    let needed = used.max(for_cpu.unwrap_or(0.0)) * (1.0 + goal.head_room);
    let size = ((needed / MEMORY_STEP).ceil() * MEMORY_STEP).max(LEAST_MEMORY);
    let megabytes = |gib: f64| format!("{:.0} MB", gib * 1_024.0);
    (size <= now * (1.0 - WORTH)).then(|| Proposal {
        code: "right-size.function",
        title: format!("{} to {} of memory", megabytes(*now), megabytes(size)),
        evidence: format!(
            "no invocation used more than {} of memory{}",
            megabytes(memory.highest().min(*used)),
            for_cpu.map_or_else(String::new, |cpu| format!(
                ", and the CPU time that is used needs what {} buy",
                megabytes(cpu)
            )),
        ),
        risk: if for_cpu.is_some() {
            "less memory buys less CPU: bursts inside an invocation take longer".to_owned()
        } else {
            "less memory buys less CPU, and how much CPU it uses is not known: Lambda Insights would say"
                .to_owned()
        },
        confidence: if for_cpu.is_some() { 0.8 } else { 0.4 },
        changes: vec![Change::share("memory-hours", size / now)],
        best_practices: vec!["aws-wa-2024/SUS05-BP01"],
    })
}

/// Capacity of a table that stands ready whatever the demand.
pub(crate) fn units(hours: &Hours, what: &str, meter: &str, goal: &Goal) -> Option<Proposal> {
    if hours.known() < goal.hours {
        return None;
    }
    // A table has at least one unit.
    let share = up(hours.following(1.0, goal));
    (share <= 1.0 - WORTH).then(|| Proposal {
        code: "right-size.table",
        title: format!("let the capacity for {what} follow the demand: {} of it", percent(share)),
        evidence: format!(
            "of {:.0} units at most {:.1} are used in {} hours ({})",
            hours.whole(),
            hours.highest(),
            hours.known(),
            hours.basis(),
        ),
        risk: "requests are refused until capacity has grown; on-demand capacity has no such wait, at another price"
            .to_owned(),
        confidence: 0.7,
        changes: vec![Change::Share { column: "consumed-quantity", meter: meter.to_owned(), share }],
        best_practices: vec!["aws-wa-2024/SUS02-BP01"],
    })
}

/// A volume that is mostly empty.
pub(crate) fn volume(hours: &Hours, goal: &Goal) -> Option<Proposal> {
    if hours.known() < goal.hours {
        return None;
    }
    let share = up(hours.enough(goal) / hours.whole());
    (share <= 1.0 - WORTH).then(|| Proposal {
        code: "right-size.volume",
        title: format!("a volume of {} of the size", percent(share)),
        evidence: format!(
            "at most {} of it are filled in {} hours",
            percent(hours.highest_share()),
            hours.known()
        ),
        risk: "a volume cannot shrink in place: its data has to be copied to a smaller one".to_owned(),
        confidence: 0.8,
        changes: vec![Change::share("storage-hours", share)],
        best_practices: vec!["aws-wa-2024/SUS04-BP04"],
    })
}
