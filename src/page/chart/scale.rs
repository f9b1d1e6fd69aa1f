//! Axes: from values to places, and where marks with round numbers or dates stand.

use super::numbers::Numbers;
use crate::document::Date;
use jiff::civil;
use jiff::tz::TimeZone;

/// An axis of numbers.
#[derive(Clone, Copy, Debug)]
pub struct Linear {
    /// Marks stand at whole multiples of `step · 10^exponent`, from `first` to `last` of them.
    step: i64,
    exponent: i32,
    first: i64,
    last: i64,
    /// Labels are in units of `10^scale`.
    pub scale: i32,
}

impl Linear {
    /// An axis from the mark at or below `low` to the one at or above `high`, with about `marks` of
    /// them.
    pub fn new(low: f64, high: f64, marks: usize) -> Linear {
        let (low, high) = match () {
            () if low < high => (low, high),
            () if low == 0.0 => (0.0, 1.0),
            () => (low.min(0.0), low.max(0.0)),
        };
        let raw = (high - low) / marks.max(1) as f64;
        // The digits that a number is printed with are the same everywhere; logarithms need not be.
        let printed = format!("{raw:e}");
        let (mantissa, exponent) = printed.split_once('e').unwrap_or(("1", "0"));
        let mantissa: f64 = mantissa.parse().unwrap_or(1.0);
        let mut exponent: i32 = exponent.parse().unwrap_or(0);
        let step = match mantissa {
            m if m <= 1.0 => 1,
            m if m <= 2.0 => 2,
            m if m <= 5.0 => 5,
            _ => {
                exponent += 1;
                1
            }
        };
        let mut axis = Linear { step, exponent, first: 0, last: 0, scale: 0 };
        let unit = axis.value(1);
        axis.first = (low / unit).floor() as i64;
        axis.last = (high / unit).ceil() as i64;
        // What was rounded on the way may have lost or won a mark.
        if axis.value(axis.first + 1) <= low {
            axis.first += 1;
        }
        if axis.last > axis.first + 1 && axis.value(axis.last - 1) >= high {
            axis.last -= 1;
        }
        axis.scale = axis.fitting_scale();
        axis
    }

    fn value(&self, mark: i64) -> f64 {
        let count = (mark * self.step) as f64;
        if self.exponent < 0 { count / power(-self.exponent) } else { count * power(self.exponent) }
    }

    /// Millions and more, or millionths and less, are told once at the axis.
    fn fitting_scale(&self) -> i32 {
        let most = self.low().abs().max(self.high().abs());
        match most {
            m if m >= 1e6 => [12, 9, 6].into_iter().find(|e| m >= power(*e)).unwrap_or(6),
            m if m < 1e-3 => [-6, -9, -12].into_iter().find(|e| m >= 1.0 / power(-*e)).unwrap_or(-12),
            _ => 0,
        }
    }

    /// The same axis with labels that say the whole number.
    pub fn unscaled(self) -> Linear {
        Linear { scale: 0, ..self }
    }

    pub fn low(&self) -> f64 {
        self.value(self.first)
    }

    pub fn high(&self) -> f64 {
        self.value(self.last)
    }

    /// From 0 at the lowest mark to 1 at the highest.
    pub fn place(&self, value: f64) -> f64 {
        (value - self.low()) / (self.high() - self.low())
    }

    /// Value and label of each mark.
    pub fn marks(&self, numbers: Numbers, unit: &str) -> Vec<(f64, String)> {
        let exponent = self.exponent - self.scale;
        let decimals = usize::try_from(-exponent).unwrap_or(0);
        let label = |mark: i64| {
            let count = (mark * self.step) as f64;
            let shown = if exponent < 0 { count / power(-exponent) } else { count * power(exponent) };
            numbers.with_unit(shown, decimals, unit)
        };
        (self.first..=self.last).map(|mark| (self.value(mark), label(mark))).collect()
    }
}

/// Exact up to 22.
fn power(exponent: i32) -> f64 {
    (0..exponent).fold(1.0, |product, _| product * 10.0)
}

/// Days from the beginning of 1970 to the first day that a date can mean.
pub fn days(date: Date) -> i64 {
    date.start(&TimeZone::UTC).as_second().div_euclid(86_400)
}

/// Marks of an axis of dates between two dates: as many as fit, on the first days of years or months,
/// or on days. `room` says how many labels of a width, in letters, fit.
pub fn dates(from: Date, to: Date, lang: &str, room: impl Fn(usize) -> usize) -> Vec<(i64, String)> {
    let (first, last) = (from.first_day(), to.first_day());
    let of_year = |year: i16| Date { year, month: 0, day: 0 };
    let of_month = |months: i32| Date {
        year: (months.div_euclid(12)) as i16,
        month: (months.rem_euclid(12) + 1) as u8,
        day: 0,
    };
    let months = |day: civil::Date| i32::from(day.year()) * 12 + i32::from(day.month()) - 1;
    let named = |date: Date| (days(date), date.human(lang));
    let widest = |marks: &[(i64, String)]| marks.iter().map(|(_, l)| l.chars().count()).max().unwrap_or(0);
    let fits = |marks: &Vec<(i64, String)>| marks.len() <= room(widest(marks)).max(2);
    let years = last.year() - first.year();
    if years < 3 && from.month > 0 {
        let (begin, end) = (months(first), months(last));
        // Fewer than three months are told by their days.
        if end - begin < 3 && from.day > 0 {
            for step in [1, 2, 5, 7, 14, 28] {
                let (begin, end) = (days(from), days(to));
                let marks = (begin..=end).step_by(step).filter_map(|at| {
                    let day = first.checked_add(jiff::Span::new().days(at - begin)).ok()?;
                    Some(named(Date { year: day.year(), month: day.month() as u8, day: day.day() as u8 }))
                });
                let marks: Vec<_> = marks.collect();
                if fits(&marks) {
                    return marks;
                }
            }
        }
        // A month that had begun before the first day stands outside.
        let begin = begin + i32::from(first.day() > 1);
        for step in [1, 2, 3, 6] {
            let marks: Vec<_> = (begin..=end)
                .filter(|month| month.rem_euclid(step) == 0)
                .map(|month| named(of_month(month)))
                .collect();
            if marks.len() > 1 && fits(&marks) {
                return marks;
            }
        }
    }
    let begin = first.year() + i16::from(days(of_year(first.year())) < days(from));
    for step in [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] {
        let marks: Vec<_> = (begin..=last.year())
            .filter(|year| year.rem_euclid(step) == 0)
            .map(|year| named(of_year(year)))
            .collect();
        if fits(&marks) && !marks.is_empty() {
            return marks;
        }
    }
    vec![named(from), named(to)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(low: f64, high: f64, expected: &str) {
        let axis = Linear::new(low, high, 5);
        let marks: Vec<String> =
            axis.marks(Numbers::of("en"), "").into_iter().map(|(_, label)| label).collect();
        let scale = if axis.scale == 0 { String::new() } else { format!(" e{}", axis.scale) };
        assert_eq!(marks.join(" ") + &scale, expected, "{low} {high}");
        assert!(axis.low() <= low.min(high) && axis.high() >= high.max(low), "{low} {high}: {axis:?}");
    }

    #[test]
    fn marks_are_round_numbers() {
        check(0.0, 10.0, "0 2 4 6 8 10");
        check(0.0, 36359.0, "0 10,000 20,000 30,000 40,000");
        check(-3.0, 7.0, "−4 −2 0 2 4 6 8");
        check(0.0, 0.3, "0.0 0.1 0.2 0.3");
        check(97.2, 99.1, "97.0 97.5 98.0 98.5 99.0 99.5");
        check(0.0, 0.0, "0.0 0.2 0.4 0.6 0.8 1.0");
        check(5.0, 5.0, "0 1 2 3 4 5");
        check(-5.0, -5.0, "−5 −4 −3 −2 −1 0");
        check(0.0, 331_000_000.0, "0 100 200 300 400 e6");
        check(0.0, 2.5e12, "0.0 0.5 1.0 1.5 2.0 2.5 e12");
        check(0.0, 0.000_004, "0 1 2 3 4 e-6");
        check(0.0, 1e15, "0 200 400 600 800 1,000 e12");
        check(0.0, 1_000_000.0, "0.0 0.2 0.4 0.6 0.8 1.0 e6");
    }

    #[track_caller]
    fn dated(from: &str, to: &str, expected: &str) {
        let date = |text| Date::parse(text).expect("a date");
        let marks = dates(date(from), date(to), "en", |letters| 500 / (letters * 8 + 16));
        let labels: Vec<String> = marks.into_iter().map(|(_, label)| label).collect();
        assert_eq!(labels.join(", "), expected);
    }

    #[test]
    fn dates_are_marked_by_years_months_or_days() {
        dated("2015", "2024", "2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024");
        dated("1901", "2024", "1920, 1940, 1960, 1980, 2000, 2020");
        dated("2019-06", "2024-02", "2020, 2021, 2022, 2023, 2024");
        dated("2023-01", "2023-12", "January 2023, April 2023, July 2023, October 2023");
        dated("2023-01-15", "2023-03-20", "15 January 2023, 12 February 2023, 12 March 2023");
        dated("2023", "2024", "2023, 2024");
        dated("2024-03-01", "2024-03-02", "1 March 2024, 2 March 2024");
    }
}
