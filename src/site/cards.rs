//! Social cards: which are drawn, and which cannot be.

use super::Site;
use crate::diagnostics::{Diagnostic, Diagnostics, Failure, Finding, Place};
use crate::document::Document;
use crate::output::{Content, Named, Output, OutputPath};
use crate::page::cards;
use crate::page::view::CardView;
use crate::source::Cards;
use crate::theme::CARD;
use std::sync::{Arc, Mutex};

/// The path of a card, with its output in `drawn`. `None` where the theme has no cards, where no face has
/// the letters of the title, and where the template is at fault, which goes into `faults`.
pub(super) fn card(
    site: &Site,
    card: &CardView,
    place: Option<&Place>,
    drawn: &Mutex<Vec<Output>>,
    faults: &Mutex<Vec<Diagnostic>>,
) -> Option<String> {
    let (templates, faces) = (site.templates.as_ref()?, &site.theme.faces);
    if !templates.has(CARD) || faces.lacks(&card.title).is_some() {
        return None;
    }
    let mut card = card.clone();
    for text in [&mut card.label, &mut card.line, &mut card.date, &mut card.site] {
        if faces.lacks(text).is_some() {
            text.clear();
        }
    }
    let svg = match templates.render_card(&card, place) {
        Ok(svg) => svg,
        Err(fault) => {
            faults.lock().ok()?.push(*fault);
            return None;
        }
    };
    let path = format!("cards/{}.png", cards::name(&svg, faces));
    let (address, faces) = (format!("/{path}"), faces.clone());
    let picture = Named::new(move || {
        cards::draw(&svg, &faces)
            .map_err(|why| Failure(format!("{CARD} makes a drawing that cannot be drawn: {why}")))
    });
    drawn.lock().ok()?.push(Output { path: OutputPath::new(&path).ok()?, content: Content::Named(picture) });
    Some(address)
}

/// Tells once of titles that no card can show.
pub(super) fn check(site: &Site, diagnostics: &mut Diagnostics) {
    let config = &site.archive.config;
    let has_cards = site.templates.as_ref().is_some_and(|templates| templates.has(CARD));
    if config.cards == Cards::Off || config.origin.is_empty() || !has_cards {
        return;
    }
    let faces = &site.theme.faces;
    let help = "put a font that has it (TTF or OTF) into templates/cards/";
    if let Some(letter) = faces.lacks(&config.title) {
        let message = format!(
            "no face for social cards has the letter `{letter}` of the title of the site: pages without an image have no card"
        );
        diagnostics
            .push(Diagnostic::new(Finding::CardLetters, Place::file("nutgraf.yaml"), message).help(help));
    }
    if config.cards != Cards::Pages {
        return;
    }
    let lacking = |document: &Arc<Document>| {
        let letter = faces.lacks(&document.facts.title)?;
        let path = document.path.clone();
        Some((
            letter,
            document
                .facts
                .title_span
                .map_or_else(|| Place::file(path.clone()), |span| Place::new(path.clone(), span)),
        ))
    };
    let mut all = site.archive.documents.iter().filter_map(lacking);
    let Some((letter, place)) = all.next() else { return };
    let message = match all.count() {
        0 => {
            format!("no face for social cards has the letter `{letter}`: the page gets the card of the site")
        }
        more => format!(
            "no face for social cards has the letter `{letter}`: this page and {more} more with letters that are missing get the card of the site"
        ),
    };
    diagnostics.push(Diagnostic::new(Finding::CardLetters, place, message).help(help));
}
