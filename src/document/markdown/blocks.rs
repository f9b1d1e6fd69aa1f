//! Blocks in the walk over a body: each leaves a hole, and its text is kept for whoever fills it.

use super::walk::Walk;
use super::{Hole, Slot};
use crate::diagnostics::{Diagnostics, Finding};
use crate::document::Facts;
use crate::document::blocks::{Fenced, MOST};
use crate::source::{Config, SitePath};

impl<const HTML: bool> Walk<'_, HTML> {
    /// A fenced block whose language names a template.
    pub(super) fn fenced_block(&mut self, block: Fenced) {
        if self.blocks.len() == MOST {
            if !std::mem::replace(&mut self.blocks_full, true) {
                self.found(
                    Finding::OverLimit,
                    block.span,
                    || format!("the page has more than {MOST} blocks; the rest is left out"),
                    || Some("split the page".to_owned()),
                );
            }
            return;
        }
        self.new_line();
        if HTML {
            let at = self.out.html.len() as u32;
            self.out.holes.push(Hole { at, link: self.blocks.len() as u32, slot: Slot::Block });
        }
        self.put("\n");
        self.blocks.push(block);
    }
}

/// Checks what stands in the blocks of a body, and keeps what they take from elsewhere.
pub(super) fn note(
    blocks: Vec<Fenced>,
    body_start: usize,
    path: &SitePath,
    config: &Config,
    facts: &mut Facts,
    diagnostics: &mut Diagnostics,
) {
    for (number, block) in blocks.into_iter().enumerate() {
        let data = block.shifted(body_start).read(path, config, diagnostics);
        facts.blocks.extend(data.and_then(|data| data.needs(number, &mut facts.outgoing)));
    }
}
