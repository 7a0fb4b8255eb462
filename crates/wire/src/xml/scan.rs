//! A scanner over XML text: tags and text, without any tree.
//!
//! Guarantees: well-formed XML 1.0 in UTF-8 and less: no document types, no processing instructions, no entities but
//! the five of XML itself, so that nothing grows by being read; never panics; nesting ends at [`MAX_DEPTH`], attributes
//! at [`MAX_ATTRIBUTES`]. Prefixes are cut off and namespaces not compared, as AWS's own readers do.

use crate::limits::{MAX_ATTRIBUTES, MAX_DEPTH};
use std::borrow::Cow;

/// Why a text is no XML, for the error that the caller reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Malformed(pub(crate) &'static str);

const NOT_WELL_FORMED: Malformed = Malformed("The request is not well-formed XML.");

/// An attribute's name without prefix, and its value.
pub(crate) type Attribute<'a> = (&'a str, Cow<'a, str>);

/// What comes next.
#[derive(PartialEq, Debug)]
pub(crate) enum Token<'a> {
    /// An element begins; its name without prefix.
    Start(&'a str, Vec<Attribute<'a>>),
    /// Text, which may come in several pieces.
    Text(Cow<'a, str>),
    /// The innermost element ends.
    End,
}

/// A place in an XML text.
pub(crate) struct Scanner<'a> {
    rest: &'a str,
    /// The full names of the elements around this place.
    open: Vec<&'a str>,
    /// The innermost element was written `<like this/>`.
    is_closing: bool,
}

impl<'a> Scanner<'a> {
    /// Before the root element; a byte order mark and an XML declaration are passed over.
    pub(crate) fn new(text: &'a str) -> Result<Self, Malformed> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let rest = match text.strip_prefix("<?xml") {
            Some(declaration) if declaration.starts_with(is_space) => {
                declaration.split_once("?>").ok_or(NOT_WELL_FORMED)?.1
            }
            _ => text,
        };
        Ok(Self { rest, open: Vec::new(), is_closing: false })
    }

    /// The next token. Outside the root element only white space and comments may stand.
    pub(crate) fn next(&mut self) -> Result<Token<'a>, Malformed> {
        loop {
            if self.is_closing {
                self.is_closing = false;
                self.open.pop();
                return Ok(Token::End);
            }
            if let Some(after) = self.rest.strip_prefix("<!--") {
                self.rest = after.split_once("-->").ok_or(NOT_WELL_FORMED)?.1;
            } else if let Some(after) = self.rest.strip_prefix("<![CDATA[") {
                let (text, after) = after.split_once("]]>").ok_or(NOT_WELL_FORMED)?;
                self.rest = after;
                self.inside()?;
                return Ok(Token::Text(lines(text)?));
            } else if let Some(after) = self.rest.strip_prefix("</") {
                return self.end(after);
            } else if let Some(after) = self.rest.strip_prefix('<') {
                return self.start(after);
            } else {
                // The end of the text is the end of no element.
                if self.rest.is_empty() {
                    return Err(NOT_WELL_FORMED);
                }
                let (text, after) =
                    self.rest.split_at_checked(self.rest.find('<').unwrap_or(self.rest.len())).unwrap_or_default();
                self.rest = after;
                match (self.open.is_empty(), text.trim_matches(is_space).is_empty()) {
                    (true, true) if !after.is_empty() => {}
                    (true, _) => return Err(NOT_WELL_FORMED),
                    (false, _) if text.contains("]]>") => return Err(NOT_WELL_FORMED),
                    (false, _) => return Ok(Token::Text(unescape(lines(text)?)?)),
                }
            }
        }
    }

    /// Passes over the rest of the innermost element, its end included.
    pub(crate) fn skip(&mut self) -> Result<(), Malformed> {
        let depth = self.open.len();
        while self.open.len() >= depth {
            self.next()?;
        }
        Ok(())
    }

    /// After the root element: nothing but white space and comments may follow.
    pub(crate) fn finish(mut self) -> Result<(), Malformed> {
        loop {
            self.rest = self.rest.trim_start_matches(is_space);
            match self.rest.strip_prefix("<!--") {
                Some(comment) => self.rest = comment.split_once("-->").ok_or(NOT_WELL_FORMED)?.1,
                None if self.rest.is_empty() && self.open.is_empty() => return Ok(()),
                None => return Err(NOT_WELL_FORMED),
            }
        }
    }

    fn start(&mut self, after: &'a str) -> Result<Token<'a>, Malformed> {
        let (name, mut rest) = name(after)?;
        if self.open.len() >= MAX_DEPTH {
            return Err(Malformed("The request is nested too deep."));
        }
        let mut attributes = Vec::<(&str, Attribute<'a>)>::new();
        loop {
            let trimmed = rest.trim_start_matches(is_space);
            if let Some(after) = trimmed.strip_prefix('>') {
                self.rest = after;
                break;
            }
            if let Some(after) = trimmed.strip_prefix("/>") {
                (self.rest, self.is_closing) = (after, true);
                break;
            }
            let ((full, attribute), after) = attribute(trimmed)?;
            if trimmed.len() == rest.len() || attributes.iter().any(|(other, _)| *other == full) {
                return Err(NOT_WELL_FORMED);
            }
            if attributes.len() >= MAX_ATTRIBUTES {
                return Err(Malformed("An element has too many attributes."));
            }
            attributes.push((full, attribute));
            rest = after;
        }
        self.open.push(name);
        let declares = |full: &str| full == "xmlns" || full.starts_with("xmlns:");
        let attributes = attributes.into_iter().filter(|(full, _)| !declares(full)).map(|(_, attribute)| attribute);
        Ok(Token::Start(local(name)?, attributes.collect()))
    }

    fn end(&mut self, after: &'a str) -> Result<Token<'a>, Malformed> {
        let (name, after) = name(after)?;
        self.rest = after.trim_start_matches(is_space).strip_prefix('>').ok_or(NOT_WELL_FORMED)?;
        if self.open.pop() == Some(name) { Ok(Token::End) } else { Err(NOT_WELL_FORMED) }
    }

    fn inside(&self) -> Result<(), Malformed> {
        if self.open.is_empty() { Err(NOT_WELL_FORMED) } else { Ok(()) }
    }
}

/// An attribute with its full name, and what follows.
fn attribute(text: &str) -> Result<((&str, Attribute<'_>), &str), Malformed> {
    let (full, after) = name(text)?;
    let after = after.trim_start_matches(is_space).strip_prefix('=').ok_or(NOT_WELL_FORMED)?;
    let after = after.trim_start_matches(is_space);
    let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\'')).ok_or(NOT_WELL_FORMED)?;
    let (value, after) = after.strip_prefix(quote).and_then(|rest| rest.split_once(quote)).ok_or(NOT_WELL_FORMED)?;
    if value.contains('<') {
        return Err(NOT_WELL_FORMED);
    }
    // White space in attributes is spaces, unless it was written as a reference.
    let value = lines(value)?;
    let value = if value.contains(is_space) { Cow::Owned(value.replace(is_space, " ")) } else { value };
    Ok(((full, (local(full)?, unescape(value)?)), after))
}

/// A name with its prefix, and what follows.
fn name(text: &str) -> Result<(&str, &str), Malformed> {
    let part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.' | ':') || !char.is_ascii();
    let (name, after) = text.split_at_checked(text.find(|char| !part(char)).unwrap_or(text.len())).unwrap_or_default();
    if name.is_empty() || name.starts_with(|char: char| char.is_ascii_digit() || matches!(char, '-' | '.')) {
        return Err(NOT_WELL_FORMED);
    }
    Ok((name, after))
}

/// A name without its prefix.
fn local(name: &str) -> Result<&str, Malformed> {
    let (prefix, local) = name.split_once(':').unwrap_or(("prefix", name));
    if prefix.is_empty() || local.is_empty() || local.contains(':') { Err(NOT_WELL_FORMED) } else { Ok(local) }
}

fn is_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\r')
}

fn is_allowed(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Characters checked and line ends made one, as XML asks before anything else.
fn lines(text: &str) -> Result<Cow<'_, str>, Malformed> {
    if !text.chars().all(is_allowed) {
        return Err(NOT_WELL_FORMED);
    }
    Ok(if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")) } else { text.into() })
}

/// Resolves the five entities and character references.
fn unescape(text: Cow<'_, str>) -> Result<Cow<'_, str>, Malformed> {
    if !text.contains('&') {
        return Ok(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some((plain, after)) = rest.split_once('&') {
        out.push_str(plain);
        let (reference, after) = after.split_once(';').ok_or(NOT_WELL_FORMED)?;
        out.push(referenced(reference).ok_or(NOT_WELL_FORMED)?);
        rest = after;
    }
    out.push_str(rest);
    Ok(Cow::Owned(out))
}

fn referenced(reference: &str) -> Option<char> {
    let digits = |text: &str, radix| {
        // from_str_radix alone would take a sign.
        let all = !text.is_empty() && text.chars().all(|char| char.is_digit(radix));
        all.then(|| u32::from_str_radix(text, radix).ok().and_then(char::from_u32)).flatten().filter(|c| is_allowed(*c))
    };
    match reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match reference.strip_prefix("#x") {
            Some(hex) => digits(hex, 16),
            None => digits(reference.strip_prefix('#')?, 10),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every token, or the first refusal.
    fn tokens(text: &str) -> Result<String, Malformed> {
        let mut scanner = Scanner::new(text)?;
        let (mut out, mut depth) = (String::new(), 0);
        loop {
            match scanner.next()? {
                Token::Start(name, attributes) => {
                    depth += 1;
                    out.extend(["(", name]);
                    attributes.iter().for_each(|(name, value)| out.extend([" ", name, "=", value]));
                    out.push(' ');
                }
                Token::Text(text) => out.push_str(&text),
                Token::End => {
                    depth -= 1;
                    out.push(')');
                }
            }
            if depth == 0 {
                return scanner.finish().map(|()| out);
            }
        }
    }

    #[test]
    fn tags_attributes_and_text_are_told_apart() {
        let cases = [
            ("<a/>", "(a )"),
            ("\u{feff}<?xml version = \"1.0\" encoding='UTF-8'?>\n<!-- x --><a>\n</a > <!-- y -->", "(a \n)"),
            ("<s:a xmlns:s=\"u\" xmlns='v' s:t='1 &lt; 2'><b x = \"'\"/>t</s:a>", "(a t=1 < 2 (b x=' )t)"),
            ("<a>x<![CDATA[<b>&amp;]]>y&amp;&#65;&#x1F600;</a>", "(a x<b>&amp;y&A😀)"),
            ("<a>1\r\n2\r3&#xD;</a>", "(a 1\n2\n3\r)"),
            ("<a b=\"1\n2&#10;3\"/>", "(a b=1 2\n3 )"),
            ("<é.-1/>", "(é.-1 )"),
        ];
        for (text, expected) in cases {
            assert_eq!(tokens(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for text in [
            "",
            " ",
            "x",
            "<",
            "<a",
            "<a>",
            "</a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>x",
            "x<a/>",
            "<a b/>",
            "<a b=c/>",
            "<a b='c'd='e'/>",
            "<a b='1' b='2'/>",
            "<a b='<'/>",
            "<1/>",
            "<a:/>",
            "<:a/>",
            "<a:b:c/>",
            "< a/>",
            "<a>&nbsp;</a>",
            "<a>&</a>",
            "<a>&#0;</a>",
            "<a>&#xD800;</a>",
            "<a>&#+65;</a>",
            "<a>&#;</a>",
            "<a>\u{1}</a>",
            "<a>\u{ffff}</a>",
            "<a>]]></a>",
            "<a><![CDATA[</a>",
            "<a><!-- </a>",
            "<a><?pi?></a>",
            "<!DOCTYPE a><a/>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
            "<?xml version='1.0'?",
            "<![CDATA[x]]><a/>",
            " <?xml version='1.0'?><a/>",
            "<a><!ELEMENT b></a>",
        ] {
            assert!(tokens(text).is_err(), "{text}");
        }
    }

    #[test]
    fn depth_and_attributes_end() {
        let nested = |levels: usize| "<a>".repeat(levels) + &"</a>".repeat(levels);
        assert!(tokens(&nested(MAX_DEPTH)).is_ok() && tokens(&nested(MAX_DEPTH + 1)).is_err());
        let many = |count: usize| format!("<a{}/>", (0..count).map(|n| format!(" b{n}=''")).collect::<String>());
        assert!(tokens(&many(MAX_ATTRIBUTES)).is_ok() && tokens(&many(MAX_ATTRIBUTES + 1)).is_err());
    }
}
