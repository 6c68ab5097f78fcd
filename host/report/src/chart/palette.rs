//! Colours. Charts are drawn with placeholder colours that become CSS classes, so that one drawing
//! follows the reader into dark mode and onto paper.

use plotters::style::RGBColor;

/// Series that get a colour of their own; the rest is folded into `other`.
pub(crate) const SERIES: usize = 7;

/// What something is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    /// A series, by its rank; ranks past the last colour are `other`.
    Series(usize),
    /// Everything that is folded together.
    Other,
    /// Text and whiskers.
    Ink,
    /// Axis labels.
    Muted,
    /// Grid lines.
    Grid,
    /// The page behind the chart.
    Page,
}

/// Class name, colour in light, colour in dark. Seven hues that stay apart in protanopia, deuteranopia and
/// tritanopia and have a contrast of at least 3 : 1 to their page; a test computes the contrast.
const COLOURS: [(&str, &str, &str); 12] = [
    ("s0", "#0063a6", "#5aa9e6"),
    ("s1", "#c24e00", "#f28e4b"),
    ("s2", "#00806a", "#3fc1a3"),
    ("s3", "#8f3f97", "#d08bd6"),
    ("s4", "#937300", "#e3c04b"),
    ("s5", "#2b8fb8", "#9ad7f5"),
    ("s6", "#8c2138", "#ef7f8f"),
    ("other", "#7a7a7a", "#9a9a9a"),
    ("ink", "#1b1f23", "#e8eaed"),
    ("muted", "#545b63", "#a9b0b8"),
    ("grid", "#d9dde1", "#3a4046"),
    ("page", "#ffffff", "#15181b"),
];

impl Paint {
    fn index(self) -> usize {
        match self {
            Self::Series(rank) if rank < SERIES => rank,
            Self::Series(_) | Self::Other => SERIES,
            Self::Ink => 8,
            Self::Muted => 9,
            Self::Grid => 10,
            Self::Page => 11,
        }
    }

    /// The colour that stands for this paint in the drawing.
    #[expect(clippy::cast_possible_truncation, reason = "there are 12 paints")]
    pub(super) fn placeholder(self) -> RGBColor {
        RGBColor(0xFA, 0x0F, self.index() as u8)
    }
}

/// Every paint's class beside the text of its placeholder in the drawing.
pub(super) fn placeholders() -> impl Iterator<Item = (&'static str, String)> {
    COLOURS.iter().enumerate().map(|(index, (name, _, _))| (*name, format!("#FA0F{index:02X}")))
}

/// CSS variables of one theme.
fn variables(dark: bool) -> String {
    let mut css = String::new();
    for (name, light, night) in COLOURS {
        css.extend(["--", name, ":", if dark { night } else { light }, ";"]);
    }
    css
}

/// The style sheet of the charts: variables for light, dark and paper, and the classes that use them.
pub(crate) fn style() -> String {
    let light = variables(false);
    let dark = variables(true);
    let mut css = format!(
        ":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n\
         @media print{{:root{{{light}}}}}\n"
    );
    for (name, _, _) in COLOURS {
        css.extend([".f-", name, "{fill:var(--", name, ")}"]);
        css.extend([".k-", name, "{stroke:var(--", name, ")}"]);
        css.extend([".b-", name, "{background:var(--", name, ")}\n"]);
    }
    css
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::disallowed_methods, reason = "tests may")]
mod tests {
    use super::*;

    /// Relative luminance, WCAG 2.2.
    fn luminance(hex: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, two: &str) -> f64 {
        let (a, b) = (luminance(one), luminance(two));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_colour_stands_out_from_its_page() {
        let (_, white, black) = COLOURS[11];
        for (name, light, dark) in COLOURS {
            let least = match name {
                "page" | "grid" => continue,
                "ink" | "muted" => 4.5,
                _ => 3.0,
            };
            assert!(contrast(light, white) >= least, "{name} in light");
            assert!(contrast(dark, black) >= least, "{name} in dark");
        }
    }
}
