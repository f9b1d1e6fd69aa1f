//! Blocks: fenced parts of a body whose language names a template. What stands in them is YAML.
//!
//! The built-in blocks have keys with types, read by tables as those of a front matter are. Of any
//! other block the data are given to its template as they stand.
//!
//! A block can be indented, and can stand in lists and quotes: its text is then not one piece of the
//! file. [`Fenced`] knows where each of its lines stands, and all places are those in the file.

mod chart;
mod rows;
mod table;

pub use chart::{Chart, MOST_ROWS, Number, Row, Series};
pub use table::Comparison;

use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, Span};
use crate::document::{Date, Event, GlanceFact, Link, LinkStyle, Spanned, safety};
use crate::source::fields::{Field, Reader, Shape, fields};
use crate::source::yaml::{self, Value, Yaml};
use crate::source::{Config, SitePath};
use serde_json::{Value as Json, json};
use std::ops::Range;

/// Blocks that come with nutgraf and whose data are checked, by the names of their templates.
pub const BUILT_IN: [&str; 5] = ["chart", "compare", "facts", "people", "timeline"];

/// Blocks of one document.
pub const MOST: usize = 200;

/// A block as it stands in a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fenced {
    /// Of its template: `timeline` for `templates/blocks/timeline.html`.
    pub name: String,
    /// The name behind the fence.
    pub span: Span,
    /// What stands between the fences, without the indentation and the `>` of what it stands in.
    pub text: String,
    /// For each piece of `text`: where it begins there, where it begins and ends in the file.
    pieces: Vec<(u32, Span)>,
}

/// What a block says.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    Timeline(Vec<Event>),
    Facts(Vec<GlanceFact>),
    /// Names, as typed.
    People(Vec<Spanned<String>>),
    Compare(Comparison),
    Chart(Box<Chart>),
    /// Of a block that is not built in: data with the types that they have by nature.
    Own(Json),
}

/// What a block takes from elsewhere. Blocks that take nothing are not kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Needs {
    /// The block, counted from 0 in the order of the text.
    pub block: u32,
    /// Names of people in the order in which the block has them.
    pub people: Vec<Spanned<String>>,
    /// A chart whose data stand in a file.
    pub chart: Option<Box<ChartFile>>,
}

/// A chart whose data stand in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartFile {
    pub chart: Chart,
    /// The file: index into [`Facts::outgoing`](crate::document::Facts::outgoing).
    pub link: u32,
}

impl Fenced {
    pub fn new(name: &str, span: Span) -> Fenced {
        Fenced { name: name.to_owned(), span, ..Fenced::default() }
    }

    /// Appends a piece of the text; `range` is where it stands in the file, whose text is `file`.
    pub fn push(&mut self, piece: &str, file: &str, range: Range<usize>) {
        let at = self.text.len() as u32;
        // A tab of which a part is indentation becomes spaces, which stand nowhere.
        let same = file.get(range.clone()) == Some(piece);
        let end = if same { range.end } else { range.start };
        self.pieces.push((at, Span::new(range.start, end)));
        self.text.push_str(piece);
    }

    /// The same block, with all places so many bytes further on.
    pub fn shifted(mut self, by: usize) -> Fenced {
        self.span = self.span.shifted(by);
        for (_, span) in &mut self.pieces {
            *span = span.shifted(by);
        }
        self
    }

    /// Where a part of the block's text stands in the file.
    pub fn place(&self, span: Span) -> Span {
        let start = self.offset(span.start);
        // The end belongs to the piece of the last byte, not to the one that follows.
        let end = if span.end > span.start { self.offset(span.end - 1) + 1 } else { start };
        Span { start, end: end.max(start) }
    }

    fn offset(&self, at: u32) -> u32 {
        let next = self.pieces.partition_point(|(begins, _)| *begins <= at);
        let Some((begins, span)) = next.checked_sub(1).and_then(|piece| self.pieces.get(piece)) else {
            return self.span.start;
        };
        (span.start + (at - begins)).min(span.end)
    }

    /// The block for readers, where its data cannot be read.
    pub fn as_it_is(&self) -> String {
        let mut html = String::from("<pre class=\"unparsed\">");
        safety::escape(&mut html, &self.text);
        html + "</pre>"
    }

    /// Reads the data and notes what is wrong with them; `None` where nothing can be shown.
    pub fn read(&self, path: &SitePath, config: &Config, diagnostics: &mut Diagnostics) -> Option<Data> {
        let mut found = Diagnostics::default();
        let data = self.read_here(path, config, &mut found);
        for mut diagnostic in found.into_list() {
            let places = std::iter::once(&mut diagnostic.place);
            for place in places.chain(diagnostic.further.iter_mut().map(|(place, _)| place)) {
                place.span = Some(place.span.map_or(self.span, |span| self.place(span)));
            }
            diagnostics.push(diagnostic);
        }
        data
    }

    /// All places are those in the block's own text.
    fn read_here(&self, path: &SitePath, config: &Config, found: &mut Diagnostics) -> Option<Data> {
        let most = config.limits.block;
        if self.text.len() > most {
            let message = format!("the block has {} bytes; at most {most} are read", self.text.len());
            let help = "shorten it, put data into a file, or raise `limits: {block: …}` in nutgraf.yaml";
            found.push(Diagnostic::new(Finding::OverLimit, Place::file(path.clone()), message).help(help));
            return None;
        }
        let yaml = yaml::parse(path, &self.text, 0, yaml::Limits::of_size(most), found)?;
        if yaml.is_null() {
            let message = format!("the block `{}` is empty", self.name);
            let help = "write its data between the fences, or take it out";
            found.push(Diagnostic::new(Finding::EmptyItem, Place::file(path.clone()), message).help(help));
            return None;
        }
        let mut reader = Reader {
            path,
            text: &self.text,
            longest_list: config.limits.list,
            longest_title: config.limits.title,
            diagnostics: found,
        };
        let mut data = match self.name.as_str() {
            "timeline" => Data::Timeline(
                Vec::<TimelineEvent>::read(&yaml, &mut reader)?.into_iter().map(|e| e.0).collect(),
            ),
            "facts" => Data::Facts(facts(&yaml, &mut reader)?),
            "people" => Data::People(Vec::read(&yaml, &mut reader)?),
            "compare" => Data::Compare(Comparison::read(&yaml, &mut reader)?),
            "chart" => Data::Chart(Box::new(Chart::read(&yaml, &mut reader)?)),
            _ => Data::Own(yaml.to_json()),
        };
        data.move_places(|span| self.place(span));
        Some(data)
    }
}

impl Data {
    /// What the block takes from elsewhere. A file becomes a link of the page, so that it is looked
    /// up, and kept back with the page, like any other.
    pub fn needs(self, block: usize, outgoing: &mut Vec<Link>) -> Option<Needs> {
        let mut needs = Needs { block: block as u32, people: Vec::new(), chart: None };
        match self {
            Data::Timeline(events) => needs.people = events.into_iter().flat_map(|e| e.people).collect(),
            Data::People(people) => needs.people = people,
            Data::Chart(chart) => {
                let file = chart.file.as_ref()?;
                let link = outgoing.len() as u32;
                outgoing.push(Link {
                    style: LinkStyle::Image,
                    target: file.value.clone(),
                    query: String::new(),
                    fragment: None,
                    section: 0,
                    span: file.span,
                    sentence: None,
                });
                needs.chart = Some(Box::new(ChartFile { chart: *chart, link }));
            }
            Data::Facts(_) | Data::Compare(_) | Data::Own(_) => {}
        }
        (!needs.people.is_empty() || needs.chart.is_some()).then_some(needs)
    }

    fn move_places(&mut self, place: impl Fn(Span) -> Span) {
        let names = |names: &mut Vec<Spanned<String>>| {
            for name in names {
                name.span = place(name.span);
            }
        };
        match self {
            Data::Timeline(events) => {
                for event in events {
                    event.date_span = place(event.date_span);
                    names(&mut event.people);
                }
            }
            Data::People(people) => names(people),
            Data::Chart(chart) => {
                names(&mut chart.columns);
                if let Some(file) = &mut chart.file {
                    file.span = place(file.span);
                }
            }
            Data::Facts(_) | Data::Compare(_) | Data::Own(_) => {}
        }
    }
}

/// A path in the site, relative to the page or from the root.
pub(super) struct FilePath(Spanned<String>);

impl Shape for FilePath {
    const MANY: &'static str = "paths";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<FilePath> {
        let text = reader.scalar("the path of a file", value)?.trim();
        match safety::safe_url(text) {
            safety::Url::Site { path, .. } if !path.is_empty() => {
                Some(FilePath(Spanned { value: path, span: value.span }))
            }
            _ => {
                let message = format!("{} is not the path of a file in the site", yaml::shown(text));
                let help = "keep a copy of the data beside the page, and write its name";
                reader.note(Finding::BadValue, value.span, message, Some(help.to_owned()));
                None
            }
        }
    }

    fn schema() -> Json {
        json!({"type": "string", "examples": ["data.csv"]})
    }
}

/// An event of a block: it belongs to the text, so nothing refers to it.
struct TimelineEvent(Event);

static EVENT: &[Field<Event>] = fields! { Event;
    /// When it happened or began.
    "date": Spanned<Date> => |event, date| (event.date, event.date_span) = (date.value, date.span);
    /// When it ended.
    "until": Date => |event, date| event.until = Some(date);
    /// What happened, in a line.
    "event": String => |event, text| event.event = text;
    /// More about it.
    "detail": String => |event, text| event.detail = text;
    /// What kind of event it is.
    "kind": String => |event, text| event.kind = text;
    /// It stands out among the others.
    "major": bool => |event, major| event.major = major;
    /// Who took part.
    "people": Vec<Spanned<String>> => |event, people| event.people = people;
};

impl Shape for TimelineEvent {
    const MANY: &'static str = "mappings with `date` and `event`";
    const ALONE: bool = false;

    fn read(value: &Yaml, reader: &mut Reader) -> Option<TimelineEvent> {
        if value.map().is_none() {
            reader.expected("a mapping with `date` and `event`", value);
            return None;
        }
        let advice = |key: &str| {
            matches!(key, "id" | "source")
                .then(|| "write such an event in the front matter, under `timeline`".to_owned())
        };
        let mut event = Event::default();
        reader.mapping(value, &[EVENT], advice, &mut event);
        event.whole(value, reader).then_some(TimelineEvent(event))
    }

    fn schema() -> Json {
        crate::source::fields::schema(&[EVENT])
    }
}

/// A list of facts, or a mapping of labels to values.
fn facts(value: &Yaml, reader: &mut Reader) -> Option<Vec<GlanceFact>> {
    let Value::Map(entries) = &value.value else { return Vec::read(value, reader) };
    let facts = entries.iter().filter(|(_, value)| !value.is_blank()).filter_map(|(label, value)| {
        Some(GlanceFact {
            label: label.text.trim().to_owned(),
            value: String::read(value, reader)?,
            source: String::new(),
        })
    });
    Some(facts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Facts};
    use crate::source::{Kind, Source};

    fn config() -> Config {
        let own = ["recipe"].iter();
        Config { blocks: BUILT_IN.iter().chain(own).map(|n| (*n).to_owned()).collect(), ..Config::default() }
    }

    fn read(text: &str) -> (Facts, Vec<Option<Data>>, Vec<String>) {
        let config = config();
        let source = Source { path: "content/pages/x.md".into(), text: text.to_owned() };
        let mut found = Diagnostics::default();
        let document = Document::parse(&source, Kind::Page, &config, &mut found);
        found.finish(|finding| Some(finding.level()));
        let blocks = document.body(&source, &config).blocks;
        let data =
            blocks.iter().map(|b| b.read(&source.path, &config, &mut Diagnostics::default())).collect();
        let lines = found.iter().map(|d| {
            let span = d.place.span.unwrap_or_default();
            let (start, end) = (span.start as usize, span.end as usize);
            let line = text[..start].matches('\n').count() + 1;
            let column = text[..start].chars().rev().take_while(|c| *c != '\n').count() + 1;
            let help = d.help.as_ref().map_or(String::new(), |help| format!("; {help}"));
            format!("{} {line}:{column} «{}» {}{help}", d.finding.name(), &text[start..end], d.message)
        });
        (document.facts, data, lines.collect())
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let (_, _, found) = read(&format!("---\ntitle: X\n---\n\n{text}"));
        assert_eq!(found, expected, "{text}");
    }

    #[track_caller]
    fn one(text: &str) -> Data {
        let (_, mut data, found) = read(&format!("---\ntitle: X\n---\n\n{text}"));
        assert!(found.is_empty(), "{text}: {found:?}");
        data.remove(0).expect("data")
    }

    #[test]
    fn a_block_of_a_name_without_checks_has_data_with_their_types() {
        let Data::Own(json) = one(
            "```recipe\nname: Bread\nhours: 1.5\nloaves: 2\nslow: true\nsince: 2024-01-05\nold: 007\nsteps: [mix, \"2\"]\n```\n",
        ) else {
            panic!()
        };
        assert_eq!(
            json.to_string(),
            r#"{"name":"Bread","hours":1.5,"loaves":2,"slow":true,"since":"2024-01-05","old":"007","steps":["mix","2"]}"#
        );
    }

    #[test]
    fn faults_have_their_place_in_the_file_wherever_the_block_stands() {
        let fault = "wrong-type";
        for (text, place) in [
            ("```timeline\n- date: 2024\n  event: [a]\n```\n", "7:10"),
            ("  ```timeline\n  - date: 2024\n    event: [a]\n  ```\n", "7:12"),
            ("> ```timeline\n> - date: 2024\n>   event: [a]\n> ```\n", "7:12"),
            ("> > ```timeline\n> > - date: 2024\n> >   event: [a]\n> > ```\n", "7:14"),
            ("1.  ```timeline\n    - date: 2024\n      event: [a]\n    ```\n", "7:14"),
            ("- x\n\n  > ~~~timeline\n  > - date: 2024\n  >   event: [a]\n  > ~~~\n", "9:14"),
            ("A[^1]\n\n[^1]: B\n\n    ```timeline\n    - date: 2024\n      event: [a]\n    ```\n", "11:14"),
        ] {
            let (_, _, found) = read(&format!("---\ntitle: X\n---\n\n{text}"));
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert!(found[0].starts_with(&format!("{fault} {place} «[a]»")), "{text}: {found:?}");
        }
    }

    #[test]
    fn yaml_that_cannot_be_read_is_told_like_that_of_a_front_matter() {
        check(
            "> ```facts\n> - label: a\n> \t  value: b\n> ```\n",
            &["yaml-syntax 7:3 «\t» a tab is used to indent; use spaces"],
        );
        check(
            "```facts\nCapital: Canberra\nCapital: Sydney\n```\n",
            &["duplicate-key 7:1 «Capital» the key `Capital` stands here a second time; keep one of the two"],
        );
        check(
            "```facts\nCapital: \"Canberra\n```\n",
            &["yaml-syntax 6:10 «\"» this quote is never closed; add `\"` where the value ends"],
        );
        check(
            "```timeline\n```\n",
            &[
                "empty-item 5:4 «timeline» the block `timeline` is empty; write its data between the fences, or take it out",
            ],
        );
    }

    #[test]
    fn events_of_a_block_are_checked() {
        check(
            "```timeline\n- {date: 2024-13-01, event: a}\n- {dat: 2024, event: b}\n- {date: 2024, event: c, source: s}\n- d\n```\n",
            &[
                "bad-date 6:10 «2024-13-01» `2024-13-01` has the month 13, and there are 12; write 2024-01-13",
                "bad-value 7:3 «{dat: 2024, event: b}» this event has no `date`; write `date: 2024-01-05` and `event: …`",
                "unknown-key 7:4 «dat» the key `dat` is not known here; did you mean `date`?",
                "unknown-key 8:26 «source» the key `source` is not known here; write such an event in the front matter, under `timeline`",
                "wrong-type 9:3 «d» expected a mapping with `date` and `event`, found text",
            ],
        );
        let Data::Timeline(events) = one(
            "```timeline\n- {date: 2024-05, until: 2024-06, event: a, detail: b, kind: c, major: true, people: [P]}\n```\n",
        ) else {
            panic!()
        };
        assert_eq!((events[0].date.iso().as_str(), events[0].major), ("2024-05", true));
    }

    #[test]
    fn facts_are_a_list_or_a_mapping() {
        let list = one("```facts\n- {label: Capital, value: Canberra}\n- {label: Code, value: 007}\n```\n");
        assert_eq!(one("```facts\nCapital: Canberra\nCode: 007\n```\n"), list);
    }

    #[test]
    fn what_a_block_takes_from_elsewhere_is_kept_with_its_place() {
        let text = "---\ntitle: X\n---\n\n```facts\na: b\n```\n\n> ```people\n> - Ada\n> ```\n\n[x](y.md)\n\n```chart\ntitle: T\nfile: ../data%20a.csv\n```\n";
        let (facts, _, _) = read(text);
        let under = |span: Span| &text[span.start as usize..span.end as usize];
        assert_eq!(facts.blocks.len(), 2);
        assert_eq!((facts.blocks[0].block, under(facts.blocks[0].people[0].span)), (1, "Ada"));
        let chart = facts.blocks[1].chart.as_ref().expect("a file");
        let link = &facts.outgoing[chart.link as usize];
        assert_eq!((link.target.as_str(), under(link.span)), ("../data a.csv", "../data%20a.csv"));
        assert!(!facts.has_code);
    }

    #[test]
    fn a_name_near_that_of_a_block_is_suggested() {
        check(
            "```tmeline\n- a\n```\n",
            &[
                "unknown-language 5:4 «tmeline» no language `tmeline` is known; the block is shown without colours; did you mean `timeline`?",
            ],
        );
    }

    #[test]
    fn more_blocks_and_bytes_than_allowed_are_told() {
        let (_, data, found) = read(&"```facts\na: b\n```\n\n".repeat(MOST + 2));
        assert_eq!(data.len(), MOST);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("over-limit 801:4 «facts»"), "{found:?}");
        let (_, data, found) = read(&format!("```facts\na: {}\n```\n", "b".repeat(70_000)));
        assert_eq!((data, found.len()), (vec![None], 1));
        assert!(found[0].starts_with("over-limit 1:4 «facts»"), "{found:?}");
    }
}
