//! Sitemaps and robots.txt: which pages there are, for search engines.

use super::view::percent_encode;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;

/// Addresses in one file, and its bytes: the limits of sitemaps.org.
const MOST_URLS: usize = 50_000;
const MOST_BYTES: usize = 50 * 1024 * 1024;

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// A page for the sitemap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Whole address, the same as the page's canonical one.
    pub url: String,
    /// `2023-06-17`, `2023-06` or `2023`; empty where it is not known.
    pub lastmod: String,
}

/// The sitemap of a site as files: path under the output folder, and bytes. `base` is the whole
/// address of the site without a final slash. Entries are written in the order of their addresses.
///
/// What fits goes into `sitemap.xml`. Otherwise that file is an index of parts, and an address is
/// always in the part that its own hash names, so that a new page changes one part only. The number
/// of parts is a power of two: only when it doubles do all of them change.
pub fn sitemaps(base: &str, entries: Vec<Entry>) -> Vec<(String, Vec<u8>)> {
    split(base, entries, MOST_URLS, MOST_BYTES)
}

fn split(base: &str, mut entries: Vec<Entry>, most_urls: usize, most_bytes: usize) -> Vec<(String, Vec<u8>)> {
    for entry in &mut entries {
        entry.url = percent_encode(&entry.url);
    }
    entries.sort_by(|a, b| a.url.cmp(&b.url));
    entries.dedup_by(|later, first| later.url == first.url);
    let all: Vec<&Entry> = entries.iter().collect();
    if all.len() <= most_urls {
        let bytes = write(&all);
        if bytes.len() <= most_bytes {
            return vec![("sitemap.xml".to_owned(), bytes)];
        }
    }
    // Hashing spreads evenly enough that the first count that can hold them mostly does; the cap
    // ends the search where a single address is longer than a file may be.
    let mut count = 2_usize;
    loop {
        let mut buckets: Vec<Vec<&Entry>> = vec![Vec::new(); count];
        for entry in &all {
            let digest = blake3::hash(entry.url.as_bytes());
            let number = u32::from_le_bytes([0, 1, 2, 3].map(|n| digest.as_bytes()[n]));
            buckets[number as usize % count].push(entry);
        }
        let fits = buckets.iter().all(|bucket| {
            let bytes: usize = bucket.iter().map(|entry| written_length(entry)).sum();
            bucket.len() <= most_urls && bytes + 200 <= most_bytes
        });
        if !fits && count < 1 << 16 {
            count *= 2;
            continue;
        }
        let mut files = vec![("sitemap.xml".to_owned(), index(base, &buckets))];
        for (n, bucket) in buckets.iter().enumerate().filter(|(_, bucket)| !bucket.is_empty()) {
            files.push((part_path(n), write(bucket)));
        }
        return files;
    }
}

fn part_path(n: usize) -> String {
    format!("sitemaps/{n}.xml")
}

/// At least the bytes that an entry takes; escapes at most make five of one.
fn written_length(entry: &Entry) -> usize {
    let escapes = entry.url.bytes().filter(|byte| matches!(byte, b'&' | b'\'')).count();
    "<url><loc></loc><lastmod></lastmod></url>".len() + entry.url.len() + 5 * escapes + entry.lastmod.len()
}

/// A sitemap of these entries.
fn write(entries: &[&Entry]) -> Vec<u8> {
    document("urlset", 100 * entries.len(), |w| {
        for entry in entries {
            w.create_element("url").write_inner_content(|w| address(w, &entry.url, &entry.lastmod))?;
        }
        Ok(())
    })
}

/// The index of the parts; each is as new as its newest entry.
fn index(base: &str, buckets: &[Vec<&Entry>]) -> Vec<u8> {
    let base = percent_encode(base);
    document("sitemapindex", 100 * buckets.len(), |w| {
        for (n, bucket) in buckets.iter().enumerate().filter(|(_, bucket)| !bucket.is_empty()) {
            let newest = bucket.iter().map(|entry| entry.lastmod.as_str()).max().unwrap_or_default();
            w.create_element("sitemap")
                .write_inner_content(|w| address(w, &format!("{base}/{}", part_path(n)), newest))?;
        }
        Ok(())
    })
}

fn address(w: &mut Writer<Vec<u8>>, url: &str, lastmod: &str) -> io::Result<()> {
    w.create_element("loc").write_text_content(BytesText::new(url))?;
    if !lastmod.is_empty() {
        w.create_element("lastmod").write_text_content(BytesText::new(lastmod))?;
    }
    Ok(())
}

fn document(
    root: &str,
    capacity: usize,
    inside: impl FnOnce(&mut Writer<Vec<u8>>) -> io::Result<()>,
) -> Vec<u8> {
    let mut writer = Writer::new(Vec::with_capacity(capacity + 200));
    writer
        .write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))
        .and_then(|()| {
            let root = writer.create_element(root).with_attribute(("xmlns", NAMESPACE));
            root.write_inner_content(inside).map(drop)
        })
        .expect("writing into memory does not fail");
    writer.into_inner()
}

/// The text of robots.txt: everything may be read. `sitemap` is the whole address of the sitemap;
/// empty where there is none.
pub fn robots(sitemap: &str) -> String {
    let mut text = "User-agent: *\nDisallow:\n".to_owned();
    if !sitemap.is_empty() {
        text.push_str(&format!("\nSitemap: {}\n", percent_encode(sitemap)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use quick_xml::Reader;

    fn entries(count: usize) -> Vec<Entry> {
        (0..count)
            .map(|n| Entry { url: format!("https://e.org/r/explainers/{n}/"), lastmod: String::new() })
            .collect()
    }

    /// The texts of all elements called `name`; fails where the file is not well-formed.
    fn texts(xml: &[u8], name: &str) -> Vec<String> {
        let mut reader = Reader::from_reader(xml);
        let (mut found, mut inside, mut buffer) = (Vec::<String>::new(), false, Vec::new());
        loop {
            match reader.read_event_into(&mut buffer).expect("well-formed") {
                Event::Start(start) if start.name().as_ref() == name => {
                    inside = true;
                    found.push(String::new());
                }
                Event::End(_) => inside = false,
                Event::Text(text) if inside => found.last_mut().expect("open").push_str(&text),
                Event::GeneralRef(name) if inside => {
                    let text =
                        quick_xml::escape::unescape(&format!("&{};", &*name)).expect("known").into_owned();
                    found.last_mut().expect("open").push_str(&text);
                }
                Event::Eof => return found,
                _ => {}
            }
            buffer.clear();
        }
    }

    #[test]
    fn a_small_site_has_one_file_in_order_without_doubles() {
        let mut list = entries(3);
        list.push(Entry { url: "https://e.org/r/a&b/日/".to_owned(), lastmod: "2023-06".to_owned() });
        list.push(list[0].clone());
        let files = sitemaps("https://e.org/r", list);
        assert_eq!(files.len(), 1);
        let (path, xml) = &files[0];
        assert_eq!(path, "sitemap.xml");
        let expected = [
            "https://e.org/r/a&b/%E6%97%A5/",
            "https://e.org/r/explainers/0/",
            "https://e.org/r/explainers/1/",
            "https://e.org/r/explainers/2/",
        ];
        assert_eq!(texts(xml, "loc"), expected);
        assert_eq!(texts(xml, "lastmod"), ["2023-06"]);
    }

    #[test]
    fn no_page_is_lost_when_it_is_split() {
        let files = sitemaps("https://e.org/r", entries(120_000));
        let listed = texts(&files[0].1, "loc");
        let mut found = 0;
        for (path, xml) in &files[1..] {
            assert!(listed.contains(&format!("https://e.org/r/{path}")));
            let urls = texts(xml, "loc").len();
            assert!(urls <= MOST_URLS && xml.len() <= MOST_BYTES);
            found += urls;
        }
        assert_eq!((listed.len(), found), (files.len() - 1, 120_000));
    }

    #[test]
    fn a_new_page_changes_one_part() {
        let before = split("https://e.org", entries(500), 100, MOST_BYTES);
        let after = split("https://e.org", entries(501), 100, MOST_BYTES);
        assert_eq!(before.len(), after.len());
        let changed = before.iter().zip(&after).filter(|(a, b)| a != b).count();
        assert_eq!(changed, 1);
    }

    #[test]
    fn parts_stay_under_the_limit_of_bytes() {
        let files = split("https://e.org", entries(500), MOST_URLS, 4000);
        assert!(files.len() > 8);
        assert!(files[1..].iter().all(|(_, xml)| xml.len() <= 4000));
    }

    #[test]
    fn the_index_dates_a_part_by_its_newest_page() {
        let mut list = entries(4);
        list[1].lastmod = "2023-06-17".to_owned();
        list[2].lastmod = "2023".to_owned();
        let files = split("https://e.org", list, 2, MOST_BYTES);
        let newest = texts(&files[0].1, "lastmod");
        assert!(newest.contains(&"2023-06-17".to_owned()));
    }

    #[test]
    fn robots_are_told_of_the_sitemap() {
        assert_eq!(
            robots("https://e.org/sitemap.xml"),
            "User-agent: *\nDisallow:\n\nSitemap: https://e.org/sitemap.xml\n"
        );
        assert_eq!(robots(""), "User-agent: *\nDisallow:\n");
    }
}
