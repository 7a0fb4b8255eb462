//! Inline policies.

use crate::{ALLOW, Iam, error, house, long, text};
use serde_json::{Value, json};

const KINDS: [(&str, &str, &str, usize); 3] =
    [("User", "UserName", "user", 2_048), ("Group", "GroupName", "group", 5_120), ("Role", "RoleName", "role", 10_240)];

fn put(member: &str, policy: &str, document: &str) -> Value {
    json!({ member: "x", "PolicyName": policy, "PolicyDocument": document })
}

fn named(member: &str, policy: &str) -> Value {
    json!({ member: "x", "PolicyName": policy })
}

#[test]
fn a_policy_comes_back_as_it_was_put_until_it_is_put_anew_or_deleted() {
    let house = house();
    house.user("x");
    house.group("x");
    house.role("x");
    for (kind, member, word, _) in KINDS {
        house.ok(&format!("Put{kind}Policy"), &put(member, "own", &long(300)));
        house.ok(&format!("Put{kind}Policy"), &put(member, "own", ALLOW));
        let got = house.ok(&format!("Get{kind}Policy"), &named(member, "own"));
        assert_eq!((&got[member], &got["PolicyName"]), (&json!("x"), &json!("own")));
        assert!(text(&got["PolicyDocument"]).starts_with("%7B%22Version%22%3A%222012-10-17%22%2C"));
        house.ok(&format!("Delete{kind}Policy"), &named(member, "own"));
        let missing = error(404, "NoSuchEntity", &format!("The {word} policy with name own cannot be found."));
        for operation in ["Get", "Delete"] {
            assert_eq!(house.refused(&format!("{operation}{kind}Policy"), &named(member, "own")), missing);
        }
        assert_eq!(house.ok(&format!("List{}Policies", kind), &json!({ member: "x" }))["PolicyNames"], "");
    }
}

#[test]
fn all_policies_of_one_together_have_a_limit() {
    let house = house();
    house.user("x");
    house.group("x");
    house.role("x");
    for (kind, member, word, limit) in KINDS {
        let operation = format!("Put{kind}Policy");
        house.ok(&operation, &put(member, "one", &long(limit - 400)));
        house.ok(&operation, &put(member, "two", &long(400)));
        assert_eq!(
            house.refused(&operation, &put(member, "three", ALLOW)),
            error(409, "LimitExceeded", &format!("Maximum policy size of {limit} bytes exceeded for {word} x"))
        );
        house.ok(&operation, &put(member, "two", &long(399)));
        assert_eq!(
            house.ok(&format!("List{kind}Policies"), &json!({ member: "x" }))["PolicyNames"],
            json!(["one", "two"])
        );
    }
}

#[test]
fn what_is_no_policy_is_refused_and_changes_nothing() {
    let house = house();
    house.user("x");
    for document in ["{}", "[]", "x", "{\"Version\":\"2012-10-17\"}"] {
        let refused = house.refused("PutUserPolicy", &put("UserName", "own", document));
        assert_eq!((refused.0, refused.1.as_str()), (400, "MalformedPolicyDocument"), "{document}");
    }
    assert_eq!(house.ok("ListUserPolicies", &json!({ "UserName": "x" }))["PolicyNames"], "");
}
