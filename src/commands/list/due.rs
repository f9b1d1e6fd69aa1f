//! `nutgraf list due`

use super::{Row, row};
use crate::archive::{Archive, DocId};
use crate::commands::counted;
use crate::diagnostics::Failure;
use crate::document::{ReviewBy, day_of};
use crate::source::Interval;
use serde_json::json;

/// What is to be looked at again: first what is overdue, by the pages that lead to it times the days
/// that it is late, then what will be due within a time (30 days if none is given), by its day.
///
/// # Errors
/// When `within` is no length of time.
pub(super) fn rows(
    archive: &Archive,
    now: jiff::Timestamp,
    within: Option<&str>,
) -> Result<Vec<Row>, Failure> {
    let within = within.unwrap_or("30d");
    let Some(within) = Interval::parse(within) else {
        return Err(Failure(format!(
            "--within {within}: not a length of time; write a number and a unit, as in 90d, 6m or 1y"
        )));
    };
    let today = day_of(now, &archive.config.time_zone);
    let span = jiff::Span::new().months(i64::from(within.months)).days(i64::from(within.days));
    let until = today.checked_add(span).unwrap_or(jiff::civil::Date::MAX);

    let mut late = Vec::new();
    let mut soon = Vec::new();
    for (at, document) in archive.documents.iter().enumerate() {
        let Some(review) = document.review(&archive.config) else { continue };
        let id = DocId(at as u32);
        let days = review.days_overdue(today);
        let links = archive.backlinks(archive.thing_of(id)).len();
        if days >= 0 {
            // A page that nothing leads to is read by some all the same.
            late.push((std::cmp::Reverse((links as i64 + 1) * (days + 1)), id, review, days, links));
        } else if review.due.first_day() <= until {
            soon.push((review.due, id, review, days, links));
        }
    }
    late.sort_by_key(|(weight, id, ..)| (*weight, *id));
    soon.sort_by_key(|(due, id, ..)| (*due, *id));
    let late = late.into_iter().map(|(_, id, review, days, links)| (id, review, days, links));
    let soon = soon.into_iter().map(|(_, id, review, days, links)| (id, review, days, links));
    Ok(late
        .chain(soon)
        .map(|(id, review, days, links)| {
            let document = archive.document(id);
            let when = match days {
                0 => "due today".to_owned(),
                days if days > 0 => format!("{} overdue", counted(days.unsigned_abs() as usize, "day")),
                days => format!("due in {}", counted(days.unsigned_abs() as usize, "day")),
            };
            let by = match review.by {
                ReviewBy::Day => "review_by".to_owned(),
                ReviewBy::Every(every) => format!("review_every {every}"),
                ReviewBy::Site(every) => format!("{every} by the settings"),
            };
            let last = match document.as_of() {
                Some(last) => format!(", last updated {}", last.iso()),
                None => String::new(),
            };
            let linked = match links {
                0 => "linked from no page".to_owned(),
                links => format!("linked from {}", counted(links, "page")),
            };
            let state = document.freshness(&archive.config, today).map(|state| state.name());
            row(json!({
                "path": &*document.path,
                "state": state,
                "due": review.due.iso(),
                "days_overdue": days,
                "linked_from": links,
                "updated": document.as_of().map(|last| last.iso()),
                "reason": format!("{linked}, {when}, {by}{last}"),
            }))
        })
        .collect())
}
