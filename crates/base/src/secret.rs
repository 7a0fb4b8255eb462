//! Values that must not leak.
//!
//! Guarantees: no `Debug`, `Display`, `Clone` or serialisation; the bytes are wiped on drop.

use zeroize::Zeroize;

/// A secret value. Reading it is an explicit act, [`Secret::expose`], so that it can be searched for in review.
pub struct Secret<T: Wipe>(T);

/// Bytes that can be overwritten where they lie.
pub trait Wipe {
    /// Overwrites all of the value's memory with zeros, room to grow included; the compiler cannot leave it out.
    fn wipe(&mut self);
}

impl<T: Wipe> Secret<T> {
    /// Takes ownership of a secret; the caller must not keep a copy.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for as long as the borrow lasts.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The value, to be filled or changed in place.
    pub fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }

    /// A second holder of the same secret, spelled out because copies of secrets should be few.
    pub fn duplicate(&self) -> Self
    where
        T: Clone,
    {
        Self(self.0.clone())
    }
}

impl<T: Wipe> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.wipe();
    }
}

impl<const N: usize> Wipe for [u8; N] {
    fn wipe(&mut self) {
        self.as_mut_slice().zeroize();
    }
}

impl Wipe for Vec<u8> {
    fn wipe(&mut self) {
        overwrite(self);
        self.clear();
    }
}

/// As two slices: byte by byte, as a vector of just anything must be wiped, 4 KiB cost a microsecond.
fn overwrite(bytes: &mut Vec<u8>) {
    bytes.as_mut_slice().zeroize();
    bytes.spare_capacity_mut().zeroize();
}

/// Appends, as a serialiser does; when the bytes move to where there is more room, nothing is left where they were.
impl Extend<u8> for Secret<Vec<u8>> {
    fn extend<I: IntoIterator<Item = u8>>(&mut self, bytes: I) {
        let mut bytes = bytes.into_iter();
        let expected = bytes.size_hint().0;
        self.make_room(expected);
        self.0.extend(bytes.by_ref().take(expected));
        for byte in bytes {
            self.make_room(1);
            self.0.push(byte);
        }
    }
}

impl Secret<Vec<u8>> {
    fn make_room(&mut self, additional: usize) {
        let needed = self.0.len().saturating_add(additional);
        if needed > self.0.capacity() {
            let mut larger = Vec::with_capacity(needed.max(self.0.capacity().saturating_mul(2)).max(LEAST_CAPACITY));
            larger.extend_from_slice(&self.0);
            std::mem::replace(&mut self.0, larger).wipe();
        }
    }
}

/// What a secret that grows begins with, in bytes.
const LEAST_CAPACITY: usize = 64;

impl Wipe for String {
    fn wipe(&mut self) {
        let mut bytes = std::mem::take(self).into_bytes();
        bytes.wipe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_grows_is_what_was_appended() {
        let mut secret = Secret::new(Vec::new());
        let mut expected = Vec::new();
        for piece in 0_u8..200 {
            let bytes = vec![piece; usize::from(piece)];
            secret.extend(bytes.iter().copied());
            // Without a length that is known beforehand.
            secret.extend(bytes.iter().copied().filter(|byte| byte % 2 == 0));
            expected.extend_from_slice(&bytes);
            expected.extend(bytes.iter().filter(|byte| *byte % 2 == 0));
        }
        assert_eq!(*secret.expose(), expected);
    }

    #[test]
    fn nothing_is_left_where_a_secret_lay() {
        let mut array = [7; 32];
        array.wipe();
        assert_eq!(array, [0; 32]);
        for length in [1, 31, 4096] {
            let mut bytes = vec![7; length];
            overwrite(&mut bytes);
            assert_eq!(bytes, vec![0; length]);
        }
    }
}
