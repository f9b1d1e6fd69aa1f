//! Subcommands and flags as plain structs; no behaviour.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::IpAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::str::FromStr;

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
    /// Make one output folder of all shares of a site
    Join(Join),
    /// Show the site in a browser while it is written
    Serve(Serve),
    /// Put the finished site where its readers find it
    Publish(Publish),
    /// Show every finding and write nothing, or with --fix mend what can be mended
    Check(Check),
    /// Write a new content file, with its front matter to be filled in
    New(New),
    /// Make a new site that builds at once
    Init(Init),
    /// Make content files from a site of another generator
    Import(Import),
    /// List what the site consists of
    List(List),
    /// List the theme's files and tokens, and copy one to change it
    Theme(Theme),
    /// Find pages of the site by words
    Search(Search),
    /// Tell why two explainers or topics are related, or why they are not
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
    /// Write the convention files of a host too, and keep its limits
    #[arg(long = "for", value_name = "HOST", value_enum)]
    pub host: Option<Host>,
    /// Number of threads [default: one for each processor]; the output is the same for any
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// Write only share I of N, such as 2/7; `nutgraf join` makes the site of all of them
    #[arg(long, value_name = "I/N", conflicts_with = "host")]
    pub shard: Option<Shard>,
    /// How findings are shown
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Show findings only, and not what was written
    #[arg(short, long)]
    pub quiet: bool,
}

/// One of several shares of a site: `2/7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    pub number: u32,
    pub of: u32,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let parts = text.split_once('/').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
        let parts = parts.map(|(number, of)| Shard { number, of });
        parts.ok_or_else(|| "expected a share and the number of shares, such as 2/7".to_owned())
    }
}

/// `nutgraf join`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nutgraf build --shard 1/2 -o shares/1       on one machine
  nutgraf build --shard 2/2 -o shares/2       on another, from the same files
  nutgraf join shares/1 shares/2              where both folders are: the whole site in public/

What comes out is what `nutgraf build` would have written, byte for byte. A share that is missing,
damaged or of another state of the site is refused.")]
pub struct Join {
    /// The folders of all shares, in any order
    #[arg(required = true, value_name = "SHARE")]
    pub shares: Vec<PathBuf>,
    /// Folder to write to
    #[arg(short, long, value_name = "DIR", default_value = "public")]
    pub output: PathBuf,
}

/// `nutgraf serve`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nutgraf serve
  nutgraf serve --open=/explainers/
  nutgraf serve --follow                   the browser goes where the last edit was
  nutgraf serve --host 0.0.0.0             for other machines too; then without drafts

Open pages change as soon as a file is saved. Drafts and scheduled pages are shown, each marked as
one. Nothing is written. Ctrl-C ends it.")]
pub struct Serve {
    /// Folder of the site, in place of --root
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Port to listen at [default: 4180, or the next that is free]
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
    /// Address to listen at [default: this machine alone]
    #[arg(long, value_name = "ADDRESS")]
    pub host: Option<IpAddr>,
    /// Answer to this name too, beside localhost; can be given more than once
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
    /// Open a browser, at this path of the site
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true, default_missing_value = "/")]
    pub open: Option<String>,
    /// Show drafts and scheduled pages [default, but with --host]
    #[arg(long, conflicts_with = "no_drafts")]
    pub drafts: bool,
    /// Show what is published and nothing else
    #[arg(long)]
    pub no_drafts: bool,
    /// Leave open pages as they are
    #[arg(long)]
    pub no_reload: bool,
    /// Load open pages again instead of changing them in place
    #[arg(long)]
    pub no_morph: bool,
    /// Let open pages go to the page that was edited last
    #[arg(long)]
    pub follow: bool,
    /// Show exactly what is published: no drafts, no script, redirects as a host answers them
    #[arg(long, conflicts_with_all = ["drafts", "follow"])]
    pub publish_like: bool,
    /// Look at the files every so many milliseconds, where the system does not report changes
    #[arg(long, value_name = "MS", num_args = 0..=1, require_equals = true)]
    pub poll: Option<Option<NonZeroU32>>,
    /// Address of the published site, in place of `base_url` in nutgraf.yaml
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// One JSON object a line, to standard output: what happens, and what is wrong
    #[arg(long)]
    pub json: bool,
}

/// The hosts with conventions of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Host {
    /// `_headers`, and redirects that are always followed
    Netlify,
    /// `_headers`; at most 20,000 files
    Cloudflare,
    /// `.nojekyll` and CNAME; at most 1 GB
    Github,
    /// At most 200,000 files and 1 GB
    Gitlab,
    /// firebase.json
    Firebase,
    /// vercel.json
    Vercel,
}

/// `nutgraf publish`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nutgraf publish                      builds, and publishes to the target of nutgraf.yaml
  nutgraf publish live --dry-run       what would be added, changed and removed
  nutgraf publish live --rollback      what was live before is live again

Exit codes: 0 published, or nothing to do; 2 arguments or settings; 3 the build failed; 4 the target refuses;
5 the target cannot be reached; 6 a guard refused; 7 someone else publishes; 8 broken off, what is live is
whole; 9 live, but readers get something else; 10 where --detailed-exit-code is given and there is something to do.")]
pub struct Publish {
    /// A target of nutgraf.yaml [default: `default`, or the only one]
    pub target: Option<String>,
    /// Tell what would be done, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Exit with 10 where a dry run finds something to do
    #[arg(long, requires = "dry_run")]
    pub detailed_exit_code: bool,
    /// The plan, or the list, as JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// Publish a finished folder as it stands, without a build
    #[arg(long, value_name = "DIR")]
    pub from: Option<PathBuf>,
    /// Let warnings fail the build
    #[arg(long)]
    pub strict: bool,
    /// Publish beside files that nutgraf did not put there; they stay
    #[arg(long)]
    pub adopt: bool,
    /// How many files may go: a number, or a part such as 50%
    #[arg(long, value_name = "N")]
    pub max_delete: Option<String>,
    /// Remove at once what stays for readers with older pages, for example to withdraw an image
    #[arg(long)]
    pub prune: bool,
    /// What is fetched and compared at the end
    #[arg(long, value_enum, default_value_t)]
    pub verify: Verify,
    /// Let readers see an earlier release again [default: the one before]
    #[arg(long, value_name = "ID", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["from", "list", "adopt", "prune", "max_delete"])]
    pub rollback: Option<String>,
    /// List the releases that the target still has
    #[arg(long, conflicts_with_all = ["from", "dry_run"])]
    pub list: bool,
    /// Show findings only, and not what was done
    #[arg(short, long)]
    pub quiet: bool,
}

/// What is fetched after a publication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Verify {
    /// Nothing
    None,
    /// What changed, at most 200 pages, and where readers begin
    #[default]
    Sample,
    /// Every file
    Full,
}

/// `nutgraf check`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nutgraf check
  nutgraf check --strict --format github      in a workflow: findings beside the changed lines
  nutgraf check --format json | jq .name      one finding a line, all of them
  nutgraf check --fix                         writes links for names that have none")]
pub struct Check {
    /// Let warnings fail the check
    #[arg(long)]
    pub strict: bool,
    /// Check drafts as if they were published
    #[arg(long)]
    pub drafts: bool,
    /// Write links into the content files for names that do not become links by themselves
    #[arg(long)]
    pub fix: bool,
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
  nutgraf list --skipped           what is not published, each with the reason
  nutgraf list due --within 90d    what is to be looked at again, the most urgent first
  nutgraf list events --person \"Ada Lovelace\"")]
pub struct List {
    /// What to list [default: all]
    #[arg(value_enum)]
    pub what: Option<Listing>,
    /// The same as `list skipped`
    #[arg(long, conflicts_with = "what")]
    pub skipped: bool,
    /// With `due`: also what will be due within this time, as in 90d, 6m or 1y [default: 30d]
    #[arg(long, value_name = "TIME")]
    pub within: Option<String>,
    /// With `events`: only those of a topic
    #[arg(long, value_name = "NAME")]
    pub topic: Option<String>,
    /// With `events`: only those of a person
    #[arg(long, value_name = "NAME")]
    pub person: Option<String>,
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
    /// Sources that pages share, and how many cite each
    Sources,
    /// What is quoted, with who said it when and where
    Quotes,
    /// Files that are not published: drafts, scheduled, expired, ignored
    Skipped,
    /// Files that are copied as they stand
    Assets,
    /// What is to be looked at again, by how many pages lead to it and how long it is due
    Due,
    /// What happened when, in the order of time
    Events,
}

/// `nutgraf theme`
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  nutgraf theme                                what there is, and where each file comes from
  nutgraf theme copy partials/byline.html      into templates/, where it stands before the theme's
  nutgraf theme diff partials/byline.html      how the copy differs from what the theme has now

A file that exists is never overwritten."
)]
pub struct Theme {
    /// What to do [default: list]
    #[command(subcommand)]
    pub action: Option<ThemeAction>,
}

/// What `nutgraf theme` can do.
#[derive(Debug, Subcommand)]
pub enum ThemeAction {
    /// Copy a file of the theme into templates/ of the site, to be changed there
    Copy {
        /// Its name in the list: `partials/byline.html`, `static/theme.css`, `words/fr.yaml`
        #[arg(value_name = "FILE")]
        file: String,
    },
    /// Show how a file of the site differs from the one that it replaces
    Diff {
        /// Its name in the list
        #[arg(value_name = "FILE")]
        file: String,
    },
}

/// `nutgraf search`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nutgraf search eclipse moon
  nutgraf search '\"total eclipse\" -annular'       a phrase, and a word that must not be there
  nutgraf search 'topic:\"The Moon\" year:2024'     also kind:person and person:\"Ada Lovelace\"")]
pub struct Search {
    /// What to look for
    #[arg(required = true, allow_hyphen_values = true, value_name = "WORDS")]
    pub words: Vec<String>,
    /// How many results to show [default: 10]
    #[arg(long, value_name = "N")]
    pub most: Option<NonZeroUsize>,
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
}

/// `nutgraf why`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nutgraf why explainers/eclipses.md explainers/tides.md
  nutgraf why topics/moon topics/sun")]
pub struct Why {
    /// An explainer: its path, slug or title; or a topic: topics/ and its slug, or its name
    #[arg(value_name = "A")]
    pub from: String,
    /// Another of the same sort
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
    /// content/sources.yaml
    Sources,
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
