//! Every table unpacks, every pattern compiles, every mark is known, every boundary is kept.

use base::SeededRng;
use model::{Auth, Kind, ProtocolName, Sensitivity, Service, check, probe, services, validation_message};

#[test]
fn every_table_unpacks_and_carries_the_names_of_its_service() {
    let names =
        |service: &'static Service| (service.name, service.signing_name, service.target_prefix, service.event_source);
    let all = services().all().map(names).collect::<Vec<_>>();
    let kms = ("kms", "kms", Some("TrentService"), "kms.amazonaws.com");
    assert_eq!(all, [kms, ("sts", "sts", None, "sts.amazonaws.com")]);
    let kms = services().by_target_prefix("TrentService").unwrap();
    assert_eq!((kms.operations().len(), kms.protocols.as_slice()), (56, [ProtocolName::AwsJson11].as_slice()));
    let sts = services().by_version_and_action("2011-06-15", "GetCallerIdentity").next().unwrap();
    assert_eq!((sts.operations().len(), sts.xml_namespace), (11, "https://sts.amazonaws.com/doc/2011-06-15/"));
    assert!(sts.operation("AssumeRoleWithWebIdentity").unwrap().auth == Auth::None && sts.sigv4a);
    assert_eq!(services().by_signing_name("kms").count(), 1);
    assert!(services().by_name("s3").is_none());
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

/// A shape that appears here newly must be looked at: is it marked rightly? One that disappears must not be missed.
#[test]
fn the_marks_are_these() {
    let mut marks = Vec::new();
    for service in services().all() {
        let marked = service.shapes().iter().filter(|shape| shape.sensitivity != Sensitivity::Public);
        marks.extend(marked.map(|shape| format!("{} {} {:?}", service.name, shape.name, shape.sensitivity)));
    }
    let expected = [
        "kms AttestationDocumentType Unlogged",
        "kms CiphertextType Unlogged",
        "kms GrantTokenType Unlogged",
        "kms KeyStorePasswordType Secret",
        "kms PlaintextType Secret",
        "kms XksProxyAuthenticationAccessKeyIdType Secret",
        "kms XksProxyAuthenticationRawSecretAccessKeyType Secret",
        "sts SAMLAssertionType Secret",
        "sts accessKeySecretType Secret",
        "sts clientTokenType Secret",
        "sts decodedMessageType Unlogged",
        "sts tokenCodeType Unlogged",
        "sts tokenType Secret",
        "sts tradeInTokenType Secret",
        "sts webIdentityTokenType Secret",
    ];
    assert_eq!(marks, expected);
}

#[test]
fn random_values_hold_every_constraint() {
    let rng = SeededRng::new(1);
    for service in services().all() {
        for operation in service.operations() {
            for shape in operation.input.into_iter().chain(operation.output) {
                for _ in 0..8 {
                    let value = probe::any(service, shape, &rng);
                    assert_eq!(
                        validation_message(&check(service, shape, &value)),
                        "0 validation errors detected: ",
                        "{}",
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
                    "{} {}: {}",
                    operation.name,
                    probe.what,
                    validation_message(&violations)
                );
                assert!(violations.len() <= 2, "{} {}", operation.name, probe.what);
                *(if probe.is_valid { &mut valid } else { &mut invalid }) += 1;
            }
        }
    }
    // Fewer would mean that the probes look at less than they did.
    assert!(valid > 1000 && invalid > 500, "{valid} valid, {invalid} invalid");
}
