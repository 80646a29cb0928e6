//! Measures against slow code of their own: floats on random laws, whose values must agree with the exact ones; and
//! equations and inequalities, which must be decided.

mod common;

use common::random::Random;
use common::run::{answers, codes, run, run_with};
use mcheck::decide::answer::{Answer, Level, Outcome, Verdict, Witness};
use mcheck::number::approximate::Unit;
use mcheck::number::ratio::Ratio;
use mcheck::number::real::Real;
use mcheck::report::{Style, human, json};
use mcheck::session::Options;

/// A law on some points, as whole numbers; some of them may be 0, not all.
fn law(random: &mut Random, points: usize, zeros: bool) -> Vec<u64> {
    loop {
        let law: Vec<u64> =
            (0..points).map(|_| if zeros && random.below(4) == 0 { 0 } else { 1 + random.below(9) as u64 }).collect();
        if law.iter().any(|n| *n > 0) {
            return law;
        }
    }
}

fn floats(law: &[u64]) -> Vec<f64> {
    let total: u64 = law.iter().sum();
    law.iter().map(|n| *n as f64 / total as f64).collect()
}

/// The weights of a law for a table: `0: 1/6, 1: 5/6`.
fn weights(law: &[u64]) -> String {
    let total: u64 = law.iter().sum();
    law.iter().enumerate().map(|(x, n)| format!("{x}: {n}/{total}")).collect::<Vec<_>>().join(", ")
}

fn value(answer: &Answer) -> f64 {
    match answer {
        Answer::Measure { value, .. } => float(value),
        Answer::Number { value, .. } => value.decimal(17).0.parse().unwrap(),
        other => panic!("no number: {other:?}"),
    }
}

fn float(value: &Real) -> f64 {
    match value.decimal(17, Unit::Nats).digits.as_str() {
        "∞" => f64::INFINITY,
        "-∞" => f64::NEG_INFINITY,
        digits => digits.parse().unwrap(),
    }
}

fn close(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-9 * (1.0 + a.abs())
}

fn verdicts(program: &str) -> Vec<Verdict> {
    let verdict = |a: Answer| match a {
        Answer::Verdict(v) => Some(v),
        _ => None,
    };
    answers(program).unwrap().into_iter().filter_map(verdict).collect()
}

/// All checks hold.
fn hold(program: &str) {
    let report = run(program);
    let text = human::file_report(&report, Style::default(), false);
    assert!(report.ok(), "{text}\n{:?}", codes(&report));
}

fn f_divergence(p: &[f64], q: &[f64], term: impl Fn(f64, f64) -> f64) -> f64 {
    p.iter().zip(q).filter(|(p, q)| **p + **q > 0.0).map(|(p, q)| term(*p, *q)).sum()
}

/// `p log(p/q)`
fn surprise(p: f64, q: f64) -> f64 {
    if p == 0.0 {
        0.0
    } else if q == 0.0 {
        f64::INFINITY
    } else {
        p * (p / q).ln()
    }
}

/// `above / below`, where nothing over nothing is nothing.
fn over(above: f64, below: f64) -> f64 {
    if above == 0.0 { 0.0 } else { above / below }
}

/// `sum p^a q^(1-a)` over the points with p > 0.
fn powers(p: &[f64], q: &[f64], a: f64) -> f64 {
    f_divergence(p, q, |p, q| {
        if p == 0.0 {
            0.0
        } else if q == 0.0 {
            if a > 1.0 { f64::INFINITY } else { 0.0 }
        } else {
            p.powf(a) * q.powf(1.0 - a)
        }
    })
}

fn divergence(name: &str, p: &[f64], q: &[f64]) -> f64 {
    let from_mean = |p: f64, q: f64| surprise(p, (p + q) / 2.0);
    let roots = f_divergence(p, q, |p, q| (p.sqrt() - q.sqrt()).powi(2));
    let overlap = f_divergence(p, q, |p, q| (p * q).sqrt());
    match name {
        "KL" | "renyi 1" | "tsallis 1" => f_divergence(p, q, surprise),
        "reverse_KL" => f_divergence(q, p, surprise),
        "jeffreys" => f_divergence(p, q, surprise) + f_divergence(q, p, surprise),
        "K" => f_divergence(p, q, from_mean),
        "JS" => (f_divergence(p, q, from_mean) + f_divergence(q, p, from_mean)) / 2.0,
        "TV" => f_divergence(p, q, |p, q| (p - q).abs() / 2.0),
        "chi2" | "vajda 2" => f_divergence(p, q, |p, q| over((p - q).powi(2), q)),
        "neyman" => f_divergence(q, p, |p, q| over((p - q).powi(2), q)),
        "vajda 3" => f_divergence(p, q, |p, q| over((p - q).abs().powi(3), q * q)),
        "lecam" => f_divergence(p, q, |p, q| (p - q).powi(2) / (2.0 * (p + q))),
        "hellinger2" => roots,
        "hellinger" => roots.sqrt(),
        "bhattacharyya" => -overlap.ln(),
        "renyi infinity" => {
            let quotients = p.iter().zip(q).filter(|(p, _)| **p > 0.0).map(|(p, q)| (p / q).ln());
            quotients.fold(f64::NEG_INFINITY, f64::max)
        }
        other => {
            let (family, order) = other.split_once(' ').unwrap();
            let a = match order.split_once('/') {
                Some((n, d)) => n.parse::<f64>().unwrap() / d.parse::<f64>().unwrap(),
                None => order.parse().unwrap(),
            };
            match family {
                "renyi" => powers(p, q, a).ln() / (a - 1.0),
                _ => (powers(p, q, a) - 1.0) / (a - 1.0),
            }
        }
    }
}

const DIVERGENCES: [&str; 24] = [
    "KL",
    "reverse_KL",
    "jeffreys",
    "K",
    "JS",
    "TV",
    "chi2",
    "neyman",
    "vajda 2",
    "vajda 3",
    "lecam",
    "hellinger2",
    "hellinger",
    "bhattacharyya",
    "renyi 0",
    "renyi 1/2",
    "renyi 1",
    "renyi 2",
    "renyi 5/3",
    "renyi infinity",
    "tsallis 0",
    "tsallis 1/3",
    "tsallis 1",
    "tsallis 3",
];

/// 1,440 values between two laws, as many between kernels and of kernels, and all closed forms against their definition.
#[test]
fn divergences_agree_with_floats() {
    let mut random = Random(1);
    for case in 0..60 {
        let points = 2 + random.below(4);
        let rows: Vec<Vec<u64>> = (0..4).map(|_| law(&mut random, points, case % 2 == 0)).collect();
        let prior = law(&mut random, 2, false);
        let row = |name: &str, a: usize, b: usize| {
            format!("kernel {name} : I2 -> X {{ 0 -> {}  1 -> {} }}\n", weights(&rows[a]), weights(&rows[b]))
        };
        let mut program =
            format!("object X = 0..{points}\nobject I2 = 0..2\nkernel w : I2 {{ {} }}\n", weights(&prior));
        program += &format!("kernel p : X {{ {} }}\nkernel q : X {{ {} }}\n", weights(&rows[0]), weights(&rows[1]));
        program += &(row("f", 0, 2) + &row("g", 1, 3));
        for d in DIVERGENCES {
            program +=
                &format!("eval D[{d}](p || q)\neval sup D[{d}](f, g)\neval D[{d}](f, g, w)\neval D[{d}](f, g)\n");
            program +=
                &format!("eval H[{d}](p)\neval D[{d}](p ; copy, p * p)\ncheck H[{d}](p) == D[{d}](p ; copy, p * p)\n");
        }
        let answers = answers(&program).unwrap();
        let p: Vec<Vec<f64>> = rows.iter().map(|r| floats(r)).collect();
        let w = floats(&prior);
        for (d, chunk) in DIVERGENCES.iter().zip(answers.chunks(7)) {
            let (one, other) = (divergence(d, &p[0], &p[1]), divergence(d, &p[2], &p[3]));
            let at = || format!("{d}\n{program}");
            assert!(close(value(&chunk[0]), one), "{} {one} {}", value(&chunk[0]), at());
            assert!(close(value(&chunk[1]), one.max(other)), "{}", at());
            assert!(close(value(&chunk[2]), w[0] * one + w[1] * other), "{}", at());
            let Answer::Measures { values, .. } = &chunk[3] else { panic!("{}", at()) };
            assert!(close(float(&values[0]), one) && close(float(&values[1]), other), "{}", at());
            let n = p[0].len();
            let copied: Vec<f64> = (0..n * n).map(|k| if k / n == k % n { p[0][k / n] } else { 0.0 }).collect();
            let twice: Vec<f64> = (0..n * n).map(|k| p[0][k / n] * p[0][k % n]).collect();
            let entropy = divergence(d, &copied, &twice);
            assert!(close(value(&chunk[4]), entropy) && close(value(&chunk[5]), entropy), "{} {entropy}", at());
            let Answer::Verdict(v) = &chunk[6] else { panic!("{}", at()) };
            assert_eq!((v.outcome, v.level), (Outcome::Holds, Level::Exact), "{}", at());
        }
    }
}

/// A joint law of x, y and z, with 2, 3 and 2 points, and one of all sums of it that entropies need.
struct Joint(Vec<f64>);

impl Joint {
    fn key(wires: &str, k: usize) -> Vec<usize> {
        let coordinate = |wire| match wire {
            'x' => k / 6,
            'y' => k / 2 % 3,
            _ => k % 2,
        };
        wires.chars().map(coordinate).collect()
    }

    fn h(&self, wires: &str) -> f64 {
        let mut sums: std::collections::BTreeMap<Vec<usize>, f64> = Default::default();
        self.0.iter().enumerate().for_each(|(k, p)| *sums.entry(Joint::key(wires, k)).or_default() += p);
        sums.values().map(|p| surprise(*p, 1.0)).sum::<f64>().abs()
    }

    /// The entropy of the connected parts of the joint support of x and y, by merging labels until nothing changes.
    fn common(&self) -> f64 {
        let mut label: Vec<usize> = (0..12).collect();
        let happens: Vec<usize> = (0..12).filter(|k| self.0[*k] > 0.0).collect();
        for _ in 0..12 {
            for a in &happens {
                for b in &happens {
                    if a / 6 == b / 6 || a / 2 % 3 == b / 2 % 3 {
                        let least = label[*a].min(label[*b]);
                        (label[*a], label[*b]) = (least, least);
                    }
                }
            }
        }
        let mass = |l: usize| happens.iter().filter(|k| label[**k] == l).map(|k| self.0[*k]).sum::<f64>();
        (0..12).map(|l| surprise(mass(l), 1.0)).sum::<f64>().abs()
    }
}

#[test]
fn informations_agree_with_floats_and_satisfy_their_equations() {
    let mut random = Random(2);
    for case in 0..80 {
        let masses = law(&mut random, 12, case % 3 > 0);
        let total: u64 = masses.iter().sum();
        let entries: Vec<String> =
            (0..12).map(|k| format!("({}, {}, {}): {}/{total}", k / 6, k / 2 % 3, k % 2, masses[k])).collect();
        let mut program = format!(
            "object B = 0..2\nobject T = 0..3\nkernel j : B * T * B {{ {} }}\ndiagram p -> (x: B, y: T, z: B) = j\n",
            entries.join(", ")
        );
        let joint = Joint(floats(&masses));
        let h = |wires: &str| joint.h(wires);
        let cmi = h("xz") + h("yz") - h("xyz") - h("z");
        let mi = h("x") + h("y") - h("xy");
        let powers = |a: f64| joint.0.iter().filter(|p| **p > 0.0).map(|p| p.powf(a)).sum::<f64>();
        let largest = joint.0.iter().copied().fold(0.0, f64::max);
        let cases = [
            ("H(p)", h("xyz")),
            ("H(y) in p", h("y")),
            ("H(x, z | y) in p", h("xyz") - h("y")),
            ("I(x ; y) in p", mi),
            ("I(x ; y | z) in p", cmi),
            ("I(x, z ; y) in p", h("xz") + h("y") - h("xyz")),
            ("I(x ; y ; z) in p", mi - cmi),
            ("TC(x, y, z) in p", h("x") + h("y") + h("z") - h("xyz")),
            ("TC(x, y | z) in p", cmi),
            ("DTC(x, y, z) in p", h("xy") + h("xz") + h("yz") - 2.0 * h("xyz")),
            ("surplus(x ; y, z) in p", h("xy") + h("yz") - h("xyz") - h("y")),
            ("GK(x ; y) in p", joint.common()),
            ("renyi[0](p)", powers(0.0).ln()),
            ("renyi[3](p)", powers(3.0).ln() / -2.0),
            ("renyi[1/2](p)", powers(0.5).ln() / 0.5),
            ("renyi[infinity](p)", -largest.ln()),
            ("tsallis[2](p)", 1.0 - powers(2.0)),
            ("tsallis[1/3](p)", (powers(1.0 / 3.0) - 1.0) * 1.5),
        ];
        cases.iter().for_each(|(text, _)| program += &format!("eval {text}\n"));
        program += "check H(x, y, z) in p == H(z) in p + H(y | z) in p + H(x | y, z) in p
check I(x ; y, z) in p == I(x ; y) in p + I(x ; z | y) in p
check TC(x, y, z) in p + DTC(x, y, z) in p == I(x ; y, z) in p + I(y ; x, z) in p + I(z ; x, y) in p
check I(x ; y | z) in p >= 0
check GK(x ; y) in p <= I(x ; y) in p
check surplus(x ; y, z) in p <= H(z | y) in p
check I[KL](x ; y) in p == I(x ; y) in p
check I[TV](x ; y) in p <= I[TV](x, z ; y) in p
check not H(x, y) in p == H(x) in p + H(y | x) in p + 1e-60
check H(x, y) in p < H(x) in p + H(y | x) in p + 1e-300 bits\n";
        let answers = answers(&program).unwrap();
        for ((text, wanted), answer) in cases.iter().zip(&answers) {
            assert!(close(value(answer), *wanted), "{text}: {} and not {wanted}\n{program}", value(answer));
        }
        for answer in &answers[cases.len()..] {
            let Answer::Verdict(v) = answer else { panic!("{program}") };
            assert_eq!((v.outcome, v.level), (Outcome::Holds, Level::Exact), "{program}");
        }
    }
}

/// Data processing through 60 random kernels: the divergence of what comes out is tiny, and is known to be positive.
#[test]
fn data_processing_through_sixty_kernels() {
    let mut random = Random(3);
    let mut program = String::from("object X = 0..6\n");
    for name in ["p", "q"] {
        program += &format!("kernel {name} : X {{ {} }}\n", weights(&law(&mut random, 6, false)));
    }
    let mut chain = String::new();
    for k in 0..60 {
        let rows: Vec<String> = (0..6).map(|x| format!("{x} -> {}", weights(&law(&mut random, 6, false)))).collect();
        program += &format!("kernel k{k} : X -> X {{ {} }}\n", rows.join("  "));
        chain += &format!(" ; k{k}");
    }
    for d in ["KL", "chi2", "TV", "JS", "renyi 3", "renyi infinity", "hellinger2"] {
        program += &format!("check D[{d}](p{chain}, q{chain}) < D[{d}](p, q)\n");
        program += &format!("check 0 < D[{d}](p{chain}, q{chain})\n");
    }
    program += &format!("eval D[KL](p{chain}, q{chain})\n");
    hold(&program);
    let last = value(answers(&program).unwrap().last().unwrap());
    assert!(last > 0.0 && last < 1e-20, "{last}");
}

/// The joint law of 16 binary wires has 65,536 states. Their entropies have as many logarithms, and cancel.
#[test]
fn chain_rules_of_sixteen_wires() {
    let mut random = Random(4);
    let mut program = String::from("object B = 0..2\n");
    let mut wiring = String::new();
    for k in 0..16 {
        let (a, b, c, d) = (1 + random.below(9), 1 + random.below(9), 1 + random.below(9), 1 + random.below(9));
        let row = |n: usize| format!("0: {n}/10, 1: rest");
        if k < 2 {
            program += &format!("kernel k{k} : B {{ {} }}\n", row(a));
            wiring += &format!("  x{k} ~ k{k}\n");
        } else {
            let rows =
                [((0, 0), a), ((0, 1), b), ((1, 0), c), ((1, 1), d)].map(|(p, n)| format!("{p:?} -> {}", row(n)));
            program += &format!("kernel k{k} : B * B -> B {{ {} }}\n", rows.join("  "));
            wiring += &format!("  x{k} ~ k{k}(x{}, x{})\n", k - 2, k - 1);
        }
    }
    let wires = |from: usize, to: usize| (from..to).map(|k| format!("x{k}")).collect::<Vec<_>>().join(", ");
    let outputs: Vec<String> = (0..16).map(|k| format!("x{k}: B")).collect();
    program += &format!("diagram d -> ({}) {{\n{wiring}  return {} }}\n", outputs.join(", "), wires(0, 16));
    let (all, low, high) = (wires(0, 16), wires(0, 8), wires(8, 16));
    program += &format!(
        "check H({all}) in d == H({low}) in d + H({high} | {low}) in d
check I({low} ; {high}) in d == H({low}) in d + H({high}) in d - H({all}) in d
check I(x0 ; {high} | x3, x5) in d > 0
check TC({all}) in d == TC({low}) in d + TC({high}) in d + I({low} ; {high}) in d
check H({all}) in d != H({low}) in d + H({high} | {low}) in d + 1e-100\n"
    );
    // The wires before decide what the wires between do not: given x6 and x7, the low ones tell nothing about the high ones.
    program += &format!("check I({} ; {high} | x6, x7) in d == 0\n", wires(0, 6));
    hold(&program);
    assert!(verdicts(&program).iter().all(|v| v.level == Level::Exact));
}

/// Entropies of products add up, also where numerators and denominators have hundreds of bits; and numbers that differ in the 300th
/// digit are told apart.
#[test]
fn long_numbers_and_near_ties() {
    let prime = "6864797660130609714981900799081393217269435300143305409394463459185543183397656052122559640661454554977296311391480858037121987999716643812574028291115057151";
    hold(&format!(
        "object A = {{ a, b, c }}
kernel p : A {{ a: 12345678901234567890123456789/{prime}, b: 1/3, c: rest }}
kernel q : A {{ a: 987654321/{prime}, b: 5/7, c: rest }}
kernel half : A {{ a: 1/2, b: 1/2 }}
let e = 1e-300
kernel nearly : A {{ a: 1/2 + e, b: rest }}
check H(p * q) == H(p) + H(q)
check D[KL](p * q, q * p) == D[KL](p, q) + D[KL](q, p)
check BC(p * q, q * p) == BC(p, q) * BC(q, p)
check H(half) > H(nearly)
check D[KL](half, nearly) > 0
check D[TV](half, nearly) == e
object Coin = {{ h, t }}
kernel coin : Coin {{ uniform }}
kernel die : A {{ a: 2/3, b: 1/6, c: 1/6 }}
check H(coin) < H(die)
check tsallis[2](coin) == 1/2\n"
    ));
}

/// What refutes a law is a program in which the check holds; what is a theorem holds in all that are tried.
#[test]
fn laws_of_divergences() {
    for d in DIVERGENCES {
        for law in ["T", "C", "DPI"] {
            let verdict = verdicts(&format!("check law {law} of {d}")).remove(0);
            match (verdict.outcome, &verdict.witness) {
                (Outcome::Fails, Some(Witness::DivergenceLaw(found))) => {
                    assert!(law != "DPI" && verdict.level == Level::Exact);
                    hold(&found.program);
                    let [p, q] = [&found.values.left, &found.values.right].map(float);
                    assert!(p > q, "{d} {law}: {p} {q}");
                }
                (Outcome::Holds, None) => assert!(verdict.level == Level::Theorem && verdict.compared.is_some()),
                (Outcome::Unknown, None) => assert!(["K", "lecam"].contains(&d), "{d} {law}"),
                other => panic!("{d} {law}: {other:?}"),
            }
        }
    }
    let fails = |text: &str| verdicts(&format!("check law {text}"))[0].outcome == Outcome::Fails;
    for text in [
        "T of chi2",
        "C of chi2",
        "T of neyman",
        "C of JS",
        "C of jeffreys",
        "T of tsallis 3",
        "C of tsallis 3/2",
        "T of vajda 2",
    ] {
        assert!(fails(text), "{text}");
    }
}

/// The theorems of the table, on random kernels by floats, with values that are no coins'.
#[test]
fn theorems_hold_for_random_kernels() {
    let mut random = Random(5);
    let theorems = |law: &str| -> Vec<&str> {
        let is_one = |d: &&str| verdicts(&format!("check law {law} of {d}"))[0].outcome == Outcome::Holds;
        DIVERGENCES.into_iter().filter(is_one).collect()
    };
    let (tensor, composition) = (theorems("T"), theorems("C"));
    assert!(tensor.len() > 10 && composition.len() > 10);
    for case in 0..300 {
        let n = 2 + random.below(2);
        let mut row = || floats(&law(&mut random, n, case % 3 == 0));
        let (p, q) = (row(), row());
        let (g, h): (Vec<_>, Vec<_>) = ((0..n).map(|_| row()).collect(), (0..n).map(|_| row()).collect());
        let after = |p: &[f64], g: &[Vec<f64>]| {
            p.iter().zip(g).flat_map(|(p, row)| row.iter().map(move |r| p * r)).collect::<Vec<f64>>()
        };
        let same = |row: &Vec<f64>| vec![row.clone(); n];
        for d in &tensor {
            let together = divergence(d, &after(&p, &same(&g[0])), &after(&q, &same(&h[0])));
            let apart = divergence(d, &p, &q) + divergence(d, &g[0], &h[0]);
            assert!(together <= apart + 1e-9, "T of {d}: {together} > {apart}");
        }
        for d in &composition {
            let together = divergence(d, &after(&p, &g), &after(&q, &h));
            let largest = g.iter().zip(&h).map(|(g, h)| divergence(d, g, h)).fold(0.0, f64::max);
            let apart = divergence(d, &p, &q) + largest;
            assert!(together <= apart + 1e-9, "C of {d}: {together} > {apart}");
        }
    }
}

const SMALL: &str = "object X = { a, b, c }
kernel p : X { a: 1/2, b: 1/4, c: 1/4 }
kernel q : X { a: 2/3, b: 1/3 }
kernel f : X -> X { a -> b   b -> uniform   c -> a: 1/5, c: rest }\n";

#[test]
fn reports_are_exact() {
    let program = format!(
        "{SMALL}eval H(p)\neval H(p) in bits\neval D[KL](p, q)\neval D[hellinger2](p, q)\neval D[chi2](q, p)\neval H(f)\ncheck H(p) < 1 bits\n"
    );
    let object = json::file_object(&run(&program));
    let results = &object["results"];
    let fields =
        |k: usize| ["exact", "decimal", "radius", "unit"].map(|f| results[k][f].as_str().unwrap_or("-").to_string());
    assert_eq!(results[0]["sort"], "measure");
    assert_eq!(fields(0), ["3/2*log(2)", "1.03972077083992", "5e-15", "nats"]);
    assert_eq!(fields(1), ["3/2", "1.5", "0", "bits"]);
    assert_eq!(fields(2), ["inf", "-", "-", "nats"]);
    assert_eq!(fields(4), ["1/3", "0.333333333333333", "5e-16", "-"]);
    assert_eq!(results[5]["sort"], "measures");
    assert_eq!(results[5]["values"][1]["exact"], "log(3)");
    assert_eq!(results[5]["values"][2]["input"][0], "c");
    let witness = &results[6]["witness"];
    assert_eq!((&witness["left"]["exact"], &witness["right"]["exact"]), (&"3/2".into(), &"1".into()));
    assert_eq!((&witness["difference"]["exact"], &witness["left"]["unit"]), (&"1/2".into(), &"bits".into()));
    assert_eq!(results[6]["verdict"], "fails");

    let with = |digits| run_with(&format!("{SMALL}eval H(p)\n"), Options { digits, ..Options::default() });
    let text = human::file_report(&with(Some(30)), Style::default(), false);
    assert!(text.contains("3/2·log 2 ≈ 1.03972077083991796412584818219 nats"), "{text}");
    assert!(human::file_report(&with(None), Style::default(), false).contains("≈ 1.03972077083992 nats"));
}

/// Decimals alone are the decimals that stand beside the formulas, and verdicts do not change.
#[test]
fn decimals_alone() {
    let program = format!(
        "{SMALL}eval H(p)\neval H(p) in bits\neval H(q) in bits\neval D[KL](p, q)\neval D[hellinger](p, q)\neval D[chi2](q, p)
eval H(f)\ncheck H(p) < 1 bits\ncheck H(p) > D[JS](p, q)\n"
    );
    let options = |decimals| Options { decimals, ..Options::default() };
    let (with, alone) = (run_with(&program, options(false)), run_with(&program, options(true)));
    let texts = |report| human::file_report(report, Style::default(), false);
    assert!(texts(&with).contains("3/2·log 2 ≈ 1.03972077083992 nats"));
    let text = texts(&alone);
    for line in ["= H(p)  ≈ 1.03972077083992 nats", "= 1.5 bits", "D[KL](p, q)  = ∞", "≈ 0.333333333333333"] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    assert!(!text.contains("log"), "{text}");
    let matrix = "eval [[sqrt(2), 1/2]]\neval directions([[2, 1], [1, 1]])\n";
    let texts = [false, true].map(|decimals| {
        let report = run_with(matrix, options(decimals));
        human::file_report(&report, Style::default(), false)
    });
    assert!(texts[0].contains('√') && !texts[1].contains('√') && texts[1].contains("≈1.41421"), "{texts:?}");
    let (with, alone) = (json::file_object(&with), json::file_object(&alone));
    let results = |object: &serde_json::Value| object["results"].as_array().unwrap().clone();
    for (with, alone) in results(&with).iter().zip(results(&alone)) {
        for field in ["verdict", "decimal", "radius", "unit"] {
            assert_eq!(with[field], alone[field], "{field} of {with}");
        }
        assert!(alone.get("exact").is_none() || alone["exact"] == "inf", "{alone}");
    }
    assert_eq!(results(&alone)[7]["witness"]["left"]["decimal"], "1.5");
}

/// What is outside of the exact classes: by algebra, by enclosures, or not known.
#[test]
fn numbers_that_are_no_sums_of_logarithms() {
    let program = format!(
        "{SMALL}check sqrt(H(p)) * sqrt(H(p)) == H(p)
check H(p) * log(3) == log(3) * 3/2 * log(2)
check sqrt(D[JS](p, q)) < D[hellinger](p, q)
check max(H(p), H(q)) == H(p)
check H(p) / log(2) == 3/2
check log(2) * log(3) < 1
check min(1/2, 1/3) == 1/3
check abs(prob(#1 = b in p) - 1/2) == 1/4
check infinity > H(p)
check not H(p) == infinity\n"
    );
    hold(&program);
    let levels: Vec<Level> = verdicts(&program).iter().map(|v| v.level).collect();
    assert_eq!(levels[..2], [Level::Exact; 2]);
    assert_eq!((levels[2], levels[3], levels[5]), (Level::Numeric, Level::Exact, Level::Numeric));
    // A product of logarithms against its own decimal with 1,400 digits: no theorem tells that they differ.
    let log = |n| Real::log_of(&Ratio::of(n, 1)).unwrap();
    let digits = log(2).mul(&log(3)).unwrap().decimal(1400, Unit::Nats).digits;
    let verdict = verdicts(&format!("check log(2) * log(3) == {digits}")).remove(0);
    assert_eq!(verdict.outcome, Outcome::Unknown, "{verdict:?}");
    assert!(verdict.notes[0].contains("not decided"));
    // No number depends on that, so it has no value either.
    assert_eq!(codes(&run("check log(0) + infinity == 0")), ["model::undefined"]);
}

#[test]
fn fillings_are_reported() {
    let program = "object B = 0..2
kernel p : B { 0: 1 }
diagram d -> (x: B, y: B) { x ~ p  y ~ p  return x, y }
diagram c(y: B) -> (x: B) = cond(d, x given y)
eval H(#1) in (point(B.1) ; c)
eval H[KL](c)
check H(#1) in (point(B.1) ; c) == log(2)
eval H[KL](c, p)\n";
    let all = answers(program).unwrap();
    assert!(matches!(&all[0], Answer::Measure { filled: true, .. }));
    assert!(matches!(&all[1], Answer::Measures { filled, .. } if filled == &[1]));
    assert!(matches!(&all[2], Answer::Verdict(v) if v.filled));
    assert!(matches!(&all[3], Answer::Measure { filled: false, .. }));
}

/// Names that use each other twice are computed once each.
#[test]
fn names_of_numbers_are_remembered() {
    let names: String = (1..200).map(|k| format!("let a{k} = a{} + a{}\n", k - 1, k - 1)).collect();
    let program = format!("{SMALL}let a0 = log(2) + H(p)\n{names}check a199 > 0\ncheck a199 == 2^199 * a0\n");
    hold(&program);
    // In the coordinates of vectors too, which are known before there is a model.
    let names: String = (1..200).map(|k| format!("let b{k} = b{} + b{}\n", k - 1, k - 1)).collect();
    hold(&format!(
        "object T = {{ t }}\nlet b0 = sqrt(2)\n{names}features h : T -> R^1 {{ t -> (b199) }}\ncheck entry(h, 1, 1) == 2^199 * sqrt(2)\n"
    ));
}

/// Powers of sums that have divisors of their own are multiplied out: what two softmaxes give sums to 1, and to nothing else.
#[test]
fn probabilities_through_two_softmaxes_sum_to_one() {
    hold(
        "let s = 1/(1 + exp(-1))
check s*s + 2*exp(-1)*s*s + exp(-2)*s*s == 1
check s^3 + 3*exp(-1)*s^3 + 3*exp(-2)*s^3 + exp(-3)*s^3 == 1
check not s*s + 2*exp(-1)*s*s + exp(-2)*s*s == 1 + 1/10^30
check not s*s + 2*exp(-1)*s*s + exp(-2)*s*s + exp(-3)*s*s == 1
check (1/(1 + 1/log(2)))^2 * (1 + 2/log(2) + 1/log(2)^2) == 1
object A = { a, b }
kernel p : A = softmax { a: 1, b: 0 }
kernel f : A -> A = softmax { a -> a: 2, b: 0  b -> a: 0, b: 1 }
check prob(#1 = a in p ; f) + prob(#1 = b in p ; f) == 1
check not prob(#1 = a in p ; f) + prob(#1 = b in p) == 1\n",
    );
}
