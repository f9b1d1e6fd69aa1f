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
    let said = format!(
        "{report}\nEach place is named in {}\n`nutgraf build` in {} makes the site\n",
        args.destination.join("import-report.md").display(),
        args.destination.display()
    );
    Ok(Outcome { report: said, ..Outcome::default() })
}
