//! A guest for the tests of the sandbox. Its setting `do` names how it misbehaves; without one it is honest.
//!
//! It talks to the contract directly, without the authors' kit, which would not let it do most of this.

mod bindings;
mod describe;
mod early;
mod explain;
pub mod kernel;
mod tricks;

use std::cell::Cell;

use bindings::exports::joulework::plugin::estimator::{
    Batch, Descriptor, Fault, Guest, GuestModel, Model as ModelResource, Step,
};
use bindings::joulework::plugin::columns::{Categories, Column, Data, Numbers};
use bindings::joulework::plugin::diagnostics::{Level, emit};

struct Misbehaver;

/// A configured guest.
struct Model {
    trick: String,
    calls: Cell<u32>,
}

/// The columns that it was given.
struct Input<'a> {
    rows: usize,
    quantity: Numbers,
    utilisation: Vec<f64>,
    region: &'a Categories,
}

impl Guest for Misbehaver {
    type Model = Model;

    fn describe() -> Descriptor {
        hook();
        early::describe(describe::descriptor())
    }

    fn tables() -> Vec<(String, Batch)> {
        hook();
        let ids = Categories { values: vec!["one".to_owned()], codes: vec![0] };
        let columns = vec![
            Column { name: "factor-id".to_owned(), data: Data::Categories(ids) },
            Column { name: "kwh".to_owned(), data: Data::Same(0.5) },
        ];
        early::tables(vec![("factors".to_owned(), Batch { rows: 1, columns })])
    }
}

impl GuestModel for Model {
    fn configure(settings: String, _: Vec<(String, Batch)>) -> Result<ModelResource, Fault> {
        hook();
        // The host has checked the settings: `do` is the only key there is.
        let trick = settings.split('"').nth(3).unwrap_or("").to_owned();
        match trick.as_str() {
            "refuse" => Err(fault("settings.unusable", "nobody can be configured like this", None, None)),
            "loop-at-configure" => tricks::run_for_ever(),
            "memory-at-configure" => tricks::fill_memory(),
            "recursion-at-configure" => {
                tricks::recurse();
                Err(fault("settings.unusable", "too deep", None, None))
            }
            "panic-at-configure" => panic!("I will not be configured"),
            _ => Ok(ModelResource::new(Self { trick, calls: Cell::new(0) })),
        }
    }

    fn estimate(&self, batch: Batch) -> Result<Batch, Fault> {
        hook();
        self.calls.set(self.calls.get() + 1);
        let input = Input::read(&batch)?;
        tricks::before(self, &batch, &input)?;
        let mut result = honest(&input);
        tricks::after(self, &batch, &input, &mut result);
        Ok(result)
    }

    fn explain(&self, batch: Batch) -> Result<Vec<Step>, Fault> {
        hook();
        let input = Input::read(&batch)?;
        let mut steps = explain::honest(&input);
        explain::tricks(&self.trick, &input, &mut steps);
        Ok(steps)
    }
}

impl<'a> Input<'a> {
    fn read(batch: &'a Batch) -> Result<Self, Fault> {
        let find =
            |name: &str| batch.columns.iter().find(|column| column.name == name).map(|column| &column.data);
        let rows = batch.rows as usize;
        let utilisation = match find("utilisation") {
            Some(Data::Numbers(numbers)) => numbers.values.clone(),
            Some(Data::Same(same)) => vec![*same; rows],
            _ => vec![1.0; rows],
        };
        let quantity = match find("consumed-quantity") {
            Some(Data::Numbers(numbers)) => Some(numbers.clone()),
            Some(Data::Same(same)) => Some(Numbers { values: vec![*same; rows], known: Vec::new() }),
            _ => None,
        };
        match (quantity, find("region-id")) {
            (Some(quantity), Some(Data::Categories(region))) => {
                Ok(Self { rows, quantity, utilisation, region })
            }
            _ => Err(fault("input.missing", "numbers and regions were expected", None, None)),
        }
    }

    /// The first row of the region.
    fn row_of(&self, region: &str) -> Option<usize> {
        let code = self.region.values.iter().position(|value| value == region)?;
        self.region.codes.iter().position(|other| *other as usize == code)
    }
}

fn honest(input: &Input<'_>) -> Batch {
    let factors: Vec<kernel::Factor> =
        input.region.values.iter().map(|region| kernel::factor(region)).collect();
    let mut out = kernel::Columns::default();
    let (quantity, codes) = (&input.quantity, &input.region.codes);
    kernel::run(&quantity.values, &quantity.known, &input.utilisation, codes, &factors, &mut out);
    let numbers = |values: Vec<f64>, known: Vec<u8>| Data::Numbers(Numbers { values, known });
    let one = |value: &str| {
        Data::Categories(Categories { values: vec![value.to_owned()], codes: vec![0; input.rows] })
    };
    let columns = [
        ("misbehaver.energy", numbers(out.energy, out.known)),
        ("misbehaver.energy.gsd.misbehaver.region", numbers(out.gsd, Vec::new())),
        ("misbehaver.energy.basis", one("proxy")),
        ("misbehaver.label", one("honest")),
    ];
    Batch {
        rows: u32::try_from(input.rows).unwrap_or(u32::MAX),
        columns: columns.into_iter().map(|(name, data)| Column { name: name.to_owned(), data }).collect(),
    }
}

fn fault(code: &str, message: &str, row: Option<usize>, column: Option<&str>) -> Fault {
    Fault {
        code: code.to_owned(),
        message: message.to_owned(),
        row: row.and_then(|row| u32::try_from(row).ok()),
        column: column.map(str::to_owned),
    }
}

/// Sends what a panic says before the trap, as every kit does.
fn hook() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| std::panic::set_hook(Box::new(|panic| emit(Level::Panic, &panic.to_string()))));
}
