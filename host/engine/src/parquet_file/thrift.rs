//! Goes through headers in the compact protocol of Thrift, and holds that they are what they should be: kinds as they are
//! known, and no list of more values than bytes are left. So it takes no longer than the bytes are many, and neither does
//! the library after it.

use std::io::{self, Read};

use super::shape::Fields;

/// What a value is made of.
pub(super) enum Shape {
    /// Yes or no, which takes no byte.
    Bool,
    /// A number of one byte.
    Byte,
    /// A whole number.
    Int,
    /// A number with a fraction.
    Double,
    /// Text or bytes.
    Bytes,
    /// Values by number.
    Struct(Fields),
    /// Values of one shape.
    List(&'static Self),
}

/// Structures and lists inside each other; the footer has eight.
const DEPTH: usize = 32;

/// Kinds of values as they are written.
mod kind {
    pub(super) const TRUE: u8 = 1;
    pub(super) const FALSE: u8 = 2;
    pub(super) const BYTE: u8 = 3;
    pub(super) const I16: u8 = 4;
    pub(super) const I64: u8 = 6;
    pub(super) const DOUBLE: u8 = 7;
    pub(super) const BINARY: u8 = 8;
    pub(super) const LIST: u8 = 9;
    pub(super) const SET: u8 = 10;
    pub(super) const MAP: u8 = 11;
    pub(super) const STRUCT: u8 = 12;
    pub(super) const UUID: u8 = 13;
}

/// Holds that bytes begin with a structure.
///
/// # Errors
/// What is wrong with it.
pub(super) fn check(bytes: &[u8], fields: Fields) -> io::Result<()> {
    walk(bytes, bytes.len() as u64, fields, |_, _, _| {})
}

/// Reads a structure of at most `most` bytes to its end; `tell` hears its numbers with their depth, from 0, and field.
///
/// # Errors
/// The input's, or what is wrong with the structure.
pub(super) fn walk(
    input: impl Read,
    most: u64,
    fields: Fields,
    tell: impl FnMut(usize, i16, i64),
) -> io::Result<()> {
    Walk { input, left: most, tell }.structure(fields, 0)
}

struct Walk<R, F> {
    input: R,
    /// Bytes that may still come.
    left: u64,
    tell: F,
}

impl<R: Read, F: FnMut(usize, i16, i64)> Walk<R, F> {
    fn structure(&mut self, fields: Fields, depth: usize) -> io::Result<()> {
        let mut id = 0_i16;
        while let Some((next, kind)) = self.field(id)? {
            id = next;
            match fields.iter().find(|(own, _)| *own == id) {
                Some((_, shape)) => self.value(shape, kind, id, depth)?,
                None => self.pass(kind, depth)?,
            }
        }
        Ok(())
    }

    /// The number and kind of the next field; nothing at the end of a structure.
    fn field(&mut self, last: i16) -> io::Result<Option<(i16, u8)>> {
        let head = self.byte()?;
        let (step, kind) = (head >> 4, head & 0xf);
        if kind == 0 {
            return Ok(None);
        }
        let id = match step {
            0 => i16::try_from(zigzag(self.number()?)).ok(),
            step => last.checked_add(i16::from(step)),
        };
        Ok(Some((id.ok_or_else(|| wrong("a field has a number that is too large"))?, kind)))
    }

    fn value(&mut self, shape: &Shape, kind: u8, id: i16, depth: usize) -> io::Result<()> {
        if depth > DEPTH {
            return Err(too_deep());
        }
        match (shape, kind) {
            (Shape::Bool, kind::TRUE | kind::FALSE) => Ok(()),
            (Shape::Byte, kind::BYTE) => self.skip(1),
            (Shape::Int, kind::I16..=kind::I64) => {
                let number = zigzag(self.number()?);
                (self.tell)(depth, id, number);
                Ok(())
            }
            (Shape::Double, kind::DOUBLE) => self.skip(8),
            (Shape::Bytes, kind::BINARY) => self.bytes(),
            (Shape::Struct(fields), kind::STRUCT) => self.structure(fields, depth + 1),
            (Shape::List(of), kind::LIST) => {
                let (kind, count) = self.list()?;
                (0..count).try_for_each(|_| self.value(of, kind, id, depth + 1))
            }
            _ => Err(wrong(format!("field {id} is of another kind than it should be"))),
        }
    }

    /// Passes over a value that nobody knows.
    fn pass(&mut self, kind: u8, depth: usize) -> io::Result<()> {
        if depth > DEPTH {
            return Err(too_deep());
        }
        match kind {
            kind::TRUE | kind::FALSE => Ok(()),
            kind::BYTE => self.skip(1),
            kind::I16..=kind::I64 => self.number().map(drop),
            kind::DOUBLE => self.skip(8),
            kind::UUID => self.skip(16),
            kind::BINARY => self.bytes(),
            kind::LIST | kind::SET => {
                let (kind, count) = self.list()?;
                (0..count).try_for_each(|_| self.pass(kind, depth + 1))
            }
            kind::MAP => {
                let count = self.number()?;
                if count == 0 {
                    return Ok(());
                }
                let kinds = self.byte()?;
                let (key, value) = (kinds >> 4, kinds & 0xf);
                self.can_be(count, is_bool(key) && is_bool(value))?;
                (0..count).try_for_each(|_| {
                    self.pass(key, depth + 1)?;
                    self.pass(value, depth + 1)
                })
            }
            kind::STRUCT => {
                while let Some((_, kind)) = self.field(0)? {
                    self.pass(kind, depth + 1)?;
                }
                Ok(())
            }
            _ => Err(wrong("a field has a kind that there is not")),
        }
    }

    /// Kind and number of the values of a list.
    fn list(&mut self) -> io::Result<(u8, u64)> {
        let head = self.byte()?;
        let (count, kind) = (head >> 4, head & 0xf);
        let count = if count == 0xf { self.number()? } else { u64::from(count) };
        self.can_be(count, is_bool(kind))?;
        Ok((kind, count))
    }

    /// Holds a number of values against the bytes that are left. The library takes those without bytes for none.
    fn can_be(&self, count: u64, takes_no_bytes: bool) -> io::Result<()> {
        if count > self.left || (takes_no_bytes && count > 0) {
            return Err(wrong(format!("{count} values cannot be in the {} bytes that are left", self.left)));
        }
        Ok(())
    }

    fn bytes(&mut self) -> io::Result<()> {
        let length = self.number()?;
        self.skip(length)
    }

    fn skip(&mut self, count: u64) -> io::Result<()> {
        self.left = self.left.checked_sub(count).ok_or_else(cut_off)?;
        let skipped = io::copy(&mut self.input.by_ref().take(count), &mut io::sink())?;
        if skipped == count { Ok(()) } else { Err(cut_off()) }
    }

    fn byte(&mut self) -> io::Result<u8> {
        self.left = self.left.checked_sub(1).ok_or_else(cut_off)?;
        let mut one = [0];
        self.input.read_exact(&mut one)?;
        Ok(u8::from_le_bytes(one))
    }

    /// A number of seven bits a byte, the lowest first.
    fn number(&mut self) -> io::Result<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(wrong("a number does not end"))
    }
}

const fn is_bool(kind: u8) -> bool {
    matches!(kind, kind::TRUE | kind::FALSE)
}

/// The sign is in the lowest bit.
fn zigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

fn wrong(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}

fn cut_off() -> io::Error {
    wrong("it is cut off")
}

fn too_deep() -> io::Error {
    wrong("too many structures are inside each other")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    const FIELDS: Fields =
        &[(1, Shape::Int), (2, Shape::List(&Shape::Bytes)), (3, Shape::Struct(&[(1, Shape::Int)]))];

    fn said(bytes: &[u8]) -> String {
        check(bytes, FIELDS).unwrap_err().to_string()
    }

    #[test]
    fn numbers_are_told_with_their_place_and_what_is_unknown_is_passed_over() {
        let mut numbers = Vec::new();
        // 1: -3; 2: ["ab"]; 3: { 1: 150 }; 9: a map of one byte to a double; 10: a list of two structures.
        let unknown = [&[0x6b, 1, 0x37, 5][..], &[0; 8], &[0x19, 0x2c, 0x15, 2, 0, 0]].concat();
        let known = [0x15, 5, 0x19, 0x18, 2, b'a', b'b', 0x1c, 0x16, 0xac, 0x02, 0];
        let bytes = [&known[..], &unknown, &[0]].concat();
        walk(bytes.as_slice(), 100, FIELDS, |depth, id, number| numbers.push((depth, id, number))).unwrap();
        assert_eq!(numbers, [(0, 1, -3), (1, 1, 150)]);
    }

    #[test]
    fn a_field_of_another_kind_is_refused() {
        assert_eq!(said(&[0x18, 0, 0]), "field 1 is of another kind than it should be");
        assert_eq!(said(&[0x29, 0x15, 0, 0]), "field 2 is of another kind than it should be");
    }

    #[test]
    fn more_values_than_bytes_are_refused() {
        assert_eq!(said(&[0x29, 0xf8, 0x7f, 0]), "127 values cannot be in the 1 bytes that are left");
        // Neither a list nor a map of values that take no bytes, known or not.
        assert_eq!(said(&[0x99, 0x11, 0, 0, 0]), "1 values cannot be in the 3 bytes that are left");
        assert_eq!(said(&[0x9b, 1, 0x12, 0, 0]), "1 values cannot be in the 2 bytes that are left");
    }

    #[test]
    fn every_cut_is_refused() {
        let bytes = [0x15, 5, 0x19, 0x18, 2, b'a', b'b', 0x1c, 0x16, 0xac, 0x02, 0, 0];
        assert!(check(&bytes, FIELDS).is_ok());
        for length in 0..bytes.len() {
            assert!(check(&bytes[..length], FIELDS).is_err(), "{length}");
        }
        assert_eq!(said(&[0x15, 0xff]), "it is cut off");
    }

    #[test]
    fn structures_are_not_inside_each_other_without_end() {
        assert_eq!(said(&[0x9c; 100]), "too many structures are inside each other");
        let lists = [&[0x99][..], &[0x19; 100]].concat();
        assert_eq!(said(&lists), "too many structures are inside each other");
    }
}
