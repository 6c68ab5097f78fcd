//! What a resource is called: whole ids of bills and short names of metrics.

use std::fmt;

/// A resource by its short name, with what else is known of it. Empty parts are not known and fit anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceName {
    /// The service as ARNs write it, such as `ec2` or `rds`.
    pub service: String,
    /// The region, such as `eu-west-1`.
    pub region: String,
    /// The account.
    pub account: String,
    /// The short name, such as `i-0abc` or `orders`; or a whole id.
    pub name: String,
}

impl ResourceName {
    /// The parts of a resource id of a bill: of an ARN, or of a plain name.
    #[must_use]
    pub fn of_bill(resource_id: &str) -> Self {
        // arn:partition:service:region:account:resource, where the resource may have `:` and `/` in it.
        let parts: Vec<&str> = resource_id.splitn(6, ':').collect();
        match parts.as_slice() {
            ["arn", _, service, region, account, resource] => {
                // A function's version, an alias and the kind of a resource are no part of its name.
                let name = match ["function:", "db:", "table/"]
                    .into_iter()
                    .find_map(|kind| resource.strip_prefix(kind))
                {
                    Some(name) => name.split([':', '/']).next().unwrap_or(name),
                    None => resource.rsplit(['/', ':']).next().unwrap_or(resource),
                };
                Self {
                    service: (*service).to_owned(),
                    region: (*region).to_owned(),
                    account: (*account).to_owned(),
                    name: name.to_owned(),
                }
            }
            _ => Self { name: resource_id.to_owned(), ..Self::default() },
        }
    }

    /// Whether the name is an ARN, which is compared as it stands.
    #[must_use]
    pub fn is_whole_id(&self) -> bool {
        self.name.starts_with("arn:")
    }

    /// Whether both may be one resource: no part that both state differs.
    #[must_use]
    pub fn fits(&self, other: &Self) -> bool {
        let fits = |one: &str, two: &str| one.is_empty() || two.is_empty() || one == two;
        self.name == other.name
            && fits(&self.service, &other.service)
            && fits(&self.region, &other.region)
            && fits(&self.account, &other.account)
    }
}

/// `SERVICE REGION ACCOUNT NAME`, as far as known.
impl fmt::Display for ResourceName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [&self.service, &self.region, &self.account] {
            if !part.is_empty() {
                write!(out, "{part} ")?;
            }
        }
        out.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_name_of_an_arn_is_what_metrics_call_the_resource() {
        for (id, service, name) in [
            ("arn:aws:ec2:eu-west-1:123456789012:instance/i-0abc", "ec2", "i-0abc"),
            ("arn:aws:rds:eu-west-1:123456789012:db:orders", "rds", "orders"),
            ("arn:aws:lambda:eu-west-1:123456789012:function:checkout:live", "lambda", "checkout"),
            ("arn:aws:dynamodb:eu-west-1:123456789012:table/carts/index/by-day", "dynamodb", "carts"),
            ("arn:aws:ecs:eu-west-1:123456789012:service/shop/web", "ecs", "web"),
            ("arn:aws:s3:::a-bucket", "s3", "a-bucket"),
            ("i-0abc", "", "i-0abc"),
            ("a:b", "", "a:b"),
        ] {
            let found = ResourceName::of_bill(id);
            assert_eq!((found.service.as_str(), found.name.as_str()), (service, name), "{id}");
        }
    }
}
