//! `/previews/<n>.json`: what a page shows of another before it is opened.
//!
//! The records stand in several files, so that a browser loads a small one. In which a page is, a
//! script finds out by itself: FNV-1a (32 bit) of the address, modulo the number of files. A file
//! maps addresses to `{"t": title, "s": summary, "m": a line on dates and number}`.

use serde_json::{Map, Value as Json, json};

/// Records in a file: about 20 kB when compressed.
const RECORDS: usize = 200;

/// Characters of a summary.
const LONGEST: usize = 200;

/// A page in few words.
pub struct Preview {
    /// As it stands in links, decoded: `/archive/people/习近平/`.
    pub address: String,
    pub title: String,
    pub summary: String,
    pub line: String,
}

/// How many files hold the records of so many pages.
pub fn shards(pages: usize) -> usize {
    pages.div_ceil(RECORDS).max(1)
}

/// All files, each with its path below the output folder. Linear in the number of previews.
pub fn files(previews: Vec<Preview>) -> Vec<(String, Vec<u8>)> {
    let count = shards(previews.len());
    let mut files = vec![Map::new(); count];
    for preview in previews {
        let shard = fnv1a(&preview.address) as usize % count;
        let record = json!({"t": preview.title, "s": cut(&preview.summary), "m": preview.line});
        files[shard].insert(preview.address, record);
    }
    let bytes = |map: Map<String, Json>| Json::Object(map).to_string().into_bytes();
    files.into_iter().enumerate().map(|(n, map)| (format!("previews/{n}.json"), bytes(map))).collect()
}

/// A summary of at most [`LONGEST`] characters, cut between words.
fn cut(summary: &str) -> String {
    let Some((end, _)) = summary.char_indices().nth(LONGEST) else { return summary.to_owned() };
    let head = &summary[..end];
    // Scripts without spaces are cut where the room ends.
    let word = head.rfind(char::is_whitespace).filter(|at| *at > end / 2).unwrap_or(end);
    format!("{}…", head[..word].trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':')))
}

/// The hash of Fowler, Noll and Vo, variant 1a, of the UTF-8 bytes (draft-eastlake-fnv).
fn fnv1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of the test vectors of the draft.
    #[test]
    fn the_hash_is_fnv_1a() {
        for (text, hash) in [("", 0x811c_9dc5), ("a", 0xe40c_292c), ("foobar", 0xbf9c_f968)] {
            assert_eq!(fnv1a(text), hash, "{text}");
        }
    }

    #[test]
    fn every_page_is_in_the_file_that_its_address_names() {
        let preview = |n: usize| Preview {
            address: format!("/people/{n}/"),
            title: String::new(),
            summary: String::new(),
            line: String::new(),
        };
        let files = files((0..450).map(preview).collect());
        assert_eq!(files.len(), 3);
        let mut found = 0;
        for (n, (path, bytes)) in files.iter().enumerate() {
            assert_eq!(*path, format!("previews/{n}.json"));
            let map: Map<String, Json> = serde_json::from_slice(bytes).expect("an object");
            assert!(map.keys().all(|address| fnv1a(address) as usize % 3 == n));
            found += map.len();
        }
        assert_eq!(found, 450);
    }

    #[test]
    fn long_summaries_are_cut_between_words() {
        assert_eq!(cut("short"), "short");
        let long = "word, ".repeat(60);
        let found = cut(&long);
        assert!(found.chars().count() <= LONGEST + 1 && found.ends_with("word…"), "{found}");
        assert_eq!(cut(&"字".repeat(300)).chars().count(), LONGEST + 1);
    }
}
