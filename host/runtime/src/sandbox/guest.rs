//! What the host keeps for one instance: what it has used, and what it has said.

use wasmtime::ResourceLimiter;

use super::bindings::joulework::plugin::{columns, description, diagnostics, faults};
use crate::fault::{Diagnostic, Level};
use crate::limits::Limits;
use crate::printable::printable;

/// Messages kept of one call.
const MESSAGES: usize = 64;
/// Messages that one call may send, kept or not: they cost the guest little fuel and the host some time.
const SENT_MESSAGES: usize = 100_000;
/// Bytes that the messages of one call may have.
const SENT_BYTES: usize = 64 << 20;
/// Parts of one component instance. A component of Python has about a dozen core instances.
pub(super) const CORE_INSTANCES: usize = 100;

/// The host's side of an instance.
#[derive(Debug)]
pub(super) struct Guest {
    limits: Limits,
    memory: usize,
    entries: usize,
    messages: Vec<Diagnostic>,
    sent_messages: usize,
    sent_bytes: usize,
}

/// What the host refused a guest. The error reaches the caller as it is, so that memory can be told from a panic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error("{wanted} bytes of memory wanted")]
    Memory { wanted: usize },
    #[error("{wanted} table entries wanted")]
    Table { wanted: usize },
    #[error("{messages} messages with {bytes} bytes sent")]
    Diagnostics { messages: usize, bytes: usize },
}

impl Guest {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, memory: 0, entries: 0, messages: Vec::new(), sent_messages: 0, sent_bytes: 0 }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(super) fn take_messages(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.messages)
    }

    /// What was sent counts for one call.
    pub(super) fn begin_call(&mut self) {
        (self.sent_messages, self.sent_bytes) = (0, 0);
    }

    fn keep(&mut self, level: Level, text: &str) -> Result<(), Refused> {
        self.sent_messages += 1;
        self.sent_bytes = self.sent_bytes.saturating_add(text.len());
        if self.messages.len() < MESSAGES {
            self.messages.push(Diagnostic { level, text: printable(text) });
        } else if level == Level::Panic
            && let Some(last) = self.messages.last_mut()
        {
            // The last words matter more than the sixty-fourth message.
            *last = Diagnostic { level, text: printable(text) };
        }
        if self.sent_messages > SENT_MESSAGES || self.sent_bytes > SENT_BYTES {
            return Err(Refused::Diagnostics { messages: self.sent_messages, bytes: self.sent_bytes });
        }
        Ok(())
    }
}

impl ResourceLimiter for Guest {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let wanted = self.memory.saturating_add(desired.saturating_sub(current));
        if wanted > self.limits.memory_bytes {
            return Err(wasmtime::Error::new(Refused::Memory { wanted }));
        }
        self.memory = wanted;
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let wanted = self.entries.saturating_add(desired.saturating_sub(current));
        if wanted > self.limits.table_entries {
            return Err(wasmtime::Error::new(Refused::Table { wanted }));
        }
        self.entries = wanted;
        Ok(true)
    }

    fn instances(&self) -> usize {
        CORE_INSTANCES
    }

    fn tables(&self) -> usize {
        CORE_INSTANCES
    }

    fn memories(&self) -> usize {
        CORE_INSTANCES
    }
}

impl diagnostics::Host for Guest {
    fn emit(&mut self, level: diagnostics::Level, text: String) -> wasmtime::Result<()> {
        let level = match level {
            diagnostics::Level::Info => Level::Info,
            diagnostics::Level::Warning => Level::Warning,
            diagnostics::Level::Panic => Level::Panic,
        };
        self.keep(level, &text).map_err(wasmtime::Error::new)
    }
}

impl columns::Host for Guest {}
impl description::Host for Guest {}
impl faults::Host for Guest {}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn the_last_panic_is_kept_after_a_flood_of_messages() {
        let mut guest = Guest::new(Limits::default());
        for _ in 0..1_000 {
            guest.keep(Level::Info, "flood").unwrap();
        }
        guest.keep(Level::Panic, "last words").unwrap();
        let messages = guest.take_messages();
        assert_eq!(messages.len(), MESSAGES);
        assert_eq!(messages.last().unwrap().text, "last words");
    }

    #[test]
    fn memory_counts_over_all_memories_of_an_instance() {
        let mut guest = Guest::new(Limits { memory_bytes: 1_000, table_entries: 10, ..Limits::default() });
        assert!(guest.memory_growing(0, 600, None).unwrap());
        let refused = guest.memory_growing(0, 600, None).unwrap_err();
        assert_eq!(refused.downcast_ref(), Some(&Refused::Memory { wanted: 1_200 }));
        let refused = guest.table_growing(0, 11, None).unwrap_err();
        assert_eq!(refused.downcast_ref(), Some(&Refused::Table { wanted: 11 }));
    }
}
