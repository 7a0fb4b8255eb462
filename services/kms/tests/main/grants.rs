//! Grants: what they give, to whom, until when.

use crate::{HELLO, Kms, arn, house, text};
use kernel::testing::{ALICE, Answer, House, OTHER, Person};
use serde_json::{Value, json};

/// The user `alice`, who has no policies.
pub(crate) const ALICE_ARN: &str = "arn:aws:iam::111122223333:user/alice";

pub(crate) const DENIED: &str = "AccessDeniedException";

/// An input with more members.
pub(crate) fn with(mut input: Value, more: Value) -> Value {
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

/// A grant for alice: its id and token.
pub(crate) fn grant(house: &House, key: &str, operations: &[&str], more: Value) -> (String, String) {
    let input = json!({ "KeyId": key, "GranteePrincipal": ALICE_ARN, "Operations": operations });
    let made = house.ok("CreateGrant", &with(input, more));
    (text(&made["GrantId"]), text(&made["GrantToken"]))
}

pub(crate) fn as_alice(house: &House, operation: &str, input: &Value) -> Answer {
    house.call_as(ALICE, "us-east-1", "kms", operation, input)
}

fn encrypt(house: &House, who: &Person, key: &str) -> Answer {
    house.call_by(who, "kms", "Encrypt", &json!({ "KeyId": key, "Plaintext": HELLO }))
}

fn nothing() -> Value {
    json!({ "Version": "2012-10-17", "Statement": [] })
}

pub(crate) fn statement(effect: &str, action: &str) -> Value {
    json!({ "Version": "2012-10-17", "Statement": { "Effect": effect, "Action": action, "Resource": "*" } })
}

pub(crate) fn listed(house: &House, input: Value) -> Vec<String> {
    let grants = house.ok("ListGrants", &input)["Grants"].clone();
    grants.as_array().unwrap().iter().map(|grant| text(&grant["GrantId"])).collect()
}

#[test]
fn a_grant_gives_its_operations_at_once_and_no_others_until_it_is_revoked() {
    let house = house();
    let key = house.key();
    let input = json!({ "KeyId": key, "Plaintext": HELLO });
    assert_eq!(as_alice(&house, "Encrypt", &input).code(), DENIED);
    let (id, token) = grant(&house, &key, &["Encrypt", "DescribeKey"], json!({}));
    assert!(id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    assert!((1..=8192).contains(&token.len()));
    assert_eq!(as_alice(&house, "Encrypt", &input).status, 200);
    assert_eq!(as_alice(&house, "Encrypt", &with(input.clone(), json!({ "GrantTokens": [token] }))).status, 200);
    assert_eq!(as_alice(&house, "DescribeKey", &json!({ "KeyId": key })).status, 200);
    assert_eq!(as_alice(&house, "GenerateDataKey", &json!({ "KeyId": key, "KeySpec": "AES_256" })).code(), DENIED);
    assert_eq!(as_alice(&house, "ListGrants", &json!({ "KeyId": key })).code(), DENIED);
    house.ok_empty("RevokeGrant", &json!({ "KeyId": key, "GrantId": id }));
    let denied = as_alice(&house, "Encrypt", &input);
    assert_eq!(
        denied.message(),
        format!(
            "User: {ALICE_ARN} is not authorized to perform: kms:Encrypt on resource: {} because no identity-based \
             policy allows the kms:Encrypt action",
            arn(&key)
        )
    );
    // The token outlives its grant, and gives nothing.
    assert_eq!(as_alice(&house, "Encrypt", &with(input, json!({ "GrantTokens": [token] }))).code(), DENIED);
    assert_eq!(house.refused("RevokeGrant", &json!({ "KeyId": key, "GrantId": id })).0, "NotFoundException");
}

#[test]
fn a_grant_is_on_one_key() {
    let house = house();
    let (key, other) = (house.key(), house.key());
    grant(&house, &key, &["Encrypt"], json!({}));
    grant(&house, &other, &["Decrypt"], json!({}));
    assert_eq!(as_alice(&house, "Encrypt", &json!({ "KeyId": key, "Plaintext": HELLO })).status, 200);
    assert_eq!(as_alice(&house, "Encrypt", &json!({ "KeyId": other, "Plaintext": HELLO })).code(), DENIED);
}

#[test]
fn re_encryption_takes_a_grant_on_each_of_the_keys() {
    let house = house();
    let (from, to) = (house.key(), house.key());
    let input = json!({ "CiphertextBlob": house.hello(&from), "DestinationKeyId": to });
    grant(&house, &from, &["ReEncryptFrom"], json!({}));
    assert!(as_alice(&house, "ReEncrypt", &input).message().contains("kms:ReEncryptTo"));
    grant(&house, &to, &["ReEncryptTo"], json!({}));
    assert_eq!(as_alice(&house, "ReEncrypt", &input).status, 200);
}

#[test]
fn an_explicit_deny_beats_a_grant_and_a_grant_needs_no_word_of_the_key_policy() {
    let house = house();
    let key = house.key();
    let denied = house.person("dan", &statement("Deny", "kms:Encrypt"));
    let free = house.person("fred", &nothing());
    for name in ["dan", "fred"] {
        let principal = format!("arn:aws:iam::111122223333:user/{name}");
        let input = json!({ "KeyId": key, "GranteePrincipal": principal, "Operations": ["Encrypt"] });
        house.ok("CreateGrant", &input);
    }
    assert!(encrypt(&house, &denied, &key).message().contains("with an explicit deny in an identity-based policy"));
    assert_eq!(encrypt(&house, &free, &key).status, 200);
    let own = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:user/dan" }, "Action": "kms:*", "Resource": "*" }
    ]});
    let policy = json!({ "KeyId": key, "Policy": own.to_string(), "BypassPolicyLockoutSafetyCheck": true });
    house.ok_empty("PutKeyPolicy", &policy);
    assert_eq!(encrypt(&house, &free, &key).status, 200, "a key policy that does not trust the account undid a grant");
}

#[test]
fn a_grant_follows_the_principal_and_not_its_name() {
    let house = house();
    let key = house.key();
    let bob = house.person("bob", &nothing());
    let bob_arn = "arn:aws:iam::111122223333:user/bob";
    let input = json!({ "KeyId": key, "GranteePrincipal": bob_arn, "Operations": ["Encrypt"] });
    house.ok("CreateGrant", &input);
    assert_eq!(encrypt(&house, &bob, &key).status, 200);
    let account = "111122223333".parse().unwrap();
    house.change(|records| {
        let user: directory::records::User = directory::records::find(records, account, "bob")?.unwrap();
        let key = directory::records::AccessKey::key("AKIABOB");
        records.delete(&key)?;
        directory::records::remove(records, account, &user)
    });
    let shown = house.ok("ListGrants", &json!({ "KeyId": key }))["Grants"][0]["GranteePrincipal"].clone();
    assert_eq!(shown, json!("AIDABOB"), "who is gone is shown by the unique id");
    assert_eq!(house.refused("CreateGrant", &input).0, "InvalidArnException");
    assert_eq!(listed(&house, json!({ "KeyId": key, "GranteePrincipal": bob_arn })), Vec::<String>::new());
}

#[test]
fn a_role_has_its_grants_in_every_session_and_a_session_its_own() {
    let house = house();
    let key = house.key();
    let session = house.assumed_role("app", &nothing());
    let of = |principal: &str| json!({ "KeyId": key, "GranteePrincipal": principal, "Operations": ["Encrypt"] });
    let other = house.ok("CreateGrant", &of("arn:aws:sts::111122223333:assumed-role/app/other"));
    assert_eq!(encrypt(&house, &session, &key).code(), DENIED);
    let mine = house.ok("CreateGrant", &of("arn:aws:sts::111122223333:assumed-role/app/session"));
    assert_eq!(encrypt(&house, &session, &key).status, 200);
    house.ok_empty("RevokeGrant", &json!({ "KeyId": key, "GrantId": mine["GrantId"] }));
    assert_eq!(encrypt(&house, &session, &key).code(), DENIED);
    let whole = house.ok("CreateGrant", &of("arn:aws:iam::111122223333:role/app"));
    assert_eq!(encrypt(&house, &session, &key).status, 200);
    let of_role = json!({ "KeyId": key, "GranteePrincipal": "arn:aws:iam::111122223333:role/app" });
    assert_eq!(listed(&house, of_role), [text(&whole["GrantId"])], "a session's grants are not its role's");
    let of_session = json!({ "KeyId": key, "GranteePrincipal": "arn:aws:sts::111122223333:assumed-role/app/other" });
    assert_eq!(listed(&house, of_session), [text(&other["GrantId"])]);
}

#[test]
fn an_account_that_has_a_grant_lets_its_own_policies_decide() {
    let house = house();
    let key = house.key();
    let bob = house.person_of("444455556666", "bob", &nothing());
    let eve = house.person_of("444455556666", "eve", &statement("Allow", "kms:Encrypt"));
    let named = arn(&key);
    assert_eq!(encrypt(&house, &eve, &named).code(), DENIED);
    let of_account = "arn:aws:iam::444455556666:root";
    house.ok("CreateGrant", &json!({ "KeyId": key, "GranteePrincipal": of_account, "Operations": ["Encrypt"] }));
    assert_eq!(encrypt(&house, &eve, &named).status, 200);
    assert!(
        encrypt(&house, &bob, &named).message().ends_with("no identity-based policy allows the kms:Encrypt action")
    );
    let root = house.call_as(OTHER, "us-east-1", "kms", "Encrypt", &json!({ "KeyId": named, "Plaintext": HELLO }));
    assert_eq!(root.status, 200);
}

#[test]
fn a_principal_of_another_account_needs_a_grant_and_nothing_at_home() {
    let house = house();
    let key = house.key();
    let bob = house.person_of("444455556666", "bob", &nothing());
    let bob_arn = "arn:aws:iam::444455556666:user/bob";
    let blob = house.hello(&key);
    let decrypt = json!({ "CiphertextBlob": blob });
    assert_eq!(house.call_by(&bob, "kms", "Decrypt", &decrypt).code(), DENIED);
    let made = house.ok(
        "CreateGrant",
        &json!({
            "KeyId": key, "GranteePrincipal": bob_arn, "RetiringPrincipal": bob_arn,
            "Operations": ["Decrypt", "Encrypt", "CreateGrant"],
        }),
    );
    assert_eq!(house.call_by(&bob, "kms", "Decrypt", &decrypt).json()["Plaintext"], json!(HELLO));
    assert_eq!(encrypt(&house, &bob, &arn(&key)).status, 200);
    assert_eq!(encrypt(&house, &bob, &key).code(), "NotFoundException", "a short id is the caller's own key");
    // It gives on, to somebody of a third account, and the grant is that account's doing.
    let carol = house.person_of("777788889999", "carol", &nothing());
    let carols = json!({
        "KeyId": arn(&key), "GranteePrincipal": "arn:aws:iam::777788889999:user/carol", "Operations": ["Encrypt"],
    });
    let child = house.call_by(&bob, "kms", "CreateGrant", &carols).json();
    assert_eq!(encrypt(&house, &carol, &arn(&key)).status, 200);
    let told = house.ok("ListGrants", &json!({ "KeyId": key, "GrantId": child["GrantId"] }))["Grants"][0].clone();
    assert_eq!(told["IssuingAccount"], json!("arn:aws:iam::444455556666:root"));
    // It finds and retires its grant without a policy but for the list.
    let lists = house.person_of("444455556666", "lister", &statement("Allow", "kms:ListRetirableGrants"));
    let found = house.call_by(&lists, "kms", "ListRetirableGrants", &json!({ "RetiringPrincipal": bob_arn })).json();
    assert_eq!(found["Grants"][0]["GrantId"], made["GrantId"]);
    assert_eq!(found["Grants"][0]["KeyId"], json!(arn(&key)));
    let retired = house.call_by(&bob, "kms", "RetireGrant", &json!({ "GrantToken": made["GrantToken"] }));
    assert_eq!((retired.status, retired.body.as_str()), (200, ""));
    assert_eq!(house.call_by(&bob, "kms", "Decrypt", &decrypt).code(), DENIED);
    let found = house.call_by(&lists, "kms", "ListRetirableGrants", &json!({ "RetiringPrincipal": bob_arn })).json();
    assert_eq!(found, json!({ "Grants": [], "Truncated": false }));
}

#[test]
fn the_encryption_context_of_a_constraint_is_asked_for_whatever_the_case_of_its_keys() {
    let house = house();
    let key = house.key();
    let bob = house.person("bob", &nothing());
    let subset = json!({ "Constraints": { "EncryptionContextSubset": { "Department": "IT" } } });
    grant(&house, &key, &["Encrypt", "DescribeKey"], subset);
    house.ok(
        "CreateGrant",
        &json!({
            "KeyId": key, "GranteePrincipal": "arn:aws:iam::111122223333:user/bob", "Operations": ["Encrypt"],
            "Constraints": { "EncryptionContextEquals": { "Department": "IT" } },
        }),
    );
    let input = |context: Value| json!({ "KeyId": key, "Plaintext": HELLO, "EncryptionContext": context });
    for (context, includes, equals) in [
        (json!({ "Department": "IT" }), true, true),
        (json!({ "department": "IT" }), true, true),
        (json!({ "Department": "IT", "Purpose": "Test" }), true, false),
        (json!({ "Department": "it" }), false, false),
        (json!({ "Purpose": "Test" }), false, false),
        (json!({}), false, false),
        (json!({ "Department": "IT", "department": "it" }), false, false),
    ] {
        assert_eq!(as_alice(&house, "Encrypt", &input(context.clone())).status == 200, includes, "{context}");
        let of_bob = house.call_by(&bob, "kms", "Encrypt", &input(context.clone()));
        assert_eq!(of_bob.status == 200, equals, "{context}");
    }
    assert_eq!(as_alice(&house, "DescribeKey", &json!({ "KeyId": key })).status, 200);
}

#[test]
fn a_grant_of_making_grants_gives_on_no_more_than_it_gives() {
    let house = house();
    let key = house.key();
    let constraints = json!({ "EncryptionContextSubset": { "Department": "IT" } });
    grant(&house, &key, &["GenerateDataKey", "Decrypt", "CreateGrant"], json!({ "Constraints": constraints }));
    house.person("bob", &nothing());
    let child = |operations: &[&str], constraints: Value| {
        let input = json!({
            "KeyId": key, "GranteePrincipal": "arn:aws:iam::111122223333:user/bob", "Operations": operations,
            "Constraints": constraints,
        });
        as_alice(&house, "CreateGrant", &input)
    };
    let equals = json!({ "EncryptionContextEquals": { "Department": "IT" } });
    let more = json!({ "EncryptionContextSubset": { "Department": "IT", "Purpose": "Test" } });
    for fits in [&constraints, &equals, &more] {
        assert_eq!(child(&["Decrypt", "CreateGrant"], fits.clone()).status, 200, "{fits}");
    }
    assert_eq!(child(&["Encrypt"], constraints.clone()).code(), DENIED);
    assert_eq!(child(&["Decrypt"], json!({})).code(), DENIED);
    let denied = child(&["Decrypt"], json!({ "EncryptionContextSubset": { "Department": "HR" } }));
    assert_eq!(denied.code(), DENIED);
    let why = house.kernel.why(&denied.request_id).unwrap();
    let told = why[0].explanation.clone().unwrap();
    assert!(told.contains("its EncryptionContextSubset constraint has to be in the new grant"), "{told}");
}

#[test]
fn retiring_is_for_those_whom_the_grant_says_and_its_account() {
    let house = house();
    let key = house.key();
    let by_key = |id: &str| json!({ "KeyId": arn(&key), "GrantId": id });
    let allowed = house.person("allowed", &statement("Allow", "kms:RetireGrant"));
    let denied = house.person("denied", &statement("Deny", "kms:RetireGrant"));
    let nobody = house.person("nobody", &statement("Allow", "kms:Revoke*"));
    let user = |name: &str| format!("arn:aws:iam::111122223333:user/{name}");
    // The grantee, only where the grant says so.
    let (id, _) = grant(&house, &key, &["Decrypt"], json!({}));
    assert_eq!(as_alice(&house, "RetireGrant", &by_key(&id)).code(), DENIED);
    assert_eq!(house.call_by(&nobody, "kms", "RetireGrant", &by_key(&id)).code(), DENIED);
    // Whom the account lets.
    assert_eq!(house.call_by(&allowed, "kms", "RetireGrant", &by_key(&id)).status, 200);
    let (id, _) = grant(&house, &key, &["Decrypt", "RetireGrant"], json!({}));
    assert_eq!(as_alice(&house, "RetireGrant", &by_key(&id)).status, 200);
    // The retiring principal, unless something denies it.
    let (id, _) = grant(&house, &key, &["Decrypt"], json!({ "RetiringPrincipal": user("denied") }));
    assert_eq!(house.call_by(&denied, "kms", "RetireGrant", &by_key(&id)).code(), DENIED);
    let (id, token) = grant(&house, &key, &["Decrypt"], json!({ "RetiringPrincipal": user("nobody") }));
    let dry = json!({ "GrantToken": token, "DryRun": true });
    assert_eq!(house.call_by(&nobody, "kms", "RetireGrant", &dry).code(), "DryRunOperationException");
    assert_eq!(house.call_by(&nobody, "kms", "RetireGrant", &json!({ "GrantToken": token })).status, 200);
    assert_eq!(
        house.refused("RetireGrant", &by_key(&id)),
        ("NotFoundException".into(), format!("Grant ID {id} not found"))
    );
    // A key policy gives it to nobody.
    let open = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*" }
    ]});
    house.ok_empty("PutKeyPolicy", &json!({ "KeyId": key, "Policy": open.to_string() }));
    let (id, _) = grant(&house, &key, &["Decrypt"], json!({}));
    assert_eq!(house.call_by(&nobody, "kms", "RetireGrant", &by_key(&id)).code(), DENIED);
    assert_eq!(house.call_as(OTHER, "us-east-1", "kms", "RetireGrant", &by_key(&id)).code(), DENIED);
}

#[test]
fn what_retires_a_grant_is_told_in_one_of_two_ways() {
    let house = house();
    let key = house.key();
    let (id, token) = grant(&house, &key, &["Decrypt"], json!({}));
    for input in [
        json!({}),
        json!({ "KeyId": key }),
        json!({ "GrantId": id }),
        json!({ "GrantToken": token, "KeyId": key, "GrantId": id }),
    ] {
        assert_eq!(house.refused("RetireGrant", &input).0, "ValidationException", "{input}");
    }
    assert_eq!(house.refused("RetireGrant", &json!({ "KeyId": key, "GrantId": "1" })).0, "InvalidGrantIdException");
    assert_eq!(house.refused("RevokeGrant", &json!({ "KeyId": key, "GrantId": "1" })).0, "InvalidGrantIdException");
    house.ok_empty("RetireGrant", &json!({ "KeyId": key, "GrantId": id }));
}

#[test]
fn grants_go_with_their_key_and_a_key_that_waits_for_deletion_can_lose_them() {
    let house = house();
    let key = house.key();
    let (first, _) = grant(&house, &key, &["Decrypt"], json!({ "RetiringPrincipal": ALICE_ARN }));
    let (second, _) = grant(&house, &key, &["Decrypt"], json!({ "RetiringPrincipal": ALICE_ARN, "Name": "n" }));
    house.ok("ScheduleKeyDeletion", &json!({ "KeyId": key, "PendingWindowInDays": 7 }));
    let input = json!({ "KeyId": key, "GranteePrincipal": ALICE_ARN, "Operations": ["Decrypt"] });
    assert_eq!(house.refused("CreateGrant", &input).0, "KMSInvalidStateException");
    house.ok_empty("RevokeGrant", &json!({ "KeyId": key, "GrantId": first }));
    assert_eq!(listed(&house, json!({ "KeyId": key })), [second]);
    house.advance(std::time::Duration::from_secs(8 * 86_400));
    house.kernel.run_due_jobs().unwrap();
    let retirable = json!({ "RetiringPrincipal": ALICE_ARN });
    assert_eq!(house.ok("ListRetirableGrants", &retirable)["Grants"], json!([]));
    while house.kernel.run_due_jobs().unwrap() > 0 {}
    let tables = ["kms.grant", "kms.grant-id", "kms.grant-name", "kms.grant-count", "kms.retirable"];
    let scope = base::Scope { account: "111122223333".parse().unwrap(), region: "us-east-1".parse().unwrap() };
    for table in tables {
        let range = store::Key::new(store::Space::regional(scope), table).children();
        let left = house.kernel.store().engine().snapshot().unwrap().range(&range, 10).unwrap();
        assert!(left.is_empty(), "{table} has something left");
    }
}

#[test]
fn a_principal_with_very_many_grants_on_a_key_has_all_of_them() {
    let house = house();
    let key = house.key();
    let context = |n: usize| json!({ "Constraints": { "EncryptionContextEquals": { "n": n.to_string() } } });
    let made: Vec<_> = (0..300).map(|n| grant(&house, &key, &["Encrypt"], context(n)).0).collect();
    for n in 0..300 {
        let input = json!({ "KeyId": key, "Plaintext": HELLO, "EncryptionContext": { "n": n.to_string() } });
        assert_eq!(as_alice(&house, "Encrypt", &input).status, 200, "{n}");
    }
    let none = json!({ "KeyId": key, "Plaintext": HELLO, "EncryptionContext": { "n": "300" } });
    assert_eq!(as_alice(&house, "Encrypt", &none).code(), DENIED);
    for id in &made[..60] {
        house.ok_empty("RevokeGrant", &json!({ "KeyId": key, "GrantId": id }));
    }
    assert_eq!(listed(&house, json!({ "KeyId": key, "Limit": 100 })).len(), 100);
}

#[test]
fn the_last_grant_of_a_key_takes_its_mark_along() {
    let house = house();
    let key = house.key();
    let ids: Vec<_> = (0..20).map(|_| grant(&house, &key, &["Encrypt"], json!({})).0).collect();
    let input = json!({ "KeyId": key, "Plaintext": HELLO });
    for id in &ids {
        assert_eq!(as_alice(&house, "Encrypt", &input).status, 200);
        house.ok_empty("RevokeGrant", &json!({ "KeyId": key, "GrantId": id }));
    }
    assert_eq!(as_alice(&house, "Encrypt", &input).code(), DENIED);
    grant(&house, &key, &["Encrypt"], json!({}));
    assert_eq!(as_alice(&house, "Encrypt", &input).status, 200);
}
