//! Tables of data: a file of comma-separated values with the place of every cell.
//!
//! The first line names the columns. The rules for quotes and line ends are those of RFC 4180, read
//! as leniently as spreadsheets write them. Cells are text; what a number is, its reader decides.

use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, Span};
use crate::source::{SitePath, Source};
use csv_core::{ReadFieldResult, ReaderBuilder};

/// A table, with as many cells in each row as it has columns.
#[derive(Debug)]
pub struct Table {
    pub path: SitePath,
    pub columns: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// Without quotes, and without white space around it.
    pub text: String,
    /// In the file, with its quotes.
    pub span: Span,
}

/// Columns of a table; a file with more is no table of data for a page.
const MOST_COLUMNS: usize = 200;
/// Findings about one file; a file that has more of them is wrong as a whole.
const MOST_FINDINGS: usize = 20;

/// Text → table. A row with too few or too many cells is noted and left out; rows after `most` are
/// noted once and not read. Without a line of names there is no table.
///
/// Cells are parted by commas; by tabs in a file whose name ends with `.tsv`; by semicolons where
/// the first line has no comma and a semicolon, as spreadsheets in many languages write it.
pub fn read(source: &Source, most: usize, diagnostics: &mut Diagnostics) -> Option<Table> {
    let text = source.text.as_str();
    let first = text.trim_start_matches('\n').split('\n').next().unwrap_or_default();
    let delimiter = match source.path.ends_with(".tsv") {
        true => b'\t',
        false if !first.contains(',') && first.contains(';') => b';',
        false => b',',
    };
    let mut rows = Rows {
        text,
        reader: ReaderBuilder::new().delimiter(delimiter).build(),
        at: 0,
        buffer: vec![0; text.len() + 1],
        unclosed: None,
    };
    let note = |span: Option<Span>, message: String, help: &str| {
        let place = span.map_or_else(
            || Place::file(source.path.clone()),
            |span| Place::new(source.path.clone(), on_one_line(text, span)),
        );
        Diagnostic::new(Finding::BadData, place, message).help(help)
    };
    let Some((columns, count)) = rows.next(MOST_COLUMNS) else {
        diagnostics.push(note(
            None,
            "the file is empty".to_owned(),
            "write the names of the columns on its first line, and a row on each line below",
        ));
        return None;
    };
    if count > MOST_COLUMNS {
        let message = format!("the first line names {count} columns; at most {MOST_COLUMNS} are read");
        diagnostics.push(note(
            Some(columns[0].span),
            message,
            "take columns out, or write lines and columns the other way round",
        ));
        return None;
    }
    let width = columns.len();
    let mut table = Table { path: source.path.clone(), columns, rows: Vec::new() };
    let mut left = MOST_FINDINGS;
    while let Some((row, count)) = rows.next(width) {
        if count != width {
            if left > 0 {
                left -= 1;
                let (start, end) = (row[0].span.start, row[row.len() - 1].span.end);
                let cells = if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") };
                diagnostics.push(note(
                    Some(Span { start, end }),
                    format!("this row has {cells}; the first line names {width} columns"),
                    "write one cell for each column; put quotes around a cell that has a comma in it",
                ));
            }
        } else if table.rows.len() == most {
            let message = format!("the file has more than {most} rows; the rest is not read");
            let place = Place::new(source.path.clone(), row[0].span);
            let help = "sum the data up: a chart of so many points shows no more than one of fewer";
            diagnostics.push(Diagnostic::new(Finding::OverLimit, place, message).help(help));
            break;
        } else {
            table.rows.push(row);
        }
    }
    if let Some(span) = rows.unclosed {
        diagnostics.push(note(
            Some(span),
            "this quote is never closed".to_owned(),
            "add `\"` where the cell ends; within quotes, write a quote twice",
        ));
    }
    Some(table)
}

struct Rows<'t> {
    text: &'t str,
    reader: csv_core::Reader,
    at: usize,
    buffer: Vec<u8>,
    /// The opening quote of a cell that goes on to the end of the file.
    unclosed: Option<Span>,
}

impl Rows<'_> {
    /// The next row that is not blank, at most so many of its cells, and how many it has.
    fn next(&mut self, most: usize) -> Option<(Vec<Cell>, usize)> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at) == Some(&b'\n') {
            self.at += 1;
        }
        let (mut cells, mut count) = (Vec::new(), 0);
        let mut length = 0;
        let mut start = self.at;
        loop {
            let (result, read, written) =
                self.reader.read_field(&bytes[self.at..], &mut self.buffer[length..]);
            self.at += read;
            length += written;
            match result {
                // All of the text is given: the next call, with nothing, says that it ends here.
                ReadFieldResult::InputEmpty => {}
                // The buffer is as long as the text.
                ReadFieldResult::OutputFull | ReadFieldResult::End => return None,
                ReadFieldResult::Field { record_end } => {
                    count += 1;
                    let parted = read > 0 && (!record_end || bytes[self.at - 1] == b'\n');
                    let end = self.at - usize::from(parted);
                    let raw = &self.text[start..end];
                    let lead = raw.len() - raw.trim_start().len();
                    let span = Span::new(start + lead, start + lead + raw.trim().len());
                    if raw.trim_start().starts_with('"')
                        && self.at == bytes.len()
                        && (raw.trim().len() == 1 || !raw.trim_end().ends_with('"'))
                    {
                        self.unclosed = Some(Span::new(start + lead, start + lead + 1));
                    }
                    if cells.len() < most {
                        let text = String::from_utf8_lossy(&self.buffer[..length]).trim().to_owned();
                        cells.push(Cell { text, span });
                    }
                    if record_end {
                        return Some((cells, count));
                    }
                    (start, length) = (self.at, 0);
                }
            }
        }
    }
}

fn on_one_line(text: &str, span: Span) -> Span {
    let found = &text[span.start as usize..span.end as usize];
    let length = found.find('\n').unwrap_or(found.len());
    Span::new(span.start as usize, span.start as usize + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(path: &str, text: &str) -> (Option<Table>, Vec<String>) {
        let source = Source { path: path.into(), text: text.to_owned() };
        let mut diagnostics = Diagnostics::default();
        let table = read(&source, 5, &mut diagnostics);
        let findings = diagnostics
            .iter()
            .map(|d| {
                let under = d.place.span.map_or("", |s| &text[s.start as usize..s.end as usize]);
                format!("{} «{under}» {}", d.finding.name(), d.message)
            })
            .collect();
        (table, findings)
    }

    #[track_caller]
    fn check(path: &str, text: &str, cells: &str, findings: &[&str]) {
        let (table, found) = read_as(path, text);
        let shown = table.map_or_else(String::new, |table| {
            let line = |row: &Vec<Cell>| {
                for cell in row {
                    let raw = &text[cell.span.start as usize..cell.span.end as usize];
                    let inner = raw.strip_prefix('"').map_or(raw, |raw| raw.strip_suffix('"').unwrap_or(raw));
                    let plain = inner.replace("\"\"", "\"");
                    assert_eq!(plain.trim(), cell.text, "{text:?}");
                }
                row.iter().map(|c| c.text.replace('\n', "⏎")).collect::<Vec<_>>().join("|")
            };
            std::iter::once(&table.columns).chain(&table.rows).map(line).collect::<Vec<_>>().join(" / ")
        });
        assert_eq!(shown, cells, "{text:?}");
        assert_eq!(found, findings, "{text:?}");
    }

    #[test]
    fn cells_are_read_with_their_places() {
        check("a.csv", "a,b\n1,2\n", "a|b / 1|2", &[]);
        check("a.csv", "a,b\n1,2", "a|b / 1|2", &[]);
        check("a.csv", "\n\na, b \n\n 1 ,\n", "a|b / 1|", &[]);
        check("a.csv", "a,b\n\"x, \"\"y\"\"\",\"é\n2\"\n", "a|b / x, \"y\"|é⏎2", &[]);
        check("a.csv", "a;b\n1,5;2\n", "a|b / 1,5|2", &[]);
        check("a.tsv", "a\tb\n1,5\t2\n", "a|b / 1,5|2", &[]);
        check("a.csv", "a\n1\n2\n", "a / 1 / 2", &[]);
        check("a.csv", "a,b\n", "a|b", &[]);
    }

    #[test]
    fn what_is_wrong_is_told_at_its_place() {
        check("a.csv", "", "", &["bad-data «» the file is empty"]);
        check("a.csv", "\n\n", "", &["bad-data «» the file is empty"]);
        check(
            "a.csv",
            "a,b\n1\n1,2,3\n4,5\n",
            "a|b / 4|5",
            &[
                "bad-data «1» this row has 1 cell; the first line names 2 columns",
                "bad-data «1,2» this row has 3 cells; the first line names 2 columns",
            ],
        );
        check("a.csv", "a,b\n1,\"2\n3,4\n", "a|b / 1|2⏎3,4", &["bad-data «\"» this quote is never closed"]);
        check(
            "a.csv",
            "a\n1\n2\n3\n4\n5\n6\n7\n",
            "a / 1 / 2 / 3 / 4 / 5",
            &["over-limit «6» the file has more than 5 rows; the rest is not read"],
        );
        let wide = format!("{}\n", vec!["a"; 300].join(","));
        check("a.csv", &wide, "", &["bad-data «a» the first line names 300 columns; at most 200 are read"]);
    }

    #[test]
    fn a_hostile_file_takes_time_in_proportion() {
        let begun = std::time::Instant::now();
        for text in [",".repeat(1 << 20), "\"".repeat(1 << 20), "a\n".repeat(1 << 19), "\n".repeat(1 << 20)] {
            read_as("a.csv", &text);
        }
        assert!(begun.elapsed().as_secs() < 10);
    }
}
