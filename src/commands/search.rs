//! `nutgraf search`

use super::{Outcome, counted, load, threads};
use crate::cli;
use crate::diagnostics::Failure;
use crate::page::Catalogue;
use crate::search::{Excerpt, Hit, Index, excerpt, mark};
use crate::site::{IndexFiles, Options};
use std::fmt::Write;
use std::path::Path;

/// Finds pages by words, the best first.
pub fn run(args: &cli::Search, root: &Path) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::default();
    let options = Options { now: super::now()?, drafts: false, base_url: None, unlinked: false };
    // What is wrong with the site is for `check` to tell.
    let (site, _) = load(root, &options, &mut Default::default())?;
    let catalogue = Catalogue::new(site.archive());
    let files: IndexFiles = threads(None)?.install(|| site.index());
    let fetch = |name: &str| files.get(name).cloned();
    let index = Index::open(&fetch).ok_or_else(|| Failure("the index could not be made".to_owned()))?;
    let results = index.find(&args.words.join(" "));
    let most = args.most.map_or(10, |most| most.get());
    for number in results.pages.iter().take(most) {
        let Some(hit) = index.hit(*number) else { continue };
        let document = catalogue.document(*number);
        let path = document.map(|id| site.archive().document(id).path.clone());
        if args.json {
            let line = serde_json::json!({
                "kind": hit.kind, "title": hit.title, "url": hit.url, "date": hit.date,
                "summary": hit.summary, "path": path.as_deref(),
            });
            let _ = writeln!(outcome.answer, "{line}");
            continue;
        }
        let text = document.and_then(|id| site.text(id));
        let sentence = text.and_then(|text| excerpt(&text.text, &results.matched));
        show(&hit, sentence.unwrap_or_else(|| mark(&hit.summary, &results.matched)), &mut outcome.answer);
    }
    outcome.report = match results.total {
        0 => "nothing matches; a word less, or another spelling, may\n".to_owned(),
        total if total > most => format!("{}; the first {most} are shown\n", counted(total, "page")),
        total => format!("{}\n", counted(total, "page")),
    };
    std::mem::forget(site);
    Ok(outcome)
}

fn show(hit: &Hit, sentence: Excerpt, answer: &mut String) {
    let date = if hit.date.is_empty() { String::new() } else { format!(", {}", hit.date) };
    let _ = writeln!(answer, "{} ({}{date})\n  {}", hit.title, hit.kind, hit.url);
    let Excerpt { mut text, marks } = sentence;
    for (from, to) in marks.iter().rev() {
        text.insert(*to, '*');
        text.insert(*from, '*');
    }
    if !text.is_empty() {
        let _ = writeln!(answer, "  {text}");
    }
}
