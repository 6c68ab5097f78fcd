//! Descriptors and explanations on their way out of the guest: moved field by field, judged by nobody yet.

use super::bindings::advisor::exports::joulework::plugin::advisor as wire_advisor;
use super::bindings::exports::joulework::plugin::estimator as wire_estimator;
use super::bindings::joulework::plugin::description as wire;
use crate::descriptor::{
    Citation, Descriptor, Input, Kind, Output, Proposal, ProposedChange, ReferenceTable, Spread, Step, Term,
};
use crate::printable::printable;

pub(crate) fn receive_descriptor(said: wire::Descriptor) -> Descriptor {
    Descriptor {
        id: said.id,
        version: said.version,
        summary: said.summary,
        licence: said.licence,
        inputs: said.inputs.into_iter().map(receive_input).collect(),
        outputs: said.outputs.into_iter().map(receive_output).collect(),
        tables: said
            .tables
            .into_iter()
            .map(|table| ReferenceTable {
                name: table.name,
                columns: table.columns.into_iter().map(receive_input).collect(),
                doc: table.doc,
            })
            .collect(),
        settings_schema: said.settings_schema,
        citations: said
            .citations
            .into_iter()
            .map(|citation| Citation {
                title: citation.title,
                publisher: citation.publisher,
                published: citation.published,
                locator: citation.locator,
                licence: citation.licence,
            })
            .collect(),
        factor_set: said.factor_set,
        extras: said.extras,
    }
}

/// The steps, with texts that can be shown: an explanation is there to be read.
pub(crate) fn receive_steps(steps: Vec<wire_estimator::Step>) -> Vec<Step> {
    let receive_term = |term: wire_estimator::Term| Term {
        name: printable(&term.name),
        value: term.value,
        unit: printable(&term.unit),
        source: printable(&term.source),
    };
    steps
        .into_iter()
        .map(|step| Step {
            row: usize::try_from(step.row).unwrap_or(usize::MAX),
            output: printable(&step.output),
            formula: printable(&step.formula),
            terms: step.terms.into_iter().map(receive_term).collect(),
        })
        .collect()
}

/// The proposals, with texts that can be shown.
pub(crate) fn receive_proposals(proposals: Vec<wire_advisor::Proposal>) -> Vec<Proposal> {
    let change = |change: wire_advisor::Change| match change {
        wire_advisor::Change::Value(value) => ProposedChange::Value {
            column: printable(&value.column),
            from: printable(&value.from),
            to: printable(&value.to),
        },
        wire_advisor::Change::FollowDemand(utilisation) => ProposedChange::FollowDemand { utilisation },
        wire_advisor::Change::Share(share) => ProposedChange::Share {
            column: printable(&share.column),
            meter: printable(&share.meter),
            share: share.share,
        },
    };
    let proposal = |said: wire_advisor::Proposal| Proposal {
        code: printable(&said.code),
        title: printable(&said.title),
        evidence: printable(&said.evidence),
        risk: printable(&said.risk),
        confidence: said.confidence,
        changes: said.changes.into_iter().map(change).collect(),
        best_practices: said.best_practices.iter().map(|id| printable(id)).collect(),
        extras: said.extras.iter().map(|(name, value)| (printable(name), printable(value))).collect(),
    };
    proposals.into_iter().map(proposal).collect()
}

fn receive_input(input: wire::Input) -> Input {
    Input {
        name: input.name,
        kind: receive_kind(input.kind),
        unit: input.unit,
        additive: input.additive,
        optional: input.optional,
        with_table: input.with_table,
        doc: input.doc,
    }
}

fn receive_output(output: wire::Output) -> Output {
    Output {
        name: output.name,
        kind: receive_kind(output.kind),
        unit: output.unit,
        additive: output.additive,
        doc: output.doc,
        part_of: output.part_of,
        inherits: output.inherits,
        spreads: output
            .spreads
            .into_iter()
            .map(|spread| Spread { factor: spread.factor, key: spread.key })
            .collect(),
        graded: output.graded,
    }
}

const fn receive_kind(kind: wire::Kind) -> Kind {
    match kind {
        wire::Kind::Number => Kind::Number,
        wire::Kind::Decimal => Kind::Decimal,
        wire::Kind::Category => Kind::Category,
        wire::Kind::Text => Kind::Text,
        wire::Kind::Instant => Kind::Instant,
    }
}
