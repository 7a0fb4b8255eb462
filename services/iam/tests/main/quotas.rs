//! How many entities an account may have.

use crate::{ALLOW, Iam, TRUST, error, house};
use base::AccountId;
use directory::records::Count;
use kernel::testing::{ACCOUNT, OTHER};
use serde_json::json;

#[test]
fn an_account_that_has_all_it_may_have_gets_no_more_and_is_told_which_quota() {
    let house = house();
    let account: AccountId = ACCOUNT.parse().unwrap();
    let kinds = [
        ("user", "CreateUser", json!({ "UserName": "new" }), "UsersPerAccount", 5_000),
        ("group", "CreateGroup", json!({ "GroupName": "new" }), "GroupsPerAccount", 300),
        (
            "role",
            "CreateRole",
            json!({ "RoleName": "new", "AssumeRolePolicyDocument": TRUST }),
            "RolesPerAccount",
            1_000,
        ),
        (
            "policy",
            "CreatePolicy",
            json!({ "PolicyName": "new", "PolicyDocument": ALLOW }),
            "PoliciesPerAccount",
            1_500,
        ),
        (
            "instance-profile",
            "CreateInstanceProfile",
            json!({ "InstanceProfileName": "new" }),
            "InstanceProfilesPerAccount",
            1_000,
        ),
    ];
    for (kind, operation, input, quota, most) in kinds {
        house.change(|records| records.put(&Count::key(account, kind), &Count(most)));
        let full = error(409, "LimitExceeded", &format!("Cannot exceed quota for {quota}: {most}"));
        assert_eq!(house.refused(operation, &input), full);
        if operation == "CreateUser" {
            assert_eq!(house.iam_as(OTHER, operation, &input).status, 200, "another account has its own");
        }
        house.change(|records| records.put(&Count::key(account, kind), &Count(most - 1)));
        house.ok(operation, &input);
    }
}
