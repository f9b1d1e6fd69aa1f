//! `nutgraf check`

use super::build::survey;
use super::{Outcome, fix, load, threads};
use crate::cli;
use crate::diagnostics::{Diagnostics, Failure};
use crate::site::Options;
use std::path::Path;

/// Does all that a build does, pages included, and writes no page. With `--fix` it first writes links
/// into the content files.
pub fn run(args: &cli::Check, root: &Path) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::default();
    let now = super::now()?;
    let options = Options { now, drafts: args.drafts, base_url: None, unlinked: true };
    threads(args.jobs)?.install(|| {
        let mut fixed = String::new();
        if args.fix {
            // What was found before it is not shown: it is looked at again.
            let (site, _) = load(root, &options, &mut Diagnostics::default())?;
            fixed = fix::run(&site)?;
        }
        let (site, level) = load(root, &options, &mut outcome.diagnostics)?;
        survey(&site, "checking", false, &mut outcome, &level)?;
        outcome.report = fixed + &super::account(&site, now);
        Ok(outcome)
    })
}
