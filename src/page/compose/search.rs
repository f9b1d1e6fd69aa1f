//! The page on which readers search. Its results are found in their browser.

use super::{Composer, FRONT, Page};
use crate::archive::{Route, SEARCH, Thing};
use crate::page::structured_data;
use crate::page::view::{IndexLink, SearchView};

impl Composer<'_> {
    pub(super) fn search(&self) -> Page {
        let archive = self.archive;
        let title = self.words.text("search").to_owned();
        let mut head = self.head(Route::Search, &title, "");
        let (mut people, _, _) = self.letters(archive.person_letters(), None, 0, Route::People);
        let first = |link: &mut IndexLink, list: &str| {
            if link.url.starts_with('#') {
                link.url.insert_str(0, list);
            }
        };
        people.iter_mut().for_each(|link| first(link, &self.site.lists.people));
        let split = archive.timeline_is_split();
        let years = archive.years().iter().map(|(year, range)| IndexLink {
            label: year.to_string(),
            url: match split {
                true => archive.href(&archive.address_of(Route::Timeline(Some(*year), 0))),
                false => format!("{}#year-{year}", self.site.lists.timeline),
            },
            count: range.len(),
            current: false,
        });
        let explainers = |id| archive.shelves.topic(id).len();
        let page = SearchView {
            title: title.clone(),
            index: archive.href(SEARCH),
            people,
            topics: self.most(archive.topic_ids(), explainers, Thing::Topic, 2 * FRONT),
            years: years.collect(),
        };
        head.json_ld = structured_data::list(&self.site, &head);
        self.templated("search.html", head, &page, None)
    }
}
