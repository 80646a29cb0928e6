//! The program `mcheck`; see the library for how it works.

use std::process::ExitCode;

fn main() -> ExitCode {
    mcheck::cli::run()
}
