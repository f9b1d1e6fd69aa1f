//! Tokens: the colours, fonts and measures of a theme, which a site may set anew.

use super::contrast::Colour;
use super::manifest::Manifest;
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place};
use crate::source::{SitePath, Token, Typed, choice};
use tera::{Map, Value};

/// The tokens of one file.
#[derive(Debug)]
pub struct Set {
    pub path: SitePath,
    pub tokens: Vec<Token>,
}

/// Two colours, and the ratio of contrast that they must have (WCAG 2.2: from 1 to 21).
#[derive(Debug)]
pub struct Pair {
    pub ink: String,
    pub paper: String,
    pub least: f32,
    pub place: Place,
}

/// All tokens of a site, in the order in which its theme has them.
#[derive(Debug, Default)]
pub struct Tokens(Vec<Final>);

#[derive(Debug)]
struct Final {
    /// `color.accent`
    name: String,
    light: Chosen,
    dark: Chosen,
}

/// A value with the place at which it was set.
#[derive(Clone, Debug)]
struct Chosen {
    text: String,
    place: Place,
}

impl Chosen {
    fn of(typed: Typed, path: &SitePath) -> Chosen {
        Chosen { text: typed.text, place: Place::new(path.clone(), typed.span) }
    }
}

/// The settings, in which a site sets tokens.
const SETTINGS: &str = "nutgraf.yaml";

impl Tokens {
    /// Those of the theme, with the site's `own` in their place. Notes tokens that the theme has not,
    /// and pairs of colours that contrast too little.
    pub(super) fn merge(manifest: &Manifest, own: &[Token], diagnostics: &mut Diagnostics) -> Tokens {
        let mut tokens = Tokens::default();
        for set in manifest.tokens.iter().rev() {
            for token in &set.tokens {
                tokens.set(token.clone(), &set.path, true);
            }
        }
        let settings: SitePath = SETTINGS.into();
        for token in own {
            if !tokens.set(token.clone(), &settings, false) {
                let place = Place::new(settings.clone(), token.span);
                let message = format!("the theme has no token `{}`", token.name);
                let found = Diagnostic::new(Finding::UnknownKey, place, message);
                diagnostics.push(tokens.suggest(found, &token.name));
            }
        }
        for pair in &manifest.contrast {
            tokens.check(pair, diagnostics);
        }
        tokens
    }

    /// Sets a token; `false` where there is none of that name, and `new` ones are not taken.
    fn set(&mut self, token: Token, path: &SitePath, new: bool) -> bool {
        let light = token.light.map(|typed| Chosen::of(typed, path));
        let dark = token.dark.map(|typed| Chosen::of(typed, path));
        if let Some(known) = self.0.iter_mut().find(|known| known.name == token.name) {
            known.light = light.unwrap_or_else(|| known.light.clone());
            known.dark = dark.unwrap_or_else(|| known.dark.clone());
            return true;
        }
        if let (true, Some(any)) = (new, light.clone().or(dark.clone())) {
            let (light, dark) = (light.unwrap_or_else(|| any.clone()), dark.unwrap_or(any));
            self.0.push(Final { name: token.name, light, dark });
        }
        new
    }

    fn suggest(&self, found: Diagnostic, name: &str) -> Diagnostic {
        let mut found = found.suggest(name, self.names());
        if found.help.is_none() && !self.0.is_empty() {
            let group = name.split('.').next().unwrap_or_default();
            let near: Vec<&str> = self.names().filter(|known| known.starts_with(group)).collect();
            let near = if near.is_empty() { self.names().collect() } else { near };
            found.help = Some(match near.len() {
                1..=20 => format!("write {}", choice(&near)),
                _ => "`nutgraf theme` lists the tokens".to_owned(),
            });
        }
        found
    }

    /// The names of all tokens.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|token| token.name.as_str())
    }

    /// Each token with its value on light and on dark ground.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.0.iter().map(|token| (token.name.as_str(), token.light.text.as_str(), token.dark.text.as_str()))
    }

    /// Notes where a pair contrasts too little, on light ground and on dark.
    fn check(&self, pair: &Pair, diagnostics: &mut Diagnostics) {
        let find = |name: &str| self.0.iter().find(|token| token.name == name);
        let (Some(ink), Some(paper)) = (find(&pair.ink), find(&pair.paper)) else {
            for name in [&pair.ink, &pair.paper].into_iter().filter(|name| find(name).is_none()) {
                let message = format!("the theme has no token `{name}`");
                let found = Diagnostic::new(Finding::UnknownKey, pair.place.clone(), message);
                diagnostics.push(self.suggest(found, name));
            }
            return;
        };
        let grounds =
            [(" on light ground", &ink.light, &paper.light), (" on dark ground", &ink.dark, &paper.dark)];
        let same = ink.light.text == ink.dark.text && paper.light.text == paper.dark.text;
        for (ground, front, back) in grounds.into_iter().take(if same { 1 } else { 2 }) {
            let ground = if same { "" } else { ground };
            let (Some(a), Some(b)) = (measured(front, diagnostics), measured(back, diagnostics)) else {
                continue;
            };
            let ratio = a.against(b);
            if ratio >= pair.least {
                continue;
            }
            // What the site has set is what it can change; of two such the one in front.
            let of_site = |set: &Chosen| &*set.place.path == SETTINGS;
            let behind = of_site(back) && !of_site(front);
            let (wrong, right, colour, other) =
                if behind { (back, front, b, a) } else { (front, back, a, b) };
            let message = format!(
                "`{}` and `{}`{ground} have a contrast of {ratio:.2} to 1; {} to 1 is needed",
                pair.ink, pair.paper, pair.least
            );
            let mut found = Diagnostic::new(Finding::LowContrast, wrong.place.clone(), message)
                .also(right.place.clone(), "against this");
            found.help = Some(match colour.readable(other, pair.least) {
                Some(near) => format!("the nearest lightness that can be read is `{}`", near.hex()),
                None => {
                    "no lightness of this colour can be read against the other: change that one".to_owned()
                }
            });
            diagnostics.push(found);
        }
    }

    /// The tokens as custom properties: `color.accent` is `--color-accent`. Browsers that do not know
    /// `light-dark()` (CSS Color 5) get the values for light ground.
    pub fn css(&self) -> String {
        let name = |token: &Final| format!("--{}", token.name.replace('.', "-"));
        let plain: String = self.0.iter().map(|t| format!("{}:{};", name(t), t.light.text)).collect();
        let both: String = self
            .0
            .iter()
            .filter(|t| t.light.text != t.dark.text)
            .map(|t| format!("{}:light-dark({},{});", name(t), t.light.text, t.dark.text))
            .collect();
        let mut css = String::new();
        if !plain.is_empty() {
            css.push_str(&format!(":root{{{plain}}}"));
        }
        if !both.is_empty() {
            css.push_str(&format!("@supports (color:light-dark(#000,#fff)){{:root{{{both}}}}}"));
        }
        css
    }

    /// What templates see as `site.tokens`: a mapping of mappings, with `light` and `dark` where the
    /// two differ.
    pub fn value(&self) -> Value {
        let mut root = Value::from(Map::new());
        for token in &self.0 {
            let value = match token.light.text == token.dark.text {
                true => Value::from(token.light.text.as_str()),
                false => {
                    let mut pair = Map::new();
                    pair.insert("light".into(), Value::from(token.light.text.as_str()));
                    pair.insert("dark".into(), Value::from(token.dark.text.as_str()));
                    Value::from(pair)
                }
            };
            root = with(root, &token.name, value);
        }
        root
    }
}

/// A mapping with a value at a path of keys, as deep as the reader of YAML lets mappings be.
fn with(map: Value, path: &str, value: Value) -> Value {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let inner = match rest {
        "" => value,
        rest => {
            let inner = map.get_from_path(first).filter(|inner| inner.is_map()).cloned();
            with(inner.unwrap_or_else(|| Value::from(Map::new())), rest, value)
        }
    };
    let mut map = map.into_map().unwrap_or_default();
    map.insert(first.to_owned().into(), inner);
    Value::from(map)
}

/// The colour of a token, or a finding where it has none that can be measured.
fn measured(set: &Chosen, diagnostics: &mut Diagnostics) -> Option<Colour> {
    let colour = Colour::parse(&set.text);
    if colour.is_none() {
        let message = format!("the contrast of `{}` cannot be measured", set.text);
        let help =
            "write a colour that nothing shines through: `#005d58`, `rgb(0 93 88)`, `oklch(0.43 0.08 188)`";
        diagnostics.push(Diagnostic::new(Finding::BadValue, set.place.clone(), message).help(help));
    }
    colour
}
