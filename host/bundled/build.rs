//! Builds the first-party plugins.
fn main() {}
