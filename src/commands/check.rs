//! `nutgraf check`

use super::build::survey;
use super::{Outcome, load, threads};
use crate::cli;
use crate::diagnostics::Failure;
use crate::site::Options;
use std::path::Path;

/// Does all that a build does, pages included, and writes nothing.
pub fn run(args: &cli::Check, root: &Path) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::default();
    let now = super::now()?;
    let options = Options { now, drafts: args.drafts, base_url: None };
    threads(args.jobs)?.install(|| {
        let (site, level) = load(root, &options, &mut outcome.diagnostics)?;
        survey(&site, "checking", false, &mut outcome, &level)?;
        outcome.report = super::account(&site, now);
        Ok(outcome)
    })
}
