//! The method in a page, as it stands in every report.

use crate::model::Statement;

const STATEMENTS: [(&str, &str); 10] = [
    (
        "Score",
        "The score is the Software Carbon Intensity of ISO/IEC 21031: (O + M) per R, operational and embodied carbon \
         per unit of work. It counts what was provisioned, not only what was used. Without a unit of work there is \
         no score, and a period without work has none.",
    ),
    (
        "From the bill to physical quantities",
        "Each row of the bill becomes vCPU-hours, GiB-hours, terabyte-hours or gigabytes moved, by facts that the \
         bill states, then by its meter, then by a rule on service and description, graded as proxy. Rows that carry \
         money only (credits, tax, fees) carry no energy.",
    ),
    (
        "Energy",
        "CPU watts are those of SPECpower results by CPU family, idle and full, with a curve in between; where the \
         load is not known the figure spans 10 to 90 % load. Memory, storage and accelerators have their own watts. \
         IT energy times the PUE of the region is the energy of this report.",
    ),
    (
        "Operational carbon",
        "Energy times the grid intensity of the region and year, location-based. Market-based figures, losses of the \
         grid and fuel upstream are not in it; the last two stand beside the totals where a factor is known.",
    ),
    (
        "Embodied carbon",
        "What making the servers and disks emitted, by a parts list, spread over their life (4.9 years unless set \
         otherwise) and shared out by the part of the server that was reserved. It is never turned into energy.",
    ),
    (
        "Water",
        "IT energy times the litres that the data centre takes for each kilowatt-hour: cooling on site only, unless \
         a factor for the grid's water was supplied.",
    ),
    (
        "Data transfer",
        "Published figures differ 5 to 26 times, and energy does not follow volume. Transfer is a line of its own, in \
         no total; the second score, with data transfer, includes it.",
    ),
    (
        "Intervals",
        "Every estimate is a mean with a 90 % interval. Errors that rows share (a CPU model, a grid factor) are kept \
         apart from those that they do not, so that many rows do not make a shared error small. A change between two \
         periods leaves out what both share, so it is surer than either level.",
    ),
    (
        "Coverage",
        "The share of the positive effective cost of usage, per currency, by how it was modelled. A row has the \
         weakest grade of its parts. What is not modelled is listed with its cost and nothing is filled in for it.",
    ),
    (
        "Sameness",
        "The same inputs, plugins and factors give the same bytes. The digests below name all three.",
    ),
];

/// The statements, in order.
pub(super) fn statements() -> Vec<Statement> {
    STATEMENTS
        .iter()
        .map(|(title, text)| Statement { title: (*title).to_owned(), text: (*text).to_owned() })
        .collect()
}
