//! `nutgraf build`

use super::{Outcome, Progress, load, threads};
use crate::cli;
use crate::diagnostics::{Diagnostic, Diagnostics, Failure, Finding, Place, Severity};
use crate::output::{Content, Disk, LinkCheck, LinkTrouble, Output, OutputPath, Protected, SHARE, ShareMark};
use crate::publish::hosts;
use crate::site::{Indexing, Options, Share, Site};
use crate::source::Host;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Writes the whole site, or nothing where it has errors.
#[expect(
    clippy::disallowed_methods,
    reason = "the report tells how long it took; output does not depend on it"
)]
pub fn run(args: &cli::Build, root: &Path) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let mut outcome = Outcome::default();
    let now = super::now()?;
    let options = Options { now, drafts: args.drafts, base_url: args.base_url.clone(), unlinked: false };
    let out = args.output.clone().unwrap_or_else(|| root.join("public"));
    threads(args.jobs)?.install(|| {
        let (site, level) = load(root, &options, &mut outcome.diagnostics)?;
        if refused(&mut outcome, args.strict, &level) {
            // Nothing will be written; what is wrong with the templates is told in the same run.
            survey(&site, "rendering", args.quiet, &mut outcome, &level)?;
        } else {
            write(&site, &out, args, &mut outcome, &level)?;
        }
        if outcome.report.is_empty() {
            outcome.report = format!("nothing was written: {} is as it was\n", out.display());
        } else {
            let seconds = started.elapsed().as_secs_f64();
            outcome.report.push_str(&format!("in {seconds:.2} s\n"));
        }
        outcome.report.push_str(&super::account(&site, now));
        if args.format == cli::Format::Human {
            let notes = outcome.diagnostics.count(Severity::Note);
            if notes > 0 {
                outcome.diagnostics.retain(|d| d.severity != Severity::Note);
                outcome.report.push_str(&format!(
                    "{} more: `nutgraf check` shows them\n",
                    super::counted(notes, "note")
                ));
            }
        }
        // The program ends here: giving an archive back piece by piece takes a good part of the time
        // in which it was read.
        std::mem::forget(site);
        Ok(outcome)
    })
}

/// There is something that a build does not go on with. Levels are applied first.
fn refused(outcome: &mut Outcome, strict: bool, level: &super::Level) -> bool {
    outcome.diagnostics.finish(level);
    outcome.diagnostics.has_errors() || (strict && outcome.diagnostics.count(Severity::Warning) > 0)
}

fn write(
    site: &Site,
    out: &Path,
    args: &cli::Build,
    outcome: &mut Outcome,
    level: &super::Level,
) -> Result<(), Failure> {
    let share = share(args.shard)?;
    let mut disk = Disk::open(out, &protected(site.root()))?;
    if site.archive().marks.iter().any(Option::is_some) {
        disk.mark_preview();
    }
    let disk = disk;
    // Of several shares the first has the index.
    let index = if args.shard.is_none_or(|shard| shard.number == 1) { Indexing::of(site) } else { None };
    let links = link_check(site);
    let progress = Progress::new(args.quiet);
    let seen = args.host.map(ForHost::new);
    let keep = |output: Output| {
        see(&links, &output);
        disk.put(match &seen {
            Some(seen) => seen.take(output)?,
            None => output,
        })
    };
    let step = |done, total| progress.step("rendering", done, total);
    site.render_all(share, index.as_ref(), &keep, &step, &mut outcome.diagnostics)?;
    if let Some(shard) = args.shard {
        disk.put(mark(site, shard)?)?;
        let others = site.files_outside(share);
        others.iter().try_for_each(|file| OutputPath::new(file).map(|path| links.file(&path)))?;
    }
    drop(progress);
    // A page that could not be made is missing for every link to it, and for readers who search.
    if refused(outcome, args.strict, level) {
        return Ok(());
    }
    if let Some(index) = index {
        index.finish(&keep)?;
    }
    if let Some(seen) = seen {
        for output in seen.finish(site, &mut outcome.diagnostics)? {
            links.file(&output.path);
            disk.put(output)?;
        }
    }
    note_broken(site, links, &mut outcome.diagnostics);
    if refused(outcome, args.strict, level) {
        return Ok(());
    }
    let written = disk.finish()?;
    outcome.report = super::written(site, &written, out);
    Ok(())
}

/// The share that was asked for.
fn share(shard: Option<cli::Shard>) -> Result<Share, Failure> {
    let Some(cli::Shard { number, of }) = shard else { return Ok(Share::WHOLE) };
    Share::new(number, of)
        .ok_or_else(|| Failure(format!("--shard {number}/{of}: expected 1/{of} to {of}/{of}")))
}

/// The mark by which `nutgraf join` knows a share.
fn mark(site: &Site, cli::Shard { number, of }: cli::Shard) -> Result<Output, Failure> {
    let base_path = site.archive().config.base_path.clone();
    let mark = ShareMark { number, of, site: site.fingerprint(), base_path };
    Ok(Output { path: OutputPath::new(SHARE)?, content: Content::Bytes(mark.text().into_bytes()) })
}

/// Bytes that a social card has, more or less.
const CARD: u64 = 24 << 10;

/// What is built for a host: how much of it there is, and what the host wants to find beside it.
struct ForHost {
    host: Host,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    files: Vec<(OutputPath, u64)>,
    redirects: String,
}

impl ForHost {
    fn new(host: cli::Host) -> ForHost {
        let host = match host {
            cli::Host::Netlify => Host::Netlify,
            cli::Host::Cloudflare => Host::Cloudflare,
            cli::Host::Github => Host::Github,
            cli::Host::Gitlab => Host::Gitlab,
            cli::Host::Firebase => Host::Firebase,
            cli::Host::Vercel => Host::Vercel,
        };
        ForHost { host, seen: Mutex::default() }
    }

    /// Notes an output; gives it back as the host needs it.
    fn take(&self, output: Output) -> Result<Output, Failure> {
        let Output { path, mut content } = output;
        let mut redirects = String::new();
        let size = match &mut content {
            Content::Bytes(bytes) => {
                if path.as_str() == "_redirects" {
                    redirects = String::from_utf8_lossy(bytes).into_owned();
                    *bytes = hosts::redirects(self.host, &redirects).into_bytes();
                }
                bytes.len() as u64
            }
            Content::Copy(from) => from
                .metadata()
                .map_err(|error| Failure::io(format_args!("cannot read {}", from.display()), &error))?
                .len(),
            // To weigh it exactly it would have to be drawn, also where that of the last build is kept.
            Content::Named(_) => CARD,
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.files.push((path.clone(), size));
        seen.redirects.push_str(&redirects);
        Ok(Output { path, content })
    }

    /// The files that the host wants; what is more than it takes is a finding.
    fn finish(self, site: &Site, diagnostics: &mut Diagnostics) -> Result<Vec<Output>, Failure> {
        let mut seen = self.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        seen.files.sort();
        // Several pages may have the same card.
        seen.files.dedup();
        let config = &site.archive().config;
        let mut files: Vec<(&str, u64)> =
            seen.files.iter().map(|(path, size)| (path.as_str(), *size)).collect();
        let conventions = hosts::conventions(
            self.host,
            &hosts::Site {
                files: &files,
                redirects: &seen.redirects,
                headers: &config.publish.headers,
                origin: &config.origin,
                base_path: &config.base_path,
            },
        );
        files.extend(conventions.iter().map(|(path, text)| (*path, text.len() as u64)));
        let over = hosts::over_limits(self.host, &files);
        for message in over.into_iter().chain(hosts::over_redirects(self.host, &seen.redirects)) {
            diagnostics.push(
                Diagnostic::new(Finding::HostLimit, Place::file(Arc::from("nutgraf.yaml")), message)
                    .help("make less of it, choose another host, or set `checks: {host-limit: warning}` if your plan takes more"),
            );
        }
        conventions
            .into_iter()
            .map(|(path, text)| {
                Ok(Output { path: OutputPath::new(path)?, content: Content::Bytes(text.into_bytes()) })
            })
            .collect()
    }
}

/// Renders every page for its findings alone. A site in which some page has no place to go is left
/// at that.
pub(super) fn survey(
    site: &Site,
    doing: &str,
    quiet: bool,
    outcome: &mut Outcome,
    level: &super::Level,
) -> Result<(), Failure> {
    let homeless = [Finding::BadAddress, Finding::UnportableName, Finding::AddressCollision];
    if outcome.diagnostics.iter().any(|d| homeless.contains(&d.finding)) {
        return Ok(());
    }
    let links = link_check(site);
    let keep = |output: Output| {
        see(&links, &output);
        Ok(())
    };
    let progress = Progress::new(quiet);
    let step = |done, total| progress.step(doing, done, total);
    site.render_all(Share::WHOLE, None, &keep, &step, &mut outcome.diagnostics)?;
    drop(progress);
    outcome.diagnostics.finish(level);
    // A page that could not be made is missing for every link to it.
    if !outcome.diagnostics.has_errors() {
        note_broken(site, links, &mut outcome.diagnostics);
        outcome.diagnostics.finish(level);
    }
    Ok(())
}

/// Folders that a build never replaces: what the site is made of, and where people live and work.
#[expect(
    clippy::disallowed_methods,
    reason = "which folders are refused is settled where the command line is"
)]
pub(super) fn protected_folders(inputs: Vec<PathBuf>, root: Option<&Path>) -> Protected {
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let here = std::env::current_dir().ok();
    Protected { inputs, homes: [root.map(Path::to_owned), home, here].into_iter().flatten().collect() }
}

fn protected(root: &Path) -> Protected {
    let inputs = ["content", "templates", "themes"].map(|folder| root.join(folder)).to_vec();
    protected_folders(inputs, Some(root))
}

/// Links with scheme and host are taken to lead elsewhere, also to the site's own host: more than
/// one site may stand there.
fn link_check(site: &Site) -> LinkCheck {
    LinkCheck::new("", &site.archive().href(""))
}

/// Shows an output to the check of links.
pub(super) fn see(links: &LinkCheck, output: &Output) {
    match &output.content {
        Content::Bytes(bytes) if output.path.as_str().ends_with(".html") => {
            // Templates make text only; should one not, there are no links to follow in it.
            links.page(&output.path, std::str::from_utf8(bytes).unwrap_or_default());
        }
        _ => links.file(&output.path),
    }
}

/// Reports links of finished pages that lead nowhere: what the archive could not see, because a
/// template, a menu or a file of the theme names it.
fn note_broken(site: &Site, links: LinkCheck, diagnostics: &mut Diagnostics) {
    // Most sites have none, and then nothing is looked up.
    let routes = OnceCell::new();
    let route = |path: &OutputPath| routes.get_or_init(|| site.routes_by_file()).get(path.as_str()).copied();
    // What a template or menu names stands on every page, and is told once.
    let mut by_href: BTreeMap<(String, LinkTrouble), Vec<OutputPath>> = BTreeMap::new();
    for broken in links.finish(|path| site.html(route(path)?)) {
        by_href.entry((broken.href, broken.trouble)).or_default().push(broken.page);
    }
    for ((href, trouble), pages) in by_href {
        let Some(page) = pages.first() else { continue };
        let place = route(page).and_then(|route| site.file_behind(route)).filter(|_| pages.len() == 1);
        let on = match pages.len() {
            1 => format!("the finished page {page} leads"),
            more => format!("{more} finished pages, {page} among them, lead"),
        };
        let why = trouble.why();
        diagnostics.push(
            Diagnostic::new(
                Finding::BrokenOutputLink,
                Place::file(place.unwrap_or_else(|| Arc::from("nutgraf.yaml"))),
                format!("{on} to `{href}`, {why}"),
            )
            .help("a template, a menu entry, the theme or raw HTML names it"),
        );
    }
}
