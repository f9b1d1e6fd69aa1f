//! Answers to requests.

use super::about::about;
use super::events::{Pieces, events};
use super::gate::{Gate, OWN, Refusal};
use super::kinds::media_type;
use super::preview::{Found, Made, Preview};
use crate::output::Content;
use crate::source::{Stamp, hash_file, piece};
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap,
    HeaderName, HeaderValue, IF_NONE_MATCH, IF_RANGE, LOCATION, RANGE,
};
use hyper::{Method, Request, Response, StatusCode};
use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// The script that keeps an open page up to date.
const CLIENT: &str = include_str!("client.js");

/// Bytes of a file that are in memory at once.
const PIECE: usize = 256 << 10;

/// Everything that an answer is made from.
pub struct Desk {
    pub preview: Arc<Preview>,
    pub gate: Gate,
    /// Hashes of files that were sent, by what the disk said of them.
    pub hashes: Mutex<HashMap<PathBuf, (Stamp, String)>>,
}

/// What is sent: all at once, or a file piece by piece.
enum Load {
    Bytes(Bytes),
    File(PathBuf, u64),
}

/// An answer before it is cut to the wishes of the request.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    load: Load,
}

/// Answers a request. There is always an answer.
pub async fn answer(desk: Arc<Desk>, request: Request<Incoming>) -> Response<Pieces> {
    let (parts, _) = request.into_parts();
    let path = match desk.gate.admit(&parts.method, parts.version, &parts.uri, &parts.headers) {
        Ok(path) => path,
        Err(Refusal(status, words)) => {
            let mut answer = Answer::text(status, words);
            if status == StatusCode::METHOD_NOT_ALLOWED {
                answer.headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            }
            return send(answer, &parts.method, &HeaderMap::new());
        }
    };
    if let Some(asked) = path.strip_prefix(&format!("{OWN}events/")) {
        let (hash, page) = asked.split_once('/').unwrap_or((asked, ""));
        if desk.preview.manner.reload && parts.method == Method::GET {
            let pieces = events(desk.preview.clone(), format!("/{page}"), hash.to_owned());
            let mut response = Response::new(pieces);
            harden(response.headers_mut());
            let stream = HeaderValue::from_static("text/event-stream; charset=utf-8");
            response.headers_mut().insert(CONTENT_TYPE, stream);
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            return response;
        }
    }
    let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let worker = desk.clone();
    let found = tokio::task::spawn_blocking(move || worker.answer(&path, &query)).await;
    let answer = found.unwrap_or_else(|_| {
        Answer::text(StatusCode::INTERNAL_SERVER_ERROR, "This page could not be made.\n")
    });
    send(answer, &parts.method, &parts.headers)
}

impl Desk {
    /// What stands at a decoded path.
    fn answer(&self, path: &str, query: &str) -> Answer {
        let preview = &self.preview;
        if let Some(own) = path.strip_prefix(OWN) {
            if own == "client.js" {
                let mut answer =
                    Answer::new(StatusCode::OK, Load::Bytes(Bytes::from_static(CLIENT.as_bytes())));
                answer.header(CONTENT_TYPE, media_type(own));
                answer.header(CACHE_CONTROL, "no-store");
                return answer;
            }
            if let Some(page) = own.strip_prefix("about/")
                && let Found::Page(page) | Found::Missing(page, _) = preview.find(&format!("/{page}"))
            {
                let json = about(preview, &page).to_string();
                let mut answer = Answer::new(StatusCode::OK, Load::Bytes(json.into()));
                answer.header(CONTENT_TYPE, media_type("about.json"));
                answer.header(CACHE_CONTROL, "no-store");
                return answer;
            }
            return Answer::text(StatusCode::NOT_FOUND, "There is nothing here.\n");
        }
        match preview.find(path) {
            Found::Page(page) => self.page(&page, StatusCode::OK, None),
            Found::Missing(page, near) => self.page(&page, StatusCode::NOT_FOUND, near.as_deref()),
            Found::File(name, content) => self
                .file(&name, content)
                .unwrap_or_else(|_| Answer::text(StatusCode::NOT_FOUND, "This file is gone.\n")),
            Found::Moved(to) => Answer::to(StatusCode::PERMANENT_REDIRECT, &format!("{to}{query}")),
            Found::Elsewhere(to) => Answer::to(StatusCode::TEMPORARY_REDIRECT, &format!("{to}{query}")),
        }
    }

    fn page(&self, page: &Made, status: StatusCode, near: Option<&str>) -> Answer {
        let html = page.file.ends_with(".html");
        let status = match page.state {
            super::preview::State::Error => StatusCode::INTERNAL_SERVER_ERROR,
            _ => status,
        };
        let mut answer = Answer::new(status, Load::Bytes(self.preview.dressed(page, near)));
        answer.header(CONTENT_TYPE, media_type(&page.file));
        answer.header(CACHE_CONTROL, if html { "no-store" } else { "no-cache" });
        answer.header(HeaderName::from_static("x-nutgraf-state"), page.state.name());
        let tag = if html { format!("\"{}-{}\"", page.hash, self.preview.run) } else { quoted(&page.hash) };
        answer.header(ETAG, &tag);
        answer
    }

    fn file(&self, name: &str, content: Content) -> io::Result<Answer> {
        let (load, hash) = match content {
            Content::Bytes(bytes) => {
                let hash = blake3::hash(&bytes).to_hex()[..16].to_owned();
                (Load::Bytes(bytes.into()), hash)
            }
            Content::Named(named) => {
                let bytes = named.make().map_err(|failure| io::Error::other(failure.0))?;
                let hash = blake3::hash(&bytes).to_hex()[..16].to_owned();
                (Load::Bytes(bytes.into()), hash)
            }
            Content::Copy(path) => {
                let stamp = Stamp::of(&path)?;
                let hash = self.hash(&path, stamp)?;
                (Load::File(path, stamp.size), hash)
            }
        };
        let mut answer = Answer::new(StatusCode::OK, load);
        answer.header(CONTENT_TYPE, media_type(name));
        answer.header(CACHE_CONTROL, "no-cache");
        answer.header(HeaderName::from_static("x-nutgraf-state"), "ok");
        answer.header(ETAG, &quoted(&hash));
        Ok(answer)
    }

    /// The hash of a file, read at most once as long as its stamp is the same.
    fn hash(&self, path: &Path, stamp: Stamp) -> io::Result<String> {
        let mut hashes = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, hash)) = hashes.get(path).filter(|(known, _)| *known == stamp) {
            debug_assert_eq!(*known, stamp);
            return Ok(hash.clone());
        }
        drop(hashes);
        let hash = hash_file(path)?.to_hex()[..16].to_owned();
        hashes = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        hashes.insert(path.to_owned(), (stamp, hash.clone()));
        Ok(hash)
    }
}

impl Answer {
    fn new(status: StatusCode, load: Load) -> Answer {
        Answer { status, headers: HeaderMap::new(), load }
    }

    fn text(status: StatusCode, words: &'static str) -> Answer {
        let mut answer = Answer::new(status, Load::Bytes(Bytes::from_static(words.as_bytes())));
        answer.header(CONTENT_TYPE, "text/plain; charset=utf-8");
        answer.header(CACHE_CONTROL, "no-store");
        answer
    }

    fn to(status: StatusCode, address: &str) -> Answer {
        let mut answer = Answer::text(status, "This page is elsewhere.\n");
        answer.header(LOCATION, address);
        answer
    }

    /// Sets a header; one that cannot be sent is left out.
    fn header(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
    }
}

fn quoted(hash: &str) -> String {
    format!("\"{hash}\"")
}

/// Headers of every answer.
fn harden(headers: &mut HeaderMap) {
    for (name, value) in [
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "SAMEORIGIN"),
        ("referrer-policy", "no-referrer"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

/// Cuts an answer to what the request wants: nothing new, a part, or no body.
fn send(mut answer: Answer, method: &Method, wishes: &HeaderMap) -> Response<Pieces> {
    harden(&mut answer.headers);
    let length = match &answer.load {
        Load::Bytes(bytes) => bytes.len() as u64,
        Load::File(_, length) => *length,
    };
    let mut part = 0..length;
    let tag = answer.headers.get(ETAG).cloned();
    // A page is read whole, and is never kept by a browser.
    let is_file = answer.headers.get(CACHE_CONTROL).is_some_and(|c| c == "no-cache");
    if answer.status == StatusCode::OK && is_file {
        answer.headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        if let (Some(tag), Some(known)) = (&tag, wishes.get(IF_NONE_MATCH))
            && names(known, tag)
        {
            answer.status = StatusCode::NOT_MODIFIED;
            part = 0..0;
        } else if let Some(range) = wishes.get(RANGE).and_then(|range| range.to_str().ok())
            && wishes.get(IF_RANGE).is_none_or(|known| Some(known) == tag.as_ref())
        {
            match wanted(range, length) {
                Wanted::All => {}
                Wanted::Part(range) => {
                    answer.status = StatusCode::PARTIAL_CONTENT;
                    let value = format!("bytes {}-{}/{length}", range.start, range.end - 1);
                    answer.header(CONTENT_RANGE, &value);
                    part = range;
                }
                Wanted::Nothing => {
                    answer.status = StatusCode::RANGE_NOT_SATISFIABLE;
                    answer.header(CONTENT_RANGE, &format!("bytes */{length}"));
                    part = 0..0;
                }
            }
        }
    }
    let (sender, receiver) = mpsc::channel(2);
    let mut response = Response::new(Pieces(receiver));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    let size = part.end - part.start;
    if answer.status != StatusCode::NOT_MODIFIED {
        response.headers_mut().insert(CONTENT_LENGTH, size.into());
    }
    if method == Method::HEAD || size == 0 {
        return response;
    }
    match answer.load {
        Load::Bytes(bytes) => {
            let bytes = bytes.slice(part.start as usize..part.end as usize);
            // There is room for it.
            let _ = sender.try_send(bytes);
        }
        Load::File(path, _) => {
            tokio::task::spawn_blocking(move || {
                let mut at = part.start;
                while at < part.end {
                    let most = usize::try_from(part.end - at).unwrap_or(PIECE).min(PIECE);
                    // A file that became shorter ends the answer early, and the browser sees that.
                    let Ok(bytes) = piece(&path, at, most) else { return };
                    if bytes.is_empty() || sender.blocking_send(bytes.clone().into()).is_err() {
                        return;
                    }
                    at += bytes.len() as u64;
                }
            });
        }
    }
    response
}

/// Whether an `If-None-Match` names a tag (RFC 9110, section 13.1.2).
fn names(known: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(known), Ok(tag)) = (known.to_str(), tag.to_str()) else { return false };
    known.trim() == "*" || known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
}

/// What a `Range` asks for.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    Part(Range<u64>),
    /// There is no such part.
    Nothing,
}

/// Reads a `Range` (RFC 9110, section 14.2). Of several parts, and of what is no range, all is sent.
fn wanted(range: &str, length: u64) -> Wanted {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|one| one.trim().split_once('-')) else {
        return Wanted::All;
    };
    let number = |text: &str| match text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        true => None,
        // More than fits is more than any file has.
        false => Some(text.parse::<u64>().unwrap_or(u64::MAX)),
    };
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(length),
        (Some(first), None) if last.is_empty() => first..length,
        (None, Some(count)) if first.is_empty() => length.saturating_sub(count)..length,
        _ => return Wanted::All,
    };
    if range.is_empty() { Wanted::Nothing } else { Wanted::Part(range) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_one_part_or_everything() {
        let check = |range: &str, expected: Wanted| assert_eq!(wanted(range, 100), expected, "{range}");
        check("bytes=0-", Wanted::Part(0..100));
        check("bytes=10-19", Wanted::Part(10..20));
        check("bytes=90-500", Wanted::Part(90..100));
        check("bytes=-5", Wanted::Part(95..100));
        check("bytes=-500", Wanted::Part(0..100));
        check("bytes=100-", Wanted::Nothing);
        check("bytes=-0", Wanted::Nothing);
        check("bytes=99999999999999999999-", Wanted::Nothing);
        for everything in ["bytes=0-1,5-6", "bytes=5-1", "bytes=a-", "bytes=-", "lines=1-2", "", "bytes=--5"]
        {
            check(everything, Wanted::All);
        }
    }

    #[test]
    fn one_known_tag_of_several_is_enough() {
        let check = |known: &str, expected: bool| {
            let value = |text: &str| HeaderValue::from_str(text).unwrap();
            assert_eq!(names(&value(known), &value("\"a\"")), expected, "{known}");
        };
        check("\"a\"", true);
        check("\"b\", W/\"a\"", true);
        check("*", true);
        check("\"ab\"", false);
        check("a", false);
    }
}
