//! Who was what at which time.
//!
//! Dates of roles are days, months or years. A role that ended in `2025-01` may have been held on
//! 15 January 2025, and one that began in `2025-01` too: at a time that lies in both, both are
//! possible, and only a role that cannot have been held is a mistake.

use super::{Archive, DocId, PersonId, Resolved, Thing};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, Span};
use crate::document::{Date, Document, Role, canonical};
use crate::source::Kind;

/// How sure it is that a role was held at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    No,
    /// The dates are too coarse to tell.
    Perhaps,
    Surely,
}

/// Whether a role was held at a time. A role without an end ends with the person's life.
pub fn held(role: &Role, died: Option<Date>, at: Date) -> Held {
    let to = role.to.or(died);
    let begun = role.from.map_or(Held::Surely, |from| order(from, at));
    let lasts = to.map_or(Held::Surely, |to| order(at, to));
    begun.min(lasts)
}

/// Whether one date is no later than another.
fn order(first: Date, second: Date) -> Held {
    if first.last_day() <= second.first_day() {
        Held::Surely
    } else if first.first_day() <= second.last_day() {
        Held::Perhaps
    } else {
        Held::No
    }
}

impl Archive {
    /// What a person was at a time (`None`: is now), and whether that was so then: where they had no
    /// role at that time, it is the last one that is known. Of several roles at one time: a sure one
    /// before one that the dates leave open, then the one that began last.
    pub fn role_at(&self, id: PersonId, at: Option<Date>) -> Option<(&Role, bool)> {
        let facts = &self.document(self.person(id).document?).facts;
        let sure = |role: &Role| match at {
            Some(at) => held(role, facts.died, at),
            None if role.to.is_none() => Held::Surely,
            None => Held::No,
        };
        let best = facts.roles.iter().max_by_key(|role| (sure(role), role.from))?;
        if sure(best) > Held::No {
            return Some((best, true));
        }
        let begun =
            |role: &&Role| at.is_none_or(|at| role.from.is_none_or(|from| order(from, at) > Held::No));
        facts.roles.iter().filter(begun).max_by_key(|role| role.from).map(|role| (role, false))
    }
}

/// Notes roles that contradict each other or themselves, and names with a role that had ended.
pub(super) fn check(archive: &Archive, diagnostics: &mut Diagnostics) {
    let mut passing = vec![false; archive.people.len()];
    let mut any = false;
    for (id, person) in archive.person_ids().zip(&archive.people) {
        let Some(document) = person.document.map(|id| archive.document(id)) else { continue };
        note_conflicts(document, diagnostics);
        let facts = &document.facts;
        let ends = |role: &Role| role.from.or(role.to).or(facts.died).is_some() && !role.title.is_empty();
        passing[id.at()] = facts.roles.iter().any(ends);
        any |= passing[id.at()];
    }
    if any {
        for (id, _) in archive.of_kind(Kind::Explainer) {
            note_ended(archive, id, &passing, diagnostics);
        }
    }
}

fn note_conflicts(document: &Document, diagnostics: &mut Diagnostics) {
    let place = |role: &Role| Place::new(document.path.clone(), role.span);
    let mut dated: Vec<&Role> = Vec::new();
    for role in &document.facts.roles {
        let Some(from) = role.from else { continue };
        match role.to {
            Some(to) if order(from, to) == Held::No => diagnostics.push(
                Diagnostic::new(
                    Finding::RoleConflict,
                    place(role),
                    format!(
                        "the role \"{}\" ends {} and begins {}, which is later",
                        role.title,
                        when(to),
                        when(from)
                    ),
                )
                .help("correct `from` or `to`"),
            ),
            _ => dated.push(role),
        }
    }
    let key = |role: &Role| (canonical(&role.title), canonical(&role.org));
    dated.sort_by_cached_key(|role| (key(role), role.from, role.to));
    for pair in dated.windows(2) {
        let [first, second] = pair else { continue };
        // They overlap for sure if the second begins before the last month of the first has begun.
        let overlap = match (first.to, second.from) {
            (Some(to), Some(from)) => from.last_day() < to.first_day(),
            _ => true,
        };
        if key(first) == key(second) && overlap {
            diagnostics.push(
                Diagnostic::new(
                    Finding::RoleConflict,
                    place(second),
                    format!("the role \"{}\" is held twice at one time", second.title),
                )
                .label("this one begins before the other ends")
                .also(place(first), "the other one")
                .help("correct the dates, or make one role of the two"),
            );
        }
    }
}

/// Notes the links of an explainer whose sentence calls someone by a role that was not theirs.
fn note_ended(archive: &Archive, id: DocId, passing: &[bool], diagnostics: &mut Diagnostics) {
    let facts = &archive.document(id).facts;
    let Some(day) = facts.updated.or(facts.date) else { return };
    for (number, (link, target)) in facts.outgoing.iter().zip(archive.resolved(id)).enumerate() {
        let (Resolved::Thing(Thing::Person(person)), Some(sentence)) = (target, &link.sentence) else {
            continue;
        };
        if passing[person.at()] {
            // An attribution tells what someone was when they said it.
            let quote = facts.quotes.iter().find(|quote| quote.link == Some(number as u32));
            let at = quote.map_or(Some(day), |quote| quote.date);
            let mark = sentence.mark.start as usize..sentence.mark.end as usize;
            let (before, after) = (&sentence.text[..mark.start], &sentence.text[mark.end..]);
            let heading = sentence.section.and_then(|section| facts.headings.get(usize::from(section)));
            let heading = heading.map_or("", |heading| heading.text.as_str());
            if let Some(at) = at {
                let around = Around { before, after, heading };
                note_misnamed(archive, id, *person, at, &around, link.span, diagnostics);
            }
        }
    }
}

/// What stands around a name: its sentence, and the heading of its section.
struct Around<'t> {
    before: &'t str,
    after: &'t str,
    heading: &'t str,
}

/// Notes a role that stands right before or after the name of someone who cannot have held it. `span`
/// is the place of the name in its file.
fn note_misnamed(
    archive: &Archive,
    id: DocId,
    person: PersonId,
    at: Date,
    around: &Around,
    span: Span,
    diagnostics: &mut Diagnostics,
) {
    let Some(own) = archive.person(person).document.map(|id| archive.document(id)) else { return };
    let roles = &own.facts.roles;
    let called = roles.iter().filter(|role| is_called(around.before, around.after, &role.title));
    // `Vice Minister` is found too where someone was `Minister`; the longest title is the one meant.
    let Some(role) = called.max_by_key(|role| role.title.len()) else { return };
    let same = |other: &&Role| canonical(&other.title) == canonical(&role.title);
    let all = || roles.iter().filter(same);
    let died = own.facts.died;
    if all().any(|role| held(role, died, at) > Held::No) {
        return;
    }
    // A sentence, section or title that names a year of the role tells of that time.
    let spans = |year: i16| {
        let year = Date { year, month: 0, day: 0 };
        all().any(|role| held(role, died, year) > Held::No)
    };
    let sentence = years(around.before).chain(years(around.after));
    // A title that names the year of the text itself tells of no other time.
    let above = years(around.heading).chain(years(archive.title(id))).filter(|year| *year != at.year);
    if sentence.chain(above).any(spans) {
        return;
    }
    let name = archive.label(Thing::Person(person));
    let ended = |role: &&Role| role.to.or(died).is_some_and(|to| order(to, at) > Held::No);
    let (title, message, help) = match all().filter(ended).max_by_key(|role| role.to) {
        Some(role) => {
            let to = role.to.or(died).map_or_else(String::new, when);
            let message = format!(
                "{name} is called \"{}\", a role that ended {to}; this page is as of {}",
                role.title,
                at.human("en")
            );
            (role, message, format!("write \"former {}\"", role.title))
        }
        None => {
            let from = role.from.map_or_else(String::new, when);
            let message = format!(
                "{name} is called \"{}\", a role that began {from}; this page is as of {}",
                role.title,
                at.human("en")
            );
            (role, message, format!("write \"later {}\"", role.title))
        }
    };
    let now = archive.role_at(person, Some(at)).filter(|(_, held)| *held).map(|(role, _)| &role.title);
    let help = match now {
        Some(now) if !now.is_empty() => {
            format!("{help}, name the year, or write what they were then: \"{now}\"")
        }
        _ => format!("{help}, or name the year that is meant"),
    };
    diagnostics.push(
        Diagnostic::new(Finding::RoleEnded, Place::new(archive.document(id).path.clone(), span), message)
            .also(Place::new(own.path.clone(), title.span), "the role")
            .help(help),
    );
}

fn when(date: Date) -> String {
    format!("{} {}", if date.day > 0 { "on" } else { "in" }, date.human("en"))
}

/// Words that put a role into another time than that of the text.
const PAST: &[&str] = &[
    "alors",
    "ancien",
    "ancienne",
    "antigua",
    "antiguo",
    "damalige",
    "damaliger",
    "designate",
    "ehemalige",
    "ehemaligen",
    "ehemaliger",
    "elect",
    "entonces",
    "erstwhile",
    "ex",
    "former",
    "formerly",
    "future",
    "incoming",
    "late",
    "later",
    "nominee",
    "once",
    "one-time",
    "onetime",
    "outgoing",
    "past",
    "previous",
    "previously",
    "retired",
    "sometime",
    "then",
];

/// Words that make another role of the one that they stand before.
const OTHER: &[&str] =
    &["acting", "assistant", "associate", "co", "deputy", "interim", "non", "shadow", "sub", "under", "vice"];

/// Whether a sentence calls the one whose name stands between `before` and `after` by this title, as
/// what they are at the time of the text.
fn is_called(before: &str, after: &str, title: &str) -> bool {
    !title.is_empty() && (stands_before(before, after, title) || stands_after(after, title))
}

/// `Secretary of State` + name, or `the Secretary of State,` + name + `,`.
fn stands_before(before: &str, after: &str, title: &str) -> bool {
    let mut text = before.trim_end();
    if let Some(rest) = text.strip_suffix(',') {
        // `He told the president, X said`: there the title is someone else's.
        let closed = after.trim_start().chars().next().is_none_or(|c| matches!(c, ',' | '.' | ')' | ';'));
        if !closed {
            return false;
        }
        text = rest;
    }
    let Some(rest) = strip_end(text, title) else { return false };
    if rest.ends_with(|c: char| c.is_alphanumeric() || is_hyphen(c)) {
        return false;
    }
    let words = rest.split_whitespace().rev().take(4).map(bare);
    for (distance, word) in words.enumerate() {
        let lower = word.to_lowercase();
        if is_past(&lower) || (distance == 0 && OTHER.contains(&lower.as_str())) {
            return false;
        }
        // `the U.S.`, `former British`: what is small belongs to the sentence, not to the title.
        if word.starts_with(char::is_lowercase) && !is_article(&lower) {
            break;
        }
    }
    true
}

/// Name + `, the U.S. Secretary of State`.
fn stands_after(after: &str, title: &str) -> bool {
    let text = after.strip_prefix("’s").or(after.strip_prefix("'s")).unwrap_or(after).trim_start();
    let Some(mut rest) = text.strip_prefix([',', '(', '–', '—']).map(str::trim_start) else {
        return false;
    };
    for _ in 0..4 {
        if let Some(end) = strip_start(rest, title) {
            // `X, Secretary of State Y and others`: the title of the next name.
            let next = end.trim_start();
            let another = end.starts_with(' ') && next.starts_with(char::is_uppercase);
            let longer = end.starts_with(|c: char| c.is_alphanumeric() || is_hyphen(c));
            let past = next.split_whitespace().take(1).any(|word| is_past(&bare(word).to_lowercase()));
            return !another && !longer && !past;
        }
        let Some((word, more)) = rest.split_once(' ') else { return false };
        let lower = bare(word).to_lowercase();
        let adjective = word.starts_with(char::is_uppercase) && !word.ends_with(',');
        if is_past(&lower) || OTHER.contains(&lower.as_str()) || !(adjective || is_article(&lower)) {
            return false;
        }
        rest = more.trim_start();
    }
    false
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑')
}

fn is_article(word: &str) -> bool {
    matches!(word, "the" | "a" | "an" | "der" | "die" | "le" | "la" | "el")
}

/// `former`, `then-U.S.`, `l'ancien`, `Ex-British`.
fn is_past(word: &str) -> bool {
    let part = |part: &str| PAST.binary_search(&part).is_ok();
    part(word) || word.split(|c: char| is_hyphen(c) || matches!(c, '\'' | '’')).any(part)
}

/// A word without the signs around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// The text before `end`, which is compared without regard to case.
fn strip_end<'t>(text: &'t str, end: &str) -> Option<&'t str> {
    let count = end.chars().count();
    let (at, _) = text.char_indices().rev().nth(count.checked_sub(1)?)?;
    (text[at..].to_lowercase() == end.to_lowercase()).then(|| &text[..at])
}

fn strip_start<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let at = text.char_indices().nth(start.chars().count()).map_or(text.len(), |(at, _)| at);
    (text[..at].to_lowercase() == start.to_lowercase()).then(|| &text[at..])
}

/// The years that a text names, both ends of `2021–25` as they stand.
fn years(text: &str) -> impl Iterator<Item = i16> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|part| part.len() == 4)
        .filter_map(|part| part.parse().ok())
        .filter(|year| (1000..3000).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Option<Date> {
        (!text.is_empty()).then(|| Date::parse(text).unwrap())
    }

    #[test]
    fn dates_of_any_fineness_say_whether_a_role_was_held() {
        for (from, to, at, expected) in [
            ("2021-01-26", "2025-01-20", "2023-06-18", Held::Surely),
            ("2021-01-26", "2025-01-20", "2025-01-20", Held::Surely),
            ("2021-01-26", "2025-01-20", "2025-01-21", Held::No),
            ("2021-01-26", "2025-01-20", "2021-01-25", Held::No),
            ("2021-01", "2025-01", "2025-01-15", Held::Perhaps),
            ("2021-01", "2025-01", "2025-02-01", Held::No),
            ("2025-01", "", "2025-01-15", Held::Perhaps),
            ("2025-01", "", "2025-02-01", Held::Surely),
            ("2021-01-26", "2025-01-20", "2025", Held::Perhaps),
            ("2021", "2025", "2021", Held::Perhaps),
            ("2021", "2025", "2022", Held::Surely),
            ("2021", "2025", "2020", Held::No),
            ("", "", "1900", Held::Surely),
            ("", "1899", "1900", Held::No),
        ] {
            let role = Role { from: date(from), to: date(to), ..Role::default() };
            let found = held(&role, None, date(at).unwrap());
            assert_eq!(found, expected, "{from}..{to} at {at}");
        }
        let open = Role { from: date("1990"), ..Role::default() };
        assert_eq!(
            held(&open, date("2001-05"), date("2002").unwrap()),
            Held::No,
            "a role ends with the life"
        );
    }

    /// `text` has the name as `@`.
    #[track_caller]
    fn check(title: &str, text: &str, expected: bool) {
        let (before, after) = text.split_once('@').unwrap();
        assert_eq!(is_called(before, after, title), expected, "{text}");
    }

    #[test]
    fn a_title_right_before_or_after_a_name_is_its_own() {
        for text in [
            "Secretary of State @ flew home.",
            "On Sunday the U.S. Secretary of State @ flew home.",
            "The secretary of state, @, flew home.",
            "@, Secretary of State, flew home.",
            "@, the Secretary of State of the day, flew home.",
            "@, the U.S. secretary of state, flew home.",
            "@ (Secretary of State) flew home.",
            "He met @, the American Secretary of State.",
        ] {
            check("Secretary of State", text, true);
        }
        check("President", "“President @ spoke.", true);
    }

    #[test]
    fn words_of_another_time_make_a_title_right() {
        for text in [
            "Former Secretary of State @ flew home.",
            "The then-Secretary of State @ flew home.",
            "The then U.S. Secretary of State @ flew home.",
            "Ex-Secretary of State @ flew home.",
            "@, then Secretary of State, flew home.",
            "@, the former U.S. Secretary of State, flew home.",
            "@, the then-U.S. Secretary of State, flew home.",
            "The late Secretary of State @ was buried.",
            "@, Secretary of State designate, flew home.",
            "L’ancien Secretary of State @",
        ] {
            check("Secretary of State", text, false);
        }
    }

    #[test]
    fn a_title_of_another_role_or_person_is_not_theirs() {
        check("President", "Vice President @ spoke.", false);
        check("President", "Vice-President @ spoke.", false);
        check("President", "@, the deputy President, spoke.", false);
        check("Secretary of State", "Undersecretary of State @ spoke.", false);
        check("Secretary of State", "@, Secretary of State Mara Lind and others spoke.", false);
        check("Secretary of State", "@, who met the Secretary of State, spoke.", false);
        check("President", "He told the President, @ said.", false);
        check("President", "The President met @.", false);
        check("President", "@ met the President.", false);
        check("President", "They called it “President” @.", false);
        check("President", "The former aide of President @ spoke.", true);
        check("", "@, spoke.", false);
    }

    #[test]
    fn the_words_of_other_times_are_sorted() {
        assert!(PAST.is_sorted());
    }
}
