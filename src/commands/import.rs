//! `nutgraf import`

use super::Outcome;
use crate::cli::{self, ImportFrom};
use crate::diagnostics::Failure;
use crate::import;

/// Makes content files from a site of another generator.
pub fn run(args: &cli::Import) -> Result<Outcome, Failure> {
    let report = match args.from {
        ImportFrom::Hugo => import::hugo(&args.source, &args.destination)?,
    };
    Ok(Outcome { report: report.to_string(), ..Outcome::default() })
}
