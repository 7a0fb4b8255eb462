//! A scanner over JSON text: tokens, without any tree.
//!
//! Guarantees: RFC 8259 and nothing more lenient; never panics; text without escapes is borrowed, not copied.

use std::borrow::Cow;

/// The text is not JSON.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Malformed;

/// A number as it was written; the grammar has been checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Number<'a>(pub &'a str);

impl Number<'_> {
    /// The number if it is whole, also when written as `1.0` or `1e3`.
    pub fn whole(self) -> Option<i64> {
        if let Ok(number) = self.0.parse() {
            return Some(number);
        }
        let number = self.float();
        // Beyond 2^53 a float no longer says which whole number was meant.
        (number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0).then_some(number as i64)
    }

    /// The nearest float.
    pub fn float(self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }
}

/// A place in a JSON text.
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    /// At the beginning of `text`.
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is not white space, left in place.
    pub fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    /// Takes `byte` if it is next.
    pub fn take(&mut self, byte: u8) -> bool {
        let next = self.peek() == Some(byte);
        self.at += usize::from(next);
        next
    }

    /// Takes `byte`, which must be next.
    pub fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.take(byte) { Ok(()) } else { Err(Malformed) }
    }

    /// Takes one of the words `true`, `false`, `null`.
    pub fn word(&mut self, word: &str) -> Result<(), Malformed> {
        self.peek();
        if self.rest().starts_with(word) {
            self.at += word.len();
            return Ok(());
        }
        Err(Malformed)
    }

    /// Takes a string.
    pub fn string(&mut self) -> Result<Cow<'a, str>, Malformed> {
        self.expect(b'"')?;
        let plain = self.plain();
        if self.text.as_bytes().get(self.at) == Some(&b'"') {
            self.at += 1;
            return Ok(Cow::Borrowed(plain));
        }
        let mut text = plain.to_owned();
        loop {
            match self.byte()? {
                b'"' => return Ok(Cow::Owned(text)),
                b'\\' => text.push(self.escape()?),
                _ => return Err(Malformed),
            }
            text.push_str(self.plain());
        }
    }

    /// Takes a string if `read` makes something of what stands before the next quote. `read` must refuse what JSON does
    /// not allow between quotes or wants escaped: for long texts of a narrow alphabet, which are then looked at once.
    pub fn string_of<T>(&mut self, read: impl FnOnce(&'a str) -> Option<T>) -> Option<T> {
        self.peek();
        let text = self.rest().strip_prefix('"')?;
        let length = memchr::memchr(b'"', text.as_bytes())?;
        let value = read(text.get(..length)?)?;
        self.at += length + 2;
        Some(value)
    }

    /// Takes a number.
    pub fn number(&mut self) -> Result<Number<'a>, Malformed> {
        self.peek();
        let start = self.at;
        self.at += usize::from(self.rest().starts_with('-'));
        match self.digits() {
            0 => return Err(Malformed),
            1 => {}
            _ if self
                .text
                .as_bytes()
                .get(start..)
                .is_some_and(|text| text.starts_with(b"0") || text.starts_with(b"-0")) =>
            {
                return Err(Malformed);
            }
            _ => {}
        }
        if self.rest().starts_with('.') {
            self.at += 1;
            if self.digits() == 0 {
                return Err(Malformed);
            }
        }
        if self.rest().starts_with(['e', 'E']) {
            self.at += 1;
            self.at += usize::from(self.rest().starts_with(['+', '-']));
            if self.digits() == 0 {
                return Err(Malformed);
            }
        }
        self.text.get(start..self.at).map(Number).ok_or(Malformed)
    }

    /// Takes a value of any kind, nested at most `depth` levels, and forgets it.
    pub fn skip(&mut self, depth: usize) -> Result<(), Malformed> {
        match self.peek().ok_or(Malformed)? {
            b'"' => self.string().map(drop),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            b'{' => {
                let depth = depth.checked_sub(1).ok_or(Malformed)?;
                self.items(b'{', b'}', |scanner| {
                    scanner.string()?;
                    scanner.expect(b':')?;
                    scanner.skip(depth)
                })
            }
            b'[' => {
                let depth = depth.checked_sub(1).ok_or(Malformed)?;
                self.items(b'[', b']', |scanner| scanner.skip(depth))
            }
            _ => self.number().map(drop),
        }
    }

    /// Nothing but white space is left.
    pub fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    fn items(
        &mut self,
        open: u8,
        close: u8,
        mut item: impl FnMut(&mut Self) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        self.expect(open)?;
        if self.take(close) {
            return Ok(());
        }
        loop {
            item(self)?;
            if !self.take(b',') {
                return self.expect(close);
            }
        }
    }

    /// Takes what needs no attention: up to the next quote, backslash or control character.
    fn plain(&mut self) -> &'a str {
        let rest = self.rest();
        let length = plain_length(rest.as_bytes());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn escape(&mut self) -> Result<char, Malformed> {
        Ok(match self.byte()? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.hex()?;
                let code = match first {
                    0xD800..=0xDBFF => {
                        if self.byte()? != b'\\' || self.byte()? != b'u' {
                            return Err(Malformed);
                        }
                        let second = self.hex()?;
                        if !(0xDC00..=0xDFFF).contains(&second) {
                            return Err(Malformed);
                        }
                        0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                    }
                    _ => first,
                };
                // A lone low surrogate is no character.
                char::from_u32(code).ok_or(Malformed)?
            }
            _ => return Err(Malformed),
        })
    }

    fn hex(&mut self) -> Result<u32, Malformed> {
        let digits = self.text.get(self.at..self.at + 4).ok_or(Malformed)?;
        self.at += 4;
        // from_str_radix alone would take a sign.
        let all_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        all_hex.then(|| u32::from_str_radix(digits, 16).ok()).flatten().ok_or(Malformed)
    }

    fn digits(&mut self) -> usize {
        let count = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.at += count;
        count
    }

    fn byte(&mut self) -> Result<u8, Malformed> {
        let byte = self.text.as_bytes().get(self.at).ok_or(Malformed)?;
        self.at += 1;
        Ok(*byte)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

/// Looks at eight bytes at a time: base64 of a kilobyte is one long plain run.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    let zero_in = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let mut length = 0;
    for chunk in bytes.chunks_exact(8) {
        let word = chunk.try_into().map_or(0, u64::from_ne_bytes);
        // Below 0x20: subtracting borrows into the high bit of a byte that had none.
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let special = control | zero_in(word ^ (ONES * u64::from(b'"'))) | zero_in(word ^ (ONES * u64::from(b'\\')));
        if special != 0 {
            break;
        }
        length += 8;
    }
    let tail = bytes.get(length..).unwrap_or_default();
    length + tail.iter().take_while(|byte| **byte >= 0x20 && !matches!(byte, b'"' | b'\\')).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn string(text: &str) -> Result<Cow<'_, str>, Malformed> {
        Scanner::new(text).string()
    }

    #[test]
    fn escapes_are_resolved_and_bad_ones_refused() {
        assert_eq!(string(r#""a\"\\\/\b\f\n\r\té😀""#).unwrap(), "a\"\\/\u{8}\u{c}\n\r\té😀");
        for bad in [
            r#""\x""#,
            r#""\u12""#,
            r#""\u+123""#,
            r#""\ud83d""#,
            r#""\ud83dA""#,
            r#""\ude00""#,
            "\"a",
            "\"\n\"",
            r#""\"#,
        ] {
            assert_eq!(string(bad), Err(Malformed), "{bad}");
        }
    }

    #[test]
    fn numbers_follow_the_grammar() {
        for (text, whole) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("12", Some(12)),
            ("1.0", Some(1)),
            ("1e2", Some(100)),
            ("1.5", None),
            ("1e300", None),
        ] {
            assert_eq!(Scanner::new(text).number().unwrap().whole(), whole, "{text}");
        }
        for bad in ["01", "-", "-01", "1.", ".5", "1e", "+1", "NaN", "0x1"] {
            let mut scanner = Scanner::new(bad);
            assert!(scanner.number().is_err() || !scanner.is_at_end(), "{bad}");
        }
    }

    #[test]
    fn depth_is_counted_while_skipping() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert_eq!(Scanner::new(&nested(10)).skip(10), Ok(()));
        assert_eq!(Scanner::new(&nested(11)).skip(10), Err(Malformed));
        assert_eq!(Scanner::new(&"[".repeat(100_000)).skip(64), Err(Malformed));
    }

    #[test]
    fn a_string_of_a_narrow_alphabet_is_taken_whole_or_not_at_all() {
        let letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase()).then(|| text.to_owned());
        let mut scanner = Scanner::new(r#" "abc","de\"f","#);
        assert_eq!(scanner.string_of(letters).as_deref(), Some("abc"));
        scanner.expect(b',').unwrap();
        assert_eq!(scanner.string_of(letters), None);
        assert_eq!(scanner.string().unwrap(), "de\"f");
        for other in ["", "1", "\"abc"] {
            assert_eq!(Scanner::new(other).string_of(letters), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn plain_runs_end_where_a_slow_look_says(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let slow = bytes.iter().take_while(|byte| **byte >= 0x20 && !matches!(byte, b'"' | b'\\')).count();
            prop_assert_eq!(plain_length(&bytes), slow);
        }

        #[test]
        fn what_the_writer_writes_reads_back(text in any::<String>()) {
            let mut json = String::new();
            model::json::string(&mut json, &text);
            prop_assert_eq!(string(&json).unwrap(), text);
        }
    }
}
