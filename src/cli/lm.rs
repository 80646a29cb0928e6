//! `mcheck lm`

use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::lm_args::{Analyse, LmCommand, Merge, Outputs, PrecisionWord, Train};
use super::run::{Context, complain, print};
use crate::base::source::SourceMap;
use crate::lm::analysis::Analysis;
use crate::lm::error::LmError;
use crate::lm::find::Wanted;
use crate::lm::partial::Partial;
use crate::lm::run::{How, Precision, merge, results, run};
use crate::lm::train::text::Text;
use crate::lm::train::watch::{Plan, train};
use crate::lm::train::write::write as write_model;
use crate::report::failure::Failure;
use crate::report::{lm_html, lm_json, lm_text, lm_training};

/// Runs a command on language models; returns the exit code.
pub(super) fn lm(command: LmCommand, context: &Context) -> u8 {
    let result = match command {
        LmCommand::Analyse(analyse) => analysed(&analyse, context),
        LmCommand::Merge(merge) => merged(&merge, context),
        LmCommand::Train(train) => trained(&train, context),
    };
    match result {
        Ok(()) => 0,
        Err(error) => refused(&error, context),
    }
}

/// Reports an error; returns the exit code.
pub(super) fn refused(error: &LmError, context: &Context) -> u8 {
    if context.json {
        print(&format!("{}\n", lm_json::object(Vec::new(), std::slice::from_ref(error))));
    } else {
        complain(&Failure::new(error, &SourceMap::default()).render(context.err.color, context.width));
    }
    2
}

fn analysed(args: &Analyse, context: &Context) -> Result<(), LmError> {
    let wanted = Wanted {
        paths: args.paths.clone(),
        head: args.head.clone(),
        bias: args.bias.clone(),
        hidden: args.hidden.clone(),
        tokens: args.tokens.clone(),
        future: args.future.clone(),
    };
    let bar = bar("blocks");
    let progress = |done: u64, total: u64| {
        bar.set_length(total);
        bar.set_position(done);
    };
    let processors = || std::thread::available_parallelism().map_or(1, usize::from);
    let interrupt = context.options.interrupt.renewed(context.options.time_limit);
    let how = How {
        precision: match args.precision {
            PrecisionWord::Auto => Precision::Auto,
            PrecisionWord::Single => Precision::Single,
            PrecisionWord::Double => Precision::Double,
        },
        threads: args.threads.map_or_else(processors, usize::from),
        seed: args.seed,
        shard: args.shard.unwrap_or((1, 1)),
        interrupt: &interrupt,
        progress: &progress,
    };
    let result = run(&wanted, &how);
    bar.finish_and_clear();
    let (partial, analysis) = result?;
    report(&partial, analysis.as_ref(), &args.outputs, context)
}

fn merged(args: &Merge, context: &Context) -> Result<(), LmError> {
    let partial = merge(&args.parts)?;
    // Without all states there is nothing to report, unless the parts are only to be joined.
    let analysis = match args.outputs.output.is_some() && !partial.is_whole() {
        true => None,
        false => Some(results(&partial, &args.parts[0], args.head.as_deref(), args.bias.as_deref())?),
    };
    report(&partial, analysis.as_ref(), &args.outputs, context)
}

fn trained(args: &Train, context: &Context) -> Result<(), LmError> {
    let text = Text::read(&args.text, args.vocabulary.into())?;
    let plan = Plan {
        rank: args.rank.into(),
        context: args.context.into(),
        vocabulary: args.vocabulary.into(),
        steps: args.steps as usize,
        batch: args.batch as usize,
        rate: 0.02,
        decay: 0.01,
        looks: args.looks.into(),
        seed: args.seed,
    };
    let bar = bar("steps");
    bar.set_length(u64::from(args.steps));
    let progress = |done: usize| bar.set_position(done as u64);
    let interrupt = context.options.interrupt.renewed(context.options.time_limit);
    let result = train(text, &args.text.display().to_string(), plan, &interrupt, &progress);
    bar.finish_and_clear();
    let trained = result?;
    let mut shown = lm_training::text(&trained, context.out);
    if let Some(folder) = &args.output {
        write_model(&trained, folder)?;
        shown.push_str(&format!("wrote `{}`; `mcheck lm analyse` reads it\n", folder.display()));
    }
    if let Some(path) = &args.html {
        write(path, &lm_training::html(&trained))?;
    }
    if let Some(path) = &args.csv {
        write(path, &lm_training::csv(&trained))?;
    }
    let fields = || vec![("training", lm_training::json(&trained))];
    print(&if context.json { format!("{}\n", lm_json::object(fields(), &[])) } else { shown });
    Ok(())
}

/// A bar on standard error that shows itself if the work takes more than a second.
pub(super) fn bar(unit: &str) -> ProgressBar {
    let bar = ProgressBar::no_length();
    bar.set_draw_target(indicatif::ProgressDrawTarget::stderr_with_hz(5));
    if let Ok(style) = ProgressStyle::with_template(&format!("{{wide_bar}} {{pos}} of {{len}} {unit}  ({{eta}})")) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_secs(1));
    bar
}

fn report(partial: &Partial, analysis: Option<&Analysis>, outputs: &Outputs, context: &Context) -> Result<(), LmError> {
    let mut text = String::new();
    let mut fields = Vec::new();
    if let Some(path) = &outputs.output {
        partial.write(path)?;
        let shown = path.display().to_string();
        text.push_str(&lm_text::partial(partial, &shown));
        fields.push(("partial", lm_json::partial(partial, &shown)));
    }
    if let Some(analysis) = analysis {
        if let Some(path) = &outputs.html {
            write(path, &lm_html::analysis(analysis))?;
        }
        text.push_str(&lm_text::analysis(analysis, context.out));
        fields.push(("analysis", lm_json::analysis(analysis)));
    }
    print(&if context.json { format!("{}\n", lm_json::object(fields, &[])) } else { text });
    Ok(())
}

/// Writes a text.
pub(super) fn write(path: &Path, text: &str) -> Result<(), LmError> {
    std::fs::write(path, text)
        .map_err(|e| LmError::Unwritable { path: path.display().to_string(), reason: e.to_string() })
}
