//! The account behind the server: what it runs, what that costs, and how busy it is. Everything follows from names and
//! hours, so that each answer is the same whenever it is asked for.

use jiff::civil::Date;

/// What the account has.
#[derive(Debug, Clone)]
pub(crate) struct Fleet {
    pub(crate) account: &'static str,
    pub(crate) regions: Vec<&'static str>,
    /// Machines in each region.
    pub(crate) machines: usize,
    /// Functions in each region.
    pub(crate) functions: usize,
    /// The first day whose figures may still change.
    pub(crate) estimated_from: Date,
}

/// Cost and quantity of a usage type on a day: billions of dollars, thousandths, unit.
pub(crate) struct Usage {
    pub(crate) service: &'static str,
    pub(crate) usage_type: String,
    pub(crate) nano_dollars: i64,
    pub(crate) thousandths: i64,
    pub(crate) unit: &'static str,
}

impl Fleet {
    pub(crate) fn machine(region: &str, number: usize) -> String {
        format!("i-{:08x}{number:08x}", noise(region) & 0xffff_ffff)
    }

    pub(crate) fn function(number: usize) -> String {
        format!("shop-{number}")
    }

    /// What ran in a region on a day.
    pub(crate) fn usage(&self, region: &str, day: Date) -> Vec<Usage> {
        let prefix = if region == "eu-west-1" { "EU-" } else { "" };
        let machines = i64::try_from(self.machines).unwrap();
        let busy = i64::try_from(noise(&format!("{region} {day}")) % 1_000).unwrap();
        vec![
            Usage {
                service: "Amazon Elastic Compute Cloud - Compute",
                usage_type: format!("{prefix}BoxUsage:m5.large"),
                nano_dollars: machines * 24 * 107_000_000,
                thousandths: machines * 24_000,
                unit: "Hrs",
            },
            Usage {
                service: "AWS Lambda",
                usage_type: format!("{prefix}Lambda-GB-Second"),
                nano_dollars: busy * 16_667,
                thousandths: busy * 1_000,
                unit: "GB-Seconds",
            },
            Usage {
                service: "AWS Key Management Service",
                usage_type: format!("{prefix}KMS-Requests"),
                nano_dollars: 30_000_001,
                thousandths: 0,
                unit: "N/A",
            },
        ]
    }

    /// What is no usage, by record type.
    pub(crate) fn other(day: Date) -> Vec<(&'static str, i64)> {
        match day.day() {
            1 => vec![("Tax", 12_340_000_007), ("Credit", -1_500_000_000)],
            _ => Vec::new(),
        }
    }
}

/// The value of a metric in an hour.
pub(crate) fn value(metric: &str, resource: &str, hour: i64) -> f64 {
    let noise = noise(&format!("{metric} {resource} {hour}")) % 10_000;
    let daily = if (8..20).contains(&hour.rem_euclid(24)) { 40.0 } else { 5.0 };
    daily + f64::from(u32::try_from(noise).unwrap()) / 1_000.0
}

/// A number that follows from a text (FNV-1a).
pub(crate) fn noise(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
