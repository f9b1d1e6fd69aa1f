//! The command line itself: help, exit codes, and the commands that make files.

use crate::site::TempSite;
use std::process::Stdio;

const COMMANDS: &[&str] =
    &["build", "check", "new", "init", "import", "list", "theme", "why", "schema", "completions"];

#[test]
fn every_command_has_help_with_an_example() {
    let site = TempSite::empty();
    let help = site.run(&["--help"]).expect(0).stdout;
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command} in:\n{help}");
        let run = site.run(&[command, "--help"]).expect(0);
        run.assert(run.stdout.contains(&format!("  nutgraf {command}")), "an example");
        run.assert(run.stderr.is_empty(), "nothing on standard error");
    }
}

#[test]
fn no_command_and_unknown_ones_are_mistakes_of_use() {
    let site = TempSite::new();
    site.run(&[]).expect(2);
    site.run(&["biuld"]).expect(2).complains("'build'");
    site.run(&["build", "--no-such-flag"]).expect(2).complains("--no-such-flag");
    site.run(&["new", "poem", "X"]).expect(2).complains("explainer, person, topic, page");
    site.run(&["schema"]).expect(2).complains("<OF>");
}

#[test]
fn the_version_is_that_of_the_package() {
    let run = TempSite::empty().run(&["--version"]).expect(0).stdout;
    assert_eq!(run, format!("nutgraf {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_shell_has_completions() {
    let site = TempSite::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = site.run(&["completions", shell]).expect(0);
        run.assert(run.stdout.contains("nutgraf") && run.stdout.contains("base-url"), "a script");
    }
}

#[test]
fn a_folder_without_a_site_is_refused_with_what_to_do() {
    let site = TempSite::empty();
    site.run(&["check"]).expect(2).complains("there is no nutgraf.yaml").complains("nutgraf init");
    site.run(&["check", "--root", "nowhere"]).expect(2).complains("--root nowhere");
}

#[test]
fn new_writes_a_file_and_never_overwrites_one() {
    let site = TempSite::new();
    for (kind, path, key) in [
        ("explainer", "content/explainers/why-it-rains.md", "title: \"Why it rains\""),
        ("person", "content/people/why-it-rains.md", "name: \"Why it rains\""),
        ("topic", "content/topics/why-it-rains.md", "title: \"Why it rains\""),
        ("page", "content/pages/why-it-rains.md", "title: \"Why it rains\""),
    ] {
        let run = site.run(&["new", kind, "Why it rains"]).expect(0);
        assert_eq!(run.stdout, format!("{path}\n"));
        assert!(site.text(path).contains(key), "{}", site.text(path));
        site.write(path, "mine");
        site.run(&["new", kind, "Why it rains"]).expect(2).complains(path).complains("exists already");
        assert_eq!(site.text(path), "mine");
    }
}

#[test]
fn new_finds_the_site_from_a_folder_in_it() {
    let site = TempSite::new().file("content/explainers/a.md", "");
    let output = site
        .command(&["new", "topic", "I/O"])
        .current_dir(site.root().join("content/explainers"))
        .output()
        .expect("nutgraf starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "../../content/topics/i-o.md\n");
    assert!(site.text("content/topics/i-o.md").contains("title: \"I/O\""));
}

#[test]
fn a_title_of_nothing_writes_nothing() {
    let site = TempSite::new();
    let before = site.files();
    for title in ["", "  ", "two\nlines", "bell\u{7}"] {
        site.run(&["new", "explainer", title]).expect(2).complains("one line");
    }
    site.run(&["new", "explainer", "../../../etc/passwd"]).expect(0);
    assert_eq!(site.files().len(), before.len() + 1);
    assert!(site.text("content/explainers/etc-passwd.md").contains("\"../../../etc/passwd\""));
}

#[test]
fn init_makes_a_site_in_a_new_folder() {
    let site = TempSite::empty();
    let run = site.run(&["init", "deep/er", "--title", "A: \"quoted\" title"]).expect(0);
    run.assert(run.stdout.contains("nutgraf build --root deep/er"), "the next step");
    assert!(site.text("deep/er/nutgraf.yaml").contains("\ntitle: \"A: \\\"quoted\\\" title\"\n"));
    assert!(site.text("deep/er/.gitignore").contains("\n/public/\n"));
    for (path, text) in site.files() {
        let text = String::from_utf8(text).unwrap();
        assert!(!text.contains("TITLE") && !text.contains("TODAY"), "{path}:\n{text}");
    }
}

#[test]
fn init_refuses_a_folder_in_which_something_stands() {
    let site = TempSite::empty().file("here/notes.txt", "mine").file("here/.hidden", "");
    let before = site.files();
    site.run(&["init", "here"]).expect(2).complains("here is not empty: .hidden, notes.txt stand there");
    site.run(&["init", "here/notes.txt"]).expect(2).complains("here/notes.txt");
    assert_eq!(site.files(), before);
}

#[test]
fn init_takes_a_folder_with_nothing_but_git() {
    let site = TempSite::empty().file(".git/HEAD", "ref: refs/heads/main\n");
    site.run(&["init", "."]).expect(0);
    assert!(site.text("nutgraf.yaml").contains("title: \"Explainers\""));
}

#[test]
fn all_schemas_can_be_written() {
    let site = TempSite::empty();
    let run = site.run(&["schema", "--write", "schemas"]).expect(0);
    let names: Vec<String> = site.files().into_keys().collect();
    assert_eq!(
        names,
        ["explainer", "page", "person", "settings", "sources", "topic"]
            .map(|n| format!("schemas/{n}.schema.json"))
    );
    assert_eq!(run.stdout.lines().count(), names.len());
    let printed = site.run(&["schema", "person"]).expect(0).stdout;
    assert_eq!(printed, site.text("schemas/person.schema.json"));
    serde_json::from_str::<serde_json::Value>(&printed).expect("JSON");
}

#[test]
fn a_reader_that_stops_is_no_failure() {
    let site = TempSite::empty();
    for args in [&["completions", "bash"][..], &["--help"]] {
        let mut child =
            site.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("nutgraf starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("nutgraf ends");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let mut child = site.command(&["check"]).stderr(Stdio::piped()).spawn().expect("nutgraf starts");
    drop(child.stderr.take());
    assert_eq!(child.wait().expect("nutgraf ends").code(), Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_a_failure() {
    let site = TempSite::empty();
    for args in [&["completions", "bash"][..], &["--help"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("/dev/full");
        let output = site.command(args).stdout(full).stderr(Stdio::piped()).output().expect("nutgraf starts");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
    }
}
