//! Matrices of numbers, from the tree.
//!
//! 1. Shapes are known here, so whatever does not fit is an error with a place: rows of different lengths, products and
//!    sums that do not fit, rows that are not as many as the points of an object.
//! 2. A matrix on the inputs of a kernel remembers their object. A law of another object is an error, also where it has as
//!    many points.

use super::checker::{Checked, Checker, Reported};
use super::matrix::{Factor, Matrix, MatrixKind, Similarity, Under};
use super::measure_error::MeasureError;
use super::signature::Entity;
use super::sketch::both;
use super::term::Term;
use super::types::Type;
use crate::base::span::Span;
use crate::number::ratio::Ratio;
use crate::syntax::ast::{Expr, ExprKind, MatrixCall, MatrixWord, Operator};

/// Most rows and most columns: matrices are dense, and their entries may be long.
pub(super) const SIDE_LIMIT: u64 = 256;

/// The shape of a matrix, and what its rows and columns stand for.
type Ends = ((usize, usize), Option<Type>, Option<Type>);

impl Checker<'_> {
    /// Whether an expression is a matrix, by its words and names.
    pub(super) fn is_matrix(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::List(_) => true,
            ExprKind::Matrix(call) => call.word.node.is_matrix(),
            ExprKind::Named(name, None) => {
                matches!(self.sig.lookup(name.node.as_str()), Some((Entity::Matrix(_) | Entity::Features(_), _)))
            }
            ExprKind::Negative(inner) | ExprKind::Power(inner, _) => self.is_matrix(inner),
            ExprKind::Sum(first, rest) | ExprKind::Product(first, rest) => {
                self.is_matrix(first) || rest.iter().any(|(_, item)| self.is_matrix(item))
            }
            _ => false,
        }
    }

    /// An expression that must be a matrix; a list of numbers is a column.
    pub(super) fn matrix_of(&mut self, e: &Expr) -> Checked<Matrix> {
        let span = e.span;
        match &e.kind {
            ExprKind::List(items) => self.rows_of_numbers(items, span),
            ExprKind::Matrix(call) if call.word.node.is_matrix() => self.matrix_call(call, span),
            ExprKind::Named(name, None) if self.is_matrix(e) => match self.entity(name, "a matrix")? {
                Entity::Matrix(matrix) => {
                    let (shape, rows, columns) = (matrix.shape, matrix.rows.clone(), matrix.columns.clone());
                    Ok(Matrix { kind: MatrixKind::Named(matrix), shape, rows, columns, span })
                }
                // The vectors of the points are its rows.
                Entity::Features(id) => {
                    let features = self.sig.features[id].clone();
                    let shape = (features.vectors.len(), features.dimension);
                    let what = format!("the matrix of the vectors `{}`", features.name);
                    self.fits(&what, shape.0.max(shape.1) as u64, span)?;
                    let (rows, kind) = (Some(features.dom.clone()), MatrixKind::Features(features));
                    Ok(Matrix { kind, shape, rows, columns: None, span })
                }
                other => self.wrong_kind(name, &other, "a matrix", None),
            },
            ExprKind::Negative(inner) if self.is_matrix(inner) => {
                let of = self.matrix_of(inner)?;
                let (shape, rows, columns) = (of.shape, of.rows.clone(), of.columns.clone());
                Ok(Matrix { kind: MatrixKind::Sum(vec![(true, of)]), shape, rows, columns, span })
            }
            ExprKind::Sum(first, rest) if self.is_matrix(e) => self.sum_of_matrices(first, rest, span),
            ExprKind::Power(base, exponent) if self.is_matrix(base) => {
                let what = "there are no powers of matrices".to_string();
                let help = Some("write the product, as in `M * M`".into());
                self.matrix_fault(what, "an exponent behind a matrix".into(), exponent.span, help)
            }
            ExprKind::Product(first, rest) if self.is_matrix(e) => self.product_with_matrices(first, rest, span),
            _ => {
                // A name that stands for nothing, or for something faulty, is another error, or none.
                if let ExprKind::Named(name, None) = &e.kind {
                    self.entity(name, "a matrix")?;
                }
                let what = "a matrix is wanted here".to_string();
                let found = "this is none".to_string();
                let help = Some(
                    "a matrix is written `[[1, 2], [2, 1]]`, or made from a kernel as in `similarity[BC](f)`".into(),
                );
                self.matrix_fault(what, found, span, help)
            }
        }
    }

    pub(super) fn matrix_fault<T>(
        &mut self,
        what: String,
        found: String,
        span: Span,
        help: Option<String>,
    ) -> Checked<T> {
        self.fail(MeasureError::Matrix { what, found, span, help }.into())
    }

    /// `[[1, 2], [2, 1]]`, `[1, 2]`
    fn rows_of_numbers(&mut self, items: &[Expr], span: Span) -> Checked<Matrix> {
        let mut rows = Vec::with_capacity(items.len());
        let mut failed = false;
        let nested = matches!(items.first(), Some(Expr { kind: ExprKind::List(_), .. }));
        let width = match items.first() {
            Some(Expr { kind: ExprKind::List(row), .. }) => row.len(),
            _ => 1,
        };
        self.fits("a matrix", items.len().max(width) as u64, span)?;
        for item in items {
            let row = match &item.kind {
                ExprKind::List(row) if nested && row.len() == width => &row[..],
                ExprKind::List(row) if nested => {
                    let what = "the rows of a matrix have one length".to_string();
                    let found = format!("{} here, {width} in the first row", counted(row.len(), "number"));
                    let help = Some(format!("write {} in each row", counted(width, "number")));
                    let _: Checked<()> = self.matrix_fault(what, found, item.span, help);
                    failed = true;
                    continue;
                }
                ExprKind::List(_) => {
                    let what = "a list is of numbers, or of rows".to_string();
                    let help = Some("write brackets around every row: `[[1, 2], [2, 1]]`".into());
                    return self.matrix_fault(what, "a row behind a number".into(), item.span, help);
                }
                _ if nested => {
                    let what = "a list is of numbers, or of rows".to_string();
                    let help = Some("write brackets around every row: `[[1, 2], [2, 1]]`".into());
                    return self.matrix_fault(what, "no row, behind a row".into(), item.span, help);
                }
                _ => std::slice::from_ref(item),
            };
            let numbers: Vec<_> = row.iter().map(|e| self.scalar(e)).collect();
            match numbers.into_iter().collect::<Checked<Vec<_>>>() {
                Ok(numbers) => rows.push(numbers),
                Err(Reported) => failed = true,
            }
        }
        if failed {
            return Err(Reported);
        }
        let shape = (rows.len(), width);
        Ok(Matrix { kind: MatrixKind::Rows(rows), shape, rows: None, columns: None, span })
    }

    fn fits(&mut self, what: &str, side: u64, span: Span) -> Checked<()> {
        if side <= SIDE_LIMIT {
            return Ok(());
        }
        let (what, size) = (what.to_string(), format!("{side} rows or columns"));
        self.fail(super::error::CheckError::TooLarge { what, size, limit: SIDE_LIMIT, span })
    }

    fn matrix_call(&mut self, call: &MatrixCall, span: Span) -> Checked<Matrix> {
        if call.word.node != MatrixWord::Similarity {
            self.no_bracket(call)?;
        }
        match (call.word.node, &call.items[..]) {
            (MatrixWord::Similarity, [of]) => self.similarity(call, of, None, span),
            (MatrixWord::Similarity, [of, inputs]) => self.similarity(call, of, Some(inputs), span),
            (MatrixWord::Disintegrated, [of, by, law]) => {
                let (of, law) = both(self.square(of), self.state(law, "the law of the inputs"))?;
                self.law_of_rows(&of, &law)?;
                let by = self.term(by, Some(&law.cod), None)?;
                self.meets(&law, &by)?;
                let side = self.points_of(&by.cod, by.span)?;
                let rows = Some(by.cod.clone());
                let (of, by, law) = (Box::new(of), Box::new(by), Box::new(law));
                let kind = MatrixKind::Disintegrated { of, by, law };
                Ok(Matrix { kind, shape: (side, side), columns: rows.clone(), rows, span })
            }
            (word @ (MatrixWord::Operator | MatrixWord::Centred | MatrixWord::Laplacian), [of, law]) => {
                let (of, law) = both(self.square(of), self.state(law, "the law of the rows"))?;
                self.law_of_rows(&of, &law)?;
                let under = match word {
                    MatrixWord::Operator => Under::Operator,
                    MatrixWord::Centred => Under::Centred,
                    _ => Under::Laplacian,
                };
                let (shape, rows) = (of.shape, Some(law.cod.clone()));
                let kind = MatrixKind::Under(under, Box::new(of), Box::new(law));
                Ok(Matrix { kind, shape, columns: rows.clone(), rows, span })
            }
            (MatrixWord::Gram, [of]) => {
                let of = self.matrix_of(of)?;
                let (side, rows) = (of.shape.0, of.rows.clone());
                Ok(Matrix {
                    kind: MatrixKind::Gram(Box::new(of)),
                    shape: (side, side),
                    columns: rows.clone(),
                    rows,
                    span,
                })
            }
            (MatrixWord::Fisher, [of, law]) => {
                let (of, law) = both(self.matrix_of(of), self.state(law, "the law of the rows"))?;
                self.law_of_rows(&of, &law)?;
                let (side, rows) = (of.shape.1, of.columns.clone());
                let kind = MatrixKind::Fisher(Box::new(of), Box::new(law));
                Ok(Matrix { kind, shape: (side, side), columns: rows.clone(), rows, span })
            }
            (MatrixWord::Transpose, [of]) => {
                let of = self.matrix_of(of)?;
                let (shape, rows, columns) = ((of.shape.1, of.shape.0), of.columns.clone(), of.rows.clone());
                Ok(Matrix { kind: MatrixKind::Transpose(Box::new(of)), shape, rows, columns, span })
            }
            _ => self.wrong_count(call),
        }
    }

    /// `similarity[chi2](f, mu)`
    fn similarity(&mut self, call: &MatrixCall, of: &Expr, inputs: Option<&Expr>, span: Span) -> Checked<Matrix> {
        let by = self.similarity_name(call)?;
        let inputs = inputs.map(|mu| self.state(mu, "the law of the inputs")).transpose()?;
        let of = self.term(of, inputs.as_ref().map(|mu| &mu.cod), None)?;
        match (&inputs, &by) {
            (Some(mu), Similarity::Chi2) => self.meets(mu, &of)?,
            (Some(mu), _) => {
                let what = "only the similarity `chi2` has a law of the inputs".to_string();
                let help = Some("`operator(similarity[BC](f), mu)` weighs the inputs".into());
                return self.matrix_fault(what, "nothing more is wanted here".into(), mu.span, help);
            }
            (None, Similarity::Chi2) => {
                let what = "`chi2` divides by the mean law, so it needs the law of the inputs".to_string();
                let help = Some("as in `similarity[chi2](f, mu)`".into());
                return self.matrix_fault(what, "the law of its inputs is missing".into(), of.span, help);
            }
            (None, _) => {}
        }
        let side = self.points_of(&of.dom, of.span)?;
        let rows = Some(of.dom.clone());
        let kind = MatrixKind::Similarity { by, of: Box::new(of), inputs: inputs.map(Box::new) };
        Ok(Matrix { kind, shape: (side, side), columns: rows.clone(), rows, span })
    }

    fn similarity_name(&mut self, call: &MatrixCall) -> Checked<Similarity> {
        const NAMES: &str = "there are `BC`, `linear`, `chi2`, `gauss s` with a number s, and `JS b` with a number b";
        let Some(bracket) = &call.bracket else {
            let what = "a similarity has a name in brackets".to_string();
            return self.matrix_fault(what, "which one?".into(), call.word.span, Some(NAMES.into()));
        };
        let Some(name) = &bracket.name else {
            let span = bracket.order.as_ref().map_or(call.word.span, |o| o.span);
            let what = "a similarity has a name in brackets".to_string();
            return self.matrix_fault(what, "this is a number".into(), span, Some(NAMES.into()));
        };
        let order = bracket.order.as_ref().map(|o| self.constant(o).map(|n| (n, o.span))).transpose()?;
        let plain = match name.node.as_str() {
            "BC" => Some(Similarity::Overlap),
            "linear" => Some(Similarity::Linear),
            "chi2" => Some(Similarity::Chi2),
            "gauss" | "JS" => None,
            other => {
                let what = format!("no similarity is called `{other}`");
                return self.matrix_fault(
                    what,
                    "the name of a similarity is wanted here".into(),
                    name.span,
                    Some(NAMES.into()),
                );
            }
        };
        match (plain, order) {
            (Some(plain), None) => Ok(plain),
            (Some(_), Some((_, span))) => {
                let what = format!("the similarity `{}` has no number", name.node);
                self.matrix_fault(what, "nothing more is wanted here".into(), span, Some(NAMES.into()))
            }
            (None, None) => {
                let what = format!("the similarity `{}` has a number behind its name", name.node);
                self.matrix_fault(what, "which one?".into(), name.span, Some(NAMES.into()))
            }
            (None, Some((number, span))) if number <= Ratio::ZERO => {
                let what = format!("the number of the similarity `{}` is above 0", name.node);
                self.matrix_fault(what, format!("this is {number}"), span, None)
            }
            (None, Some((number, _))) => Ok(match name.node.as_str() {
                "gauss" => Similarity::Gauss(number),
                _ => Similarity::JensenShannon(number),
            }),
        }
    }

    /// A matrix with as many rows as columns.
    pub(super) fn square(&mut self, e: &Expr) -> Checked<Matrix> {
        let matrix = self.matrix_of(e)?;
        self.is_square(&matrix).map(|()| matrix)
    }

    pub(super) fn is_square(&mut self, matrix: &Matrix) -> Checked<()> {
        if matrix.is_square() {
            return Ok(());
        }
        let found = shape(matrix.shape);
        self.matrix_fault("a square matrix is wanted here".into(), found, matrix.span, None)
    }

    /// Checks that the points of a law are what the rows stand for.
    pub(super) fn law_of_rows(&mut self, of: &Matrix, law: &Term) -> Checked<()> {
        let points = self.points_of(&law.cod, law.span)?;
        let object = self.sig.show(&law.cod);
        if points != of.shape.0 {
            let what = format!("there is one row for each point of {object}, of which there are {points}");
            let found = counted(of.shape.0, "row");
            return self.matrix_fault(what, found, of.span, None);
        }
        match of.rows.as_ref().filter(|rows| **rows != law.cod) {
            None => Ok(()),
            Some(rows) => {
                let rows = self.sig.show(rows);
                let what = format!("the rows of this matrix are the points of {rows}");
                self.matrix_fault(what, format!("a law of {object}"), law.span, None)
            }
        }
    }

    /// How many points an object has: as many rows as a matrix may have.
    pub(super) fn points_of(&mut self, t: &Type, span: Span) -> Checked<usize> {
        self.has_points(t, "a matrix with a row for each point", span)?;
        let size = self.sig.size(t).unwrap_or(u64::MAX);
        let what = format!("a matrix with a row for each point of {}", self.sig.show(t));
        self.fits(&what, size, span)?;
        Ok(size as usize)
    }

    pub(super) fn no_bracket(&mut self, call: &MatrixCall) -> Checked<()> {
        let Some(bracket) = &call.bracket else { return Ok(()) };
        let name = bracket.name.as_ref().map(|n| n.span);
        let span = name.or(bracket.order.as_ref().map(|o| o.span)).unwrap_or(call.word.span);
        let word = call.word.node.word();
        let help = Some(format!("write `{}`", call.word.node.example()));
        self.matrix_fault(format!("`{word}` has no versions"), "nothing is wanted in brackets".into(), span, help)
    }

    pub(super) fn wrong_count<T>(&mut self, call: &MatrixCall) -> Checked<T> {
        let word = call.word.node;
        let what = format!("`{}` is not of {}", word.word(), counted(call.items.len(), "thing"));
        let found = "what it is of does not fit".to_string();
        self.matrix_fault(what, found, call.word.span, Some(format!("as in `{}`", word.example())))
    }

    fn sum_of_matrices(&mut self, first: &Expr, rest: &[(Operator, Expr)], span: Span) -> Checked<Matrix> {
        let mut items = vec![(false, self.matrix_of(first)?)];
        let (shape, mut rows, mut columns) = (items[0].1.shape, items[0].1.rows.clone(), items[0].1.columns.clone());
        for (op, item) in rest {
            let item = self.matrix_of(item)?;
            if item.shape != shape {
                let what = format!("the matrices of a sum have one shape, {}", self::shape(shape));
                return self.matrix_fault(what, self::shape(item.shape), item.span, None);
            }
            rows = rows.filter(|t| item.rows.as_ref() == Some(t));
            columns = columns.filter(|t| item.columns.as_ref() == Some(t));
            items.push((*op == Operator::Subtract, item));
        }
        Ok(Matrix { kind: MatrixKind::Sum(items), shape, rows, columns, span })
    }

    /// `2 * A * B / 3`, from left to right.
    fn product_with_matrices(&mut self, first: &Expr, rest: &[(Operator, Expr)], span: Span) -> Checked<Matrix> {
        let mut factors = Vec::with_capacity(rest.len() + 1);
        let mut so_far: Option<Ends> = None;
        let items = std::iter::once((Operator::Multiply, first)).chain(rest.iter().map(|(op, item)| (*op, item)));
        for (op, item) in items {
            let is_matrix = self.is_matrix(item);
            match op {
                Operator::Multiply if is_matrix => {
                    let item = self.matrix_of(item)?;
                    so_far = Some(match so_far {
                        None => (item.shape, item.rows.clone(), item.columns.clone()),
                        Some((shape, rows, _)) if shape.1 == item.shape.0 => {
                            ((shape.0, item.shape.1), rows, item.columns.clone())
                        }
                        Some((shape, ..)) => {
                            let what = format!("the matrix in front of this one has {}", counted(shape.1, "column"));
                            let help = Some("a product is of rows with columns of the same length".into());
                            return self.matrix_fault(what, counted(item.shape.0, "row"), item.span, help);
                        }
                    });
                    factors.push(Factor::Matrix(item));
                }
                Operator::Multiply => factors.push(Factor::Number(self.scalar(item)?)),
                Operator::Divide if !is_matrix => factors.push(Factor::Divisor(self.scalar(item)?)),
                _ => {
                    let what = format!("`{}` is not for matrices", crate::syntax::print::operator(op));
                    let found = if is_matrix { "a matrix" } else { "a number, in a product with matrices" };
                    let help =
                        Some("a matrix can be multiplied with a matrix or a number, and divided by a number".into());
                    return self.matrix_fault(what, found.into(), item.span, help);
                }
            }
        }
        let Some((shape, rows, columns)) = so_far else { unreachable!("the caller saw a matrix in it") };
        Ok(Matrix { kind: MatrixKind::Product(factors), shape, rows, columns, span })
    }
}

/// `2 rows and 3 columns`
pub(super) fn shape((height, width): (usize, usize)) -> String {
    format!("{} and {}", counted(height, "row"), counted(width, "column"))
}

/// `1 row`, `2 rows`
pub(super) fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
