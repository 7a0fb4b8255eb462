//! Percent-encoding of paths and query strings.
//!
//! Guarantees: [`decode`] undoes [`encode`]; what is not percent-encoded UTF-8 is refused.

use crate::limits::MAX_PARAMETERS;
use std::borrow::Cow;

/// What a plus sign means: itself in a path, a space in a query string.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plus {
    /// Itself.
    Plus,
    /// A space.
    Space,
}

/// Decodes once.
pub(crate) fn decode(text: &str, plus: Plus) -> Option<Cow<'_, str>> {
    if !text.contains('%') && (plus == Plus::Plus || !text.contains('+')) {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' if plus == Plus::Space => b' ',
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high * 16 + low).ok()?
            }
            _ => byte,
        });
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

/// Appends `text` with all but unreserved characters encoded, and but for slashes if they are `kept`.
pub(crate) fn encode(text: &str, slashes_kept: bool, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') || (byte == b'/' && slashes_kept) {
            out.push(char::from(byte));
        } else {
            let digit = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 });
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

/// A query string's names and values in their order, decoded; a name without `=` has an empty value.
pub(crate) type Pairs<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// Splits and decodes a query string; `None` if it cannot be decoded or has more than [`MAX_PARAMETERS`].
pub(crate) fn pairs(query: &str) -> Option<Pairs<'_>> {
    let mut pairs = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        if pairs.len() >= MAX_PARAMETERS {
            return None;
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push((decode(name, Plus::Space)?, decode(value, Plus::Space)?));
    }
    Some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bad_escapes_are_refused() {
        for bad in ["%", "%4", "%zz", "%+1", "%ff", "a%C3"] {
            assert!(decode(bad, Plus::Plus).is_none(), "{bad}");
        }
        assert_eq!(decode("a+%2B%2f", Plus::Plus).as_deref(), Some("a++/"));
        assert_eq!(decode("a+%2B", Plus::Space).as_deref(), Some("a +"));
        let many = |count: usize| vec!["a=1"; count].join("&");
        assert!(pairs(&many(MAX_PARAMETERS)).is_some() && pairs(&many(MAX_PARAMETERS + 1)).is_none());
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes(text in any::<String>(), slashes_kept in any::<bool>()) {
            for plus in [Plus::Plus, Plus::Space] {
                let mut out = String::new();
                encode(&text, slashes_kept, &mut out);
                prop_assert_eq!(decode(&out, plus).unwrap(), text.as_str());
            }
        }
    }
}
