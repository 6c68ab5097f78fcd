//! From the rows of an AWS bill to physical quantities: vCPU-hours, GiB-hours, terabyte-hours, gigabytes moved
//! and accelerator-hours, with the machine behind them. Rules and catalogue are data; what no rule takes is
//! `not-modelled` and stays unknown. It reads no money, and adds no error of its own: a bill counts exactly.

use std::collections::BTreeMap;

use joulework_sdk::prelude::*;

pub mod answer;
pub mod catalogue;
pub mod classify;
pub mod explain;
pub mod facts;
mod fill;
pub mod pattern;
pub mod rules;

use answer::Texts;
use catalogue::{Burst, Catalogue, Family};
use classify::Classifier;
use rules::{Rule, RuleRow, Rules, ServiceRow, UnitRow};

inputs! {
    /// What the plugin reads. No instant and no resource: rows that differ in these alone are one.
    pub struct Input {
        quantity: Numbers = input("consumed-quantity"),
        service: Categories = input("service-name"),
        category: Categories = input("charge-category"),
        unit: Categories = input("consumed-unit"),
        month: Categories = input("charge-month"),
        provider: Optional<Categories> = input("provider-name"),
        meter: Optional<Categories> = input("sku-meter"),
        operation: Optional<Categories> = input("operation"),
        description: Optional<Categories> = input("charge-description"),
        details: Optional<Categories> = input("sku-price-details"),
        commitment: Optional<Categories> = input("commitment-discount-status"),
        reservation: Optional<Categories> = input("capacity-reservation-status"),
    }
}

outputs! {
    /// What the plugin returns.
    pub struct Output {
        kind: Graded<CategoriesOut> = output("usage-kind"),
        vcpu_hours: NumbersOut = output("vcpu-hours"),
        memory_hours: NumbersOut = output("memory-hours"),
        storage_hours: NumbersOut = output("storage-hours"),
        medium: CategoriesOut = output("storage-medium"),
        copies: NumbersOut = output("storage-copies"),
        network: NumbersOut = output("network-volume"),
        class: CategoriesOut = output("network-class"),
        accelerator_hours: NumbersOut = output("accelerator-hours"),
        accelerator: CategoriesOut = output("accelerator"),
        machine: CategoriesOut = output("instance-type"),
        cpu: CategoriesOut = output("cpu-family"),
        architecture: CategoriesOut = output("architecture"),
        share: CategoriesOut = output("compute-share"),
        default_load: NumbersOut = output("default-load"),
        server_vcpus: NumbersOut = output("server-vcpus"),
        server_memory: NumbersOut = output("server-memory"),
        server_sockets: NumbersOut = output("server-sockets"),
        server_accelerators: NumbersOut = output("server-accelerators"),
    }
}

/// The model.
#[derive(Debug)]
pub struct AwsUsage {
    classifier: Classifier,
}

plugin!(AwsUsage);

impl Estimator for AwsUsage {
    type Inputs = Input;
    type Outputs = Output;

    const ABOUT: About = about!()
        .factors("2026-11-23", &[
            table::<RuleRow>(),
            table::<ServiceRow>(),
            table::<UnitRow>(),
            table::<Family>(),
            table::<Burst>(),
        ])
        .cites(&[
            Citation {
                title: "Amazon EC2 instance types; AWS Lambda developer guide; AWS price list",
                publisher: "Amazon Web Services",
                published: "2026-11-23",
                locator: "aws.amazon.com/ec2/instance-types; docs.aws.amazon.com/lambda: one vCPU per 1,769 MB",
                licence: "published facts",
            },
            Citation {
                title: "Cloud Carbon Footprint: constants and classification of its aws package",
                publisher: "Cloud Carbon Footprint",
                published: "2024-03-25",
                locator: "github.com/cloud-carbon-footprint/cloud-carbon-footprint b7a049c",
                licence: "Apache-2.0",
            },
            Citation {
                title: "ccf-coefficients: aws-instances-latest-2026.csv",
                publisher: "Cloud Carbon Footprint",
                published: "2026-04-24",
                locator: "github.com/cloud-carbon-footprint/ccf-coefficients b0032d9",
                licence: "Apache-2.0",
            },
            Citation {
                title: "SPRUCE: enrichment of AWS bills",
                publisher: "DigitalPebble",
                published: "2026-07-20",
                locator: "github.com/DigitalPebble/spruce 8840d3c",
                licence: "Apache-2.0",
            },
            Citation {
                title: "FOCUS-Sample-Data: descriptions and units of FOCUS 1.0 bills",
                publisher: "FinOps Open Cost and Usage Specification",
                published: "2024-09",
                locator: "github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS-Sample-Data",
                licence: "CC-BY-4.0",
            },
        ]);

    fn configure(_settings: &Settings, tables: &Tables) -> Result<Self, Fault> {
        let classifier = Classifier { rules: Rules::load(tables)?, catalogue: Catalogue::load(tables)? };
        if let Some(rule) =
            classifier.rules.rules().iter().find(|rule| {
                rule.row.cpu.as_ref().is_some_and(|cpu| classifier.catalogue.family(cpu).is_none())
            })
        {
            return Err(Fault::table(format!(
                "table `rules`, row `{}`: the table `instances` lacks its cpu-family",
                rule.row.id
            )));
        }
        Ok(Self { classifier })
    }

    fn estimate(&self, input: &Input, out: &mut Output) -> Result<(), Fault> {
        let hours = input.month.map(hours_of_month);
        let mut by_service: BTreeMap<Option<&str>, Vec<&Rule>> = BTreeMap::new();
        let lines = combine(Input::texts(input), |values| {
            let texts = Texts::of(values);
            let rules = by_service
                .entry(texts.service)
                .or_insert_with(|| self.classifier.rules.of_service(texts.service));
            fill::Line::of(self.classifier.answer(rules, &texts), out)
        });
        for ((line, quantity), hours) in lines.iter().zip(input.quantity.iter()).zip(hours.iter()) {
            line.push(quantity, *hours, out);
        }
        Ok(())
    }

    fn explain(&self, input: &Input, row: usize, steps: &mut Steps<'_>) -> Result<(), Fault> {
        let texts = Texts::of(Input::texts(input).map(|column| column.get(row)));
        let answer = self.classifier.answer(&self.classifier.rules.of_service(texts.service), &texts);
        explain::steps(&answer, input.quantity.get(row), hours_of_month(input.month.get(row)), steps);
        Ok(())
    }
}

impl Input {
    /// The columns that decide what a line is, in the order of [`Texts::of`].
    fn texts(&self) -> [&Categories; 10] {
        [
            &self.provider,
            &self.service,
            &self.category,
            &self.meter,
            &self.operation,
            &self.description,
            &self.unit,
            &self.details,
            &self.commitment,
            &self.reservation,
        ]
    }
}

/// Hours of a calendar month such as `2024-02`.
fn hours_of_month(month: Option<&str>) -> Option<f64> {
    let (year, month) = month?.split_once('-')?;
    let year = year_of(Some(year)).filter(|_| year.len() == 4)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        "01" | "03" | "05" | "07" | "08" | "10" | "12" => 31,
        "04" | "06" | "09" | "11" => 30,
        "02" if leap => 29,
        "02" => 28,
        _ => return None,
    };
    Some(24.0 * f64::from(days))
}
