//! `cargo bench --bench build -- [--pages 1000,10000] [--runs 5] [--archive DIR]… [--floor PROGRAM] [--hugo SITE]`
//!
//! Builds archives with nutgraf and, turn by turn in one run, with its peers; prints the median of
//! the wall times, each as a ratio to the floor, and the peak memory. Times of one run on one
//! machine are compared with each other, never with those of another.
//!
//! - *nutgraf*: the release build of this package, into a folder that does not exist yet; then once
//!   more with nothing changed.
//! - *floor*: what any build of Markdown must do: read each file, parse it with pulldown-cmark,
//!   write one file each, on all processors. `--floor` names another program for it, called as
//!   `PROGRAM CONTENT OUT`.
//! - *hugo*: where `--hugo` names a site of equal content, with `hugo` on the path.
//!
//! Without `--archive`, archives are made: about 900 words a page with tags, people, sources, events,
//! links and a quote; the same for every run.

#![allow(clippy::disallowed_methods, reason = "a benchmark measures time and makes its own archives")]
#![allow(clippy::disallowed_macros, reason = "a benchmark prints its table")]

use rayon::prelude::*;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

fn main() {
    let mut pages = vec![1000_usize];
    let mut runs = 5;
    let mut archives: Vec<PathBuf> = Vec::new();
    let (mut floor, mut hugo) = (None, None);
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().unwrap_or_else(|| panic!("{argument} takes a value"));
        match argument.as_str() {
            "--pages" => pages = value().split(',').map(|n| n.parse().expect("a number of pages")).collect(),
            "--runs" => runs = value().parse().expect("a number of runs"),
            "--archive" => archives.push(value().into()),
            "--floor" => floor = Some(PathBuf::from(value())),
            "--hugo" => hugo = Some(PathBuf::from(value())),
            // Cargo adds it.
            "--bench" => {}
            other => panic!("unknown argument {other}; the head of benches/build.rs tells which there are"),
        }
    }
    let work = env::temp_dir().join(format!("nutgraf-bench-{}", std::process::id()));
    if archives.is_empty() {
        for &number in &pages {
            let folder = work.join(format!("archive-{number}"));
            make_archive(&folder, number);
            archives.push(folder);
        }
    }
    println!("| archive | files | program | seconds | to the floor | MB |");
    println!("|---|---:|---|---:|---:|---:|");
    for archive in &archives {
        measure(archive, &work, runs, floor.as_deref(), hugo.as_deref());
    }
    fs::remove_dir_all(&work).ok();
}

/// One program's runs.
struct Lane {
    name: &'static str,
    seconds: Vec<f64>,
    /// Largest resident set, in bytes.
    peak: u64,
}

fn measure(archive: &Path, work: &Path, runs: usize, floor: Option<&Path>, hugo: Option<&Path>) {
    let content = archive.join("content");
    let files = markdown(&content).len();
    let mut lanes = ["floor", "nutgraf", "nutgraf, nothing changed", "hugo"].map(|name| Lane {
        name,
        seconds: Vec::new(),
        peak: 0,
    });
    for _ in 0..runs {
        let out = work.join("out");
        let fresh = || {
            fs::remove_dir_all(&out).ok();
            fs::create_dir_all(&out).expect("a folder for the output");
            // What the last run left to be written is written now, not during the next one.
            Command::new("sync").status().ok();
        };
        fresh();
        match floor {
            Some(program) => lanes[0].run(Command::new(program).arg(&content).arg(out.join("floor"))),
            None => {
                let started = Instant::now();
                write_floor(&content, &out.join("floor"));
                lanes[0].seconds.push(started.elapsed().as_secs_f64());
            }
        }
        fresh();
        let nutgraf = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_nutgraf"));
            command.args(["build", "--quiet", "--root"]).arg(archive).arg("-o").arg(out.join("public"));
            command
        };
        lanes[1].run(&mut nutgraf());
        lanes[2].run(&mut nutgraf());
        if let Some(site) = hugo {
            fresh();
            lanes[3].run(
                Command::new("hugo").arg("--source").arg(site).arg("--destination").arg(out.join("hugo")),
            );
        }
    }
    let base = lanes[0].median();
    let name = archive.file_name().map_or(String::new(), |n| n.to_string_lossy().into_owned());
    for lane in lanes.iter().filter(|lane| !lane.seconds.is_empty()) {
        let median = lane.median();
        let peak = if lane.peak == 0 { "–".to_owned() } else { format!("{:.0}", lane.peak as f64 / 1e6) };
        println!("| {name} | {files} | {} | {median:.3} | {:.2} | {peak} |", lane.name, median / base);
    }
}

impl Lane {
    fn run(&mut self, command: &mut Command) {
        let started = Instant::now();
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        let status = format!("/proc/{}/status", child.id());
        let ended = loop {
            if let Some(ended) = child.try_wait().expect("the program can be waited for") {
                break ended;
            }
            let text = fs::read_to_string(&status).unwrap_or_default();
            let peak =
                text.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
            self.peak = self.peak.max(peak.unwrap_or(0_u64) * 1024);
            thread::sleep(Duration::from_millis(2));
        };
        self.seconds.push(started.elapsed().as_secs_f64());
        assert!(ended.success(), "{command:?} ended with {ended}");
    }

    fn median(&self) -> f64 {
        let mut sorted = self.seconds.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

fn markdown(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).expect("a folder that can be read") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "md") {
                found.push(path);
            }
        }
    }
    found
}

fn write_floor(content: &Path, out: &Path) {
    // What head, header, lists and footer of a page come to.
    let frame = "x".repeat(4000);
    markdown(content).par_iter().enumerate().for_each(|(number, path)| {
        let text = fs::read_to_string(path).expect("a text");
        let body = text.splitn(3, "---\n").nth(2).unwrap_or(&text);
        let mut html = frame.clone();
        let parser = pulldown_cmark::Parser::new_ext(body, pulldown_cmark::Options::all());
        pulldown_cmark::html::push_html(&mut html, parser);
        let folder = out.join(number.to_string());
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("index.html"), html).expect("a page");
    });
}

/// A small generator of numbers: the archive is the same on every machine (Marsaglia, "Xorshift
/// RNGs", 2003).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    /// Small numbers more often, as names and topics occur in archives.
    fn skewed(&mut self, sides: usize) -> usize {
        let (a, b) = (self.roll(sides), self.roll(sides));
        a * b / sides
    }

    fn words(&mut self, number: usize) -> String {
        const WORDS: &[&str] = &[
            "the",
            "of",
            "a",
            "to",
            "in",
            "and",
            "for",
            "on",
            "agreement",
            "report",
            "law",
            "years",
            "people",
            "country",
            "plan",
            "money",
            "rules",
            "data",
            "agency",
            "court",
            "market",
            "price",
            "supply",
            "talks",
            "vote",
            "board",
            "case",
            "company",
            "contract",
            "control",
            "cost",
            "debate",
            "decision",
            "evidence",
            "export",
            "growth",
            "health",
            "history",
            "inquiry",
            "interest",
            "judge",
            "limit",
            "member",
            "order",
        ];
        let mut text = String::new();
        for at in 0..number {
            let word = WORDS[self.roll(WORDS.len())];
            if at > 0 {
                text.push(' ');
            }
            text.push_str(word);
        }
        text
    }
}

fn make_archive(folder: &Path, pages: usize) {
    let explainers = folder.join("content/explainers");
    let people = folder.join("content/people");
    fs::create_dir_all(&explainers).expect("a folder");
    fs::create_dir_all(&people).expect("a folder");
    fs::write(folder.join("nutgraf.yaml"), "title: Bench\nbase_url: https://example.org/\n")
        .expect("settings");
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let (persons, topics) = ((pages / 10).max(20), ((pages as f64).sqrt() as usize * 3).max(20));
    for number in 0..persons {
        let text = format!("---\nname: Person {number}\nrole: Official\n---\n\n{}.\n", dice.words(25));
        fs::write(people.join(format!("person-{number}.md")), text).expect("a person");
    }
    for number in 0..pages {
        let mut text =
            format!("---\ntitle: \"Page {number}: {}\"\nsummary: \"{}\"\n", dice.words(8), dice.words(22));
        let (year, month, day) = (2005 + dice.roll(20), 1 + dice.roll(12), 1 + dice.roll(28));
        let _ = write!(text, "date: {year}-{month:02}-{day:02}\ntags: [");
        let _ = write!(text, "{}", [0; 4].map(|_| format!("topic-{}", dice.skewed(topics))).join(", "));
        let _ = write!(
            text,
            "]\npeople: [{}]\nsources:\n",
            [0; 4].map(|_| format!("person-{}", dice.skewed(persons))).join(", ")
        );
        for source in 0..3 {
            let _ = write!(
                text,
                "  - id: s{source}\n    title: \"{}\"\n    url: https://example.org/{number}/{source}\n",
                dice.words(7)
            );
        }
        text.push_str("timeline:\n");
        for event in 0..2 {
            let _ = write!(
                text,
                "  - date: {}-{:02}-{:02}\n    event: \"{}\"\n",
                year - event,
                month,
                day,
                dice.words(12)
            );
        }
        text.push_str("---\n\n");
        for section in 0..4 {
            let _ = write!(text, "## {}\n\n", dice.words(5));
            for _ in 0..3 {
                let _ = write!(
                    text,
                    "{}. {}, *{}* and **{}**.\n\n",
                    dice.words(30),
                    dice.words(25),
                    dice.words(2),
                    dice.words(2)
                );
            }
            let to = dice.roll(pages);
            let _ = write!(text, "See [page {to}](page-{to}.md) for {}.\n\n", dice.words(6));
            if section == 2 {
                let _ = write!(text, "> {}.\n>\n> — Person {}\n\n", dice.words(20), dice.skewed(persons));
            }
        }
        if number % 10 == 0 {
            text.push_str("```rust\nfn rate(deaths: u64, population: u64) -> f64 {\n    deaths as f64 / population as f64 * 100_000.0\n}\n```\n");
        }
        fs::write(explainers.join(format!("page-{number}.md")), text).expect("a page");
    }
}
