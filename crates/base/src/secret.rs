//! Values that must not leak.
//!
//! Guarantees: no `Debug`, `Display`, `Clone` or serialisation; the bytes are wiped on drop.

use zeroize::Zeroize;

/// A secret value. Reading it is an explicit act, [`Secret::expose`], so that it can be searched for in review.
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
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

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
