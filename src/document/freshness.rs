//! When a piece is to be looked at again, and how it stands on a given day.
//!
//! The day of review is a fact and stands on the page. Whether it has passed depends on the day of
//! the build, so it is told by commands only: a page that said "overdue" would differ between two
//! builds of the same sources.

use super::{Date, Document};
use crate::source::{Config, Interval, Kind};
use jiff::civil;
use jiff::tz::TimeZone;

/// When a document is to be looked at again, and who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Review {
    pub due: Date,
    pub by: ReviewBy,
}

/// What sets a day of review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewBy {
    /// `review_by` of the document.
    Day,
    /// `review_every` of the document.
    Every(Interval),
    /// `review` of the settings.
    Site(Interval),
}

/// How a document stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    Fresh,
    /// It will be due soon: within 30 days, or within the last fifth of its interval if that is less.
    Ageing,
    /// Its day of review has come.
    Overdue,
    /// Kept as it was, no longer kept up.
    Closed,
}

impl Freshness {
    /// The word for it in lists.
    pub fn name(self) -> &'static str {
        match self {
            Freshness::Fresh => "fresh",
            Freshness::Ageing => "ageing",
            Freshness::Overdue => "overdue",
            Freshness::Closed => "closed",
        }
    }
}

/// The longest time before a day of review in which a document is ageing, in days.
const SOON: i64 = 30;

impl Document {
    /// The day on which it was last known to be right: of its last change. `None` where it has no
    /// date, and once it is closed.
    pub fn as_of(&self) -> Option<Date> {
        self.facts.updated.max(self.facts.date).filter(|_| self.facts.closed.is_none())
    }

    /// When it is to be looked at again; `None` for closed pieces and where nothing says when. What
    /// the document says wins over the settings, and a day over an interval.
    pub fn review(&self, config: &Config) -> Option<Review> {
        let facts = &self.facts;
        if facts.closed.is_some() {
            return None;
        }
        if let Some(due) = facts.review_by {
            return Some(Review { due, by: ReviewBy::Day });
        }
        let (every, by) = match facts.review_every {
            Some(every) => (every, ReviewBy::Every(every)),
            // The front page has no text that ages by itself.
            None if self.kind == Kind::Front => return None,
            None => config.review.of(self.kind).map(|every| (every, ReviewBy::Site(every)))?,
        };
        if every == Interval::NEVER {
            return None;
        }
        Some(Review { due: self.as_of()?.plus(every), by })
    }

    /// How it stands on a day; `None` where nothing says when it is to be looked at again.
    pub fn freshness(&self, config: &Config, today: civil::Date) -> Option<Freshness> {
        if self.facts.closed.is_some() {
            return Some(Freshness::Closed);
        }
        let review = self.review(config)?;
        let left = -review.days_overdue(today);
        let soon = match review.by {
            ReviewBy::Day => SOON,
            ReviewBy::Every(every) | ReviewBy::Site(every) => {
                let days = i64::from(every.months) * 30 + i64::from(every.days);
                SOON.min(days / 5)
            }
        };
        Some(match left {
            ..=0 => Freshness::Overdue,
            left if left <= soon => Freshness::Ageing,
            _ => Freshness::Fresh,
        })
    }
}

impl ReviewBy {
    /// Behind the day of review, in words: `, 1 year after its last change`.
    pub fn words(self) -> String {
        match self {
            ReviewBy::Day => String::new(),
            ReviewBy::Every(every) => format!(", {every} after its last change"),
            ReviewBy::Site(every) => {
                format!(", {every} after its last change, as `review` in nutgraf.yaml has it")
            }
        }
    }
}

impl Review {
    /// Days since it was due, on a given day; negative before.
    pub fn days_overdue(self, today: civil::Date) -> i64 {
        days(self.due.first_day(), today)
    }
}

/// Days from one day to another.
fn days(from: civil::Date, to: civil::Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// The day of the calendar at a time, where the site is.
pub fn day_of(now: jiff::Timestamp, zone: &TimeZone) -> civil::Date {
    now.to_zoned_datetime(zone.clone()).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Diagnostics;
    use crate::source::Source;

    #[track_caller]
    fn check(settings: &str, kind: Kind, matter: &str, today: &str, expected: &str) {
        let mut diagnostics = Diagnostics::default();
        let source = |path: &str, text: String| Source { path: path.into(), text };
        let config =
            Config::read(&source("nutgraf.yaml", format!("title: T\n{settings}\n")), &mut diagnostics);
        let text = format!("---\n{matter}\n---\nText.\n");
        let document = Document::parse(&source("content/a.md", text), kind, &config, &mut diagnostics);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let today: civil::Date = today.parse().unwrap();
        let found = match (document.review(&config), document.freshness(&config, today)) {
            (Some(review), Some(state)) => {
                format!("{} {} {}", state.name(), review.due.iso(), review.days_overdue(today))
            }
            (None, Some(state)) => state.name().to_owned(),
            (_, None) => "-".to_owned(),
        };
        assert_eq!(found, expected, "{settings} {matter} {today}");
    }

    #[test]
    fn the_document_says_when_and_the_settings_where_it_does_not() {
        let explainer = |settings, matter, expected| {
            check(settings, Kind::Explainer, matter, "2026-01-01", expected);
        };
        explainer("", "date: 2020-01-01", "-");
        explainer("", "review_every: 1 year", "-");
        explainer("", "{date: 2024-03-01, review_every: 1 year}", "overdue 2025-03-01 306");
        explainer("", "{date: 2020, updated: 2025-12-01, review_every: 1 year}", "fresh 2026-12-01 -334");
        explainer("", "{date: 2020, review_every: 1 year, review_by: 2026-02-01}", "fresh 2026-02-01 -31");
        explainer("review: 2y", "date: 2020-01-01", "overdue 2022-01-01 1461");
        explainer("review: 2y", "{date: 2020-01-01, review_every: 20 years}", "fresh 2040-01-01 -5113");
        explainer("review: 2y", "{date: 2020-01-01, review_every: never}", "-");
        explainer("review: 2y", "{date: 2020-01-01, closed: 2021-01-01}", "closed");
        explainer("review: {every: 2y, explainers: never}", "date: 2020-01-01", "-");
        explainer("review: {people: 2y}", "date: 2020-01-01", "-");
        let people = "review: {every: 50y, people: 2y}";
        check(people, Kind::Person, "date: 2020-01-01", "2026-01-01", "overdue 2022-01-01 1461");
        check(people, Kind::Topic, "date: 2020-01-01", "2026-01-01", "fresh 2070-01-01 -16071");
        check("review: 1d", Kind::Front, "date: 2020-01-01", "2026-01-01", "-");
    }

    #[test]
    fn what_is_due_soon_is_ageing() {
        for (matter, today, expected) in [
            ("review_by: 2026-06-17", "2026-05-17", "fresh 2026-06-17 -31"),
            ("review_by: 2026-06-17", "2026-05-18", "ageing 2026-06-17 -30"),
            ("review_by: 2026-06-17", "2026-06-16", "ageing 2026-06-17 -1"),
            ("review_by: 2026-06-17", "2026-06-17", "overdue 2026-06-17 0"),
            ("review_by: 2026-06", "2026-05-31", "ageing 2026-06 -1"),
            ("{date: 2026-01-01, review_every: 20 days}", "2026-01-16", "fresh 2026-01-21 -5"),
            ("{date: 2026-01-01, review_every: 20 days}", "2026-01-17", "ageing 2026-01-21 -4"),
            ("{date: 2025-06-17, review_every: 1 year}", "2026-05-18", "ageing 2026-06-17 -30"),
        ] {
            check("", Kind::Explainer, matter, today, expected);
        }
    }
}
