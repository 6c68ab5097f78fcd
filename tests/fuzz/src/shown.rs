//! What may be shown on a terminal.

/// Whether a character steers a terminal or reorders what stands around it.
pub fn is_steering(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Stops where a text would steer a terminal.
pub fn plain(text: &str) {
    assert!(!text.contains(is_steering), "this steers a terminal: {text:?}");
}
