//! The patterns of the rules: alternatives with `|`, `*` for any text, `{type}` for a machine type (it has a
//! dot) and `{family}` for a word. Compared whole, without regard to case. An empty pattern is refused: it
//! would match every row.

/// One alternative, cut into pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Any,
    Type,
    Family,
}

/// What a pattern found in a text that it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<'t> {
    /// The machine type or family, where the pattern names one.
    pub machine: Option<&'t str>,
}

/// A pattern ready for use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Vec<Piece>>);

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// A sentence: the pattern or one of its alternatives is empty, or a brace names nothing known.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.split('|').map(alternative).collect::<Result<_, _>>().map(Self)
    }

    /// What is in the whole text, which must be in lower case, if it matches.
    #[must_use]
    pub fn find<'t>(&self, lower: &'t str) -> Option<Found<'t>> {
        self.0.iter().find_map(|pieces| matches(pieces, lower))
    }
}

fn alternative(text: &str) -> Result<Vec<Piece>, String> {
    if text.is_empty() {
        return Err("an empty pattern would match everything".to_owned());
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('*') {
            pieces.push(Piece::Any);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("{type}") {
            pieces.push(Piece::Type);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("{family}") {
            pieces.push(Piece::Family);
            rest = after;
        } else if rest.starts_with('{') {
            return Err(format!("`{rest}` is neither `{{type}}` nor `{{family}}`"));
        } else {
            let end = rest.find(['*', '{']).unwrap_or(rest.len());
            pieces.push(Piece::Text(rest[..end].to_ascii_lowercase()));
            rest = &rest[end..];
        }
    }
    Ok(pieces)
}

fn matches<'t>(pieces: &[Piece], text: &'t str) -> Option<Found<'t>> {
    let Some((piece, rest)) = pieces.split_first() else {
        return text.is_empty().then_some(Found { machine: None });
    };
    match piece {
        Piece::Text(literal) => matches(rest, text.strip_prefix(literal.as_str())?),
        Piece::Any if rest.is_empty() => Some(Found { machine: None }),
        Piece::Any => {
            (0..=text.len()).filter(|at| text.is_char_boundary(*at)).find_map(|at| matches(rest, &text[at..]))
        }
        Piece::Type | Piece::Family => {
            let word = text
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-'))
                .unwrap_or(text.len());
            let mut named = text[..word].split('.');
            let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
            let dotted = matches!((named.next(), named.next()), (Some(_), Some(size)) if !size.is_empty());
            if !begins || (*piece == Piece::Type && !dotted) {
                return None;
            }
            matches(rest, &text[word..]).map(|_| Found { machine: Some(&text[..word]) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    /// The machine in the text, empty where the pattern names none, `no` where it does not match.
    fn find(pattern: &str, text: &str) -> String {
        let lower = text.to_ascii_lowercase();
        let pattern = Pattern::parse(pattern).unwrap_or_else(|what| panic!("{what}"));
        pattern.find(&lower).map_or("no", |found| found.machine.unwrap_or_default()).to_owned()
    }

    #[test]
    fn fault_9_an_empty_pattern_is_refused() {
        for pattern in ["", "a|", "|a", "a||b"] {
            assert!(Pattern::parse(pattern).is_err(), "{pattern:?}");
        }
        assert!(Pattern::parse("{size}").is_err());
    }

    #[test]
    fn patterns_match_whole_texts() {
        assert_eq!(find("EBS:VolumeUsage", "EBS:VolumeUsage.gp3"), "no");
        assert_eq!(find("EBS:VolumeUsage*", "ebs:volumeusage.gp3"), "");
        assert_eq!(find("a|b", "B"), "");
        assert_eq!(find("*x", ""), "no");
    }

    #[test]
    fn a_type_has_a_dot_and_a_family_need_not() {
        assert_eq!(find("BoxUsage:{type}", "BoxUsage:u-6tb1.112xlarge"), "u-6tb1.112xlarge");
        assert_eq!(find("BoxUsage:{type}", "BoxUsage:m5"), "no");
        assert_eq!(find("HostUsage:{family}", "HostUsage:m5"), "m5");
        assert_eq!(
            find("* {type} Instance Hour*", "$0.68 per On Demand Linux c5.4xlarge Instance Hour"),
            "c5.4xlarge"
        );
        assert_eq!(find("* {type} Instance Hour*", "$0.68 per µ Instance Hour."), "no");
    }
}
