//! `mcheck convert`

use std::path::Path;

use super::args::RepairWay;
use super::run::{Context, complain, print};
use crate::load::bif::Repair;
use crate::load::program::PROGRAM_LIMIT_MB;
use crate::report::{json, network};
use crate::session::convert::convert_network;

/// Writes a network as a program; returns the exit code.
pub(super) fn convert(file: &Path, output: Option<&Path>, repair: Option<RepairWay>, context: &Context) -> u8 {
    let repair = repair.map(|way| match way {
        RepairWay::Scale => Repair::Scale,
        RepairWay::Largest => Repair::Largest,
    });
    let (report, program) = convert_network(file, repair, &*context.files);
    for failure in &report.failures {
        if !context.json {
            complain(&failure.render(context.err.color, context.width));
        }
    }
    if let (Some(program), Some(output)) = (&program, output)
        && let Err(reason) = write(file, output, program)
    {
        complain(&format!("mcheck: cannot write `{}`: {reason}\n", output.display()));
        return 2;
    }
    if context.json {
        let mut object = json::file_object(&report);
        if let (Some(program), None) = (&program, output) {
            object["program"] = serde_json::Value::String(program.clone());
        }
        print(&format!("{object}\n"));
    } else {
        if let (Some(program), None) = (&program, output) {
            print(program);
        }
        // Standard output may be the program, so what there is to say about it goes beside it.
        report.networks.iter().for_each(|n| complain(&network::lines(n, context.err)));
    }
    if program.is_some_and(|p| p.len() as u64 > PROGRAM_LIMIT_MB << 20) {
        complain(&format!(
            "mcheck: this program is larger than {PROGRAM_LIMIT_MB} MB, so it cannot be checked; `import` reads the network itself\n"
        ));
    }
    report.exit_code()
}

fn write(file: &Path, output: &Path, program: &str) -> Result<(), String> {
    let same = |a: &Path, b: &Path| a.canonicalize().ok().is_some_and(|a| b.canonicalize().is_ok_and(|b| a == b));
    if same(file, output) {
        return Err("it is the network itself".into());
    }
    std::fs::write(output, program).map_err(|error| error.to_string())
}
