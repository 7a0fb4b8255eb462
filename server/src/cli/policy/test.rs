//! `fastness policy test`: decides the cases of a file and says which do not come out as they must.
//!
//! Guarantee: a case is decided by the evaluator that the server uses, with nothing but what the file says.

use super::cases::{Case, Cases, Expected, Given};
use super::{Outcome, say};
use base::{Clock, SystemClock};
use clap::{Arg, ArgMatches};
use policy::{Context, Decision, Decisive, Denial, Grounds, Policies, Question, Resource, explain};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

pub(super) fn describe() -> clap::Command {
    let file = Arg::new("file").value_name("FILE").required(true);
    clap::Command::new("test")
        .about("Decide the cases of a file, and fail where one does not come out as it must")
        .arg(file.value_parser(clap::value_parser!(PathBuf)).help("A TOML file with policies, principals and cases"))
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let Some(path) = matches.get_one::<PathBuf>("file") else { return Ok(()) };
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let Cases { cases } = Cases::parse(path, &text).map_err(|error| error.to_string())?;
    let results = cases.iter().map(decide).collect::<Vec<_>>();
    let failed = results.iter().filter(|result| !result.passed).count();
    if matches.get_flag("json") {
        let cases = results.iter().map(Outcomes::in_json).collect::<Vec<_>>();
        say(&json!({ "cases": cases, "passed": results.len() - failed, "failed": failed }).to_string());
    } else {
        results.iter().for_each(Outcomes::print);
        say(&format!("{} passed, {failed} failed", results.len() - failed));
    }
    if failed == 0 { Ok(()) } else { Err(format!("{failed} of {} cases failed", results.len())) }
}

/// What came of a case.
struct Outcomes<'a> {
    case: &'a Case,
    passed: bool,
    decision: Expected,
    /// The statement that decided.
    by: Option<Decisive>,
    /// What a denied caller is told.
    message: Option<String>,
    /// What an allow would take.
    missing: Vec<String>,
}

fn decide(case: &Case) -> Outcomes<'_> {
    let mut context = Context::new(case.now.unwrap_or_else(|| SystemClock.now()));
    for (key, given) in &case.context {
        match given {
            Given::One(value) => context.set(key.as_str(), value.clone()),
            Given::Many(values) => context.set_many(key.as_str(), values.as_slice()),
        }
    }
    let caller = &case.caller;
    let resource = case.resource.as_ref();
    let question = Question {
        principal: &caller.principal,
        action: &case.action,
        resource: resource.map_or(Resource::Any, |(arn, owner)| Resource::Owned { arn, owner: *owner }),
        context: &context,
        policies: Policies {
            identity: &caller.identity,
            boundary: caller.boundary.as_ref(),
            session: None,
            scp: &caller.service_control,
            rcp: &case.resource_control,
            resource: case.resource_policy.as_ref(),
            grants: &[],
            endpoint: case.endpoint_policy.as_ref(),
        },
        partition: case.partition,
    };
    let explanation = explain(&question);
    let message = explanation.decision.message(&question);
    let (decision, by) = match explanation.decision {
        Decision::Allowed(Grounds::Statement(by)) => (Expected::Allow, Some(by)),
        Decision::Allowed(_) => (Expected::Allow, None),
        Decision::Denied(Denial::Explicit(by)) => (Expected::ExplicitDeny, Some(by)),
        Decision::Denied(_) => (Expected::ImplicitDeny, None),
    };
    let as_wanted = match case.expected {
        Expected::Deny => decision != Expected::Allow,
        other => decision == other,
    };
    let by_whom = case.by.as_deref().is_none_or(|wanted| by.as_ref().and_then(Decisive::sid) == Some(wanted));
    Outcomes { case, passed: as_wanted && by_whom, decision, by, message, missing: explanation.missing }
}

impl Outcomes<'_> {
    /// A line for each case, and below those that failed, why.
    fn print(&self) {
        let Self { case, passed, decision, by, message, missing } = self;
        if *passed {
            return say(&format!("ok    {}", case.name));
        }
        say(&format!("FAIL  {}: {}, not {}", case.name, decision.as_str(), wanted(case)));
        let on = case.resource.as_ref().map_or("*", |(arn, _)| arn);
        say(&format!("      {} on {on}", case.action));
        if let Some(by) = by {
            let sid = by.sid().map_or_else(|| format!("{}", by.statement + 1), str::to_owned);
            let at = by.position().map_or_else(String::new, |(from, _)| format!(", at {from}"));
            say(&format!("      decided by statement {sid} of {}{at}", by.source.id));
        }
        message.iter().for_each(|message| say(&format!("      {message}")));
        missing.iter().for_each(|missing| say(&format!("      to allow it, {missing}")));
    }

    fn in_json(&self) -> Value {
        let Self { case, passed, decision, by, message, missing } = self;
        let by = by.as_ref().map(|by| {
            let at = by.position().map(|(from, _)| from);
            let (line, column) = (at.map(|at| at.line), at.map(|at| at.column));
            json!({ "policy": &*by.source.id, "statement": by.statement, "sid": by.sid(), "line": line, "column": column })
        });
        json!({
            "name": case.name,
            "action": case.action,
            "resource": case.resource.as_ref().map(|(arn, _)| arn),
            "expected": case.expected.as_str(),
            "decision": decision.as_str(),
            "passed": passed,
            "by": by,
            "message": message,
            "missing": missing,
        })
    }
}

fn wanted(case: &Case) -> String {
    let by = case.by.as_ref().map_or_else(String::new, |by| format!(" by {by}"));
    format!("{}{by}", case.expected.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Policies and principals that the cases below share.
    const HOUSE: &str = r#"
        [policies]
        decrypt = '{"Version":"2012-10-17","Statement":{"Sid":"Decrypt","Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}}'
        kms = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kms:*","Resource":"*"}}'
        no-decrypt = '{"Version":"2012-10-17","Statement":{"Sid":"Never","Effect":"Deny","Action":"kms:Decrypt","Resource":"*"}}'
        anything = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
        inside = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a/${aws:username}/*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"ForAnyValue:StringEquals":{"aws:TagKeys":"x"},"Bool":{"aws:SecureTransport":"true"},"NumericEquals":{"s3:max-keys":"5"},"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}}}'
        to-app = '{"Version":"2012-10-17","Statement":{"Sid":"App","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/app"},"Action":"kms:*","Resource":"*"}}'
        trusts = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com","AWS":"111122223333"},"Action":"sts:AssumeRole"}}'
        only-encrypt = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"kms:Encrypt","Resource":"*"}}'
        no-one = '{"Version":"2012-10-17","Statement":{"Sid":"NoOne","Effect":"Deny","Principal":"*","Action":"kms:Decrypt","Resource":"*"}}'
        [[principals]]
        name = "app"
        arn = "arn:aws:iam::111122223333:role/app"
        identity = ["decrypt"]
        [[principals]]
        name = "alice"
        arn = "arn:aws:iam::111122223333:user/division/alice"
        identity = ["inside", "arn:aws:iam::aws:policy/AdministratorAccess"]
        boundary = "inside"
        [[principals]]
        name = "narrow"
        arn = "arn:aws:sts::111122223333:assumed-role/app/session"
        identity = ["anything"]
        session_policies = ["decrypt"]
        [[principals]]
        name = "member"
        arn = "arn:aws:iam::111122223333:user/bob"
        identity = ["anything"]
        service_control = [["anything"], ["anything", "no-decrypt"]]
        [[principals]]
        name = "stranger"
        arn = "arn:aws:iam::444455556666:root"
        [[principals]]
        name = "ec2"
        arn = "ec2.amazonaws.com"
    "#;

    const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    fn read(cases: &str) -> Result<Cases, String> {
        Cases::parse(Path::new("cases.toml"), &format!("{HOUSE}{cases}")).map_err(|error| error.to_string())
    }

    /// Whether each case of a file comes out as it must.
    fn passed(cases: &str) -> Vec<bool> {
        let Cases { cases } = read(cases).unwrap_or_else(|error| panic!("{error}"));
        cases.iter().map(|case| decide(case).passed).collect()
    }

    fn case(principal: &str, action: &str, resource: &str, rest: &str) -> Vec<bool> {
        passed(&format!(
            "[[cases]]\nprincipal = \"{principal}\"\naction = \"{action}\"\nresource = \"{resource}\"\n{rest}"
        ))
    }

    #[test]
    fn every_policy_that_a_principal_brings_has_its_say() {
        for (principal, action, resource, expected) in [
            ("app", "kms:Decrypt", KEY, "expect = 'allow'\nby = 'Decrypt'"),
            ("app", "kms:Encrypt", KEY, "expect = 'implicitDeny'"),
            ("alice", "kms:Encrypt", KEY, "expect = 'implicitDeny'"),
            ("narrow", "kms:Decrypt", KEY, "expect = 'allow'"),
            ("narrow", "kms:Encrypt", KEY, "expect = 'deny'"),
            ("member", "kms:Encrypt", KEY, "expect = 'allow'"),
            ("member", "kms:Decrypt", KEY, "expect = 'explicitDeny'\nby = 'Never'"),
            ("stranger", "kms:Decrypt", KEY, "expect = 'implicitDeny'"),
            ("member", "kms:ListKeys", "*", "expect = 'allow'"),
        ] {
            assert_eq!(case(principal, action, resource, expected), [true], "{principal} {action} {expected}");
        }
    }

    #[test]
    fn what_does_not_come_out_as_it_must_fails() {
        for wrong in ["expect = 'deny'", "expect = 'explicitDeny'", "expect = 'allow'\nby = 'Other'"] {
            assert_eq!(case("app", "kms:Decrypt", KEY, wrong), [false], "{wrong}");
        }
        let file = format!(
            "[[cases]]\nprincipal = 'app'\naction = ['kms:Decrypt', 'kms:Encrypt']\nresource = ['{KEY}', '*']\nexpect = 'allow'"
        );
        assert_eq!(passed(&file), [true, false, true, false]);
    }

    #[test]
    fn conditions_see_what_the_context_gives_them() {
        let context = |ip: &str, tags: &str, secure: bool, now: &str| {
            let context = format!(
                "{{ 'aws:SourceIp' = '{ip}', 'aws:TagKeys' = {tags}, 'aws:SecureTransport' = {secure}, 's3:max-keys' = 5 }}"
            );
            let rest = format!("context = {context}\nnow = '{now}'\nexpect = 'allow'");
            case("alice", "s3:GetObject", "arn:aws:s3:::a/alice/b", &rest)
        };
        assert_eq!(context("10.1.1.1", "['y', 'x']", true, "2029-01-01T00:00:00Z"), [true]);
        assert_eq!(context("11.1.1.1", "['y', 'x']", true, "2029-01-01T00:00:00Z"), [false]);
        assert_eq!(context("10.1.1.1", "['y']", true, "2029-01-01T00:00:00Z"), [false]);
        assert_eq!(context("10.1.1.1", "['y', 'x']", false, "2029-01-01T00:00:00Z"), [false]);
        assert_eq!(context("10.1.1.1", "['y', 'x']", true, "2031-01-01T00:00:00Z"), [false]);
    }

    #[test]
    fn policies_on_the_other_side_have_their_say() {
        // The key policy names the role, and nobody else.
        assert_eq!(case("app", "kms:Encrypt", KEY, "resource_policy = 'to-app'\nexpect = 'allow'\nby = 'App'"), [true]);
        assert_eq!(case("narrow", "kms:Decrypt", KEY, "resource_policy = 'to-app'\nexpect = 'allow'"), [true]);
        assert_eq!(case("member", "kms:Encrypt", KEY, "resource_policy = 'to-app'\nexpect = 'implicitDeny'"), [true]);
        let role = "arn:aws:iam::111122223333:role/target";
        let assume =
            |principal: &str| case(principal, "sts:AssumeRole", role, "resource_policy = 'trusts'\nexpect = 'allow'");
        assert_eq!((assume("member"), assume("ec2"), assume("stranger")), (vec![true], vec![true], vec![false]));
        let through = "endpoint_policy = 'only-encrypt'\nexpect = 'implicitDeny'";
        assert_eq!(case("app", "kms:Decrypt", KEY, through), [true]);
        let controlled = "resource_control = [['no-one']]\nexpect = 'explicitDeny'\nby = 'NoOne'";
        assert_eq!(case("app", "kms:Decrypt", KEY, controlled), [true]);
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        for (mistake, told) in [
            ("", "cases: there is no case"),
            ("[[cases]]\naction = 'a:B'\nexpect = 'allow'", "cases.principal: is missing"),
            ("[[cases]]\nprincipal = 'bob'\naction = 'a:B'\nexpect = 'allow'", "cases.principal: a principal that"),
            ("[[cases]]\nprincipal = 'app'\nexpect = 'allow'", "cases.action: is missing"),
            (
                "[[cases]]\nprincipal = 'app'\naction = 'a:B'\nexpect = 'yes'",
                "cases.expect: must be one of allow, deny",
            ),
            (
                "[[cases]]\nprincipal = 'app'\naction = 'a:B'\nresource = 'x'\nexpect = 'deny'",
                "cases.resource: an ARN is",
            ),
            (
                "[[cases]]\nprincipal = 'app'\naction = 'a:B'\ncontext = { a = {} }\nexpect = 'deny'",
                "cases.context: must be",
            ),
            ("[[cases]]\nprincipal = 'app'\naction = 'a:B'\nnow = 'noon'\nexpect = 'deny'", "cases.now: "),
            ("[[cases]]\nprincipal = 'app'\naction = 'a:B'\nexpects = 'deny'", "cases.expects: unknown key"),
            (
                "[[cases]]\nprincipal = 'app'\naction = 'a:B'\nresource_policy = 'x'\nresource = 'arn:aws:s3:::a'\nexpect = 'deny'",
                "cases.resource_policy: a policy that [policies] does not name",
            ),
            (
                "[[cases]]\nprincipal = 'app'\naction = 'a:B'\nresource_policy = 'kms'\nresource = 'arn:aws:s3:::a'\nexpect = 'deny'",
                "cases.resource_policy: kms: 1:",
            ),
            (
                "[[cases]]\nprincipal = 'app'\naction = 'sts:AssumeRole'\nresource = 'arn:aws:iam::111122223333:role/a'\nexpect = 'deny'",
                "cases.resource_policy: is missing",
            ),
            (
                "[[cases]]\nprincipal = 'ec2'\naction = 's3:GetObject'\nresource = 'arn:aws:s3:::a/b'\nexpect = 'deny'",
                "cases.owner: is missing",
            ),
            ("[[principals]]\nname = 'a'\narn = 'a'", "principals.arn: must be the ARN"),
            ("[[principals]]\nname = 'app'\narn = '*'", "principals.name: this principal is described twice"),
            (
                "[[principals]]\nname = 'a'\narn = '*'\nidentity = ['arn:aws:iam::aws:policy/Nothing']",
                "principals.identity: AWS has no managed policy",
            ),
            (
                "[[principals]]\nname = 'a'\narn = 'arn:aws:iam::111122223333:user/a'\nsession_policies = ['kms']",
                "principals.session_policies: only sessions",
            ),
            ("[[principals]]\nname = 'a'\narn = '*'\nservice_control = ['kms']", "principals.service_control: must be"),
        ] {
            let error = read(mistake).err().unwrap_or_else(|| panic!("{mistake} was taken"));
            assert!(error.starts_with("cases.toml:") && error.contains(told), "{mistake}: {error}");
        }
    }
}
