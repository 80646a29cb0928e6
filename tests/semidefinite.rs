//! Whether matrices are positive semidefinite, against Gram matrices that are by construction, and against determinants of all
//! principal minors, computed with integers by code of its own.

use std::path::Path;
use std::sync::Arc;

use mcheck::base::files::Disk;
use mcheck::report::json;
use mcheck::session::{Options, Session};
use serde_json::Value;

/// A sequence of numbers that only looks random.
struct Numbers(u64);

impl Numbers {
    fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        low + ((self.0 >> 33) % (high - low + 1) as u64) as i64
    }
}

fn answer(rows: &[Vec<String>]) -> Value {
    let rows: Vec<String> = rows.iter().map(|r| format!("[{}]", r.join(", "))).collect();
    let program = format!("check semidefinite [{}]", rows.join(", "));
    let mut session = Session::new(Arc::new(Disk), Options::default());
    let report = session.run_text("matrix", &program, Path::new(""), &mut |_, _, _| {});
    assert_eq!(report.counts().errors, 0, "{program}");
    json::file_object(&report)["results"][0].clone()
}

fn texts(matrix: &[Vec<i64>]) -> Vec<Vec<String>> {
    matrix.iter().map(|r| r.iter().map(i64::to_string).collect()).collect()
}

/// By the first row.
fn determinant(matrix: &[Vec<i64>]) -> i64 {
    if matrix.is_empty() {
        return 1;
    }
    let minor = |j: usize| {
        let row = |r: &Vec<i64>| r.iter().enumerate().filter(|(k, _)| *k != j).map(|(_, v)| *v).collect();
        matrix[1..].iter().map(row).collect::<Vec<Vec<i64>>>()
    };
    (0..matrix.len()).map(|j| if j % 2 == 0 { 1 } else { -1 } * matrix[0][j] * determinant(&minor(j))).sum()
}

/// Sylvester: all principal minors are at least 0.
fn is_semidefinite(matrix: &[Vec<i64>]) -> bool {
    (1..1usize << matrix.len()).all(|set| {
        let inside = |i: &usize| set >> i & 1 == 1;
        let places: Vec<usize> = (0..matrix.len()).filter(inside).collect();
        let part: Vec<Vec<i64>> = places.iter().map(|i| places.iter().map(|j| matrix[*i][*j]).collect()).collect();
        determinant(&part) >= 0
    })
}

fn fraction(text: &str) -> f64 {
    let (num, den) = text.split_once('/').unwrap_or((text, "1"));
    num.parse::<f64>().expect("a numerator") / den.parse::<f64>().expect("a denominator")
}

/// The witness of a refutation, computed again from its vector.
fn refutes(result: &Value, matrix: &[Vec<f64>]) {
    let witness = &result["witness"];
    assert_eq!(witness["kind"], "direction", "{result}");
    let vector: Vec<f64> = witness["vector"]
        .as_array()
        .expect("a vector")
        .iter()
        .map(|v| fraction(v.as_str().expect("a number")))
        .collect();
    let form: f64 = (0..vector.len())
        .flat_map(|i| (0..vector.len()).map(move |j| (i, j)))
        .map(|(i, j)| vector[i] * matrix[i][j] * vector[j])
        .sum();
    assert!(form < 0.0, "{form}: {result}");
    let shown: f64 = witness["form"]["decimal"].as_str().expect("a decimal").parse().expect("a number");
    assert!((form - shown).abs() <= 1e-9 * (1.0 + form.abs()), "{form}: {result}");
}

#[test]
fn small_integer_matrices_are_decided_as_by_their_minors() {
    let mut numbers = Numbers(11);
    let (mut yes, mut no) = (0, 0);
    for round in 0..300 {
        let n = 1 + round % 4;
        let mut matrix = vec![vec![0; n]; n];
        for (i, j) in (0..n).flat_map(|i| (0..=i).map(move |j| (i, j))) {
            let value = if i == j { numbers.between(0, 4) } else { numbers.between(-2, 2) };
            matrix[i][j] = value;
            matrix[j][i] = value;
        }
        let result = answer(&texts(&matrix));
        assert_eq!(result["level"], "exact");
        if is_semidefinite(&matrix) {
            assert_eq!(result["verdict"], "holds", "{matrix:?}");
            yes += 1;
        } else {
            assert_eq!(result["verdict"], "fails", "{matrix:?}");
            let floats: Vec<Vec<f64>> = matrix.iter().map(|r| r.iter().map(|v| *v as f64).collect()).collect();
            refutes(&result, &floats);
            no += 1;
        }
    }
    assert!(yes > 40 && no > 40, "{yes} {no}: both answers must be met");
}

#[test]
fn gram_matrices_are_semidefinite_and_stop_being_so_below_their_rank() {
    let mut numbers = Numbers(5);
    for _ in 0..40 {
        // Four vectors in the plane: the rank is at most 2, so taking anything off the diagonal is too much.
        let vectors: Vec<[i64; 2]> = (0..4).map(|_| [numbers.between(-9, 9), numbers.between(-9, 9)]).collect();
        let dot = |a: &[i64; 2], b: &[i64; 2]| a[0] * b[0] + a[1] * b[1];
        let gram: Vec<Vec<i64>> = vectors.iter().map(|a| vectors.iter().map(|b| dot(a, b)).collect()).collect();
        assert_eq!(answer(&texts(&gram))["verdict"], "holds", "{gram:?}");
        let mut less = texts(&gram);
        for (i, row) in less.iter_mut().enumerate() {
            row[i] = format!("{} - 1/1000000000000", gram[i][i]);
        }
        let result = answer(&less);
        assert_eq!((&result["verdict"], &result["level"]), (&"fails".into(), &"exact".into()), "{gram:?}");
    }
}

#[test]
fn irrational_matrices_are_known_by_enclosures_and_ties_are_decided_or_open() {
    let of = |rows: &[&[&str]]| {
        let rows: Vec<Vec<String>> = rows.iter().map(|r| r.iter().map(|t| t.to_string()).collect()).collect();
        let result = answer(&rows);
        (result["verdict"].as_str().unwrap_or_default().to_string(), result)
    };
    assert_eq!(of(&[&["sqrt(2)", "1"], &["1", "sqrt(2)"]]).0, "holds");
    // A tie of roots, decided: sqrt 2 * sqrt 8 = 4 * 1.
    assert_eq!(of(&[&["sqrt(2)", "2"], &["2", "sqrt(8)"]]).0, "holds");
    let (verdict, result) = of(&[&["exp(1)", "3"], &["3", "exp(1)"]]);
    assert_eq!(verdict, "fails");
    assert_eq!(result["level"], "numeric");
    let e = 1f64.exp();
    refutes(&result, &[vec![e, 3.0], vec![3.0, e]]);
    let (verdict, result) = of(&[&["exp(1)", "2"], &["2", "exp(1)"]]);
    assert_eq!((verdict.as_str(), &result["level"]), ("holds", &"numeric".into()));
    // Not symmetric: [[1, 4], [0, 1]] has the symmetric part [[1, 2], [2, 1]].
    assert_eq!(of(&[&["1", "4"], &["0", "1"]]).0, "fails");
    assert_eq!(of(&[&["1", "2"], &["0", "1"]]).0, "holds");
    assert_eq!(of(&[&["infinity"]]).0, "unknown");
}

/// Directions with zeros in them are found: coordinates, and combinations of two.
#[test]
fn irrational_matrices_fail_along_coordinates() {
    let rows = |rows: &[&[&str]]| rows.iter().map(|r| r.iter().map(|x| x.to_string()).collect()).collect::<Vec<_>>();
    let (root, e) = (2f64.sqrt(), 1f64.exp());
    let cases = [
        (rows(&[&["-sqrt(2)", "0"], &["0", "sqrt(3)"]]), vec![vec![-root, 0.0], vec![0.0, 3f64.sqrt()]]),
        (rows(&[&["-sqrt(2)", "1"], &["1", "0"]]), vec![vec![-root, 1.0], vec![1.0, 0.0]]),
        (rows(&[&["-exp(1) - 100", "exp(1)"], &["exp(1)", "1"]]), vec![vec![-e - 100.0, e], vec![e, 1.0]]),
    ];
    for (texts, floats) in cases {
        let result = answer(&texts);
        assert_eq!(result["verdict"], "fails", "{result}");
        refutes(&result, &floats);
    }
}
