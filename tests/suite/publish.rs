//! What `nutgraf publish` promises, on folders and on branches of real git repositories.

use crate::site::{TempSite, tree};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const PAGE: &str = "---\ntitle: TITLE\ndate: 2026-01-01\n---\nA text.\n";

/// A site with three explainers and these targets.
fn site(targets: &str) -> TempSite {
    let site = TempSite::empty();
    settings(&site, "Test", targets);
    for name in ["a", "b", "c"] {
        site.write(&format!("content/explainers/{name}.md"), PAGE.replace("TITLE", name));
    }
    site
}

fn settings(site: &TempSite, title: &str, targets: &str) {
    site.write("nutgraf.yaml", format!("title: {title}\npublish:\n  targets:\n{targets}"));
}

const DIR: &str = "    live: {type: dir, path: www}\n";
const GIT: &str = "    live: {type: git, remote: remote.git, wait: 0}\n";

fn git(folder: &Path, args: &[&str]) -> String {
    let out = Command::new("git")
        .args(["-c", "user.name=Someone", "-c", "user.email=someone@example.org"])
        .args(args)
        .current_dir(folder)
        .output()
        .expect("git runs");
    assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// A site with a target of each kind that can be tried here; for git with its repository.
fn each_target() -> [TempSite; 2] {
    let pushed = site(GIT);
    git(pushed.root(), &["init", "--quiet", "--bare", "remote.git"]);
    [site(DIR), pushed]
}

/// What readers get: the files of the live release.
fn live(site: &TempSite) -> BTreeMap<String, Vec<u8>> {
    if site.root().join("www").exists() {
        return tree(&site.root().join("www/current"));
    }
    let remote = site.root().join("remote.git");
    if !remote.exists() || git(&remote, &["branch", "--list", "pages"]).is_empty() {
        return BTreeMap::new();
    }
    // A push may end while it is looked at.
    let tip = git(&remote, &["rev-parse", "pages"]).trim().to_owned();
    let names = git(&remote, &["ls-tree", "-r", "--name-only", &tip]);
    let show = |name: &str| git(&remote, &["show", &format!("{tip}:{name}")]).into_bytes();
    let files = names.lines().filter(|name| !name.starts_with(".nutgraf"));
    files.map(|name| (name.to_owned(), show(name))).collect()
}

fn built(site: &TempSite) -> BTreeMap<String, Vec<u8>> {
    let mut files = tree(&site.root().join("public"));
    files.retain(|path, _| !path.starts_with(".nutgraf"));
    files
}

/// Everything that stands at the targets of a site.
fn targets(site: &TempSite) -> BTreeMap<String, Vec<u8>> {
    let mut files = site.files();
    files.retain(|path, _| path.starts_with("www/") || path.starts_with("remote.git/"));
    files
}

#[test]
fn a_site_is_published_changed_and_published_again() {
    for site in each_target() {
        let run = site.run(&["publish"]).expect(0).complains("is live").complains("0 changed, 0 removed");
        run.assert(live(&site) == built(&site), "the built files at the target");
        site.write("content/explainers/a.md", PAGE.replace("TITLE", "Another"));
        site.write("content/explainers/d.md", PAGE.replace("TITLE", "d"));
        site.run(&["publish"]).expect(0).complains("added,");
        assert_eq!(live(&site), built(&site));
        assert!(String::from_utf8_lossy(&live(&site)["explainers/d/index.html"]).contains("<h1>d"));
    }
}

#[test]
fn a_dry_run_writes_nothing_and_tells_what_would_be_done() {
    for site in each_target() {
        let before = targets(&site);
        let run = site.run(&["publish", "--dry-run", "--detailed-exit-code"]).expect(10);
        run.assert(run.stdout.contains("+ explainers/a/index.html\n"), "the added page on standard output");
        assert_eq!(targets(&site), before);
        site.run(&["publish", "--quiet"]).expect(0);
        fs::remove_file(site.root().join("content/explainers/a.md")).expect("it stood there");
        let before = targets(&site);
        let run = site.run(&["publish", "--dry-run"]).expect(0);
        run.assert(run.stdout.contains("- explainers/a/index.html\n"), "the removed page");
        let run = site.run(&["publish", "--dry-run", "--json"]).expect(0);
        let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        assert_eq!(json["removed"][0], "explainers/a/index.html", "{run}");
        assert_eq!(targets(&site), before);
    }
}

#[test]
fn a_build_with_errors_is_not_sent() {
    for site in each_target() {
        site.run(&["publish", "--quiet"]).expect(0);
        let before = targets(&site);
        site.write("content/explainers/a.md", "---\ntitle: A\n---\n[x](nowhere.md)\n");
        site.run(&["publish"]).expect(3).complains("nothing was published");
        assert_eq!(targets(&site), before);
        fs::remove_file(site.root().join("content/explainers/a.md")).expect("it stood there");
        site.run(&["build", "--quiet"]).expect(0);
        fs::write(site.root().join("public/index.html"), "by hand").expect("it can be written");
        site.run(&["publish", "--from", "public"]).expect(3).complains("is not what the build left there");
        site.run(&["publish", "--from", "content"]).expect(3).complains("is no finished site");
        assert_eq!(targets(&site), before);
    }
}

#[test]
fn what_nutgraf_did_not_put_there_stops_it_and_stays() {
    for site in each_target() {
        let remote = site.root().join("remote.git");
        if remote.exists() {
            git(site.root(), &["clone", "--quiet", "remote.git", "hand"]);
            site.write("hand/NOTES", "by hand");
            let hand = site.root().join("hand");
            git(&hand, &["add", "NOTES"]);
            git(&hand, &["commit", "--quiet", "-m", "By hand"]);
            git(&hand, &["push", "--quiet", "origin", "HEAD:pages"]);
        } else {
            site.write("www/NOTES", "by hand");
        }
        let before = targets(&site);
        site.run(&["publish"])
            .expect(6)
            .complains("NOTES")
            .complains("--adopt")
            .complains("nothing was changed");
        assert_eq!(targets(&site), before);
        site.run(&["publish", "--adopt"]).expect(0);
        site.write("content/explainers/d.md", PAGE.replace("TITLE", "d"));
        site.run(&["publish"]).expect(0);
        if remote.exists() {
            assert_eq!(git(&remote, &["show", "pages:NOTES"]), "by hand");
            assert_eq!(git(&remote, &["log", "--format=%s", "pages"]).lines().last(), Some("By hand"));
        } else {
            assert_eq!(site.text("www/NOTES"), "by hand");
        }
    }
}

#[test]
fn what_someone_changed_among_the_published_files_is_put_right() {
    let [folder, pushed] = each_target();
    folder.run(&["publish", "--quiet"]).expect(0);
    folder.write("www/current/index.html", "by hand");
    folder.run(&["publish"]).expect(0).complains("someone else had changed 1 file");
    assert_eq!(live(&folder), built(&folder));

    pushed.run(&["publish", "--quiet"]).expect(0);
    git(pushed.root(), &["clone", "--quiet", "--branch", "pages", "remote.git", "hand"]);
    pushed.write("hand/index.html", "by hand");
    pushed.write("hand/CNAME", "example.org\n");
    let hand = pushed.root().join("hand");
    git(&hand, &["add", "."]);
    git(&hand, &["commit", "--quiet", "-m", "By hand"]);
    git(&hand, &["push", "--quiet"]);
    pushed.run(&["publish"]).expect(0).complains("someone else had changed 1 file");
    let mut expected = built(&pushed);
    expected.insert("CNAME".to_owned(), b"example.org\n".to_vec());
    assert_eq!(live(&pushed), expected);
}

#[test]
fn guards_refuse_before_anything_is_written() {
    for site in each_target() {
        for number in 0..40 {
            site.write(
                &format!("content/explainers/n{number}.md"),
                PAGE.replace("TITLE", &number.to_string()),
            );
        }
        site.run(&["publish", "--quiet"]).expect(0);
        let before = targets(&site);
        let refuses = |args: &[&str], why: &str| {
            site.run(args).expect(6).complains(why).complains("nothing was changed");
            assert_eq!(targets(&site), before, "{args:?}");
        };
        for number in 0..40 {
            fs::remove_file(site.root().join(format!("content/explainers/n{number}.md")))
                .expect("it stood there");
        }
        refuses(&["publish"], "files would be removed");
        refuses(&["publish"], "16 files, and 56 are live");
        refuses(&["publish", "--max-delete", "3"], "at most 3 may be");

        site.write("content/explainers/draft.md", "---\ntitle: Draft\ndraft: true\n---\nNot yet.\n");
        site.run(&["build", "--quiet", "--drafts", "-o", "preview"]).expect(0);
        refuses(&["publish", "--from", "preview", "--max-delete", "100%"], "drafts");

        site.write("content/explainers/a/notes.pem", "-----BEGIN PRIVATE KEY-----\nx\n");
        fs::rename(
            site.root().join("content/explainers/a.md"),
            site.root().join("content/explainers/a/index.md"),
        )
        .expect("it can be moved");
        refuses(&["publish", "--max-delete", "100%"], "explainers/a/notes.pem");
        fs::remove_file(site.root().join("content/explainers/a/notes.pem")).expect("it stood there");

        site.run(&["build", "--quiet", "--base-url", "https://example.org/", "-o", "elsewhere"]).expect(0);
        let way = if site.root().join("www").exists() { DIR } else { GIT };
        settings(&site, "Test", &way.replace("}", ", url: 'https://other.example.org'}"));
        let args = ["publish", "--from", "elsewhere", "--max-delete", "100%"];
        refuses(&args, "the site was built for https://example.org/");
        settings(&site, "Test", way);
        site.run(&["publish", "--quiet", "--max-delete", "100%"]).expect(0);
        assert_eq!(live(&site), built(&site));
    }
}

#[test]
fn the_same_build_is_not_published_twice() {
    for site in each_target() {
        site.run(&["publish", "--quiet"]).expect(0);
        let before = targets(&site);
        let link =
            || fs::symlink_metadata(site.root().join("www/current")).and_then(|meta| meta.modified()).ok();
        let time = link();
        site.run(&["publish"]).expect(0).complains("nothing to do");
        site.run(&["publish", "--dry-run", "--detailed-exit-code"]).expect(0);
        assert_eq!((targets(&site), link()), (before, time));
    }
}

#[test]
fn removed_pages_go_at_once_and_style_sheets_stay_for_a_while() {
    for site in each_target() {
        site.write("templates/static/own.css", "a { color: red }");
        site.write("content/explainers/d.md", PAGE.replace("TITLE", "d"));
        site.run(&["publish", "--quiet"]).expect(0);
        fs::remove_file(site.root().join("templates/static/own.css")).expect("it stood there");
        fs::remove_file(site.root().join("content/explainers/d.md")).expect("it stood there");
        site.run(&["publish"]).expect(0).complains("for readers with older pages");
        let there = live(&site);
        assert!(there.contains_key("static/own.css") && !there.contains_key("explainers/d/index.html"));
        site.run(&["publish"]).expect(0).complains("nothing to do");
        site.run(&["publish", "--prune"]).expect(0);
        assert_eq!(live(&site), built(&site));
    }
}

#[test]
fn earlier_releases_can_be_seen_again_and_old_ones_go() {
    for site in each_target() {
        let mut states = Vec::new();
        for number in 0..5 {
            site.write("content/explainers/a.md", PAGE.replace("TITLE", &format!("State {number}")));
            site.run(&["publish", "--quiet"]).expect(0);
            states.push(live(&site));
            if number == 0 && site.root().join("www").exists() {
                site.write("www/current/by-hand.txt", "stays");
            }
        }
        let dir = site.root().join("www").exists();
        let list = site.run(&["publish", "--list"]).expect(0).stdout;
        assert_eq!(list.lines().count(), if dir { 3 } else { 5 }, "{list}");
        assert!(list.lines().next().is_some_and(|line| line.ends_with("live")), "{list}");
        site.run(&["publish", "--rollback", "--dry-run"]).expect(0);
        assert!(live(&site) == states[4]);
        site.run(&["publish", "--rollback"]).expect(0).complains("is live");
        assert!(live(&site) == states[3], "one step back");
        site.run(&["publish", "--rollback"]).expect(0);
        assert!(live(&site) == states[2], "two steps back");
        let newest = list.split_whitespace().next().expect("an id");
        site.run(&["publish", "--rollback", newest]).expect(0);
        assert!(live(&site) == states[4], "the newest by name");
        site.run(&["publish", "--rollback", "2001-01-01"])
            .expect(2)
            .complains("there is no release 2001-01-01");
        if dir {
            let kept = fs::read_dir(site.root().join("www/releases")).expect("releases").count();
            assert_eq!(kept, 4, "three releases, and the one in which someone put a file");
        }
    }
}

#[test]
fn of_two_who_publish_one_goes_on() {
    let [folder, pushed] = each_target();
    folder.run(&["publish", "--quiet"]).expect(0);
    let lock = fs::File::options().write(true).open(folder.root().join("www/.nutgraf/lock")).expect("a lock");
    lock.lock().expect("it is free");
    let before = targets(&folder);
    folder.write("content/explainers/d.md", PAGE.replace("TITLE", "d"));
    folder.run(&["publish"]).expect(7).complains("someone else is publishing");
    assert_eq!(targets(&folder), before);
    drop(lock);
    folder.run(&["publish"]).expect(0);

    // Someone pushes between the look at the branch and the push.
    pushed.run(&["publish", "--quiet"]).expect(0);
    let real = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .map(|folder| folder.join("git"))
        .find(|git| git.is_file())
        .expect("git");
    let remote = pushed.root().join("remote.git");
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = push ]; then\n  c=$(GIT_DIR={r} {g} -c user.name=x -c user.email=x@example.org commit-tree -p pages -m Theirs 'pages^{{tree}}')\n  GIT_DIR={r} {g} update-ref refs/heads/pages $c\nfi\nexec {g} \"$@\"\n",
        g = real.display(),
        r = remote.display(),
    );
    pushed.write("bin/git", script);
    make_executable(&pushed.root().join("bin/git"));
    let path =
        format!("{}:{}", pushed.root().join("bin").display(), std::env::var("PATH").unwrap_or_default());
    pushed.write("content/explainers/d.md", PAGE.replace("TITLE", "d"));
    let files = live(&pushed);
    pushed.run_with(&["publish"], &[("PATH", &path)]).expect(7).complains("meanwhile");
    assert_eq!(git(&remote, &["log", "-1", "--format=%s", "pages"]).trim(), "Theirs");
    assert!(live(&pushed) == files);
    pushed.run(&["publish"]).expect(0);
    assert_eq!(live(&pushed), built(&pushed));
}

#[cfg(unix)]
fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it can be made executable");
}

#[cfg(not(unix))]
fn make_executable(_: &Path) {}

/// Every file that the pages of a folder name by `href` and `src` stands there.
fn closed(folder: &Path) -> Result<usize, String> {
    let files = tree(folder);
    let mut pages = 0;
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = String::from_utf8_lossy(bytes);
        if !html.trim_end().ends_with("</html>") {
            return Err(format!("{path} is cut off"));
        }
        pages += 1;
        for part in html.split("=\"/static/").skip(1) {
            let name = format!("static/{}", part.split('"').next().unwrap_or_default());
            if !files.contains_key(&name) {
                return Err(format!("{path} names {name}, which is missing"));
            }
        }
    }
    Ok(pages)
}

#[test]
fn whoever_kills_it_leaves_a_whole_site_and_the_next_one_finishes() {
    for site in each_target() {
        for number in 0..150 {
            site.write(
                &format!("content/explainers/n{number}.md"),
                PAGE.replace("TITLE", &number.to_string()),
            );
        }
        site.run(&["publish", "--quiet"]).expect(0);
        let (mut killed, mut states) = (0, vec![live(&site)]);
        for round in 0..12_u64 {
            settings(
                &site,
                &format!("Title {round}"),
                if site.root().join("www").exists() { DIR } else { GIT },
            );
            site.run(&["build", "--quiet"]).expect(0);
            states.push(built(&site));
            let mut child = site
                .command(&["publish", "--quiet", "--from", "public"])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("it starts");
            std::thread::sleep(Duration::from_millis(4 + round * 9));
            killed += usize::from(child.try_wait().expect("it can be asked").is_none());
            let _ = child.kill();
            let _ = child.wait();
            let there = live(&site);
            assert!(states.contains(&there), "round {round}: a mix of two states");
            if site.root().join("www").exists() {
                assert_eq!(closed(&site.root().join("www/current")).map(|pages| pages > 150), Ok(true));
            }
        }
        assert!(killed > 0, "none of 12 was killed on the way");
        // A git that its caller's end leaves alone may still hold the branch for a moment.
        std::thread::sleep(Duration::from_millis(500));
        site.run(&["publish", "--quiet"]).expect(0);
        assert_eq!(live(&site), built(&site));
    }
}

#[test]
fn what_a_broken_off_attempt_copied_is_not_copied_again() {
    let site = site(DIR);
    site.run(&["build", "--quiet"]).expect(0);
    for (path, bytes) in built(&site) {
        site.write(&format!("www/.nutgraf/next/{path}"), bytes);
    }
    site.write("www/.nutgraf/next/index.html", "half");
    site.write("www/.nutgraf/next/left/over.html", "of another build");
    let all = built(&site).len();
    site.run(&["publish"]).expect(0).complains(&format!("{} files were there", all - 1));
    assert_eq!(live(&site), built(&site));
}

#[test]
fn a_password_in_the_settings_is_refused_and_never_repeated() {
    let site = site("    live: {type: git, remote: 'https://me:hunter2@example.org/x.git'}\n");
    let run = site.run(&["publish"]).expect(2).complains("secret-in-settings");
    run.assert(
        !run.stderr.contains("hunter2") && !run.stdout.contains("hunter2"),
        "no password on the terminal",
    );
    let made: String = site
        .files()
        .into_iter()
        .filter(|(path, _)| path != "nutgraf.yaml")
        .map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned())
        .collect();
    assert!(!made.contains("hunter2"));
    let missing = self::site("    live: {type: git, remote: nowhere.git}\n");
    missing.run(&["publish"]).expect(5).complains("nothing was changed");
}

/// A web server for one folder, stopped when dropped.
struct Server {
    address: String,
    stop: Arc<AtomicBool>,
}

impl Server {
    fn new(folder: PathBuf, spoilt: &'static str) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}/", listener.local_addr().expect("an address"));
        let stop = Arc::new(AtomicBool::new(false));
        let own = stop.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (Ok(mut stream), false) = (stream, own.load(Ordering::Relaxed)) else { return };
                let folder = folder.clone();
                std::thread::spawn(move || {
                    let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines();
                    let first = lines.next().and_then(Result::ok).unwrap_or_default();
                    while lines.next().and_then(Result::ok).is_some_and(|line| !line.is_empty()) {}
                    let path =
                        first.split([' ', '?']).nth(1).unwrap_or("/").trim_start_matches('/').to_owned();
                    let path =
                        if path.is_empty() || path.ends_with('/') { path + "index.html" } else { path };
                    let kind = match path.rsplit_once('.').map(|(_, ending)| ending) {
                        Some("html") => "text/html; charset=utf-8",
                        Some("css") => "text/css",
                        _ => "application/octet-stream",
                    };
                    let (code, body) = match fs::read(folder.join(&path)) {
                        _ if path == spoilt => ("200 OK", b"something older".to_vec()),
                        Ok(bytes) => ("200 OK", bytes),
                        Err(_) => ("404 Not Found", b"nothing".to_vec()),
                    };
                    let head = format!(
                        "HTTP/1.1 {code}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                        body.len()
                    );
                    let _ = stream.write_all(&[head.as_bytes(), &body].concat());
                });
            }
        });
        Server { address, stop }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ =
            std::net::TcpStream::connect(self.address.trim_start_matches("http://").trim_end_matches('/'));
    }
}

#[test]
fn success_means_that_readers_get_what_was_published() {
    if Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: there is no curl here");
        return;
    }
    let site = site(DIR);
    let with = |server: &Server| {
        settings(&site, "Test", &DIR.replace("}", &format!(", url: '{}'}}", server.address)));
    };
    let server = Server::new(site.root().join("www/current"), "");
    with(&server);
    site.run(&["publish"]).expect(0).complains("and found right");
    site.write("content/explainers/d.md", PAGE.replace("TITLE", "d"));
    site.run(&["publish", "--verify", "full"]).expect(0).complains("and found right");
    site.run(&["publish", "--rollback"]).expect(0).complains("and found right");
    site.run(&["publish"]).expect(0);

    let stale = Server::new(site.root().join("www/current"), "explainers/e/index.html");
    with(&stale);
    site.write("content/explainers/e.md", PAGE.replace("TITLE", "e"));
    let releases = fs::read_dir(site.root().join("www/releases")).expect("releases").count();
    site.run(&["publish"])
        .expect(9)
        .complains("explainers/e/ differs")
        .complains("nothing older was removed");
    assert_eq!(fs::read_dir(site.root().join("www/releases")).expect("releases").count(), releases + 1);
    site.run(&["publish"]).expect(0).complains("nothing to do").complains("and found right");
    site.run(&["publish", "--verify", "full"]).expect(9).complains("explainers/e/ differs");
    site.write("content/explainers/f.md", PAGE.replace("TITLE", "f"));
    settings(&site, "Test", &DIR.replace("}", ", url: 'http://127.0.0.1:9/'}"));
    site.run(&["publish"]).expect(9).complains("cannot be reached");
}

#[test]
fn files_for_a_host_are_built_and_a_change_of_headers_alone_is_published() {
    for site in each_target() {
        let way = if site.root().join("remote.git").exists() { GIT } else { DIR };
        let way = way.replace("}", ", host: netlify}");
        let rule = |age: u32| {
            format!("{way}  headers: [{{match: '/data/*', set: {{Cache-Control: max-age={age}}}}}]\n")
        };
        settings(&site, "Test", &rule(60));
        site.run(&["publish", "--quiet"]).expect(0);
        let there = live(&site);
        let headers = String::from_utf8_lossy(&there["_headers"]).into_owned();
        assert!(headers.starts_with("/data/*\n  Cache-Control: max-age=60\n/static/"), "{headers}");
        assert!(headers.contains(", immutable\n"), "{headers}");
        settings(&site, "Test", &rule(90));
        let run = site.run(&["publish"]).expect(0);
        run.assert(run.stderr.contains("0 added, 1 changed, 0 removed"), "one file changed");
        assert_eq!(live(&site), built(&site));
    }
}

#[test]
fn a_host_gets_redirects_and_notes_as_it_reads_them() {
    let site = TempSite::new()
        .file("content/explainers/a.md", PAGE.replace("TITLE", "A\naliases: [/old/]"))
        .file("nutgraf.yaml", "title: Test\nbase_url: https://example.org/\n");
    let built = |host: &str| {
        site.run(&["build", "--quiet", "--for", host]).expect(0);
        tree(&site.root().join("public"))
    };
    let redirects = |host: &str| String::from_utf8_lossy(&built(host)["_redirects"]).into_owned();
    let plain = redirects("cloudflare");
    assert!(plain.contains("/old/ ") && plain.ends_with(" 301\n"), "{plain}");
    assert_eq!(redirects("netlify"), plain.replace(" 301\n", " 301!\n"));
    let github = built("github");
    assert_eq!((github[".nojekyll"].len(), &github["CNAME"]), (0, &b"example.org\n".to_vec()));
    assert!(github.contains_key("404.html") && !github.contains_key("_headers"));
    for (host, file) in [("firebase", "firebase.json"), ("vercel", "vercel.json")] {
        let text = String::from_utf8_lossy(&built(host)[file]).into_owned();
        assert!(text.contains("\"/old/\"") && text.contains("immutable"), "{text}");
    }
    site.write("content/assets/x.txt", "x");
    let own = site.run(&["build", "--quiet", "--for", "github"]).expect(0);
    own.assert(own.page("CNAME") == "example.org\n", "the domain");
}

#[test]
fn a_site_that_is_too_much_for_its_host_is_not_built_for_it() {
    let site = site(DIR).file("content/explainers/big/index.md", PAGE.replace("TITLE", "Big"));
    let file = fs::File::create(site.root().join("content/explainers/big/video.bin")).expect("a file");
    file.set_len(26 << 20).expect("a size");
    site.run(&["build", "--quiet", "--for", "cloudflare"])
        .expect(1)
        .complains("host-limit")
        .complains("takes 26 MB a file, and explainers/big/video.bin has 27");
    settings(&site, "Test", &DIR.replace("}", ", host: cloudflare}"));
    site.run(&["publish"]).expect(3).complains("host-limit");
    assert!(!site.root().join("www").exists());
}

#[test]
fn a_branch_may_have_one_commit_at_a_time() {
    let site = site(&GIT.replace("}", ", history: squash, branch: site}"));
    git(site.root(), &["init", "--quiet", "--bare", "remote.git"]);
    for title in ["One", "Two", "Three"] {
        site.write("content/explainers/a.md", PAGE.replace("TITLE", title));
        site.run(&["publish", "--quiet"]).expect(0);
    }
    assert_eq!(git(&site.root().join("remote.git"), &["rev-list", "--count", "site"]).trim(), "1");
    site.run(&["publish", "--rollback"]).expect(2).complains("there is no earlier release");
}

#[test]
fn the_target_is_the_one_that_is_meant() {
    let two = site(&format!("{DIR}    other: {{type: dir, path: other}}\n"));
    two.run(&["publish"]).expect(2).complains("name one of live, other");
    two.run(&["publish", "othr"]).expect(2).complains("did you mean `other`?");
    two.run(&["publish", "other"]).expect(0);
    assert!(two.root().join("other/current/index.html").is_file() && !two.root().join("www").exists());
    site("    live: {type: dir, path: public/www}\n")
        .run(&["publish"])
        .expect(2)
        .complains("lie in each other");
    TempSite::new().run(&["publish"]).expect(2).complains("names no target");
}
