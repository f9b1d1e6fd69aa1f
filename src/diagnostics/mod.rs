//! **Diagnostics**: what an author can mend, found anywhere, shown together.
//!
//! *Comes in:* findings, each with a name, a place and words, from every room above.
//! *Leaves:* one sorted list without duplicates, and its drawing as text, one line, JSON or
//! GitHub annotations.
//! *Does not know:* what a document, a page or a setting is. It never prints.
//!
//! There are two kinds of trouble. What the author can mend in their files is a [`Diagnostic`]:
//! placed, collected, all of a run shown at once. What the machine refuses (a port taken, a folder
//! that cannot be written) is a [`Failure`]: one message with its path, and the run stops.

mod finding;
mod frame;
mod suggest;

pub use finding::Finding;
pub use frame::{Format, draw, escape, summary};
pub use suggest::nearest;

use std::sync::Arc;

/// A range of bytes in a text, end exclusive. Texts are capped far below 4 GiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end as u32 }
    }

    /// The same range, `by` bytes further on.
    pub fn shifted(self, by: usize) -> Span {
        Span { start: self.start + by as u32, end: self.end + by as u32 }
    }
}

/// A range of bytes in a named file. Lines and columns are worked out when it is drawn.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Path from the site's root, with `/` between its parts.
    pub path: Arc<str>,
    /// `None` where the whole file is meant (it is missing, unreadable, or its name is at fault).
    pub span: Option<Span>,
}

impl Place {
    pub fn new(path: impl Into<Arc<str>>, span: Span) -> Place {
        Place { path: path.into(), span: Some(span) }
    }

    pub fn file(path: impl Into<Arc<str>>) -> Place {
        Place { path: path.into(), span: None }
    }
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The site is not built.
    Error,
    /// The site is built; `--strict` and `check --strict` refuse it.
    Warning,
    /// Worth knowing; never fails a run.
    Note,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// One thing that the author can mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub finding: Finding,
    pub severity: Severity,
    /// What was found, for someone who has never seen our code. One line, no final stop.
    pub message: String,
    pub place: Place,
    /// Words at the caret; may be empty.
    pub label: String,
    /// Other places that belong to it, each with its own words.
    pub further: Vec<(Place, String)>,
    /// What to do about it: an order in plain words, without final stop.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A finding at its usual level; [`Diagnostics::finish`] applies the levels that a site sets.
    pub fn new(finding: Finding, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            finding,
            severity: finding.level(),
            message: message.into(),
            place,
            label: String::new(),
            further: Vec::new(),
            help: None,
        }
    }

    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = label.into();
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Adds `did you mean …?` where `found` is close to one of the `known` names.
    pub fn suggest<'a>(mut self, found: &str, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
        if let Some(name) = nearest(found, known) {
            self.help = Some(format!("did you mean `{name}`?"));
        }
        self
    }

    pub fn also(mut self, place: Place, label: impl Into<String>) -> Diagnostic {
        self.further.push((place, label.into()));
        self
    }
}

/// Everything that is shown. Findings of different pages come from different threads, and a tie
/// would leave them in the order in which these were done.
fn shown(d: &Diagnostic) -> impl Ord {
    (&d.place, d.finding, &d.message, &d.label, &d.further, &d.help)
}

/// The sink that each stage is handed: it notes and goes on.
#[derive(Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    pub fn append(&mut self, mut other: Diagnostics) {
        self.list.append(&mut other.list);
    }

    /// The findings, in the order in which they were noted.
    pub fn into_list(self) -> Vec<Diagnostic> {
        self.list
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Applies the levels that the site sets (`None` drops a finding), sorts by place, then name,
    /// and drops duplicates. After it the list is what a run shows.
    pub fn finish(&mut self, level: impl Fn(Finding) -> Option<Severity>) {
        self.list.retain_mut(|d| match level(d.finding) {
            Some(severity) => {
                d.severity = severity;
                true
            }
            None => false,
        });
        self.list.sort_by(|a, b| shown(a).cmp(&shown(b)));
        self.list.dedup();
    }

    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(keep);
    }

    /// How many findings of one level there are.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|d| d.severity == severity).count()
    }

    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }
}

/// The machine said no: one message that names the path or address, then the run stops (exit 2).
#[derive(Debug)]
pub struct Failure(pub String);

impl Failure {
    /// `what` says what was being done, with the path: "cannot write public/index.html".
    pub fn io(what: impl std::fmt::Display, error: &std::io::Error) -> Failure {
        Failure(format!("{what}: {error}"))
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_that_differ_in_anything_have_one_order() {
        let at = || Place::new("templates/x.html", Span::new(3, 5));
        let finding = |label: &str| Diagnostic::new(Finding::TemplateError, at(), "the same").label(label);
        let all = || {
            [
                finding("a"),
                finding("b"),
                finding("b").also(Place::file("p"), "x"),
                finding("b").also(Place::file("q"), "x"),
                finding("c"),
                finding("c").help("do this"),
            ]
        };
        let finished = |list: Vec<Diagnostic>| {
            let mut diagnostics = Diagnostics { list };
            diagnostics.finish(|finding| Some(finding.level()));
            diagnostics.list
        };
        let expected: Vec<Diagnostic> = all().into();
        assert_eq!(finished(all().into_iter().rev().collect()), expected);
        assert_eq!(finished(all().into_iter().chain(all()).collect()), expected);
    }
}
