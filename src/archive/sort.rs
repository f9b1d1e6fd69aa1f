//! The order of names in lists.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A key by which names sort as readers expect: without accents and case, numbers by value, and
/// the name itself to settle what is then equal.
pub fn sort_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len() * 2 + 1);
    let mut digits = String::new();
    for c in name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        push_number(&mut key, &mut digits);
        key.push(c);
    }
    push_number(&mut key, &mut digits);
    key.push('\0');
    key.push_str(name);
    key
}

/// A number sorts by its length, then its digits, once leading zeros are gone.
fn push_number(key: &mut String, digits: &mut String) {
    if digits.is_empty() {
        return;
    }
    let significant = digits.trim_start_matches('0');
    key.push('0');
    key.push(char::from_u32(0x30 + significant.len() as u32).unwrap_or('\u{d7ff}'));
    key.push_str(significant);
    digits.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_numbers_sort_as_readers_expect() {
        let mut names = vec!["Apple", "aSomething", "émotion", "Zoo", "zebra", "10", "9"];
        names.sort_by_key(|n| sort_key(n));
        assert_eq!(names, ["9", "10", "Apple", "aSomething", "émotion", "zebra", "Zoo"]);
    }
}
