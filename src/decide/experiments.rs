//! Comparison of experiments: does one tell everything about a parameter that the other one tells?
//!
//! `f dominates g` if `f ; h == g` for some kernel h (Blackwell 1951). The entries of h are unknowns that must not be
//! negative, in linear equations:
//!
//! 1. Outcomes with proportional columns tell the same, on either side: they are joined, and parted again in the end.
//! 2. If x is possible at some t and y is not, h must not go from x to y. Such entries are left out.
//! 3. The rest is solved or refuted. A refutation has a price u(t, y) for each equation; where g(y | t) = 0 there was no
//!    equation, and a price low enough to keep 2. is put there.
//! 4. Whatever the simplex method says is verified before it is said: `f ; h == g` by multiplying out; or that acting on
//!    g pays more than any use of f, by its one inequality. With h the left side would be
//!    `Σ f(x|t) h(y|x) u(t,y) <= Σ_x max_y Σ_t f(x|t) u(t,y)`.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::answer::Verdict;
use super::equality::support;
use super::evidence::{Refutation, Shown};
use super::study::refuted;
use crate::check::term::Term;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::model::finstoch::kernel::Kernel;
use crate::model::finstoch::statistics::{Column, columns, direction};
use crate::number::int::Int;
use crate::number::ratio::Ratio;
use crate::number::row::Row;
use crate::number::simplex::{Equation, Feasibility, System};

/// `f dominates g`, `f dominates g under m`: for the parameters that m reaches.
pub(super) fn dominates(
    e: &mut Evaluator<'_>,
    f: &Term,
    g: &Term,
    under: Option<&Term>,
) -> Result<Verdict, ModelError> {
    let (a, b) = (e.term(f)?, e.term(g)?);
    let mut filled = !a.filled.is_empty() || !b.filled.is_empty();
    let parameters = match under {
        None => (0..a.rows.len() as u64).collect(),
        Some(m) => {
            let m = e.term(m)?;
            filled |= !m.filled.is_empty();
            support(&m)
        }
    };
    let (xs, ys) = (Outcomes::of(&a, &parameters), Outcomes::of(&b, &parameters));
    let program = Program::of(&xs, &ys, &parameters);
    e.cells("the linear program of this comparison", program.system.cells())?;
    e.cells("the kernel between the outcomes", a.cod_size().saturating_mul(b.cod_size()))?;
    match program.system.solve(e.interrupt)? {
        Feasibility::Solution(solution) => {
            let h = program.garbling(&solution, (&xs, &ys), (&a, &b));
            let made = a.then(&h, e.interrupt)?;
            // 4.
            if parameters.iter().any(|t| made.rows[*t as usize] != b.rows[*t as usize]) {
                return Err(unverified(f, g));
            }
            let count = parameters.len();
            let compared =
                format!("a kernel makes {count} row{} of one out of the other", if count == 1 { "" } else { "s" });
            let law = match under {
                None => "f ; h == g",
                Some(_) => "f ; h == g under m",
            };
            let shown =
                Shown { name: "h", law: law.into(), dom: f.cod.clone(), cod: g.cod.clone(), kernel: Arc::new(h) };
            Ok(Verdict { shown: vec![shown], ..Verdict::of(None, compared, filled) })
        }
        Feasibility::Refuted(prices) => {
            let payoff = program.payoff(&prices, (&xs, &ys), &parameters, b.cod_size());
            let (direct, best) = (direct(&b, &payoff, &parameters), best(&xs, &payoff, &parameters));
            // 4.
            if direct <= best {
                return Err(unverified(f, g));
            }
            let parameter = (f.dom.clone(), parameters);
            Ok(refuted(Refutation::Payoff { parameter, actions: g.cod.clone(), payoff, direct, best }, filled))
        }
    }
}

/// A certificate that is none: a fault of the program, answered by no verdict rather than by a wrong one.
fn unverified(f: &Term, g: &Term) -> ModelError {
    let why = "the answer of the linear program could not be verified, which is a fault of mcheck".into();
    ModelError::Undecided { why, span: Some(f.span.to(g.span)) }
}

/// The outcomes of an experiment, those with proportional columns joined.
struct Outcomes {
    /// For each class the sum of its columns.
    sums: Vec<Column>,
    /// For each class its members, with their shares of it.
    members: Vec<Vec<(u64, Ratio)>>,
}

impl Outcomes {
    /// 1.
    fn of(kernel: &Kernel, parameters: &[u64]) -> Outcomes {
        let columns = columns(kernel, parameters.iter().copied());
        let mut points: Vec<u64> = columns.keys().copied().collect();
        points.sort_unstable();
        let mut place: FxHashMap<Column, usize> = FxHashMap::default();
        let mut classes: Vec<(Column, Vec<(u64, Ratio)>)> = Vec::new();
        for x in points {
            let column = &columns[&x];
            let own = direction(column);
            let k = *place.entry(own.clone()).or_insert_with(|| {
                classes.push((own, Vec::new()));
                classes.len() - 1
            });
            // The first number says how long the column is.
            classes[k].1.push((x, column[0].1.clone()));
        }
        let mut all = Outcomes { sums: Vec::new(), members: Vec::new() };
        for (own, members) in classes {
            let total = members.iter().fold(Ratio::ZERO, |s, (_, m)| &s + m);
            all.sums.push(own.into_iter().map(|(t, m)| (t, &m * &total)).collect());
            let share = |(x, m): (u64, Ratio)| (x, m.checked_div(&total).unwrap_or(Ratio::ZERO));
            all.members.push(members.into_iter().map(share).collect());
        }
        all
    }
}

/// The linear equations for the entries of h.
struct Program {
    system: System,
    /// The entries that can be positive: classes of outcomes of f and g.
    pairs: Vec<(usize, usize)>,
    /// The equations after those of the rows: parameter and class of outcomes of g.
    made: Vec<(u64, usize)>,
}

impl Program {
    fn of(xs: &Outcomes, ys: &Outcomes, parameters: &[u64]) -> Program {
        // 2.
        let within = |x: &Column, y: &Column| x.iter().all(|(t, _)| y.binary_search_by_key(t, |(t, _)| *t).is_ok());
        let mut pairs = Vec::new();
        for (i, x) in xs.sums.iter().enumerate() {
            pairs.extend((0..ys.sums.len()).filter(|j| within(x, &ys.sums[*j])).map(|j| (i, j)));
        }
        let mut equations: Vec<Equation> =
            xs.sums.iter().map(|_| Equation { terms: Vec::new(), value: Ratio::ONE }).collect();
        let mut made = Vec::new();
        let mut place: FxHashMap<(u64, usize), usize> = FxHashMap::default();
        for t in parameters {
            for (j, y) in ys.sums.iter().enumerate() {
                if let Ok(k) = y.binary_search_by_key(t, |(t, _)| *t) {
                    place.insert((*t, j), equations.len());
                    made.push((*t, j));
                    equations.push(Equation { terms: Vec::new(), value: y[k].1.clone() });
                }
            }
        }
        for (unknown, (i, j)) in pairs.iter().enumerate() {
            equations[*i].terms.push((unknown, Ratio::ONE));
            for (t, mass) in &xs.sums[*i] {
                // There is such an equation, by 2.
                if let Some(k) = place.get(&(*t, *j)) {
                    equations[*k].terms.push((unknown, mass.clone()));
                }
            }
        }
        Program { system: System { unknowns: pairs.len(), equations }, pairs, made }
    }

    /// The kernel of a solution. Outcomes of f that never occur may go anywhere.
    fn garbling(&self, solution: &[Ratio], (xs, ys): (&Outcomes, &Outcomes), (f, g): (&Kernel, &Kernel)) -> Kernel {
        let mut classes: Vec<Vec<(u64, Ratio)>> = vec![Vec::new(); xs.sums.len()];
        for ((i, j), value) in self.pairs.iter().zip(solution).filter(|(_, v)| !v.is_zero()) {
            classes[*i].extend(ys.members[*j].iter().map(|(y, share)| (*y, share * value)));
        }
        let (count, width) = (f.cod_size(), g.cod_size());
        let mut rows = vec![Row::uniform(width); count as usize];
        let mut free = vec![true; count as usize];
        for (members, law) in xs.members.iter().zip(classes) {
            let row = Row::from_ratios(law);
            for (x, _) in members {
                rows[*x as usize] = row.clone();
                free[*x as usize] = false;
            }
        }
        let filled = (0..count).filter(|x| free[*x as usize]).collect();
        Kernel { dom: f.cod.clone(), cod: g.cod.clone(), rows: Arc::new(rows), filled }
    }

    /// The decision problem of a refutation, in integers without common factor: for each parameter what each action pays.
    fn payoff(
        &self,
        prices: &[Ratio],
        (xs, ys): (&Outcomes, &Outcomes),
        parameters: &[u64],
        actions: u64,
    ) -> Vec<Vec<Ratio>> {
        let rows = xs.sums.len();
        let price: FxHashMap<(u64, usize), &Ratio> = self.made.iter().copied().zip(&prices[rows..]).collect();
        // 3. For an entry that was left out the sum of f(x|t) u(t,y) must not be above −(price of the row of x).
        let mut low = Ratio::ZERO;
        let mut keep = |i: usize, y: Option<usize>| {
            let (mut have, mut weight) = (prices[i].clone(), Ratio::ZERO);
            for (t, mass) in &xs.sums[i] {
                match y.and_then(|j| price.get(&(*t, j))) {
                    Some(u) => have = &have + &(mass * u),
                    None => weight = &weight + mass,
                }
            }
            // Without a weight the entry was not left out, and the prices keep it as it is.
            if let Some(needed) = have.checked_div(&weight)
                && low < needed
            {
                low = needed;
            }
        };
        for i in 0..rows {
            (0..ys.sums.len()).for_each(|j| keep(i, Some(j)));
            keep(i, None);
        }
        let low = -&low;
        let mut class: FxHashMap<u64, usize> = FxHashMap::default();
        for (j, members) in ys.members.iter().enumerate() {
            class.extend(members.iter().map(|(y, _)| (*y, j)));
        }
        let pays =
            |t: u64, y: u64| class.get(&y).and_then(|j| price.get(&(t, *j))).map_or(low.clone(), |u| (*u).clone());
        let mut payoff: Vec<Vec<Ratio>> =
            parameters.iter().map(|t| (0..actions).map(|y| pays(*t, y)).collect()).collect();
        let numbers = || payoff.iter().flatten();
        let den = numbers().fold(Int::ONE, |l, u| l.lcm(u.den()));
        let common = numbers().fold(Int::ZERO, |d, u| d.gcd(&(u.num() * &den.div_exact(u.den()))));
        let scale = Ratio::new(den, common).unwrap_or(Ratio::ONE);
        payoff.iter_mut().flatten().for_each(|u| *u = &*u * &scale);
        payoff
    }
}

/// `Σ g(y|t) u(t,y)`
fn direct(g: &Kernel, payoff: &[Vec<Ratio>], parameters: &[u64]) -> Ratio {
    let paid = |(t, pays): (&u64, &Vec<Ratio>)| {
        g.rows[*t as usize].ratios().fold(Ratio::ZERO, |s, (y, mass)| &s + &(&mass * &pays[y as usize]))
    };
    parameters.iter().zip(payoff).map(paid).fold(Ratio::ZERO, |a, b| &a + &b)
}

/// `Σ_x max_y Σ_t f(x|t) u(t,y)`
fn best(xs: &Outcomes, payoff: &[Vec<Ratio>], parameters: &[u64]) -> Ratio {
    let actions = payoff.first().map_or(0, Vec::len);
    let paid = |column: &Column, y: usize| {
        column.iter().fold(Ratio::ZERO, |s, (t, mass)| {
            let k = parameters.binary_search(t).unwrap_or(0);
            &s + &(mass * &payoff[k][y])
        })
    };
    let most = |column: &Column| (0..actions).map(|y| paid(column, y)).max().unwrap_or(Ratio::ZERO);
    xs.sums.iter().map(most).fold(Ratio::ZERO, |a, b| &a + &b)
}
