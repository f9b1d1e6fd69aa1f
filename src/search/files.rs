//! The files of an index: what stands where in them.
//!
//! | File | Holds |
//! |---|---|
//! | `index.json` | the root ([`Root`]) |
//! | `l<n>.bin` | words in the order of their bytes, deflated (RFC 1951) |
//! | `p<n>.bin` | pages of words: of common ones those that are most about them |
//! | `t<n>.bin` | the other pages of common words |
//! | `x<n>.bin`, `y<n>.bin` | positions in the pages of `p` and `t` |
//! | `m<n>.bin` | what a result shows, as JSON, deflated |
//!
//! Numbers stand in groups of seven bits, the lowest first; a set eighth bit says that another follows.
//!
//! A file of words begins, for each of the streams `p`, `t`, `x` and `y`, with the number of the file
//! and the place in it at which its first word has its part. Then each word: bytes that it shares with
//! the one before, number of its own bytes, these; in how many pages it stands; flags. Bits 0 to 3 of
//! the flags: its part of that stream begins a new file. Bit 4: the key is a name with a space behind
//! it, and the numbers of its pages follow as differences, instead of all else. Then how many words
//! before it the first of its forms stands (0: it has none before); the length of its parts of `p` and
//! `x`, and where it stands in more than [`HEAD`] pages, of `t` and `y`.
//!
//! A part of `p` or `t`: differences of the numbers of pages, then a byte of weight for each. A part of
//! `x` or `y`: for each page the number of positions, then their differences.
//!
//! Keys that begin with `#t ` or `#p ` list the pages of a topic or a person.

use serde::{Deserialize, Serialize};

/// Pages of a word that are read for its own sake; the rest is read where words are looked for
/// together.
pub const HEAD: usize = 2048;

/// A file of the index, under its name.
#[derive(Debug)]
pub struct File {
    pub name: String,
    bytes: Vec<u8>,
    deflated: bool,
}

impl File {
    pub(super) fn plain(name: &str, bytes: Vec<u8>) -> File {
        File { name: name.to_owned(), bytes, deflated: false }
    }

    pub(super) fn deflated(name: &str, bytes: Vec<u8>) -> File {
        File { name: name.to_owned(), bytes, deflated: true }
    }

    /// What is written. Deflating takes its time here, so that it can be shared out among threads.
    pub fn into_bytes(self) -> Vec<u8> {
        if self.deflated { miniz_oxide::deflate::compress_to_vec(&self.bytes, 8) } else { self.bytes }
    }
}

/// The largest file of words or results that is inflated, in bytes.
const LARGEST: usize = 64 << 20;

/// A deflated file as it was.
pub(super) fn inflate(bytes: &[u8]) -> Option<Vec<u8>> {
    miniz_oxide::inflate::decompress_to_vec_with_limit(bytes, LARGEST).ok()
}

/// The file that is read first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// Of the format; a reader of another one stops.
    pub format: u32,
    /// Changes whenever any other file does; it stands in the addresses under which they are fetched.
    pub version: String,
    pub entries: u32,
    /// A word in more pages than this need not stand in a result where another is looked for too.
    pub common: u32,
    /// Each kind with the number of its first page; pages of a kind stand together.
    pub kinds: Vec<(String, u32)>,
    /// Each year of explainers, the last first, with the number of its first.
    pub years: Vec<(i16, u32)>,
    /// Pages in a file `m`.
    pub per_file: u32,
    /// The first word of each file `l`.
    pub words: Vec<String>,
    pub lang: String,
}

/// The format that is written and read here.
pub const FORMAT: u32 = 1;
