//! Whom a collection talks to while it runs.

use crate::price::Usd;

/// What requests will cost, told before the first of them is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The service and the account.
    pub what: String,
    /// Paid requests, at least.
    pub requests: u64,
    /// What they cost, at least.
    pub price: Usd,
    /// Why it may be more, in words.
    pub more: &'static str,
}

/// Listens to a collection and decides for its user.
pub trait Watch: Send + Sync {
    /// Whether the user agrees to a price.
    fn agree(&self, quote: &Quote) -> bool;
    /// Something for those who ask for more: requests that wait, and requests that are sent again.
    fn detail(&self, text: &str);
    /// How far it is: steps of all steps of this part.
    fn progress(&self, what: &str, done: u64, of: u64);
}
