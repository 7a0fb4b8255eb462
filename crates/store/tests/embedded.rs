//! The embedded engine against its file: restarts, a second process, damage, a full disk.
