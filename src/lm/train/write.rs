//! A trained model as files: `model.safetensors` with head, bias, held out states and tokens, which `mcheck lm analyse` reads,
//! and `vocabulary.txt`, one token a line.

use std::borrow::Cow;
use std::path::Path;

use safetensors::{Dtype, View};

use super::watch::{Trained, held_states};
use crate::lm::error::LmError;
use crate::lm::safe;

/// Later tokens that are written for each state, the next one among them.
const AHEAD: usize = 3;

struct Array {
    dtype: Dtype,
    shape: [usize; 2],
    sides: usize,
    bytes: Vec<u8>,
}

impl View for Array {
    fn dtype(&self) -> Dtype {
        self.dtype
    }
    fn shape(&self) -> &[usize] {
        &self.shape[..self.sides]
    }
    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }
    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

fn floats(values: &[f64], columns: usize) -> Array {
    let bytes = values.iter().flat_map(|x| (*x as f32).to_le_bytes()).collect();
    let sides = if columns == 0 { 1 } else { 2 };
    Array { dtype: Dtype::F32, shape: [values.len() / columns.max(1), columns], sides, bytes }
}

/// Writes the files of a model to a folder, which is made if it is not there.
pub fn write(trained: &Trained, folder: &Path) -> Result<(), LmError> {
    let failed = |path: &Path, reason: String| LmError::Unwritable { path: path.display().to_string(), reason };
    std::fs::create_dir_all(folder).map_err(|e| failed(folder, e.to_string()))?;
    let (model, tokens, rank) = (&trained.model, &trained.text.tokens, trained.plan.rank);
    let states = held_states(model, tokens, trained.held);
    // The last states have no tokens so far ahead.
    let count = tokens.len() - trained.held - (AHEAD - 1);
    let future = (0..count).flat_map(|i| &tokens[trained.held + i..trained.held + i + AHEAD]);
    let future: Vec<u8> = future.flat_map(|t| (*t as i32).to_le_bytes()).collect();
    let arrays = vec![
        ("lm_head.weight".to_string(), floats(model.weights(), rank)),
        ("lm_head.bias".to_string(), floats(model.bias(), 0)),
        ("hidden".to_string(), floats(&states[..count * rank], rank)),
        ("future".to_string(), Array { dtype: Dtype::I32, shape: [count, AHEAD], sides: 2, bytes: future }),
    ];
    let path = folder.join("model.safetensors");
    safe::save(arrays, None, &path)?;
    let path = folder.join("vocabulary.txt");
    let words = trained.text.vocabulary.join("\n") + "\n";
    std::fs::write(&path, words).map_err(|e| failed(&path, e.to_string()))
}
