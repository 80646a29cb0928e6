//! The variables of a file and their states, by name.

use rustc_hash::FxHashMap;

use super::blocks::{Variable, Written};
use super::error::BifError;
use super::faults::Faults;
use crate::base::name::nearest;
use crate::base::span::Span;
use crate::syntax::print::label;

/// Variables and states with the way back from names to numbers.
pub(super) struct Scope<'a> {
    variables: &'a [Variable<'a>],
    index: FxHashMap<&'a str, usize>,
    states: Vec<FxHashMap<&'a str, u64>>,
}

impl<'a> Scope<'a> {
    /// Enters all variables; those that are there twice, or that do not have the states they claim, are reported.
    pub(super) fn new(variables: &'a [Variable<'a>], faults: &mut Faults) -> Scope<'a> {
        let mut scope = Scope { variables, index: FxHashMap::default(), states: Vec::with_capacity(variables.len()) };
        for (number, variable) in variables.iter().enumerate() {
            if let Some(first) = scope.index.insert(variable.name.node, number) {
                let (name, first) = (variable.name.node.to_string(), variables[first].name.span);
                faults.push(BifError::Duplicate { what: "the variable", name, span: variable.name.span, first });
            }
            let mut index: FxHashMap<&str, u64> = FxHashMap::default();
            for (place, state) in variable.states.iter().enumerate() {
                if let Some(first) = index.insert(state.node, place as u64) {
                    let (name, first) = (state.node.to_string(), variable.states[first as usize].span);
                    faults.push(BifError::Duplicate { what: "the state", name, span: state.span, first });
                }
            }
            scope.states.push(index);
            let found = variable.states.len();
            if found != variable.count.node || found == 0 {
                let plural = |n: usize| format!("{n} state{}", if n == 1 { "" } else { "s" });
                let states = variable.states.iter().map(|s| s.span).reduce(Span::to).unwrap_or(variable.count.span);
                let found = match found {
                    0 => "none is named, and at least one is needed".to_string(),
                    1 => "1 is named".to_string(),
                    n => format!("{n} are named"),
                };
                let (name, declared) = (variable.name.node.to_string(), plural(variable.count.node));
                faults.push(BifError::StateCount {
                    variable: name,
                    declared,
                    found,
                    span: variable.count.span,
                    states,
                });
            }
        }
        scope
    }

    /// The number of a variable, or an error.
    pub(super) fn find(&self, name: &Written<'_>, faults: &mut Faults) -> Option<usize> {
        let found = self.index.get(name.node).copied();
        if found.is_none() {
            let names = self.variables.iter().map(|v| v.name.node);
            let near = if faults.is_full() { None } else { nearest(name.node, names) };
            let help = near.map(|n| format!("did you mean `{n}`?"));
            faults.push(BifError::UnknownVariable { name: name.node.to_string(), span: name.span, help });
        }
        found
    }

    /// The states of a variable.
    pub(super) fn states(&self, variable: usize) -> &[Written<'a>] {
        &self.variables[variable].states
    }

    /// The number of a state.
    pub(super) fn state(&self, variable: usize, state: &str) -> Option<u64> {
        self.states[variable].get(state).copied()
    }

    /// Reports a state that a variable does not have.
    pub(super) fn unknown_state(&self, variable: usize, state: &Written<'_>, faults: &mut Faults) {
        let states = self.states(variable).iter().map(|s| s.node);
        let near = if faults.is_full() { None } else { nearest(state.node, states) };
        let help = Some(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its states are {}", self.state_list(variable)),
        });
        let name = self.variables[variable].name.node.to_string();
        faults.push(BifError::UnknownState { variable: name, state: state.node.to_string(), span: state.span, help });
    }

    /// The states of a variable in words, at most a few.
    pub(super) fn state_list(&self, variable: usize) -> String {
        const SHOWN: usize = 8;
        let states = self.states(variable);
        let shown: Vec<&str> = states.iter().take(SHOWN).map(|s| s.node).collect();
        let more = states.len().saturating_sub(SHOWN);
        format!("{}{}", shown.join(", "), if more > 0 { format!(" and {more} more") } else { String::new() })
    }

    /// A combination of the states of some variables in words: `(yes, "<5")`.
    pub(super) fn configuration(&self, variables: &[usize], mut input: u64) -> String {
        let mut states: Vec<String> = Vec::with_capacity(variables.len());
        for variable in variables.iter().rev() {
            let all = self.states(*variable);
            states.push(label(&all[(input % all.len() as u64) as usize].node.into()));
            input /= all.len() as u64;
        }
        states.reverse();
        format!("({})", states.join(", "))
    }
}
