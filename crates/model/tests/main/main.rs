//! The tables as they are committed, checked against what they say of themselves and what AWS answers.

extern crate fastness_model as model;

#[allow(dead_code, unreachable_pub)]
#[path = "../../../../services/kms/src/api.rs"]
mod kms;

#[cfg(test)]
mod marks;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod texts;
#[cfg(test)]
mod typed;
