//! Where randomness comes from: a list of numbers that proptest makes and shrinks. A generator asks it for choices; when
//! the list is at its end every choice is the first one, so generators put the simplest alternative first and always
//! come to an end, and a shorter list is a simpler program.

use proptest::collection::vec;
use proptest::num::u16;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestCaseResult, TestRng, TestRunner};

/// A list of numbers that is being used up.
pub struct Choices<'a> {
    data: &'a [u16],
    at: usize,
}

impl<'a> Choices<'a> {
    /// Choices from these numbers.
    pub fn new(data: &'a [u16]) -> Choices<'a> {
        Choices { data, at: 0 }
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.at += 1;
        self.data.get(self.at - 1).map_or(0, |d| usize::from(*d) % n.max(1))
    }

    /// True once in `n` times; false at the end of the list.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    /// One of these.
    pub fn of<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }

    /// The items in some order.
    pub fn shuffled<T>(&mut self, mut items: Vec<T>) -> Vec<T> {
        for i in (1..items.len()).rev() {
            let j = i - self.below(i + 1);
            items.swap(i, j);
        }
        items
    }

    /// Whether all numbers are used up.
    pub fn spent(&self) -> bool {
        self.at >= self.data.len()
    }
}

/// Runs a test on `count` lists of choices. Each run of the suite tries the same lists; `MCHECK_SEED=7` tries others,
/// `MCHECK_CASES=10` ten times as many.
pub fn cases(count: u32, test: impl Fn(&mut Choices<'_>) -> TestCaseResult) {
    let setting = |name: &str| std::env::var(name).ok().map(|v| v.parse::<u32>().unwrap());
    let count = count * setting("MCHECK_CASES").unwrap_or(1);
    let mut seed = [0u8; 32];
    seed[..4].copy_from_slice(&setting("MCHECK_SEED").unwrap_or(0).to_le_bytes());
    let config = Config { cases: count, max_shrink_iters: 4000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let outcome = runner.run(&vec(u16::ANY, 40..500), |data| test(&mut Choices::new(&data)));
    if let Err(error) = outcome {
        // The list of numbers says nothing to a reader; the message has the program.
        match error {
            proptest::test_runner::TestError::Fail(reason, _) => panic!("{reason}"),
            other => panic!("{other}"),
        }
    }
}

/// A failed case.
pub fn fail<T>(message: impl Into<String>) -> Result<T, TestCaseError> {
    Err(TestCaseError::fail(message.into()))
}
