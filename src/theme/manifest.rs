//! `theme.yaml`: what a theme says of itself.

use super::tokens::{Pair, Set};
use crate::diagnostics::{Diagnostics, Finding, Place};
use crate::source::fields::{Field, Reader, Shape, fields};
use crate::source::yaml::{self, Yaml};
use crate::source::{SitePath, Token};
use serde_json::{Value as Json, json};

/// Bytes of the file.
const LARGEST: usize = 256 << 10;

/// What themes say of themselves: of one, or of one with those that it extends.
#[derive(Debug, Default)]
pub struct Manifest {
    /// In a sentence; of the topmost theme that has one.
    pub description: String,
    /// The theme that this one builds on.
    pub extends: Option<Named>,
    pub tokens: Vec<Set>,
    pub contrast: Vec<Pair>,
    /// Files in `static/` that are fetched at once.
    pub fonts: Vec<Named>,
    /// It shows what is behind a link before it is followed.
    pub previews: bool,
    pub search: bool,
}

/// A name and where it stands.
#[derive(Clone, Debug)]
pub struct Named {
    pub text: String,
    pub place: Place,
}

/// The keys as they are read.
#[derive(Default)]
struct Keys {
    description: String,
    extends: Option<Word>,
    tokens: Vec<Token>,
    contrast: Vec<Contrast>,
    fonts: Vec<Word>,
    previews: bool,
    search: bool,
}

static KEYS: &[Field<Keys>] = fields! { Keys;
    /// Name of the theme, for people.
    "name": String => |_, _| {};
    /// What the theme is like, in a sentence.
    "description": String => |keys, text| keys.description = text;
    /// The theme that this one builds on.
    "extends": Word => |keys, word| keys.extends = Some(word);
    /// Colours, fonts and measures, by name.
    "tokens": Vec<Token> => |keys, tokens| keys.tokens = tokens;
    /// Pairs of colours that must contrast: `[color.ink, color.paper, 4.5]`.
    "contrast": Vec<Contrast> => |keys, pairs| keys.contrast = pairs;
    /// Files in `static/` that browsers should fetch at once.
    "fonts": Vec<Word> => |keys, fonts| keys.fonts = fonts;
    /// The theme shows what is behind a link before it is followed; nutgraf then makes the data.
    "previews": bool => |keys, previews| keys.previews = previews;
    /// Sites have a search unless their settings say otherwise.
    "search": bool => |keys, search| keys.search = search;
};

impl Manifest {
    /// Reads the file; what is wrong is noted and left out.
    pub fn read(path: &SitePath, text: &str, diagnostics: &mut Diagnostics) -> Manifest {
        let mut keys = Keys::default();
        let Some(value) = yaml::parse(path, text, 0, yaml::Limits::of_size(LARGEST), diagnostics) else {
            return Manifest::default();
        };
        if !value.is_null() {
            let mut reader =
                Reader { path, text, longest_list: 1000, longest_title: usize::MAX, diagnostics };
            reader.mapping(&value, &[KEYS], |_| None, &mut keys);
        }
        let named = |word: Word| Named { text: word.0, place: Place::new(path.clone(), word.1) };
        Manifest {
            description: keys.description,
            extends: keys.extends.map(named),
            tokens: vec![Set { path: path.clone(), tokens: keys.tokens }],
            contrast: keys
                .contrast
                .into_iter()
                .map(|pair| Pair {
                    ink: pair.ink,
                    paper: pair.paper,
                    least: pair.least,
                    place: Place::new(path.clone(), pair.span),
                })
                .collect(),
            fonts: keys.fonts.into_iter().map(named).collect(),
            previews: keys.previews,
            search: keys.search,
        }
    }

    /// Adds what a theme says that the one read so far extends.
    pub fn lay_below(&mut self, mut base: Manifest) {
        if self.description.is_empty() {
            self.description = base.description;
        }
        self.tokens.append(&mut base.tokens);
        self.contrast.append(&mut base.contrast);
        self.previews |= base.previews;
        self.search |= base.search;
        if self.fonts.is_empty() {
            self.fonts = base.fonts;
        }
    }
}

/// A text with its place.
struct Word(String, crate::diagnostics::Span);

impl Shape for Word {
    const MANY: &'static str = "names";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Word> {
        Some(Word(reader.scalar("a name", value)?.trim().to_owned(), value.span))
    }

    fn schema() -> Json {
        json!({"type": "string", "examples": ["plain"]})
    }
}

/// `[color.ink, color.paper, 4.5]`
struct Contrast {
    ink: String,
    paper: String,
    least: f32,
    span: crate::diagnostics::Span,
}

impl Shape for Contrast {
    const MANY: &'static str = "pairs of colours";
    const ALONE: bool = false;

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Contrast> {
        let texts: Vec<&str> = value.list().unwrap_or_default().iter().filter_map(Yaml::text).collect();
        let least = texts.get(2).and_then(|text| text.parse().ok()).filter(|n| (1.0..=21.0).contains(n));
        if let ([ink, paper, _], Some(least)) = (&texts[..], least) {
            let (ink, paper) = ((*ink).to_owned(), (*paper).to_owned());
            return Some(Contrast { ink, paper, least, span: value.span });
        }
        let help = "write `[color.ink, color.paper, 4.5]`: two tokens, and a ratio from 1 to 21".to_owned();
        reader.note(Finding::BadValue, value.span, "this is no pair of colours", Some(help));
        None
    }

    fn schema() -> Json {
        json!({"type": "array", "examples": [["color.ink", "color.paper", 4.5]]})
    }
}
