//! What an import did, with a line for every input file.

use std::collections::BTreeMap;
use std::fmt;

/// What an import did. [`Display`](fmt::Display) is a short summary; [`Report::to_markdown`] has all.
#[derive(Debug, Default)]
pub struct Report {
    /// Every input file in path order, each once.
    pub fates: Vec<Fate>,
    /// By name.
    pub shortcodes: BTreeMap<String, Shortcode>,
    /// Everything worth a look, by matter, then path, then line.
    pub remarks: Vec<Remark>,
    /// Front-matter keys without a meaning here, kept under `extra`: key → files.
    pub extra_keys: BTreeMap<String, usize>,
    /// Front-matter keys without a value, left out: key → files.
    pub empty_keys: BTreeMap<String, usize>,
    /// What links became → how often.
    pub links: BTreeMap<&'static str, usize>,
    /// Old addresses found in `aliases`.
    pub aliases: usize,
    /// Attributes of HTML that said how the old site looked or worked, left out: name → how often.
    pub attributes: BTreeMap<String, usize>,
    /// Lines of comments in front matters; they are not carried over.
    pub comment_lines: usize,
    /// Further facts for the reader, a sentence each.
    pub facts: Vec<String>,
}

/// What became of one input file.
#[derive(Clone, Debug)]
pub struct Fate {
    /// From the source folder, `/` between its parts.
    pub path: String,
    pub became: Became,
    /// Where it stands now, from the destination; empty where it was not carried over.
    pub to: String,
    /// Its address, or why it was not carried over; may be empty.
    pub note: String,
}

/// What an input file became.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Became {
    Explainer,
    Person,
    Topic,
    Page,
    FrontPage,
    Asset,
    Settings,
    Skipped,
}

impl Became {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Became::Explainer => "explainer",
            Became::Person => "person",
            Became::Topic => "topic",
            Became::Page => "page",
            Became::FrontPage => "front page",
            Became::Asset => "file",
            Became::Settings => "settings",
            Became::Skipped => "skipped",
        }
    }
}

/// How often a shortcode was met, and what was done.
#[derive(Clone, Debug, Default)]
pub struct Shortcode {
    pub converted: usize,
    /// Left as text: not understood.
    pub kept: usize,
    /// Left as it was inside code or an HTML comment.
    pub untouched: usize,
    /// What it becomes, in a few words.
    pub became: &'static str,
}

/// Something that a person may want to look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    pub matter: Matter,
    /// From the source folder.
    pub path: String,
    /// From 1; 0 where the whole file is meant.
    pub line: usize,
    pub text: String,
}

macro_rules! matters {
    ($($variant:ident $title:literal $about:literal;)+) => {
        /// What a remark is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Matter { $(#[doc = $about] $variant,)+ }

        impl Matter {
            const ALL: &'static [Matter] = &[$(Matter::$variant,)+];

            fn title(self) -> &'static str {
                match self { $(Matter::$variant => $title,)+ }
            }

            fn about(self) -> &'static str {
                match self { $(Matter::$variant => $about,)+ }
            }
        }
    };
}

matters! {
    Unreadable "Front matter that is not valid" "It was read line by line; the part named here was taken as text.";
    Encoding "Text that is not valid" "Bytes that are no text, and control characters, were replaced.";
    DuplicateKey "Keys that stand twice" "The later value counts, as it does in Hugo.";
    Value "Values that could not be used" "They are kept under `extra` as typed.";
    AddressTaken "Addresses that two files claim" "The later file got another address.";
    AddressMoved "Addresses that nutgraf uses itself" "Lists that nutgraf makes stand there; the page moved.";
    AliasTaken "Old addresses that lead elsewhere" "Another page stands there or claimed it first; kept under `extra: aliases_taken`.";
    Redirect "Pages that sent their readers elsewhere" "The page is kept as it was; where it led is under `extra: redirectto`.";
    NameShared "Names that several people or topics have" "Links by name cannot tell them apart.";
    ShortcodeKept "Shortcodes kept as text" "They are not understood, and stand in the page as they are typed.";
    ShortcodeUntouched "Shortcodes in code or comments" "They are left as they are.";
    RefAmbiguous "References that fit several files" "The first in path order was taken.";
    RefElsewhere "References to pages that are not in the source" "They link to the address that the page had on the old site.";
    RefMissing "References that lead nowhere" "The words of the link are kept, without the link.";
    LinkElsewhere "Links to pages that are not in the source" "They are absolute, and lead to the old site for as long as it stands.";
    LinkBroken "Links that the source itself has broken" "They are left as typed.";
    HeadingMissing "Links to headings that do not exist" "The source has them broken; they are left as typed.";
    LinkToDraft "Links to drafts" "The page is not published, so the link leads nowhere until it is.";
    ImageMissing "Images that are not in the source" "A note in the text stands for each; `extra: missing_images` keeps what the source says.";
    FileMissing "Files that are not in the source" "A note in the text stands for each; `extra: missing_files` keeps their names.";
    TagJoined "Tags that got the name of their topic's file" "They were spelt otherwise, or the topic claims the address of their page as an old one of its own.";
    NoPage "People and topics that have no file" "They get a page of their own from being named.";
}

impl Report {
    /// Notes something with its place.
    pub fn remark(&mut self, matter: Matter, path: &str, line: usize, text: impl Into<String>) {
        self.remarks.push(Remark { matter, path: path.to_owned(), line, text: text.into() });
    }

    /// Files that became one thing.
    pub fn count(&self, became: Became) -> usize {
        self.fates.iter().filter(|f| f.became == became).count()
    }

    /// Remarks on one matter.
    pub fn remarks_on(&self, matter: Matter) -> usize {
        self.remarks.iter().filter(|r| r.matter == matter).count()
    }

    fn counts(&self) -> Vec<(Became, usize)> {
        let mut counts: BTreeMap<Became, usize> = BTreeMap::new();
        for fate in &self.fates {
            *counts.entry(fate.became).or_default() += 1;
        }
        counts.into_iter().collect()
    }

    /// What was read and what it became, in two lines.
    fn headline(&self) -> String {
        let parts: Vec<String> = self
            .counts()
            .iter()
            .map(|(became, count)| format!("{count} {}", plural(*became, *count)))
            .collect();
        let converted: usize = self.shortcodes.values().map(|s| s.converted).sum();
        let kept: usize = self.shortcodes.values().map(|s| s.kept).sum();
        format!(
            "{} input files: {}.\n{converted} shortcodes converted, {kept} kept as text; {} old addresses.\n",
            self.fates.len(),
            parts.join(", "),
            self.aliases
        )
    }

    /// Each matter that has remarks, with their number.
    fn to_look_at(&self) -> impl Iterator<Item = (&'static str, usize)> {
        Matter::ALL
            .iter()
            .map(|&matter| (matter.title(), self.remarks_on(matter)))
            .filter(|(_, count)| *count > 0)
    }

    /// The whole report as Markdown.
    pub fn to_markdown(&self) -> String {
        let mut out = String::from("# Import report\n\n");
        out.push_str(&self.headline());
        out.push('\n');
        for (title, count) in self.to_look_at() {
            out.push_str(&format!("- {title}: {count}\n"));
        }
        out.push_str("\n## How it was read\n\n");
        for fact in &self.facts {
            out.push_str(&format!("- {fact}\n"));
        }
        out.push_str("\n## Counts\n\n| became | files |\n| --- | ---: |\n");
        for (became, count) in self.counts() {
            out.push_str(&format!("| {} | {count} |\n", became.name()));
        }
        out.push_str(&format!("| **all input files** | **{}** |\n", self.fates.len()));

        if !self.shortcodes.is_empty() {
            out.push_str("\n## Shortcodes\n\n| name | converted | kept as text | in code or comments | becomes |\n| --- | ---: | ---: | ---: | --- |\n");
            for (name, s) in &self.shortcodes {
                out.push_str(&format!(
                    "| `{}` | {} | {} | {} | {} |\n",
                    cell(name),
                    s.converted,
                    s.kept,
                    s.untouched,
                    s.became
                ));
            }
        }
        if !self.links.is_empty() {
            out.push_str("\n## Links\n\n| links | count |\n| --- | ---: |\n");
            for (what, count) in &self.links {
                out.push_str(&format!("| {what} | {count} |\n"));
            }
        }
        for (title, keys) in [
            ("Front-matter keys kept under `extra`", &self.extra_keys),
            ("Front-matter keys without a value, left out", &self.empty_keys),
        ] {
            if keys.is_empty() {
                continue;
            }
            out.push_str(&format!("\n## {title}\n\n| key | files |\n| --- | ---: |\n"));
            for (key, count) in keys {
                out.push_str(&format!("| `{}` | {count} |\n", cell(key)));
            }
        }
        if !self.attributes.is_empty() {
            out.push_str("\n## Attributes of HTML left out\n\nThey said how the old site looked, or what its scripts did. What stood between the tags is kept.\n\n| attribute | count |\n| --- | ---: |\n");
            for (name, count) in &self.attributes {
                out.push_str(&format!("| `{}` | {count} |\n", cell(name)));
            }
        }
        for &matter in Matter::ALL {
            let remarks: Vec<&Remark> = self.remarks.iter().filter(|r| r.matter == matter).collect();
            if remarks.is_empty() {
                continue;
            }
            out.push_str(&format!("\n## {} ({})\n\n{}\n\n", matter.title(), remarks.len(), matter.about()));
            for remark in remarks {
                let line = if remark.line == 0 { String::new() } else { format!(":{}", remark.line) };
                let text = remark.text.replace('\n', " ");
                out.push_str(&format!("- `{}{line}` {}\n", remark.path, cell(&text)));
            }
        }
        out.push_str(
            "\n## Every file\n\n| source | became | where | address or reason |\n| --- | --- | --- | --- |\n",
        );
        for fate in &self.fates {
            out.push_str(&format!(
                "| {} | {} | {} | {} |\n",
                cell(&fate.path),
                fate.became.name(),
                cell(&fate.to),
                cell(&fate.note)
            ));
        }
        out
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline())?;
        let width = self.to_look_at().map(|(_, count)| count.to_string().len()).max().unwrap_or(0);
        for (title, count) in self.to_look_at() {
            writeln!(f, "  {count:>width$}  {title}")?;
        }
        Ok(())
    }
}

fn plural(became: Became, count: usize) -> &'static str {
    match (became, count) {
        (Became::Person, 2..) => "people",
        (Became::Explainer, 2..) => "explainers",
        (Became::Topic, 2..) => "topics",
        (Became::Page, 2..) => "pages",
        (Became::Asset, 2..) => "files",
        (became, _) => became.name(),
    }
}

/// Text that breaks neither a table nor the page.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ").replace('<', "&lt;")
}
