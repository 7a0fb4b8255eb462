//! Server certificates.

use crate::fixtures::{CHAIN, ED_CERTIFICATE, ED_KEY, ENCRYPTED_KEY, LEAF, LEAF_KEY, ROOT_CERTIFICATE, SHORT_LIVED};
use crate::{Iam, error, house};
use kernel::testing::House;
use serde_json::{Value, json};

fn certificate(name: &str) -> Value {
    json!({ "ServerCertificateName": name, "CertificateBody": LEAF, "PrivateKey": LEAF_KEY, "CertificateChain": CHAIN })
}

fn refused(house: &House, member: &str, value: &str) -> (u16, String, String) {
    let mut input = certificate("web");
    input[member] = json!(value);
    house.refused("UploadServerCertificate", &input)
}

#[test]
fn a_certificate_comes_back_with_its_chain_and_never_with_its_key() {
    let house = house();
    let mut input = certificate("web");
    input["Path"] = json!("/cloudfront/");
    let made = house.ok("UploadServerCertificate", &input)["ServerCertificateMetadata"].clone();
    assert_eq!(made["Arn"], "arn:aws:iam::111122223333:server-certificate/cloudfront/web");
    assert_eq!(made["Expiration"], "2124-02-29T12:00:00Z");
    let answer = house.iam("GetServerCertificate", &json!({ "ServerCertificateName": "WEB" }));
    assert!(!answer.body.contains("PRIVATE KEY"));
    let told = answer.json()["ServerCertificate"].clone();
    assert_eq!((&told["CertificateBody"], &told["CertificateChain"]), (&json!(LEAF), &json!(CHAIN)));
    assert_eq!(told["ServerCertificateMetadata"], made);
    assert!(!house.records().iter().any(|record| record.to_string().contains("PRIVATE KEY")));
    assert_eq!(
        house.refused("UploadServerCertificate", &certificate("Web")),
        error(409, "EntityAlreadyExists", "The Server Certificate with name Web already exists.")
    );
}

#[test]
fn what_does_not_fit_together_is_refused_in_awss_words() {
    let house = house();
    let body = "Unable to parse certificate. Please ensure the certificate is in PEM format.";
    assert_eq!(refused(&house, "CertificateBody", "none"), error(400, "MalformedCertificate", body));
    assert_eq!(refused(&house, "CertificateBody", CHAIN), error(400, "MalformedCertificate", body));
    assert_eq!(refused(&house, "PrivateKey", "none"), error(400, "MalformedCertificate", "Invalid Private Key."));
    assert_eq!(refused(&house, "PrivateKey", ENCRYPTED_KEY).1, "MalformedCertificate");
    assert_eq!(refused(&house, "PrivateKey", ED_KEY).1, "KeyPairMismatch");
    let chain = |index: &str| {
        let text = "Unable to validate certificate chain. The certificate chain must start with the immediate signing \
                    certificate, followed by any intermediaries in order. The index within the chain of the invalid \
                    certificate is: ";
        error(400, "MalformedCertificate", &format!("{text}{index}"))
    };
    assert_eq!(refused(&house, "CertificateChain", ROOT_CERTIFICATE), chain("-1"));
    let inter = CHAIN.strip_suffix(ROOT_CERTIFICATE).unwrap();
    assert_eq!(refused(&house, "CertificateChain", &format!("{inter}{ED_CERTIFICATE}")), chain("1"));
    assert_eq!(refused(&house, "CertificateChain", "none").1, "MalformedCertificate");
    let mut over = certificate("over");
    over["CertificateBody"] = json!(SHORT_LIVED);
    assert_ne!(house.iam("UploadServerCertificate", &over).status, 200);
    assert_eq!(house.ok("ListServerCertificates", &json!({}))["ServerCertificateMetadataList"], "");
}

#[test]
fn a_certificate_without_a_chain_is_taken_and_tells_none() {
    let house = house();
    let input = json!({ "ServerCertificateName": "own", "CertificateBody": ED_CERTIFICATE, "PrivateKey": ED_KEY });
    house.ok("UploadServerCertificate", &input);
    let told = house.ok("GetServerCertificate", &json!({ "ServerCertificateName": "own" }));
    assert!(told["ServerCertificate"]["CertificateChain"].is_null());
}

#[test]
fn a_certificate_is_renamed_with_all_that_belongs_to_it() {
    let house = house();
    let made = house.ok("UploadServerCertificate", &certificate("web"))["ServerCertificateMetadata"].clone();
    house.ok("UploadServerCertificate", &certificate("taken"));
    let to =
        |name: &str| json!({ "ServerCertificateName": "web", "NewServerCertificateName": name, "NewPath": "/new/" });
    assert_eq!(house.refused("UpdateServerCertificate", &to("taken")).1, "EntityAlreadyExists");
    house.ok("UpdateServerCertificate", &to("site"));
    let told =
        house.ok("GetServerCertificate", &json!({ "ServerCertificateName": "site" }))["ServerCertificate"].clone();
    assert_eq!(told["ServerCertificateMetadata"]["ServerCertificateId"], made["ServerCertificateId"]);
    assert_eq!(told["CertificateChain"], json!(CHAIN));
    assert_eq!(
        house.refused("GetServerCertificate", &json!({ "ServerCertificateName": "web" })),
        error(404, "NoSuchEntity", "The Server Certificate with name web cannot be found.")
    );
    let below = house.ok("ListServerCertificates", &json!({ "PathPrefix": "/new/" }));
    assert_eq!(below["ServerCertificateMetadataList"].as_array().unwrap().len(), 1);
}

#[test]
fn an_account_has_twenty_certificates_listed_by_page_and_room_after_a_deletion() {
    let house = house();
    for number in 0..20 {
        house.ok("UploadServerCertificate", &certificate(&format!("web{number:02}")));
    }
    let text = "Cannot exceed quota for ServerCertificatesPerAccount: 20";
    assert_eq!(house.refused("UploadServerCertificate", &certificate("more")), error(409, "LimitExceeded", text));
    let mut names = Vec::new();
    let mut input = json!({ "MaxItems": 7 });
    loop {
        let page = house.ok("ListServerCertificates", &input);
        let list = page["ServerCertificateMetadataList"].as_array().unwrap().clone();
        names.extend(list.iter().map(|entry| entry["ServerCertificateName"].as_str().unwrap().to_owned()));
        if page["IsTruncated"] == json!("false") {
            break;
        }
        input["Marker"] = page["Marker"].clone();
    }
    assert_eq!(names, (0..20).map(|number| format!("web{number:02}")).collect::<Vec<_>>());
    house.ok("DeleteServerCertificate", &json!({ "ServerCertificateName": "web07" }));
    house.ok("UploadServerCertificate", &certificate("more"));
}
