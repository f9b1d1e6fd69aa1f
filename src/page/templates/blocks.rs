//! Templates of blocks: `blocks/<name>.html`.

use super::{Capped, LARGEST_PAGE, Templates};
use crate::diagnostics::{Diagnostic, Finding, Place};
use crate::page::view::{BlockView, Head};
use tera::{Context, Value};

const FOLDER: &str = "blocks/";

impl Templates {
    /// Renders a block; `place` is where it stands in its content file, for messages.
    ///
    /// # Errors
    ///
    /// The template is missing, or it failed; see [`Templates::render`].
    pub fn render_block(
        &self,
        name: &str,
        view: &BlockView,
        place: &Place,
    ) -> Result<String, Box<Diagnostic>> {
        let name = format!("{FOLDER}{name}.html");
        let mut context = Context::new();
        context.insert_value("block", view.block.clone());
        context.insert_value("number", Value::from(view.number));
        context.insert_value("id", Value::from(view.id.clone()));
        context.insert_value("words", self.words.of(&view.page.lang).value());
        context.insert_value("in_feed", Value::from(view.in_feed));
        context.insert_value("page", Value::from_serializable(&view.page));
        let mut output = Capped::default();
        let result = self.tera.render_to(&name, &context, &mut output);
        let Err(error) = result else {
            return Ok(String::from_utf8_lossy(&output.bytes).into_owned());
        };
        if output.full {
            let message =
                format!("a block has more than {} MiB; the template was stopped", LARGEST_PAGE >> 20);
            let found = Diagnostic::new(Finding::OverLimit, place.clone(), message);
            return Err(Box::new(found.help("look for a loop that grows")));
        }
        let head = Head { url: view.page.url.clone(), ..Head::default() };
        let mut found = self.failure(&name, &context, &error, &head, Some(place));
        for (further, label) in &mut found.further {
            if further == place {
                *label = "the block that was being made".to_owned();
            }
        }
        Err(Box::new(found))
    }
}
