//! Quotes: on the pages of those who said them, and whom a text names.

use super::Composer;
use crate::archive::{DocId, Listing, PersonId, Quoted, Resolved, Thing};
use crate::document::Date;
use crate::page::view::{Link, Listing as ListingView, PersonLink, QuoteView};

/// People whom a text names that are shown beside it.
const MENTIONED: usize = 30;

impl Composer<'_> {
    fn quote(&self, quoted: Quoted, elsewhere: bool, lang: &str) -> QuoteView {
        let archive = self.archive;
        let quote = archive.quote(quoted);
        let thing = archive.thing_of(quoted.document);
        let url = self.url(thing);
        let n = quoted.index as usize + 1;
        let source = quote.citation.as_ref().and_then(|cited| {
            let number = archive.source_number(quoted.document, cited)?;
            Some(Link::new(number.to_string(), format!("{url}#source-{number}")))
        });
        // A quote without a date was said by the day of its page, and perhaps long before.
        let speaker = match archive.speaker(quoted) {
            Some(person) => match quote.date {
                Some(date) => self.person_link(person, Some(date)),
                None => PersonLink { role: String::new(), held: None, ..self.person_link(person, None) },
            },
            None => PersonLink { name: quote.speaker.value.clone(), ..PersonLink::default() },
        };
        QuoteView {
            n,
            url: format!("{url}#quote-{n}"),
            paragraphs: quote.text.lines().map(str::to_owned).collect(),
            speaker,
            occasion: quote.occasion.clone(),
            date: self.date(quote.date, lang),
            source,
            explainer: elsewhere.then(|| self.card(thing)),
        }
    }

    pub(super) fn quotes_of_document(&self, id: DocId, lang: &str) -> Vec<QuoteView> {
        self.archive.quotes_of_document(id).map(|quoted| self.quote(quoted, false, lang)).collect()
    }

    /// What a person said, and those quotes that this page shows.
    pub(super) fn quotes_of_person(
        &self,
        id: PersonId,
        number: u32,
        url: impl Fn(u32) -> String,
    ) -> (ListingView, Vec<QuoteView>) {
        let said = self.archive.quotes_of_person(id);
        let range = Listing::of(said.len(), self.archive.config.paginate, number);
        let shown = &said[range.map_or(0..0, |listing| listing.range)];
        let views: Vec<QuoteView> =
            shown.iter().map(|quoted| self.quote(*quoted, true, &self.site.lang)).collect();
        let listing =
            self.listing_of(said.len(), number, url, |_| views.iter().map(QuoteView::value).collect());
        (listing, views)
    }

    /// The page of who speaks in a quote whose attribution has no link of its own.
    pub(super) fn speaker_href(&self, id: DocId, index: u32) -> Option<String> {
        let speaker = self.archive.speaker(Quoted { document: id, index })?;
        Some(self.url(Thing::Person(speaker)))
    }

    /// People whom a text links to or quotes, and whom it is neither about nor by, in the order of
    /// its links.
    pub(super) fn mentioned(&self, id: DocId, at: Option<Date>) -> Vec<PersonLink> {
        let archive = self.archive;
        let linked = archive.resolved(id).iter().filter_map(|target| match target {
            Resolved::Thing(Thing::Person(person)) => Some(*person),
            _ => None,
        });
        let quoted = archive.quotes_of_document(id).filter_map(|quoted| archive.speaker(quoted));
        let mut people: Vec<PersonId> = Vec::new();
        for person in linked.chain(quoted) {
            if people.len() < MENTIONED
                && !people.contains(&person)
                && !archive.shelves.about(id).contains(&person)
                && !archive.shelves.by(id).contains(&person)
            {
                people.push(person);
            }
        }
        people.into_iter().map(|person| self.person_link(person, at)).collect()
    }
}
