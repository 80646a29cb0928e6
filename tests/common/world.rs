//! What a random program declares: objects, kernels, diagrams, and the text of all that so far.

use mcheck::number::ratio::Ratio;

use super::choices::Choices;
use super::tree::Tree;

/// A product of objects by their numbers.
pub type Ty = Vec<usize>;

/// An object with its points.
pub struct Object {
    pub name: String,
    pub labels: Vec<String>,
}

/// A kernel, or a family at one choice of its parameters.
pub struct Kernel {
    /// The name in its declaration.
    pub name: String,
    /// How it is used, with its parameters.
    pub usage: String,
    pub dom: Ty,
    pub cod: Ty,
    pub rows: Vec<Vec<Ratio>>,
}

/// A declared diagram.
pub struct Def {
    pub name: String,
    pub dom: Ty,
    pub cod: Ty,
    pub body: Tree,
    /// Names of outputs: name, first factor, number of factors.
    pub groups: Vec<(String, usize, usize)>,
}

/// A program as it grows.
#[derive(Default)]
pub struct World {
    pub objects: Vec<Object>,
    pub kernels: Vec<Kernel>,
    pub defs: Vec<Def>,
    /// The declarations.
    pub text: String,
    /// For fresh names.
    pub counter: usize,
}

/// Labels that tempt a parser: keywords, blanks, digits, letters beyond ASCII, quotation marks.
const ODD: [&str; 10] = ["if", "the cat", "rest", "007", "äöü", "say \"x\"", "a\\b", "", "x'", "// no"];

impl World {
    /// A program with one to four objects of one to four points.
    pub fn new(ch: &mut Choices<'_>) -> World {
        let mut world = World::default();
        for i in 0..1 + ch.below(4) {
            let name = ["A", "B", "C", "D"][i].to_string();
            let count = [2, 3, 2, 1, 4][ch.below(5)];
            let (labels, text) = match ch.below(5) {
                0 => labelled((0..count).map(|k| format!("{}{k}", name.to_lowercase())).collect()),
                1 => labelled((0..count).map(|k| k.to_string()).collect()),
                2 => {
                    let lo = ch.below(5) as i64 - 2;
                    let inclusive = ch.once_in(2);
                    let hi = lo + count as i64 - i64::from(inclusive);
                    let labels = (0..count).map(|k| (lo + k as i64).to_string()).collect();
                    (labels, format!("{lo}..{}{hi}", if inclusive { "=" } else { "" }))
                }
                3 => labelled((0..count).map(|k| ODD[(k * 3 + i) % ODD.len()].to_string()).collect()),
                // The same labels as other objects have.
                _ => labelled(["yes", "no", "maybe", "never"][..count].iter().map(|s| s.to_string()).collect()),
            };
            world.text.push_str(&format!("object {name} = {text}\n"));
            world.objects.push(Object { name, labels });
        }
        world
    }

    /// A name that is not used yet.
    pub fn fresh(&mut self, stem: &str) -> String {
        self.counter += 1;
        format!("{stem}{}", self.counter)
    }

    /// Number of points of a product.
    pub fn size(&self, t: &[usize]) -> usize {
        t.iter().map(|o| self.objects[*o].labels.len()).product()
    }

    /// The coordinates of a point of a product; the last factor runs fastest.
    pub fn coordinates(&self, t: &[usize], mut point: usize) -> Vec<usize> {
        let mut out = vec![0; t.len()];
        for (k, object) in t.iter().enumerate().rev() {
            let n = self.objects[*object].labels.len();
            out[k] = point % n;
            point /= n;
        }
        out
    }

    /// The point with these coordinates.
    pub fn point(&self, t: &[usize], coordinates: &[usize]) -> usize {
        t.iter().zip(coordinates).fold(0, |at, (o, c)| at * self.objects[*o].labels.len() + c)
    }

    /// The labels of a point of a product.
    pub fn labels(&self, t: &[usize], point: usize) -> Vec<&str> {
        let coordinates = self.coordinates(t, point);
        t.iter().zip(coordinates).map(|(o, c)| &*self.objects[*o].labels[c]).collect()
    }

    /// A product as text.
    pub fn type_text(&self, t: &[usize], ch: &mut Choices<'_>) -> String {
        match t {
            [] => "I".into(),
            [a, b] if a == b && ch.once_in(3) => format!("{}^2", self.objects[*a].name),
            [a, b, c] if ch.once_in(4) => {
                let name = |o: &usize| &self.objects[*o].name;
                format!("{} * ({} * {})", name(a), name(b), name(c))
            }
            _ => t.iter().map(|o| &*self.objects[*o].name).collect::<Vec<_>>().join(" * "),
        }
    }

    /// A product with at most `width` factors and `most` points.
    pub fn ty(&self, ch: &mut Choices<'_>, width: usize, most: usize) -> Ty {
        let wanted = [1, 2, 0, 3, 1, 2][ch.below(6)].min(width);
        let mut t = Ty::new();
        for _ in 0..wanted {
            t.push(ch.below(self.objects.len()));
            if self.size(&t) > most {
                t.pop();
            }
        }
        t
    }

    /// A point of one object as text: bare, in quotation marks, or with its object.
    pub fn label_text(&self, object: usize, coordinate: usize, ch: &mut Choices<'_>) -> String {
        let label = quoted(&self.objects[object].labels[coordinate], ch.once_in(5));
        if ch.once_in(6) { format!("{}.{label}", self.objects[object].name) } else { label }
    }

    /// A point of a product as text.
    pub fn point_text(&self, t: &[usize], point: usize, ch: &mut Choices<'_>) -> String {
        let coordinates = self.coordinates(t, point);
        let parts: Vec<String> = t.iter().zip(coordinates).map(|(o, c)| self.label_text(*o, c, ch)).collect();
        if parts.len() == 1 { parts[0].clone() } else { format!("({})", parts.join(", ")) }
    }
}

fn labelled(labels: Vec<String>) -> (Vec<String>, String) {
    let texts: Vec<String> = labels.iter().map(|l| quoted(l, false)).collect();
    let text = format!("{{ {} }}", texts.join(", "));
    (labels, text)
}

/// A label as text; in quotation marks where it must be, and where it is asked for.
pub fn quoted(label: &str, always: bool) -> String {
    let word = label.chars().next().is_some_and(|c| c.is_ascii_alphabetic())
        && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !["if", "rest"].contains(&label);
    let integer = label.parse::<i64>().is_ok_and(|n| n.to_string() == label);
    if (word || integer) && !always {
        label.to_string()
    } else {
        format!("\"{}\"", label.replace('\\', "\\\\").replace('"', "\\\""))
    }
}
