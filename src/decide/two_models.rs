//! Two models of a wiring with the same law of what is observed and with different effects: then no formula in what is
//! observed gives the effect (Pearl, *Causality*, Definition 3.2.3).
//!
//! 1. All objects get two points, or three, and every box a kernel of its own with positive entries: mostly random ones,
//!    which may ignore some of their inputs, or noisy parities of some inputs and outputs, after the models by which
//!    Shpitser and Pearl (2006) show that their algorithm is complete.
//! 2. Then one box is changed. The law of what is observed is linear in the entries of its kernel, and so is the effect:
//!    the changes that leave the first alone are a null space, by elimination over the integers. If one of them changes the
//!    effect, a small multiple of it keeps all entries positive, and gives the second model.
//! 3. Both are written as one program, with two checks, which is read and checked like any other. Only if both checks hold
//!    is there an answer, so nothing of the above has to be believed.

use std::fmt::Write;

use rustc_hash::FxHashMap;

use super::answer::{Answer, Outcome, Witness};
use super::counterexample::{Random, answers, wire_name};
use crate::base::interrupt::{Interrupt, Stopped};
use crate::check::signature::Signature;
use crate::check::types::{ObjectId, Type};
use crate::number::int::Int;
use crate::number::linear::Echelon;
use crate::number::ratio::Ratio;
use crate::rewrite::NormalForm;
use crate::rewrite::difference::op_name;
use crate::rewrite::normal_form::Source;
use crate::syntax::keywords::KEYWORDS;

/// Most products of numbers for one size of the objects; large wirings are tried less often.
const BUDGET: u64 = 1 << 23;

/// Most models that are tried for one size of the objects.
const TRIES: u64 = 64;

/// The outcome of a search.
pub(super) enum Search {
    /// Two models.
    Found(Box<Witness>),
    /// So many models were tried, and none could be changed so; 0 if the wiring is too large for that.
    Tried(u64),
}

/// Looks for two models that agree on all outputs, and not on what setting the outputs `x` does to the outputs `y`.
pub(super) fn search(
    sig: &Signature,
    form: &NormalForm,
    x: &[usize],
    y: &[usize],
    interrupt: &Interrupt,
) -> Result<Search, Stopped> {
    let mut random = Random(0x3c6e_f372_fe94_f82b);
    let mut tried = 0;
    for size in [2, 3] {
        let wiring = Wiring::new(sig, form, size, x, y);
        let tries = (BUDGET / wiring.cost().max(1)).min(TRIES);
        for number in 0..tries {
            interrupt.check()?;
            let model = wiring.model(&mut random, number);
            tried += 1;
            for changed in (0..form.boxes.len()).filter(|b| wiring.hides(*b)) {
                let Some(other) = wiring.change(&model, changed, interrupt)? else { continue };
                let program = wiring.program(sig, &model, changed, &other);
                // 3.
                if let Some(witness) = verified(program, interrupt) {
                    return Ok(Search::Found(Box::new(witness)));
                }
            }
        }
    }
    Ok(Search::Tried(tried))
}

/// The kernel of a box: integers over one denominator, row by row.
struct Matrix {
    den: Int,
    entries: Vec<Int>,
}

/// The boxes and wires of a diagram, all wires with the same number of values.
struct Wiring<'f> {
    form: &'f NormalForm,
    size: usize,
    x: &'f [usize],
    y: &'f [usize],
    /// How many outputs each box has.
    ports: Vec<usize>,
    /// The number of the first of these among all wires, which begin with the inputs.
    first: Vec<usize>,
    wires: usize,
}

impl<'f> Wiring<'f> {
    fn new(sig: &Signature, form: &'f NormalForm, size: usize, x: &'f [usize], y: &'f [usize]) -> Wiring<'f> {
        let ports: Vec<usize> = form.boxes.iter().map(|b| b.op.ends(sig).1.len()).collect();
        let mut wires = form.inputs.len();
        let mut first = Vec::with_capacity(ports.len());
        for count in &ports {
            first.push(wires);
            wires += count;
        }
        Wiring { form, size, x, y, ports, first, wires }
    }

    /// About how many products it takes to look at one model.
    fn cost(&self) -> u64 {
        let power = |n: usize| (self.size as u64).saturating_pow(n.min(64) as u32);
        let boxes = self.form.boxes.len() as u64;
        power(self.wires).saturating_mul(1 + power(self.x.len())).saturating_mul(boxes).saturating_mul(boxes)
    }

    /// Whether a box has a wire that is not observed. The law of what is observed determines all others, for where all of
    /// it is possible their rows are conditionals of it.
    fn hides(&self, b: usize) -> bool {
        let seen = |s: &Source| matches!(s, Source::Input(_)) || self.form.outputs.contains(s);
        let made = (0..self.ports[b]).map(|p| Source::Port(b as u32, p as u32));
        !(self.form.boxes[b].inputs.iter().all(seen) && made.into_iter().all(|s| seen(&s)))
    }

    fn wire(&self, source: Source) -> usize {
        match source {
            Source::Input(i) => i as usize,
            Source::Port(b, port) => self.first[b as usize] + port as usize,
        }
    }

    /// 1. Kernels for all boxes. The first models use all their inputs.
    fn model(&self, random: &mut Random, number: u64) -> Vec<Matrix> {
        let parity = self.size == 2 && number % 2 == 1;
        let kernel = |(b, ports): (usize, &usize)| {
            let inputs = self.form.boxes[b].inputs.len();
            let some = |random: &mut Random, n: usize| -> Vec<bool> { (0..n).map(|_| random.below(3) > 0).collect() };
            match parity && random.below(4) > 0 {
                true => {
                    let (inputs, mut outputs) = (some(random, inputs), some(random, *ports));
                    // Every other root is a fair coin, for which nothing is chosen.
                    if !inputs.is_empty() || random.below(2) > 0 {
                        let one = random.below(*ports as u64) as usize;
                        outputs[one] = true;
                    } else {
                        outputs.fill(false);
                    }
                    self.noisy_parity(&inputs, &outputs, random)
                }
                false => {
                    let all = number < 8;
                    let used: Vec<bool> = (0..inputs).map(|_| all || random.below(3) > 0).collect();
                    self.random_kernel(&used, *ports, random)
                }
            }
        };
        self.ports.iter().enumerate().map(kernel).collect()
    }

    fn noisy_parity(&self, inputs: &[bool], outputs: &[bool], random: &mut Random) -> Matrix {
        let (whole, part) = [(2i64, 1i64), (3, 1), (3, 2)][random.below(3) as usize];
        // Where no output is chosen there is nothing to tilt.
        let part = if outputs.contains(&true) { part } else { 0 };
        let (rows, columns) = (1usize << inputs.len(), 1usize << outputs.len());
        let odd = |point: usize, chosen: &[bool]| {
            let n = chosen.len();
            chosen.iter().enumerate().filter(|(k, c)| **c && point >> (n - 1 - k) & 1 == 1).count() % 2 == 1
        };
        let entry = |place: usize| match odd(place / columns, inputs) == odd(place % columns, outputs) {
            true => Int::from(whole + part),
            false => Int::from(whole - part),
        };
        Matrix { den: Int::from(whole * columns as i64), entries: (0..rows * columns).map(entry).collect() }
    }

    fn random_kernel(&self, used: &[bool], ports: usize, random: &mut Random) -> Matrix {
        let columns = self.size.pow(ports as u32);
        let total = 8 * columns as u64;
        let mut rows: FxHashMap<usize, Vec<u64>> = FxHashMap::default();
        let mut entries = Vec::new();
        for row in 0..self.size.pow(used.len() as u32) {
            let seen = self.digits(row, used.len()).iter().zip(used).fold(
                0,
                |n, (d, u)| {
                    if *u { n * self.size + d } else { n }
                },
            );
            let weights = rows.entry(seen).or_insert_with(|| {
                let mut weights = vec![1; columns];
                (0..total - columns as u64).for_each(|_| weights[random.below(columns as u64) as usize] += 1);
                weights
            });
            entries.extend(weights.iter().map(|w| Int::from(*w)));
        }
        Matrix { den: Int::from(total), entries }
    }

    fn digits(&self, mut point: usize, count: usize) -> Vec<usize> {
        let mut out = vec![0; count];
        for d in out.iter_mut().rev() {
            *d = point % self.size;
            point /= self.size;
        }
        out
    }

    /// 2. The kernel of another model, in which only this box is another one.
    fn change(&self, model: &[Matrix], changed: usize, interrupt: &Interrupt) -> Result<Option<Vec<Ratio>>, Stopped> {
        let columns = self.size.pow(self.ports[changed] as u32);
        let own = &model[changed];
        let (observed, effects) = self.coefficients(model, changed, interrupt)?;
        let mut equations: Vec<Vec<Int>> = observed.into_values().collect();
        for row in 0..own.entries.len() / columns {
            let here = |k: usize| if k / columns == row { Int::ONE } else { Int::ZERO };
            equations.push((0..own.entries.len()).map(here).collect());
        }
        let space = Echelon::of(equations, own.entries.len(), interrupt)?.null_space();
        let moves = |change: &&Vec<Int>| {
            effects.values().any(|effect| {
                let mut sum = Int::ZERO;
                effect.iter().zip(*change).for_each(|(c, d)| sum.add_product(c, d));
                !sum.is_zero()
            })
        };
        let Some(change) = space.iter().find(moves) else { return Ok(None) };
        // No entry loses more than half of it.
        let entry = |k: usize| Ratio::new(own.entries[k].clone(), own.den.clone()).unwrap_or(Ratio::ZERO);
        let most = |(k, d): (usize, &Int)| {
            let twice = &d.abs() + &d.abs();
            entry(k).checked_div(&Ratio::from(twice))
        };
        let Some(step) = change.iter().enumerate().filter_map(most).min() else { return Ok(None) };
        let other = |(k, d): (usize, &Int)| &entry(k) + &(&step * &Ratio::from(d.clone()));
        Ok(Some(change.iter().enumerate().map(other).collect()))
    }

    /// How much of each entry of a box is in the probability of each combination of inputs and outputs, and in that of
    /// each combination of what is set, the inputs, and what is acted on; all over one denominator.
    #[expect(clippy::type_complexity, reason = "two maps of the same kind")]
    fn coefficients(
        &self,
        model: &[Matrix],
        changed: usize,
        interrupt: &Interrupt,
    ) -> Result<(FxHashMap<Vec<usize>, Vec<Int>>, FxHashMap<Vec<usize>, Vec<Int>>), Stopped> {
        let count = model[changed].entries.len();
        let (mut observed, mut effects) = (FxHashMap::default(), FxHashMap::default());
        let set: Vec<Source> = self.x.iter().map(|o| self.form.outputs[*o]).collect();
        let inputs = self.form.inputs.len();
        for all in 0..self.size.pow(self.wires as u32) {
            if all % 1024 == 0 {
                interrupt.check()?;
            }
            let values = self.digits(all, self.wires);
            let add = |target: &mut FxHashMap<Vec<usize>, Vec<Int>>, key, seen: &dyn Fn(Source) -> usize| {
                let (mut product, mut place) = (Int::ONE, 0);
                for (b, node) in self.form.boxes.iter().enumerate() {
                    let row = node.inputs.iter().fold(0, |n, s| n * self.size + seen(*s));
                    let own = &values[self.first[b]..self.first[b] + self.ports[b]];
                    let entry = own.iter().fold(row, |n, v| n * self.size + v);
                    match b == changed {
                        true => place = entry,
                        false => product = &product * &model[b].entries[entry],
                    }
                }
                let row = target.entry(key).or_insert_with(|| vec![Int::ZERO; count]);
                row[place] += &product;
            };
            let plain = |s: Source| values[self.wire(s)];
            let mut key = values[..inputs].to_vec();
            key.extend(self.form.outputs.iter().map(|s| plain(*s)));
            add(&mut observed, key, &plain);
            for setting in 0..self.size.pow(set.len() as u32) {
                let given = self.digits(setting, set.len());
                let seen = |s: Source| match set.iter().position(|x| *x == s) {
                    Some(k) => given[k],
                    None => values[self.wire(s)],
                };
                let mut key = given.clone();
                key.extend(&values[..inputs]);
                key.extend(self.y.iter().map(|o| seen(self.form.outputs[*o])));
                add(&mut effects, key, &seen);
            }
        }
        Ok((observed, effects))
    }

    /// 3. Both models as a program.
    fn program(&self, sig: &Signature, model: &[Matrix], changed: usize, other: &[Ratio]) -> String {
        let mut objects: Vec<ObjectId> = self.form.inputs.clone();
        for b in &self.form.boxes {
            let (dom, cod) = b.op.ends(sig);
            objects.extend(dom.factors().iter().chain(cod.factors()));
        }
        objects.sort();
        objects.dedup();
        let mut taken: Vec<String> = ["first", "second"].map(String::from).to_vec();
        taken.extend(objects.iter().map(|o| sig.objects[*o].name.to_string()));
        let mut text = String::new();
        for object in objects {
            let _ = writeln!(text, "object {} = 0..{}", sig.objects[object].name, self.size);
        }
        let mut names = Vec::new();
        let mut changed_name = String::new();
        for (b, (node, matrix)) in self.form.boxes.iter().zip(model).enumerate() {
            let (dom, cod) = node.op.ends(sig);
            let ends =
                if dom.is_empty() { sig.show(&cod) } else { format!("{} -> {}", sig.show(&dom), sig.show(&cod)) };
            let columns = self.size.pow(self.ports[b] as u32);
            let entry = |w: &Int| Ratio::new(w.clone(), matrix.den.clone()).unwrap_or(Ratio::ZERO);
            let own: Vec<Ratio> = matrix.entries.iter().map(entry).collect();
            let mut declare = |name: &str, entries: &[Ratio]| {
                let row = |r: &[Ratio]| format!("[{}]", r.iter().map(Ratio::to_string).collect::<Vec<_>>().join(", "));
                let rows: Vec<String> = entries.chunks(columns).map(row).collect();
                let _ = writeln!(text, "kernel {name} : {ends} = [{}]", rows.join(", "));
            };
            let name = free_name(&op_name(sig, &node.op), &mut taken);
            declare(&name, &own);
            if b == changed {
                changed_name = free_name(&format!("{name}_other"), &mut taken);
                declare(&changed_name, other);
            }
            names.push(name);
        }
        text.push_str(&self.diagram(sig, "first", &names));
        names[changed] = changed_name;
        text.push_str(&self.diagram(sig, "second", &names));
        let list = |places: &[usize]| places.iter().map(|p| format!("#{}", p + 1)).collect::<Vec<_>>().join(", ");
        let (x, y) = (list(self.x), list(self.y));
        let _ = writeln!(text, "check first == second");
        let _ = writeln!(text, "check effect(first, {y} given do {x}) != effect(second, {y} given do {x})");
        text
    }

    fn diagram(&self, sig: &Signature, name: &str, names: &[String]) -> String {
        let form = self.form;
        let wire = |source: &Source| wire_name(sig, form, *source);
        let inputs: Vec<String> =
            form.inputs.iter().enumerate().map(|(i, o)| format!("x{}: {}", i + 1, sig.objects[*o].name)).collect();
        let inputs = if inputs.is_empty() { String::new() } else { format!("({})", inputs.join(", ")) };
        let mut text = format!("diagram {name}{inputs} -> {} {{\n", sig.show(&Type::new(form.output_types(sig))));
        for (b, node) in form.boxes.iter().enumerate() {
            let made: Vec<String> = (0..self.ports[b]).map(|p| wire(&Source::Port(b as u32, p as u32))).collect();
            let target = if made.len() == 1 { made[0].clone() } else { format!("({})", made.join(", ")) };
            let given: Vec<String> = node.inputs.iter().map(wire).collect();
            let given = if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) };
            let _ = writeln!(text, "  {target} ~ {}{given}", names[b]);
        }
        let outputs: Vec<String> = form.outputs.iter().map(wire).collect();
        let _ = writeln!(text, "  return {}\n}}", outputs.join(", "));
        text
    }
}

/// A name that can still be declared; it is taken then.
fn free_name(name: &str, taken: &mut Vec<String>) -> String {
    let mut out: String = name.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    out.truncate(out.trim_end_matches('_').len().max(1));
    while taken.contains(&out) || KEYWORDS.contains(&out.as_str()) {
        out.push('\'');
    }
    taken.push(out.clone());
    out
}

/// 3. What the program says of itself, if both of its checks hold.
fn verified(program: String, interrupt: &Interrupt) -> Option<Witness> {
    let (sig, answers) = answers(&program, interrupt)?;
    let [Answer::Verdict(same), Answer::Verdict(differ)] = &answers[..] else { return None };
    if same.outcome != Outcome::Holds || differ.outcome != Outcome::Holds {
        return None;
    }
    let Some(Witness::Entry { input, output, left, right }) = &differ.witness else { return None };
    let labels = |(t, p): &(Type, u64)| sig.labels(t, *p).iter().map(|n| n.to_string()).collect();
    let (input, output) = (labels(input), labels(output));
    Some(Witness::TwoModels { program, input, output, first: left.clone(), second: right.clone() })
}
