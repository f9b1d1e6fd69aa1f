//! One of several parts in which a site is rendered, each perhaps on a machine of its own.

use super::Site;
use crate::page::Composer;

/// A share of the outputs of a site. The shares of one number have every output once between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// From 1.
    number: u32,
    of: u32,
}

impl Share {
    /// All of it.
    pub const WHOLE: Share = Share { number: 1, of: 1 };

    /// Share `number`, from 1, of `of`. `None` where there is no such share.
    pub fn new(number: u32, of: u32) -> Option<Share> {
        (1..=of).contains(&number).then_some(Share { number, of })
    }

    /// Whether it has the output of this place in the list of all. Neighbours go to different shares: long
    /// pages often stand together.
    pub(super) fn has(self, place: usize) -> bool {
        place % self.of as usize == self.number as usize - 1
    }
}

impl Site {
    /// What the site is made of, in short: shares of equal fingerprints are of one site in one state, and
    /// were made by one version of nutgraf. Files that are copied count by their names.
    pub fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut take = |part: &[u8]| {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        };
        take(env!("CARGO_PKG_VERSION").as_bytes());
        take(&self.inputs);
        for document in &self.archive.documents {
            take(document.path.as_bytes());
            take(&document.digest().to_le_bytes());
        }
        for route in self.archive.routes() {
            take(self.archive.file_of(route).as_bytes());
        }
        for file in &self.statics {
            take(file.path.as_bytes());
        }
        for asset in &self.archive.assets {
            take(asset.address.as_bytes());
        }
        for template in &self.theme.templates {
            take(template.name.as_bytes());
            take(template.text.as_bytes());
        }
        // Words, tokens and the names of published files are in what every template sees.
        let composer = Composer::new(&self.archive, &self.theme);
        take(&serde_json::to_vec(composer.site()).unwrap_or_default());
        hasher.finalize().to_hex()[..32].to_owned()
    }

    /// The files that are or may be outside of a share: those of its pages are left out, copies are all named.
    pub fn files_outside(&self, share: Share) -> Vec<String> {
        let routes = self.archive.routes();
        let routes = routes.iter().enumerate().filter(|(place, _)| !share.has(*place));
        let mut files: Vec<String> = routes.map(|(_, route)| self.archive.file_of(*route)).collect();
        let statics = self.statics.iter().map(|file| file.path.clone());
        let copied = self.archive.assets.iter().filter(|a| !a.withheld).map(|asset| asset.address.clone());
        files.extend(copied.chain(statics));
        files
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_output_is_in_exactly_one_share() {
        for of in 1..9 {
            for place in 0..40 {
                let having = (1..=of).filter_map(|number| Share::new(number, of)).filter(|s| s.has(place));
                assert_eq!(having.count(), 1, "{place} of {of}");
            }
        }
        assert_eq!((Share::new(0, 3), Share::new(4, 3), Share::new(1, 0)), (None, None, None));
        assert_eq!(Share::new(1, 1), Some(Share::WHOLE));
    }
}
