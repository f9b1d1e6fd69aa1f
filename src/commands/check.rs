//! `nutgraf check`

use super::build::{link_check, note_broken, see};
use super::{Outcome, Progress, load, threads};
use crate::cli;
use crate::diagnostics::Failure;
use crate::output::Output;
use crate::site::Options;
use std::path::Path;

/// Does all that a build does, pages included, and writes nothing.
pub fn run(args: &cli::Check, root: &Path) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::default();
    let now = super::now()?;
    let options = Options { now, drafts: args.drafts, base_url: None };
    threads(args.jobs)?.install(|| {
        let (site, level) = load(root, &options, &mut outcome.diagnostics)?;
        outcome.diagnostics.finish(&level);
        // Pages of an archive that does not hold together would only repeat its errors.
        if !outcome.diagnostics.has_errors() {
            let links = link_check(&site);
            let keep = |output: Output| {
                see(&links, &output);
                Ok(())
            };
            let progress = Progress::new(false);
            site.render_all(
                &keep,
                &|done, total| progress.step("checking", done, total),
                &mut outcome.diagnostics,
            )?;
            drop(progress);
            outcome.diagnostics.finish(&level);
            // A page that could not be made is missing for every link to it.
            if !outcome.diagnostics.has_errors() {
                note_broken(&site, links, &mut outcome.diagnostics);
                outcome.diagnostics.finish(&level);
            }
        }
        outcome.report = super::account(&site, now);
        Ok(outcome)
    })
}
