//! Words put into an author's file, and not one other byte changed.

#![allow(clippy::disallowed_methods, reason = "output is where files are written")]

use crate::diagnostics::Failure;
use crate::source::normalise;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Words to be put into a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insertion {
    /// Byte offset in the normalised text (line ends `\n`, no byte order mark).
    pub at: usize,
    pub words: String,
}

/// Puts words into a file: in ascending order, at places of its normalised text. The file is the old
/// one or the new one, whatever happens: it is written beside itself and takes its own place. Line
/// ends, byte order mark and permissions stay.
///
/// # Errors
///
/// The file cannot be read or written, or its text is no longer `text`.
pub fn insert(path: &Path, text: &str, insertions: &[Insertion]) -> Result<(), Failure> {
    let cannot = |doing: &str, error: &std::io::Error| {
        Failure::io(format_args!("cannot {doing} {}", path.display()), error)
    };
    // Behind a symbolic link stands the file that is meant.
    let real = std::fs::canonicalize(path).map_err(|error| cannot("read", &error))?;
    let mut bytes = Vec::new();
    let mut file = File::open(&real).map_err(|error| cannot("read", &error))?;
    let meta = file.metadata().map_err(|error| cannot("read", &error))?;
    file.read_to_end(&mut bytes).map_err(|error| cannot("read", &error))?;
    if meta.permissions().readonly() {
        return Err(Failure(format!("cannot write {}: it is read-only", path.display())));
    }
    let new = std::str::from_utf8(&bytes).ok().and_then(|raw| inserted(raw, text, insertions));
    let Some(new) = new else {
        return Err(Failure(format!("{} changed while it was looked at; try again", path.display())));
    };
    let mut name = std::ffi::OsString::from(".");
    name.push(real.file_name().unwrap_or_default());
    name.push(".nutgraf-fix");
    let beside: PathBuf = real.with_file_name(name);
    let written = File::create(&beside).and_then(|mut file| {
        file.write_all(new.as_bytes())?;
        file.set_permissions(meta.permissions())?;
        // It is the author's text: a power cut must not lose it.
        file.sync_all()
    });
    written.and_then(|()| std::fs::rename(&beside, &real)).map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        cannot("write", &error)
    })
}

/// The raw text with words put in; `None` where it does not come to `text`, or a place is none.
fn inserted(raw: &str, text: &str, insertions: &[Insertion]) -> Option<String> {
    let mut normalised = raw.to_owned();
    normalise(&mut normalised);
    if normalised != text {
        return None;
    }
    let mut new = String::with_capacity(raw.len() + insertions.iter().map(|i| i.words.len()).sum::<usize>());
    let mut done = 0;
    let mut at = if raw.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    // How far the normalised text is behind the raw one.
    let mut behind = at;
    for insertion in insertions {
        while at - behind < insertion.at {
            if raw.as_bytes().get(at..at + 2) == Some(b"\r\n") {
                at += 1;
                behind += 1;
            }
            at += 1;
        }
        new.push_str(raw.get(done..at)?);
        new.push_str(&insertion.words);
        done = at;
    }
    new.push_str(raw.get(done..)?);
    Some(new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(raw: &str, at: &[usize], expected: &str) {
        let mut text = raw.to_owned();
        normalise(&mut text);
        let insertions: Vec<Insertion> =
            at.iter().map(|at| Insertion { at: *at, words: "|".to_owned() }).collect();
        assert_eq!(inserted(raw, &text, &insertions).as_deref(), Some(expected), "{raw:?}");
    }

    #[test]
    fn words_go_where_the_normalised_text_says() {
        check("ab", &[0, 1, 2], "|a|b|");
        check("a\r\nb\r\nc", &[0, 2, 4], "|a\r\n|b\r\n|c");
        check("\u{feff}a\r\nb", &[0, 1, 2], "\u{feff}|a|\r\n|b");
        check("a\rb\r\r\nc", &[1, 2, 3, 4, 5], "a|\r|b|\r|\r\n|c");
        check("é\r\nß", &[2, 3, 5], "é|\r\n|ß|");
        assert_eq!(inserted("ab", "abc", &[]), None);
        assert_eq!(inserted("é", "é", &[Insertion { at: 1, words: String::new() }]), None);
    }

    proptest! {
        #[test]
        fn without_the_words_it_is_the_file_that_was(
            raw in "\u{feff}?[aéß\r\n ]{0,40}", places in proptest::collection::vec(0usize..40, 0..6)
        ) {
            let mut text = raw.clone();
            normalise(&mut text);
            let mut places: Vec<usize> =
                places.into_iter().filter(|at| text.is_char_boundary(*at)).collect();
            places.sort_unstable();
            let insertions: Vec<Insertion> =
                places.iter().map(|at| Insertion { at: *at, words: "[[".to_owned() }).collect();
            let new = inserted(&raw, &text, &insertions).expect("places of the text");
            prop_assert_eq!(&new.replace("[[", ""), &raw);
            let mut expected = text.clone();
            for at in places.iter().rev() {
                expected.insert_str(*at, "[[");
            }
            let mut again = new;
            normalise(&mut again);
            prop_assert_eq!(again, expected);
        }
    }
}
