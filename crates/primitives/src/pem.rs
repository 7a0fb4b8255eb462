//! PEM (RFC 7468): binary data between two lines that say what it is.
//!
//! Guarantees: text outside the blocks is skipped, as tools put it there; a block that does not end, or whose text is no
//! base 64, makes the whole text unreadable rather than be left out; what is read may be secret and is wiped.

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

/// Letters of base 64 in a line.
const LINE: usize = 64;
/// Blocks in one text; a chain of certificates has a handful.
const MAX_BLOCKS: usize = 64;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// One block.
pub struct Block {
    /// `CERTIFICATE`, `PRIVATE KEY`, …
    pub label: String,
    /// Its data.
    pub data: Zeroizing<Vec<u8>>,
    /// Whether headers stand before the data, which is how OpenSSL's old format marks what is encrypted.
    pub has_headers: bool,
}

/// The blocks of a text, in order; `None` if one of them is broken or there are more than anybody needs.
pub fn blocks(text: &str) -> Option<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        let Some(label) = label(line, "-----BEGIN ") else { continue };
        // Room for all of it, so that no piece stays behind in a smaller one.
        let (mut letters, mut has_headers) = (Zeroizing::new(String::with_capacity(text.len())), false);
        loop {
            let line = lines.next()?;
            if line.starts_with("-----") {
                (self::label(line, "-----END ")? == label).then_some(())?;
                break;
            }
            if line.contains(':') {
                has_headers = true;
            } else {
                letters.extend(line.chars().filter(|letter| !letter.is_ascii_whitespace()));
            }
        }
        let data = if has_headers { Vec::new() } else { BASE64.decode(letters.as_bytes()).ok()? };
        if blocks.len() == MAX_BLOCKS {
            return None;
        }
        blocks.push(Block { label: label.to_owned(), data: Zeroizing::new(data), has_headers });
    }
    Some(blocks)
}

/// A block of data.
pub fn encode(label: &str, data: &[u8]) -> String {
    let letters = BASE64.encode(data);
    let mut text = format!("-----BEGIN {label}-----\n");
    let mut rest = letters.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(LINE).unwrap_or((rest, ""));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

fn label<'a>(line: &'a str, begin: &str) -> Option<&'a str> {
    line.strip_prefix(begin)?.strip_suffix("-----")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_among_other_text_and_in_order() {
        let text = format!("Bag Attributes\n{}\r\nsubject=CN\n{}", encode("A", &[1; 100]), encode("B", &[]));
        let read = blocks(&text).unwrap();
        assert_eq!(read.iter().map(|block| block.label.as_str()).collect::<Vec<_>>(), ["A", "B"]);
        assert_eq!(*read[0].data, vec![1; 100]);
        assert!(read[1].data.is_empty());
        assert!(blocks("no block").unwrap().is_empty());
    }

    #[test]
    fn a_broken_block_makes_all_unreadable() {
        for text in [
            "-----BEGIN A-----\nAAAA",
            "-----BEGIN A-----\nAAAA\n-----END B-----",
            "-----BEGIN A-----\nA*AA\n-----END A-----",
            "-----BEGIN A-----\nAAA\n-----END A-----",
            "-----BEGIN A-----\n-----BEGIN A-----\n-----END A-----",
        ] {
            assert!(blocks(text).is_none(), "{text}");
        }
        assert!(blocks(&encode("A", &[]).repeat(MAX_BLOCKS + 1)).is_none());
    }

    #[test]
    fn an_encrypted_key_of_the_old_format_is_known_as_such() {
        let text = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----";
        assert!(blocks(text).unwrap()[0].has_headers);
    }
}
