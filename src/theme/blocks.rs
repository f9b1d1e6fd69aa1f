//! The names of blocks: of the templates in `blocks/` on any shelf.

use super::embedded;
use crate::source::Tree;

const FOLDER: &str = "templates/blocks/";

/// The names of all blocks of a site with a theme of that name, in order. They are wanted before any
/// text is read, since they settle which fenced blocks of a text are code.
pub fn block_names(theme: &str, tree: &Tree) -> Vec<String> {
    let of_theme = format!("themes/{theme}/");
    let built_in: Vec<String> =
        embedded::templates().into_keys().map(|path| format!("templates/{path}")).collect();
    let embedded: Vec<String> = embedded::theme(theme).into_keys().collect();
    let own = tree.templates.iter().map(|path| &**path);
    let folder = tree.themes.iter().filter_map(|path| path.strip_prefix(&of_theme));
    let paths = built_in.iter().chain(&embedded).map(String::as_str).chain(own).chain(folder);
    let name = |path: &str| {
        let name = path.strip_prefix(FOLDER)?.strip_suffix(".html")?;
        (!name.is_empty() && !name.contains('/')).then(|| name.to_owned())
    };
    let mut names: Vec<String> = paths.filter_map(name).collect();
    names.sort_unstable();
    names.dedup();
    names
}
