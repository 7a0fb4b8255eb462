//! A service's model as its files tell it: the trimmed model with the overlay laid over it.
//!
//! An overlay says what the model does not, each with its `why`: `eventSource`; `marks` of shapes; changes of `shapes`
//! and of `members` (a member may have a mark or bounds that others of its shape have not); `errors` that the model
//! leaves out, by status.
//!
//! Guarantees: an overlay that names something that does not exist, or tells what the model tells by now, is refused, so
//! that an upgrade of the models shows which marks and limits lost their place; all such places are named at once.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What a member may say otherwise than its shape; the last four only in overlays.
const MEMBER_TRAITS: [&str; 6] = ["flattened", "timestampFormat", "mark", "min", "max", "pattern"];

/// Model and overlay, merged.
pub struct Source {
    /// `kms`
    pub name: String,
    /// `kms.amazonaws.com`
    pub event_source: String,
    /// Further names that clients sign it by.
    pub signed_as: Vec<String>,
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
        let models = root.join("models");
        Self::read_from(&models, &models, name)
    }

    /// Reads `<name>.json` in one folder and its overlay in another.
    pub fn read_from(models: &Path, overlays: &Path, name: &str) -> Result<Self, String> {
        let overlay = parse(&overlays.join(format!("{name}.overlay.json")))?;
        let mut source = Self::bare(name, &parse(&models.join(format!("{name}.json")))?);
        source.event_source = text(&overlay, "eventSource").unwrap_or_default().to_owned();
        source.signed_as = object(&overlay, "signedAs").into_iter().map(|(name, _)| name).collect();
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
            signed_as: Vec::new(),
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
            ("members", Value::Array(members)) => (members, &MEMBER_TRAITS),
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

    /// Lays the overlay over the model.
    fn lay_over(&mut self, overlay: &Value) -> Result<(), String> {
        let known = ["eventSource", "marks", "shapes", "members", "errors", "signedAs"];
        let parts = overlay.as_object().into_iter().flat_map(Map::keys);
        let mut problems = parts
            .filter(|part| !known.contains(&part.as_str()))
            .map(|part| format!("no part {part}"))
            .collect::<Vec<_>>();
        for part in ["marks", "shapes", "members", "errors"] {
            let unargued = object(overlay, part).into_iter().filter(|(_, change)| text(change, "why").is_none());
            problems.extend(unargued.map(|(name, _)| format!("{part}: {name} has no why")));
        }
        for (name, mark) in object(overlay, "marks") {
            problems.extend(self.change_shape(&name, &mark).err().map(|problem| format!("marks: {problem}")));
        }
        for (name, change) in object(overlay, "shapes") {
            problems.extend(self.change_shape(&name, &change).err().map(|problem| format!("shapes: {problem}")));
        }
        for (path, change) in object(overlay, "members") {
            problems.extend(self.change_member(&path, &change).err().map(|problem| format!("members: {problem}")));
        }
        for (status, errors) in object(overlay, "errors") {
            for name in array(&errors, "names").iter().filter_map(Value::as_str) {
                problems.extend(self.add_error(name, &status).err().map(|problem| format!("errors: {problem}")));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
    }

    fn change_shape(&mut self, name: &str, change: &Value) -> Result<(), String> {
        let shape = self.shapes.get_mut(name).ok_or_else(|| format!("the model has no shape {name}"))?;
        if change.get("mark").is_some() && is(shape, "sensitive") {
            return Err(format!("the model marks {name} itself now"));
        }
        refuse_idle(name, shape, change)?;
        merge(shape, change);
        Ok(())
    }

    fn change_member(&mut self, path: &str, change: &Value) -> Result<(), String> {
        let absent = || format!("the model has no member {path}");
        let (shape, member) = path.split_once('.').ok_or_else(absent)?;
        let members = self.shapes.get(shape).and_then(|shape| shape.get("members")?.as_array()).ok_or_else(absent)?;
        let found = members.iter().position(|candidate| text(candidate, "name") == Some(member)).ok_or_else(absent)?;
        let target = members.get(found).and_then(|member| text(member, "shape")).unwrap_or_default();
        let base = self.shape(target)?;
        if change.get("mark").is_some() && is(base, "sensitive") {
            return Err(format!("the model marks {path} itself now"));
        }
        refuse_idle(path, base, change)?;
        let members = self.shapes.get_mut(shape).and_then(|shape| shape.get_mut("members")?.as_array_mut());
        merge(members.and_then(|members| members.get_mut(found)).ok_or_else(absent)?, change);
        Ok(())
    }

    fn add_error(&mut self, name: &str, status: &str) -> Result<(), String> {
        let status = status.parse::<u16>().map_err(|_| format!("{status} is no status"))?;
        let error = json!({ "httpStatusCode": status, "senderFault": status < 500 });
        let shape = json!({ "type": "structure", "members": [], "exception": true, "error": error });
        match self.shapes.insert(name.to_owned(), shape) {
            None => Ok(()),
            Some(_) => Err(format!("the model has {name} itself now")),
        }
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

/// Reads a JSON file.
pub fn parse(path: &Path) -> Result<Value, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Refuses a change that changes nothing.
fn refuse_idle(name: &str, shape: &Value, change: &Value) -> Result<(), String> {
    let keys = change.as_object().into_iter().flatten().filter(|(key, _)| *key != "why");
    let mut idle = keys.filter(|(key, value)| shape.get(key) == Some(value));
    idle.next().map_or(Ok(()), |(key, value)| Err(format!("the model gives {name} the {key} {value} itself now")))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> Source {
        let model = json!({
            "metadata": {},
            "operations": {},
            "shapes": {
                "Request": {"type": "structure", "members": [
                    {"name": "Password", "shape": "String"},
                    {"name": "Name", "shape": "String"},
                    {"name": "At", "shape": "Time", "timestampFormat": "iso8601"},
                    {"name": "Then", "shape": "Time", "timestampFormat": "unixTimestamp"},
                    {"name": "Limit", "shape": "Limit"},
                ]},
                "Names": {"type": "list", "member": {"shape": "String", "xmlNamespace": {"uri": "urn:n"}}},
                "String": {"type": "string"},
                "Token": {"type": "string", "sensitive": true},
                "Time": {"type": "timestamp", "timestampFormat": "unixTimestamp"},
                "Limit": {"type": "integer", "min": 1, "max": 1000},
            },
        });
        Source::bare("shop", &model)
    }

    fn laid(overlay: &Value) -> Result<Source, String> {
        let mut source = source();
        source.lay_over(overlay)?;
        source.derive()?;
        Ok(source)
    }

    fn shape_of<'a>(source: &'a Source, member: &str) -> (&'a str, &'a Value) {
        let members = array(&source.shapes["Request"], "members");
        let name =
            members.iter().find(|found| text(found, "name") == Some(member)).and_then(|found| text(found, "shape"));
        (name.unwrap(), source.shape(name.unwrap()).unwrap())
    }

    #[test]
    fn a_reference_that_overrides_a_trait_has_a_shape_of_its_own() {
        let source = laid(&json!({})).unwrap();
        let (name, shape) = shape_of(&source, "At");
        assert_eq!(name, r#"Time with {"timestampFormat":"iso8601"}"#);
        assert_eq!(*shape, json!({"type": "timestamp", "timestampFormat": "iso8601"}));
        // What says the same as its shape overrides nothing.
        assert_eq!(shape_of(&source, "Then").0, "Time");
        assert_eq!(target(&source.shapes["Names"], "member"), Some(r#"String with {"xmlNamespace":{"uri":"urn:n"}}"#));
    }

    #[test]
    fn a_mark_or_bound_of_a_member_is_its_own() {
        let members = json!({
            "Request.Password": {"mark": "secret", "why": "a password"},
            "Request.Limit": {"max": 100, "why": "the service enforces it"},
        });
        let source = laid(&json!({ "members": members })).unwrap();
        assert_eq!(*shape_of(&source, "Password").1, json!({"type": "string", "mark": "secret"}));
        assert_eq!(*shape_of(&source, "Limit").1, json!({"type": "integer", "min": 1, "max": 100}));
        assert_eq!(shape_of(&source, "Name"), ("String", &json!({"type": "string"})));
    }

    #[test]
    fn errors_that_the_model_leaves_out_have_their_status() {
        let source = laid(&json!({"errors": {
            "404": {"names": ["NoSuchShelf"], "why": "the reference"},
            "503": {"names": ["Busy"], "why": "the reference"},
        }}))
        .unwrap();
        let error = |name: &str| source.shapes[name]["error"].clone();
        assert_eq!(error("NoSuchShelf"), json!({"httpStatusCode": 404, "senderFault": true}));
        assert_eq!(error("Busy"), json!({"httpStatusCode": 503, "senderFault": false}));
    }

    #[test]
    fn what_an_overlay_names_in_vain_is_told_all_at_once() {
        let overlay = json!({
            "marks": {"Gone": {"mark": "secret", "why": ""}, "Token": {"mark": "secret"}},
            "shapes": {"Limit": {"max": 1000, "why": ""}},
            "members": {"Request.Gone": {"mark": "secret", "why": ""}, "Nowhere": {"why": ""}},
            "errors": {"404": {"names": ["String"], "why": ""}, "many": {"names": ["Busy"], "why": ""}},
            "mark": {},
        });
        let problems = laid(&overlay).err().unwrap();
        let expected = [
            "no part mark",
            "marks: Token has no why",
            "marks: the model has no shape Gone",
            "marks: the model marks Token itself now",
            "shapes: the model gives Limit the max 1000 itself now",
            "members: the model has no member Nowhere",
            "members: the model has no member Request.Gone",
            "errors: the model has String itself now",
            "errors: many is no status",
        ];
        assert_eq!(problems, expected.join("; "));
    }
}
