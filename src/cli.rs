//! Subcommands and flags as plain structs; no behaviour.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "nutgraf",
    version,
    about = "A static-site generator for explainer archives",
    after_help = "Start a site:  nutgraf init my-archive && cd my-archive && nutgraf build\n\n\
                  Exit codes: 0 fine, 1 the site has errors, 2 nutgraf could not run."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Folder of the site [default: the nearest one upwards that has a nutgraf.yaml]
    #[arg(long, global = true, value_name = "DIR")]
    pub root: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the whole site into public/
    Build(Build),
    /// Show every finding and write nothing
    Check(Check),
    /// Write a new content file, with its front matter to be filled in
    New(New),
    /// Make a new site that builds at once
    Init(Init),
    /// Make content files from a site of another generator
    Import(Import),
    /// List what the site consists of
    List(List),
    /// Tell why two explainers are related, or why they are not
    Why(Why),
    /// Print the JSON Schema of a front matter or of nutgraf.yaml, for editors
    Schema(Schema),
    /// Print a completion script for a shell
    Completions(Completions),
}

/// `nutgraf build`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nutgraf build
  nutgraf build --strict --base-url https://example.org/archive
  nutgraf build --drafts -o /tmp/preview

A build with errors leaves the last good output as it is. Only files that nutgraf wrote itself
are ever deleted, and a folder that is not its own is refused.")]
pub struct Build {
    /// Let warnings fail the build
    #[arg(long)]
    pub strict: bool,
    /// Build drafts too, each marked as one
    #[arg(long)]
    pub drafts: bool,
    /// Folder to write to [default: public/ of the site]
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Address of the published site, in place of `base_url` in nutgraf.yaml
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Number of threads [default: one for each processor]; the output is the same for any
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// How findings are shown
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Show findings only, and not what was written
    #[arg(short, long)]
    pub quiet: bool,
}

/// `nutgraf check`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nutgraf check
  nutgraf check --strict --format github      in a workflow: findings beside the changed lines
  nutgraf check --format json | jq .name      one finding a line, all of them")]
pub struct Check {
    /// Let warnings fail the check
    #[arg(long)]
    pub strict: bool,
    /// Check drafts as if they were published
    #[arg(long)]
    pub drafts: bool,
    /// Number of threads [default: one for each processor]; the findings are the same for any
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// How findings are shown
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// How findings are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// With the source line and a caret, to standard error; at most twenty of one kind
    #[default]
    Human,
    /// One line each, to standard output; at most twenty of one kind
    Short,
    /// One JSON object a line, to standard output; all of them
    Json,
    /// Annotations for GitHub Actions, to standard output; all of them
    Github,
}

/// `nutgraf new`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nutgraf new explainer \"Why the Moon has phases\"    content/explainers/why-the-moon-has-phases.md
  nutgraf new person \"Ada Lovelace\"                  content/people/ada-lovelace.md

A file that exists is never overwritten.")]
pub struct New {
    /// What to write
    #[arg(value_enum)]
    pub kind: NewKind,
    /// Its title, or the person's name
    pub title: String,
}

/// What `nutgraf new` can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NewKind {
    /// An article, in content/explainers/
    Explainer,
    /// Who someone is, in content/people/
    Person,
    /// What a tag means, in content/topics/
    Topic,
    /// Anything else, in content/pages/
    Page,
}

/// `nutgraf init`
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  nutgraf init my-archive --title \"Eclipses, explained\"

The folder is made. If it exists, it must be empty but for .git.")]
pub struct Init {
    /// Folder of the new site
    pub dir: PathBuf,
    /// Title of the new site
    #[arg(long, default_value = "Explainers")]
    pub title: String,
}

/// `nutgraf import`
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  nutgraf import hugo ../old-site my-archive

The source is only read. What could not be taken over is listed with its file and line.")]
pub struct Import {
    /// What the source was made with
    #[arg(value_enum)]
    pub from: ImportFrom,
    /// Folder of the site to read
    #[arg(value_name = "SRC")]
    pub source: PathBuf,
    /// Folder of the site to write
    #[arg(value_name = "DEST")]
    pub destination: PathBuf,
}

/// The generators whose sites can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ImportFrom {
    /// A Hugo site: its content/ and static/
    Hugo,
}

/// `nutgraf list`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nutgraf list                     every file of the site and what becomes of it
  nutgraf list explainers --json   one JSON object a line
  nutgraf list --skipped           what is not published, each with the reason")]
pub struct List {
    /// What to list [default: all]
    #[arg(value_enum)]
    pub what: Option<Listing>,
    /// The same as `list skipped`
    #[arg(long, conflicts_with = "what")]
    pub skipped: bool,
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
}

/// What `nutgraf list` can list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Listing {
    /// Articles
    Explainers,
    /// People, with or without a file
    People,
    /// Topics, with or without a file
    Topics,
    /// Other pages
    Pages,
    /// Files that are not published: drafts, scheduled, expired, ignored
    Skipped,
    /// Files that are copied as they stand
    Assets,
}

/// `nutgraf why`
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  nutgraf why explainers/eclipses.md explainers/tides.md")]
pub struct Why {
    /// An explainer: its path, slug or title
    #[arg(value_name = "A")]
    pub from: String,
    /// Another
    #[arg(value_name = "B")]
    pub to: String,
}

/// `nutgraf schema`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nutgraf schema explainer
  nutgraf schema --write .schemas     explainer.schema.json, …, settings.schema.json")]
pub struct Schema {
    /// Which schema to print
    #[arg(value_enum, required_unless_present = "write")]
    pub of: Option<SchemaOf>,
    /// Write all of them into this folder instead
    #[arg(long, value_name = "DIR", conflicts_with = "of")]
    pub write: Option<PathBuf>,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// Front matter of an explainer
    Explainer,
    /// Front matter of a person
    Person,
    /// Front matter of a topic
    Topic,
    /// Front matter of any other page
    Page,
    /// nutgraf.yaml
    Settings,
}

/// `nutgraf completions`
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  nutgraf completions bash > ~/.local/share/bash-completion/completions/nutgraf")]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
