//! Does what a command planned, and reports it.

use super::super::Outcome;
use super::arguments;
use super::plan::Steps;
use super::progress::Progress;
use super::report::{Report, Style};
use super::walk::Step;
use super::work::{self, Handling, Work};
use clap::ArgMatches;
use envelope::CachingMaterialsManager;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// What a command planned.
pub(super) struct Run {
    pub(super) work: Work,
    pub(super) handling: Handling,
    pub(super) steps: Steps,
    /// What keeps data keys, if anything does.
    pub(super) caching: Option<Arc<CachingMaterialsManager>>,
}

pub(super) fn run(matches: &ArgMatches, run: Run) -> Outcome {
    let Run { work, mut handling, steps, caching } = run;
    let style = match (matches.get_flag("json"), matches.get_flag("quiet")) {
        (true, _) => Style::Json,
        (false, true) => Style::Quiet,
        (false, false) => Style::Text,
    };
    let (is_many, is_piped) = (steps.is_many, steps.is_piped);
    let progress = Progress::new(steps.total, style == Style::Text);
    let report = Report::new(style, &steps, matches.get_flag("resume"), &progress);
    // What goes to a pipe goes in order.
    let threads = if is_many && !is_piped { arguments::jobs(matches) } else { 1 };
    if threads > 1 {
        // Files are shared out already.
        handling.max_threads = Some(NonZeroUsize::MIN);
    }
    work::all(
        steps,
        threads,
        |job| {
            let outcome = work.run(&job, handling, &progress, &|_, _, _| Ok(()));
            report.ended(&job, outcome);
        },
        |step| match step {
            Step::Skipped { path, why } => report.left_out(&path, why),
            Step::Failed { path, error } => report.broken(&path, &error),
            Step::Job(_) => {}
        },
    );
    if let Some(caching) = caching {
        report.caching(caching.metrics(), caching.cache().metrics());
    }
    report.finish()
}
