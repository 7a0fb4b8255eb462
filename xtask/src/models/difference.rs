//! What differs between two versions of the models, for people: by service, and there by operations, shapes and
//! constraints.

use serde_json::{Map, Value};
use std::fmt::Write as _;

/// What a caller may run into.
const CONSTRAINTS: [&str; 7] = ["required", "enum", "pattern", "min", "max", "sensitive", "union"];

/// Longest value that is shown whole.
const MAX_SHOWN: usize = 160;

/// The differences of all services: name, model before (null if it is new), model after.
pub(super) fn report(from: &str, to: &str, services: &[(&str, Value, Value)]) -> String {
    let mut chapters = String::new();
    let (mut differ, mut totals) = (0, [Counts::default(), Counts::default()]);
    for (name, before, after) in services {
        let parts = sections(before, after, &mut totals);
        if !parts.is_empty() {
            differ += 1;
            // A text can be written to without failing.
            let _ = write!(chapters, "\n{name}\n{parts}");
        }
    }
    let [operations, shapes] = totals;
    let versions = if from == to { format!("botocore {to}") } else { format!("botocore {from} to {to}") };
    let sum = match differ {
        0 => "no difference".to_owned(),
        1 => format!("1 service differs; operations {operations}; shapes {shapes}"),
        _ => format!("{differ} services differ; operations {operations}; shapes {shapes}"),
    };
    format!("{versions}: {sum}\n{chapters}")
}

/// How many came, went and changed.
#[derive(Default)]
struct Counts {
    added: usize,
    removed: usize,
    changed: usize,
}

impl std::fmt::Display for Counts {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "+{} -{} ~{}", self.added, self.removed, self.changed)
    }
}

fn sections(before: &Value, after: &Value, [operations, shapes]: &mut [Counts; 2]) -> String {
    let mut out = String::new();
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let _ = writeln!(out, "  {title}");
            lines.iter().for_each(|line| _ = writeln!(out, "    {line}"));
        }
    };
    let metadata = changes(&object(before, "metadata"), &object(after, "metadata"), &|_| true);
    section("service", metadata.into_iter().map(|change| format!("~ {change}")).collect());

    let (old, new) = (object(before, "operations"), object(after, "operations"));
    let mut lines = came_and_went(&old, &new, operations);
    lines.extend(changed(&old, &new, &|_| true));
    section("operations", lines);

    let (old, new) = (object(before, "shapes"), object(after, "shapes"));
    section("shapes", came_and_went(&old, &new, shapes));
    let is_constraint = |key: &str| CONSTRAINTS.contains(&key);
    section("constraints", changed(&old, &new, &is_constraint));
    section("members and form", changed(&old, &new, &|key| !is_constraint(key)));
    out
}

fn came_and_went(old: &Map<String, Value>, new: &Map<String, Value>, counts: &mut Counts) -> Vec<String> {
    let only = |these: &Map<String, Value>, those: &Map<String, Value>| {
        these.keys().filter(|name| !those.contains_key(*name)).cloned().collect::<Vec<_>>()
    };
    let (added, removed) = (only(new, old), only(old, new));
    counts.added += added.len();
    counts.removed += removed.len();
    counts.changed += new.iter().filter(|(name, after)| old.get(*name).is_some_and(|before| before != *after)).count();
    let line = |sign: &str, names: Vec<String>| (!names.is_empty()).then(|| format!("{sign} {}", names.join(", ")));
    line("+", added).into_iter().chain(line("-", removed)).collect()
}

/// A line for each thing that is in both and of which some key that is asked for changed.
fn changed(old: &Map<String, Value>, new: &Map<String, Value>, wanted: &dyn Fn(&str) -> bool) -> Vec<String> {
    let both = new.iter().filter_map(|(name, after)| Some((name, old.get(name)?.as_object()?, after.as_object()?)));
    let differing = both.map(|(name, before, after)| (name, changes(before, after, wanted)));
    differing.filter(|(_, all)| !all.is_empty()).map(|(name, all)| format!("~ {name}: {}", all.join("; "))).collect()
}

/// Key by key: `max 365 to 30`, `enum + RSA_8192 - RSA_1024`.
fn changes(old: &Map<String, Value>, new: &Map<String, Value>, wanted: &dyn Fn(&str) -> bool) -> Vec<String> {
    let gone = old.keys().filter(|key| !new.contains_key(*key));
    let keys = new.keys().chain(gone).filter(|key| wanted(key) && old.get(*key) != new.get(*key));
    keys.map(|key| {
        let (before, after) = (old.get(key).unwrap_or(&Value::Null), new.get(key).unwrap_or(&Value::Null));
        match (before, after) {
            (Value::Array(_) | Value::Null, Value::Array(_)) | (Value::Array(_), Value::Null) => {
                format!("{key} {}", elements(before, after))
            }
            _ => format!("{key} {} to {}", show(before), show(after)),
        }
    })
    .collect()
}

/// What came into an array, what went, and what changed of elements that have a name.
fn elements(before: &Value, after: &Value) -> String {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (old, new) = (list(before), list(after));
    let name = |element: &Value| element.get("name").unwrap_or(element).clone();
    let mut words = Vec::new();
    for element in &new {
        match old.iter().find(|candidate| name(candidate) == name(element)) {
            None => words.push(format!("+ {}", show(&name(element)))),
            Some(before) if before != element => {
                let parts = before.as_object().zip(element.as_object());
                let parts = parts.map(|(before, after)| changes(before, after, &|_| true)).unwrap_or_default();
                words.push(format!("~ {} ({})", show(&name(element)), parts.join(", ")));
            }
            Some(_) => {}
        }
    }
    let gone = old.iter().filter(|element| !new.iter().any(|candidate| name(candidate) == name(element)));
    words.extend(gone.map(|element| format!("- {}", show(&name(element)))));
    if words.is_empty() { "in another order".to_owned() } else { words.join(" ") }
}

fn show(value: &Value) -> String {
    let text = match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn object(value: &Value, key: &str) -> Map<String, Value> {
    value.get(key).and_then(Value::as_object).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn differences_are_grouped_and_say_what_changed_to_what() {
        let before = json!({
            "metadata": {"protocols": ["json"]},
            "operations": {"Sign": {"errors": ["A"]}, "Old": {}},
            "shapes": {
                "Days": {"type": "integer", "max": 365},
                "Spec": {"type": "string", "enum": ["X", "Y"]},
                "Request": {"type": "structure", "required": ["A"], "members": [{"name": "A", "shape": "S"}, {"name": "B", "shape": "S"}]},
                "Same": {"type": "string"},
            },
        });
        let after = json!({
            "metadata": {"protocols": ["json", "smithy-rpc-v2-cbor"]},
            "operations": {"Sign": {"errors": ["A", "B"]}, "New": {}},
            "shapes": {
                "Days": {"type": "integer", "max": 30, "min": 7},
                "Spec": {"type": "string", "enum": ["Y", "Z"]},
                "Request": {"type": "structure", "required": ["A", "C"], "members": [{"name": "A", "shape": "T"}, {"name": "C", "shape": "S"}]},
                "Same": {"type": "string"},
                "T": {"type": "string"},
            },
        });
        let expected = "\
botocore 1.0 to 2.0: 1 service differs; operations +1 -1 ~1; shapes +1 -0 ~3

kms
  service
    ~ protocols + smithy-rpc-v2-cbor
  operations
    + New
    - Old
    ~ Sign: errors + B
  shapes
    + T
  constraints
    ~ Days: max 365 to 30; min nothing to 7
    ~ Request: required + C
    ~ Spec: enum + Z - X
  members and form
    ~ Request: members ~ A (shape S to T) + C - B
";
        assert_eq!(report("1.0", "2.0", &[("kms", before.clone(), after.clone())]), expected);
        assert_eq!(report("2.0", "2.0", &[("kms", after.clone(), after)]), "botocore 2.0: no difference\n");
    }

    #[test]
    fn a_service_that_is_new_comes_as_a_whole() {
        let model = json!({"operations": {"Sign": {}}, "shapes": {"Days": {}}});
        let report = report("1.0", "1.0", &[("kms", Value::Null, model)]);
        assert!(report.contains("operations +1 -0 ~0; shapes +1 -0 ~0") && report.contains("    + Sign\n"), "{report}");
    }

    #[test]
    fn long_values_are_cut_and_reorderings_are_called_so() {
        let long = "é".repeat(MAX_SHOWN + 1);
        assert_eq!(show(&json!(long)).chars().count(), MAX_SHOWN + 1);
        assert_eq!(elements(&json!(["a", "b"]), &json!(["b", "a"])), "in another order");
    }
}
