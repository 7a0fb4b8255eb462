//! XML straight into a value of a shape.
//!
//! Guarantees: unknown elements and attributes are skipped, though they must be XML; a member that occurs twice is
//! refused, unless it is a flattened list or map; text beside elements is refused. What is allocated is bounded as in
//! JSON.

use super::scan::{Attribute, Malformed, Scanner, Token};
use crate::json::has_duplicate;
use crate::limits::{Budget, MAX_ELEMENTS};
use crate::text;
use model::{Kind, List, Location, Map, Member, Service, ShapeId, Structure, TimestampFormat, Value};

/// Reads a whole document whose root element has one of the names `roots`. Constraints are not checked here.
pub(crate) fn read(service: &Service, shape: ShapeId, body: &[u8], roots: &[&str]) -> Result<Value, Malformed> {
    let text = std::str::from_utf8(body).map_err(|_| Malformed("The request is not UTF-8."))?;
    let mut reader = Reader { service, scanner: Scanner::new(text)?, budget: Budget::of(body.len()) };
    let Token::Start(root, attributes) = reader.scanner.next()? else { return Err(MISPLACED_TEXT) };
    if !roots.contains(&root) {
        return Err(Malformed("The root element is not the one of this operation."));
    }
    let value = reader.value(shape, &attributes)?;
    reader.scanner.finish()?;
    Ok(value)
}

const WRONG_FORM: Malformed = Malformed("An element or attribute does not have the form of its type.");
const MISPLACED_TEXT: Malformed = Malformed("There is text where elements are expected.");

struct Reader<'a> {
    service: &'a Service,
    scanner: Scanner<'a>,
    budget: Budget,
}

impl Reader<'_> {
    /// Reads to the end of the element that has just begun.
    fn value(&mut self, id: ShapeId, attributes: &[Attribute<'_>]) -> Result<Value, Malformed> {
        // Copied out of `self`, so that the shape can be read while the scanner moves.
        let service = self.service;
        match &service.shape(id).kind {
            Kind::Structure(structure) => self.structure(structure, attributes),
            Kind::List(list) => self.list(list),
            Kind::Map(map) => {
                let mut entries = Vec::new();
                self.children(|reader, name, _| match name {
                    "entry" => reader.entry(map, &mut entries),
                    _ => reader.scanner.skip(),
                })?;
                distinct(entries)
            }
            kind => {
                let text = self.text()?;
                self.charge(text.len())?;
                let trimmed = if matches!(kind, Kind::String(_)) { &text } else { text.trim_ascii() };
                text::parse(kind, trimmed, TimestampFormat::Iso8601).ok_or(WRONG_FORM)
            }
        }
    }

    fn structure(&mut self, structure: &Structure, attributes: &[Attribute<'_>]) -> Result<Value, Malformed> {
        self.charge(structure.members.len() * size_of::<Option<Value>>())?;
        let service = self.service;
        let mut members = vec![None; structure.members.len()];
        for (member, slot) in structure.members.iter().zip(&mut members).filter(|(member, _)| member.xml_attribute) {
            if let Some((_, value)) = attributes.iter().find(|(name, _)| *name == name_of(member)) {
                self.charge(value.len())?;
                let parsed = text::parse(&service.shape(member.shape).kind, value, TimestampFormat::Iso8601);
                *slot = Some(parsed.ok_or(WRONG_FORM)?);
            }
        }
        let is_element = |member: &Member| !member.xml_attribute && member.location == Location::Body;
        self.children(|reader, name, attributes| {
            let known = |(member, _): &(&Member, _)| is_element(member) && name_of(member) == name;
            let Some((member, slot)) = structure.members.iter().zip(&mut members).find(known) else {
                return reader.scanner.skip();
            };
            match (&service.shape(member.shape).kind, &mut *slot) {
                (Kind::List(list), Some(Value::List(elements))) if list.flattened => {
                    reader.element(elements.len())?;
                    elements.push(reader.value(list.element, attributes)?);
                }
                (Kind::List(list), None) if list.flattened => {
                    reader.element(0)?;
                    *slot = Some(Value::List(vec![reader.value(list.element, attributes)?]));
                }
                (Kind::Map(map), Some(Value::Map(entries))) if map.flattened => reader.entry(map, entries)?,
                (Kind::Map(map), None) if map.flattened => {
                    let mut entries = Vec::new();
                    reader.entry(map, &mut entries)?;
                    *slot = Some(Value::Map(entries));
                }
                (_, Some(_)) => return Err(Malformed("An element occurs twice.")),
                (_, None) => *slot = Some(reader.value(member.shape, attributes)?),
            }
            Ok(())
        })?;
        let flattened = |(member, _): &(&Member, &Option<Value>)| matches!(&service.shape(member.shape).kind, Kind::Map(map) if map.flattened);
        for (_, slot) in structure.members.iter().zip(&members).filter(flattened) {
            if matches!(slot, Some(Value::Map(entries)) if has_duplicate(entries)) {
                return Err(TWICE);
            }
        }
        Ok(Value::Struct(members))
    }

    fn list(&mut self, list: &List) -> Result<Value, Malformed> {
        let mut elements = Vec::new();
        let wanted = list.location_name.unwrap_or("member");
        self.children(|reader, name, attributes| {
            if name != wanted {
                return reader.scanner.skip();
            }
            reader.element(elements.len())?;
            elements.push(reader.value(list.element, attributes)?);
            Ok(())
        })?;
        Ok(Value::List(elements))
    }

    /// Reads key and value to the end of their entry.
    fn entry(&mut self, map: &Map, entries: &mut Vec<(String, Value)>) -> Result<(), Malformed> {
        self.element(entries.len())?;
        let (mut key, mut value) = (None, None);
        let (key_name, value_name) = (map.key_name.unwrap_or("key"), map.value_name.unwrap_or("value"));
        self.children(|reader, name, attributes| {
            if name == key_name && key.is_none() {
                key = Some(reader.text()?);
            } else if name == value_name && value.is_none() {
                value = Some(reader.value(map.value, attributes)?);
            } else if name == key_name || name == value_name {
                return Err(Malformed("An element occurs twice."));
            } else {
                reader.scanner.skip()?;
            }
            Ok(())
        })?;
        let (Some(key), Some(value)) = (key, value) else {
            return Err(Malformed("An entry of a map lacks its key or its value."));
        };
        self.charge(key.len())?;
        entries.push((key, value));
        Ok(())
    }

    /// Calls `child` for each element in this one, which it must read to its end.
    fn children(
        &mut self,
        mut child: impl FnMut(&mut Self, &str, &[Attribute<'_>]) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        loop {
            match self.scanner.next()? {
                Token::Start(name, attributes) => child(self, name, &attributes)?,
                Token::Text(text) if text.trim_ascii().is_empty() => {}
                Token::Text(_) => return Err(MISPLACED_TEXT),
                Token::End => return Ok(()),
            }
        }
    }

    /// The text of this element, which has no elements in it.
    fn text(&mut self) -> Result<String, Malformed> {
        let mut whole = String::new();
        loop {
            match self.scanner.next()? {
                Token::Text(piece) if whole.is_empty() => whole = piece.into_owned(),
                Token::Text(piece) => whole.push_str(&piece),
                Token::End => return Ok(whole),
                Token::Start(..) => return Err(Malformed("There is an element where text is expected.")),
            }
        }
    }

    fn element(&mut self, before: usize) -> Result<(), Malformed> {
        if before >= MAX_ELEMENTS {
            return Err(Malformed("A list or map has too many elements."));
        }
        self.budget.take_element::<(String, Value)>(before).ok_or(TOO_MUCH)
    }

    fn charge(&mut self, bytes: usize) -> Result<(), Malformed> {
        self.budget.take(bytes).ok_or(TOO_MUCH)
    }
}

const TOO_MUCH: Malformed = Malformed("The request unfolds into too much.");
const TWICE: Malformed = Malformed("A key of a map occurs twice.");

fn distinct(entries: Vec<(String, Value)>) -> Result<Value, Malformed> {
    if has_duplicate(&entries) { Err(TWICE) } else { Ok(Value::Map(entries)) }
}

/// A member's name in XML without prefix, such as `type` for `xsi:type`.
fn name_of(member: &Member) -> &'static str {
    let name = member.location_name.unwrap_or(member.name);
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}
