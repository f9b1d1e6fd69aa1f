//! Rows and heads of tables, as they are typed in a block.

use crate::diagnostics::{Finding, Span};
use crate::document::Spanned;
use crate::source::fields::{Reader, Shape};
use crate::source::yaml::{Value, Yaml};
use serde_json::{Value as Json, json};

/// Rows of cells: a list of lists, or a mapping of the first cell of each row to the others.
#[derive(Default)]
pub(super) struct Rows(pub Vec<Cells>);

/// One row.
pub(super) struct Cells {
    pub cells: Vec<Spanned<String>>,
    pub span: Span,
}

impl Cells {
    /// Notes that the row has another number of cells than there are columns.
    pub fn misfit(&self, columns: usize, reader: &mut Reader) {
        let count = |count: usize, noun: &str| match count {
            1 => format!("1 {noun}"),
            count => format!("{count} {noun}s"),
        };
        let message = format!(
            "this row has {}, and there are {}",
            count(self.cells.len(), "cell"),
            count(columns, "column")
        );
        let help =
            "write one cell for each column: `\"\"` is an empty one, and one with a comma stands in quotes";
        reader.note(Finding::BadValue, self.span, message, Some(help.to_owned()));
    }
}

impl Shape for Rows {
    const MANY: &'static str = "lists of rows";
    const ALONE: bool = false;

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Rows> {
        let count = match &value.value {
            Value::List(rows) => rows.len(),
            Value::Map(rows) => rows.len(),
            Value::Scalar { .. } => {
                reader.expected("a list of rows", value);
                return None;
            }
        };
        let most = reader.longest_list;
        if count > most {
            let message = format!("a table of {count} rows; at most {most} are read");
            let help = "shorten it, or raise `limits: {list: …}` in nutgraf.yaml".to_owned();
            reader.note(Finding::OverLimit, value.span, message, Some(help));
        }
        let mut rows = Vec::with_capacity(count.min(most));
        for row in value.list().unwrap_or_default().iter().take(most) {
            match row.list() {
                Some(list) => {
                    let cells = list.iter().filter_map(|found| cell(found, reader)).collect();
                    rows.push(Cells { cells, span: row.span });
                }
                None => reader.expected("a list of cells, as in `[2024, 5]`", row),
            }
        }
        for (head, rest) in value.map().unwrap_or_default().iter().take(most) {
            let mut cells = vec![Spanned { value: head.text.trim().to_owned(), span: head.span }];
            match rest.list() {
                Some(list) => cells.extend(list.iter().filter_map(|found| cell(found, reader))),
                None => cells.extend(cell(rest, reader)),
            }
            rows.push(Cells { cells, span: Span { start: head.span.start, end: rest.span.end } });
        }
        Some(Rows(rows))
    }

    fn schema() -> Json {
        json!({"type": ["array", "object"], "examples": [[["2024", 5]]]})
    }
}

/// Heads of columns; one may be empty.
#[derive(Default)]
pub(super) struct Heads(pub Vec<Spanned<String>>);

impl Shape for Heads {
    const MANY: &'static str = "lists of names";
    const ALONE: bool = false;

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Heads> {
        let Some(heads) = value.list() else {
            reader.expected("a list of names, as in `[Year, Deaths]`", value);
            return None;
        };
        Some(Heads(heads.iter().filter_map(|head| cell(head, reader)).collect()))
    }

    fn schema() -> Json {
        json!({"type": "array", "items": {"type": "string"}, "examples": [["Year", "Deaths"]]})
    }
}

/// Text as typed; `~` and nothing are an empty cell.
fn cell(value: &Yaml, reader: &mut Reader) -> Option<Spanned<String>> {
    let text = if value.is_null() { "" } else { reader.scalar("text", value)?.trim() };
    Some(Spanned { value: text.to_owned(), span: value.span })
}
