//! Small sites with what must come of them.
//!
//! A case is a folder `tests/golden/<what it shows>/` with
//!
//! - `site/`: the files of the site;
//! - `expected/`: every file of `public/` (nutgraf's own notes apart), byte by byte;
//! - `only.txt`: where it exists, only the paths of `public/` that begin with one of its lines are
//!   compared;
//! - `stdout.txt`, `stderr.txt`: the streams, `$SITE` in place of the site's folder;
//! - `command.txt`: the arguments (`build --quiet` without it) in its first line; a second line
//!   `exit 1` where the exit code is not 0.
//!
//! The built-in style sheet and script stand there under their plain names, `site.css` and `redirect.js`,
//! so that a change of their bytes is none of every page.
//!
//! A case has `expected/` or one of the streams, or several. Embargoes are judged on 1 January 2026.
//! `build` and `check` run with one thread and with four, and must come to the same. `BLESS=1 cargo test golden` writes what came of them;
//! read the difference as if someone else had made it.

use crate::site::{TempSite, tree};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

type Files = BTreeMap<String, Vec<u8>>;

/// 1 January 2026, 0:00 UTC.
const NEW_YEAR: (&str, &str) = ("SOURCE_DATE_EPOCH", "1767225600");

/// What a case expects, or what came of it.
#[derive(Debug, Default, PartialEq)]
struct Result {
    exit: i32,
    /// `None`: not looked at.
    public: Option<Files>,
    stdout: Option<String>,
    stderr: Option<String>,
}

#[test]
fn golden_sites_come_out_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut cases: Vec<_> = fs::read_dir(&folder)
        .expect("tests/golden can be listed")
        .map(|entry| entry.expect("tests/golden can be listed").path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "tests/golden has no cases");
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for case in &cases {
        let found = run(case);
        if bless {
            write(case, &found);
        } else {
            let differences = compare(&expected(case), &found);
            wrong.extend(differences.into_iter().map(|line| format!("{}: {line}", name(case))));
        }
    }
    println!("golden: {} cases", cases.len());
    assert!(wrong.is_empty(), "\n{}\n(BLESS=1 cargo test golden writes what came of them)", wrong.join("\n"));
}

fn name(case: &Path) -> String {
    case.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The arguments and the exit code that a case states.
fn command(case: &Path) -> (Vec<String>, i32) {
    let text = fs::read_to_string(case.join("command.txt")).unwrap_or_else(|_| "build --quiet\n".to_owned());
    let mut lines = text.lines();
    let args = lines.next().unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    let exit = match lines.next() {
        None => 0,
        Some(line) => line
            .strip_prefix("exit ")
            .and_then(|code| code.parse().ok())
            .unwrap_or_else(|| panic!("{}: command.txt: `{line}` is not `exit N`", name(case))),
    };
    (args, exit)
}

/// Runs a case, with one thread and with four.
fn run(case: &Path) -> Result {
    let (args, _) = command(case);
    let threads: &[&[&str]] = match args.first().map(String::as_str) {
        Some("build" | "check") => &[&["--jobs", "1"], &["--jobs", "4"]],
        _ => &[&[]],
    };
    let mut results = threads.iter().map(|threads| {
        let site = if case.join("site").is_dir() {
            TempSite::copy_of(&case.join("site"))
        } else {
            TempSite::empty()
        };
        let args: Vec<&str> = args.iter().map(String::as_str).chain(threads.iter().copied()).collect();
        let run = site.run_with(&args, &[NEW_YEAR]);
        let settled = |text: &str| text.replace(&*site.root().to_string_lossy(), "$SITE");
        let public = site.root().join("public");
        Result {
            exit: run.code.unwrap_or(-1),
            public: case
                .join("expected")
                .is_dir()
                .then(|| if public.is_dir() { made(case, &public) } else { Files::new() }),
            stdout: case.join("stdout.txt").is_file().then(|| settled(&run.stdout)),
            stderr: case.join("stderr.txt").is_file().then(|| settled(&run.stderr)),
        }
    });
    let first = results.next().expect("there is a run");
    for other in results {
        let differences = compare(&first, &other);
        assert!(
            differences.is_empty(),
            "{}: one thread and four come to different results:\n{}",
            name(case),
            differences.join("\n")
        );
    }
    first
}

/// The files of public/ that a case looks at.
fn made(case: &Path, public: &Path) -> Files {
    let only = fs::read_to_string(case.join("only.txt")).ok();
    let text = |bytes: Vec<u8>| match String::from_utf8(bytes) {
        Ok(text) => unstamped(&text).into_bytes(),
        Err(other) => other.into_bytes(),
    };
    let files = tree(public).into_iter().map(|(path, bytes)| (unstamped(&path), text(bytes)));
    let wanted =
        |path: &str| only.as_ref().is_none_or(|only| only.lines().any(|start| path.starts_with(start)));
    files.filter(|(path, _)| !path.starts_with(".nutgraf") && wanted(path)).collect()
}

/// A text without the stamps in the names of the built-in files: `site.0123abcd.css` → `site.css`.
fn unstamped(text: &str) -> String {
    let mut out = text.to_owned();
    for (name, ending) in [("static/site.", ".css"), ("static/redirect.", ".js")] {
        let mut from = 0;
        while let Some(at) = out[from..].find(name).map(|at| from + at + name.len()) {
            let stamp = out.get(at..at + 8).filter(|stamp| stamp.bytes().all(|b| b.is_ascii_hexdigit()));
            if stamp.is_some() && out[at + 8..].starts_with(ending) {
                out.replace_range(at - 1..at + 8, "");
            }
            from = at;
        }
    }
    out
}

fn expected(case: &Path) -> Result {
    let text = |name: &str| fs::read_to_string(case.join(name)).ok();
    let public = case.join("expected").is_dir().then(|| tree(&case.join("expected")));
    let expected =
        Result { exit: command(case).1, public, stdout: text("stdout.txt"), stderr: text("stderr.txt") };
    assert!(
        expected.public.is_some() || expected.stdout.is_some() || expected.stderr.is_some(),
        "{}: has neither expected/ nor stdout.txt nor stderr.txt",
        name(case)
    );
    expected
}

fn write(case: &Path, found: &Result) {
    let put = |name: &str, content: &[u8]| {
        let path = case.join(name);
        fs::create_dir_all(path.parent().expect("it stands in the case")).expect("a folder can be made");
        fs::write(path, content).expect("a file can be written");
    };
    if let Some(files) = &found.public {
        fs::remove_dir_all(case.join("expected")).expect("expected/ can be removed");
        fs::create_dir(case.join("expected")).expect("expected/ can be made");
        for (path, bytes) in files {
            put(&format!("expected/{path}"), bytes);
        }
    }
    for (name, text) in [("stdout.txt", &found.stdout), ("stderr.txt", &found.stderr)] {
        if let Some(text) = text {
            put(name, text.as_bytes());
        }
    }
    let (args, exit) = command(case);
    if exit != found.exit {
        let code = if found.exit == 0 { String::new() } else { format!("exit {}\n", found.exit) };
        put("command.txt", format!("{}\n{code}", args.join(" ")).as_bytes());
    }
}

/// What differs, a line for each exit code, stream and file.
fn compare(expected: &Result, found: &Result) -> Vec<String> {
    let mut differences = Vec::new();
    if expected.exit != found.exit {
        differences.push(format!("exit code {} instead of {}", found.exit, expected.exit));
        // Without it the reason would have to be looked for.
        differences.extend(found.stderr.iter().map(|text| format!("standard error:\n{text}")));
    }
    for (name, expected, found) in
        [("stdout.txt", &expected.stdout, &found.stdout), ("stderr.txt", &expected.stderr, &found.stderr)]
    {
        if let (Some(expected), Some(found)) = (expected, found)
            && expected != found
        {
            differences.push(format!("{name}: {}", first_difference(expected.as_bytes(), found.as_bytes())));
        }
    }
    if let (Some(expected), Some(found)) = (&expected.public, &found.public) {
        for (path, expected) in expected {
            match found.get(path) {
                None => differences.push(format!("expected/{path}: was not made")),
                Some(found) if found != expected => {
                    differences.push(format!("expected/{path}: {}", first_difference(expected, found)));
                }
                Some(_) => {}
            }
        }
        for path in found.keys().filter(|path| !expected.contains_key(*path)) {
            differences.push(format!("public/{path}: was made and is not expected"));
        }
    }
    differences
}

/// The first line that differs, both ways.
fn first_difference(expected: &[u8], found: &[u8]) -> String {
    let (Ok(expected), Ok(found)) = (std::str::from_utf8(expected), std::str::from_utf8(found)) else {
        return format!("differs ({} bytes instead of {})", found.len(), expected.len());
    };
    let (mut left, mut right) = (expected.split('\n'), found.split('\n'));
    let mut number = 0;
    loop {
        number += 1;
        match (left.next(), right.next()) {
            (Some(a), Some(b)) if a == b => {}
            (None, None) => return "differs".to_owned(),
            (a, b) => {
                let line =
                    |side: Option<&str>| side.map_or("(the end)".to_owned(), |line| format!("{line:?}"));
                return format!("line {number}\n  expected {}\n  found    {}", line(a), line(b));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> Option<Files> {
        Some(list.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect())
    }

    #[test]
    fn missing_changed_and_left_over_files_are_differences() {
        let expected =
            Result { public: files(&[("a", "1\n2\n"), ("b", "x"), ("c", "same")]), ..Result::default() };
        let found =
            Result { public: files(&[("a", "1\n3\n"), ("c", "same"), ("d", "y")]), ..Result::default() };
        assert_eq!(
            compare(&expected, &found),
            [
                "expected/a: line 2\n  expected \"2\"\n  found    \"3\"",
                "expected/b: was not made",
                "public/d: was made and is not expected",
            ]
        );
        assert!(compare(&expected, &expected).is_empty());
    }

    #[test]
    fn exit_code_and_streams_are_compared() {
        let expected = Result { exit: 1, stderr: Some("a\n".to_owned()), ..Result::default() };
        let found = Result { exit: 0, stderr: Some("a\nb\n".to_owned()), ..Result::default() };
        assert_eq!(
            compare(&expected, &found),
            [
                "exit code 0 instead of 1",
                "standard error:\na\nb\n",
                "stderr.txt: line 2\n  expected \"\"\n  found    \"b\"",
            ]
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_compared_whole() {
        assert_eq!(first_difference(&[0xff, 1], &[0xff]), "differs (1 bytes instead of 2)");
    }
}
