//! Charts as SVG: drawn here, so that the same numbers give the same bytes.
//!
//! A chart takes its ink from the text around it (`currentColor`) and the colours of its columns from
//! the variables `--chart-1` to `--chart-8`, where a theme sets them; the ones used otherwise have a
//! contrast of 4 to 1 with light paper and with dark. No column is told from others by colour alone:
//! lines differ in dashes and marks, areas and bars in patterns. There are no styles in it, so that
//! it can be shown under a strict security policy.

mod numbers;
mod scale;

pub use numbers::Numbers;

use crate::document::blocks::{Number, Row, Series};
use crate::document::{Date, escape};
use crate::theme::Phrases;
use scale::{Linear, days};
use std::fmt::Write;

/// A chart to draw.
#[derive(Debug)]
pub struct Plot<'a> {
    /// `bar`, `line`, `area` or `step`.
    pub form: &'a str,
    pub title: &'a str,
    /// In words; where it is empty, one is made from the numbers.
    pub description: &'a str,
    pub unit: &'a str,
    /// Words at the axes.
    pub x: &'a str,
    pub y: &'a str,
    /// BCP 47.
    pub lang: &'a str,
    /// Those of that language.
    pub words: &'a Phrases,
    /// The id of the chart in its page; those of its parts begin with it.
    pub id: &'a str,
    pub series: &'a Series,
    /// Width in the units of the drawing, in which letters are 14 or 15 high: [`WIDE`] or [`NARROW`].
    pub wide: f64,
}

/// As wide as a column of text: there letters are as large as those around them.
pub const WIDE: f64 = 560.0;
/// As wide as the screen of a telephone, where letters of the wide drawing would be of 9 pixels: in this one
/// they have 12 on a screen of 320 pixels.
pub const NARROW: f64 = 330.0;
/// Height of the part between the axes.
const HEIGHT: f64 = 250.0;
const LETTERS: f64 = 15.0;
const SMALL: f64 = 14.0;

const COLOURS: [&str; 8] =
    ["#2a7fb8", "#c2611f", "#1a8a64", "#9b5fc0", "#cc4b6c", "#8a7a14", "#6f7b85", "#a8674a"];
const DASHES: [&str; 8] = ["", "7 3", "2 3", "9 3 2 3", "12 4", "1 5", "5 2 1 2 1 2", "4 4"];

/// What the labels are.
enum Labels {
    Dates(Vec<Date>),
    Numbers(Vec<f64>),
    Names,
}

/// The chart as an `<svg>` element. Its numbers are finite, and there is at least one.
pub fn svg(plot: &Plot) -> String {
    let mut drawing = Drawing::new(plot);
    let height = if drawing.lies() { drawing.lying_bars() } else { drawing.upright() };
    let mut out = String::with_capacity(drawing.out.len() + 600);
    let (id, size) = (plot.id, number(height));
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {size}\" width=\"{w}\" height=\"{size}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-desc\" direction=\"ltr\" font-family=\"system-ui, sans-serif\" font-size=\"{SMALL}\" \
         fill=\"currentColor\">\n<title id=\"{id}-title\">",
        w = number(plot.wide)
    );
    escape(&mut out, if plot.title.is_empty() { plot.words.text("chart") } else { plot.title });
    let _ = write!(out, "</title>\n<desc id=\"{id}-desc\">");
    escape(&mut out, &if plot.description.is_empty() { summary(plot) } else { plot.description.to_owned() });
    out.push_str("</desc>\n");
    out.push_str(&drawing.patterns());
    out.push_str(&drawing.out);
    out.push_str("</svg>");
    out
}

/// A label for readers: a date in words, anything else as typed.
pub fn label(text: &str, lang: &str) -> String {
    Date::parse(text).map_or_else(|_| text.to_owned(), |date| date.human(lang))
}

/// A number of a table, with the decimals that it was typed with.
pub fn cell(found: Option<Number>, lang: &str) -> String {
    found.map_or_else(String::new, |n| Numbers::of(lang).write(n.value, usize::from(n.decimals)))
}

/// What a chart shows, for those who do not see it, where its author does not say.
fn summary(plot: &Plot) -> String {
    let Series { names, rows, .. } = plot.series;
    let words = plot.words;
    let form = words.text(match plot.form {
        "bar" => "chart_bar",
        "line" => "chart_line",
        "area" => "chart_area",
        _ => "chart_step",
    });
    let all = || rows.iter().flat_map(|row| row.numbers.iter().flatten().map(move |n| (row, n)));
    let mut sentences = vec![match names.len() {
        1 => form.to_owned(),
        count => {
            let names = names.join(words.text("list_separator"));
            words.with("chart_columns", &[("form", form), ("n", &count.to_string()), ("names", &names)])
        }
    }];
    if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
        let [from, until] = [first, last].map(|row| label(&row.label, plot.lang));
        sentences.push(words.with("chart_range", &[("from", &from), ("until", &until)]));
    }
    let told = |(row, n): (&Row, &Number)| {
        format!("{} ({})", cell(Some(*n), plot.lang), label(&row.label, plot.lang))
    };
    let by = |a: &(&Row, &Number), b: &(&Row, &Number)| a.1.value.total_cmp(&b.1.value);
    // Of equal numbers the first is told.
    let low = all().min_by(by);
    let high = all().rev().max_by(by);
    if let (Some(low), Some(high)) = (low, high)
        && rows.len() > 1
    {
        let [lowest, highest] = [low, high].map(told);
        sentences.push(words.with("chart_extremes", &[("lowest", &lowest), ("highest", &highest)]));
    }
    sentences.join(". ") + "."
}

struct Drawing<'a> {
    plot: &'a Plot<'a>,
    numbers: Numbers,
    labels: Labels,
    out: String,
    /// Patterns that are used.
    patterned: usize,
}

impl<'a> Drawing<'a> {
    fn new(plot: &'a Plot<'a>) -> Drawing<'a> {
        let rows = &plot.series.rows;
        let dates: Option<Vec<Date>> = rows.iter().map(|row| Date::parse(&row.label).ok()).collect();
        let values = || rows.iter().map(|row| Number::parse(&row.label).ok().flatten().map(|n| n.value));
        let labels = match dates {
            Some(dates) => Labels::Dates(dates),
            None => values().collect::<Option<Vec<f64>>>().map_or(Labels::Names, Labels::Numbers),
        };
        let numbers = Numbers::of(plot.lang);
        Drawing { plot, numbers, labels, out: String::new(), patterned: 0 }
    }

    fn count(&self) -> usize {
        self.plot.series.names.len()
    }

    /// Bars lie where names do not fit below upright ones.
    fn lies(&self) -> bool {
        let rows = &self.plot.series.rows;
        let band = (self.plot.wide - 50.0) / rows.len() as f64;
        let fits = |row: &Row| wrapped(&row.label, band - 6.0).is_some();
        self.plot.form == "bar"
            && matches!(self.labels, Labels::Names)
            && (rows.len() * self.count() > 24 || !rows.iter().all(fits))
    }

    /// Lowest and highest of what is drawn. Bars and areas begin at zero; lines do where that does
    /// not flatten them.
    fn range(&self) -> (f64, f64) {
        let rows = &self.plot.series.rows;
        let piled = self.plot.form == "area" && self.count() > 1;
        let (mut low, mut high) = (f64::MAX, f64::MIN);
        for row in rows {
            let numbers = row.numbers.iter().flatten().map(|n| n.value);
            if piled {
                let sum: f64 = numbers.sum();
                (low, high) = (0.0, high.max(sum));
            } else {
                for value in numbers {
                    (low, high) = (low.min(value), high.max(value));
                }
            }
        }
        // Marks that differ in their seventh digit only would be too long to read.
        let flat = high - low < 1e-6 * low.abs().max(high.abs());
        let from_zero = flat || matches!(self.plot.form, "bar" | "area");
        if from_zero || (low > 0.0 && low < 0.6 * high) {
            low = low.min(0.0);
        }
        if from_zero || (high < 0.0 && high > 0.6 * low) {
            high = high.max(0.0);
        }
        (low, high)
    }

    // Frames.

    /// Bars, lines and areas over labels side by side. Returns the height of the drawing.
    fn upright(&mut self) -> f64 {
        let (low, high) = self.range();
        let axis = Linear::new(low, high, 5);
        let marks = axis.marks(self.numbers, self.plot.unit);
        let left = marks.iter().map(|(_, l)| width(l, SMALL)).fold(0.0, f64::max) + 8.0;
        let direct = self.direct_labels();
        let right = self.plot.wide - direct.max(10.0);
        let top = self.heading(axis.scale, direct == 0.0) + 12.0;
        let bottom = top + HEIGHT;
        let y = |value: f64| bottom - axis.place(value) * HEIGHT;
        for (value, text) in &marks {
            let at = y(*value);
            self.rule(left, at, right, at, *value == 0.0);
            self.text(left - 6.0, at + 4.5, "end", SMALL, text);
        }
        let places = self.places(left, right);
        let mut end = self.labels_below(&places, left, right, bottom);
        match self.plot.form {
            "bar" => self.bars(&places, (right - left) / places.len() as f64, &axis, y),
            "area" if self.count() > 1 => self.piled_areas(&places, y),
            _ => self.lines(&places, &axis, y, (right, direct > 0.0, top, bottom)),
        }
        if !self.plot.x.is_empty() {
            end += 21.0;
            self.text((left + right) / 2.0, end, "middle", LETTERS, self.plot.x);
        }
        end + 8.0
    }

    /// Bars that lie, one below the other, each beside its name.
    fn lying_bars(&mut self) -> f64 {
        let (low, high) = self.range();
        let rows = &self.plot.series.rows;
        let widest = rows.iter().map(|row| width(&row.label, SMALL)).fold(0.0, f64::max);
        let left = widest.min(self.plot.wide / WIDE * 190.0) + 8.0;
        let mut axis = Linear::new(low, high, 6);
        let marks = axis.marks(self.numbers, self.plot.unit);
        if marks.iter().map(|(_, text)| width(text, SMALL) + 12.0).sum::<f64>() > self.plot.wide - left - 60.0
        {
            axis = Linear::new(low, high, 3);
        }
        let shown: Vec<Vec<String>> = rows.iter().map(|row| self.values(row, &axis)).collect();
        let number_width = shown.iter().flatten().map(|text| width(text, SMALL)).fold(0.0, f64::max);
        let beside = number_width <= 90.0;
        let margin = if beside { number_width + 8.0 } else { 10.0 };
        // Numbers stand left of bars below zero.
        let from = if beside && low < 0.0 { left + number_width + 6.0 } else { left };
        let right = self.plot.wide - margin;
        let top = self.heading(axis.scale, true) + 12.0;
        let thickness = if self.count() == 1 { 18.0 } else { 14.0 };
        let wraps = rows.iter().any(|row| width(&row.label, SMALL) > left - 8.0);
        let band = (thickness * self.count() as f64 + 8.0).max(if wraps { 35.0 } else { 24.0 });
        let bottom = top + 22.0 + band * rows.len() as f64;
        let x = |value: f64| from + axis.place(value) * (right - from);
        for (value, text) in axis.marks(self.numbers, self.plot.unit) {
            self.rule(x(value), top + 18.0, x(value), bottom, value == 0.0);
            self.text(x(value), top + 10.0, "middle", SMALL, &text);
        }
        let zero = x(0.0_f64.clamp(axis.low(), axis.high()));
        for ((at, row), shown) in rows.iter().enumerate().zip(&shown) {
            let middle = top + 22.0 + band * (at as f64 + 0.5);
            let lines = wrapped(&row.label, left - 8.0).unwrap_or_else(|| cut_on_two(&row.label, left - 8.0));
            for (line, text) in lines.iter().enumerate() {
                let shift = (line as f64 - (lines.len() - 1) as f64 / 2.0) * 15.0;
                self.text(left - 8.0, middle + shift + 4.5, "end", SMALL, text);
            }
            let first = middle - thickness * self.count() as f64 / 2.0;
            for (series, found) in row.numbers.iter().enumerate() {
                let Some(found) = found else { continue };
                let (y, end) = (first + thickness * series as f64, x(found.value));
                self.bar(series, zero.min(end), y, (end - zero).abs(), thickness - 1.0, row, *found);
                if beside {
                    let (at, anchor) =
                        if found.value < 0.0 { (end - 4.0, "end") } else { (end + 4.0, "start") };
                    self.text(at, y + thickness / 2.0 + 4.0, anchor, SMALL, &shown[series]);
                }
            }
        }
        if self.plot.x.is_empty() {
            return bottom + 6.0;
        }
        self.text(0.0, bottom + 20.0, "start", LETTERS, self.plot.x);
        bottom + 28.0
    }

    /// The numbers of a row in the unit of the axis, as they stand beside bars.
    fn values(&self, row: &Row, axis: &Linear) -> Vec<String> {
        let text = |n: &Option<Number>| n.map_or_else(String::new, |n| self.value(n, axis));
        row.numbers.iter().map(text).collect()
    }

    fn value(&self, found: Number, axis: &Linear) -> String {
        let scaled = (0..axis.scale.abs())
            .fold(found.value, |value, _| if axis.scale > 0 { value / 10.0 } else { value * 10.0 });
        let decimals = if axis.scale == 0 { usize::from(found.decimals) } else { 1 };
        self.numbers.with_unit(scaled, decimals, self.plot.unit)
    }

    /// What the numbers are, and which column is which. Returns how high it is.
    fn heading(&mut self, scale: i32, legend: bool) -> f64 {
        let power = if scale == 0 { String::new() } else { self.numbers.power(scale) };
        // The unit `%` stands at each number.
        let told = self.plot.unit == "%" || self.plot.unit.eq_ignore_ascii_case(self.plot.y);
        let unit = if told { "" } else { self.plot.unit };
        let parts: Vec<&str> = [unit, &power].into_iter().filter(|part| !part.is_empty()).collect();
        let words = match (self.plot.y, parts.join(", ")) {
            ("", rest) => rest,
            (y, rest) if rest.is_empty() => y.to_owned(),
            (y, rest) => format!("{y} ({rest})"),
        };
        let mut height = 0.0;
        if !words.is_empty() {
            height += 18.0;
            self.text(0.0, height - 3.0, "start", LETTERS, &words);
        }
        if legend && self.count() > 1 {
            height += self.legend(height);
        }
        height
    }

    fn legend(&mut self, top: f64) -> f64 {
        let filled = matches!(self.plot.form, "bar" | "area");
        let names = &self.plot.series.names;
        let (mut x, mut y) = (0.0, top + 16.0);
        for (series, name) in names.iter().enumerate() {
            let name = cut(name, self.plot.wide - 40.0).concat();
            let long = 34.0 + width(&name, LETTERS) + 18.0;
            if x > 0.0 && x + long - 18.0 > self.plot.wide {
                (x, y) = (0.0, y + 22.0);
            }
            if filled {
                let fill = self.fill(series);
                let _ = writeln!(
                    self.out,
                    "<rect x=\"{}\" y=\"{}\" width=\"26\" height=\"14\" fill=\"{fill}\" stroke=\"{}\"/>",
                    number(x + 1.0),
                    number(y - 12.0),
                    colour(series)
                );
            } else {
                self.line_of(series, &format!("M{} {}h28", number(x), number(y - 5.0)));
                self.mark(series, x + 14.0, y - 5.0, "");
            }
            self.text(x + 34.0, y, "start", LETTERS, &name);
            x += long;
        }
        y - top + 6.0
    }

    /// How wide the names at the ends of lines are; 0 where they stand in a legend instead.
    fn direct_labels(&self) -> f64 {
        let names = &self.plot.series.names;
        let widest = names.iter().map(|name| width(name, LETTERS)).fold(0.0, f64::max);
        let lines = matches!(self.plot.form, "line" | "step");
        let fits = lines && names.len() > 1 && names.len() <= 6 && widest <= self.plot.wide / WIDE * 150.0;
        if fits { widest + 26.0 } else { 0.0 }
    }

    // Labels below.

    /// The middle of each row, from left to right.
    fn places(&self, left: f64, right: f64) -> Vec<f64> {
        let rows = &self.plot.series.rows;
        let band = (right - left) / rows.len() as f64;
        let spread = |values: Vec<f64>| -> Vec<f64> {
            let low = values.iter().copied().fold(f64::MAX, f64::min);
            let high = values.iter().copied().fold(f64::MIN, f64::max);
            let (from, to) = (left + 8.0, right - 8.0);
            let at = |v: f64| if high > low { (v - low) / (high - low) } else { 0.5 };
            values.iter().map(|v| from + at(*v) * (to - from)).collect()
        };
        match &self.labels {
            Labels::Dates(dates) if self.plot.form != "bar" => {
                spread(dates.iter().map(|date| days(*date) as f64).collect())
            }
            Labels::Numbers(values) if self.plot.form != "bar" => spread(values.clone()),
            _ => (0..rows.len()).map(|at| left + band * (at as f64 + 0.5)).collect(),
        }
    }

    /// Returns the base line of the lowest label.
    fn labels_below(&mut self, places: &[f64], left: f64, right: f64, bottom: f64) -> f64 {
        let room = right - left;
        let found: Vec<(f64, String)> = match &self.labels {
            Labels::Dates(dates) if self.plot.form != "bar" => {
                let first = dates.iter().zip(places).min_by_key(|(date, _)| **date);
                let last = dates.iter().zip(places).max_by_key(|(date, _)| **date);
                let (Some((from, start)), Some((to, end))) = (first, last) else { return bottom };
                let fit = |letters: usize| (room / (letters as f64 * 7.8 + 14.0)) as usize;
                let marks = scale::dates(*from, *to, self.plot.lang, fit);
                let (begin, length) = (days(*from) as f64, (days(*to) - days(*from)) as f64);
                let at = |day: i64| match length {
                    0.0 => *start,
                    _ => start + (day as f64 - begin) / length * (end - start),
                };
                marks.into_iter().map(|(day, text)| (at(day), text)).collect()
            }
            Labels::Numbers(values) if self.plot.form != "bar" => {
                let low = values.iter().copied().fold(f64::MAX, f64::min);
                let high = values.iter().copied().fold(f64::MIN, f64::max);
                let axis = Linear::new(low, high, if self.plot.wide < WIDE { 3 } else { 6 }).unscaled();
                let at = |v: f64| {
                    let part = if high > low { (v - low) / (high - low) } else { 0.5 };
                    left + 8.0 + part * (room - 16.0)
                };
                let marks = axis.marks(self.numbers, "");
                let inside = |v: f64| v >= low && v <= high;
                marks.into_iter().filter(|(v, _)| inside(*v)).map(|(v, text)| (at(v), text)).collect()
            }
            Labels::Names => return self.names_below(places, room, bottom),
            Labels::Dates(_) | Labels::Numbers(_) => self.thinned(places, room),
        };
        for (x, text) in &found {
            self.rule(*x, bottom, *x, bottom + 5.0, true);
            let half = width(text, SMALL) / 2.0;
            let x = x.min(self.plot.wide - half).max(half);
            self.text(x, bottom + 19.0, "middle", SMALL, text);
        }
        bottom + 19.0
    }

    /// Dates or numbers below bars: all of them, or every second, fifth, tenth …
    fn thinned(&self, places: &[f64], room: f64) -> Vec<(f64, String)> {
        let rows = &self.plot.series.rows;
        let texts: Vec<String> = rows.iter().map(|row| label(&row.label, self.plot.lang)).collect();
        let widest = texts.iter().map(|text| width(text, SMALL)).fold(0.0, f64::max);
        let band = room / rows.len() as f64;
        let step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
            .into_iter()
            .find(|step| *step as f64 * band >= widest + 6.0)
            .unwrap_or(MOST_APART);
        // Round years are chosen where there are any.
        let round = |at: &usize| match &self.labels {
            Labels::Dates(dates) => usize::try_from(dates[*at].year).is_ok_and(|year| year % step == 0),
            _ => false,
        };
        let first = (0..rows.len().min(step)).find(round).unwrap_or(0);
        (first..rows.len()).step_by(step).map(|at| (places[at], texts[at].clone())).collect()
    }

    fn names_below(&mut self, places: &[f64], room: f64, bottom: f64) -> f64 {
        let rows = &self.plot.series.rows;
        let band = room / rows.len() as f64;
        let broken: Option<Vec<Vec<String>>> =
            rows.iter().map(|row| wrapped(&row.label, band - 4.0)).collect();
        let step = match broken {
            Some(_) => 1,
            // As many as have room for a short word; all names stand in the table.
            None => (70.0 / band).ceil().max(1.0) as usize,
        };
        let mut lowest = bottom + 19.0;
        for (row, x) in rows.iter().zip(places).step_by(step) {
            let space = band * step as f64 - 4.0;
            let lines = wrapped(&row.label, space).unwrap_or_else(|| cut(&row.label, space));
            for (line, text) in lines.iter().enumerate() {
                let y = bottom + 19.0 + 16.0 * line as f64;
                let half = width(text, SMALL) / 2.0;
                self.text(x.min(self.plot.wide - half).max(half), y, "middle", SMALL, text);
                lowest = lowest.max(y);
            }
        }
        lowest
    }

    // What is drawn of the numbers.

    fn bars(&mut self, places: &[f64], band: f64, axis: &Linear, y: impl Fn(f64) -> f64) {
        let rows = &self.plot.series.rows;
        let thickness = (band * 0.8 / self.count() as f64).min(80.0);
        let half = thickness * self.count() as f64 / 2.0;
        let zero = y(0.0_f64.clamp(axis.low(), axis.high()));
        let widest = rows.iter().flat_map(|row| self.values(row, axis)).map(|t| width(&t, SMALL));
        let told = self.count() == 1 && rows.len() <= 20 && widest.fold(0.0, f64::max) <= band - 2.0;
        for (row, place) in rows.iter().zip(places) {
            for (series, found) in row.numbers.iter().enumerate() {
                let Some(found) = found else { continue };
                let x = place - half + thickness * series as f64;
                let end = y(found.value);
                self.bar(series, x, zero.min(end), thickness, (zero - end).abs(), row, *found);
                if told {
                    let text = self.value(*found, axis);
                    let below = found.value < 0.0;
                    self.text(*place, if below { end + 15.0 } else { end - 5.0 }, "middle", SMALL, &text);
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a rectangle, and what it stands for")]
    fn bar(&mut self, series: usize, x: f64, y: f64, wide: f64, high: f64, row: &Row, found: Number) {
        let fill = self.fill(series);
        let _ = write!(
            self.out,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{fill}\"",
            number(x),
            number(y),
            number(wide.max(0.5)),
            number(high.max(0.5))
        );
        if series > 0 {
            let _ = write!(self.out, " stroke=\"{}\"", colour(series));
        }
        let told = self.told(series, row, found);
        self.out.push('>');
        self.title(&told);
        self.out.push_str("</rect>\n");
    }

    fn lines(
        &mut self,
        places: &[f64],
        axis: &Linear,
        y: impl Fn(f64) -> f64,
        (right, direct, top, bottom): (f64, bool, f64, f64),
    ) {
        let rows = &self.plot.series.rows;
        // A line goes from left to right, in whatever order its rows are typed.
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|a, b| places[*a].total_cmp(&places[*b]));
        let zero = y(0.0_f64.clamp(axis.low(), axis.high()));
        let mut ends = Vec::new();
        for series in 0..self.count() {
            let (mut line, mut area) = (String::new(), String::new());
            let mut last: Option<(f64, f64)> = None;
            for at in &order {
                let Some(found) = rows[*at].numbers[series] else {
                    if let Some((x, _)) = last.take() {
                        let _ = write!(area, "L{} {}Z", number(x), number(zero));
                    }
                    continue;
                };
                let (x, at) = (places[*at], y(found.value));
                let (shown_x, shown_y) = (number(x), number(at));
                match last {
                    None => {
                        let _ = write!(line, "M{shown_x} {shown_y}");
                        let _ = write!(area, "M{shown_x} {}L{shown_x} {shown_y}", number(zero));
                    }
                    Some(_) if self.plot.form == "step" => {
                        let _ = write!(line, "H{shown_x}V{shown_y}");
                    }
                    Some(_) => {
                        let _ = write!(line, "L{shown_x} {shown_y}");
                        let _ = write!(area, "L{shown_x} {shown_y}");
                    }
                }
                last = Some((x, at));
            }
            if let Some((x, _)) = last {
                let _ = write!(area, "L{} {}Z", number(x), number(zero));
            }
            if self.plot.form == "area" {
                let _ = writeln!(
                    self.out,
                    "<path d=\"{area}\" fill=\"{}\" fill-opacity=\".25\"/>",
                    colour(series)
                );
            }
            self.line_of(series, &line);
            let drawn = order.iter().rev().find_map(|at| Some((*at, rows[*at].numbers[series]?)));
            ends.extend(drawn.map(|(at, found)| (series, places[at], y(found.value))));
            // Of many points some are marked, so that lines can be told apart.
            let known: Vec<usize> =
                order.iter().copied().filter(|at| rows[*at].numbers[series].is_some()).collect();
            let step = if known.len() <= 24 { 1 } else { known.len().div_ceil(12) };
            let single = self.count() == 1 && step > 1;
            for (nth, at) in known.iter().enumerate() {
                // A point between two gaps has no line.
                if let Some(found) = rows[*at].numbers[series]
                    && ((!single && nth % step == series % step) || known.len() == 1)
                {
                    let told = self.told(series, &rows[*at], found);
                    self.mark(series, places[*at], y(found.value), &told);
                }
            }
        }
        if direct {
            self.names_at_ends(ends, right, top, bottom);
        }
    }

    /// The names of lines beside their ends, pushed apart where they would touch.
    fn names_at_ends(&mut self, mut ends: Vec<(usize, f64, f64)>, right: f64, top: f64, bottom: f64) {
        const APART: f64 = 17.0;
        ends.sort_by(|a, b| a.2.total_cmp(&b.2).then(a.0.cmp(&b.0)));
        let mut at: Vec<f64> = ends.iter().map(|(.., y)| *y).collect();
        for i in 1..at.len() {
            at[i] = at[i].max(at[i - 1] + APART);
        }
        // What was pushed out below goes up again, and takes along what is above.
        let mut floor = bottom;
        for y in at.iter_mut().rev() {
            *y = y.min(floor);
            floor = *y - APART;
        }
        for ((series, x, y), at) in ends.into_iter().zip(at) {
            let at = at.max(top);
            let _ = writeln!(
                self.out,
                "<path d=\"M{} {}L{} {}\" fill=\"none\" stroke=\"{}\" stroke-opacity=\".6\"/>",
                number(x + 6.0),
                number(y),
                number(right + 14.0),
                number(at),
                colour(series)
            );
            let name = self.plot.series.names[series].clone();
            self.text(right + 18.0, at + 5.0, "start", LETTERS, &name);
        }
    }

    /// Areas one upon the other; what is not known counts as nothing.
    fn piled_areas(&mut self, places: &[f64], y: impl Fn(f64) -> f64) {
        let rows = &self.plot.series.rows;
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|a, b| places[*a].total_cmp(&places[*b]));
        let mut below = vec![0.0; rows.len()];
        for series in 0..self.count() {
            let mut path = String::new();
            let (mut upper, mut lower) = (Vec::new(), Vec::new());
            for at in &order {
                lower.push((places[*at], y(below[*at])));
                below[*at] += rows[*at].numbers[series].map_or(0.0, |n| n.value);
                upper.push((places[*at], y(below[*at])));
            }
            if let ([(x, up)], [(_, low)]) = (&upper[..], &lower[..]) {
                // One row has no width of its own.
                (upper, lower) =
                    (vec![(x - 20.0, *up), (x + 20.0, *up)], vec![(x - 20.0, *low), (x + 20.0, *low)]);
            }
            for (nth, (x, y)) in upper.iter().chain(lower.iter().rev()).enumerate() {
                let _ = write!(path, "{}{} {}", if nth == 0 { "M" } else { "L" }, number(*x), number(*y));
            }
            let fill = self.fill(series);
            let _ = write!(self.out, "<path d=\"{path}Z\" fill=\"{fill}\" stroke=\"{}\">", colour(series));
            let name = self.plot.series.names[series].clone();
            self.title(&name);
            self.out.push_str("</path>\n");
        }
    }

    /// What a mark stands for, for those who point at it.
    fn told(&self, series: usize, row: &Row, found: Number) -> String {
        let unit = self.plot.unit;
        let number = self.numbers.with_unit(found.value, usize::from(found.decimals), unit);
        let unit = if unit.is_empty() || unit == "%" { String::new() } else { format!(" {unit}") };
        let name = &self.plot.series.names[series];
        let name = if name.is_empty() { String::new() } else { format!("{name}, ") };
        format!("{name}{}: {number}{unit}", label(&row.label, self.plot.lang))
    }

    // Pieces.

    fn title(&mut self, words: &str) {
        if !words.is_empty() {
            self.out.push_str("<title>");
            escape(&mut self.out, words);
            self.out.push_str("</title>");
        }
    }

    fn text(&mut self, x: f64, y: f64, anchor: &str, size: f64, words: &str) {
        let _ = write!(self.out, "<text x=\"{}\" y=\"{}\"", number(x), number(y));
        if anchor != "start" {
            let _ = write!(self.out, " text-anchor=\"{anchor}\"");
        }
        if size != SMALL {
            let _ = write!(self.out, " font-size=\"{size}\"");
        }
        self.out.push('>');
        escape(&mut self.out, words);
        self.out.push_str("</text>\n");
    }

    fn rule(&mut self, x1: f64, y1: f64, x2: f64, y2: f64, strong: bool) {
        let _ = writeln!(
            self.out,
            "<path d=\"M{} {}L{} {}\" stroke=\"currentColor\" stroke-opacity=\"{}\"/>",
            number(x1),
            number(y1),
            number(x2),
            number(y2),
            if strong { ".7" } else { ".18" }
        );
    }

    fn line_of(&mut self, series: usize, path: &str) {
        let _ = write!(
            self.out,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2.5\" stroke-linejoin=\"round\"",
            colour(series)
        );
        if !DASHES[series % DASHES.len()].is_empty() {
            let _ = write!(self.out, " stroke-dasharray=\"{}\"", DASHES[series % DASHES.len()]);
        }
        self.out.push_str("/>\n");
    }

    /// A point of a line, in the shape of its column.
    fn mark(&mut self, series: usize, x: f64, y: f64, told: &str) {
        let shape = match series % 8 {
            0 => format!("M{} {}a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z", number(x - 4.0), number(y)),
            1 => format!("M{} {}h7v7h-7Z", number(x - 3.5), number(y - 3.5)),
            2 => format!("M{} {}l5 8.5h-10Z", number(x), number(y - 5.0)),
            3 => format!("M{} {}l5 5l-5 5l-5-5Z", number(x), number(y - 5.0)),
            4 => format!("M{} {}l8 8m0-8l-8 8", number(x - 4.0), number(y - 4.0)),
            5 => format!("M{} {}l-5-8.5h10Z", number(x), number(y + 5.0)),
            6 => format!("M{} {}v10m-5-5h10", number(x), number(y - 5.0)),
            _ => format!("M{} {}h9v5h-9Z", number(x - 4.5), number(y - 2.5)),
        };
        let open = matches!(series % 8, 4 | 6);
        let colour = colour(series);
        let _ = match open {
            true => {
                write!(self.out, "<path d=\"{shape}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\">")
            }
            false => write!(self.out, "<path d=\"{shape}\" fill=\"{colour}\">"),
        };
        self.title(told);
        self.out.push_str("</path>\n");
    }

    /// The filling of a column: the first is plain, the others have patterns.
    fn fill(&mut self, series: usize) -> String {
        if series == 0 {
            return colour(0);
        }
        self.patterned = self.patterned.max(series);
        format!("url(#{}-fill-{series})", self.plot.id)
    }

    fn patterns(&self) -> String {
        if self.patterned == 0 {
            return String::new();
        }
        let mut out = String::from("<defs>\n");
        for series in 1..=self.patterned {
            let (size, turned, shape) = match series {
                1 => (6, 45, "<path d=\"M0 0V6\" stroke-width=\"5\"/>"),
                2 => (6, 0, "<circle cx=\"3\" cy=\"3\" r=\"1.3\" stroke-width=\"1\"/>"),
                3 => (6, 0, "<path d=\"M0 3H6\" stroke-width=\"3\"/>"),
                4 => (7, 45, "<path d=\"M0 3H7M3 0V7\" stroke-width=\"1.5\"/>"),
                5 => (6, 0, "<path d=\"M3 0V6\" stroke-width=\"3\"/>"),
                6 => (7, 135, "<path d=\"M0 0V7\" stroke-width=\"2\"/>"),
                _ => (8, 0, "<path d=\"M0 4H8M4 0V8\" stroke-width=\"1\"/>"),
            };
            let colour = colour(series);
            let _ = writeln!(
                out,
                "<pattern id=\"{id}-fill-{series}\" width=\"{size}\" height=\"{size}\" patternUnits=\"userSpaceOnUse\" \
                 patternTransform=\"rotate({turned})\"><rect width=\"{size}\" height=\"{size}\" fill=\"{colour}\" fill-opacity=\".15\"/>\
                 <g fill=\"{colour}\" stroke=\"{colour}\">{shape}</g></pattern>",
                id = self.plot.id
            );
        }
        out + "</defs>\n"
    }
}

/// Labels of bars are never further apart than the most rows of a chart.
const MOST_APART: usize = 2000;

/// The colour of a column, which a theme can set.
fn colour(series: usize) -> String {
    let at = series % COLOURS.len();
    format!("var(--chart-{}, {})", at + 1, COLOURS[at])
}

/// A place, to a tenth.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    match text.strip_suffix(".0").unwrap_or(&text) {
        "-0" => "0".to_owned(),
        text => text.to_owned(),
    }
}

/// About how wide words are: the fonts of readers are not known here.
fn width(text: &str, size: f64) -> f64 {
    let letter = |c: char| match c {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | 'I' | '.' | ',' | ':' | ';' | '\'' | '(' | ')' | ' '
        | '\u{202f}' => 0.33,
        'm' | 'w' | 'M' | 'W' | '%' | '—' => 0.88,
        'A'..='Z' => 0.68,
        c if (c as u32) < 0x2000 => 0.56,
        // East Asian letters are square.
        c if (0x1100..0x1200).contains(&(c as u32)) || (c as u32) >= 0x2e80 => 1.0,
        _ => 0.56,
    };
    text.chars().map(letter).sum::<f64>() * size
}

/// Words on one or two lines of a width; `None` where they do not fit.
fn wrapped(text: &str, room: f64) -> Option<Vec<String>> {
    if width(text, SMALL) <= room {
        return Some(vec![text.to_owned()]);
    }
    let fits = |(at, _): &(usize, &str)| width(&text[..*at], SMALL) <= room;
    let (at, _) = text.match_indices(' ').take_while(fits).last()?;
    let rest = text[at..].trim_start();
    (width(rest, SMALL) <= room).then(|| vec![text[..at].to_owned(), rest.to_owned()])
}

/// Words that are too long even for two lines.
fn cut_on_two(text: &str, room: f64) -> Vec<String> {
    let fits = |(at, _): &(usize, &str)| width(&text[..*at], SMALL) <= room;
    match text.match_indices(' ').take_while(fits).last() {
        Some((at, _)) => [vec![text[..at].to_owned()], cut(text[at..].trim_start(), room)].concat(),
        None => cut(text, room),
    }
}

/// The beginning of words that are too long for a width.
fn cut(text: &str, room: f64) -> Vec<String> {
    if width(text, SMALL) <= room {
        return vec![text.to_owned()];
    }
    let mut short = String::new();
    for c in text.chars() {
        if width(&short, SMALL) + width("…m", SMALL) > room {
            break;
        }
        short.push(c);
    }
    vec![format!("{}…", short.trim_end())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::tests::of_texts;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    fn series(names: &[&str], rows: &[(&str, &[f64])]) -> Series {
        let number = |value: &f64| value.is_finite().then_some(Number { value: *value, decimals: 1 });
        Series {
            head: String::new(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            rows: rows
                .iter()
                .map(|(label, numbers)| Row {
                    label: (*label).to_owned(),
                    numbers: numbers.iter().map(number).collect(),
                })
                .collect(),
        }
    }

    static ENGLISH: LazyLock<Phrases> = LazyLock::new(|| of_texts(&[], &[]).words.of_site());

    fn plot<'a>(form: &'a str, series: &'a Series) -> Plot<'a> {
        Plot {
            form,
            title: "T",
            description: "",
            unit: "",
            x: "",
            y: "",
            lang: "en",
            words: &ENGLISH,
            id: "part-block-1",
            series,
            wide: WIDE,
        }
    }

    /// Words of all `<text>` elements.
    fn words(svg: &str) -> String {
        let all =
            svg.split("<text ").skip(1).filter_map(|rest| rest.split_once('>')?.1.split("</text>").next());
        all.collect::<Vec<_>>().join("|")
    }

    #[track_caller]
    fn sound(svg: &str) {
        for wrong in ["NaN", "inf", "style", "<script", " href", "undefined"] {
            assert!(!svg.contains(wrong), "{wrong} in {svg}");
        }
        let (mut open, mut ids) = (Vec::new(), Vec::new());
        for piece in svg.split('<').skip(1) {
            let tag = piece.split('>').next().expect("a tag");
            let name = tag.split([' ', '/', '\n']).next().expect("a name");
            if let Some(id) = tag.split(" id=\"").nth(1).and_then(|rest| rest.split('"').next()) {
                assert!(id.starts_with("part-block-1-") && !ids.contains(&id), "{id}");
                ids.push(id);
            }
            match tag.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name), "{svg}"),
                None if tag.ends_with('/') => {}
                None => open.push(name),
            }
        }
        assert!(open.is_empty(), "{open:?}");
        for part in svg.split("url(#").skip(1) {
            let id = part.split(')').next().expect("an id");
            assert!(ids.contains(&id), "{id} is no pattern");
        }
    }

    #[test]
    fn a_chart_names_and_describes_itself() {
        let data = series(&["A & B", "C"], &[("2019-05", &[1.5, -2.0]), ("2020", &[3.0, f64::NAN])]);
        let svg = svg(&Plot { title: "<b>", ..plot("line", &data) });
        assert!(
            svg.contains("role=\"img\" aria-labelledby=\"part-block-1-title part-block-1-desc\""),
            "{svg}"
        );
        assert!(svg.contains("<title id=\"part-block-1-title\">&lt;b&gt;</title>"), "{svg}");
        let told = "Line chart of 2 columns: A &amp; B, C. From May 2019 to 2020. Lowest −2.0 (May 2019), highest 3.0 (2020).";
        assert!(svg.contains(&format!("<desc id=\"part-block-1-desc\">{told}</desc>")), "{svg}");
        sound(&svg);
    }

    #[test]
    fn columns_differ_in_more_than_colour() {
        let data = series(&["A", "B"], &[("a", &[1.0, 2.0]), ("b", &[2.0, 3.0])]);
        let lines = svg(&plot("line", &data));
        assert!(lines.contains("stroke-dasharray") && words(&lines).ends_with("|B|A"), "{}", words(&lines));
        for form in ["bar", "area"] {
            let filled = svg(&plot(form, &data));
            assert!(filled.contains("<pattern ") && words(&filled).starts_with("A|B|"), "{}", words(&filled));
        }
    }

    #[test]
    fn bars_stand_or_lie_as_their_names_need() {
        let short = series(&[""], &[("Yes", &[61.5]), ("No", &[38.5])]);
        assert_eq!(
            words(&svg(&Plot { unit: "%", ..plot("bar", &short) })),
            "0%|20%|40%|60%|80%|Yes|No|61.5%|38.5%"
        );
        let long = "A name that is far too long to stand below an upright bar, and too long for two lines";
        let long = series(&[""], &[(long, &[5.0]), ("B", &[-3.0])]);
        assert_eq!(
            words(&svg(&plot("bar", &long))),
            "−4|−2|0|2|4|6|A name that is far too long|to stand below an upright…|5.0|B|−3.0"
        );
    }

    #[test]
    fn many_dates_below_bars_are_thinned_to_round_years() {
        let years: Vec<String> = (1963..2024).map(|year| year.to_string()).collect();
        let rows: Vec<(&str, &[f64])> = years.iter().map(|year| (year.as_str(), &[1.0][..])).collect();
        let shown = words(&svg(&plot("bar", &series(&[""], &rows))));
        assert!(shown.ends_with("|1965|1970|1975|1980|1985|1990|1995|2000|2005|2010|2015|2020"), "{shown}");
    }

    #[test]
    fn dates_stand_in_proportion_and_in_order() {
        let data = series(&[""], &[("2020", &[3.0]), ("2000", &[1.0]), ("2010", &[2.0])]);
        let svg = svg(&plot("line", &data));
        let line =
            svg.split("<path d=\"M").find(|path| path.contains("stroke-width=\"2.5\"")).expect("a line");
        let xs: Vec<f64> = line
            .split('"')
            .next()
            .expect("a path")
            .split('L')
            .filter_map(|point| point.split(' ').next()?.parse().ok())
            .collect();
        assert!(xs[0] < xs[1] && (xs[1] - (xs[0] + xs[2]) / 2.0).abs() < 1.0, "{xs:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn any_numbers_make_a_sound_drawing(
            form in prop::sample::select(vec!["bar", "line", "area", "step"]),
            columns in 1..9_usize,
            rows in prop::collection::vec((
                prop::sample::select(vec!["2019", "2020-01", "2021-12-31", "a", "", "<&\">", "1.5", "-3", "九", "a long label of many words"]),
                prop::collection::vec(prop::option::of(prop_oneof![
                    -1e15..1e15_f64, -1.0..1.0_f64, Just(0.0), Just(1e-12), Just(-1e-9), Just(5.0), Just(1e15), Just(1e15 - 1.0)
                ]), 8),
            ), 1..40),
            lang in prop::sample::select(vec!["en", "de", "xx"]),
        ) {
            let numbers = |list: &[Option<f64>]| -> Vec<Option<Number>> {
                let fit = |v: f64| if form == "area" && columns > 1 { v.abs() } else { v };
                list[..columns].iter().map(|n| n.map(|v| Number { value: fit(v), decimals: 2 })).collect()
            };
            let mut data = Series {
                head: String::new(),
                names: (0..columns).map(|n| format!("N{n}")).collect(),
                rows: rows.iter().map(|(label, list)| Row { label: (*label).to_owned(), numbers: numbers(list) }).collect(),
            };
            data.rows[0].numbers[0] = Some(Number { value: 1.0, decimals: 0 });
            let drawn = svg(&Plot { lang, ..plot(form, &data) });
            sound(&drawn);
            prop_assert_eq!(drawn, svg(&Plot { lang, ..plot(form, &data) }));
        }
    }
}
