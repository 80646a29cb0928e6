//! What is declared: objects, kernels, diagrams and numbers, each with its id and the place of its name.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::{Fact, Theory};
use super::features::Features;
use super::matrix::Matrix;
use super::rows::Family;
use super::scalar::NamedScalar;
use super::softmax::Softmax;
use super::term::{Term, Wiring};
use super::types::{DefinitionId, FactId, FamilyId, FeaturesId, KernelId, ObjectId, TheoryId, Type};
use super::value::Value;
use crate::base::index::IndexVec;
use crate::base::name::Name;
use crate::base::span::Span;
use crate::number::ratio::Ratio;
use crate::number::row::Row;

/// What an abstract object answers when asked for its size.
pub const NO_SIZE: u64 = u64::MAX;

/// An object, finite or abstract.
#[derive(Debug, Clone)]
pub struct Object {
    /// Its name.
    pub name: Name,
    /// Its points.
    pub points: Points,
}

/// The points of an object, in order.
#[derive(Debug, Clone)]
pub enum Points {
    /// The integers from the first on.
    Range {
        /// First integer.
        lo: i64,
        /// How many.
        count: u64,
    },
    /// Labels, with the way back.
    Labels(Arc<Labels>),
    /// None: the object stands for any.
    Abstract,
}

/// Labels in order and their numbers.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    /// In order.
    pub names: Vec<Name>,
    /// From label to number.
    pub index: FxHashMap<Name, u64>,
    /// Whether all labels are integers, once it was asked.
    numeric: std::sync::OnceLock<bool>,
}

impl Labels {
    /// Whether every label is an integer, so that the points can be calculated with. Where only some are, none is a
    /// number: the points of one object are of one kind.
    pub fn numeric(&self) -> bool {
        let numeric = || self.names.iter().all(|name| matches!(Value::of_label(name), Value::Number(_)));
        *self.numeric.get_or_init(numeric)
    }
}

impl Object {
    /// Number of points; `NO_SIZE` for an abstract object, which makes every product with it too large to list.
    pub fn size(&self) -> u64 {
        match &self.points {
            Points::Range { count, .. } => *count,
            Points::Labels(labels) => labels.names.len() as u64,
            Points::Abstract => NO_SIZE,
        }
    }

    /// Whether it has no points of its own.
    pub fn is_abstract(&self) -> bool {
        matches!(self.points, Points::Abstract)
    }

    /// The label of a point.
    pub fn label(&self, point: u64) -> Name {
        match &self.points {
            Points::Range { lo, .. } => Name::new(&(lo + point as i64).to_string()),
            Points::Labels(labels) => labels.names[point as usize].clone(),
            Points::Abstract => self.name.clone(),
        }
    }

    /// The point with a label.
    pub fn find(&self, label: &str) -> Option<u64> {
        match &self.points {
            Points::Range { lo, count } => {
                let value: i64 = label.parse().ok()?;
                let offset = u64::try_from(value.checked_sub(*lo)?).ok()?;
                (offset < *count && value.to_string() == label).then_some(offset)
            }
            Points::Labels(labels) => labels.index.get(label).copied(),
            Points::Abstract => None,
        }
    }

    /// The value of a point in formulas.
    pub fn value(&self, point: u64) -> Value {
        match &self.points {
            Points::Range { lo, .. } => Value::Number(Ratio::from(lo + point as i64)),
            Points::Labels(labels) if labels.numeric() => Value::of_label(&labels.names[point as usize]),
            Points::Labels(labels) => Value::Point(labels.names[point as usize].clone()),
            Points::Abstract => Value::Point(self.name.clone()),
        }
    }

    /// The point with a value.
    pub fn locate(&self, value: &Value) -> Option<u64> {
        match value {
            Value::Point(name) => self.find(name.as_str()),
            Value::Number(_) if matches!(&self.points, Points::Labels(labels) if !labels.numeric()) => None,
            Value::Number(n) => self.find(&n.to_i64()?.to_string()),
            _ => None,
        }
    }
}

/// A kernel with its rows.
#[derive(Debug, Clone)]
pub struct Kernel {
    /// Its name, with parameters: `bsc[1/10]`.
    pub name: Name,
    /// The declaration it comes from.
    pub family: FamilyId,
    /// Domain.
    pub dom: Type,
    /// Codomain.
    pub cod: Type,
    /// One row for each point of the domain, in order (the last factor runs fastest); each sums to exactly 1. An
    /// abstract kernel has none: it stands for any kernel.
    pub rows: Option<Arc<Vec<Row>>>,
    /// Its logits, if it is a softmax with irrational entries, which has no rational rows.
    pub softmax: Option<Arc<Softmax>>,
    /// Whether `deterministic` was promised, which is all that is known of an abstract kernel.
    pub promised: bool,
}

impl Kernel {
    /// Whether it stands for any kernel of its type: it has neither rows nor logits.
    pub fn is_abstract(&self) -> bool {
        self.rows.is_none() && self.softmax.is_none()
    }

    /// Whether it is deterministic: every row is a point, or it is abstract and was declared so.
    pub fn is_deterministic(&self) -> bool {
        match &self.rows {
            Some(rows) => rows.iter().all(|row| row.as_point().is_some()),
            None => self.promised,
        }
    }
}

/// A range of a diagram's outputs or inputs that has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: Name,
    /// First factor.
    pub start: usize,
    /// Number of factors.
    pub len: usize,
}

/// A declared diagram.
#[derive(Debug, Clone)]
pub struct Definition {
    /// Its name.
    pub name: Name,
    /// Domain.
    pub dom: Type,
    /// Codomain.
    pub cod: Type,
    /// Names of its outputs, where they have any.
    pub outputs: Vec<Group>,
    /// What it is.
    pub body: DefinitionBody,
    /// Whether it is what a model gives for an abstract kernel: a box for surgery, which does not reach inside. Else a
    /// theorem about surgery could be proved, and fail in the model.
    pub sealed: bool,
}

/// What a declared diagram is.
#[derive(Debug, Clone)]
pub enum DefinitionBody {
    /// Point-free.
    Term(Arc<Term>),
    /// With wires.
    Wiring(Arc<Wiring>),
}

/// What a name stands for.
#[derive(Debug, Clone)]
pub enum Entity {
    /// An object.
    Object(ObjectId),
    /// An abbreviation for a product.
    Product(Type),
    /// A kernel or a family of kernels.
    Kernel(FamilyId),
    /// A family of vectors.
    Features(FeaturesId),
    /// A diagram.
    Diagram(DefinitionId),
    /// A theory.
    Theory(TheoryId),
    /// An axiom or a theorem.
    Fact(FactId),
    /// A model of a theory.
    Model(TheoryId),
    /// A number, and its value where it is known without a model.
    Scalar(Arc<NamedScalar>, Option<Ratio>),
    /// A matrix of numbers.
    Matrix(Arc<Matrix>),
    /// Its declaration has an error: whatever uses it is passed over in silence.
    Faulty,
}

impl Entity {
    /// What this is, in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Entity::Object(_) | Entity::Product(_) => "an object",
            Entity::Kernel(_) => "a kernel",
            Entity::Features(_) => "a family of vectors",
            Entity::Diagram(_) => "a diagram",
            Entity::Theory(_) => "a theory",
            Entity::Fact(_) => "an axiom or theorem",
            Entity::Model(_) => "a model",
            Entity::Scalar(..) => "a number",
            Entity::Matrix(_) => "a matrix",
            Entity::Faulty => "a faulty declaration",
        }
    }
}

/// All that is declared.
#[derive(Debug, Clone, Default)]
pub struct Signature {
    /// Objects.
    pub objects: IndexVec<ObjectId, Object>,
    /// Declared kernels and families.
    pub families: IndexVec<FamilyId, Arc<Family>>,
    /// Kernels with rows.
    pub kernels: IndexVec<KernelId, Kernel>,
    /// Diagrams.
    pub definitions: IndexVec<DefinitionId, Arc<Definition>>,
    /// Vectors.
    pub features: IndexVec<FeaturesId, Arc<Features>>,
    /// Kernels already made from a family.
    pub instances: FxHashMap<(FamilyId, Vec<Ratio>), KernelId>,
    /// Theories.
    pub theories: IndexVec<TheoryId, Arc<Theory>>,
    /// Axioms and theorems.
    pub facts: IndexVec<FactId, Arc<Fact>>,
    names: FxHashMap<Name, (Entity, Span)>,
    order: Vec<Name>,
    /// Inside of a theory or model: what it declares, with what the names meant outside.
    scope: Option<Scope>,
}

/// Names that are known for a while.
#[derive(Debug, Clone)]
struct Scope {
    /// Where the order of names stood before.
    mark: usize,
    /// Names in order, with what they meant before.
    hidden: Vec<(Name, Option<(Entity, Span)>)>,
    /// The same names.
    own: FxHashSet<Name>,
}

impl Signature {
    /// What a name stands for, and where it was declared.
    pub fn lookup(&self, name: &str) -> Option<&(Entity, Span)> {
        self.names.get(name)
    }

    /// Gives a name its meaning.
    pub fn declare(&mut self, name: &Name, entity: Entity, span: Span) {
        let own = self.declared_here(name);
        let before = self.names.insert(name.clone(), (entity, span));
        if before.is_none() {
            self.order.push(name.clone());
        }
        if let Some(scope) = self.scope.as_mut().filter(|_| !own) {
            scope.hidden.push((name.clone(), before));
            scope.own.insert(name.clone());
        }
    }

    /// Whether a name is declared, and not only outside of the theory or model that is being read.
    pub fn declared_here(&self, name: &Name) -> bool {
        match &self.scope {
            None => self.names.contains_key(name),
            Some(scope) => scope.own.contains(name),
        }
    }

    /// Begins a theory or a model: what is declared from now on is forgotten by `leave`.
    pub fn enter(&mut self) {
        self.scope = Some(Scope { mark: self.order.len(), hidden: Vec::new(), own: FxHashSet::default() });
    }

    /// Ends a theory or a model: names mean again what they meant before. Returns what was declared.
    pub fn leave(&mut self) -> Vec<(Name, Entity, Span)> {
        let Some(scope) = self.scope.take() else { return Vec::new() };
        let declared = |(name, _): &(Name, _)| self.names.get(name).map(|(e, span)| (name.clone(), e.clone(), *span));
        let names = scope.hidden.iter().filter_map(declared).collect();
        for (name, before) in scope.hidden {
            match before {
                Some(before) => self.names.insert(name, before),
                None => self.names.remove(&name),
            };
        }
        self.order.truncate(scope.mark);
        names
    }

    /// All names, in the order of their declarations.
    pub fn names(&self) -> impl Iterator<Item = (&Name, &Entity)> {
        self.order.iter().map(|name| (name, &self.names[name].0))
    }

    /// Leaves a theory or a model for a moment: names mean what they mean outside. Returns what `step_in` needs.
    pub fn step_out(&mut self) -> Vec<(Name, Entity, Span)> {
        self.leave()
    }

    /// Goes on with the theory or model that `step_out` left.
    pub fn step_in(&mut self, names: Vec<(Name, Entity, Span)>) {
        self.enter();
        names.into_iter().for_each(|(name, entity, span)| self.declare(&name, entity, span));
    }

    /// Number of points of a product; `None` beyond 2^63, and where a factor is abstract.
    pub fn size(&self, t: &Type) -> Option<u64> {
        let size = t.factors().iter().try_fold(1u64, |n, f| n.checked_mul(self.objects[*f].size()))?;
        (size < 1 << 63).then_some(size)
    }

    /// The first factor that is abstract.
    pub fn abstract_factor(&self, t: &Type) -> Option<&Object> {
        t.factors().iter().map(|f| &self.objects[*f]).find(|o| o.is_abstract())
    }

    /// The sizes of the factors.
    pub fn sizes(&self, t: &Type) -> Vec<u64> {
        t.factors().iter().map(|f| self.objects[*f].size()).collect()
    }

    /// A product in words: `A * B`, `I`.
    pub fn show(&self, t: &Type) -> String {
        if t.is_empty() {
            return "I".into();
        }
        t.factors().iter().map(|f| self.objects[*f].name.to_string()).collect::<Vec<_>>().join(" * ")
    }

    /// The coordinates of a point of a product.
    pub fn coordinates(&self, t: &Type, mut point: u64) -> Vec<u64> {
        let mut out = vec![0; t.len()];
        for (i, f) in t.factors().iter().enumerate().rev() {
            let size = self.objects[*f].size();
            out[i] = point % size;
            point /= size;
        }
        out
    }

    /// The labels of a point of a product.
    pub fn labels(&self, t: &Type, point: u64) -> Vec<Name> {
        let coordinates = self.coordinates(t, point);
        t.factors().iter().zip(coordinates).map(|(f, c)| self.objects[*f].label(c)).collect()
    }

    /// The value of a point of a product: a tuple unless there is exactly one factor.
    pub fn value(&self, t: &Type, point: u64) -> Value {
        let coordinates = self.coordinates(t, point);
        let mut values: Vec<Value> =
            t.factors().iter().zip(coordinates).map(|(f, c)| self.objects[*f].value(c)).collect();
        if values.len() == 1 { values.remove(0) } else { Value::Tuple(values) }
    }

    /// The point of a product with this value.
    pub fn locate(&self, t: &Type, value: &Value) -> Option<u64> {
        let parts = value.flattened();
        if parts.len() != t.len() {
            return None;
        }
        t.factors().iter().zip(parts).try_fold(0, |at, (f, v)| {
            let object = &self.objects[*f];
            Some(at * object.size() + object.locate(v)?)
        })
    }
}
