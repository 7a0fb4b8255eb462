//! The `fastness` binary.

fn main() {}
