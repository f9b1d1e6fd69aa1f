//! What of a document others can see.

use super::{Document, Facts};
use crate::diagnostics::Span;

impl Document {
    /// Whether everything outside of this document's own text is the same with the other in its place:
    /// who links to whom, what stands in which list, every address, every finding of the archive.
    ///
    /// Only the words of the text may differ, and where in it things stand; with `sentences` not those
    /// around links either.
    pub fn tells_what(&self, other: &Document, sentences: bool) -> bool {
        let outline = |facts: &Facts| outline(facts, sentences);
        let rest = |d: &Document| (d.kind, d.body_start, d.trusted, d.has_text);
        self.path == other.path && rest(self) == rest(other) && outline(&self.facts) == outline(&other.facts)
    }

    /// Both were read from the same text.
    pub fn has_text_of(&self, other: &Document) -> bool {
        self.digest == other.digest
    }
}

/// Facts without what is looked up only when a page is made: the words around links and names, counts,
/// and places in the text, of which the order alone is kept.
fn outline(facts: &Facts, sentences: bool) -> Facts {
    let mut facts = facts.clone();
    let mut places: Vec<u32> = facts.outgoing.iter().map(|link| link.span.start).collect();
    places.extend(facts.named.iter().flat_map(|named| &named.mentions).map(|mention| mention.at));
    places.sort_unstable();
    places.dedup();
    let rank = |place: u32| places.partition_point(|other| *other < place) as u32;

    facts.words = 0;
    facts.excerpt.clear();
    facts.has_math = false;
    facts.has_code = false;
    for link in &mut facts.outgoing {
        let start = rank(link.span.start);
        link.span = Span { start, end: start };
        if let Some(sentence) = link.sentence.as_mut().filter(|_| !sentences) {
            sentence.text.clear();
            sentence.mark = Span::default();
        }
    }
    for citation in facts.citations.iter_mut().filter(|citation| !citation.in_key_point) {
        citation.id.span = Span::default();
        if let Some(sentence) = &mut citation.sentence {
            sentence.text.clear();
            sentence.mark = Span::default();
        }
    }
    for quote in &mut facts.quotes {
        quote.span = Span::default();
        quote.speaker.span = Span::default();
    }
    if let Some(named) = &mut facts.named {
        let spots = named.spots.iter_mut().chain(&mut named.unlinked).chain(&mut named.below);
        spots.for_each(|spot| spot.span = Span::default());
        for mention in &mut named.mentions {
            mention.at = rank(mention.at);
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::Diagnostics;
    use crate::document::Document;
    use crate::source::{Config, Kind, Source};

    fn read(text: &str) -> Document {
        let source = Source { path: "content/explainers/a.md".into(), text: text.to_owned() };
        Document::parse(&source, Kind::Explainer, &Config::default(), &mut Diagnostics::default())
    }

    #[track_caller]
    fn check(before: &str, after: &str, same: bool) {
        assert_eq!(read(before).tells_what(&read(after), false), same, "{before:?} {after:?}");
    }

    #[test]
    fn words_of_a_text_are_nobody_elses_business() {
        check("A [link](b.md) here.", "Another sentence, and a [link](b.md) here.", true);
        check("---\ntitle: T\n---\n\n# H\n\na", "---\ntitle: T\n---\n\n# H\n\na b c\n\nd", true);
        check("> Yes.\n> — Ada\n\na", "a b\n\n> Yes.\n> — Ada\n\na", true);
        check("As [@s] says.", "As all of [@s] says.", true);
    }

    #[test]
    fn words_around_a_link_count_where_it_is_asked_for() {
        let (before, after) = (read("The chair, [Ada](b.md)."), read("The queen, [Ada](b.md)."));
        assert!(before.tells_what(&after, false) && !before.tells_what(&after, true));
    }

    #[test]
    fn what_others_can_see_counts() {
        check("A [link](b.md).", "A [link](c.md).", false);
        check("A [link](b.md).", "A [link](b.md). [Another](c.md)", false);
        check("# One\n\na", "# Two\n\na", false);
        check("## One\n\na", "## Two\n\na", false);
        check("---\ntitle: T\n---\na", "---\ntitle: U\n---\na", false);
        check("---\ntags: [a]\n---\na", "---\ntags: [b]\n---\na", false);
        check("> Yes.\n> — Ada\n\na", "> No.\n> — Ada\n\na", false);
    }
}
