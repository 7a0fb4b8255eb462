//! Randomness from the library's generator (CTR-DRBG, seeded by the operating system).
//!
//! Guarantees: no byte is given out twice; secrets are drawn straight from the generator, however short. Ids and nonces,
//! of which a call draws half a dozen, are cut from a block that each thread draws at once, since the generator's cost
//! is by the draw; what was cut is wiped from the block.

use base::Rng;
use std::cell::RefCell;
use zeroize::Zeroize;

/// Bytes drawn at once for ids and nonces.
const BLOCK: usize = 1024;

/// The longest request that is cut from the block: a nonce and IV of a message.
const SHORT: usize = 28;

/// The one source of randomness outside tests.
pub struct SystemRng;

impl Rng for SystemRng {
    fn fill(&self, out: &mut [u8]) {
        let cut = out.len() <= SHORT && BLOCK_OF_THREAD.try_with(|block| block.borrow_mut().cut(out)).unwrap_or(false);
        if !cut {
            draw(out);
        }
    }

    fn fill_secret(&self, out: &mut [u8]) {
        draw(out);
    }
}

thread_local! {
    static BLOCK_OF_THREAD: RefCell<Block> = const { RefCell::new(Block { bytes: [0; BLOCK], left: 0 }) };
}

/// Random bytes not yet given out: the first `left` of `bytes`.
struct Block {
    bytes: [u8; BLOCK],
    left: usize,
}

impl Block {
    /// Fills `out` from the end of what is left; false, and nothing is given out, if that cannot be.
    fn cut(&mut self, out: &mut [u8]) -> bool {
        if self.left < out.len() {
            draw(&mut self.bytes);
            self.left = BLOCK;
        }
        let Some(from) = self.left.checked_sub(out.len()) else { return false };
        let Some(given) = self.bytes.get_mut(from..self.left) else { return false };
        out.copy_from_slice(given);
        given.zeroize();
        self.left = from;
        true
    }
}

fn draw(out: &mut [u8]) {
    crate::certain(aws_lc_rs::rand::fill(out));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn nothing_is_given_out_twice_within_or_across_blocks_and_threads() {
        let draws = || {
            (0..5_000)
                .map(|_| {
                    let mut id = [0; 16];
                    SystemRng.fill(&mut id);
                    id
                })
                .collect::<Vec<_>>()
        };
        let other = std::thread::spawn(draws);
        let mut all = draws();
        all.extend(other.join().unwrap());
        assert!(all.iter().all(|id| *id != [0; 16]));
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    }

    #[test]
    fn a_short_secret_is_not_cut_from_what_was_drawn_before() {
        let waiting = || BLOCK_OF_THREAD.with_borrow(|block| (block.left, block.bytes));
        SystemRng.fill(&mut [0; 16]);
        let before = waiting();
        let mut secret = [0; 16];
        SystemRng.fill_secret(&mut secret);
        assert!(secret != [0; 16] && !before.1.windows(16).any(|bytes| bytes == secret));
        assert_eq!(waiting(), before);
    }

    #[test]
    fn what_was_given_out_is_wiped_and_every_length_is_filled() {
        let mut block = Block { bytes: [0; BLOCK], left: 0 };
        for length in 0..=SHORT {
            let mut out = vec![0; length];
            assert!(block.cut(&mut out));
            assert!(length < 8 || out.iter().any(|byte| *byte != 0));
            assert!(block.bytes[block.left..].iter().all(|byte| *byte == 0));
        }
        let mut long = [0; 4096];
        SystemRng.fill(&mut long);
        assert!(long.iter().any(|byte| *byte != 0));
    }
}
