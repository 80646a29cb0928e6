//! Points of products as numbers: the last factor runs fastest.

/// Number of points of a product; `None` beyond 2^63.
pub(super) fn size(sizes: &[u64]) -> Option<u64> {
    sizes.iter().try_fold(1u64, |n, s| n.checked_mul(*s)).filter(|n| *n < 1 << 63)
}

/// For each factor, how far apart its neighbours are.
pub(super) fn strides(sizes: &[u64]) -> Vec<u64> {
    let mut out = vec![1; sizes.len()];
    for i in (1..sizes.len()).rev() {
        out[i - 1] = out[i] * sizes[i];
    }
    out
}

/// Picks coordinates of a point and makes them a point of another product.
#[derive(Debug, Clone)]
pub(super) struct Picker {
    /// Stride and size of each coordinate picked, and its stride in the result.
    parts: Vec<(u64, u64, u64)>,
    /// Whether the result is the point itself.
    whole: bool,
}

impl Picker {
    /// Picks the coordinates at `places` of points of a product, in that order.
    pub(super) fn new(sizes: &[u64], places: &[usize]) -> Picker {
        let from = strides(sizes);
        let chosen: Vec<u64> = places.iter().map(|p| sizes[*p]).collect();
        let to = strides(&chosen);
        let parts = places.iter().zip(to).map(|(p, t)| (from[*p], sizes[*p], t)).collect();
        Picker { parts, whole: places.iter().copied().eq(0..sizes.len()) }
    }

    /// The picked point.
    pub(super) fn pick(&self, point: u64) -> u64 {
        if self.whole {
            return point;
        }
        self.parts.iter().map(|(from, size, to)| point / from % size * to).sum()
    }

    /// Whether every point is picked as it is.
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_picked_in_order() {
        let picker = Picker::new(&[2, 3, 5], &[2, 0]);
        // (1, 2, 4) = 1·15 + 2·5 + 4; picked (4, 1) = 4·2 + 1
        assert_eq!(picker.pick(29), 9);
        assert_eq!(Picker::new(&[2, 3], &[0, 0]).pick(5), 3);
        assert!(Picker::new(&[2, 3], &[0, 1]).is_whole());
    }
}
