//! Events for a page that stands open in a visible tab.
//!
//! A tab says which page it shows and the hash of its bytes. Whenever something changes, that page is
//! made again, and an event is sent if its bytes are others: only then, and only once a request would be
//! answered with them. So nothing has to be remembered for tabs that were away.

use super::about::about;
use super::preview::{Found, Made, News, Preview};
use crate::source::SitePath;
use hyper::body::{Body, Bytes, Frame};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc;

/// Silence after which a line is sent that means nothing: who is gone is noticed by it.
const PULSE: Duration = Duration::from_secs(15);

/// A body whose pieces come from elsewhere, until the other end is dropped.
pub struct Pieces(pub mpsc::Receiver<Bytes>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// What a tab shows.
struct Tab {
    path: String,
    hash: String,
    /// Of what is told about the page.
    told: Option<blake3::Hash>,
    source: Option<SitePath>,
    /// The last version whose news were sent.
    version: u64,
}

/// Begins to send events for the page at a decoded path, of which the tab has the bytes of that hash.
pub fn events(preview: Arc<Preview>, path: String, hash: String) -> Pieces {
    let (sender, receiver) = mpsc::channel(64);
    tokio::spawn(async move {
        let mut versions = preview.version.subscribe();
        let mut version = *versions.borrow_and_update();
        let hello = json!({ "run": preview.run, "pid": std::process::id(), "version": version });
        let mut text = format!("retry: 500\n{}", line(version, "hello", &hello));
        let mut tab = Tab { path, hash, told: None, source: None, version };
        loop {
            let at = (preview.clone(), version);
            let looked = tokio::task::spawn_blocking(move || {
                let news = changes(&at.0, &mut tab, at.1);
                (tab, news)
            });
            let Ok((back, news)) = looked.await else { return };
            tab = back;
            text.push_str(&news);
            if !text.is_empty() && sender.send(std::mem::take(&mut text).into()).await.is_err() {
                return;
            }
            loop {
                match tokio::time::timeout(PULSE, versions.changed()).await {
                    Ok(Ok(())) => break,
                    Ok(Err(_)) => return,
                    Err(_) => {
                        if sender.send(Bytes::from_static(b":\n\n")).await.is_err() {
                            return;
                        }
                    }
                }
            }
            version = *versions.borrow_and_update();
        }
    });
    Pieces(receiver)
}

/// The events for what is different from what a tab has.
fn changes(preview: &Preview, tab: &mut Tab, version: u64) -> String {
    let mut text = String::new();
    let news = preview.since(tab.version);
    tab.version = version;
    let copies: Vec<&String> = news.iter().flat_map(|news| &news.copies).collect();
    if !copies.is_empty() {
        text.push_str(&line(version, "asset", &json!({ "urls": copies })));
    }
    let (page, there) = match preview.find(&tab.path) {
        Found::Page(page) => (page, true),
        Found::Missing(page, _) => (page, false),
        Found::Moved(to) => {
            text.push_str(&line(version, "gone", &json!({ "moved_to": to })));
            return text;
        }
        Found::File(..) | Found::Elsewhere(_) => return text,
    };
    if page.hash != tab.hash {
        tab.hash.clone_from(&page.hash);
        let moved = tab.source.as_ref().filter(|_| !there).and_then(|path| moved_to(preview, path, &news));
        text.push_str(&match moved {
            Some(to) => line(version, "gone", &json!({ "moved_to": to })),
            None if there => line(version, "page", &json!({ "hash": page.hash })),
            None => line(version, "gone", &json!({ "hash": page.hash })),
        });
    }
    text.push_str(&told(preview, tab, &page, version));
    if there {
        tab.source.clone_from(&page.source);
    }
    if let Some(page) = news.iter().rev().find_map(|news| news.page.as_ref()) {
        text.push_str(&line(version, "edited", &json!({ "url": page })));
    }
    text
}

/// Where the page of a content file is now.
fn moved_to(preview: &Preview, path: &SitePath, news: &[News]) -> Option<String> {
    let mut path = path;
    for (from, to) in news.iter().flat_map(|news| &news.moved) {
        if from == path {
            path = to;
        }
    }
    preview.href_of(path)
}

/// That something else is to be told about the page.
fn told(preview: &Preview, tab: &mut Tab, page: &Made, version: u64) -> String {
    let about = about(preview, page);
    let hash = blake3::hash(about.to_string().as_bytes());
    if tab.told.replace(hash) == Some(hash) {
        return String::new();
    }
    line(version, "about", &about)
}

/// An event. JSON has no line ends of its own, so its data are one line.
fn line(version: u64, name: &str, data: &Value) -> String {
    format!("id: {version}\nevent: {name}\ndata: {data}\n\n")
}
