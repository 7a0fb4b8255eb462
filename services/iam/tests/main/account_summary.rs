//! The account's summary.

use crate::fixtures::{Device, LEAF, LEAF_KEY, enabled, oidc_provider, saml_metadata};
use crate::{ALLOW, Iam, house};
use kernel::testing::House;
use serde_json::json;
use std::collections::BTreeMap;

fn summary(house: &House) -> BTreeMap<String, u64> {
    let body = house.iam("GetAccountSummary", &json!({})).body;
    let between = |entry: &str, name: &str| -> String {
        let (_, rest) = entry.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("{entry}"));
        rest.split('<').next().unwrap().to_owned()
    };
    let entries = body.split("<entry>").skip(1);
    entries.map(|entry| (between(entry, "key"), between(entry, "value").parse().unwrap())).collect()
}

#[test]
fn everything_in_the_account_is_counted_and_uncounted() {
    let house = house();
    let before = summary(&house);
    house.user("bob");
    house.group("crew");
    house.role("app");
    house.policy("own");
    house.ok("CreatePolicyVersion", &json!({ "PolicyArn": crate::policy("own"), "PolicyDocument": ALLOW }));
    house.ok("CreateInstanceProfile", &json!({ "InstanceProfileName": "web" }));
    oidc_provider(&house, "https://idp.example.com");
    let document = saml_metadata("https://idp.example.com");
    house.ok("CreateSAMLProvider", &json!({ "Name": "corp", "SAMLMetadataDocument": document }));
    house.ok(
        "UploadServerCertificate",
        &json!({ "ServerCertificateName": "web", "CertificateBody": LEAF, "PrivateKey": LEAF_KEY }),
    );
    house.ok("UploadSigningCertificate", &json!({ "CertificateBody": LEAF }));
    enabled(&house, "bob", "phone");
    Device::new(&house, "spare");
    let after = summary(&house);
    for (name, more) in [
        ("Users", 1),
        ("Groups", 1),
        ("Roles", 1),
        ("Policies", 1),
        ("PolicyVersionsInUse", 2),
        ("InstanceProfiles", 1),
        ("Providers", 2),
        ("ServerCertificates", 1),
        ("MFADevices", 2),
        ("MFADevicesInUse", 1),
        ("AccountSigningCertificatesPresent", 1),
        ("AccountAccessKeysPresent", 0),
        ("UsersQuota", 0),
    ] {
        assert_eq!(after[name], before[name] + more, "{name}");
    }
    assert_eq!(
        (after["AccountAccessKeysPresent"], after["UsersQuota"], after["PolicyVersionsInUseQuota"]),
        (1, 5000, 10_000)
    );
}

#[test]
fn every_key_of_the_model_is_there() {
    let house = house();
    let told = summary(&house);
    for name in [
        "Users",
        "UsersQuota",
        "Groups",
        "GroupsQuota",
        "ServerCertificates",
        "ServerCertificatesQuota",
        "UserPolicySizeQuota",
        "GroupPolicySizeQuota",
        "GroupsPerUserQuota",
        "SigningCertificatesPerUserQuota",
        "AccessKeysPerUserQuota",
        "MFADevices",
        "MFADevicesInUse",
        "AccountMFAEnabled",
        "AccountAccessKeysPresent",
        "AccountPasswordPresent",
        "AccountSigningCertificatesPresent",
        "AttachedPoliciesPerGroupQuota",
        "AttachedPoliciesPerRoleQuota",
        "AttachedPoliciesPerUserQuota",
        "Policies",
        "PoliciesQuota",
        "PolicySizeQuota",
        "PolicyVersionsInUse",
        "PolicyVersionsInUseQuota",
        "VersionsPerPolicyQuota",
        "GlobalEndpointTokenVersion",
        "AssumeRolePolicySizeQuota",
        "InstanceProfiles",
        "InstanceProfilesQuota",
        "Providers",
        "RolePolicySizeQuota",
        "Roles",
        "RolesQuota",
    ] {
        assert!(told.contains_key(name), "{name}");
    }
    assert_eq!(told.len(), 34);
}
