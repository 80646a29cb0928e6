//! Exact roots of integers.

use rug::Integer;

use super::int::Int;

/// The root of a positive integer, where it is an integer.
pub(super) fn exact_root(number: &Int, degree: u32) -> Option<Int> {
    let (root, rest) = number.to_big().root_rem(Integer::new(), degree);
    rest.is_zero().then(|| Int::from_big(root))
}

/// The smallest integer of which this one, larger than 1, is a power, and the exponent.
pub(super) fn primitive_root(number: &Int) -> (Int, u32) {
    let mut root = number.to_big();
    let mut exponent = 1;
    let mut degree = 2;
    while root.is_perfect_power() && degree <= root.significant_bits() {
        let (next, rest) = root.clone().root_rem(Integer::new(), degree);
        if rest.is_zero() {
            root = next;
            exponent *= degree;
        } else {
            degree += 1;
        }
    }
    (Int::from_big(root), exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_seen_through() {
        for base in [2i64, 3, 6, 10, 65_537, 1_000_003] {
            for exponent in [1u32, 2, 3, 4, 6, 12, 35, 64] {
                let (root, times) = primitive_root(&Int::from(base).pow(exponent));
                assert_eq!((root, times), (Int::from(base), exponent));
                assert_eq!(exact_root(&Int::from(base).pow(exponent), exponent), Some(Int::from(base)));
                // Neighbours of a power are no powers of the same exponent.
                let neighbour = &Int::from(base).pow(exponent) + &Int::ONE;
                assert_eq!(exact_root(&neighbour, exponent).is_some(), exponent == 1);
            }
        }
    }
}
