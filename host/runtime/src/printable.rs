//! Foreign text made fit to be shown: whatever a plugin says ends up on somebody's terminal.

/// Bytes kept of one text, before escaping.
const TEXT_BYTES: usize = 2_048;

/// The text, cut to its bound, with control characters escaped, so that it cannot steer a terminal.
pub(crate) fn printable(text: &str) -> String {
    let cut = &text[..text.floor_char_boundary(TEXT_BYTES)];
    let mut safe = String::with_capacity(cut.len());
    for character in cut.chars() {
        if is_steering(character) {
            safe.extend(character.escape_default());
        } else {
            safe.push(character);
        }
    }
    if cut.len() < text.len() {
        safe.push('…');
    }
    safe
}

/// Characters that steer a terminal or reorder what stands around them.
pub(crate) fn is_steering(character: char) -> bool {
    character.is_control() || is_direction(character)
}

/// Characters that reorder what stands around them.
const fn is_direction(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_and_cannot_steer_a_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\n\u{202e}"), "a\\u{1b}[31mb\\n\\u{202e}");
        let long = printable(&"ä".repeat(5_000));
        assert!(long.len() <= TEXT_BYTES + '…'.len_utf8());
        assert!(long.ends_with('…'));
    }
}
