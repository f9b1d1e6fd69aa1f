//! The files of `data/`: records in chunks, the index that names them, and their schema.

use super::records::{
    corrections_with_page, events_with_tellers, quotes_with_page, record, shared_source, sources_with_page,
};
use super::url;
use crate::archive::{Archive, Chunk, Set};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::sync::OnceLock;

/// A file has at most so many bytes, unless a single record has more.
const LARGEST: usize = 1_000_000;

const SCHEMA: &str = include_str!("schema.json");

/// Writes the archive as data.
///
/// A chunk is written when its route is made, by whichever thread, and given away at once. What the
/// index has to say of it (in how many parts, with how many records and bytes) stays here; the index
/// is the last route, and what it does not find it works out itself.
pub struct Data<'a> {
    archive: &'a Archive,
    /// Per chunk of the archive.
    sizes: Vec<OnceLock<Vec<Size>>>,
}

/// A file of records.
#[derive(Clone, Copy, PartialEq)]
struct Size {
    records: usize,
    bytes: usize,
}

impl<'a> Data<'a> {
    pub fn new(archive: &'a Archive) -> Data<'a> {
        Data { archive, sizes: archive.chunks().iter().map(|_| OnceLock::new()).collect() }
    }

    /// The files of a chunk: path below `public/`, and bytes.
    pub fn chunk(&self, number: u32) -> Vec<(String, Vec<u8>)> {
        let chunk = self.archive.chunks()[number as usize];
        let parts = self.parts(chunk);
        self.sizes[number as usize].get_or_init(|| parts.iter().map(|(size, _)| *size).collect());
        let path = |part| chunk.address(part).trim_start_matches('/').to_owned();
        parts.into_iter().enumerate().map(|(part, (_, bytes))| (path(part), bytes)).collect()
    }

    /// `data/index.json`.
    pub fn index(&self) -> Vec<u8> {
        let config = &self.archive.config;
        let publisher = &config.publisher;
        let index = Index {
            schema: url(self.archive, "/data/schema.json"),
            kind: "index",
            title: &config.title,
            description: some(&config.description),
            url: url(self.archive, "/"),
            lang: &config.language,
            licence: some(&config.data.licence),
            publisher: some(&publisher.name).map(|name| Publisher { name, url: some(&publisher.url) }),
            sets: Sets(self),
        };
        let mut json = serde_json::to_vec_pretty(&index).expect(WRITABLE);
        json.push(b'\n');
        json
    }

    /// `data/schema.json`.
    pub fn schema() -> Vec<u8> {
        SCHEMA.as_bytes().to_vec()
    }

    /// The records of a chunk, cut where a file would grow too large.
    fn parts(&self, chunk: Chunk) -> Vec<(Size, Vec<u8>)> {
        let kind = chunk.set.name();
        let schema = url(self.archive, "/data/schema.json");
        let schema = serde_json::to_string(&schema).expect(WRITABLE);
        let mut writer = Writer {
            head: format!("{{\"$schema\":{schema},\"kind\":\"{kind}\",\"records\":[\n").into_bytes(),
            parts: Vec::new(),
        };
        let archive = self.archive;
        for thing in archive.things_of(chunk) {
            let document = archive.document_of(*thing);
            match (chunk.set, document) {
                (Set::Explainers | Set::People | Set::Topics | Set::Pages, _) => {
                    writer.put(&record(archive, *thing));
                }
                (Set::Sources, Some(id)) => sources_with_page(archive, id).for_each(|s| writer.put(&s)),
                (Set::Events, Some(id)) => events_with_tellers(archive, id).for_each(|e| writer.put(&e)),
                (Set::Corrections, Some(id)) => {
                    corrections_with_page(archive, id).for_each(|c| writer.put(&c));
                }
                (Set::Quotes, Some(id)) => quotes_with_page(archive, id).for_each(|q| writer.put(&q)),
                (Set::Sources | Set::Events | Set::Corrections | Set::Quotes, None) => {}
                (Set::SharedSources, _) => {} // They are no things.
            }
        }
        if chunk.set == Set::SharedSources {
            archive.sources_in(chunk).for_each(|id| writer.put(&shared_source(archive, id)));
        }
        writer.finish()
    }

    fn sizes(&self, number: usize) -> &[Size] {
        self.sizes[number].get_or_init(|| {
            let parts = self.parts(self.archive.chunks()[number]);
            parts.into_iter().map(|(size, _)| size).collect()
        })
    }
}

/// Texts, numbers, lists and mappings with texts for keys: there is nothing that JSON cannot hold.
pub const WRITABLE: &str = "records can be written as JSON";

/// Puts records into files.
struct Writer {
    /// What each file begins with.
    head: Vec<u8>,
    parts: Vec<(Size, Vec<u8>)>,
}

const TAIL: &[u8] = b"\n]}\n";
const BETWEEN: &[u8] = b",\n";

impl Writer {
    fn put(&mut self, record: &impl Serialize) {
        let mut begin = match self.parts.pop() {
            Some(part) => part,
            None => (Size { records: 0, bytes: 0 }, self.head.clone()),
        };
        let (size, bytes) = &mut begin;
        let before = bytes.len();
        if size.records > 0 {
            bytes.extend_from_slice(BETWEEN);
        }
        let from = bytes.len();
        serde_json::to_writer(&mut *bytes, record).expect(WRITABLE);
        if size.records > 0 && bytes.len() + TAIL.len() > LARGEST {
            let next: Vec<u8> = self.head.iter().chain(&bytes[from..]).copied().collect();
            bytes.truncate(before);
            self.parts.push(begin);
            self.parts.push((Size { records: 1, bytes: 0 }, next));
        } else {
            size.records += 1;
            self.parts.push(begin);
        }
    }

    fn finish(mut self) -> Vec<(Size, Vec<u8>)> {
        if self.parts.is_empty() {
            self.parts.push((Size { records: 0, bytes: 0 }, self.head));
        }
        for (size, bytes) in &mut self.parts {
            bytes.extend_from_slice(TAIL);
            size.bytes = bytes.len();
        }
        self.parts
    }
}

#[derive(Serialize)]
struct Index<'a> {
    #[serde(rename = "$schema")]
    schema: String,
    kind: &'static str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    url: String,
    lang: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    licence: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<Publisher<'a>>,
    sets: Sets<'a>,
}

#[derive(Serialize)]
struct Publisher<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

/// The files of each kind of records, by its name.
struct Sets<'a>(&'a Data<'a>);

#[derive(Serialize)]
struct FileSet {
    count: usize,
    files: Vec<File>,
}

#[derive(Serialize)]
struct File {
    url: String,
    count: usize,
    bytes: usize,
}

impl Serialize for Sets<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let data = self.0;
        let mut map = serializer.serialize_map(Some(Set::ALL.len()))?;
        for set in Set::ALL {
            let mut files = Vec::new();
            for (number, chunk) in data.archive.chunks().iter().enumerate().filter(|(_, c)| c.set == set) {
                for (part, size) in data.sizes(number).iter().enumerate() {
                    let url = url(data.archive, &chunk.address(part));
                    files.push(File { url, count: size.records, bytes: size.bytes });
                }
            }
            let count = files.iter().map(|file| file.count).sum();
            map.serialize_entry(set.name(), &FileSet { count, files })?;
        }
        map.end()
    }
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(records: &[usize]) -> Vec<(Size, Vec<u8>)> {
        let mut writer = Writer { head: b"{\"records\":[\n".to_vec(), parts: Vec::new() };
        for length in records {
            writer.put(&"x".repeat(*length));
        }
        writer.finish()
    }

    fn check(records: &[usize], counts: &[usize]) {
        let parts = write(records);
        let found: Vec<usize> = parts.iter().map(|(size, _)| size.records).collect();
        assert_eq!(found, counts, "{records:?}");
        let mut lengths = Vec::new();
        for (size, bytes) in &parts {
            assert_eq!(size.bytes, bytes.len());
            assert!(bytes.len() <= LARGEST || size.records == 1, "{records:?}");
            let json: serde_json::Value = serde_json::from_slice(bytes).expect("JSON");
            let all = json["records"].as_array().expect("a list");
            assert_eq!(all.len(), size.records);
            lengths.extend(all.iter().map(|record| record.as_str().expect("a text").len()));
        }
        assert_eq!(lengths, records);
    }

    #[test]
    fn a_file_is_split_before_it_is_too_large() {
        check(&[], &[0]);
        check(&[10, 10], &[2]);
        check(&[400_000, 400_000, 400_000, 10], &[2, 2]);
        check(&[10, 2_000_000, 10], &[1, 1, 1]);
        check(&[2_000_000], &[1]);
        let frame = "{\"records\":[\n\"\"\n]}\n".len();
        check(&[LARGEST - frame, 0], &[1, 1]);
        check(&[LARGEST - frame - 3, 0], &[1, 1]);
        check(&[LARGEST - frame - 4, 0], &[2]);
    }
}
