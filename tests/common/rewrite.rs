//! Equal diagrams by construction: one law of Markov categories at a time, anywhere in a tree.

use super::choices::Choices;
use super::grow::MOST;
use super::tree::Tree;
use super::world::World;

impl World {
    /// An equal tree: `times` laws applied at random places.
    pub fn rewritten(&mut self, ch: &mut Choices<'_>, tree: &Tree, times: usize) -> Tree {
        let mut tree = tree.clone();
        for _ in 0..times {
            tree = self.somewhere(ch, &tree);
        }
        tree
    }

    fn somewhere(&mut self, ch: &mut Choices<'_>, tree: &Tree) -> Tree {
        let items = match tree {
            Tree::Seq(items) | Tree::Par(items) | Tree::Pair(items) if ch.below(4) > 0 => items,
            _ => return self.by_law(ch, tree),
        };
        let k = ch.below(items.len());
        let mut items = items.clone();
        items[k] = self.somewhere(ch, &items[k]);
        match tree {
            Tree::Seq(_) => Tree::Seq(items),
            Tree::Par(_) => Tree::Par(items),
            _ => Tree::Pair(items),
        }
    }

    /// A law at the root.
    fn by_law(&mut self, ch: &mut Choices<'_>, tree: &Tree) -> Tree {
        let (dom, cod) = (tree.dom(self), tree.cod(self));
        let id = |t: &[usize]| Tree::Id(t.to_vec());
        match (tree, ch.below(3)) {
            // Copying is commutative; copying a product.
            (Tree::Copy(t), 0) => Tree::Seq(vec![tree.clone(), Tree::Swap(t.clone(), t.clone())]),
            (Tree::Copy(t), 1) if t.len() > 1 => {
                let (a, b) = t.split_at(1);
                let sides = Tree::Par(vec![Tree::Copy(a.to_vec()), Tree::Copy(b.to_vec())]);
                let middle = Tree::Par(vec![id(a), Tree::Swap(a.to_vec(), b.to_vec()), id(b)]);
                Tree::Seq(vec![sides, middle])
            }
            // Discarding is natural: anything may happen before.
            (Tree::Del(_), 0 | 1) => {
                let before = self.grow_kernel(ch, &dom);
                let end = before.cod(self);
                Tree::Seq(vec![before, Tree::Del(end)])
            }
            (Tree::Del(t), _) if t.len() > 1 => Tree::Par(t.iter().map(|o| Tree::Del(vec![*o])).collect()),
            // Copying has a unit; swapping twice.
            (Tree::Id(t), 0) if self.size(t) * self.size(t) <= 4 * MOST => {
                Tree::Seq(vec![Tree::Copy(t.clone()), Tree::Par(vec![id(t), Tree::Del(t.clone())])])
            }
            (Tree::Id(t), 1) if t.len() > 1 => {
                let (a, b) = (t[..1].to_vec(), t[1..].to_vec());
                Tree::Seq(vec![Tree::Swap(a.clone(), b.clone()), Tree::Swap(b, a)])
            }
            (Tree::Id(t), _) if t.len() > 1 => Tree::Par(t.iter().map(|o| id(&[*o])).collect()),
            // Interchange; swapping is natural.
            (Tree::Par(items), 0) if items.len() == 2 => {
                let (f, g) = (items[0].clone(), items[1].clone());
                let first = Tree::Par(vec![f.clone(), id(&g.dom(self))]);
                Tree::Seq(vec![first, Tree::Par(vec![id(&f.cod(self)), g])])
            }
            (Tree::Par(items), 1) if items.len() == 2 => {
                let (f, g) = (items[0].clone(), items[1].clone());
                let before = Tree::Swap(f.dom(self), g.dom(self));
                let after = Tree::Swap(g.cod(self), f.cod(self));
                Tree::Seq(vec![before, Tree::Par(vec![g, f]), after])
            }
            // Pairing is copying; pairing and swapping.
            (Tree::Pair(items), 0) if items.len() == 2 && self.size(&dom) * self.size(&dom) <= 8 * MOST => {
                Tree::Seq(vec![Tree::Copy(dom.clone()), Tree::Par(items.clone())])
            }
            (Tree::Pair(items), 1) if items.len() == 2 => {
                let (f, g) = (items[0].clone(), items[1].clone());
                let after = Tree::Swap(g.cod(self), f.cod(self));
                Tree::Seq(vec![Tree::Pair(vec![g, f]), after])
            }
            // Composition is associative.
            (Tree::Seq(items), 0 | 1) if items.len() > 2 => {
                let k = 1 + ch.below(items.len() - 1);
                Tree::Seq(vec![Tree::Seq(items[..k].to_vec()), Tree::Seq(items[k..].to_vec())])
            }
            (Tree::Seq(items), _) => {
                let mut flat = Vec::new();
                for item in items {
                    match item {
                        Tree::Seq(inner) => flat.extend(inner.clone()),
                        other => flat.push(other.clone()),
                    }
                }
                Tree::Seq(flat)
            }
            // Names and powers are abbreviations.
            (Tree::Def(d), 0 | 1) => self.defs[*d].body.clone(),
            (Tree::Power(of, n), 0 | 1) if *n > 0 => Tree::Seq(vec![(**of).clone(); *n as usize]),
            (Tree::Power(_, 0), _) => id(&dom),
            // A choice of outputs in order is made of identities and discards.
            (Tree::Marginal(of, places), _) if places.is_sorted() && of.cod(self).len() > 1 => {
                let outputs = of.cod(self);
                let parts = outputs.iter().enumerate().map(|(k, o)| match places.contains(&k) {
                    true => id(&[*o]),
                    false => Tree::Del(vec![*o]),
                });
                Tree::Seq(vec![(**of).clone(), Tree::Par(parts.collect())])
            }
            // Identities; something drawn and thrown away.
            (_, 0) => Tree::Seq(vec![id(&dom), tree.clone()]),
            (_, 1) => {
                let before = self.grow_kernel(ch, &dom);
                let waste = Tree::Del(before.cod(self));
                Tree::Pair(vec![tree.clone(), Tree::Seq(vec![before, waste])])
            }
            _ => Tree::Seq(vec![tree.clone(), id(&cod)]),
        }
    }

    fn grow_kernel(&mut self, ch: &mut Choices<'_>, dom: &[usize]) -> Tree {
        let cod = self.ty(ch, 1, 4);
        Tree::Kernel(self.kernel(ch, dom, &cod))
    }

    /// The tree with one entry of one of its kernels changed, if it has a kernel with a row that can change.
    pub fn spoiled(&mut self, ch: &mut Choices<'_>, tree: &Tree) -> Tree {
        match tree {
            Tree::Kernel(k) => Tree::Kernel(self.nearby(ch, *k)),
            Tree::Def(d) => {
                let body = self.defs[*d].body.clone();
                self.spoiled(ch, &body)
            }
            Tree::Seq(items) | Tree::Par(items) | Tree::Pair(items) => {
                let k = ch.below(items.len());
                let mut items = items.clone();
                items[k] = self.spoiled(ch, &items[k]);
                match tree {
                    Tree::Seq(_) => Tree::Seq(items),
                    Tree::Par(_) => Tree::Par(items),
                    _ => Tree::Pair(items),
                }
            }
            Tree::Power(of, n) => Tree::Power(Box::new(self.spoiled(ch, of)), *n),
            Tree::Marginal(of, places) => Tree::Marginal(Box::new(self.spoiled(ch, of)), places.clone()),
            Tree::Cond(of, x, y) => Tree::Cond(Box::new(self.spoiled(ch, of)), x.clone(), y.clone()),
            Tree::Observe(of, e) => Tree::Observe(Box::new(self.spoiled(ch, of)), e.clone()),
            Tree::Bayes(f, p) => Tree::Bayes(Box::new(self.spoiled(ch, f)), p.clone()),
            other => other.clone(),
        }
    }
}
