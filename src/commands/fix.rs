//! `nutgraf check --fix`: links are written into the content files.

use crate::archive::Thing;
use crate::archive::{DocId, Fixer, Fixes};
use crate::diagnostics::{Diagnostics, Failure};
use crate::document::Spot;
use crate::output::{Insertion, insert};
use crate::site::Site;
use crate::source;
use rayon::prelude::*;

/// Writes links for the names that have none; says what was done.
pub fn run(site: &Site) -> Result<String, Failure> {
    let archive = site.archive();
    let mut by_document: Vec<(DocId, Vec<(Spot, Thing)>)> = Vec::new();
    for (id, spot, thing) in archive.unlinked() {
        match by_document.last_mut() {
            Some((last, names)) if *last == id => names.push((spot, thing)),
            _ => by_document.push((id, vec![(spot, thing)])),
        }
    }
    let fixer = Fixer::new(archive);
    let done = |(id, names): &(DocId, Vec<(Spot, Thing)>)| {
        let document = archive.document(*id);
        let limit = archive.config.limits.file_size;
        let source = source::read(site.root(), &document.path, limit, &mut Diagnostics::default());
        let Some(source) = source.filter(|source| document.is_of(source)) else {
            return Err(Failure(format!("{} changed while it was looked at; try again", document.path)));
        };
        let Fixes { fixes, left_alone } = fixer.fixes(*id, &source, names);
        if !fixes.is_empty() {
            let words = fixes.iter().flat_map(|fix| {
                let before = Insertion { at: fix.from, words: fix.before.clone() };
                [before, Insertion { at: fix.to, words: fix.behind.clone() }]
            });
            let words: Vec<Insertion> = words.collect();
            insert(&site.root().join(&*document.path), &source.text, &words)?;
        }
        Ok((fixes.len(), left_alone))
    };
    let done: Vec<(usize, usize)> = by_document.par_iter().map(done).collect::<Result<_, _>>()?;
    let links: usize = done.iter().map(|(links, _)| links).sum();
    let left: usize = done.iter().map(|(_, left)| left).sum();
    let files = done.iter().filter(|(links, _)| *links > 0).count();
    let mut report = match links {
        0 => "no name was found that could be made a link\n".to_owned(),
        links => {
            format!("{} written into {}\n", super::counted(links, "link"), super::counted(files, "file"))
        }
    };
    if left > 0 {
        report.push_str(&format!(
            "{} stayed without, because brackets would not be read as a link there\n",
            super::counted(left, "name")
        ));
    }
    Ok(report)
}
