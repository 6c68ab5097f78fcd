//! What the shop buys, at the on-demand prices of AWS's public price list for Ireland (2025, before tiers).
//! Prices make the money plausible; no estimate depends on them.

use crate::decimal::Decimal;
use crate::row::Product;

/// Every product, in a fixed order.
pub fn all() -> Vec<Product> {
    LIST.iter().enumerate().map(|(index, line)| product(index, line)).collect()
}

/// `code | service | category | meter | operation | unit | price | region | details | description`
const LIST: &[&str] = &[
    "AWSLambda|AWS Lambda|Compute|EU-Lambda-GB-Second|Invoke|Lambda-GB-Second|0.0000166667|eu-west-1||AWS Lambda - Total Compute - EU (Ireland)",
    "AWSLambda|AWS Lambda|Compute|EU-Lambda-GB-Second-ARM|Invoke|Lambda-GB-Second|0.0000133334|eu-west-1||AWS Lambda - Total Compute ARM - EU (Ireland)",
    "AWSLambda|AWS Lambda|Compute|EU-Request|Invoke|Requests|0.0000002|eu-west-1||AWS Lambda - Total Requests - EU (Ireland)",
    "AWSLambda|AWS Lambda|Compute|EU-Request-ARM|Invoke|Requests|0.0000002|eu-west-1||AWS Lambda - Total Requests ARM - EU (Ireland)",
    "AWSLambda|AWS Lambda|Compute|EU-Lambda-Provisioned-Concurrency|Invoke|Lambda-GB-Second|0.0000046416|eu-west-1||AWS Lambda - Provisioned Concurrency - EU (Ireland)",
    "AWSLambda|AWS Lambda|Compute|EU-Lambda-Provisioned-GB-Second|Invoke|Lambda-GB-Second|0.0000108407|eu-west-1||AWS Lambda - Duration on Provisioned Concurrency - EU (Ireland)",
    "AmazonApiGateway|Amazon API Gateway|Networking|EU-ApiGatewayHttpRequest|ApiGatewayHttpApi|Requests|0.00000111|eu-west-1||$1.11 per million HTTP API requests - EU (Ireland)",
    "AmazonDynamoDB|Amazon DynamoDB|Databases|EU-ReadRequestUnits|PayPerRequestThroughput|ReadRequestUnits|0.0000001415|eu-west-1||DynamoDB on-demand read request units",
    "AmazonDynamoDB|Amazon DynamoDB|Databases|EU-WriteRequestUnits|PayPerRequestThroughput|WriteRequestUnits|0.000000705|eu-west-1||DynamoDB on-demand write request units",
    "AmazonDynamoDB|Amazon DynamoDB|Databases|EU-TimedStorage-ByteHrs|StandardStorage|GB-Mo|0.283|eu-west-1||DynamoDB standard table storage per GB-month",
    "AmazonS3|Amazon Simple Storage Service|Storage|EU-TimedStorage-ByteHrs|StandardStorage|GB-Mo|0.023|eu-west-1||$0.023 per GB - first 50 TB / month of storage used",
    "AmazonS3|Amazon Simple Storage Service|Storage|EU-TimedStorage-SIA-ByteHrs|StandardIAStorage|GB-Mo|0.0125|eu-west-1||$0.0125 per GB-Month of storage used in Standard-Infrequent Access",
    "AmazonS3|Amazon Simple Storage Service|Storage|EU-Requests-Tier1|PutObject|Requests|0.000005|eu-west-1||$0.005 per 1,000 PUT, COPY, POST, or LIST requests",
    "AmazonS3|Amazon Simple Storage Service|Storage|EU-Requests-Tier2|GetObject|Requests|0.0000004|eu-west-1||$0.004 per 10,000 GET and all other requests",
    "AWSQueueService|Amazon Simple Queue Service|Integration|EU-Requests-Tier1|SendMessage|Requests|0.0000004|eu-west-1||$0.40 per million Amazon SQS standard requests in Tier1 in EU (Ireland)",
    "AmazonECS|Amazon Elastic Container Service|Compute|EU-Fargate-vCPU-Hours:perCPU|FargateTask|hours|0.04048|eu-west-1||AWS Fargate - vCPU - EU (Ireland)",
    "AmazonECS|Amazon Elastic Container Service|Compute|EU-Fargate-GB-Hours|FargateTask|hours|0.004445|eu-west-1||AWS Fargate - Memory - EU (Ireland)",
    "AmazonEC2|Amazon Elastic Compute Cloud|Compute|EU-BoxUsage:m6i.large|RunInstances|Hrs|0.107|eu-west-1|{\"CoreCount\":2,\"InstanceSeries\":\"m6i\",\"InstanceType\":\"m6i.large\",\"MemorySize\":\"8 GiB\"}|$0.107 per On Demand Linux m6i.large Instance Hour",
    "AmazonEC2|Amazon Elastic Compute Cloud|Compute|EU-BoxUsage:m7g.large|RunInstances|Hrs|0.0911|eu-west-1|{\"CoreCount\":2,\"InstanceSeries\":\"m7g\",\"InstanceType\":\"m7g.large\",\"MemorySize\":\"8 GiB\"}|$0.0911 per On Demand Linux m7g.large Instance Hour",
    "AmazonEC2|Amazon Elastic Compute Cloud|Compute|EU-BoxUsage:t3.medium|RunInstances|Hrs|0.0456|eu-west-1|{\"CoreCount\":2,\"InstanceSeries\":\"t3\",\"InstanceType\":\"t3.medium\",\"MemorySize\":\"4 GiB\"}|$0.0456 per On Demand Linux t3.medium Instance Hour",
    "AmazonEC2|Amazon Elastic Compute Cloud|Compute|EU-SpotUsage:c6i.2xlarge|RunInstances:SV003|Hrs|0.182|eu-west-1|{\"CoreCount\":8,\"InstanceSeries\":\"c6i\",\"InstanceType\":\"c6i.2xlarge\",\"MemorySize\":\"16 GiB\"}|c6i.2xlarge Linux/UNIX Spot Instance-hour in EU (Ireland)",
    "AmazonEC2|Amazon Elastic Compute Cloud|Storage|EU-EBS:VolumeUsage.gp3|CreateVolume-Gp3|GB-Mo|0.088|eu-west-1||$0.088 per GB-month of General Purpose (gp3) provisioned storage - EU (Ireland)",
    "AmazonEC2|Amazon Elastic Compute Cloud|Storage|EU-EBS:SnapshotUsage|CreateSnapshot|GB-Mo|0.05|eu-west-1||$0.05 per GB-Month of snapshot data stored - EU (Ireland)",
    "AmazonEC2|Amazon Elastic Compute Cloud|Networking|EU-NatGateway-Hours|NatGateway|Hrs|0.048|eu-west-1||$0.048 per NAT Gateway Hour",
    "AmazonEC2|Amazon Elastic Compute Cloud|Networking|EU-NatGateway-Bytes|NatGateway|GB|0.048|eu-west-1||$0.048 per GB Data Processed by NAT Gateways",
    "AWSDataTransfer|AWS Data Transfer|Networking|EU-DataTransfer-Out-Bytes|RunInstances|GB|0.09|eu-west-1||$0.09 per GB - first 10 TB / month data transfer out beyond the global free tier",
    "AWSDataTransfer|AWS Data Transfer|Networking|EU-DataTransfer-Regional-Bytes|InterZone-Out|GB|0.01|eu-west-1||$0.010 per GB - regional data transfer - in/out/between EC2 AZs or using elastic IPs or ELB",
    "AWSDataTransfer|AWS Data Transfer|Networking|EU-USE1-AWS-Out-Bytes|ReplicationOut|GB|0.02|eu-west-1||$0.02 per GB - EU (Ireland) data transfer to US East (Northern Virginia)",
    "AmazonRDS|Amazon Relational Database Service|Databases|EU-Multi-AZUsage:db.r6g.large|CreateDBInstance:0014|Hrs|0.478|eu-west-1|{\"CoreCount\":2,\"InstanceSeries\":\"r6g\",\"InstanceType\":\"db.r6g.large\",\"MemorySize\":\"16 GiB\"}|$0.478 per RDS db.r6g.large Multi-AZ instance hour running PostgreSQL",
    "AmazonRDS|Amazon Relational Database Service|Databases|EU-RDS:Multi-AZ-GP3-Storage|CreateDBInstance:0014|GB-Mo|0.253|eu-west-1||$0.253 per GB-month of provisioned gp3 storage for Multi-AZ deployments running PostgreSQL",
    "AmazonCloudWatch|AmazonCloudWatch|Management and Governance|EU-DataProcessing-Bytes|PutLogEvents|GB|0.57|eu-west-1||$0.57 per GB custom log data ingested in Standard log class - EU (Ireland)",
    "AmazonCloudWatch|AmazonCloudWatch|Management and Governance|EU-TimedStorage-ByteHrs|HourlyStorageMetering|GB-Mo|0.03|eu-west-1||$0.03 per GB-mo of log storage - EU (Ireland)",
    "awskms|AWS Key Management Service|Security|eu-west-1-KMS-Requests|Unknown|Requests|0.000003|eu-west-1||$0.03 per 10,000 KMS requests",
    "ComputeSavingsPlans|Savings Plans for AWS Compute usage|Compute|ComputeSP:1yrNoUpfront||Hrs|0|||1 year No Upfront Compute Savings Plan",
    "AWSSupportBusiness|AWS Support (Business)|Other|Dollar||Dollar|0|||AWS Support (Business)",
    "OCBTax|Tax|Other|EU-Tax||Tax|0|eu-west-1||Tax for the month",
];

/// The index of the first product with this code and meter.
pub fn find(products: &[Product], code: &str, meter: &str) -> usize {
    products
        .iter()
        .position(|product| product.code == code && product.meter == meter)
        .unwrap_or_else(|| unreachable!("no product {code} {meter}"))
}

fn product(index: usize, line: &str) -> Product {
    let fields: Vec<&str> = line.split('|').collect();
    let field = |at: usize| fields.get(at).copied().unwrap_or_default().to_owned();
    Product {
        code: field(0),
        service: field(1),
        category: field(2),
        meter: field(3),
        operation: field(4),
        unit: field(5),
        price: Decimal::rounded(field(6).parse().unwrap_or(0.0), 12),
        region_name: if field(7) == "eu-west-1" { "EU (Ireland)".to_owned() } else { String::new() },
        region: field(7),
        details: field(8),
        description: field(9),
        sku: sku(index),
    }
}

/// Sixteen capitals and digits, as AWS writes them.
pub fn sku(index: usize) -> String {
    let mut random = crate::random::Random::new(index as u64, "sku");
    (0..16).map(|_| char::from(b"ABCDEFGHJKMNPQRSTUVWXYZ23456789"[random.below(31)])).collect()
}
