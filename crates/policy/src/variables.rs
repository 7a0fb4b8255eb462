//! Policy variables: `${key}`, `${key, 'default'}`, and the literals `${*}`, `${?}`, `${$}`.
//!
//! Guarantee: a text splits into the same pieces however it is compiled or checked; what looks like a variable and is not
//! one is an error, never text.
//! Source: IAM User Guide, "IAM policy elements: Variables and tags".

/// A piece of a text with variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Text as it stands; its wildcards, if its place takes them, are still in it.
    Text(&'a str),
    /// A character that is not to be taken for a wildcard or for the beginning of a variable.
    Literal(char),
    /// A condition key to put in.
    Variable { key: &'a str, default: Option<&'a str> },
}

/// A `${` that begins no variable, in bytes from the start of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoVariable(pub(crate) usize);

/// Splits a text at its variables.
pub(crate) fn pieces(text: &str) -> Result<Vec<Piece<'_>>, NoVariable> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let wrong = NoVariable(text.len() - after.len() - 2);
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        let (piece, left) = variable(after).ok_or(wrong)?;
        pieces.push(piece);
        rest = left;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    Ok(pieces)
}

/// One variable, from behind its opening brace on, and what follows it.
fn variable(text: &str) -> Option<(Piece<'_>, &str)> {
    let (key, rest) = text.split_at_checked(text.find(['}', ','])?)?;
    if let Some(rest) = rest.strip_prefix('}') {
        return match key {
            "*" => Some((Piece::Literal('*'), rest)),
            "?" => Some((Piece::Literal('?'), rest)),
            "$" => Some((Piece::Literal('$'), rest)),
            _ => Some((Piece::Variable { key: name(key)?, default: None }, rest)),
        };
    }
    let quoted = rest.strip_prefix(',')?.trim_start_matches(' ').strip_prefix('\'')?;
    let (default, rest) = quoted.split_once('\'')?;
    let rest = rest.trim_start_matches(' ').strip_prefix('}')?;
    Some((Piece::Variable { key: name(key)?, default: Some(default) }, rest))
}

/// A condition key's name, which has no braces, quotes or wildcards.
fn name(text: &str) -> Option<&str> {
    let text = text.trim_matches(' ');
    let sound = !text.is_empty() && !text.contains(['{', '\'', '$', '*', '?']);
    sound.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_defaults_and_literals_are_told_apart() {
        let found = pieces("a/${aws:username}/${aws:PrincipalTag/team, 'no team'}${*}b$c").unwrap();
        assert_eq!(
            found,
            [
                Piece::Text("a/"),
                Piece::Variable { key: "aws:username", default: None },
                Piece::Text("/"),
                Piece::Variable { key: "aws:PrincipalTag/team", default: Some("no team") },
                Piece::Literal('*'),
                Piece::Text("b$c"),
            ]
        );
        assert_eq!(pieces(""), Ok(Vec::new()));
        assert_eq!(pieces("${$}{a}"), Ok(vec![Piece::Literal('$'), Piece::Text("{a}")]));
    }

    #[test]
    fn what_begins_like_a_variable_has_to_be_one() {
        for (text, at) in
            [("${", 0), ("ab${x", 2), ("${}", 0), ("${a, b}", 0), ("${a,'b}", 0), ("${a${b}}", 0), ("${ }", 0)]
        {
            assert_eq!(pieces(text), Err(NoVariable(at)), "{text}");
        }
    }
}
