//! Rows of weights are the rows that one gets by dividing them by hand, with integers; and exponentials are what floats say.

use std::path::Path;
use std::sync::Arc;

use mcheck::base::files::Disk;
use mcheck::report::json;
use mcheck::report::outcome::FileReport;
use mcheck::session::{Options, Session};

fn run(program: &str) -> FileReport {
    Session::new(Arc::new(Disk), Options::default()).run_text("weights", program, Path::new(""), &mut |_, _, _| {})
}

/// A sequence of numbers that only looks random.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % bound
    }
}

#[test]
fn weights_are_divided_by_their_sum() {
    let mut numbers = Numbers(7);
    for _ in 0..40 {
        let (mut weighted, mut divided) = (String::new(), String::new());
        for row in 0..3 {
            // Fractions a/b with b from 1 to 4, over the common denominator 12.
            let mut row_of: Vec<(u64, u64)> = (0..4).map(|_| (numbers.below(9), numbers.below(4) + 1)).collect();
            row_of[numbers.below(4) as usize].0 += 1;
            let sum: u64 = row_of.iter().map(|(a, b)| a * 12 / b).sum();
            assert!(row_of.iter().all(|(a, b)| a * 12 % b == 0), "12 is a multiple of 1 to 4");
            let entries = |show: &dyn Fn(&(u64, u64)) -> String| -> String {
                let all: Vec<String> = row_of.iter().enumerate().map(|(i, w)| format!("{i}: {}", show(w))).collect();
                format!("  {row} -> {}\n", all.join(", "))
            };
            weighted += &entries(&|(a, b)| format!("{a}/{b}"));
            divided += &entries(&|(a, b)| format!("{}/{sum}", a * 12 / b));
        }
        let head = "object A = 0..3\nobject B = 0..4\n";
        let program = format!(
            "{head}kernel f : A -> B weights {{\n{weighted}}}\nkernel g : A -> B {{\n{divided}}}\ncheck f == g"
        );
        assert_eq!(run(&program).counts().holds, 1, "{program}");
        // What is not divided has other rows, or is no kernel at all.
        let changed = program.replacen("weights ", "", 1);
        let report = run(&changed);
        let ones = report.failures.is_empty();
        assert!(ones || report.failures.iter().all(|f| f.render(false, 100).contains("row_sum")), "{changed}");
    }
}

#[test]
fn a_family_of_weights_is_divided_for_each_parameter() {
    let program = "object Bit = 0..2
        kernel odds[t: Rat] : Bit weights { 1: t, 0: 3 }
        kernel only[t: Rat] : Bit weights { 1: t, 0: 0 }
        check prob(#1 = 1 in odds[1]) == 1/4
        check prob(#1 = 1 in odds[5/7]) == 5/26
        check prob(#1 = 1 in odds[0]) == 0
        check only[9] == point(Bit.1)";
    assert_eq!(run(program).counts().holds, 4);
    for (wrong, code) in [("only[0]", "check::weights"), ("odds[-1]", "check::negative_weight")] {
        let report = run(&format!("{program}\neval {wrong}"));
        let shown: String = report.failures.iter().map(|f| f.render(false, 100)).collect();
        assert_eq!(report.counts().errors, 1, "{shown}");
        assert!(shown.contains(code), "{shown}");
    }
}

#[test]
fn exponentials_are_those_of_floats_and_equalities_are_never_numeric() {
    for text in ["0", "1", "-1", "1/3", "-7/2", "20", "-30", "log(5)", "1 - log(2)", "sqrt(2)", "log(3)/2"] {
        let argument: f64 = match text {
            "1/3" => 1.0 / 3.0,
            "-7/2" => -3.5,
            "log(5)" => 5f64.ln(),
            "1 - log(2)" => 1.0 - 2f64.ln(),
            "sqrt(2)" => 2f64.sqrt(),
            "log(3)/2" => 3f64.ln() / 2.0,
            number => number.parse().expect("a number"),
        };
        let all = json::file_object(&run(&format!("eval exp({text})")));
        let result = &all["results"][0];
        let shown = result["decimal"].as_str().or(result["exact"].as_str()).expect("a decimal");
        let found: f64 = shown.parse().expect("a decimal");
        assert!((found / argument.exp() - 1.0).abs() < 1e-13, "exp({text}) is shown as {shown}");
    }
    let level = |check: &str| {
        let all = json::file_object(&run(&format!("check {check}")));
        let result = &all["results"][0];
        let part = |key: &str| result[key].as_str().unwrap_or_default().to_string();
        (part("verdict"), part("level"))
    };
    assert_eq!(level("exp(1/2)^2 == exp(1)"), ("holds".into(), "exact".into()));
    assert_eq!(level("exp(2) * exp(-2) == 1"), ("holds".into(), "exact".into()));
    assert_eq!(level("exp(log(2) + log(5)) == 10"), ("holds".into(), "exact".into()));
    assert_eq!(level("exp(1) > 2.718281828"), ("holds".into(), "numeric".into()));
    assert_eq!(level("exp(1) < 2.718281828"), ("fails".into(), "numeric".into()));
    assert_eq!(level("exp(1) == 2.718281828"), ("fails".into(), "numeric".into()));
    // True by a law of logarithms that is not used inside of exponentials' sums: not called exact, and not called false.
    let open = level("log(exp(1) + exp(2)) == 1 + log(1 + exp(1))").0;
    assert_ne!(open, "fails");
}
