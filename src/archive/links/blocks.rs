//! The people whom blocks name.

use super::Index;
use crate::archive::{Archive, Asset, DocId, PersonId, Resolved, Thing};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place};
use crate::document::blocks::{ChartFile, Needs};
use crate::document::{Document, Spanned, canonical, slugify};

impl Index<'_> {
    /// For each block of a document that takes something from elsewhere, the people whom it names;
    /// `None` for a name that is nobody's or several people's, which is reported.
    pub(super) fn block_people(
        &mut self,
        document: &Document,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Vec<Option<PersonId>>> {
        let mut all = Vec::with_capacity(document.facts.blocks.len());
        for needs in &document.facts.blocks {
            all.push(needs.people.iter().map(|name| self.person(document, name, diagnostics)).collect());
        }
        all
    }

    fn person(
        &mut self,
        document: &Document,
        name: &Spanned<String>,
        diagnostics: &mut Diagnostics,
    ) -> Option<PersonId> {
        let person = |thing: &Thing| match thing {
            Thing::Person(id) => Some(*id),
            Thing::Document(_) | Thing::Topic(_) => None,
        };
        let keys = [canonical(&name.value), canonical(&slugify(&name.value))];
        let mut found: Vec<PersonId> = Vec::new();
        for key in &keys {
            found.extend(self.by_name.get(key).into_iter().flatten().filter_map(person));
            if !found.is_empty() {
                break;
            }
        }
        let place = Place::new(document.path.clone(), name.span);
        let diagnostic = match found[..] {
            [one] => return Some(one),
            [] => {
                let message = format!("nobody in the archive is called \"{}\"", name.value);
                let mut diagnostic = Diagnostic::new(Finding::UnknownPerson, place, message);
                diagnostic.help = self
                    .suggest(&name.value, |archive| archive.people.iter().map(|p| p.label.as_str()).collect())
                    .map(|near| format!("did you mean `{near}`?"));
                diagnostic
            }
            _ => {
                let mut slugs: Vec<&str> =
                    found.iter().map(|id| self.archive.person(*id).slug.as_str()).collect();
                slugs.sort_unstable();
                let message = format!("{} people are called \"{}\"", found.len(), name.value);
                let help = format!("write the slug of the one you mean: {}", slugs.join(" or "));
                Diagnostic::new(Finding::AmbiguousName, place, message).help(help)
            }
        };
        diagnostics.push(diagnostic);
        None
    }
}

impl Archive {
    /// What a block of a document takes from elsewhere, and the people whom it names, parallel to
    /// [`Needs::people`]; `None` for blocks that take nothing.
    pub fn block(&self, id: DocId, number: usize) -> Option<(&Needs, &[Option<PersonId>])> {
        let needs = &self.document(id).facts.blocks;
        let at = needs.binary_search_by_key(&(number as u32), |needs| needs.block).ok()?;
        let people = self.links.blocks.get(&id).and_then(|all| all.get(at)).map_or(&[][..], Vec::as_slice);
        Some((&needs[at], people))
    }

    /// The file that has the data of a chart; `None` where it does not exist, which is reported.
    pub fn data_file(&self, id: DocId, file: &ChartFile) -> Option<&Asset> {
        match self.resolved(id).get(file.link as usize)? {
            Resolved::Asset(asset) => Some(&self.assets[asset.at()]),
            _ => None,
        }
    }
}
