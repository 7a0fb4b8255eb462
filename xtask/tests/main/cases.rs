//! AWS's protocol test cases in the form in which botocore carries them: each with a little model of its own.
//!
//! They are not part of this repository. They are looked for in `../shared/data/protocol-tests` beside the checkout, or
//! where `FASTNESS_PROTOCOL_TESTS` says: a folder with `input` (requests) and `output` (answers), of the files of
//! botocore's `tests/unit/protocols`.

use model::{Operation, Service};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use wire::{Protocol, Routed};
use xtask::pack::pack;
use xtask::source::Source;

/// One case and the service that its model describes.
pub(crate) struct Case {
    /// `output/rest-xml`
    pub(crate) suite: String,
    pub(crate) id: String,
    pub(crate) service: &'static Service,
    pub(crate) operation: &'static Operation,
    pub(crate) protocol: Protocol,
    /// What goes in and what comes out, as the file tells it.
    pub(crate) told: Value,
}

impl Case {
    pub(crate) fn routed(&self) -> Routed {
        Routed { service: self.service, operation: self.operation, protocol: self.protocol }
    }
}

/// Where the cases are, if they are there.
pub(crate) fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/protocol-tests");
    let folder = std::env::var_os("FASTNESS_PROTOCOL_TESTS").map_or(beside, PathBuf::from);
    folder.join("input").is_dir().then_some(folder)
}

/// The cases of `input` or `output`, ordered by file.
pub(crate) fn read(folder: &Path, direction: &str) -> Vec<Case> {
    let mut files =
        fs::read_dir(folder.join(direction)).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    files.sort();
    let suites = files.iter().flat_map(|path| {
        let name = format!("{direction}/{}", path.file_stem().unwrap().to_str().unwrap());
        let suites: Vec<Value> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        suites.into_iter().map(move |suite| (name.clone(), suite))
    });
    let cases = suites.flat_map(|(name, suite)| {
        let cases = suite["cases"].as_array().unwrap().clone();
        cases.into_iter().map(move |told| case(&name, &suite, told))
    });
    cases.collect()
}

fn case(suite: &str, source: &Value, told: Value) -> Case {
    let id = told["id"].as_str().unwrap().to_owned();
    let model = trim(&source["metadata"], &source["shapes"], &told["given"]);
    let packed = Source::of_model("cases", &model).and_then(|source| pack(&source));
    let packed = packed.unwrap_or_else(|problem| panic!("{suite} {id}: {problem}"));
    // Tables live as long as the program everywhere, here as well.
    let service = Box::leak(Box::new(Service::unpack(packed.leak()).unwrap()));
    let protocol = match (model["metadata"]["protocol"].as_str().unwrap(), model["metadata"]["jsonVersion"].as_str()) {
        ("json", Some("1.0")) => Protocol::AwsJson10,
        ("json", _) => Protocol::AwsJson11,
        ("query", _) => Protocol::Query,
        ("ec2", _) => Protocol::Ec2Query,
        ("rest-json", _) => Protocol::RestJson,
        ("rest-xml", _) => Protocol::RestXml,
        ("smithy-rpc-v2-cbor", _) => Protocol::Cbor,
        (other, _) => panic!("{other}"),
    };
    let operation = service.operation(told["given"]["name"].as_str().unwrap()).unwrap();
    Case { suite: suite.to_owned(), id, service, operation, protocol, told }
}

/// Brings a case's model into the form that `trim.py` gives the services' models.
fn trim(metadata: &Value, shapes: &Value, given: &Value) -> Value {
    let (mut metadata, mut shapes) = (metadata.clone(), shapes.clone());
    spell_out_namespaces(&mut shapes);
    let fields = metadata.as_object_mut().unwrap();
    fields.entry("serviceId").or_insert(json!("Cases"));
    if matches!(fields["protocol"].as_str(), Some("query" | "ec2")) {
        // Their answers show it, their models do not.
        fields.insert("xmlNamespace".to_owned(), json!("https://example.com/"));
    }
    let shapes = shapes.as_object().unwrap().iter().map(|(name, shape)| (name.clone(), trim_shape(shape)));
    let name = given["name"].as_str().unwrap();
    let operation = trim_operation(given, fields["protocol"] == "query");
    json!({ "metadata": metadata, "operations": { name: operation }, "shapes": shapes.collect::<Map<_, _>>() })
}

/// The cases also give a namespace by its address alone, which no service's model does.
fn spell_out_namespaces(part: &mut Value) {
    match part {
        Value::Object(fields) => {
            for (name, field) in fields {
                if name == "xmlNamespace" && field.is_string() {
                    *field = json!({ "uri": field });
                }
                spell_out_namespaces(field);
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(spell_out_namespaces),
        _ => {}
    }
}

fn trim_shape(shape: &Value) -> Value {
    let mut shape = shape.clone();
    if let Some(members) = shape.get("members").and_then(Value::as_object) {
        let members = members.iter().map(|(name, member)| {
            let mut member = member.clone();
            member["name"] = json!(name);
            member
        });
        shape["members"] = members.collect();
    }
    shape
}

fn trim_operation(given: &Value, in_query: bool) -> Value {
    let mut operation = given.clone();
    let errors = given.get("errors").and_then(Value::as_array).into_iter().flatten();
    operation["errors"] = errors.map(|error| error["shape"].clone()).collect();
    if in_query && let Some(output) = operation.get_mut("output").and_then(Value::as_object_mut) {
        let wrapper = format!("{}Result", given["name"].as_str().unwrap());
        output.entry("resultWrapper").or_insert(json!(wrapper));
    }
    operation
}
