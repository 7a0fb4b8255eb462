//! The picture of a QR code, as PNG.
//!
//! Guarantee: what telephones read is black on white with the quiet zone of four modules that ISO/IEC 18004 asks for. The
//! file is the least that PNG allows: one channel of one bit, one chunk of pixels. Source: ISO/IEC 18004; PNG (Third
//! Edition), W3C.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use primitives::{Checksum, ChecksumAlgorithm};
use qrcodegen::{QrCode, QrCodeEcc};
use std::io::Write as _;

/// Pixels along the side of a module.
const SCALE: usize = 4;

/// Modules of white around the code.
const QUIET: usize = 4;

/// The picture of a text; `None` if that is longer than a QR code can hold.
pub(crate) fn png(text: &str) -> Option<Vec<u8>> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let modules = usize::try_from(code.size()).ok()? + 2 * QUIET;
    let side = modules * SCALE;
    let is_dark = |x: usize, y: usize| {
        let module = |pixel: usize| i32::try_from(pixel / SCALE).unwrap_or(i32::MAX) - QUIET as i32;
        code.get_module(module(x), module(y))
    };
    let mut rows = Vec::with_capacity(side * (side / 8 + 2));
    for y in 0..side {
        // Each row begins with its filter: none.
        rows.push(0);
        rows.extend((0..side.div_ceil(8)).map(|byte| {
            (0..8).fold(0_u8, |bits, bit| {
                let x = byte * 8 + bit;
                bits << 1 | u8::from(x >= side || !is_dark(x, y))
            })
        }));
    }
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&rows).ok()?;
    let packed = packed.finish().ok()?;
    let side = u32::try_from(side).ok()?.to_be_bytes();
    // One bit of grey, and nothing special.
    let header = [&side[..], &side, &[1, 0, 0, 0, 0]].concat();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", header.as_slice()), (b"IDAT", &packed), (b"IEND", &[])] {
        chunk(&mut file, *kind, data)?;
    }
    Some(file)
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) -> Option<()> {
    file.extend(u32::try_from(data.len()).ok()?.to_be_bytes());
    let mut checksum = Checksum::new(ChecksumAlgorithm::Crc32);
    for part in [&kind[..], data] {
        checksum.update(part);
        file.extend_from_slice(part);
    }
    file.extend(checksum.finish());
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    /// Reads the picture back, as any reader of PNG would: rows of pixels, true for white.
    fn pixels(file: &[u8]) -> Vec<Vec<bool>> {
        let mut rest = file.strip_prefix(b"\x89PNG\r\n\x1a\n").unwrap();
        let (mut side, mut packed) = (0, Vec::new());
        while !rest.is_empty() {
            let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
            let (kind, data) = (&rest[4..8], &rest[8..8 + length]);
            let mut checksum = Checksum::new(ChecksumAlgorithm::Crc32);
            checksum.update(&rest[4..8 + length]);
            assert_eq!(checksum.finish(), rest[8 + length..12 + length], "a chunk is damaged");
            match kind {
                b"IHDR" => side = u32::from_be_bytes(data[..4].try_into().unwrap()) as usize,
                b"IDAT" => packed.extend_from_slice(data),
                _ => {}
            }
            rest = &rest[12 + length..];
        }
        let mut rows = Vec::new();
        flate2::read::ZlibDecoder::new(&packed[..]).read_to_end(&mut rows).unwrap();
        let row = |bytes: &[u8]| (0..side).map(|x| bytes[1 + x / 8] >> (7 - x % 8) & 1 == 1).collect();
        rows.chunks(1 + side.div_ceil(8)).map(row).collect()
    }

    #[test]
    fn the_picture_has_a_white_margin_and_the_three_marks_of_a_code() {
        let rows = pixels(&png("otpauth://totp/phone@alice?secret=ABC").unwrap());
        let side = rows.len();
        assert!(rows.iter().all(|row| row.len() == side) && side.is_multiple_of(SCALE));
        let margin = QUIET * SCALE;
        for (y, row) in rows.iter().enumerate() {
            for (x, white) in row.iter().enumerate() {
                let outside = [x, y].iter().any(|at| *at < margin || *at >= side - margin);
                assert!(*white || !outside, "black at {x},{y}");
            }
        }
        // A mark is seven modules wide: black, white, three black, white, black.
        let middle = |at: usize| at + 3 * SCALE + 1;
        for (left, top) in [(margin, margin), (side - margin - 7 * SCALE, margin), (margin, side - margin - 7 * SCALE)]
        {
            let line: Vec<bool> = (0..7).map(|module| rows[middle(top)][left + module * SCALE + 1]).collect();
            assert_eq!(line, [false, true, false, false, false, true, false]);
        }
    }

    #[test]
    fn a_text_longer_than_any_code_has_no_picture() {
        assert!(png(&"a".repeat(3000)).is_none());
    }
}
