//! Text to pest's pairs. Pest does not leave `syntax/`.

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::Pair;
use pest_derive::Parser;

use super::error::SyntaxError;
use super::nesting::check_nesting;
use super::print::KEYWORDS;
use super::rule_names::describe;
use crate::base::source::Source;
use crate::base::span::Span;

#[derive(Parser)]
#[grammar = "grammar/mcheck.pest"]
pub(super) struct Grammar;

/// A node of pest's tree.
pub(super) type Node<'a> = Pair<'a, Rule>;

/// Parses a text by one of the grammar's entry rules.
pub(super) fn parse(rule: Rule, source: &Source) -> Result<Node<'_>, SyntaxError> {
    check_nesting(source)?;
    let mut pairs = Grammar::parse(rule, &source.text).map_err(|e| syntax_error(e, source))?;
    // An entry rule yields exactly one pair.
    pairs.next().ok_or_else(|| SyntaxError::Unexpected {
        found: "the end of the text".into(),
        expected: "a program".into(),
        span: source.span(),
        help: None,
    })
}

/// What pest found, in our words: what stands there, and what could have stood there.
fn syntax_error(error: pest::error::Error<Rule>, source: &Source) -> SyntaxError {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let rest = &source.text[at..];
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let (found, len) = if rest.is_empty() {
        ("the end of the text".to_string(), 0)
    } else if !word.is_empty() {
        (format!("`{word}`"), word.len())
    } else {
        let sign: String = ["->", "==", "!=", "<=", ">=", ":=", "//", ".."]
            .iter()
            .find(|s| rest.starts_with(**s))
            .map_or_else(|| rest.chars().take(1).collect(), |s| s.to_string());
        (if sign == "\n" { "the end of the line".into() } else { format!("`{sign}`") }, sign.len())
    };
    let mut rules = match error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    rules.sort();
    let mut words: Vec<&str> = Vec::new();
    for rule in &rules {
        let word = describe(*rule);
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    let help = hint(&word, rest, &source.text[..at], &rules);
    let base = source.base + at as u32;
    SyntaxError::Unexpected { found, expected: listed(&words), span: Span::new(base, base + len as u32), help }
}

/// "a, b or c"; at most seven of them.
fn listed(words: &[&str]) -> String {
    match words {
        [] => "something else".into(),
        [one] => one.to_string(),
        _ if words.len() > 7 => format!("{}, … or something like these", words[..6].join(", ")),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// Advice for the mistakes that beginners make.
fn hint(word: &str, rest: &str, before: &str, expected: &[Rule]) -> Option<String> {
    let wants_name =
        expected.iter().any(|r| matches!(r, Rule::name | Rule::point_label | Rule::point_atom | Rule::draw_target));
    if wants_name && KEYWORDS.contains(&word) {
        return Some(format!("`{word}` is a keyword; a point can be called that in quotation marks: \"{word}\""));
    }
    if !word.is_empty() && expected.contains(&Rule::item_doc) {
        let items = ["object", "kernel", "diagram", "check", "eval", "let", "import"];
        if let Some(near) = crate::base::name::nearest(word, items) {
            return Some(format!("did you mean `{near}`?"));
        }
    }
    if rest.starts_with('=') && !rest.starts_with("==") && expected.contains(&Rule::s_eq) {
        return Some("equality of diagrams and numbers is written `==`".into());
    }
    if rest.starts_with("<-") {
        return Some("a wire is drawn with `~`: `x ~ f(y)`".into());
    }
    if rest.starts_with('(')
        && before.trim_end().ends_with(|c: char| c.is_alphanumeric())
        && expected.contains(&Rule::s_seq)
    {
        return Some("outside of a block of draws, kernels are composed: `f ; g`, not `g(f)`".into());
    }
    if rest.starts_with('\'') {
        return Some("strings are written with double quotation marks".into());
    }
    None
}
