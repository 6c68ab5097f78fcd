//! Regions that are in use already and have a much cleaner grid than the one that a resource is in.
//!
//! Which data may lie where, and how far users are away, it cannot know, and says so.

use joulework_sdk::prelude::*;

inputs! {
    /// What is read of a resource.
    pub struct In {
        kind: Categories = input("usage-kind"),
        meter: Categories = input("sku-meter"),
        region: Optional<Categories> = input("region-id"),
    }
}

factors! {
    /// Regions that the bill has energy in, as the host knows them.
    pub struct Region: "regions-in-use" in "../data/regions.csv", "Regions of the bill with their energy and the intensity of their grid; given by the host." {
        region: String = column("region").doc("Region id"),
        energy: f64 = column("energy").unit("kWh").doc("Energy of the facilities there"),
        intensity: f64 = column("intensity").unit("gCO2e/kWh").doc("Operational carbon by that energy"),
    }
}

const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "ratio": {"type": "number", "exclusiveMinimum": 0, "maximum": 1,
      "description": "Intensity of the cleaner grid, as a share of that of the resource, above which a move is not worth it"},
    "least-share": {"type": "number", "minimum": 0, "maximum": 1,
      "description": "Share of all energy that a region has to have before it counts as in use"},
    "regions": {"type": "array", "items": {"type": "string"},
      "description": "Regions that resources may move to; all that are in use where this is missing"}
  }
}"#;

/// The advisor.
#[derive(Debug)]
pub struct Placement {
    ratio: f64,
    regions: Vec<Region>,
    /// Those that resources may move to.
    targets: Vec<Region>,
}

advisor!(Placement);

impl Advisor for Placement {
    type Inputs = In;

    const ABOUT: About =
        about!().settings(SCHEMA).factors("2026-11-27", &[table::<Region>()]).cites(&[Citation {
            title: "AWS Well-Architected Framework, sustainability pillar: SUS01-BP01",
            publisher: "Amazon Web Services",
            published: "2024",
            locator: "docs.aws.amazon.com/wellarchitected/latest/sustainability-pillar",
            licence: "published facts",
        }]);

    fn configure(settings: &Settings, tables: &Tables) -> Result<Self, Fault> {
        let least = settings.number("least-share")?.unwrap_or(0.05);
        let allowed: Option<Vec<&str>> = settings
            .json("regions")
            .and_then(Json::list)
            .map(|list| list.iter().filter_map(Json::text).collect());
        let regions: Vec<Region> =
            tables.load()?.into_iter().map(|factor: Factor<Region>| factor.own).collect();
        let whole: f64 = regions.iter().map(|region| region.energy).sum();
        let may = |region: &&Region| {
            region.energy >= least * whole
                && allowed.as_ref().is_none_or(|allowed| allowed.contains(&region.region.as_str()))
        };
        let targets = regions.iter().filter(may).cloned().collect();
        Ok(Self { ratio: settings.number("ratio")?.unwrap_or(0.5), regions, targets })
    }

    fn examine(&self, series: &In) -> Result<Vec<Proposal>, Fault> {
        let is_movable = |kind: &String| kind.starts_with("compute.") || kind.starts_with("storage.");
        if !series.kind.values().iter().any(is_movable) {
            return Ok(Vec::new());
        }
        let [own] = series.region.values() else { return Ok(Vec::new()) };
        let Some(own) = self.regions.iter().find(|region| region.region == *own) else {
            return Ok(Vec::new());
        };
        let cleanest = self.targets.iter().min_by(|one, two| one.intensity.total_cmp(&two.intensity));
        let Some(cleanest) = cleanest.filter(|region| region.intensity <= self.ratio * own.intensity) else {
            return Ok(Vec::new());
        };
        Ok(vec![Proposal {
            code: "placement.region",
            title: format!("{} to {}", own.region, cleanest.region),
            evidence: format!(
                "a kilowatt-hour in {} has {:.0} gCO2e, and in {}, which is in use, {:.0}",
                own.region, own.intensity, cleanest.region, cleanest.intensity
            ),
            risk: "whether its data may leave, how far its users are, and what moves between it and others is not known"
                .to_owned(),
            confidence: 0.3,
            changes: vec![Change::value("region-id", own.region.clone(), cleanest.region.clone())],
            best_practices: vec!["aws-wa-2024/SUS01-BP01"],
        }])
    }
}
