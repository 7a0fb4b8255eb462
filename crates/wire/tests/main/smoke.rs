//! The fuzz targets on stable and for a bounded time: mutations of valid requests.

use crate::rest_round_trips::rest_operations;
use base::SeededRng;
use model::{Value, probe};
use wire::Protocol;

#[path = "../../../../fuzz/bodies/cbor.rs"]
mod cbor;
#[path = "../../../../fuzz/bodies/decoder.rs"]
mod decoder;
#[path = "../../../../fuzz/bodies/ec2.rs"]
mod ec2;
#[path = "../../../../fuzz/bodies/json.rs"]
mod json;
#[path = "../../../../fuzz/mutation.rs"]
mod mutation;
#[path = "../../../../fuzz/bodies/query.rs"]
mod query;

#[path = "../../../../fuzz/bodies/rest.rs"]
mod rest;

/// Requests of operations all over the services that speak a protocol, each after the number that picks it.
fn seeds(protocol: Protocol, speaks: fn(&model::Service) -> bool) -> Vec<Vec<u8>> {
    let rng = SeededRng::new(8);
    let places = decoder::places(speaks);
    let step = places.len().div_ceil(120);
    let some = places.iter().enumerate().step_by(step);
    some.map(|(index, (service, operation))| {
        let input = operation.input.map_or(Value::Struct(vec![]), |shape| probe::any(service, shape, &rng));
        let body = wire::encode_request(service, operation, protocol, &input).into_body();
        [&u16::try_from(index).unwrap().to_le_bytes()[..], &body].concat()
    })
    .collect()
}

fn speaks(service: &model::Service, wanted: model::ProtocolName) -> bool {
    service.protocols.contains(&wanted)
}

#[test]
fn fuzz_json() {
    let seeds = seeds(Protocol::AwsJson11, |service| {
        speaks(service, model::ProtocolName::AwsJson10) || speaks(service, model::ProtocolName::AwsJson11)
    });
    let words: [&[u8]; 8] = [b"null", b"\\u0000", b"\\ud83d", b"1e999", b"-0", b"{}", b"[[", b"\"__type\":\"\","];
    mutation::run(json::run, &seeds, &words);
}

#[test]
fn fuzz_query() {
    let seeds = seeds(Protocol::Query, |service| speaks(service, model::ProtocolName::Query));
    let words: [&[u8]; 8] = [b".member.1", b".entry.1.key=", b".2=", b"%00", b"%C3%A9", b"NaN", b"&Action=", b".."];
    mutation::run(query::run, &seeds, &words);
}

#[test]
fn fuzz_ec2() {
    let seeds = seeds(Protocol::Ec2Query, |service| speaks(service, model::ProtocolName::Ec2Query));
    let words: [&[u8]; 6] = [b".1", b".2.", b"&Filter.1.Value.1=", b"%ff", b"=", b"-1"];
    mutation::run(ec2::run, &seeds, &words);
}

#[test]
fn fuzz_cbor() {
    let seeds = seeds(Protocol::Cbor, |service| speaks(service, model::ProtocolName::Cbor));
    let words: [&[u8]; 10] = [
        b"\x9f",
        b"\xbf",
        b"\x7f",
        b"\xff",
        b"\xc1\xfb",
        b"\xf6",
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\xf9\x7e\x00",
        b"\x1b\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"\x60",
    ];
    mutation::run(cbor::run, &seeds, &words);
}

#[test]
fn fuzz_rest() {
    let rng = SeededRng::new(9);
    let seeds = rest_operations().step_by(11).map(|(service, operation, protocol)| {
        let index = rest::SERVICES.iter().position(|other| other.name == service.name).unwrap();
        let input = operation.input.map_or(Value::Struct(vec![]), |shape| probe::any(service, shape, &rng));
        let (head, body) = wire::encode_request(service, operation, protocol, &input).into_parts();
        let mut seed = vec![u8::try_from(index).unwrap()];
        seed.extend_from_slice(format!("{} {}", head.method, head.uri).as_bytes());
        for (name, value) in &head.headers {
            seed.extend_from_slice(format!("\n{name}:").as_bytes());
            seed.extend_from_slice(value.as_bytes());
        }
        [&seed[..], b"\n\n", &body].concat()
    });
    let words: [&[u8]; 14] = [
        b"%2F",
        b"//",
        b"%",
        b"?uploads",
        b"&",
        b"<a>",
        b"</a>",
        b"<![CDATA[",
        b"&amp;",
        b"&#10;",
        b"\"",
        b", ",
        b"null",
        b"x-amz-meta-a:b\n",
    ];
    mutation::run(rest::run, &seeds.collect::<Vec<_>>(), &words);
}
