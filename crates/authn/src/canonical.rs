//! Writes the canonical request: the bytes that both sides hash.
