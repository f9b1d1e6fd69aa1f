//! The filter `lines`: a text in lines that fit into a box, in the largest letters that do.
//!
//! An SVG does not break lines. `{% set title = card.title | lines(font="Newsreader Display", width=1040,
//! height=330, largest=88, smallest=44) %}` has `title.lines`, `title.size` (of the letters) and
//! `title.step` (from one line to the next), in the units of the drawing. `leading` is the step in
//! parts of the size (1.1 without it), and `dir="rtl"` is for a text that is read from the right. A text
//! that is too long even in the smallest letters ends in `…`.

use crate::theme::Faces;
use tera::{Kwargs, Map, TeraResult, Value};
use unicode_linebreak::{BreakOpportunity, linebreaks};

/// Steps in which letters become smaller.
const FINER: f64 = 2.0;

/// What a text is to fit into.
#[derive(Clone, Copy, Debug)]
struct Room<'a> {
    font: &'a str,
    width: f64,
    height: f64,
    largest: f64,
    smallest: f64,
    leading: f64,
}

/// The filter; `text` is one line of text.
pub fn lines(faces: &Faces, text: &str, values: &Kwargs) -> TeraResult<Value> {
    let number = |name: &str| -> TeraResult<f64> {
        let value: f64 = values.must_get(name)?;
        match value.is_finite() && value >= 1.0 {
            true => Ok(value),
            false => Err(tera::Error::message(format!("`lines` needs a `{name}` of at least 1"))),
        }
    };
    let font: &str = values.must_get("font")?;
    let leading: f64 = values.get("leading")?.unwrap_or(1.1);
    if !(0.5..=5.0).contains(&leading) {
        return Err(tera::Error::message("`lines` needs a `leading` between 0.5 and 5"));
    }
    let (width, height) = (number("width")?, number("height")?);
    let (largest, smallest) = (number("largest")?, number("smallest")?);
    let room = Room { font, width, height, largest, smallest: smallest.min(largest), leading };
    let (size, lines) = fit(faces, text, room);
    // The readers of SVG take every line for one from the left: a line of its own direction says so.
    let turned = values.get::<&str>("dir")? == Some("rtl");
    let line = |line: String| Value::from(if turned { format!("\u{2067}{line}\u{2069}") } else { line });
    let mut map = Map::new();
    map.insert("size".into(), Value::from(size));
    map.insert("step".into(), Value::from((size * room.leading).round()));
    map.insert("lines".into(), Value::from(lines.into_iter().map(line).collect::<Vec<Value>>()));
    Ok(Value::from(map))
}

/// The largest size in which a text fits, and its lines.
fn fit(faces: &Faces, text: &str, room: Room) -> (f64, Vec<String>) {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let pieces = pieces(faces, &text, room.font);
    let mut size = room.largest;
    loop {
        let most = ((room.height / (size * room.leading)) as usize).max(1);
        let (width, last) = (room.width / size, size <= room.smallest);
        let (broken, cut) = broken(&pieces, width, last);
        if broken.len() <= most && !cut {
            let width = if last { width } else { narrowest(&pieces, width, broken.len()) };
            return (size, joined(&self::broken(&pieces, width, last).0));
        }
        if last {
            return (size, shortened(faces, &broken, most, width, room.font));
        }
        size = (size - FINER).max(room.smallest);
    }
}

/// A part of a text that stays together, with the width of each letter.
struct Piece<'a> {
    letters: Vec<(char, f64)>,
    text: &'a str,
}

impl Piece<'_> {
    fn width(&self) -> f64 {
        self.letters.iter().map(|(_, width)| width).sum()
    }

    /// Without the space that ends it, which does not count at the end of a line.
    fn bare(&self) -> f64 {
        let space = self.letters.last().filter(|(c, _)| *c == ' ').map_or(0.0, |(_, width)| *width);
        self.width() - space
    }
}

fn pieces<'a>(faces: &Faces, text: &'a str, font: &str) -> Vec<Piece<'a>> {
    let widths = faces.widths(text, font);
    let mut letters = text.chars().zip(widths.into_iter().map(f64::from));
    let mut from = 0;
    linebreaks(text)
        .filter(|(at, kind)| *kind == BreakOpportunity::Allowed || *at == text.len())
        .map(|(at, _)| {
            let piece = &text[from..at];
            from = at;
            Piece { letters: letters.by_ref().take(piece.chars().count()).collect(), text: piece }
        })
        .collect()
}

/// A text in lines of at most a width; and whether a piece would have to be cut for it, which happens
/// only where it `may`.
fn broken<'a>(pieces: &'a [Piece<'a>], width: f64, may: bool) -> (Vec<Line<'a>>, bool) {
    let (mut lines, mut line, mut cut) = (Vec::new(), Line::default(), false);
    for piece in pieces {
        if !line.text.is_empty() && line.width + piece.bare() > width {
            lines.push(std::mem::take(&mut line));
        }
        if piece.bare() <= width || !may {
            cut |= piece.bare() > width;
            line.push(piece.text, piece.width());
            continue;
        }
        let mut from = 0;
        for ((at, _), (_, letter)) in piece.text.char_indices().zip(&piece.letters) {
            if line.width + letter > width && at > from {
                line.push(&piece.text[from..at], 0.0);
                lines.push(std::mem::take(&mut line));
                from = at;
            }
            line.width += letter;
        }
        line.push(&piece.text[from..], 0.0);
    }
    if !line.text.is_empty() {
        lines.push(line);
    }
    (lines, cut)
}

/// Parts of a text in a row, and how wide they are.
#[derive(Default)]
struct Line<'a> {
    text: Vec<&'a str>,
    width: f64,
}

impl<'a> Line<'a> {
    fn push(&mut self, text: &'a str, width: f64) {
        self.text.push(text);
        self.width += width;
    }
}

/// The least width in which a text still has so many lines: then they are of about one length.
fn narrowest(pieces: &[Piece], width: f64, lines: usize) -> f64 {
    let (mut least, mut enough) = (0.0, width);
    for _ in 0..8 {
        let middle = (least + enough) / 2.0;
        let (broken, cut) = broken(pieces, middle, false);
        match broken.len() <= lines && !cut {
            true => enough = middle,
            false => least = middle,
        }
    }
    enough
}

fn joined(lines: &[Line]) -> Vec<String> {
    lines.iter().map(|line| line.text.concat().trim_end().to_owned()).collect()
}

/// The first lines, of which the last ends in `…`.
fn shortened(faces: &Faces, lines: &[Line], most: usize, width: f64, font: &str) -> Vec<String> {
    let mut lines = joined(&lines[..most.min(lines.len())]);
    if let Some(last) = lines.last_mut() {
        let wide = |text: &str| f64::from(faces.widths(text, font).into_iter().sum::<f32>());
        while !last.is_empty() && wide(&format!("{last}…")) > width {
            last.pop();
        }
        last.truncate(last.trim_end_matches(|c: char| c.is_whitespace() || c.is_ascii_punctuation()).len());
        last.push('…');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without faces every letter is as wide as its size.
    fn check(text: &str, width: f64, height: f64, expected: &str) {
        let room = Room { font: "", width, height, largest: 20.0, smallest: 10.0, leading: 1.0 };
        let (size, lines) = fit(&Faces::default(), text, room);
        assert_eq!(format!("{size} {}", lines.join("|")), expected, "{text}");
    }

    #[test]
    fn a_short_text_is_one_line_of_the_largest_letters() {
        check("abc", 100.0, 100.0, "20 abc");
        check("", 100.0, 100.0, "20 ");
        check("  a   b ", 100.0, 100.0, "20 a b");
    }

    #[test]
    fn lines_are_of_about_one_length() {
        check("aaa bbb ccc ddd", 260.0, 100.0, "20 aaa bbb|ccc ddd");
    }

    #[test]
    fn letters_become_smaller_until_all_lines_fit() {
        check("aaaa bbbb cccc", 100.0, 40.0, "12 aaaa|bbbb|cccc");
    }

    #[test]
    fn a_text_too_long_for_the_smallest_letters_ends_in_dots() {
        check("aaaa bbbb cccc, dddd", 50.0, 30.0, "10 aaaa|bbbb|cccc…");
    }

    #[test]
    fn a_word_without_end_is_cut_only_in_the_smallest_letters() {
        check("aaaaaaaaaaaa", 60.0, 60.0, "10 aaaaaa|aaaaaa");
        check("aaaaaaaaa", 100.0, 60.0, "10 aaaaaaaaa");
    }

    #[test]
    fn chinese_breaks_between_signs_and_not_before_a_full_stop() {
        check("一二三四五。六七", 100.0, 60.0, "20 一二三四|五。六七");
        check("一二三四。五", 80.0, 100.0, "20 一二三|四。五");
    }
}
