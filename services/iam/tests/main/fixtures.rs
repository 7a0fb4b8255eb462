//! Things that tests of several nouns need: certificates, metadata, telephones.

use crate::{Iam, text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::testing::House;
use primitives::totp;
use serde_json::{Value, json};

macro_rules! certificate {
    ($name:literal) => {
        include_str!(concat!("../../../../crates/primitives/tests/main/certificates/", $name))
    };
}

/// A certificate for a server, issued by the first of [`CHAIN`].
pub(crate) const LEAF: &str = certificate!("leaf.pem");
/// Its key.
pub(crate) const LEAF_KEY: &str = certificate!("leaf.key");
/// Its key, encrypted.
pub(crate) const ENCRYPTED_KEY: &str = certificate!("leaf-enc.key");
/// The intermediate and the root.
pub(crate) const CHAIN: &str = concat!(certificate!("inter.pem"), certificate!("root.pem"));
/// The root alone.
pub(crate) const ROOT_CERTIFICATE: &str = certificate!("root.pem");
/// A self-signed certificate.
pub(crate) const ED_CERTIFICATE: &str = certificate!("ed.pem");
/// Its key.
pub(crate) const ED_KEY: &str = certificate!("ed.key");
/// A certificate that held for a month.
pub(crate) const SHORT_LIVED: &str = certificate!("old.pem");

/// An SSH key.
pub(crate) const SSH_KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJBi6bvPRj5pQevyXUeeYyOeMzaClWH44ulMd9t2fmMm test@example";
/// Another.
pub(crate) const SSH_RSA_KEY: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDjKm2FDMQBMOde5GXNIzNAFyTXv/NHOqgugDzWtBVd6uRRmuYyWsEDiKV1gZ797VBVUvneWc4Vsy6/BlPv9VhaFFZw8Ko7nfhjEQ4rXKLkgh8H0hKEz98ZOSNC0UmNQeO5NMNKAbI/A+e4mIJb3OlSv9xFVaSpYo/tkI+WePiCgH0uvGYANc0oXEJoc9Mz2JB3NaBtkHjvtX65cOlCcV37PG1twbJnpezuxWrWH6EvZc8cW4xUkV8IQZDOa2O5376muizFkPsyMEcw7KI7nPr3X/XhLL9Zv8xa5G9xsqxePduTL9+jrLJHePkf8XOZIq8g4QnikPWIN4kbtzKZ83Q1 test@example";

/// The letters of a certificate, without the lines around them.
pub(crate) fn letters(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

/// Metadata of a SAML provider, long enough for AWS.
pub(crate) fn saml_metadata(entity: &str) -> String {
    format!(
        r#"<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{entity}">
  <!-- {} -->
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{entity}/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>"#,
        "padding ".repeat(40),
        letters(ED_CERTIFICATE)
    )
}

/// Makes an OpenID Connect provider; its ARN.
pub(crate) fn oidc_provider(house: &House, url: &str) -> String {
    let input = json!({ "Url": url, "ClientIDList": ["app"], "ThumbprintList": ["0".repeat(40)] });
    text(&house.ok("CreateOpenIDConnectProvider", &input)["OpenIDConnectProviderArn"])
}

/// A telephone that was shown the seed of a device.
pub(crate) struct Device {
    pub(crate) serial: String,
    seed: Vec<u8>,
}

impl Device {
    /// Makes a device in IAM, and the telephone.
    pub(crate) fn new(house: &House, name: &str) -> Self {
        let made = house.ok("CreateVirtualMFADevice", &json!({ "VirtualMFADeviceName": name }));
        let made = &made["VirtualMFADevice"];
        let seed = STANDARD.decode(text(&made["Base32StringSeed"])).unwrap();
        Self { serial: text(&made["SerialNumber"]), seed: from_base32(&seed) }
    }

    /// The code that the telephone shows now, or shows so many steps later.
    pub(crate) fn code(&self, house: &House, later: u64) -> String {
        let now = base::Clock::now(house.wall.as_ref()).seconds();
        totp::code(&self.seed, totp::step_at(u64::try_from(now).unwrap()) + later)
    }

    /// The input of EnableMFADevice and ResyncMFADevice: the code so many steps later, and the one before.
    pub(crate) fn codes(&self, house: &House, user: &str, later: u64) -> Value {
        let (first, second) = if later == 0 {
            (self.before(house), self.code(house, 0))
        } else {
            (self.code(house, later - 1), self.code(house, later))
        };
        json!({ "UserName": user, "SerialNumber": self.serial, "AuthenticationCode1": first, "AuthenticationCode2": second })
    }

    fn before(&self, house: &House) -> String {
        let now = base::Clock::now(house.wall.as_ref()).seconds();
        totp::code(&self.seed, totp::step_at(u64::try_from(now).unwrap()) - 1)
    }
}

/// A device that the user has.
pub(crate) fn enabled(house: &House, user: &str, name: &str) -> Device {
    let device = Device::new(house, name);
    house.ok("EnableMFADevice", &device.codes(house, user, 0));
    device
}

/// RFC 4648, written anew, since the server's own would agree with its own mistakes.
fn from_base32(letters: &[u8]) -> Vec<u8> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for letter in letters {
        let digit = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| known == letter).unwrap();
        bits = bits << 5 | digit as u32;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
