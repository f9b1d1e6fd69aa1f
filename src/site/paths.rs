//! Every file that a site would make has a path of its own, possible on every system.
//!
//! The archive settles who has which address. What it does not see: later pages of lists, feeds,
//! files of themes, and a file that would stand where another needs a folder. Without this the disk
//! would refuse them, one by one and with no file of the author's named.

use super::Site;
use crate::archive::{Archive, Route, Thing};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place};
use crate::document::{Document, canonical};
use crate::output::OutputPath;
use rayon::prelude::*;

/// Where a path comes from.
#[derive(Clone, Copy)]
enum Origin {
    Route(Route),
    /// Index into the archive's assets.
    Asset(usize),
    /// Index into the site's files of themes and templates.
    Static(usize),
}

/// Notes paths that cannot be and paths that two outputs want.
///
/// Where the archive has found collisions already, only the former: the same pair would be told twice.
pub(super) fn check(site: &Site, diagnostics: &mut Diagnostics) {
    let archive = &site.archive;
    let assets = archive.assets.iter().enumerate().filter(|(_, asset)| !asset.withheld);
    let mut paths: Vec<(String, Origin)> =
        archive.routes().into_iter().map(|route| (archive.file_of(route), Origin::Route(route))).collect();
    paths.extend(assets.map(|(at, asset)| (asset.address.clone(), Origin::Asset(at))));
    paths.extend(site.statics.iter().enumerate().map(|(at, file)| (file.path.clone(), Origin::Static(at))));

    let impossible: Vec<Option<String>> =
        paths.par_iter().map(|(path, _)| OutputPath::new(path).err().map(|failure| failure.0)).collect();
    for ((_, origin), why) in paths.iter().zip(impossible) {
        let Some(why) = why else { continue };
        let (finding, help) = match origin {
            Origin::Route(_) => (Finding::BadAddress, "give it another `slug:`, `url:` or alias"),
            Origin::Asset(_) | Origin::Static(_) => (Finding::UnportableName, "rename the file"),
        };
        let place = place(site, *origin).unwrap_or_else(|| Place::file("nutgraf.yaml"));
        diagnostics.push(Diagnostic::new(finding, place, why).help(help));
    }

    if diagnostics.iter().any(|d| d.finding == Finding::AddressCollision) {
        return;
    }
    // With the lowest character for `/` a folder stands right behind a file of its name.
    let mut keys: Vec<(String, usize)> =
        paths.par_iter().enumerate().map(|(at, (p, _))| (canonical(p).replace('/', "\0"), at)).collect();
    keys.par_sort_unstable();
    for pair in keys.windows(2) {
        let [(first, a), (second, b)] = pair else { continue };
        let same = first == second;
        if same || second.strip_prefix(first.as_str()).is_some_and(|rest| rest.starts_with('\0')) {
            let (a, b) = (&paths[*a], &paths[*b]);
            // What an author wrote is easier to change than what is made by itself.
            let (own, other) = if rank(b.1) < rank(a.1) { (b, a) } else { (a, b) };
            let there = place(site, other.1);
            let who =
                there.as_ref().map_or_else(|| "a file that nutgraf makes".into(), |p| p.path.to_string());
            let shorter = if a.0.len() < b.0.len() { &a.0 } else { &b.0 };
            let message = match same {
                true => format!("`{}` is wanted twice: here, and for {who}", own.0),
                false => format!("`{shorter}` cannot be a file and a folder: here, and for {who}"),
            };
            let at = place(site, own.1).unwrap_or_else(|| Place::file("nutgraf.yaml"));
            let mut found = Diagnostic::new(Finding::AddressCollision, at, message).help(match there {
                Some(_) => "give one of them another `slug:` or `url:`, or rename it",
                None => "give it another `slug:` or `url:`, or rename it",
            });
            if let Some(there) = there {
                found = found.also(there, "the other one");
            }
            diagnostics.push(found);
        }
    }
}

/// How much an origin is of the author's own choice; the least first.
fn rank(origin: Origin) -> u8 {
    match origin {
        Origin::Route(Route::Redirect(_)) => 0,
        Origin::Route(Route::Explainer(_) | Route::Page(_)) => 1,
        Origin::Asset(_) => 2,
        Origin::Route(Route::Topic(..) | Route::Person(..)) => 3,
        Origin::Static(_) => 4,
        Origin::Route(_) => 5,
    }
}

/// Where an author wrote what comes to a path; `None` for what is made by itself.
fn place(site: &Site, origin: Origin) -> Option<Place> {
    let archive = &site.archive;
    let document = match origin {
        Origin::Asset(at) => return Some(Place::file(archive.assets[at].path.clone())),
        Origin::Static(at) => return site.statics[at].file.clone().map(Place::file),
        Origin::Route(Route::Redirect(at)) => return redirect(archive, at),
        Origin::Route(route) => {
            let path = site.file_behind(route)?;
            archive.documents.iter().find(|d| d.path == path)?
        }
    };
    Some(match document.facts.url.as_ref().or(document.facts.slug.as_ref()) {
        Some(typed) => Place::new(document.path.clone(), typed.span),
        None => Place::file(document.path.clone()),
    })
}

/// The alias from which a redirect was made.
fn redirect(archive: &Archive, at: u32) -> Option<Place> {
    let redirect = &archive.redirects()[at as usize];
    let document: &Document = match redirect.to {
        Thing::Document(id) => archive.document(id),
        Thing::Topic(id) => archive.document(archive.topic(id).document?),
        Thing::Person(id) => archive.document(archive.person(id).document?),
    };
    let bare = |address: &str| canonical(address.trim_end_matches('/'));
    let typed = document.facts.old_addresses.iter().find(|old| bare(&old.value) == bare(&redirect.from));
    Some(match typed {
        Some(typed) => Place::new(document.path.clone(), typed.span),
        None => Place::file(document.path.clone()),
    })
}
