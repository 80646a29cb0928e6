//! The program: arguments, files, terminal, exit codes. The only place that prints.

mod args;
mod lm_args;
mod check;
mod test;
mod explain;
mod convert;
mod lm;
mod repl;
mod run;

pub use run::run;
