//! Events as data: JSON for programs. The calendar of the same events is made next door.
//!
//! A file holds events in the order of time, one a line, so that a new event is one new line in what
//! version control shows. `older` leads to the file with those before.

use crate::document::Date;
use serde::{Serialize, Serializer};

/// An event with all that is known of it.
#[derive(Clone, Debug, Serialize)]
pub struct Record<'a> {
    pub id: Option<&'a str>,
    /// `2023-06-17`, `2023-06` or `2023`.
    #[serde(serialize_with = "iso")]
    pub date: Date,
    #[serde(serialize_with = "iso_if_any")]
    pub until: Option<Date>,
    pub event: &'a str,
    pub detail: &'a str,
    pub kind: &'a str,
    pub major: bool,
    pub people: Vec<PageOf<'a>>,
    pub topics: Vec<&'a str>,
    pub source: Option<Origin<'a>>,
    /// The one whose words these are, then the others.
    pub told_by: Vec<PageOf<'a>>,
    /// Where it is told, with scheme and host where the site has a `base_url`.
    pub url: String,
}

/// A page by its title.
#[derive(Clone, Debug, Serialize)]
pub struct PageOf<'a> {
    pub title: &'a str,
    pub url: String,
}

/// What an event rests on.
#[derive(Clone, Debug, Serialize)]
pub struct Origin<'a> {
    pub title: &'a str,
    pub url: &'a str,
}

/// A file of the events of one year.
#[derive(Clone, Debug, Serialize)]
pub struct Year {
    pub year: i16,
    pub events: usize,
    pub url: String,
}

fn iso<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&date.iso())
}

fn iso_if_any<S: Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    date.map(Date::iso).serialize(serializer)
}

/// A file of events. `older` is the address of the file with those before; empty where there is none.
pub fn file<'a>(title: &str, older: &str, events: impl Iterator<Item = Record<'a>>) -> Vec<u8> {
    let older = if older.is_empty() { serde_json::Value::Null } else { older.into() };
    let head = serde_json::json!({"title": title, "older": older});
    with_list(&head, "events", events)
}

/// The file that names those of the years, for a timeline that is split.
pub fn index(title: &str, total: usize, years: &[Year]) -> Vec<u8> {
    with_list(&serde_json::json!({"title": title, "total": total}), "years", years.iter())
}

/// An object with a list as its last member, whose items stand on lines of their own.
fn with_list(head: &serde_json::Value, name: &str, items: impl Iterator<Item = impl Serialize>) -> Vec<u8> {
    let mut out = head.to_string().into_bytes();
    out.pop();
    out.extend(format!(",\"{name}\":[").bytes());
    for (at, item) in items.enumerate() {
        out.extend_from_slice(if at == 0 { b"\n" } else { b",\n" });
        // Texts, numbers and lists: there is nothing that JSON cannot hold.
        serde_json::to_writer(&mut out, &item).expect("events can be written as JSON");
    }
    out.extend_from_slice(b"\n]}\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_json_with_an_item_a_line() {
        let years = [2022, 2023].map(|year| Year { year, events: 1, url: format!("/{year}/") });
        let text = String::from_utf8(index("A \"title\"", 2, &years)).unwrap();
        assert_eq!(
            text,
            "{\"title\":\"A \\\"title\\\"\",\"total\":2,\"years\":[\n{\"year\":2022,\"events\":1,\"url\":\"/2022/\"},\n{\"year\":2023,\"events\":1,\"url\":\"/2023/\"}\n]}\n"
        );
        let empty = String::from_utf8(file("T", "", std::iter::empty())).unwrap();
        assert_eq!(empty, "{\"title\":\"T\",\"older\":null,\"events\":[\n]}\n");
    }
}
