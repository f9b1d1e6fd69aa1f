//! `nutgraf why`

use super::named::topic_named;
use super::{Outcome, counted, load};
use crate::archive::{Archive, DocId, Near, Reason, Thing, TopicId, stem};
use crate::cli;
use crate::diagnostics::{Failure, nearest};
use crate::document::canonical;
use crate::site::Options;
use crate::source::Kind;
use std::fmt::Write;
use std::path::Path;

/// Tells what binds two explainers or topics, with weights, and where the second stands in the list of
/// the first.
pub fn run(args: &cli::Why, root: &Path) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::default();
    let options = Options { now: super::now()?, drafts: true, base_url: None, unlinked: false };
    // What is wrong elsewhere is for `check` to tell.
    let (site, _) = load(root, &options, &mut Default::default())?;
    let archive = site.archive();
    let (from, to) = match (find(archive, &args.from), find(archive, &args.to)) {
        (Ok(from), Ok(to)) => (from, to),
        (Err(failure), _) | (_, Err(failure)) => {
            // Explainers come first; where they are none, both may be topics.
            let (from, to) = (topic_named(archive, &args.from), topic_named(archive, &args.to));
            let (Ok(from), Ok(to)) = (from, to) else { return Err(failure) };
            topics(archive, from, to, &mut outcome.answer);
            return Ok(outcome);
        }
    };
    let related = archive.why(from, to);
    let answer = &mut outcome.answer;
    let _ = writeln!(answer, "{} → {}", archive.title(from), archive.title(to));
    if related.reasons.is_empty() {
        answer.push_str("  nothing binds them: no link, no shared topic, no shared person\n");
    }
    for reason in &related.reasons {
        let line = match reason {
            Reason::Explicit => "named in `related`".to_owned(),
            Reason::LinksTo => "the text links to it".to_owned(),
            Reason::LinkedFrom => "it links here".to_owned(),
            Reason::Topic { topic, weight } => {
                let on = archive.shelves.topic(*topic).len();
                format!(
                    "shared topic \"{}\", on {on} of {} explainers: {weight:.2}",
                    archive.topic(*topic).label,
                    all(archive)
                )
            }
            Reason::Person { person, weight } => {
                let on = archive.shelves.about_person(*person).len();
                format!(
                    "shared person \"{}\", in {on} of {} explainers: {weight:.2}",
                    archive.person(*person).label,
                    all(archive)
                )
            }
            Reason::Parent(topic) => format!("both below the topic \"{}\"", archive.topic(*topic).label),
            Reason::Near => "written about the same time".to_owned(),
        };
        let _ = writeln!(answer, "  {line}");
    }
    let _ = writeln!(answer, "  score {:.2}", related.score);
    let place = archive.related(from).iter().position(|r| r.document == to);
    let _ = match place {
        Some(at) => writeln!(
            answer,
            "  number {} of the related articles on {}",
            at + 1,
            archive.address(Thing::Document(from))
        ),
        None => writeln!(
            answer,
            "  not among the {} related articles on {}",
            archive.config.related,
            archive.address(Thing::Document(from))
        ),
    };
    Ok(outcome)
}

/// Why one topic is near another, or why it is not.
fn topics(archive: &Archive, from: TopicId, to: TopicId, answer: &mut String) {
    let label = |id: TopicId| archive.topic(id).label.as_str();
    let _ = writeln!(answer, "{} → {}", label(from), label(to));
    let reasons = archive.why_near(from, to);
    if reasons.is_empty() {
        answer.push_str("  nothing binds them: no explainer in common, no common parent\n");
    }
    for reason in reasons {
        let line = match reason {
            Near::Explicit => "named in `related`".to_owned(),
            Near::Shared { count, weight } => format!(
                "{} in common, of {} and {}: {weight:.2}",
                counted(count, "explainer"),
                archive.shelves.topic(from).len(),
                archive.shelves.topic(to).len()
            ),
            Near::Siblings(parent) => format!("both right below \"{}\"", label(parent)),
        };
        let _ = writeln!(answer, "  {line}");
    }
    let all = archive.neighbours(from, usize::MAX);
    let address = archive.address(Thing::Topic(from));
    let _ = match all.iter().position(|near| near.topic == to) {
        Some(at) => writeln!(answer, "  number {} of the topics near {address}", at + 1),
        None => writeln!(answer, "  not among the topics near {address}"),
    };
}

fn all(archive: &Archive) -> usize {
    archive.shelves.explainers.len()
}

/// An explainer by path (from the root, from `content/`, or its end), address, slug or title.
fn find(archive: &Archive, wanted: &str) -> Result<DocId, Failure> {
    let key = canonical(wanted);
    let key = key.trim_end_matches('/');
    let path = key.strip_suffix(".md").unwrap_or(key);
    let explainers = || archive.of_kind(Kind::Explainer);
    let fits = |id: DocId, own: &str| {
        let own = canonical(own);
        let own = own.strip_suffix(".md").unwrap_or(&own);
        own == path
            || own.strip_suffix(path).is_some_and(|before| before.ends_with('/'))
            || canonical(archive.title(id)) == key
            || canonical(archive.address(Thing::Document(id)).trim_end_matches('/')) == key
            || canonical(stem(&archive.document(id).path)) == key
    };
    let mut found = explainers().filter(|(id, d)| fits(*id, &d.path)).map(|(id, _)| id);
    match (found.next(), found.next()) {
        (Some(id), None) => Ok(id),
        (Some(a), Some(b)) => Err(Failure(format!(
            "`{wanted}` fits several explainers: {} and {}; write more of the path",
            archive.document(a).path,
            archive.document(b).path
        ))),
        (None, _) => {
            let names: Vec<&str> =
                explainers().flat_map(|(id, d)| [stem(&d.path), archive.title(id)]).collect();
            let near = nearest(wanted, names).map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            Err(Failure(format!("there is no explainer `{wanted}`{near}")))
        }
    }
}
