//! Shamir's secret sharing over GF(2⁸): a secret in `count` shares, any `threshold` of which give it back.
//!
//! Guarantees: fewer shares than the threshold tell nothing of the secret, since every coefficient is drawn uniformly
//! from all of the field, zero included; multiplication takes the same time for all values; shares that do not belong
//! together, or are too few, give another secret and not an error, so whoever combines them must have a way to tell.
//! Source: A. Shamir, "How to share a secret" (1979); the field is that of AES (FIPS 197 §4.2).

use base::{Rng, Secret};

/// A share: its place, never zero, and a value as long as the secret.
pub struct Share {
    /// The place at which the polynomials were evaluated, 1 to 255.
    pub place: u8,
    /// Their values there, one a byte of the secret.
    pub value: Secret<Vec<u8>>,
}

/// Splits a secret; `None` unless 1 ≤ threshold ≤ count.
pub fn split(secret: &[u8], threshold: u8, count: u8, rng: &dyn Rng) -> Option<Vec<Share>> {
    if threshold == 0 || threshold > count {
        return None;
    }
    // Coefficients by descending power, a row each as long as the secret; the secret itself is the last row.
    let mut rows: Vec<Secret<Vec<u8>>> = Vec::with_capacity(threshold.into());
    for _ in 1..threshold {
        let mut row = Secret::new(vec![0; secret.len()]);
        rng.fill_secret(row.expose_mut());
        rows.push(row);
    }
    let shares = (1..=count).map(|place| {
        let mut value = Secret::new(vec![0; secret.len()]);
        for row in rows.iter().map(|row| row.expose().as_slice()).chain([secret]) {
            for (sum, coefficient) in value.expose_mut().iter_mut().zip(row) {
                *sum = multiply(*sum, place) ^ coefficient;
            }
        }
        Share { place, value }
    });
    Some(shares.collect())
}

/// The secret of these shares, if they are enough and belong together; `None` if a place comes twice or is zero, if
/// values differ in length, or if there are no shares.
pub fn combine(shares: &[Share]) -> Option<Secret<Vec<u8>>> {
    let length = shares.first()?.value.expose().len();
    let mut secret = Secret::new(vec![0; length]);
    for (index, share) in shares.iter().enumerate() {
        let is_repeated = shares.iter().skip(index + 1).any(|other| other.place == share.place);
        if share.place == 0 || is_repeated || share.value.expose().len() != length {
            return None;
        }
        // Lagrange's basis at zero. Places are no secret.
        let others = shares.iter().map(|other| other.place).filter(|place| *place != share.place);
        let weight = others.fold(1, |product, place| multiply(product, divide(place, place ^ share.place)));
        for (sum, value) in secret.expose_mut().iter_mut().zip(share.value.expose()) {
            *sum ^= multiply(*value, weight);
        }
    }
    Some(secret)
}

/// The product in GF(2⁸), bit by bit, without a branch or a table that depends on either factor.
fn multiply(a: u8, b: u8) -> u8 {
    let (mut a, mut product) = (a, 0);
    for bit in 0..8 {
        product ^= a & 0_u8.wrapping_sub(b >> bit & 1);
        let carry = 0_u8.wrapping_sub(a >> 7);
        a = (a << 1) ^ (carry & 0x1b);
    }
    product
}

/// The quotient; by zero, zero.
fn divide(a: u8, b: u8) -> u8 {
    // b²⁵⁴ is the inverse of b.
    let mut inverse = 1;
    for bit in (0..8).rev() {
        inverse = multiply(inverse, inverse);
        if bit != 0 {
            inverse = multiply(inverse, b);
        }
    }
    multiply(a, inverse)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRng;
    use base::SeededRng;

    fn chosen(shares: &[Share], places: &[u8]) -> Vec<Share> {
        let share = |place: &u8| shares.iter().find(|share| share.place == *place).unwrap();
        places.iter().map(share).map(|share| Share { place: share.place, value: share.value.duplicate() }).collect()
    }

    #[test]
    fn the_field_is_that_of_aes() {
        // FIPS 197 §4.2: {57} · {83} = {c1}, {57} · {13} = {fe}.
        assert_eq!((multiply(0x57, 0x83), multiply(0x57, 0x13)), (0xc1, 0xfe));
        for a in 0..=255_u8 {
            assert_eq!(multiply(a, 1), a);
            for b in 1..=255 {
                assert_eq!(divide(multiply(a, b), b), a);
            }
        }
    }

    #[test]
    fn any_enough_shares_give_the_secret_in_any_order() {
        let secret = [0, 1, 2, 127, 128, 255, 9];
        for (threshold, count) in [(1, 1), (1, 3), (2, 3), (3, 5), (5, 5)] {
            let shares = split(&secret, threshold, count, &SystemRng).unwrap();
            let mut subsets = 0;
            for mask in 1_u32..1 << count {
                let mut places: Vec<u8> = (1..=count).filter(|place| mask >> (place - 1) & 1 == 1).collect();
                places.reverse();
                let combined = combine(&chosen(&shares, &places)).unwrap();
                assert_eq!(*combined.expose() == secret, places.len() >= threshold.into(), "{places:?} of {threshold}");
                subsets += 1;
            }
            assert_eq!(subsets, (1 << count) - 1);
        }
        let shares = split(&secret, 255, 255, &SystemRng).unwrap();
        assert_eq!(*combine(&shares).unwrap().expose(), secret);
    }

    /// What one share of two says of the secret: with all coefficients equally likely, nothing.
    #[test]
    fn a_share_takes_every_value_for_every_secret() {
        struct Fixed(u8);
        impl Rng for Fixed {
            fn fill(&self, out: &mut [u8]) {
                out.fill(self.0);
            }
        }
        for secret in [0, 1, 77, 255] {
            let mut seen: Vec<u8> = (0..=255)
                .map(|coefficient| split(&[secret], 2, 2, &Fixed(coefficient)).unwrap()[0].value.expose()[0])
                .collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..=255).collect::<Vec<u8>>());
        }
    }

    #[test]
    fn shares_that_cannot_be_combined_are_refused() {
        let rng = SeededRng::new(3);
        assert!(split(&[1], 0, 3, &rng).is_none() && split(&[1], 4, 3, &rng).is_none());
        let shares = split(&[1, 2], 2, 3, &rng).unwrap();
        assert!(combine(&[]).is_none());
        assert!(combine(&chosen(&shares, &[1, 1])).is_none());
        assert!(combine(&[Share { place: 0, value: Secret::new(vec![1]) }]).is_none());
        let short = Share { place: 9, value: Secret::new(vec![1]) };
        assert!(combine(&[chosen(&shares, &[1]).remove(0), short]).is_none());
    }
}
