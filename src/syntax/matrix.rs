//! Matrices of numbers, what is made from them, and numbers that are computed from them, as written.

use super::ast::Spanned;
use super::expr::Expr;
use super::measure::Divergence;

/// `similarity[gauss 1](f)`, `rank(M)`
#[derive(Debug, Clone, PartialEq)]
pub struct MatrixCall {
    /// Which construction.
    pub word: Spanned<MatrixWord>,
    /// What stands in brackets behind it.
    pub bracket: Option<Divergence>,
    /// What stands in parentheses.
    pub items: Vec<Expr>,
}

/// A construction with matrices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the language")]
pub enum MatrixWord {
    Similarity,
    Disintegrated,
    Operator,
    Centred,
    Laplacian,
    Gram,
    Fisher,
    Transpose,
    Rank,
    Trace,
    Det,
    Form,
    Entry,
    Energy,
    Bipartite,
    Eigenvalue,
    Spectrum,
    Directions,
}

impl MatrixWord {
    const ALL: [(&'static str, MatrixWord); 18] = [
        ("similarity", MatrixWord::Similarity),
        ("disintegrated", MatrixWord::Disintegrated),
        ("operator", MatrixWord::Operator),
        ("centred", MatrixWord::Centred),
        ("laplacian", MatrixWord::Laplacian),
        ("gram", MatrixWord::Gram),
        ("fisher", MatrixWord::Fisher),
        ("transpose", MatrixWord::Transpose),
        ("rank", MatrixWord::Rank),
        ("trace", MatrixWord::Trace),
        ("det", MatrixWord::Det),
        ("form", MatrixWord::Form),
        ("entry", MatrixWord::Entry),
        ("energy", MatrixWord::Energy),
        ("bipartite", MatrixWord::Bipartite),
        ("eigenvalue", MatrixWord::Eigenvalue),
        ("spectrum", MatrixWord::Spectrum),
        ("directions", MatrixWord::Directions),
    ];

    /// The construction with this name.
    pub fn find(word: &str) -> Option<MatrixWord> {
        MatrixWord::ALL.iter().find(|(name, _)| *name == word).map(|(_, w)| *w)
    }

    /// Its name.
    pub fn word(self) -> &'static str {
        MatrixWord::ALL.iter().find(|(_, w)| *w == self).map_or("", |(name, _)| name)
    }

    /// Whether it makes a matrix.
    pub fn is_matrix(self) -> bool {
        use MatrixWord::{Centred, Disintegrated, Fisher, Gram, Laplacian, Operator, Similarity, Transpose};
        matches!(self, Similarity | Disintegrated | Operator | Centred | Laplacian | Gram | Fisher | Transpose)
    }

    /// How it is written.
    pub fn example(self) -> &'static str {
        match self {
            MatrixWord::Similarity => "similarity[BC](f)",
            MatrixWord::Disintegrated => "disintegrated(K, e, mu)",
            MatrixWord::Operator => "operator(K, mu)",
            MatrixWord::Centred => "centred(K, mu)",
            MatrixWord::Laplacian => "laplacian(K, mu)",
            MatrixWord::Gram => "gram([[1, 0], [1, 1]])",
            MatrixWord::Fisher => "fisher([[1, 0], [0, 1], [0, 0]], p)",
            MatrixWord::Transpose => "transpose(M)",
            MatrixWord::Rank => "rank(M)",
            MatrixWord::Trace => "trace(M)",
            MatrixWord::Det => "det(M)",
            MatrixWord::Form => "form(M, [1, -1])",
            MatrixWord::Entry => "entry(M, 1, 2)",
            MatrixWord::Energy => "energy(K, mu, [[1], [-1]])",
            MatrixWord::Bipartite => "bipartite(f, mu, [[1], [-1]], [[1], [0]])",
            MatrixWord::Eigenvalue => "eigenvalue(M, 1)",
            MatrixWord::Spectrum => "spectrum(M)",
            MatrixWord::Directions => "directions(M)",
        }
    }
}
