//! `cargo bench --bench serve -- [--pages 1000,10000] [--edits 30] [--hugo]`
//!
//! Edits files of an archive while the preview of the release build shows it, and measures how long it
//! takes until a request is answered with the new text, and until an open page hears of it; then the
//! memory. `--hugo` does the same edits in the same run with `hugo server` and a site of equal texts, as
//! plain as it can be: one template for pages, one for lists.
//!
//! Times of one run on one machine are compared with each other, never with those of another.

#![allow(clippy::disallowed_methods, reason = "a benchmark measures time and makes its own archives")]
#![allow(clippy::disallowed_macros, reason = "a benchmark prints its table")]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

fn main() {
    let mut pages = vec![1000_usize];
    let (mut edits, mut hugo) = (30_usize, false);
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().unwrap_or_else(|| panic!("{argument} takes a value"));
        match argument.as_str() {
            "--pages" => pages = value().split(',').map(|n| n.parse().expect("a number of pages")).collect(),
            "--edits" => edits = value().parse().expect("a number of edits"),
            "--hugo" => hugo = true,
            // Cargo adds it.
            "--bench" => {}
            other => panic!("unknown argument {other}; the head of benches/serve.rs tells which there are"),
        }
    }
    println!("| pages | program | what | p50 ms | p95 ms |");
    println!("|---:|---|---|---:|---:|");
    let work = env::temp_dir().join(format!("nutgraf-serve-{}", std::process::id()));
    for number in pages {
        let folder = work.join(format!("archive-{number}"));
        make_archive(&folder, number);
        measure(&Lane::nutgraf(&folder), number, edits);
        if hugo {
            let site = work.join(format!("hugo-{number}"));
            make_hugo(&site, &folder);
            measure(&Lane::hugo(&site), number, edits);
        }
        fs::remove_dir_all(&work).ok();
    }
}

/// A preview that runs.
struct Lane {
    name: &'static str,
    content: PathBuf,
    child: Child,
    port: u16,
    /// From the start of the program to the first page.
    start: Duration,
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Lane {
    fn nutgraf(folder: &Path) -> Lane {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nutgraf"));
        command.args(["serve", "--port", "4390", "--json"]).arg(folder);
        Lane::begin("nutgraf", folder.join("content/explainers"), command, 4390)
    }

    fn hugo(folder: &Path) -> Lane {
        let mut command = Command::new("hugo");
        command.args(["server", "--port", "4391", "--renderToMemory", "--source"]).arg(folder);
        Lane::begin("hugo", folder.join("content/explainers"), command, 4391)
    }

    fn begin(name: &'static str, content: PathBuf, mut command: Command, port: u16) -> Lane {
        let started = Instant::now();
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        let mut lane = Lane { name, content, child, port, start: Duration::ZERO };
        until(|| lane.get("/explainers/page-1/").is_some_and(|text| text.contains("Page 1")));
        lane.start = started.elapsed();
        lane
    }

    fn get(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        let port = self.port;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n").ok()?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Resident set in MB, of the program and of what it started.
    fn memory(&self) -> f64 {
        let own = self.child.id();
        let mut total = 0.0;
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Ok(status) = fs::read_to_string(entry.path().join("status")) else { continue };
            let field = |name: &str| {
                let line = status.lines().find_map(|line| line.strip_prefix(name))?;
                line.split_whitespace().next()?.parse::<f64>().ok()
            };
            if field("Pid:") == Some(f64::from(own)) || field("PPid:") == Some(f64::from(own)) {
                total += field("VmRSS:").unwrap_or(0.0) / 1e3;
            }
        }
        total
    }
}

fn until(mut fits: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(300);
    while !fits() {
        assert!(Instant::now() < end, "it never came");
        thread::sleep(Duration::from_millis(1));
    }
}

fn measure(lane: &Lane, pages: usize, edits: usize) {
    let row = |what: &str, mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        let at = |part: f64| times.get((times.len() as f64 * part) as usize).copied().unwrap_or(f64::NAN);
        println!("| {pages} | {} | {what} | {:.0} | {:.0} |", lane.name, at(0.5), at(0.95));
    };
    row("start until the first page", vec![lane.start.as_secs_f64() * 1e3]);
    let number = pages / 2;
    let file = lane.content.join(format!("page-{number}.md"));
    let address = format!("/explainers/page-{number}/");
    let text = fs::read_to_string(&file).expect("a page");
    thread::sleep(Duration::from_millis(500));

    let (mut seen, mut heard) = (Vec::new(), Vec::new());
    let mut events = (lane.name == "nutgraf").then(|| listen(lane, &address));
    for edit in 0..edits {
        let mark = format!("Edit {edit} of the text.");
        let new = format!("{text}\n\n{mark}\n");
        let began = Instant::now();
        fs::write(&file, new).expect("a file can be written");
        if let Some(events) = &mut events {
            // What is heard first cannot have waited for a request.
            wait_for(events, "event: page");
            heard.push(began.elapsed().as_secs_f64() * 1e3);
        }
        until(|| lane.get(&address).is_some_and(|page| page.contains(&mark)));
        seen.push(began.elapsed().as_secs_f64() * 1e3);
        thread::sleep(Duration::from_millis(100));
    }
    row("words of a text until GET has them", seen);
    if !heard.is_empty() {
        row("words of a text until an event", heard);
    }
    drop(events);
    let mut seen = Vec::new();
    for edit in 0..edits {
        let mark = format!("Title {edit} anew");
        let (_, rest) = text.split_once("\ndate:").expect("a date behind the title");
        let began = Instant::now();
        fs::write(&file, format!("---\ntitle: {mark}\ndate:{rest}")).expect("a file can be written");
        until(|| lane.get(&address).is_some_and(|page| page.contains(&mark)));
        seen.push(began.elapsed().as_secs_f64() * 1e3);
        thread::sleep(Duration::from_millis(100));
    }
    row("title until GET has it", seen);
    if lane.name == "nutgraf" {
        let root = lane.content.parent().and_then(Path::parent).expect("the folder of the site");
        let template = root.join("templates/partials/footer.html");
        fs::create_dir_all(template.parent().expect("a folder")).expect("a folder can be made");
        let mut seen = Vec::new();
        for edit in 0..edits {
            let mark = format!("Footer {edit}");
            let began = Instant::now();
            fs::write(&template, format!("<footer>{mark}</footer>")).expect("a file can be written");
            until(|| lane.get(&address).is_some_and(|page| page.contains(&mark)));
            seen.push(began.elapsed().as_secs_f64() * 1e3);
            thread::sleep(Duration::from_millis(100));
        }
        row("template until GET has it", seen);
    }
    println!("| {pages} | {} | memory, MB | {:.0} | |", lane.name, lane.memory());
}

fn listen(lane: &Lane, address: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", lane.port)).expect("the preview answers");
    let (page, port) = (lane.get(address).expect("a page"), lane.port);
    let hash = page.split("data-hash=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a hash");
    write!(stream, "GET /__nutgraf/events/{hash}{address} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n")
        .expect("a request can be sent");
    let mut events = BufReader::new(stream);
    wait_for(&mut events, "event: about");
    events
}

fn wait_for(events: &mut BufReader<TcpStream>, line: &str) {
    let mut read = String::new();
    while !read.starts_with(line) {
        read.clear();
        assert!(events.read_line(&mut read).expect("events go on") > 0, "the events ended");
    }
}

/// About 600 words a page with tags, people and links; the same for every run.
fn make_archive(folder: &Path, pages: usize) {
    let content = folder.join("content/explainers");
    fs::create_dir_all(&content).expect("a folder can be made");
    fs::write(folder.join("nutgraf.yaml"), "title: Archive\n").expect("a file can be written");
    for number in 1..=pages {
        let mut text = format!(
            "---\ntitle: Page {number}\ndate: 20{:02}-{:02}-{:02}\ntags: [tag {}, tag {}]\npeople: [Person Number{}]\n---\n\n",
            10 + number % 14,
            1 + number % 12,
            1 + number % 28,
            number % 40,
            40 + number % 300,
            number % 500,
        );
        for paragraph in 0..8 {
            let other = 1 + (number * 7 + paragraph * 13) % pages;
            let _ = writeln!(
                text,
                "## Part {paragraph}\n\n{}See [page {other}](page-{other}.md) for what came before it.\n",
                "Every archive holds more words than anyone reads at once, and most of them are plain. "
                    .repeat(5)
            );
        }
        fs::write(content.join(format!("page-{number}.md")), text).expect("a file can be written");
    }
}

/// The same texts as a site of Hugo.
fn make_hugo(folder: &Path, archive: &Path) {
    let content = folder.join("content/explainers");
    let layouts = folder.join("layouts/_default");
    fs::create_dir_all(&content).expect("a folder can be made");
    fs::create_dir_all(&layouts).expect("a folder can be made");
    let config =
        "title = 'Archive'\nbaseURL = 'http://localhost/'\n[taxonomies]\ntag = 'tags'\nperson = 'people'\n";
    fs::write(folder.join("hugo.toml"), config).expect("a file can be written");
    let single = "<!DOCTYPE html><title>{{ .Title }}</title><body><h1>{{ .Title }}</h1>{{ .Content }}</body>";
    let list = "<!DOCTYPE html><title>{{ .Title }}</title><body>{{ range (.Paginate .Pages 50).Pages }}<a href=\"{{ .RelPermalink }}\">{{ .Title }}</a>{{ end }}</body>";
    fs::write(layouts.join("single.html"), single).expect("a file can be written");
    fs::write(layouts.join("list.html"), list).expect("a file can be written");
    for entry in fs::read_dir(archive.join("content/explainers")).expect("a folder").flatten() {
        let text = fs::read_to_string(entry.path())
            .expect("a page")
            .replace(".md)", "/)")
            .replace("](page-", "](../page-");
        fs::write(content.join(entry.file_name()), text).expect("a file can be written");
    }
}
