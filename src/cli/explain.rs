//! `mcheck explain`

use super::run::{complain, print};
use crate::report::explain::{codes, page};
use crate::session::command::no_page;

/// Prints the page on an error, or the list of all; returns the exit code.
pub(super) fn explain(code: Option<&str>) -> u8 {
    let Some(code) = code else {
        let all: Vec<&str> = codes().collect();
        print(&format!("{}\n", all.join("\n")));
        return 0;
    };
    match page(code) {
        Some(text) => {
            print(&format!("{}\n", text.trim_end()));
            0
        }
        None => {
            complain(&format!("mcheck: {}", no_page(code)));
            2
        }
    }
}
