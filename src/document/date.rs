//! Dates of explainers: a day, a month or a year, without time zone; and the moments of embargoes.

use crate::source::Interval;
use crate::source::yaml::shown;
use jiff::civil::{self, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};
use std::ops::{Range, RangeInclusive};

/// A year, a month or a day. Ordered by first day, then the coarser first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    /// 1 to 9999; 0 only in the default.
    pub year: i16,
    /// 0 for a year alone.
    pub month: u8,
    /// 0 for a year or month alone.
    pub day: u8,
}

/// A point in time as typed: a day or minute of the site's time zone, or a time with its offset.
#[derive(Clone, Debug, PartialEq)]
pub struct Instant {
    /// The author's own words, for display.
    pub typed: String,
    day: civil::Date,
    clock: Option<Clock>,
}

/// Why a text is not a date, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateError {
    /// One line, without final stop.
    pub message: String,
    /// An order, without final stop.
    pub help: String,
}

/// The time of day behind a date.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Clock {
    time: Time,
    /// Seconds east of UTC; `None`: local time of the site.
    offset: Option<i32>,
}

impl Date {
    /// Reads `2023`, `2023-06`, `2023-06-17`, or the calendar part of a date-time, whatever its
    /// offset: a date is a day of the calendar and the same in every time zone.
    pub fn parse(text: &str) -> Result<Date, DateError> {
        read(text).map(|(date, _)| date)
    }

    /// The first of the days that it can mean.
    pub fn first_day(self) -> civil::Date {
        civil::Date::new(self.year, self.month.max(1) as i8, self.day.max(1) as i8).unwrap_or_default()
    }

    /// The last of the days that it can mean.
    pub fn last_day(self) -> civil::Date {
        match (self.month, self.day) {
            (0, _) => self.first_day().last_of_year(),
            (_, 0) => self.first_day().last_of_month(),
            _ => self.first_day(),
        }
    }

    /// Both can be the date of one event: they are equal as far as both go, as `2023-06` and
    /// `2023-06-17` are.
    pub fn agrees(self, other: Date) -> bool {
        let same = |a: u8, b: u8| a == b || a == 0 || b == 0;
        self.year == other.year && same(self.month, other.month) && same(self.day, other.day)
    }

    /// The moment at which its first day begins in a time zone.
    pub fn start(self, zone: &TimeZone) -> Timestamp {
        zone.to_timestamp(self.first_day().to_datetime(Time::midnight())).unwrap_or(Timestamp::MAX)
    }

    /// `2023`, `2023-06` or `2023-06-17`.
    pub fn iso(self) -> String {
        let mut text = String::with_capacity(10);
        // Every page has a dozen dates, and the formatting of numbers with a width is slow.
        match u16::try_from(self.year) {
            Ok(year @ 0..=9999) => {
                two(&mut text, (year / 100) as u8);
                two(&mut text, (year % 100) as u8);
            }
            _ => text.push_str(&format!("{:04}", self.year)),
        }
        for part in [self.month, self.day].into_iter().take_while(|part| *part > 0) {
            text.push('-');
            two(&mut text, part);
        }
        text
    }

    /// The date an interval later, counted from the first day; as fine as the date, unless the
    /// interval is finer. The 31st becomes the last day of a shorter month.
    pub fn plus(self, interval: Interval) -> Date {
        let span = i64::from(interval.months.min(Interval::LONGEST_MONTHS)).months();
        let later = self.first_day().checked_add(span).unwrap_or(civil::Date::MAX);
        let later = later.checked_add(i64::from(interval.days).days()).unwrap_or(civil::Date::MAX);
        let day = if self.day > 0 || interval.days > 0 { later.day() as u8 } else { 0 };
        let month = if self.month > 0 || day > 0 || !interval.months.is_multiple_of(12) {
            later.month() as u8
        } else {
            0
        };
        Date { year: later.year(), month, day }
    }

    /// In the words of a language (BCP 47): `5 January 2024`, `juin 2023`, `2023`. A language whose
    /// months are not known here gets the digits of [`Date::iso`].
    pub fn human(self, language: &str) -> String {
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        let Some((primary, months)) = MONTHS.iter().find(|(name, _)| name.eq_ignore_ascii_case(primary))
        else {
            return self.iso();
        };
        let (year, day) = (self.year, self.day);
        let Some(month) = usize::from(self.month).checked_sub(1).and_then(|index| months.get(index)) else {
            return match *primary {
                "ar" if uses_arabic_indic(language) => arabic_indic(&year.to_string()),
                "zh" => format!("{year}年"),
                _ => year.to_string(),
            };
        };
        match (*primary, day) {
            ("ar", 0) if uses_arabic_indic(language) => arabic_indic(&format!("{month} {year}")),
            ("ar", _) if uses_arabic_indic(language) => arabic_indic(&format!("{day} {month} {year}")),
            ("zh", 0) => format!("{year}年{month}"),
            ("zh", _) => format!("{year}年{month}{day}日"),
            ("es", 0) => format!("{month} de {year}"),
            (_, 0) => format!("{month} {year}"),
            ("es", _) => format!("{day} de {month} de {year}"),
            ("de", _) => format!("{day}. {month} {year}"),
            ("fr", 1) => format!("1er {month} {year}"),
            _ => format!("{day} {month} {year}"),
        }
    }
}

/// Writes a number under 100 with two digits.
fn two(text: &mut String, number: u8) {
    text.push((b'0' + number / 10) as char);
    text.push((b'0' + number % 10) as char);
}

/// Numbers of a language are written with the digits of the Arab east (`٠١٢`): all of Arabic but the
/// Maghreb and the Emirates, as the default numbering systems of CLDR have it. A tag may say otherwise
/// (BCP 47, extension U): `ar-u-nu-latn`, `ar-MA-u-nu-arab`.
pub fn uses_arabic_indic(language: &str) -> bool {
    let language = language.to_ascii_lowercase().replace('_', "-");
    let mut parts = language.split('-');
    if parts.next() != Some("ar") {
        return false;
    }
    match language.split_once("-nu-") {
        Some((_, digits)) => digits.starts_with("arab"),
        None => !parts.any(|part| matches!(part, "ae" | "dz" | "eh" | "latn" | "ly" | "ma" | "tn")),
    }
}

/// A text with its digits `0` to `9` as those of the Arab east.
pub fn arabic_indic(text: &str) -> String {
    let digit = |c: char| c.to_digit(10).and_then(|d| char::from_u32(0x0660 + d)).unwrap_or(c);
    text.chars().map(digit).collect()
}

impl Instant {
    /// Reads a day (`2024-01-05`), a local time (`2024-01-05 09:00`) or a time with its offset
    /// (`2024-01-05T09:00:00+13:00`, `…Z`).
    pub fn parse(text: &str) -> Result<Instant, DateError> {
        let (date, clock) = read(text)?;
        if date.day == 0 {
            return Err(DateError {
                message: format!("{} names no day", shown(text)),
                help: format!("write a day, as in {}, with or without a time", date.first_day()),
            });
        }
        Ok(Instant { typed: text.trim().to_owned(), day: date.first_day(), clock })
    }

    /// A time of day was typed, not a day alone.
    pub fn has_time(&self) -> bool {
        self.clock.is_some()
    }

    /// When it is. A day begins at midnight of `zone`, or at the first minute that it has where
    /// the clocks skip midnight; a local time that the clocks skip is as much later.
    pub fn timestamp(&self, zone: &TimeZone) -> Timestamp {
        let time = self.clock.map_or(Time::midnight(), |clock| clock.time);
        let local = DateTime::from_parts(self.day, time);
        let found = match self.clock.and_then(|clock| clock.offset) {
            Some(seconds) => Offset::from_seconds(seconds).and_then(|offset| offset.to_timestamp(local)),
            None => zone.to_timestamp(local),
        };
        // Only the last day of the year 9999 has hours that are out of range.
        found.unwrap_or(Timestamp::MAX)
    }
}

const MONTHS: &[(&str, [&str; 12])] = &[
    (
        "en",
        [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
    ),
    (
        "fr",
        [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
    ),
    (
        "es",
        [
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ],
    ),
    (
        "de",
        [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
    ),
    (
        "ar",
        [
            "يناير",
            "فبراير",
            "مارس",
            "أبريل",
            "مايو",
            "يونيو",
            "يوليو",
            "أغسطس",
            "سبتمبر",
            "أكتوبر",
            "نوفمبر",
            "ديسمبر",
        ],
    ),
    ("zh", ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"]),
];

/// The number of a month, from 1, by its name in any of the languages that are known here, or by the
/// first three letters of the English one.
fn month(word: &str) -> Option<u8> {
    let word = word.trim_end_matches('.').to_lowercase();
    let named = |(_, names): &(&str, [&str; 12])| names.iter().position(|name| name.to_lowercase() == word);
    let short = || {
        let names = &MONTHS.first()?.1;
        let three = if word == "sept" { "sep" } else { &word };
        names.iter().position(|name| name.to_lowercase().get(..3) == Some(three))
    };
    MONTHS.iter().find_map(named).or_else(short).map(|index| index as u8 + 1)
}

/// The first date that a line of text tells, with its place in bytes: `2023-06-16`, `2023-06`,
/// `16 June 2023`, `June 16, 2023`, `June 2023`, or a year that stands alone between commas or in
/// brackets. What has the form of a day and is none is an error.
pub(super) fn find(text: &str) -> Option<(Range<usize>, Result<Date, DateError>)> {
    let words: Vec<Range<usize>> = words(text);
    let at = |index: usize| words.get(index).map_or("", |word| &text[word.clone()]);
    let number = |word: &str, digits: RangeInclusive<usize>| {
        let digits = digits.contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| word.parse::<i16>().ok()).flatten()
    };
    let year = |index: usize| number(at(index), 4..=4);
    let day = |index: usize| number(at(index).trim_end_matches('.'), 1..=2);
    for index in 0..words.len() {
        let word = at(index);
        let parts: Vec<usize> = word.split('-').map(str::len).collect();
        let (count, date) = if parts == [4, 2, 2] || parts == [4, 2] {
            let date = Date::parse(word);
            // `1990-91` is two years.
            if date.is_err() && parts.len() == 2 || !word.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
                continue;
            }
            (1, date)
        } else if let (Some(day), Some(month), Some(year)) =
            (day(index), month(at(index + 1)), year(index + 2))
        {
            (3, Date::parse(&format!("{year:04}-{month:02}-{day:02}")))
        } else if let Some(month) = month(word) {
            match (day(index + 1), year(index + 2), year(index + 1)) {
                (Some(day), Some(year), _) => (3, Date::parse(&format!("{year:04}-{month:02}-{day:02}"))),
                (_, _, Some(year)) => (2, Date::parse(&format!("{year:04}-{month:02}"))),
                _ => continue,
            }
        } else {
            continue;
        };
        return Some((words[index].start..words[index + count - 1].end, date));
    }
    words.iter().enumerate().find_map(|(index, word)| {
        let before = text[..word.start].trim_end().chars().next_back();
        let after = text[word.end..].trim_start().chars().next();
        let alone = before.is_none_or(|c| matches!(c, ',' | '(' | ';'))
            && after.is_none_or(|c| matches!(c, ',' | ')' | ';'));
        let year = year(index).filter(|year| alone && *year > 0)?;
        Some((word.clone(), Ok(Date { year, month: 0, day: 0 })))
    })
}

/// Words of a text, without the commas and brackets around them.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = 0;
    for part in text.split_inclusive([' ', ',', '(', ')', ';', '\u{a0}', '\n']) {
        let word = part.trim_end_matches([' ', ',', '(', ')', ';', '\u{a0}', '\n']);
        if !word.is_empty() {
            words.push(start..start + word.len());
        }
        start += part.len();
    }
    words
}

const EXPECTED: &str = "write a day (2024-01-05), a month (2024-01) or a year (2024)";

fn read(text: &str) -> Result<(Date, Option<Clock>), DateError> {
    let typed = text.trim();
    // Digits and hyphens up to the clock, which a `T` or a space introduces.
    let end = typed.find(|c: char| !(c.is_ascii_digit() || c == '-')).unwrap_or(typed.len());
    let (calendar, rest) = typed.split_at(end);
    let parts: Vec<&str> = calendar.split('-').collect();
    let widths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let date = match widths[..] {
        [width, ..] if width > 4 && rest.is_empty() && parts.len() <= 3 => return Err(no_year(typed)),
        [4] | [4, 2] | [4, 2, 2] => Date {
            year: parts[0].parse().unwrap_or_default(),
            month: parts.get(1).map_or(0, |part| part.parse().unwrap_or_default()),
            day: parts.get(2).map_or(0, |part| part.parse().unwrap_or_default()),
        },
        _ => return Err(not_a_date(typed)),
    };
    if date.year == 0 {
        return Err(no_year(typed));
    }
    if parts.len() > 1 && !(1..=12).contains(&date.month) {
        return Err(DateError {
            message: format!("{} has the month {}, and there are 12", shown(typed), parts[1]),
            help: match (date.month, date.day) {
                (13..=31, 1..=12) => format!("write {}-{}-{}", parts[0], parts[2], parts[1]),
                _ => EXPECTED.to_owned(),
            },
        });
    }
    if parts.len() > 2 {
        let first = Date { day: 1, ..date }.first_day();
        if date.day == 0 || date.day > first.days_in_month() as u8 {
            let month = Date { day: 0, ..date }.human("en");
            return Err(DateError {
                message: format!("{month} has {} days, and no day {}", first.days_in_month(), parts[2]),
                help: format!("correct the day in {}", shown(typed)),
            });
        }
    }
    if rest.is_empty() {
        return Ok((date, None));
    }
    if date.day == 0 {
        return Err(not_a_date(typed));
    }
    match clock(rest) {
        Some(Ok(clock)) => Ok((date, Some(clock))),
        Some(Err(message)) => {
            Err(DateError { message, help: "correct the time, or leave it out".to_owned() })
        }
        None => Err(DateError {
            message: format!("{} has something after the day that is not a time", shown(typed)),
            help: format!("write {0}, {0} 09:00 or {0}T09:00:00+00:00", date.iso()),
        }),
    }
}

/// `T09:00`, ` 09:00:30`, with `Z`, `+13:00`, `-0500`, ` +13` behind; `None` where it is no time,
/// an error where it is one that does not exist.
fn clock(text: &str) -> Option<Result<Clock, String>> {
    let text = text.strip_prefix(['T', 't']).unwrap_or(text).trim_start();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')).unwrap_or(text.len());
    let (time, zone) = text.split_at(end);
    let time = match time.split_once('.') {
        Some((time, fraction)) if !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit()) => {
            time
        }
        Some(_) => return None,
        None => time,
    };
    let parts: Vec<&str> = time.split(':').collect();
    if !(2..=3).contains(&parts.len()) || parts.iter().any(|part| part.len() != 2) {
        return None;
    }
    let number = |index: usize| parts.get(index).map_or(Some(0), |part| part.parse::<i8>().ok());
    let (hour, minute, second) = (number(0)?, number(1)?, number(2)?);
    // A leap second is the last one that civil time can tell.
    let Ok(time) = Time::new(hour, minute, if second == 60 { 59 } else { second }, 0) else {
        return Some(Err(format!("there is no time {}", shown(time))));
    };
    let zone = zone.trim();
    let offset = match zone {
        "" => None,
        "Z" | "z" | "UTC" | "GMT" => Some(0),
        _ => {
            let sign = match zone.as_bytes()[0] {
                b'+' => 1,
                b'-' => -1,
                _ => return None,
            };
            let digits: String = zone[1..].chars().filter(|c| *c != ':').collect();
            if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let hours: i32 = digits[..2].parse().ok()?;
            let minutes: i32 = if digits.len() == 4 { digits[2..].parse().ok()? } else { 0 };
            if minutes > 59 || hours * 60 + minutes > 14 * 60 {
                return Some(Err(format!("no place is {zone} from UTC; offsets end at 14:00")));
            }
            Some(sign * (hours * 3600 + minutes * 60))
        }
    };
    Some(Ok(Clock { time, offset }))
}

fn no_year(typed: &str) -> DateError {
    DateError {
        message: format!("{} has no year between 0001 and 9999", shown(typed)),
        help: EXPECTED.to_owned(),
    }
}

/// The error for anything else, with the date that was probably meant.
fn not_a_date(typed: &str) -> DateError {
    let numbers: Option<Vec<(usize, u16)>> =
        typed.split(['-', '/', '.']).map(|part| Some((part.len(), part.trim().parse().ok()?))).collect();
    let exists = |year: u16, month: u16, day: u16| {
        let date = civil::Date::new(year as i16, month.min(99) as i8, day.min(99) as i8);
        date.ok().map(|date| date.to_string())
    };
    match numbers.as_deref() {
        Some(&[(1..=2, first), (1..=2, second), (4, year)]) => {
            match (exists(year, second, first), exists(year, first, second)) {
                (Some(a), Some(b)) if a != b => {
                    return DateError {
                        message: format!("{} can be read in two ways", shown(typed)),
                        help: format!("write {a} or {b}"),
                    };
                }
                (Some(meant), _) | (None, Some(meant)) => {
                    return DateError {
                        message: format!("{} has its year last", shown(typed)),
                        help: format!("write {meant}"),
                    };
                }
                (None, None) => {}
            }
        }
        Some(&[(4, year), (1..=2, month), (1..=2, day)]) => {
            if let Some(meant) = exists(year, month, day) {
                return DateError {
                    message: format!("{} is not in the form year-month-day", shown(typed)),
                    help: format!("write {meant}"),
                };
            }
        }
        _ => {}
    }
    DateError {
        message: format!("{} is not a date", shown(typed)),
        help: spelt_out(typed).map_or_else(|| EXPECTED.to_owned(), |meant| format!("write {meant}")),
    }
}

/// `5 January 2024`, `Jan 5, 2024`, `June 2023` → the date in digits.
fn spelt_out(typed: &str) -> Option<String> {
    let mut date = Date::default();
    for word in typed.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(5) {
        let word = word.to_ascii_lowercase();
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        if !digits.is_empty() {
            match (digits.len(), digits.parse()) {
                (4, Ok(year)) => date.year = year,
                (1..=2, Ok(day)) => date.day = day as u8,
                _ => return None,
            }
        } else if word.len() >= 3
            && let Some(index) =
                MONTHS[0].1.iter().position(|name| name.to_ascii_lowercase().starts_with(&word))
        {
            date.month = index as u8 + 1;
        }
    }
    if date.year == 0 || date.month == 0 {
        return None;
    }
    civil::Date::new(date.year, date.month as i8, date.day.max(1) as i8).ok().map(|_| date.iso())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(text: &str) -> String {
        match Date::parse(text) {
            Ok(date) => date.iso(),
            Err(error) => format!("{}; {}", error.message, error.help),
        }
    }

    #[test]
    fn the_last_day_of_a_date_is_the_last_that_it_can_mean() {
        for (text, last) in [("2024", "2024-12-31"), ("2024-02", "2024-02-29"), ("2024-02-03", "2024-02-03")]
        {
            assert_eq!(Date::parse(text).unwrap().last_day().to_string(), last);
        }
    }

    #[test]
    fn dates_are_found_in_a_line_of_text() {
        for (text, expected) in [
            ("in Aldby, 2023-06-16, again", "2023-06-16 = 2023-06-16"),
            ("16 June 2023", "16 June 2023 = 2023-06-16"),
            ("on June 16, 2023", "June 16, 2023 = 2023-06-16"),
            ("16. Juni 2023", "16. Juni 2023 = 2023-06-16"),
            ("le 3 février 2023", "3 février 2023 = 2023-02-03"),
            ("Sept. 2023 and May 2024", "Sept. 2023 = 2023-09"),
            ("may 5 of them in June 2023", "June 2023 = 2023-06"),
            ("(2023)", "2023 = 2023"),
            ("Aldby, 2023, June 2024", "June 2024 = 2024-06"),
            ("2023-02-30", "2023-02-30 !"),
            ("31 June 2023", "31 June 2023 !"),
        ] {
            let (at, date) = find(text).unwrap();
            let date = date.map_or("!".to_owned(), |date| format!("= {}", date.iso()));
            assert_eq!(format!("{} {date}", &text[at]), expected);
        }
        for text in [
            "",
            "Expo 2023 in Aldby",
            "the year 2023",
            "1990-91",
            "flight 2023-A",
            "x2023-06-16",
            "12345",
            "May",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn years_months_days_and_the_day_of_a_time_are_dates() {
        for (text, iso) in [
            ("2023", "2023"),
            ("2023-06", "2023-06"),
            ("2023-06-17", "2023-06-17"),
            (" 2023-06-17 ", "2023-06-17"),
            ("2024-02-29", "2024-02-29"),
            ("0001", "0001"),
            ("9999-12-31", "9999-12-31"),
            ("2024-01-05 09:00", "2024-01-05"),
            ("2024-01-05T09:00:00+0000", "2024-01-05"),
            ("2024-01-05T23:30:00+13:00", "2024-01-05"),
            ("2024-01-05T00:30:00Z", "2024-01-05"),
            ("2019-03-05 12:00:00 -0500", "2019-03-05"),
            ("2019-03-05T12:00:00.123456-05:00", "2019-03-05"),
            ("2019-03-05t12:00z", "2019-03-05"),
            ("2016-12-31T23:59:60Z", "2016-12-31"),
        ] {
            assert_eq!(parsed(text), iso, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_says_why_and_what_to_write() {
        for (text, words) in [
            ("10-12-2024", "`10-12-2024` can be read in two ways; write 2024-12-10 or 2024-10-12"),
            ("10/12/2024", "`10/12/2024` can be read in two ways; write 2024-12-10 or 2024-10-12"),
            ("25.12.2024", "`25.12.2024` has its year last; write 2024-12-25"),
            ("12/25/2024", "`12/25/2024` has its year last; write 2024-12-25"),
            ("11-11-2024", "`11-11-2024` has its year last; write 2024-11-11"),
            ("2024/1/5", "`2024/1/5` is not in the form year-month-day; write 2024-01-05"),
            ("2024-1-5", "`2024-1-5` is not in the form year-month-day; write 2024-01-05"),
            ("2024-02-30", "February 2024 has 29 days, and no day 30; correct the day in `2024-02-30`"),
            ("2023-02-29", "February 2023 has 28 days, and no day 29; correct the day in `2023-02-29`"),
            ("2024-01-00", "January 2024 has 31 days, and no day 00; correct the day in `2024-01-00`"),
            ("2024-25-12", "`2024-25-12` has the month 25, and there are 12; write 2024-12-25"),
            ("5 January 2024", "`5 January 2024` is not a date; write 2024-01-05"),
            ("Jan 5th, 2024", "`Jan 5th, 2024` is not a date; write 2024-01-05"),
            ("June 2023", "`June 2023` is not a date; write 2023-06"),
            (
                "2024-01-05 +25:00",
                "`2024-01-05 +25:00` has something after the day that is not a time; write 2024-01-05, 2024-01-05 09:00 or 2024-01-05T09:00:00+00:00",
            ),
            (
                "2024-01-05T09:00+25:00",
                "no place is +25:00 from UTC; offsets end at 14:00; correct the time, or leave it out",
            ),
            ("2024-01-05T25:00", "there is no time `25:00`; correct the time, or leave it out"),
        ] {
            assert_eq!(parsed(text), words, "{text}");
        }
        for text in ["0000", "0000-01-01", "10000", "10000-01-01"] {
            assert!(parsed(text).contains("no year between 0001 and 9999"), "{text}: {}", parsed(text));
        }
        for text in ["2024-13", "2024-13-01", "2024-00"] {
            assert!(parsed(text).contains("there are 12"), "{text}: {}", parsed(text));
        }
        for text in
            ["", "-", "soon", "12", "2024-", "-2024", "２０２４", "2024-06 09:00", "2024-1", "1/2/3/4"]
        {
            assert!(parsed(text).contains("is not a date"), "{text}: {}", parsed(text));
        }
    }

    #[test]
    fn dates_come_in_the_order_of_their_first_days_the_coarser_first() {
        let mut dates = ["2023-02", "2023-01-02", "2023", "2022-12-31", "2023-01-01", "2023-01"]
            .map(|text| Date::parse(text).unwrap());
        dates.sort();
        assert_eq!(
            dates.map(Date::iso),
            ["2022-12-31", "2023", "2023-01", "2023-01-01", "2023-01-02", "2023-02"]
        );
    }

    #[test]
    fn dates_are_told_in_the_language_of_the_page() {
        for (date, language, words) in [
            ("2024-01-05", "en", "5 January 2024"),
            ("2024-01-05", "en-GB", "5 January 2024"),
            ("2023-06", "en", "June 2023"),
            ("2023", "en", "2023"),
            ("0079-08", "en", "August 79"),
            ("2024-01-05", "fr", "5 janvier 2024"),
            ("2024-01-01", "fr-CA", "1er janvier 2024"),
            ("2023-06", "fr", "juin 2023"),
            ("2024-01-05", "es", "5 de enero de 2024"),
            ("2023-06", "es", "junio de 2023"),
            ("2024-01-05", "de", "5. Januar 2024"),
            ("2023-06", "de", "Juni 2023"),
            ("2024-01-05", "ar", "٥ يناير ٢٠٢٤"),
            ("2023-06", "ar-EG", "يونيو ٢٠٢٣"),
            ("2023", "ar", "٢٠٢٣"),
            ("2024-01-05", "ar-MA", "5 يناير 2024"),
            ("2024-01-05", "ar-u-nu-latn", "5 يناير 2024"),
            ("2024-01-05", "ar-MA-u-nu-arab", "٥ يناير ٢٠٢٤"),
            ("2024-01-05", "zh-Hans", "2024年1月5日"),
            ("2023-06", "zh", "2023年6月"),
            ("2023", "zh-Hant", "2023年"),
            ("2024-01-05", "ja", "2024-01-05"),
            ("2023", "ja", "2023"),
        ] {
            assert_eq!(Date::parse(date).unwrap().human(language), words, "{date} {language}");
        }
    }

    #[test]
    fn intervals_are_added_to_the_first_day() {
        for (date, interval, later) in [
            ("2023-06-17", "12 months", "2024-06-17"),
            ("2023-01-31", "1 month", "2023-02-28"),
            ("2023-06-17", "1 year", "2024-06-17"),
            ("2023-06-17", "2y", "2025-06-17"),
            ("2023-06", "6m", "2023-12"),
            ("2023", "1 year", "2024"),
            ("2023", "6 months", "2023-07"),
            ("2023-06-17", "90 days", "2023-09-15"),
            ("2023-06", "2 weeks", "2023-06-15"),
            ("9999-12-31", "100 years", "9999-12-31"),
        ] {
            let interval = Interval::parse(interval).unwrap();
            assert_eq!(Date::parse(date).unwrap().plus(interval).iso(), later, "{date}");
        }
        for text in
            ["", "12", "year", "0 days", "-1 year", "1 fortnight", "99999999999 years", "200 years", "½ year"]
        {
            assert_eq!(Interval::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_begins_at_midnight_of_the_zone_and_an_offset_overrides_it() {
        for (text, zone, utc) in [
            ("2026-11-24", "Pacific/Auckland", "2026-11-23T11:00:00Z"),
            ("2026-11-24", "UTC", "2026-11-24T00:00:00Z"),
            ("2026-12-01 09:00", "Pacific/Auckland", "2026-11-30T20:00:00Z"),
            ("2026-12-01T09:00+13:00", "America/New_York", "2026-11-30T20:00:00Z"),
            ("2026-12-01T09:00:30Z", "Pacific/Auckland", "2026-12-01T09:00:30Z"),
            ("2019-03-05 12:00:00 -0500", "UTC", "2019-03-05T17:00:00Z"),
            // The clocks of São Paulo went from 00:00 to 01:00 on that day.
            ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z"),
            ("2024-02-29", "UTC", "2024-02-29T00:00:00Z"),
        ] {
            let zone = TimeZone::get(zone).unwrap();
            let instant = Instant::parse(text).unwrap();
            assert_eq!(instant.timestamp(&zone).to_string(), utc, "{text}");
            assert_eq!(instant.typed, text);
        }
        assert!(Instant::parse("2026-12").unwrap_err().message.contains("names no day"));
        let last = Instant::parse("9999-12-31 23:59 -1400").unwrap();
        assert_eq!(last.timestamp(&TimeZone::UTC), Timestamp::MAX);
    }

    #[test]
    fn every_day_of_two_centuries_is_read_back() {
        let mut day = civil::date(1900, 1, 1);
        while day < civil::date(2100, 1, 1) {
            let text = day.to_string();
            let date = Date::parse(&text).unwrap();
            assert_eq!((date.first_day(), date.iso()), (day, text));
            day = day.tomorrow().unwrap();
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_date_or_an_error(text in "[-0-9T:Zz+/. a-eéJ]{0,24}") {
            let _ = Date::parse(&text).map(|date| date.human("en"));
            let _ = Instant::parse(&text).map(|instant| instant.timestamp(&TimeZone::UTC));
            let _ = Interval::parse(&text);
        }
    }
}
