//! The shop's bill for a year, day by day.
//!
//! The story: the catalogue function moves to arm64 on 1 June, the analytics fleet to Graviton on
//! 1 September (its Savings Plan is then less used), a credit falls in March, and July's bill corrects
//! storage that June's had metered too high.

use crate::calendar::{DAY_MS, Month};
use crate::decimal::Decimal;
use crate::demand::Hour;
use crate::products;
use crate::random::Random;
use crate::row::{Charge, PLAN, Product, Row};

/// Account of the shop.
const SHOP: (&str, &str) = ("210987654321", "shop-production");
/// Account of the analysts.
const ANALYTICS: (&str, &str) = ("345678901234", "analytics");
/// Account of the network.
const PLATFORM: (&str, &str) = ("098765432109", "platform");
/// The account that pays.
const PAYING: (&str, &str) = (crate::row::PAYER, crate::row::PAYER_NAME);

const CHECKOUT: &str = r#"{"app":"shop","environment":"production","team":"checkout"}"#;
const CATALOGUE: &str = r#"{"app":"shop","environment":"production","team":"catalogue"}"#;
const SEARCH: &str = r#"{"app":"shop","environment":"production","team":"search"}"#;
const DATA: &str = r#"{"app":"analytics","environment":"production","team":"data"}"#;
const NETWORK: &str = r#"{"app":"network","environment":"production","team":"platform"}"#;

const FLEET: [&str; 4] = [
    "arn:aws:ec2:eu-west-1:345678901234:instance/i-0a1b2c3d4e5f60711",
    "arn:aws:ec2:eu-west-1:345678901234:instance/i-0a1b2c3d4e5f60722",
    "arn:aws:ec2:eu-west-1:345678901234:instance/i-0a1b2c3d4e5f60733",
    "arn:aws:ec2:eu-west-1:345678901234:instance/i-0a1b2c3d4e5f60744",
];

/// One line before it has its dates.
struct Item {
    code: &'static str,
    meter: &'static str,
    account: (&'static str, &'static str),
    resource: &'static str,
    tags: &'static str,
    quantity: f64,
    charge: Charge,
    /// Price per unit where it is not the on-demand price.
    effective_price: Option<f64>,
}

/// The rows of one month.
pub struct Bill<'a> {
    products: &'a [Product],
    noise: Random,
    serial: u64,
}

impl<'a> Bill<'a> {
    /// A bill over `products`.
    pub fn new(products: &'a [Product], seed: u64) -> Self {
        Self { products, noise: Random::new(seed, "bill"), serial: 0 }
    }

    /// All lines of `month`, whose demand is `hours`.
    pub fn month(&mut self, month: Month, hours: &[Hour]) -> Vec<Row<'a>> {
        let mut rows = Vec::new();
        for (day, chunk) in (0..month.days()).zip(hours.chunks(24)) {
            let start = month.start_ms + day * DAY_MS;
            let requests: u64 = chunk.iter().map(|hour| hour.requests).sum();
            let orders: u64 = chunk.iter().map(|hour| hour.orders).sum();
            for item in self.day(month, requests as f64, orders as f64) {
                let row = self.usage(&item, month, (start, start + DAY_MS));
                rows.push(row);
            }
            rows.extend(self.plan(month, start));
        }
        rows.extend(self.month_end(month, &rows));
        rows
    }

    fn day(&mut self, month: Month, requests: f64, orders: f64) -> Vec<Item> {
        let elapsed = f64::from(month.number - 1);
        let share = 1.0 / month.days() as f64;
        let mut items = self.serverless(month, requests, orders);
        items.extend(stores(requests, orders, elapsed, share));
        items.extend(fleet(month, share, &mut self.noise));
        items.extend(network(requests, orders));
        items
    }

    fn serverless(&mut self, month: Month, requests: f64, orders: f64) -> Vec<Item> {
        let checkout = "arn:aws:lambda:eu-west-1:210987654321:function:checkout";
        let catalogue = "arn:aws:lambda:eu-west-1:210987654321:function:catalogue";
        let (meter, request_meter, seconds) = if month.number < 6 {
            ("EU-Lambda-GB-Second", "EU-Request", 0.060)
        } else {
            ("EU-Lambda-GB-Second-ARM", "EU-Request-ARM", 0.054)
        };
        let catalogue_seconds = requests * seconds * self.noise.around_one(0.05);
        let checkout_seconds = orders * 3.0 * 0.45 * self.noise.around_one(0.05);
        let lambda =
            |meter, resource, tags, quantity| item("AWSLambda", meter, SHOP, resource, tags, quantity);
        vec![
            lambda(meter, catalogue, CATALOGUE, catalogue_seconds),
            lambda(request_meter, catalogue, CATALOGUE, requests),
            lambda("EU-Lambda-GB-Second", checkout, CHECKOUT, checkout_seconds * 0.4),
            lambda("EU-Lambda-Provisioned-GB-Second", checkout, CHECKOUT, checkout_seconds * 0.6),
            lambda("EU-Lambda-Provisioned-Concurrency", checkout, CHECKOUT, 5.0 * 86_400.0),
            lambda("EU-Request", checkout, CHECKOUT, orders * 3.0),
            item(
                "AmazonApiGateway",
                "EU-ApiGatewayHttpRequest",
                SHOP,
                "arn:aws:apigateway:eu-west-1::/apis/a1b2c3d4e5",
                CATALOGUE,
                requests,
            ),
            item(
                "AWSQueueService",
                "EU-Requests-Tier1",
                SHOP,
                "arn:aws:sqs:eu-west-1:210987654321:orders",
                CHECKOUT,
                orders * 9.0,
            ),
        ]
    }

    fn usage(&mut self, item: &Item, month: Month, (start_ms, end_ms): (i64, i64)) -> Row<'a> {
        let product = &self.products[products::find(self.products, item.code, item.meter)];
        let quantity = Decimal::rounded(item.quantity, 9);
        let on_demand = quantity.times(product.price);
        let effective =
            item.effective_price.map_or(on_demand, |price| quantity.times(Decimal::rounded(price, 10)));
        Row {
            product,
            charge: item.charge,
            account: item.account,
            start_ms,
            end_ms,
            period_ms: (month.start_ms, month.end_ms),
            resource: item.resource,
            resource_name: item.resource.rsplit([':', '/']).next().unwrap_or_default(),
            tags: item.tags,
            quantity: Some(quantity),
            billed: if item.charge == Charge::Covered { Decimal::ZERO } else { effective },
            effective,
            unused: Decimal::ZERO,
            serial: self.next(),
        }
    }

    /// The Savings Plan's fee for a day, and what of it nothing used.
    fn plan(&mut self, month: Month, start_ms: i64) -> Vec<Row<'a>> {
        let fee = Decimal::rounded(0.17 * 24.0, 10);
        let used = Decimal::rounded(2.0 * 24.0, 9).times(Decimal::rounded(plan_price(month), 10));
        let unused = fee.plus(used.negated());
        let base = Row {
            charge: Charge::PlanFee,
            billed: fee,
            effective: Decimal::ZERO,
            unused,
            ..self.charge("ComputeSavingsPlans", "ComputeSP:1yrNoUpfront", month, start_ms, start_ms + DAY_MS)
        };
        let rest = Row {
            charge: Charge::PlanUnused,
            billed: Decimal::ZERO,
            effective: unused,
            serial: self.next(),
            ..base.clone()
        };
        vec![base, rest]
    }

    fn month_end(&mut self, month: Month, rows: &[Row<'a>]) -> Vec<Row<'a>> {
        let last_day = month.end_ms - DAY_MS;
        let billed = rows.iter().fold(Decimal::ZERO, |sum, row| sum.plus(row.billed));
        let support = Decimal::rounded(100.0, 2);
        let tax = billed.plus(support).times(Decimal::rounded(0.23, 2));
        let amount = |row: Row<'a>, charge, cost| Row { charge, billed: cost, effective: cost, ..row };
        let mut extra = Vec::new();
        let line = self.charge("AWSSupportBusiness", "Dollar", month, month.start_ms, month.end_ms);
        extra.push(Row { quantity: Some(support), ..amount(line, Charge::Usage, support) });
        let line = self.charge("OCBTax", "EU-Tax", month, month.start_ms, month.end_ms);
        extra.push(amount(line, Charge::Tax, tax));
        if month.number == 3 {
            let line = self.charge("AWSLambda", "EU-Lambda-GB-Second", month, last_day, month.end_ms);
            extra.push(amount(line, Charge::Credit, Decimal::rounded(-75.0, 2)));
        }
        if month.number == 7 {
            let storage = item("AmazonS3", "EU-TimedStorage-ByteHrs", SHOP, "shop-images", CATALOGUE, -25.0);
            let june_12 = month.start_ms - 19 * DAY_MS;
            let row = self.usage(&storage, month, (june_12, june_12 + DAY_MS));
            extra.push(Row { charge: Charge::Correction, ..row });
        }
        extra
    }

    fn charge(&mut self, code: &str, meter: &str, month: Month, start_ms: i64, end_ms: i64) -> Row<'a> {
        Row {
            product: &self.products[products::find(self.products, code, meter)],
            charge: Charge::Usage,
            account: PAYING,
            start_ms,
            end_ms,
            period_ms: (month.start_ms, month.end_ms),
            resource: if code == "ComputeSavingsPlans" { PLAN } else { "" },
            resource_name: "",
            tags: "",
            quantity: None,
            billed: Decimal::ZERO,
            effective: Decimal::ZERO,
            unused: Decimal::ZERO,
            serial: self.next(),
        }
    }

    fn next(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }
}

fn item(
    code: &'static str,
    meter: &'static str,
    account: (&'static str, &'static str),
    resource: &'static str,
    tags: &'static str,
    quantity: f64,
) -> Item {
    Item { code, meter, account, resource, tags, quantity, charge: Charge::Usage, effective_price: None }
}

/// What the Savings Plan pays for an hour of the fleet's machine.
fn plan_price(month: Month) -> f64 {
    if month.number < 9 { 0.0781 } else { 0.0665 }
}

fn stores(requests: f64, orders: f64, elapsed: f64, share: f64) -> Vec<Item> {
    let table = "arn:aws:dynamodb:eu-west-1:210987654321:table/carts";
    let database = "arn:aws:rds:eu-west-1:210987654321:db:orders";
    let search = "arn:aws:ecs:eu-west-1:210987654321:task/search";
    let shop = |code, meter, resource, tags, quantity| item(code, meter, SHOP, resource, tags, quantity);
    vec![
        shop("AmazonDynamoDB", "EU-ReadRequestUnits", table, CHECKOUT, requests * 4.0),
        shop("AmazonDynamoDB", "EU-WriteRequestUnits", table, CHECKOUT, orders * 6.0),
        shop("AmazonDynamoDB", "EU-TimedStorage-ByteHrs", table, CHECKOUT, (120.0 + 4.0 * elapsed) * share),
        shop(
            "AmazonS3",
            "EU-TimedStorage-ByteHrs",
            "shop-images",
            CATALOGUE,
            (3_000.0 + 90.0 * elapsed) * share,
        ),
        shop(
            "AmazonS3",
            "EU-TimedStorage-SIA-ByteHrs",
            "shop-archive",
            CATALOGUE,
            (8_000.0 + 200.0 * elapsed) * share,
        ),
        shop("AmazonS3", "EU-Requests-Tier1", "shop-images", CATALOGUE, orders * 4.0),
        shop("AmazonS3", "EU-Requests-Tier2", "shop-images", CATALOGUE, requests * 1.4),
        shop("AmazonRDS", "EU-Multi-AZUsage:db.r6g.large", database, CHECKOUT, 24.0),
        shop("AmazonRDS", "EU-RDS:Multi-AZ-GP3-Storage", database, CHECKOUT, 200.0 * share),
        shop("AmazonECS", "EU-Fargate-vCPU-Hours:perCPU", search, SEARCH, 2.0 * 2.0 * 24.0),
        shop("AmazonECS", "EU-Fargate-GB-Hours", search, SEARCH, 2.0 * 4.0 * 24.0),
        shop(
            "awskms",
            "eu-west-1-KMS-Requests",
            "arn:aws:kms:eu-west-1:210987654321:key/orders",
            CHECKOUT,
            orders * 2.0,
        ),
        shop(
            "AmazonCloudWatch",
            "EU-DataProcessing-Bytes",
            "arn:aws:logs:eu-west-1:210987654321:log-group:/aws/lambda/catalogue",
            CATALOGUE,
            requests * 1.2e-6,
        ),
        shop(
            "AmazonCloudWatch",
            "EU-TimedStorage-ByteHrs",
            "arn:aws:logs:eu-west-1:210987654321:log-group:/aws/lambda/catalogue",
            CATALOGUE,
            (40.0 + 25.0 * elapsed) * share,
        ),
    ]
}

fn fleet(month: Month, share: f64, noise: &mut Random) -> Vec<Item> {
    let (meter, machines) =
        if month.number < 9 { ("EU-BoxUsage:m6i.large", 4) } else { ("EU-BoxUsage:m7g.large", 3) };
    let mut items = Vec::new();
    for (index, resource) in FLEET.into_iter().take(machines).enumerate() {
        let machine = item("AmazonEC2", meter, ANALYTICS, resource, DATA, 24.0);
        items.push(if index < 2 {
            Item { charge: Charge::Covered, effective_price: Some(plan_price(month)), ..machine }
        } else {
            machine
        });
    }
    items.push(Item {
        charge: Charge::Spot,
        effective_price: Some(0.182),
        ..item(
            "AmazonEC2",
            "EU-SpotUsage:c6i.2xlarge",
            ANALYTICS,
            "arn:aws:ec2:eu-west-1:345678901234:instance/i-0f9e8d7c6b5a40001",
            DATA,
            18.0 * noise.around_one(0.2),
        )
    });
    items.push(item(
        "AmazonEC2",
        "EU-EBS:VolumeUsage.gp3",
        ANALYTICS,
        "arn:aws:ec2:eu-west-1:345678901234:volume/vol-0123456789abcdef0",
        DATA,
        400.0 * share,
    ));
    items.push(item(
        "AmazonEC2",
        "EU-EBS:SnapshotUsage",
        ANALYTICS,
        "arn:aws:ec2:eu-west-1:345678901234:snapshot/snap-0123456789abcdef0",
        DATA,
        300.0 * share,
    ));
    // Nobody tagged the bastion: it is what `unassigned` is for.
    items.push(item(
        "AmazonEC2",
        "EU-BoxUsage:t3.medium",
        PLATFORM,
        "arn:aws:ec2:eu-west-1:098765432109:instance/i-0ba5710a0ba5710a0",
        "",
        24.0,
    ));
    items
}

fn network(requests: f64, orders: f64) -> Vec<Item> {
    let gateway = "arn:aws:ec2:eu-west-1:098765432109:natgateway/nat-0fedcba9876543210";
    let platform = |code, meter, quantity| item(code, meter, PLATFORM, gateway, NETWORK, quantity);
    vec![
        platform("AmazonEC2", "EU-NatGateway-Hours", 48.0),
        platform("AmazonEC2", "EU-NatGateway-Bytes", requests * 18e-6),
        platform("AWSDataTransfer", "EU-DataTransfer-Out-Bytes", requests * 60e-6),
        platform("AWSDataTransfer", "EU-DataTransfer-Regional-Bytes", requests * 9e-6),
        platform("AWSDataTransfer", "EU-USE1-AWS-Out-Bytes", orders * 5e-6),
    ]
}
