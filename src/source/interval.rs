//! Lengths of time, as authors write them: `12 months`, `90 days`.

use crate::diagnostics::Finding;
use crate::source::fields::{Reader, Shape};
use crate::source::yaml::{Yaml, shown};
use serde_json::{Value as Json, json};
use std::fmt;

/// A length of time, as in `review_every: 6 months`: months and days, one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    pub months: u32,
    pub days: u32,
}

impl Interval {
    /// `never`: no time at all, where a length of time is asked for.
    pub const NEVER: Interval = Interval { months: 0, days: 0 };
    /// The longest that is taken, so that sums stay in the calendar.
    pub const LONGEST_MONTHS: u32 = 1200;

    /// Reads `12 months`, `1 year`, `2y`, `6m`, `90 days`, `2 weeks`.
    pub fn parse(text: &str) -> Option<Interval> {
        let text = text.trim();
        let digits = text.find(|c: char| !c.is_ascii_digit())?;
        let count: u32 = text[..digits].parse().ok().filter(|count| (1..=36_500).contains(count))?;
        let interval = match text[digits..].trim().to_ascii_lowercase().as_str() {
            "y" | "year" | "years" => Interval { months: count * 12, days: 0 },
            "m" | "month" | "months" => Interval { months: count, days: 0 },
            "w" | "week" | "weeks" => Interval { months: 0, days: count * 7 },
            "d" | "day" | "days" => Interval { months: 0, days: count },
            _ => return None,
        };
        (interval.months <= Interval::LONGEST_MONTHS && interval.days <= 36_500).then_some(interval)
    }
}

/// In words: `2 years`, `18 months`, `90 days`, `never`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let part = |number: u32, word: &str| match number {
            0 => String::new(),
            1 => format!("1 {word}"),
            number => format!("{number} {word}s"),
        };
        let months = match self.months {
            months if months.is_multiple_of(12) => part(months / 12, "year"),
            months => part(months, "month"),
        };
        let parts: Vec<String> =
            [months, part(self.days, "day")].into_iter().filter(|part| !part.is_empty()).collect();
        f.write_str(if parts.is_empty() { "never".to_owned() } else { parts.join(" and ") }.as_str())
    }
}

impl Shape for Interval {
    const MANY: &'static str = "intervals";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Interval> {
        let text = reader.scalar("a length of time", value)?;
        if text.trim().eq_ignore_ascii_case("never") {
            return Some(Interval::NEVER);
        }
        let interval = Interval::parse(text);
        if interval.is_none() {
            let help = "write a number and a unit: `12 months`, `1 year`, `90 days`".to_owned();
            let message = format!("{} is not a length of time", shown(text));
            reader.note(Finding::BadValue, value.span, message, Some(help));
        }
        interval
    }

    fn schema() -> Json {
        json!({
            "type": "string",
            "pattern": "^([0-9]+ ?(y|years?|m|months?|w|weeks?|d|days?)|never)$",
            "examples": ["12 months", "1 year", "90 days", "never"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_read_and_told_in_words() {
        for (text, words) in [
            ("12 months", "1 year"),
            ("1 year", "1 year"),
            ("2y", "2 years"),
            ("18m", "18 months"),
            ("90 days", "90 days"),
            ("2 weeks", "14 days"),
            ("1d", "1 day"),
        ] {
            assert_eq!(Interval::parse(text).map(|i| i.to_string()).as_deref(), Some(words), "{text}");
        }
        assert_eq!(Interval::NEVER.to_string(), "never");
        assert_eq!(Interval { months: 1, days: 1 }.to_string(), "1 month and 1 day");
    }
}
