//! Patterns: text with wildcards and variables, compiled to bytes.
//!
//! Guarantees: the time to match is at most proportional to the length of the text, or, where `?` or wildcards that stop
//! at colons are among the stars, to that times the length of the pattern over 64; nothing is exponential. What a request
//! brings is never taken for a wildcard. Wildcards are bytes that no UTF-8 text has.
//! Sources: IAM User Guide, "IAM JSON policy elements: Resource" (wildcards), "IAM policy elements: Variables and tags".

use crate::code::{Reader, Writer};
use crate::variables::Piece;
use memchr::memmem;
use std::borrow::Cow;

/// Any characters.
const STAR: u8 = 0xff;
/// One character.
const ONE: u8 = 0xfe;
/// Any characters but colons.
const STAR_INSIDE: u8 = 0xfd;
/// One character that is no colon.
const ONE_INSIDE: u8 = 0xfc;
/// A variable follows.
const VARIABLE: u8 = 0xfb;

/// Which characters are wildcards.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wildcards {
    /// None.
    No,
    /// `*` and `?`, anywhere.
    Anywhere,
    /// As in the ARNs of resources: before the fifth colon, `*` crosses colons only as the last of its segment.
    Arn,
}

/// A pattern as it is kept.
pub(crate) struct Pattern {
    pub(crate) bytes: Vec<u8>,
    pub(crate) has_variables: bool,
    /// It has a variable where AWS's documentation allows none and its own policies have them: before an ARN's fifth
    /// colon. It is kept as a star, and what it matches is in doubt.
    pub(crate) is_doubtful: bool,
}

/// Compiles a text.
pub(crate) fn compile(pieces: &[Piece<'_>], wildcards: Wildcards) -> Pattern {
    let mut out = Writer::default();
    let (mut has_variables, mut is_doubtful) = (false, false);
    let mut colons = 0;
    for piece in pieces {
        match piece {
            Piece::Literal(character) => {
                out.0.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Piece::Variable { .. } if wildcards == Wildcards::Arn && colons < 5 => {
                is_doubtful = true;
                out.0.push(STAR);
            }
            Piece::Variable { key, default } => {
                has_variables = true;
                out.0.push(VARIABLE);
                out.bytes(key.to_ascii_lowercase().as_bytes());
                match default {
                    None => out.number(0),
                    Some(text) => {
                        out.number(text.len() + 1);
                        out.0.extend_from_slice(text.as_bytes());
                    }
                }
            }
            Piece::Text(text) => {
                for (at, byte) in text.bytes().enumerate() {
                    let inside = wildcards == Wildcards::Arn && colons < 5;
                    let is_last = matches!(text.as_bytes().get(at + 1), None | Some(b':'));
                    let compiled = match byte {
                        b'*' if wildcards == Wildcards::No => b'*',
                        b'*' if inside && !is_last => STAR_INSIDE,
                        b'*' => STAR,
                        b'?' if wildcards == Wildcards::No => b'?',
                        b'?' if inside => ONE_INSIDE,
                        b'?' => ONE,
                        other => other,
                    };
                    colons += usize::from(byte == b':');
                    let is_star = |byte: u8| byte == STAR || byte == STAR_INSIDE;
                    // Stars beside one another are one, and the freer one.
                    match out.0.last_mut() {
                        Some(last) if is_star(*last) && is_star(compiled) => *last = (*last).max(compiled),
                        _ => out.0.push(compiled),
                    }
                }
            }
        }
    }
    Pattern { bytes: out.0, has_variables, is_doubtful }
}

/// Puts the values of variables into a pattern; `None` if one has none.
pub(crate) fn expand<'v>(pattern: &[u8], mut value: impl FnMut(&str) -> Option<Cow<'v, str>>) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(pattern.len() + 32);
    let mut rest = Reader(pattern);
    while let Some(byte) = rest.byte() {
        if byte != VARIABLE {
            out.push(byte);
            continue;
        }
        let key = rest.text()?;
        let default = match rest.number()? {
            0 => None,
            length => Some(rest.take(length - 1)?),
        };
        match (value(key), default) {
            (Some(value), _) => out.extend_from_slice(value.as_bytes()),
            (None, Some(default)) => out.extend_from_slice(default),
            (None, None) => return None,
        }
    }
    Some(out)
}

/// A pattern as it was written, for explanations.
pub(crate) fn written(pattern: &[u8]) -> String {
    let mut out = Vec::with_capacity(pattern.len());
    let mut rest = Reader(pattern);
    while let Some(byte) = rest.byte() {
        match byte {
            STAR | STAR_INSIDE => out.push(b'*'),
            ONE | ONE_INSIDE => out.push(b'?'),
            VARIABLE => {
                out.extend_from_slice(b"${");
                out.extend_from_slice(rest.bytes().unwrap_or_default());
                let default =
                    rest.number().and_then(|length| length.checked_sub(1)).and_then(|length| rest.take(length));
                if let Some(default) = default {
                    out.extend_from_slice(b", '");
                    out.extend_from_slice(default);
                    out.push(b'\'');
                }
                out.push(b'}');
            }
            other => out.push(other),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Whether it matches everything.
pub(crate) fn is_everything(pattern: &[u8]) -> bool {
    pattern == [STAR]
}

/// The text up to the first wildcard or variable.
pub(crate) fn literal_prefix(pattern: &[u8]) -> &[u8] {
    let end = pattern.iter().position(|byte| *byte >= VARIABLE).unwrap_or(pattern.len());
    pattern.get(..end).unwrap_or_default()
}

/// Whether a pattern without variables matches the whole of a text.
pub(crate) fn matches(pattern: &[u8], text: &str) -> bool {
    let prefix = literal_prefix(pattern);
    let Some(rest) = text.as_bytes().strip_prefix(prefix) else { return false };
    let pattern = pattern.get(prefix.len()..).unwrap_or_default();
    match pattern {
        [] => return rest.is_empty(),
        [STAR] => return true,
        _ => {}
    }
    if pattern.iter().all(|byte| *byte < VARIABLE || *byte == STAR) {
        return stars(pattern, rest);
    }
    // The prefix ends where a character ends, since it matched one that does.
    std::str::from_utf8(rest).is_ok_and(|rest| automaton(pattern, rest))
}

/// Stars alone: each run of text between them is looked for behind the one before, the last one at the end.
fn stars(pattern: &[u8], text: &[u8]) -> bool {
    let mut runs = pattern.split(|byte| *byte == STAR);
    // The pattern begins with a star, so the first run is empty.
    let (Some(_), Some(last)) = (runs.next(), runs.next_back()) else { return false };
    let Some(mut rest) = text.strip_suffix(last) else { return false };
    for run in runs {
        match memmem::find(rest, run) {
            Some(at) => rest = rest.get(at + run.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Is(char),
    One { inside: bool },
    Star { inside: bool },
}

/// All that a pattern can have, as an automaton whose states are bits.
fn automaton(pattern: &[u8], text: &str) -> bool {
    let tokens = tokens(pattern);
    let words = tokens.len() / 64 + 1;
    let mask = |is: &dyn Fn(Token) -> bool| {
        let mut mask = vec![0_u64; words];
        tokens.iter().enumerate().filter(|(_, token)| is(**token)).for_each(|(at, _)| set(&mut mask, at));
        mask
    };
    let stars = mask(&|token| matches!(token, Token::Star { .. }));
    let kept = [stars.clone(), mask(&|token| token == Token::Star { inside: false })];
    let taken =
        [mask(&|token| matches!(token, Token::One { .. })), mask(&|token| token == Token::One { inside: false })];
    let literals = Literals::of(&tokens, words);
    let mut state = vec![0_u64; words];
    set(&mut state, 0);
    past_stars(&mut state, &stars);
    let mut next = vec![0_u64; words];
    for character in text.chars() {
        let at_colon = usize::from(character == ':');
        let (Some(taken), Some(kept)) = (taken.get(at_colon), kept.get(at_colon)) else { return false };
        let (often, seldom) = literals.find(character);
        let mut carry = 0;
        let masks = taken.iter().zip(kept).zip(often.iter().chain(std::iter::repeat(&0)));
        for ((next, state), ((taken, kept), often)) in next.iter_mut().zip(&state).zip(masks) {
            let moved = state & (taken | often);
            *next = moved << 1 | carry | state & kept;
            carry = moved >> 63;
        }
        for (_, at) in seldom {
            if has(&state, *at) {
                set(&mut next, *at + 1);
            }
        }
        past_stars(&mut next, &stars);
        std::mem::swap(&mut state, &mut next);
        if state.iter().all(|word| *word == 0) {
            return false;
        }
    }
    has(&state, tokens.len())
}

fn set(mask: &mut [u64], at: usize) {
    if let Some(word) = mask.get_mut(at / 64) {
        *word |= 1 << (at % 64);
    }
}

fn has(mask: &[u64], at: usize) -> bool {
    mask.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

/// Where a pattern's literal characters are: one that is at more places than a mask has words has a mask, which so at most
/// 64 of them can have; of any other the places are listed. Whatever text comes, a character costs no more than a mask.
struct Literals {
    often: Vec<(char, Vec<u64>)>,
    /// By character.
    seldom: Vec<(char, usize)>,
}

impl Literals {
    fn of(tokens: &[Token], words: usize) -> Self {
        let literal = |(at, token): (usize, &Token)| match token {
            Token::Is(character) => Some((*character, at)),
            _ => None,
        };
        let mut all: Vec<(char, usize)> = tokens.iter().enumerate().filter_map(literal).collect();
        all.sort_unstable();
        let (mut often, mut seldom) = (Vec::new(), Vec::with_capacity(all.len()));
        for same in all.chunk_by(|a, b| a.0 == b.0) {
            match same {
                [(character, _), ..] if same.len() > words => {
                    let mut mask = vec![0; words];
                    same.iter().for_each(|(_, at)| set(&mut mask, *at));
                    often.push((*character, mask));
                }
                _ => seldom.extend_from_slice(same),
            }
        }
        Self { often, seldom }
    }

    fn find(&self, character: char) -> (&[u64], &[(char, usize)]) {
        let often = self.often.iter().find(|(known, _)| *known == character);
        let from = self.seldom.partition_point(|(known, _)| *known < character);
        let behind = self.seldom.get(from..).unwrap_or_default();
        let count = behind.partition_point(|(known, _)| *known == character);
        (often.map_or(&[], |(_, mask)| mask.as_slice()), behind.get(..count).unwrap_or_default())
    }
}

/// A star may take nothing. There are never two beside one another.
fn past_stars(state: &mut [u64], stars: &[u64]) {
    let mut carry = 0;
    for (state, stars) in state.iter_mut().zip(stars) {
        let waiting = *state & stars;
        *state |= waiting << 1 | carry;
        carry = waiting >> 63;
    }
}

fn tokens(pattern: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(pattern.len());
    for run in pattern.chunk_by(|a, b| *a < VARIABLE && *b < VARIABLE) {
        match run {
            [byte @ (STAR | STAR_INSIDE)] => {
                let inside = *byte == STAR_INSIDE;
                match tokens.last_mut() {
                    // Values of variables that are empty may bring stars together.
                    Some(Token::Star { inside: before }) => *before &= inside,
                    _ => tokens.push(Token::Star { inside }),
                }
            }
            [byte @ (ONE | ONE_INSIDE)] => tokens.push(Token::One { inside: *byte == ONE_INSIDE }),
            text => tokens.extend(String::from_utf8_lossy(text).chars().map(Token::Is)),
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str, wildcards: Wildcards) -> Vec<u8> {
        compile(&[Piece::Text(text)], wildcards).bytes
    }

    fn like(text: &str, value: &str) -> bool {
        matches(&pattern(text, Wildcards::Anywhere), value)
    }

    fn arn(text: &str, value: &str) -> bool {
        matches(&pattern(text, Wildcards::Arn), value)
    }

    #[test]
    fn wildcards_match_as_documented() {
        for (text, value) in [
            ("", ""),
            ("*", ""),
            ("*", "a/b"),
            ("a*c", "abbc"),
            ("a*c", "ac"),
            ("?", "é"),
            ("a?c*", "abcd"),
            ("*?", "x"),
            ("*ab*ab", "abab"),
            ("a**b", "ab"),
            ("Get?bject*", "GetObjectAcl"),
        ] {
            assert!(like(text, value), "{text} {value}");
        }
        for (text, value) in [
            ("", "a"),
            ("?", ""),
            ("?", "ab"),
            ("a*c", "acb"),
            ("*ab*ab", "ab"),
            ("*aba*aba*", "ababa"),
            ("A", "a"),
            ("*?", ""),
        ] {
            assert!(!like(text, value), "{text} {value}");
        }
    }

    #[test]
    fn in_arns_a_star_crosses_a_colon_only_at_the_end_of_its_segment() {
        let queue = "arn:aws:sqs:us-east-1:111122223333:queue";
        for text in [
            "*",
            "arn:aws:sqs:*:*:*",
            "arn:aws:sqs:*",
            "arn:aws:sqs:us-*-1:111122223333:queue",
            "arn:aws:sqs:us-east-?:1*:qu*e",
            "arn:aws:sqs:*:queue",
        ] {
            assert!(arn(text, queue), "{text}");
        }
        for text in [
            "arn:aws:sqs:us*1:queue",
            "arn:aws:sqs:us-east-1?111122223333:queue",
            "arn:aws:sqs:u*3:queue",
            "arn:aws:sns:*",
        ] {
            assert!(!arn(text, queue), "{text}");
        }
        // Behind the fifth colon there are no segments.
        assert!(arn("arn:aws:logs:*:*:log-group:*x", "arn:aws:logs:r:1:log-group:a:b:x"));
    }

    #[test]
    fn values_of_variables_are_never_wildcards() {
        let pieces = [Piece::Text("a/"), Piece::Variable { key: "aws:Username", default: None }, Piece::Literal('*')];
        let Pattern { bytes: compiled, has_variables, .. } = compile(&pieces, Wildcards::Anywhere);
        assert!(has_variables);
        assert_eq!(written(&compiled), "a/${aws:username}*");
        let expanded = expand(&compiled, |key| (key == "aws:username").then(|| "*".into())).unwrap();
        assert!(matches(&expanded, "a/**"));
        assert!(!matches(&expanded, "a/bob*"));
        assert_eq!(expand(&compiled, |_| None), None);
        let with_default = [Piece::Variable { key: "k:v", default: Some("d") }];
        assert_eq!(expand(&compile(&with_default, Wildcards::No).bytes, |_| None), Some(b"d".to_vec()));
    }

    #[test]
    fn the_worst_patterns_take_no_time() {
        let text = "a".repeat(8_000);
        for pattern in ["*a".repeat(3_000) + "b", "a*?".repeat(3_000) + "b", "?*a".repeat(2_000) + "*b"] {
            assert!(!like(&pattern, &text));
        }
        // Nor do texts and patterns of many different characters.
        let distinct: String = (0x4e00..0x5a00).filter_map(char::from_u32).collect();
        for pattern in [format!("*?{distinct}?"), "*?a".repeat(10_000), format!("?*{}", distinct.replace('丁', "*"))] {
            assert!(!like(&pattern, &distinct));
        }
    }
}
