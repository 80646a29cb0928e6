//! A model that tells two normal forms apart: small finite sets, random rational kernels, the deterministic ones
//! deterministic; written as a program, so that anyone can run it.
//!
//! Two different normal forms differ in some finite model (the completeness theorem of `spec/08_equality.md`), and a
//! generic one will mostly do; random models of growing size are tried, and the program is run to see that they differ.
//! Where none does, or the diagrams are large, the model of the theorem itself is built ([`super::tree_model`]).

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::answer::{Answer, Outcome, Witness};
use super::tree_model;
use crate::base::files::Files;
use crate::base::interrupt::Interrupt;
use crate::base::source::SourceMap;
use crate::check::check_file;
use crate::check::signature::{Entity, Signature};
use crate::check::types::{ObjectId, Type};
use crate::diagram::library::Library;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::number::row::Row;
use crate::rewrite::NormalForm;
use crate::rewrite::difference::op_name;
use crate::rewrite::normal_form::{Op, Source};
use crate::syntax::parse_file;

/// Sizes of the objects of the models tried, and how often each.
const TRIES: [(u64, u64); 6] = [(2, 6), (3, 6), (4, 4), (5, 3), (7, 3), (9, 2)];

/// Most entries of a matrix in a model.
const MATRIX_LIMIT: u64 = 20_000;

/// Most boxes of the diagrams for which random models are tried.
const RANDOM_LIMIT: usize = 1_000;

/// A model in which the two diagrams differ, if one is found.
pub(super) fn model(
    sig: &Signature,
    left: &NormalForm,
    right: &NormalForm,
    interrupt: &Interrupt,
) -> Result<Option<Witness>, ModelError> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let small = left.boxes.len() + right.boxes.len() <= RANDOM_LIMIT;
    for (size, times) in TRIES {
        for _ in 0..if small { times } else { 0 } {
            interrupt.check()?;
            let shape = Shape { size, weights: 9, keep: false };
            let Some(program) = program(sig, left, right, shape, &mut random) else { continue };
            if let Some(witness) = run(&program, interrupt)? {
                return Ok(Some(witness));
            }
        }
    }
    tree_model::model(sig, left, right, interrupt)
}

/// A model of what is abstract in two diagrams, in which they differ; what has points or rows is kept as declared.
pub(super) fn model_of_abstract(
    sig: &Signature,
    left: &NormalForm,
    right: &NormalForm,
    interrupt: &Interrupt,
) -> Result<Option<Witness>, ModelError> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for (size, times) in TRIES {
        for _ in 0..times {
            interrupt.check()?;
            let shape = Shape { size, weights: 9, keep: true };
            let Some(program) = program(sig, left, right, shape, &mut random) else { return Ok(None) };
            if let Some(witness) = run(&program, interrupt)? {
                return Ok(Some(witness));
            }
        }
    }
    Ok(None)
}

/// What a random model is like.
#[derive(Clone, Copy)]
struct Shape {
    /// How many points objects have.
    size: u64,
    /// The largest weight in a row, before it is divided by the sum.
    weights: u64,
    /// Whether declared points and rows are kept, and only what is abstract is chosen.
    keep: bool,
}

impl Shape {
    fn size(&self, sig: &Signature, object: ObjectId) -> u64 {
        let object = &sig.objects[object];
        if self.keep && !object.is_abstract() { object.size() } else { self.size }
    }

    fn product(&self, sig: &Signature, t: &Type) -> Option<u64> {
        t.factors().iter().try_fold(1u64, |n, o| n.checked_mul(self.size(sig, *o)))
    }

    /// The rows that a box keeps; `None` where it is chosen.
    fn kept(&self, sig: &Signature, op: &Op) -> Option<Arc<Vec<Row>>> {
        match op {
            _ if !self.keep => None,
            Op::Kernel(id) => sig.kernels[*id].rows.clone(),
            Op::Uniform(t) => Some(Arc::new(vec![Row::uniform(sig.size(t)?)])),
            Op::Point(_, point) => Some(Arc::new(vec![Row::point(*point)])),
            Op::Conditional(..) | Op::Observed(..) | Op::Derived(..) => None,
        }
    }
}

/// A small generator of pseudo-random numbers (xorshift): the same model is found every time.
pub(super) struct Random(pub(super) u64);

impl Random {
    /// A number below this one.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// The program of a model; `None` where a matrix would be too large.
fn program(
    sig: &Signature,
    left: &NormalForm,
    right: &NormalForm,
    shape: Shape,
    random: &mut Random,
) -> Option<String> {
    let (mut text, names) = declarations(sig, &[left, right], shape, |op| deterministic(sig, op), random)?;
    for (side, form) in [("left", left), ("right", right)] {
        text.push_str(&diagram(sig, &fresh(side, &names), form, &names));
    }
    let _ = writeln!(text, "check {} == {}", fresh("left", &names), fresh("right", &names));
    Some(text)
}

/// Random objects and kernels for the boxes of some diagrams, as a program, and the names of the kernels.
fn declarations(
    sig: &Signature,
    forms: &[&NormalForm],
    shape: Shape,
    deterministic: impl Fn(&Op) -> bool,
    random: &mut Random,
) -> Option<(String, FxHashMap<Op, String>)> {
    let mut objects: Vec<ObjectId> = Vec::new();
    let mut names: FxHashMap<Op, String> = FxHashMap::default();
    let mut kernels = String::new();
    for b in forms.iter().flat_map(|f| &f.boxes) {
        if names.contains_key(&b.op) {
            continue;
        }
        let (dom, cod) = b.op.ends(sig);
        objects.extend(dom.factors().iter().chain(cod.factors()));
        let (rows, columns) = (shape.product(sig, &dom)?, shape.product(sig, &cod)?);
        if rows.checked_mul(columns)? > MATRIX_LIMIT {
            return None;
        }
        // A conditional of something cannot be kept, for it depends on what is chosen.
        if shape.keep && matches!(b.op, Op::Conditional(..) | Op::Observed(..) | Op::Derived(..)) {
            return None;
        }
        let name = fresh(&op_name(sig, &b.op), &names);
        let ends = if dom.is_empty() { sig.show(&cod) } else { format!("{} -> {}", sig.show(&dom), sig.show(&cod)) };
        let matrix: Vec<String> = match shape.kept(sig, &b.op) {
            Some(kept) => kept.iter().map(|r| kept_row(r, columns)).collect(),
            None => (0..rows).map(|_| row(columns, deterministic(&b.op), shape.weights, random)).collect(),
        };
        let word = if deterministic(&b.op) { "deterministic kernel" } else { "kernel" };
        let _ = writeln!(kernels, "{word} {name} : {ends} = [{}]", matrix.join(", "));
        names.insert(b.op.clone(), name);
    }
    for form in forms {
        objects.extend(form.inputs.iter().chain(&form.output_types(sig)));
    }
    objects.sort();
    objects.dedup();
    let mut text = String::new();
    for object in objects {
        let _ = writeln!(text, "object {} = 0..{}", sig.objects[object].name, shape.size(sig, object));
    }
    text.push_str(&kernels);
    Some((text, names))
}

/// A model in which groups of outputs depend on each other, given others, as a program: all boxes are stochastic.
/// `query` says which outputs; weights are large, so that an accidental independence is improbable.
pub(super) fn dependence(sig: &Signature, form: &NormalForm, query: &str, interrupt: &Interrupt) -> Option<String> {
    if form.boxes.len() > RANDOM_LIMIT {
        return None;
    }
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for size in [2, 2, 2, 3, 3] {
        let (mut text, names) =
            declarations(sig, &[form], Shape { size, weights: 97, keep: false }, |_| false, &mut random)?;
        let name = fresh("d", &names);
        text.push_str(&diagram(sig, &name, form, &names));
        let _ = writeln!(text, "check not independent {query} in {name}");
        if holds(&text, interrupt) == Some(true) {
            return Some(text);
        }
    }
    None
}

/// Whether the only check of a program holds.
fn holds(program: &str, interrupt: &Interrupt) -> Option<bool> {
    match &answers(program, interrupt)?.1[..] {
        [Answer::Verdict(verdict)] => Some(verdict.outcome == Outcome::Holds),
        _ => None,
    }
}

/// The answers to the items of a program, with what it declares; `None` where there is an error.
pub(super) fn answers(program: &str, interrupt: &Interrupt) -> Option<(Signature, Vec<Answer>)> {
    let mut sources = SourceMap::default();
    let number = sources.add("model", program.into())?;
    let ast = parse_file(sources.get(number)).ok()?;
    let mut sig = Signature::default();
    let obligations = check_file(&mut sig, &ast, Path::new(""), &Nothing).ok()?;
    let mut library = Library::default();
    let mut evaluator = Evaluator::new(&sig, &mut library, interrupt);
    let answers = obligations.iter().map(|o| super::answer(&mut evaluator, o).ok()).collect::<Option<Vec<_>>>()?;
    Some((sig, answers))
}

/// Whether a box is deterministic in every model.
pub(super) fn deterministic(sig: &Signature, op: &Op) -> bool {
    match op {
        Op::Kernel(id) => sig.kernels[*id].is_deterministic(),
        Op::Point(..) => true,
        _ => false,
    }
}

/// A row of a random matrix: a point, or small weights that are all positive.
fn row(columns: u64, deterministic: bool, weights: u64, random: &mut Random) -> String {
    if deterministic {
        let place = random.below(columns);
        let cells: Vec<&str> = (0..columns).map(|c| if c == place { "1" } else { "0" }).collect();
        return format!("[{}]", cells.join(", "));
    }
    let weights: Vec<u64> = (0..columns).map(|_| 1 + random.below(weights)).collect();
    let total: u64 = weights.iter().sum();
    let cells: Vec<String> = weights.iter().map(|w| format!("{w}/{total}")).collect();
    format!("[{}]", cells.join(", "))
}

/// A row as it is.
fn kept_row(row: &Row, columns: u64) -> String {
    let cells: Vec<String> = (0..columns).map(|c| row.get(c).to_string()).collect();
    format!("[{}]", cells.join(", "))
}

/// A name that the program can declare.
pub(super) fn fresh(name: &str, taken: &FxHashMap<Op, String>) -> String {
    let mut out: String = name.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    out.truncate(out.trim_end_matches('_').len().max(1));
    while taken.values().any(|t| *t == out) || crate::syntax::keywords::KEYWORDS.contains(&out.as_str()) {
        out.push('\'');
    }
    out
}

/// What a wire of a diagram is called in the program of a model.
pub(super) fn wire_name(sig: &Signature, form: &NormalForm, source: Source) -> String {
    match source {
        Source::Input(i) => format!("x{}", i + 1),
        Source::Port(b, _) if form.boxes[b as usize].op.ends(sig).1.len() == 1 => format!("w{}", b + 1),
        Source::Port(b, port) => format!("w{}_{}", b + 1, port + 1),
    }
}

fn diagram(sig: &Signature, name: &str, form: &NormalForm, names: &FxHashMap<Op, String>) -> String {
    let inputs: Vec<String> =
        form.inputs.iter().enumerate().map(|(i, o)| format!("x{}: {}", i + 1, sig.objects[*o].name)).collect();
    let inputs = if inputs.is_empty() { String::new() } else { format!("({})", inputs.join(", ")) };
    let head = format!("{name}{inputs} -> {}", sig.show(&Type::new(form.output_types(sig))));
    format!("diagram {head} {{\n{}}}\n", draws(sig, form, names))
}

/// The draws of a diagram, and what it returns.
pub(super) fn draws(sig: &Signature, form: &NormalForm, names: &FxHashMap<Op, String>) -> String {
    let wire = |source: &Source| wire_name(sig, form, *source);
    let mut text = String::new();
    for (number, b) in form.boxes.iter().enumerate() {
        let ports = b.op.ends(sig).1.len();
        let outputs: Vec<String> = (0..ports as u32).map(|p| wire(&Source::Port(number as u32, p))).collect();
        let target = if ports == 1 { outputs[0].clone() } else { format!("({})", outputs.join(", ")) };
        let given: Vec<String> = b.inputs.iter().map(wire).collect();
        let given = if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) };
        let _ = writeln!(text, "  {target} ~ {}{given}", names[&b.op]);
    }
    let outputs: Vec<String> = form.outputs.iter().map(wire).collect();
    let _ = writeln!(text, "  return {}", outputs.join(", "));
    text
}

/// No files: the program of a model reads none.
struct Nothing;

impl Files for Nothing {
    fn read(&self, _: &Path, _: u64) -> std::io::Result<Vec<u8>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

/// Runs the program of a model: the entry where its two diagrams differ, if they do.
pub(super) fn run(program: &str, interrupt: &Interrupt) -> Result<Option<Witness>, ModelError> {
    let mut sources = SourceMap::default();
    let Some(number) = sources.add("model", program.into()) else { return Ok(None) };
    let Ok(ast) = parse_file(sources.get(number)) else { return Ok(None) };
    let mut sig = Signature::default();
    if check_file(&mut sig, &ast, Path::new(""), &Nothing).is_err() {
        return Ok(None);
    }
    let mut library = Library::default();
    let declared: Vec<_> =
        sig.names().filter_map(|(_, e)| if let Entity::Diagram(id) = e { Some(*id) } else { None }).collect();
    let [left, right] = declared[..] else { return Ok(None) };
    let ids = [library.definition(&sig, left), library.definition(&sig, right)];
    let (dom, cod) = (sig.definitions[left].dom.clone(), sig.definitions[left].cod.clone());
    let outputs: Vec<usize> = (0..cod.len()).collect();
    let mut evaluator = Evaluator::new(&sig, &mut library, interrupt);
    let kernels = [evaluator.kernel(ids[0], &outputs), evaluator.kernel(ids[1], &outputs)];
    let [Ok(f), Ok(g)] = kernels else { return Ok(None) };
    for (input, (a, b)) in f.rows.iter().zip(g.rows.iter()).enumerate() {
        if let Some(place) = a.first_difference(b) {
            let labels = |t: &Type, p: u64| sig.labels(t, p).iter().map(|n| n.to_string()).collect();
            return Ok(Some(Witness::Model {
                program: program.to_string(),
                input: labels(&dom, input as u64),
                output: labels(&cod, place),
                left: a.get(place),
                right: b.get(place),
            }));
        }
    }
    Ok(None)
}
