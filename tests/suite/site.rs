//! A site in a folder of its own, and runs of the real program on it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A site in a temporary folder, gone when dropped.
pub struct TempSite {
    folder: tempfile::TempDir,
}

impl TempSite {
    /// A folder with nothing in it.
    pub fn empty() -> TempSite {
        TempSite { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// A site with a title and nothing else.
    pub fn new() -> TempSite {
        TempSite::empty().file("nutgraf.yaml", "title: Test\n")
    }

    /// A copy of a folder.
    pub fn copy_of(folder: &Path) -> TempSite {
        let site = TempSite::empty();
        for (path, bytes) in tree(folder) {
            site.write(&path, bytes);
        }
        site
    }

    /// The site with one more file.
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> TempSite {
        self.write(path, content);
        self
    }

    /// Writes a file, with the folders above it. Settings that name no theme get `theme: none`: what
    /// tests look for must not change with the looks of the default theme.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let mut content = content.as_ref().to_vec();
        if path == "nutgraf.yaml" && !content.is_empty() {
            let lines = || content.split(|byte| *byte == b'\n');
            if !lines().any(|line| line.starts_with(b"theme:")) {
                content.extend(if content.ends_with(b"\n") {
                    &b"theme: none\n"[..]
                } else {
                    b"\ntheme: none\n"
                });
            }
        }
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("a path in the site")).expect("a folder can be made");
        fs::write(path, content).expect("a file can be written");
    }

    /// The text of a file; panics with everything that stands there where it is missing.
    pub fn text(&self, path: &str) -> String {
        match fs::read_to_string(self.root().join(path)) {
            Ok(text) => text,
            Err(error) => panic!("{path}: {error}; the site has:\n{}", listing(self.root())),
        }
    }

    /// The folder of the site.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// All files by path, with `/` between its parts.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        tree(self.root())
    }

    /// Runs nutgraf in the site's folder.
    pub fn run(&self, args: &[&str]) -> Run<'_> {
        self.run_with(args, &[])
    }

    /// Runs nutgraf in the site's folder with these environment variables.
    pub fn run_with(&self, args: &[&str], environment: &[(&str, &str)]) -> Run<'_> {
        let output = self.command(args).envs(environment.iter().copied()).output().expect("nutgraf starts");
        Run {
            site: self,
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The program with its arguments, in the site's folder, away from the settings of whoever runs
    /// the tests.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nutgraf"));
        command.args(args).current_dir(self.root()).stdin(Stdio::null());
        for name in ["TZ", "LANG", "LC_ALL", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"] {
            command.env_remove(name);
        }
        command
    }
}

/// What a run came to.
pub struct Run<'a> {
    site: &'a TempSite,
    args: Vec<String>,
    /// `None` where a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Run<'_> {
    /// The same run, if it ended with this exit code; otherwise a failure that shows everything.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        self.assert(self.code == Some(code), &format!("exit code {code}"));
        self
    }

    /// Fails with everything there is to know, unless `fine`.
    #[track_caller]
    pub fn assert(&self, fine: bool, expected: &str) {
        assert!(fine, "expected {expected}\n{self}");
    }

    /// Whether a text stands on standard error; otherwise a failure that shows everything.
    #[track_caller]
    pub fn complains(self, text: &str) -> Self {
        self.assert(self.stderr.contains(text), &format!("`{text}` on standard error"));
        self
    }

    /// The site that was run.
    pub fn site(&self) -> &TempSite {
        self.site
    }

    /// The text of a file in public/.
    #[track_caller]
    pub fn page(&self, path: &str) -> String {
        let found = fs::read_to_string(self.site.root().join("public").join(path));
        self.assert(found.is_ok(), &format!("a text in public/{path}"));
        found.unwrap_or_default()
    }
}

impl std::fmt::Display for Run<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "$ nutgraf {}", self.args.join(" "))?;
        match self.code {
            Some(code) => writeln!(f, "exit code {code}")?,
            None => writeln!(f, "ended by a signal")?,
        }
        for (name, text) in [("standard output", &self.stdout), ("standard error", &self.stderr)] {
            writeln!(f, "--- {name}:\n{text}")?;
        }
        write!(f, "--- files:\n{}", listing(self.site.root()))
    }
}

/// All files below a folder by path, with `/` between its parts.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).expect("a folder can be listed") {
            let path = entry.expect("a folder can be listed").path();
            if path.is_dir() && !path.is_symlink() {
                open.push(path);
            } else {
                let name =
                    path.strip_prefix(folder).expect("it stands below").to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read(&path).unwrap_or_default());
            }
        }
    }
    files
}

fn listing(folder: &Path) -> String {
    let mut list = String::new();
    for (path, bytes) in tree(folder) {
        let _ = writeln!(list, "{:>8}  {path}", bytes.len());
    }
    list
}

#[test]
fn a_failed_expectation_shows_streams_code_and_files() {
    let site = TempSite::new().file("content/explainers/x.md", "---\ntitle: X\n---\n");
    let run = site.run(&["biuld"]);
    let shown = run.to_string();
    for text in ["$ nutgraf biuld", "exit code 2", "'biuld'", "content/explainers/x.md", "nutgraf.yaml"] {
        assert!(shown.contains(text), "{text} in:\n{shown}");
    }
    assert!(std::panic::catch_unwind(|| site.run(&["biuld"]).expect(0)).is_err());
}

#[test]
fn a_page_is_read_from_public() {
    let site = TempSite::new().file("public/explainers/x/index.html", "<h1>X</h1>");
    let run = site.run(&["--version"]).expect(0);
    assert_eq!(run.page("explainers/x/index.html"), "<h1>X</h1>");
    assert!(std::panic::catch_unwind(|| run.page("explainers/y/index.html")).is_err());
}
