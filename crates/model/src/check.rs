//! Checks a value against its shape and words what is wrong as AWS does.
//!
//! Guarantees: what [`check`] passes holds every required, length, range, pattern and enum rule of its shape, at any
//! depth; no text shows a value that the table marks, or part of one; the work and the text are bounded by [`MAX_VIOLATIONS`] and
//! [`MAX_ECHO`]. Texts: logged answers of KMS, SSM, IAM and CloudFormation.

use crate::{Kind, Member, Range, Sensitivity, Service, ShapeId, Structure, Text, Value};

/// The check stops when it has found so many.
pub const MAX_VIOLATIONS: usize = 64;

/// Longest value shown in a text, in bytes; the rest is left out.
pub const MAX_ECHO: usize = 4096;

/// One broken rule.
#[derive(Clone, PartialEq)]
pub struct Violation {
    /// `tags.6.member.value`; member names begin in lower case.
    pub path: String,
    /// What was sent: `None` if it must not be shown, or was absent.
    pub shown: Option<String>,
    /// The rule.
    pub rule: Rule,
}

/// A rule as AWS words it.
#[derive(Clone, PartialEq)]
pub enum Rule {
    /// `Member must not be null`
    Required,
    /// Of a string, blob, list or map.
    MinLength(i64),
    /// Of a string, blob, list or map.
    MaxLength(i64),
    /// Of a number.
    MinValue(i64),
    /// Of a number.
    MaxValue(i64),
    /// The pattern as the model writes it.
    Pattern(&'static str),
    /// A pattern whose breach the service tells in these words.
    Refusal(&'static str),
    /// The values of an enum.
    Enum(Vec<&'static str>),
    /// All rules of a list's elements, of which some element breaks one.
    Elements(Vec<Rule>),
    /// All rules of a map's keys.
    MapKeys(Vec<Rule>),
    /// All rules of a map's values.
    MapValues(Vec<Rule>),
    /// Exactly one member of a union must be set.
    Union,
}

/// Everything that is wrong with `value`, in the order of the model's members.
pub fn check(service: &Service, shape: ShapeId, value: &Value) -> Vec<Violation> {
    let mut checker = Checker { service, violations: Vec::new(), is_marked: false };
    checker.value(shape, value, &Path::Root);
    checker.violations
}

/// AWS's text for what [`check`] found.
pub fn validation_message(violations: &[Violation]) -> String {
    // A service that checks something in words of its own comes to it before the constraints.
    let own_words = violations.iter().find_map(|violation| match violation.rule {
        Rule::Refusal(words) => Some(words.replace("{member}", violation.path.rsplit('.').next().unwrap_or_default())),
        _ => None,
    });
    if let Some(words) = own_words {
        return words;
    }
    let count = violations.len();
    let frame = if count == 1 {
        "1 validation error detected: ".to_owned()
    } else {
        format!("{count} validation errors detected: ")
    };
    frame + &violations.iter().map(sentence).collect::<Vec<_>>().join("; ")
}

fn sentence(violation: &Violation) -> String {
    let Violation { path, shown, rule } = violation;
    let subject = match (shown, rule) {
        (_, Rule::Required) => "Value null".to_owned(),
        (Some(shown), _) => format!("Value '{shown}'"),
        (None, _) => "Value".to_owned(),
    };
    format!("{subject} at '{path}' failed to satisfy constraint: {}", words(rule))
}

fn words(rule: &Rule) -> String {
    let all = |rules: &[Rule]| rules.iter().map(words).collect::<Vec<_>>().join(", ");
    match rule {
        Rule::Required => "Member must not be null".to_owned(),
        Rule::MinLength(min) => format!("Member must have length greater than or equal to {min}"),
        Rule::MaxLength(max) => format!("Member must have length less than or equal to {max}"),
        Rule::MinValue(min) => format!("Member must have value greater than or equal to {min}"),
        Rule::MaxValue(max) => format!("Member must have value less than or equal to {max}"),
        Rule::Pattern(pattern) => format!("Member must satisfy regular expression pattern: {pattern}"),
        Rule::Refusal(words) => (*words).to_owned(),
        Rule::Enum(values) => format!("Member must satisfy enum value set: [{}]", values.join(", ")),
        Rule::Elements(rules) => format!("Member must satisfy constraint: [{}]", all(rules)),
        Rule::MapKeys(rules) => format!("Map keys must satisfy constraint: [{}]", all(rules)),
        Rule::MapValues(rules) => format!("Map value must satisfy constraint: [{}]", all(rules)),
        Rule::Union => "Member must have exactly one member set".to_owned(),
    }
}

/// Where the check is; kept on the stack, since most values are right and no text is needed.
enum Path<'a> {
    Root,
    Member(&'a Path<'a>, &'static str),
    /// Counted from 1.
    Element(&'a Path<'a>, usize),
    /// By its key, which is empty if it must not be shown.
    Entry(&'a Path<'a>, &'a str),
}

impl Path<'_> {
    fn write(&self, out: &mut String) {
        let (parent, step) = match self {
            Self::Root => return,
            Self::Member(parent, name) => (parent, lower_first(name)),
            Self::Element(parent, number) => (parent, format!("{number}.member")),
            Self::Entry(parent, key) => (parent, cut(key)),
        };
        parent.write(out);
        if !out.is_empty() && !step.is_empty() {
            out.push('.');
        }
        out.push_str(&step);
    }
}

/// `KeyId` as `keyId`, the way that AWS's texts and audit records write members.
pub(crate) fn lower_first(name: &str) -> String {
    let mut lower = name.to_owned();
    if let Some(first) = lower.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    lower
}

struct Checker<'a> {
    service: &'a Service,
    violations: Vec<Violation>,
    /// What is being looked at is part of something that must not be shown.
    is_marked: bool,
}

impl Checker<'_> {
    fn value(&mut self, id: ShapeId, value: &Value, path: &Path<'_>) {
        if self.is_full() {
            return;
        }
        let around = self.is_marked;
        self.is_marked |= is_marked(self.service, id);
        self.parts(id, value, path);
        self.is_marked = around;
    }

    fn parts(&mut self, id: ShapeId, value: &Value, path: &Path<'_>) {
        match (&self.service.shape(id).kind, value) {
            (Kind::Structure(structure), Value::Struct(members)) => self.structure(structure, members, path),
            (Kind::List(list), Value::List(elements)) => {
                self.rules(broken_length(list.length, elements.len()), id, value, path);
                self.elements(id, list.element, value, elements, path);
            }
            (Kind::Map(map), Value::Map(entries)) => {
                self.rules(broken_length(map.length, entries.len()), id, value, path);
                self.entries(id, map.key, map.value, value, entries, path);
            }
            (_, scalar) => {
                let broken = broken(self.service, id, scalar);
                self.rules(broken, id, scalar, path);
            }
        }
    }

    fn structure(&mut self, structure: &Structure, members: &[Option<Value>], path: &Path<'_>) {
        for (index, Member { name, shape, required, .. }) in structure.members.iter().enumerate() {
            match members.get(index).and_then(Option::as_ref) {
                Some(value) => self.value(*shape, value, &Path::Member(path, name)),
                None if *required => self.violation(Rule::Required, None, &Path::Member(path, name)),
                None => {}
            }
        }
        if structure.union && members.iter().flatten().count() != 1 {
            self.violation(Rule::Union, None, path);
        }
    }

    /// Structures inside a list are named by their own paths; scalars are reported with the list that holds them.
    fn elements(&mut self, id: ShapeId, element: ShapeId, list: &Value, elements: &[Value], path: &Path<'_>) {
        if is_scalar(self.service, element) {
            if elements.iter().any(|value| !broken(self.service, element, value).is_empty()) {
                self.rules(vec![Rule::Elements(all_rules(self.service, element))], id, list, path);
            }
            return;
        }
        for (index, value) in elements.iter().enumerate() {
            self.value(element, value, &Path::Element(path, index + 1));
        }
    }

    fn entries(
        &mut self,
        id: ShapeId,
        key: ShapeId,
        value: ShapeId,
        map: &Value,
        entries: &[(String, Value)],
        path: &Path<'_>,
    ) {
        if entries.iter().any(|(text, _)| !broken_text(self.service, key, text).is_empty()) {
            self.rules(vec![Rule::MapKeys(all_rules(self.service, key))], id, map, path);
        }
        if is_scalar(self.service, value) {
            if entries.iter().any(|(_, scalar)| !broken(self.service, value, scalar).is_empty()) {
                self.rules(vec![Rule::MapValues(all_rules(self.service, value))], id, map, path);
            }
            return;
        }
        let is_shown = !self.is_marked && !is_marked(self.service, key);
        for (text, nested) in entries {
            self.value(value, nested, &Path::Entry(path, if is_shown { text } else { "" }));
        }
    }

    fn rules(&mut self, rules: Vec<Rule>, id: ShapeId, value: &Value, path: &Path<'_>) {
        for rule in rules {
            let shown = if self.is_marked { None } else { show(self.service, id, value) };
            self.violation(rule, shown, path);
        }
    }

    fn violation(&mut self, rule: Rule, shown: Option<String>, path: &Path<'_>) {
        if !self.is_full() {
            let mut written = String::new();
            path.write(&mut written);
            self.violations.push(Violation { path: written, shown, rule });
        }
    }

    fn is_full(&self) -> bool {
        self.violations.len() >= MAX_VIOLATIONS
    }
}

fn is_marked(service: &Service, id: ShapeId) -> bool {
    service.shape(id).sensitivity != Sensitivity::Public
}

fn is_scalar(service: &Service, id: ShapeId) -> bool {
    !matches!(service.shape(id).kind, Kind::Structure(_) | Kind::List(_) | Kind::Map(_))
}

/// The rules that a scalar breaks.
fn broken(service: &Service, id: ShapeId, value: &Value) -> Vec<Rule> {
    match (&service.shape(id).kind, value) {
        (Kind::String(_), Value::String(text)) => broken_text(service, id, text),
        (Kind::Blob(length), Value::Blob(bytes)) => broken_length(*length, bytes.len()),
        (Kind::Integer(range) | Kind::Long(range), Value::Integer(number)) => {
            let (low, high) = (range.min.filter(|min| number < min), range.max.filter(|max| number > max));
            high.map(Rule::MaxValue).into_iter().chain(low.map(Rule::MinValue)).collect()
        }
        (Kind::Float(range), Value::Float(number)) => {
            // A NaN is outside every bound.
            let low = range.min.filter(|min| number.is_nan() || *number < *min as f64);
            let high = range.max.filter(|max| number.is_nan() || *number > *max as f64);
            high.map(Rule::MaxValue).into_iter().chain(low.map(Rule::MinValue)).collect()
        }
        _ => Vec::new(),
    }
}

fn broken_text(service: &Service, id: ShapeId, text: &str) -> Vec<Rule> {
    let Kind::String(Text { length, pattern, refusal, values }) = &service.shape(id).kind else { return Vec::new() };
    let mut rules = Vec::new();
    let lengths = broken_length(*length, characters(*length, text));
    if let Some(pattern) = pattern
        // A text that is far too long need not be searched.
        && (!is_too_long(*length, text) && !pattern.matches(text))
    {
        match refusal {
            None => rules.push(Rule::Pattern(pattern.source())),
            // Whoever has words of its own counts first.
            Some(words) if lengths.is_empty() => rules.push(Rule::Refusal(words)),
            Some(_) => {}
        }
    }
    rules.extend(lengths);
    if !values.is_empty() && !values.contains(&text) {
        rules.push(Rule::Enum(values.clone()));
    }
    rules
}

/// At four bytes a character, more than this is too long whatever it holds.
fn is_too_long(length: Range, text: &str) -> bool {
    length.max.is_some_and(|max| i64::try_from(text.len() / 4).is_ok_and(|least| least > max))
}

/// Counts characters only where the number of bytes does not decide already.
fn characters(length: Range, text: &str) -> usize {
    let fits = |bytes: usize| i64::try_from(bytes).is_ok_and(|bytes| length.max.is_none_or(|max| bytes <= max));
    if fits(text.len()) && length.min.is_none_or(|min| min <= 1) { text.len() } else { text.chars().count() }
}

fn broken_length(length: Range, count: usize) -> Vec<Rule> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let (low, high) = (length.min.filter(|min| count < *min), length.max.filter(|max| count > *max));
    high.map(Rule::MaxLength).into_iter().chain(low.map(Rule::MinLength)).collect()
}

/// Every rule of a scalar shape, broken or not: what AWS lists for elements of lists and maps.
fn all_rules(service: &Service, id: ShapeId) -> Vec<Rule> {
    let lengths = |range: &Range| {
        let Range { min, max } = *range;
        max.map(Rule::MaxLength).into_iter().chain(min.map(Rule::MinLength)).collect::<Vec<_>>()
    };
    match &service.shape(id).kind {
        Kind::String(Text { length, pattern, values, .. }) => {
            let mut rules = lengths(length);
            rules.extend(pattern.as_ref().map(|pattern| Rule::Pattern(pattern.source())));
            rules.extend((!values.is_empty()).then(|| Rule::Enum(values.clone())));
            rules
        }
        Kind::Blob(range) => lengths(range),
        Kind::Integer(range) | Kind::Long(range) | Kind::Float(range) => {
            range.max.map(Rule::MaxValue).into_iter().chain(range.min.map(Rule::MinValue)).collect()
        }
        _ => Vec::new(),
    }
}

/// A value for a text, or `None` if any part of it must not be shown.
fn show(service: &Service, id: ShapeId, value: &Value) -> Option<String> {
    let mut out = String::new();
    write_shown(service, id, value, &mut out)?;
    Some(cut(&out))
}

fn write_shown(service: &Service, id: ShapeId, value: &Value, out: &mut String) -> Option<()> {
    let shape = service.shape(id);
    if is_marked(service, id) {
        return None;
    }
    // Past the limit nothing is shown, but everything is still looked at for marks.
    let put = |out: &mut String, text: &str| {
        if out.len() <= MAX_ECHO {
            out.push_str(text);
        }
    };
    match (&shape.kind, value) {
        (Kind::List(list), Value::List(elements)) => {
            put(out, "[");
            for (index, element) in elements.iter().enumerate() {
                put(out, if index > 0 { ", " } else { "" });
                write_shown(service, list.element, element, out)?;
            }
            put(out, "]");
        }
        (Kind::Map(map), Value::Map(entries)) => {
            if is_marked(service, map.key) {
                return None;
            }
            put(out, "{");
            for (index, (key, entry)) in entries.iter().enumerate() {
                put(out, if index > 0 { ", " } else { "" });
                put(out, key);
                put(out, "=");
                write_shown(service, map.value, entry, out)?;
            }
            put(out, "}");
        }
        (Kind::Structure(structure), Value::Struct(members)) => {
            put(out, shape.name);
            put(out, "(");
            let present =
                structure.members.iter().zip(members).filter_map(|(member, value)| Some((member, value.as_ref()?)));
            for (index, (member, value)) in present.enumerate() {
                put(out, if index > 0 { ", " } else { "" });
                put(out, member.name);
                put(out, "=");
                write_shown(service, member.shape, value, out)?;
            }
            put(out, ")");
        }
        (_, Value::String(text)) => put(out, text),
        (_, Value::Integer(number)) => put(out, &number.to_string()),
        (_, Value::Float(number)) => put(out, &number.to_string()),
        (_, Value::Bool(truth)) => put(out, if *truth { "true" } else { "false" }),
        (_, Value::Timestamp(time)) => put(out, &time.to_string()),
        // Blobs are never shown.
        _ => return None,
    }
    Some(())
}

fn cut(text: &str) -> String {
    let mut end = text.len().min(MAX_ECHO);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}
