//! What can be wrong with names, types and rows.

use miette::Diagnostic;
use thiserror::Error;

use crate::base::span::Span;

/// A fault found between the tree and the terms. Labels say what was found at their place; help says how to mend it.
#[derive(Debug, Clone, Error, Diagnostic)]
#[allow(missing_docs, reason = "the fields are the parts of the sentence above them")]
pub enum CheckError {
    // ------------------------------------------------------------------------------------------ names
    #[error("nothing is called `{name}`")]
    #[diagnostic(code("check::unknown_name"))]
    UnknownName {
        name: String,
        wanted: String,
        #[label("{wanted} is wanted here")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("`{name}` is used before it is declared")]
    #[diagnostic(
        code("check::used_before_declaration"),
        help("a name can be used below its declaration: move the declaration up")
    )]
    UsedBefore {
        name: String,
        #[label("used here")]
        span: Span,
        #[label("declared only here")]
        declared: Span,
    },

    #[error("`{name}` is declared twice")]
    #[diagnostic(
        code("check::duplicate_name"),
        help("give one of them another name; objects, kernels, diagrams and numbers share one set of names")
    )]
    DuplicateName {
        name: String,
        #[label("declared again here")]
        span: Span,
        #[label("first declared here")]
        first: Span,
    },

    #[error("`{name}` cannot be declared: it is built in")]
    #[diagnostic(
        code("check::reserved_name"),
        help(
            "`I`, `id`, `copy`, `del`, `swap` and `_` have a fixed meaning, and so has `auto` in proofs; choose another name"
        )
    )]
    ReservedName {
        name: String,
        #[label("this name has a meaning already")]
        span: Span,
    },

    #[error("`{name}` is {found}, not {wanted}")]
    #[diagnostic(code("check::wrong_kind"))]
    WrongKind {
        name: String,
        found: String,
        wanted: String,
        #[label("{wanted} is wanted here")]
        span: Span,
        #[label("declared here as {found}")]
        declared: Option<Span>,
        #[help]
        help: Option<String>,
    },

    #[error("{what} cannot be used in this version")]
    #[diagnostic(code("check::not_yet"))]
    NotYet {
        what: String,
        #[label("not there yet")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    // ------------------------------------------------------------------------------------------ objects and points
    #[error("the object `{object}` has no point `{label}`")]
    #[diagnostic(code("check::unknown_point"))]
    UnknownPoint {
        object: String,
        label: String,
        #[label("not a point of `{object}`")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("the point `{label}` is named twice")]
    #[diagnostic(
        code("check::duplicate_point"),
        help("the points of an object are distinct; remove one of the two, or rename it")
    )]
    DuplicatePoint {
        label: String,
        #[label("again here")]
        span: Span,
        #[label("first here")]
        first: Span,
    },

    #[error("the object `{object}` has no points")]
    #[diagnostic(
        code("check::empty_object"),
        help("no kernel into it could have rows that sum to 1; name at least one point")
    )]
    EmptyObject {
        object: String,
        #[label("empty")]
        span: Span,
    },

    #[error("a point of `{found}` stands where a point of `{wanted}` is wanted")]
    #[diagnostic(
        code("check::wrong_point"),
        help("write the point without the object in front, or name a point of `{wanted}`")
    )]
    WrongPoint {
        wanted: String,
        found: String,
        #[label("this is a point of `{found}`")]
        span: Span,
    },

    #[error("a point of {wanted} has {wanted_count} coordinates, this has {found_count}")]
    #[diagnostic(code("check::point_shape"), help("write one coordinate for each factor, in order: {example}"))]
    PointShape {
        wanted: String,
        wanted_count: usize,
        found_count: usize,
        example: String,
        #[label("{found_count} of {wanted_count} coordinates")]
        span: Span,
    },

    #[error("{what} would have {size}; at most {limit} can be listed")]
    #[diagnostic(
        code("check::too_large"),
        help("use smaller objects, or split the kernel into several that each see fewer wires")
    )]
    TooLarge {
        what: String,
        size: String,
        limit: u64,
        #[label("too large")]
        span: Span,
    },

    // ------------------------------------------------------------------------------------------ rows
    #[error("the kernel `{kernel}` has no row for {shown}")]
    #[diagnostic(
        code("check::missing_row"),
        help("every input needs a row; add {example}, or a last row `_ -> …` for all inputs not named before")
    )]
    MissingRow {
        kernel: String,
        shown: String,
        example: String,
        #[label("no row for {shown}")]
        span: Span,
    },

    #[error("the input {input} has two rows")]
    #[diagnostic(code("check::doubled_row"), help("every input has exactly one row; remove one of the two"))]
    DoubledRow {
        input: String,
        #[label("{input} again here")]
        span: Span,
        #[label("{input} already has this row")]
        first: Span,
    },

    #[error("this row is never used")]
    #[diagnostic(
        code("check::unreachable_row"),
        help("every input that it matches has a row above; remove it, or let the rows above match less")
    )]
    UnreachableRow {
        #[label("all of its inputs are taken")]
        span: Span,
    },

    #[error("{row} sums to {sum}, not to 1")]
    #[diagnostic(code("check::row_sum"))]
    RowSum {
        row: String,
        sum: String,
        difference: String,
        #[label("the weights sum to {sum}: {difference}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("{row} gives `{point}` the weight {weight}, which is negative")]
    #[diagnostic(code("check::negative_weight"), help("a probability is at least 0, even where the row sums to 1"))]
    NegativeWeight {
        row: String,
        point: String,
        weight: String,
        #[label("{weight}")]
        span: Span,
    },

    #[error("{row} names the outcome {point} twice")]
    #[diagnostic(code("check::doubled_outcome"), help("write each outcome once, with the sum of its weights"))]
    DoubledOutcome {
        row: String,
        point: String,
        #[label("again here")]
        span: Span,
        #[label("first here")]
        first: Span,
    },

    #[error("this row says `rest` twice")]
    #[diagnostic(code("check::two_rests"), help("only one outcome can take what is missing; give the others a weight"))]
    TwoRests {
        #[label("a second `rest`")]
        span: Span,
    },

    #[error("an outcome without a weight takes all of the mass, but this row has {count} outcomes")]
    #[diagnostic(
        code("check::missing_weight"),
        help(
            "write a weight behind each outcome, as in `{point}: 1/2` or `{point}: rest`; equal weights are `uniform {{ … }}`"
        )
    )]
    MissingWeight {
        point: String,
        count: usize,
        #[label("no weight")]
        span: Span,
    },

    #[error("the matrix of `{kernel}` has {found}, but {wanted} are needed")]
    #[diagnostic(
        code("check::matrix_shape"),
        help("one row for each point of {dom}, one column for each point of {cod}")
    )]
    MatrixShape {
        kernel: String,
        found: String,
        wanted: String,
        dom: String,
        cod: String,
        #[label("{found}")]
        span: Span,
    },

    #[error("a state has no inputs, so its only row has no `->`")]
    #[diagnostic(
        code("check::state_row"),
        help(
            "write the distribution alone, as in `kernel p : B {{ x: 1/2, y: 1/2 }}`, or give the kernel a domain: `kernel f : A -> B`"
        )
    )]
    StateRow {
        #[label("a row with an input")]
        span: Span,
    },

    #[error("a row of this kernel needs an input in front")]
    #[diagnostic(code("check::row_without_input"), help("the kernel has the domain {dom}: write `{example} -> …`"))]
    RowWithoutInput {
        dom: String,
        example: String,
        #[label("for which input?")]
        span: Span,
    },

    #[error("the formula of `{kernel}` gives {value} for the input {input}, which is not a point of {cod}")]
    #[diagnostic(
        code("check::outside_codomain"),
        help(
            "every value must be a point of the codomain; use `mod`, `min`, `max` or `if` to stay inside, or enlarge the codomain"
        )
    )]
    OutsideCodomain {
        kernel: String,
        value: String,
        input: String,
        cod: String,
        #[label("{value} for the input {input}")]
        span: Span,
    },

    #[error("division by zero{at}")]
    #[diagnostic(
        code("check::division_by_zero"),
        help("formulas are total: treat the case apart with `if … then … else …`")
    )]
    DivisionByZero {
        at: String,
        #[label("this is 0{at}")]
        span: Span,
    },

    #[error("{operation} needs {wanted}, but got {found}{at}")]
    #[diagnostic(code("check::formula_kind"))]
    FormulaKind {
        operation: String,
        wanted: String,
        found: String,
        at: String,
        #[label("this is {found}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("no arm of this `match` fits {value}{at}")]
    #[diagnostic(code("check::no_arm"), help("add an arm for {value}, or a last arm `_ -> …`"))]
    NoArm {
        value: String,
        at: String,
        #[label("nothing for {value}")]
        span: Span,
    },

    #[error("the exponent {value} is not an integer")]
    #[diagnostic(
        code("check::exponent"),
        help(
            "numbers are exact, and roots are seldom rational: an exponent is an integer; to compare roots, compare powers"
        )
    )]
    Exponent {
        value: String,
        #[label("this is {value}")]
        span: Span,
    },

    #[error("this number would be more than {limit} binary digits long{at}")]
    #[diagnostic(
        code("check::number_too_long"),
        help("numbers are exact, so every digit of them is kept; use smaller exponents or fewer factors")
    )]
    NumberTooLong {
        limit: u64,
        at: String,
        #[label("too long to be written out")]
        span: Span,
    },

    #[error("the kernel `{kernel}` is declared deterministic, but {input} has more than one outcome")]
    #[diagnostic(
        code("check::not_deterministic"),
        help("give every input one outcome of weight 1, or drop the word `deterministic`")
    )]
    NotDeterministic {
        kernel: String,
        input: String,
        #[label("{input} goes to {outcomes}")]
        span: Span,
        outcomes: String,
    },

    // ------------------------------------------------------------------------------------------ parameters
    #[error("`{family}` takes {wanted}, but {found}")]
    #[diagnostic(code("check::parameter_count"), help("{usage}"))]
    ParameterCount {
        family: String,
        wanted: String,
        found: String,
        usage: String,
        #[label("{found}")]
        span: Span,
    },

    #[error("the parameter `{parameter}` of `{family}` cannot be {value}")]
    #[diagnostic(code("check::parameter_range"), help("a parameter of sort `{sort}` is {range}"))]
    ParameterRange {
        parameter: String,
        family: String,
        value: String,
        sort: String,
        range: String,
        #[label("{value}")]
        span: Span,
    },

    #[error("there are no parameters of the sort `{sort}`")]
    #[diagnostic(
        code("check::parameter_sort"),
        help("a parameter is a `Prob` (between 0 and 1), a `Rat` (any rational) or a `Nat` (0, 1, 2, …)")
    )]
    ParameterSort {
        sort: String,
        #[label("not a sort")]
        span: Span,
    },

    #[error("this number is known only after evaluation")]
    #[diagnostic(
        code("check::not_constant"),
        help("weights and parameters are fixed before anything is evaluated; write the number itself here")
    )]
    NotConstant {
        #[label("computed from a diagram")]
        span: Span,
    },

    // ------------------------------------------------------------------------------------------ types of diagrams
    #[error("these do not compose: {left} does not fit {right}")]
    #[diagnostic(code("check::type_mismatch"))]
    TypeMismatch {
        left: String,
        right: String,
        #[label("ends in {left}")]
        first: Span,
        #[label("starts from {right}")]
        second: Span,
        #[help]
        help: Option<String>,
    },

    #[error("`{name}` is declared as {declared}, but {body} is {found}")]
    #[diagnostic(code("check::declared_type"))]
    DeclaredType {
        name: String,
        body: &'static str,
        declared: String,
        found: String,
        #[label("this is {found}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("the two sides have different types")]
    #[diagnostic(code("check::sides_differ"))]
    SidesDiffer {
        #[label("this is {left_type}")]
        left: Span,
        left_type: String,
        #[label("this is {right_type}")]
        right: Span,
        right_type: String,
        #[help]
        help: Option<String>,
    },

    #[error("the objects of {what} cannot be found from its place")]
    #[diagnostic(code("check::ambiguous_object"), help("name them in brackets: {example}"))]
    Ambiguous {
        what: String,
        example: String,
        #[label("between which objects?")]
        span: Span,
    },

    #[error("{what} does not fit here")]
    #[diagnostic(code("check::does_not_fit"))]
    DoesNotFit {
        what: String,
        why: String,
        #[label("{why}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("the parts of a pair start from different objects")]
    #[diagnostic(code("check::pair_inputs"), help("`<f, g>` is `copy ; (f * g)`: both get the same input"))]
    PairInputs {
        #[label("starts from {left_type}")]
        left: Span,
        left_type: String,
        #[label("starts from {right_type}")]
        right: Span,
        right_type: String,
    },

    #[error("only a kernel from an object to itself can be repeated")]
    #[diagnostic(code("check::not_endo"), help("a chain, and `P^n`, are `P ; P ; …`, so P must end where it starts"))]
    NotEndo {
        found: String,
        #[label("this is {found}")]
        span: Span,
    },

    #[error("{what} must be a state, with no inputs")]
    #[diagnostic(code("check::not_a_state"), help("compose it with a state first: `p ; f`"))]
    NotAState {
        what: String,
        found: String,
        #[label("this is {found}")]
        span: Span,
    },

    #[error("{what} is wanted here, and this is {found}")]
    #[diagnostic(code("check::wrong_sort"))]
    WrongSort {
        what: String,
        found: String,
        #[label("{found}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    // ------------------------------------------------------------------------------------------ wires
    #[error("there is no wire `{name}`")]
    #[diagnostic(code("check::unknown_wire"))]
    UnknownWire {
        name: String,
        #[label("no such wire")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("two wires are called `{name}`")]
    #[diagnostic(
        code("check::duplicate_wire"),
        help("a wire keeps its value, and may be used as often as one likes; give the second one another name")
    )]
    DuplicateWire {
        name: String,
        #[label("again here")]
        span: Span,
        #[label("first here")]
        first: Span,
    },

    #[error("{kernel} is given the wrong wires")]
    #[diagnostic(code("check::draw_inputs"))]
    DrawInputs {
        kernel: String,
        found: String,
        wanted: String,
        #[label("{found}, and it starts from {wanted}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("{found} names cannot split {outputs}")]
    #[diagnostic(
        code("check::split_count"),
        help("name each factor of the codomain, or write one name for all of them")
    )]
    SplitCount {
        found: usize,
        outputs: String,
        #[label("this yields {outputs}")]
        span: Span,
    },

    #[error("the returned wires are {found}, but the diagram `{name}` promises {wanted}")]
    #[diagnostic(code("check::return_type"))]
    ReturnType {
        name: String,
        found: String,
        wanted: String,
        #[label("these are {found}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("the wire `{name}` is named twice")]
    #[diagnostic(
        code("check::overlapping_wires"),
        help("each wire has one role: it is asked for, or it is given; name it once")
    )]
    OverlappingWires {
        name: String,
        #[label("named before this already")]
        span: Span,
    },

    #[error("there is no `{name}` in this diagram to be replaced")]
    #[diagnostic(code("check::surgery_target"))]
    SurgeryTarget {
        name: String,
        #[label("not a box of this diagram")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    // ------------------------------------------------------------------------------------------ data
    #[error("{place}: {what}")]
    #[diagnostic(code("check::data"))]
    Data {
        place: String,
        what: String,
        #[label("read for this declaration")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error(transparent)]
    #[diagnostic(transparent)]
    File(#[from] crate::load::error::LoadError),
    // ------------------------------------------------------------------------------------------ of other files
    #[error(transparent)]
    #[diagnostic(transparent)]
    Theory(#[from] super::theory_error::TheoryError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Study(#[from] super::study_error::StudyError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Measure(#[from] super::measure_error::MeasureError),
}
