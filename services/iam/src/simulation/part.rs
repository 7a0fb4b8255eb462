//! A policy of a simulation, and how answers point at its statements.
//!
//! Guarantee: a policy that cannot be read denies everything, as it does when a request is decided. Source: IAM API
//! Reference, Statement, Position.

use crate::held::{HeldPolicy, Place};
use crate::{api, error};
use model::Fault;
use policy::{Attached, Document, Kind, Origin, Policy};
use std::sync::Arc;

/// A policy of a simulation.
pub(super) struct Part {
    /// What answers call it.
    id: String,
    source: api::PolicySourceType,
    document: Option<Document>,
    keys: Vec<String>,
    /// As decisions take it.
    pub(super) attached: Attached,
}

impl Part {
    /// One of the policies that the caller gives in a list.
    pub(super) fn given(list: &str, index: usize, kind: Kind, text: &str) -> Result<Self, Fault> {
        let document = read(kind, text)?;
        Ok(Self::new(format!("{list}.{}", index + 1), api::PolicySourceType::IamPolicy, kind, Some(document)))
    }

    /// The policy that every resource shall have.
    pub(super) fn of_resource(kind: Kind, text: &str) -> Result<Self, Fault> {
        let document = read(kind, text)?;
        Ok(Self::new("ResourcePolicy".to_owned(), api::PolicySourceType::Resource, kind, Some(document)))
    }

    /// A policy that the principal has.
    pub(super) fn held(policy: &HeldPolicy) -> Self {
        let (kind, id) = match &policy.place {
            Place::Inline(kind, holder) => (Kind::Identity, format!("{}_{holder}_{}", kind.as_str(), policy.name)),
            Place::Managed(_) => (Kind::Managed, policy.name.clone()),
        };
        let document = policy.document.as_ref().and_then(|text| Document::parse(kind, text).ok());
        Self::new(id, api::PolicySourceType::IamPolicy, kind, document)
    }

    fn new(id: String, source: api::PolicySourceType, kind: Kind, document: Option<Document>) -> Self {
        let policy = document.as_ref().map_or_else(|| Policy::denying(kind), Policy::compile);
        let attached = Attached::new(id.as_str(), Origin::Given, Arc::new(policy));
        let keys = document.as_ref().map(Document::context_keys).unwrap_or_default();
        Self { id, source, document, keys, attached }
    }

    /// The condition keys that it asks for.
    pub(super) fn keys(&self) -> &[String] {
        &self.keys
    }

    /// A statement in an answer. It begins behind what opens it: its own brace, or in a list the list's bracket or the
    /// statement before.
    pub(super) fn statement(&self, index: usize) -> api::Statement {
        let place = self.document.as_ref().and_then(|document| {
            let statements = document.statements();
            let at = &statements.get(index)?.at;
            let before = document.text().get(..at.start)?.trim_end();
            let from = match index.checked_sub(1).and_then(|before| statements.get(before)) {
                Some(before) => before.at.end,
                None if before.ends_with('[') => before.len(),
                None => at.start + 1,
            };
            Some((position(document, from), position(document, at.end)))
        });
        let (start_position, end_position) = place.unzip();
        api::Statement {
            source_policy_id: Some(self.id.clone()),
            source_policy_type: Some(self.source),
            start_position,
            end_position,
        }
    }
}

fn position(document: &Document, at: usize) -> api::Position {
    let place = document.position(at);
    let number = |number: u32| i32::try_from(number).ok();
    api::Position { line: number(place.line), column: number(place.column) }
}

fn read(kind: Kind, text: &str) -> Result<Document, Fault> {
    Document::parse(kind, text).map_err(|malformed| error::invalid_input(malformed.message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<[i32; 4]> {
        let part = Part::given("PolicyInputList", 0, Kind::Identity, text).unwrap_or_else(|_| panic!("{text}"));
        let place = |position: Option<api::Position>| position.and_then(|it| Some((it.line?, it.column?))).unwrap();
        let each = (0..part.attached.policy.len()).map(|index| {
            let statement = part.statement(index);
            let ((line, column), (last, end)) = (place(statement.start_position), place(statement.end_position));
            [line, column, last, end]
        });
        each.collect()
    }

    #[test]
    fn statements_are_where_aws_says_that_they_are() {
        // AWS CLI Command Reference, simulate-custom-policy: 1:38 to 1:167.
        let alone = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}"#;
        assert_eq!(places(alone), [[1, 38, 1, 167]]);
        // The same, simulate-principal-policy: 3:19 to 9:10.
        let listed = "{\n    \"Version\": \"2012-10-17\",\n    \"Statement\": [\n        {\n            \"Sid\": \"A\",\n            \
                      \"Effect\": \"Allow\",\n            \"Action\": \"codecommit:ListRepositories\",\n            \
                      \"Resource\": \"*\"\n        }\n    ]\n}";
        assert_eq!(places(listed), [[3, 19, 9, 10]]);
        let two = r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}, {"Effect":"Deny","Action":"*","Resource":"*"}]}"#;
        assert_eq!(places(two), [[1, 15, 1, 61], [1, 61, 1, 108]]);
    }
}
