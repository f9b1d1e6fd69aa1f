//! Pages of names that several people have, and who mentions a name.

use super::{Composer, Page};
use crate::archive::{Mentioning, PersonId, Route, Thing};
use crate::document::Sentence;
use crate::page::structured_data;
use crate::page::view::{Link, Mention, NamesakeView, NamesakesView, RedirectView};

impl Composer<'_> {
    /// The people of one name, or the way to them from another name that they share.
    pub(super) fn namesakes(&self, group: u32, name: u32) -> Page {
        let archive = self.archive;
        let namesakes = &archive.namesakes[group as usize];
        let route = Route::Namesakes(group, name);
        let title = namesakes.names.first().map_or("", String::as_str);
        let mut head = self.head(route, title, "");
        if name > 0 {
            let first = archive.address_of(Route::Namesakes(group, 0));
            head.noindex = true;
            head.canonical = archive.absolute(&first);
            let page = RedirectView { to: archive.href(&first), title: title.to_owned() };
            return self.templated("redirect.html", head, &page, None);
        }
        head.breadcrumbs.push(Link::new(self.words.text("people_title"), &self.site.lists.people));
        head.json_ld = structured_data::list(&self.site, &head);
        let lang = head.lang.clone();
        let person = |id: &PersonId| {
            let facts = archive.person(*id).document.map(|d| &archive.document(d).facts);
            NamesakeView {
                card: self.card(Thing::Person(*id)),
                born: self.date(facts.and_then(|f| f.born), &lang),
                died: self.date(facts.and_then(|f| f.died), &lang),
            }
        };
        let page = NamesakesView {
            name: title.to_owned(),
            other_names: namesakes.names.iter().skip(1).cloned().collect(),
            people: namesakes.people.iter().map(person).collect(),
        };
        self.templated("namesakes.html", head, &page, None)
    }

    /// The page that lists everyone who has a name of this person; `None` where nobody else has it.
    pub(super) fn namesakes_of(&self, id: PersonId) -> Option<Link> {
        let group = self.archive.namesakes_of(id)?;
        let address = self.archive.address_of(Route::Namesakes(group, 0));
        let name = self.archive.namesakes[group as usize].names.first()?;
        Some(Link::new(name, self.archive.href(&address)))
    }

    /// An explainer that mentions a person or topic.
    pub(super) fn mentioning(&self, mentioning: &Mentioning) -> Mention {
        let sentence = self.archive.sentence_of_mention(mentioning);
        let mut mention = self.mention_of(self.archive.thing_of(mentioning.from), sentence);
        mention.count = mentioning.count as usize;
        mention
    }

    /// A page with a sentence of its text.
    pub(super) fn mention_of(&self, from: Thing, sentence: Option<&Sentence>) -> Mention {
        let card = self.card(from);
        let Some(sentence) = sentence else {
            let (before, mark, after) = Default::default();
            return Mention { card, before, mark, after, section: None, count: 1 };
        };
        let (start, end) = (sentence.mark.start as usize, sentence.mark.end as usize);
        let text = &sentence.text;
        let heading = self
            .archive
            .document_of(from)
            .and_then(|id| self.archive.document(id).facts.headings.get(usize::from(sentence.section?)));
        let section = heading.map(|heading| {
            Link::new(&heading.text, format!("{}#{}", self.url(from), crate::archive::encode(&heading.id)))
        });
        Mention {
            card,
            before: text[..start].to_owned(),
            mark: text[start..end].to_owned(),
            after: text[end..].to_owned(),
            section,
            count: 1,
        }
    }
}
