//! The names by which people and topics are found in texts, and the search for them.
//!
//! All names are one automaton (Aho and Corasick, 1975), which reads a text once, however many there
//! are. What it finds counts only between the boundaries of words; these differ between scripts.
//!
//! Texts and names are compared in one form: composed (NFC), with one kind of apostrophe, quotation
//! mark, space and hyphen, so that `O'Brien` is found where smart punctuation made it `O’Brien`.

use crate::source::Autolink;
use aho_corasick::{AhoCorasick, Input, MatchKind};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{compose, is_combining_mark};

/// How much a name says about who or what is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// It could as well be an ordinary word: it is looked for to be reported, and never links.
    Common,
    /// One word of a person's name: it means them on a page that names them in full as well.
    Short,
    /// It is the name, wherever it stands.
    Full,
}

/// What bears a name; it decides about case and hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bearer {
    /// Capitals are as in the name. `Biden-era` names Biden, `Smith-Jones` does not name Smith.
    Person,
    /// The words of the name may begin with a capital or not. `data-driven` does not name data.
    Topic,
}

/// The names to be found in texts.
#[derive(Debug)]
pub struct Gazetteer {
    automaton: AhoCorasick,
    /// Parallel to the patterns of the automaton.
    patterns: Vec<Pattern>,
    /// Of the names and what is known of them.
    digest: u64,
}

/// Collects names, and then makes a [`Gazetteer`] of them.
#[derive(Debug, Default)]
pub struct Collector {
    patterns: BTreeMap<String, Pattern>,
}

/// A name that was found in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// In bytes of the text.
    pub range: Range<usize>,
    /// Whom or what it names, as numbered by whoever collected the names.
    pub entity: u32,
    pub weight: Weight,
    /// What the file of the entity says about its links.
    pub autolink: Option<Autolink>,
    /// It is no name here but the same word in small letters, which speaks against a short name.
    pub ordinary: bool,
}

#[derive(Clone, Copy, Debug, Hash)]
struct Pattern {
    name: Option<Name>,
    /// The entity whose short name this is in small letters.
    ordinary: Option<u32>,
}

#[derive(Clone, Copy, Debug, Hash)]
struct Name {
    /// `None`: several have it, or its bearer does not want to be found. It still keeps shorter names
    /// from being found within it.
    entity: Option<u32>,
    weight: Weight,
    bearer: Bearer,
    autolink: Option<Autolink>,
}

/// Longest name that is looked for, in bytes. Longer ones are no names, and would make the search
/// slow on texts that are made to.
const LONGEST: usize = 200;

impl Collector {
    /// Adds a name. One that belongs to several entities is nobody's.
    pub fn add(
        &mut self,
        name: &str,
        entity: u32,
        bearer: Bearer,
        weight: Weight,
        autolink: Option<Autolink>,
    ) {
        let entity = Some(entity).filter(|_| autolink != Some(Autolink::Off));
        for form in forms(name, bearer) {
            self.enter(form, Name { entity, weight, bearer, autolink });
        }
        if bearer == Bearer::Person && weight == Weight::Short {
            let folded = fold_name(name);
            let small = folded.to_lowercase();
            if small != folded && small.len() <= LONGEST {
                let pattern = self.patterns.entry(small).or_insert(Pattern { name: None, ordinary: None });
                pattern.ordinary = entity.or(pattern.ordinary);
            }
        }
    }

    fn enter(&mut self, form: String, new: Name) {
        if form.is_empty() || form.len() > LONGEST {
            return;
        }
        let pattern = self.patterns.entry(form).or_insert(Pattern { name: None, ordinary: None });
        pattern.name = Some(match pattern.name {
            None => new,
            Some(old) if old.entity == new.entity => {
                if new.weight > old.weight {
                    new
                } else {
                    old
                }
            }
            // What would only be reported gives way to a name.
            Some(old) if new.weight == Weight::Common => old,
            Some(old) if old.weight == Weight::Common => new,
            Some(old) => Name { entity: None, ..old },
        });
    }

    /// `None` where there is nothing to look for.
    pub fn finish(self) -> Option<Gazetteer> {
        if !self.patterns.values().any(|p| p.name.is_some_and(|name| name.entity.is_some())) {
            return None;
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(self.patterns.keys())
            // More bytes of names than four thousand million: then none are looked for.
            .ok()?;
        let mut hasher = DefaultHasher::new();
        self.patterns.hash(&mut hasher);
        let digest = hasher.finish();
        Some(Gazetteer { automaton, patterns: self.patterns.into_values().collect(), digest })
    }
}

impl Gazetteer {
    /// Both find the same in any text.
    pub fn has_names_of(&self, other: &Gazetteer) -> bool {
        self.digest == other.digest
    }

    /// Calls `found` for each name in a text, in order. Of names within each other the longest counts.
    pub fn find(&self, text: &str, mut found: impl FnMut(Found)) {
        let folded = Folded::of(text);
        let hay = folded.text.as_ref();
        let mut at = 0;
        while let Some(hit) = self.automaton.find(Input::new(hay).range(at..)) {
            let pattern = &self.patterns[hit.pattern().as_usize()];
            let bearer = pattern.name.map_or(Bearer::Person, |name| name.bearer);
            if !stands_alone(hay, hit.range(), bearer) {
                at = next_word(hay, hit.start());
                continue;
            }
            at = hit.end();
            let range = folded.back(hit.start())..folded.back(hit.end());
            // Of signs that are composed in an order of their own, the way back can be lost.
            if text.get(range.clone()).is_none() {
                continue;
            }
            if let Some(entity) = pattern.ordinary {
                let (weight, autolink) = (Weight::Common, None);
                found(Found { range: range.clone(), entity, weight, autolink, ordinary: true });
            }
            if let Some(Name { entity: Some(entity), weight, autolink, .. }) = pattern.name
                && ((bearer == Bearer::Person && weight == Weight::Full)
                    || !is_part_of_a_name(hay, hit.range(), bearer))
            {
                found(Found { range, entity, weight, autolink, ordinary: false });
            }
        }
    }
}

/// The forms in which a name is found.
fn forms(name: &str, bearer: Bearer) -> Vec<String> {
    /// Names of more words have a form with small letters and one with capitals, and no others.
    const WORDS: usize = 4;
    let name = fold_name(name);
    if bearer == Bearer::Person {
        return vec![name];
    }
    let words: Vec<&str> = name.split(' ').collect();
    let with = |change: &dyn Fn(usize) -> fn(char) -> Option<char>| {
        let word = |(at, word): (usize, &&str)| {
            let mut letters = word.chars();
            let first = letters.next().map(|c| change(at)(c).unwrap_or(c));
            first.into_iter().chain(letters).collect::<String>()
        };
        words.iter().enumerate().map(word).collect::<Vec<String>>().join(" ")
    };
    let mut forms = vec![name.clone()];
    if words.len() <= WORDS {
        for choice in 0..1u32 << words.len() {
            forms.push(with(&|at| if choice >> at & 1 == 1 { capital } else { small }));
        }
    } else {
        forms.push(with(&|_| small));
        forms.push(with(&|at| if at == 0 { capital } else { small }));
        forms.push(with(&|_| capital));
        forms.push(with(&|at| if at == 0 { capital } else { |_| None }));
        forms.push(with(&|at| if at == 0 { small } else { |_| None }));
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// The one capital that a letter has, if it has one.
fn capital(c: char) -> Option<char> {
    let mut all = c.to_uppercase();
    all.next().filter(|_| all.next().is_none())
}

fn small(c: char) -> Option<char> {
    let mut all = c.to_lowercase();
    all.next().filter(|_| all.next().is_none())
}

/// A name in the form in which texts are searched.
fn fold_name(name: &str) -> String {
    let composed: String = name.nfc().collect();
    let folded = Folded::of(&composed).text.into_owned();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text in the form in which it is searched, with the way back.
struct Folded<'t> {
    text: Cow<'t, str>,
    /// Where the distance between the two changes: offset in the form, offset in the text.
    steps: Vec<(u32, u32)>,
}

impl Folded<'_> {
    fn of(text: &str) -> Folded<'_> {
        if text.is_ascii() {
            return Folded { text: Cow::Borrowed(text), steps: Vec::new() };
        }
        let mut form = String::with_capacity(text.len());
        let mut steps = Vec::new();
        let mut done = 0;
        // Runs of ASCII, the most of most texts, are copied whole.
        while let Some(length) = text.as_bytes()[done..].iter().position(|b| !b.is_ascii()) {
            form.push_str(&text[done..done + length]);
            done += length;
            let Some(c) = text[done..].chars().next() else { break };
            done += c.len_utf8();
            match c {
                '’' | '‘' | 'ʼ' | '′' => form.push('\''),
                '“' | '”' | '„' => form.push('"'),
                '\u{a0}' | '\u{202f}' | '\u{2007}' | '\u{2009}' => form.push(' '),
                '\u{2010}' | '\u{2011}' => form.push('-'),
                // A hint where a word may be parted at the end of a line.
                '\u{ad}' => {}
                _ if is_combining_mark(c) || ('\u{1160}'..='\u{11ff}').contains(&c) => {
                    let base = form.chars().next_back();
                    match base.and_then(|base| compose(base, c)) {
                        Some(composed) => {
                            form.pop();
                            form.push(composed);
                        }
                        None => form.push(c),
                    }
                }
                _ => {
                    form.push(c);
                    continue;
                }
            }
            // What was composed can be shorter than its first letter and mark were together.
            while steps.pop_if(|(before, _)| *before > form.len() as u32).is_some() {}
            steps.push((form.len() as u32, done as u32));
        }
        form.push_str(&text[done..]);
        Folded { text: Cow::Owned(form), steps }
    }

    /// The place in the text of a place in its form.
    fn back(&self, at: usize) -> usize {
        match self.steps.partition_point(|(form, _)| *form as usize <= at).checked_sub(1) {
            None => at,
            Some(step) => {
                let (form, text) = self.steps[step];
                text as usize + at - form as usize
            }
        }
    }
}

/// Whether a stretch of a text stands between boundaries of words.
fn stands_alone(text: &str, range: Range<usize>, bearer: Bearer) -> bool {
    let name = &text[range.clone()];
    let (Some(first), Some(last)) = (name.chars().next(), name.chars().next_back()) else { return false };
    let mut before = text[..range.start].chars().rev();
    let mut after = text[range.end..].chars();
    let (before, further_before) = (before.next(), before.next());
    let (next, further) = (after.next(), after.next());
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let begins = match before {
        None => true,
        Some('@' | '#' | '_' | '\\') => false,
        // `pre-` and `www.` make another word.
        Some('-' | '.') => !is_letter(further_before),
        Some(c) => !joins(c, first) && (first.is_alphanumeric() || !c.is_alphanumeric()),
    };
    let ends = match next {
        None => true,
        Some('@' | '_' | '#' | '+') => false,
        Some('.') => !is_letter(further),
        Some('-') => match bearer {
            Bearer::Person => !further.is_some_and(|c| c.is_uppercase() || c.is_numeric()),
            Bearer::Topic => !is_letter(further),
        },
        // `C++11` is not C++.
        Some(c) if !last.is_alphanumeric() && !is_combining_mark(last) => !c.is_alphanumeric(),
        Some(c) => !joins(last, c) || is_particle(last, &text[range.end..]),
    };
    begins && ends && !(next_to_a_sign(before, next) && is_in_an_address(text, range))
}

/// Whether no word ends between two letters that follow each other.
fn joins(a: char, b: char) -> bool {
    if is_combining_mark(b) || b == '\u{200d}' || a == '\u{200d}' {
        return true;
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || is_combining_mark(c);
    if !is_word(a) || !is_word(b) {
        return false;
    }
    match (script(a), script(b)) {
        // Words of foreign origin are written in it from end to end.
        (Script::Katakana, Script::Katakana) => true,
        // Vowels that are written before or after the letter with which they make a syllable.
        (Script::Unspaced, Script::Unspaced) => {
            matches!(a, '\u{0e40}'..='\u{0e44}' | '\u{0ec0}'..='\u{0ec4}')
                || matches!(
                    b,
                    '\u{0e30}' | '\u{0e32}' | '\u{0e33}' | '\u{0e45}' | '\u{0eb0}' | '\u{0eb2}' | '\u{0eb3}'
                )
        }
        (Script::Spaced, Script::Spaced) => true,
        _ => false,
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Script {
    /// There are spaces between words.
    Spaced,
    Katakana,
    /// Words follow each other without a sign: a name may begin and end at any letter.
    Unspaced,
}

fn script(c: char) -> Script {
    match c {
        '\u{30a1}'..='\u{30fa}'
        | '\u{30fc}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{ff66}'..='\u{ff9f}' => Script::Katakana,
        // Thai, Lao, Burmese, Khmer; kana; Han.
        '\u{0e00}'..='\u{0eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{309f}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Script::Unspaced,
        _ => Script::Spaced,
    }
}

/// Of a script without spaces between words.
pub fn is_unspaced(c: char) -> bool {
    script(c) != Script::Spaced
}

/// Whether a Korean word goes on with a particle, which is written without a space.
fn is_particle(last: char, rest: &str) -> bool {
    const PARTICLES: &[&str] = &[
        "은", "는", "이", "가", "을", "를", "의", "에", "와", "과", "도", "로", "으로", "에게", "께", "께서",
        "에서", "만", "씨",
    ];
    let is_hangul = |c: char| ('\u{ac00}'..='\u{d7a3}').contains(&c);
    let end = rest.char_indices().take(4).find(|(_, c)| !is_hangul(*c)).map_or(rest.len(), |(at, _)| at);
    is_hangul(last) && PARTICLES.contains(&rest.get(..end).unwrap_or_default())
}

fn next_to_a_sign(before: Option<char>, next: Option<char>) -> bool {
    let sign = |c: Option<char>| matches!(c, Some('/' | ':' | '=' | '&' | '?' | '%' | '~'));
    sign(before) || sign(next)
}

/// Whether a stretch belongs to an address of the web that stands in the text.
fn is_in_an_address(text: &str, range: Range<usize>) -> bool {
    /// More than a word and less than a page.
    const NEAR: usize = 200;
    let mut from = range.start.saturating_sub(NEAR);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text[from..range.start].rsplit(char::is_whitespace).next().unwrap_or_default();
    before.contains("://") || before.contains("www.") || before.contains('@') || before.starts_with('/')
}

/// Whether a name is likely a part of a longer one, because a word with a capital is its neighbour:
/// `Hunter Biden` is not Biden, and the `School of Public Policy` is not public policy.
///
/// Of people this is asked for names of one word. Of topics it is asked where all words of the name
/// have capitals, and the first word of a sentence is no such neighbour.
fn is_part_of_a_name(text: &str, range: Range<usize>, bearer: Bearer) -> bool {
    let is_capital = |word: &str| word.starts_with(char::is_uppercase);
    if bearer == Bearer::Topic && !is_capital(text[range.clone()].rsplit(' ').next().unwrap_or_default()) {
        return false;
    }
    if text[range.end..].strip_prefix(' ').is_some_and(is_capital) {
        return true;
    }
    let mut before = &text[..range.start];
    let mut word_before = || {
        let rest = before.strip_suffix(' ')?;
        let is_sign = |c: char| !c.is_alphanumeric() && c != '\'' && c != '-';
        let at = rest.char_indices().rev().take(40).find(|(_, c)| is_sign(*c));
        let word = &rest[at.map_or(0, |(at, c)| at + c.len_utf8())..];
        before = &rest[..rest.len() - word.len()];
        let begins = before.trim_end().chars().next_back().is_none_or(|c| matches!(c, '.' | '!' | '?' | ':'));
        Some((word, begins))
    };
    match (word_before(), bearer) {
        (Some((word, _)), Bearer::Person) => is_capital(word),
        (Some(("of" | "for", _)), Bearer::Topic) => word_before().is_some_and(|(word, _)| is_capital(word)),
        (Some((word, begins)), Bearer::Topic) => is_capital(word) && !begins,
        (None, _) => false,
    }
}

/// Where the search goes on after a stretch that was no word by itself: at the next word.
fn next_word(text: &str, from: usize) -> usize {
    let mut before: Option<char> = None;
    for (at, c) in text[from..].char_indices() {
        if before.is_some_and(|before| !joins(before, c)) {
            return from + at;
        }
        before = Some(c);
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn gazetteer(people: &[&str], topics: &[&str]) -> Gazetteer {
        let mut names = Collector::default();
        let number = |at: usize| at as u32;
        for (at, name) in people.iter().enumerate() {
            let weight = if name.contains(' ') || !name.is_ascii() { Weight::Full } else { Weight::Short };
            names.add(name, number(at), Bearer::Person, weight, None);
        }
        for (at, name) in topics.iter().enumerate() {
            names.add(name, number(people.len() + at), Bearer::Topic, Weight::Full, None);
        }
        names.finish().expect("names")
    }

    fn check(names: &Gazetteer, text: &str, expected: &[&str]) {
        let mut found = Vec::new();
        names.find(text, |f| {
            if !f.ordinary {
                found.push(text[f.range].to_owned());
            }
        });
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn names_of_people_are_found_as_they_are_written() {
        let names = gazetteer(&["Ada Lovelace", "Ada Lovelace King", "Conan O'Brien", "Zoë Æther"], &[]);
        for (text, expected) in [
            ("Ada Lovelace wrote.", &["Ada Lovelace"][..]),
            ("It was Ada Lovelace King, not Ada Lovelace.", &["Ada Lovelace King", "Ada Lovelace"]),
            ("ada lovelace and ADA LOVELACE", &[]),
            ("Ada Lovelaces", &[]),
            ("Canada Lovelace", &[]),
            ("Ada Lovelace’s notes, Ada Lovelace-style", &["Ada Lovelace", "Ada Lovelace"]),
            ("Ada Lovelace-King", &[]),
            ("Ada\u{a0}Lovelace, Ada Love\u{ad}lace", &["Ada\u{a0}Lovelace", "Ada Love\u{ad}lace"]),
            ("Conan O’Brien, Conan O'Brien", &["Conan O’Brien", "Conan O'Brien"]),
            ("Zoe\u{308} Æther – Zoë Æther", &["Zoe\u{308} Æther", "Zoë Æther"]),
            ("“Ada Lovelace”, (Ada Lovelace).", &["Ada Lovelace", "Ada Lovelace"]),
            ("https://example.org/Ada Lovelace", &[]),
            ("@Ada Lovelace #Ada Lovelace", &[]),
        ] {
            check(&names, text, expected);
        }
    }

    #[test]
    fn words_of_a_topic_may_begin_with_a_capital() {
        let names = gazetteer(
            &[],
            &["Export controls", "fentanyl", "Plain Language", "NATO", "C++", "US–China relations"],
        );
        for (text, expected) in [
            (
                "Export controls. The export controls. Export Controls!",
                &["Export controls", "export controls", "Export Controls"][..],
            ),
            ("EXPORT CONTROLS and FENTANYL", &[]),
            ("Fentanyl or fentanyl-related, non-fentanyl", &["Fentanyl"]),
            ("plain language, Plain language", &["plain language", "Plain language"]),
            ("NATO, Nato, nato", &["NATO"]),
            ("C++ and C++, not C++11", &["C++", "C++"]),
            ("see fentanyl.example and example.fentanyl", &[]),
            ("fentanyl/heroin", &["fentanyl"]),
            ("School of Export Controls; Export Controls Act; the US Fentanyl Office", &[]),
            (
                "The Export Controls of 2022. In Fentanyl, as in Export controls",
                &["Export Controls", "Fentanyl", "Export controls"],
            ),
            ("https://example.org/fentanyl/x?fentanyl=1", &[]),
            ("US–China relations", &["US–China relations"]),
        ] {
            check(&names, text, expected);
        }
    }

    #[test]
    fn boundaries_are_those_of_the_script() {
        let names = gazetteer(
            &["習近平", "李尚福", "アダ", "ทักษิณ ชินวัตร", "Иван Петров", "문재인", "גולדה מאיר"],
            &["日本", "ไทย"],
        );
        for (text, expected) in [
            ("中国の習近平国家主席は李尚福と", &["習近平", "李尚福"][..]),
            ("アダム、アダとアダ・ラブレス", &["アダ", "アダ"]),
            ("นายทักษิณ ชินวัตรกล่าว", &["ทักษิณ ชินวัตร"]),
            ("เรื่องไทยๆ ไทยา", &["ไทย"]),
            ("Иван Петров сказал, Иван Петрова нет", &["Иван Петров"]),
            ("문재인은 문재인 대통령, 문재인들", &["문재인", "문재인"]),
            ("אמרה גולדה מאיר.", &["גולדה מאיר"]),
            ("在日本Tokyo", &["日本"]),
        ] {
            check(&names, text, expected);
        }
    }

    #[test]
    fn a_short_name_beside_a_capital_is_a_part_of_another() {
        let names = gazetteer(&["Biden", "Will"], &[]);
        check(&names, "Biden met Hunter Biden and Biden Jones; then Biden.", &["Biden", "Biden"]);
        let mut ordinary = Vec::new();
        names.find("Will it will?", |f| ordinary.push((f.entity, f.ordinary)));
        assert_eq!(ordinary, [(1, false), (1, true)]);
    }

    proptest! {
        #[test]
        fn what_is_found_is_the_name(text in "[aAdeoëŽ\u{301}\u{308}\u{323}\u{ad}\u{a0}’' ᄀ-나각\u{11a8}ไ์日アー.-]{0,40}") {
            let names = ["Ade", "Ad ë", "A'd", "각", "日", "アー"];
            let found_by = gazetteer(&names, &["ao", "ë"]);
            found_by.find(&text, |found| {
                let name = fold_name(&text[found.range]).to_lowercase();
                assert!(["ade", "ad ë", "a'd", "각", "日", "アー", "ao", "ë"].contains(&name.as_str()), "{name} in {text}");
            });
        }
    }

    #[test]
    fn a_name_of_several_is_nobodys_and_hides_what_stands_in_it() {
        let mut names = Collector::default();
        names.add("John Kerry", 0, Bearer::Person, Weight::Full, None);
        names.add("John Kerry", 1, Bearer::Person, Weight::Full, None);
        names.add("Kerry", 0, Bearer::Person, Weight::Full, None);
        names.add("Off", 2, Bearer::Person, Weight::Full, Some(Autolink::Off));
        let names = names.finish().expect("names");
        check(&names, "John Kerry and Kerry, Off", &["Kerry"]);
        assert!(Collector::default().finish().is_none());
    }
}
