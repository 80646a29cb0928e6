//! Eigenvectors against computations of their own: exact ones by multiplying them out, decimals by the bounds that are said to show
//! them, with rationals, and with intervals of rationals where entries are not rational.

use std::path::Path;
use std::sync::Arc;

use mcheck::base::files::Disk;
use mcheck::number::int::Int;
use mcheck::number::ratio::Ratio;
use mcheck::report::{human, json};
use mcheck::session::{Options, Session};
use serde_json::Value;

/// From one rational to another.
#[derive(Clone)]
struct Interval(Ratio, Ratio);

impl Interval {
    fn point(x: &Ratio) -> Interval {
        Interval(x.clone(), x.clone())
    }

    fn plus(&self, other: &Interval) -> Interval {
        Interval(&self.0 + &other.0, &self.1 + &other.1)
    }

    fn times(&self, x: &Ratio) -> Interval {
        let (a, b) = (&self.0 * x, &self.1 * x);
        if a <= b { Interval(a, b) } else { Interval(b, a) }
    }

    /// The largest square of a number in it.
    fn square(&self) -> Ratio {
        let most = self.0.abs().max(self.1.abs());
        &most * &most
    }
}

fn whole(n: i64) -> Ratio {
    Ratio::of(n, 1)
}

fn ten_to(n: i32) -> Ratio {
    Ratio::of(10, 1).pow(n).expect("a power of ten")
}

/// Around a root, by bisection.
fn root(x: i64) -> Interval {
    let (mut low, mut high) = (Ratio::ZERO, whole(x));
    while &high - &low > ten_to(-60) {
        let middle = &(&low + &high) * &Ratio::of(1, 2);
        if &middle * &middle <= whole(x) { low = middle } else { high = middle }
    }
    Interval(low, high)
}

/// Around e, by its series: the rest is less than the last term.
fn e() -> Interval {
    let (mut sum, mut term) = (Ratio::ONE, Ratio::ONE);
    for k in 1..60 {
        term = &term * &Ratio::of(1, k);
        sum = &sum + &term;
    }
    Interval(sum.clone(), &sum + &term)
}

fn answer_with(program: &str, digits: u32) -> Value {
    let options = Options { digits: Some(digits), ..Options::default() };
    let mut session = Session::new(Arc::new(Disk), options);
    let report = session.run_text("directions", program, Path::new(""), &mut |_, _, _| {});
    let errors: String = report.failures.iter().map(|f| f.render(false, 100)).collect();
    assert_eq!(report.counts().errors, 0, "{program}\n{errors}");
    json::file_object(&report)["results"].as_array().expect("results").last().expect("a result").clone()
}

fn answer(program: &str) -> Value {
    answer_with(program, 15)
}

fn lines(program: &str) -> Vec<String> {
    let mut session = Session::new(Arc::new(Disk), Options::default());
    let report = session.run_text("directions", program, Path::new(""), &mut |_, _, _| {});
    human::answer_lines(report.results.last().expect("a result"))
}

fn text(matrix: &[Vec<i64>]) -> String {
    let row = |r: &Vec<i64>| format!("[{}]", r.iter().map(i64::to_string).collect::<Vec<_>>().join(", "));
    format!("[{}]", matrix.iter().map(row).collect::<Vec<_>>().join(", "))
}

/// A rational, or a decimal.
fn ratio(text: &str) -> Ratio {
    let (num, den) = text.split_once('/').unwrap_or((text, "1"));
    let places = num.split_once('.').map_or(0, |(_, rest)| rest.len());
    let (size, sign) = num.strip_prefix('-').map_or((num, 1i64), |size| (size, -1));
    let num = &Int::parse(&size.replace('.', "")).expect("digits") * &Int::from(sign);
    let den = &Int::parse(den).expect("digits") * &Int::from(10i64).pow(places as u32);
    Ratio::new(num, den).expect("a denominator that is not 0")
}

fn of(value: &Value) -> Ratio {
    ratio(value.as_str().expect("a number"))
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

fn dot(a: &[Ratio], b: &[Ratio]) -> Ratio {
    a.iter().zip(b).fold(Ratio::ZERO, |sum, (x, y)| &sum + &(x * y))
}

fn rank(mut rows: Vec<Vec<Ratio>>) -> usize {
    let mut rank = 0;
    for column in 0..rows[0].len() {
        let Some(pivot) = (rank..rows.len()).find(|r| !rows[*r][column].is_zero()) else { continue };
        rows.swap(rank, pivot);
        for r in rank + 1..rows.len() {
            let factor = rows[r][column].checked_div(&rows[rank][column]).expect("a pivot");
            for c in 0..rows[0].len() {
                rows[r][c] = &rows[r][c] - &(&factor * &rows[rank][c]);
            }
        }
        rank += 1;
    }
    rank
}

/// How many spaces are exact, after everything that is said of all of them has been verified.
fn verify(matrix: &[Vec<Interval>], result: &Value, digits: u32) -> usize {
    let n = matrix.len();
    assert_eq!(result["sort"], "directions");
    let spaces = list(&result["spaces"]);
    let counts: Vec<usize> = spaces.iter().map(|s| s["count"].as_u64().expect("a count") as usize).collect();
    assert_eq!(counts.iter().sum::<usize>(), n);
    let mut exact = 0;
    for (k, space) in spaces.iter().enumerate() {
        let (low, high) = (of(&space["low"]), of(&space["high"]));
        assert!(k == 0 || high <= of(&spaces[k - 1]["low"]), "{result}");
        if let Some(basis) = space["basis"].as_array() {
            exact += 1;
            let vectors: Vec<Vec<Ratio>> =
                basis.iter().map(|v| list(v).iter().map(|x| of(&x["exact"])).collect()).collect();
            assert_eq!((vectors.len(), rank(vectors.clone())), (counts[k], counts[k]));
            for v in &vectors {
                let common = v.iter().fold(Int::ZERO, |g, x| g.gcd(x.to_int().expect("an integer")));
                assert_eq!(common, Int::ONE, "{result}");
                assert!(v.iter().find(|x| !x.is_zero()).expect("a direction").sign().is_gt());
                for (row, x) in matrix.iter().zip(v) {
                    // M v lies between low v and high v.
                    let moved = row.iter().zip(v).fold(Interval::point(&Ratio::ZERO), |s, (a, x)| s.plus(&a.times(x)));
                    let wanted = Interval(low.clone(), high.clone()).times(x);
                    assert!(moved.0 <= wanted.1 && wanted.0 <= moved.1, "{result}");
                }
            }
            continue;
        }
        let near: Vec<Vec<Ratio>> = list(&space["near"]).iter().map(|v| list(v).iter().map(of).collect()).collect();
        assert_eq!(near.len(), counts[k]);
        let [at, gap, skew, sine, error] = ["at", "gap", "skew", "sine", "error"].map(|name| of(&space[name]));
        for (j, other) in spaces.iter().enumerate().filter(|(j, _)| *j != k) {
            let apart = if j < k { &of(&other["low"]) - &at } else { &at - &of(&other["high"]) };
            assert!(apart >= gap, "{result}");
        }
        assert!(gap.sign().is_gt() && skew < Ratio::of(1, 2));
        let mut squares = Ratio::ZERO;
        for (i, j) in (0..near.len()).flat_map(|i| (0..near.len()).map(move |j| (i, j))) {
            let inner = dot(&near[i], &near[j]);
            let off = if i == j { &inner - &Ratio::ONE } else { inner };
            squares = &squares + &(&off * &off);
        }
        assert!(&skew * &skew >= squares, "{result}");
        let mut squares = Ratio::ZERO;
        for v in &near {
            for (i, row) in matrix.iter().enumerate() {
                let moved = row.iter().zip(v).fold(Interval::point(&Ratio::ZERO), |s, (a, x)| s.plus(&a.times(x)));
                squares = &squares + &moved.plus(&Interval::point(&-&(&at * &v[i]))).square();
            }
        }
        let allowed = &(&sine * &gap) * &(&Ratio::ONE - &skew);
        assert!(&allowed * &allowed >= squares, "{space}");
        assert!(error >= &(&sine * &Ratio::of(3, 2)) + &skew);
        // As good as it was asked to be, and rounded to what all that is possible rounds to.
        assert!(error <= ten_to(-(digits as i32)), "{space}");
        for (v, shown) in near.iter().zip(list(&space["decimals"])) {
            let first = v.iter().find(|x| x.abs() > error).expect("a direction");
            assert!(first.sign().is_gt(), "{space}");
            for (x, shown) in v.iter().zip(list(shown)) {
                let text = shown.as_str().expect("a decimal");
                let places = text.split_once('.').map_or(0, |(_, rest)| rest.len()) as i32;
                assert!(places + 1 >= digits as i32 && places <= digits as i32, "{space}");
                let off = &(x - &ratio(text)).abs() + &error;
                assert!(off <= &ten_to(-places) * &Ratio::of(1, 2), "{space}");
            }
        }
    }
    exact
}

fn exactly(matrix: &[Vec<i64>]) -> Vec<Vec<Interval>> {
    matrix.iter().map(|row| row.iter().map(|x| Interval::point(&whole(*x))).collect()).collect()
}

fn check(matrix: &[Vec<i64>]) -> usize {
    verify(&exactly(matrix), &answer(&format!("eval directions({})", text(matrix))), 15)
}

#[test]
fn the_directions_of_integer_matrices() {
    let mut state = 7u64;
    let mut next = |low: i64, high: i64| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        low + ((state >> 33) % (high - low + 1) as u64) as i64
    };
    let (mut exact, mut all) = (0, 0);
    for round in 0..40 {
        let n = 1 + round % 6;
        let most = if round % 3 == 0 { 1 } else { 9 };
        let mut matrix = vec![vec![0; n]; n];
        for (i, j) in (0..n).flat_map(|i| (0..=i).map(move |j| (i, j))) {
            matrix[i][j] = next(-most, most);
            matrix[j][i] = matrix[i][j];
        }
        exact += check(&matrix);
        all += n;
        // Each eigenvalue twice.
        let twice = |i: usize, j: usize| if i % 2 == j % 2 { matrix[i / 2][j / 2] } else { 0 };
        if n <= 4 {
            check(&(0..2 * n).map(|i| (0..2 * n).map(|j| twice(i, j)).collect()).collect::<Vec<_>>());
        }
    }
    assert!(exact > 5 && exact < all / 2, "{exact} of {all}");
}

#[test]
fn matrices_with_few_eigenvalues_have_whole_spaces() {
    let ones: Vec<Vec<i64>> = vec![vec![1; 6]; 6];
    assert_eq!(check(&ones), 2);
    let cycle: Vec<Vec<i64>> =
        (0..6i64).map(|i| (0..6).map(|j| i64::from((i - j).rem_euclid(6) % 4 == 1)).collect()).collect();
    assert_eq!(check(&cycle), 4);
    assert_eq!(check(&[vec![0, 0], vec![0, 0]]), 1);
}

#[test]
fn entries_that_are_not_rational() {
    let (two, three, e) = (root(2), root(3), e());
    let n = |x: i64| Interval::point(&whole(x));
    let rows = |a: [[&Interval; 3]; 3]| a.map(|row| row.map(Clone::clone).to_vec()).to_vec();
    let [one, none] = [n(1), n(0)];
    let matrix = rows([[&one, &two, &three], [&two, &one, &one], [&three, &one, &none]]);
    let program = "eval directions([[1, sqrt(2), sqrt(3)], [sqrt(2), 1, 1], [sqrt(3), 1, 0]])";
    assert_eq!(verify(&matrix, &answer(program), 15), 0);
    assert_eq!(verify(&matrix, &answer_with(program, 40), 40), 0);
    assert_eq!(answer(program)["level"], "exact");
    // (1, 0, -1) is one exactly, with the eigenvalue e - 2.
    let matrix = rows([[&e, &one, &n(2)], [&one, &three, &one], [&n(2), &one, &e]]);
    let result = answer("eval directions([[exp(1), 1, 2], [1, sqrt(3), 1], [2, 1, exp(1)]])");
    assert_eq!(verify(&matrix, &result, 15), 1);
    assert_eq!(result["level"], "numeric");
    // Two eigenvalues that nothing tells apart: the space of both.
    let matrix = rows([[&e, &none, &none], [&none, &e, &none], [&none, &none, &one]]);
    let result = answer("eval directions([[exp(1), 0, 0], [0, exp(1), 0], [0, 0, 1]])");
    assert_eq!(verify(&matrix, &result, 15), 2);
    assert_eq!((&result["spaces"][0]["count"], &result["spaces"][0]["equal"]), (&2.into(), &false.into()));
}

#[test]
fn an_operator_has_the_directions_of_its_form() {
    // D^(1/2) C D^(1/2) for D = (1/2, 1/3, 1/6, 0) and C = 1: the eigenvalue 1 has the direction of D^(1/2).
    let program = "object X = { a, b, c, d }\nkernel mu : X { a: 1/2, b: 1/3, c: 1/6, d: 0 }\n\
        eval directions(operator([[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]], mu))";
    let result = answer(program);
    assert_eq!(result["rows"], serde_json::json!([["a"], ["b"], ["c"], ["d"]]));
    let spaces = list(&result["spaces"]);
    assert_eq!(spaces.len(), 2);
    let squares = |v: &Value| -> Vec<f64> {
        list(v).iter().map(|x| x["decimal"].as_str().unwrap().parse::<f64>().unwrap().powi(2)).collect()
    };
    let first = squares(&spaces[0]["basis"][0]);
    for (x, wanted) in first.iter().zip([1.0, 2.0 / 3.0, 1.0 / 3.0, 0.0]) {
        assert!((x / first[0] - wanted).abs() < 1e-12, "{result}");
    }
    // The kernel is what is orthogonal to it.
    let numbers = |v: &Value| -> Vec<f64> {
        list(v).iter().map(|x| x["decimal"].as_str().unwrap().parse::<f64>().unwrap()).collect()
    };
    let top = numbers(&spaces[0]["basis"][0]);
    let kernel = list(&spaces[1]["basis"]);
    assert_eq!(kernel.len(), 3);
    for v in kernel {
        let inner: f64 = numbers(v).iter().zip(&top).map(|(a, b)| a * b).sum();
        assert!(inner.abs() < 1e-12, "{result}");
    }
    let flat = "object X = { a, b }\neval directions(operator([[0, 1], [1, 0]], uniform[X]))";
    let wanted = ["2 eigenvalues", "eigenvalue  │ a  b", "1/2 = 0.5   │ 1  1", "-1/2 = -0.5 │ 1  -1"];
    assert_eq!(lines(flat), wanted);
}

#[test]
fn close_and_distant_eigenvalues() {
    let small = ten_to(-30);
    let matrix = [[1, 0, 0], [0, 1, 2], [0, 2, 1]]
        .map(|row| row.map(|x| if x == 2 { Interval::point(&small) } else { Interval::point(&whole(x)) }).to_vec());
    verify(&matrix, &answer("eval directions([[1, 0, 0], [0, 1, 1e-30], [0, 1e-30, 1]])"), 15);
    let result = answer("eval directions([[1, 1, 1], [1, 1 + 1e-60, 1], [1, 1, 2]])");
    let one = whole(1);
    let rows = [
        [one.clone(), one.clone(), one.clone()],
        [one.clone(), &one + &ten_to(-60), one.clone()],
        [one.clone(), one.clone(), whole(2)],
    ];
    verify(&rows.map(|row| row.map(|x| Interval::point(&x)).to_vec()), &result, 15);
    // Of so different sizes that nothing is looked for: no decimal is shown, and that is said.
    let far = "eval directions([[1e5200, 1, 0], [1, 1, 1], [0, 1, 0]])";
    let result = answer(far);
    let open = |s: &&Value| s["basis"].is_null() && s["near"].is_null();
    assert_eq!(list(&result["spaces"]).iter().filter(open).count(), 2, "{result}");
    assert_eq!(lines(far).iter().filter(|line| line.ends_with("no bound for a direction was found")).count(), 2);
}
