//! CBOR straight into a value of a shape.
//!
//! Guarantees: unknown members are skipped, though they must be well-formed; `null` is an absent member, and refused
//! inside lists and maps; a member or map key that occurs twice is refused, since the next reader might take the other
//! one. An empty body is an empty map. Numbers of one kind are read as the other where that loses nothing.
//! Source: Smithy, "Smithy RPC v2 CBOR protocol", shape serialisation.

use super::scan::{Head, Malformed, Scanner};
use crate::json::has_duplicate;
use crate::limits::{Budget, MAX_DEPTH, MAX_ELEMENTS};
use crate::serialization::{deeper, refusal, unfolds, wrong_type};
use crate::time;
use model::{Fault, Kind, List, Map, Service, ShapeId, Structure, Value};

/// Reads a whole body. Constraints are not checked here.
pub fn read(service: &Service, shape: ShapeId, body: &[u8]) -> Result<Value, Fault> {
    let body = if body.is_empty() { EMPTY_MAP } else { body };
    let mut reader = Reader { service, scanner: Scanner::new(body), budget: Budget::of(body.len()) };
    let value = reader.next(shape, MAX_DEPTH)?;
    if reader.scanner.is_at_end() { Ok(value) } else { Err(malformed()) }
}

const EMPTY_MAP: &[u8] = &[0xA0];

/// The tag of a time as seconds since 1970 (RFC 8949, 3.4.2).
pub(super) const EPOCH_TAG: u64 = 1;

/// Every whole number up to this is a float of its own.
const MAX_EXACT: u64 = 1 << f64::MANTISSA_DIGITS;

struct Reader<'a> {
    service: &'a Service,
    scanner: Scanner<'a>,
    budget: Budget,
}

impl Reader<'_> {
    fn next(&mut self, id: ShapeId, depth: usize) -> Result<Value, Fault> {
        let head = self.scanner.head()?;
        self.value(id, head, depth)
    }

    fn value(&mut self, id: ShapeId, head: Head, depth: usize) -> Result<Value, Fault> {
        // Copied out of `self`, so that the shape can be read while the scanner moves.
        let service = self.service;
        match (&service.shape(id).kind, head) {
            (Kind::Structure(structure), Head::Map(count)) => self.structure(structure, count, deeper(depth)?),
            (Kind::Map(map), Head::Map(count)) => self.map(map, count, deeper(depth)?),
            (Kind::List(list), Head::Array(count)) => self.list(list, count, deeper(depth)?),
            (Kind::String(_), Head::Text(length)) => {
                let text = self.scanner.text(length)?;
                self.charge(text.len())?;
                Ok(Value::String(text.into_owned()))
            }
            (Kind::Blob(_), Head::Bytes(length)) => {
                let bytes = self.scanner.bytes(length)?;
                self.charge(bytes.len())?;
                Ok(Value::Blob(bytes.into_owned()))
            }
            (Kind::Boolean, Head::Bool(truth)) => Ok(Value::Bool(truth)),
            (kind @ Kind::Integer(_), head) => {
                let number = whole(head).filter(|number| i32::try_from(*number).is_ok());
                number.map(Value::Integer).ok_or_else(|| misfit(kind, head))
            }
            (kind @ Kind::Long(_), head) => whole(head).map(Value::Integer).ok_or_else(|| misfit(kind, head)),
            (kind @ Kind::Float(_), head) => float(head).map(Value::Float).ok_or_else(|| misfit(kind, head)),
            (Kind::Timestamp(_), Head::Tag(EPOCH_TAG)) => {
                let seconds = float(self.scanner.head()?);
                let time = seconds.and_then(time::from_epoch).map(Value::Timestamp);
                time.ok_or_else(|| refusal("A timestamp does not have the form it should have."))
            }
            (kind, head) => Err(misfit(kind, head)),
        }
    }

    fn structure(&mut self, structure: &Structure, count: Option<u64>, depth: usize) -> Result<Value, Fault> {
        self.charge(structure.members.len() * size_of::<Option<Value>>())?;
        let mut members = vec![None; structure.members.len()];
        // Members that were null: absent, and yet they may not occur again.
        let mut nulls = Vec::new();
        self.items(count, |reader, _| {
            let key = reader.scanner.head()?;
            let Head::Text(length) = key else { return Err(malformed()) };
            let name = reader.scanner.text(length)?;
            let head = reader.scanner.head()?;
            let index = structure.index_of(&name);
            let slot = index.and_then(|index| Some((index, structure.members.get(index)?, members.get_mut(index)?)));
            let Some((index, member, slot)) = slot else { return Ok(reader.scanner.skip(head, depth)?) };
            if slot.is_some() || nulls.contains(&index) {
                return Err(refusal(&format!("The member {} occurs twice.", member.name)));
            }
            if head == Head::Null {
                nulls.push(index);
                return Ok(());
            }
            *slot = Some(reader.value(member.shape, head, depth)?);
            Ok(())
        })?;
        Ok(Value::Struct(members))
    }

    fn list(&mut self, list: &List, count: Option<u64>, depth: usize) -> Result<Value, Fault> {
        let mut elements = Vec::new();
        self.items(count, |reader, before| {
            reader.element::<Value>(before)?;
            elements.push(reader.next(list.element, depth)?);
            Ok(())
        })?;
        Ok(Value::List(elements))
    }

    fn map(&mut self, map: &Map, count: Option<u64>, depth: usize) -> Result<Value, Fault> {
        let mut entries = Vec::new();
        self.items(count, |reader, before| {
            reader.element::<(String, Value)>(before)?;
            let Head::Text(length) = reader.scanner.head()? else { return Err(malformed()) };
            let key = reader.scanner.text(length)?.into_owned();
            reader.charge(key.len())?;
            entries.push((key, reader.next(map.value, depth)?));
            Ok(())
        })?;
        if has_duplicate(&entries) {
            return Err(refusal("A key of a map occurs twice."));
        }
        Ok(Value::Map(entries))
    }

    /// Runs `item` with the number of items before it, as often as there are items.
    fn items(
        &mut self,
        count: Option<u64>,
        mut item: impl FnMut(&mut Self, usize) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut before = 0;
        while count.is_some_and(|count| (before as u64) < count) || (count.is_none() && !self.scanner.take_break()) {
            item(self, before)?;
            before += 1;
        }
        Ok(())
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
}

fn whole(head: Head) -> Option<i64> {
    match head {
        Head::Unsigned(number) => i64::try_from(number).ok(),
        Head::Negative(number) => i64::try_from(number).ok().map(|number| -1 - number),
        Head::Float(number) => (number.fract() == 0.0 && number.abs() <= MAX_EXACT as f64).then_some(number as i64),
        _ => None,
    }
}

fn float(head: Head) -> Option<f64> {
    match head {
        Head::Float(number) => Some(number),
        Head::Unsigned(number) => (number <= MAX_EXACT).then_some(number as f64),
        Head::Negative(number) => (number < MAX_EXACT).then_some(-1.0 - number as f64),
        _ => None,
    }
}

fn misfit(wanted: &Kind, found: Head) -> Fault {
    let found = match found {
        Head::Unsigned(_) | Head::Negative(_) | Head::Float(_) => "NUMBER_VALUE",
        Head::Bytes(_) => "BYTE_STRING_VALUE",
        Head::Text(_) => "STRING_VALUE",
        Head::Array(_) => "LIST_VALUE",
        Head::Map(_) => "MAP_VALUE",
        Head::Tag(_) => "TAG_VALUE",
        Head::Bool(_) => "BOOLEAN_VALUE",
        Head::Null => "NULL_VALUE",
        Head::Break => return malformed(),
    };
    wrong_type(wanted, found)
}

impl From<Malformed> for Fault {
    fn from(_: Malformed) -> Self {
        malformed()
    }
}

fn malformed() -> Fault {
    refusal("The request is not well-formed CBOR.")
}
