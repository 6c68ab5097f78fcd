//! Faults that other tools have (METHOD.md section 8): each has a test that names it. Fault 9 (an empty pattern) is
//! also tested beside the patterns.

use crate::bill::{QUANTITIES, number, one, run};

fn close(got: f64, wanted: f64) {
    assert!((got - wanted).abs() <= 1e-12 * wanted.abs(), "{got} is not {wanted}");
}

#[test]
fn fault_3_one_row_that_cannot_be_said_leaves_the_others_alone() {
    let good =
        vec![("service-name", "AmazonEC2"), ("sku-meter", "BoxUsage:m5.large"), ("consumed-unit", "Hrs")];
    let bad =
        vec![("service-name", "AmazonEC2"), ("sku-meter", "BoxUsage:zz9.large"), ("consumed-unit", "Hrs")];
    let got = run(&[good.clone(), bad, good]);
    assert_eq!([0, 1, 2].map(|row| got.number("vcpu-hours", row)), [Some(2.0), None, Some(2.0)]);
}

#[test]
fn fault_4_gigabyte_months_of_s3_are_not_bytes() {
    let got = one(&[
        ("service-name", "AmazonS3"),
        ("sku-meter", "TimedStorage-ByteHrs"),
        ("consumed-unit", "GB-Mo"),
        ("consumed-quantity", "1000"),
        ("charge-month", "2024-02"),
    ]);
    // 1,000 × 2^30 bytes for the 29 × 24 hours of that February.
    close(number(&got, "storage-hours"), 1000.0 * 1_073_741_824.0 / 1e12 * 696.0);
    let next = one(&[
        ("service-name", "AmazonS3"),
        ("sku-meter", "TimedStorage-ByteHrs"),
        ("consumed-unit", "GB-Mo"),
        ("consumed-quantity", "1000"),
        ("charge-month", "2025-02"),
    ]);
    close(number(&next, "storage-hours") / number(&got, "storage-hours"), 672.0 / 696.0);
}

#[test]
fn fault_5_memory_of_fargate_is_memory() {
    for meter in ["USW2-Fargate-GB-Hours", "USW2-Fargate-ARM-GB-Hours"] {
        let got = one(&[
            ("service-name", "AmazonECS"),
            ("sku-meter", meter),
            ("consumed-unit", "GB-Hours"),
            ("consumed-quantity", "4"),
        ]);
        assert_eq!(
            (number(&got, "memory-hours"), number(&got, "storage-hours"), number(&got, "vcpu-hours")),
            (4.0, 0.0, 0.0)
        );
        assert_eq!(got.text("storage-medium", 0), None);
    }
}

#[test]
fn fault_6_an_hourly_fee_is_no_second_machine() {
    let fees = [
        ("AmazonEC2", "EBSOptimized:m5.large", "", "Hrs"),
        ("AmazonEC2", "HostBoxUsage:m5.large", "", "Hrs"),
        ("AmazonEC2", "CPUCredits:t3", "", "vCPU-Hours"),
        ("ElasticMapReduce", "BoxUsage:m5.xlarge", "", "Hrs"),
        ("AmazonRDS", "ExtendedSupport:Yr1-Yr2:MySQL5.7", "", "vCPU-Hours"),
        ("AmazonVPC", "PublicIPv4:InUseAddress", "", "Hrs"),
        ("a-product-of-the-marketplace", "SoftwareUsage:m5.large", "", "Hrs"),
        (
            "Amazon Elastic Compute Cloud",
            "",
            "$0.00 for 4245 Mbps per c6a.4xlarge instance-hour (or partial hour)",
            "Hours",
        ),
        (
            "Red Hat OpenShift Service on AWS",
            "",
            "AWS Marketplace hourly software usage|us-east-1|m5.2xlarge",
            "Hours",
        ),
        (
            "Amazon Relational Database Service",
            "",
            "USD 0.10 per hour per vCPU running RDS Extended Support for MySQL 5.7 in Year 1",
            "vCPU-Hours",
        ),
    ];
    for (service, meter, description, unit) in fees {
        let got = one(&[
            ("service-name", service),
            ("sku-meter", meter),
            ("charge-description", description),
            ("consumed-unit", unit),
        ]);
        assert_eq!(got.text("usage-kind", 0), Some("fee"), "{meter}{description}");
        for output in QUANTITIES {
            assert_eq!(number(&got, output), 0.0, "{output} of {meter}{description}");
        }
    }
}

#[test]
fn fault_7_a_new_family_is_not_the_average_of_the_fleet() {
    let got =
        one(&[("service-name", "AmazonEC2"), ("sku-meter", "BoxUsage:m9i.large"), ("consumed-unit", "Hrs")]);
    assert_eq!(got.text("usage-kind", 0), Some("not-modelled"));
    assert_eq!(got.text("usage-kind.basis", 0), None);
    assert_eq!(got.text("cpu-family", 0), None);
    for output in QUANTITIES.into_iter().chain(["server-vcpus"]) {
        assert_eq!(got.number(output, 0), None, "{output}");
    }
    // What the bill says of it holds, on a machine of unknown make.
    let details = r#"{"CoreCount":"2","InstanceType":"m9i.large","MemorySize":"8 GiB"}"#;
    let got = one(&[
        ("service-name", "AmazonEC2"),
        ("sku-meter", "BoxUsage:m9i.large"),
        ("consumed-unit", "Hrs"),
        ("sku-price-details", details),
    ]);
    assert_eq!((number(&got, "vcpu-hours"), number(&got, "memory-hours")), (2.0, 8.0));
    assert_eq!(
        (got.text("cpu-family", 0), got.text("usage-kind.basis", 0)),
        (Some("unknown-x86"), Some("unknown-hardware"))
    );
}

#[test]
fn fault_9_an_empty_text_matches_no_rule() {
    for (service, meter, unit) in [
        ("", "", ""),
        ("AmazonEC2", "", "Hrs"),
        ("AmazonEC2", "BoxUsage:", "Hrs"),
        ("AmazonEC2", "BoxUsage:.", "Hrs"),
    ] {
        let got = one(&[("service-name", service), ("sku-meter", meter), ("consumed-unit", unit)]);
        assert_eq!(
            (got.text("usage-kind", 0), got.text("cpu-family", 0)),
            (Some("not-modelled"), None),
            "{service} {meter}"
        );
    }
}

#[test]
fn fault_13_identifiers_are_not_numbers() {
    // A product code and a type of digits stay text, and a month with another shape is no month.
    let got = one(&[
        ("service-name", "012345678901"),
        ("sku-meter", "012345678901"),
        ("consumed-unit", "Hrs"),
        ("sku-price-details", r#"{"InstanceType":"012345678901","CoreCount":"0x10"}"#),
    ]);
    assert_eq!(got.text("usage-kind", 0), Some("not-modelled"));
    for month in ["202402", "2024", "2024-2", "2024-13", "24-02", "02024-01"] {
        let got = one(&[
            ("service-name", "AmazonS3"),
            ("sku-meter", "TimedStorage-ByteHrs"),
            ("consumed-unit", "GB-Mo"),
            ("charge-month", month),
        ]);
        assert_eq!(got.number("storage-hours", 0), None, "{month}");
    }
}

#[test]
fn the_seconds_of_lambda_are_gigabyte_seconds() {
    // Price check: 142.628 × $0.0000166667 is what the bill asks for the row, so the quantity is GB-seconds.
    close((142.628_f64 * 0.000_016_666_7 * 1e11).round() / 1e11, 0.002_377_138_09);
    for (description, unit) in [
        ("AWS Lambda - Total Compute - US West (Oregon)-Tier-1", "Seconds"),
        ("AWS Lambda - Total Compute - US West (Oregon)", "Lambda-GB-Seconds"),
    ] {
        let got = one(&[
            ("service-name", "AWS Lambda"),
            ("charge-description", description),
            ("consumed-unit", unit),
            ("consumed-quantity", "142.628"),
        ]);
        close(number(&got, "vcpu-hours"), 142.628 * 1024.0 / 1769.0 / 3600.0);
        close(number(&got, "memory-hours"), 142.628 / 3600.0);
        assert_eq!(got.text("usage-kind.basis", 0), Some("proxy"));
    }
}

#[test]
fn a_transfer_that_is_billed_at_both_ends_counts_once() {
    let volume = |meter: &str, operation: &str| {
        number(
            &one(&[
                ("service-name", "AmazonEC2"),
                ("sku-meter", meter),
                ("operation", operation),
                ("consumed-unit", "GB"),
                ("consumed-quantity", "3"),
            ]),
            "network-volume",
        )
    };
    assert_eq!(volume("USE1-EUW1-AWS-Out-Bytes", "") + volume("EUW1-USE1-AWS-In-Bytes", ""), 3.0);
    assert_eq!(
        volume("DataTransfer-Regional-Bytes", "InterZone-Out")
            + volume("DataTransfer-Regional-Bytes", "InterZone-In"),
        3.0
    );
    assert_eq!(2.0 * volume("DataTransfer-Regional-Bytes", ""), 3.0);
}

#[test]
fn money_is_not_watts() {
    let machine =
        [("service-name", "AmazonEC2"), ("sku-meter", "BoxUsage:m5.large"), ("consumed-unit", "Hrs")];
    for (name, value) in [
        ("charge-category", "Purchase"),
        ("charge-category", "Tax"),
        ("charge-category", "Credit"),
        ("charge-category", "Adjustment"),
        ("commitment-discount-status", "Unused"),
    ] {
        let got = one(&[&machine[..], &[(name, value)]].concat());
        for output in QUANTITIES {
            assert_eq!(number(&got, output), 0.0, "{output} with {name} {value}");
        }
    }
    let reserved = one(&[&machine[..], &[("capacity-reservation-status", "Unused")]].concat());
    assert_eq!(
        (reserved.number("vcpu-hours", 0), reserved.text("compute-share", 0)),
        (Some(2.0), Some("idle"))
    );
}
