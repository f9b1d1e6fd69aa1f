//! `nutgraf theme`

use super::{Outcome, counted, new};
use crate::cli::{self, ThemeAction};
use crate::diagnostics::{Diagnostics, Failure, nearest};
use crate::site::settings;
use crate::source::Tree;
use crate::theme::{Entry, Inventory, State};
use std::fmt::Write;
use std::path::Path;

/// Lists what the site can replace of its theme, copies a file, or shows how a copy differs.
pub fn run(args: &cli::Theme, root: &Path) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::default();
    let config = settings(root, &mut outcome.diagnostics);
    let tree = Tree::scan(root, config.follow_outside, &mut Diagnostics::default())?;
    let inventory = Inventory::of(root, &tree, &config, &mut outcome.diagnostics);
    match &args.action {
        None => outcome.answer = list(&inventory),
        Some(ThemeAction::Copy { file }) => {
            let name = known(&inventory, file)?;
            let Some(bytes) = inventory.copy(root, name, &mut outcome.diagnostics) else {
                let why = "is the site's own, or stands in themes/ and is no text";
                return Err(Failure(format!("`{name}` {why}: it was not copied")));
            };
            let path = Path::new("templates").join(name);
            new::write(&root.join(&path), &bytes)?;
            outcome.answer = format!("{}\n", path.display());
        }
        Some(ThemeAction::Diff { file }) => {
            let name = known(&inventory, file)?;
            let Some([own, original]) = inventory.texts(root, name, &mut outcome.diagnostics) else {
                return Err(Failure(format!(
                    "the site has no `templates/{name}` that replaces another file"
                )));
            };
            let diff = similar::TextDiff::from_lines(&original.1, &own.1);
            outcome.answer = diff.unified_diff().header(&original.0, &own.0).to_string();
        }
    }
    outcome.diagnostics.finish(|finding| config.level(finding));
    Ok(outcome)
}

/// A name as the list has it, for one typed with the folder in front.
fn known<'a>(inventory: &Inventory, typed: &'a str) -> Result<&'a str, Failure> {
    let names = || inventory.entries.iter().map(|entry| entry.name.as_str());
    let bare = typed.trim_start_matches("./").trim_start_matches("templates/");
    if names().any(|name| name == bare) {
        return Ok(bare);
    }
    let help = match nearest(bare, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`nutgraf theme` lists them".to_owned(),
    };
    Err(Failure(format!("there is no file `{bare}` in the theme; {help}")))
}

fn list(inventory: &Inventory) -> String {
    let mut out = format!("theme {}", inventory.name);
    if !inventory.description.is_empty() {
        let _ = write!(out, ": {}", inventory.description);
    }
    out.push('\n');
    let kind = |entry: &&Entry| match entry.name.split_once('/') {
        Some(("static", _)) => "static",
        Some(("words", _)) => "words",
        _ => "templates",
    };
    let widest = inventory.entries.iter().map(|entry| entry.name.chars().count()).max().unwrap_or(0);
    for heading in ["templates", "static", "words"] {
        let entries: Vec<&Entry> = inventory.entries.iter().filter(|entry| kind(entry) == heading).collect();
        if entries.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{heading}");
        for entry in entries {
            let note = match entry.state {
                State::Original => "",
                State::Own => "  (the site's own)",
                State::Replaced => "  (replaces the theme's)",
                State::Copied => "  (a copy of what the theme has)",
                State::Outdated => {
                    "  (the theme's has changed since it was copied: see `nutgraf theme diff`)"
                }
            };
            let _ = writeln!(out, "  {:widest$}  {}{note}", entry.name, entry.shelf);
        }
    }
    let tokens: Vec<(&str, &str, &str)> = inventory.tokens.values().collect();
    if !tokens.is_empty() {
        let widest = tokens.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
        out.push_str("\ntokens, for `theme: {tokens: …}` in nutgraf.yaml\n");
        for (name, light, dark) in tokens {
            let value = if light == dark { light.to_owned() } else { format!("{light}  dark: {dark}") };
            let _ = writeln!(out, "  {name:widest$}  {value}");
        }
    }
    let outdated = inventory.entries.iter().filter(|entry| entry.state == State::Outdated).count();
    if outdated > 0 {
        let _ = writeln!(out, "\n{} behind the theme", counted(outdated, "file"));
    }
    out
}
