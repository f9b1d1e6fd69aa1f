//! How well two colours contrast, as WCAG 2.2 measures it ("relative luminance", "contrast ratio").

use color::{AlphaColor, Oklch, OpaqueColor, Srgb, parse_color};

/// A colour as screens show it: eight bits for red, green and blue (sRGB).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    /// Reads a colour of CSS Color 4: hex, `rgb()`, `hsl()`, `oklch()`, a name. `None` for what is none
    /// by itself (`var(--x)`), and for what lets another colour shine through.
    pub fn parse(text: &str) -> Option<Colour> {
        let colour: AlphaColor<Srgb> = parse_color(text).ok()?.to_alpha_color();
        let (opaque, alpha) = colour.split();
        let fits = alpha >= 1.0 && opaque.components.iter().all(|part| part.is_finite());
        fits.then(|| Colour::shown(opaque))
    }

    fn shown(colour: OpaqueColor<Srgb>) -> Colour {
        let rgba = colour.to_rgba8();
        Colour([rgba.r, rgba.g, rgba.b])
    }

    /// `#005d58`
    pub fn hex(self) -> String {
        let [r, g, b] = self.0;
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// From 0 for black to 1 for white.
    fn luminance(self) -> f32 {
        let linear = |part: u8| {
            let part = f32::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let [r, g, b] = self.0.map(linear);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// The ratio of contrast, from 1 to 21.
    pub fn against(self, other: Colour) -> f32 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// The colour of the nearest lightness, with hue and chroma kept, that has a ratio of `least`
    /// against another. `None` where no lightness has.
    pub fn readable(self, other: Colour, least: f32) -> Option<Colour> {
        let srgb = OpaqueColor::<Srgb>::new(self.0.map(|part| f32::from(part) / 255.0));
        let [lightness, chroma, hue] = srgb.convert::<Oklch>().components;
        (0..=500).find_map(|step| {
            let by = step as f32 * 0.002;
            [lightness - by, lightness + by].into_iter().filter(|l| (0.0..=1.0).contains(l)).find_map(|l| {
                let colour = Colour::shown(OpaqueColor::<Oklch>::new([l, chroma, hue]).convert());
                (colour.against(other) >= least).then_some(colour)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap_or_else(|| panic!("{text} is no colour"))
    }

    /// Ratios as WebAIM's contrast checker gives them.
    #[test]
    fn the_ratio_is_that_of_wcag() {
        for (ink, paper, expected) in [
            ("#000", "#fff", 21.0),
            ("#777", "#ffffff", 4.48),
            ("#767676", "white", 4.54),
            ("rgb(255 0 0)", "white", 4.0),
            ("#0000ff", "#fff", 8.59),
            ("red", "red", 1.0),
        ] {
            let found = colour(ink).against(colour(paper));
            assert!((found - expected).abs() < 0.01, "{ink} {paper}: {found}");
        }
    }

    #[test]
    fn colours_are_read_in_the_notations_of_css() {
        for (text, hex) in [
            ("#0a5", "#00aa55"),
            ("rgb(0, 93, 88)", "#005d58"),
            ("oklch(.43 .078 188)", "#005d58"),
            ("oklch(43% 0.078 188deg)", "#005d58"),
            ("hsl(120 100% 25%)", "#008000"),
        ] {
            assert_eq!(colour(text).hex(), hex, "{text}");
        }
        for text in ["var(--x)", "", "#12", "rgb(0 0 0 / 50%)", "transparent", "currentColor", "blu"] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_readable_colour_is_near_and_passes() {
        let (grey, white) = (colour("#999"), colour("#fff"));
        let found = grey.readable(white, 4.5).expect("a darker grey");
        assert!(found.against(white) >= 4.5 && found.against(white) < 4.7, "{found:?}");
        assert_eq!(colour("#777").readable(colour("#777"), 21.0), None);
    }
}
