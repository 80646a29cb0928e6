//! Random typed diagrams with every term former, between given objects.

use super::choices::Choices;
use super::events::Event;
use super::tree::{Bare, Target, Tree};
use super::world::{Def, Ty, World};

/// Most points of an end of a diagram.
pub const MOST: usize = 18;

impl World {
    /// A diagram from `dom`, to `cod` where that is given.
    pub fn grow(&mut self, ch: &mut Choices<'_>, dom: &[usize], cod: Option<&[usize]>, depth: usize) -> Tree {
        if depth == 0 || ch.spent() {
            return self.leaf(ch, dom, cod);
        }
        let depth = depth - 1;
        match ch.below(14) {
            0 | 1 => self.leaf(ch, dom, cod),
            2..=4 => {
                let first = self.grow(ch, dom, None, depth);
                let middle = first.cod(self);
                let second = self.grow(ch, &middle, cod, depth);
                Tree::Seq(vec![first, second])
            }
            5 | 6 => {
                let k = ch.below(dom.len() + 1);
                let j = cod.map(|c| ch.below(c.len() + 1));
                let left = self.grow(ch, &dom[..k], cod.map(|c| &c[..j.unwrap()]), depth);
                let room = MOST / self.size(&left.cod(self)).max(1);
                let right = match cod {
                    Some(c) => self.grow(ch, &dom[k..], Some(&c[j.unwrap()..]), depth),
                    None => self.narrow(ch, &dom[k..], room, depth),
                };
                Tree::Par(vec![left, right])
            }
            7 => {
                let j = cod.map(|c| ch.below(c.len() + 1));
                let left = self.grow(ch, dom, cod.map(|c| &c[..j.unwrap()]), depth);
                let room = MOST / self.size(&left.cod(self)).max(1);
                let right = match cod {
                    Some(c) => self.grow(ch, dom, Some(&c[j.unwrap()..]), depth),
                    None => self.narrow(ch, dom, room, depth),
                };
                Tree::Pair(vec![left, right])
            }
            8 if cod.is_none_or(|c| c == dom) => {
                Tree::Power(Box::new(self.grow(ch, dom, Some(dom), depth)), [2, 1, 3, 0, 7][ch.below(5)])
            }
            9 => self.definition(ch, dom, cod, depth),
            10 => {
                let (inner, places) = self.wider(ch, dom, cod, depth);
                if places.is_empty() {
                    let end = inner.cod(self);
                    return Tree::Seq(vec![inner, Tree::Del(end)]);
                }
                Tree::Marginal(Box::new(inner), places)
            }
            11 => self.conditional(ch, dom, cod, depth),
            12 => {
                let of = self.grow(ch, dom, cod, depth);
                let ends = of.cod(self);
                if ends.is_empty() {
                    return of;
                }
                let event = Event::random(self, ch, &ends, 2);
                Tree::Observe(Box::new(of), event)
            }
            _ => self.surgery(ch, dom, cod, depth),
        }
    }

    /// A diagram whose codomain has at most `room` points.
    fn narrow(&mut self, ch: &mut Choices<'_>, dom: &[usize], room: usize, depth: usize) -> Tree {
        let tree = self.grow(ch, dom, None, depth);
        if self.size(&tree.cod(self)) <= room { tree } else { Tree::Del(dom.to_vec()) }
    }

    fn leaf(&mut self, ch: &mut Choices<'_>, dom: &[usize], cod: Option<&[usize]>) -> Tree {
        let copied = [dom, dom].concat();
        let fits = |t: &[usize]| cod.is_none_or(|c| c == t);
        match ch.below(10) {
            0 if fits(dom) => Tree::Id(dom.to_vec()),
            1 if fits(&[]) => Tree::Del(dom.to_vec()),
            2 if fits(&copied) && self.size(&copied) <= MOST => Tree::Copy(dom.to_vec()),
            3 | 4 if dom.len() > 1 => {
                let k = 1 + ch.below(dom.len() - 1);
                let (a, b) = dom.split_at(k);
                if fits(&[b, a].concat()) { Tree::Swap(a.to_vec(), b.to_vec()) } else { self.some_box(ch, dom, cod) }
            }
            5 if dom.is_empty() && cod.is_none_or(|c| !c.is_empty()) => {
                let t = cod.map_or_else(|| vec![ch.below(self.objects.len())], <[usize]>::to_vec);
                if ch.once_in(2) { Tree::Point(t.clone(), ch.below(self.size(&t))) } else { Tree::Uniform(t) }
            }
            6 => {
                let old: Vec<usize> = (0..self.defs.len())
                    .filter(|d| self.defs[*d].dom == dom && cod.is_none_or(|c| self.defs[*d].cod == c))
                    .collect();
                if old.is_empty() { self.some_box(ch, dom, cod) } else { Tree::Def(*ch.of(&old)) }
            }
            _ => self.some_box(ch, dom, cod),
        }
    }

    /// A kernel, new or declared before.
    fn some_box(&mut self, ch: &mut Choices<'_>, dom: &[usize], cod: Option<&[usize]>) -> Tree {
        let old: Vec<usize> = (0..self.kernels.len())
            .filter(|k| self.kernels[*k].dom == dom && cod.is_none_or(|c| self.kernels[*k].cod == c))
            .collect();
        if !old.is_empty() && ch.below(3) > 0 {
            return Tree::Kernel(*ch.of(&old));
        }
        let cod = cod.map_or_else(|| self.ty(ch, 2, 6), <[usize]>::to_vec);
        Tree::Kernel(self.kernel(ch, dom, &cod))
    }

    /// A declared diagram, in either notation.
    pub fn definition(&mut self, ch: &mut Choices<'_>, dom: &[usize], cod: Option<&[usize]>, depth: usize) -> Tree {
        let body = self.grow(ch, dom, cod, depth);
        Tree::Def(self.declare(ch, body))
    }

    /// Declares a diagram; its number.
    pub fn declare(&mut self, ch: &mut Choices<'_>, body: Tree) -> usize {
        let (dom, cod, name) = (body.dom(self), body.cod(self), self.fresh("d"));
        let mut groups = Vec::new();
        let wired = ch.once_in(2);
        if ch.below(3) > 0 {
            let mut start = 0;
            while start < cod.len() {
                let len = if ch.once_in(4) { 2 } else { 1 }.min(cod.len() - start);
                groups.push((self.fresh("o"), start, len));
                start += len;
            }
        }
        let text = if wired {
            self.wired_text(ch, &name, &body, &groups)
        } else {
            let e = body.text(self, ch, 0, Bare::Never);
            let inputs = self.inputs_text(ch, &dom, !groups.is_empty());
            format!("diagram {name}{inputs} -> {} = {e}\n", self.outputs_text(ch, &cod, &groups))
        };
        self.text.push_str(&text);
        self.defs.push(Def { name, dom, cod, body, groups });
        self.defs.len() - 1
    }

    /// `: A * B` or `(x: A, y: B)`
    fn inputs_text(&mut self, ch: &mut Choices<'_>, dom: &[usize], named: bool) -> String {
        if !named && ch.once_in(2) {
            return format!(" : {}", self.type_text(dom, ch));
        }
        let names: Vec<String> =
            dom.iter().map(|o| format!("{}: {}", self.fresh("i"), self.objects[*o].name)).collect();
        format!("({})", names.join(", "))
    }

    /// `A * B` or `(x: A, y: B)`
    pub fn outputs_text(&self, ch: &mut Choices<'_>, cod: &[usize], groups: &[(String, usize, usize)]) -> String {
        if groups.is_empty() {
            return self.type_text(cod, ch);
        }
        let parts: Vec<String> = groups
            .iter()
            .map(|(name, start, len)| format!("{name}: {}", self.type_text(&cod[*start..start + len], ch)))
            .collect();
        format!("({})", parts.join(", "))
    }

    /// A diagram with outputs to choose from, and a choice of them that makes `cod`.
    fn wider(
        &mut self,
        ch: &mut Choices<'_>,
        dom: &[usize],
        cod: Option<&[usize]>,
        depth: usize,
    ) -> (Tree, Vec<usize>) {
        let Some(cod) = cod else {
            let inner = self.definition(ch, dom, None, depth);
            let all = (0..inner.cod(self).len()).collect();
            let mut places = ch.shuffled(all);
            places.truncate(1 + ch.below(3));
            return (inner, places);
        };
        let mut order: Vec<usize> = (0..cod.len()).collect();
        let extra = ch.once_in(2).then(|| ch.below(self.objects.len()));
        let extra = extra.filter(|o| self.size(cod) * self.objects[*o].labels.len() <= 2 * MOST);
        order.extend(extra.map(|_| cod.len()));
        let order = ch.shuffled(order);
        let whole: Ty = order.iter().map(|k| cod.get(*k).copied().unwrap_or_else(|| extra.unwrap())).collect();
        let places = (0..cod.len()).map(|k| order.iter().position(|o| *o == k).unwrap()).collect();
        (self.grow(ch, dom, Some(&whole), depth), places)
    }

    /// `cond(…)` or `bayes(…)`
    fn conditional(&mut self, ch: &mut Choices<'_>, dom: &[usize], cod: Option<&[usize]>, depth: usize) -> Tree {
        let cod = cod.map_or_else(|| self.ty(ch, 2, 6), <[usize]>::to_vec);
        if cod.is_empty() || dom.is_empty() {
            return self.leaf(ch, dom, Some(&cod));
        }
        if ch.once_in(2) {
            let prior = self.grow(ch, &[], Some(&cod), depth);
            let kernel = self.grow(ch, &cod, Some(dom), depth);
            return Tree::Bayes(Box::new(kernel), Box::new(prior));
        }
        let k = 1 + ch.below(dom.len());
        let (known, inputs) = dom.split_at(k);
        let both = [&cod[..], known].concat();
        if self.size(&both) > 2 * MOST {
            return self.leaf(ch, dom, Some(&cod));
        }
        let order = ch.shuffled((0..both.len()).collect());
        let whole: Ty = order.iter().map(|o| both[*o]).collect();
        let at = |k: usize| order.iter().position(|o| *o == k).unwrap();
        let inner = self.grow(ch, inputs, Some(&whole), depth);
        let (targets, given) = ((0..cod.len()).map(at).collect(), (cod.len()..both.len()).map(at).collect());
        Tree::Cond(Box::new(inner), targets, given)
    }

    fn surgery(&mut self, ch: &mut Choices<'_>, dom: &[usize], cod: Option<&[usize]>, depth: usize) -> Tree {
        let of = self.grow(ch, dom, cod, depth);
        let mut targets = Vec::new();
        self.targets(&of, &mut targets);
        if targets.is_empty() {
            return of;
        }
        let mut steps: Vec<(Target, Tree)> = Vec::new();
        for _ in 0..1 + ch.below(2) {
            let target = ch.of(&targets).clone();
            if steps.iter().any(|(t, _)| *t == target) {
                continue;
            }
            let (from, to) = match &target {
                Target::Kernel(name) => {
                    let kernel = self.kernels.iter().find(|k| k.name == *name).unwrap();
                    (kernel.dom.clone(), kernel.cod.clone())
                }
                Target::Def(d) => (self.defs[*d].dom.clone(), self.defs[*d].cod.clone()),
            };
            steps.push((target, self.grow(ch, &from, Some(&to), depth.min(1))));
        }
        Tree::Do(Box::new(of), steps)
    }

    /// The boxes that surgery on a tree reaches.
    pub fn targets(&self, tree: &Tree, out: &mut Vec<Target>) {
        match tree {
            Tree::Kernel(k) => out.push(Target::Kernel(self.kernels[*k].name.clone())),
            Tree::Def(d) => {
                out.push(Target::Def(*d));
                self.targets(&self.defs[*d].body, out);
            }
            Tree::Seq(items) | Tree::Par(items) | Tree::Pair(items) => items.iter().for_each(|i| self.targets(i, out)),
            Tree::Power(of, _) | Tree::Marginal(of, _) => self.targets(of, out),
            // A box that surgery took away is not there any more.
            Tree::Do(of, steps) => {
                self.targets(of, out);
                out.retain(|t| !steps.iter().any(|(s, _)| s == t));
            }
            _ => {}
        }
    }
}
