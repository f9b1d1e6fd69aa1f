//! Numbers in words of a language: marks between thousands, and before decimals.

/// How a language writes numbers.
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    group: &'static str,
    point: &'static str,
    /// Digits before the point from which on they are grouped.
    grouped_from: usize,
    /// `%` stands at the number, without a space.
    close: bool,
    words: bool,
}

/// Thin enough to read as one number, and no line breaks at it.
const THIN: &str = "\u{202f}";

impl Numbers {
    /// `lang` is a tag of BCP 47. Languages that are not known here get thin spaces and a point
    /// (ISO 80000-1).
    pub fn of(lang: &str) -> Numbers {
        let primary = lang.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let (group, point, grouped_from, close) = match primary.as_str() {
            "en" | "zh" | "ja" | "ko" | "th" => (",", ".", 4, true),
            "de" | "nl" | "id" | "da" | "tr" => (".", ",", 4, false),
            "it" | "pt" => (".", ",", 5, true),
            "es" | "pl" => (THIN, ",", 5, false),
            "fr" | "ru" | "uk" | "cs" | "sv" | "nb" | "no" | "fi" => (THIN, ",", 4, false),
            _ => (THIN, ".", 5, false),
        };
        Numbers { group, point, grouped_from, close, words: primary == "en" }
    }

    /// With so many decimals, rounded; minus is U+2212.
    pub fn write(self, value: f64, decimals: usize) -> String {
        let plain = format!("{:.decimals$}", value.abs());
        let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut out = String::with_capacity(plain.len() + 8);
        if value < 0.0 && plain.bytes().any(|b| matches!(b, b'1'..=b'9')) {
            out.push('−');
        }
        for (at, digit) in whole.chars().enumerate() {
            let left = whole.len() - at;
            if at > 0 && left.is_multiple_of(3) && whole.len() >= self.grouped_from {
                out.push_str(self.group);
            }
            out.push(digit);
        }
        if !rest.is_empty() {
            out.push_str(self.point);
            out.push_str(rest);
        }
        out
    }

    /// With `%`, where that is the unit; other units stand once, at the axis.
    pub fn with_unit(self, value: f64, decimals: usize, unit: &str) -> String {
        let number = self.write(value, decimals);
        match unit {
            "%" if self.close => number + "%",
            "%" => number + THIN + "%",
            _ => number,
        }
    }

    /// What `10^exponent` is called: `millions`, `×10⁶`.
    pub fn power(self, exponent: i32) -> String {
        let word = match exponent {
            6 => "millions",
            9 => "billions",
            12 => "trillions",
            _ => "",
        };
        if self.words && !word.is_empty() {
            return word.to_owned();
        }
        let digits = exponent.to_string();
        let raised = digits.chars().map(|c| match c {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            digit => char::from_u32(0x2070 + digit.to_digit(10).unwrap_or(0)).unwrap_or(digit),
        });
        format!("×10{}", raised.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_a_language_writes_them() {
        for (lang, value, decimals, expected) in [
            ("en", 1234567.891, 1, "1,234,567.9"),
            ("en-GB", 1234.0, 0, "1,234"),
            ("en", -0.04, 1, "0.0"),
            ("en", -12.5, 1, "−12.5"),
            ("de", 1234.5, 1, "1.234,5"),
            ("fr", 1234.5, 1, "1\u{202f}234,5"),
            ("es", 1234.5, 1, "1234,5"),
            ("es", 12345.0, 0, "12\u{202f}345"),
            ("ar", 12345.5, 1, "12\u{202f}345.5"),
            ("en", 999.0, 0, "999"),
        ] {
            assert_eq!(Numbers::of(lang).write(value, decimals), expected, "{lang} {value}");
        }
    }

    #[test]
    fn powers_have_names() {
        assert_eq!(Numbers::of("en").power(6), "millions");
        assert_eq!(Numbers::of("en").power(-6), "×10⁻⁶");
        assert_eq!(Numbers::of("de").power(12), "×10¹²");
        assert_eq!(Numbers::of("fr").with_unit(5.0, 0, "%"), "5\u{202f}%");
        assert_eq!(Numbers::of("en").with_unit(5.0, 0, "%"), "5%");
    }
}
