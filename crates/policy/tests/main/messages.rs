//! The texts that denied callers read.
//!
//! Source: IAM User Guide, "Troubleshoot access denied error messages".

use crate::case::*;
use policy::Kind;

const START: &str = "User: arn:aws:iam::111122223333:user/team/alice is not authorized to perform: s3:GetObject on \
                     resource: arn:aws:s3:::bucket/key ";

fn reads(case: &Case, end: &str) {
    assert_eq!(case.message(), format!("{START}{end}"));
}

#[test]
fn implicit_denies_say_which_policy_is_missing() {
    let allow = plain("Allow", "s3:*");
    let none = plain("Allow", "sqs:*");
    let asked = || ask(alice()).identity(&allow);
    reads(&ask(alice()), "because no identity-based policy allows the s3:GetObject action");
    reads(&asked().boundary(&none), "because no permissions boundary allows the s3:GetObject action");
    reads(&asked().session(&none), "because no session policy allows the s3:GetObject action");
    reads(&asked().scp(&[&[&none]]), "because no service control policy allows the s3:GetObject action");
    reads(&asked().rcp(&[&[]]), "because no resource control policy allows the s3:GetObject action");
    reads(&asked().owned_by(AWAY), "because no resource-based policy allows the s3:GetObject action");
    reads(
        &asked().endpoint(&naming("Allow", r#""*""#, "sqs:*")),
        "because no VPC endpoint policy allows the s3:GetObject action",
    );
}

#[test]
fn explicit_denies_say_which_policy_and_its_arn_unless_it_is_a_resources() {
    let deny = plain("Deny", "s3:*");
    let deny_all = naming("Deny", r#""*""#, "s3:*");
    reads(
        &ask(alice()).identity(&deny),
        "with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/p0",
    );
    reads(
        &ask(alice()).boundary(&deny),
        "with an explicit deny in a permissions boundary: arn:aws:iam::111122223333:policy/boundary",
    );
    reads(&ask(alice()).session(&deny), "with an explicit deny in a session policy");
    reads(&ask(alice()).scp(&[&[&deny]]), "with an explicit deny in a service control policy");
    reads(&ask(alice()).rcp(&[&[&deny_all]]), "with an explicit deny in a resource control policy");
    reads(&ask(alice()).bucket(&deny_all), "with an explicit deny in a resource-based policy");
    reads(&ask(alice()).endpoint(&deny_all), "with an explicit deny in a VPC endpoint policy");
}

#[test]
fn a_role_is_told_that_it_is_not_trusted() {
    let trust = |effect: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Principal":{{"AWS":"111122223333"}},"Action":"sts:AssumeRole"}}]}}"#
        )
    };
    let asked = |text: &str| {
        let mut case = ask(session()).action("sts:AssumeRole").guard(Kind::Trust, text).owned_by(AWAY);
        case.resource = Some(("arn:aws:iam::444455556666:role/deploy".into(), account(AWAY)));
        case.message()
    };
    let start = "User: arn:aws:sts::111122223333:assumed-role/app/s1 is not authorized to perform: sts:AssumeRole on \
                 resource: arn:aws:iam::444455556666:role/deploy";
    let other = trust("Allow").replace("111122223333", "777788889999");
    assert_eq!(asked(&other), format!("{start} because no role trust policy allows the sts:AssumeRole action"));
    assert_eq!(asked(&trust("Deny")), format!("{start} with an explicit deny in the role trust policy"));
}

#[test]
fn an_action_without_a_resource_names_none() {
    let mut case = ask(alice()).action("kms:ListKeys");
    case.resource = None;
    assert_eq!(
        case.message(),
        "User: arn:aws:iam::111122223333:user/team/alice is not authorized to perform: kms:ListKeys because no \
         identity-based policy allows the kms:ListKeys action"
    );
    assert_eq!(ask(alice()).identity(&plain("Allow", "*")).message(), "");
}
