//! "Cite this page": an explainer as a source for others, in the forms that they use.

use super::view::CiteView;
use crate::document::Date;
use serde::Serialize;
use std::borrow::Cow;

/// An explainer, as others cite it.
pub struct Cited<'a> {
    /// The last part of its address: by it others name it, and it does not change with title or date.
    pub slug: &'a str,
    pub title: &'a str,
    pub authors: Vec<Author<'a>>,
    /// Title of the site.
    pub site: &'a str,
    /// May be empty.
    pub publisher: &'a str,
    pub published: Option<Date>,
    /// Only where it is later.
    pub updated: Option<Date>,
    /// With scheme and host; empty where the site has no `base_url`.
    pub url: &'a str,
    /// BCP 47.
    pub lang: &'a str,
    pub said: Said,
}

/// Words of the sentence, in the language of the page.
pub struct Said {
    /// Between two authors, with its space: `, `.
    pub comma: String,
    /// Before the last author, with its spaces: ` and `.
    pub and: String,
    /// `Updated 3 May 2024`; empty where `updated` is `None`.
    pub updated: String,
    /// The same within the sentence: `, updated 3 May 2024`.
    pub and_updated: String,
}

/// Someone who wrote it.
pub struct Author<'a> {
    pub name: &'a str,
    /// `Lovelace, Ada`, or a name in the order in which it is sorted. Without one nothing is known
    /// about the parts of the name, and none are made up.
    pub sort_name: Option<&'a str>,
}

/// All forms of a citation.
pub fn page(page: &Cited) -> CiteView {
    let key = key(page.slug);
    CiteView { plain: plain(page), bibtex: bibtex(page, &key), ris: ris(page), csl: csl(page, &key) }
}

impl<'a> Cited<'a> {
    /// The day by which it is cited.
    fn date(&self) -> Option<Date> {
        self.published.or(self.updated)
    }

    /// There is a day to tell beside the one by which it is cited.
    fn is_updated(&self) -> bool {
        self.published.is_some() && self.updated.is_some()
    }

    fn note(&self) -> Option<String> {
        self.is_updated().then(|| self.said.updated.clone())
    }
}

impl<'a> Author<'a> {
    /// Family and given name, where its parts are known.
    fn parts(&self) -> Option<(&'a str, &'a str)> {
        let (family, given) = self.sort_name?.split_once(',')?;
        let (family, given) = (family.trim(), given.trim());
        (!family.is_empty() && !given.is_empty()).then_some((family, given))
    }
}

/// Letters, digits and hyphens of ASCII: the characters that every BibTeX takes in a key.
fn key(slug: &str) -> String {
    if !slug.is_empty() && slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return slug.to_owned();
    }
    let hash = blake3::hash(slug.as_bytes()).to_hex();
    format!("page-{}", &hash[..10])
}

fn plain(page: &Cited) -> String {
    let mut text = String::new();
    let names: Vec<&str> = page.authors.iter().map(|author| author.name).collect();
    if let Some((last, others)) = names.split_last() {
        text.push_str(&others.join(&page.said.comma));
        text.push_str(if others.is_empty() { "" } else { &page.said.and });
        text.push_str(last);
        text.push_str(if last.ends_with('.') { " " } else { ". " });
    }
    let title = line(page.title);
    let stop = if title.ends_with(['.', '?', '!', '…', '。', '？', '！']) { "" } else { "." };
    text.push_str(&format!("“{title}{stop}” {}", line(page.site)));
    if let Some(date) = page.date() {
        text.push_str(&format!(", {}", date.human(page.lang)));
    }
    if page.is_updated() {
        text.push_str(&page.said.and_updated);
    }
    text.push('.');
    if !page.url.is_empty() {
        text.push(' ');
        text.push_str(page.url);
    }
    text
}

/// `@misc`, which BibTeX and BibLaTeX know alike.
fn bibtex(page: &Cited, key: &str) -> String {
    let mut out = format!("@misc{{{key}");
    let mut field = |name: &str, value: &str| {
        if !value.is_empty() {
            out.push_str(&format!(",\n  {name} = {value}"));
        }
    };
    let braced = |text: &str| if text.is_empty() { String::new() } else { format!("{{{}}}", tex(text)) };
    let authors: Vec<String> = page.authors.iter().map(bibtex_name).collect();
    field(
        "author",
        &if authors.is_empty() { String::new() } else { format!("{{{}}}", authors.join(" and ")) },
    );
    // Braces of its own keep the capitals of a title.
    field("title", &format!("{{{}}}", braced(page.title)));
    field("howpublished", &braced(page.site));
    field("publisher", &braced(page.publisher));
    if let Some(date) = page.date() {
        field("year", &format!("{{{:04}}}", date.year));
        const MONTHS: [&str; 12] =
            ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
        if let Some(month) = usize::from(date.month).checked_sub(1).and_then(|at| MONTHS.get(at)) {
            field("month", month);
        }
        if date.day > 0 {
            field("day", &format!("{{{}}}", date.day));
        }
    }
    field("note", &page.note().map_or_else(String::new, |note| braced(&note)));
    // Spelt in bytes that may stand in a URL, it has nothing to escape.
    field("url", &if page.url.is_empty() { String::new() } else { format!("{{{}}}", page.url) });
    out.push_str("\n}");
    out
}

/// A name as BibTeX reads it: with its parts, or whole where it would be cut wrongly.
fn bibtex_name(author: &Author) -> String {
    match author.parts() {
        Some((family, given)) => format!("{}, {}", whole(family), whole(given)),
        None if author.sort_name.is_some() => format!("{{{}}}", tex(author.name)),
        None => whole(author.name),
    }
}

/// `and` and commas divide names, unless braces hold them together.
fn whole(name: &str) -> String {
    let divided = name.contains(',') || name.split_whitespace().any(|word| word.eq_ignore_ascii_case("and"));
    if divided { format!("{{{}}}", tex(name)) } else { tex(name) }
}

/// Text for LaTeX. Braces are spelt out: BibTeX counts them even behind a backslash.
fn tex(text: &str) -> String {
    let text = line(text);
    let special = ['\\', '{', '}', '~', '^', '#', '$', '%', '&', '_'];
    if !text.contains(special) {
        return text.into_owned();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '{' => out.push_str("\\textbraceleft{}"),
            '}' => out.push_str("\\textbraceright{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '#' | '$' | '%' | '&' | '_' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

/// One line for each tag: two letters, two spaces, a hyphen, a space, and the value.
fn ris(page: &Cited) -> String {
    let mut out = String::from("TY  - ELEC\n");
    let mut tag = |name: &str, value: &str| {
        if !value.is_empty() {
            out.push_str(&format!("{name}  - {value}\n"));
        }
    };
    for author in &page.authors {
        match author.parts() {
            Some((family, given)) => tag("AU", &line(&format!("{family}, {given}"))),
            None => tag("AU", &line(author.name)),
        }
    }
    tag("TI", &line(page.title));
    tag("T2", &line(page.site));
    tag("PB", &line(page.publisher));
    if let Some(date) = page.date() {
        let part = |number: u8| if number > 0 { format!("{number:02}") } else { String::new() };
        tag("PY", &format!("{:04}", date.year));
        tag("DA", &format!("{:04}/{}/{}/", date.year, part(date.month), part(date.day)));
    }
    tag("N1", &page.note().unwrap_or_default());
    tag("LA", page.lang);
    tag("UR", page.url);
    out.push_str("ER  - ");
    out
}

/// CSL-JSON: a list of one item.
fn csl(page: &Cited, key: &str) -> String {
    #[derive(Serialize)]
    struct Item<'a> {
        id: &'a str,
        #[serde(rename = "type")]
        kind: &'a str,
        title: &'a str,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        author: Vec<Name<'a>>,
        #[serde(rename = "container-title")]
        site: &'a str,
        #[serde(skip_serializing_if = "str::is_empty")]
        publisher: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        issued: Option<Parts>,
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        language: &'a str,
        #[serde(rename = "URL", skip_serializing_if = "str::is_empty")]
        url: &'a str,
    }
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Name<'a> {
        Parts { family: &'a str, given: &'a str },
        Whole { literal: &'a str },
    }
    #[derive(Serialize)]
    struct Parts {
        #[serde(rename = "date-parts")]
        parts: [Vec<i16>; 1],
    }
    let authors = page.authors.iter().map(|author| match author.parts() {
        Some((family, given)) => Name::Parts { family, given },
        None => Name::Whole { literal: author.name },
    });
    let issued = page.date().map(|date| {
        let parts = [date.year, i16::from(date.month), i16::from(date.day)];
        Parts { parts: [parts.into_iter().take_while(|part| *part > 0).collect()] }
    });
    let item = Item {
        id: key,
        kind: "webpage",
        title: page.title,
        author: authors.collect(),
        site: page.site,
        publisher: page.publisher,
        issued,
        note: page.note(),
        language: page.lang,
        url: page.url,
    };
    // Texts, numbers and lists: there is nothing that JSON cannot hold.
    serde_json::to_string(&[item]).unwrap_or_default()
}

/// On one line, without control characters. Almost every text is that already.
fn line(text: &str) -> Cow<'_, str> {
    let plain = text.bytes().all(|b| (b' '..0x7F).contains(&b));
    if plain && !text.contains("  ") && !text.starts_with(' ') && !text.ends_with(' ') {
        return Cow::Borrowed(text);
    }
    let fits = |c: &char| !c.is_control();
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '\u{2028}' | '\u{2029}'));
    let words =
        words.map(|word| word.chars().filter(fits).collect::<String>()).filter(|word| !word.is_empty());
    Cow::Owned(words.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cited<'a>(title: &'a str, authors: &[(&'a str, Option<&'a str>)]) -> Cited<'a> {
        let author = |(name, sort_name): &(&'a str, Option<&'a str>)| Author { name, sort_name: *sort_name };
        Cited {
            slug: "tides",
            title,
            authors: authors.iter().map(author).collect(),
            site: "Sea & shore",
            publisher: "",
            published: Date::parse("2024-01-05").ok(),
            updated: None,
            url: "https://e.org/explainers/tides/",
            lang: "en",
            said: Said {
                comma: ", ".to_owned(),
                and: " and ".to_owned(),
                updated: "Updated March 2024".to_owned(),
                and_updated: ", updated March 2024".to_owned(),
            },
        }
    }

    fn field(bibtex: &str, name: &str) -> String {
        let start = format!("  {name} = ");
        let line = bibtex.lines().find(|line| line.starts_with(&start)).unwrap_or_default();
        line.trim_start_matches(&start).trim_end_matches(',').to_owned()
    }

    #[test]
    fn a_page_is_cited_in_every_form() {
        let view = page(&cited("Why tides?", &[("Ada Lovelace", Some("Lovelace, Ada"))]));
        assert_eq!(
            view.plain,
            "Ada Lovelace. “Why tides?” Sea & shore, 5 January 2024. https://e.org/explainers/tides/"
        );
        assert_eq!(
            view.bibtex,
            "@misc{tides,\n  author = {Lovelace, Ada},\n  title = {{Why tides?}},\n  howpublished = {Sea \\& shore},\n  year = {2024},\n  month = jan,\n  day = {5},\n  url = {https://e.org/explainers/tides/}\n}"
        );
        assert_eq!(
            view.ris,
            "TY  - ELEC\nAU  - Lovelace, Ada\nTI  - Why tides?\nT2  - Sea & shore\nPY  - 2024\nDA  - 2024/01/05/\nLA  - en\nUR  - https://e.org/explainers/tides/\nER  - "
        );
        let csl: serde_json::Value = serde_json::from_str(&view.csl).expect("JSON");
        assert_eq!(csl[0]["author"][0], serde_json::json!({"family": "Lovelace", "given": "Ada"}));
        assert_eq!(csl[0]["issued"]["date-parts"], serde_json::json!([[2024, 1, 5]]));
        assert_eq!(csl[0]["URL"], "https://e.org/explainers/tides/");
    }

    #[test]
    fn hostile_titles_break_no_form() {
        for (title, tex) in [
            ("100% & #1_a $x^2~", r"100\% \& \#1\_a \$x\textasciicircum{}2\textasciitilde{}"),
            ("open { and }} closed", r"open \textbraceleft{} and \textbraceright{}\textbraceright{} closed"),
            (r"\input{/etc/passwd}", r"\textbackslash{}input\textbraceleft{}/etc/passwd\textbraceright{}"),
            ("a\nER  - \nTY  - b", "a ER - TY - b"),
            ("tab\tnul\u{0}line\u{2028}end", "tab nulline end"),
            ("\"quoted\", 日本語 </pre>", "\"quoted\", 日本語 </pre>"),
        ] {
            let view = page(&cited(title, &[]));
            assert_eq!(field(&view.bibtex, "title"), format!("{{{{{tex}}}}}"));
            // Braces that BibTeX counts are balanced, so the entry ends where it should.
            let parsed = biblatex::RawBibliography::parse(&view.bibtex).expect("BibTeX");
            assert_eq!(parsed.entries.len(), 1, "{title}");
            assert_eq!(parsed.entries[0].v.key.v, "tides");
            let tags: Vec<&str> = view.ris.lines().map(|line| &line[..6]).collect();
            assert_eq!(
                tags,
                ["TY  - ", "TI  - ", "T2  - ", "PY  - ", "DA  - ", "LA  - ", "UR  - ", "ER  - "]
                    .map(|t| &t[..6])
            );
            let csl: serde_json::Value = serde_json::from_str(&view.csl).expect("JSON");
            assert_eq!(csl[0]["title"], title);
            assert!(!view.plain.contains(['\n', '\u{0}', '\u{2028}']), "{}", view.plain);
        }
    }

    #[test]
    fn names_are_cut_only_where_their_parts_are_known() {
        for (name, sort_name, bibtex, ris) in [
            ("Ada Lovelace", None, "Ada Lovelace", "Ada Lovelace"),
            ("Simone de Beauvoir", Some("Beauvoir, Simone de"), "Beauvoir, Simone de", "Beauvoir, Simone de"),
            ("Xi Jinping", Some("Xi Jinping"), "{Xi Jinping}", "Xi Jinping"),
            ("Sammy Davis, Jr.", None, "{Sammy Davis, Jr.}", "Sammy Davis, Jr."),
            ("Smith and Sons", None, "{Smith and Sons}", "Smith and Sons"),
            ("Alexandra Sand", None, "Alexandra Sand", "Alexandra Sand"),
            ("A {b} & c", None, r"A \textbraceleft{}b\textbraceright{} \& c", "A {b} & c"),
        ] {
            let view = page(&cited("T", &[(name, sort_name)]));
            assert_eq!(field(&view.bibtex, "author"), format!("{{{bibtex}}}"));
            assert!(view.ris.contains(&format!("\nAU  - {ris}\n")), "{}", view.ris);
        }
        let view = page(&cited("T", &[("A B", None), ("C D", Some("D, C")), ("E.", None)]));
        assert_eq!(field(&view.bibtex, "author"), "{A B and D, C and E.}");
        assert!(view.plain.starts_with("A B, C D and E. “T.” "), "{}", view.plain);
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        for (date, parts, da) in [("2024-06", "[[2024,6]]", "2024/06//"), ("2024", "[[2024]]", "2024///")] {
            let view = page(&Cited { published: Date::parse(date).ok(), ..cited("T", &[]) });
            assert!(view.csl.contains(parts), "{}", view.csl);
            assert!(view.ris.contains(&format!("DA  - {da}\n")), "{}", view.ris);
            assert_eq!(field(&view.bibtex, "day"), "");
        }
        let view = page(&Cited { published: None, url: "", ..cited("T", &[]) });
        assert_eq!(view.plain, "“T.” Sea & shore.");
        assert!(!view.bibtex.contains("year") && !view.bibtex.contains("url"), "{}", view.bibtex);
        assert!(!view.ris.contains("UR") && !view.csl.contains("URL") && !view.csl.contains("issued"));
    }

    #[test]
    fn a_later_day_is_told_beside_the_first() {
        let updated = Date::parse("2024-03").ok();
        let view = page(&Cited { updated, ..cited("T", &[]) });
        assert!(view.plain.contains("5 January 2024, updated March 2024."), "{}", view.plain);
        assert_eq!(field(&view.bibtex, "note"), "{Updated March 2024}");
        let view = page(&Cited { updated, published: None, ..cited("T", &[]) });
        assert!(view.plain.contains("Sea & shore, March 2024."), "{}", view.plain);
        assert_eq!(field(&view.bibtex, "note"), "");
    }

    #[test]
    fn keys_are_plain_and_hang_on_the_address_alone() {
        assert_eq!(key("why-tides"), "why-tides");
        let other = key("潮汐");
        assert!(other.starts_with("page-") && other.is_ascii(), "{other}");
        assert_eq!(other, key("潮汐"));
        assert_ne!(other, key("潮"));
    }
}
