//! One line's answer in the outputs: texts are coded once per batch, numbers multiplied once per row.

use joulework_sdk::Code;

use crate::Output;
use crate::answer::Answer;

/// An answer with the codes of its texts.
pub(crate) struct Line<'c> {
    answer: Answer<'c>,
    kind: Code,
    medium: Code,
    class: Code,
    accelerator: Code,
    machine: Code,
    cpu: Code,
    architecture: Code,
    share: Code,
}

impl<'c> Line<'c> {
    pub(crate) fn of(answer: Answer<'c>, out: &mut Output) -> Self {
        let host = answer.host.as_ref();
        Self {
            kind: out.kind.code(&answer.kind),
            medium: out.medium.code_of(answer.storage.as_ref().map(|storage| storage.0.as_str())),
            class: out.class.code_of(answer.class.as_deref()),
            accelerator: out.accelerator.code_of(host.and_then(|host| host.accelerator.as_deref())),
            machine: out.machine.code_of(host.and_then(|host| host.machine.as_deref())),
            cpu: out.cpu.code_of(host.map(|host| host.cpu.as_str())),
            architecture: out.architecture.code_of(host.map(|host| host.architecture.as_str())),
            share: out.share.code_of(host.map(|host| host.share.as_str())),
            answer,
        }
    }

    /// Fills one row of every output; `hours` are those of its calendar month.
    #[inline]
    pub(crate) fn push(&self, quantity: Option<f64>, hours: Option<f64>, out: &mut Output) {
        match self.answer.basis {
            Some(basis) => out.kind.push(self.kind, basis),
            None => out.kind.push_ungraded(self.kind),
        }
        out.medium.push(self.medium);
        out.class.push(self.class);
        out.accelerator.push(self.accelerator);
        out.machine.push(self.machine);
        out.cpu.push(self.cpu);
        out.architecture.push(self.architecture);
        out.share.push(self.share);
        let amounts = &self.answer.amounts;
        out.vcpu_hours.push_known(times(amounts.vcpus, quantity), []);
        out.memory_hours.push_known(times(amounts.memory, quantity), []);
        let storage = if self.answer.monthly { times(amounts.storage, hours) } else { amounts.storage };
        out.storage_hours.push_known(times(storage, quantity), []);
        out.network.push_known(times(amounts.network, quantity), []);
        out.accelerator_hours.push_known(times(amounts.accelerators, quantity), []);
        out.copies.push_known(self.answer.storage.as_ref().map(|storage| storage.1), []);
        let host = self.answer.host.as_ref();
        let server = host.and_then(|host| host.family);
        out.default_load.push_known(host.and_then(|host| host.default_load), []);
        out.server_vcpus.push_known(server.map(|server| server.server_vcpus), []);
        out.server_memory.push_known(server.map(|server| server.server_memory), []);
        out.server_sockets.push_known(server.map(|server| server.server_sockets), []);
        out.server_accelerators
            .push_known(server.map(|server| server.server_accelerators.unwrap_or(0.0)), []);
    }
}

/// Nothing stays nothing, whatever the quantity.
#[inline]
pub(crate) fn times(each: Option<f64>, quantity: Option<f64>) -> Option<f64> {
    match each {
        Some(each) if each.to_bits() == 0 => Some(0.0),
        each => Some(each? * quantity?),
    }
}
