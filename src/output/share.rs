//! The mark in an output folder that holds a share of a site.
//!
//! ```text
//! nutgraf-share 1
//! share 2/7
//! site 8d969eef6ecad3c29a3a629280e686cf
//! base /archive
//! ```

use super::MANIFEST;
use crate::diagnostics::Failure;
use std::io::ErrorKind;
use std::path::Path;

/// Name of the mark in the folder that it describes.
pub const SHARE: &str = ".nutgraf-share";

const VERSION: &str = "nutgraf-share 1";

/// What a folder holds a share of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareMark {
    /// From 1.
    pub number: u32,
    pub of: u32,
    /// Fingerprint of the site.
    pub site: String,
    /// Path under which the site is published, without final slash; empty at the root of a host.
    pub base_path: String,
}

impl ShareMark {
    /// The mark as it is written.
    pub fn text(&self) -> String {
        let ShareMark { number, of, site, base_path } = self;
        format!("{VERSION}\nshare {number}/{of}\nsite {site}\nbase {base_path}\n")
    }

    /// `None` where the text is not what [`ShareMark::text`] writes.
    pub fn parse(text: &str) -> Option<ShareMark> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let mut next = |name: &str| lines.next()?.strip_prefix(name);
        next(VERSION).filter(|rest| rest.is_empty())?;
        let (number, of) = next("share ")?.split_once('/')?;
        let mark = ShareMark {
            number: number.parse().ok()?,
            of: of.parse().ok()?,
            site: next("site ")?.to_owned(),
            base_path: next("base ")?.to_owned(),
        };
        (mark.text() == text && (1..=mark.of).contains(&mark.number)).then_some(mark)
    }

    /// The mark of a folder.
    ///
    /// # Errors
    ///
    /// The folder has none, or what stands in its place is none.
    #[expect(clippy::disallowed_methods, reason = "output is where the finished site is read and written")]
    pub fn read(folder: &Path) -> Result<ShareMark, Failure> {
        let path = folder.join(SHARE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let whole = folder.join(MANIFEST).exists();
                let why = if whole { "it holds a whole site" } else { "it holds nothing that nutgraf made" };
                return Err(Failure(format!("{} is no share of a site: {why}", folder.display())));
            }
            Err(error) => return Err(Failure::io(format_args!("cannot read {}", path.display()), &error)),
        };
        ShareMark::parse(&text).ok_or_else(|| {
            Failure(format!("{} is damaged, or of another version of nutgraf", path.display()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written_and_nothing_else_is() {
        let mark = ShareMark { number: 2, of: 7, site: "8d96".to_owned(), base_path: "/a".to_owned() };
        let text = mark.text();
        assert_eq!(ShareMark::parse(&text), Some(mark.clone()));
        let root = ShareMark { base_path: String::new(), ..mark };
        assert_eq!(ShareMark::parse(&root.text()), Some(root));
        for end in 0..text.len() {
            assert_eq!(ShareMark::parse(&text[..end]), None, "{:?}", &text[..end]);
        }
        for wrong in ["2/7", "8/7", "0/7", "02/7", "2/7/1"].into_iter().skip(1) {
            assert_eq!(ShareMark::parse(&text.replace("2/7", wrong)), None, "{wrong}");
        }
    }
}
