//! Words of pages on their way into the index: collected in any order, kept sorted and small, and
//! merged.
//!
//! What all pages say would be gigabytes as lists. So each thread fills a run; a full one is sorted by
//! terms and packed, and at the end all runs are read side by side, one term after the other.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Bytes of a run before it is packed.
const FULL: usize = 12 << 20;

/// Appends a number in groups of seven bits, the lowest first.
pub fn put(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Reads such a number; 0 behind the end.
pub fn take(bytes: &[u8], at: &mut usize) -> u32 {
    let (mut number, mut shift) = (0, 0);
    while let Some(byte) = bytes.get(*at) {
        *at += 1;
        if shift < 32 {
            number |= u32::from(byte & 0x7f) << shift;
        }
        if *byte < 0x80 {
            break;
        }
        shift += 7;
    }
    number
}

/// Where a term stands in a page.
#[derive(Clone, Copy, Debug)]
pub struct Posting<'r> {
    pub entry: u32,
    /// How much the page is about it: 1 to 255.
    pub weight: u8,
    /// Differences of its positions, as [`put`] writes them, with their number before them.
    pub positions: &'r [u8],
}

/// Records of terms, unsorted.
#[derive(Default)]
pub struct Run {
    bytes: Vec<u8>,
    records: Vec<Record>,
}

/// A record: begin of its term in the bytes, and what makes most comparisons of texts needless.
#[derive(Clone, Copy)]
struct Record {
    /// The first eight bytes of the term, as a number that is in their order.
    first: u64,
    at: u32,
    entry: u32,
    length: u8,
}

impl Run {
    /// Enters a term of a page. Terms are at most 255 bytes long.
    pub fn push(&mut self, term: &str, entry: u32, weight: u8, positions: &[u32]) {
        let term = term.as_bytes();
        let mut first = [0; 8];
        let head = term.len().min(8);
        first[..head].copy_from_slice(&term[..head]);
        let at = self.bytes.len() as u32;
        self.records.push(Record { first: u64::from_be_bytes(first), at, entry, length: term.len() as u8 });
        self.bytes.extend_from_slice(term);
        self.bytes.push(weight);
        put(&mut self.bytes, positions.len() as u32);
        let mut before = 0;
        for position in positions {
            put(&mut self.bytes, position - before);
            before = *position;
        }
    }

    pub fn is_full(&self) -> bool {
        self.bytes.len() + self.records.len() * size_of::<Record>() > FULL
    }

    /// Sorts and packs what was entered, and is empty again.
    pub fn pack(&mut self) -> Packed {
        let bytes = &self.bytes;
        let term = |r: &Record| &bytes[r.at as usize..r.at as usize + r.length as usize];
        self.records.sort_unstable_by(|a, b| {
            (a.first.cmp(&b.first)).then_with(|| term(a).cmp(term(b))).then(a.entry.cmp(&b.entry))
        });
        let mut packed = Vec::with_capacity(bytes.len());
        let mut payload = Vec::new();
        let mut last: &[u8] = &[];
        for group in self.records.chunk_by(|a, b| a.first == b.first && term(a) == term(b)) {
            let own = term(&group[0]);
            let shared = own.iter().zip(last).take_while(|(a, b)| a == b).count();
            put(&mut packed, shared as u32);
            put(&mut packed, (own.len() - shared) as u32);
            packed.extend_from_slice(&own[shared..]);
            last = own;
            payload.clear();
            let mut before = 0;
            for record in group {
                put(&mut payload, record.entry - before);
                before = record.entry;
                let from = record.at as usize + record.length as usize;
                let mut at = from + 1;
                for _ in 0..take(bytes, &mut at) {
                    take(bytes, &mut at);
                }
                payload.extend_from_slice(&bytes[from..at]);
            }
            put(&mut packed, group.len() as u32);
            put(&mut packed, payload.len() as u32);
            packed.extend_from_slice(&payload);
        }
        packed.shrink_to_fit();
        self.bytes.clear();
        self.records.clear();
        Packed(packed)
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}

/// A sorted run.
pub struct Packed(Vec<u8>);

/// A place in a sorted run.
struct Cursor {
    at: usize,
    term: Vec<u8>,
    postings: u32,
    payload: std::ops::Range<usize>,
}

impl Cursor {
    fn advance(&mut self, run: &Packed) -> bool {
        self.at = self.payload.end;
        if self.at >= run.0.len() {
            return false;
        }
        let shared = take(&run.0, &mut self.at) as usize;
        let own = take(&run.0, &mut self.at) as usize;
        self.term.truncate(shared);
        self.term.extend_from_slice(&run.0[self.at..self.at + own]);
        self.at += own;
        self.postings = take(&run.0, &mut self.at);
        let length = take(&run.0, &mut self.at) as usize;
        self.payload = self.at..self.at + length;
        true
    }
}

/// Sorted runs, read side by side.
pub struct Merged {
    runs: Vec<Packed>,
    cursors: Vec<Cursor>,
    next: BinaryHeap<Reverse<(Vec<u8>, usize)>>,
}

impl Merged {
    pub fn new(runs: Vec<Packed>) -> Merged {
        let mut merged = Merged { cursors: Vec::new(), next: BinaryHeap::new(), runs };
        for (number, run) in merged.runs.iter().enumerate() {
            let mut cursor = Cursor { at: 0, term: Vec::new(), postings: 0, payload: 0..0 };
            if cursor.advance(run) {
                merged.next.push(Reverse((cursor.term.clone(), number)));
            }
            merged.cursors.push(cursor);
        }
        merged
    }

    /// Shows the next term with all its postings, by ascending entries; `None` at the end.
    pub fn next<T>(&mut self, show: impl FnOnce(&str, &[Posting]) -> T) -> Option<T> {
        let Reverse((term, first)) = self.next.pop()?;
        let mut numbers = vec![first];
        while let Some(Reverse((other, _))) = self.next.peek()
            && *other == term
        {
            numbers.extend(self.next.pop().map(|Reverse((_, number))| number));
        }
        let mut postings: Vec<Posting> = Vec::new();
        for number in &numbers {
            let (cursor, bytes) = (&self.cursors[*number], &self.runs[*number].0);
            let (mut at, mut entry) = (cursor.payload.start, 0);
            for _ in 0..cursor.postings {
                entry += take(bytes, &mut at);
                let weight = bytes[at];
                at += 1;
                let from = at;
                for _ in 0..take(bytes, &mut at) {
                    take(bytes, &mut at);
                }
                postings.push(Posting { entry, weight, positions: &bytes[from..at] });
            }
        }
        postings.sort_unstable_by_key(|posting| posting.entry);
        // Terms come from texts, so they are texts.
        let shown = show(std::str::from_utf8(&term).unwrap_or_default(), &postings);
        for number in numbers {
            if self.cursors[number].advance(&self.runs[number]) {
                self.next.push(Reverse((self.cursors[number].term.clone(), number)));
            }
        }
        Some(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_size_come_back() {
        for number in [0, 1, 127, 128, 300, 1 << 20, u32::MAX] {
            let mut bytes = Vec::new();
            put(&mut bytes, number);
            let mut at = 0;
            assert_eq!((take(&bytes, &mut at), at), (number, bytes.len()));
        }
        assert_eq!(take(&[0x80, 0x80], &mut 0), 0);
    }

    #[test]
    fn runs_come_together_in_the_order_of_terms_and_entries() {
        let mut first = Run::default();
        first.push("moonlight", 4, 9, &[1, 5]);
        first.push("moon", 4, 8, &[0]);
        first.push("a", 4, 7, &[]);
        let mut second = Run::default();
        second.push("moon", 2, 6, &[3]);
        second.push("moonlit", 2, 5, &[700]);
        let mut merged = Merged::new(vec![first.pack(), second.pack()]);
        let mut found = Vec::new();
        let mut show = |term: &str, postings: &[Posting]| {
            let shown: Vec<_> = postings.iter().map(|p| (p.entry, p.weight, p.positions.len())).collect();
            found.push((term.to_owned(), shown));
        };
        while merged.next(&mut show).is_some() {}
        let expected = [
            ("a", vec![(4, 7, 1)]),
            ("moon", vec![(2, 6, 2), (4, 8, 2)]),
            ("moonlight", vec![(4, 9, 3)]),
            ("moonlit", vec![(2, 5, 3)]),
        ];
        assert_eq!(found, expected.map(|(term, shown)| (term.to_owned(), shown)));
    }
}
