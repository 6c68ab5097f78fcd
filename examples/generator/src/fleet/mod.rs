//! The shop's back office: a fleet with planted faults, and with things that look like faults and are none.
//!
//! Ids, sizes and hours come from the seed. `truth.json` says what is wrong and by how much; it is written from what was
//! planted, and knows nothing of any advisor.

mod functions;
mod machines;
mod stores;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::calendar::{DAY_MS, Month, months};
use crate::columns::Column;
use crate::decimal::Decimal;
use crate::random::Random;
use crate::row::{Charge, Product, Row};
use crate::table::Failure;
use crate::{YEAR, cur2, focus, table};

/// The account of the back office.
const ACCOUNT: (&str, &str) = ("456789012345", "back-office");
/// Hours of the year.
const HOURS: usize = 8_760;

/// A resource of the fleet with what it is billed for.
struct Resource {
    id: String,
    tags: String,
    /// What is bought, and how much in a day.
    bought: Vec<(Product, f64)>,
}

/// A series of a metric.
struct Series {
    resource: String,
    metric: &'static str,
    unit: &'static str,
    average: Option<Vec<f64>>,
    maximum: Option<Vec<f64>>,
    sum: Option<Vec<f64>>,
}

/// Everything that is written.
#[derive(Default)]
struct Fleet {
    resources: Vec<Resource>,
    /// By namespace and name of the dimension.
    metrics: BTreeMap<(&'static str, &'static str), Vec<Series>>,
    /// Lines of logs by function.
    logs: BTreeMap<String, String>,
    faults: Vec<Value>,
    right: Vec<Value>,
}

impl Fleet {
    fn fault(&mut self, code: &str, resource: &str, why: &str, how: Value) {
        let mut fault = json!({ "code": code, "resource": resource, "why": why });
        if let (Some(fault), Some(how)) = (fault.as_object_mut(), how.as_object()) {
            fault.extend(how.clone());
        }
        self.faults.push(fault);
    }

    fn right(&mut self, resource: &str, why: &str) {
        self.right.push(json!({ "resource": resource, "why": why }));
    }
}

/// Tags of the back office.
fn tags(more: &[(&str, &str)]) -> String {
    let mut tags = BTreeMap::from([("app", "back-office"), ("environment", "production")]);
    tags.extend(more.iter().copied());
    serde_json::to_string(&tags).unwrap_or_default()
}

/// Writes bill, metrics, logs and truth to a folder.
///
/// # Errors
/// When a file cannot be written.
pub fn write(folder: &Path, seed: u64) -> Result<(), Failure> {
    let mut random = Random::new(seed, "fleet");
    let mut fleet = Fleet::default();
    machines::plant(&mut fleet, &mut random);
    stores::plant(&mut fleet, &mut random);
    functions::plant(&mut fleet, &mut random);
    for part in ["logs", "metrics"] {
        fs::create_dir_all(folder.join(part))?;
    }
    bill(&folder.join("bill.parquet"), focus::COLUMNS, &fleet.resources)?;
    bill(&folder.join("cur2.csv.gz"), cur2::COLUMNS, &fleet.resources)?;
    for ((namespace, dimension), series) in &fleet.metrics {
        let name = namespace.rsplit('/').next().unwrap_or(namespace).to_ascii_lowercase();
        stores::metrics(
            &folder.join("metrics").join(format!("{name}.parquet")),
            namespace,
            dimension,
            series,
        )?;
    }
    for (function, lines) in &fleet.logs {
        functions::log(&folder.join("logs").join(format!("{function}.log.gz")), lines)?;
    }
    let truth = json!({ "seed": seed, "faults": fleet.faults, "right-as-it-is": fleet.right });
    fs::write(folder.join("truth.json"), format!("{}\n", serde_json::to_string_pretty(&truth)?))?;
    Ok(())
}

/// A line a day for everything that is bought.
fn bill(path: &Path, columns: &'static [Column], resources: &[Resource]) -> Result<(), Failure> {
    let mut sink = table::create(path, columns)?;
    let mut serial = 1 << 40;
    for month in months(YEAR) {
        for day in 0..month.days() {
            for resource in resources {
                for (product, quantity) in &resource.bought {
                    serial += 1;
                    sink.push(&row(resource, product, *quantity, month, day, serial))?;
                }
            }
        }
    }
    sink.finish()
}

fn row<'a>(
    resource: &'a Resource,
    product: &'a Product,
    a_day: f64,
    month: Month,
    day: i64,
    serial: u64,
) -> Row<'a> {
    // What is billed by the month is spread over its days.
    let quantity = if product.unit == "GB-Mo" { a_day / month.days() as f64 } else { a_day };
    let quantity = Decimal::rounded(quantity, 9);
    let cost = quantity.times(product.price);
    let start_ms = month.start_ms + day * DAY_MS;
    Row {
        product,
        charge: Charge::Usage,
        account: ACCOUNT,
        start_ms,
        end_ms: start_ms + DAY_MS,
        period_ms: (month.start_ms, month.end_ms),
        resource: &resource.id,
        resource_name: resource.id.rsplit([':', '/']).next().unwrap_or_default(),
        tags: &resource.tags,
        quantity: Some(quantity),
        billed: cost,
        effective: cost,
        unused: Decimal::ZERO,
        serial,
    }
}

/// A product of its own.
fn product(
    code: &str,
    service: &str,
    category: &str,
    [meter, operation, unit]: [&str; 3],
    price: f64,
) -> Product {
    Product {
        code: code.to_owned(),
        service: service.to_owned(),
        category: category.to_owned(),
        meter: meter.to_owned(),
        operation: operation.to_owned(),
        unit: unit.to_owned(),
        price: Decimal::rounded(price, 12),
        region: "eu-west-1".to_owned(),
        region_name: "EU (Ireland)".to_owned(),
        description: format!("{meter} of the back office"),
        sku: crate::products::sku(meter.bytes().map(usize::from).sum()),
        ..Product::default()
    }
}

/// Letters and digits after a prefix, as AWS names its things.
fn id(random: &mut Random, prefix: &str) -> String {
    format!("{prefix}{:016x}", random.bits())
}

/// 1 at a peak hour of the day, 0 twelve hours away from it.
fn wave(hour: usize, peak: usize) -> f64 {
    let angle = (hour % 24) as f64 - peak as f64;
    (1.0 + libm::cos(angle / 24.0 * core::f64::consts::TAU)) / 2.0
}
