//! Turns `wit/standard-columns.csv` into a constant, so that a misspelt column name stops the compiler
//! and no component carries the list.

#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "how a build script and cargo speak")]

use std::fmt::Write as _;
use std::{env, fs, path::Path};

fn main() {
    let list = Path::new("../../wit/standard-columns.csv");
    println!("cargo::rerun-if-changed={}", list.display());
    println!("cargo::rerun-if-changed=../../wit/plugin.wit");
    println!("cargo::rerun-if-changed=build.rs");
    let text = fs::read_to_string(list).unwrap_or_else(|error| panic!("{}: {error}", list.display()));
    let mut rust = String::from("/// The standard columns.\npub(crate) const STANDARD: &[Standard] = &[\n");
    for line in text.lines().skip(1).filter(|line| !line.is_empty()) {
        // name,kind,unit,additive,origin,"meaning": only the last field is ever quoted.
        let fields: Vec<&str> = line.splitn(6, ',').collect();
        let [name, kind, unit, additive, origin, meaning] = fields[..] else {
            panic!("six fields expected: {line}")
        };
        let meaning = meaning.trim_matches('"').replace("\"\"", "\"");
        let mut kind = kind.to_owned();
        kind[..1].make_ascii_uppercase();
        writeln!(
            rust,
            "    Standard {{ name: {name:?}, kind: Kind::{kind}, unit: {unit:?}, additive: {}, total: {}, meaning: {meaning:?} }},",
            additive == "yes",
            origin == "total",
        )
        .unwrap_or_else(|error| panic!("{error}"));
    }
    rust.push_str("];\n");
    let out = env::var("OUT_DIR").unwrap_or_else(|error| panic!("{error}"));
    fs::write(Path::new(&out).join("standard.rs"), rust).unwrap_or_else(|error| panic!("{error}"));
}
