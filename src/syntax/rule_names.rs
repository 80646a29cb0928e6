//! What the user reads for each rule of the grammar, and lists of that; an empty text is left out of lists.

use super::text_to_cst::Rule;

/// The words for a rule.
pub(super) fn describe(rule: Rule) -> &'static str {
    match rule {
        Rule::item
        | Rule::object
        | Rule::kernel
        | Rule::diagram
        | Rule::check
        | Rule::eval
        | Rule::binding
        | Rule::import
        | Rule::theory
        | Rule::model
        | Rule::axiom
        | Rule::features
        | Rule::w_features
        | Rule::theorem
        | Rule::theory_item
        | Rule::item_word => "an item",
        Rule::k_object => "`object`",
        Rule::k_kernel => "`kernel`",
        Rule::k_diagram => "`diagram`",
        Rule::k_check => "`check`",
        Rule::k_eval => "`eval`",
        Rule::k_let => "`let`",
        Rule::k_import => "`import`",
        Rule::k_theory => "`theory`",
        Rule::k_model => "`model`",
        Rule::k_axiom => "`axiom`",
        Rule::k_theorem => "`theorem`",
        Rule::k_extends => "`extends`",
        Rule::k_of => "`of`",
        Rule::k_with | Rule::with => "`with`",
        Rule::k_by | Rule::reason => "`by`",
        Rule::k_at => "`at`",
        Rule::k_return => "`return`",
        Rule::k_rest => "`rest`",
        Rule::k_uniform | Rule::uniform | Rule::structural => "`uniform`",
        Rule::k_from | Rule::object_from => "`from`",
        Rule::k_counts | Rule::counts => "`counts`",
        Rule::k_weights | Rule::weights => "`weights`",
        Rule::k_smooth => "`smooth`",
        Rule::w_softmax | Rule::softmax => "`softmax`",
        Rule::w_reals | Rule::real_space => "`R`, or a power of it",
        Rule::vectors => "vectors in braces",
        Rule::vector_row => "a row `point -> (…)`",
        Rule::vector => "a vector `(…)`",
        Rule::logits | Rule::softmax_of => "logits in braces, or the names of vectors in parentheses",
        Rule::logit | Rule::logit_row | Rule::state_logits => "an outcome with its logit",
        Rule::k_repair => "`repair`",
        Rule::k_deterministic => "`deterministic`",
        Rule::k_if | Rule::f_if => "`if`",
        Rule::k_then => "`then`",
        Rule::k_else => "`else`",
        Rule::k_match | Rule::f_match => "`match`",
        Rule::k_not => "`not`",
        Rule::k_and => "`and`",
        Rule::k_or => "`or`",
        Rule::k_mod => "`mod`",
        Rule::k_under => "`under`",
        Rule::k_rank => "`rank`",
        Rule::k_given => "`given`",
        Rule::k_in | Rule::eval_unit => "`in`",
        Rule::k_for => "`for`",
        Rule::k_to | Rule::dominates_order => "`to`",
        Rule::w_order => "`order`",
        Rule::k_forall | Rule::for_all => "`forall`",
        Rule::k_do => "`do`",
        Rule::k_over | Rule::adjust_over => "`over`",
        Rule::k_through | Rule::adjust_through => "`through`",
        Rule::k_around => "`around`",
        Rule::k_true | Rule::k_false => "a truth value",
        Rule::s_arrow => "`->`",
        Rule::s_draw => "`~`",
        Rule::s_seq => "`;`",
        Rule::s_tensor => "`*`",
        Rule::s_indep => "`⫫`",
        Rule::s_assign => "`:=`",
        Rule::s_colon => "`:`",
        Rule::s_is => "`=`",
        Rule::s_eq | Rule::s_ne | Rule::s_le | Rule::s_ge | Rule::relation => "a comparison",
        Rule::s_gt => "`>`",
        Rule::s_lt => "`<`",
        Rule::s_plus => "`+`",
        Rule::s_minus => "`-`",
        Rule::s_slash => "`/`",
        Rule::s_power => "`^`",
        Rule::s_bar => "`|`",
        Rule::s_range => "`..`",
        Rule::s_comma => "`,`",
        Rule::s_dot => "`.`",
        Rule::s_open => "`(`",
        Rule::s_close => "`)`",
        Rule::s_lbrack => "`[`",
        Rule::s_rbrack => "`]`",
        Rule::s_lbrace => "`{`",
        Rule::s_rbrace => "`}`",
        Rule::name | Rule::word | Rule::letter | Rule::tail => "a name",
        Rule::string => "a string",
        Rule::number | Rule::digits => "a number",
        Rule::integer => "an integer",
        Rule::exponent | Rule::e_exponent => "an exponent",
        Rule::object_type | Rule::object_power | Rule::object_group => "an object",
        Rule::points => "points in braces",
        Rule::point_label | Rule::point | Rule::point_atom | Rule::tuple_point | Rule::dotted => "a point",
        Rule::pattern | Rule::tuple_pattern | Rule::wildcard | Rule::row | Rule::row_head => "a row `input -> …`",
        Rule::entry | Rule::distribution | Rule::state_row => "a distribution",
        Rule::table => "rows in braces",
        Rule::matrix | Rule::matrix_row | Rule::vector_matrix => "a row in brackets",
        Rule::formula
        | Rule::f_sum
        | Rule::f_product
        | Rule::f_sign
        | Rule::f_power
        | Rule::f_compare
        | Rule::f_not
        | Rule::f_and
        | Rule::f_tuple
        | Rule::f_law
        | Rule::f_call
        | Rule::f_function => "a formula",
        Rule::expr
        | Rule::e_sum
        | Rule::e_product
        | Rule::e_sign
        | Rule::e_power
        | Rule::postfix
        | Rule::named
        | Rule::group
        | Rule::pair
        | Rule::bare
        | Rule::operation
        | Rule::op_point
        | Rule::drawn
        | Rule::measure
        | Rule::measure_args
        | Rule::scalar_call
        | Rule::matrix_call => "an expression",
        Rule::brackets | Rule::bracket_item => "arguments in brackets",
        Rule::draw_step | Rule::draw_target => "a draw `x ~ f(y)`",
        Rule::draw_inputs => "wires in parentheses",
        Rule::wiring => "a block of draws",
        Rule::output_names | Rule::outputs | Rule::typed_name => "outputs",
        Rule::measure_wires | Rule::measure_part | Rule::wire | Rule::wires | Rule::wire_number | Rule::wire_group => {
            "a wire"
        }
        Rule::event => "an event",
        Rule::step | Rule::steps | Rule::causality | Rule::positivity => "the name of an axiom or theorem",
        Rule::proof_line => "a line of a calculation",
        Rule::model_part => "a part of a model `X = …`",
        Rule::claim
        | Rule::statement
        | Rule::compare
        | Rule::laws
        | Rule::independent
        | Rule::separated
        | Rule::backdoor
        | Rule::frontdoor
        | Rule::identifiable
        | Rule::sufficient
        | Rule::complete
        | Rule::ancillary
        | Rule::irreducible
        | Rule::aperiodic
        | Rule::lumpable
        | Rule::markov
        | Rule::exchangeable
        | Rule::idempotent
        | Rule::homogeneous
        | Rule::extendible
        | Rule::divergence_law
        | Rule::equivalence
        | Rule::semidefinite => "a claim",
        Rule::numbers => "numbers in brackets",
        Rule::parameter | Rule::parameters => "parameters in brackets",
        Rule::binder => "parameters `e: Prob`",
        Rule::category => "a category in brackets",
        Rule::EOI => "the end of the text",
        _ => "",
    }
}

/// What could stand at a place, in words: "a, b or c".
///
/// What closes or separates comes first, for it is what is forgotten most. Operators, which can stand behind every
/// operand, are summed up as soon as there are three of them.
pub(super) fn expectation(rules: &[Rule]) -> String {
    let compares = rules.iter().any(|r| describe(*r) == "a comparison");
    let mut words: Vec<&str> = Vec::new();
    for rule in rules {
        // `<` and `>` are said by "a comparison"; alone they open and close a pair.
        let word = if compares && matches!(rule, Rule::s_lt | Rule::s_gt | Rule::s_is) { "" } else { describe(*rule) };
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    if words.iter().filter(|w| is_operator(w)).count() >= 3 {
        words.retain(|w| !is_operator(w));
        words.push("an operator");
    }
    let place = |word: &str| match word {
        "`,`" | "`)`" | "`]`" | "`}`" | "`>`" => 0,
        "an operator" | "a comparison" => 2,
        "an item" | "the end of the text" => 3,
        _ => 1,
    };
    words.sort_by_key(|w| place(w));
    match &words[..] {
        [] => "something else".into(),
        [one] => one.to_string(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

fn is_operator(word: &str) -> bool {
    matches!(word, "`;`" | "`*`" | "`+`" | "`-`" | "`/`" | "`^`" | "`mod`" | "`and`" | "`or`")
}
