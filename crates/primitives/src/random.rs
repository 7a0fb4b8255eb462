//! Randomness from the library's generator (CTR-DRBG, seeded by the operating system).

use base::Rng;

/// The one source of randomness outside tests.
pub struct SystemRng;

impl Rng for SystemRng {
    fn fill(&self, out: &mut [u8]) {
        crate::certain(aws_lc_rs::rand::fill(out));
    }
}
