//! Hardware that does the same work with less: machines of a previous generation, x86 where arm64 would do, volumes of an
//! older class. What it saves, if anything, is the host's to say.

use joulework_sdk::prelude::*;

inputs! {
    /// What is read of a resource.
    pub struct In {
        kind: Categories = input("usage-kind"),
        meter: Categories = input("sku-meter"),
        machine: Optional<Categories> = input("instance-type"),
        architecture: Optional<Categories> = input("architecture"),
    }
}

factors! {
    /// What takes the place of a family.
    pub struct Twin: "twins" in "../data/families.csv", "Families that take the place of others." {
        family: String = column("family").doc("Family that is there"),
        successor: Option<String> = column("successor").doc("Family that followed it, of the same architecture"),
        arm64: Option<String> = column("arm64").doc("Family of arm64 with as much memory by vCPU"),
    }
}

const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "arm64": {"type": "boolean", "description": "Whether to propose arm64 for machines, functions and tasks of x86"}
  }
}"#;

/// The advisor.
#[derive(Debug)]
pub struct Hardware {
    arm64: bool,
    twins: Keyed<Twin>,
}

advisor!(Hardware);

impl Advisor for Hardware {
    type Inputs = In;

    const ABOUT: About = about!().settings(SCHEMA).factors("2026-11-27", &[table::<Twin>()]).cites(&[Citation {
        title: "AWS Well-Architected Framework, sustainability pillar: SUS05-BP02, SUS06-BP03, SUS04-BP02",
        publisher: "Amazon Web Services",
        published: "2024",
        locator: "docs.aws.amazon.com/wellarchitected/latest/sustainability-pillar",
        licence: "published facts",
    }]);

    fn configure(settings: &Settings, tables: &Tables) -> Result<Self, Fault> {
        let twins = Keyed::new(tables.load()?, |row: &Factor<Twin>| row.family.clone());
        Ok(Self { arm64: settings.flag("arm64")?.unwrap_or(true), twins })
    }

    fn examine(&self, series: &In) -> Result<Vec<Proposal>, Fault> {
        let mut proposals = Vec::new();
        for machine in series.machine.values() {
            proposals.extend(self.machine(machine));
        }
        let is_x86 = series.machine.values().is_empty()
            && series.architecture.values().iter().any(|own| own == "x86_64");
        if self.arm64 && is_x86 {
            proposals.push(arm64_of_code());
        }
        // A meter without the prefix of its region.
        if series.meter.values().iter().any(|meter| meter.ends_with("EBS:VolumeUsage.gp2")) {
            proposals.push(volume());
        }
        Ok(proposals)
    }
}

impl Hardware {
    fn machine(&self, machine: &str) -> Vec<Proposal> {
        let Some((family, size)) = machine.split_once('.') else { return Vec::new() };
        let Some(found) = self.twins.at(family, None) else { return Vec::new() };
        let twin = found.row;
        let change = |to: &String| vec![Change::value("instance-type", machine, format!("{to}.{size}"))];
        let older = twin.successor.as_ref().map(|to| Proposal {
            code: "hardware.generation",
            title: format!("{machine} to {to}.{size}"),
            evidence: format!("{family} is a previous generation; {to} has as many vCPU on newer processors"),
            risk: "an image for the old generation may lack drivers for the new one".to_owned(),
            confidence: 0.8,
            changes: change(to),
            best_practices: vec!["aws-wa-2024/SUS05-BP02", "aws-wa-2024/SUS06-BP03"],
        });
        let arm = twin.arm64.as_ref().filter(|_| self.arm64).map(|to| Proposal {
            code: "hardware.arm64",
            title: format!("{machine} to {to}.{size}"),
            evidence: format!("{to} has as many vCPU and as much memory on arm64"),
            risk: "software has to be built for arm64; a vCPU there is a core, not half of one".to_owned(),
            confidence: 0.6,
            changes: change(to),
            best_practices: vec!["aws-wa-2024/SUS05-BP02"],
        });
        older.into_iter().chain(arm).collect()
    }
}

fn arm64_of_code() -> Proposal {
    Proposal {
        code: "hardware.arm64",
        title: "run it on arm64".to_owned(),
        evidence: "it runs on x86_64, and the service has arm64".to_owned(),
        risk: "native libraries have to be built for arm64; durations may change either way".to_owned(),
        confidence: 0.6,
        changes: vec![Change::value("architecture", "x86_64", "arm64")],
        best_practices: vec!["aws-wa-2024/SUS05-BP02"],
    }
}

fn volume() -> Proposal {
    Proposal {
        code: "hardware.volume",
        title: "gp2 to gp3".to_owned(),
        evidence: "gp3 is the newer class of the same volume".to_owned(),
        risk: "gp3 has 3,000 operations a second at any size; a larger gp2 volume may have more".to_owned(),
        confidence: 0.8,
        changes: vec![Change::value("sku-meter", "EBS:VolumeUsage.gp2", "EBS:VolumeUsage.gp3")],
        best_practices: vec!["aws-wa-2024/SUS04-BP02", "aws-wa-2024/SUS06-BP03"],
    }
}
