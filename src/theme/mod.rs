//! **Theme**: the files and words that pages are drawn with.
//!
//! *Comes in:* the files of a site, its settings, and the languages that its pages are in.
//! *Leaves:* a [`Theme`]: templates by shelf, [`Words`] by language, [`Assets`] under the names that
//! their bytes give them, and [`Tokens`] that were found to contrast well enough.
//! *Does not know:* what is on a page, and where a page is put.
//!
//! A file is looked for on up to four shelves, and the first that has it wins: the site's
//! `templates/`, the theme, the theme that it extends, and what is built in. The folder
//! `themes/<name>/` of a site stands before the embedded theme of that name, file by file. A file in
//! `templates/` that is the same as the built-in one overrides nothing: so the folder can hold the
//! built-in templates themselves, as it does where nutgraf is made, and its site still has a theme.

mod assets;
mod blocks;
mod contrast;
mod css;
mod embedded;
mod faces;
mod language;
mod manifest;
mod overrides;
mod tokens;
pub mod words;

pub use assets::{Asset, Assets, Bytes};
pub use blocks::block_names;
pub use embedded::text as builtin_text;
pub use faces::Faces;
pub use language::direction;
pub use overrides::{Entry, Inventory, State};
pub use tokens::Tokens;
pub use words::{Phrases, Words, keys_used};

use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place};
use crate::source::{self, Cards, Config, SitePath, Tree};
use manifest::Manifest;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// The name that stands for the built-in templates alone.
pub const NONE: &str = "none";

/// The theme of a site that names none.
pub const DEFAULT: &str = "docket";

/// Largest text of a theme, in bytes.
const LARGEST: u64 = 4 << 20;

/// Largest file of faces, in bytes: those of Chinese have about 20 MB.
const LARGEST_FACE: u64 = 64 << 20;

/// The template of social cards. Where no shelf has it there are none.
pub const CARD: &str = "card.svg";

/// Most themes that build on one another.
const DEEPEST: usize = 8;

/// Everything that pages are drawn with.
#[derive(Debug)]
pub struct Theme {
    /// Of all shelves, the topmost first.
    pub templates: Vec<Template>,
    pub words: Arc<Words>,
    pub assets: Arc<Assets>,
    pub tokens: Tokens,
    /// Names of files in `static/` that a browser should fetch at once.
    pub preload: Vec<String>,
    /// It shows what is behind a link before it is followed.
    pub previews: bool,
    /// What cards are drawn in; none where no card will be drawn.
    pub faces: Faces,
    /// Sites have a search unless their settings say otherwise.
    pub search: bool,
}

/// A template and the shelf on which it stands.
#[derive(Clone, Debug)]
pub struct Template {
    pub shelf: Shelf,
    /// Below the folder of the shelf: `partials/card.html`.
    pub name: String,
    /// Where an author finds it.
    pub path: Arc<str>,
    pub text: String,
}

/// Where a file comes from, the topmost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shelf {
    Site,
    Theme,
    /// The theme that the theme extends.
    Base,
    BuiltIn,
}

impl Shelf {
    pub const ALL: [Shelf; 4] = [Shelf::Site, Shelf::Theme, Shelf::Base, Shelf::BuiltIn];

    /// What stands before a name that means the file of this very shelf.
    pub fn prefix(self) -> &'static str {
        match self {
            Shelf::Site => "",
            Shelf::Theme => "theme/",
            Shelf::Base => "base/",
            Shelf::BuiltIn => "builtin/",
        }
    }
}

/// The files of a shelf by their names: `x.html` for templates, `static/x.css`, `words/en.yaml`.
type Files = BTreeMap<String, File>;

/// A file of a shelf, not read yet.
#[derive(Clone, Debug)]
struct File {
    /// Where an author finds it: `templates/x.html`, `builtin:themes/docket/theme.yaml`.
    path: Arc<str>,
    origin: Origin,
}

#[derive(Clone, Debug)]
enum Origin {
    Site(SitePath),
    Embedded(&'static [u8]),
}

impl File {
    fn of_site(path: &SitePath) -> File {
        File { path: path.clone(), origin: Origin::Site(path.clone()) }
    }

    /// Its bytes, up to `limit` of those of a site, or findings that say why there are none.
    fn bytes(&self, root: &Path, limit: u64, diagnostics: &mut Diagnostics) -> Option<Vec<u8>> {
        match &self.origin {
            Origin::Site(path) => source::bytes(root, path, limit, diagnostics),
            Origin::Embedded(bytes) => Some(bytes.to_vec()),
        }
    }

    /// Its text, or findings that say why there is none.
    fn text(&self, root: &Path, diagnostics: &mut Diagnostics) -> Option<String> {
        match &self.origin {
            Origin::Site(path) => source::read(root, path, LARGEST, diagnostics).map(|source| source.text),
            Origin::Embedded(bytes) => {
                source::decode(&self.path, bytes.to_vec(), diagnostics).map(|source| source.text)
            }
        }
    }

    /// Both hold the same text.
    fn says_what(&self, other: &File, root: &Path) -> bool {
        let text = |file: &File| file.text(root, &mut Diagnostics::default());
        text(self).is_some_and(|own| text(other) == Some(own))
    }
}

/// The shelves of a site with the files on them, and what the themes say of themselves.
struct Stock {
    shelves: [Files; 4],
    /// What the shelves are called; empty for one that is not there.
    names: [String; 4],
    manifest: Manifest,
}

impl Theme {
    /// Reads the theme of a site. `languages` are those of its pages; the site's own comes first.
    pub fn load(
        root: &Path,
        tree: &Tree,
        config: &Config,
        languages: &BTreeSet<String>,
        diagnostics: &mut Diagnostics,
    ) -> Theme {
        let stock = Stock::of(root, tree, config, diagnostics);
        let mut templates = Vec::new();
        for (shelf, files) in Shelf::ALL.into_iter().zip(&stock.shelves) {
            for (name, file) in files.iter().filter(|(name, _)| is_template(name)) {
                if let Some(text) = file.text(root, diagnostics) {
                    let (name, path) = (name.clone(), file.path.clone());
                    templates.push(Template { shelf, name, path, text });
                }
            }
        }
        let tokens = Tokens::merge(&stock.manifest, &config.theme.tokens, diagnostics);
        let used = templates
            .iter()
            .flat_map(|template| keys_used(&template.text))
            .map(|(name, _)| name.to_owned())
            .collect();
        let words = Words::load(root, &stock.shelves, &config.language, languages, &used, diagnostics);
        let assets = Assets::load(root, &stock.shelves, &tokens, diagnostics);
        let cards = config.cards != Cards::Off && !config.origin.is_empty();
        let faces = match cards && templates.iter().any(|template| template.name == CARD) {
            true => Faces::load(root, &stock.shelves, diagnostics),
            false => Faces::default(),
        };
        let mut preload = Vec::new();
        for font in &stock.manifest.fonts {
            match assets.get(&font.text) {
                Some(_) => preload.push(font.text.clone()),
                None => diagnostics.push(
                    Diagnostic::new(
                        Finding::MissingAsset,
                        font.place.clone(),
                        format!("there is no file `{}` in `static`", font.text),
                    )
                    .suggest(&font.text, assets.names()),
                ),
            }
        }
        Theme {
            templates,
            words: Arc::new(words),
            assets: Arc::new(assets),
            tokens,
            preload,
            previews: stock.manifest.previews,
            faces,
            search: stock.manifest.search,
        }
    }
}

/// Neither a file to publish nor a list of words, nor a font.
fn is_template(name: &str) -> bool {
    let words = name.starts_with("words/") && name.ends_with(".yaml");
    !words && !name.starts_with("static/") && !faces::is_face(name)
}

impl Stock {
    fn of(root: &Path, tree: &Tree, config: &Config, diagnostics: &mut Diagnostics) -> Stock {
        let site: Files = tree
            .templates
            .iter()
            .map(|path| {
                let name = path.strip_prefix("templates/").unwrap_or(path);
                (name.to_owned(), File::of_site(path))
            })
            .collect();
        let mut stock = Stock {
            shelves: [site, Files::new(), Files::new(), embedded::templates()],
            names: ["templates", "", "", "built-in"].map(str::to_owned),
            manifest: Manifest::default(),
        };
        let name = match config.theme.name.as_str() {
            "" => DEFAULT,
            name => name,
        };
        if name == NONE {
            return stock;
        }
        let mut files = files_of(name, tree);
        if files.is_empty() {
            let place = match config.theme.at {
                Some(span) => Place::new("nutgraf.yaml", span),
                None => Place::file("nutgraf.yaml"),
            };
            diagnostics.push(unknown(name, place, tree));
            return stock;
        }
        let [site, .., built_in] = &mut stock.shelves;
        site.retain(|name, file| built_in.get(name).is_none_or(|other| !file.says_what(other, root)));
        let mut seen = vec![name.to_owned()];
        loop {
            let own = read_manifest(&mut files, root, diagnostics);
            let parent = own.extends.clone();
            stock.manifest.lay_below(own);
            let shelf = if seen.len() == 1 { Shelf::Theme } else { Shelf::Base } as usize;
            if stock.names[shelf].is_empty() {
                stock.names[shelf].clone_from(&seen[seen.len() - 1]);
            }
            let shelf = &mut stock.shelves[shelf];
            for (inside, file) in files {
                let name = match inside.strip_prefix("templates/") {
                    Some(name) => name.to_owned(),
                    None if is_template(&inside) => continue,
                    None => inside,
                };
                shelf.entry(name).or_insert(file);
            }
            let Some(parent) = parent else { return stock };
            if seen.contains(&parent.text) || seen.len() == DEEPEST {
                let message = match seen.contains(&parent.text) {
                    true => format!("themes extend one another in a circle: `{}`", parent.text),
                    false => format!("more than {DEEPEST} themes extend one another"),
                };
                diagnostics.push(Diagnostic::new(Finding::BadValue, parent.place, message));
                return stock;
            }
            files = files_of(&parent.text, tree);
            if files.is_empty() {
                diagnostics.push(unknown(&parent.text, parent.place, tree));
                return stock;
            }
            seen.push(parent.text);
        }
    }
}

/// The files of a theme by their paths in its folder: the embedded ones, with those of the site in
/// front of them.
fn files_of(name: &str, tree: &Tree) -> Files {
    let mut files = embedded::theme(name);
    let folder = format!("themes/{name}/");
    for path in &tree.themes {
        if let Some(inside) = path.strip_prefix(&folder) {
            files.insert(inside.to_owned(), File::of_site(path));
        }
    }
    files
}

fn read_manifest(files: &mut Files, root: &Path, diagnostics: &mut Diagnostics) -> Manifest {
    let Some(file) = files.remove("theme.yaml") else { return Manifest::default() };
    let text = file.text(root, diagnostics);
    text.map_or_else(Manifest::default, |text| Manifest::read(&file.path, &text, diagnostics))
}

fn unknown(name: &str, place: Place, tree: &Tree) -> Diagnostic {
    let mut known: BTreeSet<&str> = embedded::names().into_iter().chain([NONE]).collect();
    known
        .extend(tree.themes.iter().filter_map(|path| Some(path.strip_prefix("themes/")?.split_once('/')?.0)));
    let message = format!("there is no theme `{name}`");
    let mut found =
        Diagnostic::new(Finding::MissingFile, place, message).suggest(name, known.iter().copied());
    if found.help.is_none() {
        let known: Vec<&str> = known.into_iter().collect();
        let choice = source::choice(&known);
        found.help = Some(format!("write {choice}, or make the folder themes/{name}/"));
    }
    found
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A theme of texts, as a test needs it.
    pub fn of_texts(site: &[(&str, &str)], theme: &[(&str, &str)]) -> Theme {
        let mut diagnostics = Diagnostics::default();
        let stock = [Files::new(), Files::new(), Files::new(), embedded::templates()];
        let root = Path::new("");
        let none = BTreeSet::new();
        let words = Words::load(root, &stock, "en", &none, &none, &mut diagnostics);
        let tokens = Tokens::default();
        let assets = Assets::load(root, &stock, &tokens, &mut diagnostics);
        let mut templates = Vec::new();
        for (shelf, texts) in [(Shelf::Site, site), (Shelf::Theme, theme)] {
            let folder = if shelf == Shelf::Site { "templates" } else { "themes/plain/templates" };
            templates.extend(texts.iter().map(|(name, text)| Template {
                shelf,
                name: (*name).to_owned(),
                path: format!("{folder}/{name}").into(),
                text: (*text).to_owned(),
            }));
        }
        for (name, file) in stock[3].iter().filter(|(name, _)| is_template(name)) {
            let text = file.text(root, &mut diagnostics).expect("a text");
            templates.push(Template {
                shelf: Shelf::BuiltIn,
                name: name.clone(),
                path: file.path.clone(),
                text,
            });
        }
        assert!(diagnostics.is_empty(), "{:#?}", diagnostics.iter().collect::<Vec<_>>());
        Theme {
            templates,
            words: Arc::new(words),
            assets: Arc::new(assets),
            tokens,
            preload: Vec::new(),
            previews: false,
            faces: Faces::default(),
            search: false,
        }
    }
}
