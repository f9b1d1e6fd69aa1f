//! Text → terms: what counts as the same word, in the index and in a query.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A term in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Folded.
    pub text: String,
    /// Where it stands: letters of pair scripts count one each, other words one as a whole.
    pub position: u32,
    /// Bytes of the text.
    pub start: usize,
    pub end: usize,
}

/// Characters of a term; what comes behind them is cut off.
pub const LONGEST: usize = 32;

/// What the terms are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// The last letter of a run of a pair script is a term of its own, so that it can be looked for
    /// alone.
    Index,
    Query,
}

/// Appends the terms of a text, with positions from `position`, and returns the position behind them.
///
/// A word is a run of letters, digits and marks. Han, kana, Hangul, Thai, Lao, Khmer and Burmese have no
/// spaces between words that could be relied on: of their runs each two letters that stand together are
/// a term.
///
/// ```
/// use nutgraf::search::{Term, Use, terms};
/// let mut found = Vec::new();
/// terms("Zürich 簡単な", Use::Query, 0, &mut |term, _, _, _| found.push(term.to_owned()));
/// assert_eq!(found, ["zurich", "簡単", "単な"]);
/// ```
pub fn terms(text: &str, used: Use, position: u32, found: &mut dyn FnMut(&str, u32, usize, usize)) -> u32 {
    let mut position = position;
    let mut folded = String::new();
    let mut start: Option<(usize, bool)> = None;
    let mut flush = |start: usize, end: usize, pairs: bool, position: &mut u32| {
        let word = &text[start..end];
        folded.clear();
        fold_into(word, &mut folded);
        folded.retain(is_word);
        if folded.is_empty() {
            return;
        }
        if !pairs {
            let end_of = folded.char_indices().nth(LONGEST).map_or(folded.len(), |(at, _)| at);
            found(&folded[..end_of], *position, start, end);
            *position += 1;
            return;
        }
        // Where folding joined letters, as of half width, places within the run are not known.
        let places: Vec<usize> = word.char_indices().map(|(at, _)| start + at).chain([end]).collect();
        let cuts: Vec<usize> = folded.char_indices().map(|(at, _)| at).chain([folded.len()]).collect();
        let letters = cuts.len() - 1;
        let exact = places.len() == cuts.len();
        let place = |from: usize, to: usize| if exact { (places[from], places[to]) } else { (start, end) };
        for at in 0..letters.saturating_sub(1) {
            let (from, to) = place(at, at + 2);
            found(&folded[cuts[at]..cuts[at + 2]], *position + at as u32, from, to);
        }
        if letters == 1 || used == Use::Index {
            let (from, to) = place(letters - 1, letters);
            found(&folded[cuts[letters - 1]..], *position + letters as u32 - 1, from, to);
        }
        *position += letters as u32;
    };
    for (at, c) in text.char_indices() {
        if !is_word(c) {
            if let Some((from, pairs)) = start.take() {
                flush(from, at, pairs, &mut position);
            }
            continue;
        }
        // A mark goes with the letter that it stands on.
        let pairs = match start {
            Some((_, pairs)) if is_mark(c) => pairs,
            _ => is_pair(c),
        };
        match start {
            Some((from, was)) if was != pairs => {
                flush(from, at, was, &mut position);
                start = Some((at, pairs));
            }
            Some(_) => {}
            None => start = Some((at, pairs)),
        }
    }
    if let Some((from, pairs)) = start {
        flush(from, text.len(), pairs, &mut position);
    }
    position
}

/// The terms of a text, in a list.
pub fn all_terms(text: &str, used: Use) -> Vec<Term> {
    let mut all = Vec::new();
    terms(text, used, 0, &mut |text, position, start, end| {
        all.push(Term { text: text.to_owned(), position, start, end });
    });
    all
}

/// The key under which a title or name is found as a whole: its terms with spaces between. A name that
/// has very many is known by its beginning.
pub fn name_key(text: &str) -> String {
    let mut key = String::new();
    terms(text, Use::Query, 0, &mut |term, _, _, _| {
        if key.len() + term.len() < KEY {
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(term);
        }
    });
    key
}

/// Bytes of the key of a name.
const KEY: usize = 96;

/// A text without accents, capitals and differences of width.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

fn fold_into(text: &str, folded: &mut String) {
    if text.is_ascii() {
        folded.extend(text.bytes().map(|byte| byte.to_ascii_lowercase() as char));
        return;
    }
    let mut before = ' ';
    let stripped = text.nfkd().filter(move |c| {
        // Without its breve й would be another letter.
        let keep = !is_accent(*c) || (*c == '\u{306}' && matches!(before, 'и' | 'И'));
        before = *c;
        keep
    });
    for c in stripped.nfc().flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            'ى' => folded.push('ي'),
            'ـ' => {}
            other => folded.push(other),
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || (!c.is_ascii() && is_mark(c))
}

fn is_mark(c: char) -> bool {
    !c.is_ascii() && is_combining_mark(c)
}

/// Accents of Latin, Greek and Cyrillic letters, the vowel signs of Arabic and the points of Hebrew. The
/// vowels of other scripts are marks too, and stay.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}'
        | '\u{670}' | '\u{6d6}'..='\u{6ed}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
        && is_combining_mark(c)
}

/// Letters of scripts that are taken in pairs.
fn is_pair(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3130}'..='\u{318f}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ffdc}' | '\u{20000}'..='\u{3ffff}')
}

/// A term of a pair script: of one it may be a part only.
pub(super) fn is_of_pairs(term: &str) -> bool {
    term.chars().next().is_some_and(is_pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_scripts_without_spaces_come_in_pairs() {
        let check = |text: &str, expected: &str| {
            let found: Vec<String> =
                all_terms(text, Use::Query).iter().map(|t| format!("{}@{}", t.text, t.position)).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        };
        check("", "");
        check("The Moon's far-side", "the@0 moon@1 s@2 far@3 side@4");
        check("Straße Çelik İzmir Łódź Ærø", "strasse@0 celik@1 izmir@2 lodz@3 aero@4");
        check("ΟΔΟΣ οδός", "οδοσ@0 οδοσ@1");
        check("красивый Ёлка", "красивый@0 елка@1");
        check("مُحَمَّد محمد", "محمد@0 محمد@1");
        check("ＡＢＣ１２ ½", "abc12@0 12@1");
        check("一段简单", "一段@0 段简@1 简单@2");
        check("COVID新型 x", "covid@0 新型@1 x@3");
        check("ｶﾞｽ ガス", "ガス@0 ガス@2");
        check("ภาษา", "ภา@0 าษ@1 ษา@2");
        check("한국", "한국@0");
    }

    #[test]
    fn the_last_letter_of_a_pair_script_can_be_found_alone() {
        let found: Vec<String> = all_terms("简单", Use::Index).into_iter().map(|t| t.text).collect();
        assert_eq!(found, ["简单", "单"]);
    }

    #[test]
    fn places_are_bytes_of_the_text_as_given() {
        let text = "Ça, 簡単な!";
        let found: Vec<&str> = all_terms(text, Use::Query).iter().map(|t| &text[t.start..t.end]).collect();
        assert_eq!(found, ["Ça", "簡単", "単な"]);
    }

    #[test]
    fn a_long_name_is_known_by_its_beginning() {
        assert!(name_key(&"word ".repeat(100)).len() <= KEY);
        assert_eq!(name_key("The CAFÉ, of course"), "the cafe of course");
    }
}
