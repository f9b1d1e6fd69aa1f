//! A Hugo site, or its content folder → a site.

use super::addresses::{self, DEFAULT, address, urlize};
use super::anatomy::{Anatomy, dissect};
use super::body;
use super::folder::{self, Content};
use super::input::{Input, Moment};
use super::layout::{Layout, Names};
use super::node::Node;
use super::places::{self, Place, Places};
use super::report::{Became, Fate, Matter, Report};
use super::settings::Old;
use super::words::{self, decode_entities};
use super::yaml_out;
use crate::diagnostics::Failure;
use crate::document::{canonical, slugify};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

/// Addresses that the new site makes by itself.
const RESERVED: &[&str] =
    &["/explainers", "/topics", "/people", "/search", "/sources", "/timeline", "/corrections"];

/// Imports a Hugo site, or its content folder alone, into a new folder.
///
/// `source` is only read. `dest` is a new folder, an empty one, or one that an earlier import wrote
/// and nobody has changed since. Fails where a folder cannot be read or written, or where writing
/// would touch a file that is not the import's own; nothing is written then.
pub fn hugo(source: &Path, dest: &Path) -> Result<Report, Failure> {
    folder::check(source, dest)?;
    let mut report = Report::default();
    let (files, left) = folder::list(source)?;
    for path in left {
        report.facts.push(format!("`{path}` was not looked into: it holds no source."));
    }
    let old = Old::read(source, &files)?;
    if !files.iter().any(|path| path.starts_with(&old.content) && is_page(path)) {
        return Err(Failure(format!("{} holds no Markdown files", source.display())));
    }
    let mut inputs = Vec::new();
    let mut outputs: BTreeMap<String, Content> = BTreeMap::new();
    let mut names = Names::default();
    let mut rest = Vec::new();
    for path in &files {
        match path.strip_prefix(&old.content) {
            Some(inside) if is_page(inside) => {
                let bytes = folder::bytes(&source.join(path))?;
                inputs.push(Input::read(inside, bytes, &mut report));
            }
            _ => rest.push(path),
        }
    }
    let layout = Layout::of(&old, &inputs);
    for input in &mut inputs {
        (input.became, input.out) = layout.place(&input.path);
        input.out = names.free(&input.out);
    }
    let mut assets = Vec::new();
    for path in rest {
        let (to, address) = match (path.strip_prefix(&old.content), path.strip_prefix("static/")) {
            (Some(inside), _) if old.in_content(path) => (layout.asset(inside), None),
            (_, Some(inside)) => (format!("content/{inside}"), Some(format!("/{inside}"))),
            _ if is_licence(path) => (path.clone(), None),
            _ => {
                let (became, note) = if old.settings_files.contains(path) {
                    (Became::Settings, "title, address and permalinks were read")
                } else {
                    (
                        Became::Skipped,
                        "stands outside the folders for content and for files published as they are",
                    )
                };
                report.fates.push(Fate {
                    path: path.clone(),
                    became,
                    to: String::new(),
                    note: note.to_owned(),
                });
                continue;
            }
        };
        let to = names.free(&to);
        assets.push((path.clone(), to.clone(), address));
        outputs.insert(to.clone(), Content::Copy(source.join(path)));
        report.fates.push(Fate { path: path.clone(), became: Became::Asset, to, note: String::new() });
    }

    let mut site = Site::survey(&old, layout, inputs, &mut report);
    for (path, to, address) in &assets {
        let at = to.strip_prefix("content").unwrap_or(to);
        site.places.assets.insert(places::key(at));
        if let Some(address) = address {
            site.places.assets.insert(places::key(address));
        }
        if let Some(inside) = path.strip_prefix(&old.content).filter(|_| old.in_content(path)) {
            let (folder, name) = inside.rsplit_once('/').unwrap_or(("", inside));
            let beside = site.places.of_folder(folder).map(|page| format!("{}{name}", page.address));
            let old_address = places::key(&beside.unwrap_or_else(|| format!("/{inside}")));
            site.places.asset_addresses.insert(old_address, to.clone());
            site.places.asset_files.insert(inside.to_owned(), to.clone());
        }
    }
    site.note_names(&mut report);
    let inputs = std::mem::take(&mut site.inputs);
    for (index, input) in inputs.iter().enumerate() {
        let text = site.convert(index, input, &mut report);
        report.fates.push(Fate {
            path: input.path.clone(),
            became: input.became,
            to: input.out.clone(),
            note: site.places.pages[index].address.clone(),
        });
        outputs.insert(input.out.clone(), Content::Text(text));
    }
    for remark in &mut report.remarks {
        remark.path.insert_str(0, &old.content);
    }
    for fate in &mut report.fates {
        if matches!(
            fate.became,
            Became::Explainer | Became::Person | Became::Topic | Became::Page | Became::FrontPage
        ) {
            fate.path.insert_str(0, &old.content);
        }
    }
    report.fates.sort_by(|a, b| a.path.cmp(&b.path));
    report.remarks.sort();
    report.facts.extend(site.facts(&old, &report));
    outputs.insert("nutgraf.yaml".to_owned(), Content::Text(site.settings(&old, &report)));
    outputs.insert("import-report.md".to_owned(), Content::Text(report.to_markdown()));
    folder::write(dest, outputs)?;
    Ok(report)
}

fn is_page(path: &str) -> bool {
    let end = path.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    matches!(end.as_str(), "md" | "markdown" | "mdown")
}

/// What says who may use the content stays beside it.
fn is_licence(path: &str) -> bool {
    let name = path.split('.').next().unwrap_or("").to_ascii_uppercase();
    matches!(name.as_str(), "LICENSE" | "LICENCE" | "COPYING" | "NOTICE")
}

/// Everything known before the first page is written.
struct Site {
    inputs: Vec<Input>,
    anatomies: Vec<Anatomy>,
    places: Places,
    layout: Layout,
    /// Patterns of the new site's addresses: explainers, people, topics, pages.
    patterns: [String; 4],
    /// Pages, by input, whose old addresses were granted, and those that were not.
    granted: Vec<(Vec<String>, Vec<String>)>,
    /// Names of people and topics in the form in which Hugo makes addresses of them → file name.
    people: HashMap<String, String>,
    topics: HashMap<String, String>,
    /// What the addresses of a section looked like, and why that is known.
    notes: Vec<String>,
    same_summaries: usize,
}

impl Site {
    fn survey(old: &Old, layout: Layout, inputs: Vec<Input>, report: &mut Report) -> Site {
        let anatomies: Vec<Anatomy> = inputs.iter().map(|input| dissect(&input.body)).collect();
        let fronts: Vec<String> = inputs.iter().map(|input| addresses::whole_text(&input.front)).collect();
        let texts = || fronts.iter().map(String::as_str).chain(inputs.iter().map(|i| i.body.as_str()));
        let mentioned = places::mentioned(texts());
        let every_path: HashSet<&str> = mentioned.values().flatten().map(|(path, _)| path.as_str()).collect();

        let mut notes = Vec::new();
        let mut chosen: BTreeMap<&str, String> = BTreeMap::new();
        for input in &inputs {
            let section = input.section();
            if chosen.contains_key(section) || input.became != Became::Explainer {
                continue;
            }
            let of_section: Vec<&Input> =
                inputs.iter().filter(|i| i.section() == section && i.became == Became::Explainer).collect();
            let (pattern, why) = match old.permalink(section) {
                Some(pattern) => (pattern.to_owned(), "the settings say so".to_owned()),
                None => addresses::likely_pattern(&of_section, &every_path),
            };
            notes.push(format!("Addresses of `{section}`: `{pattern}` ({why})."));
            chosen.insert(section, pattern);
        }

        let people_folder = layout.people.clone().unwrap_or_else(|| "people".to_owned());
        let topics_folder = layout
            .topics
            .iter()
            .find(|t| inputs.iter().any(|i| i.section() == *t))
            .or_else(|| layout.topics.iter().find(|t| inputs.iter().any(|i| i.front.get(t).is_some())))
            .cloned()
            .unwrap_or_else(|| "topics".to_owned());
        let (people_list, topics_list) = (format!("/{people_folder}"), format!("/{topics_folder}"));
        let mut places = Places::default();
        places.automatic.extend([people_list.clone(), topics_list.clone()]);
        let mut people = HashMap::new();
        let mut topics = HashMap::new();
        for (input, anatomy) in inputs.iter().zip(&anatomies) {
            let section = input.section();
            let address = match chosen.get(section).filter(|_| input.became == Became::Explainer) {
                Some(pattern) => address(input, pattern),
                None if input.became == Became::Page => {
                    let pattern = old.permalink(section).unwrap_or(DEFAULT);
                    address(input, if input.is_section() { DEFAULT } else { pattern })
                }
                None => address(input, DEFAULT),
            };
            let mut address = address;
            let key = places::key(&address);
            let moved = RESERVED.contains(&key.as_str()) || key == people_list || key == topics_list;
            let mut list = None;
            if moved {
                let to = format!("/sections{address}");
                report.remark(Matter::AddressMoved, &input.path, 0, format!("{address} → {to}"));
                let made =
                    key == people_list || key == topics_list || key == "/explainers" || key == "/timeline";
                list = made.then_some(address);
                address = to;
            }
            if let Some(&first) = places.addresses.get(&places::key(&address)) {
                let mut number = 2;
                let stem = address.trim_end_matches('/').to_owned();
                while places.addresses.contains_key(&places::key(&format!("{stem}-{number}"))) {
                    number += 1;
                }
                let free = format!("{stem}-{number}/");
                let first: &Place = &places.pages[first];
                report.remark(
                    Matter::AddressTaken,
                    &input.path,
                    0,
                    format!("{address} is also that of {}; this one is now {free}", first.path),
                );
                address = free;
            }
            let name = input.out.rsplit('/').next().unwrap_or("").trim_end_matches(".md").to_owned();
            match input.became {
                Became::Person => {
                    people.insert(urlize(&name), name);
                }
                Became::Topic => {
                    topics.insert(urlize(&name), name);
                }
                _ => {}
            }
            places.add(Place {
                path: input.path.clone(),
                out: input.out.clone(),
                address,
                title: input.title(),
                draft: input.is_draft(),
                ids: anatomy.ids.clone(),
                wanted: HashSet::new(),
                list,
            });
        }

        let explainers =
            chosen.get(layout.main.as_str()).and_then(|p| addresses::our_pattern(p, &layout.main));
        let patterns = [
            explainers.unwrap_or_else(|| "/explainers/{slug}/".to_owned()),
            format!("/{people_folder}/{{slug}}/"),
            format!("/{topics_folder}/{{slug}}/"),
            "/{slug}/".to_owned(),
        ];

        let in_bodies = places::mentioned(inputs.iter().map(|i| i.body.as_str()));
        addresses::find_hosts(old, &in_bodies, &mut places, &mut notes);
        addresses::find_file_base(texts(), &mut places, &mut notes);

        let mut site = Site {
            granted: vec![Default::default(); inputs.len()],
            inputs,
            anatomies,
            places,
            layout,
            patterns,
            people,
            topics,
            notes,
            same_summaries: 0,
        };
        site.join_topics();
        site.join_people();
        site.name_automatic(report);
        site.grant_aliases(report);
        for page in 0..site.inputs.len() {
            let (body, anatomy) = (&site.inputs[page].body, &site.anatomies[page]);
            for (page, fragment) in body::places_wanted(body, anatomy, page, &site.places) {
                site.places.pages[page].wanted.insert(places::decode_percent(&fragment));
            }
        }
        site
    }

    /// A tag whose address a topic claims as an old one of its own is that topic: the two were merged.
    fn join_topics(&mut self) {
        let folder = self.patterns[2].replace("{slug}/", "");
        for input in self.inputs.iter().filter(|input| input.became == Became::Topic) {
            let Some(aliases) = input.front.get("aliases") else { continue };
            let name = input.out.rsplit('/').next().unwrap_or("").trim_end_matches(".md");
            for alias in aliases.texts() {
                let tag = alias.strip_prefix(&folder).map(|rest| urlize(rest.trim_end_matches('/')));
                if let Some(tag) = tag.filter(|tag| !tag.is_empty() && !tag.contains('/')) {
                    self.topics.entry(tag).or_insert_with(|| name.to_owned());
                }
            }
        }
    }

    /// A person who is named in full is the one with that name; Hugo made a second page of it, so its
    /// address leads to theirs.
    fn join_people(&mut self) {
        let mut holders: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, input) in self.inputs.iter().enumerate() {
            if input.became == Became::Person {
                holders.entry(canonical(&self.places.pages[index].title)).or_default().push(index);
            }
        }
        for input in self.inputs.iter().filter(|input| input.became == Became::Explainer) {
            for name in authors(input) {
                let Some([holder]) = holders.get(&canonical(&name)).map(Vec::as_slice) else { continue };
                let term = urlize(&name);
                if term.is_empty() || self.people.contains_key(&term) {
                    continue;
                }
                let out = &self.places.pages[*holder].out;
                let file = out.rsplit('/').next().unwrap_or("").trim_end_matches(".md").to_owned();
                let address = self.patterns[1].replace("{slug}", &term);
                let key = places::key(&address);
                if !self.places.addresses.contains_key(&key) {
                    self.places.aliases.insert(key, *holder);
                    self.granted[*holder].0.push(address);
                }
                self.people.insert(term, file);
            }
        }
    }

    /// People and topics that are named and have no file get pages by themselves.
    fn name_automatic(&mut self, report: &mut Report) {
        let mut missing: BTreeMap<(&str, String), (usize, String)> = BTreeMap::new();
        for input in &self.inputs {
            if input.became != Became::Explainer {
                continue;
            }
            for tag in tags(input, &self.layout) {
                if !self.topics.contains_key(&urlize(tag)) {
                    let slug = slugify(tag);
                    self.places.automatic.insert(places::key(&self.patterns[2].replace("{slug}", &slug)));
                    missing.entry(("topic", tag.to_owned())).or_insert((0, input.path.clone())).0 += 1;
                }
            }
            for name in authors(input) {
                if !self.people.contains_key(&urlize(&name)) {
                    let slug = slugify(&name);
                    self.places.automatic.insert(places::key(&self.patterns[1].replace("{slug}", &slug)));
                    missing.entry(("person", name)).or_insert((0, input.path.clone())).0 += 1;
                }
            }
        }
        for ((kind, name), (count, path)) in missing {
            report.remark(Matter::NoPage, &path, 0, format!("{kind} `{name}`, named by {count}, first here"));
        }
    }

    /// Old addresses go to the page that named them first; pages before lists of pages.
    fn grant_aliases(&mut self, report: &mut Report) {
        let mut order: Vec<usize> = (0..self.inputs.len()).collect();
        order.sort_by_key(|&index| {
            self.inputs[index].is_section() && self.inputs[index].became == Became::Page
        });
        for index in order {
            let input = &self.inputs[index];
            let Some(aliases) = input.front.get("aliases") else { continue };
            for alias in aliases.texts() {
                report.aliases += 1;
                let absolute = if alias.starts_with('/') {
                    alias.to_owned()
                } else if alias.contains("://") {
                    self.granted[index].1.push(alias.to_owned());
                    report.remark(Matter::AliasTaken, &input.path, 0, format!("{alias} is no path"));
                    continue;
                } else {
                    // A relative alias stands beside the page.
                    let address = self.places.pages[index].address.trim_matches('/');
                    let beside = address.rsplit_once('/').map_or("", |(folder, _)| folder);
                    format!("/{}/", [beside, alias.trim_matches('/')].join("/").trim_matches('/'))
                };
                let key = places::key(&absolute);
                let holder = self.places.addresses.get(&key).or_else(|| self.places.aliases.get(&key));
                let taken = match holder {
                    Some(&holder) => Some(self.places.pages[holder].path.clone()),
                    None if key == "/" || RESERVED.contains(&key.as_str()) => {
                        Some("a page that nutgraf makes".to_owned())
                    }
                    None if self.places.automatic.contains(&key) => {
                        Some("a page that nutgraf makes".to_owned())
                    }
                    None => None,
                };
                match taken {
                    Some(holder) => {
                        report.remark(Matter::AliasTaken, &input.path, 0, format!("{alias} is {holder}"));
                        self.granted[index].1.push(alias.to_owned());
                    }
                    None => {
                        self.places.aliases.insert(key, index);
                        self.granted[index].0.push(absolute.clone());
                        // People and topics are also called by the name that the old address had.
                        if !alias.starts_with('/') && input.became != Became::Explainer {
                            self.granted[index].0.push(alias.to_owned());
                        }
                    }
                }
            }
        }
    }

    /// Names that two files have.
    fn note_names(&self, report: &mut Report) {
        let mut holders: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, input) in self.inputs.iter().enumerate() {
            if matches!(input.became, Became::Person | Became::Topic) {
                holders.entry(canonical(&self.places.pages[index].title)).or_default().push(index);
            }
        }
        for holders in holders.values().filter(|h| h.len() > 1) {
            let paths: Vec<&str> = holders.iter().map(|&h| self.inputs[h].path.as_str()).collect();
            let title = &self.places.pages[holders[0]].title;
            report.remark(Matter::NameShared, paths[0], 0, format!("`{title}`: {}", paths.join(", ")));
        }
    }

    /// One input file as a file of ours.
    fn convert(&mut self, index: usize, input: &Input, report: &mut Report) -> String {
        let converted =
            body::convert(&input.body, &self.anatomies[index], input.body_line, index, &self.places, report);
        let mut front = self.front(index, input, report);
        let mut extra = match front.pop() {
            Some((_, Node::Map(extra))) => extra,
            _ => Vec::new(),
        };
        for (key, nodes) in [("missing_images", converted.images), ("missing_files", converted.files)] {
            if !nodes.is_empty() {
                extra.push((key.to_owned(), Node::List(nodes)));
            }
        }
        if !extra.is_empty() {
            front.push(("extra".to_owned(), Node::Map(extra)));
        }
        let mut text = converted.text;
        if let Some(list) = &self.places.pages[index].list {
            // Nutgraf makes the list itself; whoever comes to this page is led on to it.
            let title = words::escaped(&self.places.pages[index].title);
            text = format!("{}\n\n[{title}]({list})\n", text.trim_end());
        }
        let body = text.trim();
        let gap = if body.is_empty() { "" } else { "\n" };
        let end = if body.is_empty() { "" } else { "\n" };
        // Four spaces at the beginning are code, so only line ends are cut there.
        let body = if body.is_empty() { "" } else { text.trim_start_matches('\n').trim_end() };
        format!("---\n{}---\n{gap}{body}{end}", yaml_out::mapping(&front))
    }

    /// The front matter; `extra` is its last entry, and may be empty.
    fn front(&mut self, index: usize, input: &Input, report: &mut Report) -> Vec<(String, Node)> {
        let person = input.became == Became::Person;
        let mut out = Front::default();
        let title = self.places.pages[index].title.clone();
        if !title.is_empty() {
            out.put(if person { "name" } else { "title" }, Node::quoted(title.clone()));
        }
        self.put_summary(input, &mut out);
        self.put_address(index, input, &mut out);
        let (granted, refused) = std::mem::take(&mut self.granted[index]);
        let mut aliases = granted;
        if person && let Some(slug) = input.text("slug") {
            let name = input.out.rsplit('/').next().unwrap_or("").trim_end_matches(".md");
            if slug != name {
                // The folder made the address; the slug is what else the person was called by.
                let old = self.patterns[1].replace("{slug}", slug);
                let key = places::key(&old);
                if !self.places.addresses.contains_key(&key)
                    && self.places.aliases.insert(key, index).is_none()
                {
                    aliases.push(old);
                }
                aliases.push(slug.to_owned());
            }
        }
        if input.became == Became::Explainer
            && let Some(slug) = input.text("slug").filter(|s| s.contains('%'))
        {
            // The address had its escapes as they were typed.
            let address = self.places.pages[index].address.trim_end_matches('/');
            let folder = address.rsplit_once('/').map_or("", |(folder, _)| folder);
            // A server decodes what it is asked for, so the file has the signs themselves.
            aliases.push(format!("{folder}/{}/", places::decode_percent(slug)));
        }
        if !aliases.is_empty() {
            out.put("aliases", Node::List(aliases.into_iter().map(Node::quoted).collect()));
        }
        if !refused.is_empty() {
            out.extra("aliases_taken", Node::List(refused.into_iter().map(Node::quoted).collect()));
        }
        if input.became == Became::Page && self.places.pages[index].address.starts_with("/sections/") {
            out.put("noindex", Node::plain("true"));
        }
        let Node::Map(entries) = &input.front else { return out.finish() };
        for (key, value) in entries {
            if value.is_empty() {
                *report.empty_keys.entry(key.clone()).or_default() += 1;
                continue;
            }
            let kept = self.put(index, input, key, value, &mut out, report);
            if !kept {
                *report.extra_keys.entry(key.clone()).or_default() += 1;
                out.extra(key, value.clone());
            }
        }
        out.finish()
    }

    fn put_summary(&mut self, input: &Input, out: &mut Front) {
        let summary = input.text("summary");
        let deck = input.text("deck");
        let description = input.text("description");
        let Some(found) = summary.or(deck).or(description) else { return };
        out.put("summary", Node::quoted(words::plain(found)));
        for (key, value) in [("deck", deck), ("description", description)] {
            match value {
                Some(value) if value != found => out.extra(key, Node::quoted(value)),
                Some(_) if summary.is_some() => self.same_summaries += 1,
                _ => {}
            }
        }
    }

    /// `slug` where it gives the old address, else `url`.
    fn put_address(&self, index: usize, input: &Input, out: &mut Front) {
        if input.became == Became::FrontPage {
            return;
        }
        let address = &self.places.pages[index].address;
        let pattern = match input.became {
            Became::Person => &self.patterns[1],
            Became::Topic => &self.patterns[2],
            Became::Page => &self.patterns[3],
            _ => &self.patterns[0],
        };
        let last = address.trim_matches('/').rsplit('/').next().unwrap_or("");
        let name = input.out.rsplit('/').next().unwrap_or("").trim_end_matches(".md");
        let ours = addresses::our_address(pattern, input.date.as_ref(), last);
        // A file in a folder might get another address than one beside it, so it is written down.
        let flat = input.became == Became::Explainer || input.out.matches('/').count() == 2;
        if ours.as_deref() == Some(address.as_str()) && slugify(last) == last && flat && name != "index" {
            if slugify(addresses::undated(name)) != last
                || (input.became == Became::Explainer && input.text("slug").is_some())
            {
                out.put("slug", Node::quoted(last));
            }
        } else {
            out.put("url", Node::quoted(address.as_str()));
        }
    }

    /// Puts one entry where it belongs; `false` for what has no place of its own.
    fn put(
        &mut self,
        index: usize,
        input: &Input,
        key: &str,
        value: &Node,
        out: &mut Front,
        report: &mut Report,
    ) -> bool {
        let lower = key.to_ascii_lowercase();
        let person = input.became == Became::Person;
        let text = value.text();
        let mut keep_as_typed = |what: &str| {
            let words = text.map_or_else(|| "a list or map".to_owned(), |t| format!("`{t}`"));
            report.remark(Matter::Value, &input.path, 0, format!("{key}: {words} {what}"));
        };
        match (lower.as_str(), text) {
            ("title" | "summary" | "deck" | "description", Some(_)) if !person || lower != "title" => true,
            ("title" | "display_name" | "name", Some(_)) if !person => lower == "title",
            ("display_name" | "name", Some(_)) => true,
            ("first_name" | "last_name", Some(_)) if person => {
                if lower == "last_name"
                    && let Some(first) = input.text("first_name")
                {
                    let last = text.unwrap_or_default();
                    out.put("sort_name", Node::quoted(decode_entities(&format!("{last}, {first}"))));
                    return true;
                }
                // Without the other half there is nothing to sort by; the name has it.
                lower == "first_name" && input.text("last_name").is_some()
            }
            ("aliases", _) => true,
            ("slug", Some(slug)) => {
                // A slug that is not the last part of the address says more than the address does.
                let address = self.places.pages[index].address.trim_matches('/');
                person || address.ends_with(slug.trim_matches('/')) || address.ends_with(&urlize(slug))
            }
            ("url", Some(url)) => places::key(url) == places::key(&self.places.pages[index].address),
            ("draft", Some("true" | "True" | "TRUE")) => {
                out.put("draft", Node::plain("true"));
                true
            }
            ("draft", Some("false" | "False" | "FALSE")) => true,
            ("date", Some(_)) => match &input.date {
                Some(date) => {
                    out.put("date", date.node());
                    if date.cut {
                        keep_as_typed("has a time without its offset; the day is kept");
                    }
                    !date.cut
                }
                None => {
                    keep_as_typed("is no date");
                    false
                }
            },
            // A text can be closed; a person cannot.
            ("expirydate", _) if person => false,
            ("lastmod" | "updated" | "modified" | "expirydate", Some(typed)) => match Moment::read(typed) {
                Some(date) if lower == "expirydate" => {
                    out.put("closed", Node::plain(date.date()));
                    date.full.is_none() && !date.cut
                }
                Some(date) => {
                    out.put("updated", date.node());
                    !date.cut
                }
                None => {
                    keep_as_typed("is no date");
                    false
                }
            },
            ("robotsnoindex" | "noindex", Some("true")) => {
                out.put("noindex", Node::plain("true"));
                true
            }
            ("series", _) if input.became == Became::Explainer && value.texts().len() == 1 => {
                out.put("series", Node::quoted(value.texts()[0]));
                true
            }
            ("topics" | "tags" | "categories", _) if input.became == Became::Explainer => {
                let mut all = Vec::new();
                for tag in tags(input, &self.layout) {
                    let name = match self.topics.get(&urlize(tag)) {
                        Some(name) => {
                            if name != tag {
                                report.remark(
                                    Matter::TagJoined,
                                    &input.path,
                                    0,
                                    format!("`{tag}` → `{name}`"),
                                );
                            }
                            name.clone()
                        }
                        None => decode_entities(tag),
                    };
                    if !all.contains(&name) {
                        all.push(name);
                    }
                }
                out.put("tags", Node::List(all.into_iter().map(Node::quoted).collect()));
                matches!(value, Node::List(items) if items.iter().all(|i| matches!(i, Node::Text { .. })))
                    || text.is_some()
            }
            ("authors" | "author", _) if input.became == Became::Explainer => {
                let names = authors(input);
                if names.is_empty() {
                    return false;
                }
                let mut all: Vec<String> = Vec::new();
                for name in names {
                    let name = self.people.get(&urlize(&name)).cloned().unwrap_or(name);
                    if !all.contains(&name) {
                        all.push(name);
                    }
                }
                out.put("authors", Node::List(all.into_iter().map(Node::quoted).collect()));
                // `author` counts where there is no `authors`.
                lower == "authors" && is_flat(value)
                    || (text.is_some() && input.front.get("authors").is_none_or(Node::is_empty))
            }
            ("source_url", Some(url))
                if input.became == Became::Explainer && places::split_host(url).is_some() =>
            {
                let mut entry = vec![("id".to_owned(), Node::quoted("original"))];
                let title = self.places.pages[index].title.as_str();
                if !title.is_empty() {
                    entry.push(("title".to_owned(), Node::quoted(title)));
                }
                if let Some(source) = input.text("source") {
                    entry.push(("publisher".to_owned(), Node::quoted(source)));
                }
                entry.push(("url".to_owned(), Node::quoted(url)));
                out.put("sources", Node::List(vec![Node::Map(entry)]));
                false
            }
            ("redirectto", Some(to)) => {
                report.remark(Matter::Redirect, &input.path, 0, to);
                false
            }
            ("agency_full_name" | "agency" | "location" | "pronoun" | "pronouns", Some(fact)) if person => {
                let label = match lower.as_str() {
                    "location" => "Location",
                    "pronoun" | "pronouns" => "Pronouns",
                    _ => "Agency",
                };
                out.facts.push((label, decode_entities(fact)));
                true
            }
            ("github", Some(name)) if person => {
                let name = name.trim_start_matches('@');
                let url =
                    if name.contains("://") { name.to_owned() } else { format!("https://github.com/{name}") };
                out.put("links", Node::Map(vec![("github".to_owned(), Node::quoted(url))]));
                true
            }
            _ => false,
        }
    }

    /// Sentences for the report.
    fn facts(&self, old: &Old, report: &Report) -> Vec<String> {
        let mut facts = Vec::new();
        if !old.content.is_empty() {
            facts.push(format!("Content was read from `{}`.", old.content));
        }
        facts.extend(self.notes.iter().cloned());
        facts
            .push(format!("Comments in front matters are not carried over: {} lines.", report.comment_lines));
        facts.push(format!(
            "{} decks or descriptions say the same as the summary and are not repeated.",
            self.same_summaries
        ));
        facts.push(
            "`expirydate` became `closed`: the pieces are shown as they stand; of people it is kept under `extra`. `lastmod` became `updated`, \
             `topics`, `tags` and `categories` became `tags`."
                .to_owned(),
        );
        facts
    }

    /// The settings of the new site.
    fn settings(&self, old: &Old, report: &Report) -> String {
        let host = self.places.base.split("://").nth(1).unwrap_or("").to_owned();
        let title = old.setting(&["title"]).and_then(Node::text).map(str::to_owned);
        let title =
            title.unwrap_or_else(|| if host.is_empty() { "Imported archive".to_owned() } else { host });
        let mut out = format!("title: {}\n", yaml_out::scalar(&title));
        let description = old.setting(&["params", "description"]).or_else(|| old.setting(&["description"]));
        if let Some(description) = description.and_then(Node::text) {
            out.push_str(&format!("description: {}\n", yaml_out::scalar(description)));
        }
        if !self.places.base.is_empty() {
            out.push_str(&format!("base_url: {}\n", yaml_out::scalar(&format!("{}/", self.places.base))));
        }
        let language = ["languageCode", "locale", "defaultContentLanguage"]
            .iter()
            .find_map(|k| old.setting(&[k])?.text());
        if let Some(language) = language {
            out.push_str(&format!("language: {}\n", yaml_out::scalar(language)));
        }
        out.push_str("\n# The addresses of the old site, so that nothing that was ever published disappears.\npermalinks:\n");
        for (kind, pattern) in ["explainers", "people", "topics", "pages"].iter().zip(&self.patterns) {
            out.push_str(&format!("  {kind}: {}\n", yaml_out::scalar(pattern)));
        }
        let had: BTreeSet<(&str, &str)> = [
            (Matter::LinkBroken, "broken-link", "links that lead nowhere"),
            (Matter::HeadingMissing, "broken-heading", "links to headings that do not exist"),
            (Matter::LinkToDraft, "link-to-unpublished", "links to drafts"),
        ]
        .into_iter()
        .filter(|(matter, ..)| report.remarks_on(*matter) > 0)
        .map(|(_, finding, what)| (finding, what))
        .collect();
        if !had.is_empty() {
            out.push_str("\n# What the source itself had wrong; import-report.md names each place. Delete a line once it is mended.\nchecks:\n");
            for (finding, what) in had {
                out.push_str(&format!("  {finding}: warning # {what}\n"));
            }
        }
        out
    }
}

/// A front matter in the making.
#[derive(Default)]
struct Front {
    entries: Vec<(String, Node)>,
    facts: Vec<(&'static str, String)>,
    extra: Vec<(String, Node)>,
}

/// The order of the keys in a file.
const ORDER: &[&str] = &[
    "title",
    "name",
    "sort_name",
    "summary",
    "slug",
    "url",
    "aliases",
    "draft",
    "noindex",
    "date",
    "updated",
    "closed",
    "tags",
    "authors",
    "series",
    "sources",
    "links",
    "facts",
];

impl Front {
    /// Sets a key unless it is set.
    fn put(&mut self, key: &str, value: Node) {
        if !self.entries.iter().any(|(k, _)| k == key) {
            self.entries.push((key.to_owned(), value));
        }
    }

    fn extra(&mut self, key: &str, value: Node) {
        if !self.extra.iter().any(|(k, _)| k == key) {
            self.extra.push((key.to_owned(), value));
        }
    }

    fn finish(mut self) -> Vec<(String, Node)> {
        if !self.facts.is_empty() {
            let facts = self.facts.iter().map(|(label, value)| {
                Node::Map(vec![
                    ("label".to_owned(), Node::quoted(*label)),
                    ("value".to_owned(), Node::quoted(value.as_str())),
                ])
            });
            let facts = Node::List(facts.collect());
            self.entries.push(("facts".to_owned(), facts));
        }
        self.entries.sort_by_key(|(key, _)| ORDER.iter().position(|k| k == key));
        self.entries.push(("extra".to_owned(), Node::Map(self.extra)));
        self.entries
    }
}

fn is_flat(value: &Node) -> bool {
    match value {
        Node::List(items) => items.iter().all(|item| matches!(item, Node::Text { .. })),
        value => value.text().is_some(),
    }
}

fn tags<'a>(input: &'a Input, layout: &Layout) -> Vec<&'a str> {
    let mut keys: Vec<&str> = vec!["topics", "tags", "categories"];
    keys.extend(
        layout.topics.iter().map(String::as_str).filter(|t| matches!(*t, "topics" | "tags" | "categories")),
    );
    let mut all = Vec::new();
    for key in keys {
        for tag in input.front.get(key).map(Node::texts).unwrap_or_default() {
            if !all.contains(&tag) {
                all.push(tag);
            }
        }
    }
    all
}

fn authors(input: &Input) -> Vec<String> {
    let named = |key: &str| -> Vec<String> {
        let Some(value) = input.front.get(key) else { return Vec::new() };
        match value {
            Node::Map(_) => value.get("name").and_then(Node::text).map(decode_entities).into_iter().collect(),
            value => value.texts().into_iter().map(decode_entities).collect(),
        }
    };
    let mut names = named("authors");
    if names.is_empty() {
        names = named("author");
    }
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(canonical(name)));
    names
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "the tests make the folders they look at")]
mod tests {
    use super::*;

    struct Sites {
        dir: tempfile::TempDir,
    }

    impl Sites {
        fn new(files: &[(&str, &str)]) -> Sites {
            let dir = tempfile::tempdir().unwrap();
            for (path, text) in files {
                let full = dir.path().join("old").join(path);
                std::fs::create_dir_all(full.parent().unwrap()).unwrap();
                std::fs::write(full, text).unwrap();
            }
            Sites { dir }
        }

        fn import(&self) -> Report {
            hugo(&self.dir.path().join("old"), &self.dir.path().join("new")).unwrap()
        }

        fn new_file(&self, path: &str) -> String {
            let full = self.dir.path().join("new").join(path);
            std::fs::read_to_string(&full).unwrap_or_else(|error| panic!("{path}: {error}"))
        }
    }

    #[test]
    fn a_whole_site_is_carried_over() {
        let sites = Sites::new(&[
            (
                "hugo.toml",
                "title = 'The Site'\nbaseURL = 'https://old.org/'\n[permalinks]\nposts = '/:year/:slug/'\n",
            ),
            ("content/_index.md", "---\ntitle: Home\n---\nHello.\n"),
            ("content/about.md", "+++\ntitle = 'About'\n+++\nWe.\n"),
            (
                "content/posts/first-post.md",
                "---\ntitle: First &amp; last\nslug: first\ndate: 2015-02-03 9:05:00 -0400\ntags: [A Tag]\nauthor: Jane Doe\nweight: 007\naliases: [/old/first, second-name]\n---\n[t](/2016/trip) [p](/2016/trip/pic.jpg) ![s](/img/s.png)\n",
            ),
            ("content/posts/trip/index.md", "---\ntitle: Trip\ndate: 2016-01-01\n---\n![pic](pic.jpg)\n"),
            ("content/posts/trip/pic.jpg", "jpg"),
            ("content/notes/n.md", "{\"title\": \"Note\"}\n\nText.\n"),
            ("content/tags/a-tag/_index.md", "---\ntitle: A tag\n---\n"),
            ("static/img/s.png", "png"),
            ("layouts/index.html", "x"),
            ("LICENSE", "free"),
        ]);
        let report = sites.import();
        let counts: Vec<usize> = [
            Became::Explainer,
            Became::Topic,
            Became::Page,
            Became::FrontPage,
            Became::Asset,
            Became::Settings,
            Became::Skipped,
        ]
        .map(|b| report.count(b))
        .to_vec();
        assert_eq!(counts, [3, 1, 1, 1, 3, 1, 1], "{}", report.to_markdown());
        assert_eq!(report.fates.len(), 11);
        assert_eq!(
            sites.new_file("content/explainers/first-post.md"),
            "---\ntitle: \"First & last\"\nslug: first\naliases:\n  - \"/old/first\"\n  - \"/2015/second-name/\"\ndate: \"2015-02-03T09:05:00-04:00\"\ntags:\n  - a-tag\nauthors:\n  - Jane Doe\nextra:\n  weight: 007\n---\n\n[t](/2016/trip/) [p](trip/pic.jpg) ![s](/img/s.png)\n"
        );
        assert!(sites.new_file("content/explainers/trip/index.md").contains("url: \"/2016/trip/\"\n"));
        assert!(sites.new_file("content/explainers/trip/index.md").contains("![pic](pic.jpg)"));
        assert_eq!(sites.new_file("content/explainers/trip/pic.jpg"), "jpg");
        assert_eq!(sites.new_file("content/img/s.png"), "png");
        assert_eq!(sites.new_file("LICENSE"), "free");
        assert!(sites.new_file("content/explainers/notes/n.md").contains("url: \"/notes/n/\"\n"));
        assert_eq!(sites.new_file("content/pages/about.md"), "---\ntitle: About\n---\n\nWe.\n");
        assert_eq!(sites.new_file("content/index.md"), "---\ntitle: Home\n---\n\nHello.\n");
        let settings = sites.new_file("nutgraf.yaml");
        assert!(settings.starts_with("title: The Site\nbase_url: \"https://old.org/\"\n"), "{settings}");
        assert!(settings.contains("  explainers: \"/{year}/{slug}/\"\n  people: \"/people/{slug}/\"\n  topics: \"/tags/{slug}/\"\n"), "{settings}");
        // Twice is the same as once.
        let before = sites.new_file("import-report.md");
        sites.import();
        assert_eq!(sites.new_file("import-report.md"), before);
    }

    #[test]
    fn people_keep_what_is_known_of_them() {
        let sites = Sites::new(&[
            (
                "authors/jane-doe/_index.md",
                "---\n# a comment\ndisplay_name: Jane Doe\nfirst_name: \"Jane \"\nlast_name: Doe\nslug: jane-do\nagency_full_name: GSA\ngithub: jd\nprofile_photo: x\npronoun: \"\"\nexpirydate: 2020-01-01\naliases:\n  - jd\n---\nText.\n",
            ),
            ("news/a.md", "---\ntitle: A\nauthors: [jane-doe, Someone]\n---\n"),
        ]);
        let report = sites.import();
        assert_eq!(
            sites.new_file("content/people/jane-doe.md"),
            "---\nname: Jane Doe\nsort_name: \"Doe, Jane\"\naliases:\n  - \"/authors/jd/\"\n  - jd\n  - \"/authors/jane-do/\"\n  - jane-do\nlinks:\n  github: \"https://github.com/jd\"\nfacts:\n  - label: Agency\n    value: GSA\nextra:\n  profile_photo: x\n  expirydate: 2020-01-01\n---\n\nText.\n"
        );
        assert!(sites.new_file("content/explainers/a.md").contains("authors:\n  - jane-doe\n  - Someone\n"));
        assert_eq!(report.comment_lines, 1);
        assert_eq!(report.empty_keys.get("pronoun"), Some(&1));
        assert_eq!(report.remarks_on(Matter::NoPage), 1);
    }

    #[test]
    fn addresses_are_found_out_from_what_the_texts_mention() {
        let mut files = Vec::new();
        for day in 1..=6 {
            files.push((
                format!("news/2013/07/2013-07-0{day}-piece-{day}.md"),
                format!("---\ntitle: T\nslug: piece-{day}\ndate: 2013-07-0{day} 23:30:00 -0400\n---\n[x](https://old.org/2013/07/0{}/piece-{}/)\n", day % 6 + 1, day % 6 + 1),
            ));
        }
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let sites = Sites::new(&files);
        sites.import();
        let text = sites.new_file("content/explainers/2013/07/2013-07-06-piece-6.md");
        assert!(text.contains("slug: piece-6\n") && !text.contains("url:"), "{text}");
        assert!(text.contains("[x](/2013/07/01/piece-1/)"), "{text}");
        assert!(sites.new_file("nutgraf.yaml").contains("explainers: \"/{year}/{month}/{day}/{slug}/\""));
    }

    #[test]
    fn a_person_named_in_full_is_the_one_with_that_name() {
        let sites = Sites::new(&[
            ("authors/jdoe.md", "---\ntitle: Jane Doe\n---\n"),
            ("authors/a.md", "---\ntitle: Same Name\n---\n"),
            ("authors/b.md", "---\ntitle: Same Name\n---\n"),
            ("posts/a.md", "---\ntitle: A\nauthors: [Jane Doe, Same Name]\n---\n"),
            ("posts/b.md", "---\ntitle: B\nauthors: [jdoe, \"jane doe\"]\n---\n[x](/authors/jane-doe/)\n"),
        ]);
        let report = sites.import();
        assert!(sites.new_file("content/people/jdoe.md").contains("aliases:\n  - \"/authors/jane-doe/\"\n"));
        assert!(sites.new_file("content/explainers/a.md").contains("authors:\n  - jdoe\n  - Same Name\n"));
        let text = sites.new_file("content/explainers/b.md");
        assert!(text.contains("authors:\n  - jdoe\n---") && text.contains("[x](/authors/jdoe/)"), "{text}");
        assert_eq!((report.remarks_on(Matter::NoPage), report.remarks_on(Matter::NameShared)), (1, 1));
    }

    #[test]
    fn lists_that_nutgraf_makes_answer_at_their_old_addresses() {
        let sites = Sites::new(&[
            ("authors/_index.md", "---\ntitle: Our authors\naliases: [/writers/]\n---\n"),
            ("authors/jane.md", "---\ntitle: Jane\n---\n"),
            ("posts/a.md", "---\ntitle: A\nauthors: [jane]\n---\n[all](/authors/)\n"),
        ]);
        let report = sites.import();
        let page = sites.new_file("content/pages/authors.md");
        assert!(page.contains("url: \"/sections/authors/\"\naliases:\n  - \"/writers/\"\n"), "{page}");
        assert!(page.ends_with("---\n\n[Our authors](/authors/)\n"), "{page}");
        assert!(sites.new_file("content/explainers/a.md").ends_with("[all](/authors/)\n"));
        assert_eq!(
            (report.remarks_on(Matter::AddressMoved), report.remarks_on(Matter::LinkElsewhere)),
            (1, 0)
        );
    }

    #[test]
    fn headings_keep_the_ids_that_links_name() {
        let sites = Sites::new(&[
            (
                "posts/a.md",
                "---\ntitle: A\n---\n[x]({{< ref \"b.md#q--a\" >}}) [y](/posts/b/#two-1) [z](#own--here)\n\n## Own & here\n",
            ),
            ("posts/b.md", "---\ntitle: B\n---\n## Q & A\n\n## Two\n\nTwo\n---\n\n## R & S\n"),
        ]);
        let report = sites.import();
        assert!(sites.new_file("content/explainers/a.md").ends_with("## Own & here {#own--here}\n"));
        assert!(
            sites
                .new_file("content/explainers/b.md")
                .ends_with("## Q & A {#q--a}\n\n## Two\n\nTwo {#two-1}\n---\n\n## R & S\n")
        );
        assert_eq!(report.remarks_on(Matter::HeadingMissing), 0);
    }

    #[test]
    fn an_escaped_slug_answers_as_servers_decode_it() {
        let sites = Sites::new(&[("posts/a.md", "---\ntitle: A\nslug: a%e2%80%93b\n---\n")]);
        sites.import();
        let text = sites.new_file("content/explainers/a.md");
        assert!(text.contains("aliases:\n  - \"/posts/a–b/\"\n"), "{text}");
    }

    #[test]
    fn two_claims_to_one_address_are_both_kept() {
        let sites = Sites::new(&[
            ("posts/a.md", "---\ntitle: A\nurl: /x/\n---\n"),
            ("posts/b.md", "---\ntitle: B\nurl: /x/\naliases: [/posts/c/, /y/]\n---\n"),
            ("posts/c.md", "---\ntitle: C\naliases: [/y/]\nslug: c\n---\n"),
        ]);
        let report = sites.import();
        assert!(
            sites.new_file("content/explainers/b.md").contains("url: \"/x-2/\"\naliases:\n  - \"/y/\"\n")
        );
        assert!(sites.new_file("content/explainers/b.md").contains("aliases_taken:\n    - \"/posts/c/\"\n"));
        assert!(sites.new_file("content/explainers/c.md").contains("aliases_taken:\n    - \"/y/\"\n"));
        assert_eq!((report.remarks_on(Matter::AddressTaken), report.remarks_on(Matter::AliasTaken)), (1, 2));
    }

    #[test]
    fn broken_front_matter_is_saved_and_named() {
        let sites = Sites::new(&[
            (
                "posts/a.md",
                "\u{feff}\r\n---\r\ntitle: \"Say \"no\"\"\r\ndate: 2015-13-01\r\n---\r\nText\u{0}.\r\n",
            ),
            ("posts/b.md", "---\ntitle: never closed\n\nText.\n"),
        ]);
        let report = sites.import();
        let text = sites.new_file("content/explainers/a.md");
        assert!(text.starts_with("---\ntitle: \"Say \\\"no\\\"\"\n"), "{text}");
        assert!(text.ends_with("extra:\n  date: 2015-13-01\n---\n\nText.\n"), "{text}");
        assert!(sites.new_file("content/explainers/b.md").contains("never closed"));
        let places: Vec<String> = report.remarks.iter().map(|r| format!("{}:{}", r.path, r.line)).collect();
        assert!(places.contains(&"posts/a.md:3".to_owned()), "{places:?}");
        assert!(places.contains(&"posts/b.md:1".to_owned()), "{places:?}");
    }
}
