//! TOML → values as typed: as much of it as front matters and Hugo settings use.

use super::node::Node;

/// Reads a document. What cannot be read is left out and named by line (from 1) with its text.
pub fn read(text: &str) -> (Node, Vec<(usize, String)>) {
    let mut root = Node::Map(Vec::new());
    let mut faults = Vec::new();
    let mut table: Vec<String> = Vec::new();
    let mut at = 0;
    let (mut counted, mut number) = (0, 1);
    while at < text.len() {
        let rest = &text[at..];
        let skipped = rest.len() - rest.trim_start().len();
        at += skipped;
        let rest = &text[at..];
        if rest.is_empty() {
            break;
        }
        let line_end = rest.find('\n').map_or(text.len(), |n| at + n);
        let line = text[at..line_end].trim();
        if line.starts_with('#') {
            at = line_end;
            continue;
        }
        number += text[counted..at].bytes().filter(|b| *b == b'\n').count();
        counted = at;
        if let Some(name) = line.strip_prefix("[[").and_then(|l| l.split("]]").next()) {
            table = keys(name);
            at = line_end;
            match place(&mut root, &table) {
                Some(slot) => match slot {
                    Node::List(items) => items.push(Node::Map(Vec::new())),
                    Node::Map(entries) if entries.is_empty() => {
                        *slot = Node::List(vec![Node::Map(Vec::new())])
                    }
                    _ => faults.push((number, line.to_owned())),
                },
                None => faults.push((number, line.to_owned())),
            }
            continue;
        }
        if line.starts_with('[') {
            table = keys(line.trim_start_matches('[').split(']').next().unwrap_or(""));
            at = line_end;
            if place(&mut root, &table).is_none() {
                faults.push((number, line.to_owned()));
            }
            continue;
        }
        let mut scan = Scan { text, at };
        let read = scan.key_value(0);
        match read {
            Some((name, value)) if scan.at_line_end() => {
                let mut path = table.clone();
                path.extend(name);
                let last = path.pop().unwrap_or_default();
                match place(&mut root, &path) {
                    Some(Node::List(items)) => {
                        if let Some(map) = items.last_mut() {
                            map.set(last, value);
                        }
                    }
                    Some(slot) => {
                        slot.set(last, value);
                    }
                    None => faults.push((number, line.to_owned())),
                }
                at = scan.at;
            }
            _ => {
                faults.push((number, line.to_owned()));
                at = line_end;
            }
        }
    }
    (root, faults)
}

/// The value under a dotted name, made as an empty map where there is none.
fn place<'a>(root: &'a mut Node, path: &[String]) -> Option<&'a mut Node> {
    let mut node = root;
    for name in path {
        if let Node::List(items) = node {
            node = items.last_mut()?;
        }
        let Node::Map(entries) = node else { return None };
        let index = match entries.iter().position(|(key, _)| key == name) {
            Some(index) => index,
            None => {
                entries.push((name.clone(), Node::Map(Vec::new())));
                entries.len() - 1
            }
        };
        node = &mut entries[index].1;
    }
    Some(node)
}

fn keys(dotted: &str) -> Vec<String> {
    let mut scan = Scan { text: dotted, at: 0 };
    scan.key().unwrap_or_default()
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl Scan<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn spaces(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    /// Spaces, line ends and comments, as they may stand between the items of an array.
    fn gap(&mut self) {
        loop {
            self.at += self.rest().len() - self.rest().trim_start().len();
            if !self.rest().starts_with('#') {
                return;
            }
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        }
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn at_line_end(&mut self) -> bool {
        self.spaces();
        let rest = self.rest();
        if rest.is_empty() || rest.starts_with(['\n', '\r']) {
            return true;
        }
        if rest.starts_with('#') {
            self.at += rest.find('\n').unwrap_or(rest.len());
            return true;
        }
        false
    }

    fn key(&mut self) -> Option<Vec<String>> {
        let mut path = Vec::new();
        loop {
            self.spaces();
            if self.rest().starts_with(['"', '\'']) {
                path.push(self.string()?);
            } else {
                let rest = self.rest();
                let end =
                    rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
                if end == 0 {
                    return None;
                }
                path.push(rest[..end].to_owned());
                self.at += end;
            }
            self.spaces();
            if !self.eat(".") {
                return Some(path);
            }
        }
    }

    fn key_value(&mut self, depth: usize) -> Option<(Vec<String>, Node)> {
        let key = self.key()?;
        self.spaces();
        if !self.eat("=") {
            return None;
        }
        self.spaces();
        Some((key, self.value(depth)?))
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        if depth > 32 {
            return None;
        }
        if self.rest().starts_with(['"', '\'']) {
            return self.string().map(Node::quoted);
        }
        if self.eat("[") {
            let mut items = Vec::new();
            loop {
                self.gap();
                if self.eat("]") {
                    return Some(Node::List(items));
                }
                items.push(self.value(depth + 1)?);
                self.gap();
                if !self.eat(",") {
                    self.gap();
                    return self.eat("]").then_some(Node::List(items));
                }
            }
        }
        if self.eat("{") {
            let mut map = Node::Map(Vec::new());
            loop {
                self.gap();
                if self.eat("}") {
                    return Some(map);
                }
                let (key, value) = self.key_value(depth + 1)?;
                map.set(key.join("."), value);
                self.gap();
                if !self.eat(",") {
                    self.gap();
                    return self.eat("}").then_some(map);
                }
            }
        }
        let rest = self.rest();
        let end = rest.find([',', ']', '}', '#', '\n', '\r']).unwrap_or(rest.len());
        let token = rest[..end].trim();
        if token.is_empty() {
            return None;
        }
        let node = Node::plain(token);
        self.at += end;
        Some(node)
    }

    fn string(&mut self) -> Option<String> {
        for (quote, raw) in [("'''", true), ("\"\"\"", false)] {
            if self.eat(quote) {
                let rest = self.rest();
                let end = rest.find(quote)?;
                let inner = rest[..end].strip_prefix('\n').unwrap_or(&rest[..end]).to_owned();
                self.at += end + 3;
                return Some(if raw { inner } else { unescape(&inner) });
            }
        }
        if self.eat("'") {
            let end = self.rest().find(['\'', '\n']).filter(|&n| self.rest()[n..].starts_with('\''))?;
            let inner = self.rest()[..end].to_owned();
            self.at += end + 1;
            return Some(inner);
        }
        self.at += 1;
        let mut escaped = false;
        for (offset, c) in self.rest().char_indices() {
            match c {
                '\n' => return None,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    let inner = unescape(&self.rest()[..offset]);
                    self.at += offset + 1;
                    return Some(inner);
                }
                _ => {}
            }
        }
        None
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some(kind @ ('u' | 'U')) => {
                let digits: String = chars.by_ref().take(if kind == 'u' { 4 } else { 8 }).collect();
                let c = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                out.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_front_matter_and_settings_are_read() {
        let (value, faults) = read(
            "title = \"A \\\"b\\\"\" # note\ndate = 2015-01-01T10:00:00Z\ndraft = false\ntags = [\n  'x', # one\n  \"y\",\n]\n\
             [params]\nmainSections = ['posts']\n[permalinks.page]\nposts = '/:year/:slug/'\n[[menu.main]]\nname = 'A'\n[[menu.main]]\nname = 'B'\n",
        );
        assert_eq!(faults, []);
        assert_eq!(value.get("title"), Some(&Node::quoted("A \"b\"")));
        assert_eq!(value.get("date"), Some(&Node::plain("2015-01-01T10:00:00Z")));
        assert_eq!(value.get("tags").map(Node::texts), Some(vec!["x", "y"]));
        let pattern = value.get("permalinks").and_then(|p| p.get("page")).and_then(|p| p.get("posts"));
        assert_eq!(pattern.and_then(Node::text), Some("/:year/:slug/"));
        let Some(Node::List(menu)) = value.get("menu").and_then(|m| m.get("main")) else { panic!() };
        assert_eq!(menu.iter().filter_map(|m| m.get("name")?.text()).collect::<Vec<_>>(), ["A", "B"]);
    }

    #[test]
    fn lines_that_are_not_toml_are_named() {
        let (value, faults) = read("a = 1\nnonsense here\nb = \"open\nc = 2\n");
        assert_eq!(value.get("c").and_then(Node::text), Some("2"));
        assert_eq!(faults, [(2, "nonsense here".to_owned()), (3, "b = \"open".to_owned())]);
    }
}
