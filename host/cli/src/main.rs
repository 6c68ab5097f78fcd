//! The joulework command.
fn main() {}
