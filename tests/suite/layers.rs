//! The map in `src/lib.rs` is true: no room uses one above it, and each has its card.

use crate::site::tree;
use std::path::Path;

/// Rooms from the top down, as the numbered list in the documentation of `lib.rs` has them.
fn layers(map: &str) -> Vec<&str> {
    map.lines()
        .filter_map(|line| line.strip_prefix("//! ")?.split_once(". "))
        .filter(|(number, _)| number.bytes().all(|b| b.is_ascii_digit()))
        .map(|(_, room)| room.trim())
        .collect()
}

/// The room to which a file belongs: `document` for `document/slug.rs`, `site` for `site.rs`.
fn room_of(path: &str) -> &str {
    path.split('/').next().unwrap_or(path).trim_end_matches(".rs")
}

/// The rooms that a file's code names, each with its line. Comments may name what they like.
fn used(text: &str) -> Vec<(usize, String)> {
    let code: String = text
        .lines()
        .map(|line| if line.trim_start().starts_with("//") { "\n".to_owned() } else { format!("{line}\n") })
        .collect();
    let mut found = Vec::new();
    for start in ["crate::", "nutgraf::"] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let line = code[..at].matches('\n').count() + 1;
            let rest = &code[at + start.len()..];
            match rest.strip_prefix('{') {
                Some(group) => found.extend(heads(group).into_iter().map(|room| (line, room))),
                None => found.push((line, name(rest))),
            }
        }
    }
    found
}

/// The first name of each path of a group: `a, d` of `a::{b, c}, d}`.
fn heads(group: &str) -> Vec<String> {
    let mut heads = Vec::new();
    let (mut depth, mut awaited) = (0, true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => awaited = true,
            c if awaited && !c.is_whitespace() => {
                heads.push(name(&group[at..]));
                awaited = false;
            }
            _ => {}
        }
    }
    heads
}

fn name(path: &str) -> String {
    path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Each use that goes upwards, as `src/file:line: …`.
fn violations(map: &str, files: &[(String, String)]) -> Vec<String> {
    let layers = layers(map);
    let level = |room: &str| layers.iter().position(|layer| *layer == room);
    let mut wrong = Vec::new();
    for (path, text) in files {
        let room = room_of(path);
        for (line, other) in used(text) {
            // What is no room (a macro, a test's own crate) has no level.
            if level(&other).is_none() && other != "cli" {
                continue;
            }
            let fine = match room {
                "main" => ["cli", "commands"].contains(&other.as_str()),
                "cli" => false,
                "lib" => true,
                "commands" if other == "cli" => true,
                _ => match (level(room), level(&other)) {
                    (Some(own), Some(other)) => own <= other,
                    _ => false,
                },
            };
            if !fine {
                wrong.push(format!("src/{path}:{line}: `{room}` uses `{other}`, which stands above it"));
            }
        }
    }
    wrong
}

fn sources() -> Vec<(String, String)> {
    tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .into_iter()
        .filter(|(path, _)| path.ends_with(".rs"))
        .map(|(path, bytes)| (path, String::from_utf8(bytes).expect("sources are UTF-8")))
        .collect()
}

const MAP: &str = include_str!("../../src/lib.rs");

#[test]
fn no_room_uses_one_above_it() {
    let wrong = violations(MAP, &sources());
    assert!(wrong.is_empty(), "\n{}\n(the order is in the documentation of src/lib.rs)", wrong.join("\n"));
}

#[test]
fn the_map_names_every_room() {
    let mut rooms: Vec<&str> = MAP
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .filter(|room| *room != "cli")
        .collect();
    let mut layers = layers(MAP);
    rooms.sort_unstable();
    layers.sort_unstable();
    assert_eq!(rooms, layers);
    assert!(layers.len() > 5, "the list of layers was not found");
}

#[test]
fn every_room_has_its_card() {
    let mut without = Vec::new();
    for (path, text) in sources() {
        if path.matches('/').count() == 1 && path.ends_with("/mod.rs") {
            let card: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
            if !["*Comes in:*", "*Leaves:*", "*Does not know:*"].iter().all(|part| card.contains(part)) {
                without.push(format!("src/{path}: begins without a card (comes in, leaves, does not know)"));
            }
        }
    }
    assert!(without.is_empty(), "\n{}", without.join("\n"));
}

#[test]
fn a_use_that_goes_upwards_is_named_with_its_line() {
    let map = "//! 1. commands\n//! 2. page\n//! 3. source\n";
    let check = |path: &str, text: &str| violations(map, &[(path.to_owned(), text.to_owned())]);
    assert_eq!(
        check("source/mod.rs", "//! crate::page is fine here\n\nuse crate::page::Page;\n"),
        ["src/source/mod.rs:3: `source` uses `page`, which stands above it"]
    );
    assert_eq!(check("source/mod.rs", "use crate::{\n    source::{page, Tree},\n    page,\n};").len(), 1);
    assert_eq!(check("page/view.rs", "let x = crate::commands::run();").len(), 1);
    assert_eq!(check("page/view.rs", "use crate::cli::Cli;").len(), 1);
    assert_eq!(check("cli.rs", "use crate::source::Config;").len(), 1);
    assert_eq!(check("main.rs", "use nutgraf::source;\nuse nutgraf::{cli::Cli, commands};").len(), 1);
    assert!(
        check("commands/mod.rs", "use crate::cli;\nuse crate::{page, source::{self, Config}};").is_empty()
    );
    assert!(
        check("page/mod.rs", "use crate::page::view;\nuse crate::source;\nmycrate::commands!();").is_empty()
    );
}
