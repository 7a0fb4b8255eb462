//! What stands in for a coverage-guided fuzzer where there is none: seeds, mutated many times over, the same on every
//! run. Shared by the tests of all crates that have a fuzz target.
//!
//! `FASTNESS_FUZZ_SECONDS` makes each target run for so long instead of for [`ROUNDS`]; the inputs are still the same
//! ones, only more of them.

use base::{Rng, SeededRng};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Inputs for each target in an ordinary run of the tests.
const ROUNDS: u64 = 4_000;

/// Most mutations of one input.
const MAX_MUTATIONS: u64 = 6;

/// Longest input: what is longer finds nothing that this finds later.
const MAX_LENGTH: usize = 1 << 16;

/// Runs `target` on every seed and on mutations of them, made with the words of `dictionary` among others. Panics with
/// the input, in hexadecimal, that made the target panic.
pub(crate) fn run(target: fn(&[u8]), seeds: &[Vec<u8>], dictionary: &[&[u8]]) {
    assert!(!seeds.is_empty(), "nothing to begin with");
    seeds.iter().for_each(|seed| survive(target, seed));
    let mut mutator = Mutator { rng: SeededRng::new(0xF0_22), seeds, dictionary };
    let time = std::env::var("FASTNESS_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).map(Duration::from_secs);
    let begin = Instant::now();
    for round in 0.. {
        if time.map_or(round >= ROUNDS, |time| begin.elapsed() >= time) {
            break;
        }
        survive(target, &mutator.input());
    }
}

fn survive(target: fn(&[u8]), input: &[u8]) {
    if catch_unwind(AssertUnwindSafe(|| target(input))).is_err() {
        panic!("the target fails for {}", base::hex(input));
    }
}

struct Mutator<'a> {
    rng: SeededRng,
    seeds: &'a [Vec<u8>],
    dictionary: &'a [&'a [u8]],
}

impl Mutator<'_> {
    /// A seed with a few mutations.
    fn input(&mut self) -> Vec<u8> {
        let mut input = self.seed().to_vec();
        for _ in 0..=self.below(MAX_MUTATIONS) {
            self.mutate(&mut input);
            input.truncate(MAX_LENGTH);
        }
        input
    }

    fn mutate(&mut self, input: &mut Vec<u8>) {
        let (from, until) = self.range(input.len());
        match self.below(9) {
            // One bit, one byte, one byte of those that decide something.
            0 => input.iter_mut().skip(from).take(1).for_each(|byte| *byte ^= 1 << self.below(8)),
            1 => input.iter_mut().skip(from).take(1).for_each(|byte| *byte = self.below(256) as u8),
            2 => {
                const EDGES: &[u8] = b"\x00\x01\x7f\x80\xff\n\r\t \"\\{}[]:,.=&%+-0";
                let edge = EDGES[self.below(EDGES.len() as u64) as usize];
                input.iter_mut().skip(from).take(1).for_each(|byte| *byte = edge);
            }
            // A piece gone, twice, or in another place; the rest gone.
            3 => drop(input.drain(from..until)),
            4 => {
                let piece = input[from..until].to_vec();
                input.splice(from..from, piece);
            }
            5 => {
                let piece = input.drain(from..until).collect::<Vec<_>>();
                let (at, _) = self.range(input.len());
                input.splice(at..at, piece);
            }
            6 => input.truncate(from),
            // A word, and a piece of another seed.
            7 if !self.dictionary.is_empty() => {
                let word = self.dictionary[self.below(self.dictionary.len() as u64) as usize];
                input.splice(from..from, word.iter().copied());
            }
            _ => {
                let other = self.seed();
                let (start, end) = self.range(other.len());
                input.splice(from..until, other[start..end].iter().copied());
            }
        }
    }

    fn seed(&self) -> &[u8] {
        &self.seeds[self.below(self.seeds.len() as u64) as usize]
    }

    /// A piece of what has this length, mostly short.
    fn range(&self, length: usize) -> (usize, usize) {
        let from = self.below(length as u64 + 1) as usize;
        let longest = if self.below(4) == 0 { 256 } else { 8 };
        (from, (from + self.below(longest) as usize).min(length))
    }

    fn below(&self, bound: u64) -> u64 {
        let mut bytes = [0; 8];
        self.rng.fill(&mut bytes);
        u64::from_le_bytes(bytes) % bound.max(1)
    }
}
