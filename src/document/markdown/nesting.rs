//! How deep quotes and lists stand in each other, judged before parsing.

use crate::diagnostics::Span;

/// A container that is open after a line.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    Quote,
    /// A list item, definition or footnote, with the column from which its content stands.
    Item(usize),
}

/// Where quotes, list items, definitions and footnotes stand in each other more than `most` deep, or
/// `None`.
///
/// The parser takes time by depth × lines, so that a few kilobytes of `>` can hold it for minutes;
/// therefore this looks first. It errs on the side of too deep where lines are continued lazily, and
/// takes markers in code for markers; neither comes near the limit in real texts. A line costs its
/// length plus `most` at the worst.
pub(super) fn too_deep(body: &str, most: usize) -> Option<Span> {
    let mut open: Vec<Open> = Vec::new();
    let mut start = 0;
    let mut after_blank = true;
    for line in body.split_inclusive('\n') {
        let bytes = line.as_bytes();
        let mut at = 0;
        let mut column = 0;
        let mut kept = 0;
        // Which of the open containers go on in this line?
        loop {
            let (to, indent) = indentation(bytes, at, column);
            match open.get(kept) {
                Some(Open::Quote) if bytes.get(to) == Some(&b'>') => (at, column) = (to + 1, indent + 1),
                Some(Open::Item(content)) if indent >= *content => {}
                _ => break,
            }
            kept += 1;
        }
        let (first, _) = indentation(bytes, at, column);
        if first >= bytes.len() || bytes[first] == b'\n' {
            after_blank = true;
            start += line.len();
            continue;
        }
        let mut markers = Vec::new();
        if !is_rule(&bytes[first..]) {
            while let Some((next, next_column, container)) = marker(bytes, at, column) {
                if kept + markers.len() >= most {
                    let from = start + indentation(bytes, at, column).0;
                    return Some(Span::new(from, start + next));
                }
                markers.push(container);
                (at, column) = (next, next_column);
            }
        }
        // A line without markers may continue a paragraph lazily, which keeps everything open.
        if after_blank || !markers.is_empty() {
            open.truncate(kept);
        }
        open.append(&mut markers);
        after_blank = false;
        start += line.len();
    }
    None
}

/// Past spaces and tabs: the next byte and its column.
fn indentation(bytes: &[u8], mut at: usize, mut column: usize) -> (usize, usize) {
    loop {
        match bytes.get(at) {
            Some(b' ') => column += 1,
            Some(b'\t') => column += 4 - column % 4,
            _ => return (at, column),
        }
        at += 1;
    }
}

/// The container that a marker at this place opens, and where its content begins.
fn marker(bytes: &[u8], at: usize, column: usize) -> Option<(usize, usize, Open)> {
    let (at, column) = indentation(bytes, at, column);
    let length = match bytes.get(at)? {
        b'>' => return Some((at + 1, column + 1, Open::Quote)),
        b'-' | b'+' | b'*' | b':' => 1,
        b'0'..=b'9' => {
            let digits = bytes[at..].iter().take(10).take_while(|b| b.is_ascii_digit()).count();
            if digits > 9 || !matches!(bytes.get(at + digits), Some(b'.' | b')')) {
                return None;
            }
            digits + 1
        }
        b'[' if bytes.get(at + 1) == Some(&b'^') => {
            let end = bytes[at..].windows(2).take(1000).position(|w| w == b"]:")?;
            return Some((at + end + 2, column + end + 2, Open::Item(column + 4)));
        }
        _ => return None,
    };
    match bytes.get(at + length) {
        None | Some(b' ' | b'\t' | b'\n') => {
            Some((at + length, column + length, Open::Item(column + length + 1)))
        }
        _ => None,
    }
}

/// `* * *` is a line across the page, not lists.
fn is_rule(line: &[u8]) -> bool {
    let first = line[0];
    matches!(first, b'-' | b'*' | b'_')
        && line.iter().all(|b| *b == first || b.is_ascii_whitespace())
        && line.iter().filter(|b| **b == first).count() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, deep: bool) {
        assert_eq!(too_deep(body, 10).is_some(), deep, "{body}");
    }

    #[test]
    fn markers_are_counted_on_one_line_and_over_lines() {
        check(&">".repeat(10), false);
        check(&">".repeat(11), true);
        check(&"> ".repeat(11), true);
        check(&format!("{}x", "- ".repeat(11)), true);
        check(&format!("{}x", "1. ".repeat(11)), true);
        check(&format!("{}x", "* > ".repeat(6)), true);
        check(&(0..11).map(|i| format!("{}- a\n", "  ".repeat(i))).collect::<String>(), true);
        check(&(0..11).map(|i| format!("{}- a\nlazy\n", "  ".repeat(i))).collect::<String>(), true);
        check(&(0..10).map(|i| format!("{}- a\n\n", "  ".repeat(i))).collect::<String>(), false);
        check(&"[^a]: ".repeat(11), true);
    }

    #[test]
    fn long_flat_texts_are_not_deep() {
        check(&"- a\n".repeat(1000), false);
        check(&"> a\n".repeat(1000), false);
        check(&"- - - - - - - - - - - - - -\n".repeat(3), false);
        check(&"* * * * * * * * * * * * * *\n".repeat(3), false);
        check(&"- a\n  - b\n    - c\n".repeat(1000), false);
        check(&"- a\n\ntext\n\n> q\n\ntext\n".repeat(1000), false);
        check("text with > and - and 1. in it\n", false);
    }

    #[test]
    fn the_place_is_that_of_the_marker_that_is_too_much() {
        let body = format!("text\n{}x", "> ".repeat(11));
        assert_eq!(too_deep(&body, 10), Some(Span::new(5 + 20, 5 + 21)));
    }
}
