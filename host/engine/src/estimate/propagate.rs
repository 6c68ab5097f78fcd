//! Takes values, errors and grades out of the plugins' frames.
//!
//! Per row and source `s_out = Σ power · s_in + ln GSD_own`, signed, added before anything is squared; the errors of
//! a total are those of its parts, weighted by value. A row with value 0 has no error.

use std::collections::BTreeMap;
use std::ops::Range;

use joulework_runtime::{Column, Data, Diagnostic, Frame};
use joulework_units::{Spread, math};
use rustc_hash::FxHashMap;

use super::templates::Templates;
use super::{Errors, Node, Scheme, UnitEstimates};
use crate::activity::Activity;
use crate::assess::Grade;
use crate::error::EngineError;

/// Messages of plugins that are kept.
const MOST_MESSAGES: usize = 100;

/// The unit estimates of consecutive cells.
pub(super) struct Part<'a> {
    scheme: &'a Scheme,
    values: Vec<Vec<f64>>,
    errors: Vec<Vec<u32>>,
    vectors: Vec<Errors>,
    vector_numbers: FxHashMap<Vec<(u32, u64)>, u32>,
    templates: Templates,
    grades: Vec<Grade>,
    kinds: Vec<u32>,
    kind_names: Vec<String>,
    faulted: BTreeMap<String, (u64, String)>,
    messages: Vec<(String, String)>,
    fuel: BTreeMap<String, u64>,
}

/// The columns of a frame that one node needs.
struct Columns<'a> {
    value: &'a Column,
    basis: Option<&'a Column>,
    own: Vec<(Own<'a>, Vec<Key<'a>>)>,
}

struct Own<'a> {
    factor: &'a str,
    gsd: &'a Column,
    /// Template numbers by the codes of the key columns.
    seen: FxHashMap<Vec<u32>, u32>,
}

/// A key column: of the frame, or of the cells.
enum Key<'a> {
    Frame(&'a str, &'a Column),
    Cell(&'a str, usize),
    Bin(&'a str),
}

impl<'a> Part<'a> {
    pub(super) fn new(scheme: &'a Scheme) -> Self {
        let count = scheme.quantities.len();
        let mut part = Self {
            scheme,
            values: vec![Vec::new(); count],
            errors: vec![Vec::new(); count],
            vectors: Vec::new(),
            vector_numbers: FxHashMap::default(),
            templates: Templates::default(),
            grades: Vec::new(),
            kinds: Vec::new(),
            kind_names: Vec::new(),
            faulted: BTreeMap::new(),
            messages: Vec::new(),
            fuel: BTreeMap::new(),
        };
        // Number 0 is "no error".
        part.vector_number(Vec::new());
        part
    }

    fn vector_number(&mut self, errors: Errors) -> u32 {
        let key: Vec<(u32, u64)> = errors.iter().map(|(template, s)| (*template, s.to_bits())).collect();
        if let Some(number) = self.vector_numbers.get(&key) {
            return *number;
        }
        let number = u32::try_from(self.vectors.len()).unwrap_or(u32::MAX);
        self.vector_numbers.insert(key, number);
        self.vectors.push(errors);
        number
    }

    /// Takes the frame of a range of cells.
    pub(super) fn take(
        &mut self,
        activity: &Activity,
        cells: Range<usize>,
        frame: &Frame,
    ) -> Result<(), EngineError> {
        for fault in &frame.faulted {
            let entry =
                self.faulted.entry(fault.plugin.clone()).or_insert_with(|| (0, fault.first.to_string()));
            entry.0 += fault.rows.len() as u64;
        }
        let scheme = self.scheme;
        let mut columns: Vec<Columns<'_>> =
            scheme.nodes.iter().map(|node| columns_of(node, activity, frame)).collect::<Result<_, _>>()?;
        let kinds = frame.column("usage-kind");
        let graded: Vec<&Column> =
            scheme.graded_categories.iter().map(|name| required(frame, name)).collect::<Result<_, _>>()?;
        let mut errors: Vec<Errors> = vec![Errors::new(); scheme.nodes.len()];
        for (row, cell) in cells.enumerate() {
            let cell = u32::try_from(cell).map_err(|_| EngineError::TooManyValues)?;
            self.take_row(activity, row, cell, &mut columns, &mut errors);
            // Only where the row has something at all.
            let stated = graded.iter().filter_map(|basis| basis.text(row)).filter_map(Grade::from_word).max();
            if let (Some(grade), Some(stated)) = (self.grades.last_mut(), stated)
                && *grade != Grade::Nothing
            {
                *grade = stated.max(*grade);
            }
            let kind = kinds.and_then(|column| column.text(row)).unwrap_or_default();
            let number = self.kind_number(kind);
            self.kinds.push(number);
        }
        Ok(())
    }

    fn kind_number(&mut self, kind: &str) -> u32 {
        let number = self.kind_names.iter().position(|known| known == kind).unwrap_or_else(|| {
            self.kind_names.push(kind.to_owned());
            self.kind_names.len() - 1
        });
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    fn take_row(
        &mut self,
        activity: &Activity,
        row: usize,
        cell: u32,
        columns: &mut [Columns<'_>],
        errors: &mut [Errors],
    ) {
        let scheme = self.scheme;
        let mut weakest = Grade::Nothing;
        let mut row_values = vec![f64::NAN; scheme.quantities.len()];
        let mut row_errors: Vec<Errors> = vec![Errors::new(); scheme.quantities.len()];
        for (index, node) in scheme.nodes.iter().enumerate() {
            let value = columns.get(index).and_then(|columns| columns.value.number(row)).unwrap_or(f64::NAN);
            let own = if value.is_nan() || value == 0.0 {
                Errors::new()
            } else if node.parts.is_empty() {
                let mut sum = ErrorSum::default();
                for (input, power) in &node.inherits {
                    sum.add(errors.get(*input).map_or(&[], Vec::as_slice), *power);
                }
                if let Some(columns) = columns.get_mut(index) {
                    for (own, keys) in &mut columns.own {
                        let gsd = own.gsd.number(row).unwrap_or(1.0);
                        if gsd > 1.0 {
                            let template = own.template(activity, row, cell, keys, &mut self.templates);
                            sum.add(&[(template, math::ln(gsd))], 1.0);
                        }
                    }
                }
                sum.done()
            } else {
                let part = |part: &usize| {
                    let value = columns.get(*part).and_then(|columns| columns.value.number(row))?;
                    Some((value, errors.get(*part)?.as_slice()))
                };
                weighted(node.parts.iter().filter_map(part), value)
            };
            if let Some(quantity) = node.quantity {
                if node.graded && value != 0.0 && !value.is_nan() {
                    let basis = columns
                        .get(index)
                        .and_then(|columns| columns.basis)
                        .and_then(|basis| basis.text(row));
                    weakest = weakest.max(basis.and_then(Grade::from_word).unwrap_or(Grade::Proxy));
                }
                if let (Some(slot), Some(list)) = (row_values.get_mut(quantity), row_errors.get_mut(quantity))
                {
                    *slot = value;
                    list.clone_from(&own);
                }
            }
            if let Some(slot) = errors.get_mut(index) {
                *slot = own;
            }
        }
        self.derive(&mut row_values, &mut row_errors);
        let headline = || scheme.headline.iter().filter_map(|quantity| row_values.get(*quantity));
        self.grades.push(if headline().any(|value| value.is_nan()) {
            Grade::NotModelled
        } else if weakest == Grade::Nothing && headline().any(|value| *value != 0.0) {
            // It has something, and no plugin says how well that is known.
            Grade::Proxy
        } else {
            weakest
        });
        for (quantity, (value, list)) in row_values.into_iter().zip(row_errors).enumerate() {
            let number = self.vector_number(list);
            if let (Some(values), Some(numbers)) =
                (self.values.get_mut(quantity), self.errors.get_mut(quantity))
            {
                values.push(value);
                numbers.push(number);
            }
        }
    }

    /// The totals that the engine adds: unknown where a part is.
    fn derive(&self, values: &mut [f64], errors: &mut [Errors]) {
        for derived in &self.scheme.derived {
            let Some(total) = self.scheme.quantities.get(*derived) else { continue };
            let parts = || {
                total
                    .parts
                    .iter()
                    .filter_map(|part| Some((*values.get(*part)?, errors.get(*part)?.as_slice())))
            };
            let sum: f64 = parts().map(|(value, _)| value).sum();
            let list = if sum.is_nan() || sum == 0.0 { Errors::new() } else { weighted(parts(), sum) };
            if let (Some(slot), Some(own)) = (values.get_mut(*derived), errors.get_mut(*derived)) {
                *slot = sum;
                *own = list;
            }
        }
    }

    /// Takes what plugins said.
    pub(super) fn say(&mut self, said: Vec<(String, Diagnostic)>) {
        for (plugin, diagnostic) in said {
            let message = (plugin, diagnostic.text);
            if self.messages.len() < MOST_MESSAGES && !self.messages.contains(&message) {
                self.messages.push(message);
            }
        }
    }

    /// Takes the fuel that plugins used.
    pub(super) fn burn<'p>(&mut self, used: impl Iterator<Item = (&'p str, u64)>) {
        for (plugin, fuel) in used {
            let sum = self.fuel.entry(plugin.to_owned()).or_default();
            *sum = sum.saturating_add(fuel);
        }
    }

    /// Takes the cells that follow.
    pub(super) fn append(&mut self, other: Part<'_>) {
        let templates: Vec<u32> =
            other.templates.list().into_iter().map(|template| self.templates.number(template)).collect();
        let vectors: Vec<u32> = other
            .vectors
            .into_iter()
            .map(|errors| {
                let mut errors: Errors = errors
                    .into_iter()
                    .map(|(template, s)| (crate::activity::renumber(template, &templates), s))
                    .collect();
                errors.sort_unstable_by_key(|(template, _)| *template);
                self.vector_number(errors)
            })
            .collect();
        let kinds: Vec<u32> = other.kind_names.iter().map(|kind| self.kind_number(kind)).collect();
        for (own, values) in self.values.iter_mut().zip(other.values) {
            own.extend(values);
        }
        for (own, numbers) in self.errors.iter_mut().zip(other.errors) {
            own.extend(numbers.into_iter().map(|number| crate::activity::renumber(number, &vectors)));
        }
        self.grades.extend(other.grades);
        self.kinds.extend(other.kinds.into_iter().map(|kind| crate::activity::renumber(kind, &kinds)));
        for (plugin, (cells, first)) in other.faulted {
            self.faulted.entry(plugin).or_insert((0, first)).0 += cells;
        }
        self.burn(other.fuel.iter().map(|(plugin, fuel)| (plugin.as_str(), *fuel)));
        for message in other.messages {
            if self.messages.len() < MOST_MESSAGES && !self.messages.contains(&message) {
                self.messages.push(message);
            }
        }
    }

    /// Puts templates and errors into the order of the templates.
    pub(super) fn finish(self) -> UnitEstimates {
        let listed = self.templates.list();
        let mut templates = listed.clone();
        templates.sort();
        let renumbered: Vec<u32> = listed
            .iter()
            .map(|template| {
                templates.binary_search(template).ok().and_then(|place| u32::try_from(place).ok())
            })
            .map(|place| place.unwrap_or(u32::MAX))
            .collect();
        let mut vectors = self.vectors;
        for errors in &mut vectors {
            for (template, _) in errors.iter_mut() {
                *template = crate::activity::renumber(*template, &renumbered);
            }
            errors.sort_unstable_by_key(|(template, _)| *template);
        }
        let wide: Vec<bool> = vectors.iter().map(|errors| is_wide(errors)).collect();
        let mut quantities = self.scheme.quantities.clone();
        let of =
            |number: &u32| usize::try_from(*number).ok().and_then(|number| wide.get(number)) == Some(&true);
        for (quantity, numbers) in quantities.iter_mut().zip(&self.errors) {
            quantity.wide = numbers.iter().any(of);
        }
        // A total is drawn where a part of it is.
        let any_wide: Vec<bool> = quantities
            .iter()
            .map(|quantity| {
                quantity.wide
                    || quantity.parts.iter().any(|part| quantities.get(*part).is_some_and(|part| part.wide))
            })
            .collect();
        for (quantity, wide) in quantities.iter_mut().zip(any_wide) {
            quantity.wide = wide;
        }
        UnitEstimates {
            quantities,
            values: self.values,
            errors: self.errors,
            vectors,
            templates,
            grades: self.grades,
            kinds: self.kinds,
            kind_names: self.kind_names,
            faulted: self.faulted,
            messages: self.messages,
            fuel: self.fuel,
        }
    }
}

/// Whether an error is too wide for the closed form.
pub(crate) fn is_wide(errors: &[(u32, f64)]) -> bool {
    errors.iter().any(|(_, s)| s.abs() > Spread::<u32>::CLOSED_FORM_LIMIT)
}

/// Errors added per template.
#[derive(Default)]
struct ErrorSum(BTreeMap<u32, f64>);

impl ErrorSum {
    fn add(&mut self, errors: &[(u32, f64)], power: f64) {
        for (template, s) in errors {
            *self.0.entry(*template).or_default() += power * s;
        }
    }

    fn done(self) -> Errors {
        self.0.into_iter().filter(|(_, s)| *s != 0.0).collect()
    }
}

/// The errors of a sum: `Σ value · s / total` per template.
fn weighted<'e>(parts: impl Iterator<Item = (f64, &'e [(u32, f64)])>, total: f64) -> Errors {
    let mut sum = ErrorSum::default();
    for (value, errors) in parts {
        sum.add(errors, value / total);
    }
    sum.done()
}

fn required<'a>(frame: &'a Frame, name: &str) -> Result<&'a Column, EngineError> {
    frame.column(name).ok_or_else(|| EngineError::Frame { column: name.to_owned() })
}

fn columns_of<'a>(node: &'a Node, activity: &Activity, frame: &'a Frame) -> Result<Columns<'a>, EngineError> {
    let column = |name: &str| required(frame, name);
    let mut own = Vec::with_capacity(node.own.len());
    for source in &node.own {
        let key = |name: &'a String| {
            if name == crate::activity::RESOURCE {
                Ok(Key::Bin(name))
            } else if let Some(lane) = activity.plan.column_lane(name) {
                Ok(Key::Cell(name, lane))
            } else {
                Ok(Key::Frame(name, column(name)?))
            }
        };
        let keys = source.key.iter().map(key).collect::<Result<Vec<_>, EngineError>>()?;
        let gsd = column(&source.column)?;
        own.push((Own { factor: &source.factor, gsd, seen: FxHashMap::default() }, keys));
    }
    let basis = if node.graded { Some(column(&format!("{}.basis", node.name))?) } else { None };
    Ok(Columns { value: column(&node.name)?, basis, own })
}

impl Own<'_> {
    /// The template of a row, looked up by the codes of its keys.
    fn template(
        &mut self,
        activity: &Activity,
        row: usize,
        cell: u32,
        keys: &[Key<'_>],
        templates: &mut Templates,
    ) -> u32 {
        let codes: Vec<u32> = keys
            .iter()
            .map(|key| match key {
                Key::Frame(_, Column { data: Data::Categories { codes, .. }, .. }) => {
                    codes.get(row).copied().unwrap_or(u32::MAX)
                }
                Key::Frame(..) => u32::MAX,
                Key::Cell(_, lane) => {
                    activity.cells.lane(cell, lane + crate::activity::FIXED).unwrap_or(u32::MAX)
                }
                Key::Bin(_) => 0,
            })
            .collect();
        if let Some(number) = self.seen.get(&codes) {
            return *number;
        }
        let values: Vec<(String, Option<String>)> = keys
            .iter()
            .map(|key| match key {
                Key::Frame(name, column) => ((*name).to_owned(), column.text(row).map(str::to_owned)),
                Key::Cell(name, lane) => {
                    ((*name).to_owned(), activity.text(&activity.cells, cell, *lane).map(str::to_owned))
                }
                Key::Bin(name) => ((*name).to_owned(), None),
            })
            .collect();
        let number = templates.number(Templates::of(self.factor, &values));
        self.seen.insert(codes, number);
        number
    }
}
