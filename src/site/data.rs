//! The files of data that charts are drawn from.

use super::Site;
use crate::archive::{Asset, DocId};
use crate::diagnostics::Diagnostics;
use crate::document::blocks::{MOST_ROWS, Series};
use crate::source::{self, table};

/// Reads every file that a chart names and notes what is wrong with it.
pub(super) fn check(site: &Site, diagnostics: &mut Diagnostics) {
    for (at, document) in site.archive.documents.iter().enumerate() {
        let id = DocId(at as u32);
        for needs in &document.facts.blocks {
            let Some(file) = &needs.chart else { continue };
            if let Some(asset) = site.archive.data_file(id, file)
                && let Some(table) = read(site, asset, diagnostics)
            {
                file.chart.of_table(&table, &document.path, diagnostics);
            }
        }
    }
}

/// The numbers of a chart whose data stand in a file. What is wrong with it was noted by [`check`].
pub(super) fn series(site: &Site, id: DocId, block: usize) -> Option<Series> {
    let (needs, _) = site.archive.block(id, block)?;
    let file = needs.chart.as_ref()?;
    let table = read(site, site.archive.data_file(id, file)?, &mut Diagnostics::default())?;
    file.chart.of_table(&table, &site.archive.document(id).path, &mut Diagnostics::default())
}

fn read(site: &Site, asset: &Asset, diagnostics: &mut Diagnostics) -> Option<table::Table> {
    let limit = site.archive.config.limits.file_size;
    let source = source::read(&site.root, &asset.path, limit, diagnostics)?;
    table::read(&source, MOST_ROWS, diagnostics)
}
