//! The steps of a proof: the way to a diagram that was reached, and in words what a step lacked.

use crate::rewrite::NormalForm;
use crate::rewrite::matching::Miss;

/// A diagram on the way: the number of the step that led there, and the place of the diagram before it.
pub(super) struct State {
    /// The diagram.
    pub(super) form: NormalForm,
    /// The step, and where the diagram before it stands; none for the start.
    pub(super) from: Option<(usize, usize)>,
}

/// The diagrams from the start to one that was reached, each with its step; the start is left out.
pub(super) fn trail(states: &[State], texts: &[String], mut at: usize) -> Trail {
    let mut trail = Vec::new();
    while let Some((step, before)) = states[at].from {
        trail.push((texts[step].clone(), states[at].form.clone()));
        at = before;
    }
    trail.reverse();
    trail
}

/// The diagrams after each step, with the names of the steps.
pub(super) type Trail = Vec<(String, NormalForm)>;

/// A step as it is written.
pub(super) fn sign(text: &str, reversed: bool, at: Option<u64>) -> String {
    let at = at.map_or(String::new(), |k| format!(" at {k}"));
    format!("{}{text}{at}", if reversed { "-" } else { "" })
}

/// What the nearest place lacked, in words.
pub(super) fn miss_words(miss: Option<Miss>) -> String {
    match miss {
        None => "it changes nothing here".into(),
        Some(Miss::NoBox(name)) => format!("nothing matches: the diagram has no `{name}`"),
        Some(Miss::Wiring { found, of, why }) => {
            let boxes = if of == 1 { "box".to_string() } else { format!("{of} boxes") };
            format!("nothing matches: at the nearest place {found} of its {boxes} fit, and then {why}")
        }
        Some(Miss::NotConvex) => {
            "its boxes are there, but a wire leaves them and comes back, so they cannot be replaced together".into()
        }
        Some(Miss::Shared(name)) => format!(
            "its boxes are there, but a wire inside of them is used elsewhere too; it comes from `{name}`, which is not deterministic, so it cannot be drawn once for each use"
        ),
    }
}
