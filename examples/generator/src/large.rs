//! Large bills for benchmarks: the width of a FOCUS export and the variety of a company's bill.
//!
//! Forty accounts, five thousand resources with ids and tags of their own, seven regions, hourly lines
//! of one month. Lines come hour by hour, resources in a fixed order, as in a real export.

use crate::calendar::{DAY_MS, Month};
use crate::decimal::Decimal;
use crate::random::Random;
use crate::row::{Charge, Product, Row};
use crate::table::{Failure, Sink};

const RESOURCES: usize = 5_000;
const ACCOUNTS: usize = 40;
const HOUR_MS: i64 = DAY_MS / 24;
/// Region id, name and the prefix of its usage types.
const REGIONS: [(&str, &str, &str); 7] = [
    ("us-east-1", "US East (N. Virginia)", ""),
    ("us-west-2", "US West (Oregon)", "USW2-"),
    ("eu-west-1", "EU (Ireland)", "EU-"),
    ("eu-central-1", "EU (Frankfurt)", "EUC1-"),
    ("ap-southeast-2", "Asia Pacific (Sydney)", "APS2-"),
    ("ap-northeast-1", "Asia Pacific (Tokyo)", "APN1-"),
    ("sa-east-1", "South America (Sao Paulo)", "SAE1-"),
];
const MACHINES: [&str; 12] = [
    "m5.large",
    "m5.xlarge",
    "m6i.2xlarge",
    "m7g.large",
    "c5.4xlarge",
    "c6i.large",
    "c7g.xlarge",
    "r5.2xlarge",
    "r6g.large",
    "t3.medium",
    "t4g.small",
    "m7a.xlarge",
];

struct Resource {
    product: usize,
    account: usize,
    id: String,
    name: String,
    tags: String,
    mean: f64,
}

/// Writes `rows` lines that start in `month`.
pub fn write(
    sink: &mut dyn Sink,
    catalogue: &[Product],
    seed: u64,
    month: Month,
    rows: u64,
) -> Result<(), Failure> {
    let products = regional(catalogue);
    let accounts: Vec<(String, String)> = (0..ACCOUNTS)
        .map(|index| (format!("{:012}", 12_345_678 + 7_919 * index), format!("team-{index:02}")))
        .collect();
    let resources = resources(&products, seed);
    let mut noise = Random::new(seed, "large");
    let mut serial = 0;
    let mut hour = 0;
    while serial < rows {
        let start_ms = month.start_ms + (hour % (month.days() * 24)) * HOUR_MS;
        for resource in resources.iter().take((rows - serial).min(RESOURCES as u64) as usize) {
            let product = &products[resource.product];
            let quantity = Decimal::rounded(resource.mean * noise.around_one(0.3), 9);
            let cost = quantity.times(product.price);
            let (account, account_name) = &accounts[resource.account];
            serial += 1;
            sink.push(&Row {
                product,
                charge: Charge::Usage,
                account: (account, account_name),
                start_ms,
                end_ms: start_ms + HOUR_MS,
                period_ms: (month.start_ms, month.end_ms),
                resource: &resource.id,
                resource_name: &resource.name,
                tags: &resource.tags,
                quantity: Some(quantity),
                billed: cost,
                effective: cost,
                unused: Decimal::ZERO,
                serial,
            })?;
        }
        hour += 1;
    }
    Ok(())
}

/// The shop's products in every region, and a machine of each type.
fn regional(catalogue: &[Product]) -> Vec<Product> {
    let mut products = Vec::new();
    for (region, region_name, prefix) in REGIONS {
        for product in
            catalogue.iter().filter(|product| product.meter.starts_with("EU-") && product.code != "OCBTax")
        {
            let mut product = product.clone();
            product.meter = format!("{prefix}{}", product.meter.trim_start_matches("EU-"));
            product.description = product.description.replace("EU (Ireland)", region_name);
            (product.region, product.region_name) = (region.to_owned(), region_name.to_owned());
            products.push(product);
        }
        for machine in MACHINES {
            products.push(Product {
                code: "AmazonEC2".to_owned(),
                service: "Amazon Elastic Compute Cloud".to_owned(),
                category: "Compute".to_owned(),
                meter: format!("{prefix}BoxUsage:{machine}"),
                operation: "RunInstances".to_owned(),
                description: format!("On Demand Linux {machine} Instance Hour"),
                unit: "Hrs".to_owned(),
                region: region.to_owned(),
                region_name: region_name.to_owned(),
                details: format!("{{\"InstanceType\":\"{machine}\"}}"),
                sku: String::new(),
                price: Decimal::rounded(0.096, 12),
            });
        }
    }
    for (index, product) in products.iter_mut().enumerate() {
        product.sku = crate::products::sku(index);
    }
    products
}

fn resources(products: &[Product], seed: u64) -> Vec<Resource> {
    let mut random = Random::new(seed, "resources");
    (0..RESOURCES)
        .map(|index| {
            let product = random.below(products.len());
            let account = random.below(ACCOUNTS);
            let id = format!("arn:aws:{}:{}:{account:012}:resource/{:016x}", products[product].code.to_lowercase(), products[product].region, random.bits());
            let tags = if random.unit() < 0.15 {
                String::new()
            } else {
                format!(
                    "{{\"app\":\"app-{:02}\",\"cost-centre\":\"{:05}\",\"environment\":\"{}\",\"owner\":\"team-{account:02}\"}}",
                    random.below(30),
                    random.below(400),
                    ["production", "staging", "development"][random.below(3)],
                )
            };
            let mean = match products[product].unit.as_str() {
                "Hrs" | "hours" => 1.0,
                "GB-Mo" => 0.4,
                "GB" => 2.0,
                _ => 4_000.0,
            };
            Resource { product, account, id, name: format!("resource-{index}"), tags, mean }
        })
        .collect()
}
