//! The power of one part of a row (its CPUs, its accelerators) with its errors, and the sum of two parts.

use joulework_sdk::Basis;
use joulework_sdk::math::exp;

/// An unknown load errs by service, by resource, and by resource and month: shares of the variance.
const UTILISATION: [f64; 3] = [0.3, 0.4, 0.3];

/// Watts of a vCPU or a device, and how they may err: shared by all, own, and by utilisation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Part {
    /// Watts.
    pub(crate) watts: f64,
    /// `ln` of the GSDs: shared, own, utilisation by service, by resource, by resource and month.
    lns: [f64; 5],
    /// The GSDs themselves, so that most rows need no `exp`.
    gsds: [f64; 5],
    /// Grade.
    pub(crate) basis: Basis,
}

impl Part {
    /// With an unknown load of `ln GSD = sigma`; 0 where load plays no part.
    #[must_use]
    pub(crate) fn new(watts: f64, shared: f64, own: f64, sigma: f64, basis: Basis) -> Self {
        let [service, resource, month] = UTILISATION.map(|share| sigma * share.sqrt());
        let lns = [shared, own, service, resource, month];
        Self { watts, lns, gsds: lns.map(exp), basis }
    }

    /// With a measured load; the watts are filled in by row.
    #[must_use]
    pub(crate) fn measured(shared: f64, own: f64, resource: f64, basis: Basis) -> Self {
        let lns = [shared, own, 0.0, resource, 0.0];
        Self { watts: 0.0, lns, gsds: lns.map(exp), basis }
    }

    /// The same errors at other watts.
    #[must_use]
    pub(crate) fn at(mut self, watts: f64) -> Self {
        self.watts = watts;
        self
    }

    /// The same part with another error of the load.
    #[must_use]
    pub(crate) fn with_load_error(self, sigma: f64) -> Self {
        Self::new(self.watts, self.lns[0], self.lns[1], sigma, self.basis)
    }

    /// Errors of an energy that is this part's alone, as a CPU's: see [`Energy::gsds`].
    #[must_use]
    pub(crate) fn as_cpu(&self) -> [f64; 7] {
        let [shared, own, service, resource, month] = self.gsds;
        [shared, own, 1.0, 1.0, service, resource, month]
    }

    /// The same for an accelerator.
    #[must_use]
    pub(crate) fn as_accelerator(&self) -> [f64; 7] {
        let [shared, own, service, resource, month] = self.gsds;
        [1.0, 1.0, shared, own, service, resource, month]
    }
}

/// What a row has of a part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Piece {
    /// Nothing of the kind.
    Nothing,
    /// Something that cannot be said.
    Unknown,
    /// Device-hours or vCPU-hours of a part.
    Hours(f64, Part),
}

/// Energy of a row with its errors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Energy {
    /// Kilowatt-hours.
    pub(crate) kwh: f64,
    /// `cpu-power`, `cpu-power-family`, `accelerator-power`, `accelerator-power-device`,
    /// `utilisation-service`, `-resource`, `-month`.
    pub(crate) gsds: [f64; 7],
    /// The weakest grade of the parts.
    pub(crate) basis: Basis,
}

/// Adds the parts of a row. A part errs the whole by its share of the whole's energy.
#[inline]
#[must_use]
pub(crate) fn add(cpu: Piece, accelerator: Piece) -> Option<Energy> {
    match (cpu, accelerator) {
        (Piece::Unknown, _) | (_, Piece::Unknown) => None,
        (Piece::Nothing, Piece::Nothing) => {
            Some(Energy { kwh: 0.0, gsds: [1.0; 7], basis: Basis::KnownHardware })
        }
        (Piece::Hours(hours, part), Piece::Nothing) => {
            Some(Energy { kwh: hours * part.watts / 1000.0, gsds: part.as_cpu(), basis: part.basis })
        }
        (Piece::Nothing, Piece::Hours(hours, part)) => {
            Some(Energy { kwh: hours * part.watts / 1000.0, gsds: part.as_accelerator(), basis: part.basis })
        }
        (Piece::Hours(vcpu_hours, cpu), Piece::Hours(device_hours, device)) => {
            let (a, b) = (vcpu_hours * cpu.watts / 1000.0, device_hours * device.watts / 1000.0);
            let kwh = a + b;
            let (a, b) = if kwh > 0.0 { (a / kwh, b / kwh) } else { (0.0, 0.0) };
            let both = |at: usize| exp(a * cpu.lns[at] + b * device.lns[at]);
            let gsds = [
                exp(a * cpu.lns[0]),
                exp(a * cpu.lns[1]),
                exp(b * device.lns[0]),
                exp(b * device.lns[1]),
                both(2),
                both(3),
                both(4),
            ];
            Some(Energy { kwh, gsds, basis: cpu.basis.max(device.basis) })
        }
    }
}
