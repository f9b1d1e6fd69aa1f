//! Who said what: the quotes of the archive by their speakers, and one quote in two wordings.

use super::{Archive, DocId, PersonId, Resolved, Thing};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, nearest};
use crate::document::{Date, Quote, canonical};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A quote of the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quoted {
    pub document: DocId,
    /// Index into its `quotes`; its anchor is `#quote-` and the number after it.
    pub index: u32,
}

/// The quotes whose speakers are people of the archive.
#[derive(Debug, Default)]
pub(super) struct Quotes {
    /// Per document that has quotes: who speaks, parallel to them.
    speakers: HashMap<DocId, Vec<Option<PersonId>>>,
    /// Newest first.
    by_person: HashMap<PersonId, Vec<Quoted>>,
}

/// Comparing all unknown speakers with all names is for archives of some size at most.
const COMPARISONS: usize = 4_000_000;
/// Letters in which a misspelt speaker differs from a known name, at most.
const SLIPS: usize = 2;

/// Finds the speakers, and notes names that are likely misspelt and quotes in two wordings.
pub(super) fn join(archive: &Archive, diagnostics: &mut Diagnostics) -> Quotes {
    let mut quotes = Quotes::default();
    let with_quotes = || {
        let all = archive.documents.iter().enumerate();
        all.filter(|(_, d)| !d.facts.quotes.is_empty()).map(|(at, d)| (DocId(at as u32), d))
    };
    if with_quotes().next().is_none() {
        return quotes;
    }
    let names = Names::of(archive);
    let mut unknown: BTreeMap<String, Vec<Quoted>> = BTreeMap::new();
    for (id, document) in with_quotes() {
        let mut speakers = Vec::with_capacity(document.facts.quotes.len());
        for (index, quote) in document.facts.quotes.iter().enumerate() {
            let quoted = Quoted { document: id, index: index as u32 };
            let linked = quote.link.and_then(|link| match archive.resolved(id)[link as usize] {
                Resolved::Thing(Thing::Person(person)) => Some(person),
                _ => None,
            });
            let speaker = match linked {
                Some(person) => Some(person),
                // A link that leads nowhere, or to something else, is told where links are.
                None if quote.link.is_some() => None,
                None => names.person(archive, id, quote, diagnostics),
            };
            match speaker {
                Some(person) => quotes.by_person.entry(person).or_default().push(quoted),
                None => unknown.entry(canonical(&quote.speaker.value)).or_default().push(quoted),
            }
            speakers.push(speaker);
        }
        quotes.speakers.insert(id, speakers);
    }
    names.note_unknown(archive, &unknown, diagnostics);
    // The order of the map does not matter: findings are sorted by their places.
    let people: Vec<(&PersonId, &mut Vec<Quoted>)> = quotes.by_person.iter_mut().collect();
    let found: Vec<Diagnostics> = people
        .into_par_iter()
        .map(|(person, said)| {
            let mut found = Diagnostics::default();
            note_variants(archive, archive.label(Thing::Person(*person)), said, &mut found);
            said.sort_by_key(|quoted| (std::cmp::Reverse(archive.quote_date(*quoted)), *quoted));
            found
        })
        .collect();
    found.into_iter().for_each(|found| diagnostics.append(found));
    for said in unknown.values() {
        if let Some(first) = said.first() {
            note_variants(archive, &archive.quote(*first).speaker.value, said, diagnostics);
        }
    }
    quotes
}

/// The names of people, for attributions without a link.
struct Names<'a> {
    by_name: HashMap<String, Vec<PersonId>>,
    /// As written, in the order of people.
    known: Vec<&'a str>,
}

impl<'a> Names<'a> {
    fn of(archive: &'a Archive) -> Names<'a> {
        let mut names = Names { by_name: HashMap::new(), known: Vec::new() };
        for (id, person) in archive.person_ids().zip(&archive.people) {
            let facts = person.document.map(|id| &archive.document(id).facts);
            let others = facts.into_iter().flat_map(|facts| {
                facts
                    .native_name
                    .as_deref()
                    .into_iter()
                    .chain(facts.other_names.iter().map(|n| n.value.as_str()))
            });
            for name in std::iter::once(person.label.as_str()).chain(others) {
                let people = names.by_name.entry(canonical(name)).or_default();
                if !people.contains(&id) {
                    people.push(id);
                }
                names.known.push(name);
            }
        }
        names
    }

    fn person(
        &self,
        archive: &Archive,
        id: DocId,
        quote: &Quote,
        diagnostics: &mut Diagnostics,
    ) -> Option<PersonId> {
        match self.by_name.get(&canonical(&quote.speaker.value))?.as_slice() {
            [one] => Some(*one),
            several => {
                let slugs: Vec<String> =
                    several.iter().map(|id| format!("`[[{}]]`", archive.person(*id).slug)).collect();
                diagnostics.push(
                    Diagnostic::new(
                        Finding::AmbiguousName,
                        Place::new(archive.document(id).path.clone(), quote.speaker.span),
                        format!("{} people are called \"{}\"", several.len(), quote.speaker.value),
                    )
                    .help(format!("link the one you mean: {}", slugs.join(" or "))),
                );
                None
            }
        }
    }

    /// A speaker whom no one knows and whose name is close to a known one.
    fn note_unknown(
        &self,
        archive: &Archive,
        unknown: &BTreeMap<String, Vec<Quoted>>,
        diagnostics: &mut Diagnostics,
    ) {
        if unknown.len().saturating_mul(self.known.len()) > COMPARISONS {
            return;
        }
        for said in unknown.values() {
            let Some(first) = said.first() else { continue };
            let quote = archive.quote(*first);
            let name = quote.speaker.value.as_str();
            if quote.link.is_some() || name.chars().count() < 5 || self.by_name.contains_key(&canonical(name))
            {
                continue;
            }
            // Many of those who are quoted are in no archive, so this is stricter than for other names.
            let close =
                |near: &&str| strsim::osa_distance(&near.to_lowercase(), &name.to_lowercase()) <= SLIPS;
            let near = nearest(name, self.known.iter().copied()).filter(close);
            let Some(near) = near else { continue };
            diagnostics.push(
                Diagnostic::new(
                    Finding::UnknownPerson,
                    Place::new(archive.document(first.document).path.clone(), quote.speaker.span),
                    format!("unknown person \"{name}\" is quoted (did you mean \"{near}\"?)"),
                )
                .help(format!("write \"{near}\", or give the name a file in content/people/")),
            );
        }
    }
}

impl Archive {
    /// The words of a quote and what is told of it.
    pub fn quote(&self, quoted: Quoted) -> &Quote {
        &self.document(quoted.document).facts.quotes[quoted.index as usize]
    }

    /// Who speaks; `None` where no one of that name has a page.
    pub fn speaker(&self, quoted: Quoted) -> Option<PersonId> {
        *self.quotes.speakers.get(&quoted.document)?.get(quoted.index as usize)?
    }

    /// The quotes of a document, in the order of its text.
    pub fn quotes_of_document(&self, id: DocId) -> impl Iterator<Item = Quoted> + use<> {
        (0..self.document(id).facts.quotes.len() as u32).map(move |index| Quoted { document: id, index })
    }

    /// What a person said, newest first.
    pub fn quotes_of_person(&self, id: PersonId) -> &[Quoted] {
        self.quotes.by_person.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The day of a quote, for the order of quotes: its own, else that of its page.
    fn quote_date(&self, quoted: Quoted) -> Option<Date> {
        self.quote(quoted).date.or(self.document(quoted.document).facts.date)
    }
}

// One quote in two wordings.

/// Quotes with fewer words are said again and again.
const SHORTEST: usize = 6;
/// A wording is compared with others that share one of so many of its rarest groups of three words,
const RAREST: usize = 8;
/// and of those with so many before it.
const BEFORE: usize = 8;
/// Days by which two tellings of one quote may differ: time zones, and the day of publication.
const DAYS: i64 = 3;

/// One wording, and the first quote that has it.
struct Wording {
    quoted: Quoted,
    words: Vec<Word>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Word {
    /// Folded, letters and digits only; empty for a gap: `…`, `[…]`, or words in brackets, which are
    /// an editor's.
    key: String,
    /// Where it stands in the text of the quote.
    start: usize,
    end: usize,
}

/// Notes quotes of one speaker that are nearly the same and not quite. Costs time in proportion to
/// the number of quotes: each is compared with a bounded number of others.
fn note_variants(archive: &Archive, speaker: &str, said: &[Quoted], diagnostics: &mut Diagnostics) {
    if said.len() < 2 {
        return;
    }
    let mut seen: HashSet<Vec<String>> = HashSet::new();
    let mut wordings: Vec<Wording> = Vec::new();
    for quoted in said {
        let words = words(&archive.quote(*quoted).text);
        let keys: Vec<String> = words.iter().map(|word| word.key.clone()).collect();
        if seen.insert(keys) {
            wordings.push(Wording { quoted: *quoted, words });
        }
    }
    let mut places: HashMap<[&str; 3], Vec<u32>> = HashMap::new();
    for (at, wording) in wordings.iter().enumerate() {
        for shingle in shingles(&wording.words) {
            let list = places.entry(shingle).or_default();
            if list.last() != Some(&(at as u32)) {
                list.push(at as u32);
            }
        }
    }
    for (at, wording) in wordings.iter().enumerate() {
        let mut shared: Vec<(usize, &[u32])> = shingles(&wording.words)
            .filter_map(|shingle| {
                let list = places[&shingle].as_slice();
                let before = list.partition_point(|other| (*other as usize) < at);
                (before > 0).then(|| (list.len(), &list[before.saturating_sub(BEFORE)..before]))
            })
            .collect();
        shared.sort();
        shared.dedup();
        let mut candidates: Vec<u32> =
            shared.iter().take(RAREST).flat_map(|(_, list)| *list).copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        let nearest = candidates
            .iter()
            .filter_map(|other| {
                let other = &wordings[*other as usize];
                let [first, second] = [other, wording].map(|w| archive.quote(w.quoted).date);
                let apart = first.zip(second).is_some_and(|(first, second)| are_apart(first, second));
                Some((differ(&other.words, &wording.words, apart)?, other))
            })
            .min_by_key(|(slips, other)| (*slips, other.quoted));
        if let Some((_, other)) = nearest {
            note(archive, speaker, other, wording, diagnostics);
        }
    }
}

fn shingles(words: &[Word]) -> impl Iterator<Item = [&str; 3]> {
    words.windows(3).filter_map(|window| match window {
        [a, b, c] if ![a, b, c].iter().any(|word| word.key.is_empty()) => {
            Some([a.key.as_str(), b.key.as_str(), c.key.as_str()])
        }
        _ => None,
    })
}

/// By how many words two wordings of one quote differ; `None` where they are the same, one is an
/// excerpt of the other, or they are two quotes. `apart`: they were said on two days.
fn differ(a: &[Word], b: &[Word], apart: bool) -> Option<usize> {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if is_excerpt(short, long) || is_excerpt(long, short) {
        return None;
    }
    let count = short.iter().filter(|word| !word.key.is_empty()).count();
    // People say much the same on two days; only a long quote is surely one with a wrong date.
    let allowed = match apart {
        _ if count < SHORTEST => return None,
        true if count >= 20 => count / 10,
        true => return None,
        false => count / 4,
    };
    let slips = slips(short, long);
    (1..=allowed).contains(&slips).then_some(slips)
}

/// Whether two dates, each perhaps a month or a year, cannot be those of one occasion.
fn are_apart(first: Date, second: Date) -> bool {
    let days = |from: Date, to: Date| from.last_day().duration_until(to.first_day()).as_hours() / 24;
    days(first, second).max(days(second, first)) > DAYS
}

/// Whether all words of one stand in the other, in one piece between two gaps each and in order.
fn is_excerpt(part: &[Word], whole: &[Word]) -> bool {
    let mut rest = whole;
    part.split(|word| word.key.is_empty()).filter(|piece| !piece.is_empty()).all(|piece| {
        let found = rest
            .windows(piece.len())
            .position(|window| window.iter().zip(piece).all(|(a, b)| a.key == b.key));
        found.is_some_and(|at| {
            rest = &rest[at + piece.len()..];
            true
        })
    })
}

/// The fewest words that are to be added, left out or replaced to find one wording in the other,
/// whatever stands around it there.
fn slips(short: &[Word], long: &[Word]) -> usize {
    let mut row = vec![0usize; long.len() + 1];
    for word in short {
        let mut diagonal = row[0];
        row[0] += usize::from(!word.key.is_empty());
        for (at, other) in long.iter().enumerate() {
            let here = diagonal + replaced(word, other);
            diagonal = row[at + 1];
            row[at + 1] = here.min(diagonal + missed(word, other)).min(row[at] + missed(word, other));
        }
    }
    row.into_iter().min().unwrap_or_default()
}

/// What it costs that one word stands in place of another.
fn replaced(word: &Word, other: &Word) -> usize {
    usize::from(word.key != other.key) * missed(word, other)
}

/// What it costs that one of them has nothing in its place: a gap stands for any words.
fn missed(word: &Word, other: &Word) -> usize {
    usize::from(!word.key.is_empty() && !other.key.is_empty())
}

fn note(archive: &Archive, speaker: &str, first: &Wording, second: &Wording, diagnostics: &mut Diagnostics) {
    let texts = [first, second].map(|w| archive.quote(w.quoted).text.as_str());
    let [there, here] = differences(&first.words, &second.words, texts);
    let place = |quoted: Quoted| {
        Place::new(archive.document(quoted.document).path.clone(), archive.quote(quoted).span)
    };
    diagnostics.push(
        Diagnostic::new(
            Finding::QuoteVariants,
            place(second.quoted),
            format!("a quote of {speaker} stands in two wordings: here \"{here}\", elsewhere \"{there}\""),
        )
        .label("here")
        .also(place(first.quoted), "elsewhere")
        .help("look it up, and quote the same words in both places"),
    );
}

/// Words that are shown on each side of what differs.
const AROUND: usize = 4;

/// What differs in each of two texts, in brackets, with some words around it.
fn differences(a: &[Word], b: &[Word], texts: [&str; 2]) -> [String; 2] {
    let pairs = alignment(a, b);
    let first = pairs.iter().position(|pair| pair.odd).unwrap_or_default();
    let last = pairs.iter().rposition(|pair| pair.odd).unwrap_or_default();
    let cut = |words: &[Word], text: &str, of: fn(&Pair) -> Option<usize>| {
        let inside: Vec<usize> = pairs[first..=last].iter().filter_map(of).collect();
        // Where nothing stands in place of the other's words, the brackets are empty.
        let start =
            inside.first().copied().or_else(|| pairs[last..].iter().find_map(of)).unwrap_or(words.len());
        let end = inside.last().map_or(start, |last| last + 1);
        let (head, tail) = (start.saturating_sub(AROUND), (end + AROUND).min(words.len()));
        let at = |word: usize| words.get(word).map_or(text.len(), |word| word.start);
        let end_of = |word: usize| word.checked_sub(1).map_or(0, |last| words[last].end);
        // Between two words the text stands as it is, with its signs.
        let (before, odd, after) = match start < end {
            true => (at(head)..at(start), at(start)..end_of(end), end_of(end)..end_of(tail)),
            false => (at(head)..at(start), 0..0, at(start)..end_of(tail).max(at(start))),
        };
        let gap = if start < end || after.is_empty() { "" } else { " " };
        let dots = |there: bool| if there { "…" } else { "" };
        let shown = format!(
            "{}{}[{}]{gap}{}{}",
            dots(head > 0),
            &text[before],
            shortened(&text[odd]),
            &text[after],
            dots(tail < words.len())
        );
        shown.replace('\n', " ")
    };
    [cut(a, texts[0], |pair| pair.first), cut(b, texts[1], |pair| pair.second)]
}

/// Both ends of a long text.
fn shortened(text: &str) -> String {
    const END: usize = 100;
    match (text.char_indices().nth(END), text.char_indices().rev().nth(END - 1)) {
        (Some((head, _)), Some((tail, _))) if head < tail => {
            format!("{} … {}", text[..head].trim_end(), text[tail..].trim_start())
        }
        _ => text.to_owned(),
    }
}

/// Two words that stand in the same place of two wordings; of one, there may be none.
struct Pair {
    first: Option<usize>,
    second: Option<usize>,
    /// It is not the same word, and no gap.
    odd: bool,
}

/// Two wordings side by side, the best way that the shorter is found in the longer.
fn alignment(a: &[Word], b: &[Word]) -> Vec<Pair> {
    if a.len() > b.len() {
        let turn = |pair: Pair| Pair { first: pair.second, second: pair.first, ..pair };
        return alignment(b, a).into_iter().map(turn).collect();
    }
    let width = b.len() + 1;
    let mut table = vec![0usize; (a.len() + 1) * width];
    for i in 1..=a.len() {
        let above = (i - 1) * width;
        table[i * width] = table[above] + usize::from(!a[i - 1].key.is_empty());
        for j in 1..=b.len() {
            let (word, other) = (&a[i - 1], &b[j - 1]);
            let beside = table[above + j].min(table[i * width + j - 1]) + missed(word, other);
            table[i * width + j] = beside.min(table[above + j - 1] + replaced(word, other));
        }
    }
    // Both ends of the longer one are free.
    let (mut i, mut j) = (a.len(), (0..width).min_by_key(|j| table[a.len() * width + j]).unwrap_or_default());
    let mut pairs = Vec::new();
    while i > 0 {
        let here = table[i * width + j];
        let diagonal = |i: usize, j: usize| table[(i - 1) * width + j - 1];
        let (first, second, before) = if j > 0 && here == diagonal(i, j) + replaced(&a[i - 1], &b[j - 1]) {
            (Some(i - 1), Some(j - 1), diagonal(i, j))
        } else if j == 0 || here == table[(i - 1) * width + j] + missed(&a[i - 1], &b[j - 1]) {
            (Some(i - 1), None, table[(i - 1) * width + j])
        } else {
            (None, Some(j - 1), table[i * width + j - 1])
        };
        pairs.push(Pair { first, second, odd: here > before });
        (i, j) = (first.unwrap_or(i), second.unwrap_or(j));
    }
    pairs.reverse();
    pairs
}

/// The words of a quote. Signs, case and the kind of quotation marks are of no account; a letter of
/// a script without spaces is a word.
fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut bracket = None;
    let mut chars = text.char_indices().peekable();
    let gap = |words: &mut Vec<Word>, start: usize, end: usize| match words.last_mut() {
        Some(last) if last.key.is_empty() => last.end = end,
        _ => words.push(Word { key: String::new(), start, end }),
    };
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        if bracket.is_some() {
            if c == ']' {
                gap(&mut words, bracket.take().unwrap_or(at), end);
            }
        } else if c == '[' {
            // One that is never closed is a sign like others.
            bracket = text[end..].contains(']').then_some(at);
        } else if c == '…' || text[at..].starts_with("...") || text[at..].starts_with(". . .") {
            gap(&mut words, at, end);
        } else if c == '&' {
            words.push(Word { key: "and".to_owned(), start: at, end });
        } else if is_unspaced(c) {
            words.push(Word { key: c.to_string(), start: at, end });
        } else if c.is_alphanumeric() {
            let mut end = end;
            // `don't`, `U.S.`, `well-known`, `70,000` and `e´` are one word each.
            while let Some((i, next)) = chars.peek().copied() {
                let follows = || text[i + next.len_utf8()..].starts_with(char::is_alphanumeric);
                let inside = next.is_alphanumeric() && !is_unspaced(next)
                    || unicode_normalization::char::is_combining_mark(next)
                    || matches!(next, '\'' | '’' | '.' | ',' | '-' | '‑') && follows();
                if !inside {
                    break;
                }
                end = i + next.len_utf8();
                chars.next();
            }
            let key: String = canonical(&text[at..end]).chars().filter(|c| c.is_alphanumeric()).collect();
            words.push(Word { key, start: at, end });
        }
    }
    words
}

/// Of a script that is written without spaces.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0E7F}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What differs in each of two wordings, or `None` where there is nothing to tell.
    fn told(a: &str, b: &str, apart: bool) -> Option<[String; 2]> {
        let (first, second) = (words(a), words(b));
        differ(&first, &second, apart)?;
        Some(differences(&first, &second, [a, b]))
    }

    #[track_caller]
    fn check(a: &str, b: &str, expected: Option<[&str; 2]>) {
        let expected = expected.map(|texts| texts.map(str::to_owned));
        assert_eq!(told(a, b, false), expected, "{a} / {b}");
        let turned = expected.map(|[a, b]| [b, a]);
        assert_eq!(told(b, a, false), turned, "{b} / {a}");
    }

    #[test]
    fn other_words_in_one_quote_are_told_with_what_stands_around_them() {
        check(
            "We have no intention of closing the channel to small boats.",
            "We have no intention to close the channel to small boats!",
            Some([
                "We have no intention [of closing] the channel to small…",
                "We have no intention [to close] the channel to small…",
            ]),
        );
        check(
            "More than 70,000 boats passed the harbour last year.",
            "More than 100,000 boats passed the harbour last year.",
            Some([
                "More than [70,000] boats passed the harbour…",
                "More than [100,000] boats passed the harbour…",
            ]),
        );
        check(
            "We will not build a second quay in this century.",
            "We will build a second quay in this century.",
            Some(["We will [not] build a second quay…", "We will [] build a second quay…"]),
        );
        check(
            "The harbour is ours, and it will stay ours.",
            "Let me say it once more: the harbour is ours, and it shall stay ours. So help me.",
            Some(["…is ours, and it [will] stay ours", "…is ours, and it [shall] stay ours. So help…"]),
        );
        check(
            "港は私たちのもので、これからもそうです。",
            "港は私たちのもので、これからはそうです。",
            Some(["…これから[も]そうです", "…これから[は]そうです"]),
        );
    }

    #[test]
    fn the_same_words_are_one_wording() {
        for (a, b) in [
            ("“We have no intention – none – of closing it.”", "we have no intention, none, of CLOSING it"),
            ("Fish & chips for all of us today", "Fish and chips for all of us today"),
            ("Don't do that again to any of us", "Don’t do that again to any of us."),
            ("The U.S. will not ask for it again", "The US will not ask for it again"),
            ("One two three four five six", "One two  three\nfour five six"),
        ] {
            check(a, b, None);
        }
    }

    #[test]
    fn an_excerpt_is_no_other_wording() {
        let whole = "We paid for it, all of us, with what we had, and we would do it again tomorrow.";
        for part in [
            "We would do it again tomorrow.",
            "We paid for it, all of us … and we would do it again",
            "We paid for it … with what we had [...] tomorrow",
            "[The fishermen] paid for it, all of us, with what [they] had",
            "… all of us, with what we had, and we would do it again...",
        ] {
            check(whole, part, None);
        }
        // What stands between two gaps is still compared.
        check(
            whole,
            "We paid for it … with all that we had, and we would do it again",
            Some(["…all of us, with [what] we had, and we…", "…for it … with [all that] we had, and we…"]),
        );
    }

    #[test]
    fn two_quotes_are_two_quotes() {
        for (a, b) in [
            ("We have no intention of closing the channel.", "We have every reason to widen the old quay."),
            ("Thank you all very much.", "Thank you all so much."),
            ("I met the mayor of Aldby this morning.", "I met the pilots of the port this morning."),
            (
                "It was a good day for the harbour and for the town.",
                "It was a bad year for the fishermen and their boats.",
            ),
        ] {
            check(a, b, None);
        }
    }

    #[test]
    fn much_the_same_on_two_days_is_two_quotes_unless_it_is_long() {
        let (a, b) =
            ("We will stand by our friends in the north.", "We will stand by our partners in the north.");
        assert!(told(a, b, false).is_some());
        assert_eq!(told(a, b, true), None);
        let long = "We built this harbour with our own hands, stone upon stone, and no council that sits in a warm room far from here shall take it from us.";
        assert!(told(long, &long.replace("warm", "heated"), true).is_some());
    }

    #[test]
    fn days_of_one_occasion_may_differ_a_little() {
        let date = |text: &str| Date::parse(text).unwrap();
        for (a, b, apart) in [
            ("2023-06-16", "2023-06-16", false),
            ("2023-06-16", "2023-06-18", false),
            ("2023-06-16", "2023-06-20", true),
            ("2023-06", "2023-06-29", false),
            ("2023", "2023-06-29", false),
            ("2023-06", "2023-08", true),
            ("2024", "2023-12-31", false),
        ] {
            assert_eq!(are_apart(date(a), date(b)), apart, "{a} {b}");
            assert_eq!(are_apart(date(b), date(a)), apart, "{b} {a}");
        }
    }
}
