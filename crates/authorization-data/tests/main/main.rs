//! The data that is in the binary: that all of it can be read, agrees with itself, and says what AWS's pages say.

extern crate fastness_authorization_data as authorization_data;

#[cfg(test)]
mod lookups;
#[cfg(test)]
mod managed;
#[cfg(test)]
mod services;
