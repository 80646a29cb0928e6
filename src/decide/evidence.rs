//! What shows or refutes claims of statistics, of experiments and of chains. Each can be checked by recomputing it.

use std::sync::Arc;

use crate::check::types::Type;
use crate::model::finstoch::kernel::Kernel;
use crate::number::ratio::Ratio;

/// A function of a number x, by which states are told apart.
#[derive(Debug, Clone, PartialEq)]
pub enum Utility {
    /// `x`
    Itself,
    /// 1 if `x >= c`, else 0
    AtLeast(Ratio),
    /// `min(x, c)`
    AtMost(Ratio),
    /// `max(x − c, 0)`
    Above(Ratio),
}

/// A kernel that shows that a claim is true.
#[derive(Debug, Clone)]
pub struct Shown {
    /// What it is called in the law.
    pub name: &'static str,
    /// The law that it satisfies, in words.
    pub law: String,
    /// Domain.
    pub dom: Type,
    /// Codomain.
    pub cod: Type,
    /// Its rows. Those of which the law says nothing are marked as filled.
    pub kernel: Arc<Kernel>,
}

/// An exchangeable law of a longer sequence. What comes in it is drawn first: how often each point comes; then these come
/// in an order in which all are equally probable.
#[derive(Debug, Clone)]
pub struct Extension {
    /// Domain and the input for which this is.
    pub input: (Type, u64),
    /// One step.
    pub step: Type,
    /// How many steps.
    pub length: u64,
    /// How often each point of a step comes, with probabilities that are not 0 and sum to 1.
    pub weights: Vec<(Vec<u64>, Ratio)>,
}

/// What refutes a claim.
#[derive(Debug, Clone, PartialEq)]
pub enum Refutation {
    /// `sufficient s for p`: two inputs and two points of one fibre whose 2x2 minor is not 0, so that the odds of the two
    /// points, which s does not tell apart, depend on the input.
    Minor {
        /// The inputs of the model.
        inputs: (Type, [u64; 2]),
        /// The two points.
        points: (Type, [u64; 2]),
        /// What the statistic says of both.
        fibre: (Type, u64),
        /// For each of the inputs the probabilities of the two points.
        entries: [[Ratio; 2]; 2],
    },
    /// `complete p`: a function of the outcome that is not zero, and whose expectation is 0 for every input.
    ZeroMean {
        /// The outcomes.
        of: Type,
        /// Where the function is not zero, and what it is there.
        values: Vec<(u64, Ratio)>,
        /// Its largest absolute value, doubled: the kernels into `{0, 1}` that go to 1 with probabilities
        /// `1/2 ± u/m`, for this m, differ, and agree after p.
        scale: Ratio,
    },
    /// `ancillary a for p`: two inputs for which an outcome of a has different probabilities.
    Rows {
        /// The inputs.
        inputs: (Type, [u64; 2]),
        /// The outcome.
        output: (Type, u64),
        /// Its probabilities.
        entries: [Ratio; 2],
    },
    /// `f dominates g`: a decision problem in which acting on g beats every use of f.
    Payoff {
        /// The parameter, and its values that count.
        parameter: (Type, Vec<u64>),
        /// The outcomes of g, which are the actions.
        actions: Type,
        /// For each of these values, what each action pays.
        payoff: Vec<Vec<Ratio>>,
        /// What is paid in sum if one acts on g: the sum of `g(y | t) u(t, y)`.
        direct: Ratio,
        /// The most that can be paid in sum if one acts on f: the sum over x of the largest, over y, of the sums of
        /// `f(x | t) u(t, y)`.
        best: Ratio,
    },
    /// `irreducible P`: a state that another one never reaches, and what that one reaches.
    Unreached {
        /// The states.
        of: Type,
        /// From here,
        from: u64,
        /// this is never reached.
        to: u64,
        /// What is reached: a set with `from` that the chain never leaves, increasing.
        reached: Vec<u64>,
    },
    /// `aperiodic P`: parts of a closed class through which the chain goes in circles.
    Circle {
        /// The states.
        of: Type,
        /// At least two parts; each step leads from one to the next, and from the last to the first.
        parts: Vec<Vec<u64>>,
    },
    /// `lumpable P by s`: two states of one block that go to some block with different probabilities.
    Split {
        /// The states.
        states: (Type, [u64; 2]),
        /// The block that both are in, and the one that they go to.
        blocks: (Type, [u64; 2]),
        /// The probabilities to get there.
        entries: [Ratio; 2],
    },
    /// `extendible p to N`: a bet on how often each point comes in p, which cannot be won with draws from N.
    Bet {
        /// Domain and the input.
        input: (Type, u64),
        /// One step.
        step: Type,
        /// Of how many draws.
        from: u64,
        /// What is paid if the points come so often, where that is not 0.
        pays: Vec<(Vec<u64>, Ratio)>,
        /// The most that is paid in the mean if the steps are drawn without replacement from that many draws, whatever
        /// these are; so the most for every law that can be extended.
        most: Ratio,
        /// What is paid in the mean here, which is more.
        here: Ratio,
    },
    /// `p dominates q to order n`, `q spreads p`: a function whose expectations are on the wrong side.
    Utility {
        /// The function.
        of: Utility,
        /// Its expectation at the left state.
        left: Ratio,
        /// Its expectation at the right state.
        right: Ratio,
    },
    /// `homogeneous p`: two steps after which, from the same point, the next one has another law.
    Steps {
        /// Domain and the input.
        input: (Type, u64),
        /// The points of a step: where it stands, and where it goes.
        points: (Type, [u64; 2]),
        /// The two steps, counted from 1.
        steps: [usize; 2],
        /// The probabilities to go there.
        entries: [Ratio; 2],
    },
    /// `exchangeable p`: a sequence that is not as probable as the one in which two neighbours have changed places.
    Exchange {
        /// Domain and the input.
        input: (Type, u64),
        /// The sequences, and the two of them.
        sequences: (Type, [u64; 2]),
        /// Which step changes places with the next one, counted from 1.
        step: usize,
        /// Their probabilities.
        entries: [Ratio; 2],
    },
}
