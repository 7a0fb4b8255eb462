//! Metadata of SAML identity providers: what is taken from it, and what is no metadata.
//!
//! Guarantees: document types and entities are refused, so nothing expands and nothing is fetched; the number of nodes is
//! bounded; a certificate that is none makes the document none. Whether the document is signed is not looked at, as in
//! AWS: it is trusted because of who uploads it. Source: "Metadata for the OASIS SAML V2.0" (saml-metadata-2.0-os).

use crate::error;
use base::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::Fault;
use primitives::Certificate;
use roxmltree::{Document, Node, ParsingOptions};

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// XML nodes of a document; that of a provider of many keys and services has some thousands.
const MAX_NODES: u32 = 100_000;

/// Certificates for signing that are kept.
const MAX_CERTIFICATES: usize = 32;

/// What a document tells.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Metadata {
    /// The issuer of assertions.
    pub entity_id: String,
    /// In DER.
    pub signing_certificates: Vec<Vec<u8>>,
    /// Until when the document holds, if it says.
    pub valid_until: Option<Timestamp>,
}

/// Reads a document.
pub(crate) fn read(text: &str) -> Result<Metadata, Fault> {
    parse(text).ok_or_else(|| error::invalid_input("Could not parse metadata"))
}

fn parse(text: &str) -> Option<Metadata> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).ok()?;
    let entity = document.root_element();
    if !is(entity, METADATA, "EntityDescriptor") {
        return None;
    }
    let entity_id = entity.attribute("entityID").filter(|id| !id.is_empty())?;
    let provider = entity.children().find(|child| is(*child, METADATA, "IDPSSODescriptor"))?;
    let signing_certificates = certificates(provider)?;
    if signing_certificates.is_empty() || signing_certificates.len() > MAX_CERTIFICATES {
        return None;
    }
    // The earliest of the two decides.
    let limits = [entity, provider].map(|node| node.attribute("validUntil"));
    let limits: Vec<Timestamp> =
        limits.into_iter().flatten().map(Timestamp::from_rfc3339).collect::<Result<_, _>>().ok()?;
    Some(Metadata { entity_id: entity_id.to_owned(), signing_certificates, valid_until: limits.into_iter().min() })
}

/// The certificates of all keys that are for signing, or for anything.
fn certificates(provider: Node<'_, '_>) -> Option<Vec<Vec<u8>>> {
    let keys = provider.children().filter(|child| is(*child, METADATA, "KeyDescriptor"));
    let signing = keys.filter(|key| matches!(key.attribute("use"), None | Some("signing")));
    let found = signing.flat_map(|key| key.descendants()).filter(|node| is(*node, SIGNATURE, "X509Certificate"));
    found.map(|node| certificate(node.text()?)).collect()
}

fn certificate(text: &str) -> Option<Vec<u8>> {
    let letters: String = text.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    let der = STANDARD.decode(letters).ok()?;
    Certificate::from_der(&der)?;
    Some(der)
}

fn is(node: Node<'_, '_>, namespace: &str, name: &str) -> bool {
    node.has_tag_name((namespace, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CERTIFICATE: &str = include_str!("../../../../crates/primitives/tests/main/certificates/ed.pem");

    fn base64_of_certificate() -> String {
        CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().join("\n      ")
    }

    fn document(entity: &str, provider: &str) -> String {
        format!(
            r#"<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="{METADATA}" xmlns:ds="{SIGNATURE}" {entity}>
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    {provider}
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>"#
        )
    }

    fn key(usage: &str) -> String {
        let letters = base64_of_certificate();
        format!(
            "<md:KeyDescriptor {usage}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{letters}</ds:X509Certificate>\
             </ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        )
    }

    #[test]
    fn issuer_keys_for_signing_and_the_end_are_taken() {
        let keys = key("use=\"signing\"") + &key("use=\"encryption\"") + &key("");
        let read = read(&document("entityID=\"https://idp.example\" validUntil=\"2030-01-02T03:04:05Z\"", &keys));
        let read = read.unwrap_or_else(|fault| panic!("{:?}", fault.message));
        assert_eq!(read.entity_id, "https://idp.example");
        assert_eq!(read.signing_certificates.len(), 2);
        assert_eq!(read.valid_until.unwrap().to_seconds_rfc3339(), "2030-01-02T03:04:05Z");
    }

    #[test]
    fn what_is_no_metadata_of_an_identity_provider_is_refused() {
        let good = document("entityID=\"e\"", &key("use=\"signing\""));
        assert!(read(&good).is_ok());
        let entity = "<!DOCTYPE d [<!ENTITY e \"x\">]>";
        for bad in [
            String::new(),
            "not xml".to_owned(),
            good.replace("entityID=\"e\"", "entityID=\"\""),
            good.replace("entityID=\"e\"", ""),
            good.replace("IDPSSODescriptor", "SPSSODescriptor"),
            good.replace(METADATA, "urn:example"),
            document("entityID=\"e\"", ""),
            document("entityID=\"e\"", &key("use=\"encryption\"")),
            good.replace("MII", "AAA").replace(base64_of_certificate().split_at(8).0, "AAAAAAAA"),
            document("entityID=\"e\" validUntil=\"tomorrow\"", &key("")),
            good.replace("<md:Ent", &format!("{entity}<md:Ent")),
            good.replace("</md:EntityDescriptor>", ""),
        ] {
            assert_eq!(read(&bad).unwrap_err().message.as_deref(), Some("Could not parse metadata"), "{bad}");
        }
        let many = document("entityID=\"e\"", &(key("") + &"<a/>".repeat(MAX_NODES as usize)));
        assert!(read(&many).is_err(), "a document without end was read");
    }
}
