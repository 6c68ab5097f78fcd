//! `joulework estimate`: a roll-up, or the rows of the bill with the estimates beside them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use joulework::engine::assess::{Dimension, Filter, RollUp, Rollup};
use joulework::engine::calendar::Step as EngineStep;
use joulework::engine::pipeline::{Assessment, Description, Engine};
use joulework::export::{CsvWriter, ExportError, ParquetWriter, roll_up_batch, roll_up_json};

use super::roll_up_table::table;
use super::{Failure, load, receipt};
use crate::arguments::{Common, Estimate, EstimateFormat, Step};
use crate::printer::{self, Printer};

/// Does `joulework estimate`.
pub(crate) fn run(arguments: &Estimate, common: &Common, printer: &Printer) -> Result<(), Failure> {
    let started = Instant::now();
    let mut description = load::project(&arguments.paths)?.description;
    load::window(&mut description, &arguments.span)?;
    if common.redact && (arguments.rows || arguments.format == EstimateFormat::Parquet) {
        return Err(Failure::Argument {
            what: "--redact",
            word: if arguments.rows { "--rows" } else { "parquet" }.to_owned(),
            expected: "a form that ids can be taken out of",
            hint: Some("a roll-up as table, csv or json can be redacted".to_owned()),
        });
    }
    receipt::refuse_redacted(arguments.receipt.as_deref(), common)?;
    if arguments.rows {
        return rows(&load::engine(description, common)?, arguments, printer);
    }
    let question = question(arguments)?;
    description.step = question.step;
    keep_apart(&mut description, question.by.iter().chain(question.filter.keep.keys()));
    let assessment = load::assess(&load::engine(description, common)?, printer)?;
    let answer = assessment.estimates.roll_up(&question)?;
    print(&assessment, &answer, arguments, printer)?;
    match (&arguments.receipt, &arguments.output) {
        (Some(path), _) => receipt::write(path, &assessment, started, printer),
        (None, Some(output)) if !common.redact => {
            receipt::write(&receipt::beside(output), &assessment, started, printer)
        }
        (None, _) => Ok(()),
    }
}

/// Keeps the dimensions of a question apart.
pub(super) fn keep_apart<'a>(description: &mut Description, dimensions: impl Iterator<Item = &'a Dimension>) {
    for dimension in dimensions.filter(|dimension| **dimension != Dimension::Period) {
        if !description.dimensions.contains(dimension) {
            description.dimensions.push(dimension.clone());
        }
    }
}

/// What `--only` keeps, by dimension.
pub(super) fn only(words: &[String]) -> Result<BTreeMap<Dimension, Vec<String>>, Failure> {
    let mut keep: BTreeMap<Dimension, Vec<String>> = BTreeMap::new();
    for only in words {
        let (dimension, glob) = only.rsplit_once('=').ok_or_else(|| Failure::Argument {
            what: "--only",
            word: only.clone(),
            expected: "a dimension and a glob such as service=AWS*",
            hint: None,
        })?;
        keep.entry(dimension.parse()?).or_default().push(glob.to_owned());
    }
    Ok(keep)
}

fn question(arguments: &Estimate) -> Result<RollUp, Failure> {
    let by =
        arguments.by.iter().map(|word| Ok(word.parse()?)).collect::<Result<Vec<Dimension>, Failure>>()?;
    let filter = Filter { keep: only(&arguments.only)?, ..Filter::default() };
    let step = match arguments.step {
        Step::Hour => EngineStep::Hour,
        Step::Day => EngineStep::Day,
        Step::Month => EngineStep::Month,
    };
    Ok(RollUp { by, step, filter })
}

fn print(
    assessment: &Assessment,
    answer: &Rollup,
    arguments: &Estimate,
    printer: &Printer,
) -> Result<(), Failure> {
    let bytes = match arguments.format {
        EstimateFormat::Table => {
            let width = if arguments.output.is_none() { super::terminal_width() } else { None };
            let text = printer.shared(table(answer, width));
            return match &arguments.output {
                Some(path) => write_file(path, anstream::adapter::strip_str(&text).to_string().as_bytes()),
                None => Ok(printer::text(&text)?),
            };
        }
        EstimateFormat::Json => {
            let mut text = serde_json::to_string_pretty(&roll_up_json(assessment, answer)?)?;
            text.push('\n');
            printer.shared(text).into_bytes()
        }
        EstimateFormat::Csv => {
            let mut writer = CsvWriter::new(Vec::new());
            writer.write(&roll_up_batch(answer)?)?;
            let bytes = writer.finish()?;
            printer.shared(String::from_utf8_lossy(&bytes).into_owned()).into_bytes()
        }
        EstimateFormat::Parquet => {
            let mut bytes = Vec::new();
            let mut writer = ParquetWriter::new(&mut bytes);
            writer.write(&roll_up_batch(answer)?)?;
            writer.finish()?;
            bytes
        }
    };
    match &arguments.output {
        Some(path) => write_file(path, &bytes),
        None => Ok(printer::data(&bytes)?),
    }
}

pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|source| Failure::Write { path: path.to_owned(), source })
}

/// The rows, streamed: to a file, or to standard output.
fn rows(engine: &Engine, arguments: &Estimate, printer: &Printer) -> Result<(), Failure> {
    let out: Box<dyn Write + Send> = match &arguments.output {
        Some(path) => {
            let file = File::create(path).map_err(|source| Failure::Write { path: path.clone(), source })?;
            Box::new(BufWriter::new(file))
        }
        None => Box::new(BufWriter::new(std::io::stdout())),
    };
    match arguments.format {
        EstimateFormat::Table | EstimateFormat::Csv => {
            let mut writer = CsvWriter::new(out);
            quiet_when_the_reader_left(stream(engine, printer, &mut |batch| Ok(writer.write(batch)?)))?;
            quiet_when_the_reader_left(writer.finish().map(drop).map_err(Failure::from))
        }
        EstimateFormat::Parquet => {
            let mut writer = ParquetWriter::new(out);
            quiet_when_the_reader_left(stream(engine, printer, &mut |batch| Ok(writer.write(batch)?)))?;
            quiet_when_the_reader_left(writer.finish().map_err(Failure::from))
        }
        EstimateFormat::Json => Err(Failure::Argument {
            what: "--format",
            word: "json".to_owned(),
            expected: "a form of rows",
            hint: Some("rows are written as csv or parquet".to_owned()),
        }),
    }
}

/// Reads, estimates and writes batch by batch, so that memory does not grow with the bill.
fn stream(
    engine: &Engine,
    printer: &Printer,
    write: &mut dyn FnMut(&arrow::array::RecordBatch) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut written = 0;
    engine.rows(|batch| {
        written += batch.num_rows();
        write(&batch)
    })?;
    printer.detail(&format!("{written} rows"));
    Ok(())
}

/// A reader of a pipe that has seen enough (`| head`) is no failure.
fn quiet_when_the_reader_left(result: Result<(), Failure>) -> Result<(), Failure> {
    match result {
        Err(Failure::Export(ExportError::Write(error))) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            Ok(())
        }
        result => result,
    }
}
