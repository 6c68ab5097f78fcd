//! An explanation as JSON. `schema/explain.schema.json` describes it and is generated from these types by a test.

use joulework_engine::assess::Sources;
use joulework_engine::explain::{self, Explanation, TermSource};
use joulework_engine::pipeline::Assessment;
use joulework_units::Amount;
use serde::Serialize;
use serde_json::Value;

use super::Finite;

/// Version of the JSON form. It rises when a field changes its meaning or goes away.
pub const EXPLAIN_SCHEMA_VERSION: u32 = 1;

/// The JSON Schema of [`explanation_json`]'s output.
pub const EXPLAIN_SCHEMA: &str = include_str!("../../schema/explain.schema.json");

/// An explanation with the plugins that gave it. `question` says in words what was asked; `work` is the count of units
/// that a figure per unit of work is divided by, with the unit's name.
///
/// # Errors
/// When a value has no form in JSON.
pub fn explanation_json(
    assessment: &Assessment,
    explanation: &Explanation,
    question: &str,
    work: Option<(&str, f64)>,
) -> Result<Value, serde_json::Error> {
    serde_json::to_value(Document::of(assessment, explanation, question, work))
}

/// How a figure came about.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Document {
    /// Version of this form.
    schema_version: u32,
    /// Version of the program.
    host_version: String,
    /// What was asked, in words.
    question: String,
    /// Name of the quantity, such as `carbon`.
    quantity: String,
    /// The total: the sum of the amounts of the parts and the rest.
    total: Total,
    /// The total divided by the work done, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    per_unit: Option<PerUnit>,
    /// Rows of the bill that were looked at.
    bill_rows: u64,
    /// The largest parts, largest first, then parts without a value.
    parts: Vec<Part>,
    /// The parts that are not listed.
    rest: Rest,
    /// The plugins, in the order in which they ran.
    plugins: Vec<Plugin>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Total {
    /// The mean, in `unit`.
    value: Option<f64>,
    /// Its unit.
    unit: String,
    /// Lower end of the 90 % interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<f64>,
    /// Upper end of the 90 % interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<f64>,
    /// Why there is no interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    why_no_interval: Option<String>,
    /// Factors of error and their shares of the variance, largest first.
    uncertain_by: Vec<Share>,
    /// Rows that have something of the kind which is not known; they are not in the value.
    not_modelled_rows: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Share {
    /// The factor of error.
    factor: String,
    /// Its share of the variance, 0 to 1.
    share: f64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct PerUnit {
    /// The unit of work, such as `order`.
    of: String,
    /// How many were done.
    work: f64,
    /// `total / work`, in the unit of the total; nothing where no work was done.
    value: Option<f64>,
}

/// Rows that plugins cannot tell apart.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Part {
    /// Rows of the bill.
    bill_rows: u64,
    /// What they add to the total, in its unit; `null` where it is not known.
    amount: Option<f64>,
    /// What the value of the last step is multiplied by to give the amount.
    times: f64,
    /// What the bill says of them, by column.
    facts: std::collections::BTreeMap<String, String>,
    /// The sum of their consumed quantities, with its sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    consumed: Option<Consumed>,
    /// The steps, each after those that it needs.
    steps: Vec<Step>,
    /// Outputs whose explanation gives another number than the plugin's estimate.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contradicted: Vec<String>,
    /// Sources of error of the amount, largest first.
    errors: Vec<Error>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Consumed {
    /// The quantity.
    quantity: f64,
    /// Its unit, as the bill spells it.
    unit: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Step {
    /// Id of the plugin; `null` for a sum of the program.
    plugin: Option<String>,
    /// What the step gives.
    output: String,
    /// Numbers, `[term]`, `+ - * / ^ ( )`, `min max sqrt exp ln`.
    formula: String,
    /// What the formula gives.
    value: f64,
    /// Its unit, where it is a column.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    /// What the formula names.
    terms: Vec<Term>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Term {
    /// Its name.
    name: String,
    /// Its value.
    value: f64,
    /// Its unit.
    unit: String,
    /// Where it comes from.
    from: From,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum From {
    /// A column of the bill.
    Bill,
    /// The metrics.
    Metrics,
    /// An earlier step.
    Step,
    /// A setting or constant, in the plugin's words.
    Stated(String),
    /// A row of a factor table.
    Factor(Factor),
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Factor {
    /// The table.
    table: String,
    /// Id of the row.
    id: String,
    /// Who published the figure, and where.
    source: String,
    /// When.
    published: String,
    /// Licence of the figure.
    licence: String,
    /// What it covers.
    scope: String,
    /// First day on which it holds; empty for always.
    valid_from: String,
    /// Last day on which it holds; empty while it lasts.
    valid_to: String,
    /// Whether the user gave it.
    user: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Error {
    /// The factor of error.
    factor: String,
    /// The values that rows sharing it have in common; `each` where each resource has its own.
    key: std::collections::BTreeMap<String, String>,
    /// Geometric standard deviation.
    gsd: f64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
struct Rest {
    /// How many parts.
    parts: usize,
    /// Their rows of the bill, and rows that have nothing of the kind.
    bill_rows: u64,
    /// What they add up to, in the unit of the total.
    amount: f64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Plugin {
    /// Its id.
    id: String,
    /// Its version.
    version: String,
    /// SHA-256 of the component.
    sha256: String,
}

impl Document {
    fn of(
        assessment: &Assessment,
        explanation: &Explanation,
        question: &str,
        work: Option<(&str, f64)>,
    ) -> Self {
        let provenance = &assessment.provenance;
        let total = Total::of(explanation, assessment.estimates.sources());
        let plugins = provenance.plugins.iter().map(|plugin| Plugin {
            id: plugin.id.clone(),
            version: plugin.version.clone(),
            sha256: plugin.sha256.clone(),
        });
        Self {
            schema_version: EXPLAIN_SCHEMA_VERSION,
            host_version: provenance.host_version.clone(),
            question: question.to_owned(),
            quantity: explanation.quantity.clone(),
            per_unit: work.map(|(unit, work)| PerUnit {
                of: unit.to_owned(),
                work,
                value: total.value.filter(|_| work > 0.0).map(|value| value / work),
            }),
            total,
            bill_rows: explanation.rows,
            parts: explanation.parts.iter().map(Part::of).collect(),
            rest: Rest {
                parts: explanation.rest.parts,
                bill_rows: explanation.rest.rows,
                amount: number(&explanation.rest.amount),
            },
            plugins: plugins.collect(),
        }
    }
}

/// The number of an amount in its own unit.
fn number(amount: &Amount) -> f64 {
    amount.value_in(amount.unit()).unwrap_or(f64::NAN)
}

impl Total {
    fn of(explanation: &Explanation, sources: &Sources) -> Self {
        let figure = &explanation.figure;
        let interval = figure.interval();
        let Finite { mean, low, high } = Finite::of(&figure.amount, &interval);
        let shares = figure.uncertain_by(sources).into_iter();
        Self {
            value: mean,
            unit: figure.amount.unit().symbol().to_owned(),
            low,
            high,
            why_no_interval: interval.err().map(|why| why.to_string()),
            uncertain_by: shares.map(|(factor, share)| Share { factor, share }).collect(),
            not_modelled_rows: figure.not_modelled.rows,
        }
    }
}

impl Part {
    fn of(part: &explain::Part) -> Self {
        let error = |(source, gsd): &(joulework_engine::assess::Source, f64)| Error {
            factor: source.factor.clone(),
            key: source.key.iter().cloned().collect(),
            gsd: *gsd,
        };
        Self {
            bill_rows: part.rows,
            amount: part.amount.as_ref().map(number),
            times: part.times,
            facts: part.facts.iter().cloned().collect(),
            consumed: part
                .consumed
                .as_ref()
                .map(|(quantity, unit)| Consumed { quantity: *quantity, unit: unit.clone() }),
            steps: part.steps.iter().map(Step::of).collect(),
            contradicted: part.contradicted.clone(),
            errors: part.errors.iter().map(error).collect(),
        }
    }
}

impl Step {
    fn of(step: &explain::Step) -> Self {
        let term = |term: &explain::Term| Term {
            name: term.name.clone(),
            value: term.value,
            unit: term.unit.clone(),
            from: From::of(&term.source),
        };
        Self {
            plugin: step.plugin.clone(),
            output: step.output.clone(),
            formula: step.formula.clone(),
            value: step.value,
            unit: step.unit.clone(),
            terms: step.terms.iter().map(term).collect(),
        }
    }
}

impl From {
    fn of(source: &TermSource) -> Self {
        match source {
            TermSource::Bill => Self::Bill,
            TermSource::Metrics => Self::Metrics,
            TermSource::Step => Self::Step,
            TermSource::Stated(words) => Self::Stated(words.clone()),
            TermSource::Factor(row) => Self::Factor(Factor {
                table: row.table.clone(),
                id: row.id.clone(),
                source: row.source.clone(),
                published: row.published.clone(),
                licence: row.licence.clone(),
                scope: row.scope.clone(),
                valid_from: row.valid_from.clone(),
                valid_to: row.valid_to.clone(),
                user: row.user,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_in_the_repository_is_that_of_the_types() {
        let id = format!("urn:joulework:explain:{EXPLAIN_SCHEMA_VERSION}");
        crate::export::schema_held_against::<Document>(&id, EXPLAIN_SCHEMA, "explain.schema.json");
    }
}
