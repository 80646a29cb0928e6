//! Declarations of kernels and families, and kernels made from them.

use std::sync::Arc;

use super::checker::{Checked, Checker, LIST_LIMIT, Reported};
use super::error::CheckError;
use super::form::Form;
use super::formulas::Scope;
use super::measure_error::MeasureError;
use super::rows::{Family, FamilyBody, LawRule, RowRule, Sort, build_rows};
use super::signature::{Entity, Kernel};
use super::theory_error::TheoryError;
use super::types::{FamilyId, KernelId, Type};
use super::weights::divisible;
use crate::base::name::Name;
use crate::base::span::Span;
use crate::number::ratio::Ratio;
use crate::syntax::ast::{Formula, Ident, KernelBody, KernelDecl, KernelDomain, Law, Spanned, TableRow, Weight};

impl Checker<'_> {
    /// `kernel f …`
    pub(super) fn kernel(&mut self, decl: &KernelDecl) {
        self.declare(&decl.name, |this| {
            let family = this.family(decl)?;
            let family = Arc::new(family);
            if let FamilyBody::Abstract = family.body {
                let id = this.sig.families.push(family.clone());
                this.push_kernel(id, &family, family.name.clone(), Vec::new(), None);
                return Ok(Entity::Kernel(id));
            }
            if let FamilyBody::Softmax(softmax) = &family.body {
                let id = this.sig.families.push(family.clone());
                let kernel = this.push_kernel(id, &family, family.name.clone(), Vec::new(), None);
                this.sig.kernels[kernel].softmax = Some(softmax.clone());
                return Ok(Entity::Kernel(id));
            }
            if family.parameters.is_empty() {
                let rows = match build_rows(this.sig, &family, &[]) {
                    Ok(rows) => Some(rows),
                    Err(errors) => {
                        this.errors.extend(errors);
                        return Err(Reported);
                    }
                };
                let id = this.sig.families.push(family.clone());
                this.push_kernel(id, &family, family.name.clone(), Vec::new(), rows);
                return Ok(Entity::Kernel(id));
            }
            this.sample(&family)?;
            Ok(Entity::Kernel(this.sig.families.push(family)))
        });
    }

    fn push_kernel(
        &mut self,
        id: FamilyId,
        family: &Family,
        name: Name,
        arguments: Vec<Ratio>,
        rows: Option<Arc<Vec<crate::number::row::Row>>>,
    ) -> KernelId {
        let (dom, cod) = (family.dom.clone(), family.cod.clone());
        let promised = family.deterministic.is_some();
        let kernel = Kernel { name, family: id, dom, cod, rows, softmax: None, promised };
        let kernel = self.sig.kernels.push(kernel);
        self.sig.instances.insert((id, arguments), kernel);
        kernel
    }

    /// Faults of a family that show at any parameters are reported where it is declared, by trying one choice.
    fn sample(&mut self, family: &Family) -> Checked<()> {
        const PRIMES: [i64; 8] = [3, 5, 7, 11, 13, 17, 19, 23];
        let arguments: Vec<Ratio> = family
            .parameters
            .iter()
            .enumerate()
            .map(|(i, (_, sort))| match sort {
                Sort::Nat => Ratio::from(PRIMES[i % 8]),
                _ => Ratio::of(1, PRIMES[i % 8] * 8 + 5),
            })
            .collect();
        let Err(errors) = build_rows(self.sig, family, &arguments) else { return Ok(()) };
        let always = |e: &CheckError| {
            !matches!(
                e,
                CheckError::DivisionByZero { .. }
                    | CheckError::NegativeWeight { .. }
                    | CheckError::OutsideCodomain { .. }
                    | CheckError::NoArm { .. }
                    | CheckError::Exponent { .. }
                    | CheckError::NumberTooLong { .. }
                    | CheckError::NotDeterministic { .. }
                    | CheckError::Measure(MeasureError::Weights { .. })
            )
        };
        let mut errors: Vec<CheckError> = errors.into_iter().filter(always).collect();
        for error in &mut errors {
            // The reader has not written these values, and should not look for them.
            if let CheckError::RowSum { help, .. } = error {
                *help = Some("these parameters are only an example: the row must sum to 1 whatever they are".into());
            }
        }
        if errors.is_empty() {
            return Ok(());
        }
        self.errors.extend(errors);
        Err(Reported)
    }

    fn family(&mut self, decl: &KernelDecl) -> Checked<Family> {
        let mut parameters = Vec::new();
        let mut scope = Scope::default();
        for p in &decl.parameters {
            let sort = self.parameter_sort(&p.sort)?;
            parameters.push((p.name.node.clone(), sort));
            scope.variables.push((p.name.node.clone(), None));
        }
        let cod = self.object_type(&decl.codomain);
        let mut groups = Vec::new();
        let dom = match &decl.domain {
            KernelDomain::State => Ok(Type::unit()),
            KernelDomain::Type(t) => self.object_type(t),
            KernelDomain::Named(names) => {
                let mut types = Vec::new();
                for (i, input) in names.iter().enumerate() {
                    let t = self.object_type(&input.object)?;
                    if let Some(first) = names[..i].iter().find(|n| n.name == input.name) {
                        let (span, first) = (input.name.span, first.name.span);
                        let name = input.name.node.to_string();
                        return self.fail(CheckError::DuplicateWire { name, span, first });
                    }
                    groups.push(t.len());
                    scope.variables.push((input.name.node.clone(), Some(t.clone())));
                    types.push(t);
                }
                Ok(Type::product(&types))
            }
        };
        let (dom, cod) = (dom?, cod?);
        let Some(body) = &decl.body else { return self.abstract_family(decl, dom, cod) };
        if let Some(object) = self.sig.abstract_factor(&Type::product([&dom, &cod])) {
            let (kernel, object) = (decl.name.node.to_string(), object.name.to_string());
            return self.fail(TheoryError::AbstractRows { kernel, object, span: decl.name.span }.into());
        }
        self.listable(&decl.name.node, &dom, decl.name.span)?;
        if self.sig.size(&cod).is_none() {
            return self.too_large(
                format!("the codomain of `{}`", decl.name.node),
                "more than 2^63 points".into(),
                decl.name.span,
            );
        }
        let body = match body {
            KernelBody::Table(rows) => FamilyBody::Table(self.table(rows, &dom, &cod, &scope)?),
            KernelBody::Weights(rows) => {
                self.no_rest(rows)?;
                FamilyBody::Table(divisible(self.table(rows, &dom, &cod, &scope)?))
            }
            KernelBody::Matrix(rows) => FamilyBody::Matrix(self.matrix(decl, rows, &dom, &cod, &scope)?),
            KernelBody::Formula(f) => {
                if !matches!(decl.domain, KernelDomain::Named(_)) {
                    if !dom.is_empty() {
                        let what = "a kernel by formula".to_string();
                        let help = Some(format!(
                            "name its inputs: `kernel {}(x: …) -> {} = …`",
                            decl.name.node,
                            self.sig.show(&cod)
                        ));
                        let found = "a formula for unnamed inputs".to_string();
                        return self.fail(CheckError::WrongSort { what, found, span: f.span, help });
                    }
                    groups.clear();
                }
                FamilyBody::Formula(groups, self.formula(f, &scope, Some(&cod))?)
            }
            KernelBody::Softmax(softmax) => {
                self.no_parameters(decl, "softmaxes")?;
                self.softmax(decl, softmax, &dom, &cod)?
            }
            KernelBody::Counts { path, smooth } => {
                self.no_parameters(decl, "counts")?;
                FamilyBody::Fixed(self.counted_rows(path, smooth.as_ref(), &dom, &cod)?)
            }
        };
        Ok(Family {
            name: decl.name.node.clone(),
            parameters,
            dom,
            cod,
            body,
            deterministic: decl.deterministic.as_ref().map(|d| d.span),
            span: decl.name.span,
        })
    }

    /// `kernel f : X -> Y`: any kernel of this type.
    fn abstract_family(&mut self, decl: &KernelDecl, dom: Type, cod: Type) -> Checked<Family> {
        if let (Some(first), Some(last)) = (decl.parameters.first(), decl.parameters.last()) {
            let (kernel, span) = (decl.name.node.to_string(), first.name.span.to(last.sort.span));
            return self.fail(TheoryError::AbstractFamily { kernel, span }.into());
        }
        Ok(Family {
            name: decl.name.node.clone(),
            parameters: Vec::new(),
            dom,
            cod,
            body: FamilyBody::Abstract,
            deterministic: decl.deterministic.as_ref().map(|d| d.span),
            span: decl.name.span,
        })
    }

    /// A sort of parameters as written.
    pub(super) fn parameter_sort(&mut self, sort: &Ident) -> Checked<Sort> {
        match Sort::find(&sort.node) {
            Some(sort) => Ok(sort),
            None => self.fail(CheckError::ParameterSort { sort: sort.node.to_string(), span: sort.span }),
        }
    }

    /// Checks that the rows of a kernel can be listed.
    fn listable(&mut self, name: &Name, dom: &Type, span: Span) -> Checked<()> {
        match self.sig.size(dom) {
            Some(size) if size <= LIST_LIMIT => Ok(()),
            Some(size) => self.too_large(format!("the domain of `{name}`"), format!("{size} points"), span),
            None => self.too_large(format!("the domain of `{name}`"), "more than 2^63 points".into(), span),
        }
    }

    fn too_large<T>(&mut self, what: String, size: String, span: Span) -> Checked<T> {
        self.fail(CheckError::TooLarge { what, size, limit: LIST_LIMIT, span })
    }

    fn table(&mut self, rows: &[TableRow], dom: &Type, cod: &Type, scope: &Scope) -> Checked<Vec<RowRule>> {
        let mut rules = Vec::with_capacity(rows.len());
        let mut failed = false;
        for row in rows {
            let pattern = match &row.pattern {
                Some(p) if dom.is_empty() => self.fail(CheckError::StateRow { span: p.span() }),
                Some(p) => self.pattern(p, dom),
                None if !dom.is_empty() => {
                    let error = CheckError::RowWithoutInput {
                        dom: self.sig.show(dom),
                        example: self.example_point(dom),
                        span: row.span,
                    };
                    self.fail(error)
                }
                None => Ok(Vec::new()),
            };
            match (pattern, self.law_rule(&row.law, cod, scope)) {
                (Ok(pattern), Ok(law)) => rules.push(RowRule { pattern, law, span: row.span }),
                _ => failed = true,
            }
        }
        if failed { Err(Reported) } else { Ok(rules) }
    }

    fn law_rule(&mut self, law: &Law, cod: &Type, scope: &Scope) -> Checked<LawRule> {
        match law {
            Law::Uniform(None, span) => match self.sig.size(cod) {
                Some(size) if size <= LIST_LIMIT => Ok(LawRule::Uniform(None)),
                size => {
                    let size = size.map_or("more than 2^63 points".into(), |s| format!("{s} points"));
                    self.too_large("a uniform distribution here".into(), size, *span)
                }
            },
            Law::Uniform(Some(points), _) => {
                let mut places = Vec::with_capacity(points.len());
                for point in points {
                    places.push((self.point(point, cod)?, point.span()));
                }
                Ok(LawRule::Uniform(Some(places)))
            }
            Law::Entries(entries) => {
                let mut out = Vec::with_capacity(entries.len());
                let mut failed = false;
                let mut rest: Option<Span> = None;
                let mut unweighted = false;
                for entry in entries {
                    let place = self.point(&entry.point, cod);
                    let span = entry.point.span();
                    let weight: Checked<Option<Form>> = match &entry.weight {
                        Weight::Rest(span) if rest.is_some() => self.fail(CheckError::TwoRests { span: *span }),
                        Weight::Rest(span) => {
                            rest = Some(*span);
                            Ok(None)
                        }
                        // An outcome alone takes everything, just as `rest` does.
                        Weight::All if entries.len() == 1 => Ok(None),
                        // One of them says enough.
                        Weight::All if unweighted => Err(Reported),
                        Weight::All => {
                            unweighted = true;
                            let point = crate::syntax::print::print_formula(&point_formula(&entry.point));
                            self.fail(CheckError::MissingWeight { point, count: entries.len(), span })
                        }
                        Weight::Formula(f) => self.formula(f, scope, None).map(Some),
                    };
                    match (place, weight) {
                        (Ok(place), Ok(weight)) => out.push((place, span, weight)),
                        _ => failed = true,
                    }
                }
                if failed { Err(Reported) } else { Ok(LawRule::Entries(out)) }
            }
        }
    }

    fn matrix(
        &mut self,
        decl: &KernelDecl,
        rows: &[Spanned<Vec<Formula>>],
        dom: &Type,
        cod: &Type,
        scope: &Scope,
    ) -> Checked<Vec<(Vec<Form>, Span)>> {
        let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        let shape = |this: &Self, found: String, wanted: String, span| CheckError::MatrixShape {
            kernel: decl.name.node.to_string(),
            found,
            wanted,
            dom: this.sig.show(dom),
            cod: this.sig.show(cod),
            span,
        };
        let (height, width) = (self.sig.size(dom).unwrap_or(0) as usize, self.sig.size(cod).unwrap_or(0) as usize);
        let whole = rows.iter().map(|r| r.span).reduce(Span::to).unwrap_or(decl.name.span);
        if rows.len() != height {
            let error = shape(self, count(rows.len(), "row"), count(height, "row"), whole);
            return self.fail(error);
        }
        let mut out = Vec::with_capacity(height);
        let mut failed = false;
        for row in rows {
            if row.node.len() != width {
                let error = shape(
                    self,
                    count(row.node.len(), "entry").replace("entrys", "entries"),
                    count(width, "column"),
                    row.span,
                );
                self.errors.push(error);
                failed = true;
                continue;
            }
            let forms: Checked<Vec<Form>> = row.node.iter().map(|f| self.formula(f, scope, None)).collect();
            match forms {
                Ok(forms) => out.push((forms, row.span)),
                Err(Reported) => failed = true,
            }
        }
        if failed { Err(Reported) } else { Ok(out) }
    }

    /// Checks that the value of a parameter is of its sort.
    pub(super) fn admitted(
        &mut self,
        family: &Family,
        name: &Name,
        sort: Sort,
        value: &Ratio,
        span: Span,
    ) -> Checked<()> {
        if sort.admits(value) {
            return Ok(());
        }
        let (sort, range) = sort.words();
        let (parameter, family) = (name.to_string(), family.name.to_string());
        let (value, sort, range) = (value.to_string(), sort.to_string(), range.to_string());
        self.fail(CheckError::ParameterRange { parameter, family, value, sort, range, span })
    }

    /// The kernel of a family at given parameters.
    pub(super) fn instance(&mut self, id: FamilyId, arguments: Option<&[Formula]>, span: Span) -> Checked<KernelId> {
        let family = self.sig.families[id].clone();
        let given = arguments.unwrap_or(&[]);
        if given.len() != family.parameters.len() {
            let wanted = match family.parameters.len() {
                0 => "no parameters".to_string(),
                1 => "1 parameter".to_string(),
                n => format!("{n} parameters"),
            };
            let found = match given.len() {
                0 => "none is given".to_string(),
                1 => "1 is given".to_string(),
                n => format!("{n} are given"),
            };
            let names: Vec<&str> = family.parameters.iter().map(|(n, _)| n.as_str()).collect();
            let usage = if names.is_empty() {
                format!("write `{}` alone", family.name)
            } else {
                format!("write `{}[{}]` with a number for each", family.name, names.join(", "))
            };
            return self.fail(CheckError::ParameterCount {
                family: family.name.to_string(),
                wanted,
                found,
                usage,
                span,
            });
        }
        // All of them are looked at, because the parameters that occur are noted.
        if given.iter().filter(|f| self.depends(f)).count() > 0 {
            return self.open_instance(id, &family, given);
        }
        let mut values = Vec::with_capacity(given.len());
        for (f, (name, sort)) in given.iter().zip(&family.parameters) {
            let value = self.constant(f)?;
            self.admitted(&family, name, *sort, &value, f.span)?;
            values.push(value);
        }
        if let Some(found) = self.sig.instances.get(&(id, values.clone())) {
            return Ok(*found);
        }
        match build_rows(self.sig, &family, &values) {
            Ok(rows) => {
                let shown: Vec<String> = values.iter().map(Ratio::to_string).collect();
                let name = Name::new(&format!("{}[{}]", family.name, shown.join(", ")));
                Ok(self.push_kernel(id, &family, name, values, Some(rows)))
            }
            Err(errors) => {
                self.errors.extend(errors);
                Err(Reported)
            }
        }
    }
}

/// A point as a formula, to print it.
fn point_formula(point: &crate::syntax::ast::PointExpr) -> Formula {
    use crate::syntax::ast::{FormulaKind, PointExpr};
    let kind = match point {
        PointExpr::Atom(atom) => match &atom.object {
            Some(object) => FormulaKind::Dotted(object.clone(), atom.label.clone()),
            None => FormulaKind::Name(atom.label.node.clone()),
        },
        PointExpr::Tuple(items, _) => FormulaKind::Tuple(items.iter().map(point_formula).collect()),
    };
    Formula { kind, span: point.span() }
}
