//! The index of a site: made beside its pages for readers, or in memory for one question.

use super::Site;
use crate::archive::DocId;
use crate::diagnostics::Failure;
use crate::output::{Content, Output, OutputPath};
use crate::page::Catalogue;
use crate::search::{File, Indexer};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

/// The files of an index by their names.
pub type IndexFiles = HashMap<String, Vec<u8>>;

/// An index that is being made while pages are: bodies come as they are rendered, what has none or was not
/// rendered is taken in at the end.
pub struct Indexing<'s> {
    site: &'s Site,
    catalogue: Catalogue<'s>,
    indexer: Indexer,
    /// By documents: the number of the page, if it can be found.
    numbers: Vec<Option<u32>>,
    /// By numbers: what was taken in. A body may become part of several files.
    taken: Vec<AtomicBool>,
}

impl<'s> Indexing<'s> {
    /// Nothing where readers of the site cannot search.
    pub fn of(site: &'s Site) -> Option<Indexing<'s>> {
        site.archive.has_search().then(|| Indexing::new(site))
    }

    fn new(site: &'s Site) -> Indexing<'s> {
        let catalogue = Catalogue::new(&site.archive);
        let entries = catalogue.order().entries;
        let mut numbers = vec![None; site.archive.documents.len()];
        for number in 0..entries {
            if let Some(id) = catalogue.document(number) {
                numbers[id.at()] = Some(number);
            }
        }
        Indexing {
            site,
            indexer: Indexer::new(catalogue.average()),
            taken: (0..entries).map(|_| AtomicBool::new(false)).collect(),
            catalogue,
            numbers,
        }
    }

    /// Takes in the body of a document.
    pub fn read(&self, id: DocId, body: &str) {
        if let Some(number) = self.numbers[id.at()] {
            self.add(number, || body);
        }
    }

    fn add<T: AsRef<str>>(&self, number: u32, body: impl FnOnce() -> T) {
        if !self.taken[number as usize].swap(true, Ordering::Relaxed) {
            self.indexer.add(number, &self.catalogue.entry(number), body().as_ref());
        }
    }

    /// Hands out the files, a few at a time, from several threads. A text that changed meanwhile is found
    /// by its title and summary alone.
    ///
    /// # Errors
    /// The first failure of `keep`.
    fn files(self, keep: &(dyn Fn(File) -> Result<(), Failure> + Sync)) -> Result<(), Failure> {
        let archive = &self.site.archive;
        (0..self.catalogue.order().entries).into_par_iter().with_max_len(super::SHARE).for_each(|number| {
            self.add(number, || {
                let text = self.catalogue.document(number).and_then(|id| Some((id, self.site.text(id)?)));
                let body = text.map(|(id, text)| archive.document(id).body(&text, &archive.config).html);
                body.unwrap_or_default()
            });
        });
        let (catalogue, lang) = (&self.catalogue, &archive.config.language);
        for batch in self.indexer.finish(catalogue.order(), lang, &|number| catalogue.entry(number)) {
            batch.into_par_iter().try_for_each(keep)?;
        }
        Ok(())
    }

    /// Hands the files to `keep` as they are published: below `search/`.
    ///
    /// # Errors
    /// The first failure of `keep`.
    pub fn finish(self, keep: &(dyn Fn(Output) -> Result<(), Failure> + Sync)) -> Result<(), Failure> {
        self.files(&|file| {
            let path = OutputPath::new(&format!("search/{}", file.name))?;
            keep(Output { path, content: Content::Bytes(file.into_bytes()) })
        })
    }
}

impl Site {
    /// Reads every text once more and makes the index of all of them.
    pub fn index(&self) -> IndexFiles {
        let files = std::sync::Mutex::new(IndexFiles::new());
        let keep = |file: File| {
            let name = file.name.clone();
            let bytes = file.into_bytes();
            if let Ok(mut files) = files.lock() {
                files.insert(name, bytes);
            }
            Ok(())
        };
        // Nothing is written that could fail.
        let _ = Indexing::new(self).files(&keep);
        files.into_inner().unwrap_or_default()
    }
}
