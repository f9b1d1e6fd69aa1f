//! `autolink`: which mentions of a name become links by themselves.

use super::fields::{Reader, Shape};
use super::yaml::Yaml;
use serde_json::{Value as Json, json};

/// Which mentions of a person or topic become links by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Autolink {
    /// None.
    Off,
    /// The first in each section of a text.
    #[default]
    First,
    /// Each.
    All,
}

impl Shape for Autolink {
    const MANY: &'static str = "words";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Autolink> {
        Some(match reader.word(value, &["first", "all", "off"])? {
            "off" => Autolink::Off,
            "all" => Autolink::All,
            _ => Autolink::First,
        })
    }

    fn schema() -> Json {
        json!({"enum": ["first", "all", "off"], "examples": ["first", "off"]})
    }
}
