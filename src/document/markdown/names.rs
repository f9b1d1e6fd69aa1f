//! Names of people and topics in a body: found in a scan, made links in a rendering.
//!
//! A scan keeps the plain text of a block and, in pieces, where each part of it stands in the file.
//! A name counts where all of its text is plain: not in links, code, math, headings, raw elements in
//! which a link may not stand, or the line of a quote that says who spoke. It may run over a soft
//! line break, and over characters that smart punctuation changed.
//!
//! Which names become links is settled in the scan, as places in the file. A rendering only looks
//! these up, so the two cannot differ.

use super::prose;
use crate::diagnostics::Span;
use crate::document::gazetteer::Weight;
use crate::document::{Mention, Named, Reading, Sentence, Spot};
use crate::source::Autolink;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Most links that names become in one document; the rest are still counted.
const MOST: usize = 10_000;

/// Raw elements in which names do not become links.
pub(super) const BARRED: &[&str] = &[
    "a", "button", "code", "h1", "h2", "h3", "h4", "h5", "h6", "kbd", "label", "math", "option", "pre",
    "samp", "script", "select", "style", "summary", "svg", "textarea", "title", "var",
];

/// A section of the footnotes: each note is one.
pub(super) const NOTES: u16 = 0x8000;

/// What a scan knows of names.
pub(super) struct Names<'r> {
    reading: &'r Reading<'r>,
    /// Of the block that is read.
    pieces: Vec<Piece>,
    /// Goes up where an inline element begins or ends: a name does not run over that.
    run: u32,
    /// Elements of trusted raw HTML that are open and bar names.
    pub barred: u32,
    /// Who is named in full in a link or another place that cannot become one.
    also_named: BTreeSet<u32>,
    /// Short names that are ordinary words in this text.
    ordinary: BTreeSet<u32>,
    /// Those with a sentence already, by weight.
    met: BTreeSet<(u32, Weight)>,
}

/// Where a part of the plain text stands in the file.
struct Piece {
    /// In the plain text of the block.
    at: usize,
    length: usize,
    /// In the body.
    from: usize,
    to: usize,
    run: u32,
    /// It stands in the file as it is.
    verbatim: bool,
}

/// A name that was found.
pub(super) struct Hit {
    entity: u32,
    weight: Weight,
    autolink: Option<Autolink>,
    from: u32,
    to: u32,
    section: u16,
    /// Of the first of its entity and weight.
    sentence: Option<Box<Sentence>>,
}

impl<'r> Names<'r> {
    /// `None` where nothing is looked for.
    pub fn new(reading: &'r Reading<'r>) -> Option<Names<'r>> {
        let looked_for = reading.autolink != Autolink::Off || reading.unlinked;
        (looked_for && reading.gazetteer.is_some()).then(|| Names {
            reading,
            pieces: Vec::new(),
            run: 0,
            barred: 0,
            also_named: BTreeSet::new(),
            ordinary: BTreeSet::new(),
            met: BTreeSet::new(),
        })
    }

    /// An inline element begins or ends.
    pub fn part(&mut self) {
        self.run += 1;
    }

    /// Text in which names may be links; `at` is its place in the plain text of the block.
    pub fn piece(&mut self, at: usize, length: usize, range: Range<usize>, verbatim: bool) {
        let Range { start: from, end: to } = range;
        self.pieces.push(Piece { at, length, from, to, run: self.run, verbatim });
    }

    /// A block is complete: finds the names in its plain text, up to `end`.
    pub fn search(
        &mut self,
        block: &str,
        end: usize,
        section: u16,
        heading: Option<u16>,
        hits: &mut Vec<Hit>,
    ) {
        let Some(gazetteer) = self.reading.gazetteer else { return };
        let mut ends = None;
        gazetteer.find(block, |found| {
            let entity = found.entity;
            if found.ordinary {
                self.ordinary.insert(entity);
                return;
            }
            if self.reading.own == Some(entity) {
                return;
            }
            let Some(place) = place(&self.pieces, &found.range).filter(|_| found.range.end <= end) else {
                if found.weight == Weight::Full {
                    self.also_named.insert(entity);
                }
                return;
            };
            let sentence = self.met.insert((entity, found.weight)).then(|| {
                let ends = ends.get_or_insert_with(|| prose::sentence_ends(block));
                let (text, mark) = prose::sentence(block, ends, found.range.clone());
                Box::new(Sentence { text, mark, section: heading })
            });
            hits.push(Hit {
                entity,
                weight: found.weight,
                autolink: found.autolink,
                from: place.start as u32,
                to: place.end as u32,
                section,
                sentence,
            });
        });
        self.pieces.clear();
    }

    /// The whole text is read: settles which of the hits are names, and which become links. Places
    /// are moved by `by`.
    pub fn settle(self, mut hits: Vec<Hit>, by: usize) -> Option<Box<Named>> {
        let reading = self.reading;
        hits.sort_by_key(|hit| hit.from);
        let full = hits.iter().filter(|hit| hit.weight == Weight::Full).map(|hit| hit.entity);
        let in_full: BTreeSet<u32> =
            full.chain(self.also_named).chain(reading.named.iter().copied()).collect();
        let mut named = Named::default();
        let mut numbers: BTreeMap<u32, usize> = BTreeMap::new();
        let mut linked: BTreeSet<(u16, u32)> = BTreeSet::new();
        let mut reported: BTreeSet<u32> = BTreeSet::new();
        for hit in hits {
            let entity = hit.entity;
            let span = Span { start: hit.from, end: hit.to }.shifted(by);
            let always = hit.autolink.unwrap_or(reading.autolink) == Autolink::All;
            let spot = Spot { entity, section: hit.section, always, span };
            let counts = match hit.weight {
                Weight::Full => true,
                Weight::Short => {
                    let ordinary = self.ordinary.contains(&entity);
                    // A word that the text uses in small letters too is not worth a word either.
                    if ordinary {
                        continue;
                    }
                    in_full.contains(&entity)
                }
                Weight::Common => false,
            };
            if !counts {
                if reading.unlinked && reported.insert(entity) {
                    named.below.push(spot);
                }
                continue;
            }
            if reading.autolink == Autolink::Off {
                if linked.insert((hit.section, entity)) {
                    named.unlinked.push(spot);
                }
                continue;
            }
            match numbers.get(&entity) {
                Some(at) => named.mentions[*at].count += 1,
                None => {
                    numbers.insert(entity, named.mentions.len());
                    named.mentions.push(Mention { entity, count: 1, at: span.start, sentence: hit.sentence });
                }
            }
            let first = linked.insert((hit.section, entity));
            if (first || always) && named.spots.len() < MOST {
                named.spots.push(spot);
            }
        }
        let nothing = named.mentions.is_empty() && named.unlinked.is_empty() && named.below.is_empty();
        named.spots.shrink_to_fit();
        named.mentions.shrink_to_fit();
        (!nothing).then(|| Box::new(named))
    }
}

/// Where a stretch of the plain text stands in the body; `None` where a part of it stands in
/// something else than plain text.
fn place(pieces: &[Piece], range: &Range<usize>) -> Option<Range<usize>> {
    let first = pieces.partition_point(|piece| piece.at + piece.length <= range.start);
    let begins = pieces.get(first).filter(|piece| piece.at <= range.start)?;
    let start = match range.start - begins.at {
        0 => begins.from,
        within if begins.verbatim => begins.from + within,
        _ => return None,
    };
    let mut last = begins;
    for next in &pieces[first + 1..] {
        if last.at + last.length >= range.end {
            break;
        }
        if next.at != last.at + last.length || next.run != last.run {
            return None;
        }
        last = next;
    }
    let end = match (last.at + last.length).checked_sub(range.end)? {
        0 => last.to,
        beyond if last.verbatim => last.to - beyond,
        _ => return None,
    };
    Some(start..end)
}

/// What a rendering knows of names: the places that the scan chose, and how far it has come.
#[derive(Default)]
pub(super) struct Spots<'s> {
    spots: &'s [Spot],
    /// Where the body begins in the file.
    by: usize,
    next: usize,
    open: bool,
}

/// What is to be done at a place in a text.
pub(super) enum Turn {
    /// Up to this byte of the text, then the link of this spot begins.
    Begin(usize, u32),
    /// Up to this byte of the text, then it ends.
    End(usize, u32),
    /// Nothing more in this text.
    Rest,
}

impl<'s> Spots<'s> {
    pub fn new(spots: &'s [Spot], by: usize) -> Spots<'s> {
        Spots { spots, by, next: 0, open: false }
    }

    /// No spot is left; there is nothing to look for in any text.
    pub fn is_done(&self) -> bool {
        self.next == self.spots.len()
    }

    /// The next turn in a text that stands at `range` in the body.
    pub fn turn(&mut self, text: &str, range: &Range<usize>) -> Turn {
        let verbatim = text.len() == range.len();
        while let Some(spot) = self.spots.get(self.next) {
            let number = self.next as u32;
            let (from, to) = (
                (spot.span.start as usize).wrapping_sub(self.by),
                (spot.span.end as usize).wrapping_sub(self.by),
            );
            if self.open {
                if to > range.end {
                    break;
                }
                self.open = false;
                self.next += 1;
                return Turn::End(cut(text, to - range.start, verbatim, text.len()), number);
            }
            if from >= range.end {
                break;
            }
            if from < range.start {
                self.next += 1;
                continue;
            }
            self.open = true;
            return Turn::Begin(cut(text, from - range.start, verbatim, 0), number);
        }
        Turn::Rest
    }
}

/// A place in a text: as counted where the text stands in the file as it is.
fn cut(text: &str, at: usize, verbatim: bool, otherwise: usize) -> usize {
    if verbatim && text.is_char_boundary(at) { at } else { otherwise }
}
