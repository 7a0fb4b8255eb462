//! Wildcards: `*` is any number of characters, `?` is exactly one.

/// A piece of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// The character itself, even if it is `*` or `?`.
    One(char),
    /// `?`
    AnyOne,
    /// `*`
    Any,
}

/// A pattern without variables.
pub(super) fn pieces(pattern: &str) -> Vec<Piece> {
    pattern.chars().map(piece).collect()
}

/// A character of a pattern.
pub(super) fn piece(character: char) -> Piece {
    match character {
        '*' => Piece::Any,
        '?' => Piece::AnyOne,
        other => Piece::One(other),
    }
}

/// Whether the whole of `text` matches.
pub(super) fn matches(pattern: &[Piece], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    table(pattern, &text, |_, _| true)
}

/// Whether a pattern for resources matches an ARN ("IAM JSON policy elements: Resource"): a wildcard stays within its
/// segment, but for a `*` at the segment's end. The sixth segment holds whatever colons are left.
pub(super) fn matches_segments(pattern: &[Piece], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let colon = |piece: &Piece| *piece == Piece::One(':');
    let is_last_segment = |at: usize| pattern[..at].iter().filter(|piece| colon(piece)).count() >= 5;
    let ends_segment = |at: usize| pattern.get(at + 1).is_none_or(colon);
    table(pattern, &text, |at, character| {
        character != ':' || is_last_segment(at) || pattern[at] == Piece::Any && ends_segment(at)
    })
}

/// `reached[i][j]`: the first `i` pieces match the first `j` characters. `may(i, c)`: the wildcard at `i` may be `c`.
fn table(pattern: &[Piece], text: &[char], may: impl Fn(usize, char) -> bool) -> bool {
    let mut reached = vec![vec![false; text.len() + 1]; pattern.len() + 1];
    reached[0][0] = true;
    for (i, piece) in pattern.iter().enumerate() {
        for j in 0..=text.len() {
            reached[i + 1][j] = match piece {
                Piece::One(character) => j > 0 && reached[i][j - 1] && text[j - 1] == *character,
                Piece::AnyOne => j > 0 && reached[i][j - 1] && may(i, text[j - 1]),
                Piece::Any => reached[i][j] || j > 0 && reached[i + 1][j - 1] && may(i, text[j - 1]),
            };
        }
    }
    reached[pattern.len()][text.len()]
}
