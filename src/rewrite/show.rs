//! Diagrams in applicative notation, for the lines of a proof: `m(x, k)` with `k ~ u`.

use rustc_hash::FxHashMap;

use super::difference::op_name;
use super::normal_form::{NormalForm, Source};
use crate::check::signature::Signature;

/// Most boxes of a diagram that is shown.
const SHOWN: usize = 40;

/// A normal form as text: the outputs, then the draws that are used more than once or have several outputs.
pub fn show(sig: &Signature, form: &NormalForm) -> String {
    if form.boxes.len() > SHOWN {
        return format!("a diagram of {} boxes", form.boxes.len());
    }
    let mut uses: FxHashMap<Source, usize> = FxHashMap::default();
    for source in form.boxes.iter().flat_map(|b| &b.inputs).chain(&form.outputs) {
        *uses.entry(*source).or_default() += 1;
    }
    let mut draws: Vec<String> = Vec::new();
    // Each box as text, or the names of its outputs.
    let mut texts: Vec<Result<String, Vec<String>>> = Vec::new();
    let mut named = 0;
    for (b, node) in form.boxes.iter().enumerate() {
        let arguments: Vec<String> = node.inputs.iter().map(|s| wire(form, *s, &texts)).collect();
        let name = op_name(sig, &node.op);
        let call = if arguments.is_empty() { name } else { format!("{name}({})", arguments.join(", ")) };
        let ports = node.op.ends(sig).1.len();
        let once = ports == 1 && uses.get(&Source::Port(b as u32, 0)).copied().unwrap_or(0) <= 1;
        if once {
            texts.push(Ok(call));
            continue;
        }
        let names: Vec<String> = (0..ports as u32)
            .map(|port| match uses.contains_key(&Source::Port(b as u32, port)) {
                true => {
                    named += 1;
                    format!("w{named}")
                }
                false => "_".into(),
            })
            .collect();
        let target = if ports == 1 { names[0].clone() } else { format!("({})", names.join(", ")) };
        draws.push(format!("{target} ~ {call}"));
        texts.push(Err(names));
    }
    let outputs: Vec<String> = form.outputs.iter().map(|s| wire(form, *s, &texts)).collect();
    let result = match &outputs[..] {
        [one] => one.clone(),
        many => format!("({})", many.join(", ")),
    };
    if draws.is_empty() { result } else { format!("{result} where {}", draws.join(", ")) }
}

fn wire(form: &NormalForm, source: Source, texts: &[Result<String, Vec<String>>]) -> String {
    match source {
        Source::Input(_) if form.inputs.len() == 1 => "x".into(),
        Source::Input(i) => format!("x{}", i + 1),
        Source::Port(b, port) => match &texts[b as usize] {
            Ok(text) => text.clone(),
            Err(names) => names[port as usize].clone(),
        },
    }
}
