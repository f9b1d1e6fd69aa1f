//! Arguments in, exit code out.

use clap::Parser;
use nutgraf::cli::Cli;
use nutgraf::commands;
use std::process::ExitCode;

fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => commands::run(&cli),
        Err(answer) => commands::explain(&answer),
    }
}
