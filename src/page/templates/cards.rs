//! The template of social cards: `card.svg`.

use super::{Capped, Templates};
use crate::diagnostics::{Diagnostic, Finding, Place};
use crate::page::cards;
use crate::page::view::{CardView, Head};
use crate::theme::CARD;
use tera::{Context, Value};

impl Templates {
    /// The drawing of a card; `place` is the content file that it is about, for messages.
    ///
    /// # Errors
    ///
    /// The template failed (see [`Templates::render`]), or what it makes is no SVG.
    pub fn render_card(&self, card: &CardView, place: Option<&Place>) -> Result<String, Box<Diagnostic>> {
        let mut context = Context::new();
        context.insert_value("words", self.words.of(&card.lang).value());
        context.insert_value("card", Value::from_serializable(card));
        let head = Head { url: format!("the card of {}", card.title), ..Head::default() };
        let mut output = Capped::default();
        match self.tera.render_to(CARD, &context, &mut output) {
            Ok(()) => {}
            Err(_) if output.full => return Err(Box::new(self.too_large(CARD, &head, place))),
            Err(error) => return Err(Box::new(self.failure(CARD, &context, &error, &head, place))),
        }
        let svg = String::from_utf8_lossy(&output.bytes).into_owned();
        match cards::fault(&svg) {
            None => Ok(svg),
            Some(why) => {
                let message = format!("what the template makes is no SVG: {why}");
                let found = Diagnostic::new(Finding::TemplateError, self.place(CARD, None), message);
                Err(Box::new(super::rendered_for(found.label("while making a social card"), place)))
            }
        }
    }
}
