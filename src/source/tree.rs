//! Which files a site consists of.

use super::SitePath;
use crate::diagnostics::{Diagnostic, Diagnostics, Failure, Finding, Place};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The files of a site, each list in the byte order of its paths. Every file below `content/` is
/// in exactly one of `documents`, `data`, `assets` and `ignored`.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// Content files: Markdown in a folder of a known kind.
    pub documents: Vec<(SitePath, Kind)>,
    /// `content/sources.yaml` and `content/*.bib`: read; what they tell is published, they are not.
    pub data: Vec<SitePath>,
    /// Everything else below `content/`: copied as it stands, at the same path.
    pub assets: Vec<SitePath>,
    /// Left out, with the reason in words.
    pub ignored: Vec<(SitePath, &'static str)>,
    /// Below `templates/`, which override the theme's and the built-in ones.
    pub templates: Vec<SitePath>,
    /// Below `themes/<name>/`, of every theme.
    pub themes: Vec<SitePath>,
}

/// What a content file is, by the folder in which it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `content/index.md`: the text of the front page.
    Front,
    /// `content/explainers/**/*.md`
    Explainer,
    /// `content/topics/**/*.md`
    Topic,
    /// `content/people/**/*.md`
    Person,
    /// `content/pages/**/*.md`
    Page,
}

impl Kind {
    /// The word for it in messages and lists.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Front => "front page",
            Kind::Explainer => "explainer",
            Kind::Topic => "topic",
            Kind::Person => "person",
            Kind::Page => "page",
        }
    }

    /// The folder below `content/`, or `None` for the front page.
    pub fn folder(self) -> Option<&'static str> {
        match self {
            Kind::Front => None,
            Kind::Explainer => Some("explainers"),
            Kind::Topic => Some("topics"),
            Kind::Person => Some("people"),
            Kind::Page => Some("pages"),
        }
    }
}

/// Deepest folder that is read; deeper ones are a finding.
const DEEPEST: usize = 32;

impl Tree {
    /// Walks the site at `root`. Symbolic links are followed where they stay inside of it, or
    /// everywhere with `follow_outside`.
    ///
    /// # Errors
    /// When `root` or `root/content` is not a folder that can be read.
    #[expect(clippy::disallowed_methods, reason = "source is where folders are read")]
    pub fn scan(root: &Path, follow_outside: bool, diagnostics: &mut Diagnostics) -> Result<Tree, Failure> {
        let canonical = root
            .canonicalize()
            .map_err(|e| Failure::io(format!("cannot open the site {}", root.display()), &e))?;
        let content = root.join("content");
        if !content.is_dir() {
            return Err(Failure(format!(
                "{} is not a site: it has no folder content/ (`nutgraf init DIR` makes one)",
                root.display()
            )));
        }
        let mut walk = Walk { root, canonical, follow_outside, found: BTreeSet::new(), diagnostics };
        for folder in ["content", "templates", "themes"] {
            if root.join(folder).is_dir() {
                walk.folder(folder)?;
            }
        }
        let mut tree = Tree::default();
        let found = walk.found;
        for path in found {
            tree.place(path, diagnostics);
        }
        Ok(tree)
    }

    /// All files below `content/`.
    pub fn content_files(&self) -> usize {
        self.documents.len() + self.data.len() + self.assets.len() + self.ignored.len()
    }

    fn place(&mut self, path: SitePath, diagnostics: &mut Diagnostics) {
        if path.starts_with("templates/") {
            return self.templates.push(path);
        }
        if path.starts_with("themes/") {
            return self.themes.push(path);
        }
        let inside = path.strip_prefix("content/").unwrap_or(&path);
        let name = inside.rsplit('/').next().unwrap_or(inside);
        if let Some(reason) = leave_out(name) {
            return self.ignored.push((path, reason));
        }
        let markdown = name.ends_with(".md") || name.ends_with(".markdown");
        if inside == "sources.yaml" || (!inside.contains('/') && name.ends_with(".bib")) {
            self.data.push(path);
        } else if markdown {
            match kind_of(inside) {
                Some(kind) => self.documents.push((path, kind)),
                None => {
                    diagnostics.push(
                        Diagnostic::new(
                            Finding::StrayMarkdown,
                            Place::file(path.clone()),
                            "a Markdown file outside explainers/, topics/, people/ and pages/ makes no page",
                        )
                        .help("move it into one of these folders of content/"),
                    );
                    self.ignored.push((path, "Markdown outside the folders of content"));
                }
            }
        } else {
            if let Some(why) = unportable(inside) {
                diagnostics.push(
                    Diagnostic::new(Finding::UnportableName, Place::file(path.clone()), why)
                        .help("rename the file; it would be lost or refused elsewhere"),
                );
                self.ignored.push((path, "its name cannot be kept on every system"));
                return;
            }
            self.assets.push(path);
        }
    }
}

fn kind_of(inside: &str) -> Option<Kind> {
    if inside == "index.md" {
        return Some(Kind::Front);
    }
    match inside.split_once('/')?.0 {
        "explainers" => Some(Kind::Explainer),
        "topics" => Some(Kind::Topic),
        "people" => Some(Kind::Person),
        "pages" => Some(Kind::Page),
        _ => None,
    }
}

/// Why a file of this name is no content, in words.
fn leave_out(name: &str) -> Option<&'static str> {
    if name == ".DS_Store" || name.eq_ignore_ascii_case("thumbs.db") || name == "desktop.ini" {
        Some("left by the operating system")
    } else if name.ends_with('~')
        || name.ends_with(".swp")
        || name.ends_with(".swx")
        || name.starts_with(".#")
    {
        Some("left by an editor")
    } else if name == ".gitignore" || name == ".gitkeep" || name == ".gitattributes" {
        Some("belongs to git")
    } else {
        None
    }
}

/// Why the path cannot be kept on Windows or macOS, in words.
fn unportable(path: &str) -> Option<String> {
    for part in path.split('/') {
        if part.len() > 255 {
            return Some(format!("the name has {} bytes; file systems keep 255", part.len()));
        }
        if let Some(c) = part
            .chars()
            .find(|c| matches!(c, '<' | '>' | ':' | '"' | '\\' | '|' | '?' | '*') || c.is_control())
        {
            return Some(format!("the name has {c:?}, which Windows cannot store"));
        }
        if part.ends_with(['.', ' ']) {
            return Some("the name ends in a dot or a space, which Windows drops".to_owned());
        }
    }
    None
}

struct Walk<'a> {
    root: &'a Path,
    canonical: PathBuf,
    follow_outside: bool,
    found: BTreeSet<SitePath>,
    diagnostics: &'a mut Diagnostics,
}

impl Walk<'_> {
    /// Walks one top folder without recursion, so that depth costs no stack.
    #[expect(clippy::disallowed_methods, reason = "source is where folders are read")]
    fn folder(&mut self, top: &str) -> Result<(), Failure> {
        // Real paths of the symbolic links taken on the way down, to notice circles.
        let mut stack: Vec<(String, Vec<PathBuf>)> = vec![(top.to_owned(), Vec::new())];
        while let Some((folder, links)) = stack.pop() {
            if folder.matches('/').count() > DEEPEST {
                self.note(Finding::OverLimit, &folder, format!("folders stand more than {DEEPEST} deep"));
                continue;
            }
            let full = self.root.join(&folder);
            let entries = match std::fs::read_dir(&full) {
                Ok(entries) => entries,
                Err(error) => {
                    self.note(Finding::UnreadableFile, &folder, format!("cannot read the folder: {error}"));
                    continue;
                }
            };
            for entry in entries {
                let entry = entry
                    .map_err(|e| Failure::io(format!("cannot read the folder {}", full.display()), &e))?;
                let name = entry.file_name();
                let Some(name) = name.to_str() else {
                    let shown = format!("{folder}/{}", name.to_string_lossy());
                    self.note(Finding::UnportableName, &shown, "the file name is not UTF-8".to_owned());
                    continue;
                };
                let path = format!("{folder}/{name}");
                let Ok(kind) = entry.file_type() else { continue };
                if kind.is_dir() {
                    if name != ".git" && name != "node_modules" {
                        stack.push((path, links.clone()));
                    }
                } else if kind.is_file() {
                    self.found.insert(path.into());
                } else if kind.is_symlink() {
                    if let Some(next) = self.symlink(&entry.path(), &path, &links) {
                        stack.push((path, next));
                    }
                } else {
                    self.note(
                        Finding::SpecialFile,
                        &path,
                        "a device, pipe or socket; only files and folders are read".to_owned(),
                    );
                }
            }
        }
        Ok(())
    }

    /// Takes a symbolic link to a file, or returns the links taken so far for one to a folder.
    #[expect(clippy::disallowed_methods, reason = "source is where folders are read")]
    fn symlink(&mut self, full: &Path, path: &str, links: &[PathBuf]) -> Option<Vec<PathBuf>> {
        let Ok(real) = full.canonicalize() else {
            self.note(
                Finding::BrokenSymlink,
                path,
                "the symbolic link leads nowhere, or in a circle".to_owned(),
            );
            return None;
        };
        if !real.starts_with(&self.canonical) && !self.follow_outside {
            self.diagnostics.push(
                Diagnostic::new(
                    Finding::SymlinkOutside,
                    Place::file(path),
                    "the symbolic link leads out of the site and is not followed",
                )
                .help("copy the file into the site, or set `follow_symlinks: outside` in nutgraf.yaml"),
            );
            return None;
        }
        if real.is_dir() {
            let parent = full.parent().and_then(|p| p.canonicalize().ok());
            if links.contains(&real) || parent.is_some_and(|p| p.starts_with(&real)) {
                self.note(
                    Finding::BrokenSymlink,
                    path,
                    "the symbolic link leads back into its own folder".to_owned(),
                );
                return None;
            }
            let mut links = links.to_vec();
            links.push(real);
            Some(links)
        } else if real.is_file() {
            self.found.insert(path.into());
            None
        } else {
            self.note(Finding::SpecialFile, path, "leads to a device, pipe or socket".to_owned());
            None
        }
    }

    fn note(&mut self, finding: Finding, path: &str, message: String) {
        self.diagnostics.push(Diagnostic::new(finding, Place::file(path), message));
    }
}
