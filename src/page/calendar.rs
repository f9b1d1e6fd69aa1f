//! Events as a calendar: iCalendar (RFC 5545), which calendar programs open and subscribe to.
//!
//! Written here and not with a library: the ones there are bring a second set of dates and take the
//! time of the build for `DTSTAMP`, and what is needed is four rules: CRLF, folding, escaping, days.

use crate::document::Date;
use std::fmt::Write;

/// An entry of a calendar.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// Stays the same as long as it is the same event, and is that of no other anywhere.
    pub uid: String,
    /// The last change of what tells it.
    pub changed: Option<Date>,
    pub date: Date,
    pub until: Option<Date>,
    pub event: &'a str,
    pub detail: &'a str,
    pub kind: &'a str,
    /// Titles of those that tell it: at most [`TELLERS`].
    pub told_by: Vec<&'a str>,
    /// With scheme and host; empty where the site has none.
    pub url: String,
}

/// So many of those that tell an event are named with it.
pub const TELLERS: usize = 5;
/// Octets of a line without its end (RFC 5545, section 3.1).
const LINE: usize = 75;
/// Letters of a text: a calendar shows a few lines, and programs refuse large files.
const LETTERS: usize = 1000;

/// A calendar of these events; there must be one at least. `name` is what programs show for it.
pub fn write<'a>(name: &str, events: impl Iterator<Item = Event<'a>>) -> Vec<u8> {
    let mut out = String::with_capacity(400 * events.size_hint().0 + 200);
    for property in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//nutgraf//Timeline//EN"] {
        line(&mut out, property);
    }
    text(&mut out, "NAME", [name]);
    text(&mut out, "X-WR-CALNAME", [name]);
    for event in events {
        entry(&mut out, &event);
    }
    line(&mut out, "END:VCALENDAR");
    out.into_bytes()
}

fn entry(out: &mut String, event: &Event) {
    line(out, "BEGIN:VEVENT");
    line(out, &format!("UID:{}", event.uid));
    // The day of the last change of whoever tells it, never the time of the build.
    let stamp = event.changed.map_or(jiff::civil::date(1970, 1, 1), Date::first_day);
    day(out, "DTSTAMP:", stamp, "T000000Z");
    day(out, "DTSTART;VALUE=DATE:", event.date.first_day(), "");
    // A month or year without a day stands on its first day, with a note: as a bar over all of it, it
    // would cover everything else in a calendar. The end is the day after the last.
    if let Some(end) = event.until.and_then(|until| until.last_day().tomorrow().ok()) {
        day(out, "DTEND;VALUE=DATE:", end, "");
    }
    text(out, "SUMMARY", [event.event.trim()]);
    let known = match event.date.day {
        0 => format!("In {}: the day is not known.\n", event.date.human("en")),
        _ => String::new(),
    };
    let detail = event.detail.trim();
    let after = if detail.is_empty() { "" } else { "\n" };
    text(out, "DESCRIPTION", [&known, detail, after, "From: ", &event.told_by.join("; ")]);
    if !event.kind.is_empty() {
        text(out, "CATEGORIES", [event.kind]);
    }
    if !event.url.is_empty() {
        line(out, &format!("URL:{}", event.url));
    }
    // What happened keeps nobody busy.
    line(out, "TRANSP:TRANSPARENT");
    line(out, "END:VEVENT");
}

fn day(out: &mut String, before: &str, day: jiff::civil::Date, after: &str) {
    let _ = write!(out, "{before}{:04}{:02}{:02}{after}\r\n", day.year(), day.month(), day.day());
}

/// A property with a text of several parts: escaped (section 3.3.11), and without control characters.
fn text<'t>(out: &mut String, name: &str, parts: impl IntoIterator<Item = &'t str>) {
    let mut escaped = format!("{name}:");
    for part in parts {
        for (at, letter) in part.chars().enumerate() {
            if at == LETTERS {
                escaped.push('…');
                break;
            }
            match letter {
                '\\' | ';' | ',' => {
                    escaped.push('\\');
                    escaped.push(letter);
                }
                '\n' => escaped.push_str("\\n"),
                letter if letter.is_control() => {}
                letter => escaped.push(letter),
            }
        }
    }
    line(out, &escaped);
}

/// A line, folded where it is too long: between letters, never within one.
fn line(out: &mut String, content: &str) {
    let (mut rest, mut room) = (content, LINE);
    while rest.len() > room {
        let end = (1..=room).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
        let (first, after) = rest.split_at(end);
        out.push_str(first);
        out.push_str("\r\n ");
        rest = after;
        // The space at its beginning is a part of the next line.
        room = LINE - 1;
    }
    out.push_str(rest);
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event<'a>(date: &str, until: Option<&str>, event: &'a str, detail: &'a str) -> Event<'a> {
        let day = |text: &str| Date::parse(text).unwrap();
        Event {
            uid: "urn:uuid:0".to_owned(),
            changed: Some(day("2024-05")),
            date: day(date),
            until: until.map(day),
            event,
            detail,
            kind: "visit",
            told_by: vec!["A; B"],
            url: "https://e.org/a/#event-x".to_owned(),
        }
    }

    fn lines(event: Event) -> Vec<String> {
        let bytes = write("N", std::iter::once(event));
        let all = String::from_utf8(bytes).unwrap();
        assert!(all.ends_with("END:VCALENDAR\r\n") && all.replace("\r\n", "").find(['\r', '\n']).is_none());
        assert!(all.split("\r\n").all(|line| line.len() <= LINE), "{all}");
        all.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_whole_entry() {
        assert_eq!(
            lines(event("2023-06-17", Some("2023-06-19"), "A visit, at last", "One;\ntwo\\")),
            [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//nutgraf//Timeline//EN",
                "NAME:N",
                "X-WR-CALNAME:N",
                "BEGIN:VEVENT",
                "UID:urn:uuid:0",
                "DTSTAMP:20240501T000000Z",
                "DTSTART;VALUE=DATE:20230617",
                "DTEND;VALUE=DATE:20230620",
                "SUMMARY:A visit\\, at last",
                "DESCRIPTION:One\\;\\ntwo\\\\\\nFrom: A\\; B",
                "CATEGORIES:visit",
                "URL:https://e.org/a/#event-x",
                "TRANSP:TRANSPARENT",
                "END:VEVENT",
                "END:VCALENDAR",
            ]
        );
    }

    #[test]
    fn dates_of_any_precision_become_days() {
        for (date, until, start, end, note) in [
            ("2023-06-17", None, "20230617", "", ""),
            ("2023-06", None, "20230601", "", "In June 2023: the day is not known."),
            ("2023", None, "20230101", "", "In 2023: the day is not known."),
            ("2023-12-30", Some("2023"), "20231230", "20240101", ""),
            ("2024-01-31", Some("2024-02"), "20240131", "20240301", ""),
            ("0476", None, "04760101", "", "In 476: the day is not known."),
            ("9999-12-31", Some("9999"), "99991231", "", ""),
        ] {
            let found = lines(event(date, until, "x", ""));
            let value = |key: &str| {
                let line = found.iter().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
                line.to_owned()
            };
            assert_eq!(
                (value("DTSTART;VALUE=DATE:"), value("DTEND;VALUE=DATE:")),
                (start.into(), end.into())
            );
            assert!(value("DESCRIPTION:").starts_with(note), "{found:?}");
        }
    }

    #[test]
    fn long_lines_are_folded_between_letters() {
        let words = "Überlänge 日本語 ".repeat(30);
        let found = lines(event("2023", None, &words, ""));
        assert!(found.contains(&format!("SUMMARY:{}", words.trim())), "{found:?}");
        let endless = "a".repeat(5000);
        let found = lines(event("2023", None, &endless, "\u{1}\u{7f}b"));
        assert!(found.contains(&format!("SUMMARY:{}…", "a".repeat(LETTERS))));
        assert!(found.iter().any(|line| line.contains("\\nb\\nFrom")), "{found:?}");
    }
}
