//! `nutgraf join`

use super::{Outcome, counted, size};
use crate::cli;
use crate::diagnostics::{Diagnostic, Diagnostics, Failure, Finding, Place};
use crate::output::{
    Content, Digest, Disk, LinkCheck, Manifest, Output, OutputPath, SHARE, ShareMark, Written,
};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// Makes one output folder of all shares of a site, or nothing where one is missing, damaged or of
/// another site.
pub fn run(args: &cli::Join) -> Result<Outcome, Failure> {
    let shares = gather(&args.shares)?;
    let mut outcome = Outcome::default();
    super::threads(None)?.install(|| {
        let mut disk = Disk::open(&args.output, &super::build::protected_folders(args.shares.clone(), None))?;
        if shares.folders.iter().any(|(_, manifest)| manifest.preview) {
            disk.mark_preview();
        }
        let disk = disk;
        let links = LinkCheck::new("", &shares.base_path);
        let mut known: HashMap<&OutputPath, Digest> = HashMap::new();
        for (folder, manifest) in &shares.folders {
            // A social card is named by what it shows, and stands in each share that needs it.
            let mut files = Vec::with_capacity(manifest.files().len());
            for (path, digest) in manifest.files().iter().filter(|(path, _)| path.as_str() != SHARE) {
                if known.insert(path, *digest) != Some(*digest) {
                    files.push((path, digest));
                }
            }
            let files = files.into_par_iter();
            files.try_for_each(|(path, digest)| {
                let bytes = read(folder, path.as_str(), *digest)?;
                let output = Output { path: path.clone(), content: Content::Bytes(bytes) };
                super::build::see(&links, &output);
                disk.put(output)
            })?;
        }
        note_broken(links, &shares, &mut outcome.diagnostics);
        outcome.diagnostics.finish(|finding| Some(finding.level()));
        outcome.report = if outcome.diagnostics.has_errors() {
            format!("nothing was written: {} is as it was\n", args.output.display())
        } else {
            told(&disk.finish()?, shares.folders.len(), &args.output)
        };
        Ok(outcome)
    })
}

/// All shares of one site.
struct Shares {
    /// Each with what nutgraf wrote into it, in the order of their numbers.
    folders: Vec<(PathBuf, Manifest)>,
    base_path: String,
}

fn gather(folders: &[PathBuf]) -> Result<Shares, Failure> {
    let mut known: BTreeMap<u32, (&Path, ShareMark)> = BTreeMap::new();
    for folder in folders {
        let mark = ShareMark::read(folder)?;
        if let Some((first, _)) = known.get(&mark.number) {
            let (first, folder, number) = (first.display(), folder.display(), mark.number);
            return Err(Failure(format!("{first} and {folder} are both share {number}")));
        }
        if let Some((first, other)) = known.values().next() {
            let (first, folder) = (first.display(), folder.display());
            if other.of != mark.of {
                let (of, others) = (mark.of, other.of);
                return Err(Failure(format!(
                    "{folder} is one of {of} shares, {first} one of {others}: they are of two builds"
                )));
            }
            if (&other.site, &other.base_path) != (&mark.site, &mark.base_path) {
                return Err(Failure(format!(
                    "{folder} and {first} are not of one site in one state: content, settings, templates, the address or \
                     the version of nutgraf differ; build all shares from the same files"
                )));
            }
        }
        known.insert(mark.number, (folder, mark));
    }
    let Some((_, first)) = known.values().next() else {
        return Err(Failure("no share was named".to_owned()));
    };
    let missing: Vec<String> =
        (1..=first.of).filter(|number| !known.contains_key(number)).map(|n| n.to_string()).collect();
    if !missing.is_empty() {
        let what = if missing.len() == 1 { "share" } else { "shares" };
        return Err(Failure(format!("{what} {} of {} not there", missing.join(", "), first.of)));
    }
    let base_path = first.base_path.clone();
    let with_manifest = |(folder, _): &(&Path, ShareMark)| match Manifest::read(folder)? {
        Some(manifest) => Ok(((*folder).to_owned(), manifest)),
        None => Err(Failure(format!("{} has no list of its files", folder.display()))),
    };
    Ok(Shares { folders: known.values().map(with_manifest).collect::<Result<_, Failure>>()?, base_path })
}

/// A file of a share as it was built.
#[expect(clippy::disallowed_methods, reason = "shares are finished sites, read to be joined")]
fn read(folder: &Path, path: &str, digest: Digest) -> Result<Vec<u8>, Failure> {
    let full = folder.join(path);
    let bytes = std::fs::read(&full)
        .map_err(|error| Failure::io(format_args!("cannot read {}", full.display()), &error))?;
    if Digest::of(&bytes) != digest {
        return Err(Failure(format!("{} is not as it was built: build its share again", full.display())));
    }
    Ok(bytes)
}

/// A share cannot see the ids on pages of the others, so links to them are checked here.
fn note_broken(links: LinkCheck, shares: &Shares, diagnostics: &mut Diagnostics) {
    #[expect(clippy::disallowed_methods, reason = "a page at fault is read once more to name its link")]
    let html = |path: &OutputPath| {
        let found =
            shares.folders.iter().map(|(folder, _)| folder.join(path.as_str())).find(|p| p.is_file())?;
        std::fs::read_to_string(found).ok()
    };
    for broken in links.finish(html) {
        let why = broken.trouble.why();
        let message = format!("the finished page {} leads to `{}`, {why}", broken.page, broken.href);
        diagnostics.push(Diagnostic::new(
            Finding::BrokenOutputLink,
            Place::file(broken.page.as_str()),
            message,
        ));
    }
}

fn told(written: &Written, shares: usize, out: &Path) -> String {
    let Written { added, changed, removed, unchanged, .. } = written;
    format!(
        "{} → {} in {} ({})\n{added} added, {changed} changed, {removed} removed, {unchanged} as they were\n",
        counted(shares, "share"),
        counted(written.files, "file"),
        out.display(),
        size(written.bytes)
    )
}
