//! From the rows of an AWS bill to physical quantities: vCPU-hours, GiB-hours, terabyte-hours, gigabytes moved
//! and accelerator-hours, with the machine behind them. Rules and catalogue are data; what no rule takes is
//! `not-modelled` and stays unknown. It reads no money, and adds no error of its own: a bill counts exactly.

use std::collections::BTreeMap;

use joulework_sdk::prelude::*;

pub mod catalogue;
pub mod classify;
pub mod explain;
pub mod facts;
pub mod pattern;
pub mod rules;

use catalogue::{Burst, Catalogue, Family};
use classify::{Amounts, Answer, Classifier, Texts};
use rules::{Line, Rule, RuleRow, Rules, ServiceRow, UnitRow};

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
        if let Some(rule) = classifier.rules.rules().iter().find(|rule| {
            rule.row.cpu.as_ref().is_some_and(|cpu| classifier.catalogue.family(cpu).is_none())
        }) {
            return Err(Fault::table(format!("table `rules`, row `{}`: the table `instances` lacks its cpu-family", rule.row.id)));
        }
        Ok(Self { classifier })
    }

    fn estimate(&self, input: &Input, out: &mut Output) -> Result<(), Fault> {
        let months = input.month.map(hours_of_month);
        let answers = self.answers(input);
        let codes: Vec<Codes> = answers.distinct().iter().map(|answer| Codes::of(answer, out)).collect();
        for row in 0..input.rows() {
            let at = answers.index(row);
            let (answer, codes) = (&answers.distinct()[at], &codes[at]);
            codes.push(answer, out);
            let amounts = per_row(answer, input.quantity.get(row), *months.at(row));
            out.vcpu_hours.push_known(amounts.vcpus, []);
            out.memory_hours.push_known(amounts.memory, []);
            out.storage_hours.push_known(amounts.storage, []);
            out.network.push_known(amounts.network, []);
            out.accelerator_hours.push_known(amounts.accelerators, []);
            out.copies.push_known(answer.storage.as_ref().map(|storage| storage.1), []);
            let host = answer.host.as_ref();
            let server = host.and_then(|host| host.family);
            out.default_load.push_known(host.and_then(|host| host.default_load), []);
            out.server_vcpus.push_known(server.map(|server| server.server_vcpus), []);
            out.server_memory.push_known(server.map(|server| server.server_memory), []);
            out.server_sockets.push_known(server.map(|server| server.server_sockets), []);
            out.server_accelerators.push_known(server.map(|server| server.server_accelerators.unwrap_or(0.0)), []);
        }
        Ok(())
    }

    fn explain(&self, input: &Input, row: usize, steps: &mut Steps<'_>) -> Result<(), Fault> {
        let rules = self.classifier.rules.of_service(input.service.get(row));
        let answer = self.classifier.answer(&rules, &texts_of(input, row));
        explain::steps(&answer, input.quantity.get(row), hours_of_month(input.month.get(row)), steps);
        Ok(())
    }
}
