//! What somebody may have meant.

/// Words longer than this are not compared: none of AWS's names is.
const MAX_WORD: usize = 128;

/// A shorter word begins too many.
const LEAST_BEGINNING: usize = 4;

/// The candidate that somebody may have meant by a word, letter case aside: one that differs by a single change, else
/// the shortest that begins with the word, else the one that least differs, if that is by a change in three letters at
/// most. A change is a letter put in, left out or replaced, or two neighbours swapped.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = small(word);
    if word.len() > MAX_WORD {
        return None;
    }
    let most = (word.len() / 3).clamp(1, 5);
    let (mut closest, mut longer) = (None::<(usize, &str)>, None::<&str>);
    for candidate in candidates {
        let other = small(candidate);
        if word.len() >= LEAST_BEGINNING && other.starts_with(&word) {
            longer = longer.filter(|longer| longer.len() <= candidate.len()).or(Some(candidate));
        }
        if other.len().abs_diff(word.len()) <= most {
            let changes = changes(&word, &other);
            let is_closer = changes <= most && closest.is_none_or(|(least, _)| changes < least);
            closest = if is_closer { Some((changes, candidate)) } else { closest };
        }
    }
    let by_one = closest.filter(|(changes, _)| *changes <= 1);
    by_one.map(|(_, candidate)| candidate).or(longer).or(closest.map(|(_, candidate)| candidate))
}

fn small(word: &str) -> Vec<u8> {
    word.bytes().map(|byte| byte.to_ascii_lowercase()).collect()
}

/// The optimal string alignment distance, by the last three rows of its table.
fn changes(a: &[u8], b: &[u8]) -> usize {
    let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX / 2);
    let (mut before, mut above) = (Vec::new(), (0..=b.len()).collect::<Vec<_>>());
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let replaced = at(&above, j) + usize::from(letter != other);
            let mut least = replaced.min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(other) && b.get(j - 1) == Some(letter);
            if swapped {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    at(&above, b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_understood_and_another_word_is_not() {
        let words = ["Encrypt", "Decrypt", "DescribeKey", "ListKeys", "ReEncryptFrom"];
        for (word, meant) in [
            ("Encript", Some("Encrypt")),
            ("encrypt", Some("Encrypt")),
            ("DecsribeKey", Some("DescribeKey")),
            ("ListKey", Some("ListKeys")),
            ("ReEncrypt", Some("ReEncryptFrom")),
            ("Sign", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, words), meant, "{word}");
        }
    }

    #[test]
    fn changes_are_counted() {
        for (a, b, count) in [("", "", 0), ("abc", "", 3), ("abc", "acb", 1), ("kitten", "sitting", 3), ("ab", "ba", 1)]
        {
            assert_eq!(changes(a.as_bytes(), b.as_bytes()), count, "{a} {b}");
            assert_eq!(changes(b.as_bytes(), a.as_bytes()), count, "{b} {a}");
        }
    }
}
