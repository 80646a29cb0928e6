//! Matrices against computations of their own: eigenvalues against characteristic polynomials and the rule of Descartes, pivots by
//! multiplying them out, determinants and ranks by minors, and what is made of kernels by its definition in floating point.

use std::path::Path;
use std::sync::Arc;

use mcheck::base::files::Disk;
use mcheck::number::int::Int;
use mcheck::number::ratio::Ratio;
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

    fn symmetric(&mut self, n: usize, most: i64) -> Vec<Vec<i64>> {
        let mut matrix = vec![vec![0; n]; n];
        for (i, j) in (0..n).flat_map(|i| (0..=i).map(move |j| (i, j))) {
            matrix[i][j] = self.between(-most, most);
            matrix[j][i] = matrix[i][j];
        }
        matrix
    }
}

fn answers(program: &str) -> Vec<Value> {
    let mut session = Session::new(Arc::new(Disk), Options::default());
    let report = session.run_text("matrix", program, Path::new(""), &mut |_, _, _| {});
    let errors: String = report.failures.iter().map(|f| f.render(false, 100)).collect();
    assert_eq!(report.counts().errors, 0, "{program}\n{errors}");
    json::file_object(&report)["results"].as_array().expect("results").clone()
}

fn answer(program: &str) -> Value {
    answers(program).pop().expect("a result")
}

fn text(matrix: &[Vec<i64>]) -> String {
    let row = |r: &Vec<i64>| format!("[{}]", r.iter().map(i64::to_string).collect::<Vec<_>>().join(", "));
    format!("[{}]", matrix.iter().map(row).collect::<Vec<_>>().join(", "))
}

fn ratio(text: &str) -> Ratio {
    let (num, den) = text.split_once('/').unwrap_or((text, "1"));
    let int = |t: &str| match t.strip_prefix('-') {
        Some(t) => -&Int::parse(t).expect("digits"),
        None => Int::parse(t).expect("digits"),
    };
    Ratio::new(int(num), int(den)).expect("a denominator that is not 0")
}

fn ratios(value: &Value) -> Vec<Ratio> {
    value.as_array().expect("a list").iter().map(|v| ratio(v.as_str().expect("a number"))).collect()
}

fn whole(n: i64) -> Ratio {
    Ratio::of(n, 1)
}

/// The characteristic polynomial `det(x - M)`, the constant first (Faddeev and Le Verrier).
fn characteristic(matrix: &[Vec<i64>]) -> Vec<Ratio> {
    let n = matrix.len();
    let at = |i: usize, j: usize| whole(matrix[i][j]);
    let mut coefficients = vec![Ratio::ONE];
    let mut power: Vec<Vec<Ratio>> = vec![vec![Ratio::ZERO; n]; n];
    for k in 1..=n {
        let last = coefficients.last().expect("it is not empty").clone();
        for (i, row) in power.iter_mut().enumerate() {
            row[i] = &row[i] + &last;
        }
        let product = |i: usize, j: usize| (0..n).fold(Ratio::ZERO, |s, l| &s + &(&at(i, l) * &power[l][j]));
        let next: Vec<Vec<Ratio>> = (0..n).map(|i| (0..n).map(|j| product(i, j)).collect()).collect();
        let trace = (0..n).fold(Ratio::ZERO, |s, i| &s + &next[i][i]);
        coefficients.push(&trace * &Ratio::of(-1, k as i64));
        power = next;
    }
    coefficients.reverse();
    coefficients
}

/// How many roots of a polynomial with real roots are above t: the changes of sign in its coefficients around t.
fn above(polynomial: &[Ratio], t: &Ratio) -> usize {
    let mut shifted = polynomial.to_vec();
    for k in 0..shifted.len() {
        for i in (k..shifted.len() - 1).rev() {
            shifted[i] = &shifted[i] + &(t * &shifted[i + 1]);
        }
    }
    let signs: Vec<_> = shifted.iter().map(Ratio::sign).filter(|s| s.is_ne()).collect();
    signs.windows(2).filter(|w| w[0] != w[1]).count()
}

/// How many roots are t.
fn at(polynomial: &[Ratio], t: &Ratio) -> usize {
    let reflected: Vec<Ratio> =
        polynomial.iter().enumerate().map(|(k, c)| if k % 2 == 0 { c.clone() } else { -c }).collect();
    polynomial.len() - 1 - above(polynomial, t) - above(&reflected, &-t)
}

/// How many different roots there are: the degree less that of the common divisor with the derivative.
fn different(polynomial: &[Ratio]) -> usize {
    let trimmed = |mut p: Vec<Ratio>| {
        while p.last().is_some_and(Ratio::is_zero) {
            p.pop();
        }
        p
    };
    let mut a = polynomial.to_vec();
    let mut b: Vec<Ratio> = polynomial.iter().enumerate().skip(1).map(|(k, c)| c * &whole(k as i64)).collect();
    while !b.is_empty() {
        while a.len() >= b.len() {
            let factor = a[a.len() - 1].checked_div(&b[b.len() - 1]).expect("trimmed");
            let shift = a.len() - b.len();
            for (k, c) in b.iter().enumerate() {
                a[k + shift] = &a[k + shift] - &(c * &factor);
            }
            a.pop();
            a = trimmed(a);
        }
        std::mem::swap(&mut a, &mut b);
    }
    polynomial.len() - a.len()
}

fn check_spectrum(matrix: &[Vec<i64>], result: &Value) {
    let polynomial = characteristic(matrix);
    assert_eq!(result["level"], "exact");
    let eigenvalues = result["eigenvalues"].as_array().expect("eigenvalues");
    assert_eq!(eigenvalues.len(), different(&polynomial), "{matrix:?} {result}");
    let mut total = 0;
    for value in eigenvalues {
        assert_eq!(value["equal"], true, "{matrix:?} {result}");
        let (low, high) = (ratio(value["low"].as_str().unwrap()), ratio(value["high"].as_str().unwrap()));
        let count = value["count"].as_u64().unwrap() as usize;
        total += count;
        match low == high {
            true => assert_eq!(at(&polynomial, &low), count, "{matrix:?} {result}"),
            false => {
                let inside = above(&polynomial, &low) - above(&polynomial, &high) - at(&polynomial, &high);
                assert_eq!(inside, count, "{matrix:?} {result}");
                let decimal = value["decimal"].as_str().expect("a decimal");
                assert_eq!((low.decimal(15).0.as_str(), high.decimal(15).0.as_str()), (decimal, decimal));
            }
        }
    }
    assert_eq!(total, matrix.len());
}

#[test]
fn eigenvalues_are_the_roots_of_characteristic_polynomials() {
    let mut numbers = Numbers(3);
    for round in 0..120 {
        let n = 1 + round % 6;
        let matrix = numbers.symmetric(n, if round % 3 == 0 { 1 } else { 9 });
        check_spectrum(&matrix, &answer(&format!("eval spectrum({})", text(&matrix))));
    }
}

#[test]
fn eigenvalues_that_come_several_times_are_told_so() {
    let mut numbers = Numbers(17);
    for round in 0..20 {
        // Circulant: eigenvalues come in pairs, rational or not.
        let n = 4 + round % 6;
        let c: Vec<i64> = (0..n).map(|_| numbers.between(-5, 5)).collect();
        let entry = |i: usize, j: usize| c[((n + i - j) % n).min((n + j - i) % n)];
        let matrix: Vec<Vec<i64>> = (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect();
        check_spectrum(&matrix, &answer(&format!("eval spectrum({})", text(&matrix))));
        // The same block twice: every eigenvalue twice, also an irrational one.
        let block = numbers.symmetric(3, 4);
        let twice: Vec<Vec<i64>> =
            (0..6).map(|i| (0..6).map(|j| if i / 3 == j / 3 { block[i % 3][j % 3] } else { 0 }).collect()).collect();
        check_spectrum(&twice, &answer(&format!("eval spectrum({})", text(&twice))));
    }
}

#[test]
fn comparisons_of_eigenvalues_are_those_of_the_polynomial() {
    let mut numbers = Numbers(29);
    let mut met = [0; 3];
    for _ in 0..100 {
        let n = numbers.between(1, 4) as usize;
        let matrix = numbers.symmetric(n, 1);
        let polynomial = characteristic(&matrix);
        let k = numbers.between(1, n as i64) as usize;
        let t = Ratio::of(numbers.between(-4, 4), numbers.between(1, 2));
        let (over, equal) = (above(&polynomial, &t), at(&polynomial, &t));
        let order = usize::from(k > over) + usize::from(k > over + equal);
        met[order] += 1;
        let wanted = [
            [false, false, false, true, true, true],
            [false, true, true, false, true, false],
            [true, true, false, false, false, true],
        ];
        for (sign, holds) in ["<", "<=", "==", ">", ">=", "!="].iter().zip(wanted[order]) {
            let result = answer(&format!("check eigenvalue({}, {k}) {sign} {t}", text(&matrix)));
            let verdict = if holds { "holds" } else { "fails" };
            assert_eq!(
                (&result["verdict"], &result["level"]),
                (&verdict.into(), &"exact".into()),
                "{matrix:?} {k} {t}"
            );
            let witness = &result["witness"];
            assert_eq!((&witness["above"], &witness["equal"]), (&over.into(), &equal.into()));
        }
        let turned = answer(&format!("check {t} < eigenvalue({}, {k})", text(&matrix)));
        assert_eq!(turned["verdict"] == "holds", order == 0);
    }
    assert!(met.iter().all(|n| *n > 3), "{met:?}: all orders must be met");
}

#[test]
fn pivots_multiply_out_to_the_matrix() {
    let mut numbers = Numbers(41);
    for _ in 0..40 {
        let (n, d) = (numbers.between(1, 6) as usize, numbers.between(1, 6) as usize);
        let rows: Vec<Vec<i64>> = (0..n).map(|_| (0..d).map(|_| numbers.between(-4, 4)).collect()).collect();
        let dot = |i: usize, j: usize| rows[i].iter().zip(&rows[j]).map(|(a, b)| a * b).sum::<i64>();
        let result = answer(&format!("check semidefinite gram({})", text(&rows)));
        assert_eq!((&result["verdict"], &result["level"]), (&"holds".into(), &"exact".into()), "{rows:?}");
        let found = &result["pivots"];
        let lower: Vec<Vec<Ratio>> = found["lower"].as_array().expect("L").iter().map(ratios).collect();
        let mut product = vec![vec![Ratio::ZERO; n]; n];
        for pivot in found["pivots"].as_array().expect("pivots") {
            let k = pivot["row"].as_u64().unwrap() as usize - 1;
            let value = ratio(pivot["exact"].as_str().unwrap());
            assert!(value.sign().is_gt());
            for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))) {
                product[i][j] = &product[i][j] + &(&(&lower[i][k] * &value) * &lower[j][k]);
            }
        }
        for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))) {
            assert_eq!(product[i][j], whole(dot(i, j)), "{rows:?} {result}");
        }
        let rank = answer(&format!("eval rank(gram({}))", text(&rows)));
        assert_eq!(rank["exact"], found["pivots"].as_array().unwrap().len().to_string().as_str());
    }
}

/// By the first row.
fn determinant(matrix: &[Vec<i64>]) -> i64 {
    let Some(first) = matrix.first() else { return 1 };
    let minor = |j: usize| {
        let row = |r: &Vec<i64>| r.iter().enumerate().filter(|(k, _)| *k != j).map(|(_, v)| *v).collect();
        matrix[1..].iter().map(row).collect::<Vec<Vec<i64>>>()
    };
    (0..first.len()).map(|j| if j % 2 == 0 { 1 } else { -1 } * first[j] * determinant(&minor(j))).sum()
}

/// The size of the largest minor that is not 0.
fn rank(matrix: &[Vec<i64>]) -> usize {
    let (height, width) = (matrix.len(), matrix[0].len());
    let chosen = |set: usize, n: usize| (0..n).filter(|i| set >> i & 1 == 1).collect::<Vec<usize>>();
    let mut best = 0;
    for rows in 1..1usize << height {
        for columns in (1..1usize << width).filter(|c| c.count_ones() == rows.count_ones()) {
            let part: Vec<Vec<i64>> = chosen(rows, height)
                .iter()
                .map(|i| chosen(columns, width).iter().map(|j| matrix[*i][*j]).collect())
                .collect();
            if determinant(&part) != 0 {
                best = best.max(part.len());
            }
        }
    }
    best
}

#[test]
fn determinants_and_ranks_are_those_of_minors() {
    let mut numbers = Numbers(53);
    for _ in 0..60 {
        let n = numbers.between(1, 5) as usize;
        let matrix: Vec<Vec<i64>> = (0..n).map(|_| (0..n).map(|_| numbers.between(-2, 2)).collect()).collect();
        assert_eq!(answer(&format!("eval det({})", text(&matrix)))["exact"], determinant(&matrix).to_string().as_str());
        let (h, w) = (numbers.between(1, 4) as usize, numbers.between(1, 4) as usize);
        let wide: Vec<Vec<i64>> = (0..h).map(|_| (0..w).map(|_| numbers.between(-1, 1)).collect()).collect();
        let wanted = rank(&wide).to_string();
        assert_eq!(answer(&format!("eval rank({})", text(&wide)))["exact"], wanted.as_str(), "{wide:?}");
        // Rows times roots: the same rank, and no entry is rational. Every row has another root.
        let root = |(i, row): (usize, &Vec<i64>)| {
            let entries: Vec<String> = row.iter().map(|x| format!("{x} * sqrt({})", [2, 3, 5, 7][i])).collect();
            format!("[{}]", entries.join(", "))
        };
        let rooted = format!("[{}]", wide.iter().enumerate().map(root).collect::<Vec<_>>().join(", "));
        assert_eq!(answer(&format!("eval rank({rooted})"))["exact"], wanted.as_str(), "{rooted}");
    }
}

/// A kernel from four inputs to three outputs, its law of inputs, and what both are in floating point.
fn table(numbers: &mut Numbers) -> (String, [[f64; 3]; 4], [f64; 4]) {
    let mut p = [[0.0; 3]; 4];
    let mut mu = [0.0; 4];
    let mut program = "object X = 0..4\nobject W = 0..3\nobject S = { a, b }\nkernel f : X -> W weights {".to_string();
    for (x, row) in p.iter_mut().enumerate() {
        let weights = [numbers.between(1, 9), numbers.between(0, 9), numbers.between(0, 9)];
        program.push_str(&format!(" {x} -> 0: {}, 1: {}, 2: {}", weights[0], weights[1], weights[2]));
        let sum: i64 = weights.iter().sum();
        (0..3).for_each(|w| row[w] = weights[w] as f64 / sum as f64);
    }
    let weights = [0, 1, 2, 3].map(|_| numbers.between(1, 9));
    let sum: i64 = weights.iter().sum();
    (0..4).for_each(|x| mu[x] = weights[x] as f64 / sum as f64);
    let law: Vec<String> = weights.iter().enumerate().map(|(x, w)| format!("{x}: {w}")).collect();
    program.push_str(&format!(" }}\nkernel mu : X weights {{ {} }}\n", law.join(", ")));
    program.push_str("kernel e : X -> S { 0 -> a  1 -> b  2 -> b  3 -> a }\n");
    (program, p, mu)
}

fn decimals(result: &Value) -> Vec<Vec<f64>> {
    let float = |v: &Value| v["decimal"].as_str().expect("a decimal").parse::<f64>().expect("a number");
    let rows = result["entries"].as_array().expect("entries");
    rows.iter().map(|r| r.as_array().expect("a row").iter().map(float).collect()).collect()
}

fn near(found: &[Vec<f64>], wanted: impl Fn(usize, usize) -> f64, what: &str) {
    for (i, row) in found.iter().enumerate() {
        for (j, entry) in row.iter().enumerate() {
            let value = wanted(i, j);
            assert!((entry - value).abs() < 1e-12 * (1.0 + value.abs()), "{what} at {i}, {j}: {entry} and {value}");
        }
    }
}

#[test]
fn what_is_made_of_kernels_is_as_defined() {
    let mut numbers = Numbers(71);
    for _ in 0..12 {
        let (program, p, mu) = table(&mut numbers);
        let sum =
            |x: usize, y: usize, term: &dyn Fn(f64, f64) -> f64| (0..3).map(|w| term(p[x][w], p[y][w])).sum::<f64>();
        let hellinger = |x: usize, y: usize| sum(x, y, &|a, b| (a.sqrt() - b.sqrt()).powi(2));
        let part = |a: f64, m: f64| if a == 0.0 { 0.0 } else { a * (a / m).ln() };
        let js = |x: usize, y: usize| sum(x, y, &|a, b| (part(a, (a + b) / 2.0) + part(b, (a + b) / 2.0)) / 2.0);
        let mean = |w: usize| (0..4).map(|x| mu[x] * p[x][w]).sum::<f64>();
        let linear = |x: usize, y: usize| sum(x, y, &|a, b| a * b);
        let found = |e: &str| decimals(&answer(&format!("{program}eval {e}")));
        near(&found("similarity[BC](f)"), |x, y| sum(x, y, &|a, b| (a * b).sqrt()), "BC");
        near(&found("similarity[linear](f)"), linear, "linear");
        near(&found("similarity[gauss 1/2](f)"), |x, y| (-hellinger(x, y) * 2.0).exp(), "gauss");
        near(&found("similarity[JS 3](f)"), |x, y| (-3.0 * js(x, y)).exp(), "JS");
        let chi2 = |x: usize, y: usize| (0..3).filter(|w| mean(*w) > 0.0).map(|w| p[x][w] * p[y][w] / mean(w)).sum();
        near(&found("similarity[chi2](f, mu)"), chi2, "chi2");
        near(&found("operator(similarity[linear](f), mu)"), |x, y| (mu[x] * mu[y]).sqrt() * linear(x, y), "operator");
        let row = |x: usize| (0..4).map(|y| mu[y] * linear(x, y)).sum::<f64>();
        let all = (0..4).map(|x| mu[x] * row(x)).sum::<f64>();
        near(&found("centred(similarity[linear](f), mu)"), |x, y| linear(x, y) - row(x) - row(y) + all, "centred");
        let edge = |x: usize, y: usize| mu[x] * mu[y] * linear(x, y);
        let degree = |x: usize| (0..4).map(|y| edge(x, y)).sum::<f64>();
        near(
            &found("laplacian(similarity[linear](f), mu)"),
            |x, y| if x == y { degree(x) - edge(x, x) } else { -edge(x, y) },
            "laplacian",
        );
        let states = [[0usize, 3], [1, 2]];
        let mass = |h: usize| states[h].iter().map(|x| mu[*x]).sum::<f64>();
        let block = |h: usize, k: usize| {
            states[h].iter().flat_map(|x| states[k].iter().map(move |y| edge(*x, *y))).sum::<f64>() / mass(h) / mass(k)
        };
        near(&found("disintegrated(similarity[linear](f), e, mu)"), block, "disintegrated");
        let w = [[1.0, 0.0], [2.0, -1.0], [0.5, 3.0], [0.0, 1.0]];
        let m = |j: usize| (0..4).map(|x| mu[x] * w[x][j]).sum::<f64>();
        let covariance = |i: usize, j: usize| (0..4).map(|x| mu[x] * (w[x][i] - m(i)) * (w[x][j] - m(j))).sum();
        let rows = "[[1, 0], [2, -1], [1/2, 3], [0, 1]]";
        near(&found(&format!("fisher({rows}, mu)")), covariance, "fisher");
        let number = |e: &str| {
            let result = answer(&format!("{program}eval {e}"));
            result["decimal"].as_str().expect("a decimal").parse::<f64>().expect("a number")
        };
        let distance = |x: usize, y: usize| (0..2).map(|j| (w[x][j] - w[y][j]).powi(2)).sum::<f64>();
        let pairs = (0..4).flat_map(|x| (0..4).map(move |y| (x, y)));
        let energy = pairs.map(|(x, y)| edge(x, y) * distance(x, y)).sum::<f64>() / 2.0;
        assert!((number(&format!("energy(similarity[linear](f), mu, {rows})")) - energy).abs() < 1e-12);
        let g = [[1.0, 1.0], [0.0, -2.0], [3.0, 0.0]];
        let half = |x: usize, v: usize| (0..2).map(|j| (w[x][j] - g[v][j]).powi(2)).sum::<f64>() / 2.0;
        let bipartite: f64 =
            (0..4).flat_map(|x| (0..3).map(move |v| (x, v))).map(|(x, v)| mu[x] * p[x][v] * half(x, v)).sum();
        let found = number(&format!("bipartite(f, mu, {rows}, [[1, 1], [0, -2], [3, 0]])"));
        assert!((found - bipartite).abs() < 1e-12, "{found} {bipartite}");
        // The energy is the form of the Laplacian, coordinate by coordinate.
        let checks = "let K = similarity[BC](f)\nlet L = laplacian(K, mu)\n\
            check energy(K, mu, [[1, 0], [2, -1], [1/2, 3], [0, 1]]) == form(L, [1, 2, 1/2, 0]) + form(L, [0, -1, 3, 1])\n\
            check semidefinite L\ncheck semidefinite operator(K, mu)\ncheck semidefinite centred(K, mu)\n\
            check rank(L) <= 3\ncheck eigenvalue(L, 4) == 0\ncheck form(L, [1, 1, 1, 1]) == 0\n\
            check eigenvalue(operator(similarity[chi2](f, mu), mu), 1) == 1";
        for result in answers(&format!("{program}{checks}")) {
            assert_eq!((&result["verdict"], &result["level"]), (&"holds".into(), &"exact".into()), "{result}");
        }
    }
}

#[test]
fn weighted_operators_have_the_eigenvalues_of_their_entries() {
    // D^(1/2) K D^(1/2) with D = (1/4, 1/4, 1/2, 0) and a rational K: entry by entry, and as an operator.
    let program = "object X = 0..4\nkernel mu : X { 0: 1/4, 1: 1/4, 2: 1/2 }\nlet K = [[2, 1, 0, 5], [1, 2, 1, 1], [0, 1, 2, 0], [5, 1, 0, 9]]\n\
        let M = operator(K, mu)\nlet r = sqrt(2)\n\
        check M == [[1/2, 1/4, 0, 0], [1/4, 1/2, r/4, 0], [0, r/4, 1, 0], [0, 0, 0, 0]]\n\
        check eigenvalue(M, 4) == 0\ncheck rank(M) == 3\ncheck det(M) == 0\ncheck trace(M) == 2\n\
        eval spectrum(M)\neval spectrum([[1/2, 1/4, 0, 0], [1/4, 1/2, r/4, 0], [0, r/4, 1, 0], [0, 0, 0, 0]])";
    let mut results = answers(program);
    let (by_entries, by_weights) = (results.pop().unwrap(), results.pop().unwrap());
    for result in results {
        assert_eq!((&result["verdict"], &result["level"]), (&"holds".into(), &"exact".into()), "{result}");
    }
    let decimals = |v: &Value| -> Vec<Value> {
        v["eigenvalues"].as_array().unwrap().iter().map(|e| e["decimal"].clone()).collect()
    };
    assert_eq!(decimals(&by_entries).len(), 4);
    assert_eq!(decimals(&by_entries), decimals(&by_weights));
}

#[test]
fn claims_that_are_false_are_refuted() {
    let fails = |claim: &str| {
        let result = answer(&format!("check {claim}"));
        assert_eq!(result["verdict"], "fails", "{claim}: {result}");
        result
    };
    let result = fails("[[1, 2], [3, sqrt(2)]] == [[1, 2], [3, 1.4142135623730950488]]");
    assert_eq!((&result["witness"]["row"], &result["witness"]["column"]), (&2.into(), &2.into()));
    fails("[[1, 2]] != [[1, 2]]");
    fails("eigenvalue([[1, 1], [1, 0]], 1) > 1.6180339887498948483");
    fails("eigenvalue([[1, 1], [1, 0]], 1) < 1.6180339887498948482");
    fails("eigenvalue([[exp(1), 0], [0, 1]], 2) == 2");
    // Two rows that differ by little: the third eigenvalue is far below what doubles see.
    let close = "[[1, 1, 1], [1, 1 + 1e-60, 1], [1, 1, 2]]";
    let result = answer(&format!("eval eigenvalue({close}, 3)"));
    let low = ratio(result["eigenvalues"][0]["low"].as_str().unwrap());
    assert!(low.sign().is_gt(), "{result}");
    assert_eq!(answer(&format!("check eigenvalue({close}, 3) > 0"))["verdict"], "holds");
    assert_eq!(answer(&format!("check semidefinite {close}"))["verdict"], "holds");
    assert_eq!(answer("check eigenvalue([[exp(1), 3], [3, exp(1)]], 2) < 0")["level"], "numeric");
}

#[test]
fn what_doubles_cannot_hold_is_counted_all_the_same() {
    let decimals = |program: &str| -> Vec<Option<String>> {
        let result = answer(program);
        let all = result["eigenvalues"].as_array().expect("eigenvalues").iter();
        all.map(|v| v["decimal"].as_str().map(str::to_string)).collect()
    };
    let some = |texts: &[&str]| texts.iter().map(|t| Some(t.to_string())).collect::<Vec<_>>();
    assert_eq!(decimals("eval spectrum([[1e400, 1], [1, 1e-400]])"), some(&["1.00000000000000e400", "0"]));
    assert_eq!(
        decimals("eval spectrum([[2e-400, 1e-400], [1e-400, 2e-400]])"),
        some(&["3.00000000000000e-400", "1.00000000000000e-400"])
    );
    // Half of 1e-60, beside numbers that doubles do not tell from 2 - sqrt 2 and 2 + sqrt 2.
    let close = decimals("eval spectrum([[1, 1, 1], [1, 1 + 1e-60, 1], [1, 1, 2]])");
    assert_eq!(close, some(&["3.41421356237310", "0.585786437626905", "5.00000000000000e-61"]));
    // So far from 1 that no digits are looked for: between two rationals, and counted once.
    let result = answer("eval spectrum([[exp(-100000), 0], [0, 1]])");
    let least = &result["eigenvalues"][1];
    assert_eq!((&least["count"], &least["decimal"]), (&1.into(), &Value::Null));
    assert!(ratio(least["high"].as_str().unwrap()) < ratio("1/1000000"));
}

#[test]
fn long_products_and_sums_are_not_deep() {
    let many = |sign: &str| vec!["[[1]]"; 20_000].join(sign);
    assert_eq!(answer(&format!("eval det({})", many(" + ")))["exact"], "20000");
    assert_eq!(answer(&format!("eval det({} / 3)", many(" * ")))["exact"], "1/3");
}
