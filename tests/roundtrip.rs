//! `parse(print(a)) == a`, for every program in the repository and for random trees, well typed or not.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::choices::{Choices, cases, fail};
use common::run::parse;
use mcheck::base::name::Name;
use mcheck::base::span::Span;
use mcheck::number::ratio::Ratio;
use mcheck::syntax::ast::*;
use mcheck::syntax::print::print_file;

const NOWHERE: Span = Span { lo: 0, hi: 0 };

fn at<T>(node: T) -> Spanned<T> {
    Spanned::new(node, NOWHERE)
}

/// A generator of trees that some text has: what a text cannot say (a group of one, a negative literal) is left out.
struct Trees<'a, 'c>(&'a mut Choices<'c>);

const NAMES: [&str; 12] =
    ["a", "x1", "f'", "counts", "Given", "_u", "größe", "E1", "smooth", "from", "features", "softmax"];
const LABELS: [&str; 12] = ["a", "0", "-3", "the cat", "if", "", "007", "say \"x\"", "a\\b", "µ", "rest", "// x"];

impl Trees<'_, '_> {
    fn ident(&mut self) -> Ident {
        let name: &str = self.0.of::<&str>(&NAMES);
        at(Name::new(name))
    }

    fn label(&mut self) -> Label {
        let label: &str = self.0.of::<&str>(&LABELS);
        at(Name::new(label))
    }

    fn many<T>(&mut self, least: usize, most: usize, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let count = least + self.0.below(most - least + 1);
        (0..count).map(|_| one(self)).collect()
    }

    fn maybe<T>(&mut self, one: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.0.once_in(2).then(|| one(self))
    }

    fn literal(&mut self) -> Ratio {
        let den = [1, 1, 4, 1000, 1 << 40, 5i64.pow(20)][self.0.below(6)];
        Ratio::of(self.0.below(1 << 16) as i64, den)
    }

    fn object_type(&mut self, depth: usize) -> ObjectType {
        let factors = self.many(1, 3, |t| {
            let atom = match depth > 0 && t.0.once_in(3) {
                true => ObjectAtom::Group(t.object_type(depth - 1)),
                false => ObjectAtom::Name(t.ident()),
            };
            (atom, t.maybe(|t| at(t.0.below(9) as u64)))
        });
        ObjectType { factors, span: NOWHERE }
    }

    fn typed_name(&mut self) -> TypedName {
        TypedName { name: self.ident(), object: self.object_type(1) }
    }

    fn point_atom(&mut self) -> PointAtom {
        PointAtom { object: self.maybe(Self::ident), label: self.label(), span: NOWHERE }
    }

    fn point(&mut self, depth: usize) -> PointExpr {
        match depth > 0 && self.0.once_in(3) {
            true => PointExpr::Tuple(self.many(2, 3, |t| t.point(depth - 1)), NOWHERE),
            false => PointExpr::Atom(self.point_atom()),
        }
    }

    fn pattern(&mut self, depth: usize) -> Pattern {
        match self.0.below(4) {
            1 => Pattern::Any(NOWHERE),
            2 if depth > 0 => Pattern::Tuple(self.many(2, 3, |t| t.pattern(depth - 1)), NOWHERE),
            _ => Pattern::Point(self.point_atom()),
        }
    }

    fn formula(&mut self, depth: usize) -> Formula {
        let boxed = |f: Formula| Box::new(f);
        let deeper = depth.saturating_sub(1);
        let kind = match self.0.below(if depth == 0 { 6 } else { 20 }) {
            0 => FormulaKind::Name(self.ident().node),
            1 => FormulaKind::Number(self.literal()),
            2 => FormulaKind::Truth(self.0.once_in(2)),
            3 => FormulaKind::Text(self.label().node),
            4 => FormulaKind::Dotted(self.ident(), self.label()),
            5 => FormulaKind::Wire(1 + self.0.below(40)),
            6 => FormulaKind::Tuple(self.many(2, 3, |t| t.formula(deeper))),
            7 | 8 => FormulaKind::Negative(boxed(self.formula(deeper))),
            9 => FormulaKind::Not(boxed(self.formula(deeper))),
            10..=12 => {
                let signs: &[Operator] = self.0.of::<&[Operator]>(&[
                    &[Operator::Or][..],
                    &[Operator::And],
                    &[Operator::Add, Operator::Subtract],
                    &[Operator::Multiply, Operator::Divide, Operator::Modulo],
                ]);
                let first = self.formula(deeper);
                FormulaKind::Chain(boxed(first), self.many(1, 3, |t| (*t.0.of(signs), t.formula(deeper))))
            }
            13 => {
                let (base, exponent) = (self.formula(deeper), self.formula(deeper));
                FormulaKind::Chain(boxed(base), vec![(Operator::Power, exponent)])
            }
            14 => {
                let (left, sign, right) = (self.formula(deeper), self.relation(), self.formula(deeper));
                FormulaKind::Compare(boxed(left), sign, boxed(right))
            }
            15 => {
                let name = *self.0.of(&["min", "max", "abs", "floor"]);
                FormulaKind::Call(at(Name::new(name)), self.many(1, 3, |t| t.formula(deeper)))
            }
            16 => {
                let branches = self.many(1, 3, |t| (t.formula(deeper), t.formula(deeper)));
                FormulaKind::If(branches, boxed(self.formula(deeper)))
            }
            17 => {
                let subject = self.formula(deeper);
                FormulaKind::Match(boxed(subject), self.many(1, 3, |t| (t.pattern(2), t.formula(deeper))))
            }
            18 => FormulaKind::Law(self.many(1, 3, |t| {
                let point = t.formula(deeper);
                let weight = match t.0.below(3) {
                    0 => FormulaWeight::All,
                    1 => FormulaWeight::Rest,
                    _ => FormulaWeight::Formula(t.formula(deeper)),
                };
                (point, weight)
            })),
            _ => FormulaKind::Uniform(self.maybe(|t| t.many(1, 3, |t| t.point(2)))),
        };
        Formula { kind, span: NOWHERE }
    }

    fn relation(&mut self) -> Relation {
        use Relation::*;
        *self.0.of(&[Equal, NotEqual, LessEqual, GreaterEqual, Less, Greater])
    }

    fn wire(&mut self) -> Wire {
        match self.0.once_in(3) {
            true => at(Name::new(&format!("#{}", 1 + self.0.below(30)))),
            false => self.ident(),
        }
    }

    fn wires(&mut self) -> Vec<Wire> {
        self.many(1, 3, Self::wire)
    }

    /// The condition of `prob`, `E` and `observe`.
    fn event(&mut self) -> Formula {
        self.formula(2)
    }

    fn expr(&mut self, depth: usize) -> Expr {
        let deeper = depth.saturating_sub(1);
        let one = |t: &mut Self| Box::new(t.expr(deeper));
        let kind = match self.0.below(if depth == 0 { 3 } else { 22 }) {
            0 => ExprKind::Named(self.ident(), None),
            1 => {
                let name = if self.0.once_in(3) { at(Name::new("uniform")) } else { self.ident() };
                ExprKind::Named(name, self.maybe(|t| t.many(1, 2, |t| t.formula(1))))
            }
            2 => ExprKind::Number(self.literal()),
            3 | 4 => ExprKind::Seq(self.many(2, 3, |t| t.expr(deeper))),
            5 => ExprKind::Sum(
                one(self),
                self.many(1, 2, |t| (*t.0.of(&[Operator::Add, Operator::Subtract]), t.expr(deeper))),
            ),
            6 | 7 => {
                let signs = [Operator::Multiply, Operator::Divide, Operator::Modulo];
                ExprKind::Product(one(self), self.many(1, 2, |t| (*t.0.of(&signs), t.expr(deeper))))
            }
            8 => ExprKind::Negative(one(self)),
            9 => {
                let exponent = match self.0.below(3) {
                    0 => Formula { kind: FormulaKind::Number(Ratio::from(self.0.below(99) as i64)), span: NOWHERE },
                    _ => self.formula(1),
                };
                ExprKind::Power(one(self), Box::new(exponent))
            }
            10 => ExprKind::Pair(self.many(2, 3, |t| t.expr(deeper))),
            11 => ExprKind::Marginal(one(self), self.wires()),
            12 => ExprKind::Cond(one(self), self.wires(), self.wires()),
            13 => ExprKind::Bayes(one(self), one(self)),
            14 => match self.0.below(3) {
                0 => ExprKind::Observe(one(self), self.event()),
                1 => ExprKind::Weigh(one(self), self.formula(2)),
                _ => ExprKind::Jeffrey(one(self), self.wires(), one(self)),
            },
            15 => ExprKind::Do(one(self), self.many(1, 2, |t| (t.ident(), t.expr(deeper)))),
            16 => match self.0.below(5) {
                0 => ExprKind::Support(one(self)),
                1 => self.derived(deeper),
                _ => ExprKind::Point(self.point(2)),
            },
            17 => ExprKind::Effect(one(self), self.wires(), self.wires()),
            18 => {
                let (of, targets, given) = (one(self), self.wires(), self.wires());
                let (door, by) = match self.0.below(3) {
                    0 => (Door::Back, Vec::new()),
                    1 => (Door::Back, self.wires()),
                    _ => (Door::Front, self.wires()),
                };
                ExprKind::Adjust { of, targets, given, door, by }
            }
            19 | 20 => self.measured(deeper),
            _ => {
                let (event, given) = (self.event(), self.maybe(Self::event));
                match self.0.once_in(2) {
                    true => ExprKind::Prob(event, given, one(self)),
                    false => ExprKind::Expect(event, given, one(self)),
                }
            }
        };
        Expr { kind, span: NOWHERE }
    }

    /// A matrix, or a number of one.
    fn matrix(&mut self, depth: usize) -> Expr {
        use MatrixWord::{
            Bipartite, Directions, Disintegrated, Eigenvalue, Form, Operator, Rank, Similarity, Spectrum,
        };
        let words = [Similarity, Disintegrated, Operator, Form, Rank, Eigenvalue, Spectrum, Directions, Bipartite];
        let word = at(*self.0.of(&words));
        let bracket = self.maybe(|t| {
            let order = t.maybe(|t| t.formula(1));
            Divergence { name: Some(t.ident()), order }
        });
        let items = self.many(1, 4, |t| t.expr(depth));
        Expr { kind: ExprKind::Matrix(Box::new(MatrixCall { word, bracket, items })), span: NOWHERE }
    }

    /// Measures, functions of numbers, and numbers with a unit. These stand in an argument: at the end of a statement, a unit in
    /// front of a line of its proof would be read as what the line is about.
    fn measured(&mut self, depth: usize) -> ExprKind {
        if self.0.once_in(4) {
            return match self.0.once_in(3) {
                true => ExprKind::List(self.many(1, 3, |t| t.expr(depth))),
                false => self.matrix(depth).kind,
            };
        }
        if self.0.once_in(3) {
            let call = *self.0.of(&[Call::Log, Call::Sqrt, Call::Abs, Call::Min, Call::Max]);
            let items = self.many(1, 3, |t| {
                let of = t.expr(depth);
                let unit = t.maybe(|t| at(*t.0.of(&[Unit::Nats, Unit::Bits])));
                let kind = match unit {
                    None => return of,
                    Some(unit) => ExprKind::Unit(Box::new(of), unit),
                };
                Expr { kind, span: NOWHERE }
            });
            return ExprKind::Call(at(call), items);
        }
        let words = ["H", "D", "I", "TC", "DTC", "GK", "CE", "NLL", "BC", "surplus", "renyi", "tsallis"];
        let word: &str = self.0.of::<&str>(&words);
        let sup = matches!(word, "H" | "D") && self.0.once_in(2);
        let literal = |t: &mut Self| Formula { kind: FormulaKind::Number(t.literal()), span: NOWHERE };
        let bracket = self.maybe(|t| match t.0.below(3) {
            _ if matches!(word, "renyi" | "tsallis") => Divergence { name: None, order: Some(t.formula(1)) },
            // A name alone is the name of a divergence.
            0 => Divergence { name: None, order: Some(literal(t)) },
            1 => Divergence { name: Some(t.ident()), order: None },
            _ => Divergence { name: Some(t.ident()), order: Some(t.formula(1)) },
        });
        let of = match self.0.once_in(2) {
            true => MeasureOf::Wires {
                parts: self.many(1, 3, |t| t.many(1, 3, Self::wires)),
                given: if self.0.once_in(2) { self.wires() } else { Vec::new() },
                within: Box::new(self.expr(depth)),
            },
            false => MeasureOf::Diagrams(self.many(1, 3, |t| t.expr(depth))),
        };
        ExprKind::Measure(Box::new(Measure { sup, word: at(Name::new(word)), bracket, of }))
    }

    /// What is computed from a kernel as a whole.
    fn derived(&mut self, depth: usize) -> ExprKind {
        let of = Box::new(self.expr(depth));
        match self.0.below(3) {
            0 => ExprKind::Period(of),
            1 => ExprKind::Derived(Derived::Lumping, of, Some(Box::new(self.expr(depth)))),
            _ => {
                let all = [Derived::Minimal, Derived::Stationary, Derived::Limit, Derived::Absorption];
                ExprKind::Derived(*self.0.of(&all), of, None)
            }
        }
    }

    fn study(&mut self) -> Study {
        match self.0.below(7) {
            0 => Study::Sufficient(self.named(), self.expr(2)),
            1 => Study::Complete(self.named()),
            2 => Study::Ancillary(self.named(), self.expr(2)),
            3 => Study::Irreducible(self.named()),
            4 => Study::Aperiodic(self.named()),
            5 => Study::Lumpable(self.named(), self.expr(2)),
            _ => Study::Dominates(self.expr(2), self.expr(2), self.maybe(|t| t.expr(2))),
        }
    }

    /// A name, which is where these claims begin; other beginnings may be read as a comparison.
    fn named(&mut self) -> Expr {
        let first = Expr { kind: ExprKind::Named(self.ident(), None), span: NOWHERE };
        match self.0.once_in(2) {
            true => first,
            false => Expr { kind: ExprKind::Seq(vec![first, self.expr(1)]), span: NOWHERE },
        }
    }

    fn claim(&mut self) -> Claim {
        if self.0.once_in(6) {
            let parameters = self.many(1, 3, |t| Parameter { name: t.ident(), sort: t.ident() });
            return Claim::ForAll(parameters, Box::new(self.plain_claim()));
        }
        self.plain_claim()
    }

    fn plain_claim(&mut self) -> Claim {
        match self.0.below(9) {
            0 | 1 => Claim::Compare(self.expr(3), self.relation(), self.expr(3), self.maybe(|t| t.expr(2))),
            2 => Claim::Deterministic(self.expr(2), self.maybe(|t| t.expr(2))),
            3 => {
                let groups = self.many(2, 3, Self::wires);
                let given = if self.0.once_in(2) { self.wires() } else { Vec::new() };
                Claim::Independent { groups, given, within: self.expr(2) }
            }
            4 => match self.0.once_in(2) {
                true => Claim::Stationary(self.expr(2), self.expr(2)),
                false => Claim::Reversible(self.expr(2), self.expr(2)),
            },
            5 => {
                let (door, by) = match self.0.below(3) {
                    0 => (Door::Back, Vec::new()),
                    1 => (Door::Back, self.wires()),
                    _ => (Door::Front, self.wires()),
                };
                Claim::Criterion { door, by, from: self.wires(), to: self.wires(), within: self.expr(2) }
            }
            6 => Claim::Study(self.study()),
            7 if self.0.once_in(3) => {
                let law: &str = self.0.of::<&str>(&["T", "C", "DPI"]);
                let order = self.maybe(|t| Formula { kind: FormulaKind::Number(t.literal()), span: NOWHERE });
                Claim::DivergenceLaw(at(Name::new(law)), Divergence { name: Some(self.ident()), order })
            }
            7 if self.0.once_in(3) => {
                // Only a word, a parenthesis or two brackets behind it make it a claim.
                let row = |t: &mut Self| Expr { kind: ExprKind::List(t.many(1, 3, |t| t.expr(2))), span: NOWHERE };
                let rows = Expr { kind: ExprKind::List(self.many(1, 3, row)), span: NOWHERE };
                let matrix = if self.0.once_in(3) { self.matrix(2) } else { rows };
                Claim::Semidefinite(at(Name::new("semidefinite")), matrix)
            }
            7 => Claim::Study(self.study()),
            _ => Claim::Laws(self.many(0, 3, |t| {
                let kind = ExprKind::Named(t.ident(), t.maybe(|t| t.many(1, 2, |t| t.formula(1))));
                Expr { kind, span: NOWHERE }
            })),
        }
    }

    fn law(&mut self) -> Law {
        if self.0.once_in(3) {
            return Law::Uniform(self.maybe(|t| t.many(1, 3, |t| t.point(1))), NOWHERE);
        }
        Law::Entries(self.many(1, 3, |t| {
            let point = t.point(2);
            let weight = match t.0.below(3) {
                0 => Weight::Formula(t.formula(2)),
                1 => Weight::Rest(NOWHERE),
                _ => Weight::All,
            };
            Entry { point, weight }
        }))
    }

    fn path(&mut self) -> Spanned<String> {
        at(self.0.of(&["x.csv", "a b.mc", "a\\\"b.mc", "// c", "", "tab\tline\nend"]).to_string())
    }

    fn kernel(&mut self) -> KernelDecl {
        let domain = match self.0.below(3) {
            0 => KernelDomain::State,
            1 => KernelDomain::Type(self.object_type(1)),
            _ => KernelDomain::Named(self.many(0, 3, Self::typed_name)),
        };
        let row = |t: &mut Self, pattern: bool| TableRow {
            pattern: pattern.then(|| t.pattern(2)),
            law: t.law(),
            span: NOWHERE,
        };
        let body = match (self.0.below(8), &domain) {
            (0, _) => None,
            (1, _) | (_, KernelDomain::Named(_)) => Some(KernelBody::Formula(self.formula(3))),
            (2, _) => Some(KernelBody::Matrix(self.many(1, 3, |t| at(t.many(1, 3, |t| t.formula(2)))))),
            (3, _) => Some(KernelBody::Counts { path: self.path(), smooth: self.maybe(|t| at(t.literal())) }),
            (6 | 7, domain) => Some(KernelBody::Softmax(self.softmax(matches!(domain, KernelDomain::State)))),
            (4, KernelDomain::State) => Some(KernelBody::Weights(vec![row(self, false)])),
            (4, _) => Some(KernelBody::Weights(self.many(1, 4, |t| row(t, true)))),
            (_, KernelDomain::State) => Some(KernelBody::Table(vec![row(self, false)])),
            _ => Some(KernelBody::Table(self.many(1, 4, |t| row(t, true)))),
        };
        let parameters = self.many(0, 2, |t| Parameter { name: t.ident(), sort: t.ident() });
        let deterministic = self.maybe(|_| at(()));
        KernelDecl { deterministic, name: self.ident(), parameters, domain, codomain: self.object_type(1), body }
    }

    fn softmax(&mut self, state: bool) -> SoftmaxBody {
        if self.0.once_in(2) {
            let (states, outcomes) = (self.ident(), self.ident());
            return SoftmaxBody::Head { states, outcomes, bias: self.maybe(Self::ident), span: NOWHERE };
        }
        let row = |t: &mut Self, pattern: bool| LogitRow {
            pattern: pattern.then(|| t.pattern(2)),
            logits: t.many(1, 3, |t| (t.point(2), t.expr(2))),
            span: NOWHERE,
        };
        SoftmaxBody::Logits(if state { vec![row(self, false)] } else { self.many(1, 3, |t| row(t, true)) })
    }

    fn features(&mut self) -> FeaturesDecl {
        let vector = |t: &mut Self| at(t.many(1, 3, |t| t.expr(2)));
        let row = |t: &mut Self| VectorRow { point: t.point(2), coordinates: vector(t), span: NOWHERE };
        let body = match self.0.once_in(2) {
            true => FeaturesBody::Rows(self.many(0, 3, row), NOWHERE),
            false => FeaturesBody::Matrix(self.many(1, 3, vector), NOWHERE),
        };
        FeaturesDecl { name: self.ident(), domain: self.object_type(1), dimension: at(self.0.below(9) as u64), body }
    }

    fn diagram(&mut self) -> DiagramDecl {
        let body = |t: &mut Self| DiagramBody::Expr(t.expr(3));
        if self.0.once_in(3) {
            let (inputs, outputs) = (DiagramInputs::Type(self.object_type(2)), Outputs::Type(self.object_type(2)));
            return DiagramDecl { name: self.ident(), inputs, outputs, body: body(self) };
        }
        let outputs = match self.0.once_in(2) {
            true => Outputs::Type(self.object_type(1)),
            false => Outputs::Named(self.many(1, 3, Self::typed_name)),
        };
        let inputs = DiagramInputs::Named(self.many(0, 3, Self::typed_name));
        let body = match self.0.once_in(3) {
            true => body(self),
            false => DiagramBody::Wiring {
                draws: self.many(0, 4, |t| {
                    let targets = t.many(1, 3, Self::ident);
                    let split = targets.len() > 1 || t.0.once_in(3);
                    let inputs = t.many(0, 3, Self::ident);
                    Draw { targets, split, source: t.expr(2), inputs, span: NOWHERE }
                }),
                returns: self.many(0, 3, Self::ident),
                span: NOWHERE,
            },
        };
        DiagramDecl { name: self.ident(), inputs, outputs, body }
    }

    fn item(&mut self) -> Item {
        let kind = match self.0.below(11) {
            0 | 1 => ItemKind::Theory(self.theory().into()),
            2 => ItemKind::Model(self.model()),
            3 => ItemKind::Features(self.features()),
            _ => self.plain_item(),
        };
        Item { docs: self.docs(), kind, span: NOWHERE }
    }

    fn plain_item(&mut self) -> ItemKind {
        match self.0.below(8) {
            0 => ItemKind::Object(ObjectDecl {
                name: self.ident(),
                body: match self.0.below(5) {
                    0 => None,
                    1 => Some(ObjectBody::Points(self.many(0, 3, Self::label))),
                    2 => {
                        let bound = |t: &mut Self| at(Ratio::from(t.0.below(20) as i64 - 10));
                        Some(ObjectBody::Range { lo: bound(self), hi: bound(self), inclusive: self.0.once_in(2) })
                    }
                    3 => Some(ObjectBody::Type(self.object_type(2))),
                    _ => Some(ObjectBody::FromFile(self.path())),
                },
            }),
            1 | 2 => ItemKind::Kernel(self.kernel().into()),
            3 | 4 => ItemKind::Diagram(self.diagram()),
            5 => {
                let category = self.0.once_in(4).then(|| self.ident());
                ItemKind::Check(Check { category, negated: self.0.once_in(3), claim: self.claim() })
            }
            6 => ItemKind::Eval(
                self.expr(3),
                self.0.once_in(3).then(|| at(Name::new(self.0.of::<&str>(&["bits", "nats"])))),
            ),
            _ if self.0.once_in(3) => ItemKind::Import(self.path(), self.0.once_in(2).then(|| self.ident())),
            _ => ItemKind::Let(self.ident(), self.expr(3)),
        }
    }

    /// A name in a theory; some of them are words elsewhere in proofs and models.
    fn word(&mut self) -> Ident {
        let name: &str = self.0.of::<&str>(&["idem", "by", "at", "of", "with", "extends", "causality", "assoc'", "x1"]);
        at(Name::new(name))
    }

    /// What an axiom or a theorem can say.
    fn statement(&mut self) -> Claim {
        match self.0.below(4) {
            0 => Claim::Deterministic(self.expr(2), self.maybe(|t| t.expr(2))),
            1 => {
                let groups = self.many(2, 3, Self::wires);
                let given = if self.0.once_in(2) { self.wires() } else { Vec::new() };
                Claim::Independent { groups, given, within: self.expr(2) }
            }
            _ => Claim::Compare(self.expr(3), self.relation(), self.expr(3), self.maybe(|t| t.expr(2))),
        }
    }

    fn step(&mut self) -> Step {
        let rule = match self.0.below(4) {
            0 => StepRule::Positivity(self.many(1, 2, |t| t.expr(2)), self.maybe(|t| t.expr(1))),
            1 => StepRule::Causality(self.many(1, 4, |t| t.expr(1))),
            _ => StepRule::Named(self.word()),
        };
        let place = self.0.once_in(3).then(|| at(Ratio::from(self.0.below(30) as i64)));
        Step { reversed: self.0.once_in(3), rule, at: place, span: NOWHERE }
    }

    fn reason(&mut self) -> Reason {
        match self.0.below(3) {
            0 => Reason::Auto(self.maybe(|t| at(Ratio::from(t.0.below(9999) as i64))), NOWHERE),
            _ => Reason::Steps(self.many(1, 3, Self::step)),
        }
    }

    fn theorem(&mut self) -> TheoremDecl {
        let proof = match self.0.below(3) {
            0 => Proof::Structure,
            1 => Proof::By(self.reason()),
            _ => Proof::Lines(self.many(1, 4, |t| {
                let reason = t.maybe(Self::reason);
                ProofLine { expr: t.expr(2), reason, span: NOWHERE }
            })),
        };
        let (name, claim, with) = (self.word(), self.statement(), self.many(0, 2, Self::word));
        TheoremDecl { name, claim, with, proof, head: at(()) }
    }

    /// A theory: what may stand in a file and in a theory, axioms and theorems.
    fn theory(&mut self) -> TheoryDecl {
        let items = self.many(0, 4, |t| {
            let kind = match t.0.below(4) {
                0 => {
                    ItemKind::Axiom(AxiomDecl { name: t.word(), claim: t.statement(), with: t.many(0, 2, Self::word) })
                }
                1 | 2 => ItemKind::Theorem(t.theorem()),
                _ => match t.plain_item() {
                    ItemKind::Eval(..) | ItemKind::Import(..) => {
                        ItemKind::Object(ObjectDecl { name: t.word(), body: None })
                    }
                    other => other,
                },
            };
            Item { docs: t.docs(), kind, span: NOWHERE }
        });
        TheoryDecl { name: self.word(), extends: self.maybe(Self::word), items }
    }

    fn model(&mut self) -> ModelDecl {
        let parts = self.many(0, 4, |t| {
            let part = match t.0.below(4) {
                0 => ModelPart::Points(t.many(0, 3, Self::label), at(())),
                1 => {
                    let bound = |t: &mut Self| at(Ratio::from(t.0.below(20) as i64 - 10));
                    ModelPart::Range(bound(t), bound(t), t.0.once_in(2))
                }
                _ => ModelPart::Expr(t.expr(3)),
            };
            (t.word(), part)
        });
        ModelDecl { name: self.word(), theory: self.word(), parts }
    }

    fn docs(&mut self) -> Vec<Spanned<String>> {
        self.many(0, 2, |t| at(t.0.of(&["", "One line.", "  - indented", "/ slash", "`//!` \"x\""]).to_string()))
    }
}

#[test]
fn random_trees_come_back() {
    cases(1500, |ch| {
        let mut trees = Trees(ch);
        let file = File { docs: trees.docs(), items: trees.many(1, 4, Trees::item) };
        let text = print_file(&file);
        match parse(&text) {
            Ok(again) if again == file => Ok(()),
            Ok(again) => fail(format!("{text}\nis read as\n{}\n{again:?}\nbut was\n{file:?}", print_file(&again))),
            Err(e) => fail(format!("{e}\n{text}\nprinted from\n{file:?}")),
        }
    });
}

fn programs(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            programs(&path, found);
        } else if path.extension().is_some_and(|e| e == "mc") {
            found.push(path);
        }
    }
}

#[test]
fn programs_come_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["examples", "tests"] {
        programs(&root.join(folder), &mut found);
    }
    for path in found {
        // Programs that are no UTF-8 or no program are there to be refused.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let Ok(tree) = parse(&text) else { continue };
        if tree.items.iter().any(|i| says_more_than_it_keeps(&i.kind)) {
            continue;
        }
        let printed = print_file(&tree);
        let again = parse(&printed).unwrap_or_else(|e| panic!("{}: {e}\n{printed}", path.display()));
        assert!(again == tree, "{}: printed as another program\n{printed}", path.display());
        assert_eq!(print_file(&again), printed, "{}", path.display());
    }
}

/// Constructs of later versions, of which the tree keeps only the first word, so that they cannot be printed yet.
fn says_more_than_it_keeps(kind: &ItemKind) -> bool {
    let debug = format!("{kind:?}");
    debug.contains("Later(") || debug.contains("Measure(")
}

#[test]
fn the_example_of_the_language_comes_back() {
    let text = r#"//! Simpson's paradox.
object Size = { small, large }
object Treatment = { open, keyhole }
object Outcome = { cured, not_cured }
/// How they were distributed.
kernel size : Size { small: 357/700, large: 343/700 }
kernel treat : Size -> Treatment {
  small -> open: 87/357,  keyhole: rest
  large -> open: 263/343, keyhole: rest
}
kernel heal : Size * Treatment -> Outcome {
  (small, open) -> cured: 81/87, not_cured: rest
  _ -> uniform
}
kernel bsc[e: Prob](x: Bit) -> Bit = { x: 1 - e, 1 - x: e }
diagram patient -> (s: Size, t: Treatment, o: Outcome) {
  s ~ size
  (t, _) ~ ((treat ; copy)^2)(s)
  o ~ heal(s, t)
  return s, t, o
}
check not t ⫫ o | s in patient
check prob(o = cured | t = open, s != large in patient) < 25%
eval do(patient, treat := del ; point(Treatment.open)) ; (del ⊗ del × id)
"#;
    let tree = parse(text).unwrap();
    assert_eq!(parse(&print_file(&tree)).unwrap(), tree);
}
