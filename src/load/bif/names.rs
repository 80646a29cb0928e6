//! The names that a network gets as a program, from the file alone.
//!
//! 1. The object and the wire of a node are called as the node. A name that the language cannot have is changed: signs that
//!    cannot stand in a name become `_`; `_` is put in front where a name does not begin with one of the letters `a` to `z`, and behind a word that
//!    has a meaning.
//! 2. The kernel of a node `x` is `P_x`, the probability of `x` given its parents.
//! 3. The diagram of a file `asia.bif` is `asia_network`, whatever the file says the network is called: most say `unknown`.
//! 4. A name that is taken gets `_2`, `_3`, … behind it. Nodes whose names need no change choose first, then the other
//!    nodes, then the kernels, then the diagram, each in the order of the file.

use rustc_hash::FxHashMap;

use crate::base::name::Name;
use crate::syntax::keywords::KEYWORDS;

/// Names with a fixed meaning; `for` would be read as the end of a list of wires.
const TAKEN: [&str; 7] = ["I", "id", "copy", "del", "swap", "_", "for"];

/// The names of a network.
pub(super) struct Names {
    /// Of the objects and wires.
    pub(super) nodes: Vec<Name>,
    /// Of the kernels.
    pub(super) kernels: Vec<Name>,
    /// Of the diagram.
    pub(super) diagram: Name,
}

/// Names for nodes and for the file.
pub(super) fn choose(nodes: &[&str], file: &str) -> Names {
    let wanted: Vec<String> = nodes.iter().map(|n| as_name(n)).collect();
    let mut taken = Taken::default();
    let mut chosen: Vec<Option<Name>> =
        wanted.iter().zip(nodes).map(|(name, node)| (name == node).then(|| taken.free(name))).collect();
    for (slot, name) in chosen.iter_mut().zip(&wanted) {
        slot.get_or_insert_with(|| taken.free(name));
    }
    let nodes: Vec<Name> = chosen.into_iter().flatten().collect();
    let kernels = nodes.iter().map(|node| taken.free(&format!("P_{node}"))).collect();
    let diagram = taken.free(&format!("{}_network", as_name(file)));
    Names { nodes, kernels, diagram }
}

/// The names that are taken, with the last number that was put behind each.
#[derive(Default)]
struct Taken(FxHashMap<String, usize>);

impl Taken {
    /// 4.
    fn free(&mut self, wanted: &str) -> Name {
        let mut number = self.0.get(wanted).copied().unwrap_or(0);
        let mut name = wanted.to_string();
        while self.0.contains_key(&name) {
            number = (number + 1).max(2);
            name = format!("{wanted}_{number}");
        }
        if number > 0 {
            self.0.insert(wanted.to_string(), number);
        }
        self.0.insert(name.clone(), 0);
        Name::new(&name)
    }
}

/// 1.
fn as_name(text: &str) -> String {
    let mut name: String =
        text.chars().map(|c| if c.is_alphanumeric() || c == '_' || c == '\'' { c } else { '_' }).collect();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        name.insert(0, '_');
    }
    if KEYWORDS.contains(&&*name) || TAKEN.contains(&&*name) {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_where_they_can_be_and_never_meet() {
        let nodes = ["a-b", "a_b", "in", "in_", "I", "12h", "P_a_b", "größe", "ß", "for", "_", "x's", "a.b"];
        let names = choose(&nodes, "my net");
        let found: Vec<&str> = names.nodes.iter().map(Name::as_str).collect();
        let wanted =
            ["a_b_2", "a_b", "in__2", "in_", "I_", "_12h", "P_a_b", "größe", "_ß", "for_", "__", "x's", "a_b_3"];
        assert_eq!(found, wanted);
        assert_eq!(names.kernels[0].as_str(), "P_a_b_2");
        assert_eq!(names.kernels[1].as_str(), "P_a_b_3");
        assert_eq!(names.diagram.as_str(), "my_net_network");
        let all: rustc_hash::FxHashSet<&Name> =
            names.nodes.iter().chain(&names.kernels).chain([&names.diagram]).collect();
        assert_eq!(all.len(), 2 * nodes.len() + 1);
    }
}
