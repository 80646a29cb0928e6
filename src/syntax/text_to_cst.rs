//! Text to pest's pairs. Pest does not leave `syntax/`.

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::Pair;
use pest_derive::Parser;

use super::error::SyntaxError;
use super::keywords::KEYWORDS;
use super::nesting::check_nesting;
use super::rule_names::expectation;
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
    let (before, rest) = source.text.split_at(at);
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    // The end of the text is shown behind its last sign: there something is missing, and there a label can stand.
    let (found, lo, len) = if rest.is_empty() {
        ("the end of the text".to_string(), before.trim_end().len(), 0)
    } else if !word.is_empty() {
        (format!("`{}`", shortened(&word)), at, word.len())
    } else {
        let sign = ["->", "==", "!=", "<=", ">=", ":=", "<-", "//", ".."].into_iter().find(|s| rest.starts_with(s));
        let len = sign.map_or_else(|| rest.chars().next().map_or(0, char::len_utf8), str::len);
        (sign_in_words(&rest[..len]), at, len)
    };
    let mut rules = match error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    rules.sort();
    let help = hint(&word, rest, before, &rules);
    let base = source.base + lo as u32;
    SyntaxError::Unexpected { found, expected: expectation(&rules), span: Span::new(base, base + len as u32), help }
}

/// A sign as it is shown; one that cannot be seen is named by its number.
fn sign_in_words(sign: &str) -> String {
    match sign.chars().next() {
        Some(c)
            if c.is_control()
                || (c.is_whitespace() && c != ' ')
                || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}') =>
        {
            format!("the character U+{:04X}", u32::from(c))
        }
        _ => format!("`{sign}`"),
    }
}

fn shortened(word: &str) -> String {
    match word.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &word[..end]),
        None => word.to_string(),
    }
}

/// Advice for the mistakes that beginners make.
fn hint(word: &str, rest: &str, before: &str, expected: &[Rule]) -> Option<String> {
    let wants = |rule: Rule| expected.contains(&rule);
    let begins = |sign: &str| rest.starts_with(sign);
    let line = before.rsplit('\n').next().unwrap_or("").trim_start();
    let comparison = ["==", "!=", "<", ">", "=", "≤", "≥", "≠"].into_iter().any(begins);
    let advice = if (wants(Rule::name)
        || wants(Rule::point_label)
        || wants(Rule::point_atom)
        || wants(Rule::draw_target))
        && KEYWORDS.contains(&word)
        && !wants(Rule::k_return)
    {
        return Some(match wants(Rule::point_label) || wants(Rule::point_atom) || wants(Rule::string) {
            true => format!("`{word}` is a keyword; a point can be called that in quotation marks: \"{word}\""),
            false => format!("`{word}` is a keyword, so nothing can be called that"),
        });
    } else if word == "features" && wants(Rule::s_rbrace) {
        "vectors are declared outside of theories: `features h : X -> R^2 { … }`"
    } else if word == "features" && (wants(Rule::item) || wants(Rule::EOI)) {
        "vectors are declared as in `features h : X -> R^2 { … }`"
    } else if !word.is_empty() && (wants(Rule::item) || wants(Rule::item_doc) || wants(Rule::EOI)) && line.is_empty() {
        let items = [
            "object", "features", "kernel", "diagram", "check", "eval", "let", "import", "theory", "model", "axiom",
            "theorem",
        ];
        return crate::base::name::nearest(word, items).map(|near| format!("did you mean `{near}`?"));
    } else if begins(",") && line.starts_with("object ") {
        "the points of an object stand in braces, as in `object Coin = { heads, tails }`"
    } else if begins("}") && wants(Rule::k_return) {
        "a block of draws ends with `return` and the wires that leave it"
    } else if begins("<-") {
        "a wire is drawn with `~`: `x ~ f(y)`"
    } else if begins("=") && !begins("==") && wants(Rule::s_eq) {
        "equality of diagrams and numbers is written `==`"
    } else if comparison && line.starts_with("check ") && !wants(Rule::s_eq) {
        "a check makes one comparison: write `check a <= b` and `check b <= c`"
    } else if begins("(") && before.trim_end().ends_with("softmax") {
        "a softmax stands behind a type without names of wires: `kernel head : C -> T = softmax(h, W)`"
    } else if wants(Rule::w_reals) {
        "vectors lie in real space, as in `features h : X -> R^2 { … }`"
    } else if begins("(") && before.trim_end().ends_with(|c: char| c.is_alphanumeric()) && wants(Rule::s_seq) {
        "outside of a block of draws, kernels are composed: write `g ; f` instead of `f(g)`"
    } else if word == "forall" && before.trim_end().ends_with('.') {
        "one `forall` takes all parameters: `forall d, e: Prob, n: Nat. …`"
    } else if begins(".") && line.contains("forall ") && wants(Rule::s_colon) {
        "each parameter has a sort, as in `forall e: Prob. …`; there are `Prob`, `Rat` and `Nat`"
    } else if wants(Rule::s_dot) {
        "a point ends the list of parameters: `forall e: Prob. f[e] == g[e]`"
    } else if begins("'") {
        "strings are written with double quotation marks"
    } else if begins("&") || begins("|") && !wants(Rule::s_bar) {
        "write `,` between outcomes, and `and`, `or` between conditions"
    } else {
        return None;
    };
    Some(advice.into())
}
