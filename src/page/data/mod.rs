//! The archive as data: what the pages say, for programs.
//!
//! *Comes in:* an archive; for twins the body of a page too.
//! *Leaves:* the files of `data/` ([`Data`]), `llms.txt` ([`llms()`]) and twins of pages ([`twin()`]).
//! *Does not know:* templates and views. What a record holds is told in `records`, and by
//! `schema.json` beside it, which is published with the data; a test holds them together.

mod chunks;
mod llms;
mod records;
mod twins;

pub use chunks::Data;
pub use llms::llms;
pub use twins::twin;

use crate::archive::Archive;

/// The address of a file with scheme and host; from the root of the host where the site has no
/// `base_url`.
fn url(archive: &Archive, address: &str) -> String {
    format!("{}{}", archive.config.origin, archive.href(address))
}
