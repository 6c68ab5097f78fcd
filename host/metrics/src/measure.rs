//! What is measured, and in which statistic.

/// What a series measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Share of the vCPU that is used.
    CpuUtilisation,
    /// Share of the memory that is used.
    MemoryUtilisation,
    /// Share of a volume that is filled.
    VolumeUtilisation,
    /// Copies of a function at work.
    Concurrency,
    /// Copies of a function at work on provisioned concurrency.
    ProvisionedConcurrencyUsed,
    /// Calls of a function.
    Invocations,
    /// Calls that failed.
    Errors,
    /// Calls that were refused.
    Throttles,
    /// Time of a call.
    Duration,
    /// Read capacity units that were used.
    ConsumedReadCapacity,
    /// Write capacity units that were used.
    ConsumedWriteCapacity,
    /// Read capacity units per second that are provided.
    ProvisionedReadCapacity,
    /// Write capacity units per second that are provided.
    ProvisionedWriteCapacity,
    /// Reads that were refused.
    ThrottledReads,
    /// Writes that were refused.
    ThrottledWrites,
    /// Requests.
    Requests,
    /// Reads of a volume.
    VolumeReads,
    /// Writes of a volume.
    VolumeWrites,
    /// vCPU that the tasks of a service are given.
    ReservedCpu,
    /// vCPU that the tasks of a service use.
    UsedCpu,
    /// Instances of a group that are at work.
    InServiceInstances,
    /// Instances that a group is to have.
    DesiredInstances,
    /// Bytes that came in.
    NetworkIn,
    /// Bytes that went out.
    NetworkOut,
}

/// How values of one resource go together over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A level: it has means and maxima, and a gap is not known.
    Gauge,
    /// A count of what happened: it adds up, and nothing happened in a gap.
    Sum,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// A share of a whole, 0 to 1.
    Share,
    /// Things.
    Count,
    /// Seconds.
    Time,
    /// Bytes.
    Data,
}

/// What a series has of its measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Statistic {
    /// The mean of a level.
    Mean,
    /// The highest value of a level.
    Maximum,
    /// The sum of a count.
    Sum,
}

use Measure as M;

const ALL: [(M, &str, Kind, Quantity); 24] = [
    (M::CpuUtilisation, "cpu-utilisation", Kind::Gauge, Quantity::Share),
    (M::MemoryUtilisation, "memory-utilisation", Kind::Gauge, Quantity::Share),
    (M::VolumeUtilisation, "volume-utilisation", Kind::Gauge, Quantity::Share),
    (M::Concurrency, "concurrency", Kind::Gauge, Quantity::Count),
    (M::ProvisionedConcurrencyUsed, "provisioned-concurrency-used", Kind::Gauge, Quantity::Count),
    (M::Invocations, "invocations", Kind::Sum, Quantity::Count),
    (M::Errors, "errors", Kind::Sum, Quantity::Count),
    (M::Throttles, "throttles", Kind::Sum, Quantity::Count),
    (M::Duration, "duration", Kind::Gauge, Quantity::Time),
    (M::ConsumedReadCapacity, "consumed-read-capacity", Kind::Sum, Quantity::Count),
    (M::ConsumedWriteCapacity, "consumed-write-capacity", Kind::Sum, Quantity::Count),
    (M::ProvisionedReadCapacity, "provisioned-read-capacity", Kind::Gauge, Quantity::Count),
    (M::ProvisionedWriteCapacity, "provisioned-write-capacity", Kind::Gauge, Quantity::Count),
    (M::ThrottledReads, "throttled-reads", Kind::Sum, Quantity::Count),
    (M::ThrottledWrites, "throttled-writes", Kind::Sum, Quantity::Count),
    (M::Requests, "requests", Kind::Sum, Quantity::Count),
    (M::VolumeReads, "volume-reads", Kind::Sum, Quantity::Count),
    (M::VolumeWrites, "volume-writes", Kind::Sum, Quantity::Count),
    (M::ReservedCpu, "reserved-cpu", Kind::Gauge, Quantity::Count),
    (M::UsedCpu, "used-cpu", Kind::Gauge, Quantity::Count),
    (M::InServiceInstances, "in-service-instances", Kind::Gauge, Quantity::Count),
    (M::DesiredInstances, "desired-instances", Kind::Gauge, Quantity::Count),
    (M::NetworkIn, "network-in", Kind::Sum, Quantity::Data),
    (M::NetworkOut, "network-out", Kind::Sum, Quantity::Data),
];

impl Measure {
    /// All measures.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.into_iter().map(|(measure, ..)| measure)
    }

    /// The measure of an id.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        ALL.into_iter().find(|(_, own, ..)| *own == id).map(|(measure, ..)| measure)
    }

    fn row(self) -> (&'static str, Kind, Quantity) {
        let found = ALL.into_iter().find(|(measure, ..)| *measure == self);
        found.map_or(("", Kind::Gauge, Quantity::Count), |(_, id, kind, quantity)| (id, kind, quantity))
    }

    /// Its id in manifests and reports.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.row().0
    }

    /// How its values go together.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.row().1
    }

    /// What its numbers count.
    #[must_use]
    pub fn quantity(self) -> Quantity {
        self.row().2
    }
}

/// The statistic of a name as files write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Average,
    Maximum,
    Sum,
    SampleCount,
    /// One that nothing here is made from, such as `Minimum` or `p99`.
    Other,
}

impl Written {
    pub(crate) fn of(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "average" | "avg" | "mean" => Self::Average,
            "maximum" | "max" => Self::Maximum,
            "sum" | "total" => Self::Sum,
            "samplecount" | "count" => Self::SampleCount,
            _ => Self::Other,
        }
    }

    /// What it gives of a measure; without a written one, the usual.
    pub(crate) fn gives(written: Option<Self>, kind: Kind) -> Option<Statistic> {
        match (kind, written) {
            (Kind::Gauge, None | Some(Self::Average)) => Some(Statistic::Mean),
            (Kind::Gauge, Some(Self::Maximum)) => Some(Statistic::Maximum),
            (Kind::Sum, None | Some(Self::Sum)) => Some(Statistic::Sum),
            _ => None,
        }
    }
}

/// What a unit counts, and how many base units it is: shares, things, seconds, bytes. Larger units of bytes are left out:
/// whether they are of 1,000 or 1,024 nobody says.
pub(crate) fn unit(name: &str) -> Option<(Quantity, f64)> {
    Some(match name.to_ascii_lowercase().as_str() {
        "percent" | "%" => (Quantity::Share, 0.01),
        "fraction" | "ratio" => (Quantity::Share, 1.0),
        "count" => (Quantity::Count, 1.0),
        "cpu units" => (Quantity::Count, 1.0 / 1_024.0),
        "seconds" => (Quantity::Time, 1.0),
        "milliseconds" => (Quantity::Time, 1e-3),
        "microseconds" => (Quantity::Time, 1e-6),
        "bytes" => (Quantity::Data, 1.0),
        _ => return None,
    })
}

/// The units that count a quantity.
pub(crate) const fn units_of(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Share => "`percent` or `fraction`",
        Quantity::Count => "`count`",
        Quantity::Time => "`seconds`, `milliseconds` or `microseconds`",
        Quantity::Data => "`bytes`",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_has_an_id_of_its_own() {
        for measure in Measure::all() {
            assert_eq!(Measure::of_id(measure.id()), Some(measure));
        }
    }
}
