//! `nutgraf serve`

use super::{Outcome, now, say, text_of};
use crate::cli;
use crate::diagnostics::{self, Diagnostics, Failure, escape, summary};
use crate::serve::{Manner, Message, Reach, serve};
use crate::site::Options;
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// Shows a site until the program is ended.
pub fn run(args: &cli::Serve, root: &Path) -> Result<Outcome, Failure> {
    let public = args.host.is_some_and(|host| !host.is_loopback());
    // Who looks on from elsewhere does not get to see what is not published, unless that is meant.
    let drafts = args.drafts || !(args.no_drafts || args.publish_like || public);
    let started = now()?;
    let options = Options { now: started, drafts, base_url: args.base_url.clone(), unlinked: false };
    let manner = Manner {
        drafts,
        reload: !args.no_reload,
        morph: !args.no_morph,
        follow: args.follow,
        as_published: args.publish_like,
        now: || now().unwrap_or(jiff::Timestamp::UNIX_EPOCH),
    };
    let reach = Reach {
        host: args.host,
        port: args.port,
        allowed: args.allow_host.iter().map(|name| name.to_ascii_lowercase()).collect(),
    };
    let poll = args.poll.map(|every| every.map(|ms| Duration::from_millis(ms.get().into())));
    let tell = |message: Message| {
        // Where nobody reads any more, the preview goes on.
        let _ = match args.json {
            true => say(&mut anstream::stdout(), &line(&message, root)),
            false => say(&mut anstream::stderr(), &words(&message, root, public)),
        };
        if let (Message::Ready { urls }, Some(path)) = (&message, &args.open) {
            let inside = path.trim_start_matches('/');
            open(&format!("{}{inside}", urls.first().map_or("", String::as_str)));
        }
    };
    serve(root, options, manner, &reach, poll, &tell)?;
    Ok(Outcome::default())
}

/// A message for people.
fn words(message: &Message, root: &Path, public: bool) -> String {
    match message {
        Message::Ready { urls } => {
            let mut text = format!("preview at {}  (Ctrl-C ends it)\n", urls.join("  "));
            if public {
                text.push_str("everyone who can reach this machine can read it\n");
            }
            text
        }
        Message::Note(words) => format!("{}\n", escape(words)),
        Message::Changed { files, took } => {
            let ms = took.as_millis();
            match files.as_slice() {
                [file] => format!("{} ({ms} ms)\n", escape(file)),
                files => format!("{} files ({ms} ms)\n", files.len()),
            }
        }
        Message::Findings(found) => {
            let grave = |d: &diagnostics::Diagnostic| d.severity != diagnostics::Severity::Note;
            let mut shown = Diagnostics::default();
            found.iter().filter(|d| grave(d)).for_each(|d| shown.push(d.clone()));
            let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
            let text_of = |path: &str| text_of(root, path);
            let drawn = diagnostics::draw(&shown, diagnostics::Format::Short, colour, &text_of);
            match summary(found) {
                counts if counts.is_empty() => "nothing is wrong\n".to_owned(),
                counts => format!("{drawn}{counts}\n"),
            }
        }
    }
}

/// A message for programs.
fn line(message: &Message, root: &Path) -> String {
    match message {
        Message::Ready { urls } => format!("{}\n", json!({ "event": "ready", "urls": urls })),
        Message::Note(words) => format!("{}\n", json!({ "event": "note", "message": words })),
        Message::Changed { files, took } => {
            let ms = took.as_secs_f64() * 1000.0;
            format!("{}\n", json!({ "event": "changed", "files": files, "ms": (ms * 10.0).round() / 10.0 }))
        }
        Message::Findings(found) => {
            let text_of = |path: &str| text_of(root, path);
            let drawn = diagnostics::draw(found, diagnostics::Format::Json, false, &text_of);
            let found: Vec<serde_json::Value> =
                drawn.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
            format!("{}\n", json!({ "event": "findings", "findings": found }))
        }
    }
}

/// Asks the system to open a browser. Where it has none, the address stands in the terminal.
#[expect(clippy::disallowed_methods, reason = "only a program of the system can open a browser")]
fn open(url: &str) {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("explorer", &[])
    } else {
        ("xdg-open", &[])
    };
    let quiet = std::process::Stdio::null;
    let browser = std::process::Command::new(program)
        .args(arguments)
        .arg(url)
        .stdin(quiet())
        .stdout(quiet())
        .stderr(quiet())
        .spawn();
    drop(browser);
}
