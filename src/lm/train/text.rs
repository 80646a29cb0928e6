//! A text as tokens.
//!
//! A word is a run of letters and apostrophes, in lower case. Full stop, question mark and exclamation mark are the token
//! `<stop>`; other signs only separate words. The most frequent words are tokens, and `<rare>` is every other word. Equally
//! frequent words are taken in the order of the alphabet, so the same text has the same tokens.

use std::collections::BTreeMap;
use std::path::Path;

use crate::lm::error::LmError;

/// Most bytes of a text.
const LIMIT: u64 = 1 << 30;

/// A text as numbers of tokens.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// What the tokens stand for: `<rare>`, `<stop>`, then words, the most frequent first.
    pub vocabulary: Vec<String>,
    /// The text.
    pub tokens: Vec<u32>,
}

/// Number of the token for words that are not in the vocabulary.
const RARE: u32 = 0;

/// Number of the token for the end of a sentence.
const STOP: u32 = 1;

impl Text {
    /// Reads a file; the vocabulary has at most `most` tokens.
    pub fn read(path: &Path, most: usize) -> Result<Text, LmError> {
        let shown = path.display().to_string();
        let unreadable = |reason: String| LmError::Unreadable { path: shown.clone(), reason };
        let data = std::fs::metadata(path).map_err(|e| unreadable(e.to_string()))?;
        if data.is_dir() || data.len() > LIMIT {
            return Err(unreadable(if data.is_dir() { "it is a folder" } else { "it is larger than 1 GB" }.into()));
        }
        let bytes = std::fs::read(path).map_err(|e| unreadable(e.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|e| LmError::Text {
            path: shown.clone(),
            reason: format!("byte {} is not UTF-8 text", e.utf8_error().valid_up_to()),
        })?;
        Ok(Text::of(&text, most))
    }

    /// The tokens of a text.
    pub fn of(text: &str, most: usize) -> Text {
        let pieces = pieces(text);
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        pieces.iter().flatten().for_each(|word| *counts.entry(word).or_default() += 1);
        let mut words: Vec<(&str, u64)> = counts.into_iter().collect();
        // A stable sort of words in the order of the alphabet.
        words.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        words.truncate(most.saturating_sub(2));
        let numbers: BTreeMap<&str, u32> =
            words.iter().enumerate().map(|(i, (word, _))| (*word, i as u32 + 2)).collect();
        let number = |piece: &Option<String>| match piece {
            None => STOP,
            Some(word) => numbers.get(&**word).copied().unwrap_or(RARE),
        };
        let tokens = pieces.iter().map(number).collect();
        let names = ["<rare>", "<stop>"].into_iter().chain(words.iter().map(|(word, _)| *word));
        Text { vocabulary: names.map(str::to_string).collect(), tokens }
    }
}

/// Words, and `None` for an end of a sentence.
fn pieces(text: &str) -> Vec<Option<String>> {
    let (mut out, mut word) = (Vec::new(), String::new());
    for c in text.chars().chain([' ']) {
        if c.is_alphabetic() || c == '\'' {
            word.extend(c.to_lowercase());
            continue;
        }
        if word.chars().any(char::is_alphabetic) {
            out.push(Some(std::mem::take(&mut word)));
        }
        word.clear();
        if matches!(c, '.' | '?' | '!') {
            out.push(None);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stops_and_rare_words() {
        let text = Text::of("The cat, the 'cat'; a DOG's day. Why? ' the", 4);
        assert_eq!(text.vocabulary, ["<rare>", "<stop>", "the", "'cat'"]);
        assert_eq!(text.tokens, [2, 0, 2, 3, 0, 0, 0, 1, 0, 1, 2]);
    }
}
