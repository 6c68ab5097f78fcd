//! Logs of AWS Lambda: invocations, cold starts, memory and waiting, by function and version.

mod events;
mod functions;
mod quantiles;
mod read;

use std::collections::BTreeMap;

use joulework_engine::pipeline::LambdaLogsDescription;
use joulework_engine::provenance::InputFile;

use crate::error::MetricsError;
use crate::note::Notes;

pub use functions::{FunctionVersion, INIT_IS_BILLED_FROM_MS, Invocations};
pub use quantiles::Quantiles;

/// Reads logs.
pub(crate) fn read(
    descriptions: &[LambdaLogsDescription],
    files: &mut Vec<InputFile>,
    notes: &mut Notes,
) -> Result<BTreeMap<FunctionVersion, Invocations>, MetricsError> {
    let mut functions = functions::Functions::default();
    for description in descriptions {
        let (paths, skipped) = joulework_engine::bill::find_files(&description.paths).map_err(Box::new)?;
        for note in skipped {
            notes.say("logs.skipped", format!("{}: {}", note.file.display(), note.text));
        }
        for path in paths {
            files.push(read::read(&path, description, &mut functions, notes)?);
        }
    }
    notes.count("logs.duplicate", "invocations that are in the logs twice count once", functions.duplicates);
    Ok(functions.finish())
}
