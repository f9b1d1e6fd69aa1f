//! `nutgraf completions`: a completion script for a shell.

use super::Outcome;
use crate::cli::{Cli, Completions};
use clap::CommandFactory;

/// The script, as the answer.
pub fn run(args: &Completions) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "nutgraf", &mut script);
    Outcome { answer: String::from_utf8_lossy(&script).into_owned(), ..Outcome::default() }
}
