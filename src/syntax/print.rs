//! The tree back to text, in one layout: `parse(print(a)) = a`. Comments are not in the tree and are not printed.

use std::fmt::Write;

use super::ast::*;
use super::keywords::KEYWORDS;
use super::{print_causal, print_features, print_matrix, print_measure, print_study, print_theory};
use crate::base::name::Name;
use crate::number::ratio::Ratio;

/// Writes a file.
pub fn print_file(file: &File) -> String {
    let mut out = String::new();
    for doc in &file.docs {
        doc_line(&mut out, "//!", &doc.node);
    }
    for item in &file.items {
        if !out.is_empty() {
            out.push('\n');
        }
        for doc in &item.docs {
            doc_line(&mut out, "///", &doc.node);
        }
        out.push_str(&print_item(&item.kind));
        out.push('\n');
    }
    out
}

pub(super) fn doc_line(out: &mut String, mark: &str, text: &str) {
    out.push_str(mark);
    if !text.is_empty() {
        out.push(' ');
        out.push_str(text);
    }
    out.push('\n');
}

/// Writes an item, without a line break at the end.
pub fn print_item(item: &ItemKind) -> String {
    match item {
        ItemKind::Object(decl) => {
            let name = &decl.name.node;
            match &decl.body {
                None => format!("object {name}"),
                Some(ObjectBody::Points(points)) => {
                    format!("object {name} = {{ {} }}", list(points, |p| label(&p.node)))
                }
                Some(ObjectBody::Range { lo, hi, inclusive }) => {
                    format!("object {name} = {}..{}{}", lo.node, if *inclusive { "=" } else { "" }, hi.node)
                }
                Some(ObjectBody::Type(t)) => format!("object {name} = {}", object_type(t)),
                Some(ObjectBody::FromFile(path)) => format!("object {name} from {}", quoted(&path.node)),
            }
        }
        ItemKind::Features(decl) => print_features::features(decl),
        ItemKind::Kernel(decl) => kernel(decl),
        ItemKind::Diagram(decl) => diagram(decl),
        ItemKind::Check(check) => {
            let category = check.category.as_ref().map_or(String::new(), |c| format!("[{}]", c.node));
            format!("check{category} {}{}", if check.negated { "not " } else { "" }, claim(&check.claim))
        }
        ItemKind::Eval(e, unit) => {
            format!("eval {}{}", print_expr(e), unit.as_ref().map_or(String::new(), |u| format!(" in {}", u.node)))
        }
        ItemKind::Let(name, e) => format!("let {} = {}", name.node, print_expr(e)),
        ItemKind::Import(path, repair) => {
            let repair = repair.as_ref().map_or(String::new(), |way| format!(" repair {}", way.node));
            format!("import {}{repair}", quoted(&path.node))
        }
        ItemKind::Theory(decl) => print_theory::theory(decl),
        ItemKind::Model(decl) => print_theory::model(decl),
        ItemKind::Axiom(decl) => print_theory::axiom(decl),
        ItemKind::Theorem(decl) => print_theory::theorem(decl),
        ItemKind::Later(word) => word.node.to_string(),
    }
}

pub(super) fn list<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A label as it must be written: bare where it can be, else in quotation marks.
pub fn label(name: &Name) -> String {
    let text = name.as_str();
    let mut chars = text.chars();
    let bare = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '\'')
        && !KEYWORDS.contains(&text)
        && text != "_";
    let digits = text.strip_prefix('-').unwrap_or(text);
    let integer = !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (digits == "0" && text == "0" || !digits.starts_with('0'));
    if bare || integer { text.into() } else { quoted(text) }
}

pub(super) fn object_type(t: &ObjectType) -> String {
    let factor = |(atom, exponent): &(ObjectAtom, Option<Spanned<u64>>)| {
        let base = match atom {
            ObjectAtom::Name(name) => name.node.to_string(),
            ObjectAtom::Group(inner) => format!("({})", object_type(inner)),
        };
        exponent.as_ref().map_or(base.clone(), |e| format!("{base}^{}", e.node))
    };
    t.factors.iter().map(factor).collect::<Vec<_>>().join(" * ")
}

fn typed(names: &[TypedName]) -> String {
    list(names, |t| format!("{}: {}", t.name.node, object_type(&t.object)))
}

fn kernel(decl: &KernelDecl) -> String {
    let mut out = String::new();
    if decl.deterministic.is_some() {
        out.push_str("deterministic ");
    }
    let _ = write!(out, "kernel {}", decl.name.node);
    if !decl.parameters.is_empty() {
        let _ = write!(out, "[{}]", list(&decl.parameters, |p| format!("{}: {}", p.name.node, p.sort.node)));
    }
    let codomain = object_type(&decl.codomain);
    let _ = match &decl.domain {
        KernelDomain::State => write!(out, " : {codomain}"),
        KernelDomain::Type(t) => write!(out, " : {} -> {codomain}", object_type(t)),
        KernelDomain::Named(names) => write!(out, "({}) -> {codomain}", typed(names)),
    };
    match &decl.body {
        None => {}
        Some(KernelBody::Formula(f)) => {
            let _ = write!(out, " = {}", print_formula(f));
        }
        Some(KernelBody::Matrix(rows)) => {
            let _ = write!(out, " = [{}]", list(rows, |r| format!("[{}]", list(&r.node, print_formula))));
        }
        Some(KernelBody::Softmax(body)) => {
            let _ = write!(out, " = {}", print_features::softmax(body));
        }
        Some(KernelBody::Counts { path, smooth }) => {
            let _ = write!(out, " from counts {}", quoted(&path.node));
            if let Some(smooth) = smooth {
                let _ = write!(out, " smooth {}", decimal(&smooth.node));
            }
        }
        Some(body @ (KernelBody::Table(rows) | KernelBody::Weights(rows))) => {
            out.push_str(if matches!(body, KernelBody::Weights(_)) { " weights {" } else { " {" });
            let many = rows.len() > 1 || rows.iter().any(|r| r.pattern.is_some());
            for row in rows {
                out.push_str(if many { "\n  " } else { " " });
                if let Some(p) = &row.pattern {
                    let _ = write!(out, "{} -> ", pattern(p));
                }
                out.push_str(&law(&row.law));
            }
            out.push_str(if many { "\n}" } else { " }" });
        }
    }
    out
}

/// A rational that the grammar reads as one number where only a literal may stand: literals have finite decimals.
pub(super) fn decimal(value: &Ratio) -> String {
    match value.to_int() {
        Some(n) => n.to_string(),
        None => (1..).map(|k| value.decimal(k)).find(|(_, exact)| *exact).map_or(String::new(), |(text, _)| text),
    }
}

fn law(law: &Law) -> String {
    match law {
        Law::Uniform(points, _) => uniform(points.as_deref()),
        Law::Entries(entries) => list(entries, |e| match &e.weight {
            Weight::All => point(&e.point),
            Weight::Rest(_) => format!("{}: rest", point(&e.point)),
            Weight::Formula(f) => format!("{}: {}", point(&e.point), print_formula(f)),
        }),
    }
}

fn uniform(points: Option<&[PointExpr]>) -> String {
    points.map_or("uniform".into(), |points| format!("uniform {{ {} }}", list(points, point)))
}

pub(super) fn point(p: &PointExpr) -> String {
    match p {
        PointExpr::Atom(atom) => point_atom(atom),
        PointExpr::Tuple(items, _) => format!("({})", list(items, point)),
    }
}

fn point_atom(atom: &PointAtom) -> String {
    let label = label(&atom.label.node);
    atom.object.as_ref().map_or(label.clone(), |object| format!("{}.{label}", object.node))
}

pub(super) fn pattern(p: &Pattern) -> String {
    match p {
        Pattern::Any(_) => "_".into(),
        // A negative number would be read as a subtraction from the weight of the row before.
        Pattern::Point(atom) if atom.label.node.as_str().starts_with('-') => format!("({})", point_atom(atom)),
        Pattern::Point(atom) => point_atom(atom),
        Pattern::Tuple(items, _) => format!("({})", list(items, pattern)),
    }
}

fn diagram(decl: &DiagramDecl) -> String {
    let mut out = format!("diagram {}", decl.name.node);
    let outputs = match &decl.outputs {
        Outputs::Type(t) => object_type(t),
        Outputs::Named(names) => format!("({})", typed(names)),
    };
    let _ = match &decl.inputs {
        DiagramInputs::Type(t) => write!(out, " : {} -> {outputs}", object_type(t)),
        DiagramInputs::Named(names) if names.is_empty() => write!(out, " -> {outputs}"),
        DiagramInputs::Named(names) => write!(out, "({}) -> {outputs}", typed(names)),
    };
    match &decl.body {
        DiagramBody::Expr(e) => {
            let _ = write!(out, " =\n  {}", print_expr(e));
        }
        DiagramBody::Wiring { draws, returns, .. } => {
            out.push_str(" {\n");
            for draw in draws {
                let names = list(&draw.targets, |n| n.node.to_string());
                let names = if draw.split { format!("({names})") } else { names };
                let _ = write!(out, "  {names} ~ {}", print_measure::drawn(&draw.source));
                if !draw.inputs.is_empty() {
                    let _ = write!(out, "({})", list(&draw.inputs, |n| n.node.to_string()));
                }
                out.push('\n');
            }
            let _ = writeln!(out, "  return {}", list(returns, |n| n.node.to_string()));
            out.push('}');
        }
    }
    out
}

pub(super) fn claim(claim: &Claim) -> String {
    let under = |e: &Option<Expr>| e.as_ref().map_or(String::new(), |e| format!(" under {}", print_expr(e)));
    let group = |wires: &Vec<Wire>| match &wires[..] {
        [one] => one.node.to_string(),
        many => format!("({})", list(many, |w| w.node.to_string())),
    };
    match claim {
        Claim::Compare(left, sign, right, state) => {
            format!("{} {} {}{}", print_expr(left), relation(*sign), print_expr(right), under(state))
        }
        Claim::Deterministic(of, state) => format!("deterministic {}{}", print_expr(of), under(state)),
        Claim::Independent { groups, given, within } | Claim::Separated { groups, given, within } => {
            let word = if matches!(claim, Claim::Separated { .. }) { "separated" } else { "independent" };
            let given = if given.is_empty() {
                String::new()
            } else {
                format!(" given {}", list(given, |w| w.node.to_string()))
            };
            format!("{word} {}{given} in {}", list(groups, group), print_expr(within))
        }
        Claim::Identifiable { to, from, within } => print_causal::identifiable(to, from, within),
        Claim::Criterion { door, by, from, to, within } => print_causal::criterion(*door, by, from, to, within),
        Claim::Stationary(state, chain) => format!("stationary {} for {}", print_expr(state), print_expr(chain)),
        Claim::Reversible(chain, state) => format!("reversible {} under {}", print_expr(chain), print_expr(state)),
        Claim::Study(study) => print_study::study(study),
        Claim::Semidefinite(_, matrix) => format!("semidefinite {}", print_expr(matrix)),
        Claim::DivergenceLaw(law, d) => format!("law {} of {}", law.node, print_measure::divergence(d)),
        Claim::Laws(items) if items.is_empty() => "laws".into(),
        Claim::Laws(items) => format!("laws {}", list(items, print_expr)),
        Claim::ForAll(parameters, inner) => {
            let binder = |p: &Parameter| format!("{}: {}", p.name.node, p.sort.node);
            format!("forall {}. {}", list(parameters, binder), self::claim(inner))
        }
    }
}

/// The sign of a comparison.
pub fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => "==",
        Relation::NotEqual => "!=",
        Relation::LessEqual => "<=",
        Relation::GreaterEqual => ">=",
        Relation::Less => "<",
        Relation::Greater => ">",
    }
}

/// Writes an expression.
pub fn print_expr(e: &Expr) -> String {
    expr(e, 0)
}

/// Strengths: 0 `;`, 1 `+`, 2 `*`, 3 sign, 4 power and atoms. What is weaker than asked for gets parentheses.
pub(super) fn expr(e: &Expr, strength: u8) -> String {
    let (own, text) = match &e.kind {
        ExprKind::Number(value) => (5, decimal(value)),
        ExprKind::Named(name, None) => (5, name.node.to_string()),
        ExprKind::Named(name, Some(items)) => (5, format!("{}[{}]", name.node, list(items, print_formula))),
        ExprKind::Seq(items) => (0, items.iter().map(|i| expr(i, 1)).collect::<Vec<_>>().join(" ; ")),
        ExprKind::Sum(first, rest) => (1, chain(expr(first, 2), rest, |x| expr(x, 2))),
        ExprKind::Product(first, rest) => (2, chain(expr(first, 3), rest, |x| expr(x, 3))),
        ExprKind::Negative(inner) => (3, format!("-{}", expr(inner, 3))),
        ExprKind::Power(base, exponent) => (4, format!("{}^{}", expr(base, 5), exponent_text(exponent))),
        ExprKind::Pair(items) => (5, format!("<{}>", list(items, print_expr))),
        ExprKind::Marginal(of, wires) => (5, format!("marginal({}, {})", print_expr(of), wire_list(wires))),
        ExprKind::Cond(of, targets, given) => {
            (5, format!("cond({}, {} given {})", print_expr(of), wire_list(targets), wire_list(given)))
        }
        ExprKind::Effect(of, targets, set) => (5, print_causal::effect(of, targets, set)),
        ExprKind::Adjust { of, targets, given, door, by } => (5, print_causal::adjust(of, targets, given, *door, by)),
        ExprKind::Comb { of, before, after, around } => (5, print_causal::comb(of, before, after, around)),
        ExprKind::Bayes(f, p) => (5, format!("bayes({}, {})", print_expr(f), print_expr(p))),
        ExprKind::Observe(of, event) => (5, format!("observe({}, {})", print_expr(of), print_formula(event))),
        ExprKind::Weigh(of, weight) => (5, format!("weigh({}, {})", print_expr(of), print_formula(weight))),
        ExprKind::Jeffrey(of, wires, law) => {
            (5, format!("jeffrey({}, {} ~ {})", print_expr(of), wire_list(wires), print_expr(law)))
        }
        ExprKind::Do(of, surgeries) => {
            let steps = list(surgeries, |(name, e)| format!("{} := {}", name.node, print_expr(e)));
            (5, format!("do({}, {steps})", print_expr(of)))
        }
        ExprKind::Support(of) => (5, format!("support({})", print_expr(of))),
        ExprKind::Derived(what, of, by) => (5, print_study::derived(*what, of, by.as_deref())),
        ExprKind::Period(of) => (5, format!("period({})", print_expr(of))),
        ExprKind::Point(PointExpr::Tuple(items, _)) => (5, format!("point({})", list(items, point))),
        ExprKind::Point(p) => (5, format!("point({})", point(p))),
        ExprKind::Prob(event, given, of) => {
            let given = given.as_ref().map_or(String::new(), |g| format!(" | {}", print_formula(g)));
            (5, format!("prob({}{given} in {})", print_formula(event), print_expr(of)))
        }
        ExprKind::Expect(value, given, of) => {
            let given = given.as_ref().map_or(String::new(), |g| format!(" | {}", print_formula(g)));
            (5, format!("E({}{given} in {})", print_formula(value), print_expr(of)))
        }
        ExprKind::Measure(m) => (5, print_measure::measure(m)),
        ExprKind::Matrix(call) => (5, print_matrix::call(call)),
        ExprKind::List(items) => (5, print_matrix::numbers(items)),
        ExprKind::Call(call, items) => (5, format!("{}({})", call.node.word(), list(items, print_expr))),
        ExprKind::Unit(of, unit) => {
            let inner = if matches!(of.kind, ExprKind::Unit(..)) { 3 } else { 2 };
            (2, format!("{} {}", expr(of, inner), unit.node.word()))
        }
    };
    if own < strength { format!("({text})") } else { text }
}

pub(super) fn exponent_text(exponent: &Formula) -> String {
    match &exponent.kind {
        FormulaKind::Number(n) if n.to_int().is_some() => n.to_string(),
        FormulaKind::Name(name) => name.to_string(),
        _ => format!("({})", print_formula(exponent)),
    }
}

fn chain<T>(first: String, rest: &[(Operator, T)], show: impl Fn(&T) -> String) -> String {
    rest.iter().fold(first, |text, (op, x)| format!("{text} {} {}", operator(*op), show(x)))
}

/// The sign of an operator.
pub fn operator(op: Operator) -> &'static str {
    match op {
        Operator::Or => "or",
        Operator::And => "and",
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Modulo => "mod",
        Operator::Power => "^",
    }
}

pub(super) fn wire_list(wires: &[Wire]) -> String {
    list(wires, |w| w.node.to_string())
}

/// Writes a formula.
pub fn print_formula(f: &Formula) -> String {
    formula(f, 0)
}

/// Strengths: 0 or, 1 and, 2 not, 3 comparison, 4 sum, 5 product, 6 sign, 7 power, 8 atom.
fn formula(f: &Formula, strength: u8) -> String {
    let (own, text) = match &f.kind {
        FormulaKind::Number(value) => (8, decimal(value)),
        FormulaKind::Truth(value) => (8, value.to_string()),
        FormulaKind::Name(name) => (8, name.to_string()),
        FormulaKind::Text(name) => (8, quoted(name.as_str())),
        FormulaKind::Dotted(object, point) => (8, format!("{}.{}", object.node, label(&point.node))),
        FormulaKind::Wire(number) => (8, format!("#{number}")),
        FormulaKind::Tuple(items) => (8, format!("({})", list(items, print_formula))),
        FormulaKind::Negative(inner) => (6, format!("-{}", formula(inner, 6))),
        FormulaKind::Not(inner) => (2, format!("not {}", formula(inner, 2))),
        FormulaKind::Chain(first, rest) => {
            let own = match rest.first().map(|r| r.0) {
                Some(Operator::Or) => 0,
                Some(Operator::And) => 1,
                Some(Operator::Add | Operator::Subtract) => 4,
                Some(Operator::Power) => 7,
                _ => 5,
            };
            (own, chain(formula(first, own + 1), rest, |x| formula(x, own + 1)))
        }
        FormulaKind::Compare(left, sign, right) => {
            (3, format!("{} {} {}", formula(left, 4), relation(*sign), formula(right, 4)))
        }
        FormulaKind::Call(name, items) => (8, format!("{}({})", name.node, list(items, print_formula))),
        FormulaKind::If(branches, otherwise) => {
            let mut text = String::new();
            for (condition, value) in branches {
                let _ = write!(text, "if {} then {} else ", formula(condition, 0), formula(value, 0));
            }
            // An `if` in the last branch would be read as one more branch of this one.
            let inner = if matches!(otherwise.kind, FormulaKind::If(..)) { 9 } else { 0 };
            (0, format!("{text}{}", formula(otherwise, inner)))
        }
        FormulaKind::Match(subject, arms) => {
            let arms = list(arms, |(p, value)| format!("{} -> {}", pattern(p), print_formula(value)));
            (8, format!("match {} {{ {arms} }}", formula(subject, 0)))
        }
        FormulaKind::Law(weights) => {
            let entry = |(p, w): &(Formula, FormulaWeight)| match w {
                FormulaWeight::All => print_formula(p),
                FormulaWeight::Rest => format!("{}: rest", print_formula(p)),
                FormulaWeight::Formula(w) => format!("{}: {}", print_formula(p), print_formula(w)),
            };
            (8, format!("{{ {} }}", list(weights, entry)))
        }
        FormulaKind::Uniform(points) => (8, uniform(points.as_deref())),
    };
    let wrap = own < strength || (matches!(f.kind, FormulaKind::If(..)) && strength > 0);
    if wrap { format!("({text})") } else { text }
}
