//! Numbers of matrices, and claims about them, from the tree.

use super::checker::{Checked, Checker, Reported};
use super::error::CheckError;
use super::matrices::{counted, shape};
use super::matrix::{Matrix, MatrixNumber};
use super::obligation::{Claim, EigenvalueClaim, ObligationKind};
use super::scalar::ScalarKind;
use super::sketch::both;
use crate::base::span::Span;
use crate::syntax::ast::{Expr, ExprKind, Ident, MatrixCall, MatrixWord, Relation};

impl Checker<'_> {
    /// Whether an expression is a number of a matrix, by its word.
    pub(super) fn is_matrix_number(&self, e: &Expr) -> bool {
        matches!(&e.kind, ExprKind::Matrix(call) if !call.word.node.is_matrix())
    }

    /// `rank(M)`, `form(M, v)`
    pub(super) fn matrix_number(&mut self, e: &Expr) -> Checked<ScalarKind> {
        self.outside_of_forall(e.span)?;
        let ExprKind::Matrix(call) = &e.kind else { unreachable!("only matrices have such numbers") };
        self.no_bracket(call)?;
        let number = match (call.word.node, &call.items[..]) {
            (MatrixWord::Rank, [of]) => MatrixNumber::Rank(self.matrix_of(of)?),
            (MatrixWord::Trace, [of]) => MatrixNumber::Trace(self.square(of)?),
            (MatrixWord::Det, [of]) => MatrixNumber::Determinant(self.square(of)?),
            (MatrixWord::Form, [of, vector]) => {
                let (of, vector) = both(self.square(of), self.matrix_of(vector))?;
                if vector.shape != (of.shape.0, 1) {
                    let what = format!("a vector for this form has {}", counted(of.shape.0, "number"));
                    let help = Some("a vector is written `[1, -1]`".into());
                    return self.matrix_fault(what, shape(vector.shape), vector.span, help);
                }
                MatrixNumber::Form(of, vector)
            }
            (MatrixWord::Entry, [of, row, column]) => {
                let of = self.matrix_of(of)?;
                let (row, column) = both(self.place(row, of.shape.0, "row"), self.place(column, of.shape.1, "column"))?;
                MatrixNumber::Entry(of, row, column)
            }
            (MatrixWord::Energy, [of, law, features]) => {
                let of = self.square(of);
                let law = self.state(law, "the law of the rows");
                let ((of, law), features) = both(both(of, law), self.matrix_of(features))?;
                self.law_of_rows(&of, &law)?;
                self.law_of_rows(&features, &law)?;
                MatrixNumber::Energy(of, law, features)
            }
            (MatrixWord::Bipartite, [of, law, inputs, outputs]) => {
                let law = self.state(law, "the law of the inputs")?;
                let of = self.term(of, Some(&law.cod), None)?;
                self.meets(&law, &of)?;
                let (inputs, outputs) = both(self.matrix_of(inputs), self.matrix_of(outputs))?;
                self.law_of_rows(&inputs, &law)?;
                let points = self.points_of(&of.cod, of.span)?;
                if outputs.shape != (points, inputs.shape.1) {
                    let wanted = shape((points, inputs.shape.1));
                    let what = format!("the rows of the outputs, one for each, are {wanted}");
                    return self.matrix_fault(what, shape(outputs.shape), outputs.span, None);
                }
                MatrixNumber::Bipartite { of, law, inputs, outputs }
            }
            (MatrixWord::Eigenvalue, [_, _]) => {
                let what = "an eigenvalue is no number that can be calculated with".to_string();
                let help =
                    Some("compare it alone, as in `check eigenvalue(M, 1) < 2`; `eval` shows its decimal".into());
                return self.matrix_fault(what, "an eigenvalue inside of something else".into(), e.span, help);
            }
            (MatrixWord::Spectrum, [_]) => {
                let what = "a number".to_string();
                let help = Some("`eigenvalue(M, 1)` is the largest one".into());
                let found = "all eigenvalues".to_string();
                return self.fail(CheckError::WrongSort { what, found, span: e.span, help });
            }
            (MatrixWord::Directions, [_]) => {
                let what = "a number".to_string();
                let help = Some("`eval directions(M)` shows them; `form(M, [1, -1])` is a number of one".into());
                let found = "directions of a matrix".to_string();
                return self.fail(CheckError::WrongSort { what, found, span: e.span, help });
            }
            _ => return self.wrong_count(call),
        };
        Ok(ScalarKind::Matrix(Box::new(number)))
    }

    fn outside_of_forall(&mut self, span: Span) -> Checked<()> {
        if self.binder.is_none() {
            return Ok(());
        }
        let what = "a matrix for every parameter".to_string();
        let help = Some("what is claimed for every parameter is an equation of polynomials in them".into());
        self.fail(CheckError::NotYet { what, span, help })
    }

    /// A row or a column by its number from 1; the result is counted from 0.
    fn place(&mut self, e: &Expr, count: usize, what: &str) -> Checked<usize> {
        let number = self.scalar(e)?;
        let value = match self.scalar_constant(&number) {
            Ok(value) => value,
            Err(error) => return self.fail(error),
        };
        match value.as_ref().and_then(|v| v.to_i64()) {
            Some(k) if (1..=count as i64).contains(&k) => Ok(k as usize - 1),
            _ => {
                let found = value.map_or("this is computed from diagrams".into(), |v| format!("this is {v}"));
                let wanted = format!("a {what} is named by its number, from 1 to {count}");
                self.matrix_fault(wanted, found, e.span, None)
            }
        }
    }

    /// `eval M`, `eval spectrum(M)`, `eval directions(M)`, `eval eigenvalue(M, 1)`; `None` for what is none of these.
    pub(super) fn evaluated_matrix(&mut self, e: &Expr, unit: Option<&Ident>) -> Option<Checked<ObligationKind>> {
        let kind = match &e.kind {
            _ if self.is_matrix(e) => self.matrix_of(e).map(ObligationKind::EvalMatrix),
            ExprKind::Matrix(call) if call.word.node == MatrixWord::Spectrum => {
                self.one_square(call).map(|m| ObligationKind::EvalSpectrum(m, None))
            }
            ExprKind::Matrix(call) if call.word.node == MatrixWord::Directions => {
                self.one_square(call).map(ObligationKind::EvalDirections)
            }
            ExprKind::Matrix(call) if call.word.node == MatrixWord::Eigenvalue => {
                self.eigenvalue(call).map(|(m, k)| ObligationKind::EvalSpectrum(m, Some(k)))
            }
            _ => return None,
        };
        Some(kind.and_then(|kind| match unit {
            None => Ok(kind),
            Some(unit) => {
                let what = "a matrix has no unit".to_string();
                let help = Some("its entries are shown as pure numbers; logarithms are in nats".into());
                self.matrix_fault(what, "nothing more is wanted here".into(), unit.span, help)
            }
        }))
    }

    /// The square matrix that stands alone in parentheses.
    fn one_square(&mut self, call: &MatrixCall) -> Checked<Matrix> {
        self.no_bracket(call)?;
        match &call.items[..] {
            [of] => self.square(of),
            _ => self.wrong_count(call),
        }
    }

    /// A matrix, and which of its eigenvalues, counted from 0.
    fn eigenvalue(&mut self, call: &MatrixCall) -> Checked<(Matrix, usize)> {
        self.no_bracket(call)?;
        match &call.items[..] {
            [of, number] => {
                let of = self.square(of)?;
                let count = of.shape.0;
                Ok((of, self.place(number, count, "place among the eigenvalues, the largest first,")?))
            }
            _ => self.wrong_count(call),
        }
    }

    /// A comparison in which a matrix or an eigenvalue stands; `None` for what is none of these.
    pub(super) fn compared_matrix(
        &mut self,
        left: &Expr,
        sign: Relation,
        right: &Expr,
        under: Option<&Expr>,
    ) -> Option<Checked<Claim>> {
        let eigenvalue = |e: &Expr| match &e.kind {
            ExprKind::Matrix(call) if call.word.node == MatrixWord::Eigenvalue => Some((**call).clone()),
            _ => None,
        };
        let matrices = self.is_matrix(left) || self.is_matrix(right);
        let (on_left, on_right) = (eigenvalue(left), eigenvalue(right));
        if !matrices && on_left.is_none() && on_right.is_none() {
            return None;
        }
        if self.outside_of_forall(left.span.to(right.span)).is_err() {
            return Some(Err(Reported));
        }
        if let Some(under) = under {
            let what = "nothing more".to_string();
            let help = Some("matrices and numbers are equal or not; `under` is for kernels".into());
            let found = "an `under`".to_string();
            return Some(self.fail(CheckError::WrongSort { what, found, span: under.span, help }));
        }
        if matrices {
            return Some(self.compared_entries(left, sign, right));
        }
        Some(match (on_left, on_right) {
            (Some(call), None) => self.compared_eigenvalue(&call, sign, right),
            (None, Some(call)) => self.compared_eigenvalue(&call, mirrored(sign), left),
            _ => {
                let what = "an eigenvalue is compared with a number".to_string();
                let help = Some("name a number between the two, or one that they are equal to".into());
                self.matrix_fault(what, "this is another eigenvalue".into(), right.span, help)
            }
        })
    }

    fn compared_eigenvalue(&mut self, call: &MatrixCall, sign: Relation, bound: &Expr) -> Checked<Claim> {
        let ((matrix, number), bound) = both(self.eigenvalue(call), self.scalar(bound))?;
        Ok(Claim::Eigenvalue(Box::new(EigenvalueClaim { matrix, number, sign, bound })))
    }

    fn compared_entries(&mut self, left: &Expr, sign: Relation, right: &Expr) -> Checked<Claim> {
        let equal = match sign {
            Relation::Equal => true,
            Relation::NotEqual => false,
            _ => {
                let what = "matrices are compared with `==` and `!=`".to_string();
                let help = Some("`check semidefinite A - B` says that the form of A is nowhere below that of B".into());
                return self.matrix_fault(what, "a matrix".into(), left.span, help);
            }
        };
        let (left, right) = both(self.matrix_of(left), self.matrix_of(right))?;
        if left.shape != right.shape {
            let what = format!("the matrix on the left has {}", shape(left.shape));
            return self.matrix_fault(what, shape(right.shape), right.span, None);
        }
        Ok(Claim::Matrices(Box::new(left), Box::new(right), equal))
    }

    /// `semidefinite M`
    pub(super) fn semidefinite(&mut self, word: &Ident, e: &Expr) -> Checked<Claim> {
        self.outside_of_forall(word.span)?;
        let matrix = self.matrix_of(e)?;
        if !matrix.is_square() {
            let what = format!("`{}` is of a square matrix", word.node);
            return self.matrix_fault(what, shape(matrix.shape), matrix.span, None);
        }
        Ok(Claim::Semidefinite(matrix))
    }
}

/// The same comparison with its sides exchanged.
fn mirrored(sign: Relation) -> Relation {
    match sign {
        Relation::Less => Relation::Greater,
        Relation::Greater => Relation::Less,
        Relation::LessEqual => Relation::GreaterEqual,
        Relation::GreaterEqual => Relation::LessEqual,
        other => other,
    }
}
