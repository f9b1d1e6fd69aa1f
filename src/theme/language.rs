//! What a language asks of the words of a page: direction, forms for numbers, digits.

use crate::document::{arabic_indic, uses_arabic_indic};

/// `rtl` for languages that are written from right to left, by script or by language (BCP 47).
pub fn direction(lang: &str) -> &'static str {
    const LANGUAGES: &[&str] = &["ar", "he", "fa", "ur", "ps", "sd", "ug", "yi", "dv", "ckb", "syr"];
    const SCRIPTS: &[&str] = &["arab", "hebr", "thaa", "syrc", "nkoo"];
    let mut parts = lang.split(['-', '_']).map(str::to_ascii_lowercase);
    let language = parts.next().unwrap_or_default();
    let script = parts.find(|p| p.len() == 4);
    let rtl = match script {
        Some(script) => SCRIPTS.contains(&script.as_str()),
        None => LANGUAGES.contains(&language.as_str()),
    };
    if rtl { "rtl" } else { "ltr" }
}

/// The tags under which words of a language are looked for, from the most precise: `zh-Hant-TW`,
/// `zh-Hant`, `zh`. Chinese without a script is written with simplified signs, unless a region says
/// otherwise (CLDR, likely subtags).
pub fn candidates(lang: &str) -> Vec<String> {
    let lang = lang.to_ascii_lowercase().replace('_', "-");
    let parts: Vec<&str> = lang.split('-').collect();
    let mut found: Vec<String> = (1..=parts.len()).rev().map(|n| parts[..n].join("-")).collect();
    if parts[0] == "zh" && !parts.iter().skip(1).any(|part| part.len() == 4) {
        let traditional = parts.iter().any(|part| matches!(*part, "tw" | "hk" | "mo"));
        let script = if traditional { "zh-hant" } else { "zh-hans" };
        found.insert(found.len() - 1, script.to_owned());
    }
    found
}

/// The categories of plural that forms of words are written for (Unicode CLDR).
pub const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The category of a whole number in a language, by the rules of CLDR 46
/// (`supplemental/plurals.xml`, cardinals); `other` in a language that is not listed.
pub fn plural(lang: &str, n: u64) -> &'static str {
    let language = lang.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let (ten, hundred) = (n % 10, n % 100);
    let teen = (11..=14).contains(&hundred);
    match language.as_str() {
        "ar" => match (n, hundred) {
            (0, _) => "zero",
            (1, _) => "one",
            (2, _) => "two",
            (_, 3..=10) => "few",
            (_, 11..=99) => "many",
            _ => "other",
        },
        "he" => match n {
            1 => "one",
            2 => "two",
            _ => "other",
        },
        "fr" | "pt" => match n {
            0 | 1 => "one",
            _ if n.is_multiple_of(1_000_000) => "many",
            _ => "other",
        },
        "es" | "it" | "ca" => match n {
            1 => "one",
            _ if n > 0 && n.is_multiple_of(1_000_000) => "many",
            _ => "other",
        },
        "fa" | "hi" | "bn" | "gu" | "kn" | "zu" | "am" | "as" | "hy" if n <= 1 => "one",
        "ru" | "uk" | "be" => match ten {
            1 if hundred != 11 => "one",
            2..=4 if !teen => "few",
            _ => "many",
        },
        "sr" | "hr" | "bs" => match ten {
            1 if hundred != 11 => "one",
            2..=4 if !teen => "few",
            _ => "other",
        },
        "pl" => match ten {
            _ if n == 1 => "one",
            2..=4 if !teen => "few",
            _ => "many",
        },
        "cs" | "sk" => match n {
            1 => "one",
            2..=4 => "few",
            _ => "other",
        },
        "sl" => match hundred {
            1 => "one",
            2 => "two",
            3 | 4 => "few",
            _ => "other",
        },
        "lt" => match ten {
            1 if !(11..=19).contains(&hundred) => "one",
            2..=9 if !(11..=19).contains(&hundred) => "few",
            _ => "other",
        },
        "lv" => match ten {
            0 => "zero",
            _ if (11..=19).contains(&hundred) => "zero",
            1 => "one",
            _ => "other",
        },
        "ro" => match n {
            1 => "one",
            _ if n == 0 || (1..=19).contains(&hundred) => "few",
            _ => "other",
        },
        "ga" => match n {
            1 => "one",
            2 => "two",
            3..=6 => "few",
            7..=10 => "many",
            _ => "other",
        },
        "cy" => match n {
            0 => "zero",
            1 => "one",
            2 => "two",
            3 => "few",
            6 => "many",
            _ => "other",
        },
        "en" | "de" | "nl" | "sv" | "no" | "nb" | "nn" | "da" | "fi" | "et" | "el" | "hu" | "tr" | "bg"
        | "sq" | "eu" | "gl" | "ka" | "kk" | "uz" | "az" | "mn" | "sw" | "so" | "ta" | "te" | "ml" | "mr"
        | "ne" | "ur" | "ps" | "af" | "fy" | "lb" | "yi"
            if n == 1 =>
        {
            "one"
        }
        _ => "other",
    }
}

/// The categories that whole numbers have in a language, and `other`, which takes what has none.
pub fn categories(lang: &str) -> Vec<&'static str> {
    let samples = (0..=120).chain([1_000_000]);
    let used: Vec<&str> = samples.map(|n| plural(lang, n)).collect();
    CATEGORIES.into_iter().filter(|category| *category == "other" || used.contains(category)).collect()
}

/// A whole number as a language writes it (CLDR, symbols and default digits). A language that is not
/// listed gets plain digits.
pub fn number(lang: &str, n: u64) -> String {
    let plain = n.to_string();
    let language = lang.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let arabic = uses_arabic_indic(lang);
    // From how many digits groups are made: Spanish leaves four together.
    let (sign, from) = match language.as_str() {
        "en" | "zh" => (",", 4),
        "de" => (".", 4),
        "es" => (".", 5),
        "fr" => ("\u{202f}", 4),
        "ar" if arabic => ("٬", 4),
        "ar" => (".", 4),
        _ => return plain,
    };
    let mut written = String::new();
    for (at, digit) in plain.chars().enumerate() {
        let left = plain.len() - at;
        if at > 0 && left.is_multiple_of(3) && plain.len() >= from {
            written.push_str(sign);
        }
        written.push(digit);
    }
    if arabic { arabic_indic(&written) } else { written }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_direction_follows_script_and_language() {
        for (lang, dir) in
            [("ar", "rtl"), ("en", "ltr"), ("az-Arab", "rtl"), ("ar-Latn", "ltr"), ("zh-Hans", "ltr")]
        {
            assert_eq!(direction(lang), dir, "{lang}");
        }
    }

    #[test]
    fn words_are_looked_for_from_the_most_precise_tag() {
        for (lang, expected) in [
            ("en", "en"),
            ("pt-BR", "pt-br pt"),
            ("zh", "zh-hans zh"),
            ("zh-CN", "zh-cn zh-hans zh"),
            ("zh-TW", "zh-tw zh-hant zh"),
            ("zh-Hans", "zh-hans zh"),
            ("zh-Hant-HK", "zh-hant-hk zh-hant zh"),
        ] {
            assert_eq!(candidates(lang).join(" "), expected, "{lang}");
        }
    }

    /// Samples of CLDR's own test data.
    #[test]
    fn numbers_have_the_plural_of_their_language() {
        for (lang, numbers, category) in [
            ("en", &[1][..], "one"),
            ("en", &[0, 2, 11, 21, 101], "other"),
            ("de-AT", &[1], "one"),
            ("fr", &[0, 1], "one"),
            ("fr", &[1_000_000], "many"),
            ("es", &[0, 2, 17], "other"),
            ("es", &[1_000_000, 2_000_000], "many"),
            ("ar", &[0], "zero"),
            ("ar", &[2], "two"),
            ("ar", &[3, 10, 103, 1003], "few"),
            ("ar", &[11, 26, 111, 1011], "many"),
            ("ar", &[100, 102, 1000, 100_000], "other"),
            ("zh-Hans", &[0, 1, 2, 100], "other"),
            ("ru", &[1, 21, 101], "one"),
            ("ru", &[2, 24, 102], "few"),
            ("ru", &[0, 5, 11, 12, 111], "many"),
            ("pl", &[2, 24], "few"),
            ("pl", &[0, 5, 12, 21], "many"),
            ("cs", &[0, 5, 11], "other"),
            ("lv", &[0, 10, 11, 20], "zero"),
            ("ro", &[0, 2, 19, 119], "few"),
            ("ja", &[1], "other"),
            ("tlh", &[1], "other"),
        ] {
            for n in numbers {
                assert_eq!(plural(lang, *n), category, "{lang} {n}");
            }
        }
        assert_eq!(categories("en"), ["one", "other"]);
        assert_eq!(categories("ar"), CATEGORIES);
        assert_eq!(categories("zh"), ["other"]);
    }

    #[test]
    fn numbers_are_written_as_in_their_language() {
        for (lang, n, expected) in [
            ("en", 999, "999"),
            ("en-NZ", 1234, "1,234"),
            ("en", 1_234_567, "1,234,567"),
            ("de", 1234, "1.234"),
            ("es", 1234, "1234"),
            ("es", 12_345, "12.345"),
            ("fr", 1234, "1\u{202f}234"),
            ("zh-Hans", 1234, "1,234"),
            ("ar", 1234, "١٬٢٣٤"),
            ("ar-MA", 1234, "1.234"),
            ("ar-u-nu-latn", 12, "12"),
            ("it", 1234, "1234"),
        ] {
            assert_eq!(number(lang, n), expected, "{lang}");
        }
    }
}
