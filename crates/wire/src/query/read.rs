//! Parameters into a value of a shape.

use super::Dialect;
use super::form::Parameter;
use crate::json::has_duplicate;
use crate::limits::{Budget, MAX_DEPTH, MAX_ELEMENTS};
use crate::text;
use model::{Fault, Kind, List, Map, Service, ShapeId, Structure, TimestampFormat, Value};

/// Reads the members of a structure from parameters that are ordered as [`form`](super::form()) orders them.
pub(crate) fn read(
    service: &Service,
    shape: ShapeId,
    dialect: Dialect,
    parameters: &[Parameter<'_>],
) -> Result<Value, Fault> {
    let size = parameters.iter().map(|(name, value)| name.len() + value.len() + 2).sum::<usize>();
    let mut reader = Reader { service, dialect, budget: Budget::of(size) };
    // The parameters themselves are there already.
    reader.charge(size_of_val(parameters) + size)?;
    reader.value(shape, parameters, 0, MAX_DEPTH)
}

struct Reader<'a> {
    service: &'a Service,
    dialect: Dialect,
    budget: Budget,
}

/// Parameters whose names agree so far, and where the names go on.
type Group<'p, 'q> = (&'q [Parameter<'p>], usize);

impl Reader<'_> {
    /// `at` is where the names go on below what is being read; all of `parameters` agree before it.
    fn value(&mut self, id: ShapeId, parameters: &[Parameter<'_>], at: usize, depth: usize) -> Result<Value, Fault> {
        let depth = depth.checked_sub(1).ok_or_else(|| malformed("The parameters are nested too deep."))?;
        let service = self.service;
        let kind = &service.shape(id).kind;
        let has_parts = matches!(kind, Kind::Structure(_) | Kind::List(_) | Kind::Map(_));
        if has_parts && exact(parameters, at).is_some_and(|text| !text.is_empty()) {
            return Err(malformed("A parameter has a value where its parts are expected."));
        }
        match kind {
            Kind::Structure(structure) => self.structure(structure, parameters, at, depth),
            Kind::List(list) => self.list(list, parameters, at, depth),
            Kind::Map(map) => self.map(map, parameters, at, depth),
            kind => {
                let text =
                    exact(parameters, at).ok_or_else(|| malformed("A parameter has parts that it cannot have."))?;
                self.charge(text.len())?;
                let value = text::parse(kind, text, TimestampFormat::Iso8601);
                value.ok_or_else(|| malformed("A parameter does not have the form of its type."))
            }
        }
    }

    fn structure(
        &mut self,
        structure: &Structure,
        parameters: &[Parameter<'_>],
        at: usize,
        depth: usize,
    ) -> Result<Value, Fault> {
        self.charge(structure.members.len() * size_of::<Option<Value>>())?;
        let mut members = vec![None; structure.members.len()];
        for (head, group, at) in groups(parameters, at) {
            let named = |member: &model::Member| self.dialect.step(member) == head;
            let known = structure.members.iter().zip(&mut members).find(|(member, _)| named(member));
            if let Some((member, slot)) = known {
                *slot = Some(self.value(member.shape, group, at, depth)?);
            }
        }
        Ok(Value::Struct(members))
    }

    fn list(&mut self, list: &List, parameters: &[Parameter<'_>], at: usize, depth: usize) -> Result<Value, Fault> {
        let mut elements = Vec::new();
        for (group, at) in self.numbered(parameters, at, self.dialect.list_step(list))? {
            self.element::<Value>(elements.len())?;
            elements.push(self.value(list.element, group, at, depth)?);
        }
        Ok(Value::List(elements))
    }

    fn map(&mut self, map: &Map, parameters: &[Parameter<'_>], at: usize, depth: usize) -> Result<Value, Fault> {
        let mut entries = Vec::new();
        for (group, at) in self.numbered(parameters, at, self.dialect.map_step(map))? {
            let part = |name: &str| groups(group, at).find(|(head, ..)| *head == name);
            let is_structure = matches!(self.service.shape(map.value).kind, Kind::Structure(_));
            let key = part(map.key_name.unwrap_or("key"));
            // An empty structure has nothing to send.
            let value = part(map.value_name.unwrap_or("value")).or(is_structure.then_some(("", &[], at)));
            let (Some((_, key, key_at)), Some((_, value, value_at))) = (key, value) else {
                return Err(malformed("An entry of a map lacks its key or its value."));
            };
            let key = exact(key, key_at).ok_or_else(|| malformed("A key of a map is no text."))?;
            self.element::<(String, Value)>(entries.len())?;
            self.charge(key.len())?;
            entries.push((key.to_owned(), self.value(map.value, value, value_at, depth)?));
        }
        if has_duplicate(&entries) {
            return Err(malformed("A key of a map occurs twice."));
        }
        Ok(Value::Map(entries))
    }

    /// The groups below `step.N`, or below `N`, in the order of N.
    fn numbered<'p, 'q>(
        &mut self,
        parameters: &'q [Parameter<'p>],
        at: usize,
        step: Option<&str>,
    ) -> Result<Vec<Group<'p, 'q>>, Fault> {
        let below = match step {
            None => Some((parameters, at)),
            Some(step) => groups(parameters, at).find(|(head, ..)| *head == step).map(|(_, group, at)| (group, at)),
        };
        let Some((parameters, at)) = below else { return Ok(Vec::new()) };
        let mut numbered: Vec<(u32, Group<'p, 'q>)> = Vec::new();
        for (head, group, at) in groups(parameters, at) {
            let number = head.parse::<u32>().ok().filter(|number| *number > 0 && number.to_string() == head);
            let number = number.ok_or_else(|| malformed("The elements of a list are numbered from 1."))?;
            if numbered.len() >= MAX_ELEMENTS {
                return Err(malformed(&format!("A list or map has more than {MAX_ELEMENTS} elements.")));
            }
            self.element::<(u32, Group<'_, '_>)>(numbered.len())?;
            numbered.push((number, (group, at)));
        }
        numbered.sort_unstable_by_key(|(number, _)| *number);
        Ok(numbered.into_iter().map(|(_, group)| group).collect())
    }

    fn element<T>(&mut self, before: usize) -> Result<(), Fault> {
        self.budget.take_element::<T>(before).ok_or_else(unfolds)
    }

    fn charge(&mut self, bytes: usize) -> Result<(), Fault> {
        self.budget.take(bytes).ok_or_else(unfolds)
    }
}

/// Runs of parameters with the same next segment: the segment, the run, and where its names go on.
fn groups<'p, 'q>(
    parameters: &'q [Parameter<'p>],
    at: usize,
) -> impl Iterator<Item = (&'q str, &'q [Parameter<'p>], usize)> {
    let head = move |parameter: &'q Parameter<'p>| parameter.0.get(at..).and_then(|rest| rest.split('.').next());
    parameters
        .chunk_by(move |a, b| {
            a.0.get(at..).and_then(|rest| rest.split('.').next())
                == b.0.get(at..).and_then(|rest| rest.split('.').next())
        })
        .filter_map(move |group| {
            let name = head(group.first()?)?;
            Some((name, group, at + name.len() + 1))
        })
}

/// The value of the parameter whose name ends here.
fn exact<'q>(parameters: &'q [Parameter<'_>], at: usize) -> Option<&'q str> {
    parameters.iter().find(|(name, _)| name.len() < at).map(|(_, value)| value.as_ref())
}

/// The refusal of a form.
pub(super) fn malformed(text: &str) -> Fault {
    Fault::client("MalformedInput", text)
}

fn unfolds() -> Fault {
    malformed("The request unfolds into too much.")
}
