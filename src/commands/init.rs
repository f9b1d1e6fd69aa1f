//! `nutgraf init`: a new site that builds at once.

use super::{Outcome, new};
use crate::cli;
use crate::diagnostics::Failure;
use std::io::ErrorKind;
use std::path::Path;

/// The files of a new site. `TITLE` and `TODAY` are filled in.
const FILES: &[(&str, &str)] = &[
    ("nutgraf.yaml", include_str!("init/nutgraf.yaml")),
    (".gitignore", include_str!("init/gitignore")),
    ("content/index.md", include_str!("init/content/index.md")),
    (
        "content/explainers/what-an-explainer-is.md",
        include_str!("init/content/explainers/what-an-explainer-is.md"),
    ),
    (
        "content/explainers/the-analytical-engine.md",
        include_str!("init/content/explainers/the-analytical-engine.md"),
    ),
    ("content/people/ada-lovelace.md", include_str!("init/content/people/ada-lovelace.md")),
    ("content/topics/history-of-computing.md", include_str!("init/content/topics/history-of-computing.md")),
    ("content/pages/about.md", include_str!("init/content/pages/about.md")),
];

/// Writes a site into a folder that is new or empty (`.git` may stand there); otherwise nothing.
pub fn run(args: &cli::Init) -> Result<Outcome, Failure> {
    let title = args.title.trim();
    if title.is_empty() || title.contains(char::is_control) {
        return Err(Failure("a title is one line of text; nothing was written".to_owned()));
    }
    refuse_if_occupied(&args.dir)?;
    let today = new::today();
    for (path, text) in FILES {
        let text = text
            .replace("title: TITLE", &format!("title: {}", serde_json::Value::from(title)))
            .replace("date: TODAY", &format!("date: {today}"));
        new::write(&args.dir.join(path), text.as_bytes())?;
    }
    let dir = args.dir.display();
    let answer = format!(
        "A new site stands in {dir}: {} files, among them nutgraf.yaml (the settings) and content/.
To see it:  nutgraf build --root {dir}
            python3 -m http.server -d {dir}/public   (or any other web server; then open its address)
To add:     nutgraf new explainer \"Why the Moon has phases\" --root {dir}
",
        FILES.len()
    );
    Ok(Outcome { answer, ..Outcome::default() })
}

#[expect(clippy::disallowed_methods, reason = "whether a folder is free is asked before anything is written")]
fn refuse_if_occupied(dir: &Path) -> Result<(), Failure> {
    /// So many names are shown.
    const SHOWN: usize = 5;
    let wrong = |error: std::io::Error| Failure::io(format_args!("cannot read {}", dir.display()), &error);
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(wrong(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(wrong)?.file_name();
        if name != ".git" {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    names.sort();
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Err(Failure(format!(
        "{} is not empty: {}{more} stand there; nothing was written",
        dir.display(),
        names.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_its_front_matter_and_the_placeholders_stand_where_they_are_filled_in() {
        for (path, text) in FILES {
            assert!(!text.contains('\r') && text.ends_with('\n'), "{path}");
            if path.ends_with(".md") {
                assert!(text.starts_with("---\n") && text[4..].contains("\n---\n"), "{path}");
            }
            assert_eq!(text.matches("TITLE").count(), text.matches("\ntitle: TITLE\n").count(), "{path}");
            assert_eq!(text.matches("TODAY").count(), text.matches("\ndate: TODAY\n").count(), "{path}");
            assert_eq!(path.starts_with("content/explainers/"), text.contains("TODAY"), "{path}");
        }
        assert!(FILES[0].1.contains("\ntitle: TITLE\n"));
    }
}
