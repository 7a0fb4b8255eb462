//! What makes tables of models: for the tool itself, and for tests that bring models of their own.

pub mod pack;
pub mod source;
