//! What an error of the sandbox means.

use wasmtime::Trap;

use super::guest::{CORE_INSTANCES, Refused};
use crate::fault::FaultKind;
use crate::limits::Limits;
use crate::printable::printable;

/// The call that failed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    /// Rows that went in.
    pub(super) rows: usize,
    /// Fuel that it had.
    pub(super) fuel: u64,
    /// Bytes that its result might take.
    pub(super) result_bytes: usize,
}

/// What `error` says about a call. The limiter's own errors come first: a guest that is refused memory may turn that
/// into any trap.
pub(super) fn classify(error: &wasmtime::Error, call: Call, limits: &Limits) -> FaultKind {
    if let Some(refused) = error.downcast_ref::<Refused>() {
        return match *refused {
            Refused::Memory { wanted } => FaultKind::Memory { wanted, limit: limits.memory_bytes },
            Refused::Table { wanted } => FaultKind::Table { wanted, limit: limits.table_entries },
            Refused::Diagnostics { messages, bytes } => FaultKind::Diagnostics { messages, bytes },
        };
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => FaultKind::Fuel { budget: call.fuel, rows: call.rows },
        Some(Trap::Interrupt) => FaultKind::Deadline { limit: limits.deadline, rows: call.rows },
        Some(Trap::StackOverflow) => FaultKind::Stack,
        Some(Trap::MemoryOutOfBounds) => FaultKind::MemoryAccess,
        Some(Trap::UnreachableCodeReached) => FaultKind::Panic,
        Some(trap) => FaultKind::Trap { message: trap.to_string() },
        None if is_too_large(error) => FaultKind::Result { limit: call.result_bytes, rows: call.rows },
        None if is_too_many_instances(error) => FaultKind::Instances { limit: CORE_INSTANCES },
        // Whatever ends a call and is no trap was found while a value was taken out of the guest's memory.
        None => FaultKind::Malformed { message: printable(&error.root_cause().to_string()) },
    }
}

/// wasmtime has no type for a result over its budget, only this text; a test sees to it that it stays so.
fn is_too_large(error: &wasmtime::Error) -> bool {
    error.chain().any(|cause| cause.to_string().contains("fuel allocated for hostcalls"))
}

/// As [`is_too_large`].
fn is_too_many_instances(error: &wasmtime::Error) -> bool {
    error.chain().any(|cause| cause.to_string().contains("resource limit exceeded"))
}
