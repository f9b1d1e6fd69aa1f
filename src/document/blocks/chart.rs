//! A chart: its words, and the numbers that it shows.

use super::FilePath;
use super::rows::{Heads, Rows};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, nearest};
use crate::document::Spanned;
use crate::source::SitePath;
use crate::source::fields::{Field, Reader, fields, words};
use crate::source::table::Table;
use crate::source::yaml::{Yaml, shown};

/// Most rows of a chart: more points than a screen has columns of pixels.
pub const MOST_ROWS: usize = 2000;
/// Most columns of numbers: more lines or colours than a reader tells apart.
pub const MOST_SERIES: usize = 8;
/// Findings about the numbers of one file.
const MOST_FINDINGS: usize = 20;
/// Numbers beyond these have no exact place on an axis.
const LARGEST: f64 = 1e15;
const SMALLEST: f64 = 1e-12;

words! {
    /// How a chart is drawn.
    pub Form: "bar", "line", "area", "step"
}

/// A chart as typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// `bar`, `line`, `area` or `step`.
    pub form: &'static str,
    pub title: String,
    /// What the chart shows, in words; may be empty.
    pub description: String,
    pub unit: String,
    /// Words at the axes; may be empty.
    pub x: String,
    pub y: String,
    /// Where the numbers are from; may be empty.
    pub source: String,
    /// The column of labels, then those of numbers: their names, or which of a file's are shown.
    pub columns: Vec<Spanned<String>>,
    /// Path of the file that has the data, relative to the page or from the root.
    pub file: Option<Spanned<String>>,
    /// The numbers that stand in the block; empty for a chart with a file.
    pub series: Series,
}

/// Numbers in rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// What the labels are; may be empty.
    pub head: String,
    /// Names of the columns of numbers; one alone may have none.
    pub names: Vec<String>,
    pub rows: Vec<Row>,
}

/// A row: a label, and a number for each name, or none where it is not known.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub label: String,
    pub numbers: Vec<Option<Number>>,
}

/// A number, and with how many decimals it was typed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    pub value: f64,
    pub decimals: u8,
}

/// What is typed in a block.
struct Typed {
    chart: Chart,
    rows: Option<Rows>,
}

impl Default for Typed {
    fn default() -> Typed {
        let chart = Chart {
            form: "bar",
            title: String::new(),
            description: String::new(),
            unit: String::new(),
            x: String::new(),
            y: String::new(),
            source: String::new(),
            columns: Vec::new(),
            file: None,
            series: Series::default(),
        };
        Typed { chart, rows: None }
    }
}

static KEYS: &[Field<Typed>] = fields! { Typed;
    /// How it is drawn.
    "type": Form => |typed, form| typed.chart.form = form.0;
    /// What it is about.
    "title": String => |typed, text| typed.chart.title = text;
    /// What it shows, in words, for readers who do not see it.
    "description": String => |typed, text| typed.chart.description = text;
    /// What the numbers count: `%`, `deaths`.
    "unit": String => |typed, text| typed.chart.unit = text;
    /// Words below the axis of labels.
    "x": String => |typed, text| typed.chart.x = text;
    /// Words at the axis of numbers.
    "y": String => |typed, text| typed.chart.y = text;
    /// Where the numbers are from.
    "source": String => |typed, text| typed.chart.source = text;
    /// Names of the columns; of a file: which are shown. The first has the labels.
    "columns": Heads => |typed, heads| typed.chart.columns = heads.0;
    /// A label and its numbers in each row.
    "rows": Rows => |typed, rows| typed.rows = Some(rows);
    /// A file of comma-separated values that has the rows.
    "file": FilePath => |typed, file| typed.chart.file = Some(file.0);
};

impl Chart {
    /// Reads a chart; with a file its numbers are read from that, by [`Chart::of_table`].
    pub(super) fn read(value: &Yaml, reader: &mut Reader) -> Option<Chart> {
        let Typed { mut chart, rows } = reader.record(value, KEYS)?;
        if chart.title.is_empty() {
            let help = "write `title: …`: readers who do not see the chart know it by its title".to_owned();
            reader.note(Finding::MissingAlt, value.span, "the chart has no `title`", Some(help));
        }
        match (rows, &chart.file) {
            (Some(_), Some(file)) => {
                let help = "keep one of them".to_owned();
                reader.note(Finding::BadValue, file.span, "the chart has `rows` and a `file`", Some(help));
                None
            }
            (None, Some(_)) => Some(chart),
            (Some(rows), None) => {
                chart.series = series(rows, &chart.columns, value, reader)?;
                chart.fits(value, reader).then_some(chart)
            }
            // A `file` or `rows` of a wrong type is noted already.
            (None, None) => {
                if ["rows", "file"].iter().all(|key| value.get(key).is_none_or(Yaml::is_null)) {
                    let help = "write `rows:` with a line `- [label, number]` for each, or `file: data.csv`";
                    reader.note(
                        Finding::BadValue,
                        value.span,
                        "the chart has no data",
                        Some(help.to_owned()),
                    );
                }
                None
            }
        }
    }

    fn fits(&self, value: &Yaml, reader: &mut Reader) -> bool {
        match self.misfit(&self.series) {
            Some((finding, message, help)) => {
                let at = value.get("rows").map_or(value.span, |rows| rows.span);
                reader.note(finding, at, message, Some(help));
                false
            }
            None => true,
        }
    }

    /// What is wrong with the numbers as a whole: finding, message, help.
    fn misfit(&self, series: &Series) -> Option<(Finding, String, String)> {
        let all = || series.rows.iter().flat_map(|row| &row.numbers).flatten();
        if all().next().is_none() {
            let help = "write a number in each row, or take the chart out".to_owned();
            return Some((Finding::BadValue, "the chart has no numbers".to_owned(), help));
        }
        let count = series.names.len();
        if count > MOST_SERIES {
            let message =
                format!("the chart has {count} columns of numbers; at most {MOST_SERIES} are drawn");
            let help = "choose some with `columns: […]`, or make two charts".to_owned();
            return Some((Finding::OverLimit, message, help));
        }
        if series.rows.len() > MOST_ROWS {
            let message = format!("the chart has {} rows; at most {MOST_ROWS} are drawn", series.rows.len());
            return Some((Finding::OverLimit, message, "sum the data up".to_owned()));
        }
        if self.form == "area" && count > 1 && all().any(|n| n.value < 0.0) {
            let message = "areas are piled up, and a number below zero cannot be".to_owned();
            return Some((Finding::BadValue, message, "write `type: line`".to_owned()));
        }
        None
    }

    /// The numbers of a file, and what is wrong with it; `None` where nothing can be drawn.
    /// `markdown` is the file in which the chart stands.
    pub fn of_table(
        &self,
        table: &Table,
        markdown: &SitePath,
        diagnostics: &mut Diagnostics,
    ) -> Option<Series> {
        let chosen = self.chosen(table, markdown, diagnostics)?;
        let mut series = Series {
            head: table.columns[*chosen.first()?].text.clone(),
            names: chosen[1..].iter().map(|at| table.columns[*at].text.clone()).collect(),
            rows: Vec::with_capacity(table.rows.len()),
        };
        let mut left = MOST_FINDINGS;
        for row in &table.rows {
            let mut numbers = Vec::with_capacity(chosen.len() - 1);
            for at in &chosen[1..] {
                let cell = &row[*at];
                numbers.push(match Number::parse(&cell.text) {
                    Ok(number) => number,
                    Err((message, help)) => {
                        if left > 0 {
                            left -= 1;
                            let place = Place::new(table.path.clone(), cell.span);
                            let found = Diagnostic::new(Finding::BadData, place, message);
                            diagnostics.push(found.help(help));
                        }
                        None
                    }
                });
            }
            series.rows.push(Row { label: row[chosen[0]].text.clone(), numbers });
        }
        if let Some((finding, message, help)) = self.misfit(&series) {
            // Without its bad cells it may have no number left: that follows from what was noted.
            if left < MOST_FINDINGS {
                return None;
            }
            let file = self
                .file
                .as_ref()
                .map_or(Place::file(markdown.clone()), |file| Place::new(markdown.clone(), file.span));
            let found =
                Diagnostic::new(finding, file, format!("{message} (they are read from {})", table.path));
            diagnostics.push(found.help(help));
            return None;
        }
        Some(series)
    }

    /// The columns of a file that are shown: all, or those that the chart names.
    fn chosen(
        &self,
        table: &Table,
        markdown: &SitePath,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<usize>> {
        if self.columns.is_empty() {
            if table.columns.len() > 1 {
                return Some((0..table.columns.len()).collect());
            }
            let place = Place::new(table.path.clone(), table.columns[0].span);
            let found = Diagnostic::new(Finding::BadData, place, "the file has one column");
            diagnostics.push(found.help("a chart needs one with labels and one with numbers"));
            return None;
        }
        let names = || table.columns.iter().map(|column| column.text.as_str());
        let mut chosen = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let place = || Place::new(markdown.clone(), column.span);
            match names().position(|name| name == column.value) {
                Some(at) => chosen.push(at),
                None => {
                    let message = format!("{} has no column {}", table.path, shown(&column.value));
                    let mut found = Diagnostic::new(Finding::BadValue, place(), message);
                    found.help = Some(match nearest(&column.value, names()) {
                        Some(name) => format!("did you mean `{name}`?"),
                        None => {
                            let some: Vec<String> = names().take(10).map(shown).collect();
                            format!("it has {}", some.join(", "))
                        }
                    });
                    diagnostics.push(found);
                }
            }
        }
        if chosen.len() < self.columns.len() {
            return None;
        }
        if chosen.len() == 1 {
            let place = Place::new(markdown.clone(), self.columns[0].span);
            let found = Diagnostic::new(Finding::BadValue, place, "the chart names one column");
            diagnostics.push(found.help("name that of the labels, then those of the numbers"));
            return None;
        }
        Some(chosen)
    }
}

/// The rows that stand in a block.
fn series(rows: Rows, columns: &[Spanned<String>], value: &Yaml, reader: &mut Reader) -> Option<Series> {
    let width = match columns.len() {
        0 => rows.0.first().map_or(2, |row| row.cells.len().max(2)),
        width => width.max(2),
    };
    let mut series = Series {
        head: columns.first().map_or(String::new(), |head| head.value.clone()),
        names: (1..width).map(|at| columns.get(at).map_or(String::new(), |c| c.value.clone())).collect(),
        rows: Vec::with_capacity(rows.0.len()),
    };
    let mut whole = true;
    for row in rows.0 {
        if row.cells.len() != width {
            row.misfit(width, reader);
            whole = false;
            continue;
        }
        let mut cells = row.cells.into_iter();
        let label = cells.next().map_or(String::new(), |cell| cell.value);
        let mut numbers = Vec::with_capacity(width - 1);
        for cell in cells {
            numbers.push(Number::parse(&cell.value).unwrap_or_else(|(message, help)| {
                reader.note(Finding::BadValue, cell.span, message, Some(help));
                whole = false;
                None
            }));
        }
        series.rows.push(Row { label, numbers });
    }
    // Several columns without names could not be told apart.
    if width > 2 && columns.is_empty() && !series.rows.is_empty() {
        let help = "write `columns: [Year, A, B]`: the labels, then each column of numbers".to_owned();
        let message = "the chart has several columns of numbers and no names for them";
        reader.note(Finding::BadValue, value.span, message, Some(help));
        return None;
    }
    let known = || series.rows.iter().flat_map(|row| &row.numbers).flatten().next().is_some();
    // What is left may be nothing: that follows from what was noted.
    (whole || known()).then_some(series)
}

impl Number {
    /// Reads `-1234.5`, `1e6`, `−3`; `None` for what stands where a number is not known: nothing,
    /// `NA`, `n/a`, `-`, `–` or `..`.
    ///
    /// # Errors
    /// Message and help.
    pub fn parse(text: &str) -> Result<Option<Number>, (String, String)> {
        if matches!(text, "" | "~" | "null" | "NA" | "N/A" | "n/a" | "-" | "–" | "—" | ".." | "...") {
            return Ok(None);
        }
        let plain = text.replace('−', "-");
        let fits = plain.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'))
            && plain.bytes().any(|b| b.is_ascii_digit());
        let value = if fits { plain.parse::<f64>().ok() } else { None };
        let Some(value) = value.filter(|value| value.is_finite()) else {
            return Err((format!("{} is not a number", shown(text)), advice(text)));
        };
        if value.abs() > LARGEST {
            let help = "count in millions, and say so in `unit`".to_owned();
            return Err((format!("{} is too large for a chart", shown(text)), help));
        }
        if value != 0.0 && value.abs() < SMALLEST {
            let help = "count in millionths, and say so in `unit`".to_owned();
            return Err((format!("{} is too small for a chart", shown(text)), help));
        }
        let exponent = plain.contains(['e', 'E']);
        let decimals = plain.split_once('.').filter(|_| !exponent).map_or(0, |(_, rest)| rest.len().min(12));
        Ok(Some(Number { value, decimals: decimals as u8 }))
    }
}

/// What to write for something that was meant as a number.
fn advice(text: &str) -> String {
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
    let number = digits.parse::<f64>().is_ok();
    let only = |marks: &[char]| text.chars().all(|c| c.is_ascii_digit() || c == '-' || marks.contains(&c));
    match text {
        _ if number && only(&[',']) && text.matches(',').count() == 1 && !three_digits(text) => {
            format!("write {}: decimals follow a point", shown(&text.replace(',', ".")))
        }
        _ if number && only(&[',', '.', ' ', '\'', '_', '\u{a0}', '\u{202f}', '\u{2009}']) => {
            format!("write {}, without marks between thousands", shown(&digits))
        }
        _ if number && text.trim_end_matches(|c: char| !c.is_ascii_digit()).len() < text.len() => {
            format!("write {}, and say in `unit` what it counts", shown(&digits))
        }
        _ => "write digits, as in `1234.5`; leave the cell empty where no number is known".to_owned(),
    }
}

/// Three digits follow the comma: it stands between thousands.
fn three_digits(text: &str) -> bool {
    text.split_once(',').is_some_and(|(_, rest)| rest.len() == 3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::source::table;
    use crate::source::yaml::{Limits, parse};

    fn of(text: &str) -> (Option<Chart>, Vec<String>) {
        let mut found = Diagnostics::default();
        let path = "x.md".into();
        let yaml = parse(&path, text, 0, Limits::of_size(1 << 16), &mut found).expect("YAML");
        let mut reader =
            Reader { path: &path, text, longest_list: 3000, longest_title: 99, diagnostics: &mut found };
        let chart = Chart::read(&yaml, &mut reader);
        (chart, lines(&found, text))
    }

    fn lines(found: &Diagnostics, text: &str) -> Vec<String> {
        let line = |d: &Diagnostic| {
            let under =
                d.place.span.map_or("", |s| text.get(s.start as usize..s.end as usize).unwrap_or("?"));
            let help = d.help.as_ref().map_or(String::new(), |help| format!("; {help}"));
            format!("{} «{under}» {}{help}", d.finding.name(), d.message)
        };
        found.iter().map(line).collect()
    }

    fn shape(series: &Series) -> String {
        let rows: Vec<String> = series
            .rows
            .iter()
            .map(|row| {
                let number =
                    |n: &Option<Number>| n.map_or("?".to_owned(), |n| format!("{}/{}", n.value, n.decimals));
                format!("{}={}", row.label, row.numbers.iter().map(number).collect::<Vec<_>>().join(","))
            })
            .collect();
        format!("{}:{}: {}", series.head, series.names.join(","), rows.join(" "))
    }

    #[track_caller]
    fn check(rows: &str, expected: &str, findings: &[&str]) {
        let (chart, found) = of(&format!("title: T\n{rows}"));
        assert_eq!(chart.map_or(String::new(), |c| shape(&c.series)), expected, "{rows}");
        assert_eq!(found, findings, "{rows}");
    }

    #[test]
    fn rows_are_a_mapping_or_a_list() {
        check("rows: {2019: 5, 2020: -1.50}\n", ":: 2019=5/0 2020=-1.5/2", &[]);
        check(
            "columns: [Year, A, B]\nrows:\n  - [2019, 5, ~]\n  - [2020, 1e3, NA]\n",
            "Year:A,B: 2019=5/0,? 2020=1000/0,?",
            &[],
        );
        check("columns: [Year, A, B]\nrows: {2019: [1, 2]}\n", "Year:A,B: 2019=1/0,2/0", &[]);
    }

    #[test]
    fn numbers_are_digits() {
        for (text, help) in [
            ("1,234", "write `1234`, without marks between thousands"),
            ("1 234 567", "write `1234567`, without marks between thousands"),
            ("3,5", "write `3.5`: decimals follow a point"),
            ("12%", "write `12`, and say in `unit` what it counts"),
            ("$12", "write digits, as in `1234.5`; leave the cell empty where no number is known"),
            ("many", "write digits, as in `1234.5`; leave the cell empty where no number is known"),
            ("inf", "write digits, as in `1234.5`; leave the cell empty where no number is known"),
            ("1e999", "write digits, as in `1234.5`; leave the cell empty where no number is known"),
            ("1e300", "count in millions, and say so in `unit`"),
            ("-1e-20", "count in millionths, and say so in `unit`"),
        ] {
            assert_eq!(Number::parse(text).expect_err(text).1, help, "{text}");
        }
        assert_eq!(Number::parse("−3.10"), Ok(Some(Number { value: -3.1, decimals: 2 })));
        assert_eq!(Number::parse("n/a"), Ok(None));
    }

    #[test]
    fn what_cannot_be_drawn_is_told() {
        check(
            "row: [[a, 1]]\n",
            "",
            &[
                "unknown-key «row» the key `row` is not known here; did you mean `rows`?",
                "bad-value «title: T» the chart has no data; write `rows:` with a line `- [label, number]` for each, or `file: data.csv`",
            ],
        );
        check(
            "rows: []\n",
            "",
            &["bad-value «[]» the chart has no numbers; write a number in each row, or take the chart out"],
        );
        check(
            "rows: [[a, x]]\n",
            "",
            &[
                "bad-value «x» `x` is not a number; write digits, as in `1234.5`; leave the cell empty where no number is known",
            ],
        );
        check(
            "rows: [[a, 1, 2]]\n",
            "",
            &[
                "bad-value «title: T» the chart has several columns of numbers and no names for them; write `columns: [Year, A, B]`: the labels, then each column of numbers",
            ],
        );
        check(
            "type: pie\nrows: {a: 1}\n",
            ":: a=1/0",
            &[
                "bad-value «pie» `pie` is not `bar`, `line`, `area` or `step`; write `bar`, `line`, `area` or `step`",
            ],
        );
        check(
            "type: area\ncolumns: [x, A, B]\nrows: {a: [1, -1]}\n",
            "",
            &[
                "bad-value «{a: [1, -1]}» areas are piled up, and a number below zero cannot be; write `type: line`",
            ],
        );
        check(
            "file: d.csv\nrows: {a: 1}\n",
            "",
            &["bad-value «d.csv» the chart has `rows` and a `file`; keep one of them"],
        );
        check(
            "file: https://example.org/d.csv\n",
            "",
            &[
                "bad-value «https://example.org/d.csv» `https://example.org/d.csv` is not the path of a file in the site; keep a copy of the data beside the page, and write its name",
            ],
        );
        let (_, found) = of("rows: {a: 1}\n");
        assert!(found[0].starts_with("missing-alt «rows: {a: 1}»"), "{found:?}");
    }

    fn from_file(columns: &str, csv: &str) -> (String, Vec<String>) {
        let text = format!("title: T\nfile: d.csv\n{columns}");
        let chart = of(&text).0.expect("a chart");
        let source = Source { path: "d.csv".into(), text: csv.to_owned() };
        let mut found = Diagnostics::default();
        let table = table::read(&source, MOST_ROWS, &mut found).expect("a table");
        let series = chart.of_table(&table, &"x.md".into(), &mut found);
        let both = found.iter().map(|d| {
            let text = if &*d.place.path == "d.csv" { csv } else { &text };
            let under = d.place.span.map_or("", |s| &text[s.start as usize..s.end as usize]);
            let help = d.help.clone().unwrap_or_default();
            format!("{} {} «{under}» {}; {help}", d.finding.name(), d.place.path, d.message)
        });
        (series.map_or(String::new(), |s| shape(&s)), both.collect())
    }

    #[test]
    fn columns_of_a_file_are_chosen_by_name() {
        let csv = "year,note,deaths,births\n2019,x,5,\n2020,y,6.5,7\n";
        let columns = "columns: [year, births, deaths]\n";
        assert_eq!(
            from_file(columns, csv),
            ("year:births,deaths: 2019=?,5/0 2020=7/0,6.5/1".to_owned(), Vec::new())
        );
        assert_eq!(
            from_file("columns: [yaer, deaths]\n", csv).1,
            ["bad-value x.md «yaer» d.csv has no column `yaer`; did you mean `year`?"]
        );
        assert_eq!(
            from_file("", csv).1[0],
            "bad-data d.csv «x» `x` is not a number; write digits, as in `1234.5`; leave the cell empty where no number is known"
        );
        assert_eq!(
            from_file("", "a\n1\n").1,
            [
                "bad-data d.csv «a» the file has one column; a chart needs one with labels and one with numbers"
            ]
        );
        assert_eq!(
            from_file("", "a,b\n").1,
            [
                "bad-value x.md «d.csv» the chart has no numbers (they are read from d.csv); write a number in each row, or take the chart out"
            ]
        );
    }
}
