//! Names → the key by which they are matched, and the part of an address that stands for them.

use unicode_normalization::UnicodeNormalization;

/// Longest slug, in bytes: file systems stop at 255, and `index.html` is put beside it.
const LONGEST: usize = 120;

/// Names that Windows keeps for devices, with any ending.
const DEVICES: &[&str] = &[
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The key by which tags and names are matched: Unicode NFC, case folded, white space collapsed.
///
/// ```
/// use nutgraf::document::canonical;
/// assert_eq!(canonical(" Итоги  гОда "), canonical("Итоги года"));
/// ```
pub fn canonical(name: &str) -> String {
    if name.is_ascii() {
        let mut key = String::with_capacity(name.len());
        for word in name.split_ascii_whitespace() {
            if !key.is_empty() {
                key.push(' ');
            }
            key.extend(word.chars().map(|c| c.to_ascii_lowercase()));
        }
        return key;
    }
    // Folding can leave a form that is not composed (ǰ), so it is composed again after it.
    let folded = caseless::default_case_fold_str(&name.nfc().collect::<String>());
    let mut key = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(word);
    }
    key.nfc().collect()
}

/// The part of an address that stands for a name: letters, marks and digits of every script in
/// lower case, one hyphen for anything between them. Never empty, never `.` or `..`, never a
/// device name, no `/`, at most 120 bytes. Signs that tell names apart are spelt out: `C#` is
/// `c-sharp`, `C++` is `c-plus-plus`, `.NET` is `dot-net`.
///
/// ```
/// use nutgraf::document::slugify;
/// assert_eq!(slugify("I/O"), "i-o");
/// assert_eq!(slugify("日本語"), "日本語");
/// assert_eq!(slugify("../x"), "x");
/// ```
pub fn slugify(name: &str) -> String {
    let name: String = name.nfc().collect();
    let lower = name.to_lowercase();
    let mut slug = String::with_capacity(lower.len());
    let mut gap = false;
    let word = |slug: &mut String, gap: &mut bool, text: &str| {
        if *gap && !slug.is_empty() {
            slug.push('-');
        }
        *gap = false;
        slug.push_str(text);
    };
    let mut chars = lower.trim().chars().peekable();
    let mut before: Option<char> = None;
    while let Some(c) = chars.next() {
        match c {
            _ if c.is_alphanumeric() || is_mark(c) || c == '_' => {
                let mut buffer = [0; 4];
                word(&mut slug, &mut gap, c.encode_utf8(&mut buffer));
            }
            '\'' | '’' | 'ʼ' => {}
            '#' if before.is_some_and(char::is_alphanumeric) => {
                gap = true;
                word(&mut slug, &mut gap, "sharp");
                gap = true;
            }
            '+' if before.is_some_and(|b| b.is_alphanumeric() || b == '+') => {
                gap = true;
                word(&mut slug, &mut gap, "plus");
                gap = true;
            }
            '.' if before.is_none() && chars.peek().is_some_and(|n| n.is_alphanumeric()) => {
                word(&mut slug, &mut gap, "dot");
                gap = true;
            }
            _ => gap = true,
        }
        before = Some(c);
    }
    if slug.len() > LONGEST {
        let mut end = LONGEST;
        while !slug.is_char_boundary(end) {
            end -= 1;
        }
        slug.truncate(end);
        slug.truncate(slug.trim_end_matches('-').len());
    }
    if slug.is_empty() {
        // Nothing but signs: their code points keep it distinct and stable.
        slug = lower.trim().chars().take(8).map(|c| format!("u{:x}", c as u32)).collect::<Vec<_>>().join("-");
        if slug.is_empty() {
            slug.push_str("untitled");
        }
    }
    if DEVICES.contains(&slug.as_str()) {
        slug.push('-');
    }
    slug.nfc().collect()
}

/// A mark that belongs to the letter before it (vowel signs of Indic scripts, Thai tone marks).
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_differ_only_by_signs_get_slugs_of_their_own() {
        let names = ["C", "C#", "C++", ".NET", "I/O", "Disney's", "日本語", "AC/DC", "कि", "F#"];
        let mut slugs: Vec<String> = names.iter().map(|n| slugify(n)).collect();
        assert_eq!(
            slugs,
            ["c", "c-sharp", "c-plus-plus", "dot-net", "i-o", "disneys", "日本語", "ac-dc", "कि", "f-sharp"]
        );
        slugs.sort();
        slugs.dedup();
        assert_eq!(slugs.len(), names.len());
    }

    #[test]
    fn slugs_of_odd_names_are_safe() {
        for (name, slug) in [
            ("../../x", "x"),
            ("..", "u2e-u2e"),
            ("", "untitled"),
            ("CON", "con-"),
            ("?!", "u3f-u21"),
            ("Gonza\u{301}lez", "gonzález"),
            ("Straße", "straße"),
            ("a\\b", "a-b"),
        ] {
            assert_eq!(slugify(name), slug, "{name}");
        }
    }

    #[test]
    fn keys_fold_case_form_and_spaces() {
        for (a, b) in [
            ("Rust", "rust "),
            ("RUST", "rust"),
            ("Итоги года", "Итоги гОда"),
            ("café", "cafe\u{301}"),
            ("a  b", "A B"),
        ] {
            assert_eq!(canonical(a), canonical(b));
        }
        assert_ne!(canonical("C"), canonical("C#"));
    }

    proptest! {
        #[test]
        fn any_name_gives_a_safe_slug(name in ".{0,200}") {
            let slug = slugify(&name);
            prop_assert!(!slug.is_empty() && slug.len() <= LONGEST + 1);
            prop_assert!(!slug.contains(['/', '\\', '.', ':', '?', '#', '%', '*', '"', '<', '>', '|', ' ']));
            prop_assert!(!slug.chars().any(char::is_control));
        }

        #[test]
        fn a_key_is_its_own_key(name in ".{0,60}") {
            let key = canonical(&name);
            prop_assert_eq!(canonical(&key), key);
        }
    }
}
