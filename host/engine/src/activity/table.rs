//! The hash table that rows are added into: keys of a fixed number of lanes, and a sum per key.

#![allow(
    clippy::indexing_slicing,
    reason = "the inner loop of the engine; every index is made and masked here"
)]

use joulework_units::{FixedSum, Money, UnitError};

use crate::steps;

/// What rows of one key add up to. All parts are integers, so that no order of adding can matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// Sum of what unit estimates are multiplied by: signed consumed quantities, or signed rows where the quantity
    /// is not known.
    pub quantity: FixedSum,
    /// What is invoiced.
    pub billed: Money,
    /// Amortised cost.
    pub effective: Money,
    /// Amortised cost of those rows where it is positive.
    pub positive: Money,
    /// How many rows.
    pub rows: u64,
}

impl Sums {
    /// Adds another sum.
    ///
    /// # Errors
    /// When a sum leaves its range.
    pub fn add(&mut self, other: &Self) -> Result<(), UnitError> {
        self.quantity = self.quantity.checked_add(other.quantity)?;
        self.billed = self.billed.checked_add(other.billed)?;
        self.effective = self.effective.checked_add(other.effective)?;
        self.positive = self.positive.checked_add(other.positive)?;
        self.rows += other.rows;
        Ok(())
    }

    /// Adds a part of a row; one part of each row counts it.
    #[inline]
    pub(super) fn add_part(
        &mut self,
        quantity: FixedSum,
        billed: Money,
        effective: Money,
        counts: bool,
    ) -> Result<(), UnitError> {
        self.quantity = self.quantity.checked_add(quantity)?;
        self.billed = self.billed.checked_add(billed)?;
        self.effective = self.effective.checked_add(effective)?;
        self.positive = self.positive.checked_add(effective.max(Money::ZERO))?;
        self.rows += u64::from(counts);
        Ok(())
    }

    /// Whether nothing was added, or only parts of nothing.
    pub(super) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Keys and their sums, in the order of first sight.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    stride: usize,
    keys: Vec<u32>,
    hashes: Vec<u64>,
    sums: Vec<Sums>,
    /// Number of an entry plus one, 0 where free; the length is a power of two.
    slots: Vec<u32>,
    last: Option<usize>,
}

/// More keys than can be numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

impl Table {
    pub(crate) fn new(stride: usize) -> Self {
        Self {
            stride,
            keys: Vec::new(),
            hashes: Vec::new(),
            sums: Vec::new(),
            slots: vec![0; 1_024],
            last: None,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.sums.len()
    }

    pub(crate) fn key(&self, entry: usize) -> &[u32] {
        &self.keys[entry * self.stride..(entry + 1) * self.stride]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u32], &Sums)> {
        self.keys.chunks_exact(self.stride.max(1)).zip(&self.sums)
    }

    /// The sum of a key, made if it is not there.
    pub(crate) fn sums(&mut self, key: &[u32]) -> Result<&mut Sums, Full> {
        let entry = self.number(key)?;
        Ok(&mut self.sums[entry])
    }

    /// The number of a key, made if it is not there.
    pub(crate) fn number(&mut self, key: &[u32]) -> Result<usize, Full> {
        if let Some(last) = self.last
            && self.key(last) == key
        {
            return Ok(last);
        }
        let hash = hash(key);
        let mask = self.slots.len() - 1;
        let mut slot = place(hash, mask);
        loop {
            steps::add(1);
            match self.slots[slot] {
                0 => break,
                number => {
                    let entry = number as usize - 1;
                    if self.hashes[entry] == hash && self.key(entry) == key {
                        self.last = Some(entry);
                        return Ok(entry);
                    }
                }
            }
            slot = (slot + 1) & mask;
        }
        let entry = self.sums.len();
        self.slots[slot] = u32::try_from(entry + 1).map_err(|_| Full)?;
        self.keys.extend_from_slice(key);
        self.hashes.push(hash);
        self.sums.push(Sums::default());
        self.last = Some(entry);
        if self.sums.len() * 2 > self.slots.len() {
            self.grow();
        }
        Ok(entry)
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        let mut slots = vec![0_u32; mask + 1];
        for (number, hash) in (1_u32..).zip(&self.hashes) {
            let mut slot = place(*hash, mask);
            steps::add(1);
            while slots[slot] != 0 {
                steps::add(1);
                slot = (slot + 1) & mask;
            }
            slots[slot] = number;
        }
        self.slots = slots;
    }
}

#[allow(clippy::cast_possible_truncation, reason = "the low bits are masked anyway")]
const fn place(hash: u64, mask: usize) -> usize {
    (hash ^ (hash >> 32)) as usize & mask
}

/// Multiply-and-rotate over the lanes, with a fixed seed (the hash of the Firefox and Rust compilers, 1 lane a step).
fn hash(key: &[u32]) -> u64 {
    const SEED: u64 = 0x517c_c1b7_2722_0a95;
    key.iter().fold(0_u64, |hash, lane| (hash.rotate_left(5) ^ u64::from(*lane)).wrapping_mul(SEED))
}
