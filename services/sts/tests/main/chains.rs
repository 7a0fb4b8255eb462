//! What goes from session to session: tags, transitive tags, the source identity.

use crate::staff::{
    ACCOUNT, admin, ask, assume, house, may_inquire, policy, refused, role, role_with, trust, trusting,
};
use serde_json::{Value, json};

fn tags(pairs: &[(&str, &str)]) -> Value {
    pairs.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

/// The account may ask for these actions on a role.
fn trusting_with(actions: &Value, condition: &Value) -> Value {
    trust(&json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:root") }), actions, condition)
}

#[test]
fn passing_tags_takes_a_permission_of_its_own_on_both_sides() {
    let house = house();
    let rich = admin(&house, "rich");
    let untagging = house.person("untagging", &policy("Allow", &json!("sts:AssumeRole")));
    let open = role(&house, ACCOUNT, "open", &trusting(ACCOUNT));
    let closed = role(&house, ACCOUNT, "closed", &trusting_with(&json!("sts:AssumeRole"), &json!({})));
    let tagged = json!({ "Tags": tags(&[("team", "red")]) });
    assert_eq!(ask(&house, &rich, &open, &tagged).status, 200);
    for (who, role) in [(&rich, &closed), (&untagging, &open)] {
        assert_eq!(ask(&house, who, role, &json!({})).status, 200);
        let (_, code, text) = refused(&ask(&house, who, role, &tagged));
        assert_eq!(code, "AccessDenied");
        assert!(text.contains(&format!("is not authorized to perform: sts:TagSession on resource: {role}")), "{text}");
    }
}

#[test]
fn conditions_see_the_tags_that_are_passed() {
    let house = house();
    let rich = admin(&house, "rich");
    let condition = json!({
        "StringEquals": { "aws:RequestTag/team": ["red", "blue"] },
        "ForAllValues:StringEquals": { "aws:TagKeys": ["team", "cost"], "sts:TransitiveTagKeys": ["team"] },
    });
    let arn = role(&house, ACCOUNT, "app", &trusting_with(&json!(["sts:AssumeRole", "sts:TagSession"]), &condition));
    let status = |pairs: &[(&str, &str)], transitive: &[&str]| {
        ask(&house, &rich, &arn, &json!({ "Tags": tags(pairs), "TransitiveTagKeys": transitive })).status
    };
    assert_eq!(status(&[("team", "red")], &[]), 200);
    assert_eq!(status(&[("team", "blue"), ("cost", "7")], &["team"]), 200);
    assert_eq!(status(&[("team", "green")], &[]), 403);
    assert_eq!(status(&[("team", "red"), ("more", "1")], &[]), 403);
    assert_eq!(status(&[("team", "red"), ("cost", "7")], &["cost"]), 403);
}

#[test]
fn session_tags_are_tags_of_the_principal_and_go_before_those_of_the_role() {
    let house = house();
    let rich = admin(&house, "rich");
    let only_red = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": { "StringEquals": { "aws:PrincipalTag/team": "red" } },
    }] });
    let arn = role_with(&house, ACCOUNT, "app", &trusting(ACCOUNT), |role| {
        role.inline.insert("all".into(), only_red.to_string());
        role.tags.insert("Team".into(), "blue".into());
    });
    let with = |pairs: &[(&str, &str)]| assume(&house, &rich, &arn, &json!({ "Tags": tags(pairs) }));
    assert!(!may_inquire(&house, &assume(&house, &rich, &arn, &json!({}))));
    assert!(may_inquire(&house, &with(&[("TEAM", "red")])));
    assert!(!may_inquire(&house, &with(&[("team", "green")])));
}

#[test]
fn transitive_tags_reach_every_later_role_and_cannot_be_changed() {
    let house = house();
    let rich = admin(&house, "rich");
    let first = role(&house, ACCOUNT, "first", &trusting(ACCOUNT));
    let second = role(&house, ACCOUNT, "second", &trusting(ACCOUNT));
    let only_red = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": { "StringEquals": { "aws:PrincipalTag/team": "red" }, "Null": { "aws:PrincipalTag/cost": "true" } },
    }] });
    let third = role_with(&house, ACCOUNT, "third", &trusting(ACCOUNT), |role| {
        role.inline.insert("all".into(), only_red.to_string());
    });
    let passed = json!({ "Tags": tags(&[("team", "red"), ("cost", "7")]), "TransitiveTagKeys": ["team"] });
    let session = assume(&house, &rich, &first, &passed);
    let session = assume(&house, &session, &second, &json!({}));
    assert!(may_inquire(&house, &assume(&house, &session, &third, &json!({}))));

    let (status, code, text) = refused(&ask(&house, &session, &third, &json!({ "Tags": tags(&[("Team", "red")]) })));
    assert_eq!((status, code.as_str()), (400, "InvalidParameterValue"));
    assert!(text.ends_with("conflicts with a transitive tag key from the calling session."), "{text}");
    // Passing on what was inherited takes the permission as well.
    let closed = role(&house, ACCOUNT, "closed", &trusting_with(&json!("sts:AssumeRole"), &json!({})));
    assert_eq!(ask(&house, &session, &closed, &json!({})).code(), "AccessDenied");
}

#[test]
fn the_source_identity_takes_a_permission_persists_and_cannot_be_changed() {
    let house = house();
    let rich = admin(&house, "rich");
    let first = role(&house, ACCOUNT, "first", &trusting(ACCOUNT));
    let only_joe = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": { "StringEquals": { "aws:SourceIdentity": "joe" } },
    }] });
    let second = role_with(&house, ACCOUNT, "second", &trusting(ACCOUNT), |role| {
        role.inline.insert("all".into(), only_joe.to_string());
    });
    let answer = ask(&house, &rich, &first, &json!({ "SourceIdentity": "joe" }));
    assert_eq!(answer.json()["SourceIdentity"], "joe");
    let session = assume(&house, &rich, &first, &json!({ "SourceIdentity": "joe" }));
    let inherited = ask(&house, &session, &second, &json!({}));
    assert_eq!(inherited.json()["SourceIdentity"], "joe");
    assert!(may_inquire(&house, &assume(&house, &session, &second, &json!({}))));
    assert_eq!(ask(&house, &session, &second, &json!({ "SourceIdentity": "joe" })).status, 200);
    let changed = refused(&ask(&house, &session, &second, &json!({ "SourceIdentity": "moe" })));
    let text = "The source identity is already set for this assume role session";
    assert_eq!(changed, (400, "ValidationError".into(), text.into()));

    let closed = role(&house, ACCOUNT, "closed", &trusting_with(&json!("sts:AssumeRole"), &json!({})));
    for (who, more) in [(&rich, json!({ "SourceIdentity": "joe" })), (&session, json!({}))] {
        let (_, code, text) = refused(&ask(&house, who, &closed, &more));
        assert_eq!(code, "AccessDenied");
        assert!(text.contains("is not authorized to perform: sts:SetSourceIdentity"), "{text}");
    }
    let condition = json!({ "StringEquals": { "sts:SourceIdentity": ["joe", "moe"] } });
    let actions = json!(["sts:AssumeRole", "sts:SetSourceIdentity"]);
    let choosy = role(&house, ACCOUNT, "choosy", &trusting_with(&actions, &condition));
    let status = |name: &str| ask(&house, &rich, &choosy, &json!({ "SourceIdentity": name })).status;
    assert_eq!((status("joe"), status("eve"), status("aws:joe")), (200, 403, 400));
}
