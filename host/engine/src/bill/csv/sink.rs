//! Columns under construction, filled from fields of CSV records.

use std::sync::Arc;

use arrow::array::NullBufferBuilder;
use arrow::array::{ArrayRef, Decimal128Array, Float64Array, TimestampMillisecondArray};

use super::scan::{Span, undouble};
use crate::bill::column::{MONEY_PRECISION, MONEY_SCALE};
use crate::bill::error::shown;
use crate::bill::fields::FieldKind;
use crate::bill::intern::{Codes, Interner, Refused};
use crate::bill::json;
use crate::bill::text::{expected, is_missing, money, number};
use crate::instant::{Zone, instant};

/// A field that is not what its column holds.
#[derive(Debug)]
pub(super) struct Fault {
    /// Row in the block.
    pub(super) row: usize,
    pub(super) found: String,
    pub(super) expected: &'static str,
}

/// A column under construction.
#[derive(Debug)]
pub(super) enum Sink {
    Text(Codes),
    Object(Box<Objects>),
    Money(Values<i128>),
    Number(Values<f64>),
    Instant(Values<i64>),
}

/// Values and which rows have one.
#[derive(Debug)]
pub(super) struct Values<T> {
    values: Vec<T>,
    nulls: NullBufferBuilder,
}

impl<T: Copy + Default> Values<T> {
    fn new() -> Self {
        Self { values: Vec::new(), nulls: NullBufferBuilder::new(0) }
    }

    #[inline]
    fn push(&mut self, value: T) {
        self.values.push(value);
        self.nulls.append_non_null();
    }

    #[inline]
    fn push_null(&mut self) {
        self.values.push(T::default());
        self.nulls.append_null();
    }

    fn take(&mut self) -> (Vec<T>, Option<arrow::buffer::NullBuffer>) {
        let rows = self.values.len();
        (std::mem::replace(&mut self.values, Vec::with_capacity(rows)), self.nulls.finish())
    }
}

/// Objects: each distinct spelling is made canonical once in a chunk.
#[derive(Debug)]
pub(super) struct Objects {
    codes: Codes,
    /// Distinct fields as they stand in the file, quotes doubled.
    spellings: Interner,
    /// For each spelling the code of its canonical form.
    canonical: Vec<i32>,
}

impl Objects {
    fn push(&mut self, raw: &[u8], doubled: bool) -> Result<(), &'static str> {
        let spelling = self.spellings.code(raw).map_err(refusal)?;
        let place = usize::try_from(spelling).unwrap_or(usize::MAX);
        let code = if let Some(code) = self.canonical.get(place) {
            *code
        } else {
            let mut single = Vec::new();
            let bytes = if doubled {
                undouble(raw, &mut single);
                &single
            } else {
                raw
            };
            let text = std::str::from_utf8(bytes).map_err(|_| expected::OBJECT)?;
            let canonical = json::canonical(text).ok_or(expected::OBJECT)?;
            let code = self.codes.code(canonical.as_bytes()).map_err(refusal)?;
            self.canonical.push(code);
            code
        };
        self.codes.push_code(code);
        Ok(())
    }
}

fn refusal(refused: Refused) -> &'static str {
    match refused {
        Refused::Utf8 => expected::TEXT,
        Refused::Full => "less than 2 GiB of text in 65,536 rows",
    }
}

impl Sink {
    pub(super) fn new(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Text => Self::Text(Codes::new(0)),
            FieldKind::Object => Self::Object(Box::new(Objects {
                codes: Codes::new(0),
                spellings: Interner::new(),
                canonical: Vec::new(),
            })),
            FieldKind::Money => Self::Money(Values::new()),
            FieldKind::Number => Self::Number(Values::new()),
            FieldKind::Instant => Self::Instant(Values::new()),
        }
    }

    /// Adds the fields of a column; with `filled`, a field without a value is a fault.
    pub(super) fn push<'a>(
        &mut self,
        buffer: &[u8],
        column: impl Iterator<Item = &'a Span>,
        filled: bool,
        zone: &Zone,
    ) -> Result<(), Fault> {
        match self {
            Self::Text(codes) => each(buffer, column, |field| {
                if !is_missing(field) {
                    codes.push(field).map_err(refusal)?;
                } else if filled {
                    return Err("a value");
                } else {
                    codes.push_null();
                }
                Ok(())
            }),
            Self::Object(objects) => {
                for (row, span) in column.enumerate() {
                    let raw = span.raw(buffer);
                    if is_missing(raw) {
                        objects.codes.push_null();
                    } else if let Err(expected) = objects.push(raw, span.is_doubled()) {
                        return Err(Fault { row, found: shown(raw), expected });
                    }
                }
                Ok(())
            }
            Self::Money(values) => {
                each(buffer, column, |field| scalar(values, field, filled, expected::MONEY, money))
            }
            Self::Number(values) => {
                each(buffer, column, |field| scalar(values, field, filled, expected::NUMBER, number))
            }
            Self::Instant(values) => each(buffer, column, |field| {
                scalar(values, field, filled, zone.expected(), |field| instant(field, zone))
            }),
        }
    }

    /// Bytes of the distinct texts so far.
    pub(super) fn text_bytes(&self) -> usize {
        match self {
            Self::Text(codes) => codes.text_bytes(),
            Self::Object(objects) => objects.codes.text_bytes() + objects.spellings.text_bytes(),
            Self::Money(_) | Self::Number(_) | Self::Instant(_) => 0,
        }
    }

    /// The column so far; empty afterwards.
    pub(super) fn take(&mut self) -> ArrayRef {
        match self {
            Self::Text(codes) => codes.take(),
            Self::Object(objects) => {
                objects.canonical.clear();
                let _ = objects.spellings.take();
                objects.codes.take()
            }
            Self::Money(values) => {
                let (values, nulls) = values.take();
                let array = Decimal128Array::new(values.into(), nulls);
                // The precision and scale of every money column.
                match array.with_precision_and_scale(MONEY_PRECISION, MONEY_SCALE) {
                    Ok(array) => Arc::new(array),
                    Err(_) => Arc::new(Decimal128Array::from(Vec::<i128>::new())),
                }
            }
            Self::Number(values) => {
                let (values, nulls) = values.take();
                Arc::new(Float64Array::new(values.into(), nulls))
            }
            Self::Instant(values) => {
                let (values, nulls) = values.take();
                Arc::new(TimestampMillisecondArray::new(values.into(), nulls).with_timezone("UTC"))
            }
        }
    }
}

#[inline]
fn scalar<T: Copy + Default>(
    values: &mut Values<T>,
    field: &[u8],
    filled: bool,
    expected: &'static str,
    read: impl Fn(&[u8]) -> Option<T>,
) -> Result<(), &'static str> {
    if let Some(value) = read(field) {
        values.push(value);
    } else if is_missing(field) && !filled {
        values.push_null();
    } else {
        return Err(expected);
    }
    Ok(())
}

#[inline]
fn each<'a>(
    buffer: &[u8],
    column: impl Iterator<Item = &'a Span>,
    mut take: impl FnMut(&[u8]) -> Result<(), &'static str>,
) -> Result<(), Fault> {
    let mut single = Vec::new();
    for (row, span) in column.enumerate() {
        let raw = span.raw(buffer);
        let field = if span.is_doubled() {
            undouble(raw, &mut single);
            &single
        } else {
            raw
        };
        take(field).map_err(|expected| Fault { row, found: shown(field), expected })?;
    }
    Ok(())
}
