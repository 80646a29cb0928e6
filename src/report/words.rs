//! Points and numbers in words.

use crate::check::signature::Signature;
use crate::check::types::Type;
use crate::number::ratio::Ratio;

/// A point as one would write it; `()` for the point of `I`.
pub(super) fn point(sig: &Signature, t: &Type, place: u64) -> String {
    crate::check::rows::point_text(sig, t, place)
}

/// The labels of a point, as plain text.
pub(super) fn labels(sig: &Signature, t: &Type, place: u64) -> Vec<String> {
    sig.labels(t, place).iter().map(|n| n.as_str().to_string()).collect()
}

/// Longest fraction that is written out in full.
const FRACTION_LENGTH: usize = 40;

/// A number, exact where it is short, with a decimal where that says more than the fraction.
pub(super) fn number(value: &Ratio) -> String {
    let text = value.to_string();
    if value.to_int().is_some() && text.len() <= FRACTION_LENGTH {
        return text;
    }
    let (decimal, exact) = value.decimal(10);
    if text.len() > FRACTION_LENGTH {
        let (above, below) = (value.num().to_string().trim_start_matches('-').len(), value.den().to_string().len());
        return format!("≈ {decimal}   (a fraction of {above} over {below} digits)");
    }
    if exact && decimal.len() <= 8 {
        return format!("{text} = {decimal}");
    }
    let (decimal, _) = value.decimal(6);
    format!("{text} ≈ {decimal}")
}

/// A number for a narrow column: exact where it is short, else a decimal.
pub(super) fn short_number(value: &Ratio) -> String {
    let text = value.to_string();
    if text.len() <= 17 { text } else { format!("≈{}", value.decimal(6).0) }
}

/// `name = value` for a named wire, `value` for a plain one.
pub(super) fn assigned(sig: &Signature, name: &str, t: &Type, place: u64) -> String {
    format!("{name} = {}", point(sig, t, place))
}

/// A number inside a sentence: exact where it is short, else a decimal with the size of the fraction.
pub(super) fn inline_number(value: &Ratio) -> String {
    let text = value.to_string();
    if text.len() <= FRACTION_LENGTH { text } else { number(value) }
}
