//! `nutgraf list events`

use super::{Row, row};
use crate::archive::{Archive, Thing};
use crate::commands::named::{person_named, topic_named};
use crate::diagnostics::Failure;
use serde_json::json;

/// Events in the order of time: all, or those of a topic or person.
///
/// # Errors
/// When there is no topic or person of that name.
pub(super) fn rows(
    archive: &Archive,
    topic: Option<&str>,
    person: Option<&str>,
) -> Result<Vec<Row>, Failure> {
    let topic = topic.map(|name| topic_named(archive, name).map(Thing::Topic)).transpose()?;
    let person = person.map(|name| person_named(archive, name).map(Thing::Person)).transpose()?;
    // With both, what is an event of one of them only is not meant.
    let wanted: Vec<_> =
        [topic, person].into_iter().flatten().map(|thing| archive.events_of(thing)).collect();
    let listed = |number: &u32| wanted.iter().all(|of| of.binary_search(number).is_ok());
    Ok((0..archive.timeline().len() as u32)
        .filter(listed)
        .map(|number| {
            let entry = &archive.timeline()[number as usize];
            let event = archive.event(entry);
            let paths = std::iter::once(entry.told_by).chain(entry.also().iter().map(|(id, _)| *id));
            let people: Vec<&str> = entry.people.iter().map(|p| archive.person(*p).label.as_str()).collect();
            row(json!({
                "date": entry.date.iso(),
                "until": entry.until.map(|until| until.iso()),
                "id": archive.event_id(entry),
                "event": event.event,
                "kind": archive.event_kind(entry),
                "major": entry.major,
                "people": people,
                "path": &*archive.document(entry.told_by).path,
                "paths": paths.map(|id| archive.document(id).path.to_string()).collect::<Vec<_>>(),
            }))
        })
        .collect())
}
