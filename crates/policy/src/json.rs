//! A JSON reader that knows where everything stands.
//!
//! Guarantees: an object never has a name twice; depth is bounded; nothing but JSON is read (no comments, no trailing
//! commas, no byte order mark); the time is linear in the size of the text. Every node keeps its place, so that messages
//! and explanations can name lines.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// How deep arrays and objects may lie in one another. A policy needs seven.
pub(crate) const MAX_DEPTH: usize = 16;

/// Objects of at most this many members are searched for duplicates member by member.
const FEW: usize = 16;

/// A value and where it stands, in bytes from the start of the text.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    pub(crate) at: Range<usize>,
    pub(crate) value: Value<'a>,
}

#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    /// As written.
    Number(&'a str),
    String(Cow<'a, str>),
    Array(Vec<Node<'a>>),
    Object(Vec<Member<'a>>),
}

#[derive(Clone, Debug)]
pub(crate) struct Member<'a> {
    /// Where the name stands, its quotes included.
    pub(crate) at: Range<usize>,
    pub(crate) name: Cow<'a, str>,
    pub(crate) node: Node<'a>,
}

/// Why a text is not JSON as it is read here, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    pub(crate) at: usize,
    pub(crate) what: &'static str,
}

/// Reads a whole text.
pub(crate) fn read(text: &str) -> Result<Node<'_>, Flaw> {
    let mut reader = Reader { text, at: 0 };
    reader.space();
    let node = reader.value(0)?;
    reader.space();
    if reader.at < text.len() { Err(reader.flaw("something follows the document")) } else { Ok(node) }
}

/// Writes a text as a JSON string.
pub(crate) fn quote(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if u32::from(control) < 0x20 => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Node<'a>, Flaw> {
        if depth > MAX_DEPTH {
            return Err(self.flaw("too deep"));
        }
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        Ok(Node { at: start..self.at, value })
    }

    fn object(&mut self, depth: usize) -> Result<Value<'a>, Flaw> {
        let mut members: Vec<Member<'a>> = Vec::new();
        let mut names: HashSet<Cow<'a, str>> = HashSet::new();
        self.at += 1;
        self.space();
        if self.take(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.flaw("a name in quotes is expected"));
            }
            let name = self.string()?;
            let at = start..self.at;
            let taken = if members.len() < FEW {
                members.iter().any(|member| member.name == name)
            } else {
                if names.is_empty() {
                    names.extend(members.iter().map(|member| member.name.clone()));
                }
                !names.insert(name.clone())
            };
            if taken {
                return Err(Flaw { at: start, what: "a name stands twice in one object" });
            }
            self.space();
            if !self.take(b':') {
                return Err(self.flaw("a colon is expected"));
            }
            self.space();
            let node = self.value(depth + 1)?;
            members.push(Member { at, name, node });
            self.space();
            if self.take(b'}') {
                return Ok(Value::Object(members));
            }
            if !self.take(b',') {
                return Err(self.flaw("a comma or a closing brace is expected"));
            }
            self.space();
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value<'a>, Flaw> {
        let mut nodes = Vec::new();
        self.at += 1;
        self.space();
        if self.take(b']') {
            return Ok(Value::Array(nodes));
        }
        loop {
            nodes.push(self.value(depth + 1)?);
            self.space();
            if self.take(b']') {
                return Ok(Value::Array(nodes));
            }
            if !self.take(b',') {
                return Err(self.flaw("a comma or a closing bracket is expected"));
            }
            self.space();
        }
    }

    /// A string, from its opening quote on; borrowed unless something in it is escaped.
    fn string(&mut self) -> Result<Cow<'a, str>, Flaw> {
        self.at += 1;
        let start = self.at;
        let mut owned: Option<String> = None;
        let mut plain = start;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let rest = self.text.get(plain..self.at).unwrap_or_default();
                    self.at += 1;
                    return Ok(match owned {
                        None => Cow::Borrowed(rest),
                        Some(mut text) => {
                            text.push_str(rest);
                            Cow::Owned(text)
                        }
                    });
                }
                Some(b'\\') => {
                    let text = owned.get_or_insert_default();
                    text.push_str(self.text.get(plain..self.at).unwrap_or_default());
                    let character = self.escape()?;
                    owned.get_or_insert_default().push(character);
                    plain = self.at;
                }
                Some(0..0x20) => return Err(self.flaw("a control character stands in a string")),
                Some(_) => self.at += 1,
                None => return Err(self.flaw("a string does not end")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Flaw> {
        let start = self.at;
        self.at += 1;
        let character = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                let high = self.hex()?;
                let code = if (0xd800..0xdc00).contains(&high) && self.take(b'\\') && self.take(b'u') {
                    let low = self.hex()?;
                    if !(0xdc00..0xe000).contains(&low) {
                        return Err(Flaw { at: start, what: "half a character is escaped" });
                    }
                    0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
                } else {
                    high
                };
                return char::from_u32(code).ok_or(Flaw { at: start, what: "half a character is escaped" });
            }
            _ => return Err(Flaw { at: start, what: "there is no such escape" }),
        };
        self.at += 1;
        Ok(character)
    }

    fn hex(&mut self) -> Result<u32, Flaw> {
        let digits = self.text.get(self.at..self.at + 4).filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let code = code.ok_or_else(|| self.flaw("four hexadecimal digits are expected"))?;
        self.at += 4;
        Ok(code)
    }

    fn number(&mut self) -> Result<Value<'a>, Flaw> {
        let start = self.at;
        self.take(b'-');
        let zero = self.peek() == Some(b'0');
        let whole = self.digits();
        let mut sound = whole == 1 || whole > 1 && !zero;
        if self.take(b'.') {
            sound &= self.digits() > 0;
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            sound &= self.digits() > 0;
        }
        match self.text.get(start..self.at) {
            Some(text) if sound => Ok(Value::Number(text)),
            _ => Err(Flaw { at: start, what: "a number is malformed" }),
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    fn word(&mut self) -> Result<Value<'a>, Flaw> {
        for (word, value) in [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)] {
            if self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.flaw("a value is expected"))
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn flaw(&self, what: &'static str) -> Flaw {
        Flaw { at: self.at, what }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaw(text: &str) -> &'static str {
        read(text).unwrap_err().what
    }

    #[test]
    fn nothing_but_json_is_read() {
        for sound in ["{}", " [ ] ", r#"{"a":[1,-0.5e+7,true,false,null,"x"]}"#, r#""A\ud83d\ude00\n\/""#, "0", "[10]"]
        {
            assert!(read(sound).is_ok(), "{sound}");
        }
        for unsound in [
            "",
            " ",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "{'a':1}",
            "[1 2]",
            "01",
            "-",
            "1.",
            "1e",
            "+1",
            "tru",
            "// x",
            "\u{feff}{}",
            "\"\u{1}\"",
            r#""\x""#,
            r#""\u12""#,
            r#""\ud800""#,
            r#""\ud800A""#,
            "\"",
            "{}{}",
            "nulL",
        ] {
            assert!(read(unsound).is_err(), "{unsound}");
        }
    }

    #[test]
    fn a_name_stands_once_in_an_object_however_it_is_written() {
        assert_eq!(flaw(r#"{"a":1,"a":2}"#), "a name stands twice in one object");
        assert_eq!(flaw(r#"{"a":1,"\u0061":2}"#), "a name stands twice in one object");
        let many: Vec<String> = (0..40).map(|n| format!("\"{n}\":0")).collect();
        assert!(read(&format!("{{{}}}", many.join(","))).is_ok());
        assert_eq!(flaw(&format!("{{{},\"39\":1}}", many.join(","))), "a name stands twice in one object");
    }

    #[test]
    fn depth_has_an_end() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(flaw(&nested(100_000)), "too deep");
    }

    #[test]
    fn escapes_are_resolved_and_places_kept() {
        let text = "{ \"a\\u0041\" : [\"b\\tc\"] }";
        let Value::Object(members) = read(text).unwrap().value else { panic!() };
        assert_eq!((members[0].name.as_ref(), text.get(members[0].at.clone()).unwrap()), ("aA", "\"a\\u0041\""));
        let Value::Array(items) = &members[0].node.value else { panic!() };
        assert!(matches!(&items[0].value, Value::String(text) if text == "b\tc"));
        assert_eq!(text.get(items[0].at.clone()).unwrap(), "\"b\\tc\"");
    }
}
