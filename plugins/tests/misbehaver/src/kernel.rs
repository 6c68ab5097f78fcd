//! The honest arithmetic, which the benchmark of the sandbox also runs natively: this file is part of both.

/// A region with the energy of one unit of usage there and how sure that is.
#[derive(Debug, Clone, Copy)]
pub struct Factor {
    /// Energy of one unit, in kWh.
    pub kwh: f64,
    /// Geometric standard deviation.
    pub gsd: f64,
}

/// The factor of a region, made up from its name.
#[must_use]
pub fn factor(region: &str) -> Factor {
    let sum = region.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    let share = f64::from(sum % 1_000) / 1_000.0;
    Factor { kwh: 0.5 + share, gsd: 1.05 + share / 4.0 }
}

/// Energy of `quantity × utilisation` at the factor of the row's region, with its deviation, row by row. A row without
/// a region or a quantity is unknown. Rows are known where `known` is empty or has their bit.
pub fn run(
    quantity: &[f64],
    known: &[u8],
    utilisation: &[f64],
    codes: &[u32],
    factors: &[Factor],
    out: &mut Columns,
) {
    out.energy.reserve(quantity.len());
    out.gsd.reserve(quantity.len());
    out.known = vec![0; quantity.len().div_ceil(8)];
    for (row, ((quantity, utilisation), code)) in quantity.iter().zip(utilisation).zip(codes).enumerate() {
        let is_known = known.is_empty() || known.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1);
        let factor = if is_known { factors.get(*code as usize) } else { None };
        if let Some(factor) = factor {
            // Idle power and what the load adds, as the estimators of compute energy have it.
            out.energy.push(quantity * factor.kwh * (0.3 + 0.7 * utilisation));
            out.gsd.push(factor.gsd);
            if let Some(byte) = out.known.get_mut(row / 8) {
                *byte |= 1 << (row % 8);
            }
        } else {
            out.energy.push(0.0);
            out.gsd.push(1.0);
        }
    }
}

/// What [`run`] gives.
#[derive(Debug, Default)]
pub struct Columns {
    /// Energy in kWh.
    pub energy: Vec<f64>,
    /// Its geometric standard deviation.
    pub gsd: Vec<f64>,
    /// Bits of the rows that are known.
    pub known: Vec<u8>,
}
