//! Random events and values over the outputs of a diagram, with what they mean at a point.

use mcheck::number::ratio::Ratio;

use super::choices::Choices;
use super::tree::Tree;
use super::world::World;

/// A condition on outputs, by their places.
#[derive(Debug, Clone)]
pub enum Event {
    /// An output is a point of its object.
    Is(usize, usize),
    /// An output is another point than this.
    IsNot(usize, usize),
    /// Two outputs with the same object agree.
    Same(usize, usize),
    /// Two outputs, whose objects are given, are these points.
    Both([usize; 2], [usize; 2]),
    /// A value is below another, or at most it.
    Below(Value, Value, bool),
    And(Box<Event>, Box<Event>),
    Or(Box<Event>, Box<Event>),
    Not(Box<Event>),
}

/// A number computed from outputs.
#[derive(Debug, Clone)]
pub enum Value {
    Constant(Ratio),
    /// An output whose points are integers.
    Output(usize),
    Sum(Box<Value>, Box<Value>),
    Difference(Box<Value>, Box<Value>),
    Product(Box<Value>, Box<Value>),
    If(Box<Event>, Box<Value>, Box<Value>),
    Most(Box<Value>, Box<Value>),
    Square(Box<Value>),
}

/// The integer that a label is.
fn integer(label: &str) -> Option<i64> {
    label.parse::<i64>().ok().filter(|n| n.to_string() == label)
}

impl Event {
    /// An event over outputs of these objects.
    pub fn random(w: &World, ch: &mut Choices<'_>, cod: &[usize], depth: usize) -> Event {
        let wire = ch.below(cod.len());
        let count = w.objects[cod[wire]].labels.len();
        if depth > 0 && ch.once_in(2) {
            let a = Box::new(Event::random(w, ch, cod, depth - 1));
            return match ch.below(3) {
                0 => Event::Or(a, Box::new(Event::random(w, ch, cod, depth - 1))),
                1 => Event::And(a, Box::new(Event::random(w, ch, cod, depth - 1))),
                _ => Event::Not(a),
            };
        }
        match ch.below(5) {
            1 => Event::IsNot(wire, ch.below(count)),
            2 => match (0..cod.len()).find(|k| *k != wire && cod[*k] == cod[wire]) {
                Some(other) => Event::Same(wire, other),
                None => Event::Is(wire, ch.below(count)),
            },
            3 if cod.len() > 1 => {
                let other = (wire + 1) % cod.len();
                Event::Both([wire, other], [ch.below(count), ch.below(w.objects[cod[other]].labels.len())])
            }
            4 => Event::Below(Value::random(w, ch, cod, 1), Value::random(w, ch, cod, 1), ch.once_in(2)),
            _ => Event::Is(wire, ch.below(count)),
        }
    }

    /// Whether it happens at a point.
    pub fn holds(&self, w: &World, cod: &[usize], at: &[usize]) -> bool {
        match self {
            Event::Is(k, p) => at[*k] == *p,
            Event::IsNot(k, p) => at[*k] != *p,
            Event::Same(j, k) => at[*j] == at[*k],
            Event::Both(k, p) => at[k[0]] == p[0] && at[k[1]] == p[1],
            Event::Below(a, b, strict) => {
                let (a, b) = (a.at(w, cod, at), b.at(w, cod, at));
                if *strict { a < b } else { a <= b }
            }
            Event::And(a, b) => a.holds(w, cod, at) && b.holds(w, cod, at),
            Event::Or(a, b) => a.holds(w, cod, at) || b.holds(w, cod, at),
            Event::Not(a) => !a.holds(w, cod, at),
        }
    }

    /// As text; `of` is the diagram whose outputs it speaks of. Strengths: 0 or, 1 and, 2 not, 3 comparison.
    pub fn text(&self, w: &World, of: &Tree, ch: &mut Choices<'_>, strength: u8) -> String {
        let cod = of.cod(w);
        let wire = |k: usize, ch: &mut Choices<'_>| of.wires(w, ch, &[k]);
        let (own, text) = match self {
            Event::Is(k, p) => {
                let label = w.label_text(cod[*k], *p, ch);
                let sign = *ch.of(&["=", "=="]);
                (
                    3,
                    if ch.once_in(6) {
                        format!("{label} {sign} {}", wire(*k, ch))
                    } else {
                        format!("{} {sign} {label}", wire(*k, ch))
                    },
                )
            }
            Event::IsNot(k, p) => {
                let label = w.label_text(cod[*k], *p, ch);
                (3, format!("{} {} {label}", wire(*k, ch), ch.of(&["!=", "≠"])))
            }
            Event::Same(j, k) => (3, format!("{} = {}", wire(*j, ch), wire(*k, ch))),
            Event::Both(k, p) => {
                let labels = [w.label_text(cod[k[0]], p[0], ch), w.label_text(cod[k[1]], p[1], ch)];
                (3, format!("({}, {}) = ({}, {})", wire(k[0], ch), wire(k[1], ch), labels[0], labels[1]))
            }
            Event::Below(a, b, strict) => {
                let signs: &[&str] = if *strict { &["<"] } else { &["<=", "≤"] };
                (3, format!("{} {} {}", a.text(w, of, ch, 4), ch.of(signs), b.text(w, of, ch, 4)))
            }
            Event::And(a, b) => (1, format!("{} and {}", a.text(w, of, ch, 1), b.text(w, of, ch, 2))),
            Event::Or(a, b) => (0, format!("{} or {}", a.text(w, of, ch, 0), b.text(w, of, ch, 1))),
            Event::Not(a) => (2, format!("not {}", a.text(w, of, ch, 2))),
        };
        if own < strength { format!("({text})") } else { text }
    }
}

impl Value {
    /// A value over outputs of these objects.
    pub fn random(w: &World, ch: &mut Choices<'_>, cod: &[usize], depth: usize) -> Value {
        let counting: Vec<usize> =
            (0..cod.len()).filter(|k| w.objects[cod[*k]].labels.iter().all(|l| integer(l).is_some())).collect();
        if depth > 0 && ch.once_in(2) {
            let a = Box::new(Value::random(w, ch, cod, depth - 1));
            let mut more = || Box::new(Value::random(w, ch, cod, depth - 1));
            let b = more();
            return match ch.below(6) {
                0 => Value::Sum(a, b),
                1 => Value::Difference(a, b),
                2 => Value::Product(a, b),
                3 => Value::Most(a, b),
                4 => Value::Square(a),
                _ => Value::If(Box::new(Event::random(w, ch, cod, 0)), a, b),
            };
        }
        match counting.is_empty() || ch.once_in(3) {
            true => Value::Constant(Ratio::of(ch.below(9) as i64, 1 + ch.below(4) as i64)),
            false => Value::Output(*ch.of(&counting)),
        }
    }

    /// The value at a point.
    pub fn at(&self, w: &World, cod: &[usize], at: &[usize]) -> Ratio {
        match self {
            Value::Constant(r) => r.clone(),
            Value::Output(k) => Ratio::from(integer(&w.objects[cod[*k]].labels[at[*k]]).unwrap()),
            Value::Sum(a, b) => &a.at(w, cod, at) + &b.at(w, cod, at),
            Value::Difference(a, b) => &a.at(w, cod, at) - &b.at(w, cod, at),
            Value::Product(a, b) => &a.at(w, cod, at) * &b.at(w, cod, at),
            Value::Most(a, b) => a.at(w, cod, at).max(b.at(w, cod, at)),
            Value::Square(a) => &a.at(w, cod, at) * &a.at(w, cod, at),
            Value::If(e, a, b) => {
                if e.holds(w, cod, at) {
                    a.at(w, cod, at)
                } else {
                    b.at(w, cod, at)
                }
            }
        }
    }

    /// As text. Strengths: 4 sum, 5 product, 7 power, 8 atom.
    pub fn text(&self, w: &World, of: &Tree, ch: &mut Choices<'_>, strength: u8) -> String {
        let (own, text) = match self {
            Value::Constant(r) if r.to_int().is_some() => (8, r.to_string()),
            Value::Constant(r) => (5, r.to_string()),
            Value::Output(k) => (8, of.wires(w, ch, &[*k])),
            Value::Sum(a, b) => (4, format!("{} + {}", a.text(w, of, ch, 4), b.text(w, of, ch, 5))),
            Value::Difference(a, b) => (4, format!("{} - {}", a.text(w, of, ch, 4), b.text(w, of, ch, 5))),
            Value::Product(a, b) => (5, format!("{} * {}", a.text(w, of, ch, 5), b.text(w, of, ch, 6))),
            Value::Most(a, b) => (8, format!("max({}, {})", a.text(w, of, ch, 0), b.text(w, of, ch, 0))),
            Value::Square(a) => (7, format!("{}^2", a.text(w, of, ch, 8))),
            Value::If(e, a, b) => {
                let (e, a, b) = (e.text(w, of, ch, 0), a.text(w, of, ch, 0), b.text(w, of, ch, 0));
                (0, format!("if {e} then {a} else {b}"))
            }
        };
        if own < strength { format!("({text})") } else { text }
    }
}
