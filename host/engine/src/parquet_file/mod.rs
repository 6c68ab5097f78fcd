//! Parquet files of strangers. The library believes what they say of themselves: a few bytes can keep it busy for ever,
//! make it fill gibibytes, or let it panic. What they say is looked at first, and a panic is an error.

mod fence;
mod pages;
mod read;
mod shape;
mod thrift;

use parquet::file::FOOTER_SIZE;
use parquet::file::metadata::{FooterTail, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::reader::ChunkReader;

pub(crate) use fence::fenced;
pub use fence::panics_are_caught;
pub(crate) use pages::CheckedPages;
pub use read::each_batch;

/// Reads what the footer of a file says.
///
/// # Errors
/// What is wrong with it, in words.
pub(crate) fn footer(file: &impl ChunkReader) -> Result<ParquetMetaData, String> {
    let end = file.len();
    let said = |error: parquet::errors::ParquetError| error.to_string();
    let tail_start = end
        .checked_sub(FOOTER_SIZE as u64)
        .ok_or_else(|| format!("it has {end} bytes, too few for a footer"))?;
    let tail = file.get_bytes(tail_start, FOOTER_SIZE).map_err(said)?;
    let tail: &[u8; FOOTER_SIZE] = tail.as_ref().try_into().map_err(|_| "it has become shorter")?;
    let length = FooterTail::try_new(tail).map_err(said)?.metadata_length();
    let start = tail_start
        .checked_sub(length as u64)
        .ok_or_else(|| format!("its footer is said to have {length} bytes, but the file has {end}"))?;
    let bytes = file.get_bytes(start, length).map_err(said)?;
    thrift::check(bytes.as_ref(), shape::FOOTER)
        .map_err(|error| format!("its footer is damaged: {error}"))?;
    fenced(|| ParquetMetaDataReader::decode_metadata(&bytes))
}
