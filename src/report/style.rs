//! Colours, or none.

/// How to mark up text for a terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colours.
    pub color: bool,
}

impl Style {
    fn paint(self, code: &str, text: &str) -> String {
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }

    /// What is good.
    pub fn good(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// What is bad.
    pub fn bad(self, text: &str) -> String {
        self.paint("31;1", text)
    }

    /// What is open.
    pub fn open(self, text: &str) -> String {
        self.paint("33", text)
    }

    /// What is less important.
    pub fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// What is more important.
    pub fn strong(self, text: &str) -> String {
        self.paint("1", text)
    }
}
