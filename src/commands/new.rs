//! `nutgraf new`: a content file with its front matter to be filled in.

use super::Outcome;
use crate::cli::{self, NewKind};
use crate::diagnostics::Failure;
use crate::document::slugify;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Writes the file; its path is the answer. A file that exists is left as it is.
pub fn run(args: &cli::New, root: &Path) -> Result<Outcome, Failure> {
    let title = args.title.trim();
    if title.is_empty() || title.contains(char::is_control) {
        return Err(Failure("a title is one line of text; nothing was written".to_owned()));
    }
    let path = root.join("content").join(folder(args.kind)).join(format!("{}.md", slugify(title)));
    write(&path, text(args.kind, title, &today()).as_bytes())?;
    let shown = path.strip_prefix(".").unwrap_or(&path);
    Ok(Outcome { answer: format!("{}\n", shown.display()), ..Outcome::default() })
}

fn folder(kind: NewKind) -> &'static str {
    match kind {
        NewKind::Explainer => "explainers",
        NewKind::Person => "people",
        NewKind::Topic => "topics",
        NewKind::Page => "pages",
    }
}

/// What the file says. Comments stand on lines of their own: behind a value they are easily taken
/// for a part of it.
fn text(kind: NewKind, title: &str, today: &str) -> String {
    // A JSON string is a YAML string, whatever stands in it.
    let title = serde_json::Value::from(title);
    match kind {
        NewKind::Explainer => format!(
            "---
title: {title}
# What it explains and why that matters, in a sentence or two.
summary: \"\"
date: {today}
# Each tag is a topic with a page of its own.
tags: []
# Whom it is about. Everyone who is named has a page.
people: []
authors: []
# What a reader in a hurry should take away: three to five sentences.
key_points: []
# What it rests on, for example:
#   - title: Sketch of the Analytical Engine
#     author: L. F. Menabrea
#     date: 1842
#     url: https://www.fourmilab.ch/babbage/sketch.html
sources: []
# Take the sign away until it is ready to be read:
# draft: true
---

"
        ),
        NewKind::Person => format!(
            "---
name: {title}
# Who this is, in a sentence.
summary: \"\"
# Other spellings and names, by which links and lists may call this person.
aliases: []
# role: What they are now
# born: 1815-12-10
# died: 1852-11-27
# links:
#   wikidata: https://www.wikidata.org/wiki/Q7259
---

"
        ),
        NewKind::Topic => format!(
            "---
title: {title}
# What the topic is, in a sentence.
summary: \"\"
# Other tags that mean the same.
aliases: []
# The wider topic to which it belongs:
# parent: another topic
---

"
        ),
        NewKind::Page => format!(
            "---
title: {title}
# What stands on the page, in a sentence.
summary: \"\"
---

"
        ),
    }
}

/// The day in UTC, as `2026-01-31`.
#[expect(clippy::disallowed_methods, reason = "the date of a new explainer is the day on which it is begun")]
pub(super) fn today() -> String {
    jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date().to_string()
}

/// Writes a file that does not exist yet, with the folders above it.
#[expect(clippy::disallowed_methods, reason = "new content is written where its author wants it")]
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let wrong = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => Failure(format!("{} exists already; it was not changed", path.display())),
        _ => Failure::io(format_args!("cannot write {}", path.display()), &error),
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            Failure::io(format_args!("cannot make the folder {}", folder.display()), &error)
        })?;
    }
    let mut file = std::fs::File::create_new(path).map_err(wrong)?;
    file.write_all(bytes).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [NewKind; 4] = [NewKind::Explainer, NewKind::Person, NewKind::Topic, NewKind::Page];

    #[test]
    fn a_title_with_quotes_and_colons_stays_one_value() {
        for kind in ALL {
            let text = text(kind, r#"A: "B" \ C # d"#, "2026-01-31");
            assert!(text.contains(r#": "A: \"B\" \\ C # d""#), "{text}");
            assert!(text.starts_with("---\n") && text.ends_with("\n---\n\n"), "{text}");
        }
    }

    #[test]
    fn no_comment_stands_behind_a_value() {
        for kind in ALL {
            for line in text(kind, "X", "2026-01-31").lines() {
                assert!(line.starts_with('#') || !line.contains('#'), "{line}");
            }
        }
    }

    #[test]
    fn today_is_a_day() {
        let today = today();
        assert!(today.parse::<jiff::civil::Date>().is_ok(), "{today}");
    }
}
