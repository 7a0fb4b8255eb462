//! "Did you mean": the known name that is nearest to a wrong one.

/// The longest wrong name that is looked at.
const LONGEST: usize = 64;

/// The nearest of `known`, if it is near: at most one edit in three characters, and no more than three.
pub(super) fn nearest<'k>(wrong: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    if wrong.len() > LONGEST {
        return None;
    }
    let allowed = (wrong.chars().count() / 3).min(3);
    let scored = known.map(|name| (if is_swap(wrong, name) { 1 } else { distance(wrong, name) }, name));
    scored.filter(|(distance, _)| *distance <= allowed).min().map(|(_, name)| name)
}

/// Whether two neighbouring characters changed places, the commonest slip of all.
fn is_swap(left: &str, right: &str) -> bool {
    let mut differing = left.chars().zip(right.chars()).enumerate().filter(|(_, (one, other))| one != other);
    let same_length = left.chars().count() == right.chars().count();
    match (differing.next(), differing.next(), differing.next()) {
        (Some((at, (a, b))), Some((next, (c, d))), None) => same_length && next == at + 1 && a == d && b == c,
        _ => false,
    }
}

/// Levenshtein's distance: insertions, deletions and replacements of one character.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (number, one) in left.chars().enumerate() {
        let mut diagonal = number;
        let mut before = number + 1;
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (other, cell) in right.iter().zip(row.iter_mut().skip(1)) {
            let replaced = diagonal + usize::from(one != *other);
            diagonal = *cell;
            *cell = replaced.min(diagonal + 1).min(before + 1);
            before = *cell;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_what_was_meant_and_a_stranger_nothing() {
        let known = ["listen", "region", "tls.certificate", "data"];
        for (wrong, meant) in [
            ("listne", Some("listen")),
            ("regions", Some("region")),
            ("tls.certifcate", Some("tls.certificate")),
            ("dta", Some("data")),
            ("daat", Some("data")),
            ("adta", Some("data")),
            ("colour", None),
            ("x", None),
        ] {
            assert_eq!(nearest(wrong, known.into_iter()), meant, "{wrong}");
        }
        assert_eq!((distance("kitten", "sitting"), distance("", "abc"), distance("abc", "")), (3, 3, 3));
    }
}
