//! When two trees are the same: when they say the same, wherever it stands in the text. Every node with a place has its
//! equality here, so that none is derived by mistake.

use super::ast::*;

macro_rules! same {
    ($($node:ident: $($field:ident),+;)+) => {$(
        impl PartialEq for $node {
            fn eq(&self, other: &Self) -> bool {
                $(self.$field == other.$field)&&+
            }
        }
    )+};
}

same! {
    Item: docs, kind;
    ObjectType: factors;
    TableRow: pattern, law;
    PointAtom: object, label;
    Formula: kind;
    VectorRow: point, coordinates;
    LogitRow: pattern, logits;
    Draw: targets, split, source, inputs;
    Expr: kind;
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl PartialEq for Law {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Law::Uniform(a, _), Law::Uniform(b, _)) => a == b,
            (Law::Entries(a), Law::Entries(b)) => a == b,
            _ => false,
        }
    }
}

impl PartialEq for Weight {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Weight::All, Weight::All) | (Weight::Rest(_), Weight::Rest(_)) => true,
            (Weight::Formula(a), Weight::Formula(b)) => a == b,
            _ => false,
        }
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Pattern::Any(_), Pattern::Any(_)) => true,
            (Pattern::Point(a), Pattern::Point(b)) => a == b,
            (Pattern::Tuple(a, _), Pattern::Tuple(b, _)) => a == b,
            _ => false,
        }
    }
}

impl PartialEq for PointExpr {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (PointExpr::Atom(a), PointExpr::Atom(b)) => a == b,
            (PointExpr::Tuple(a, _), PointExpr::Tuple(b, _)) => a == b,
            _ => false,
        }
    }
}

impl PartialEq for FeaturesBody {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (FeaturesBody::Rows(a, _), FeaturesBody::Rows(b, _)) => a == b,
            (FeaturesBody::Matrix(a, _), FeaturesBody::Matrix(b, _)) => a == b,
            _ => false,
        }
    }
}

impl PartialEq for SoftmaxBody {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (
                SoftmaxBody::Head { states: h, outcomes: w, bias: b, .. },
                SoftmaxBody::Head { states: i, outcomes: v, bias: c, .. },
            ) => (h, w, b) == (i, v, c),
            (SoftmaxBody::Logits(a), SoftmaxBody::Logits(b)) => a == b,
            _ => false,
        }
    }
}

impl PartialEq for DiagramBody {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (DiagramBody::Expr(a), DiagramBody::Expr(b)) => a == b,
            (DiagramBody::Wiring { draws: d, returns: r, .. }, DiagramBody::Wiring { draws: e, returns: s, .. }) => {
                d == e && r == s
            }
            _ => false,
        }
    }
}
