//! Sums of doubles that do not depend on the order of the terms, to the last bit.
//!
//! A sum is an integer of 256 bits that counts units of 2^-128. A double between 2^-76 and 2^90 is such an integer
//! exactly; of a smaller one, what is below the unit is cut off, always in the same way. Adding integers is associative
//! and commutative, so whatever is summed here (by blocks, by threads, by shards on many machines) has one result.
//! 2^36 terms below 2^90 fit with a bit to spare.

/// Values must be below this in size.
pub const LIMIT: f64 = (1u128 << 90) as f64;

/// Position of the unit: the value is the integer divided by 2^128.
const UNIT: i32 = 128;

/// One sum: an integer in two's complement, the lowest word first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExactSum(pub [u64; 4]);

impl ExactSum {
    /// Adds a finite value below [`LIMIT`] in size.
    #[inline]
    pub fn add(&mut self, value: f64) {
        let bits = value.to_bits();
        let exponent = ((bits >> 52) & 0x7ff) as i32;
        if exponent == 0 {
            // Zero, or less than 2^-1022.
            return;
        }
        let mantissa = (bits & ((1 << 52) - 1)) | (1 << 52);
        // The value is `mantissa · 2^(exponent - 1075)`.
        let shift = exponent - 1075 + UNIT;
        let (low, high, word) = if shift < 0 {
            (mantissa.checked_shr(shift.unsigned_abs()).unwrap_or(0), 0, 0)
        } else {
            let wide = u128::from(mantissa) << (shift % 64);
            (wide as u64, (wide >> 64) as u64, (shift / 64) as usize)
        };
        debug_assert!(value.abs() < LIMIT);
        if bits >> 63 == 0 { self.up(word, low, high) } else { self.down(word, low, high) }
    }

    #[inline]
    fn up(&mut self, word: usize, low: u64, high: u64) {
        let mut carry;
        (self.0[word], carry) = self.0[word].overflowing_add(low);
        let mut at = word + 1;
        let mut more = high;
        while at < 4 && (carry || more != 0) {
            let (sum, first) = self.0[at].overflowing_add(more);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            (self.0[at], carry, more) = (sum, first | second, 0);
            at += 1;
        }
    }

    #[inline]
    fn down(&mut self, word: usize, low: u64, high: u64) {
        let mut borrow;
        (self.0[word], borrow) = self.0[word].overflowing_sub(low);
        let mut at = word + 1;
        let mut more = high;
        while at < 4 && (borrow || more != 0) {
            let (sum, first) = self.0[at].overflowing_sub(more);
            let (sum, second) = sum.overflowing_sub(u64::from(borrow));
            (self.0[at], borrow, more) = (sum, first | second, 0);
            at += 1;
        }
    }

    /// Adds another sum.
    pub fn add_sum(&mut self, other: &ExactSum) {
        let mut carry = false;
        for (a, b) in self.0.iter_mut().zip(other.0) {
            let (sum, first) = a.overflowing_add(b);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            (*a, carry) = (sum, first | second);
        }
    }

    /// The sum as the nearest double, up to one part in 2^52.
    pub fn value(&self) -> f64 {
        let negative = self.0[3] >> 63 == 1;
        let mut words = self.0;
        if negative {
            let mut carry = true;
            for w in &mut words {
                (*w, carry) = (!*w).overflowing_add(u64::from(carry));
            }
        }
        let top = words.iter().rposition(|w| *w != 0).unwrap_or(0).max(1);
        let wide = (u128::from(words[top]) << 64) | u128::from(words[top - 1]);
        let size = wide as f64 * 2f64.powi(64 * (top as i32 - 1) - UNIT);
        if negative { -size } else { size }
    }
}

/// Adds values to sums, place by place.
pub fn add_all(sums: &mut [ExactSum], values: impl IntoIterator<Item = f64>) {
    sums.iter_mut().zip(values).for_each(|(s, v)| s.add(v));
}

/// The values of many sums, each divided by the same number.
pub fn means(sums: &[ExactSum], count: f64) -> Vec<f64> {
    sums.iter().map(|s| s.value() / count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(values: &[f64]) -> ExactSum {
        let mut sum = ExactSum::default();
        values.iter().for_each(|v| sum.add(*v));
        sum
    }

    #[test]
    fn sums_are_exact() {
        assert_eq!(sum(&[]).value(), 0.0);
        assert_eq!(sum(&[1.5, -0.25]).value(), 1.25);
        assert_eq!(sum(&[1e20, 1.0, -1e20]).value(), 1.0);
        assert_eq!(sum(&[-1e-20, 1e25, -1e25]).value(), -1e-20);
        assert_eq!(sum(&[-3.0; 7]).value(), -21.0);
        assert_eq!(sum(&[0.1, -0.1]), ExactSum::default());
        assert_eq!(sum(&[1e-300, -5e-324]), ExactSum::default());
    }

    #[test]
    fn the_order_does_not_matter() {
        // Values over some forty decades, with signs; doubles in another order give another sum, these do not.
        let values: Vec<f64> =
            (0..500i32).map(|i| f64::from((i * 7919) % 1013 - 500) * 10f64.powi((i * 31) % 40 - 20)).collect();
        let mut backwards = values.clone();
        backwards.reverse();
        assert_ne!(values.iter().sum::<f64>(), backwards.iter().sum::<f64>());
        assert_eq!(sum(&values), sum(&backwards));
        let (left, right) = values.split_at(123);
        let mut joined = sum(right);
        joined.add_sum(&sum(left));
        assert_eq!(joined, sum(&values));
    }
}
