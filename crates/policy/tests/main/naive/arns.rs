//! ARNs of conditions: six components, each compared for itself.

use super::globs::{self, Piece};

/// Whether a pattern matches an ARN: the wildcards of a component stay in it. The sixth holds whatever colons are left.
pub(super) fn like(pattern: &[Piece], arn: &str) -> bool {
    let components = split(pattern);
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    components.len() == 6
        && parts.len() == 6
        && components.iter().zip(parts).all(|(component, part)| globs::matches(component, part))
}

fn split(pattern: &[Piece]) -> Vec<Vec<Piece>> {
    let mut components = vec![Vec::new()];
    for piece in pattern {
        if *piece == Piece::One(':') && components.len() < 6 {
            components.push(Vec::new());
        } else {
            components.last_mut().unwrap().push(*piece);
        }
    }
    components
}
