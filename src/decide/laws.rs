//! `check laws`: the axioms of Markov categories on given objects and kernels, law by law.
//!
//! Both sides of every instance are written out as matrices by the operations of the category (`then`, `beside`, the
//! structural maps), not by the network engine, in which many of the laws hold by construction.

use super::answer::{Copying, LawLine, LawTable, Level, Outcome, Verdict, Witness};
use crate::check::types::{KernelId, ObjectId};
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::model::finstoch::kernel::Kernel;

/// Most entries of the widest matrix of an instance; larger instances are counted as left out.
const INSTANCE_LIMIT: u64 = 1 << 16;

/// Checks the laws.
pub(super) fn laws(e: &mut Evaluator<'_>, objects: &[ObjectId], kernels: &[KernelId]) -> Result<Verdict, ModelError> {
    let (sig, interrupt) = (e.sig, e.interrupt);
    let sizes: Vec<(String, [u64; 1])> =
        objects.iter().map(|o| (sig.objects[*o].name.to_string(), [sig.objects[*o].size()])).collect();
    let span = e.span();
    let abstract_part = |what: String| ModelError::Abstract { what, span };
    if let Some(object) = objects.iter().map(|o| &sig.objects[*o]).find(|o| o.is_abstract()) {
        return Err(abstract_part(format!("the object `{}`", object.name)));
    }
    let arrows: Vec<(String, Kernel)> = kernels
        .iter()
        .map(|k| {
            let k = &sig.kernels[*k];
            let rows = k.rows.clone().ok_or_else(|| ModelError::without_rows(k, span))?;
            Ok((k.name.to_string(), Kernel::new(sig.sizes(&k.dom), sig.sizes(&k.cod), rows)))
        })
        .collect::<Result<_, ModelError>>()?;
    let mut table = LawTable::default();
    let then = |a: &Kernel, b: &Kernel| a.then(b, interrupt).map_err(ModelError::from);
    let id = Kernel::identity;
    let unit: [u64; 0] = [];
    let pairs = || sizes.iter().flat_map(|a| sizes.iter().map(move |b| (a, b)));
    let both = || arrows.iter().flat_map(|f| arrows.iter().map(move |g| (f, g)));
    let small = |factors: &[&[u64]]| {
        factors
            .iter()
            .flat_map(|f| f.iter())
            .try_fold(1u64, |n, s| n.checked_mul(*s))
            .is_some_and(|n| n <= INSTANCE_LIMIT)
    };

    let mut law = Counter::new(&mut table, "copying is associative", "copy ; (copy * id) == copy ; (id * copy)");
    for (name, a) in &sizes {
        if law.fits(small(&[a, a, a])) {
            let c = Kernel::copy(a);
            law.instance(name, &then(&c, &c.beside(&id(a)))?, &then(&c, &id(a).beside(&c))?);
        }
    }
    law.done();
    let mut law = Counter::new(&mut table, "copying has a unit", "copy ; (del * id) == id == copy ; (id * del)");
    for (name, a) in &sizes {
        if law.fits(small(&[a, a])) {
            let (c, d) = (Kernel::copy(a), Kernel::discard(a));
            law.instance(name, &then(&c, &d.beside(&id(a)))?, &id(a));
            law.instance(name, &then(&c, &id(a).beside(&d))?, &id(a));
        }
    }
    law.done();
    let mut law = Counter::new(&mut table, "copying is commutative", "copy ; swap == copy");
    for (name, a) in &sizes {
        if law.fits(small(&[a, a, a])) {
            law.instance(name, &then(&Kernel::copy(a), &Kernel::swap(a, a))?, &Kernel::copy(a));
        }
    }
    law.done();
    let mut law = Counter::new(&mut table, "copying a product", "copy[A * B] == (copy * copy) ; (id * swap * id)");
    for ((m, a), (n, b)) in pairs() {
        if law.fits(small(&[a, a, b, b])) {
            let sides = Kernel::copy(a).beside(&Kernel::copy(b));
            let middle = id(a).beside(&Kernel::swap(a, b)).beside(&id(b));
            law.instance(&format!("{m}, {n}"), &Kernel::copy(&[a[0], b[0]]), &then(&sides, &middle)?);
        }
    }
    law.done();
    let mut law = Counter::new(&mut table, "discarding a product", "del[A * B] == del * del");
    for ((m, a), (n, b)) in pairs() {
        if law.fits(small(&[a, b])) {
            let sides = Kernel::discard(a).beside(&Kernel::discard(b));
            law.instance(&format!("{m}, {n}"), &Kernel::discard(&[a[0], b[0]]), &sides);
        }
    }
    law.done();
    let mut law = Counter::new(&mut table, "copying and discarding the unit", "copy[I] == id[I] == del[I]");
    law.instance("I", &Kernel::copy(&unit), &id(&unit));
    law.instance("I", &Kernel::discard(&unit), &id(&unit));
    law.done();
    let mut law = Counter::new(&mut table, "discarding is natural", "f ; del == del");
    for (name, f) in &arrows {
        if law.fits(small(&[&f.dom, &f.cod])) {
            law.instance(name, &then(f, &Kernel::discard(&f.cod))?, &Kernel::discard(&f.dom));
        }
    }
    law.done();
    let mut law = Counter::new(&mut table, "identities", "id ; f == f == f ; id");
    for (name, f) in &arrows {
        if law.fits(small(&[&f.dom, &f.cod])) {
            law.instance(name, &then(&id(&f.dom), f)?, f);
            law.instance(name, &then(f, &id(&f.cod))?, f);
        }
    }
    law.done();
    let mut law = Counter::new(&mut table, "composition is associative", "(f ; g) ; h == f ; (g ; h)");
    for (l, f) in &arrows {
        for (m, g) in arrows.iter().filter(|(_, g)| g.dom == f.cod) {
            for (n, h) in arrows.iter().filter(|(_, h)| h.dom == g.cod) {
                if law.fits(small(&[&f.dom, &h.cod]) && small(&[&g.dom, &g.cod])) {
                    law.instance(&format!("{l}, {m}, {n}"), &then(&then(f, g)?, h)?, &then(f, &then(g, h)?)?);
                }
            }
        }
    }
    law.done();
    let mut law = Counter::new(&mut table, "interchange", "(f * id) ; (id * g) == f * g == (id * g) ; (f * id)");
    for ((m, f), (n, g)) in both() {
        if law.fits(small(&[&f.dom, &f.cod, &g.dom, &g.cod])) {
            let name = format!("{m}, {n}");
            let first = then(&f.beside(&id(&g.dom)), &id(&f.cod).beside(g))?;
            let second = then(&id(&f.dom).beside(g), &f.beside(&id(&g.cod)))?;
            law.instance(&name, &first, &f.beside(g));
            law.instance(&name, &second, &f.beside(g));
        }
    }
    law.done();
    let mut law = Counter::new(&mut table, "swapping twice", "swap ; swap == id");
    for ((m, a), (n, b)) in pairs() {
        if law.fits(small(&[a, b, a, b])) {
            let twice = then(&Kernel::swap(a, b), &Kernel::swap(b, a))?;
            law.instance(&format!("{m}, {n}"), &twice, &id(&[a[0], b[0]]));
        }
    }
    law.done();
    let mut law =
        Counter::new(&mut table, "swapping past a product", "swap[A * B, C] == (id * swap[B, C]) ; (swap[A, C] * id)");
    for ((l, a), (m, b)) in pairs() {
        for (n, c) in &sizes {
            if law.fits(small(&[a, b, c, a, b, c])) {
                let steps = then(&id(a).beside(&Kernel::swap(b, c)), &Kernel::swap(a, c).beside(&id(b)))?;
                law.instance(&format!("{l}, {m}, {n}"), &Kernel::swap(&[a[0], b[0]], c), &steps);
            }
        }
    }
    law.done();
    let mut law = Counter::new(&mut table, "swapping is natural", "(f * g) ; swap == swap ; (g * f)");
    for ((m, f), (n, g)) in both() {
        if law.fits(small(&[&f.dom, &f.cod, &g.dom, &g.cod])) {
            let left = then(&f.beside(g), &Kernel::swap(&f.cod, &g.cod))?;
            let right = then(&Kernel::swap(&f.dom, &g.dom), &g.beside(f))?;
            law.instance(&format!("{m}, {n}"), &left, &right);
        }
    }
    law.done();
    for (k, (_, f)) in kernels.iter().zip(&arrows) {
        let stochastic = f.rows.iter().enumerate().find(|(_, row)| row.as_point().is_none());
        let failure = stochastic.map(|(input, row)| {
            let place = |n: usize| row.entries().get(n).map_or(0, |(p, _)| *p);
            (input as u64, [place(0), place(1)])
        });
        table.copying.push(Copying { kernel: *k, failure });
    }
    let broken = table.lines.iter().position(|l| l.failure.is_some());
    let instances: usize = table.lines.iter().map(|l| l.instances).sum();
    Ok(Verdict {
        outcome: if broken.is_some() { Outcome::Fails } else { Outcome::Holds },
        level: Level::Exact,
        witness: broken.map(Witness::Law),
        compared: Some(format!("{instances} instances of {} laws", table.lines.len())),
        shown: Vec::new(),
        extensions: Vec::new(),
        not_structural: None,
        filled: false,
        laws: Some(table),
        proof: None,
        notes: Vec::new(),
        positivity: None,
        pivots: None,
        equivalence: None,
    })
}

/// Counts the instances of one law.
struct Counter<'t> {
    table: &'t mut LawTable,
    line: LawLine,
}

impl<'t> Counter<'t> {
    fn new(table: &'t mut LawTable, name: &'static str, statement: &'static str) -> Counter<'t> {
        Counter { table, line: LawLine { name, statement, instances: 0, left_out: 0, failure: None } }
    }

    fn fits(&mut self, fits: bool) -> bool {
        self.line.left_out += usize::from(!fits);
        fits
    }

    fn instance(&mut self, at: &str, left: &Kernel, right: &Kernel) {
        self.line.instances += 1;
        if left != right && self.line.failure.is_none() {
            self.line.failure = Some(at.to_string());
        }
    }

    fn done(self) {
        self.table.lines.push(self.line);
    }
}
