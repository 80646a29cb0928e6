//! The canonical functions of pairs of neighbouring tokens.
//!
//! From the counts of pairs in the text that is learned from: `B = D_μ^{1/2} (P − 1 p̄ᵀ) D_p̄^{-1/2}`, whose singular values are
//! the canonical correlations of a token and the next one. Where dependence is weak, the loss of a model of rank `d` is
//! lowest when its states span the leading left singular functions; whether they do so for this text is what is watched.

use nalgebra::DMatrix;

use crate::lm::spectrum::Eigen;

/// Leading canonical functions of the token before.
#[derive(Debug, Clone)]
pub struct Canonical {
    /// Canonical correlations, the largest first.
    pub correlations: Vec<f64>,
    /// Values of the functions, one row a token.
    functions: DMatrix<f64>,
}

impl Canonical {
    /// Of the pairs of a text.
    pub fn of(text: &[u32], tokens: usize, most: usize) -> Canonical {
        let mut pairs = DMatrix::<f64>::zeros(tokens, tokens);
        text.windows(2).for_each(|w| pairs[(w[0] as usize, w[1] as usize)] += 1.0);
        let all = pairs.sum();
        let before: Vec<f64> = pairs.column_sum().iter().map(|c| c / all).collect();
        let after: Vec<f64> = pairs.row_sum().iter().map(|c| c / all).collect();
        for ((r, c), x) in (0..tokens * tokens).map(|i| (i % tokens, i / tokens)).zip(pairs.iter_mut()) {
            let root = (before[r] * after[c]).sqrt();
            // A token that never stands there has no row or column.
            *x = if root > 0.0 { *x / all / root - root } else { 0.0 };
        }
        // The smaller Gram matrix would do as well; both sides are the vocabulary.
        let mut gram = DMatrix::zeros(tokens, tokens);
        gram.gemm(1.0, &pairs, &pairs.transpose(), 0.0);
        let eigen = Eigen::of(gram);
        let kept = most.min(eigen.rank());
        let mut functions = eigen.vectors.columns(0, kept).into_owned();
        for (r, mut row) in functions.row_iter_mut().enumerate() {
            row *= if before[r] > 0.0 { before[r].sqrt().recip() } else { 0.0 };
        }
        Canonical { correlations: eigen.values[..kept].iter().map(|v| v.sqrt()).collect(), functions }
    }

    /// The values of the functions at a token.
    pub fn at(&self, token: u32) -> Vec<f64> {
        self.functions.row(token as usize).iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_alternates_by_a_known_law() {
        // Pairs 00, 01, 10, 11 with counts 3, 1, 1, 3: correlation 1/2, function ±1.
        let text = [0, 0, 0, 0, 1, 1, 1, 1, 0];
        let found = Canonical::of(&text, 2, 4);
        assert_eq!(found.correlations.len(), 1);
        assert!((found.correlations[0] - 0.5).abs() < 1e-12);
        assert!((found.at(0)[0] + found.at(1)[0]).abs() < 1e-12 && (found.at(0)[0].abs() - 1.0).abs() < 1e-12);
    }
}
