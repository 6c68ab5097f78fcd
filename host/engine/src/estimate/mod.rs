//! Unit estimates: what one unit of each cell's quantity means in energy, carbon and water, and how sure that is.
//!
//! The plugins run once per cell, in the cells' own order, in batches of a fixed size; an instance lives for a fixed
//! number of batches. Nothing here depends on threads.

mod batches;
mod propagate;
mod templates;

use std::collections::BTreeMap;

use joulework_runtime::{Kind, Pipeline};
use joulework_units::Unit;

use crate::activity::Activity;
use crate::assess::{CARBON, CARBON_WITH_NETWORK, Grade, SourceId, Sources};
use crate::error::EngineError;

pub(crate) use batches::batch_of as unit_batch;
pub(crate) use propagate::is_wide;
pub(crate) use templates::Template;

/// Cells in a batch for the plugins: enough that a dictionary's texts are paid once for many rows.
const BATCH_CELLS: usize = 8_192;
/// Batches in the life of an instance.
const RUN_BATCHES: usize = 16;

/// What the coverage asks to be known of a row.
const HEADLINE: [&str; 3] = ["it-energy", "operational-carbon", "embodied-carbon"];

/// An additive quantity that the plugins give, or a sum of such.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quantity {
    pub(crate) name: String,
    pub(crate) unit: Unit,
    /// The quantities that a total sums, by number.
    pub(crate) parts: Vec<usize>,
    /// Whether some error of it is too wide for the closed form.
    pub(crate) wide: bool,
}

/// The errors of a value: template number and signed `s`, in the order of the templates.
pub(crate) type Errors = Vec<(u32, f64)>;

/// The unit estimates of all cells of an activity.
#[derive(Debug, Clone)]
pub(crate) struct UnitEstimates {
    pub(crate) quantities: Vec<Quantity>,
    /// Per quantity and cell the value for one unit; NaN where it is not known.
    pub(crate) values: Vec<Vec<f64>>,
    /// Per quantity and cell the number of its errors.
    pub(crate) errors: Vec<Vec<u32>>,
    /// The distinct errors.
    pub(crate) vectors: Vec<Errors>,
    pub(crate) templates: Vec<Template>,
    /// Per cell.
    pub(crate) grades: Vec<Grade>,
    /// Per cell the number of its usage kind.
    pub(crate) kinds: Vec<u32>,
    pub(crate) kind_names: Vec<String>,
    /// Per plugin: cells that it did not estimate, and its first fault in words.
    pub(crate) faulted: BTreeMap<String, (u64, String)>,
    /// What plugins said, each text once.
    pub(crate) messages: Vec<(String, String)>,
    /// Fuel that each plugin used.
    pub(crate) fuel: BTreeMap<String, u64>,
}

impl UnitEstimates {
    /// Runs the pipeline over the cells of an activity, with at most `threads` threads.
    pub(crate) fn of(activity: &Activity, pipeline: &Pipeline, threads: usize) -> Result<Self, EngineError> {
        let scheme = Scheme::of(pipeline)?;
        let cells = activity.cells();
        let run = BATCH_CELLS * RUN_BATCHES;
        let runs: Vec<std::ops::Range<usize>> =
            (0..cells).step_by(run).map(|start| start..(start + run).min(cells)).collect();
        let results = crate::parallel::map(&runs, threads, |range| {
            let mut part = propagate::Part::new(&scheme);
            let mut session = pipeline.session();
            for start in range.clone().step_by(BATCH_CELLS) {
                let rows = start..(start + BATCH_CELLS).min(range.end);
                let batch = unit_batch(activity, pipeline, rows.clone())?;
                let frame = session.run(batch)?;
                part.take(activity, rows, &frame)?;
            }
            part.say(session.take_diagnostics());
            part.burn(session.fuel_used());
            Ok(part)
        })?;
        let mut whole = propagate::Part::new(&scheme);
        for part in results {
            whole.append(part);
        }
        Ok(whole.finish())
    }

    /// All sources of error, with a bin each where a key is a resource; and per template the id of its first source.
    pub(crate) fn sources(&self) -> (Sources, Vec<SourceId>) {
        templates::expand(&self.templates)
    }

    pub(crate) fn value(&self, quantity: usize, cell: u32) -> f64 {
        let cell = usize::try_from(cell).unwrap_or(usize::MAX);
        self.values.get(quantity).and_then(|values| values.get(cell)).copied().unwrap_or(f64::NAN)
    }

    /// The errors of a quantity of a cell, and their number.
    pub(crate) fn errors(&self, quantity: usize, cell: u32) -> (u32, &[(u32, f64)]) {
        let cell = usize::try_from(cell).unwrap_or(usize::MAX);
        let number =
            self.errors.get(quantity).and_then(|errors| errors.get(cell)).copied().unwrap_or_default();
        (number, self.vector(number))
    }

    pub(crate) fn vector(&self, number: u32) -> &[(u32, f64)] {
        usize::try_from(number).ok().and_then(|number| self.vectors.get(number)).map_or(&[], Vec::as_slice)
    }

    /// Whether resources keep a source of error apart.
    pub(crate) fn is_binned(&self, template: u32) -> bool {
        usize::try_from(template)
            .ok()
            .and_then(|number| self.templates.get(number))
            .is_some_and(Template::is_binned)
    }

    pub(crate) fn grade(&self, cell: u32) -> Grade {
        usize::try_from(cell)
            .ok()
            .and_then(|cell| self.grades.get(cell))
            .copied()
            .unwrap_or(Grade::NotModelled)
    }

    pub(crate) fn kind(&self, cell: u32) -> &str {
        let number = usize::try_from(cell).ok().and_then(|cell| self.kinds.get(cell)).copied();
        number
            .and_then(|number| self.kind_names.get(usize::try_from(number).ok()?))
            .map_or("", String::as_str)
    }
}

/// Names and units of the quantities that every row gets, in order.
pub(crate) fn row_quantities(pipeline: &Pipeline) -> Vec<(String, String)> {
    let shown = |quantity: &Quantity| crate::rows::is_shown(&quantity.name);
    let of = |quantity: Quantity| (quantity.name, quantity.unit.symbol().to_owned());
    Scheme::of(pipeline)
        .map(|scheme| scheme.quantities.into_iter().filter(shown).map(of).collect())
        .unwrap_or_default()
}

/// A number column of the pipeline: where its value and errors come from.
#[derive(Debug, Clone)]
struct Node {
    name: String,
    /// For a total, the nodes that it sums.
    parts: Vec<usize>,
    /// Nodes whose error it inherits, with the power.
    inherits: Vec<(usize, f64)>,
    /// Factor, GSD column, and key columns.
    own: Vec<OwnSource>,
    /// Number among the quantities, where it is additive.
    quantity: Option<usize>,
    graded: bool,
}

#[derive(Debug, Clone)]
struct OwnSource {
    factor: String,
    column: String,
    key: Vec<String>,
}

/// How errors go through the pipeline; made once.
#[derive(Debug, Clone)]
struct Scheme {
    nodes: Vec<Node>,
    quantities: Vec<Quantity>,
    headline: Vec<usize>,
    /// Basis columns of categories, such as the usage kind.
    graded_categories: Vec<String>,
    /// Totals that the engine adds: their parts are quantities.
    derived: Vec<usize>,
}

impl Scheme {
    fn of(pipeline: &Pipeline) -> Result<Self, EngineError> {
        let figures: Vec<_> =
            pipeline.figures().iter().filter(|figure| figure.kind == Kind::Number).collect();
        let node_of = |name: &str| figures.iter().position(|figure| figure.name == name);
        let mut quantities: Vec<Quantity> = Vec::new();
        let mut nodes = Vec::with_capacity(figures.len());
        for figure in &figures {
            let quantity = figure.additive.then_some(quantities.len());
            if figure.additive {
                quantities.push(Quantity {
                    name: figure.name.clone(),
                    unit: Unit::parse(&figure.unit)?,
                    parts: Vec::new(),
                    wide: false,
                });
            }
            let own = figure.spreads.iter().map(|spread| OwnSource {
                factor: spread.factor.clone(),
                column: format!("{}.gsd.{}", figure.name, spread.factor),
                key: spread.key.clone(),
            });
            nodes.push(Node {
                name: figure.name.clone(),
                parts: figure.parts.iter().filter_map(|part| node_of(part)).collect(),
                inherits: figure
                    .inherits
                    .iter()
                    .filter_map(|(name, power)| Some((node_of(name)?, *power)))
                    .collect(),
                own: own.collect(),
                quantity,
                graded: figure.graded && figure.additive,
            });
        }
        let by_name =
            |quantities: &[Quantity], name: &str| quantities.iter().position(|known| known.name == name);
        for node in &nodes {
            let parts: Vec<usize> = node
                .parts
                .iter()
                .filter_map(|part| nodes.get(*part).and_then(|part| part.quantity))
                .collect();
            if let Some(quantity) = node.quantity.and_then(|quantity| quantities.get_mut(quantity)) {
                quantity.parts = parts;
            }
        }
        let mut derived = Vec::new();
        for (total, parts) in [
            (CARBON, ["operational-carbon", "embodied-carbon"].as_slice()),
            (CARBON_WITH_NETWORK, &["operational-carbon", "embodied-carbon", "network-carbon"]),
        ] {
            let parts: Option<Vec<usize>> = parts.iter().map(|part| by_name(&quantities, part)).collect();
            if let Some(parts) = parts
                && by_name(&quantities, total).is_none()
            {
                derived.push(quantities.len());
                quantities.push(Quantity {
                    name: total.to_owned(),
                    unit: Unit::parse("gCO2e")?,
                    parts,
                    wide: false,
                });
            }
        }
        let headline = HEADLINE.iter().filter_map(|name| by_name(&quantities, name)).collect();
        let categories =
            pipeline.figures().iter().filter(|figure| figure.kind == Kind::Category && figure.graded);
        let graded_categories = categories.map(|figure| format!("{}.basis", figure.name)).collect();
        Ok(Self { nodes, quantities, headline, graded_categories, derived })
    }
}
