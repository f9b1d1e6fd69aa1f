//! What readers get: pages are fetched from where they are published, and compared.
//!
//! The system's `curl` fetches them, several at a time over few connections: it knows the proxies and
//! certificates of the machine.

#![allow(
    clippy::disallowed_methods,
    reason = "what was fetched is read, and how long a host takes is measured"
)]

use super::{Exit, Plan, Stop};
use crate::output::{Digest, OutputPath};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How much is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    None,
    /// What changed, where it is not much; else some of it; and the pages where readers begin.
    Sample,
    /// Every file.
    Full,
}

/// What was fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    pub fetched: usize,
    /// What differs, a line each.
    pub different: Vec<String>,
}

/// A file to fetch, with what it must be.
pub(super) type Wanted = (OutputPath, Digest);

/// Most pages of a sample.
const SAMPLE: usize = 200;

/// Most removed pages that are asked for.
const REMOVED: usize = 50;

/// So many files are fetched by one run of curl.
const BATCH: usize = 500;

/// Between two attempts, where the host may take a while.
const PAUSE: Duration = Duration::from_secs(5);

/// Whether there is a curl.
///
/// # Errors
/// There is none; the message says what to do.
pub(super) fn ready() -> Result<(), Stop> {
    let found = Command::new("curl").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    match found {
        Ok(status) if status.success() => Ok(()),
        _ => Err(Stop::new(
            Exit::Usage,
            "what readers get is fetched with `curl`, and there is none; install it, or publish with `--verify none`\nnothing was changed",
        )),
    }
}

/// Which files are fetched after a publication.
pub(super) fn wanted(plan: &Plan, scope: Scope) -> Vec<Wanted> {
    let next = &plan.next.files;
    let mut paths: Vec<&OutputPath> = match scope {
        Scope::None => Vec::new(),
        Scope::Full => next.keys().collect(),
        Scope::Sample => {
            let fresh: Vec<&OutputPath> = plan.added.iter().chain(&plan.changed).collect();
            let step = fresh.len().div_ceil(SAMPLE).max(1);
            fresh
                .into_iter()
                .step_by(step)
                .chain(next.keys().filter(|path| is_entry(path.as_str())))
                .collect()
        }
    };
    paths.retain(|path| is_served(path.as_str()));
    paths.sort_unstable();
    paths.dedup();
    paths.into_iter().filter_map(|path| Some((path.clone(), *next.get(path)?))).collect()
}

/// Where readers and programs begin.
fn is_entry(path: &str) -> bool {
    ["index.html", "404.html", "robots.txt", "sitemap.xml", "feed.xml", "atom.xml", "feed.json"]
        .contains(&path)
}

/// Hosts keep convention files and notes to themselves.
fn is_served(path: &str) -> bool {
    let kept = ["_redirects", "_headers", "CNAME", "firebase.json", "vercel.json"];
    !kept.contains(&path) && !path.split('/').any(|part| part.starts_with('.') && part != ".well-known")
}

/// Fetches files from a site and compares them; and asks for `removed` pages, which must be gone.
/// What differs is asked for again until `wait` seconds are over.
///
/// # Errors
/// curl cannot be run.
pub(super) fn verify(
    url: &str,
    wanted: &[Wanted],
    removed: &[OutputPath],
    wait: u64,
) -> Result<Verified, Stop> {
    let mut asked: Vec<Asked> = wanted
        .iter()
        .map(|(path, digest)| Asked { url: address(url, path.as_str()), expected: Some((path, *digest)) })
        .collect();
    asked.extend(
        removed
            .iter()
            .filter(|path| path.as_str().ends_with(".html"))
            .take(REMOVED)
            .map(|path| Asked { url: address(url, path.as_str()), expected: None }),
    );
    // A host that answers everything with the front page hides that a page is missing.
    asked.push(Asked { url: format!("{url}nutgraf-asks-for-a-page-that-is-not-there/"), expected: None });
    let fetched = asked.len();
    let started = Instant::now();
    let mut attempt = 0;
    loop {
        let folder = Scratch::new("fetched")?;
        let mut different = Vec::new();
        let mut again = Vec::new();
        for batch in asked.chunks(BATCH) {
            for (asked, found) in batch.iter().zip(fetch(batch, folder.path(), attempt)?) {
                if let Some(why) = found {
                    different.push(format!("{} {why}", asked.url));
                    again.push(asked.clone());
                }
            }
        }
        if again.is_empty() || started.elapsed() + PAUSE > Duration::from_secs(wait) {
            return Ok(Verified { fetched, different });
        }
        asked = again;
        attempt += 1;
        std::thread::sleep(PAUSE);
    }
}

#[derive(Clone)]
struct Asked<'a> {
    url: String,
    /// `None`: the page must not be there.
    expected: Option<(&'a OutputPath, Digest)>,
}

/// Fetches a batch at once; says of each what is wrong with it, if anything.
fn fetch(batch: &[Asked], folder: &Path, attempt: usize) -> Result<Vec<Option<String>>, Stop> {
    let mut orders = String::from(
        "silent\ngloboff\nlocation\nmax-redirs = 5\nparallel\nparallel-max = 16\nconnect-timeout = 20\nmax-time = 120\nproto = \"=http,https\"\n",
    );
    orders.push_str("write-out = \"%{filename_effective} %{http_code} %{content_type}\\n\"\n");
    for (at, asked) in batch.iter().enumerate() {
        // An answer from the memory of a host on the way would tell nothing.
        let buster = format!("{}-{attempt}-{at}", std::process::id());
        orders.push_str(&format!("url = {}\n", quoted(&format!("{}?nutgraf={buster}", asked.url))));
        orders.push_str(&format!("output = {}\n", quoted(&folder.join(at.to_string()).to_string_lossy())));
    }
    let failed = |error: std::io::Error| {
        Stop::new(Exit::Usage, format!("the site is live; curl cannot be run to compare it: {error}"))
    };
    let mut curl = Command::new("curl")
        .args(["--disable", "--config", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    if let Some(mut stdin) = curl.stdin.take() {
        stdin.write_all(orders.as_bytes()).map_err(failed)?;
    }
    let out = curl.wait_with_output().map_err(failed)?;
    let mut answers: BTreeMap<usize, (String, String)> = BTreeMap::new();
    for line in String::from_utf8_lossy(&out.stdout).lines() {
        let Some(line) = line.strip_prefix(&*folder.to_string_lossy()) else { continue };
        let mut parts = line.trim_start_matches(std::path::MAIN_SEPARATOR).splitn(3, ' ');
        if let (Some(at), Some(code)) = (parts.next().and_then(|at| at.parse().ok()), parts.next()) {
            answers.insert(at, (code.to_owned(), parts.next().unwrap_or_default().to_owned()));
        }
    }
    Ok(batch
        .iter()
        .enumerate()
        .map(|(at, asked)| {
            let (code, kind) = answers.get(&at).map_or(("000", ""), |(code, kind)| (code, kind));
            let file = folder.join(at.to_string());
            let why = judge(asked, code, kind, &file);
            let _ = std::fs::remove_file(&file);
            why
        })
        .collect())
}

/// What is wrong with an answer.
fn judge(asked: &Asked, code: &str, kind: &str, file: &Path) -> Option<String> {
    if code == "000" {
        return Some("cannot be reached".to_owned());
    }
    let Some((path, digest)) = asked.expected else {
        return (code == "200").then(|| "is still there, and should be gone (404)".to_owned());
    };
    // A page for what is not found has that code itself on some hosts.
    if code != "200" && !(path.as_str() == "404.html" && code == "404") {
        return Some(format!("is answered with {code}"));
    }
    // An empty answer leaves no file.
    let found = Digest::of_file(file).unwrap_or(Digest::of(b""));
    if found != digest {
        return Some(format!(
            "differs from what was published ({} bytes, {} expected)",
            found.size, digest.size
        ));
    }
    let needed = match path.as_str().rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html",
        Some("css") => "text/css",
        _ => return None,
    };
    (!kind.to_ascii_lowercase().starts_with(needed)).then(|| format!("has the type `{kind}`, not {needed}"))
}

/// The address of a file: that of its folder where it is the index.
fn address(url: &str, path: &str) -> String {
    let path = match path.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        _ => path,
    };
    let mut address = url.to_owned();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                address.push(char::from(byte))
            }
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}

/// A value in a file of orders for curl.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A folder for this run alone, gone when dropped.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new(what: &str) -> Result<Scratch, Stop> {
        let base = std::env::temp_dir();
        for number in 0..10_000 {
            let folder = base.join(format!("nutgraf-{what}-{}-{number}", std::process::id()));
            let mut builder = std::fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            // What stands there already is someone else's.
            match builder.create(&folder) {
                Ok(()) => return Ok(Scratch(folder)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Stop::io(&format!("make {}", folder.display()), &error)),
            }
        }
        Err(Stop::new(
            Exit::Usage,
            format!("{} is full of folders of earlier runs; empty it", base.display()),
        ))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_that_readers_use() {
        for (path, expected) in [
            ("index.html", "https://example.org/a/"),
            ("people/ada/index.html", "https://example.org/a/people/ada/"),
            ("about.html", "https://example.org/a/about.html"),
            ("a b/日.html", "https://example.org/a/a%20b/%E6%97%A5.html"),
            ("oldindex.html", "https://example.org/a/oldindex.html"),
        ] {
            assert_eq!(address("https://example.org/a/", path), expected);
        }
    }

    #[test]
    fn a_sample_has_what_changed_and_where_readers_begin_and_stays_small() {
        let mut plan = Plan::default();
        for number in 0..1000 {
            let path = OutputPath::new(&format!("x/{number:04}/index.html")).unwrap();
            plan.next.files.insert(path.clone(), Digest::of(b""));
            if number % 2 == 0 {
                plan.added.push(path);
            }
        }
        for path in ["index.html", "_redirects", ".nojekyll", ".well-known/x"] {
            let path = OutputPath::new(path).unwrap();
            plan.next.files.insert(path.clone(), Digest::of(b""));
            plan.changed.push(path);
        }
        let sample = wanted(&plan, Scope::Sample);
        assert!((150..=SAMPLE).contains(&sample.len()), "{}", sample.len());
        assert!(sample.iter().any(|(path, _)| path.as_str() == "index.html"));
        assert_eq!(wanted(&plan, Scope::Full).len(), 1002);
        assert!(wanted(&plan, Scope::None).is_empty());
        plan.added.truncate(3);
        assert_eq!(wanted(&plan, Scope::Sample).len(), 5);
    }
}
