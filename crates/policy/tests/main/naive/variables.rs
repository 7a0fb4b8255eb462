//! Policy variables ("IAM policy elements: Variables and tags").
//!
//! A variable has a value if its key has exactly one in the request. Otherwise its default stands, if it has one;
//! otherwise nothing is equal to it or like it. Only documents of version 2012-10-17 have variables. What a variable
//! brings is literal: an asterisk in a tag is an asterisk.

use super::conditions::Context;
use super::globs::{Piece, piece};

/// A text of a policy with its variables replaced; `None` if one has no value.
pub(super) fn replaced(text: &str, has_variables: bool, context: &Context<'_>) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let variable = rest.strip_prefix("${").filter(|_| has_variables).and_then(|after| after.split_once('}'));
        let Some((inside, after)) = variable else {
            pieces.push(piece(first));
            rest = &rest[first.len_utf8()..];
            continue;
        };
        pieces.extend(value(inside, context)?.chars().map(Piece::One));
        rest = after;
    }
    Some(pieces)
}

/// The same where wildcards mean nothing.
pub(super) fn replaced_literally(text: &str, has_variables: bool, context: &Context<'_>) -> Option<String> {
    let pieces = replaced(text, has_variables, context)?;
    Some(
        pieces
            .into_iter()
            .map(|piece| match piece {
                Piece::One(character) => character,
                Piece::AnyOne => '?',
                Piece::Any => '*',
            })
            .collect(),
    )
}

/// What stands for `${inside}`.
fn value(inside: &str, context: &Context<'_>) -> Option<String> {
    if matches!(inside, "*" | "?" | "$") {
        return Some(inside.to_owned());
    }
    let (key, default) = match inside.split_once(',') {
        Some((key, default)) => {
            (key.trim(), default.trim().strip_prefix('\'').and_then(|text| text.strip_suffix('\'')))
        }
        None => (inside.trim(), None),
    };
    context.single(key).or_else(|| default.map(str::to_owned))
}
