//! Pest's pairs to formulas, points, patterns and names.

use super::ast::*;
use super::error::SyntaxError;
use super::text_to_cst::{Node, Rule};
use crate::base::name::Name;
use crate::base::source::without_comment;
use crate::base::span::Span;
use crate::number::literal::{EXPONENT_LIMIT, LiteralFault, parse_number};
use crate::number::ratio::Ratio;

/// The reader of one text: where its spans start.
pub(super) struct Reader {
    /// Global offset of the text.
    pub(super) base: u32,
}

type Read<T> = Result<T, SyntaxError>;

/// The children of a node without keywords and signs, which only carry structure.
pub(super) fn parts(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    node.into_inner().filter(|n| !is_mark(n.as_rule()))
}

/// The only child of a node that wraps one.
pub(super) fn only(node: Node<'_>) -> Node<'_> {
    let outer = node.clone();
    parts(node).next().unwrap_or(outer)
}

/// The next part, which the grammar says is there.
pub(super) fn take<'a>(parts: &mut impl Iterator<Item = Node<'a>>) -> Node<'a> {
    match parts.next() {
        Some(node) => node,
        None => unreachable!("the grammar demands this part"),
    }
}

fn is_mark(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::k_object
            | Rule::k_kernel
            | Rule::k_diagram
            | Rule::k_check
            | Rule::k_eval
            | Rule::k_let
            | Rule::k_import
            | Rule::k_repair
            | Rule::k_return
            | Rule::k_theory
            | Rule::k_model
            | Rule::k_axiom
            | Rule::k_theorem
            | Rule::k_extends
            | Rule::k_of
            | Rule::k_with
            | Rule::k_by
            | Rule::k_at
            | Rule::w_auto
            | Rule::w_causality
            | Rule::w_positivity
            | Rule::k_uniform
            | Rule::k_from
            | Rule::k_counts
            | Rule::k_smooth
            | Rule::k_weights
            | Rule::w_softmax
            | Rule::w_features
            | Rule::w_reals
            | Rule::k_if
            | Rule::k_then
            | Rule::k_else
            | Rule::k_match
            | Rule::k_under
            | Rule::k_rank
            | Rule::k_in
            | Rule::k_for
            | Rule::k_to
            | Rule::k_forall
            | Rule::k_do
            | Rule::k_over
            | Rule::k_through
            | Rule::k_around
            | Rule::s_arrow
            | Rule::s_draw
            | Rule::s_seq
            | Rule::s_indep
            | Rule::s_assign
            | Rule::s_colon
            | Rule::s_bar
            | Rule::s_bars
            | Rule::s_power
            | Rule::s_comma
            | Rule::s_dot
            | Rule::s_open
            | Rule::s_close
            | Rule::s_lbrack
            | Rule::s_rbrack
            | Rule::s_lbrace
            | Rule::s_rbrace
            | Rule::w_marginal
            | Rule::w_cond
            | Rule::w_bayes
            | Rule::w_observe
            | Rule::w_weigh
            | Rule::w_jeffrey
            | Rule::w_do
            | Rule::w_effect
            | Rule::w_adjust
            | Rule::w_comb
            | Rule::w_support
            | Rule::w_point
            | Rule::w_minimal
            | Rule::w_stationary_of
            | Rule::w_limit
            | Rule::w_absorption
            | Rule::w_lumping
            | Rule::w_period
            | Rule::w_prob
            | Rule::w_expect
            | Rule::w_independent
            | Rule::w_separated
            | Rule::w_backdoor
            | Rule::w_frontdoor
            | Rule::w_identifiable
            | Rule::w_stationary
            | Rule::w_reversible
            | Rule::w_laws
            | Rule::w_sufficient
            | Rule::w_complete
            | Rule::w_ancillary
            | Rule::w_dominates
            | Rule::w_irreducible
            | Rule::w_aperiodic
            | Rule::w_lumpable
            | Rule::w_markov
            | Rule::w_exchangeable
            | Rule::w_order
            | Rule::w_spreads
            | Rule::w_idempotent
            | Rule::w_homogeneous
            | Rule::w_extendible
            | Rule::w_law
            | Rule::w_equivalence
    )
}

impl Reader {
    /// Where a node stands, without the blanks and comments that pest may count in at its end.
    pub(super) fn span(&self, node: &Node<'_>) -> Span {
        let (lo, text) = (node.as_span().start(), node.as_str());
        Span::new(self.base + lo as u32, self.base + (lo + significant(text)) as u32)
    }

    pub(super) fn ident(&self, node: &Node<'_>) -> Ident {
        Spanned::new(Name::new(node.as_str()), self.span(node))
    }

    /// The text of a string literal, with `\"`, `\\`, `\n` and `\t` resolved.
    pub(super) fn string(&self, node: &Node<'_>) -> Spanned<String> {
        let text = node.as_str();
        let inner = &text[1..text.len() - 1];
        let mut value = String::with_capacity(inner.len());
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            match (c, c == '\\') {
                (_, true) => match chars.next() {
                    Some('n') => value.push('\n'),
                    Some('t') => value.push('\t'),
                    Some(other) => value.push(other),
                    None => {}
                },
                _ => value.push(c),
            }
        }
        Spanned::new(value, self.span(node))
    }

    pub(super) fn number(&self, node: &Node<'_>) -> Read<Ratio> {
        parse_number(node.as_str()).map_err(|fault| match fault {
            LiteralFault::ExponentTooLarge => {
                SyntaxError::NumberTooLarge { limit: EXPONENT_LIMIT, span: self.span(node) }
            }
            LiteralFault::Malformed => SyntaxError::Unexpected {
                found: format!("`{}`", node.as_str()),
                expected: "a number".into(),
                span: self.span(node),
                help: None,
            },
        })
    }

    pub(super) fn exponent(&self, node: &Node<'_>) -> Read<u64> {
        match node.as_str().parse::<u32>() {
            Ok(value) => Ok(value as u64),
            Err(_) => Err(SyntaxError::ExponentTooLarge { span: self.span(node) }),
        }
    }

    /// A label: a name, a string or an integer, as text; an integer is written without leading zeros.
    pub(super) fn label(&self, node: Node<'_>) -> Label {
        let span = self.span(&node);
        let node = if matches!(node.as_rule(), Rule::point_label) { only(node) } else { node };
        match node.as_rule() {
            Rule::string => Spanned::new(Name::new(&self.string(&node).node), span),
            Rule::integer => {
                let value = parse_number(node.as_str()).map(|v| v.to_string());
                Spanned::new(Name::new(&value.unwrap_or_else(|_| node.as_str().into())), span)
            }
            _ => self.ident(&node),
        }
    }

    pub(super) fn point_atom(&self, node: Node<'_>) -> PointAtom {
        let span = self.span(&node);
        let inner = only(node);
        match inner.as_rule() {
            Rule::dotted => {
                let (object, label) = self.dotted(inner);
                PointAtom { object: Some(object), label, span }
            }
            _ => PointAtom { object: None, label: self.label(inner), span },
        }
    }

    fn dotted(&self, node: Node<'_>) -> (Ident, Label) {
        let mut inner = node.into_inner();
        // The rule has exactly two parts.
        let object = inner.next().map(|n| self.ident(&n));
        let label = inner.next().map(|n| self.label(n));
        match (object, label) {
            (Some(object), Some(label)) => (object, label),
            _ => unreachable!("`dotted` has two parts"),
        }
    }

    pub(super) fn point(&self, node: Node<'_>) -> PointExpr {
        let inner = only(node);
        match inner.as_rule() {
            Rule::tuple_point => {
                let span = self.span(&inner);
                let mut points: Vec<_> = parts(inner).map(|n| self.point(n)).collect();
                if points.len() == 1 { points.remove(0) } else { PointExpr::Tuple(points, span) }
            }
            _ => PointExpr::Atom(self.point_atom(inner)),
        }
    }

    pub(super) fn pattern(&self, node: Node<'_>) -> Pattern {
        let inner = only(node);
        let span = self.span(&inner);
        match inner.as_rule() {
            Rule::wildcard => Pattern::Any(span),
            Rule::tuple_pattern => {
                let mut patterns: Vec<_> = parts(inner).map(|n| self.pattern(n)).collect();
                if patterns.len() == 1 { patterns.remove(0) } else { Pattern::Tuple(patterns, span) }
            }
            _ => Pattern::Point(self.point_atom(inner)),
        }
    }

    pub(super) fn formula(&self, node: Node<'_>) -> Read<Formula> {
        let span = self.span(&node);
        let make = |kind| Ok(Formula { kind, span });
        match node.as_rule() {
            Rule::bracket_item => self.formula(only(node)),
            Rule::formula | Rule::f_and | Rule::f_sum | Rule::f_product | Rule::f_power => self.chain(node, span),
            Rule::f_not => {
                let mut inner = node.into_inner().collect::<Vec<_>>();
                let nots = inner.len() - 1;
                let mut value = self.formula(inner.remove(nots))?;
                for k in inner.iter().rev() {
                    value = Formula { kind: FormulaKind::Not(Box::new(value)), span: self.span(k).to(span) };
                }
                Ok(value)
            }
            Rule::f_sign => {
                let mut inner = node.into_inner().collect::<Vec<_>>();
                let signs = inner.len() - 1;
                let mut value = self.formula(inner.remove(signs))?;
                for s in inner.iter().rev() {
                    value = Formula { kind: FormulaKind::Negative(Box::new(value)), span: self.span(s).to(span) };
                }
                Ok(value)
            }
            Rule::f_compare => {
                let mut inner = node.into_inner();
                let left = inner.next().map(|n| self.formula(n));
                match (left, inner.next(), inner.next()) {
                    (Some(left), Some(sign), Some(right)) => make(FormulaKind::Compare(
                        Box::new(left?),
                        relation(sign.as_rule()),
                        Box::new(self.formula(right)?),
                    )),
                    (Some(left), ..) => left,
                    _ => unreachable!("`f_compare` has a part"),
                }
            }
            Rule::number => make(FormulaKind::Number(self.number(&node)?)),
            Rule::k_true => make(FormulaKind::Truth(true)),
            Rule::k_false => make(FormulaKind::Truth(false)),
            Rule::string => make(FormulaKind::Text(Name::new(&self.string(&node).node))),
            Rule::wire_number => make(FormulaKind::Wire(wire_number(node.as_str()))),
            Rule::dotted => {
                let (object, label) = self.dotted(node);
                make(FormulaKind::Dotted(object, label))
            }
            Rule::f_if => {
                let mut formulas = parts(node).map(|n| self.formula(n)).collect::<Read<Vec<_>>>()?;
                let otherwise = formulas.pop();
                let mut branches = Vec::new();
                let mut rest = formulas.into_iter();
                while let (Some(condition), Some(value)) = (rest.next(), rest.next()) {
                    branches.push((condition, value));
                }
                match otherwise {
                    Some(otherwise) => make(FormulaKind::If(branches, Box::new(otherwise))),
                    None => unreachable!("`f_if` has an `else`"),
                }
            }
            Rule::f_match => {
                let mut inner = parts(node);
                let subject = match inner.next() {
                    Some(n) => self.formula(n)?,
                    None => unreachable!("`f_match` has a subject"),
                };
                let mut arms = Vec::new();
                for arm in inner {
                    let mut pair = parts(arm);
                    if let (Some(pattern), Some(value)) = (pair.next(), pair.next()) {
                        arms.push((self.pattern(pattern), self.formula(value)?));
                    }
                }
                make(FormulaKind::Match(Box::new(subject), arms))
            }
            Rule::f_call => {
                let mut inner = parts(node);
                let name = match inner.next() {
                    Some(n) => self.ident(&n),
                    None => unreachable!("`f_call` has a function"),
                };
                make(FormulaKind::Call(name, inner.map(|n| self.formula(n)).collect::<Read<_>>()?))
            }
            Rule::f_law => {
                let weights = parts(node).map(|n| self.formula_weight(n)).collect::<Read<_>>()?;
                make(FormulaKind::Law(weights))
            }
            Rule::uniform => {
                let points: Vec<_> = parts(node).map(|n| self.point(n)).collect();
                make(FormulaKind::Uniform((!points.is_empty()).then_some(points)))
            }
            Rule::f_tuple => {
                let mut items = parts(node).map(|n| self.formula(n)).collect::<Read<Vec<_>>>()?;
                if items.len() == 1 { Ok(items.remove(0)) } else { make(FormulaKind::Tuple(items)) }
            }
            _ => make(FormulaKind::Name(Name::new(node.as_str()))),
        }
    }

    fn formula_weight(&self, node: Node<'_>) -> Read<(Formula, FormulaWeight)> {
        let mut inner = parts(node);
        let point = match inner.next() {
            Some(n) => self.formula(n)?,
            None => unreachable!("`f_weight` has an outcome"),
        };
        let weight = match inner.next() {
            None => FormulaWeight::All,
            Some(n) if n.as_rule() == Rule::k_rest => FormulaWeight::Rest,
            Some(n) => FormulaWeight::Formula(self.formula(n)?),
        };
        Ok((point, weight))
    }

    /// Operands of one strength with the operators between them.
    fn chain(&self, node: Node<'_>, span: Span) -> Read<Formula> {
        let power = node.as_rule() == Rule::f_power;
        let mut first = None;
        let mut rest = Vec::new();
        let mut sign = if power { Operator::Power } else { Operator::And };
        for part in node.into_inner() {
            if let Some(op) = operator(part.as_rule()) {
                sign = op;
            } else if first.is_none() {
                first = Some(self.formula(part)?);
            } else {
                rest.push((sign, self.formula(part)?));
            }
        }
        match first {
            Some(first) if rest.is_empty() => Ok(first),
            Some(first) => Ok(Formula { kind: FormulaKind::Chain(Box::new(first), rest), span }),
            None => unreachable!("a chain has an operand"),
        }
    }
}

/// Length of a text up to its last sign that is neither blank nor comment.
fn significant(text: &str) -> usize {
    let trimmed = text.trim_end().len();
    if !text.contains("//") {
        return trimmed;
    }
    let mut end = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let code = without_comment(line).trim_end();
        if !code.is_empty() {
            end = at + code.len();
        }
        at += line.len();
    }
    end
}

/// The number of `#k`; 0, which no wire has, where it does not fit.
fn wire_number(text: &str) -> usize {
    text.trim_start_matches('#').parse().unwrap_or(0)
}

pub(super) fn operator(rule: Rule) -> Option<Operator> {
    Some(match rule {
        Rule::k_or => Operator::Or,
        Rule::k_and => Operator::And,
        Rule::s_plus => Operator::Add,
        Rule::s_minus => Operator::Subtract,
        Rule::s_tensor => Operator::Multiply,
        Rule::s_slash => Operator::Divide,
        Rule::k_mod => Operator::Modulo,
        Rule::s_power => Operator::Power,
        _ => return None,
    })
}

pub(super) fn relation(rule: Rule) -> Relation {
    match rule {
        Rule::s_ne => Relation::NotEqual,
        Rule::s_le => Relation::LessEqual,
        Rule::s_ge => Relation::GreaterEqual,
        Rule::s_lt => Relation::Less,
        Rule::s_gt => Relation::Greater,
        _ => Relation::Equal,
    }
}
