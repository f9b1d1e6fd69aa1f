//! The files that are part of the program: the built-in templates, and the themes that come with it.

use super::{File, Files, Origin};
use include_dir::{Dir, include_dir};
use std::path::Path;

static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");
static THEMES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/themes");

/// What stands before the path of an embedded file.
const BUILT_IN: &str = "builtin:";

/// The built-in templates, with their words and the files beside them.
pub(super) fn templates() -> Files {
    files(&TEMPLATES, "", BUILT_IN)
}

/// The files of an embedded theme by their paths in its folder; none for a name that is not known.
pub(super) fn theme(name: &str) -> Files {
    match THEMES.get_dir(name) {
        Some(folder) => files(folder, name, &format!("{BUILT_IN}themes/{name}/")),
        None => Files::new(),
    }
}

/// The names of the embedded themes, in their order.
pub(super) fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = THEMES.dirs().filter_map(|folder| folder.path().to_str()).collect();
    names.sort_unstable();
    names
}

/// The text of an embedded file, by the path that findings give it: `builtin:x.html`,
/// `builtin:themes/docket/theme.yaml`.
pub fn text(path: &str) -> Option<&'static str> {
    let path = path.strip_prefix(BUILT_IN)?;
    match path.strip_prefix("themes/") {
        Some(path) => THEMES.get_file(path)?.contents_utf8(),
        None => TEMPLATES.get_file(path)?.contents_utf8(),
    }
}

/// Every file below a folder, by its path in it.
fn files(folder: &'static Dir<'static>, above: &str, called: &str) -> Files {
    let (mut found, mut open) = (Files::new(), vec![folder]);
    while let Some(folder) = open.pop() {
        open.extend(folder.dirs());
        for file in folder.files() {
            let name = slashed(file.path().strip_prefix(above).unwrap_or(file.path()));
            let path = format!("{called}{name}").into();
            found.insert(name, File { path, origin: Origin::Embedded(file.contents()) });
        }
    }
    found
}

fn slashed(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}
