//! Parquet files as no writer should write them.

use std::io::Write as _;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Float64Array, Int32Array, Int64Array, ListArray, RecordBatch,
    StringArray, StructArray, TimestampMicrosecondArray, UInt64Array,
};
use arrow::datatypes::{DataType, Field, Int32Type};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::file::metadata::{
    FileMetaData, ParquetMetaData, ParquetMetaDataBuilder, ParquetMetaDataReader, ParquetMetaDataWriter,
};
use parquet::file::properties::WriterProperties;

use crate::made::COLUMNS;

/// How pages are compressed.
#[derive(Clone, Copy)]
pub(crate) enum Codec {
    None,
    Snappy,
    Zstd,
    Gzip,
}

/// Rows of [`COLUMNS`] as columns of text.
pub(crate) fn texts(rows: &[Vec<String>]) -> Vec<(String, ArrayRef)> {
    let column = |place: usize| rows.iter().map(|row| Some(row[place].as_str())).collect::<StringArray>();
    (0..)
        .zip(COLUMNS)
        .map(|(place, (name, _))| (name.to_owned(), Arc::new(column(place)) as ArrayRef))
        .collect()
}

fn batch(columns: &[(String, ArrayRef)]) -> RecordBatch {
    let columns = columns.iter().map(|(name, array)| (name, Arc::clone(array), true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

/// A file, with at most so many rows in a group.
pub(crate) fn file(columns: &[(String, ArrayRef)], codec: Codec, group: usize) -> Vec<u8> {
    let compression = match codec {
        Codec::None => Compression::UNCOMPRESSED,
        Codec::Snappy => Compression::SNAPPY,
        Codec::Zstd => Compression::ZSTD(ZstdLevel::default()),
        Codec::Gzip => Compression::GZIP(GzipLevel::default()),
    };
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(group))
        .set_compression(compression)
        // A change of the library's version is no change of the file.
        .set_created_by("golden".to_owned())
        .build();
    let batch = batch(columns);
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn metadata(file: &[u8]) -> ParquetMetaData {
    let mut copy = tempfile::tempfile().unwrap();
    copy.write_all(file).unwrap();
    ParquetMetaDataReader::new().parse_and_finish(&copy).unwrap()
}

/// The pages of a file with another footer.
fn with_footer(file: &[u8], metadata: &ParquetMetaData) -> Vec<u8> {
    let length = u32::from_le_bytes(file[file.len() - 8..file.len() - 4].try_into().unwrap()) as usize;
    let mut out = file[..file.len() - 8 - length].to_vec();
    ParquetMetaDataWriter::new(&mut out, metadata).finish().unwrap();
    out
}

/// A footer of other row groups, and their number of rows.
fn with_groups(
    metadata: &ParquetMetaData,
    groups: Vec<parquet::file::metadata::RowGroupMetaData>,
    rows: i64,
) -> ParquetMetaData {
    let own = metadata.file_metadata();
    let stated = FileMetaData::new(
        own.version(),
        rows,
        own.created_by().map(str::to_owned),
        own.key_value_metadata().cloned(),
        own.schema_descr_ptr(),
        own.column_orders().cloned(),
    );
    ParquetMetaDataBuilder::new(stated).set_row_groups(groups).build()
}

/// A file whose footer states other numbers of rows, and of values where given, than its pages have.
pub(crate) fn with_stated_rows(file: &[u8], rows: i64, values: Option<i64>) -> Vec<u8> {
    let metadata = metadata(file);
    let groups = metadata.row_groups().iter().map(|group| {
        let columns = group.columns().iter().map(|column| {
            let builder = column.clone().into_builder();
            builder.set_num_values(values.unwrap_or(column.num_values())).build().unwrap()
        });
        let columns = columns.collect();
        group.clone().into_builder().set_num_rows(rows).set_column_metadata(columns).build().unwrap()
    });
    with_footer(file, &with_groups(&metadata, groups.collect(), rows))
}

/// A file of 3,001 rows whose footer states 3,000 for the whole.
pub(crate) fn with_file_rows(row: &[String]) -> Vec<u8> {
    let mut file = file(&texts(&vec![row.to_vec(); 3_001]), Codec::Snappy, 10_000);
    // Number and type of the field after the schema, then the number of rows as Thrift writes it.
    let (stated, other) = ([0x16, 0xF2, 0x2E], [0x16, 0xF0, 0x2E]);
    let footer = u32::from_le_bytes(file[file.len() - 8..file.len() - 4].try_into().unwrap()) as usize;
    let start = file.len() - 8 - footer;
    let place = file[start..].windows(3).position(|bytes| bytes == stated).unwrap() + start;
    file[place..place + 3].copy_from_slice(&other);
    file
}

/// A file with a row group of no row between two that have some.
pub(crate) fn with_empty_group(columns: &[(String, ArrayRef)]) -> Vec<u8> {
    let whole = file(columns, Codec::Snappy, 1);
    let metadata = metadata(&whole);
    let mut groups = metadata.row_groups().to_vec();
    let empty = groups[0]
        .columns()
        .iter()
        .map(|column| column.clone().into_builder().set_num_values(0).clear_statistics().build().unwrap());
    let empty = empty.collect();
    let empty = groups[0].clone().into_builder().set_num_rows(0).set_column_metadata(empty).build().unwrap();
    groups.insert(1, empty);
    with_footer(&whole, &with_groups(&metadata, groups, metadata.file_metadata().num_rows()))
}

/// Files of two rows with one column of another type: a name for the file, the column and its values.
pub(crate) fn strange_arrays() -> Vec<(&'static str, &'static str, ArrayRef)> {
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1)]), None]);
    let pair = || -> ArrayRef {
        let field = Arc::new(Field::new("deep", DataType::Int32, true));
        Arc::new(StructArray::from(vec![(field, Arc::new(Int32Array::from(vec![1, 2])) as ArrayRef)]))
    };
    vec![
        ("account-of-numbers", "BillingAccountId", Arc::new(Int64Array::from(vec![1, 2]))),
        ("cost-of-truths", "BilledCost", Arc::new(BooleanArray::from(vec![true, false]))),
        ("cost-of-large-numbers", "BilledCost", Arc::new(UInt64Array::from(vec![1, u64::MAX]))),
        ("cost-nested", "BilledCost", pair()),
        ("quantity-of-lists", "ConsumedQuantity", Arc::new(list.clone())),
        ("quantity-too-large", "ConsumedQuantity", Arc::new(Float64Array::from(vec![1.0, 1e19]))),
        ("time-of-numbers", "ChargePeriodStart", Arc::new(Int64Array::from(vec![0, 1]))),
        (
            "time-before-bills",
            "ChargePeriodStart",
            Arc::new(TimestampMicrosecondArray::from(vec![0, -62_135_596_800_000_000])),
        ),
        (
            "region-of-other-bytes",
            "RegionId",
            Arc::new(BinaryArray::from(vec![b"eu-west-1".as_slice(), b"\xE9\xFF"])),
        ),
        ("tags-of-pairs", "Tags", pair()),
        ("unknown-nested", "x_Nested", pair()),
        ("unknown-list", "x_List", Arc::new(list)),
    ]
}
