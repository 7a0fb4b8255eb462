//! Writes JSON straight into a string.
//!
//! A record is built on the road of every call, so there is no tree between the fields and the text.

/// Texts that come from the caller are cut to this many bytes.
pub(crate) const MAX_TEXT: usize = 1024;

/// A JSON object being written; its braces are written by [`object`].
pub(crate) struct Object<'a> {
    out: &'a mut String,
    first: bool,
}

/// At most [`MAX_TEXT`] bytes, never half a character.
pub(crate) fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or_default()
}

/// Writes `{…}`, the members by `fill`.
pub(crate) fn object(out: &mut String, fill: impl FnOnce(&mut Object)) {
    out.push('{');
    fill(&mut Object { out, first: true });
    out.push('}');
}

impl Object<'_> {
    /// A member with a string value.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        push_text(self.out, value);
    }

    /// A member with a string value that has nothing to escape: what the house wrote itself, such as ids, times and names
    /// of its tables.
    pub(crate) fn plain(&mut self, name: &str, value: &str) {
        debug_assert!(!value.bytes().any(must_escape), "{value}");
        self.name(name);
        self.out.push('"');
        self.out.push_str(value);
        self.out.push('"');
    }

    /// A member with a string value that is given in parts.
    pub(crate) fn joined(&mut self, name: &str, parts: &[&str]) {
        self.name(name);
        self.out.push('"');
        parts.iter().for_each(|part| push_escaped_text(self.out, part));
        self.out.push('"');
    }

    /// A member that is left out when there is no value.
    pub(crate) fn maybe(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// A member whose value is JSON already.
    pub(crate) fn raw(&mut self, name: &str, json: &str) {
        self.name(name);
        self.out.push_str(json);
    }

    /// A member that is true or false.
    pub(crate) fn flag(&mut self, name: &str, value: bool) {
        self.raw(name, if value { "true" } else { "false" });
    }

    /// A member that is an object.
    pub(crate) fn object(&mut self, name: &str, fill: impl FnOnce(&mut Object)) {
        self.name(name);
        object(self.out, fill);
    }

    /// A member that is a list of objects.
    pub(crate) fn list<T>(&mut self, name: &str, items: &[T], fill: impl Fn(&mut Object, &T)) {
        self.name(name);
        self.out.push('[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            object(self.out, |member| fill(member, item));
        }
        self.out.push(']');
    }

    fn name(&mut self, name: &str) {
        if !self.first {
            self.out.push(',');
        }
        self.first = false;
        self.out.push('"');
        self.out.push_str(name);
        self.out.push_str("\":");
    }
}

fn push_text(out: &mut String, value: &str) {
    out.push('"');
    push_escaped_text(out, value);
    out.push('"');
}

/// What stands between the quotes.
fn push_escaped_text(out: &mut String, value: &str) {
    if !value.bytes().fold(false, |found, byte| found | must_escape(byte)) {
        // Nearly every value; looked through without a branch for each byte.
        return out.push_str(value);
    }
    let mut rest = value;
    // Whole runs are copied at once; only ASCII bytes need escaping, so a split never falls within a character.
    while let Some(at) = rest.bytes().position(must_escape) {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let mut tail = tail.chars();
        if let Some(escaped) = tail.next() {
            push_escaped(out, escaped);
        }
        rest = tail.as_str();
    }
    out.push_str(rest);
}

fn must_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

fn push_escaped(out: &mut String, character: char) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        control => {
            out.push_str("\\u00");
            out.push_str(&base::hex(&[control as u8]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_reads_back() {
        let nasty: String = (0..0x300_u32).filter_map(char::from_u32).chain("\u{2028}😀\u{fffd}".chars()).collect();
        let mut out = String::new();
        object(&mut out, |o| {
            o.text("a", &nasty);
            o.joined("g", &["arn:", "\"", &nasty]);
            o.flag("b", true);
            o.maybe("c", None);
            o.list("d", &["x", "y"], |o, item| o.text("e", item));
            o.object("f", |_| ());
        });
        let read: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(read["a"], nasty);
        assert_eq!(read["d"][1]["e"], "y");
        assert_eq!(read["g"], format!("arn:\"{nasty}"));
        assert_eq!(read.as_object().unwrap().len(), 5);
    }
}
