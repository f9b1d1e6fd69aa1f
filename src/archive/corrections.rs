//! The log of corrections: every mistake of the archive that was put right, newest first.

use super::{Archive, DocId};
use crate::document::{Correction, Document};

/// A correction of the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The explainer that was corrected.
    pub document: DocId,
    /// Index into its `corrections`.
    pub index: u32,
    /// From 1 for the oldest of its page, so that a new one leaves the others their numbers; its
    /// anchor is `#correction-` and the number.
    pub number: u32,
}

/// All corrections, newest first; those without a date come last. Of one day: in the order of paths.
pub(super) fn log(archive: &Archive) -> Vec<Logged> {
    let mut all: Vec<Logged> = (0..archive.documents.len() as u32)
        .map(DocId)
        .flat_map(|id| of_document(id, archive.document(id)))
        .collect();
    all.sort_by_key(|logged| (std::cmp::Reverse(archive.correction(logged).date), logged.document));
    all
}

/// The corrections of a document, newest first.
fn of_document(id: DocId, document: &Document) -> Vec<Logged> {
    let all = &document.facts.corrections;
    let mut order: Vec<u32> = (0..all.len() as u32).collect();
    order.sort_by_key(|index| all[*index as usize].date);
    let numbered = order.into_iter().zip(1..);
    let mut logged: Vec<Logged> =
        numbered.map(|(index, number)| Logged { document: id, index, number }).collect();
    logged.reverse();
    logged
}

impl Archive {
    /// Every correction, newest first.
    pub fn corrections(&self) -> &[Logged] {
        &self.corrections
    }

    /// The words and the date of a correction.
    pub fn correction(&self, logged: &Logged) -> &Correction {
        &self.document(logged.document).facts.corrections[logged.index as usize]
    }

    /// The corrections of one document, newest first.
    pub fn corrections_of_document(&self, id: DocId) -> Vec<Logged> {
        of_document(id, self.document(id))
    }

    /// The newest corrections of some documents.
    pub fn corrections_of(&self, documents: &[DocId], most: usize) -> Vec<Logged> {
        if self.corrections.is_empty() {
            return Vec::new();
        }
        let mut all: Vec<Logged> =
            documents.iter().flat_map(|id| of_document(*id, self.document(*id))).collect();
        all.sort_by_key(|logged| (std::cmp::Reverse(self.correction(logged).date), logged.document));
        all.truncate(most);
        all
    }

    /// A name for a correction that stays the same when others are added or its words change: its
    /// file, its day, and which of that day it is.
    pub fn correction_name(&self, logged: &Logged) -> String {
        let document = self.document(logged.document);
        let date = self.correction(logged).date;
        let before = &document.facts.corrections[..logged.index as usize];
        let nth = before.iter().filter(|other| other.date == date).count() + 1;
        format!("{}#{}-{nth}", document.path, date.map_or_else(String::new, |date| date.iso()))
    }
}
