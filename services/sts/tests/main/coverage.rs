//! Every operation of the registry is denied to whoever has no permission, keeps the model's limits and is on record.

use crate::staff::{ACCOUNT, admin, role, trusting};
use kernel::testing::coverage::{Sample, walk_by};
use serde_json::json;

#[test]
fn every_operation_keeps_its_promises() {
    let (house, key) = crate::web_identity::house();
    let rich = admin(&house, "rich");
    let app = role(&house, ACCOUNT, "app", &trusting(ACCOUNT));
    let web = role(&house, ACCOUNT, "web", &crate::web_identity::trusting(&json!({})));
    let message = house.kernel.encoded_authorization(ACCOUNT.parse().unwrap(), "{}").unwrap();
    let sample = |operation, input| Sample { operation, input };
    let samples = [
        sample("AssumeRole", json!({ "RoleArn": app, "RoleSessionName": "tests", "ExternalId": "deal-7" })),
        sample(
            "AssumeRoleWithWebIdentity",
            json!({ "RoleArn": web, "RoleSessionName": "tests", "WebIdentityToken": key.token(&json!({})) }),
        ),
        sample("DecodeAuthorizationMessage", json!({ "EncodedMessage": message })),
        sample("GetAccessKeyInfo", json!({ "AccessKeyId": rich.id.clone() + "RICHRICHRICH" })),
        sample("GetCallerIdentity", json!({})),
        sample("GetFederationToken", json!({ "Name": "joe", "DurationSeconds": 900 })),
        sample("GetSessionToken", json!({ "DurationSeconds": 900 })),
    ];
    walk_by(&house, Some(&rich), "sts", &samples);
}
