//! When two documents say the same: a time may be written in several ways, a number too, and maps have no order.

use base::Timestamp;
use roxmltree::Node;
use serde_json::Value;

/// Whether two JSON documents say the same.
pub(crate) fn same_json(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| same_json(value, other)))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_json(a, b)),
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::String(a), Value::String(b)) => same_text(a, b),
        _ => a == b,
    }
}

/// Whether two scalars say the same.
pub(crate) fn same_text(a: &str, b: &str) -> bool {
    let times = instant(a).zip(instant(b));
    let numbers = a.parse::<f64>().ok().zip(b.parse::<f64>().ok());
    a == b || times.is_some_and(|(a, b)| a == b) || numbers.is_some_and(|(a, b)| a == b)
}

fn instant(text: &str) -> Option<Timestamp> {
    Timestamp::from_rfc3339(text).ok()
}

/// An XML element, with what does not matter left out.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Element {
    /// With its namespace.
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Element>,
    pub(crate) text: String,
}

impl Element {
    pub(crate) fn read(document: &str) -> Result<Self, roxmltree::Error> {
        roxmltree::Document::parse(document).map(|document| Self::of(document.root_element()))
    }

    fn of(node: Node<'_, '_>) -> Self {
        let name = |namespace: Option<&str>, name: &str| format!("{{{}}}{name}", namespace.unwrap_or_default());
        let attributes = node.attributes().map(|it| (name(it.namespace(), it.name()), it.value().to_owned()));
        let mut attributes = attributes.collect::<Vec<_>>();
        attributes.sort();
        let mut children = node.children().filter(Node::is_element).map(Self::of).collect::<Vec<_>>();
        // Entries of a map come in any order; two children are what makes an entry.
        let entry = |child: &Self| match child.children.as_slice() {
            [key, _] => key.text.clone(),
            _ => String::new(),
        };
        children.sort_by(|a, b| (&a.name, entry(a)).cmp(&(&b.name, entry(b))));
        let text = node.children().filter_map(|child| child.text().filter(|_| child.is_text())).collect::<String>();
        let text = if children.is_empty() { text } else { text.trim().to_owned() };
        Self { name: name(node.tag_name().namespace(), node.tag_name().name()), attributes, children, text }
    }

    /// The name without its namespace.
    pub(crate) fn local_name(&self) -> &str {
        self.name.rsplit('}').next().unwrap_or_default()
    }

    /// The first child of that name, in whichever namespace.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.local_name() == name)
    }

    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        self.children.retain(|child| !names.contains(&child.local_name()));
        if self.children.is_empty() {
            self.text = self.text.trim().to_owned();
        }
        self
    }

    /// With names only: errors are read without looking at their namespace.
    pub(crate) fn without_namespaces(self) -> Self {
        let children = self.children.into_iter().map(Self::without_namespaces).collect();
        let name = self.name.rsplit('}').next().unwrap_or_default().to_owned();
        Self { name, children, ..self }
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        // An element that is meant to be empty may hold the white space of its case's layout.
        let texts = same_text(&self.text, &other.text) || self.text.trim().is_empty() && other.text.trim().is_empty();
        (&self.name, &self.attributes) == (&other.name, &other.attributes)
            && texts
            && self.children.len() == other.children.len()
            && self.children.iter().zip(&other.children).all(|(a, b)| a.is_same(b))
    }
}
