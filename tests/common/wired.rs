//! The same diagrams in the other notation: as blocks of draws.

use super::choices::Choices;
use super::tree::{Bare, Tree};
use super::world::World;

/// A block in the making.
struct Block {
    lines: Vec<String>,
}

impl World {
    /// `diagram d(x: A) -> (o: B) { … }`
    pub fn wired_text(
        &mut self,
        ch: &mut Choices<'_>,
        name: &str,
        body: &Tree,
        groups: &[(String, usize, usize)],
    ) -> String {
        let (dom, cod) = (body.dom(self), body.cod(self));
        let mut block = Block { lines: Vec::new() };
        let mut inputs = Vec::new();
        let mut wires = Vec::new();
        let mut at = 0;
        while at < dom.len() {
            // Some inputs are products, which the block takes apart.
            let len = if at + 1 < dom.len() && ch.once_in(4) { 2 } else { 1 };
            let (name, t) = (self.fresh("x"), &dom[at..at + len].to_vec());
            inputs.push(format!("{name}: {}", self.type_text(t, ch)));
            if len == 1 {
                wires.push(name);
            } else {
                let parts = self.take_apart(ch, &mut block, &name, t);
                wires.extend(parts);
            }
            at += len;
        }
        let out = self.draw(ch, &mut block, body, &wires);
        // Products in the names of outputs are put together by an identity.
        let mut returns = Vec::new();
        if groups.is_empty() {
            returns = out;
        } else {
            for (_, start, len) in groups {
                if *len == 1 {
                    returns.push(out[*start].clone());
                } else {
                    let whole = self.fresh("x");
                    let t = self.type_text(&cod[*start..start + len], ch);
                    block.lines.push(format!("{whole} ~ id[{t}]({})", out[*start..start + len].join(", ")));
                    returns.push(whole);
                }
            }
        }
        let inputs =
            if inputs.is_empty() && ch.once_in(2) { String::new() } else { format!("({})", inputs.join(", ")) };
        let outputs = self.outputs_text(ch, &cod, groups);
        let lines: String = block.lines.iter().map(|l| format!("  {l}\n")).collect();
        format!("diagram {name}{inputs} -> {outputs} {{\n{lines}  return {}\n}}\n", returns.join(", "))
    }

    fn take_apart(&mut self, ch: &mut Choices<'_>, block: &mut Block, whole: &str, t: &[usize]) -> Vec<String> {
        let parts: Vec<String> = t.iter().map(|_| self.fresh("x")).collect();
        let id = if ch.once_in(2) { "id".to_string() } else { format!("id[{}]", self.type_text(t, ch)) };
        block.lines.push(format!("({}) ~ {id}({whole})", parts.join(", ")));
        parts
    }

    /// Draws a diagram from wires; the wires that come out, one for each factor.
    fn draw(&mut self, ch: &mut Choices<'_>, block: &mut Block, tree: &Tree, wires: &[String]) -> Vec<String> {
        match tree {
            Tree::Id(_) => wires.to_vec(),
            Tree::Copy(_) => [wires, wires].concat(),
            Tree::Del(_) => Vec::new(),
            Tree::Swap(a, _) => [&wires[a.len()..], &wires[..a.len()]].concat(),
            Tree::Seq(items) => {
                let mut wires = wires.to_vec();
                for item in items {
                    wires = self.draw(ch, block, item, &wires);
                }
                wires
            }
            Tree::Par(items) => {
                let (mut out, mut at) = (Vec::new(), 0);
                for item in items {
                    let n = item.dom(self).len();
                    out.extend(self.draw(ch, block, item, &wires[at..at + n]));
                    at += n;
                }
                out
            }
            Tree::Pair(items) => {
                let mut out = Vec::new();
                for item in items {
                    out.extend(self.draw(ch, block, item, wires));
                }
                out
            }
            Tree::Power(of, n) if ch.once_in(2) => {
                let mut wires = wires.to_vec();
                for _ in 0..*n {
                    wires = self.draw(ch, block, of, &wires);
                }
                wires
            }
            Tree::Marginal(of, places) if ch.once_in(2) => {
                let out = self.draw(ch, block, of, wires);
                places.iter().map(|p| out[*p].clone()).collect()
            }
            _ => {
                let cod = tree.cod(self);
                let source = tree.text(self, ch, 5, Bare::Never);
                let inputs = match wires {
                    [] if ch.once_in(2) => String::new(),
                    _ => format!("({})", wires.join(", ")),
                };
                let names: Vec<String> = cod.iter().map(|_| self.fresh("x")).collect();
                let (targets, whole) = match &names[..] {
                    [] => ("_".to_string(), false),
                    [one] if ch.once_in(2) => (one.clone(), false),
                    [_] => (format!("({})", names[0]), false),
                    _ if ch.once_in(4) => (self.fresh("x"), true),
                    _ => (format!("({})", names.join(", ")), false),
                };
                block.lines.push(format!("{targets} ~ {source}{inputs}"));
                if whole { self.take_apart(ch, block, &targets, &cod) } else { names }
            }
        }
    }
}
