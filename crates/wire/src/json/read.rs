//! JSON straight into a value of a shape.
//!
//! Guarantees: unknown members are skipped, though they must be JSON; `null` is an absent member, and refused inside
//! lists and maps; a member or map key that occurs twice is refused, since the next reader might take the other one.
//! An empty body is `{}`.

use super::Names;
use super::scan::{Malformed, Scanner};
use crate::limits::{Budget, MAX_DEPTH, MAX_ELEMENTS};
use crate::serialization::{deeper, refusal, unfolds, wrong_type};
use crate::time;
use base64_simd::STANDARD;
use model::{Document, Fault, Kind, List, Map, Service, Shape, ShapeId, Structure, TimestampFormat, Value};

/// Reads a whole body by the model's names. Constraints are not checked here.
pub fn read(service: &Service, shape: ShapeId, body: &[u8]) -> Result<Value, Fault> {
    read_as(Names::Model, service, shape, body)
}

/// Reads a whole body. Constraints are not checked here.
pub(crate) fn read_as(names: Names, service: &Service, shape: ShapeId, body: &[u8]) -> Result<Value, Fault> {
    let text = std::str::from_utf8(body).map_err(|_| refusal("The request is not UTF-8."))?;
    let mut reader = Reader {
        service,
        names,
        scanner: Scanner::new(if text.trim_ascii().is_empty() { "{}" } else { text }),
        budget: Budget::of(body.len()),
    };
    let value = reader.value(shape, MAX_DEPTH)?;
    if reader.scanner.is_at_end() { Ok(value) } else { Err(Malformed.into_fault()) }
}

struct Reader<'a> {
    service: &'a Service,
    names: Names,
    scanner: Scanner<'a>,
    budget: Budget,
}

impl Reader<'_> {
    fn value(&mut self, id: ShapeId, depth: usize) -> Result<Value, Fault> {
        // Copied out of `self`, so that the shape can be read while the scanner moves.
        let service = self.service;
        let shape: &Shape = service.shape(id);
        let next = self.scanner.peek().ok_or_else(malformed)?;
        match (&shape.kind, next) {
            (Kind::Structure(structure), b'{') => self.structure(structure, deeper(depth)?),
            (Kind::Map(map), b'{') => self.map(map, deeper(depth)?),
            (Kind::List(list), b'[') => self.list(list, deeper(depth)?),
            (Kind::String(_), b'"') => {
                let text = self.scanner.string().map_err(Malformed::into_fault)?;
                self.charge(text.len())?;
                Ok(Value::String(text.into_owned()))
            }
            (Kind::Blob(_), b'"') => self.blob(),
            (Kind::Boolean, b't') => self.word("true", Value::Bool(true)),
            (Kind::Boolean, b'f') => self.word("false", Value::Bool(false)),
            (Kind::Integer(_), b'-' | b'0'..=b'9') => {
                let whole = self.whole()?.filter(|number| i32::try_from(*number).is_ok());
                whole.map(Value::Integer).ok_or_else(|| refusal("NUMBER_VALUE cannot be converted to Integer"))
            }
            (Kind::Long(_), b'-' | b'0'..=b'9') => {
                self.whole()?.map(Value::Integer).ok_or_else(|| refusal("NUMBER_VALUE cannot be converted to Long"))
            }
            (Kind::Float(_), b'-' | b'0'..=b'9') => {
                Ok(Value::Float(self.scanner.number().map_err(Malformed::into_fault)?.float()))
            }
            (Kind::Float(_), b'"') => match self.scanner.string().map_err(Malformed::into_fault)?.as_ref() {
                "NaN" => Ok(Value::Float(f64::NAN)),
                "Infinity" => Ok(Value::Float(f64::INFINITY)),
                "-Infinity" => Ok(Value::Float(f64::NEG_INFINITY)),
                _ => Err(refusal("STRING_VALUE cannot be converted to Float")),
            },
            (Kind::Timestamp(format), _) => self.timestamp(*format, next),
            (Kind::Document, _) => Ok(Value::Document(self.document(next, depth)?)),
            (kind, _) => Err(misfit(kind, next)),
        }
    }

    fn blob(&mut self) -> Result<Value, Fault> {
        let decode = |text: &str| STANDARD.decode_to_vec(text.as_bytes()).ok();
        // Base64 has no letter that JSON would have to escape, so what decodes is the string as it stands.
        let Self { budget, scanner, .. } = self;
        let read = |text: &str| if budget.holds(text.len()) { Some((text.len(), decode(text)?)) } else { None };
        if let Some((length, bytes)) = scanner.string_of(read) {
            self.charge(length)?;
            return Ok(Value::Blob(bytes));
        }
        let text = self.scanner.string().map_err(Malformed::into_fault)?;
        self.charge(text.len())?;
        decode(&text).map(Value::Blob).ok_or_else(|| refusal("A blob is not base64."))
    }

    fn structure(&mut self, structure: &Structure, depth: usize) -> Result<Value, Fault> {
        self.charge(structure.members.len() * size_of::<Option<Value>>())?;
        let mut members = vec![None; structure.members.len()];
        // Members that were null: absent, and yet they may not occur again.
        let mut nulls = Vec::new();
        self.items(b'{', b'}', |reader| {
            let name = reader.scanner.string().map_err(Malformed::into_fault)?;
            reader.scanner.expect(b':').map_err(Malformed::into_fault)?;
            let index = reader.names.find(structure, &name);
            let slot = index.and_then(|index| Some((index, structure.members.get(index)?, members.get_mut(index)?)));
            let Some((index, member, slot)) = slot else {
                return reader.scanner.skip(depth).map_err(Malformed::into_fault);
            };
            if slot.is_some() || nulls.contains(&index) {
                return Err(refusal(&format!("The member {} occurs twice.", member.name)));
            }
            if reader.scanner.peek() == Some(b'n') {
                nulls.push(index);
                return reader.scanner.word("null").map_err(Malformed::into_fault);
            }
            *slot = Some(reader.value(member.shape, depth)?);
            Ok(())
        })?;
        Ok(Value::Struct(members))
    }

    fn list(&mut self, list: &List, depth: usize) -> Result<Value, Fault> {
        let mut elements = Vec::new();
        self.items(b'[', b']', |reader| {
            reader.element::<Value>(elements.len())?;
            elements.push(reader.value(list.element, depth)?);
            Ok(())
        })?;
        Ok(Value::List(elements))
    }

    fn map(&mut self, map: &Map, depth: usize) -> Result<Value, Fault> {
        let mut entries = Vec::new();
        self.items(b'{', b'}', |reader| {
            reader.element::<(String, Value)>(entries.len())?;
            let key = reader.scanner.string().map_err(Malformed::into_fault)?.into_owned();
            reader.charge(key.len())?;
            reader.scanner.expect(b':').map_err(Malformed::into_fault)?;
            entries.push((key, reader.value(map.value, depth)?));
            Ok(())
        })?;
        if has_duplicate(&entries) {
            return Err(refusal("A key of a map occurs twice."));
        }
        Ok(Value::Map(entries))
    }

    fn timestamp(&mut self, format: Option<TimestampFormat>, next: u8) -> Result<Value, Fault> {
        let refused = || refusal("A timestamp does not have the form it should have.");
        let time = match (format.unwrap_or(TimestampFormat::UnixTimestamp), next) {
            (TimestampFormat::UnixTimestamp, b'-' | b'0'..=b'9') => {
                time::from_epoch(self.scanner.number().map_err(Malformed::into_fault)?.float())
            }
            (format @ (TimestampFormat::Iso8601 | TimestampFormat::HttpDate), b'"') => {
                time::read(format, &self.scanner.string().map_err(Malformed::into_fault)?)
            }
            _ => None,
        };
        time.map(Value::Timestamp).ok_or_else(refused)
    }

    fn document(&mut self, next: u8, depth: usize) -> Result<Document, Fault> {
        let scanner = &mut self.scanner;
        let document = match next {
            b'n' => scanner.word("null").map(|()| Document::Null),
            b't' => scanner.word("true").map(|()| Document::Bool(true)),
            b'f' => scanner.word("false").map(|()| Document::Bool(false)),
            b'"' => {
                let text = scanner.string().map_err(Malformed::into_fault)?.into_owned();
                self.charge(text.len())?;
                Ok(Document::String(text))
            }
            b'[' => return self.document_list(deeper(depth)?),
            b'{' => return self.document_map(deeper(depth)?),
            _ => scanner.number().map(|number| match number.0.parse() {
                Ok(whole) => Document::Integer(whole),
                Err(_) => Document::Float(number.float()),
            }),
        };
        document.map_err(Malformed::into_fault)
    }

    fn document_list(&mut self, depth: usize) -> Result<Document, Fault> {
        let mut elements = Vec::new();
        self.items(b'[', b']', |reader| {
            reader.element::<Document>(elements.len())?;
            let next = reader.scanner.peek().ok_or_else(malformed)?;
            elements.push(reader.document(next, depth)?);
            Ok(())
        })?;
        Ok(Document::List(elements))
    }

    fn document_map(&mut self, depth: usize) -> Result<Document, Fault> {
        let mut entries = Vec::new();
        self.items(b'{', b'}', |reader| {
            reader.element::<(String, Document)>(entries.len())?;
            let key = reader.scanner.string().map_err(Malformed::into_fault)?.into_owned();
            reader.charge(key.len())?;
            reader.scanner.expect(b':').map_err(Malformed::into_fault)?;
            let next = reader.scanner.peek().ok_or_else(malformed)?;
            entries.push((key, reader.document(next, depth)?));
            Ok(())
        })?;
        if has_duplicate(&entries) {
            return Err(refusal("A key of a document occurs twice."));
        }
        Ok(Document::Map(entries))
    }

    fn items(
        &mut self,
        open: u8,
        close: u8,
        mut item: impl FnMut(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.scanner.expect(open).map_err(Malformed::into_fault)?;
        if self.scanner.take(close) {
            return Ok(());
        }
        loop {
            item(self)?;
            if !self.scanner.take(b',') {
                return self.scanner.expect(close).map_err(Malformed::into_fault);
            }
        }
    }

    fn element<T>(&mut self, before: usize) -> Result<(), Fault> {
        if before >= MAX_ELEMENTS {
            return Err(refusal(&format!("A list or map has more than {MAX_ELEMENTS} elements.")));
        }
        self.budget.take_element::<T>(before).ok_or_else(unfolds)
    }

    fn charge(&mut self, bytes: usize) -> Result<(), Fault> {
        self.budget.take(bytes).ok_or_else(unfolds)
    }

    fn whole(&mut self) -> Result<Option<i64>, Fault> {
        self.scanner.number().map(|number| number.whole()).map_err(Malformed::into_fault)
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Fault> {
        self.scanner.word(word).map(|()| value).map_err(Malformed::into_fault)
    }
}

fn misfit(wanted: &Kind, next: u8) -> Fault {
    let found = match (wanted, next) {
        (Kind::Structure(_) | Kind::Map(_), _) => return refusal("Expected a structure or map, or null"),
        (Kind::List(_), _) => return refusal("Expected list or null"),
        (_, b'{') => return refusal("Start of structure or map found where not expected."),
        (_, b'[') => return refusal("Start of list found where not expected."),
        (_, b'"') => "STRING_VALUE",
        (_, b't') => "TRUE_VALUE",
        (_, b'f') => "FALSE_VALUE",
        (_, b'n') => "NULL_VALUE",
        (_, b'-' | b'0'..=b'9') => "NUMBER_VALUE",
        _ => return malformed(),
    };
    wrong_type(wanted, found)
}

/// Whether a key occurs twice.
pub(crate) fn has_duplicate<T>(entries: &[(String, T)]) -> bool {
    let mut keys = entries.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>();
    keys.sort_unstable();
    keys.windows(2).any(|pair| pair.first() == pair.last())
}

impl Malformed {
    fn into_fault(self) -> Fault {
        malformed()
    }
}

fn malformed() -> Fault {
    refusal("The request is not well-formed JSON.")
}
