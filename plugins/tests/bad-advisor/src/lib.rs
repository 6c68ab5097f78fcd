//! An advisor for the tests of the sandbox. Its setting `do` names how it misbehaves; without one it is honest.
//!
//! It talks to the contract directly, without the authors' kit, which would not let it do most of this.

mod bindings;

use bindings::exports::joulework::plugin::advisor::{
    Batch, Change, Descriptor, Fault, Guest, GuestReview, NewShare, NewValue, Proposal, Review as Resource,
};
use bindings::joulework::plugin::description::{Input, Kind};
use bindings::joulework::plugin::diagnostics::{Level, emit};

struct BadAdvisor;

/// A configured advisor.
struct Review {
    trick: String,
}

impl Guest for BadAdvisor {
    type Review = Review;

    fn describe() -> Descriptor {
        let input = Input {
            name: "sku-meter".to_owned(),
            kind: Kind::Category,
            unit: String::new(),
            additive: false,
            optional: false,
            with_table: String::new(),
            doc: "The meter".to_owned(),
        };
        Descriptor {
            id: "bad-advisor".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "Misbehaves as told".to_owned(),
            licence: "Apache-2.0 OR MIT".to_owned(),
            inputs: vec![input],
            outputs: Vec::new(),
            tables: Vec::new(),
            settings_schema:
                r#"{"type":"object","properties":{"do":{"type":"string"}},"additionalProperties":false}"#
                    .to_owned(),
            citations: Vec::new(),
            factor_set: String::new(),
            extras: Vec::new(),
        }
    }

    fn tables() -> Vec<(String, Batch)> {
        Vec::new()
    }
}

impl GuestReview for Review {
    fn configure(settings: String, _: Vec<(String, Batch)>) -> Result<Resource, Fault> {
        // The host has checked the settings: `do` is the only key there is.
        let trick = settings.split('"').nth(3).unwrap_or("").to_owned();
        Ok(Resource::new(Self { trick }))
    }

    fn examine(&self, _: Batch) -> Result<Vec<Proposal>, Fault> {
        let share = |share: f64| {
            Change::Share(NewShare { column: "consumed-quantity".to_owned(), meter: String::new(), share })
        };
        let honest = Proposal {
            code: "bad-advisor.remove".to_owned(),
            title: "remove it".to_owned(),
            evidence: "nobody needs it".to_owned(),
            risk: "somebody may".to_owned(),
            confidence: 0.5,
            changes: vec![share(0.0)],
            best_practices: Vec::new(),
            extras: Vec::new(),
        };
        let with = |changes: Vec<Change>| Ok(vec![Proposal { changes, ..honest.clone() }]);
        match self.trick.as_str() {
            "loop" => loop {
                std::hint::black_box(0);
            },
            "memory" => {
                let mut kept: Vec<Vec<u8>> = Vec::new();
                loop {
                    kept.push(vec![1; 1 << 24]);
                    std::hint::black_box(&kept);
                }
            }
            "panic" => {
                emit(Level::Panic, "the advisor fell over");
                panic!("the advisor fell over")
            }
            "fault" => Err(Fault {
                code: "acme.no".to_owned(),
                message: "no".to_owned(),
                row: None,
                column: Some("sku-meter".to_owned()),
            }),
            "many" => Ok(vec![honest; 1_000]),
            "nothing" => with(Vec::new()),
            "negative" => with(vec![share(-1.0)]),
            "not-a-number" => with(vec![share(f64::NAN)]),
            "endless" => with(vec![Change::FollowDemand(f64::INFINITY)]),
            "certain" => Ok(vec![Proposal { confidence: 2.0, ..honest }]),
            "steering" => Ok(vec![Proposal { title: "\u{1b}[2Jgone\u{202e}".to_owned(), ..honest }]),
            "column" => with(vec![Change::Value(NewValue {
                column: "effective-cost".to_owned(),
                from: String::new(),
                to: "0".to_owned(),
            })]),
            _ => Ok(vec![honest]),
        }
    }
}
