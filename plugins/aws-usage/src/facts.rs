//! Facts that the bill itself states about a machine (`sku-price-details`), which go before the catalogue.

use joulework_sdk::Json;

/// What the bill says of the machine.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Machine type, in lower case.
    pub machine: Option<String>,
    /// vCPU.
    pub vcpus: Option<f64>,
    /// Memory in GiB.
    pub memory: Option<f64>,
    /// GPUs.
    pub gpus: Option<f64>,
}

impl Facts {
    /// Reads the canonical JSON; what cannot be read says nothing.
    #[must_use]
    pub fn read(details: Option<&str>) -> Self {
        let Some(Ok(details)) = details.map(Json::parse) else { return Self::default() };
        let number = |key: &str| quantity(details.get(key)?);
        let machine = details
            .get("InstanceType")
            .and_then(|value| value.text().map(|text| text.trim().to_ascii_lowercase()));
        Self {
            machine: machine.filter(|name| name.contains('.')),
            vcpus: number("CoreCount").filter(|vcpus| *vcpus > 0.0),
            memory: number("MemorySize").filter(|memory| *memory > 0.0),
            gpus: number("GpuCount"),
        }
    }
}

/// A number, or a text that begins with one and says GB or GiB at most: `16`, `"16"`, `"16 GiB"`, `"1,024 GiB"`.
fn quantity(value: &Json) -> Option<f64> {
    let number = value.number().or_else(|| {
        let text = value.text()?.trim();
        let (digits, unit) = text.split_once(' ').unwrap_or((text, ""));
        let fits = matches!(unit, "" | "GB" | "GiB");
        fits.then(|| digits.replace(',', "").parse().ok()).flatten()
    })?;
    (number.is_finite() && number >= 0.0).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::Facts;

    #[test]
    fn facts_are_read_in_the_spellings_of_bills() {
        let facts =
            Facts::read(Some(r#"{"CoreCount":"4","InstanceType":"M5.xlarge","MemorySize":"1,024 GiB"}"#));
        assert_eq!(
            (facts.vcpus, facts.memory, facts.machine.as_deref()),
            (Some(4.0), Some(1024.0), Some("m5.xlarge"))
        );
        assert_eq!(Facts::read(Some(r#"{"CoreCount":2,"MemorySize":"NA","GpuCount":0}"#)).vcpus, Some(2.0));
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        for details in [
            "",
            "{",
            "[1]",
            r#"{"CoreCount":"-1","MemorySize":"8 TB"}"#,
            r#"{"InstanceType":"012345678901"}"#,
        ] {
            assert_eq!(Facts::read(Some(details)), Facts::default(), "{details}");
        }
    }
}
