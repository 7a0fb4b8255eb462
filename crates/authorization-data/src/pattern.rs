//! Names with wildcards, names with parts that vary, and whether the two can mean the same.
//!
//! Guarantees: each takes at most time in proportion to the product of the two lengths.

/// Whether a pattern with `*` (any text) and `?` (any character) matches a name, in any letter case.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let pattern = pattern.bytes().map(|byte| match byte {
        b'*' => Token::Many,
        b'?' => Token::One,
        other => Token::This(other.to_ascii_lowercase()),
    });
    meet(&pattern.collect::<Vec<_>>(), &literal(name))
}

/// Whether a name is a form's with its varying parts (`${TagKey}`) filled in, in any letter case. A name that keeps the
/// varying part as it is fits too: documentation is written so.
pub(crate) fn fits(form: &str, name: &str) -> bool {
    if !form.contains("${") {
        return form.eq_ignore_ascii_case(name);
    }
    meet(&tokens(form, false), &literal(name))
}

/// Whether some ARN is meant both by a pattern of a policy, which may hold wildcards and variables, and by a form. Each
/// of an ARN's six parts is held against the other's; a pattern that has fewer parts, such as `*`, is taken as a whole.
pub(crate) fn overlaps(pattern: &str, form: &str) -> bool {
    let common = |(pattern, form): (&str, &str)| meet(&tokens(pattern, true), &tokens(form, false));
    let (patterns, forms) = (parts(pattern), parts(form));
    if patterns.len() < ARN_PARTS || forms.len() < ARN_PARTS {
        return common((pattern, form));
    }
    patterns.into_iter().zip(forms).all(common)
}

/// An ARN: `arn`, partition, service, Region, account, resource.
const ARN_PARTS: usize = 6;

/// The parts of an ARN. A colon within a variable separates nothing.
fn parts(arn: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    arn.splitn(ARN_PARTS, |letter| {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ':' && depth == 0
    })
    .collect()
}

/// A piece of a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    This(u8),
    One,
    Many,
}

fn literal(name: &str) -> Vec<Token> {
    name.bytes().map(|byte| Token::This(byte.to_ascii_lowercase())).collect()
}

/// Reads `${…}` as some text, which is never empty in a form, and, if they count, `*` and `?`. Letters are small after
/// it: that a policy spells an ARN in the wrong case is not found out here.
fn tokens(text: &str, wildcards: bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'$' if bytes.peek() == Some(&b'{') => {
                bytes.by_ref().find(|byte| *byte == b'}');
                if !wildcards {
                    tokens.push(Token::One);
                }
                tokens.push(Token::Many);
            }
            b'*' if wildcards => tokens.push(Token::Many),
            b'?' if wildcards => tokens.push(Token::One),
            other => tokens.push(Token::This(other.to_ascii_lowercase())),
        }
    }
    tokens
}

/// Whether two patterns have a text in common. `reached` says of each place in `b` whether what precedes it can meet
/// what precedes the present place in `a`.
fn meet(a: &[Token], b: &[Token]) -> bool {
    let mut reached = vec![false; b.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    skip_many(&mut reached, b);
    for token in a {
        let mut next = vec![false; b.len() + 1];
        for (at, other) in b.iter().enumerate() {
            let here = reached.get(at).copied().unwrap_or_default();
            if *token == Token::Many {
                // Takes nothing, or one more of what the other has.
                let before = next.get(at).copied().unwrap_or_default();
                set(&mut next, at, here);
                set(&mut next, at + 1, here || before);
            } else if here && (*other == Token::Many || one_in_common(*token, *other)) {
                // `Many` of the other takes this one and may take more.
                set(&mut next, if *other == Token::Many { at } else { at + 1 }, true);
            }
        }
        if *token == Token::Many {
            let last = reached.last().copied().unwrap_or_default();
            set(&mut next, b.len(), last);
        }
        skip_many(&mut next, b);
        reached = next;
    }
    reached.last().copied().unwrap_or_default()
}

fn one_in_common(a: Token, b: Token) -> bool {
    a == b || a == Token::One || b == Token::One
}

/// `Many` may stand for nothing.
fn skip_many(reached: &mut [bool], b: &[Token]) {
    for (at, token) in b.iter().enumerate() {
        if *token == Token::Many && reached.get(at).copied().unwrap_or_default() {
            set(reached, at + 1, true);
        }
    }
}

fn set(places: &mut [bool], at: usize, value: bool) {
    if let Some(place) = places.get_mut(at) {
        *place |= value;
    }
}
