//! The gate for proposals: numbers that are what they say, and no more than can be read.

use super::Refusal;
use crate::breach::Breach;
use crate::descriptor::{Proposal, ProposedChange};
use crate::validate::check_id;

/// Proposals that an advisor may make for one resource.
const PROPOSALS: usize = 64;
/// Changes, best practices and pairs of one proposal.
const PARTS: usize = 64;

/// Lets the proposals for a resource through. Whether their changes can be made is found by whoever makes them.
pub(crate) fn accept_proposals(proposals: Vec<Proposal>) -> Result<Vec<Proposal>, Refusal> {
    if proposals.len() > PROPOSALS {
        let breach = Breach::ProposalCount { what: "proposals", found: proposals.len(), limit: PROPOSALS };
        return Err(Refusal { breach, row: None, column: None });
    }
    for proposal in &proposals {
        check(proposal).map_err(|breach| Refusal { breach, row: None, column: None })?;
    }
    Ok(proposals)
}

fn check(proposal: &Proposal) -> Result<(), Breach> {
    check_id(&proposal.code).map_err(|problem| Breach::Name { name: proposal.code.clone(), problem })?;
    let counts = [
        ("changes", proposal.changes.len()),
        ("best practices", proposal.best_practices.len()),
        ("extras", proposal.extras.len()),
    ];
    if let Some((what, found)) = counts.into_iter().find(|(_, found)| *found > PARTS) {
        return Err(Breach::ProposalCount { what, found, limit: PARTS });
    }
    if proposal.changes.is_empty() {
        return Err(Breach::ProposalEmpty { code: proposal.code.clone() });
    }
    let number = |what, value: f64, is_one: bool| {
        if is_one { Ok(()) } else { Err(Breach::ProposalNumber { code: proposal.code.clone(), what, value }) }
    };
    number("confidence", proposal.confidence, (0.0..=1.0).contains(&proposal.confidence))?;
    proposal.changes.iter().try_for_each(|change| match change {
        ProposedChange::Share { share, .. } => number("share", *share, share.is_finite() && *share >= 0.0),
        ProposedChange::FollowDemand { utilisation } => {
            number("utilisation", *utilisation, *utilisation > 0.0 && *utilisation <= 1.0)
        }
        ProposedChange::Value { .. } => Ok(()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal() -> Proposal {
        Proposal {
            code: "idle.instance".to_owned(),
            title: String::new(),
            evidence: String::new(),
            risk: String::new(),
            confidence: 0.9,
            changes: vec![ProposedChange::Share {
                column: "consumed-quantity".to_owned(),
                meter: String::new(),
                share: 0.0,
            }],
            best_practices: Vec::new(),
            extras: Vec::new(),
        }
    }

    #[test]
    fn proposals_are_what_they_say_and_few_enough() {
        assert!(accept_proposals(vec![proposal(); PROPOSALS]).is_ok());
        assert!(accept_proposals(vec![proposal(); PROPOSALS + 1]).is_err());
        let share = |share| {
            vec![ProposedChange::Share { column: "vcpu-hours".to_owned(), meter: String::new(), share }]
        };
        for wrong in [
            Proposal { code: "Not An Id".to_owned(), ..proposal() },
            Proposal { confidence: 1.5, ..proposal() },
            Proposal { confidence: f64::NAN, ..proposal() },
            Proposal { changes: Vec::new(), ..proposal() },
            Proposal { changes: share(-1.0), ..proposal() },
            Proposal { changes: share(f64::INFINITY), ..proposal() },
            Proposal { changes: vec![ProposedChange::FollowDemand { utilisation: 0.0 }], ..proposal() },
            Proposal { best_practices: vec![String::new(); PARTS + 1], ..proposal() },
        ] {
            assert!(accept_proposals(vec![wrong.clone()]).is_err(), "{wrong:?}");
        }
    }
}
