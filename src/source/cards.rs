//! `cards`: which pages have a social card of their own.

use super::fields::{Reader, Shape};
use super::yaml::Yaml;
use serde_json::{Value as Json, json};

/// Which pages have a social card of their own: the picture that is shown where a link to the page is
/// shared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cards {
    /// There are no cards.
    Off,
    /// One card serves the whole site.
    #[default]
    Site,
    /// Each explainer, topic, person and page has its own.
    Pages,
}

impl Shape for Cards {
    const MANY: &'static str = "words";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Cards> {
        Some(match reader.word(value, &["pages", "site", "false"])? {
            "false" => Cards::Off,
            "pages" => Cards::Pages,
            _ => Cards::Site,
        })
    }

    fn schema() -> Json {
        json!({"enum": ["pages", "site", false], "examples": ["pages", false]})
    }
}
