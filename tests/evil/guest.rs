//! Guests that misbehave before anybody can tell them how: the one that misbehaves as told with a trick written into
//! it, and some whose code is written by hand.

use crate::component::{component, encode, module};

/// The place in the guest where the name of an early trick is written, and the blanks for it.
const EARLY: &[u8] = b"misbehaves before it is configured:";
const BLANKS: usize = 64 - EARLY.len();

/// The component of the guest that plays a trick before it is configured.
pub(crate) fn early(trick: &str) -> Vec<u8> {
    let mut changed = component().to_vec();
    let place = find(&changed, EARLY).expect("the guest has a place for its early trick") + EARLY.len();
    assert!(trick.len() <= BLANKS, "{trick} is too long");
    changed[place..place + trick.len()].copy_from_slice(trick.as_bytes());
    changed
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// A component that exports an estimator, with a core module written by hand: `parts` are fields of the module in the
/// text format, `describe` the instructions of that function. The other functions do nothing but trap.
pub(crate) fn handmade(parts: &str, describe: &str) -> Vec<u8> {
    handmade_of(parts, [describe, "unreachable", "unreachable", "unreachable", "unreachable"])
}

/// The same with the instructions of all functions: describe, tables, configure, estimate and explain.
pub(crate) fn handmade_of(
    parts: &str,
    [describe, tables, configure, estimate, explain]: [&str; 5],
) -> Vec<u8> {
    let function = |name: &str, parameters: &str, body: &str| {
        let name = format!("joulework:plugin/estimator@0.1.0#{name}");
        format!("(func (export \"{name}\") {parameters} (result i32) {body})\n")
    };
    let text = format!(
        "(module {parts} {} {} {} {} {}
            (func (export \"cabi_realloc\") (param i32 i32 i32 i32) (result i32) i32.const 0))",
        function("describe", "", describe),
        function("tables", "", tables),
        function("[static]model.configure", "(param i32 i32 i32 i32)", configure),
        function("[method]model.estimate", "(param i32 i32 i32 i32)", estimate),
        function("[method]model.explain", "(param i32 i32 i32 i32)", explain),
    );
    let mut bytes = wat::parse_str(text).unwrap();
    bytes.extend(world());
    encode(&bytes)
}

/// The custom section in which a core module carries its world.
fn world() -> &'static [u8] {
    let module = module();
    let mut at = 8;
    while at < module.len() {
        let (length, body) = number(module, at + 1);
        let end = body + length;
        if module[at] == 0 && find(&module[body..end.min(body + 64)], b"component-type:").is_some() {
            return &module[at..end];
        }
        at = end;
    }
    panic!("the guest carries no world");
}

/// A number of the binary format, and where it ends.
fn number(bytes: &[u8], mut at: usize) -> (usize, usize) {
    let (mut value, mut shift) = (0, 0);
    loop {
        let byte = bytes[at];
        at += 1;
        value |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return (value, at);
        }
    }
}

/// A number in the binary format.
pub(crate) fn leb(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = u8::try_from(value & 0x7f).unwrap();
        value >>= 7;
        if value == 0 {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}

/// A section of the binary format.
pub(crate) fn section(id: u8, body: &[u8]) -> Vec<u8> {
    [&[id], leb(body.len()).as_slice(), body].concat()
}

/// A component of those sections.
pub(crate) fn bare(sections: &[Vec<u8>]) -> Vec<u8> {
    [b"\0asm\x0d\0\x01\0".as_slice(), &sections.concat()].concat()
}

/// A component that holds one core module of those sections.
pub(crate) fn around_module(sections: &[Vec<u8>]) -> Vec<u8> {
    let module = [b"\0asm\x01\0\0\0".as_slice(), &sections.concat()].concat();
    bare(&[section(1, &module)])
}

/// The guest with core instances of a module that has a memory, `count` of them.
pub(crate) fn with_instances(count: usize) -> Vec<u8> {
    let mut bytes = component().to_vec();
    let mut modules = 0;
    let mut at = 8;
    while at < bytes.len() {
        let (length, body) = number(&bytes, at + 1);
        modules += usize::from(bytes[at] == 1);
        at = body + length;
    }
    let module = wat::parse_str("(module (table 1 funcref))").unwrap();
    let one = [&[0], leb(modules).as_slice(), &[0]].concat();
    bytes.extend(section(1, &module));
    bytes.extend(section(2, &[leb(count), one.repeat(count)].concat()));
    bytes
}
