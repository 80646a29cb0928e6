//! Diagrams as the generator knows them: every structural map with its objects, every box with its number.

use super::choices::Choices;
use super::events::Event;
use super::world::{Ty, World};

/// A typed diagram.
#[derive(Debug, Clone)]
pub enum Tree {
    Id(Ty),
    Copy(Ty),
    Del(Ty),
    Swap(Ty, Ty),
    Uniform(Ty),
    Point(Ty, usize),
    Kernel(usize),
    Def(usize),
    /// A declared diagram after surgery on its inside; only the reference makes these.
    Changed(usize, Box<Tree>),
    Seq(Vec<Tree>),
    Par(Vec<Tree>),
    Pair(Vec<Tree>),
    Power(Box<Tree>, u64),
    Marginal(Box<Tree>, Vec<usize>),
    Cond(Box<Tree>, Vec<usize>, Vec<usize>),
    /// The kernel, then the prior.
    Bayes(Box<Tree>, Box<Tree>),
    Observe(Box<Tree>, Event),
    Do(Box<Tree>, Vec<(Target, Tree)>),
}

/// What surgery replaces.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// All kernels declared with a name.
    Kernel(String),
    Def(usize),
}

/// How much a structural map may leave to its context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bare {
    /// Its objects are always written.
    Never,
    /// They may be left out where it acts on single objects.
    Single,
    /// They may be left out.
    Free,
}

impl Tree {
    pub fn dom(&self, w: &World) -> Ty {
        match self {
            Tree::Id(t) | Tree::Copy(t) | Tree::Del(t) => t.clone(),
            Tree::Swap(a, b) => [&a[..], b].concat(),
            Tree::Uniform(_) | Tree::Point(..) => Ty::new(),
            Tree::Kernel(k) => w.kernels[*k].dom.clone(),
            Tree::Def(d) | Tree::Changed(d, _) => w.defs[*d].dom.clone(),
            Tree::Seq(items) | Tree::Pair(items) => items[0].dom(w),
            Tree::Par(items) => items.iter().flat_map(|i| i.dom(w)).collect(),
            Tree::Power(of, _) | Tree::Marginal(of, _) | Tree::Observe(of, _) | Tree::Do(of, _) => of.dom(w),
            Tree::Cond(of, _, given) => {
                let cod = of.cod(w);
                given.iter().map(|g| cod[*g]).chain(of.dom(w)).collect()
            }
            Tree::Bayes(f, _) => f.cod(w),
        }
    }

    pub fn cod(&self, w: &World) -> Ty {
        match self {
            Tree::Id(t) | Tree::Uniform(t) | Tree::Point(t, _) => t.clone(),
            Tree::Copy(t) => [&t[..], t].concat(),
            Tree::Del(_) => Ty::new(),
            Tree::Swap(a, b) => [&b[..], a].concat(),
            Tree::Kernel(k) => w.kernels[*k].cod.clone(),
            Tree::Def(d) | Tree::Changed(d, _) => w.defs[*d].cod.clone(),
            Tree::Seq(items) => items[items.len() - 1].cod(w),
            Tree::Pair(items) | Tree::Par(items) => items.iter().flat_map(|i| i.cod(w)).collect(),
            Tree::Power(of, _) | Tree::Observe(of, _) | Tree::Do(of, _) => of.cod(w),
            Tree::Marginal(of, places) | Tree::Cond(of, places, _) => {
                let cod = of.cod(w);
                places.iter().map(|p| cod[*p]).collect()
            }
            Tree::Bayes(f, _) => f.dom(w),
        }
    }

    /// The point-free text. Strengths: 0 `;`, 2 `*`, 4 power, 5 what stands alone.
    pub fn text(&self, w: &World, ch: &mut Choices<'_>, strength: u8, bare: Bare) -> String {
        let open = |single: bool, ch: &mut Choices<'_>| match bare {
            Bare::Never => false,
            Bare::Single => single && ch.once_in(2),
            Bare::Free => ch.once_in(2),
        };
        let map = |name: &str, t: &Ty, ch: &mut Choices<'_>| {
            if open(t.len() == 1, ch) { name.to_string() } else { format!("{name}[{}]", w.type_text(t, ch)) }
        };
        let alone = Bare::Never;
        let (own, text) = match self {
            Tree::Id(t) => (5, map("id", t, ch)),
            Tree::Copy(t) => (5, map("copy", t, ch)),
            Tree::Del(t) => (5, map("del", t, ch)),
            Tree::Uniform(t) => (5, map("uniform", t, ch)),
            Tree::Swap(a, b) if a.len() == 1 && b.len() == 1 && open(true, ch) => (5, "swap".into()),
            Tree::Swap(a, b) => (5, format!("swap[{}, {}]", w.type_text(a, ch), w.type_text(b, ch))),
            Tree::Point(t, p) => (5, format!("point({})", dotted(w, t, *p))),
            Tree::Kernel(k) => (5, w.kernels[*k].usage.clone()),
            Tree::Def(d) => (5, w.defs[*d].name.clone()),
            Tree::Changed(..) => unreachable!("only the reference makes these"),
            Tree::Seq(items) => {
                let mut parts = Vec::new();
                for (i, item) in items.iter().enumerate() {
                    // After the first part the type is known.
                    let bare = if i > 0 && bare == Bare::Free { Bare::Free } else { bare };
                    parts.push(item.text(w, ch, 1, bare));
                }
                (0, parts.join(if ch.once_in(5) { " ≫ " } else { " ; " }))
            }
            Tree::Par(items) => {
                let bare = if bare == Bare::Free { Bare::Single } else { bare };
                let parts: Vec<String> = items.iter().map(|i| i.text(w, ch, 3, bare)).collect();
                (2, parts.join(if ch.once_in(5) { " ⊗ " } else { " * " }))
            }
            Tree::Pair(items) => {
                let parts: Vec<String> = items.iter().map(|i| i.text(w, ch, 0, bare)).collect();
                (5, format!("<{}>", parts.join(", ")))
            }
            Tree::Power(of, n) => (4, format!("{}^{n}", of.text(w, ch, 5, bare))),
            Tree::Marginal(of, places) => {
                (5, format!("marginal({}, {})", of.text(w, ch, 0, alone), of.wires(w, ch, places)))
            }
            Tree::Cond(of, targets, given) => {
                let (x, y) = (of.wires(w, ch, targets), of.wires(w, ch, given));
                (5, format!("cond({}, {x} given {y})", of.text(w, ch, 0, alone)))
            }
            Tree::Bayes(f, p) => (5, format!("bayes({}, {})", f.text(w, ch, 0, alone), p.text(w, ch, 0, alone))),
            Tree::Observe(of, event) => {
                (5, format!("observe({}, {})", of.text(w, ch, 0, alone), event.text(w, of, ch, 0)))
            }
            Tree::Do(of, steps) => {
                // The type of the box is the context of what replaces it.
                let inside = if bare == Bare::Never { Bare::Never } else { Bare::Free };
                let mut parts = vec![of.text(w, ch, 0, alone)];
                for (target, tree) in steps {
                    let name = match target {
                        Target::Kernel(name) => name.clone(),
                        Target::Def(d) => w.defs[*d].name.clone(),
                    };
                    parts.push(format!("{name} := {}", tree.text(w, ch, 0, inside)));
                }
                (5, format!("do({})", parts.join(", ")))
            }
        };
        if own < strength { format!("({text})") } else { text }
    }

    /// Names of outputs, where they are known to have some.
    pub fn groups<'w>(&self, w: &'w World) -> &'w [(String, usize, usize)] {
        match self {
            Tree::Def(d) => &w.defs[*d].groups,
            Tree::Observe(of, _) | Tree::Do(of, _) => of.groups(w),
            _ => &[],
        }
    }

    /// The text for some outputs: by name where a name stands for them, else by number.
    pub fn wires(&self, w: &World, ch: &mut Choices<'_>, places: &[usize]) -> String {
        let mut parts = Vec::new();
        let mut at = 0;
        while at < places.len() {
            let named = self.groups(w).iter().find(|(_, start, len)| {
                *len > 0 && places[at..].starts_with(&(*start..start + len).collect::<Vec<_>>())
            });
            match named {
                Some((name, _, len)) if !ch.once_in(3) => {
                    parts.push(name.clone());
                    at += len;
                }
                _ => {
                    parts.push(format!("#{}", places[at] + 1));
                    at += 1;
                }
            }
        }
        parts.join(", ")
    }
}

/// A point with its objects.
fn dotted(w: &World, t: &[usize], point: usize) -> String {
    let coordinates = w.coordinates(t, point);
    let parts: Vec<String> = t
        .iter()
        .zip(coordinates)
        .map(|(o, c)| format!("{}.{}", w.objects[*o].name, super::world::quoted(&w.objects[*o].labels[c], false)))
        .collect();
    parts.join(", ")
}
