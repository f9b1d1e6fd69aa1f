//! The texts of a site, read twice: first all front matters, which tell the names of people and
//! topics, then all bodies, in which these names are found.
//!
//! Small sites are read once: their texts are kept from one reading to the next. All the texts of a
//! large one would be most of the memory of a build, and reading a file again costs less than a
//! tenth of parsing it.

use super::SHARE;
use crate::archive::{Roster, Unread};
use crate::diagnostics::{Diagnostics, Failure};
use crate::document::Document;
use crate::source::{self, Config, Kind, SitePath, Source, Tree};
use rayon::prelude::*;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes of texts that are kept between the two readings.
const KEPT: usize = 24 << 20;

/// Documents whose code is highlighted ahead.
const WARMED: usize = 8;

/// Texts by their paths, of those that are kept.
pub(super) type Kept = HashMap<SitePath, Source>;

/// Reads the front matter of every document, in the order of paths.
pub(super) fn heads(
    root: &Path,
    tree: &Tree,
    config: &Config,
    unreadable: &mut Vec<SitePath>,
    diagnostics: &mut Diagnostics,
) -> (Vec<Document>, Kept) {
    // Which texts are kept depends on the threads; what comes of them does not.
    let used = AtomicUsize::new(0);
    let read = |(path, kind): &(SitePath, Kind)| {
        let mut found = Diagnostics::default();
        let source = source::read(root, path, config.limits.file_size, &mut found);
        let document = source.as_ref().map(|source| Document::head(source, *kind, config, &mut found));
        let kept = source.filter(|source| {
            let bytes = source.text.capacity();
            used.fetch_add(bytes, Ordering::Relaxed) + bytes <= KEPT
        });
        (document, kept, found)
    };
    // Collected by index: the order of paths, whatever the threads did.
    let parsed: Vec<(Option<Document>, Option<Source>, Diagnostics)> =
        tree.documents.par_iter().with_max_len(SHARE).map(read).collect();
    let mut documents = Vec::with_capacity(parsed.len());
    let mut texts = Kept::new();
    for ((document, kept, found), (path, _)) in parsed.into_iter().zip(&tree.documents) {
        diagnostics.append(found);
        match document {
            Some(document) => documents.push(document),
            None => unreadable.push(path.clone()),
        }
        if let Some(text) = kept {
            texts.insert(path.clone(), text);
        }
    }
    (documents, texts)
}

/// Reads the bodies of all documents.
///
/// # Errors
/// When a file changed between the two readings.
pub(super) fn bodies(
    root: &Path,
    roster: &mut Roster,
    mut kept: Kept,
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> Result<(), Failure> {
    let unread: Vec<(Unread, Option<Source>)> = roster
        .unread()
        .into_iter()
        .map(|mut unread| {
            let text = kept.remove(&unread.parts().0.path);
            (unread, text)
        })
        .collect();
    let read = |(mut unread, text): (Unread, Option<Source>)| {
        let (document, reading) = unread.parts();
        let mut found = Diagnostics::default();
        let limit = config.limits.file_size;
        let again = || source::read(root, &document.path, limit, &mut Diagnostics::default());
        let text = text.or_else(|| again().filter(|text| document.is_of(text)));
        let Some(text) = text else {
            return Err(Failure(format!("{} changed while the site was read; try again", document.path)));
        };
        document.read_body(&text, config, &reading, &mut found);
        Ok(found)
    };
    let found: Vec<Diagnostics> =
        unread.into_par_iter().with_max_len(SHARE).map(read).collect::<Result<_, Failure>>()?;
    for found in found {
        diagnostics.append(found);
    }
    Ok(())
}

/// A few documents that have blocks of code.
pub(super) fn with_code(roster: &Roster) -> Vec<Arc<Document>> {
    roster.documents().iter().filter(|document| document.facts.has_code).take(WARMED).cloned().collect()
}

/// Renders documents for nothing: the grammars of their code are compiled while the archive is
/// linked, which one thread does alone. Left to the first pages that need them, every thread waits
/// for the one that compiles: of two, one stood still for about 0.1 s in a build of a thousand pages.
pub(super) fn warm_up(root: &Path, documents: &[Arc<Document>], config: &Config) {
    for document in documents {
        let text = source::read(root, &document.path, config.limits.file_size, &mut Diagnostics::default());
        if let Some(text) = text.filter(|text| document.is_of(text)) {
            document.body(&text, config);
        }
    }
}
