//! Generates the typed structs of a service's implemented operations.
//!
//! An operation's input is named as the operation (`Encrypt`), its output `EncryptOutput`, nested structures and enums
//! as their shapes, and so is what several operations share. Required members are plain fields, since validation has
//! happened before a handler runs.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use xtask::source::{Source, array, is, target, text};

/// `services/<name>/src/api.rs`, not yet formatted, for the operations listed.
pub(crate) fn generate(source: &Source, operations: &[&str]) -> Result<String, String> {
    let mut generator = Generator { source, names: BTreeMap::new() };
    generator.name_shapes(operations)?;
    generator.file(operations)
}

struct Generator<'a> {
    source: &'a Source,
    /// What each reachable shape is called in Rust.
    names: BTreeMap<&'a str, String>,
}

impl<'a> Generator<'a> {
    fn name_shapes(&mut self, operations: &[&str]) -> Result<(), String> {
        for name in operations {
            let operation = self.operation(name)?;
            for (part, rust) in [("input", (*name).to_owned()), ("output", format!("{name}Output"))] {
                let Some(shape) = target(operation, part) else { continue };
                // What several operations share is named as its shape.
                self.names.entry(shape).and_modify(|name| *name = upper_first(shape)).or_insert(rust);
            }
        }
        let roots = self.names.keys().copied().collect::<Vec<_>>();
        for root in roots {
            self.reach(root, &mut BTreeSet::new())?;
        }
        let distinct = self.names.values().collect::<BTreeSet<_>>();
        if distinct.len() == self.names.len() {
            Ok(())
        } else {
            Err("two shapes have the same name in Rust".to_owned())
        }
    }

    fn reach(&mut self, name: &'a str, seen: &mut BTreeSet<&'a str>) -> Result<(), String> {
        if !seen.insert(name) {
            return Ok(());
        }
        let source = self.source;
        let shape = source.shape(name)?;
        if text(shape, "type") == Some("structure") || !array(shape, "enum").is_empty() {
            self.names.entry(name).or_insert_with(|| upper_first(name));
        }
        let members = array(shape, "members").iter().filter_map(|member| text(member, "shape"));
        for next in members.chain(["member", "value"].iter().filter_map(|part| target(shape, part))) {
            self.reach(next, seen)?;
        }
        Ok(())
    }

    fn operation(&self, name: &str) -> Result<&'a Value, String> {
        self.source.operations.get(name).ok_or_else(|| format!("{}: no operation {name}", self.source.name))
    }

    fn file(&self, operations: &[&str]) -> Result<String, String> {
        let mut out = String::new();
        let service = &self.source.name;
        put(&mut out, format!("//! The typed requests and answers of {service}'s implemented operations."));
        put(&mut out, "//!".to_owned());
        put(&mut out, "//! Written by `cargo xtask gen` from `ops.list` and the model; a test compares. No type has `Debug`, since fields".to_owned());
        put(&mut out, "//! may hold secrets.".to_owned());
        put(&mut out, "\n#![allow(missing_docs, clippy::enum_variant_names, clippy::large_enum_variant)]\n".to_owned());
        let mut body = String::new();
        for name in operations {
            let operation = self.operation(name)?;
            let rust =
                |part| target(operation, part).and_then(|shape| self.names.get(shape)).map_or("()", String::as_str);
            let constant = snake(name).to_uppercase();
            put(
                &mut body,
                format!(
                    "pub const {constant}: Op<{}, {}> = Op::new(\"{service}\", \"{name}\");",
                    rust("input"),
                    rust("output")
                ),
            );
        }
        for (shape, name) in &self.names {
            body.push('\n');
            match array(self.source.shape(shape)?, "enum") {
                [] => self.structure(shape, name, &mut body)?,
                values => enumeration(name, values, &mut body)?,
            }
        }
        let needs = |word: &str| body.contains(word);
        let base = ["Secret", "Timestamp"].into_iter().filter(|word| needs(word)).collect::<Vec<_>>();
        if !base.is_empty() {
            put(&mut out, format!("use base::{{{}}};", base.join(", ")));
        }
        put(&mut out, "use model::{FromValue, IntoValue, Members, Mismatch, Op, Value};".to_owned());
        if needs("BTreeMap") {
            put(&mut out, "use std::collections::BTreeMap;".to_owned());
        }
        out.push('\n');
        out.push_str(&body);
        Ok(out)
    }

    fn structure(&self, shape: &str, name: &str, out: &mut String) -> Result<(), String> {
        let shape = self.source.shape(shape)?;
        let required = array(shape, "required");
        let members = array(shape, "members").iter().map(|member| {
            let wire = text(member, "name").unwrap_or_default();
            let target = text(member, "shape").unwrap_or_default();
            Ok(Field {
                name: field_name(wire),
                required: required.iter().any(|required| required == wire),
                rust: self.rust_type(target)?,
                default: self.has_default(target)?,
            })
        });
        let fields = members.collect::<Result<Vec<_>, String>>()?;
        let mut derives = Vec::new();
        if !fields.iter().any(|field| field.rust.contains("Secret<")) && !self.holds_secret(shape)? {
            derives.extend(["Clone", "PartialEq"]);
        }
        if fields.iter().all(|field| !field.required || field.default) {
            derives.push("Default");
        }
        if !derives.is_empty() {
            put(out, format!("#[derive({})]", derives.join(", ")));
        }
        put(out, format!("pub struct {name} {{"));
        for Field { name, required, rust, .. } in &fields {
            let rust = if *required { rust.clone() } else { format!("Option<{rust}>") };
            put(out, format!("pub {name}: {rust},"));
        }
        put(out, "}\n".to_owned());

        put(out, format!("impl FromValue for {name} {{\nfn from_value(value: Value) -> Result<Self, Mismatch> {{"));
        if fields.is_empty() {
            put(out, format!("Members::of(value, \"{name}\").map(|_| Self {{}})"));
        } else {
            put(out, format!("let mut members = Members::of(value, \"{name}\")?;\nOk(Self {{"));
            for (index, Field { name, required, .. }) in fields.iter().enumerate() {
                let method = if *required { "required" } else { "optional" };
                put(out, format!("{name}: members.{method}({index})?,"));
            }
            put(out, "})".to_owned());
        }
        put(out, "}\n}\n".to_owned());

        put(out, format!("impl IntoValue for {name} {{\nfn into_value(self) -> Value {{\nValue::Struct(vec![\n"));
        for Field { name, required, .. } in &fields {
            let value = if *required {
                format!("Some(self.{name}.into_value())")
            } else {
                format!("self.{name}.map(IntoValue::into_value)")
            };
            put(out, format!("{value},"));
        }
        put(out, "])\n}\n}".to_owned());
        Ok(())
    }

    fn rust_type(&self, name: &str) -> Result<String, String> {
        let shape = self.source.shape(name)?;
        if let Some(rust) = self.names.get(name) {
            return Ok(rust.clone());
        }
        let inner = |part| {
            target(shape, part).ok_or_else(|| format!("{name}: no {part}")).and_then(|shape| self.rust_type(shape))
        };
        let secret = is(shape, "sensitive") || text(shape, "mark") == Some("secret");
        let plain = match text(shape, "type").unwrap_or_default() {
            "string" => "String".to_owned(),
            "blob" => "Vec<u8>".to_owned(),
            "boolean" => "bool".to_owned(),
            "integer" => "i32".to_owned(),
            "long" => "i64".to_owned(),
            "float" | "double" => "f64".to_owned(),
            "timestamp" => "Timestamp".to_owned(),
            "list" => format!("Vec<{}>", inner("member")?),
            "map" => format!("BTreeMap<String, {}>", inner("value")?),
            other => return Err(format!("{name}: no Rust type for {other}")),
        };
        Ok(if secret && matches!(plain.as_str(), "String" | "Vec<u8>") { format!("Secret<{plain}>") } else { plain })
    }

    fn has_default(&self, name: &str) -> Result<bool, String> {
        // Structures could be followed further; none that is implemented needs it.
        Ok(!self.names.contains_key(name) && !self.rust_type(name)?.starts_with("Secret<"))
    }

    /// Whether a nested structure holds a secret, so that this one cannot be cloned either.
    fn holds_secret(&self, shape: &Value) -> Result<bool, String> {
        fn look<'a>(source: &'a Source, shape: &'a Value, seen: &mut BTreeSet<&'a str>) -> Result<bool, String> {
            let secret = is(shape, "sensitive") || text(shape, "mark") == Some("secret");
            if secret && matches!(text(shape, "type"), Some("string" | "blob")) && array(shape, "enum").is_empty() {
                return Ok(true);
            }
            let members = array(shape, "members").iter().filter_map(|member| text(member, "shape"));
            for next in members.chain(["member", "value"].iter().filter_map(|part| target(shape, part))) {
                if seen.insert(next) && look(source, source.shape(next)?, seen)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        look(self.source, shape, &mut BTreeSet::new())
    }
}

struct Field {
    name: String,
    required: bool,
    rust: String,
    default: bool,
}

fn enumeration(name: &str, values: &[Value], out: &mut String) -> Result<(), String> {
    let values = values.iter().filter_map(Value::as_str).collect::<Vec<_>>();
    let variants = values.iter().map(|value| variant(value)).collect::<Vec<_>>();
    if variants.iter().collect::<BTreeSet<_>>().len() != values.len() {
        return Err(format!("{name}: two values have the same name in Rust"));
    }
    put(out, format!("#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]\npub enum {name} {{"));
    for variant in &variants {
        put(out, format!("{variant},"));
    }
    put(
        out,
        format!("}}\n\nimpl {name} {{\n/// Every value, in the model's order.\npub const ALL: &'static [Self] = &["),
    );
    for variant in &variants {
        put(out, format!("Self::{variant},"));
    }
    put(
        out,
        "];\n\n/// The value as it is sent.\npub const fn as_str(self) -> &'static str {\nmatch self {".to_owned(),
    );
    for (variant, value) in variants.iter().zip(&values) {
        put(out, format!("Self::{variant} => \"{value}\","));
    }
    put(out, "}\n}\n}\n".to_owned());
    put(
        out,
        format!(
            "impl TryFrom<&str> for {name} {{\ntype Error = Mismatch;\n\nfn try_from(text: &str) -> Result<Self, Mismatch> {{"
        ),
    );
    put(
        out,
        format!("Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Mismatch(\"{name}\"))\n}}\n}}\n"),
    );
    put(out, format!("impl FromValue for {name} {{\nfn from_value(value: Value) -> Result<Self, Mismatch> {{"));
    put(out, format!("value.as_str().ok_or(Mismatch(\"{name}\")).and_then(Self::try_from)\n}}\n}}\n"));
    put(
        out,
        format!(
            "impl IntoValue for {name} {{\nfn into_value(self) -> Value {{\nValue::String(self.as_str().to_owned())\n}}\n}}"
        ),
    );
    Ok(())
}

fn put(out: &mut String, line: String) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{line}");
}

fn upper_first(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

fn field_name(name: &str) -> String {
    match snake(name) {
        word if matches!(word.as_str(), "type" | "match" | "use" | "mod" | "ref" | "move" | "enum" | "where") => {
            format!("r#{word}")
        }
        word => word,
    }
}

/// `AWSAccountId` as `aws_account_id`.
fn snake(name: &str) -> String {
    let chars = name.chars().collect::<Vec<_>>();
    let mut out = String::new();
    for (index, char) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| chars.get(index));
        let after = chars.get(index + 1);
        let starts_word = char.is_ascii_uppercase()
            && before.is_some_and(|before| !before.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase));
        if starts_word && !out.ends_with('_') {
            out.push('_');
        }
        out.push(char.to_ascii_lowercase());
    }
    out
}

/// `SYMMETRIC_DEFAULT` as `SymmetricDefault`; a value of mixed case keeps it.
fn variant(value: &str) -> String {
    let words = value.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let camel = words.map(|word| {
        let mixed = word.bytes().any(|byte| byte.is_ascii_lowercase());
        upper_first(&if mixed { word.to_owned() } else { word.to_ascii_lowercase() })
    });
    let name = camel.collect::<String>();
    match name.as_str() {
        "Self" => "SelfValue".to_owned(),
        _ if name.starts_with(|char: char| char.is_ascii_digit()) => format!("V{name}"),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_rust_and_stay_recognisable() {
        for (model, rust) in [
            ("KeyId", "key_id"),
            ("AWSAccountId", "aws_account_id"),
            ("Arn", "arn"),
            ("SAMLAssertion", "saml_assertion"),
            ("arn", "arn"),
            ("TagKeys", "tag_keys"),
        ] {
            assert_eq!(snake(model), rust);
        }
        for (value, rust) in [
            ("SYMMETRIC_DEFAULT", "SymmetricDefault"),
            ("RSA_2048", "Rsa2048"),
            ("PendingDeletion", "PendingDeletion"),
            ("aws:kms", "AwsKms"),
            ("2xx", "V2xx"),
            ("SELF", "SelfValue"),
        ] {
            assert_eq!(variant(value), rust);
        }
        assert_eq!(field_name("Type"), "r#type");
    }
}
