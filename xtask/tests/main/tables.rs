//! What `pack` writes of a model, the model crate reads: every trait, and what damage does.

use model::{Auth, Kind, Location, ProtocolName, Sensitivity, Service, Signing, Structure, TimestampFormat};
use serde_json::{Value, json};
use xtask::pack::pack;
use xtask::source::Source;

fn model() -> Value {
    json!({
        "metadata": {
            "apiVersion": "2026-01-01", "endpointPrefix": "shelf", "protocols": ["rest-xml", "smithy-rpc-v2-cbor"],
            "serviceId": "Shelf", "targetPrefix": "Shelf_1", "signatureVersion": "s3v4",
            "auth": ["aws.auth#sigv4", "aws.auth#sigv4a"], "awsQueryCompatible": {},
            "xmlNamespace": {"uri": "urn:shelf", "prefix": "s"},
        },
        "operations": {
            "Put": {
                "http": {"method": "PUT", "requestUri": "/{Name+}?fixed", "responseCode": 201},
                "input": {"shape": "Put", "locationName": "PutBody", "xmlNamespace": {"uri": "urn:put", "prefix": "p"}},
                "output": {"shape": "Put", "resultWrapper": "PutResult"},
                "errors": ["Full"], "authtype": "v4-unsigned-body", "endpoint": {"hostPrefix": "{Account}."},
                "httpChecksum": {"requestChecksumRequired": true, "requestAlgorithmMember": "Algorithm"},
                "requestcompression": {"encodings": ["gzip"]},
                "pagination": {
                    "input_token": ["From", "Other"], "output_token": "To", "limit_key": "Max", "more_results": "More",
                    "result_key": "Names",
                },
            },
            "Look": {"http": {"method": "GET", "requestUri": "/"}, "errors": [], "auth": ["smithy.api#noAuth"]},
            "Sum": {"http": {"method": "POST", "requestUri": "/"}, "errors": [], "httpChecksumRequired": true, "unsignedPayload": true},
        },
        "shapes": {
            "Put": {
                "type": "structure", "required": ["Name"], "payload": "Body",
                "members": [
                    {"name": "Name", "shape": "Name", "location": "uri", "locationName": "Name"},
                    {"name": "Account", "shape": "Name", "location": "header", "locationName": "x-account", "hostLabel": true},
                    {"name": "Meta", "shape": "Labels", "location": "headers", "locationName": "x-meta-"},
                    {"name": "Page", "shape": "Count", "location": "querystring", "locationName": "page"},
                    {"name": "Status", "shape": "Count", "location": "statusCode"},
                    {"name": "Context", "shape": "Name", "location": "header", "locationName": "x-context", "jsonvalue": true},
                    {"name": "Body", "shape": "Bytes", "streaming": true},
                    {"name": "Token", "shape": "Name", "idempotencyToken": true, "queryName": "token"},
                    {"name": "Kind", "shape": "Name", "xmlAttribute": true, "xmlNamespace": {"uri": "urn:kind"}},
                    {"name": "Names", "shape": "Names", "flattened": true},
                    {"name": "At", "shape": "Time", "timestampFormat": "iso8601"},
                    {"name": "Any", "shape": "Any"},
                    {"name": "Events", "shape": "Events"},
                ],
            },
            "Any": {"type": "structure", "document": true, "members": []},
            "Bytes": {"type": "blob", "min": 1, "max": 1024, "sensitive": true},
            "Count": {"type": "long", "min": -5, "max": 9_007_199_254_740_993_i64},
            "Events": {"type": "structure", "eventstream": true, "union": true, "members": []},
            "Full": {
                "type": "structure", "exception": true, "fault": true, "members": [],
                "error": {"code": "ShelfFull", "httpStatusCode": 507},
            },
            "Labels": {
                "type": "map", "key": {"shape": "Name", "locationName": "k"}, "value": {"shape": "Name", "locationName": "v"},
                "flattened": true, "max": 9,
            },
            "Name": {"type": "string", "min": 1, "pattern": "[a-z]+", "mark": "unlogged"},
            "Names": {"type": "list", "member": {"shape": "Name", "locationName": "item"}, "xmlNamespace": {"uri": "urn:names"}},
            "Size": {"type": "string", "enum": ["s", "m"]},
            "Time": {"type": "timestamp"},
        },
    })
}

fn packed(model: &Value) -> Vec<u8> {
    pack(&Source::of_model("shelf", model).unwrap()).unwrap()
}

fn service() -> Service {
    Service::unpack(packed(&model()).leak()).unwrap()
}

fn structure<'a>(service: &'a Service, name: &str) -> &'a Structure {
    match &service.shape_named(name).unwrap().kind {
        Kind::Structure(structure) => structure,
        _ => panic!("{name} is no structure"),
    }
}

#[test]
fn a_service_keeps_its_names_and_ways() {
    let service = service();
    let names = (service.name, service.signing_name, service.api_version, service.target_prefix, service.service_id);
    assert_eq!(names, ("shelf", "shelf", "2026-01-01", Some("Shelf_1"), "Shelf"));
    assert_eq!((service.xml_namespace, service.event_source), ("urn:shelf", "shelf.amazonaws.com"));
    assert_eq!(service.protocols, [ProtocolName::RestXml, ProtocolName::Cbor]);
    assert!(service.query_compatible && service.sigv4a && service.signing == Signing::S3);
}

#[test]
fn an_operation_keeps_all_that_clients_are_asked_for() {
    let service = service();
    let put = service.operation("Put").unwrap();
    assert_eq!((put.http.method, put.http.uri, put.http.status), ("PUT", "/{Name+}?fixed", 201));
    assert_eq!(
        (put.input_element, put.result_wrapper, put.host_prefix),
        (Some("PutBody"), Some("PutResult"), Some("{Account}."))
    );
    let namespace = put.input_namespace.unwrap();
    assert_eq!((namespace.uri, namespace.prefix), ("urn:put", Some("p")));
    let checksum = put.checksum.as_ref().unwrap();
    assert_eq!((checksum.required, checksum.algorithm_member), (true, Some("Algorithm")));
    let pages = put.pagination.as_ref().unwrap();
    assert_eq!(
        (pages.input_token, pages.output_token, pages.limit, pages.more, pages.result),
        ("From", "To", Some("Max"), Some("More"), "Names")
    );
    assert!(put.auth == Auth::UnsignedBody && put.gzip);
    assert_eq!(put.errors.iter().map(|id| service.shape(*id).name).collect::<Vec<_>>(), ["Full"]);
    let (look, sum) = (service.operation("Look").unwrap(), service.operation("Sum").unwrap());
    assert!(look.auth == Auth::None && look.checksum.is_none() && !look.gzip && look.input.is_none());
    let checksum = sum.checksum.as_ref().unwrap();
    assert!(sum.auth == Auth::UnsignedBody && checksum.required && checksum.algorithm_member.is_none());
}

#[test]
fn members_keep_their_places_and_marks() {
    let service = service();
    let put = structure(&service, "Put");
    let member = |name: &str| &put.members[put.index_of(name).unwrap()];
    let places = put.members.iter().map(|member| member.location).take(7).collect::<Vec<_>>();
    let (header, body) = (Location::Header, Location::Body);
    assert_eq!(places, [Location::Uri, header, Location::Headers, Location::Query, Location::Status, header, body]);
    assert_eq!(put.payload, put.index_of("Body"));
    assert!(member("Name").required && !member("Account").required && member("Account").host_label);
    assert!(member("Body").streaming && member("Context").json_value && member("Kind").xml_attribute);
    assert!(member("Token").idempotency_token && member("Token").query_name == Some("token"));
    assert_eq!(member("Kind").xml_namespace.as_ref().map(|namespace| namespace.uri), Some("urn:kind"));
    assert_eq!(member("Meta").location_name, Some("x-meta-"));
}

#[test]
fn shapes_keep_their_kinds_and_constraints() {
    let service = service();
    let shape = |name: &str| service.shape_named(name).unwrap();
    let of = |name: &str| {
        let put = structure(&service, "Put");
        service.shape(put.members[put.index_of(name).unwrap()].shape)
    };
    assert!(matches!(&shape("Any").kind, Kind::Document));
    assert!(matches!(&shape("Bytes").kind, Kind::Blob(range) if (range.min, range.max) == (Some(1), Some(1024))));
    assert!(
        matches!(&shape("Count").kind, Kind::Long(range) if (range.min, range.max) == (Some(-5), Some(9_007_199_254_740_993)))
    );
    assert!(
        matches!(&shape("Labels").kind, Kind::Map(map) if map.flattened && map.key_name == Some("k") && map.value_name == Some("v") && map.length.max == Some(9))
    );
    assert!(matches!(&shape("Names").kind, Kind::List(list) if !list.flattened && list.location_name == Some("item")));
    assert_eq!(shape("Names").xml_namespace.as_ref().map(|namespace| namespace.uri), Some("urn:names"));
    assert!(matches!(&of("Names").kind, Kind::List(list) if list.flattened));
    assert!(matches!(&shape("Size").kind, Kind::String(text) if text.values == ["s", "m"]));
    assert!(
        matches!(&shape("Name").kind, Kind::String(text) if text.pattern.as_ref().unwrap().source() == "[a-z]+" && text.length.min == Some(1))
    );
    assert!(matches!(&shape("Time").kind, Kind::Timestamp(None)));
    assert!(matches!(&of("At").kind, Kind::Timestamp(Some(TimestampFormat::Iso8601))));
    let marks = ["Bytes", "Name", "Size"].map(|name| shape(name).sensitivity);
    assert_eq!(marks, [Sensitivity::Secret, Sensitivity::Unlogged, Sensitivity::Public]);
    assert!(structure(&service, "Events").event_stream && structure(&service, "Events").union);
    let error = structure(&service, "Full").error.as_ref().unwrap();
    assert_eq!((error.code, error.status, error.sender), (Some("ShelfFull"), 507, false));
}

#[test]
fn a_damaged_table_is_no_table() {
    let whole = packed(&model());
    for length in 0..whole.len() {
        assert!(Service::unpack(whole[..length].to_vec().leak()).is_none(), "cut at {length}");
    }
    let longer = [whole.as_slice(), &[0]].concat();
    assert!(Service::unpack(longer.leak()).is_none());
    for place in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[place] ^= 0xFF;
        // Most are refused; none panics, whatever is then asked of it.
        if let Some(service) = Service::unpack(damaged.leak()) {
            let found = service.shapes().iter().filter_map(|shape| service.shape_named(shape.name));
            assert!(found.count() <= service.shapes().len());
        }
    }
}

#[test]
fn what_a_model_says_in_vain_is_an_error_with_its_place() {
    let broken = |pointer: &str, value: Value| {
        let mut model = model();
        *model.pointer_mut(pointer).unwrap() = value;
        Source::of_model("shelf", &model).and_then(|source| pack(&source)).unwrap_err()
    };
    assert_eq!(broken("/shapes/Names/member/shape", json!("Gone")), "no shape Gone");
    assert_eq!(broken("/shapes/Time/type", json!("hour")), "shelf: Time: unknown type hour");
    assert_eq!(broken("/shapes/Put/payload", json!("Gone")), "shelf: Put: the payload is no member");
    assert_eq!(broken("/operations/Put/authtype", json!("oath")), "shelf: Put: unknown authtype oath");
    assert_eq!(broken("/shapes/Name/mark", json!("loud")), "shelf: Name: unknown mark loud");
    assert!(broken("/metadata/protocols", json!(["smoke"])).starts_with("shelf: unknown protocol"));
}
