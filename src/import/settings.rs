//! What a Hugo site says about itself in its settings.

use super::folder;
use super::node::Node;
use super::{toml_in, yaml_in};
use crate::diagnostics::Failure;
use std::collections::HashSet;
use std::path::Path;

/// What the old site says about itself.
#[derive(Default)]
pub struct Old {
    /// Prefix of the content folder with its slash; empty where the source is that folder.
    pub content: String,
    settings: Vec<Node>,
    pub settings_files: HashSet<String>,
}

impl Old {
    /// Reads every settings file that stands where Hugo looks for one.
    pub fn read(source: &Path, files: &[String]) -> Result<Old, Failure> {
        let mut old = Old::default();
        for path in files {
            let name = path.strip_prefix("config/_default/").unwrap_or(path);
            let Some((stem, end)) = name.rsplit_once('.') else { continue };
            let whole = matches!(stem, "hugo" | "config");
            let part = name != path && matches!(stem, "permalinks" | "taxonomies" | "params");
            if !(whole || part) || !matches!(end, "toml" | "yaml" | "yml" | "json") {
                continue;
            }
            let text = String::from_utf8_lossy(&folder::bytes(&source.join(path))?).into_owned();
            let value = match end {
                "toml" => toml_in::read(&text).0,
                // JSON is YAML too.
                _ => match yaml_in::read(&text) {
                    Ok(read) => read.value,
                    Err(_) => yaml_in::salvage(&text).0.value,
                },
            };
            old.settings.push(if part { Node::Map(vec![(stem.to_owned(), value)]) } else { value });
            old.settings_files.insert(path.clone());
        }
        let named = old.setting(&["contentDir"]).and_then(Node::text).unwrap_or("content").trim_matches('/');
        let prefix = format!("{named}/");
        if files.iter().any(|path| path.starts_with(&prefix)) {
            old.content = prefix;
        }
        Ok(old)
    }

    /// Whether a path of the source is content, and neither settings nor a static file.
    pub fn in_content(&self, path: &str) -> bool {
        path.starts_with(&self.content)
            && !self.settings_files.contains(path)
            && !(self.content.is_empty() && path.starts_with("static/"))
    }

    /// The value under a name in the first file that has it.
    pub fn setting(&self, path: &[&str]) -> Option<&Node> {
        self.settings.iter().find_map(|settings| path.iter().try_fold(settings, |node, name| node.get(name)))
    }

    /// The pattern of the addresses of a section.
    pub fn permalink(&self, section: &str) -> Option<&str> {
        self.setting(&["permalinks", "page", section])
            .or_else(|| self.setting(&["permalinks", section]))
            .and_then(Node::text)
    }
}
