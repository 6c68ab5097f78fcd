//! The headers of pages, looked at when the library is about to read them: that they are headers, and that the pages which
//! are unpacked together do not fill the memory. A page of a few bytes may state two gibibytes, and one that does not
//! may still unpack to them.

use std::io::{self, Cursor, Read};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use parquet::basic::Compression;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length};

use super::shape::{PAGE, page};
use super::thrift::walk;

/// Bytes that the pages of a row group may take at one time: of each column its dictionary and one page. Most writers cut
/// pages at 1 MiB, some at 100 MB.
const MOST: u64 = 1 << 30;

/// Bytes that the header of a page may have; its statistics may hold two large cells.
const HEADER: u64 = 64 << 20;

/// How much larger a page of Snappy can be when it is unpacked: 64 bytes for three.
const SNAPPY: u64 = 22;

/// A file from which a row group is read, page by page.
pub(crate) struct CheckedPages<R> {
    file: R,
    columns: Arc<Mutex<Vec<Column>>>,
}

/// A column of the row group, and what of it is in memory.
struct Column {
    range: Range<u64>,
    packing: Packing,
    name: String,
    dictionary: u64,
    page: u64,
    /// The page that comes next: where it begins, and its header.
    next: Option<(u64, Header)>,
}

#[derive(PartialEq, Eq)]
enum Packing {
    Gzip,
    Snappy,
    Other,
}

/// What a header says of the size of its page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Header {
    is_dictionary: bool,
    unpacked: u64,
    packed: u64,
    /// Bytes in front that are not packed.
    levels: u64,
}

impl<R: ChunkReader> CheckedPages<R> {
    /// # Errors
    /// A column that is nowhere in the file, in words.
    pub(crate) fn new(file: R, group: &RowGroupMetaData) -> std::result::Result<Self, String> {
        let columns = group.columns().iter().map(Column::new).collect::<std::result::Result<_, _>>()?;
        Ok(Self { file, columns: Arc::new(Mutex::new(columns)) })
    }
}

impl Column {
    fn new(column: &ColumnChunkMetaData) -> std::result::Result<Self, String> {
        let name = column.column_path().string();
        let start = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
        let length = column.compressed_size();
        let (Ok(start), Ok(length)) = (u64::try_from(start), u64::try_from(length)) else {
            return Err(format!("`{name}` is said to have {length} bytes from {start} on"));
        };
        let packing = match column.compression() {
            Compression::GZIP(_) => Packing::Gzip,
            Compression::SNAPPY => Packing::Snappy,
            _ => Packing::Other,
        };
        let range = start..start.saturating_add(length);
        Ok(Self { range, packing, name, dictionary: 0, page: 0, next: None })
    }
}

impl<R: ChunkReader> Length for CheckedPages<R> {
    fn len(&self) -> u64 {
        self.file.len()
    }
}

impl<R: ChunkReader> ChunkReader for CheckedPages<R> {
    type T = HeaderReader<R::T>;

    /// The library reads nothing but headers of pages in this way.
    fn get_read(&self, start: u64) -> Result<Self::T> {
        let most = self.file.len().saturating_sub(start).min(HEADER);
        let file = self.file.get_read(start)?;
        Ok(HeaderReader { file, start, most, columns: Arc::clone(&self.columns), header: None })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let bytes = self.file.get_bytes(start, length)?;
        let mut columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(column) = find(&mut columns, start) else { return Ok(bytes) };
        if column.packing == Packing::Gzip {
            let levels = column.next.filter(|(at, _)| *at == start).map(|(_, header)| header);
            let header = levels.ok_or_else(|| wrong(column, "has a page without a header"))?;
            let (levels, unpacked) = (header.levels, header.unpacked.saturating_sub(header.levels));
            let packed = usize::try_from(levels).ok().and_then(|levels| bytes.get(levels..));
            if unpacks_beyond(packed.unwrap_or_default(), unpacked) {
                return Err(wrong(column, "has a page that unpacks to more than it states"));
            }
        }
        Ok(bytes)
    }
}

fn find(columns: &mut [Column], place: u64) -> Option<&mut Column> {
    columns.iter_mut().find(|column| column.range.contains(&place))
}

fn wrong(column: &Column, what: &str) -> ParquetError {
    ParquetError::General(format!("`{}` {what}", column.name))
}

/// Whether gzip holds more than `stated` bytes.
fn unpacks_beyond(packed: &[u8], stated: u64) -> bool {
    let most = stated.saturating_add(1);
    io::copy(&mut MultiGzDecoder::new(packed).take(most), &mut io::sink()).is_ok_and(|bytes| bytes == most)
}

/// Gives the header of a page that has been looked at, and then no more.
pub(crate) struct HeaderReader<T> {
    file: T,
    start: u64,
    most: u64,
    columns: Arc<Mutex<Vec<Column>>>,
    header: Option<Cursor<Vec<u8>>>,
}

impl<T: Read> Read for HeaderReader<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.header.is_none() {
            self.header = Some(Cursor::new(self.look()?));
        }
        self.header.as_mut().map_or(Ok(0), |header| header.read(buffer))
    }
}

impl<T: Read> HeaderReader<T> {
    /// The bytes of the header.
    fn look(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(64);
        let mut header = Header::default();
        let input = Recorder { input: &mut self.file, bytes: &mut bytes };
        walk(input, self.most, PAGE, |depth, field, number| {
            let size = u64::try_from(number).unwrap_or_default();
            match (depth, field) {
                (0, page::KIND) => header.is_dictionary = number == page::DICTIONARY,
                (0, page::UNPACKED) => header.unpacked = size,
                (0, page::PACKED) => header.packed = size,
                (1, page::DEFINITION_LEVELS | page::REPETITION_LEVELS) => header.levels += size,
                _ => {}
            }
        })
        .map_err(|error| io::Error::new(error.kind(), format!("the header of a page is damaged: {error}")))?;
        let mut columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(column) = find(&mut columns, self.start) {
            column.hold(self.start + bytes.len() as u64, header).map_err(io::Error::other)?;
            let name = column.name.clone();
            let sum: u64 = columns.iter().map(|column| column.dictionary + column.page).sum();
            if sum > MOST {
                return Err(io::Error::other(format!(
                    "with a page of `{name}`, the pages of a row group take {} MiB at one time; {} MiB are too many",
                    sum >> 20,
                    MOST >> 20
                )));
            }
        }
        Ok(bytes)
    }
}

impl Column {
    /// Takes note of the page that begins at `start`.
    fn hold(&mut self, start: u64, header: Header) -> std::result::Result<(), String> {
        let Header { is_dictionary, unpacked, packed, levels } = header;
        if self.packing == Packing::Snappy
            && unpacked > packed.saturating_mul(SNAPPY).saturating_add(levels + 64)
        {
            return Err(format!(
                "`{}` has a page of {packed} bytes that cannot be unpacked to {unpacked} bytes",
                self.name
            ));
        }
        *(if is_dictionary { &mut self.dictionary } else { &mut self.page }) = unpacked;
        self.next = Some((start, header));
        Ok(())
    }
}

/// Keeps what is read.
struct Recorder<'a, T> {
    input: &'a mut T,
    bytes: &'a mut Vec<u8>,
}

impl<T: Read> Read for Recorder<'_, T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.bytes.extend_from_slice(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use std::io::Write;

    use flate2::write::GzEncoder;
    use parquet::basic::{GzipLevel, ZstdLevel};
    use parquet::schema::parser::parse_message_type;
    use parquet::schema::types::SchemaDescriptor;

    use super::*;

    const MIB: u64 = 1 << 20;

    /// A row group of columns with one page each, and what is in the file: the pages one after the other.
    fn group(packing: Compression, pages: &[(u64, Vec<u8>)]) -> (RowGroupMetaData, Bytes, Vec<u64>) {
        let columns: Vec<String> =
            (0..pages.len()).map(|place| format!("required int64 c{place};")).collect();
        let message = parse_message_type(&format!("message m {{ {} }}", columns.join(" "))).unwrap();
        let schema = Arc::new(SchemaDescriptor::new(Arc::new(message)));
        let (mut file, mut starts, mut chunks) = (Vec::new(), Vec::new(), Vec::new());
        for (place, (unpacked, packed)) in pages.iter().enumerate() {
            starts.push(file.len() as u64);
            let header = header(*unpacked, packed.len() as u64);
            let length = i64::try_from(header.len() + packed.len()).unwrap();
            let chunk = ColumnChunkMetaData::builder(schema.column(place))
                .set_compression(packing)
                .set_data_page_offset(i64::try_from(file.len()).unwrap())
                .set_total_compressed_size(length)
                .build()
                .unwrap();
            chunks.push(chunk);
            file.extend(header);
            file.extend(packed);
        }
        let group = RowGroupMetaData::builder(schema).set_column_metadata(chunks).build().unwrap();
        (group, file.into(), starts)
    }

    /// The header of a page with values: its kind and its two sizes.
    fn header(unpacked: u64, packed: u64) -> Vec<u8> {
        let mut bytes = vec![0x15, 0];
        for size in [unpacked, packed] {
            bytes.push(0x15);
            let mut rest = size << 1;
            while rest >= 0x80 {
                bytes.push(u8::try_from(rest & 0x7f).unwrap() | 0x80);
                rest >>= 7;
            }
            bytes.push(u8::try_from(rest).unwrap());
        }
        bytes.push(0);
        bytes
    }

    fn read(pages: &CheckedPages<Bytes>, start: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        pages.get_read(start).unwrap().read_to_end(&mut bytes).map(|_| bytes)
    }

    fn packed(plain: &[u8]) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(plain).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn the_header_is_given_as_it_is_and_nothing_after_it() {
        let (group, file, _) = group(Compression::UNCOMPRESSED, &[(3, b"abc".to_vec())]);
        let pages = CheckedPages::new(file, &group).unwrap();
        assert_eq!(read(&pages, 0).unwrap(), header(3, 3));
        assert_eq!(pages.get_bytes(header(3, 3).len() as u64, 3).unwrap(), "abc");
    }

    #[test]
    fn gzip_unpacks_to_no_more_than_is_stated() {
        let zeros = packed(&vec![0; 100_000]);
        for (stated, fits) in [(100_000, true), (99_999, false)] {
            let (group, file, _) = group(Compression::GZIP(GzipLevel::default()), &[(stated, zeros.clone())]);
            let pages = CheckedPages::new(file, &group).unwrap();
            let start = read(&pages, 0).unwrap().len() as u64;
            let bytes = pages.get_bytes(start, zeros.len());
            assert_eq!(bytes.is_ok(), fits, "{stated}");
            let error = bytes.err().map(|error| error.to_string()).unwrap_or_default();
            assert_eq!(error.contains("unpacks to more than it states"), !fits, "{error}");
        }
    }

    #[test]
    fn snappy_states_no_more_than_it_can_hold() {
        let (group, file, _) = group(Compression::SNAPPY, &[(2_000 * MIB, vec![0; 10])]);
        let error = read(&CheckedPages::new(file, &group).unwrap(), 0).unwrap_err().to_string();
        assert_eq!(error, "`c0` has a page of 10 bytes that cannot be unpacked to 2097152000 bytes");
    }

    #[test]
    fn the_pages_of_a_row_group_do_not_fill_the_memory_together() {
        let page = (600 * MIB, vec![0; 10]);
        let (group, file, starts) = group(Compression::ZSTD(ZstdLevel::default()), &[page.clone(), page]);
        let pages = CheckedPages::new(file, &group).unwrap();
        assert!(read(&pages, starts[0]).is_ok());
        let error = read(&pages, starts[1]).unwrap_err().to_string();
        assert!(error.starts_with("with a page of `c1`, the pages of a row group take 1200 MiB"), "{error}");
    }
}
