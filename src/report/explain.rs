//! The page on an error: `spec/errors/<stage>_<what>.md`, built into the program.

/// The page for a code such as `check::row_sum`.
pub fn page(code: &str) -> Option<&'static str> {
    PAGES.iter().find(|(c, _)| *c == code).map(|(_, text)| *text)
}

/// All codes that have a page, in order.
pub fn codes() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(code, _)| *code)
}

include!(concat!(env!("OUT_DIR"), "/pages.rs"));
