//! A service's model as its files tell it: the trimmed model with the overlay laid over it.
//!
//! Guarantees: an overlay that names something that does not exist is refused, so that an upgrade of the models shows
//! which marks and limits lost their place.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Model and overlay, merged.
pub struct Source {
    /// `kms`
    pub name: String,
    /// `kms.amazonaws.com`
    pub event_source: String,
    /// As the model has it.
    pub metadata: Value,
    /// Ordered by name.
    pub operations: BTreeMap<String, Value>,
    /// Ordered by name.
    pub shapes: BTreeMap<String, Value>,
}

/// The services that have an overlay, which are the services of this house, ordered by name.
pub fn services(root: &Path) -> Result<Vec<String>, String> {
    let folder = root.join("models");
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut services =
        names.filter_map(|name| name.strip_suffix(".overlay.json").map(str::to_owned)).collect::<Vec<_>>();
    services.sort();
    Ok(services)
}

impl Source {
    /// Reads `models/<name>.json` and its overlay.
    pub fn read(root: &Path, name: &str) -> Result<Self, String> {
        let overlay = parse(&root.join(format!("models/{name}.overlay.json")))?;
        let mut source = Self::bare(name, &parse(&root.join(format!("models/{name}.json")))?);
        source.event_source = text(&overlay, "eventSource").unwrap_or_default().to_owned();
        source.lay_over(&overlay).map_err(|problem| format!("models/{name}.overlay.json: {problem}"))?;
        source.derive()?;
        Ok(source)
    }

    /// Reads a model that has no overlay.
    pub fn read_model(name: &str, path: &Path) -> Result<Self, String> {
        Self::of_model(name, &parse(path)?)
    }

    /// Takes a trimmed model that has no overlay.
    pub fn of_model(name: &str, model: &Value) -> Result<Self, String> {
        let mut source = Self::bare(name, model);
        source.derive()?;
        Ok(source)
    }

    fn bare(name: &str, model: &Value) -> Self {
        Self {
            name: name.to_owned(),
            event_source: format!("{name}.amazonaws.com"),
            metadata: model.get("metadata").cloned().unwrap_or_default(),
            operations: object(model, "operations").into_iter().collect(),
            shapes: object(model, "shapes").into_iter().collect(),
        }
    }

    /// Gives each reference that overrides a trait of its shape a shape of its own, so that tables hold traits in one
    /// place. Members keep their XML namespace: it is the element's, not the shape's.
    fn derive(&mut self) -> Result<(), String> {
        // Parts first, so that what is derived from a list for one of its uses has the list's parts as they are to be.
        self.derive_each(|part, value| match (part, value) {
            ("member" | "key" | "value", reference) => {
                (std::slice::from_mut(reference), &["flattened", "timestampFormat", "xmlNamespace"])
            }
            _ => (&mut [], &[]),
        })?;
        self.derive_each(|part, value| match (part, value) {
            ("members", Value::Array(members)) => (members, &["flattened", "timestampFormat"]),
            _ => (&mut [], &[]),
        })
    }

    /// Derives for the references that `found` finds in a part of a shape, with the traits that they may override.
    fn derive_each(
        &mut self,
        found: impl for<'a> Fn(&str, &'a mut Value) -> (&'a mut [Value], &'static [&'static str]),
    ) -> Result<(), String> {
        let mut derived = BTreeMap::new();
        let bases = self.shapes.clone();
        for shape in self.shapes.values_mut() {
            for (part, value) in shape.as_object_mut().into_iter().flatten() {
                let (references, traits) = found(part, value);
                for reference in references {
                    derive(reference, traits, &bases, &mut derived)?;
                }
            }
        }
        self.shapes.extend(derived);
        Ok(())
    }

    fn lay_over(&mut self, overlay: &Value) -> Result<(), String> {
        for (name, change) in object(overlay, "shapes") {
            let is_new = change.get("type").is_some();
            if is_new == self.shapes.contains_key(&name) {
                return Err(format!("the shape {name} must be in the model, or new and have a type, not both"));
            }
            merge(self.shapes.entry(name).or_insert_with(|| json!({})), &change);
        }
        for (name, mark) in object(overlay, "marks") {
            let shape = self.shapes.get_mut(&name).ok_or_else(|| format!("marks: no shape {name}"))?;
            if is(shape, "sensitive") {
                return Err(format!("marks: the model marks {name} itself now"));
            }
            merge(shape, &json!({ "mark": mark.get("mark") }));
        }
        for (path, change) in object(overlay, "members") {
            let found = path.split_once('.').and_then(|(shape, member)| {
                let members = self.shapes.get_mut(shape)?.get_mut("members")?.as_array_mut()?;
                members.iter_mut().find(|candidate| text(candidate, "name") == Some(member))
            });
            merge(found.ok_or_else(|| format!("members: no {path}"))?, &change);
        }
        Ok(())
    }

    /// The shape of that name.
    pub fn shape(&self, name: &str) -> Result<&Value, String> {
        self.shapes.get(name).ok_or_else(|| format!("{}: no shape {name}", self.name))
    }
}

/// Points a reference that overrides some of `traits` at a shape that has them.
fn derive(
    reference: &mut Value,
    traits: &[&str],
    bases: &BTreeMap<String, Value>,
    derived: &mut BTreeMap<String, Value>,
) -> Result<(), String> {
    let Some(entries) = reference.as_object_mut() else { return Ok(()) };
    let overrides = traits.iter().filter_map(|key| Some(((*key).to_owned(), entries.remove(*key)?)));
    let overrides = overrides.collect::<Map<_, _>>();
    let name = entries.get("shape").and_then(Value::as_str).unwrap_or_default().to_owned();
    let base = bases.get(&name).ok_or_else(|| format!("no shape {name}"))?;
    if overrides.iter().all(|(key, value)| base.get(key) == Some(value)) {
        return Ok(());
    }
    let own = format!("{name} with {}", Value::Object(overrides.clone()));
    let mut shape = base.clone();
    merge(&mut shape, &Value::Object(overrides));
    entries.insert("shape".to_owned(), Value::String(own.clone()));
    derived.insert(own, shape);
    Ok(())
}

fn parse(path: &Path) -> Result<Value, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn merge(target: &mut Value, change: &Value) {
    if let (Some(target), Some(change)) = (target.as_object_mut(), change.as_object()) {
        target.extend(change.iter().filter(|(key, _)| *key != "why").map(|(key, value)| (key.clone(), value.clone())));
    }
}

/// A text inside an object.
pub fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

/// The name of the shape that a reference such as `input` or `member` points at.
pub fn target<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    text(value.get(key)?, "shape")
}

/// A flag that is true if present and true.
pub fn is(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// An array inside an object; empty if absent.
pub fn array<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn object(value: &Value, key: &str) -> Map<String, Value> {
    value.get(key).and_then(Value::as_object).cloned().unwrap_or_default()
}
