//! A Bayesian network to the text of a program.

use std::path::Path;

use crate::base::files::Files;
use crate::base::source::SourceMap;
use crate::load::bif::{Repair, print_network};
use crate::load::read_network_file;
use crate::report::failure::Failure;
use crate::report::outcome::FileReport;

/// Reads a network; the report says what was repaired or what is wrong, the text is the program if nothing is.
pub fn convert_network(path: &Path, repair: Option<Repair>, files: &dyn Files) -> (FileReport, Option<String>) {
    let mut sources = SourceMap::default();
    let mut report = FileReport { file: path.display().to_string(), ..FileReport::default() };
    match read_network_file(path, None, repair, files, &mut sources) {
        Ok((_, network)) => {
            report.networks.push(network.summary.clone());
            (report, Some(print_network(&network)))
        }
        Err(errors) => {
            report.failures = errors.iter().map(|e| Failure::new(e, &sources)).collect();
            (report, None)
        }
    }
}
