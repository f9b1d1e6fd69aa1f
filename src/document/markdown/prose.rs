//! Plain text: words, sentences, excerpts.

use crate::diagnostics::Span;
use unicode_normalization::char::is_combining_mark;

/// Longest sentence or excerpt, in characters.
const LONGEST: usize = 300;

/// Twice the number of words, so that a Han, kana or Thai letter can count as half of one. Other
/// words are what stands between white space and has a letter or digit in it.
pub(super) fn half_words(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let Some(first) = bytes.first() else { return 0 };
    // Most paragraphs are plain: then a word is a letter after white space, which is counted many
    // bytes at a time; a third of a scan went into looking at each by itself.
    if text.is_ascii() {
        let space = |b: u8| (b == b' ') | (b.wrapping_sub(b'\t') < 5);
        let letter = |b: u8| ((b | 0x20).wrapping_sub(b'a') < 26) | (b.wrapping_sub(b'0') < 10);
        let (mut words, mut signs) = (u32::from(letter(*first)), u32::from(!letter(*first) & !space(*first)));
        // Sums of bytes: no chunk is so long that one overflows.
        for (before, here) in bytes.chunks(128).zip(bytes[1..].chunks(128)) {
            let (mut begun, mut odd) = (0u8, 0u8);
            for (before, b) in before.iter().zip(here) {
                begun += u8::from(space(*before) & letter(*b));
                odd += u8::from(space(*before) & !space(*b) & !letter(*b));
            }
            words += u32::from(begun);
            signs += u32::from(odd);
        }
        if signs == 0 {
            return 2 * words;
        }
    }
    let mut halves = 0;
    let mut counted = false;
    for c in text.chars() {
        if c.is_ascii() {
            let letter = c.is_ascii_alphanumeric();
            halves += 2 * u32::from(letter & !counted);
            counted = (counted | letter) & !c.is_ascii_whitespace();
        } else if is_unspaced(c) {
            halves += u32::from(c.is_alphabetic());
            counted = false;
        } else if c.is_whitespace() {
            counted = false;
        } else if !counted && c.is_alphanumeric() {
            halves += 2;
            counted = true;
        }
    }
    halves
}

/// Of a script that is written without spaces.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0E7F}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// The beginning of a text, with `…` where it was cut. Where an image stood there is one space.
pub(super) fn excerpt(text: &str) -> String {
    let mut text = text.trim();
    let joined;
    if text.contains("  ") {
        joined = text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        text = &joined;
    }
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some(_) => {
            let end = text.char_indices().nth(LONGEST - 1).map_or(text.len(), |(i, _)| i);
            let end = cut_before(text, end);
            format!("{}…", text[..end].trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '–' | '—')))
        }
    }
}

/// Where the sentences of a text end, in bytes, ascending; the last is the end of the text.
///
/// A full stop ends none after an initial, an abbreviation, or before a small letter. That is right
/// often enough to show a link in its context, which is all that it is for.
pub(super) fn sentence_ends(text: &str) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new();
    let mut from = 0;
    // Only these can begin an end; looking at each letter was most of the cost of a sentence.
    let candidate = |b: u8| matches!(b, b'.' | b'!' | b'?') || !b.is_ascii();
    while let Some(at) = text[from..].bytes().position(candidate).map(|i| from + i) {
        let Some(c) = text[at..].chars().next() else { break };
        let mut end = at + c.len_utf8();
        let mut take = |signs: fn(char) -> bool| {
            while let Some(c) = text[end..].chars().next().filter(|c| signs(*c)) {
                end += c.len_utf8();
            }
            end
        };
        match c {
            '。' | '！' | '？' | '｡' => {
                from = take(|c| matches!(c, '」' | '』' | '”' | '）' | '。' | '！' | '？'));
                ends.push(from);
            }
            '.' | '!' | '?' | '…' => {
                let after_sign = at + c.len_utf8();
                from = take(|c| {
                    matches!(c, '.' | '!' | '?' | '…' | '"' | '\'' | ')' | ']' | '”' | '’' | '»' | '›')
                });
                let rest = &text[from..];
                if rest.starts_with(|c: char| !c.is_whitespace()) {
                    continue;
                }
                let begins_small = rest.trim_start().starts_with(char::is_lowercase);
                let in_quotes = from > after_sign;
                let before = &text[ends.last().copied().unwrap_or(0).min(at)..at];
                let word = || before.rsplit(char::is_whitespace).next().unwrap_or_default();
                if !begins_small && (c != '.' || in_quotes || !is_abbreviation(word())) {
                    ends.push(from);
                }
            }
            _ => from = end,
        }
    }
    if ends.last() != Some(&text.len()) {
        ends.push(text.len());
    }
    ends
}

/// Words that end in a full stop in the middle of a sentence.
const ABBREVIATIONS: &[&str] = &[
    "approx", "apr", "art", "aug", "ca", "cf", "ch", "co", "col", "corp", "dec", "dept", "dr", "ed", "eds",
    "est", "feb", "fig", "ft", "gen", "gov", "hon", "inc", "jan", "jr", "jul", "jun", "lt", "ltd", "maj",
    "mr", "mrs", "ms", "mt", "no", "nos", "nov", "oct", "op", "pp", "pres", "prof", "rep", "reps", "rev",
    "sec", "sen", "sens", "sep", "sept", "sgt", "sr", "st", "vol", "vs",
];

/// Whether a word before a full stop is an initial (`J`), a row of them (`U.S`) or a known short form.
fn is_abbreviation(word: &str) -> bool {
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut chars = word.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => c.is_uppercase(),
        (Some(c), Some('.')) => c.is_alphabetic(),
        (Some(_), Some(_)) => {
            word.len() <= 6 && ABBREVIATIONS.binary_search(&word.to_lowercase().as_str()).is_ok()
        }
        _ => false,
    }
}

/// The sentence around `mark`, at most 300 characters, and where the mark stands in it. Costs no more
/// than the sentence is allowed to be long, however long it is.
pub(super) fn sentence(text: &str, ends: &[usize], mark: std::ops::Range<usize>) -> (String, Span) {
    let first = ends.partition_point(|end| *end <= mark.start);
    let last = ends.partition_point(|end| *end < mark.end);
    let from = first.checked_sub(1).map_or(0, |i| ends[i]);
    let to = ends.get(last).copied().unwrap_or(text.len());
    let whole = &text[from..to];
    let from = (from + whole.len() - whole.trim_start().len()).min(mark.start);
    let to = (from + text[from..to].trim_end().len()).max(mark.end);

    if to - from <= LONGEST || text[from..to].chars().nth(LONGEST).is_none() {
        return (text[from..to].to_owned(), Span::new(mark.start - from, mark.end - from));
    }
    // A mark that is itself too long is cut; room is kept for both ellipses.
    let room = LONGEST - 2;
    let mark_end = text[mark.clone()]
        .char_indices()
        .nth(room)
        .map_or(mark.end, |(i, _)| mark.start + cut_before(&text[mark.clone()], i));
    let left_over = room - text[mark.start..mark_end].chars().count();
    let after_there = text[mark_end..to].chars().take(left_over).count();
    let before_there = text[from..mark.start].chars().rev().take(left_over).count();
    let before = before_there.min((left_over / 2).max(left_over - after_there));
    let start = match before {
        0 => mark.start,
        n => text[from..mark.start].char_indices().rev().nth(n - 1).map_or(from, |(i, _)| from + i),
    };
    let end = text[mark_end..to].char_indices().nth(left_over - before).map_or(to, |(i, _)| mark_end + i);
    let start = if start == from { start } else { cut_after(text, start).min(mark.start) };
    let end = if end == to {
        end
    } else {
        (mark_end + cut_before(&text[mark_end..to], end - mark_end)).max(mark_end)
    };
    let mut cut = String::with_capacity(end - start + 6);
    if start > from {
        cut.push('…');
    }
    let shift = cut.len();
    cut.push_str(&text[start..end]);
    let marked = Span::new(mark.start - start + shift, mark_end - start + shift);
    if end < to {
        cut.truncate(cut.trim_end().len().max(marked.end as usize));
        cut.push('…');
    }
    (cut, marked)
}

/// A place at or before `end` where a text can be cut: between words if there are some within forty
/// characters, else between whole signs.
fn cut_before(text: &str, end: usize) -> usize {
    let near = text[..end].char_indices().rev().take(40);
    if let Some((space, _)) = near.clone().find(|(_, c)| c.is_whitespace()) {
        return space;
    }
    if text[end..].chars().next().is_some_and(belongs_to_the_one_before) || text[..end].ends_with('\u{200d}')
    {
        return near
            .clone()
            .find(|(_, c)| !belongs_to_the_one_before(*c) && *c != '\u{200d}')
            .map_or(end, |(i, _)| i);
    }
    end
}

/// The same towards the end of the text.
fn cut_after(text: &str, start: usize) -> usize {
    let near = text[start..].char_indices().take(40);
    if let Some((space, c)) = near.clone().find(|(_, c)| c.is_whitespace()) {
        return start + space + c.len_utf8();
    }
    near.clone().find(|(_, c)| !belongs_to_the_one_before(*c)).map_or(start, |(i, _)| start + i)
}

/// Marks, variation selectors, joiners and skin tones: not signs of their own.
fn belongs_to_the_one_before(c: char) -> bool {
    is_combining_mark(c) || matches!(c, '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_in_any_script() {
        for (text, words) in [
            ("", 0),
            ("one two  three", 3),
            ("don't stop — now", 3),
            ("— … !", 0),
            ("日本語の文", 3),
            ("ไทย", 2),
            ("Привет, мир", 2),
            ("x日本y", 3),
            ("1.5 % of 2", 3),
            ("(one) two", 2),
            (" one", 1),
            ("one - two - ", 2),
            ("one -two", 2),
            ("“one” two", 2),
        ] {
            assert_eq!(half_words(text).div_ceil(2), words, "{text}");
        }
    }

    fn check_sentences(text: &str, expected: &[&str]) {
        let mut from = 0;
        let found: Vec<&str> = sentence_ends(text)
            .into_iter()
            .map(|end| text[std::mem::replace(&mut from, end)..end].trim())
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn sentences_end_where_readers_stop() {
        check_sentences("One. Two! Three? Four", &["One.", "Two!", "Three?", "Four"]);
        check_sentences(
            "The U.S. Senate and Sen. J. Doe met. Then left.",
            &["The U.S. Senate and Sen. J. Doe met.", "Then left."],
        );
        check_sentences("He said “no.” She left.", &["He said “no.”", "She left."]);
        check_sentences("It rose 1.5 percent... and fell. End", &["It rose 1.5 percent... and fell.", "End"]);
        check_sentences("一つ。二つ！「三つ。」四つ", &["一つ。", "二つ！", "「三つ。」", "四つ"]);
        check_sentences("See example.org/a.b for more", &["See example.org/a.b for more"]);
    }

    fn check_sentence(text: &str, mark: &str, expected: &str) {
        let at = text.find(mark).unwrap();
        let (sentence, span) = sentence(text, &sentence_ends(text), at..at + mark.len());
        assert_eq!(sentence, expected);
        assert_eq!(&sentence[span.start as usize..span.end as usize], mark);
    }

    #[test]
    fn a_sentence_is_found_by_its_mark() {
        check_sentence("First one. Then [X] came. Last.", "[X]", "Then [X] came.");
        check_sentence("[X]", "[X]", "[X]");
        check_sentence("A [X. Y] b. C", "[X. Y]", "A [X. Y] b.");
    }

    #[test]
    fn long_sentences_are_cut_around_the_mark() {
        for (before, after) in [(0, 1000), (1000, 0), (500, 500), (3, 1000), (1000, 3)] {
            let text = format!("{}[X]{}", "word ".repeat(before), " more".repeat(after));
            let at = text.find("[X]").unwrap();
            let (cut, span) = sentence(&text, &sentence_ends(&text), at..at + 3);
            let length = cut.chars().count();
            assert!((200..=LONGEST).contains(&length), "{length}: {cut}");
            assert_eq!(&cut[span.start as usize..span.end as usize], "[X]");
            assert_eq!(cut.starts_with('…'), before > 50, "{cut}");
            assert_eq!(cut.ends_with('…'), after > 50, "{cut}");
        }
        let kana = "あ".repeat(2000);
        let (cut, span) = sentence(&kana, &sentence_ends(&kana), 3000..3006);
        assert_eq!((cut.chars().count(), &cut[span.start as usize..span.end as usize]), (300, "ああ"));
        let (cut, _) = sentence(&kana, &sentence_ends(&kana), 0..kana.len());
        assert!(cut.chars().count() <= LONGEST);
    }

    #[test]
    fn excerpts_end_between_words_and_never_within_a_sign() {
        assert_eq!(excerpt(" short "), "short");
        assert_eq!(excerpt("an  image   stood here"), "an image stood here");
        let long = excerpt(&"word, ".repeat(100));
        assert!(long.ends_with("word…") && long.chars().count() <= LONGEST, "{long}");
        let marks = excerpt(&"e\u{301}".repeat(400));
        assert!(marks.chars().count() <= LONGEST && marks.ends_with("e\u{301}…"), "{marks}");
    }

    #[test]
    fn the_short_forms_are_sorted() {
        assert!(ABBREVIATIONS.is_sorted());
    }
}
