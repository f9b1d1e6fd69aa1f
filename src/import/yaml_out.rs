//! Values → YAML. Quotes whenever a reader might take the text for something else.

use super::node::Node;
use std::fmt::Write;

/// A block mapping, one entry a line, each line ended.
pub fn mapping(entries: &[(String, Node)]) -> String {
    let mut out = String::new();
    write_entries(&mut out, entries, 0);
    out
}

/// Text as a YAML scalar on one line.
pub fn scalar(text: &str) -> String {
    if is_safe(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            // Line ends of other scripts, and what YAML does not allow to stand as itself.
            c if c.is_control()
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') =>
            {
                write!(out, "\\u{:04x}", c as u32).expect("writing to a String does not fail");
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn write_entries(out: &mut String, entries: &[(String, Node)], indent: usize) {
    for (key, value) in entries {
        push_indent(out, indent);
        out.push_str(&scalar(key));
        out.push(':');
        write_value(out, value, indent);
    }
}

/// What follows `key:`, up to and with the line end.
fn write_value(out: &mut String, value: &Node, indent: usize) {
    match value {
        Node::List(items) if !items.is_empty() => {
            out.push('\n');
            write_items(out, items, indent + 2);
        }
        Node::Map(entries) if !entries.is_empty() => {
            out.push('\n');
            write_entries(out, entries, indent + 2);
        }
        _ => {
            out.push(' ');
            out.push_str(&flat(value));
            out.push('\n');
        }
    }
}

fn write_items(out: &mut String, items: &[Node], indent: usize) {
    for item in items {
        push_indent(out, indent);
        match item {
            Node::Map(entries) if !entries.is_empty() => {
                // The first entry stands on the line of the dash, the others below it.
                let mut inner = String::new();
                write_entries(&mut inner, entries, indent + 2);
                out.push_str("- ");
                out.push_str(inner.trim_start_matches(' '));
            }
            Node::List(inner) if !inner.is_empty() => {
                out.push_str("-\n");
                write_items(out, inner, indent + 2);
            }
            _ => {
                out.push_str("- ");
                out.push_str(&flat(item));
                out.push('\n');
            }
        }
    }
}

fn flat(value: &Node) -> String {
    match value {
        Node::List(_) => "[]".to_owned(),
        Node::Map(_) => "{}".to_owned(),
        Node::Text { plain: true, .. } if value.is_empty() => "null".to_owned(),
        // A number or date stays what it was; nothing else of these letters can be misread.
        Node::Text { value, plain: true } if is_token(value) => value.clone(),
        Node::Text { value, .. } => scalar(value),
    }
}

fn push_indent(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// Letters that a plain scalar may consist of without meaning anything else than a scalar.
fn is_token(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+'))
        && text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.'))
        && text.bytes().any(|b| b.is_ascii_alphanumeric())
        && !text.starts_with("--")
}

/// Text that is text to every reader of YAML without quotes.
fn is_safe(text: &str) -> bool {
    let first = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    let rest =
        text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'_' | b'-' | b'.' | b'/'));
    let word = matches!(
        text.to_ascii_lowercase().as_str(),
        "true" | "false" | "yes" | "no" | "on" | "off" | "null" | "y" | "n" | "nan" | "inf"
    );
    first && rest && !word && !text.ends_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::yaml_in;
    use proptest::prelude::*;

    #[test]
    fn text_that_could_be_misread_is_quoted() {
        for (text, expected) in [
            ("Open source", "Open source"),
            ("yes", "\"yes\""),
            ("2015-01-01", "\"2015-01-01\""),
            ("a: b", "\"a: b\""),
            ("a #b", "\"a #b\""),
            ("", "\"\""),
            ("tail ", "\"tail \""),
            ("“x” \\ \"y\"\n", "\"“x” \\\\ \\\"y\\\"\\n\""),
        ] {
            assert_eq!(scalar(text), expected, "{text:?}");
        }
    }

    #[test]
    fn nested_values_stand_under_their_keys() {
        let entries = vec![
            ("weight".to_owned(), Node::plain("1.10")),
            ("none".to_owned(), Node::plain("")),
            (
                "links".to_owned(),
                Node::List(vec![
                    Node::Map(vec![
                        ("title".to_owned(), Node::quoted("A: b")),
                        ("tags".to_owned(), Node::List(vec![Node::quoted("x")])),
                    ]),
                    Node::List(vec![Node::plain("1")]),
                ]),
            ),
        ];
        assert_eq!(
            mapping(&entries),
            "weight: 1.10\nnone: null\nlinks:\n  - title: \"A: b\"\n    tags:\n      - x\n  -\n    - 1\n"
        );
    }

    fn any_node() -> impl Strategy<Value = Node> {
        let leaf = ".{0,24}".prop_map(Node::quoted);
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(Node::List),
                prop::collection::vec(("[a-z: #\"-]{1,6}", inner), 1..4).prop_map(|pairs| {
                    let mut map = Node::Map(Vec::new());
                    for (key, value) in pairs {
                        map.set(key, value);
                    }
                    map
                }),
            ]
        })
    }

    /// What an independent reader makes of it, every scalar a string.
    fn as_json(node: &Node) -> serde_json::Value {
        match node {
            Node::Text { value, .. } => value.clone().into(),
            Node::List(items) => items.iter().map(as_json).collect(),
            Node::Map(entries) => entries.iter().map(|(k, v)| (k.clone(), as_json(v))).collect(),
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(value in any_node()) {
            let entries = vec![("key".to_owned(), value)];
            let text = mapping(&entries);
            let read: serde_json::Value = serde_yaml::from_str(&text).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
            prop_assert_eq!(read, as_json(&Node::Map(entries.clone())), "{}", text);
            let read = yaml_in::read(&text).map_err(|e| TestCaseError::fail(e.message))?;
            prop_assert_eq!(as_json(&read.value), as_json(&Node::Map(entries)), "{}", text);
        }
    }
}
