//! Every table unpacks, every pattern compiles, every mark is known, every boundary is kept.

use base::SeededRng;
use model::{Auth, Kind, ProtocolName, Service, check, probe, services, validation_message};

/// What names a service on the wire and in records: model, protocols, target prefix, version, signing name, event source.
/// From the models' dispatch data and from CloudTrail's list of event sources, independently of the tables.
const DISPATCH: &str = include_str!("../dispatch.txt");

#[test]
fn every_table_unpacks_and_carries_the_names_of_its_service() {
    let names = |service: &Service| {
        let protocols = service.protocols.iter().map(|protocol| protocol_name(*protocol)).collect::<Vec<_>>();
        [
            service.name,
            &protocols.join(","),
            service.target_prefix.unwrap_or("-"),
            service.api_version,
            service.signing_name,
            service.event_source,
        ]
        .join(" ")
    };
    assert_eq!(services().all().map(names).collect::<Vec<_>>(), DISPATCH.lines().collect::<Vec<_>>());
}

fn protocol_name(protocol: ProtocolName) -> &'static str {
    match protocol {
        ProtocolName::AwsJson10 => "json-1.0",
        ProtocolName::AwsJson11 => "json-1.1",
        ProtocolName::Query => "query",
        ProtocolName::Ec2Query => "ec2",
        ProtocolName::RestJson => "rest-json",
        ProtocolName::RestXml => "rest-xml",
        ProtocolName::Cbor => "cbor",
    }
}

#[test]
fn services_are_found_by_the_names_that_requests_carry() {
    let kms = services().by_target_prefix("TrentService").unwrap();
    assert_eq!((kms.name, kms.operations().len()), ("kms", 56));
    let sts = services().by_version_and_action("2011-06-15", "GetCallerIdentity").next().unwrap();
    assert_eq!((sts.operations().len(), sts.xml_namespace), (11, "https://sts.amazonaws.com/doc/2011-06-15/"));
    assert!(sts.operation("AssumeRoleWithWebIdentity").unwrap().auth == Auth::None && sts.sigv4a);
    let names = |signing: &str| services().by_signing_name(signing).map(|service| service.name).collect::<Vec<_>>();
    assert_eq!(names("kms"), ["kms"]);
    assert_eq!(names("s3"), ["s3", "s3control"]);
    assert_eq!(names("rds"), ["docdb", "rds"]);
    assert!(services().by_name("unheard-of").is_none() && services().by_target_prefix("").is_none());
}

#[test]
fn a_list_operation_says_how_it_is_paged() {
    let paged = services().by_name("kms").unwrap().operation("ListKeys").unwrap().pagination.as_ref().unwrap();
    assert_eq!(
        (paged.input_token, paged.output_token, paged.limit, paged.more, paged.result),
        ("Marker", "NextMarker", Some("Limit"), Some("Truncated"), "Keys")
    );
}

#[test]
fn errors_have_the_status_and_code_of_the_model() {
    let (kms, sts) = (services().by_name("kms").unwrap(), services().by_name("sts").unwrap());
    assert_eq!(kms.fault("NotFoundException", "").status, 400);
    let internal = kms.fault("KMSInternalException", "");
    assert_eq!((internal.status, internal.sender), (500, false));
    assert_eq!(sts.fault("RegionDisabledException", "").status, 403);
    assert_eq!(sts.error("MalformedPolicyDocumentException").unwrap().code, Some("MalformedPolicyDocument"));
}

#[test]
fn every_pattern_compiles() {
    for service in services().all() {
        for shape in service.shapes() {
            if let Kind::String(text) = &shape.kind {
                assert!(text.pattern.as_ref().is_none_or(model::Pattern::compiles), "{} {}", service.name, shape.name);
            }
        }
    }
}

#[test]
fn random_values_hold_every_constraint() {
    let rng = SeededRng::new(1);
    for service in services().all() {
        for operation in service.operations() {
            for shape in operation.input.into_iter().chain(operation.output) {
                for _ in 0..4 {
                    let value = probe::any(service, shape, &rng);
                    assert_eq!(
                        validation_message(&check(service, shape, &value)),
                        "0 validation errors detected: ",
                        "{} {}",
                        service.name,
                        operation.name
                    );
                }
            }
        }
    }
}

#[test]
fn every_boundary_is_kept_at_one_below_at_and_one_above() {
    let (rng, mut valid, mut invalid) = (SeededRng::new(2), 0, 0);
    for service in services().all() {
        for operation in service.operations() {
            let Some(input) = operation.input else { continue };
            for probe in probe::boundaries(service, input, &rng) {
                let violations = check(service, input, &probe.value);
                assert_eq!(
                    violations.is_empty(),
                    probe.is_valid,
                    "{} {} {}: {}",
                    service.name,
                    operation.name,
                    probe.what,
                    validation_message(&violations)
                );
                assert!(violations.len() <= 2, "{} {} {}", service.name, operation.name, probe.what);
                *(if probe.is_valid { &mut valid } else { &mut invalid }) += 1;
            }
        }
    }
    // Fewer would mean that the probes look at less than they did.
    assert!(valid > 90_000 && invalid > 20_000, "{valid} valid, {invalid} invalid");
}
