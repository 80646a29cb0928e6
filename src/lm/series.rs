//! A tensor in several files: states that were written part by part, `part-0.parquet`, `part-1.parquet`, …
//!
//! Files whose names differ in one number only are a series, and that number is their order. Anything else that has the
//! same tensor twice is for the user to decide.

use std::sync::Arc;

use super::error::LmError;
use super::find::Role;
use super::tensor::{Place, Tensor};

/// The rows of several tensors, one after the other; `None` where their files are no series.
pub(super) fn joined(role: Role, tensors: &[&Tensor]) -> Option<Result<Tensor, LmError>> {
    let mut pieces: Vec<(u64, Tensor)> =
        numbers(tensors)?.into_iter().zip(tensors.iter().map(|t| (*t).clone())).collect();
    pieces.sort_by_key(|(number, _)| *number);
    let pieces: Vec<Tensor> = pieces.into_iter().map(|(_, tensor)| tensor).collect();
    let first = &pieces[0];
    let differs = |t: &&Tensor| {
        t.element != first.element || t.shape.get(1..) != first.shape.get(1..) || t.column_order != first.column_order
    };
    if let Some(other) = pieces.iter().find(differs) {
        let kind = |t: &Tensor| t.element.as_ref().map_or_else(Clone::clone, |e| e.kind.to_string());
        let of_first = format!("of {} in the shape {}", kind(first), first.shape_text());
        return Some(Err(LmError::Shape {
            role: role.name,
            path: other.path.clone(),
            tensor: other.name.clone(),
            found: other.shape_text(),
            reason: format!("it holds {}, and `{}` begins the same series with {of_first}", kind(other), first.path),
            help: Some(
                "the files of a series have the same columns; name the file you mean if this is no series".into(),
            ),
        }));
    }
    let rows = pieces.iter().try_fold(0u64, |sum, piece| sum.checked_add(piece.rows())).unwrap_or(u64::MAX);
    let shape = std::iter::once(rows).chain(first.shape.iter().skip(1).copied()).collect();
    let last = pieces.last().map_or("", |piece| &piece.path);
    Some(Ok(Tensor {
        path: format!("{} … {last}", first.path),
        name: first.name.clone(),
        element: first.element.clone(),
        shape,
        column_order: first.column_order,
        place: Place::Files(Arc::from(pieces)),
    }))
}

/// Refuses rows that would be counted off against each other over different borders: a part of one of the two series is
/// missing, or is not what its name says.
pub(super) fn side_by_side(role: Role, tensor: &Tensor, states: &Tensor) -> Result<(), LmError> {
    let (Place::Files(own), Place::Files(others)) = (&tensor.place, &states.place) else { return Ok(()) };
    let mut pairs = own.iter().zip(others.iter());
    let unequal = pairs.find(|(a, b)| a.rows() != b.rows());
    let Some((piece, other)) = unequal.or_else(|| own.last().zip(others.last()).filter(|_| own.len() != others.len()))
    else {
        return Ok(());
    };
    Err(LmError::Shape {
        role: role.name,
        path: piece.path.clone(),
        tensor: piece.name.clone(),
        found: piece.shape_text(),
        reason: format!(
            "`{}` of `{}` has {} rows, and {} files to {}",
            other.name,
            other.path,
            other.rows(),
            others.len(),
            own.len()
        ),
        help: Some("both series have the same files with as many rows each".into()),
    })
}

/// The numbers in which the names of files differ, if that is all in which they do.
fn numbers(tensors: &[&Tensor]) -> Option<Vec<u64>> {
    let split: Vec<Vec<&str>> = tensors.iter().map(|t| words(&t.path)).collect();
    let first = split.first()?;
    let mut place = None;
    for other in &split[1..] {
        if other.len() != first.len() {
            return None;
        }
        for (at, (a, b)) in first.iter().zip(other).enumerate() {
            if a != b && place.replace(at).is_some_and(|p| p != at) {
                return None;
            }
        }
    }
    let place = place?;
    let mut numbers = split.iter().map(|words| words[place].parse().ok()).collect::<Option<Vec<u64>>>()?;
    let all = numbers.clone();
    numbers.sort_unstable();
    numbers.windows(2).all(|pair| pair[0] < pair[1]).then_some(all)
}

/// A text cut up where digits begin and end.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        words.push(word);
        rest = behind;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lm::element::{Element, Kind};
    use crate::lm::find::HIDDEN;

    fn tensor(path: &str, rows: u64) -> Tensor {
        Tensor {
            path: path.into(),
            name: "hidden".into(),
            element: Ok(Element::little(Kind::F32)),
            shape: vec![rows, 4],
            column_order: false,
            place: Place::Plain { offset: 0 },
        }
    }

    #[test]
    fn names_that_differ_in_a_number_are_a_series() {
        let order = |paths: &[&str]| {
            let all: Vec<Tensor> = paths.iter().enumerate().map(|(n, p)| tensor(p, 10 + n as u64)).collect();
            let found = joined(HIDDEN, &all.iter().collect::<Vec<_>>())?.unwrap();
            let Place::Files(pieces) = &found.place else { panic!("it is not joined") };
            assert_eq!(found.rows(), pieces.iter().map(Tensor::rows).sum::<u64>());
            Some(pieces.iter().map(|p| p.path.clone()).collect::<Vec<_>>())
        };
        let sorted = ["run7/part-2.npz", "run7/part-9.npz", "run7/part-10.npz"];
        assert_eq!(order(&["run7/part-10.npz", "run7/part-9.npz", "run7/part-2.npz"]).unwrap(), sorted);
        assert_eq!(order(&["a/train.npz", "a/test.npz"]), None);
        assert_eq!(order(&["a1/part-1.npz", "a2/part-2.npz"]), None);
        assert_eq!(order(&["a/part-1.npz", "a/part-01.npz"]), None);
        assert_eq!(order(&["a/part-1.npz", "a/part-1-old.npz"]), None);
    }
}
