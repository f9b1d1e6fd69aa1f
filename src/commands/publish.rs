//! `nutgraf publish`

use super::{Outcome, Progress, build, counted, threads};
use crate::cli;
use crate::diagnostics::{Diagnostics, Failure, Severity, escape, nearest};
use crate::output::OutputPath;
use crate::publish::{self, Exit, Finished, Options, Published, Scope, Stop, Verified};
use crate::site;
use crate::source::{Allowance, Host, Publish, PublishTarget};
use serde_json::json;
use std::path::Path;

/// Live, but readers get something else.
const DIFFERS: u8 = 9;
/// There is something to do.
const PENDING: u8 = 10;

/// Builds the site and puts it where the settings say; or shows what is there, or goes back.
pub fn run(args: &cli::Publish, root: &Path) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::default();
    let config = site::settings(root, &mut outcome.diagnostics);
    outcome.diagnostics.finish(|finding| config.level(finding));
    if outcome.diagnostics.has_errors() {
        outcome.code = Some(Exit::Usage as u8);
        outcome.report = "nothing was published\n".to_owned();
        return Ok(outcome);
    }
    outcome.diagnostics = Diagnostics::default();
    let (name, target) = chosen(&config.publish, args.target.as_deref())?;
    let max_delete = match args.max_delete.as_deref().map(|text| (text, Allowance::parse(text))) {
        Some((text, None)) => {
            return Err(Failure(format!(
                "--max-delete {text}: write a number of files, or a part such as 50%"
            )));
        }
        found => found.and_then(|(_, allowance)| allowance),
    };
    let options = Options {
        now: clock(),
        dry_run: args.dry_run,
        adopt: args.adopt,
        max_delete,
        prune: args.prune,
        verify: match args.verify {
            cli::Verify::None => Scope::None,
            cli::Verify::Sample => Scope::Sample,
            cli::Verify::Full => Scope::Full,
        },
    };
    threads(None)?.install(|| {
        let done = if args.list {
            list(args, target, root, &options, &mut outcome)
        } else if let Some(id) = &args.rollback {
            roll_back(id, name, target, root, &options, &mut outcome)
        } else {
            if args.from.is_none() && !built(args, target, root, &mut outcome)? {
                return Ok(outcome);
            }
            send(args, name, target, root, &options, &mut outcome)
        };
        if let Err(stop) = done {
            outcome.code = Some(stop.exit as u8);
            let lines: Vec<String> = stop.message.lines().map(|line| escape(line).to_string()).collect();
            outcome.report.push_str(&format!("error: {}\n", lines.join("\n")));
        }
        Ok(outcome)
    })
}

/// When something is published is a matter of the clock, whatever time the site is built for.
#[expect(
    clippy::disallowed_methods,
    reason = "releases are named by their time; what is in them is not touched by it"
)]
fn clock() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// The target that is meant.
fn chosen<'a>(publish: &'a Publish, name: Option<&str>) -> Result<(&'a str, &'a PublishTarget), Failure> {
    let known = || publish.targets.iter().map(|(name, _)| name.as_str());
    let name = match (name, publish.default.as_str(), publish.targets.as_slice()) {
        (Some(name), ..) => name,
        (None, _, []) => {
            return Err(Failure(
                "nutgraf.yaml names no target; write `publish: {targets: {live: {type: dir, path: …}}}`"
                    .to_owned(),
            ));
        }
        (None, "", [(only, _)]) => only,
        (None, "", _) => {
            let all: Vec<&str> = known().collect();
            return Err(Failure(format!(
                "there are several targets: name one of {}, or set `publish: {{default: …}}`",
                all.join(", ")
            )));
        }
        (None, default, _) => default,
    };
    match publish.targets.iter().find(|(own, _)| own == name) {
        Some((own, target)) => Ok((own, target)),
        None => {
            let help =
                nearest(name, known()).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            Err(Failure(format!("nutgraf.yaml has no target `{name}`{help}")))
        }
    }
}

/// Builds the site into public/; `false` where nothing is to be sent.
fn built(
    args: &cli::Publish,
    target: &PublishTarget,
    root: &Path,
    outcome: &mut Outcome,
) -> Result<bool, Failure> {
    let build = cli::Build {
        strict: args.strict,
        drafts: false,
        output: None,
        base_url: None,
        host: target.host.map(|host| match host {
            Host::Netlify => cli::Host::Netlify,
            Host::Cloudflare => cli::Host::Cloudflare,
            Host::Github => cli::Host::Github,
            Host::Gitlab => cli::Host::Gitlab,
            Host::Firebase => cli::Host::Firebase,
            Host::Vercel => cli::Host::Vercel,
        }),
        jobs: None,
        shard: None,
        format: cli::Format::Human,
        quiet: args.quiet,
    };
    let made = build::run(&build, root)?;
    let warned = args.strict && made.diagnostics.count(Severity::Warning) > 0;
    let failed = made.diagnostics.has_errors() || warned;
    *outcome = made;
    if failed {
        outcome.code = Some(Exit::NotBuilt as u8);
        outcome.report.push_str("nothing was published\n");
    }
    Ok(!failed)
}

fn send(
    args: &cli::Publish,
    name: &str,
    target: &PublishTarget,
    root: &Path,
    options: &Options,
    outcome: &mut Outcome,
) -> Result<(), Stop> {
    let folder = args.from.clone().unwrap_or_else(|| root.join("public"));
    let progress = Progress::new(args.quiet);
    let told = |doing: &str| progress.say(doing);
    told("comparing");
    let site = Finished::read(&folder)?;
    let published = publish::publish(&site, target, root, options, &told)?;
    drop(progress);
    if args.json {
        outcome.answer = as_json(name, &published);
    } else if options.dry_run {
        outcome.answer = lines(&published);
    }
    outcome.report.push_str(&account(name, target, &published, options));
    outcome.code = Some(match &published.verified {
        Some(verified) if !verified.different.is_empty() => DIFFERS,
        _ if args.detailed_exit_code && published.pending => PENDING,
        _ => 0,
    });
    Ok(())
}

fn list(
    args: &cli::Publish,
    target: &PublishTarget,
    root: &Path,
    options: &Options,
    outcome: &mut Outcome,
) -> Result<(), Stop> {
    let releases = publish::releases(target, root, options)?;
    for release in &releases {
        outcome.answer.push_str(&if args.json {
            json!({"id": release.id, "files": release.files, "live": release.live}).to_string()
        } else {
            let live = if release.live { "  live" } else { "" };
            format!("{}  {}{live}", release.id, counted(release.files, "file"))
        });
        outcome.answer.push('\n');
    }
    if releases.is_empty() {
        outcome.report.push_str("nothing was published there yet\n");
    }
    outcome.code = Some(0);
    Ok(())
}

fn roll_back(
    id: &str,
    name: &str,
    target: &PublishTarget,
    root: &Path,
    options: &Options,
    outcome: &mut Outcome,
) -> Result<(), Stop> {
    let (id, verified) = publish::roll_back(Some(id).filter(|id| !id.is_empty()), target, root, options)?;
    let does = if options.dry_run { "would be" } else { "is" };
    outcome.report.push_str(&format!("{name}: release {id} {does} live\n"));
    outcome.report.push_str(&comparison(verified.as_ref(), target));
    outcome.code =
        Some(verified.map_or(0, |verified| if verified.different.is_empty() { 0 } else { DIFFERS }));
    Ok(())
}

/// A line for each file that differs.
fn lines(published: &Published) -> String {
    let plan = &published.plan;
    let list = |sign: &str, paths: &[OutputPath]| {
        paths.iter().map(|path| format!("{sign} {path}\n")).collect::<String>()
    };
    let kept: String = plan.retired.iter().map(|path| format!(". {path} (stays for a while)\n")).collect();
    list("+", &plan.added)
        + &list("~", &plan.changed)
        + &list("-", &plan.removed)
        + &kept
        + &list("-", &plan.expired)
}

fn as_json(name: &str, published: &Published) -> String {
    let plan = &published.plan;
    let paths =
        |paths: &[OutputPath]| paths.iter().map(|path| path.as_str().to_owned()).collect::<Vec<String>>();
    let answer = json!({
        "target": name,
        "release": published.id,
        "added": paths(&plan.added),
        "changed": paths(&plan.changed),
        "removed": paths(&plan.removed),
        "retired": paths(&plan.retired),
        "expired": paths(&plan.expired),
        "unchanged": plan.unchanged,
        "different": published.verified.as_ref().map(|verified| &verified.different),
    });
    format!("{answer}\n")
}

/// What was done, for people.
fn account(name: &str, target: &PublishTarget, published: &Published, options: &Options) -> String {
    let plan = &published.plan;
    if !published.pending {
        let text = format!("{name}: nothing to do, {} as published\n", counted(plan.unchanged, "file"));
        return text + &comparison(published.verified.as_ref(), target);
    }
    let mut text = match &published.id {
        Some(id) => format!("{name}: release {id} is live\n"),
        None => format!("{name}: nothing was written\n"),
    };
    let tense = if options.dry_run { "would be " } else { "" };
    text.push_str(&format!(
        "{} {tense}added, {} changed, {} removed, {} as they were\n",
        plan.added.len(),
        plan.changed.len(),
        plan.removed.len() + plan.expired.len(),
        plan.unchanged
    ));
    if !plan.next.kept.is_empty() {
        text.push_str(&format!(
            "{} for readers with older pages (`--prune` removes them)\n",
            match plan.next.kept.len() {
                1 => "1 file stays".to_owned(),
                n => format!("{n} files stay"),
            }
        ));
    }
    if published.drifted > 0 {
        text.push_str(&format!("someone else had changed {} there\n", counted(published.drifted, "file")));
    }
    if published.resumed > 0 {
        text.push_str(&format!(
            "{} were there from an attempt that broke off\n",
            counted(published.resumed, "file")
        ));
    }
    let before = plan.unchanged + plan.changed.len();
    if before >= 25 && plan.changed.len() * 2 > before {
        text.push_str(&format!(
            "{} of {before} files changed: the theme, a title or a menu does that; if nothing of it is new, something in a template is not the same at each build\n",
            plan.changed.len()
        ));
    }
    if published.id.is_some() {
        text.push_str(&comparison(published.verified.as_ref(), target));
        if target.url.is_empty() {
            text.push_str("what readers get was not compared: the target has no `url`\n");
        }
    }
    if published.cleaned > 0 {
        text.push_str(&format!("{} removed\n", counted(published.cleaned, "older release")));
    }
    text
}

/// What a reader gets.
fn comparison(verified: Option<&Verified>, target: &PublishTarget) -> String {
    /// So many lines are shown.
    const SHOWN: usize = 20;
    let Some(verified) = verified else { return String::new() };
    if verified.different.is_empty() {
        return format!(
            "{} fetched from {} and found right\n",
            counted(verified.fetched, "page"),
            target.url
        );
    }
    let mut text = format!(
        "error: it is live, but {} of {} differ from what was published:\n",
        verified.different.len(),
        counted(verified.fetched, "page")
    );
    for line in verified.different.iter().take(SHOWN) {
        text.push_str(&format!("  {}\n", escape(line)));
    }
    if verified.different.len() > SHOWN {
        text.push_str(&format!("  and {} more\n", verified.different.len() - SHOWN));
    }
    text.push_str("nothing older was removed; `--rollback` goes back\n");
    text
}
