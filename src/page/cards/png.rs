//! Pixels → PNG. A card is paper, ink and a line or two of colour: with the shades of their edges a few
//! hundred colours. 256 of them fit into a palette, which makes a third of the bytes of full colour.

use png::{BitDepth, ColorType, Compression, Encoder, Filter};
use std::collections::HashMap;

/// Colours of a palette.
const PALETTE: usize = 256;

/// Colours up to which a picture is brought down to a palette: those that go have few pixels each and
/// a near one that stays. A picture with more has a gradient or a photograph in it.
const FEW: usize = 4096;

type Colour = [u8; 3];

/// `pixels` are of four bytes each, red, green, blue and alpha, multiplied with alpha: the ground is black.
pub fn encode(pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(16 << 10);
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    let data = match palette(pixels) {
        Some((palette, data)) => {
            encoder.set_color(ColorType::Indexed);
            encoder.set_palette(palette.concat());
            // Numbers of colours that are neighbours say nothing about each other.
            encoder.set_filter(Filter::NoFilter);
            data
        }
        None => {
            encoder.set_color(ColorType::Rgb);
            pixels.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
        }
    };
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&data));
    written.map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// The colours of a picture, the most frequent first, and the number of each pixel's; `None` where they
/// are too many.
fn palette(pixels: &[u8]) -> Option<(Vec<Colour>, Vec<u8>)> {
    // Most pixels have the colour of the one before.
    let mut runs: Vec<(Colour, u32)> = Vec::new();
    for pixel in pixels.chunks_exact(4) {
        let colour = [pixel[0], pixel[1], pixel[2]];
        match runs.last_mut() {
            Some((last, length)) if *last == colour => *length += 1,
            _ => runs.push((colour, 1)),
        }
    }
    let mut counts: HashMap<Colour, u32> = HashMap::new();
    for (colour, length) in &runs {
        *counts.entry(*colour).or_default() += length;
        if counts.len() > FEW {
            return None;
        }
    }
    // The order of the map does not matter: it is sorted by count and colour right here.
    let mut colours: Vec<(Colour, u32)> = counts.into_iter().collect();
    colours.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let palette: Vec<Colour> = colours.iter().take(PALETTE).map(|(colour, _)| *colour).collect();
    let mut numbers: HashMap<Colour, u8> =
        palette.iter().enumerate().map(|(number, colour)| (*colour, number as u8)).collect();
    for (colour, _) in colours.iter().skip(PALETTE) {
        let nearest = (0..palette.len()).min_by_key(|number| distance(palette[*number], *colour));
        numbers.insert(*colour, nearest.unwrap_or_default() as u8);
    }
    let mut data = Vec::with_capacity(pixels.len() / 4);
    for (colour, length) in runs {
        data.extend(std::iter::repeat_n(numbers[&colour], length as usize));
    }
    Some((palette, data))
}

fn distance(a: Colour, b: Colour) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_stay_as_they_are_the_most_frequent_first() {
        let (a, b) = ([1, 2, 3, 255], [9, 9, 9, 255]);
        let (palette, data) = palette(&[a, b, b].concat()).expect("a palette");
        assert_eq!((palette, data), (vec![[9, 9, 9], [1, 2, 3]], vec![1, 0, 0]));
    }

    #[test]
    fn rare_colours_beyond_a_palette_take_the_nearest() {
        // 300 shades; the first ten are rare.
        let shade = |n: u32| [n as u8, (n >> 8) as u8 * 200, 0, 255];
        let pixels: Vec<[u8; 4]> =
            (0..300).flat_map(|n| vec![shade(n); if n < 10 { 1 } else { 3 }]).collect();
        let (palette, data) = palette(&pixels.concat()).expect("a palette");
        assert_eq!(palette.len(), 256);
        assert_eq!(palette[data[0] as usize], [10, 0, 0], "0 is shown as 10");
        assert_eq!(palette[data[10] as usize], [10, 0, 0]);
    }

    #[test]
    fn a_picture_of_many_colours_keeps_them() {
        let pixels: Vec<u8> = (0u32..5000).flat_map(|n| [n as u8, (n >> 8) as u8, 7, 255]).collect();
        assert_eq!(palette(&pixels), None);
        assert_eq!(&encode(&pixels, 5000, 1).expect("a picture")[1..4], b"PNG");
    }
}
