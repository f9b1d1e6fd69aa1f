//! `publish:` in the settings: where finished sites go, and what hosts are told about their files.

use crate::diagnostics::{Diagnostic, Finding, Place};
use crate::source::Interval;
use crate::source::fields::{self, Field, Number, Reader, Shape, WebUrl, fields, words};
use crate::source::yaml::{Yaml, shown};
use serde_json::{Value as Json, json};

/// Where the site is published.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Publish {
    /// The target of `nutgraf publish` without a name; empty where the site names none.
    pub default: String,
    /// In the order of the settings.
    pub targets: Vec<(String, Target)>,
    /// What servers say about files, beside what hosts say by themselves.
    pub headers: Vec<HeaderRule>,
}

/// A place to publish to.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    pub way: Way,
    /// Where readers find what is published there, with a final slash; empty where the settings do not
    /// say. Then nothing is fetched and compared.
    pub url: String,
    /// Whose convention files the build writes, and whose limits it keeps.
    pub host: Option<Host>,
    /// Releases that stay, the live one among them.
    pub keep_releases: usize,
    /// Style sheets, scripts, fonts and images that no page names any more stay so long, for readers
    /// who still have an older page.
    pub asset_grace: Interval,
    /// A publication that removes more is refused.
    pub max_delete: Allowance,
    /// Seconds for which the host may take to show what was published.
    pub wait: u64,
}

/// How files get to a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// A folder of this machine; from the site's root where it is relative.
    Dir { path: String },
    /// A branch of a git repository. `squash`: it has one commit at a time.
    Git { remote: String, branch: String, squash: bool },
}

/// Hosts with conventions and limits of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    Netlify,
    Cloudflare,
    Github,
    Gitlab,
    Firebase,
    Vercel,
}

impl Host {
    /// The name that settings and the command line use.
    pub fn name(self) -> &'static str {
        match self {
            Host::Netlify => "netlify",
            Host::Cloudflare => "cloudflare",
            Host::Github => "github",
            Host::Gitlab => "gitlab",
            Host::Firebase => "firebase",
            Host::Vercel => "vercel",
        }
    }
}

/// How many files may go away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    Files(usize),
    /// Of the files that are there; at least 25 may always go.
    Percent(usize),
}

impl Allowance {
    /// Reads `40` or `10%`.
    pub fn parse(text: &str) -> Option<Allowance> {
        let text = text.trim();
        match text.strip_suffix('%') {
            Some(percent) => {
                percent.trim_end().parse().ok().filter(|percent| *percent <= 100).map(Allowance::Percent)
            }
            None => text.parse().ok().map(Allowance::Files),
        }
    }

    /// How many of `files` may go.
    pub fn of(self, files: usize) -> usize {
        match self {
            Allowance::Files(number) => number,
            Allowance::Percent(100) => files,
            Allowance::Percent(percent) => (files * percent / 100).max(25),
        }
    }
}

/// What a server says about some files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderRule {
    /// An address of the site, or with `*` at its end all that begin with it: `/images/*`.
    pub pattern: String,
    /// Names with values, in the order typed.
    pub set: Vec<(String, String)>,
}

static PUBLISH: &[Field<Publish>] = fields! { Publish;
    /// The target of `nutgraf publish` without a name.
    "default": TargetName => |publish, name| publish.default = name.0;
    /// Places to publish to, by names of your own.
    "targets": Targets => |publish, targets| publish.targets = targets.0;
    /// What hosts are told to say about files: rules with `match` and `set`.
    "headers": Vec<HeaderRule> => |publish, rules| publish.headers = rules;
};

/// The keys of a target, before they are put together.
#[derive(Default)]
struct Keys {
    kind: Option<&'static str>,
    path: Option<String>,
    remote: Option<String>,
    branch: Option<String>,
    history: Option<&'static str>,
    url: Option<String>,
    host: Option<Host>,
    keep_releases: Option<usize>,
    asset_grace: Option<Interval>,
    max_delete: Option<Allowance>,
    wait: Option<u64>,
}

static TARGET: &[Field<Keys>] = fields! { Keys;
    /// How files get there: into a folder (`dir`), or into a branch of a git repository (`git`).
    "type": TargetType => |keys, kind| keys.kind = Some(kind.0);
    /// With `dir`: the folder. The web server is pointed to `current` in it.
    "path": String => |keys, path| keys.path = Some(path);
    /// With `git`: the repository, as `git push` takes it, without a password in it.
    "remote": Remote => |keys, remote| keys.remote = Some(remote.0);
    /// With `git`: the branch; otherwise `pages`.
    "branch": Branch => |keys, branch| keys.branch = Some(branch.0);
    /// With `git`: each publication is a commit more (`keep`), or the only one (`squash`).
    "history": History => |keys, history| keys.history = Some(history.0);
    /// Where readers find the site: published pages are fetched from there and compared.
    "url": WebUrl => |keys, url| keys.url = Some(url.0);
    /// Whose convention files are written and whose limits are kept.
    "host": Host => |keys, host| keys.host = Some(host);
    /// With `dir`: releases that stay, the live one among them.
    "keep_releases": Number<1, 1000> => |keys, number| keys.keep_releases = Some(number.0 as usize);
    /// How long style sheets, scripts, fonts and images stay that no page names any more.
    "asset_grace": Interval => |keys, interval| keys.asset_grace = Some(interval);
    /// A publication that removes more files is refused: a number, or a part such as `10%`.
    "max_delete": Allowance => |keys, allowance| keys.max_delete = Some(allowance);
    /// Seconds for which the host may take to show what was published.
    "wait": Number<0, 3600> => |keys, seconds| keys.wait = Some(seconds.0);
};

static HEADER_RULE: &[Field<HeaderRule>] = fields! { HeaderRule;
    /// An address, or the beginning of addresses with `*` behind it: `/images/*`.
    "match": Pattern => |rule, pattern| rule.pattern = pattern.0;
    /// Names of headers with their values.
    "set": HeaderValues => |rule, values| rule.set = values.0;
};

words! {
    /// How files get to a target.
    TargetType: "dir", "git"
}
words! {
    /// What becomes of earlier commits.
    History: "keep", "squash"
}
words! {
    /// The name of a host.
    HostName: "netlify", "cloudflare", "github", "gitlab", "firebase", "vercel"
}

impl Shape for Publish {
    const MANY: &'static str = "mappings";
    const ALONE: bool = false;

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Publish> {
        let publish = reader.record(value, PUBLISH)?;
        let known = || publish.targets.iter().map(|(name, _)| name.as_str());
        if !publish.default.is_empty() && !known().any(|name| name == publish.default) {
            let span = value.get("default").map_or(value.span, |value| value.span);
            let help = match crate::diagnostics::nearest(&publish.default, known()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "name one of `targets`".to_owned(),
            };
            let message = format!("there is no target {}", shown(&publish.default));
            reader.note(Finding::BadValue, span, message, help);
        }
        Some(publish)
    }

    fn schema() -> Json {
        fields::schema(&[PUBLISH])
    }
}

/// The name of a target.
struct TargetName(String);

impl Shape for TargetName {
    const MANY: &'static str = "names of targets";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<TargetName> {
        String::read(value, reader).map(TargetName)
    }

    fn schema() -> Json {
        json!({"type": "string", "examples": ["live"]})
    }
}

/// Targets by name.
struct Targets(Vec<(String, Target)>);

impl Shape for Targets {
    const MANY: &'static str = "targets";
    const ALONE: bool = false;

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Targets> {
        let Some(entries) = value.map() else {
            reader.expected("a mapping of names to targets", value);
            return None;
        };
        let mut targets = Vec::new();
        for (key, value) in entries {
            let fits = !key.text.is_empty()
                && key.text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
                && !key.text.starts_with(['-', '.']);
            if !fits {
                let message = format!("{} is not a name for a target", shown(&key.text));
                let help = "use letters, digits, `-` and `_`".to_owned();
                reader.note(Finding::BadValue, key.span, message, help);
                continue;
            }
            if let Some(target) = Target::read(value, reader) {
                targets.push((key.text.to_string(), target));
            }
        }
        Some(Targets(targets))
    }

    fn schema() -> Json {
        json!({
            "type": "object",
            "additionalProperties": Target::schema(),
            "examples": [{"live": {"type": "dir", "path": "/srv/www/archive"}}],
        })
    }
}

impl Shape for Target {
    const MANY: &'static str = "targets";
    const ALONE: bool = false;

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Target> {
        let keys = reader.record(value, TARGET)?;
        let Some(kind) = keys.kind else {
            if value.get("type").is_none_or(Yaml::is_null) {
                let help = "write `type: dir` or `type: git`".to_owned();
                reader.note(Finding::BadValue, value.span, "a target needs its `type`", help);
            }
            return None;
        };
        let others: &[&str] = match kind {
            "dir" => &["remote", "branch", "history"],
            _ => &["path", "keep_releases"],
        };
        for (key, _) in value.map().unwrap_or_default().iter().filter(|(key, _)| others.contains(&&*key.text))
        {
            let message = format!("a target of the type `{kind}` has no {}", shown(&key.text));
            reader.note(Finding::UnknownKey, key.span, message, "delete it".to_owned());
        }
        let way = match kind {
            "dir" => keys.path.filter(|path| !path.is_empty()).map(|path| Way::Dir { path }),
            _ => keys.remote.map(|remote| Way::Git {
                remote,
                branch: keys.branch.unwrap_or_else(|| "pages".to_owned()),
                squash: keys.history == Some("squash"),
            }),
        };
        let Some(way) = way else {
            let needed = if kind == "dir" { "path" } else { "remote" };
            if value.get(needed).is_none_or(Yaml::is_blank) {
                let message = format!("a target of the type `{kind}` needs its `{needed}`");
                reader.note(Finding::BadValue, value.span, message, None);
            }
            return None;
        };
        let mut url = keys.url.unwrap_or_default();
        if !url.is_empty() && !url.ends_with('/') {
            url.push('/');
        }
        Some(Target {
            url,
            host: keys.host,
            keep_releases: keys.keep_releases.unwrap_or(3),
            asset_grace: keys.asset_grace.unwrap_or(Interval { months: 0, days: 7 }),
            max_delete: keys.max_delete.unwrap_or(Allowance::Percent(10)),
            wait: keys.wait.unwrap_or(if matches!(way, Way::Git { .. }) { 300 } else { 0 }),
            way,
        })
    }

    fn schema() -> Json {
        let mut schema = fields::schema(&[TARGET]);
        schema["required"] = json!(["type"]);
        schema["examples"] = json!([{"type": "dir", "path": "/srv/www/archive"}]);
        schema
    }
}

impl Shape for Host {
    const MANY: &'static str = "hosts";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Host> {
        let HostName(name) = HostName::read(value, reader)?;
        let all = [Host::Netlify, Host::Cloudflare, Host::Github, Host::Gitlab, Host::Firebase, Host::Vercel];
        all.into_iter().find(|host| host.name() == name)
    }

    fn schema() -> Json {
        HostName::schema()
    }
}

impl Shape for Allowance {
    const MANY: &'static str = "numbers";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Allowance> {
        let text = reader.scalar("a number of files", value)?;
        let found = Allowance::parse(text);
        if found.is_none() {
            let message = format!("{} is not a number of files", shown(text));
            reader.note(Finding::BadValue, value.span, message, "write it as `40` or `10%`".to_owned());
        }
        found
    }

    fn schema() -> Json {
        json!({"type": ["integer", "string"], "pattern": "^[0-9]+%?$", "examples": ["10%", 40]})
    }
}

/// The address of a repository.
struct Remote(String);

impl Shape for Remote {
    const MANY: &'static str = "repositories";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Remote> {
        let text = reader.scalar("the address of a repository", value)?.trim();
        // An ssh user is no secret; whatever stands before an `@` of a web address is one.
        let web = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let user = match (web, text.split_once("://")) {
            (Some(rest), _) | (None, Some((_, rest))) => {
                rest.split('/').next().unwrap_or_default().rsplit_once('@').map(|(user, _)| user)
            }
            (None, None) => None,
        };
        if user.is_some_and(|user| web.is_some() || user.contains(':')) {
            // Neither the message nor the drawing of the line may repeat what is warned of.
            let line = reader.text[..value.span.start as usize].matches('\n').count() + 1;
            let message =
                format!("the address of a repository in line {line} has a name or a password in it");
            reader.diagnostics.push(
                Diagnostic::new(Finding::SecretInSettings, Place::file(reader.path.clone()), message)
                    .help("leave it out: git asks its credential helper, as for every push"),
            );
            return None;
        }
        if text.is_empty() || text.starts_with('-') || text.contains(char::is_control) {
            let message = format!("{} is not the address of a repository", shown(text));
            let help = "write it as `git push` takes it".to_owned();
            reader.note(Finding::BadValue, value.span, message, help);
            return None;
        }
        Some(Remote(text.to_owned()))
    }

    fn schema() -> Json {
        json!({"type": "string", "examples": ["git@example.org:me/site.git"]})
    }
}

/// The name of a branch.
struct Branch(String);

impl Shape for Branch {
    const MANY: &'static str = "branches";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Branch> {
        let text = reader.scalar("the name of a branch", value)?.trim();
        // What git would refuse as a name, in the cases that happen; git itself refuses the others.
        let odd = |c: char| c.is_whitespace() || c.is_control() || "~^:?*[\\".contains(c);
        if text.is_empty() || text.starts_with(['-', '/']) || text.contains("..") || text.contains(odd) {
            let message = format!("{} is not the name of a branch", shown(text));
            reader.note(Finding::BadValue, value.span, message, "write it as `pages`".to_owned());
            return None;
        }
        Some(Branch(text.to_owned()))
    }

    fn schema() -> Json {
        json!({"type": "string", "examples": ["pages", "gh-pages"]})
    }
}

impl Shape for HeaderRule {
    const MANY: &'static str = "mappings with `match` and `set`";
    const ALONE: bool = false;

    fn read(value: &Yaml, reader: &mut Reader) -> Option<HeaderRule> {
        let rule = reader.record(value, HEADER_RULE)?;
        let lacks = |key: &str| value.get(key).is_none_or(Yaml::is_null);
        if lacks("match") || lacks("set") {
            let help = "write `{match: /images/*, set: {Cache-Control: max-age=86400}}`".to_owned();
            reader.note(Finding::BadValue, value.span, "a rule needs `match` and `set`", help);
        }
        (!rule.pattern.is_empty() && !rule.set.is_empty()).then_some(rule)
    }

    fn schema() -> Json {
        fields::schema(&[HEADER_RULE])
    }
}

/// Which addresses a rule is for.
struct Pattern(String);

impl Shape for Pattern {
    const MANY: &'static str = "addresses";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Pattern> {
        let text = reader.scalar("an address", value)?.trim();
        let stem = text.strip_suffix('*').unwrap_or(text);
        let odd = |c: char| c.is_whitespace() || c.is_control() || "*?#:()\\\"".contains(c);
        if !text.starts_with('/') || stem.contains(odd) || (stem != text && !stem.ends_with('/')) {
            let message = format!("{} is not an address that all hosts understand", shown(text));
            let help = "begin it with `/`, and write `*` only at the end, behind a slash".to_owned();
            reader.note(Finding::BadValue, value.span, message, help);
            return None;
        }
        Some(Pattern(text.to_owned()))
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": "^/", "examples": ["/images/*"]})
    }
}

/// Headers in the order typed.
struct HeaderValues(Vec<(String, String)>);

impl Shape for HeaderValues {
    const MANY: &'static str = "headers";
    const ALONE: bool = false;

    fn read(value: &Yaml, reader: &mut Reader) -> Option<HeaderValues> {
        let Some(entries) = value.map() else {
            reader.expected("a mapping of headers to values", value);
            return None;
        };
        let mut set = Vec::new();
        for (key, value) in entries {
            let name = key.text.trim();
            // A token of RFC 9110, section 5.6.2, as far as headers are ever named.
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
                let message = format!("{} is not the name of a header", shown(name));
                reader.note(Finding::BadValue, key.span, message, None);
                continue;
            }
            let Some(text) = reader.scalar("the value of a header", value) else { continue };
            let text = text.trim();
            if text.is_empty() || text.contains(|c: char| c.is_control()) {
                let message = "the value of a header is one line of text";
                reader.note(Finding::BadValue, value.span, message, None);
                continue;
            }
            set.push((name.to_owned(), text.to_owned()));
        }
        Some(HeaderValues(set))
    }

    fn schema() -> Json {
        json!({
            "type": "object",
            "additionalProperties": {"type": ["string", "number", "boolean"]},
            "examples": [{"Cache-Control": "max-age=86400"}],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Diagnostics;
    use crate::source::{Config, Source};

    fn read(settings: &str) -> (Publish, Vec<String>) {
        let source =
            Source { path: "nutgraf.yaml".into(), text: format!("title: Test\npublish:\n{settings}") };
        let mut diagnostics = Diagnostics::default();
        let config = Config::read(&source, &mut diagnostics);
        let found = diagnostics.iter().map(|d| {
            let help = d.help.as_deref().unwrap_or_default();
            format!("{}: {} ({help})", d.finding.name(), d.message)
        });
        (*config.publish, found.collect())
    }

    #[track_caller]
    fn complains(settings: &str, expected: &str) {
        let (_, found) = read(settings);
        assert!(found.iter().any(|line| line.contains(expected)), "{expected:?} in {found:#?}");
    }

    #[test]
    fn targets_are_read_with_their_defaults() {
        let (publish, found) = read(
            "  default: live\n  targets:\n    live: {type: dir, path: ../www, url: https://example.org}\n    \
             pages: {type: git, remote: 'git@example.org:me/site.git', history: squash, host: github}\n",
        );
        assert_eq!(found, [""; 0]);
        let (name, live) = &publish.targets[0];
        assert_eq!(
            (name.as_str(), &live.way, live.url.as_str(), live.keep_releases, live.wait),
            ("live", &Way::Dir { path: "../www".to_owned() }, "https://example.org/", 3, 0)
        );
        let pages = &publish.targets[1].1;
        let way = Way::Git {
            remote: "git@example.org:me/site.git".to_owned(),
            branch: "pages".to_owned(),
            squash: true,
        };
        assert_eq!((&pages.way, pages.host, pages.wait), (&way, Some(Host::Github), 300));
    }

    #[test]
    fn a_target_that_cannot_be_one_is_told_of() {
        complains("  targets: {a: {path: x}}\n", "needs its `type`");
        complains("  targets: {a: {type: ftp}}\n", "bad-value: `ftp` is not `dir` or `git`");
        complains("  targets: {a: {type: dir}}\n", "needs its `path`");
        complains("  targets: {a: {type: git}}\n", "needs its `remote`");
        complains("  targets: {a: {type: dir, path: x, branch: y}}\n", "of the type `dir` has no `branch`");
        complains("  targets: {'a b': {type: dir, path: x}}\n", "not a name for a target");
        complains("  default: lvie\n  targets: {live: {type: dir, path: x}}\n", "did you mean `live`?");
        complains("  targets: {a: {type: git, remote: x, branch: 'a..b'}}\n", "not the name of a branch");
        complains("  targets: {a: {type: dir, path: x, max_delete: lots}}\n", "write it as `40` or `10%`");
    }

    #[test]
    fn a_password_in_an_address_is_an_error_that_does_not_repeat_it() {
        for remote in
            ["https://me:hunter2@example.org/x.git", "https://hunter2@example.org/x", "ssh://me:hunter2@h/x"]
        {
            let (publish, found) = read(&format!("  targets: {{a: {{type: git, remote: '{remote}'}}}}\n"));
            assert!(publish.targets.is_empty());
            assert!(found.iter().any(|line| line.starts_with("secret-in-settings")), "{found:?}");
            assert!(!found.concat().contains("hunter2"), "{found:?}");
        }
        let (publish, found) = read("  targets: {a: {type: git, remote: 'ssh://git@example.org/x.git'}}\n");
        assert_eq!((publish.targets.len(), found.len()), (1, 0), "{found:?}");
    }

    #[test]
    fn rules_for_headers_are_such_as_every_host_understands() {
        let (publish, found) =
            read("  headers:\n    - {match: /images/*, set: {Cache-Control: max-age=60}}\n");
        assert_eq!(found, [""; 0]);
        let set = vec![("Cache-Control".to_owned(), "max-age=60".to_owned())];
        assert_eq!(publish.headers, [HeaderRule { pattern: "/images/*".to_owned(), set }]);
        for pattern in ["images/*", "/a*b", "/*.html", "/a b", "/images*"] {
            complains(
                &format!("  headers: [{{match: '{pattern}', set: {{A: b}}}}]\n"),
                "all hosts understand",
            );
        }
        complains("  headers: [{match: /a}]\n", "needs `match` and `set`");
        complains("  headers: [{match: /a, set: {'A b': c}}]\n", "not the name of a header");
        complains("  headers: [{match: /a, set: {A: \"c\\nX: y\"}}]\n", "one line of text");
    }

    #[test]
    fn what_may_go_is_a_number_or_a_part_of_what_is_there() {
        for (text, files, expected) in [
            ("40", 1000, 40),
            ("0", 9, 0),
            ("10%", 1000, 100),
            ("10%", 100, 25),
            ("100%", 7, 7),
            ("0%", 90, 25),
        ] {
            assert_eq!(Allowance::parse(text).map(|a| a.of(files)), Some(expected), "{text} of {files}");
        }
        for text in ["", "-1", "101%", "ten", "%"] {
            assert_eq!(Allowance::parse(text), None, "{text}");
        }
    }
}
