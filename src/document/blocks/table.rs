//! A comparison: things side by side, in a table.

use super::rows::{Heads, Rows};
use crate::diagnostics::Finding;
use crate::source::fields::{Field, Reader, fields};
use crate::source::yaml::Yaml;

/// A table whose first column names what is compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    pub caption: String,
    /// Heads of the columns, that of the first among them; it may be empty.
    pub columns: Vec<String>,
    /// Cells in inline Markdown, as many in each row as there are columns.
    pub rows: Vec<Vec<String>>,
}

#[derive(Default)]
struct Typed {
    caption: String,
    columns: Heads,
    rows: Rows,
}

static KEYS: &[Field<Typed>] = fields! { Typed;
    /// What is compared, in a line above the table.
    "caption": String => |table, text| table.caption = text;
    /// Heads of the columns, that of the first among them.
    "columns": Heads => |table, heads| table.columns = heads;
    /// Cells of each row; the first names what is compared.
    "rows": Rows => |table, rows| table.rows = rows;
};

impl Comparison {
    /// A table without heads or rows is noted, and so is a row that does not fit the heads.
    pub(super) fn read(value: &Yaml, reader: &mut Reader) -> Option<Comparison> {
        let typed = reader.record(value, KEYS)?;
        for (key, empty) in [("columns", typed.columns.0.is_empty()), ("rows", typed.rows.0.is_empty())] {
            if empty && value.get(key).is_none_or(Yaml::is_null) {
                let help = "write `columns: [\"\", A, B]` and, under `rows:`, `- [what, of A, of B]`";
                let message = format!("the comparison has no `{key}`");
                reader.note(Finding::BadValue, value.span, message, Some(help.to_owned()));
            }
        }
        let width = typed.columns.0.len();
        let mut rows = Vec::with_capacity(typed.rows.0.len());
        for row in typed.rows.0 {
            if row.cells.len() == width {
                rows.push(row.cells.into_iter().map(|cell| cell.value).collect());
            } else if width > 0 {
                row.misfit(width, reader);
            }
        }
        let columns = typed.columns.0.into_iter().map(|head| head.value).collect();
        Some(Comparison { caption: typed.caption, columns, rows }).filter(|table| !table.rows.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Diagnostics;
    use crate::source::yaml::{Limits, parse};

    #[track_caller]
    fn check(text: &str, expected: &str, findings: &[&str]) {
        let mut found = Diagnostics::default();
        let path = "x.md".into();
        let yaml = parse(&path, text, 0, Limits::of_size(4096), &mut found).expect("YAML");
        let mut reader =
            Reader { path: &path, text, longest_list: 3, longest_title: 99, diagnostics: &mut found };
        let table = Comparison::read(&yaml, &mut reader);
        let shown = table.map_or(String::new(), |t| {
            let rows: Vec<String> = t.rows.iter().map(|row| row.join("|")).collect();
            format!("{}: {} / {}", t.caption, t.columns.join("|"), rows.join(" / "))
        });
        assert_eq!(shown, expected, "{text}");
        let found: Vec<String> =
            found.iter().map(|d| format!("{} {}", d.finding.name(), d.message)).collect();
        assert_eq!(found, findings, "{text}");
    }

    #[test]
    fn rows_are_lists_or_a_mapping() {
        check(
            "caption: C\ncolumns: [\"\", A, B]\nrows:\n  - [x, 1, 2]\n  - [y, no, ~]\n",
            "C: |A|B / x|1|2 / y|no|",
            &[],
        );
        check("columns: [W, A]\nrows: {x: 1, y: [2]}\n", ": W|A / x|1 / y|2", &[]);
    }

    #[test]
    fn rows_must_fit_the_columns() {
        check(
            "columns: [W, A]\nrows: [[x], [y, 1, 2], [z, 3]]\n",
            ": W|A / z|3",
            &[
                "bad-value this row has 1 cell, and there are 2 columns",
                "bad-value this row has 3 cells, and there are 2 columns",
            ],
        );
        check(
            "colums: [W]\nrows: [[x]]\n",
            "",
            &["unknown-key the key `colums` is not known here", "bad-value the comparison has no `columns`"],
        );
        check("[a]", "", &["wrong-type expected a mapping with `caption`, `columns`, `rows`, found a list"]);
        check(
            "columns: [W]\nrows: [[a], [b], [c], [d]]\n",
            ": W / a / b / c",
            &["over-limit a table of 4 rows; at most 3 are read"],
        );
    }
}
