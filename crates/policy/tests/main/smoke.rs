//! The fuzz target for a bounded time: mutations of documents of every kind, the same on every run.

use crate::case::{naming, statements};

#[path = "../../../../fuzz/bodies/policy.rs"]
mod body;
#[path = "../../../../fuzz/mutation.rs"]
mod mutation;

#[test]
fn fuzz_policy() {
    let full = r#""Action":["kms:*","s3:Get?bject"],"Resource":["arn:aws:kms:*:111122223333:key/*","arn:aws:s3:::b/${aws:username, 'x'}/*"],
        "Condition":{"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":["te*","${aws:RequestTag/team}"]},
        "IpAddress":{"aws:SourceIp":"203.0.113.0/24"},"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"},
        "NumericEquals":{"aws:EpochTime":1790000000},"Bool":{"aws:SecureTransport":true},"Null":{"aws:x":"true"},
        "ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/ad*"},"BinaryEquals":{"aws:b":"AAEC"}}"#;
    let plain = statements(&format!(
        r#"{{"Sid":"One","Effect":"Allow",{full}}},{{"Effect":"Deny","NotAction":"kms:*","NotResource":"*"}}"#
    ));
    let named = naming(
        "Deny",
        r#"{"AWS":["*","111122223333","arn:aws:iam::111122223333:role/team/app","AROAEXAMPLE:s1","arn:aws:sts::111122223333:assumed-role/app/s1"],"Service":"events.amazonaws.com"}"#,
        "kms:*",
    );
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"AROAEXAMPLE","Federated":"accounts.google.com"},"Action":"sts:AssumeRole*"}}"#;
    let resource_control = naming("Deny", r#""*""#, "s3:*");
    let seeds = [
        (0, &*plain),
        (1, &*plain),
        (2, &*plain),
        (3, &*named),
        (4, &*named),
        (5, trust),
        (6, &*plain),
        (7, &*resource_control),
        (8, &*named),
    ];
    let seeds: Vec<Vec<u8>> =
        seeds.iter().map(|(kind, text)| std::iter::once(*kind).chain(text.bytes()).collect()).collect();
    let words: [&[u8]; 12] = [
        b"\"*\"",
        b"${aws:userid}",
        b"${",
        b"'}",
        b"*?",
        b"Not",
        b"IfExists",
        b"ForAllValues:",
        b"[[[[",
        b"\\u0041",
        b":::",
        b"\"Effect\":\"Deny\"",
    ];
    mutation::run(body::run, &seeds, &words);
}
