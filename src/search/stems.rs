//! Which words are forms of one word.

use rust_stemmers::{Algorithm, Stemmer};

/// Brings the forms of a word together, by the rules of a language (Snowball).
pub struct Stems(Option<Stemmer>);

impl Stems {
    /// `lang` is a language tag (BCP 47). A language without rules has no forms.
    pub fn new(lang: &str) -> Stems {
        let primary = lang.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let algorithm = match primary.as_str() {
            "ar" => Algorithm::Arabic,
            "da" => Algorithm::Danish,
            "nl" => Algorithm::Dutch,
            "en" => Algorithm::English,
            "fi" => Algorithm::Finnish,
            "fr" => Algorithm::French,
            "de" => Algorithm::German,
            "el" => Algorithm::Greek,
            "hu" => Algorithm::Hungarian,
            "it" => Algorithm::Italian,
            "nb" | "nn" | "no" => Algorithm::Norwegian,
            "pt" => Algorithm::Portuguese,
            "ro" => Algorithm::Romanian,
            "ru" => Algorithm::Russian,
            "es" => Algorithm::Spanish,
            "sv" => Algorithm::Swedish,
            "ta" => Algorithm::Tamil,
            "tr" => Algorithm::Turkish,
            _ => return Stems(None),
        };
        Stems(Some(Stemmer::create(algorithm)))
    }

    /// The stem of a folded term; `None` where it stands for itself.
    pub fn stem(&self, term: &str) -> Option<String> {
        let stemmer = self.0.as_ref()?;
        let word = term.len() > 2 && !term.contains(|c: char| c.is_numeric());
        word.then(|| stemmer.stem(term).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_have_one_stem() {
        let check = |lang: &str, words: &[&str]| {
            let stems = Stems::new(lang);
            let found: Vec<_> = words.iter().map(|word| stems.stem(&super::super::fold(word))).collect();
            assert!(found.iter().all(|stem| stem.is_some() && *stem == found[0]), "{words:?}: {found:?}");
        };
        check("en", &["inspect", "inspected", "inspecting", "inspects"]);
        check("en-GB", &["policy", "policies"]);
        check("de", &["Haus", "Hauses", "Häuser"]);
        check("fr", &["continu", "continue"]);
        check("ru", &["красивый", "красивая"]);
        assert_eq!(Stems::new("zh-Hans").stem("abc"), None);
        assert_eq!(Stems::new("en").stem("2023s"), None);
    }
}
