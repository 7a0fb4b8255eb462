//! What the store promises, asked of every engine; and what happens to the embedded one when the world breaks.

extern crate fastness_store as store;

mod embedded;
mod killed;
mod suite;
mod support;
