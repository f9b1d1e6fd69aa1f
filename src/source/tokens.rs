//! Tokens of a theme as typed: `color: {accent: {light: …, dark: …}}`.

use super::fields::{Reader, Shape};
use super::yaml::{Yaml, shown};
use crate::diagnostics::{Finding, Span};
use serde_json::{Value as Json, json};

/// A value that a style sheet takes by its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// The keys that lead to it: `color.accent`.
    pub name: String,
    /// Of the last key.
    pub span: Span,
    pub light: Option<Typed>,
    /// The same as `light` where one value was typed.
    pub dark: Option<Typed>,
}

/// A text and where it was typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    pub text: String,
    pub span: Span,
}

impl Shape for Vec<Token> {
    const MANY: &'static str = "tokens";
    const ALONE: bool = false;

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Vec<Token>> {
        if value.map().is_none() {
            reader.expected("a mapping of names to values", value);
            return None;
        }
        let mut tokens = Vec::new();
        collect(value, "", reader, &mut tokens);
        Some(tokens)
    }

    fn schema() -> Json {
        json!({"type": "object", "examples": [{"color": {"accent": {"light": "#005d58", "dark": "#73d1c4"}}}]})
    }
}

/// The tokens below a mapping. Its depth is what the reader of YAML allows.
fn collect(value: &Yaml, above: &str, reader: &mut Reader, tokens: &mut Vec<Token>) {
    for (key, value) in value.map().unwrap_or_default() {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if key.text.is_empty() || !key.text.bytes().all(fits) {
            let message = format!("{} cannot be the name of a token", shown(&key.text));
            let help = "use small letters a to z, digits and hyphens".to_owned();
            reader.note(Finding::BadValue, key.span, message, Some(help));
            continue;
        }
        let name = match above {
            "" => key.text.to_string(),
            above => format!("{above}.{}", key.text),
        };
        let Some(entries) = value.map() else {
            let typed = typed(value, reader);
            if typed.is_some() {
                tokens.push(Token { name, span: key.span, light: typed.clone(), dark: typed });
            }
            continue;
        };
        let pair = |key: &str| matches!(key, "light" | "dark");
        if !entries.is_empty() && entries.iter().all(|(key, value)| pair(&key.text) && value.map().is_none())
        {
            let mut token = Token { name, span: key.span, light: None, dark: None };
            for (key, value) in entries {
                let place = if key.text == "light" { &mut token.light } else { &mut token.dark };
                *place = typed(value, reader);
            }
            tokens.push(token);
        } else {
            collect(value, &name, reader, tokens);
        }
    }
}

/// A value as CSS takes it. What could end the declaration in which it will stand is refused.
fn typed(value: &Yaml, reader: &mut Reader) -> Option<Typed> {
    let text = reader.scalar("a value of CSS", value)?.trim();
    let mut open = Vec::new();
    let mut quote = None;
    let mut fits = !text.is_empty();
    for c in text.chars() {
        match (quote, c) {
            (_, c) if c.is_control() || matches!(c, '\\' | '<') => fits = false,
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => open.push(c),
            (None, ')') => fits &= open.pop().is_some(),
            (None, ';' | '{' | '}' | '[' | ']' | '@' | '!') => fits = false,
            _ => {}
        }
    }
    if fits && open.is_empty() && quote.is_none() && !text.contains("/*") {
        return Some(Typed { text: text.to_owned(), span: value.span });
    }
    let message = format!("{} cannot be the value of a token", shown(text));
    let help = "write one value of CSS, without `;`, `{`, `!` or `\\`, and close every bracket and quote";
    reader.note(Finding::BadValue, value.span, message, Some(help.to_owned()));
    None
}
