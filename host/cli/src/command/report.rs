//! `joulework report`: a summary for the terminal and the report as files.

mod advice;

use std::path::{Path, PathBuf};
use std::time::Instant;

use joulework_report::chart::charts;
use joulework_report::{csv, html, json, markdown, model::Report as Model, summary};

use super::{Failure, load, receipt};
use crate::arguments::{Common, Report, ReportFormat};
use crate::printer::{self, Printer};

/// Does `joulework report`.
pub(crate) fn run(arguments: &Report, common: &Common, printer: &Printer) -> Result<(), Failure> {
    let started = Instant::now();
    receipt::refuse_redacted(arguments.receipt.as_deref(), common)?;
    let mut project = load::project(std::slice::from_ref(&arguments.path))?;
    load::window(&mut project.description, &arguments.span)?;
    let (engine, metrics) = load::measured(project.description.clone(), common)?;
    let assessment = load::assess(&engine, printer)?;
    let mut report = Model::from_assessment(&assessment, &metrics, &project.title, project.primary_unit)?;
    if !arguments.without_advice {
        let engine = load::advisable(project.description, &metrics, common)?;
        report.advice = Some(advice::of(&engine, &metrics)?);
    }
    let to_stdout = arguments.output.as_os_str() == "-";
    if to_stdout && arguments.format.len() > 1 {
        return Err(Failure::Argument {
            what: "--output",
            word: "-".to_owned(),
            expected: "able to take more than one form",
            hint: Some("name one `--format`, or a file".to_owned()),
        });
    }
    if !to_stdout {
        printer::text(&printer.shared(summary(&report, super::terminal_width())))?;
    }
    if to_stdout && arguments.format.contains(&ReportFormat::Svg) {
        return Err(Failure::Argument {
            what: "--output",
            word: "-".to_owned(),
            expected: "a folder for the charts",
            hint: Some("name where the folder should be".to_owned()),
        });
    }
    for format in &arguments.format {
        let text = match format {
            ReportFormat::Svg => {
                drawings(&report, &arguments.output, printer)?;
                continue;
            }
            ReportFormat::Html => html(&report)?,
            ReportFormat::Markdown => markdown(&report),
            ReportFormat::Json => json(&report)?,
            ReportFormat::Csv => csv(&report),
        };
        let text = printer.shared(text);
        if to_stdout {
            printer::data(text.as_bytes())?;
        } else {
            let path = target(&arguments.output, *format, arguments.format.len());
            std::fs::write(&path, text).map_err(|source| Failure::Write { path: path.clone(), source })?;
            printer.say(&format!("wrote {}", path.display()));
        }
    }
    match &arguments.receipt {
        Some(path) => receipt::write(path, &assessment, started, printer),
        None if to_stdout || common.redact => Ok(()),
        None => receipt::write(&receipt::beside(&arguments.output), &assessment, started, printer),
    }
}

/// Writes every chart into a folder beside the report.
fn drawings(report: &Model, output: &Path, printer: &Printer) -> Result<(), Failure> {
    let folder = output.with_extension("charts");
    let write = |path: &Path, source| Failure::Write { path: path.to_owned(), source };
    std::fs::create_dir_all(&folder).map_err(|source| write(&folder, source))?;
    for chart in charts(report)? {
        let path = folder.join(format!("{}.svg", chart.id));
        let text = printer.shared(chart.standalone());
        std::fs::write(&path, text).map_err(|source| write(&path, source))?;
    }
    printer.say(&format!("wrote {}", folder.display()));
    Ok(())
}

/// The file for a form: the path as given where it is for this form alone and has an ending, else with the form's.
fn target(output: &Path, format: ReportFormat, forms: usize) -> PathBuf {
    if forms == 1 && output.extension().is_some() {
        return output.to_owned();
    }
    output.with_extension(match format {
        ReportFormat::Html => "html",
        ReportFormat::Markdown => "md",
        ReportFormat::Json => "json",
        ReportFormat::Csv => "csv",
        ReportFormat::Svg => "charts",
    })
}
