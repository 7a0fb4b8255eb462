//! A service's model as its files tell it: the trimmed model with the overlay laid over it.
//!
//! Guarantees: an overlay that names something that does not exist is refused, so that an upgrade of the models shows
//! which marks and limits lost their place.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Model and overlay, merged.
pub(crate) struct Source {
    /// `kms`
    pub(crate) name: String,
    pub(crate) event_source: String,
    pub(crate) metadata: Value,
    /// Ordered by name.
    pub(crate) operations: BTreeMap<String, Value>,
    /// Ordered by name.
    pub(crate) shapes: BTreeMap<String, Value>,
}

/// The services that have an overlay, which are the services of this house, ordered by name.
pub(crate) fn services(root: &Path) -> Result<Vec<String>, String> {
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
    pub(crate) fn read(root: &Path, name: &str) -> Result<Self, String> {
        let overlay = parse(&root.join(format!("models/{name}.overlay.json")))?;
        let mut source = Self::read_model(name, &root.join(format!("models/{name}.json")))?;
        source.event_source = text(&overlay, "eventSource").unwrap_or_default().to_owned();
        source.lay_over(&overlay).map_err(|problem| format!("models/{name}.overlay.json: {problem}"))?;
        Ok(source)
    }

    /// Reads a model that has no overlay.
    pub(crate) fn read_model(name: &str, path: &Path) -> Result<Self, String> {
        let model = parse(path)?;
        Ok(Self {
            name: name.to_owned(),
            event_source: format!("{name}.amazonaws.com"),
            metadata: model.get("metadata").cloned().unwrap_or_default(),
            operations: object(&model, "operations").into_iter().collect(),
            shapes: object(&model, "shapes").into_iter().collect(),
        })
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
    pub(crate) fn shape(&self, name: &str) -> Result<&Value, String> {
        self.shapes.get(name).ok_or_else(|| format!("{}: no shape {name}", self.name))
    }
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
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

/// The name of the shape that a reference such as `input` or `member` points at.
pub(crate) fn target<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    text(value.get(key)?, "shape")
}

/// A flag that is true if present and true.
pub(crate) fn is(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// An array inside an object; empty if absent.
pub(crate) fn array<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn object(value: &Value, key: &str) -> Map<String, Value> {
    value.get(key).and_then(Value::as_object).cloned().unwrap_or_default()
}
