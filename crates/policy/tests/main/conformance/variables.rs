//! Policy variables.

use super::case::Case;
use super::documents::{allow, policy, statement, when};
use super::people::{HERE, Person, federated, role, root, user};
use serde_json::{Value, json};

const GET: &str = "s3:GetObject";

fn object(name: &str) -> String {
    format!("arn:aws:s3:::amzn-s3-demo-bucket/{name}")
}

fn dated(version: &str, statement: Value) -> Value {
    match version {
        "" => json!({"Statement": statement}),
        version => json!({"Version": version, "Statement": statement}),
    }
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = in_resources();
    cases.extend(in_conditions());
    cases.extend(elsewhere());
    cases
}

fn in_resources() -> Vec<Case> {
    let red = || user().tagged("team", "red");
    let now = "2012-10-17";
    let rows: Vec<(&str, &str, &str, Person, &str, bool)> = vec![
        ("variables-in-resources", now, "home/${aws:username}/*", user(), "home/alice/a", true),
        ("variables-in-resources", now, "home/${aws:username}/*", user(), "home/bob/a", false),
        ("variables-in-resources", now, "home/${aws:username}", user(), "home/alice", true),
        ("variables-in-resources", now, "home/${aws:username}", user(), "home/Alice", false),
        ("variables-in-resources", now, "home/${AWS:UserName}", user(), "home/alice", true),
        ("variables-in-resources", now, "${aws:userid}/a", user(), "AIDACKCEVSQ6C2EXAMPLE/a", true),
        ("variables-in-resources", now, "${aws:userid}/a", role(), "AROADBQP57FF2AEXAMPLE:s1/a", true),
        ("variables-in-resources", now, "${aws:PrincipalAccount}/a", user(), "111122223333/a", true),
        ("variables-in-resources", now, "${aws:PrincipalType}", role(), "AssumedRole", true),
        ("variables-in-resources", now, "${aws:PrincipalTag/team}/*", red(), "red/a", true),
        ("variables-in-resources", now, "${aws:PrincipalTag/Team}/*", red(), "red/a", true),
        ("variables-in-resources", now, "${aws:PrincipalTag/team}/*", red(), "blue/a", false),
        ("variables-in-resources", now, "${aws:PrincipalTag/team}-${aws:username}-*", red(), "red-alice-a", true),
        ("variables-in-resources", now, "${aws:PrincipalTag/team}${aws:PrincipalTag/team}", red(), "redred", true),
        ("variable-without-value", now, "home/${aws:username}/*", role(), "home/alice/a", false),
        ("variable-without-value", now, "home/${aws:username}/*", role(), "home//a", false),
        ("variable-without-value", now, "home/${aws:username}/*", role(), "home/${aws:username}/a", false),
        ("variable-without-value", now, "${aws:PrincipalTag/team}/*", user(), "red/a", false),
        ("variable-defaults", now, "${aws:PrincipalTag/team, 'company-wide'}/*", user(), "company-wide/a", true),
        ("variable-defaults", now, "${aws:PrincipalTag/team, 'company-wide'}/*", user(), "red/a", false),
        ("variable-defaults", now, "${aws:PrincipalTag/team, 'company-wide'}/*", red(), "red/a", true),
        ("variable-defaults", now, "${aws:PrincipalTag/team, 'company-wide'}/*", red(), "company-wide/a", false),
        ("variable-defaults", now, "${aws:username, 'nobody'}", role(), "nobody", true),
        ("special-characters", now, "a${*}b", user(), "a*b", true),
        ("special-characters", now, "a${*}b", user(), "axb", false),
        ("special-characters", now, "a${?}b", user(), "a?b", true),
        ("special-characters", now, "a${?}b", user(), "axb", false),
        ("special-characters", now, "a${$}b", user(), "a$b", true),
        ("special-characters", now, "a${$}{aws:username}", user(), "a${aws:username}", true),
        ("special-characters", now, "a${*}*", user(), "a*bc", true),
        ("variables-version", "2008-10-17", "home/${aws:username}", user(), "home/alice", false),
        ("variables-version", "2008-10-17", "home/${aws:username}", user(), "home/${aws:username}", true),
        ("variables-version", "2008-10-17", "${aws:PrincipalTag/team, 'x'}", user(), "x", false),
        ("variables-version", "", "home/${aws:username}", user(), "home/alice", false),
        ("variables-version", "", "home/${aws:username}", user(), "home/${aws:username}", true),
        ("variables-version", now, "home/${aws:username}", user(), "home/${aws:username}", false),
    ];
    rows.into_iter()
        .map(|(rule, version, pattern, person, name, matches)| {
            let case = Case::of(rule, format!("{pattern} for a {}, asked for {name}", person.word), &person)
                .asks(GET, &object(name), HERE)
                .identity(dated(version, statement("Allow", GET, object(pattern))));
            if matches { case.allowed("identity") } else { case.implicit("identity") }
        })
        .collect()
}

/// A rule, a version, an operator, the policy's value, who asks, the request's value, and whether the condition holds.
type InCondition = (&'static str, &'static str, &'static str, Value, Person, Option<&'static str>, bool);

fn in_conditions() -> Vec<Case> {
    let red = || user().tagged("team", "red");
    let now = "2012-10-17";
    let tag = "s3:ExistingObjectTag/team";
    let rows: Vec<InCondition> = vec![
        ("variables-in-conditions", now, "StringEquals", json!("${aws:PrincipalTag/team}"), red(), Some("red"), true),
        ("variables-in-conditions", now, "StringEquals", json!("${aws:PrincipalTag/team}"), red(), Some("blue"), false),
        ("variables-in-conditions", now, "StringEquals", json!("${aws:PrincipalTag/TEAM}"), red(), Some("red"), true),
        (
            "variables-in-conditions",
            now,
            "StringEquals",
            json!("team-${aws:PrincipalTag/team}"),
            red(),
            Some("team-red"),
            true,
        ),
        (
            "variables-in-conditions",
            now,
            "StringEquals",
            json!(["blue", "${aws:username}"]),
            red(),
            Some("alice"),
            true,
        ),
        (
            "variables-in-conditions",
            now,
            "StringEqualsIgnoreCase",
            json!("${aws:PrincipalTag/team}"),
            red(),
            Some("RED"),
            true,
        ),
        ("variables-in-conditions", now, "StringLike", json!("${aws:PrincipalTag/team}/*"), red(), Some("red/x"), true),
        (
            "variables-in-conditions",
            now,
            "StringLike",
            json!("${aws:PrincipalTag/team}/*"),
            red(),
            Some("blue/x"),
            false,
        ),
        (
            "variables-in-conditions",
            now,
            "StringNotEquals",
            json!("${aws:PrincipalTag/team}"),
            red(),
            Some("blue"),
            true,
        ),
        (
            "variables-in-conditions",
            now,
            "StringNotEquals",
            json!("${aws:PrincipalTag/team}"),
            red(),
            Some("red"),
            false,
        ),
        (
            "variables-in-conditions",
            now,
            "StringNotLike",
            json!("${aws:PrincipalTag/team}*"),
            red(),
            Some("reddish"),
            false,
        ),
        (
            "variables-in-conditions",
            now,
            "ArnLike",
            json!("arn:aws:iam::*:user/*/${aws:username}"),
            red(),
            Some("arn:aws:iam::111122223333:user/division/alice"),
            true,
        ),
        (
            "variables-in-conditions",
            now,
            "ArnEquals",
            json!("arn:aws:iam::${aws:PrincipalAccount}:*"),
            red(),
            Some("arn:aws:iam::444455556666:root"),
            false,
        ),
        (
            "variables-in-conditions",
            now,
            "ArnEquals",
            json!("arn:aws:iam::${aws:PrincipalAccount}:*"),
            red(),
            Some("arn:aws:iam::111122223333:root"),
            true,
        ),
        (
            "variables-in-conditions",
            now,
            "ArnNotEquals",
            json!("arn:aws:iam::${aws:PrincipalAccount}:*"),
            red(),
            Some("arn:aws:iam::444455556666:root"),
            true,
        ),
        ("variable-without-value", now, "StringEquals", json!("${aws:PrincipalTag/team}"), user(), Some("red"), false),
        ("variable-without-value", now, "StringEquals", json!("${aws:PrincipalTag/team}"), user(), Some(""), false),
        ("variable-without-value", now, "StringEquals", json!("${aws:PrincipalTag/team}"), user(), None, false),
        (
            "variable-without-value",
            now,
            "StringEquals",
            json!("${aws:PrincipalTag/team}"),
            user(),
            Some("${aws:PrincipalTag/team}"),
            false,
        ),
        ("variable-without-value", now, "StringLike", json!("${aws:PrincipalTag/team}*"), user(), Some("red"), false),
        (
            "variable-without-value",
            now,
            "StringEquals",
            json!(["${aws:PrincipalTag/team}", "red"]),
            user(),
            Some("red"),
            true,
        ),
        (
            "variable-without-value",
            now,
            "StringNotEquals",
            json!("${aws:PrincipalTag/team}"),
            user(),
            Some("red"),
            true,
        ),
        (
            "variable-without-value",
            now,
            "StringNotEquals",
            json!(["${aws:PrincipalTag/team}", "red"]),
            user(),
            Some("red"),
            false,
        ),
        ("variable-without-value", now, "StringNotEquals", json!("${aws:PrincipalTag/team}"), user(), None, true),
        ("variable-without-value", now, "StringNotLike", json!("${aws:PrincipalTag/team}*"), user(), Some("red"), true),
        ("variable-without-value", now, "StringEqualsIfExists", json!("${aws:PrincipalTag/team}"), user(), None, true),
        (
            "variable-without-value",
            now,
            "StringEqualsIfExists",
            json!("${aws:PrincipalTag/team}"),
            user(),
            Some("red"),
            false,
        ),
        (
            "variable-defaults",
            now,
            "StringEquals",
            json!("${aws:PrincipalTag/team, 'none'}"),
            user(),
            Some("none"),
            true,
        ),
        (
            "variable-defaults",
            now,
            "StringEquals",
            json!("${aws:PrincipalTag/team, 'none'}"),
            red(),
            Some("none"),
            false,
        ),
        ("variable-defaults", now, "StringEquals", json!("${aws:PrincipalTag/team, 'none'}"), red(), Some("red"), true),
        (
            "variable-defaults",
            now,
            "StringNotEquals",
            json!("${aws:PrincipalTag/team, 'none'}"),
            user(),
            Some("none"),
            false,
        ),
        ("variable-defaults", now, "StringLike", json!("${aws:PrincipalTag/team, 'no'}*"), user(), Some("none"), true),
        ("special-characters", now, "StringLike", json!("a${*}b"), user(), Some("a*b"), true),
        ("special-characters", now, "StringLike", json!("a${*}b"), user(), Some("axb"), false),
        ("special-characters", now, "StringLike", json!("a${?}*"), user(), Some("a?b"), true),
        ("special-characters", now, "StringLike", json!("a${?}*"), user(), Some("axb"), false),
        ("special-characters", now, "StringEquals", json!("a${$}b"), user(), Some("a$b"), true),
        ("special-characters", now, "StringEquals", json!("a${*}"), user(), Some("a*"), true),
        ("variables-version", "2008-10-17", "StringEquals", json!("${aws:username}"), user(), Some("alice"), false),
        (
            "variables-version",
            "2008-10-17",
            "StringEquals",
            json!("${aws:username}"),
            user(),
            Some("${aws:username}"),
            true,
        ),
        ("variables-version", "", "StringEquals", json!("${aws:username}"), user(), Some("alice"), false),
        ("variables-version", "", "StringEquals", json!("${aws:username}"), user(), Some("${aws:username}"), true),
        ("variables-version", "", "StringNotEquals", json!("${aws:username}"), user(), Some("alice"), true),
    ];
    rows.into_iter()
        .map(|(rule, version, operator, wanted, person, given, holds)| {
            let given_word = given.unwrap_or("nothing");
            let case =
                Case::of(rule, format!("{operator} {wanted} for a {}, given {given_word}", person.word), &person)
                    .asks(GET, &object("a"), HERE)
                    .identity(dated(version, when(statement("Allow", GET, "*"), operator, tag, wanted)));
            let case = given.into_iter().fold(case, |case, value| case.key(tag, value));
            if holds { case.allowed("identity") } else { case.implicit("identity") }
        })
        .collect()
}

/// Variables in every type of policy, and the page's example of a Deny.
fn elsewhere() -> Vec<Case> {
    let rule = "variables-everywhere";
    let own = || policy(statement("Allow", "s3:*", object("home/${aws:username}/*")));
    let ask = |title: &str, name: &str| Case::of(rule, title, &user()).asks(GET, &object(name), HERE);
    let grant = json!({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": object("home/${aws:username}/*")
    }});
    let mut cases = Vec::new();
    for (name, matches) in [("home/alice/a", true), ("home/bob/a", false)] {
        let state = |case: Case, by: &'static str, otherwise: &'static str| {
            if matches { case.allowed(by) } else { case.implicit(otherwise) }
        };
        let title = |what: &str| format!("in {what}, asked for {name}");
        cases.push(state(ask(&title("a resource-based policy"), name).resource(grant.clone()), "resource", "identity"));
        cases.push(state(ask(&title("a boundary"), name).identity(allow("*")).boundary(own()), "identity", "boundary"));
        cases.push(state(
            ask(&title("an endpoint policy"), name).identity(allow("*")).endpoint(grant.clone()),
            "identity",
            "endpoint",
        ));
        let session = policy(statement("Allow", "s3:*", object("home/${aws:PrincipalTag/name}/*")));
        let tagged = role().tagged("name", "alice");
        let case =
            Case::of(rule, title("a session policy"), &tagged).asks(GET, &object(name), HERE).identity(allow("*"));
        cases.push(state(case.session(session.clone()), "identity", "session"));
        let denied = policy(json!({
            "Effect": "Deny", "Action": "*", "NotResource": object("home/${aws:username, 'nobody'}/*")
        }));
        let case = ask(&title("a service control policy"), name).identity(allow("*")).scp(&[&[allow("*"), denied]]);
        cases.push(if matches { case.allowed("identity") } else { case.explicit("scp") });
    }
    let different = policy(when(
        statement("Deny", GET, object("*")),
        "StringNotEquals",
        "s3:ExistingObjectTag/Team",
        "${aws:PrincipalTag/Team}",
    ));
    for (person, explicit) in [
        (user().tagged("Team", "red"), false),
        (user().tagged("Team", "blue"), true),
        (user(), true),
        (role().tagged("Team", "red"), false),
        (root(HERE), true),
        (federated(), true),
    ] {
        let case = Case::of(
            "variable-without-value",
            format!("Deny unless the tags are equal, for a {}", person.word),
            &person,
        )
        .asks(GET, &object("a"), HERE)
        .key("s3:ExistingObjectTag/Team", "red")
        .resource(json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": GET, "Resource": object("*")},
            super::documents::with(different["Statement"].clone(), "Principal", json!("*"))
        ]}));
        cases.push(if explicit { case.explicit("resource") } else { case.allowed("resource") });
    }
    cases
}
