//! Arguments in, exit code out.

use clap::Parser;
use nutgraf::cli::Cli;
use nutgraf::commands;
use std::process::ExitCode;

/// A build makes and drops millions of small pieces from several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => commands::run(&cli),
        Err(answer) => commands::explain(&answer),
    }
}
