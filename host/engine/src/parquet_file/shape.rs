//! What the headers of Parquet files are made of, by the numbers of their fields.
//!
//! Source: `parquet.thrift` of the Apache Parquet format, version 2.12 (Apache-2.0). The library takes the fields that it
//! knows for what they should be, whatever kind is written beside them; so they must be that.

use super::thrift::Shape::{self, Bool, Byte, Bytes, Double, Int, List, Struct};

/// The fields of a structure.
pub(super) type Fields = &'static [(i16, Shape)];

const NO_FIELDS: Shape = Struct(&[]);
const INTS: Shape = List(&Int);
const TEXTS: Shape = List(&Bytes);

/// `FileMetaData`.
pub(super) const FOOTER: Fields = &[
    (1, Int),
    (2, List(&Struct(SCHEMA_ELEMENT))),
    (3, Int),
    (4, List(&Struct(ROW_GROUP))),
    (5, List(&Struct(KEY_VALUE))),
    (6, Bytes),
    (7, List(&Struct(&[(1, NO_FIELDS), (2, NO_FIELDS)]))),
    (8, Struct(&[(1, Struct(CIPHER)), (2, Struct(CIPHER))])),
    (9, Bytes),
];

const CIPHER: Fields = &[(1, Bytes), (2, Bytes), (3, Bool)];

const KEY_VALUE: Fields = &[(1, Bytes), (2, Bytes)];

const SCHEMA_ELEMENT: Fields = &[
    (1, Int),
    (2, Int),
    (3, Int),
    (4, Bytes),
    (5, Int),
    (6, Int),
    (7, Int),
    (8, Int),
    (9, Int),
    (10, Struct(LOGICAL_TYPE)),
];

const LOGICAL_TYPE: Fields = &[
    (1, NO_FIELDS),
    (2, NO_FIELDS),
    (3, NO_FIELDS),
    (4, NO_FIELDS),
    (5, Struct(&[(1, Int), (2, Int)])),
    (6, NO_FIELDS),
    (7, Struct(TIME)),
    (8, Struct(TIME)),
    (10, Struct(&[(1, Byte), (2, Bool)])),
    (11, NO_FIELDS),
    (12, NO_FIELDS),
    (13, NO_FIELDS),
    (14, NO_FIELDS),
    (15, NO_FIELDS),
    (16, Struct(&[(1, Byte)])),
    (17, Struct(&[(1, Bytes)])),
    (18, Struct(&[(1, Bytes), (2, Int)])),
];

const TIME: Fields = &[(1, Bool), (2, Struct(&[(1, NO_FIELDS), (2, NO_FIELDS), (3, NO_FIELDS)]))];

const ROW_GROUP: Fields = &[
    (1, List(&Struct(COLUMN_CHUNK))),
    (2, Int),
    (3, Int),
    (4, List(&Struct(&[(1, Int), (2, Bool), (3, Bool)]))),
    (5, Int),
    (6, Int),
    (7, Int),
];

const COLUMN_CHUNK: Fields = &[
    (1, Bytes),
    (2, Int),
    (3, Struct(COLUMN)),
    (4, Int),
    (5, Int),
    (6, Int),
    (7, Int),
    (8, Struct(&[(1, NO_FIELDS), (2, Struct(&[(1, TEXTS), (2, Bytes)]))])),
    (9, Bytes),
];

const COLUMN: Fields = &[
    (1, Int),
    (2, INTS),
    (3, TEXTS),
    (4, Int),
    (5, Int),
    (6, Int),
    (7, Int),
    (8, List(&Struct(KEY_VALUE))),
    (9, Int),
    (10, Int),
    (11, Int),
    (12, Struct(STATISTICS)),
    (13, List(&Struct(&[(1, Int), (2, Int), (3, Int)]))),
    (14, Int),
    (15, Int),
    (16, Struct(&[(1, Int), (2, INTS), (3, INTS)])),
    (17, Struct(&[(1, Struct(BOX)), (2, INTS)])),
];

const BOX: Fields =
    &[(1, Double), (2, Double), (3, Double), (4, Double), (5, Double), (6, Double), (7, Double), (8, Double)];

const STATISTICS: Fields =
    &[(1, Bytes), (2, Bytes), (3, Int), (4, Int), (5, Bytes), (6, Bytes), (7, Bool), (8, Bool), (9, Int)];

/// `PageHeader`.
pub(super) const PAGE: Fields = &[
    (page::KIND, Int),
    (page::UNPACKED, Int),
    (page::PACKED, Int),
    (4, Int),
    (5, Struct(&[(1, Int), (2, Int), (3, Int), (4, Int), (5, Struct(STATISTICS))])),
    (6, NO_FIELDS),
    (7, Struct(&[(1, Int), (2, Int), (3, Bool)])),
    (
        8,
        Struct(&[
            (1, Int),
            (2, Int),
            (3, Int),
            (4, Int),
            (page::DEFINITION_LEVELS, Int),
            (page::REPETITION_LEVELS, Int),
            (7, Bool),
            (8, Struct(STATISTICS)),
        ]),
    ),
];

/// Numbers in the header of a page that matter here.
pub(super) mod page {
    /// What the page is.
    pub(in super::super) const KIND: i16 = 1;
    /// The kind of a dictionary.
    pub(in super::super) const DICTIONARY: i64 = 2;
    /// Its bytes when it is unpacked.
    pub(in super::super) const UNPACKED: i16 = 2;
    /// Its bytes in the file.
    pub(in super::super) const PACKED: i16 = 3;
    /// Bytes that are not packed, in the header of a page of version 2.
    pub(in super::super) const DEFINITION_LEVELS: i16 = 5;
    /// The same.
    pub(in super::super) const REPETITION_LEVELS: i16 = 6;
}
