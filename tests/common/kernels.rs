//! Random kernels with their texts: tables, matrices, formulas, families.

use mcheck::number::int::Int;
use mcheck::number::ratio::Ratio;

use super::choices::Choices;
use super::world::{Kernel, World};

/// A distribution on `n` points.
pub fn weights(ch: &mut Choices<'_>, n: usize) -> Vec<Ratio> {
    let mut masses: Vec<Int> = match ch.below(6) {
        0 => {
            let at = ch.below(n);
            (0..n).map(|i| Int::from(i64::from(i == at))).collect()
        }
        1 => vec![Int::ONE; n],
        2 | 3 => (0..n).map(|_| Int::from(ch.below(4) as i64)).collect(),
        // Denominators of some 200 bits.
        4 => (0..n).map(|_| big(ch)).collect(),
        // Almost a point.
        _ => {
            let (at, other, large) = (ch.below(n), ch.below(n), big(ch));
            (0..n).map(|i| if i == at { large.clone() } else { Int::from(i64::from(i == other)) }).collect()
        }
    };
    if masses.iter().all(Int::is_zero) {
        masses[n - 1] = Int::ONE;
    }
    let mut total = Int::ZERO;
    masses.iter().for_each(|m| total += m);
    masses.into_iter().map(|m| Ratio::new(m, total.clone()).unwrap()).collect()
}

fn big(ch: &mut Choices<'_>) -> Int {
    let digits: String = (0..12).map(|_| format!("{:05}", ch.below(1 << 16))).collect();
    &Int::parse(&digits).unwrap() + &Int::ONE
}

/// A weight as text.
fn number(ch: &mut Choices<'_>, r: &Ratio) -> String {
    match ch.below(5) {
        1 => format!("1 - {}", &Ratio::ONE - r),
        2 => format!("{} * 2 / 4", &(r + r)),
        3 => {
            let percent = r * &Ratio::of(100, 1);
            if percent.to_int().is_some() { format!("{percent}%") } else { r.to_string() }
        }
        4 => match r.decimal(6) {
            (text, true) => text,
            _ => r.to_string(),
        },
        _ => r.to_string(),
    }
}

impl World {
    /// A new kernel between two types, declared in the text; its number.
    pub fn kernel(&mut self, ch: &mut Choices<'_>, dom: &[usize], cod: &[usize]) -> usize {
        let name = self.fresh("k");
        let (inputs, outputs) = (self.size(dom), self.size(cod));
        if ch.once_in(8) && outputs > 0 && !cod.is_empty() {
            return self.family(ch, name, dom, cod);
        }
        if ch.once_in(8) && !dom.is_empty() && cod.len() == 1 && self.counts(dom) && self.counts(cod) {
            return self.arithmetic(ch, name, dom, cod);
        }
        // Some kernels look only at a part of their input.
        let seen: Vec<bool> = dom.iter().map(|_| !ch.once_in(5)).collect();
        let mut rows: Vec<Vec<Ratio>> = Vec::new();
        for input in 0..inputs {
            let masked = self.masked(dom, input, &seen);
            rows.push(if masked < input { rows[masked].clone() } else { weights(ch, outputs) });
        }
        let body = match ch.below(4) {
            _ if cod.is_empty() => self.matrix(ch, &rows),
            0 | 1 => self.table(ch, dom, cod, &rows, &seen),
            2 => self.matrix(ch, &rows),
            _ => {
                let text = self.formula(ch, dom, cod, &rows);
                self.text.push_str(&format!("kernel {name}{text}\n"));
                String::new()
            }
        };
        if !body.is_empty() {
            let arrow = match dom {
                [] => self.type_text(cod, ch),
                _ => format!("{} -> {}", self.type_text(dom, ch), self.type_text(cod, ch)),
            };
            self.text.push_str(&format!("kernel {name} : {arrow} {body}\n"));
        }
        self.add(Kernel { usage: name.clone(), name, dom: dom.to_vec(), cod: cod.to_vec(), rows })
    }

    fn add(&mut self, kernel: Kernel) -> usize {
        self.kernels.push(kernel);
        self.kernels.len() - 1
    }

    /// Whether every object counts 0, 1, 2, …
    fn counts(&self, t: &[usize]) -> bool {
        t.iter().all(|o| self.objects[*o].labels.iter().enumerate().all(|(i, l)| *l == i.to_string()))
    }

    /// The first input that agrees with this one on what is seen.
    fn masked(&self, dom: &[usize], input: usize, seen: &[bool]) -> usize {
        let coordinates = self.coordinates(dom, input);
        let masked: Vec<usize> = coordinates.iter().zip(seen).map(|(c, s)| if *s { *c } else { 0 }).collect();
        self.point(dom, &masked)
    }

    fn matrix(&self, ch: &mut Choices<'_>, rows: &[Vec<Ratio>]) -> String {
        let row = |r: &Vec<Ratio>, ch: &mut Choices<'_>| {
            format!("[{}]", r.iter().map(|w| number(ch, w)).collect::<Vec<_>>().join(", "))
        };
        format!("= [{}]", rows.iter().map(|r| row(r, ch)).collect::<Vec<_>>().join(", "))
    }

    fn table(&self, ch: &mut Choices<'_>, dom: &[usize], cod: &[usize], rows: &[Vec<Ratio>], seen: &[bool]) -> String {
        if dom.is_empty() {
            return format!("{{ {} }}", self.law(ch, cod, &rows[0]));
        }
        let firsts = (0..rows.len()).filter(|i| self.masked(dom, *i, seen) == *i).collect();
        let mut lines = Vec::new();
        let order = ch.shuffled(firsts);
        let default = ch.once_in(4);
        for (n, input) in order.iter().enumerate() {
            let coordinates = self.coordinates(dom, *input);
            let mut parts: Vec<String> = Vec::new();
            for (k, c) in coordinates.iter().enumerate() {
                parts.push(if seen[k] { self.label_text(dom[k], *c, ch) } else { "_".into() });
            }
            let last = n + 1 == order.len();
            let mut pattern = if parts.len() == 1 { parts[0].clone() } else { format!("({})", parts.join(", ")) };
            if pattern.starts_with('-') {
                pattern = format!("({pattern})");
            }
            if last && default {
                pattern = "_".into();
            }
            lines.push(format!("{pattern} -> {}", self.law(ch, cod, &rows[*input])));
        }
        format!("{{\n  {}\n}}", lines.join(if ch.once_in(3) { ",\n  " } else { "\n  " }))
    }

    /// A distribution in a table.
    fn law(&self, ch: &mut Choices<'_>, cod: &[usize], row: &[Ratio]) -> String {
        let positive: Vec<usize> = (0..row.len()).filter(|i| !row[*i].is_zero()).collect();
        let equal = positive.iter().all(|i| row[*i] == row[positive[0]]);
        let list = |places: &[usize], ch: &mut Choices<'_>| {
            places.iter().map(|p| self.point_text(cod, *p, ch)).collect::<Vec<_>>().join(", ")
        };
        match ch.below(3) {
            1 if positive.len() == 1 => self.point_text(cod, positive[0], ch),
            1 if equal && positive.len() == row.len() => "uniform".into(),
            1 | 2 if equal => format!("uniform {{ {} }}", list(&positive, ch)),
            _ => self.entries(ch, cod, row),
        }
    }

    /// `x: 1/3, y: rest`
    fn entries(&self, ch: &mut Choices<'_>, cod: &[usize], row: &[Ratio]) -> String {
        let shown = (0..row.len()).filter(|i| !row[*i].is_zero() || ch.once_in(4)).collect();
        let shown = ch.shuffled(shown);
        let rest = if ch.once_in(2) { ch.below(shown.len()) } else { usize::MAX };
        let mut parts = Vec::new();
        for (k, place) in shown.iter().enumerate() {
            let weight = if k == rest { "rest".to_string() } else { number(ch, &row[*place]) };
            parts.push(format!("{}: {weight}", self.point_text(cod, *place, ch)));
        }
        parts.join(", ")
    }

    /// `(x: A, y: B) -> C = match (x, y) { … }`
    fn formula(&mut self, ch: &mut Choices<'_>, dom: &[usize], cod: &[usize], rows: &[Vec<Ratio>]) -> String {
        let names: Vec<String> = dom.iter().map(|_| self.fresh("v_")).collect();
        let inputs: Vec<String> =
            names.iter().zip(dom).map(|(n, o)| format!("{n}: {}", self.objects[*o].name)).collect();
        let value = |row: &Vec<Ratio>, ch: &mut Choices<'_>| match row.iter().position(Ratio::is_one) {
            Some(place) if ch.once_in(2) => self.point_text(cod, place, ch),
            _ => format!("{{ {} }}", self.entries(ch, cod, row)),
        };
        let tuple =
            |parts: &[String]| if parts.len() == 1 { parts[0].clone() } else { format!("({})", parts.join(", ")) };
        let body = if dom.is_empty() {
            value(&rows[0], ch)
        } else if ch.once_in(3) {
            let mut text = String::new();
            for (input, row) in rows.iter().enumerate() {
                if input + 1 == rows.len() {
                    text.push_str(&value(row, ch));
                    break;
                }
                let coordinates = self.coordinates(dom, input);
                let tests: Vec<String> = names
                    .iter()
                    .zip(dom.iter().zip(coordinates))
                    .map(|(n, (o, c))| format!("{n} = {}", self.label_text(*o, c, ch)))
                    .collect();
                text.push_str(&format!("if {} then {} else ", tests.join(" and "), value(row, ch)));
            }
            text
        } else {
            let mut arms = Vec::new();
            for (input, row) in rows.iter().enumerate() {
                let point = self.point_text(dom, input, ch);
                let pattern = if point.starts_with('-') { format!("({point})") } else { point };
                arms.push(format!("{pattern} -> {}", value(row, ch)));
            }
            format!("match {} {{ {} }}", tuple(&names), arms.join(", "))
        };
        format!("({}) -> {} = {body}", inputs.join(", "), self.type_text(cod, ch))
    }

    /// `(x + 2*y + 1) mod 3`
    fn arithmetic(&mut self, ch: &mut Choices<'_>, name: String, dom: &[usize], cod: &[usize]) -> usize {
        let (n, start) = (self.size(cod), ch.below(3));
        let factors: Vec<usize> = dom.iter().map(|_| ch.below(3)).collect();
        let names: Vec<String> = dom.iter().map(|_| self.fresh("v_")).collect();
        let inputs: Vec<String> =
            names.iter().zip(dom).map(|(n, o)| format!("{n}: {}", self.objects[*o].name)).collect();
        let terms: Vec<String> = names.iter().zip(&factors).map(|(n, f)| format!("{f} * {n}")).collect();
        let target = &self.objects[cod[0]].name;
        let line =
            format!("kernel {name}({}) -> {target} = ({} + {start}) mod {n}\n", inputs.join(", "), terms.join(" + "));
        self.text.push_str(&line);
        let mut rows = Vec::new();
        for input in 0..self.size(dom) {
            let sum: usize = self.coordinates(dom, input).iter().zip(&factors).map(|(c, f)| c * f).sum();
            rows.push((0..n).map(|p| if p == (sum + start) % n { Ratio::ONE } else { Ratio::ZERO }).collect());
        }
        self.add(Kernel { usage: name.clone(), name, dom: dom.to_vec(), cod: cod.to_vec(), rows })
    }

    /// A family `f[e: Prob]`: in each row one outcome with weight `e` and another with the rest, at a chosen `e`.
    fn family(&mut self, ch: &mut Choices<'_>, name: String, dom: &[usize], cod: &[usize]) -> usize {
        let e = [Ratio::of(1, 3), Ratio::ZERO, Ratio::ONE, Ratio::of(2, 7)][ch.below(4)].clone();
        let (mut rows, mut lines) = (Vec::new(), Vec::new());
        for input in 0..self.size(dom) {
            let (a, b) = (ch.below(self.size(cod)), ch.below(self.size(cod)));
            let mut row = vec![Ratio::ZERO; self.size(cod)];
            row[a] = e.clone();
            row[b] = &row[b] + &(&Ratio::ONE - &e);
            rows.push(row);
            let (a_text, b_text) = (self.point_text(cod, a, ch), self.point_text(cod, b, ch));
            let law = match (a == b, ch.below(2)) {
                (true, _) => a_text,
                (false, 0) => format!("{a_text}: e, {b_text}: rest"),
                (false, _) => format!("{b_text}: 1 - e, {a_text}: rest"),
            };
            let point = self.point_text(dom, input, ch);
            let pattern = if point.starts_with('-') { format!("({point})") } else { point };
            lines.push(if dom.is_empty() { law } else { format!("{pattern} -> {law}") });
        }
        let arrow = match dom {
            [] => self.type_text(cod, ch),
            _ => format!("{} -> {}", self.type_text(dom, ch), self.type_text(cod, ch)),
        };
        self.text.push_str(&format!("kernel {name}[e: Prob] : {arrow} {{ {} }}\n", lines.join("\n  ")));
        let usage = format!("{name}[{}]", number(ch, &e));
        self.add(Kernel { usage, name, dom: dom.to_vec(), cod: cod.to_vec(), rows })
    }
}

impl World {
    /// A kernel that differs from another in two entries of one row, often by very little.
    pub fn nearby(&mut self, ch: &mut Choices<'_>, kernel: usize) -> usize {
        let old = &self.kernels[kernel];
        let (dom, cod, mut rows) = (old.dom.clone(), old.cod.clone(), old.rows.clone());
        let (n, input) = (self.size(&cod), ch.below(rows.len()));
        if let Some(from) = rows[input].iter().position(|w| !w.is_zero()) {
            let to = (from + 1 + ch.below(n.max(2) - 1)) % n;
            let share =
                [Ratio::of(1, 2), Ratio::of(1, 1_000_000_007), Ratio::ONE, Ratio::of(1, i64::MAX)][ch.below(4)].clone();
            let moved = &rows[input][from] * &share;
            rows[input][from] = &rows[input][from] - &moved;
            rows[input][to] = &rows[input][to] + &moved;
        }
        self.given(ch, &dom, &cod, rows)
    }

    /// A kernel with these rows, declared as a matrix.
    pub fn given(&mut self, ch: &mut Choices<'_>, dom: &[usize], cod: &[usize], rows: Vec<Vec<Ratio>>) -> usize {
        let name = self.fresh("k");
        let arrow = match dom {
            [] => self.type_text(cod, ch),
            _ => format!("{} -> {}", self.type_text(dom, ch), self.type_text(cod, ch)),
        };
        let body = self.matrix(ch, &rows);
        self.text.push_str(&format!("kernel {name} : {arrow} {body}\n"));
        self.add(Kernel { usage: name.clone(), name, dom: dom.to_vec(), cod: cod.to_vec(), rows })
    }
}
