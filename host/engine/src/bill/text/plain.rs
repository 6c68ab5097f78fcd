//! Decimal text in the usual form: a sign, at most 19 digits, a point between them, no exponent.

/// What it says, exactly: `significand` over 10 to the power of `decimals`.
pub(super) struct Plain {
    pub(super) negative: bool,
    pub(super) significand: u64,
    pub(super) decimals: usize,
}

impl Plain {
    /// Nothing for text in another form.
    #[inline]
    pub(super) fn read(field: &[u8]) -> Option<Self> {
        let (negative, digits) = match field {
            [b'-', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        // One digit at least; 19 digits fit into 64 bits.
        if digits.len() > 20 || digits.is_empty() || *digits.last()? == b'.' || *digits.first()? == b'.' {
            return None;
        }
        let (mut significand, mut decimals, mut point) = (0_u64, 0_usize, false);
        for byte in digits {
            let digit = byte.wrapping_sub(b'0');
            if digit < 10 {
                significand = significand.checked_mul(10)?.checked_add(u64::from(digit))?;
                decimals += usize::from(point);
            } else if *byte == b'.' && !point {
                point = true;
            } else {
                return None;
            }
        }
        Some(Self { negative, significand, decimals })
    }
}
