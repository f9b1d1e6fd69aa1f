//! Faces: the fonts that cards are drawn in.
//!
//! Those of the system are never asked: a card has the same bytes on every machine. So a theme brings
//! its faces along in `cards/`, and a site adds those of its own scripts in `templates/cards/`.

use super::{File, Files, LARGEST_FACE};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place};
use resvg::usvg::fontdb::{Database, ID, Source};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The fonts of cards, in the order of the names of their files.
#[derive(Clone, Debug, Default)]
pub struct Faces {
    database: Arc<Database>,
    ids: Vec<ID>,
    /// Of all files.
    digest: [u8; 32],
}

/// A file of a face: `cards/x.ttf`.
pub(super) fn is_face(name: &str) -> bool {
    name.starts_with("cards/") && [".ttf", ".otf", ".ttc"].iter().any(|ending| name.ends_with(ending))
}

impl Faces {
    /// Reads the faces of all shelves; of one name, that of the topmost.
    pub(super) fn load(root: &Path, shelves: &[Files; 4], diagnostics: &mut Diagnostics) -> Faces {
        let mut files: BTreeMap<&str, &File> = BTreeMap::new();
        for (name, file) in shelves.iter().flatten().filter(|(name, _)| is_face(name)) {
            files.entry(name).or_insert(file);
        }
        let (mut database, mut ids, mut hasher) = (Database::new(), Vec::new(), blake3::Hasher::new());
        for file in files.into_values() {
            let Some(bytes) = file.bytes(root, LARGEST_FACE, diagnostics) else { continue };
            hasher.update(blake3::hash(&bytes).as_bytes());
            let found = database.load_font_source(Source::Binary(Arc::new(bytes)));
            // The drawing reads it with another reader than the one that took it in.
            let read = |id: &ID| {
                database.with_face_data(*id, |data, index| FontRef::from_index(data, index).is_ok())
            };
            if found.is_empty() || !found.iter().all(|id| read(id) == Some(true)) {
                let message = "no face can be read from the file";
                let found = Diagnostic::new(Finding::BadValue, Place::file(file.path.clone()), message);
                diagnostics.push(found.help("cards are drawn with fonts in the formats TTF, OTF and TTC"));
                continue;
            }
            ids.extend(found);
        }
        Faces { database: Arc::new(database), ids, digest: *hasher.finalize().as_bytes() }
    }

    pub fn database(&self) -> &Arc<Database> {
        &self.database
    }

    /// The BLAKE3 hash of the hashes of all files.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The first letter of a text that no face has. Letters that are only marks for the layout count
    /// as there.
    pub fn lacks(&self, text: &str) -> Option<char> {
        let mut wanted: Vec<char> = text.chars().filter(|c| !is_blank(*c)).collect();
        for id in &self.ids {
            if wanted.is_empty() {
                break;
            }
            self.with(*id, |font| {
                let map = font.charmap();
                wanted.retain(|c| map.map(*c).is_none());
            });
        }
        wanted.first().copied()
    }

    /// How wide each letter of a text is, in parts of the size of the letters (em): in the face of a
    /// family, else in the first that has the letter. Kerning and joined forms are not looked at; these
    /// make texts narrower and hardly ever wider.
    pub fn widths(&self, text: &str, family: &str) -> Vec<f32> {
        let named = |id: &ID| {
            let face = self.database.face(*id);
            face.is_some_and(|face| face.families.iter().any(|(name, _)| name == family))
        };
        let (first, others): (Vec<ID>, Vec<ID>) = self.ids.iter().copied().partition(named);
        let mut widths: Vec<Option<f32>> = text.chars().map(|c| is_zero_width(c).then_some(0.0)).collect();
        for id in first.into_iter().chain(others) {
            if widths.iter().all(Option::is_some) {
                break;
            }
            self.with(id, |font| {
                let (map, metrics) =
                    (font.charmap(), font.glyph_metrics(Size::new(1.0), LocationRef::default()));
                for (c, width) in text.chars().zip(&mut widths).filter(|(_, width)| width.is_none()) {
                    *width = map.map(c).and_then(|glyph| metrics.advance_width(glyph));
                }
            });
        }
        widths.into_iter().map(|width| width.unwrap_or(1.0)).collect()
    }

    fn with(&self, id: ID, mut read: impl FnMut(&FontRef)) {
        self.database.with_face_data(id, |data, index| {
            if let Ok(font) = FontRef::from_index(data, index) {
                read(&font);
            }
        });
    }
}

/// Nothing is drawn for it, so no face needs it.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_zero_width(c)
}

/// Joiners, marks of direction, soft hyphens and variation selectors (Unicode, Default_Ignorable_Code_Point).
fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::embedded;

    fn docket() -> Faces {
        let mut diagnostics = Diagnostics::default();
        let shelves = [Files::new(), embedded::theme("docket"), Files::new(), Files::new()];
        let faces = Faces::load(Path::new(""), &shelves, &mut diagnostics);
        assert!(diagnostics.is_empty());
        faces
    }

    #[test]
    fn the_faces_of_the_theme_have_latin_and_cyrillic_letters() {
        for (text, expected) in [
            ("Why did talks stop? “Zürich” – Łódź, Đặng Tiểu Bình", None),
            ("Михаил Горбачёв, Ґалаґан", None),
            ("a\u{ad}b\u{200d}c \u{2067}d\u{2069}", None),
            ("مرحبا", Some('م')),
            ("Deng 邓小平", Some('邓')),
        ] {
            assert_eq!(docket().lacks(text), expected, "{text}");
        }
        assert_eq!(Faces::default().lacks("a"), Some('a'));
        assert_eq!(Faces::default().lacks(" "), None);
    }

    #[test]
    fn wide_letters_are_wider_than_narrow_ones_and_marks_have_no_width() {
        let widths = docket().widths("iW\u{ad}Ж", "Newsreader Display");
        assert!(widths[0] > 0.1 && widths[0] < 0.5 && widths[1] > 0.7, "{widths:?}");
        assert_eq!(widths[2], 0.0);
        assert!(widths[3] > 0.5, "of the other face: {widths:?}");
    }

    #[test]
    fn a_family_decides_how_wide_a_text_is() {
        let sum = |family| docket().widths("The minimum wage", family).iter().sum::<f32>();
        assert!(sum("Newsreader Display") < sum("Libre Franklin"));
    }

    #[test]
    fn a_file_that_is_no_font_is_a_finding() {
        let mut files = Files::new();
        let file = File { path: "x/cards/a.ttf".into(), origin: super::super::Origin::Embedded(b"no font") };
        files.insert("cards/a.ttf".to_owned(), file);
        let mut diagnostics = Diagnostics::default();
        let faces =
            Faces::load(Path::new(""), &[files, Files::new(), Files::new(), Files::new()], &mut diagnostics);
        assert_eq!(diagnostics.iter().map(|d| d.finding).collect::<Vec<_>>(), [Finding::BadValue]);
        assert_eq!(faces.lacks("a"), Some('a'));
    }
}
