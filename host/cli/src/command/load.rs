//! From the paths of the command line to a run: which manifest, which bills, which plugins.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use joulework::Memory;
use joulework::engine::assess::Dimension;
use joulework::engine::calendar::Step;
use joulework::engine::pipeline::{Assessment, BillDescription, Description, Engine};
use joulework::manifest::{FILE_NAME, Manifest};
use joulework::metrics::Metrics;
use joulework::runtime::{Plugin, Runtime, RuntimeOptions};

use super::{Failure, progress};
use crate::arguments::{Common, Span};
use crate::printer::Printer;

/// What a run is called and made of.
pub(crate) struct Project {
    /// Title of the manifest, or the name of what was given.
    pub(crate) title: String,
    /// The run.
    pub(crate) description: Description,
    /// The unit of work that stands first, with its workload.
    pub(crate) primary_unit: Option<(String, String)>,
}

/// The project that the paths name: a manifest, a folder with one, or billing files and folders.
pub(crate) fn project(paths: &[PathBuf]) -> Result<Project, Failure> {
    if let [path] = paths {
        let manifest = if path.is_dir() { path.join(FILE_NAME) } else { path.clone() };
        let is_manifest = manifest.extension().is_some_and(|ending| ending == "toml");
        if is_manifest && (manifest.is_file() || !path.is_dir()) {
            return Ok(from_manifest(&Manifest::load(&manifest)?, path));
        }
    }
    let bill = BillDescription { paths: paths.to_vec(), time_zone: "UTC".to_owned(), overlap_adds: false };
    let title = paths.first().map(|path| name(path)).unwrap_or_default();
    let description = Description { bills: vec![bill], ..Description::default() };
    Ok(Project { title, description, primary_unit: None })
}

fn from_manifest(manifest: &Manifest, path: &Path) -> Project {
    Project {
        title: manifest.title.clone().unwrap_or_else(|| name(path)),
        description: Description::from(manifest),
        primary_unit: manifest.primary_unit().map(|unit| (unit.workload.clone(), unit.name.clone())),
    }
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Sets the window of a run.
pub(crate) fn window(description: &mut Description, span: &Span) -> Result<(), Failure> {
    description.window.from_ms = span.from.as_deref().map(|word| midnight("--from", word)).transpose()?;
    description.window.to_ms = span.to.as_deref().map(|word| midnight("--to", word)).transpose()?;
    Ok(())
}

fn midnight(option: &'static str, word: &str) -> Result<i64, Failure> {
    joulework::engine::calendar::midnight(word).ok_or_else(|| Failure::Argument {
        what: option,
        word: word.to_owned(),
        expected: "a date such as 2025-03-01",
        hint: None,
    })
}

/// An engine for a run; accounts are told apart where they have to be known to be taken out.
pub(crate) fn engine(description: Description, common: &Common) -> Result<Engine, Failure> {
    Ok(measured(description, common)?.0)
}

/// The same with the metrics that it joins with the bill.
pub(crate) fn measured(mut description: Description, common: &Common) -> Result<(Engine, Metrics), Failure> {
    if common.redact && !description.dimensions.contains(&Dimension::Account) {
        description.dimensions.push(Dimension::Account);
    }
    let (engine, metrics) = joulework::engine_of(description, cache_folder())?;
    Ok((set_up(engine, common), metrics))
}

/// An engine for advisors over metrics that were read already.
pub(crate) fn advisable(
    description: Description,
    metrics: &Metrics,
    common: &Common,
) -> Result<Engine, Failure> {
    let description = joulework::advise::advisable(description);
    let utilisation = metrics.utilisation().map_err(joulework::Error::from)?;
    Ok(set_up(Engine::with_utilisation(description, utilisation, cache_folder())?, common))
}

/// Threads and memory of an engine.
fn set_up(mut engine: Engine, common: &Common) -> Engine {
    if let Some(threads) = common.threads {
        engine = engine.threads(usize::from(threads));
    }
    // A folder that cannot be used costs time, not results.
    if !common.read_again
        && let Some(Ok(memory)) = kept("sums").map(|folder| Memory::open(&folder))
    {
        engine = engine.memory(memory);
    }
    engine
}

/// Reads and estimates, with a progress bar where somebody can see it.
pub(crate) fn assess(engine: &Engine, printer: &Printer) -> Result<Assessment, Failure> {
    let bar = progress::Bar::new(printer);
    let remembered = AtomicUsize::new(0);
    let assessment = engine.assess(&|done| {
        bar.add(done);
        remembered.fetch_add(usize::from(done.remembered), Ordering::Relaxed);
    })?;
    bar.finish();
    printer.learn(&assessment)?;
    for note in &assessment.provenance.notes {
        printer.warn(&note.text);
    }
    printer.detail(&format!(
        "{} rows, {} cells, {} sums",
        assessment.estimates.activity().rows(),
        assessment.estimates.activity().cells(),
        assessment.estimates.activity().entries()
    ));
    printer.detail(&format!(
        "{} of {} files have not changed since an earlier run and were not read again",
        remembered.into_inner(),
        assessment.provenance.inputs.len()
    ));
    Ok(assessment)
}

/// The plugins of a project, or the first-party ones.
pub(crate) fn plugins(path: Option<&PathBuf>) -> Result<Vec<Plugin>, Failure> {
    let description = match path {
        // Plugins are linked without the files of the project.
        Some(path) => {
            Description { utilisation: Vec::new(), ..project(std::slice::from_ref(path))?.description }
        }
        None => Description { step: Step::Day, ..Description::default() },
    };
    let engine = Engine::new(description, cache_folder())?;
    let advisors = engine.advisors()?;
    let estimators = engine.pipeline().stages().map(|stage| stage.plugin.clone());
    Ok(estimators.chain(advisors.iter().map(|advisor| advisor.plugin().clone())).collect())
}

/// A first-party plugin by its id, or a component by its file.
pub(crate) fn plugin(word: &str) -> Result<Plugin, Failure> {
    let runtime = Runtime::new(RuntimeOptions { cache_dir: cache_folder(), ..RuntimeOptions::default() })?;
    if let Some(bundled) = joulework::bundled(word) {
        return Ok(runtime.admit(word, bundled)?);
    }
    let path = Path::new(word);
    if path.exists() || word.contains(['/', '.']) {
        return Ok(runtime.admit_file(path)?);
    }
    Err(Failure::Argument {
        what: "plugin",
        word: word.to_owned(),
        expected: "the id of a first-party plugin or a component file",
        hint: Some("`joulework plugin list` shows the ids".to_owned()),
    })
}

/// Where compiled plugins are kept.
pub(crate) fn cache_folder() -> Option<PathBuf> {
    kept("plugins")
}

/// A part of the user's cache folder, or of `JOULEWORK_CACHE_DIR`.
#[allow(clippy::disallowed_methods, reason = "where to cache is the one thing asked of the environment")]
fn kept(part: &str) -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("JOULEWORK_CACHE_DIR")
        .or_else(|| set("XDG_CACHE_HOME").map(|folder| folder.join("joulework")))
        .or_else(|| set("HOME").map(|home| home.join(".cache").join("joulework")))
        .or_else(|| set("LOCALAPPDATA").map(|folder| folder.join("joulework")))
        .map(|folder| folder.join(part))
}
