//! Which social card a page has, and what it says.

use super::{Composer, Page, Texts};
use crate::archive::Thing;
use crate::diagnostics::Place;
use crate::document::Date;
use crate::page::cards::{HEIGHT, WIDTH};
use crate::page::view::{CardView, Head};
use crate::source::{Cards, Kind};

impl Composer<'_> {
    /// Gives a page without an image of its own the card that says what it is, where the site wants
    /// such.
    pub(super) fn own_card(&self, head: &mut Head, thing: Thing, as_of: Option<Date>, texts: &Texts) {
        let config = &self.archive.config;
        if config.cards != Cards::Pages || config.origin.is_empty() || !head.image.is_empty() {
            return;
        }
        let id = self.archive.document_of(thing);
        let words = self.all_words.of(&head.lang);
        let (kind, label) = match thing {
            Thing::Topic(_) => ("topic", words.text("kind_topic")),
            Thing::Person(_) => ("person", words.text("kind_person")),
            Thing::Document(id) if self.archive.document(id).kind == Kind::Explainer => {
                ("explainer", words.text("kind_explainer"))
            }
            Thing::Document(_) => ("page", ""),
        };
        let closed = id.and_then(|id| self.archive.document(id).facts.closed);
        let said = |word, day: Date| words.with(word, &[("date", &day.human(&head.lang))]);
        let date = match (closed, as_of) {
            (Some(day), _) => said("closed_on", day),
            (None, Some(day)) => said("as_of_date", day),
            (None, None) => String::new(),
        };
        let card = CardView {
            kind: kind.to_owned(),
            label: label.to_owned(),
            title: self.archive.label(thing).to_owned(),
            line: match thing {
                Thing::Person(id) => self.role_text(id, None),
                _ => String::new(),
            },
            date,
            site: self.site.title.clone(),
            lang: head.lang.clone(),
            dir: head.dir.clone(),
        };
        let place = id.map(|id| Place::file(self.archive.document(id).path.clone()));
        if let Some(path) = (texts.card)(&card, place.as_ref()) {
            self.put_card(head, &path, &card);
        }
    }

    /// Gives a page that has no image yet the card of the site. A page that only leads on has none.
    pub fn site_card(&self, page: &mut Page, texts: &Texts) {
        let config = &self.archive.config;
        let Page::Templated { template, head, .. } = page else { return };
        if config.cards == Cards::Off || config.origin.is_empty() {
            return;
        }
        if !head.image.is_empty() || template == "redirect.html" {
            return;
        }
        let card = CardView {
            kind: "site".to_owned(),
            title: self.site.title.clone(),
            line: self.site.description.clone(),
            lang: self.site.lang.clone(),
            dir: self.site.dir.clone(),
            ..CardView::default()
        };
        if let Some(path) = self.site_card.get_or_init(|| (texts.card)(&card, None)) {
            self.put_card(head, path, &card);
        }
    }

    fn put_card(&self, head: &mut Head, path: &str, card: &CardView) {
        head.image = self.site.absolute(&self.archive.href(path));
        (head.image_width, head.image_height) = (WIDTH, HEIGHT);
        let said = [&card.label, &card.title, &card.line, &card.date, &card.site];
        let said: Vec<&str> = said.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        head.image_alt = said.join(" · ");
    }
}
