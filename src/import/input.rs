//! One file of a Hugo site, read: front matter in any of its formats, and body.

use super::node::Node;
use super::report::{Became, Matter, Report};
use super::{toml_in, words, yaml_in};
use crate::source;

/// One file with front matter.
pub struct Input {
    /// From the content folder.
    pub path: String,
    pub front: Node,
    pub body: String,
    /// The line of the file on which the body begins, from 1.
    pub body_line: usize,
    pub became: Became,
    /// Where it goes, from the destination.
    pub out: String,
    /// As typed, in the time zone typed.
    pub date: Option<Moment>,
}

impl Input {
    /// Reads a file; what is wrong with it is noted in the report, and all of it is kept.
    pub fn read(path: &str, bytes: Vec<u8>, report: &mut Report) -> Input {
        let text = decode(path, bytes, report);
        let (front, body, body_line) = split(path, &text, report);
        let date = front
            .get("date")
            .or_else(|| front.get("publishdate"))
            .and_then(Node::text)
            .and_then(Moment::read);
        Input {
            path: path.to_owned(),
            front,
            body: body.to_owned(),
            body_line,
            became: Became::Skipped,
            out: String::new(),
            date,
        }
    }

    /// The first folder of the path; empty for a file that stands in none.
    pub fn section(&self) -> &str {
        self.path.split_once('/').map_or("", |(section, _)| section)
    }

    /// Whether it is the page of a folder, `_index.md`.
    pub fn is_section(&self) -> bool {
        self.path.rsplit('/').next().is_some_and(|name| name.starts_with("_index."))
    }

    /// The text of a key of the front matter, trimmed; `None` where there is none.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.front.get(key).and_then(Node::text)
    }

    /// The title, for people the name, with its character references decoded; may be empty.
    pub fn title(&self) -> String {
        let names = [self.text("first_name"), self.text("last_name")];
        let full = names.into_iter().flatten().map(str::trim).collect::<Vec<_>>().join(" ");
        let title = self.text("title");
        let name = self.text("display_name").or_else(|| self.text("name"));
        let found = if self.became == Became::Person { name.or(title) } else { title.or(name) };
        let title = words::decode_entities(found.unwrap_or(&full));
        title.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether `draft` is true.
    pub fn is_draft(&self) -> bool {
        self.text("draft").is_some_and(|draft| draft.eq_ignore_ascii_case("true"))
    }
}

/// Bytes → text without anything that is no text.
pub fn decode(path: &str, bytes: Vec<u8>, report: &mut Report) -> String {
    let mut text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
            report.remark(Matter::Encoding, path, line, "not UTF-8; what could not be read is shown as �");
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        }
    };
    source::normalise(&mut text);
    let is_bad = |c: char| c.is_control() && c != '\n' && c != '\t';
    if let Some(at) = text.find(is_bad) {
        let line = text[..at].matches('\n').count() + 1;
        report.remark(Matter::Encoding, path, line, "control characters were taken out");
        text.retain(|c| !is_bad(c));
    }
    text
}

/// Front matter, body, and the line on which the body begins.
pub fn split<'a>(path: &str, text: &'a str, report: &mut Report) -> (Node, &'a str, usize) {
    let blank = text.len() - text.trim_start().len();
    let start = &text[blank..];
    let first_line = text[..blank].matches('\n').count() + 1;
    let sign =
        ["---", "+++"].into_iter().find(|sign| start.lines().next().is_some_and(|l| l.trim_end() == *sign));
    let mut inner_start = 0;
    let (inner, rest) = match sign {
        Some(sign) => {
            inner_start = start.find('\n').map_or(start.len(), |n| n + 1);
            let mut at = inner_start;
            let mut end = None;
            for line in start[inner_start..].split_inclusive('\n') {
                if line.trim_end() == sign {
                    end = Some((at, at + line.len()));
                    break;
                }
                at += line.len();
            }
            match end {
                Some((end, body)) => (&start[inner_start..end], body),
                None => {
                    report.remark(
                        Matter::Unreadable,
                        path,
                        first_line,
                        format!("no closing `{sign}`; all of it was taken as text"),
                    );
                    return (Node::Map(Vec::new()), text, 1);
                }
            }
        }
        None if start.starts_with('{') && !start.starts_with("{{") => {
            let mut stream = serde_json::Deserializer::from_str(start).into_iter::<serde_json::Value>();
            match stream.next() {
                Some(Ok(serde_json::Value::Object(_))) => {
                    (&start[..stream.byte_offset()], stream.byte_offset())
                }
                _ => return (Node::Map(Vec::new()), text, 1),
            }
        }
        None => return (Node::Map(Vec::new()), text, 1),
    };
    let offset = first_line + start[..inner_start].matches('\n').count() - 1;
    let front = if sign == Some("+++") {
        let (value, faults) = toml_in::read(inner);
        let mut value = value;
        for (line, text) in faults {
            report.remark(Matter::Unreadable, path, offset + line, text.clone());
            value.set(format!("unreadable_line_{}", offset + line), Node::quoted(text));
        }
        value
    } else {
        report.comment_lines += inner.lines().filter(|l| l.trim_start().starts_with('#')).count();
        let read = match yaml_in::read(inner) {
            Ok(read) => read,
            Err(error) => {
                report.remark(Matter::Unreadable, path, offset + error.line, error.message);
                let (read, faults) = yaml_in::salvage(inner);
                for fault in faults {
                    report.remark(Matter::Unreadable, path, offset + fault.line, fault.message);
                }
                read
            }
        };
        for (key, line) in read.twice {
            report.remark(Matter::DuplicateKey, path, offset + line, key);
        }
        read.value
    };
    let body = &start[rest..];
    (front, body, first_line + start[..rest].matches('\n').count())
}

/// A date as typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    pub year: i16,
    pub month: i8,
    pub day: i8,
    /// `Some` where a whole time with its offset was typed.
    pub full: Option<String>,
    /// A time was typed that cannot be kept without inventing a time zone.
    pub cut: bool,
}

impl Moment {
    /// `None` for what is no day of the calendar, written year, month, day.
    pub fn read(text: &str) -> Option<Moment> {
        let text = text.trim();
        let date = text.get(..10)?;
        let mut parts = date.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if year.len() != 4 || month.len() != 2 || day.len() != 2 {
            return None;
        }
        let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        jiff::civil::Date::new(year, month, day).ok()?;
        let rest = text[10..].trim_start_matches(['T', 't', ' ']).trim();
        let full = time(rest).map(|time| format!("{date}T{time}"));
        Some(Moment { year, month, day, cut: full.is_none() && !rest.is_empty(), full })
    }

    /// The day, `2019-03-05`.
    pub fn date(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// The whole of it where it was typed whole, else the day.
    pub fn node(&self) -> Node {
        self.full.as_ref().map_or_else(|| Node::plain(self.date()), |full| Node::quoted(full.as_str()))
    }
}

/// `9:05:00 -0400` → `09:05:00-04:00`.
pub fn time(text: &str) -> Option<String> {
    let zone_at = text.find(['+', '-', 'Z', 'z'])?;
    let (clock, zone) = (text[..zone_at].trim(), &text[zone_at..]);
    let parts: Vec<u8> =
        clock.split('.').next()?.split(':').map(|p| p.parse().ok()).collect::<Option<_>>()?;
    let (hour, minute, second) = match parts[..] {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let zone = match zone {
        "Z" | "z" => "Z".to_owned(),
        _ => {
            let digits: String = zone[1..].chars().filter(|c| *c != ':').collect();
            if digits.len() != 4
                || !digits.bytes().all(|b| b.is_ascii_digit())
                || digits[..2].parse::<u8>().ok()? > 23
            {
                return None;
            }
            format!("{}{}:{}", &zone[..1], &digits[..2], &digits[2..])
        }
    };
    Some(format!("{hour:02}:{minute:02}:{second:02}{zone}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::yaml_out;

    #[test]
    fn moments_keep_their_day() {
        for (text, expected) in [
            ("2019-03-05 12:00:00 -0500", Some("\"2019-03-05T12:00:00-05:00\"")),
            ("2012-02-19 1:44:51 -0400", Some("\"2012-02-19T01:44:51-04:00\"")),
            ("2012-02-19T01:44Z", Some("\"2012-02-19T01:44:00Z\"")),
            ("2012-02-19", Some("2012-02-19")),
            ("2012-02-19 24:00:00 -0400", Some("2012-02-19")),
            ("2012-02-30", None),
            ("19.2.2012", None),
            ("２０12-02-19", None),
        ] {
            let moment = Moment::read(text).map(|m| yaml_out::mapping(&[("d".to_owned(), m.node())]));
            assert_eq!(moment, expected.map(|e| format!("d: {e}\n")), "{text}");
        }
    }
}
