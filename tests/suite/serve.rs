//! The preview: what it shows is what a build writes, it shows it soon, and it shows it to nobody else.

use crate::edits::{Desk, settle};
use crate::site::TempSite;
use nutgraf::diagnostics::Diagnostics;
use nutgraf::output::Content;
use nutgraf::site::live::{Changed, Live, Shown, Target};
use nutgraf::site::{Options, Share, Site};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::marker::PhantomData;
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

// A site that is edited while it is shown, without the network.

fn bytes_of(content: Content) -> Vec<u8> {
    match content {
        Content::Bytes(bytes) => bytes,
        Content::Named(named) => named.make().unwrap(),
        Content::Copy(path) => fs::read(path).unwrap_or_default(),
    }
}

fn built(site: &Site, found: &mut Diagnostics) -> BTreeMap<String, Vec<u8>> {
    let files = Mutex::new(BTreeMap::new());
    let keep = |output: nutgraf::output::Output| {
        files.lock().unwrap().insert(output.path.as_str().to_owned(), bytes_of(output.content));
        Ok(())
    };
    site.render_all(Share::WHOLE, None, &keep, &|_, _| (), found).unwrap();
    files.into_inner().unwrap()
}

fn file_shown(shown: &Shown, file: &str) -> Option<Vec<u8>> {
    let site = shown.site.as_ref()?;
    let made = |route| {
        let outputs = site.page(route).ok()?;
        outputs.into_iter().find(|o| o.path.as_str() == file).map(|o| bytes_of(o.content))
    };
    match shown.target(file) {
        Some(Target::Route(route)) => made(route),
        Some(copied) => site.copied(copied).map(bytes_of),
        None => shown.perhaps(file).into_iter().find_map(made),
    }
}

fn check_edits(seed: u64, drafts: bool) {
    let mut desk = Desk::new(seed);
    let mut last_good = desk.clone();
    let site = TempSite::empty();
    settle(&site, &desk.files());
    let options = |desk: &Desk| Options {
        now: jiff::Timestamp::from_second(desk.now as i64).unwrap(),
        drafts,
        base_url: None,
        unlinked: false,
    };
    let live = Live::open(site.root(), options(&desk));
    let mut story = Vec::new();
    let (mut compared, mut broken_in_a_row) = (0, 0);
    let mut before = desk.files();
    for step in 0..60 {
        let files = desk.files();
        settle(&site, &files);
        let mut changed = Changed::default();
        for path in before.keys().chain(files.keys()) {
            if before.get(path) != files.get(path) {
                changed.files.insert(path.as_str().into());
                changed.came_or_went |= before.contains_key(path) != files.contains_key(path);
            }
        }
        before = files;
        // Time alone passes for a preview with the next edit.
        if changed.files.is_empty() {
            changed.files.insert("nutgraf.yaml".into());
        }
        live.edit(&changed, Some(options(&desk).now));
        live.check();

        let mut found = Diagnostics::default();
        let fresh = Site::load(site.root(), &options(&desk), &mut found).unwrap();
        let expected = built(&fresh, &mut found);
        let config = fresh.archive().config.clone();
        found.finish(|finding| config.level(finding));
        let told = || format!("seed {seed}, step {step}, drafts {drafts}\nafter {}", story.join("\n"));
        if found.has_errors() {
            broken_in_a_row += 1;
            if broken_in_a_row == 2 {
                last_good.dice = desk.dice;
                desk = last_good.clone();
                story.push("go back to the last good state".to_owned());
                continue;
            }
        } else {
            broken_in_a_row = 0;
            last_good = desk.clone();
            compared += 1;
            let shown = live.shown();
            for (file, bytes) in &expected {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                let there = file_shown(&shown, file);
                assert!(
                    there.as_ref() == Some(bytes),
                    "{file} differs from a fresh build\n{}\nshown:\n{}\nbuilt:\n{}",
                    told(),
                    there.as_deref().map_or_else(|| "nothing".to_owned(), text),
                    text(bytes)
                );
            }
            let too_many: Vec<&str> = shown.files().filter(|file| !expected.contains_key(*file)).collect();
            assert!(too_many.is_empty(), "{too_many:?} are shown and not built\n{}", told());
            let list = |d: &Diagnostics| d.iter().map(|d| format!("{d:?}\n")).collect::<String>();
            assert_eq!(list(&shown.findings), list(&found), "other findings\n{}", told());
        }
        story.push(desk.edit());
    }
    assert!(compared > 20, "seed {seed}: only {compared} good states");
}

#[test]
fn after_any_edits_the_preview_shows_what_a_build_writes() {
    for seed in 0..6 {
        check_edits(seed, seed % 2 == 0);
    }
}

#[test]
fn a_file_that_breaks_changes_no_other_page() {
    let site = TempSite::new()
        .file(
            "content/explainers/a.md",
            "---\ntitle: A\ntags: [sea]\npeople: [Ada Lovelace]\n---\nTo [b](b.md).\n",
        )
        .file("content/explainers/b.md", "---\ntitle: B\ntags: [sea]\n---\nTo [a](a.md), by Ada Lovelace.\n")
        .file("content/people/ada.md", "---\nname: Ada Lovelace\n---\nShe.\n");
    let options = Options { now: jiff::Timestamp::UNIX_EPOCH, drafts: true, base_url: None, unlinked: false };
    let live = Live::open(site.root(), options);
    let all = || {
        let shown = live.shown();
        let files: Vec<String> = shown.files().map(str::to_owned).collect();
        files.into_iter().map(|f| (f.clone(), file_shown(&shown, &f))).collect::<BTreeMap<_, _>>()
    };
    let before = all();
    let broken =
        ["---\ntitle: A\ntags: [sea\n---\n", "---\ntitle: A\ndraft: ture\n---\n", "---\ntitle: A\n", "\0"];
    for text in broken {
        for path in ["content/explainers/a.md", "content/people/ada.md"] {
            let good = site.text(path);
            site.write(path, text);
            let changed = Changed { files: [path.into()].into(), came_or_went: false };
            live.edit(&changed, None);
            assert!(live.shown().stale.contains(path), "{path} {text:?}");
            assert!(live.shown().findings.has_errors(), "{path} {text:?}");
            assert_eq!(all(), before, "{path} {text:?}");
            // Another file joins the archive meanwhile.
            site.write("content/explainers/c.md", "---\ntitle: C\n---\n");
            live.edit(
                &Changed { files: ["content/explainers/c.md".into()].into(), came_or_went: true },
                None,
            );
            assert!(live.shown().target("explainers/a/index.html").is_some(), "{path} {text:?}");
            assert!(live.shown().target("people/ada/index.html").is_some(), "{path} {text:?}");
            fs::remove_file(site.root().join("content/explainers/c.md")).unwrap();
            live.edit(
                &Changed { files: ["content/explainers/c.md".into()].into(), came_or_went: true },
                None,
            );
            site.write(path, good);
            live.edit(&changed, None);
            assert!(live.shown().stale.is_empty(), "{path} {text:?}");
            assert_eq!(all(), before, "{path} {text:?} mended");
        }
    }
}

// The program, asked over the network.

/// A preview that runs, and ends with the test.
struct Preview<'a> {
    /// Its folder must outlive it.
    site: PhantomData<&'a TempSite>,
    child: Child,
    messages: Receiver<String>,
    at: At,
}

/// Where a preview answers.
#[derive(Clone, Copy)]
struct At {
    port: u16,
}

impl std::ops::Deref for Preview<'_> {
    type Target = At;

    fn deref(&self) -> &At {
        &self.at
    }
}

impl Drop for Preview<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(stdout: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// An answer, as it came.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Without what the preview adds.
    fn plain(&self) -> Vec<u8> {
        let text = self.text();
        let [start, end] = nutgraf::serve::ADDED;
        match (text.find(start), text.find(end)) {
            (Some(from), Some(to)) => format!("{}{}", &text[..from], &text[to + end.len()..]).into_bytes(),
            _ => self.body.clone(),
        }
    }
}

impl At {
    /// Sends bytes, and reads what comes back until the other end closes.
    fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the preview answers");
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        // A server that refuses may close before everything was sent.
        let _ = stream.write_all(bytes);
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        let at = all.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or(all.len());
        let head = String::from_utf8_lossy(&all[..at]).into_owned();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        Answer { status, head, body: all.get(at + 4..).unwrap_or_default().to_vec() }
    }

    fn request(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
        let mut text = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            let _ = write!(text, "Host: localhost:{}\r\n", self.port);
        }
        for (name, value) in headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        text.push_str("\r\n");
        self.raw(text.as_bytes())
    }

    fn get(&self, target: &str) -> Answer {
        self.request("GET", target, &[])
    }
}

impl<'a> Preview<'a> {
    fn of(site: &'a TempSite, args: &[&str]) -> Preview<'a> {
        let mut all = vec!["serve", "--port", "0", "--json"];
        all.extend(args);
        let mut command = site.command(&all);
        command.env("SOURCE_DATE_EPOCH", "1750000000").stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("nutgraf starts");
        let messages = lines(child.stdout.take().expect("standard output"));
        let mut preview = Preview { site: PhantomData, child, messages, at: At { port: 0 } };
        let ready = preview.message("ready");
        let url = ready["urls"][0].as_str().expect("an address").to_owned();
        let port = url.trim_start_matches("http://localhost:").split('/').next().unwrap_or_default();
        preview.at.port = port.parse().unwrap_or_else(|_| panic!("a port in {url}"));
        preview
    }

    /// The next message of a kind.
    fn message(&self, event: &str) -> serde_json::Value {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.messages.recv_timeout(left).unwrap_or_else(|_| panic!("no message {event}"));
            let message: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
            if message["event"] == event {
                return message;
            }
        }
    }

    /// Waits until a page is as it should be.
    #[track_caller]
    fn until(&self, target: &str, expected: &str, fits: impl Fn(&Answer) -> bool) -> Answer {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let answer = self.get(target);
            if fits(&answer) {
                return answer;
            }
            assert!(
                Instant::now() < until,
                "{target} never came to be {expected}: {}\n{}",
                answer.head,
                answer.text()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    #[track_caller]
    fn until_says(&self, target: &str, text: &str) -> Answer {
        self.until(target, text, |answer| answer.status == 200 && answer.text().contains(text))
    }

    /// Begins to listen to the events of a page.
    fn events(&self, path: &str) -> Events {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let hash = self.get(path).text();
        let hash = hash.split("data-hash=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("x");
        let (port, asked) = (self.port, format!("/__nutgraf/events/{hash}{path}"));
        write!(stream, "GET {asked} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n").unwrap();
        let mut events = Events(BufReader::new(stream));
        events.next("hello");
        events
    }
}

/// Events as they come in.
struct Events(BufReader<TcpStream>);

impl Events {
    /// The next word about the page in which it is in a state.
    fn until_state(&mut self, state: &str) -> serde_json::Value {
        loop {
            let about = self.next("about");
            if about["state"] == state {
                return about;
            }
        }
    }

    /// The data of the next event of a name.
    fn next(&mut self, name: &str) -> serde_json::Value {
        let mut fits = false;
        loop {
            let mut line = String::new();
            let read = self.0.read_line(&mut line);
            assert!(matches!(read, Ok(1..)), "no event {name}: {read:?}");
            if let Some(event) = line.strip_prefix("event: ") {
                fits = event.trim_end() == name;
            } else if let Some(data) = line.strip_prefix("data: ").filter(|_| fits) {
                return serde_json::from_str(data).expect("JSON");
            }
        }
    }
}

fn small() -> TempSite {
    TempSite::new()
        .file(
            "content/explainers/moon.md",
            "---\ntitle: The Moon\ntags: [sky]\n---\n\nIt shines. ![c](chart.svg)\n",
        )
        .file(
            "content/explainers/tides.md",
            "---\ntitle: Tides\ntags: [sky]\n---\n\nSee [the Moon](moon.md).\n",
        )
        .file("content/explainers/chart.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
        .file("content/secret-canary.txt~", "canary")
}

#[test]
fn nobody_gets_what_is_not_part_of_the_site() {
    let site = small();
    site.write("canary.txt", "CANARY of the folder");
    let preview = Preview::of(&site, &[]);
    let status = |target: &str| {
        let answer = preview.get(target);
        assert!(!answer.text().contains("CANARY"), "{target}\n{}", answer.text());
        let folder = site.root().to_string_lossy().into_owned();
        assert!(!answer.text().contains(&folder), "{target} tells of the folder\n{}", answer.text());
        answer.status
    };
    for (target, expected) in [
        ("/../canary.txt", 404),
        ("/../../etc/passwd", 404),
        ("/explainers/../../canary.txt", 404),
        ("/%2e%2e/canary.txt", 404),
        ("/%252e%252e/canary.txt", 404),
        ("/..;/canary.txt", 404),
        ("/..%5ccanary.txt", 400),
        ("/..%2fcanary.txt", 400),
        ("/%c0%ae%c0%ae/canary.txt", 400),
        ("/%00", 400),
        ("/canary.txt%00.html", 400),
        ("//etc/passwd", 404),
        ("///etc/passwd", 404),
        ("/@fs/etc/passwd", 404),
        ("/@fs/etc/passwd?raw??", 404),
        ("/@fs/etc/passwd?import&raw??", 404),
        ("/@fs/etc/passwd?inline=1.wasm?init", 404),
        ("/@fs/etc/passwd?.svg?.wasm?init", 404),
        ("/@fs/x/x/x/vite/?/../../../../etc/passwd", 404),
        ("/canary.txt", 404),
        ("/canary.txt/.", 404),
        ("/nutgraf.yaml", 404),
        ("/nutgraf.yaml::$DATA", 404),
        ("/content/explainers/moon.md", 404),
        ("/explainers/moon.md", 404),
        ("/secret-canary.txt~", 404),
        ("/.git/config", 404),
        ("/C:/windows/win.ini", 404),
        ("/file:///etc/passwd", 404),
        ("/__nutgraf/", 404),
        ("/__nutgraf/open?file=/etc/passwd", 404),
        ("/__nutgraf/../canary.txt", 404),
        ("*", 400),
        ("http://localhost/canary.txt", 400),
        ("http://evil.example/", 400),
    ] {
        assert_eq!(status(target), expected, "{target}");
    }
    let port = preview.port;
    let raw = |bytes: String| preview.raw(bytes.as_bytes()).status;
    let host = format!("Host: localhost:{port}\r\nConnection: close\r\n");
    // A path with `#` is cut there by none but a browser, which never sends one.
    let cut = preview.raw(format!("GET /#/../canary.txt HTTP/1.1\r\n{host}\r\n").as_bytes());
    assert!(!cut.text().contains("CANARY"));
    assert_eq!(raw(format!("GET /a\\..\\canary.txt HTTP/1.1\r\n{host}\r\n")), 400);
    assert_eq!(raw(format!("GET /\0 HTTP/1.1\r\n{host}\r\n")), 400);
    assert_eq!(raw(format!("GET / HTTP/1.1\r\n{host}Host: evil.example\r\n\r\n")), 400);
    assert_eq!(raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned()), 400);
    assert_eq!(raw(format!("GET / HTTP/1.1\r\n{host}X: {}\r\n\r\n", "x".repeat(1 << 20))), 431);
    let many: String = (0..10_000).fold(String::new(), |mut all, n| {
        let _ = write!(all, "X-{n}: y\r\n");
        all
    });
    assert_eq!(raw(format!("GET / HTTP/1.1\r\n{host}{many}\r\n")), 431);
    let smuggled = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(raw(format!("GET / HTTP/1.1\r\n{host}{smuggled}")), 400);
    assert_eq!(raw(format!("CONNECT evil.example:80 HTTP/1.1\r\n{host}\r\n")), 400);
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"] {
        let answer = preview.request(method, "/", &[]);
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{method}");
    }
}

#[test]
fn other_sites_and_other_names_get_nothing() {
    let site = small();
    let preview = Preview::of(&site, &["--allow-host", "Box.Test"]);
    let local = format!("localhost:{}", preview.port);
    let origin = format!("http://{local}");
    let check = |target: &str, headers: &[(&str, &str)], expected: u16| {
        let answer = preview.request("GET", target, headers);
        assert_eq!(answer.status, expected, "{target} {headers:?}");
        assert!(!answer.head.to_lowercase().contains("access-control"), "{}", answer.head);
        for (name, value) in [
            ("cross-origin-resource-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "SAMEORIGIN"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{target} {headers:?}");
        }
    };
    for target in
        ["/", "/explainers/chart.svg", "/__nutgraf/client.js", "/__nutgraf/events/x/", "/__nutgraf/about/"]
    {
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "",
            "2130706433",
            "localhost:1",
        ] {
            check(target, &[("Host", host)], 421);
        }
        for foreign in ["null", "http://evil.example", "http://localhost:1"] {
            check(target, &[("Origin", foreign)], 403);
        }
        for site in ["cross-site", "same-site"] {
            check(target, &[("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", "no-cors")], 403);
        }
    }
    check("/", &[("Host", "box.test")], 200);
    check("/", &[("Origin", &origin)], 200);
    let navigation =
        [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")];
    check("/", &navigation, 200);
    check("/__nutgraf/about/", &navigation, 403);
}

#[test]
fn files_come_as_a_host_would_send_them() {
    let site = small();
    site.write("content/talk.vtt", "WEBVTT\n");
    site.write("content/explainers/big.bin", (0..1_000_000u32).map(|n| n as u8).collect::<Vec<u8>>());
    let preview = Preview::of(&site, &[]);
    let page = preview.get("/explainers/moon/");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(
        (page.header("cache-control"), page.header("x-nutgraf-state")),
        (Some("no-store"), Some("ok"))
    );
    let head = preview.request("HEAD", "/explainers/moon/", &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), page.header("content-length"));
    for (from, to) in [
        ("/explainers/moon", "/explainers/moon/"),
        ("/explainers/moon?a=b", "/explainers/moon/?a=b"),
        ("/explainers/moon/index.html", "/explainers/moon/"),
        ("/index.html", "/"),
    ] {
        let answer = preview.get(from);
        assert_eq!((answer.status, answer.header("location")), (308, Some(to)), "{from}");
    }
    let missing = preview.get("/explainers/Moon/");
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("Did you mean <a href=\"/explainers/moon/\">"), "{}", missing.text());
    let hostile = preview.get("/%3Cscript%3Ealert(1)%3C/script%3E");
    assert_eq!(hostile.status, 404);
    assert!(!hostile.text().contains("<script>alert"), "{}", hostile.text());

    assert_eq!(preview.get("/talk.vtt").header("content-type"), Some("text/vtt; charset=utf-8"));
    let file = preview.get("/explainers/big.bin");
    assert_eq!((file.status, file.body.len()), (200, 1_000_000));
    let tag = file.header("etag").expect("a tag").to_owned();
    let known = preview.request("GET", "/explainers/big.bin", &[("If-None-Match", &tag)]);
    assert_eq!((known.status, known.body.len()), (304, 0));
    let range = |range: &str, more: &[(&str, &str)]| {
        let mut headers = vec![("Range", range)];
        headers.extend(more);
        let answer = preview.request("GET", "/explainers/big.bin", &headers);
        (answer.status, answer.body.len(), answer.header("content-range").map(str::to_owned))
    };
    assert_eq!(range("bytes=10-19", &[]), (206, 10, Some("bytes 10-19/1000000".to_owned())));
    assert_eq!(
        range("bytes=-3", &[("If-Range", &tag)]),
        (206, 3, Some("bytes 999997-999999/1000000".to_owned()))
    );
    assert_eq!(range("bytes=-3", &[("If-Range", "\"other\"")]), (200, 1_000_000, None));
    assert_eq!(range("bytes=1000000-", &[]), (416, 0, Some("bytes */1000000".to_owned())));
    assert_eq!(range("bytes=0-1,4-5", &[]), (200, 1_000_000, None));

    // Both addresses of this machine answer, where it has two.
    if let Ok(mut stream) = TcpStream::connect(("::1", preview.port)) {
        write!(stream, "GET / HTTP/1.1\r\nHost: [::1]:{}\r\nConnection: close\r\n\r\n", preview.port)
            .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    }
}

#[test]
fn a_site_below_a_path_is_shown_below_it() {
    let site = small();
    site.write("nutgraf.yaml", "title: T\nbase_url: https://e.org/x/\n");
    let preview = Preview::of(&site, &[]);
    let to = |target: &str| {
        let answer = preview.get(target);
        (answer.status, answer.header("location").map(str::to_owned))
    };
    assert_eq!(to("/"), (307, Some("/x/".to_owned())));
    assert_eq!(to("/x/explainers/moon"), (308, Some("/x/explainers/moon/".to_owned())));
    assert_eq!(to("/x/").0, 200);
    assert_eq!(to("/explainers/moon/").0, 404);
}

#[test]
fn every_page_is_what_a_build_writes() {
    let site = small();
    site.write("nutgraf.yaml", "title: Test\nsearch: true\n");
    let preview = Preview::of(&site, &["--no-drafts"]);
    site.run_with(&["build"], &[("SOURCE_DATE_EPOCH", "1750000000")]).expect(0);
    for (path, bytes) in crate::site::tree(&site.root().join("public")) {
        if path.starts_with(".nutgraf") {
            continue;
        }
        let target = format!("/{}", path.strip_suffix("index.html").unwrap_or(&path));
        let answer = preview.get(&target);
        assert_eq!(answer.status, 200, "{target}");
        assert_eq!(String::from_utf8_lossy(&answer.plain()), String::from_utf8_lossy(&bytes), "{target}");
    }
    drop(preview);
    let published = Preview::of(&site, &["--publish-like"]);
    assert!(!published.get("/explainers/moon/").text().contains("__nutgraf"));
}

#[test]
fn a_page_is_found_as_it_was_while_its_file_is_broken() {
    let site = small();
    site.write("nutgraf.yaml", "title: Test\nsearch: true\n");
    site.run(&["build"]).expect(0);
    let files = crate::site::tree(&site.root().join("public/search"));
    let index: Vec<_> = files.into_iter().filter(|(path, _)| path != "index.html").collect();
    assert!(index.len() > 2, "{index:?}");
    let preview = Preview::of(&site, &[]);
    site.write("content/explainers/moon.md", "---\ntitle: [The Moon\n---\n\nOther words.\n");
    let started = Instant::now();
    while preview.get("/explainers/moon/").header("x-nutgraf-state") != Some("stale") {
        assert!(started.elapsed() < Duration::from_secs(20), "the edit is not seen");
        std::thread::sleep(Duration::from_millis(20));
    }
    for (path, bytes) in index {
        assert!(preview.get(&format!("/search/{path}")).plain() == bytes, "{path}");
    }
}

#[test]
fn edits_of_every_kind_are_seen() {
    let site = small();
    for poll in [&[][..], &["--poll=50"][..]] {
        let preview = Preview::of(&site, poll);
        let root = site.root();
        let moon = root.join("content/explainers/moon.md");
        let page = |title: &str, text: &str| format!("---\ntitle: {title}\ntags: [sky]\n---\n\n{text}\n");
        // In place.
        site.write("content/explainers/moon.md", page("The Moon", "In place."));
        preview.until_says("/explainers/moon/", "In place.");
        // Another title, which others show.
        site.write("content/explainers/moon.md", page("Luna", "Luna."));
        preview.until_says("/explainers/", "Luna");
        // Written beside it and put in its place.
        site.write("content/explainers/.moon.md.swp", page("X", "swap"));
        site.write("content/explainers/4913", "");
        fs::remove_file(root.join("content/explainers/4913")).unwrap();
        site.write("content/explainers/moon.tmp", page("Luna", "Replaced."));
        fs::rename(root.join("content/explainers/moon.tmp"), &moon).unwrap();
        preview.until_says("/explainers/moon/", "Replaced.");
        fs::remove_file(root.join("content/explainers/.moon.md.swp")).unwrap();
        // Deleted and made again.
        fs::remove_file(&moon).unwrap();
        preview.until("/explainers/moon/", "gone", |answer| answer.status == 404);
        site.write("content/explainers/moon.md", page("The Moon", "Again."));
        preview.until_says("/explainers/moon/", "Again.");
        // A new folder with files in it, renamed, and gone.
        site.write("content/explainers/sea/waves.md", page("Waves", "They roll."));
        site.write("content/explainers/sea/deep/index.md", page("The deep", "Dark."));
        preview.until_says("/explainers/waves/", "They roll.");
        preview.until_says("/explainers/deep/", "Dark.");
        fs::rename(root.join("content/explainers/sea"), root.join("content/explainers/ocean")).unwrap();
        site.write("content/explainers/ocean/waves.md", page("Waves", "After the move."));
        preview.until_says("/explainers/waves/", "After the move.");
        fs::remove_dir_all(root.join("content/explainers/ocean")).unwrap();
        preview.until("/explainers/waves/", "gone", |answer| answer.status == 404);
        // Templates, a first file of theirs, and settings.
        site.write("templates/partials/footer.html", "<footer>Ours</footer>");
        preview.until_says("/explainers/moon/", "<footer>Ours</footer>");
        site.write("templates/partials/footer.html", "<footer>Other</footer>");
        preview.until_says("/explainers/moon/", "<footer>Other</footer>");
        fs::remove_dir_all(root.join("templates")).unwrap();
        preview.until("/explainers/moon/", "as before", |a| !a.text().contains("Other</footer>"));
        site.write("nutgraf.yaml", "title: Another archive\n");
        preview.until_says("/explainers/moon/", "Another archive");
        site.write("nutgraf.yaml", "title: Test\n");
        preview.until_says("/explainers/moon/", "<title>The Moon · Test");
        // Files that are copied.
        site.write("content/explainers/chart.svg", "<svg>new</svg>");
        preview.until("/explainers/chart.svg", "new", |answer| answer.text() == "<svg>new</svg>");
        // All at once, as git does.
        for number in 0..200 {
            let name = format!("content/explainers/many-{number}.md");
            site.write(&name, page(&format!("Many {number}"), "Of many."));
        }
        preview.until_says("/explainers/many-199/", "Of many.");
        preview.until_says("/explainers/many-0/", "Of many.");
        for number in 0..200 {
            fs::remove_file(root.join(format!("content/explainers/many-{number}.md"))).unwrap();
        }
        preview.until("/explainers/many-0/", "gone", |answer| answer.status == 404);
        preview.until("/explainers/many-199/", "gone", |answer| answer.status == 404);
    }
}

#[test]
fn an_open_page_hears_of_what_concerns_it() {
    let site = small();
    let preview = Preview::of(&site, &[]);
    let mut tides = preview.events("/explainers/tides/");
    let mut moon = preview.events("/explainers/moon/");
    let first = moon.next("about");
    assert_eq!((&first["state"], &first["page"]["backlink_count"]), (&"ok".into(), &1.into()));

    site.write("content/explainers/moon.md", "---\ntitle: The Moon\ntags: [sky]\n---\n\nOther words.\n");
    let hash = moon.next("page")["hash"].clone();
    let page = preview.get("/explainers/moon/").text();
    assert!(page.contains("Other words."), "an event came before the bytes");
    assert!(page.contains(&format!("data-hash=\"{}\"", hash.as_str().unwrap())), "{hash}");
    // The other page heard where the edit was, and nothing else.
    assert_eq!(tides.next("edited")["url"], "/explainers/moon/");

    // Broken: the page stays, with the finding as text; mended: it is gone.
    site.write("content/explainers/moon.md", "---\ntitle: \"<img src=x onerror=alert(1)>\n---\n");
    let about = moon.until_state("stale");
    let finding = &about["findings"][0];
    assert_eq!(
        (&finding["severity"], &finding["path"]),
        (&"error".into(), &"content/explainers/moon.md".into())
    );
    assert!(finding["frame"].as_str().unwrap().contains("-->"), "{finding}");
    let stale = preview.get("/explainers/moon/");
    assert_eq!((stale.status, stale.header("x-nutgraf-state")), (200, Some("stale")));
    assert!(stale.text().contains("Other words.") && !stale.text().contains("onerror"));
    site.write("content/explainers/moon.md", "---\ntitle: The Moon\ntags: [sky]\n---\n\nMended.\n");
    moon.next("page");
    let about = moon.until_state("ok");
    assert_eq!(about["findings"].as_array().map(Vec::len), Some(0));

    // A file that moves takes its readers along.
    let root = site.root();
    fs::write(root.join("content/explainers/tides.md"), "---\ntitle: Tides\n---\n\nNo link.\n").unwrap();
    tides.next("page");
    fs::rename(root.join("content/explainers/moon.md"), root.join("content/explainers/luna.md")).unwrap();
    assert_eq!(moon.next("gone")["moved_to"], "/explainers/luna/");
    let mut luna = preview.events("/explainers/luna/");
    luna.next("about");
    site.write("content/explainers/luna.md", "---\ntitle: Luna\nslug: selene\n---\n\nMended.\n");
    assert_eq!(luna.next("gone")["moved_to"], "/explainers/selene/");

    // A file of the theme that breaks leaves the pages as they were.
    site.write("templates/explainer.html", "{% if %}");
    tides.until_state("stale");
    assert_eq!(preview.get("/explainers/selene/").header("x-nutgraf-state"), Some("stale"));
    fs::remove_file(root.join("templates/explainer.html")).unwrap();
    tides.until_state("ok");

    // An image with other bytes is named.
    site.write("content/explainers/chart.svg", "<svg>new</svg>");
    assert_eq!(tides.next("asset")["urls"][0], "/explainers/chart.svg");
}

#[test]
fn a_site_that_is_broken_from_the_start_is_shown_as_far_as_it_goes() {
    let site = small();
    site.write("content/explainers/tides.md", "---\ntitle: \"Tides\n---\n\nText.\n");
    site.write("templates/explainer.html", "{{ page.nothing.at.all }}");
    let preview = Preview::of(&site, &[]);
    let findings = preview.message("findings");
    assert!(findings["findings"].to_string().contains("yaml-syntax"), "{findings}");
    assert_eq!(preview.get("/").status, 200);
    let page = preview.get("/explainers/moon/");
    assert_eq!((page.status, page.header("x-nutgraf-state")), (500, Some("error")));
    assert!(page.text().contains("templates/explainer.html"), "{}", page.text());
    fs::remove_file(site.root().join("templates/explainer.html")).unwrap();
    preview.until_says("/explainers/moon/", "It shines.");
    drop(preview);

    let nothing = TempSite::new();
    let preview = Preview::of(&nothing, &[]);
    let page = preview.get("/");
    assert_eq!(page.status, 500);
    assert!(page.text().contains("content/"), "{}", page.text());
    nothing.write("content/explainers/a.md", "---\ntitle: A\n---\n\nHere.\n");
    preview.until_says("/explainers/a/", "Here.");
}

#[test]
fn readers_never_notice_an_edit() {
    let site = small();
    let preview = Preview::of(&site, &[]);
    let end = Instant::now() + Duration::from_secs(3);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..200)
            .map(|number| {
                let preview = *preview;
                scope.spawn(move || {
                    let mut read = 0;
                    while Instant::now() < end {
                        let target = ["/", "/explainers/tides/", "/explainers/", "/sitemap.xml"][number % 3];
                        let answer = preview.get(target);
                        assert_eq!(answer.status, 200, "{target}");
                        assert!(answer.text().trim_end().ends_with("</html>"), "half of {target}");
                        read += 1;
                    }
                    read
                })
            })
            .collect();
        let mut edits = 0;
        while Instant::now() < end {
            edits += 1;
            let title =
                format!("---\ntitle: Tides {edits}\ntags: [sky, t{}]\n---\n\nText {edits}.\n", edits % 5);
            site.write("content/explainers/tides.md", title);
            std::thread::sleep(Duration::from_millis(20));
        }
        let read: usize = readers.into_iter().map(|reader| reader.join().expect("a reader")).sum();
        assert!(read > 200, "{read} pages were read");
    });
    preview.until_says("/explainers/tides/", "Text ");
}

#[test]
fn a_storm_of_changes_is_one_change() {
    let site = small();
    let preview = Preview::of(&site, &[]);
    preview.message("findings");
    let began = Instant::now();
    for number in 0..1000 {
        let text = format!("---\ntitle: The Moon\n---\n\nNumber {number}.\n");
        fs::write(site.root().join("content/explainers/moon.md"), text).unwrap();
    }
    // On a machine with other things to do a storm has lulls.
    let most = 3 + began.elapsed().as_millis() as usize / 200;
    preview.until_says("/explainers/moon/", "Number 999.");
    std::thread::sleep(Duration::from_millis(300));
    let messages: Vec<String> = preview.messages.try_iter().collect();
    let changes = messages.iter().filter(|line| line.contains("\"changed\"")).count();
    assert!((1..=most).contains(&changes), "{changes} changes:\n{}", messages.join("\n"));
}

#[test]
fn a_preview_writes_nothing() {
    let site = small();
    let before = site.files();
    let preview = Preview::of(&site, &[]);
    preview.get("/explainers/moon/");
    drop(preview);
    assert_eq!(site.files(), before);
}

#[test]
#[cfg(unix)]
fn few_open_files_are_enough() {
    let site = small();
    let mut command = std::process::Command::new("sh");
    let program = env!("CARGO_BIN_EXE_nutgraf");
    command.arg("-c").arg(format!("ulimit -n 256; exec '{program}' serve --port 0 --json"));
    let mut child =
        command.current_dir(site.root()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let messages = lines(child.stdout.take().unwrap());
    let mut preview = Preview { site: PhantomData, child, messages, at: At { port: 0 } };
    let url = preview.message("ready")["urls"][0].as_str().unwrap().to_owned();
    preview.at.port = url.trim_start_matches("http://localhost:").trim_end_matches('/').parse().unwrap();
    let idle: Vec<_> = (0..40).filter_map(|_| TcpStream::connect(("127.0.0.1", preview.port)).ok()).collect();
    assert_eq!(idle.len(), 40);
    site.write("content/explainers/moon.md", "---\ntitle: The Moon\n---\n\nStill here.\n");
    preview.until_says("/explainers/moon/", "Still here.");
}

#[test]
fn a_taken_port_is_named_and_the_next_one_found() {
    let site = small();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let run = preview_refused(&site, &port);
    assert!(run.contains(&format!("port {port} is taken")), "{run}");
}

fn preview_refused(site: &TempSite, port: &str) -> String {
    site.run(&["serve", "--port", port]).expect(2).stderr.clone()
}
