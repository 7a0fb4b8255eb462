//! Query requests and answers as JSON, so that tests write and read both protocols alike.

use serde_json::{Map, Value};

/// The form of a request. Only lists of the `member` kind are written, which is what STS and IAM have.
pub(super) fn write(operation: &str, version: &str, input: &Value) -> String {
    let mut form = format!("Action={operation}&Version={version}");
    append(&mut form, "", input);
    form
}

fn append(form: &mut String, name: &str, value: &Value) {
    let below = |step: &str| if name.is_empty() { step.to_owned() } else { format!("{name}.{step}") };
    match value {
        Value::Null => {}
        Value::Object(members) => members.iter().for_each(|(step, value)| append(form, &below(step), value)),
        Value::Array(elements) if elements.is_empty() => form.push_str(&format!("&{name}=")),
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                append(form, &below(&format!("member.{}", index + 1)), element);
            }
        }
        Value::String(text) => {
            form.push_str(&format!("&{name}="));
            for byte in text.bytes() {
                if byte.is_ascii_alphanumeric() {
                    form.push(char::from(byte));
                } else {
                    form.push_str(&format!("%{byte:02X}"));
                }
            }
        }
        scalar => form.push_str(&format!("&{name}={scalar}")),
    }
}

/// An answer: the content of the result, or of the error's document. Elements called `member` are a list, an element
/// without content is an empty text.
pub(super) fn read(body: &str) -> Option<Value> {
    let document = roxmltree::Document::parse(body).ok()?;
    let root = document.root_element();
    let name = root.tag_name().name().strip_suffix("Response")?;
    let result = root.children().find(|child| child.tag_name().name() == format!("{name}Result"));
    Some(value(result.unwrap_or(root)))
}

fn value(element: roxmltree::Node<'_, '_>) -> Value {
    let children: Vec<_> = element.children().filter(roxmltree::Node::is_element).collect();
    if children.is_empty() {
        return Value::String(element.text().unwrap_or_default().to_owned());
    }
    if children.iter().all(|child| child.tag_name().name() == "member") {
        return Value::Array(children.into_iter().map(value).collect());
    }
    let members = children.into_iter().map(|child| (child.tag_name().name().to_owned(), value(child)));
    Value::Object(members.collect::<Map<_, _>>())
}
