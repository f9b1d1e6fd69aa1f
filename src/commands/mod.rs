//! **Commands**: one file each, and the one place that prints.
//!
//! *Comes in:* the command line, read.
//! *Leaves:* an exit code: 0 fine, 1 the site has errors (or warnings, where `--strict` was given),
//! 2 nutgraf could not run; `publish` has more of them.
//! *Does not know:* how anything is done. A command asks the rooms below and returns an
//! [`Outcome`]; what is shown of it, and where, is settled here.
//!
//! What was asked for goes to standard output, and so do findings in a format for programs. Findings
//! for people and what was done go to standard error.

mod build;
mod check;
mod completions;
mod fix;
mod import;
mod init;
mod join;
mod list;
mod named;
mod new;
mod progress;
mod publish;
mod schema;
mod search;
mod serve;
mod theme;
mod why;

pub use progress::Progress;

use crate::archive::Archive;
use crate::cli::{self, Cli, Command};
use crate::diagnostics::Finding;
use crate::diagnostics::{self, Diagnostics, Failure, Severity, escape, summary};
use crate::output::Written;
use crate::site::{Options, Site};
use crate::source::{self, Kind};
use crate::theme::builtin_text;
use std::io::{ErrorKind, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What a command found and did.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What was asked for: to standard output as it stands, with its last line ended.
    pub answer: String,
    /// What the author can mend, after [`Diagnostics::finish`]. Paths are from the site's root;
    /// those of `import` from its source.
    pub diagnostics: Diagnostics,
    /// What was done, for people: to standard error after the findings, with its last line ended.
    pub report: String,
    /// In place of 0 and 1, where a command tells more ends apart.
    pub code: Option<u8>,
}

/// Runs what the command line says.
pub fn run(cli: &Cli) -> ExitCode {
    let code = dispatch(cli).and_then(|(outcome, manner)| show(&outcome, &manner));
    code.unwrap_or_else(|failure| {
        // Where standard error cannot be written to either, the exit code is all that is left.
        let _ = say(&mut anstream::stderr(), &format!("error: {}\n", escape(&failure.0)));
        ExitCode::from(2)
    })
}

/// Prints what the reading of the command line came to: help, the version, or what is wrong with
/// it (exit code 2).
pub fn explain(answer: &clap::Error) -> ExitCode {
    match answer.print() {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => ExitCode::from(2),
        _ => ExitCode::from(if answer.use_stderr() { 2 } else { 0 }),
    }
}

/// How the outcome of a command is shown and judged.
struct Manner {
    /// Where the paths of findings begin.
    root: PathBuf,
    format: cli::Format,
    strict: bool,
    quiet: bool,
}

impl Manner {
    fn plain(root: impl Into<PathBuf>) -> Manner {
        Manner { root: root.into(), format: cli::Format::Human, strict: false, quiet: false }
    }
}

fn dispatch(cli: &Cli) -> Result<(Outcome, Manner), Failure> {
    let root = || site_root(cli.root.as_deref());
    Ok(match &cli.command {
        Command::Build(args) => {
            let root = root()?;
            let outcome = build::run(args, &root)?;
            (outcome, Manner { root, format: args.format, strict: args.strict, quiet: args.quiet })
        }
        Command::Join(args) => (join::run(args)?, Manner::plain("")),
        Command::Serve(args) => {
            let root = site_root(args.dir.as_deref().or(cli.root.as_deref()))?;
            (serve::run(args, &root)?, Manner::plain(root))
        }
        Command::Publish(args) => {
            let root = root()?;
            let outcome = publish::run(args, &root)?;
            let manner = Manner { root, format: cli::Format::Human, strict: args.strict, quiet: args.quiet };
            (outcome, manner)
        }
        Command::Check(args) => {
            let root = root()?;
            let outcome = check::run(args, &root)?;
            (outcome, Manner { root, format: args.format, strict: args.strict, quiet: false })
        }
        Command::List(args) => {
            let root = root()?;
            (list::run(args, &root)?, Manner::plain(root))
        }
        Command::Theme(args) => {
            let root = root()?;
            (theme::run(args, &root)?, Manner::plain(root))
        }
        Command::Search(args) => {
            let root = root()?;
            (search::run(args, &root)?, Manner::plain(root))
        }
        Command::Why(args) => {
            let root = root()?;
            (why::run(args, &root)?, Manner::plain(root))
        }
        Command::New(args) => {
            let root = root()?;
            (new::run(args, &root)?, Manner::plain(root))
        }
        Command::Import(args) => (import::run(args)?, Manner::plain(&args.source)),
        Command::Init(args) => (init::run(args)?, Manner::plain(&args.dir)),
        Command::Schema(args) => (schema::run(args)?, Manner::plain("")),
        Command::Completions(args) => (completions::run(args), Manner::plain("")),
    })
}

/// The folder of the site: as given, or the nearest one upwards that has a `nutgraf.yaml`.
#[expect(clippy::disallowed_methods, reason = "where a command stands is part of its command line")]
fn site_root(given: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(given) = given {
        return match given.metadata() {
            Ok(meta) if meta.is_dir() => Ok(given.to_owned()),
            Ok(_) => Err(Failure(format!("--root {}: not a folder", given.display()))),
            Err(error) => Err(Failure::io(format_args!("--root {}", given.display()), &error)),
        };
    }
    let here = std::env::current_dir()
        .map_err(|error| Failure::io("cannot tell in which folder nutgraf was started", &error))?;
    let mut root = PathBuf::from(".");
    for folder in here.ancestors() {
        if folder.join("nutgraf.yaml").is_file() {
            return Ok(root);
        }
        root = if root == Path::new(".") { PathBuf::from("..") } else { root.join("..") };
    }
    Err(Failure(format!(
        "there is no nutgraf.yaml in {} or in any folder above it; `nutgraf init DIR` makes a site, \
         `--root DIR` names one",
        here.display()
    )))
}

/// Prints an outcome; gives the exit code.
fn show(outcome: &Outcome, manner: &Manner) -> Result<ExitCode, Failure> {
    let for_people = manner.format == cli::Format::Human;
    let stream = if for_people {
        anstream::AutoStream::choice(&std::io::stderr())
    } else {
        anstream::AutoStream::choice(&std::io::stdout())
    };
    let format = match manner.format {
        cli::Format::Human => diagnostics::Format::Human,
        cli::Format::Short => diagnostics::Format::Short,
        cli::Format::Json => diagnostics::Format::Json,
        cli::Format::Github => diagnostics::Format::Github,
    };
    let colour = stream != anstream::ColorChoice::Never;
    let findings =
        diagnostics::draw(&outcome.diagnostics, format, colour, &|path| text_of(&manner.root, path));
    if for_people {
        say(&mut anstream::stderr(), &findings)?;
    } else {
        say(&mut anstream::stdout(), &findings)?;
    }
    say(&mut anstream::stdout(), &outcome.answer)?;
    let mut closing = summary(&outcome.diagnostics);
    if !closing.is_empty() {
        closing.push('\n');
    }
    if !manner.quiet {
        closing.push_str(&outcome.report);
    }
    say(&mut anstream::stderr(), &closing)?;

    let warnings = outcome.diagnostics.count(Severity::Warning);
    let refused = outcome.diagnostics.has_errors() || (manner.strict && warnings > 0);
    Ok(ExitCode::from(outcome.code.unwrap_or(u8::from(refused))))
}

/// Writes to a standard stream. A reader that has seen enough (`nutgraf list | head -1`) is no
/// failure; a full disk behind `>` is one.
fn say(stream: &mut dyn Write, text: &str) -> Result<(), Failure> {
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::io("cannot write what nutgraf has to say", &error))
        }
        _ => Ok(()),
    }
}

/// The text of a file or of one that is part of the program, for drawing.
fn text_of(root: &Path, path: &str) -> Option<String> {
    builtin_text(path).map(str::to_owned).or_else(|| source::text_to_draw(root, path))
}

/// The level of each finding in a site.
type Level = Box<dyn Fn(Finding) -> Option<Severity> + Send + Sync>;

/// Loads a site; the levels that it sets come with it.
fn load(root: &Path, options: &Options, diagnostics: &mut Diagnostics) -> Result<(Site, Level), Failure> {
    let site = Site::load(root, options, diagnostics)?;
    let config = site.archive().config.clone();
    Ok((site, Box::new(move |finding| config.level(finding))))
}

/// Threads for a run: as many as asked for, else one for each processor.
fn threads(jobs: Option<NonZeroUsize>) -> Result<rayon::ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs.map_or(0, NonZeroUsize::get))
        .build()
        .map_err(|error| Failure(format!("cannot start threads: {error}")))
}

/// The time at which embargoes are judged: `SOURCE_DATE_EPOCH` (seconds since 1970, as
/// reproducible-builds.org has it), else the clock.
#[expect(
    clippy::disallowed_methods,
    reason = "embargoes are judged by the clock; a command is where it is read"
)]
fn now() -> Result<jiff::Timestamp, Failure> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => {
            let seconds = text.trim().parse().ok();
            seconds.and_then(|s| jiff::Timestamp::from_second(s).ok()).ok_or_else(|| {
                Failure(format!(
                    "SOURCE_DATE_EPOCH is `{text}`; expected seconds since 1970, such as 1700000000"
                ))
            })
        }
        Err(_) => Ok(jiff::Timestamp::now()),
    }
}

/// A time in the site's zone, with its offset: `2026-12-01T09:00+13:00`.
fn local(at: jiff::Timestamp, archive: &Archive) -> String {
    let zoned = at.to_zoned_datetime(archive.config.time_zone.clone());
    zoned.strftime("%Y-%m-%dT%H:%M%:z").to_string()
}

/// What was written, in a line.
fn written(site: &Site, written: &Written, out: &Path) -> String {
    let archive = site.archive();
    let what = [
        (archive.shelves.explainers.len(), "explainer"),
        (archive.topics.len(), "topic"),
        (archive.people.len(), "person"),
        (site.account().built.get(&Kind::Page).copied().unwrap_or(0), "page"),
    ];
    let what: Vec<String> = what.iter().map(|(n, word)| counted(*n, word)).collect();
    let mut line = format!(
        "{} → {} in {} ({})\n",
        what.join(", "),
        counted(written.files, "file"),
        out.display(),
        size(written.bytes)
    );
    if written.added + written.changed + written.removed == 0 {
        line.push_str("nothing changed ");
    } else {
        let Written { added, changed, removed, unchanged, .. } = written;
        line.push_str(&format!(
            "{added} added, {changed} changed, {removed} removed, {unchanged} as they were "
        ));
    }
    line
}

/// Every file of the content, by what became of it: the numbers add up.
fn account(site: &Site, now: jiff::Timestamp) -> String {
    let account = site.account();
    let built: usize = account.built.values().sum();
    let rest = [
        (account.copied, "copied"),
        (account.drafts, "draft"),
        (account.scheduled, "scheduled"),
        (account.expired, "expired"),
        (account.withheld, "withheld with them"),
        (account.data, "data"),
        (account.ignored, "ignored"),
        (account.unreadable, "unreadable"),
    ];
    let mut line = format!("{} in content: {built} built", counted(account.files, "file"));
    for (number, word) in rest.iter().filter(|(number, _)| *number > 0) {
        line.push_str(&format!(", {number} {word}"));
    }
    line.push('\n');
    if account.drafts + account.scheduled + account.expired + account.ignored + account.unreadable > 0 {
        line.push_str("`nutgraf list --skipped` names what is not published, and why\n");
    }
    if let Some(at) = site.next_change(now) {
        line.push_str(&format!(
            "next change due {} ({} scheduled, {} to expire)\n",
            local(at, site.archive()),
            account.scheduled,
            site.to_expire(now),
        ));
    }
    line
}

/// `1 file`, `2 files`, `3 people`.
fn counted(number: usize, word: &str) -> String {
    match (number, word) {
        (1, word) => format!("1 {word}"),
        (number, "person") => format!("{number} people"),
        (number, word) => format!("{number} {word}s"),
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
