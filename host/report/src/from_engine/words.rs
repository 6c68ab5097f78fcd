//! Error sources in plain words, and the measurement that would shrink each (METHOD.md, section 7).

/// What a factor means, and which measurement would help; a factor of a plugin that is not known here keeps its name.
pub(super) fn of(factor: &str) -> (String, Option<String>) {
    let (words, remedy) = match factor {
        "cpu-power" => ("how much power CPUs draw, which is the choice of model for all families", None),
        "cpu-power-family" => ("how much power this CPU family draws", None),
        "utilisation-service" => ("how busy the machines of each service were", Some(UTILISATION)),
        "utilisation-resource" => ("how busy each machine was", Some(UTILISATION)),
        "utilisation-month" => ("how busy each machine was in each month", Some(UTILISATION)),
        "memory-power" => ("how much power memory draws", None),
        "memory-power-family" => ("how much power memory draws beside this CPU family", None),
        "accelerator-power" => ("how much power accelerators draw", None),
        "accelerator-power-device" => ("how much power this accelerator draws", None),
        "storage-power" => ("how much power storage draws", None),
        "storage-power-medium" => ("how much power this storage medium draws", None),
        "replication" => ("how many copies storage services keep", None),
        "replication-service" => ("how many copies this service keeps", None),
        "pue-region" => (
            "the overhead of the region's data centres (PUE)",
            Some("a PUE of the region in a table of your own"),
        ),
        "pue-row" => ("the published PUE of the year", None),
        "wue-region" => (
            "the water use of the region's data centres (WUE)",
            Some("a WUE of the region in a table of your own"),
        ),
        "wue-row" => ("the published WUE of the year", None),
        "grid-intensity" => ("how grid intensity is worked out", None),
        "grid-intensity-region" => (
            "how well the grid factor fits the region",
            Some("an intensity of the region's own grid zone in a table of your own"),
        ),
        "grid-intensity-row" => ("the published grid intensity of the year", None),
        "carried-forward" => {
            ("the years since the factor was published", Some("a newer factor in a table of your own"))
        }
        "embodied" => ("what making servers emits", None),
        "embodied-family" => ("what making servers with this CPU family emits", None),
        "embodied-carbon.medium" => ("what making this storage medium emits", None),
        "memory-energy.held" => ("how much memory the CPU figure holds already", None),
        "grid-carbon.loss" => ("the losses of the grid", None),
        "grid-carbon.upstream" => ("what fuel emits before it is burnt", None),
        "network-intensity" => ("how much energy data transfer takes", None),
        "grid-water" => {
            ("how much water the grid takes", Some("a water factor of the grid in a table of your own"))
        }
        other => return (other.to_owned(), None),
    };
    (words.to_owned(), remedy.map(str::to_owned))
}

const UTILISATION: &str = "the CPU utilisation of the machines, hour by hour";
