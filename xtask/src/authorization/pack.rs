//! Packs the texts of `authorization/` into the archives that `crates/authorization-data` reads; the format is described
//! in its `archive.rs`.

use super::texts;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::fs;
use std::io::Write;
use std::path::Path;

/// How much text is compressed together. More makes the archive smaller, and what is unpacked for one text larger.
const BLOCK: usize = 64 << 10;

/// A text with its name and what the directory says of it.
struct Piece {
    name: String,
    about: String,
    text: String,
}

/// A managed policy as its file has it.
pub(super) struct Policy<'a> {
    /// With its path: `/job-function/Billing`.
    pub(super) name: String,
    /// Its id, default version and dates.
    pub(super) about: &'a str,
    pub(super) document: &'a str,
}

/// The archive of `services/*.txt`.
pub(crate) fn services(folder: &Path) -> Result<Vec<u8>, String> {
    let mut pieces = Vec::new();
    for path in texts(&folder.join("services"), "txt")? {
        pieces.push(Piece { name: stem(&path), about: String::new(), text: read(&path)? });
    }
    archive(pieces)
}

/// The archive of `policies/*.txt`.
pub(crate) fn policies(folder: &Path) -> Result<Vec<u8>, String> {
    let mut pieces = Vec::new();
    for path in texts(&folder.join("policies"), "txt")? {
        for Policy { name, about, document } in policies_of(&stem(&path), &read(&path)?)? {
            pieces.push(Piece { name, about: about.to_owned(), text: document.to_owned() });
        }
    }
    archive(pieces)
}

/// The policies in the text of a file.
pub(super) fn policies_of<'a>(path: &str, text: &'a str) -> Result<Vec<Policy<'a>>, String> {
    let folder = if path == "root" { String::new() } else { format!("/{path}") };
    let policies = text.split_terminator("\n\n").map(|policy| {
        let (head, document) = policy.split_once('\n')?;
        let (name, about) = head.split_once(' ')?;
        Some(Policy { name: format!("{folder}/{name}"), about, document })
    });
    policies.collect::<Option<_>>().ok_or_else(|| format!("policies/{path}.txt: a policy without its document"))
}

fn archive(mut pieces: Vec<Piece>) -> Result<Vec<u8>, String> {
    pieces.sort_by(|a, b| a.name.cmp(&b.name));
    let (mut directory, mut blocks, mut block) = (String::new(), Vec::new(), String::new());
    for Piece { name, about, text } in pieces {
        if !block.is_empty() && block.len() + text.len() > BLOCK {
            directory.push('\n');
            blocks.push(std::mem::take(&mut block));
        }
        directory.push_str(format!("{name} {} {about}", text.len()).trim_end());
        directory.push('\n');
        block.push_str(&text);
    }
    blocks.push(block);
    let mut out = b"FA1\n".to_vec();
    for text in std::iter::once(&directory).chain(&blocks) {
        let problem = |error: std::io::Error| error.to_string();
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes()).map_err(problem)?;
        let packed = encoder.finish().map_err(problem)?;
        number(&mut out, packed.len());
        out.extend(packed);
    }
    Ok(out)
}

fn number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A file's name without its ending.
pub(super) fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

pub(super) fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
