//! A value of a front matter or of settings, with every scalar as it was typed.

/// A value, whichever format it was written in.
///
/// Scalars keep their letters, so that `1.10`, `yes` and `2015-01-01` can be written again unchanged.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// `plain`: stood without quotes, so it may be a number, a truth value or nothing at all.
    Text {
        value: String,
        plain: bool,
    },
    List(Vec<Node>),
    /// In the order typed; keys are unique.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// Text that stands in quotes.
    pub fn quoted(value: impl Into<String>) -> Node {
        Node::Text { value: value.into(), plain: false }
    }

    /// Text that stands without quotes.
    pub fn plain(value: impl Into<String>) -> Node {
        Node::Text { value: value.into(), plain: true }
    }

    /// The trimmed text of a scalar; `None` for lists, maps and what says nothing (`""`, `null`, `~`).
    pub fn text(&self) -> Option<&str> {
        match self {
            Node::Text { value, plain } => {
                let text = value.trim();
                let nothing = text.is_empty() || (*plain && matches!(text, "~" | "null" | "Null" | "NULL"));
                (!nothing).then_some(text)
            }
            _ => None,
        }
    }

    /// The texts of a list, or of a scalar taken as a list of one. Items without text are left out.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Node::List(items) => items.iter().filter_map(Node::text).collect(),
            _ => self.text().into_iter().collect(),
        }
    }

    /// Says nothing: an empty scalar, list or map, or one of such.
    pub fn is_empty(&self) -> bool {
        match self {
            Node::Text { .. } => self.text().is_none(),
            Node::List(items) => items.iter().all(Node::is_empty),
            Node::Map(entries) => entries.iter().all(|(_, value)| value.is_empty()),
        }
    }

    /// The value of a key, compared without regard to case, as Hugo does.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match self {
            Node::Map(entries) => entries.iter().find(|(k, _)| k.eq_ignore_ascii_case(key)).map(|(_, v)| v),
            _ => None,
        }
    }

    /// Sets a key; answers whether it was there before.
    pub fn set(&mut self, key: String, value: Node) -> bool {
        let Node::Map(entries) = self else { return false };
        match entries.iter_mut().find(|(k, _)| *k == key) {
            Some(entry) => {
                entry.1 = value;
                true
            }
            None => {
                entries.push((key, value));
                false
            }
        }
    }
}
