//! **Search**: an index in small files, and what it finds.
//!
//! *Comes in:* pages to be found, each with its words ([`Entry`]) and the HTML of its body, from many
//! threads and in any order.
//! *Leaves:* the files of an index ([`Indexer::finish`]), of which a query needs a few ([`Index`]).
//! *Does not know:* where pages come from, what an archive is, where files are kept.
//!
//! Invariant: the same entries give the same bytes, in whatever order they come. A query reads a root of
//! a few kilobytes and then only what its words need: a list of words in the order of the alphabet is cut
//! into files, beside each the places where these words stand.

mod files;
mod index;
mod query;
mod runs;
mod stems;
mod terms;
mod text;

pub use files::{File, Root};
pub use index::{Entry, Indexer, Kind, Merge, Order};
pub use query::{Hit, Index, Query, Results};
pub use terms::{LONGEST, Term, Use, all_terms, fold, name_key, terms};
pub use text::{Excerpt, excerpt, mark};
