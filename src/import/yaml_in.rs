//! YAML → values as typed, and what can be saved of YAML that is broken.

use super::node::Node;
use serde_yaml::granit_parser::{Event, Parser, ScalarStyle};
use std::collections::HashMap;

/// Collections inside each other; front matters need three.
const DEEPEST: usize = 48;
/// Values in one front matter, aliases expanded: a guard against ones that multiply.
const MOST_VALUES: usize = 20_000;
/// Bytes of a broken text that is still taken apart.
const LONGEST: usize = 256 << 10;

/// What was read.
#[derive(Debug)]
pub struct Read {
    /// A map, or an empty one where the text says nothing.
    pub value: Node,
    /// Keys that stand twice in one map, with the line (from 1) of the later, which counts.
    pub twice: Vec<(String, usize)>,
}

/// Why a text cannot be read.
#[derive(Debug)]
pub struct Unreadable {
    /// From 1, within the text.
    pub line: usize,
    pub message: String,
}

/// Reads one mapping.
pub fn read(text: &str) -> Result<Read, Unreadable> {
    let mut stack: Vec<Open> = Vec::new();
    let mut anchors: HashMap<usize, Node> = HashMap::new();
    let mut twice = Vec::new();
    let mut root = None;
    let mut values = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) =
            event.map_err(|error| Unreadable { line: error.marker().line(), message: error.info() })?;
        let line = span.start.line();
        let refuse = |message: &str| Unreadable { line, message: message.to_owned() };
        let (node, anchor) = match event {
            Event::Scalar(value, style, anchor, _) => {
                (Node::Text { value: value.into_owned(), plain: style == ScalarStyle::Plain }, anchor)
            }
            Event::Alias(id) => {
                let node = anchors.get(&id).cloned().ok_or_else(|| refuse("an alias without its anchor"))?;
                values += size(&node);
                (node, 0)
            }
            Event::SequenceStart(..) | Event::MappingStart(..) if stack.len() >= DEEPEST => {
                return Err(refuse("values stand inside each other too deeply"));
            }
            Event::SequenceStart(_, anchor, _) => {
                stack.push(Open { node: Node::List(Vec::new()), key: None, anchor });
                continue;
            }
            Event::MappingStart(_, anchor, _) => {
                stack.push(Open { node: Node::Map(Vec::new()), key: None, anchor });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match stack.pop() {
                Some(open) => (open.node, open.anchor),
                None => continue,
            },
            Event::DocumentStart(..) if root.is_some() => {
                return Err(refuse("a second document begins"));
            }
            _ => continue,
        };
        values += 1;
        if values > MOST_VALUES {
            return Err(refuse("too many values"));
        }
        if anchor != 0 {
            anchors.insert(anchor, node.clone());
        }
        match stack.last_mut() {
            None => root = Some(node),
            Some(open) => open.take(node, line, &mut twice),
        }
    }
    match root {
        None => Ok(Read { value: Node::Map(Vec::new()), twice }),
        Some(value @ Node::Map(_)) => Ok(Read { value, twice }),
        Some(value) if value.is_empty() => Ok(Read { value: Node::Map(Vec::new()), twice }),
        Some(_) => Err(Unreadable { line: 1, message: "not a list of keys with values".to_owned() }),
    }
}

/// A broken text read key by key: each part that can be read is, the others become text as it
/// stands. Answers the values and the places, by line from 1, where text had to be taken as it is.
pub fn salvage(text: &str) -> (Read, Vec<Unreadable>) {
    let mut value = Node::Map(Vec::new());
    let mut twice = Vec::new();
    let mut faults = Vec::new();
    let parts = if text.len() > LONGEST { vec![(1, text)] } else { parts(text) };
    for (first, part) in parts {
        match read(part) {
            Ok(read) => {
                if let Node::Map(entries) = read.value {
                    for (key, node) in entries {
                        if value.set(key.clone(), node) {
                            twice.push((key, first));
                        }
                    }
                }
                twice.extend(read.twice.into_iter().map(|(key, line)| (key, line + first - 1)));
            }
            Err(error) => {
                let (key, rest) = part.split_once(':').unwrap_or(("unreadable", part));
                let rest = rest.trim();
                let bare = rest
                    .strip_prefix(['"', '\''])
                    .map(|inner| inner.strip_suffix(['"', '\'']).unwrap_or(inner))
                    .unwrap_or(rest);
                if value.set(key.trim().to_owned(), Node::quoted(bare)) {
                    twice.push((key.trim().to_owned(), first));
                }
                faults.push(Unreadable { line: error.line + first - 1, message: error.message });
            }
        }
    }
    (Read { value, twice }, faults)
}

/// Parts that begin with a key at the left edge, with the line of each.
fn parts(text: &str) -> Vec<(usize, &str)> {
    let mut starts = Vec::new();
    let mut at = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let key = line.split(':').next().unwrap_or("");
        let begins = line.contains(':')
            && !key.is_empty()
            && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
            && !key.starts_with('-');
        if begins || index == 0 {
            starts.push((index + 1, at));
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).map(|s| s.1).chain([text.len()]);
    starts.iter().zip(ends).map(|(&(line, start), end)| (line, &text[start..end])).collect()
}

struct Open {
    node: Node,
    /// A key that waits for its value.
    key: Option<String>,
    anchor: usize,
}

impl Open {
    fn take(&mut self, node: Node, line: usize, twice: &mut Vec<(String, usize)>) {
        if let Node::List(items) = &mut self.node {
            items.push(node);
            return;
        }
        match self.key.take() {
            None => {
                self.key = Some(match node {
                    Node::Text { value, .. } => value,
                    // A key that is itself a list or map has no name; its text stands for it.
                    other => format!("{other:?}"),
                });
            }
            Some(key) => {
                if self.node.set(key.clone(), node) {
                    twice.push((key, line));
                }
            }
        }
    }
}

fn size(node: &Node) -> usize {
    match node {
        Node::Text { .. } => 1,
        Node::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Node::Map(entries) => 1 + entries.iter().map(|(_, value)| size(value)).sum::<usize>(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_stay_as_typed() {
        let read = read("a: 1.10\nb: yes\nc: \"x\"\nd:\n  - 007\ne:\n").unwrap();
        assert_eq!(
            read.value,
            Node::Map(vec![
                ("a".into(), Node::plain("1.10")),
                ("b".into(), Node::plain("yes")),
                ("c".into(), Node::quoted("x")),
                ("d".into(), Node::List(vec![Node::plain("007")])),
                ("e".into(), Node::plain("~")),
            ])
        );
    }

    #[test]
    fn the_later_of_two_keys_counts_and_is_named() {
        let read = read("a: 1\nb: 2\na: 3\n").unwrap();
        assert_eq!(read.value.get("a"), Some(&Node::plain("3")));
        assert_eq!(read.twice, [("a".to_owned(), 3)]);
    }

    #[test]
    fn aliases_that_multiply_are_refused() {
        let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for n in 1..12 {
            let before = format!("*a{},", n - 1).repeat(9);
            text.push_str(&format!("a{n}: &a{n} [{}]\n", before.trim_end_matches(',')));
        }
        assert!(read(&text).is_err());
    }

    #[test]
    fn broken_yaml_is_saved_key_by_key() {
        let text = "title: \"He said \"no\" twice\"\ndate: 2015-01-01\ntopics:\n  - a\n - b\nslug: x\n";
        assert!(read(text).is_err());
        let (read, faults) = salvage(text);
        assert_eq!(read.value.get("title").and_then(Node::text), Some("He said \"no\" twice"));
        assert_eq!(read.value.get("date").and_then(Node::text), Some("2015-01-01"));
        assert_eq!(read.value.get("slug").and_then(Node::text), Some("x"));
        assert_eq!(read.value.get("topics").and_then(Node::text), Some("- a\n - b"));
        assert_eq!(faults.iter().map(|f| f.line).collect::<Vec<_>>(), [1, 5]);
    }
}
