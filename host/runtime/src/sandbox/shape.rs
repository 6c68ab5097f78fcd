//! How much a component gives the compiler to do, found without compiling anything.
//!
//! The compiler cannot be stopped once it runs, and parts of it take more than linear time and memory: it may keep
//! every variable of a function at every block, and walks loops inside each other again and again. What it is given is
//! therefore bounded here. The largest guest that is known, Python as `componentize-py` 0.25 packs it, has 25,548
//! entries, a function of 427 KB, 6 loops inside each other, and 195,195 variables times blocks in one function, 4.5
//! million in all.

use wasmparser::{FunctionBody, Operator, Parser, Payload};

use crate::fault::FaultKind;
use crate::printable::printable;

/// Modules and components inside each other.
const NESTING: u64 = 32;
/// Types, imports, exports, functions, instances and other entries of all sections.
const ENTRIES: u64 = 500_000;
/// Bytes of the code of one function.
const FUNCTION_BYTES: u64 = 1 << 20;
/// Loops inside each other.
const LOOPS_INSIDE: u64 = 64;
/// Variables of one function times its blocks.
const FUNCTION_WORK: u64 = 4 << 20;
/// The same of all functions together.
const WORK: u64 = 64 << 20;
/// Blocks that a loop counts as.
const LOOP_BLOCKS: u64 = 16;

/// Refuses a component that is too much for the compiler, and one whose sections cannot be told apart.
pub(super) fn check(bytes: &[u8]) -> Result<(), FaultKind> {
    let mut counts = Counts::default();
    for payload in Parser::new(0).parse_all(bytes) {
        payload
            .and_then(|payload| counts.take(&payload))
            .map_err(|error| FaultKind::Invalid { message: printable(&error.to_string()) })?;
        counts.within_limits()?;
    }
    Ok(())
}

#[derive(Debug, Default)]
struct Counts {
    nesting: u64,
    entries: u64,
    function_bytes: u64,
    loops_inside: u64,
    function_work: u64,
    work: u64,
    /// Parameters of the types of the module that is being read.
    parameters: Vec<u64>,
    /// Types of its functions whose code is still to come, the next one last.
    functions: Vec<u32>,
}

impl Counts {
    fn within_limits(&self) -> Result<(), FaultKind> {
        let limits = [
            ("modules and components inside each other", self.nesting, NESTING),
            ("entries in its sections", self.entries, ENTRIES),
            ("bytes in one function", self.function_bytes, FUNCTION_BYTES),
            ("loops inside each other", self.loops_inside, LOOPS_INSIDE),
            ("variables times blocks in one function", self.function_work, FUNCTION_WORK),
            ("variables times blocks in all functions", self.work, WORK),
        ];
        match limits.into_iter().find(|(_, found, limit)| found > limit) {
            Some((what, found, limit)) => Err(FaultKind::TooComplex { what, found, limit }),
            None => Ok(()),
        }
    }

    fn take(&mut self, payload: &Payload<'_>) -> wasmparser::Result<()> {
        let entries = match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => {
                self.nesting += 1;
                (self.parameters, self.functions) = (Vec::new(), Vec::new());
                1
            }
            Payload::End(_) => {
                self.nesting = self.nesting.saturating_sub(1);
                0
            }
            Payload::CodeSectionEntry(body) => {
                self.function(body)?;
                0
            }
            Payload::TypeSection(section) => {
                for signature in section.clone().into_iter_err_on_gc_types() {
                    self.parameters.push(signature?.params().len() as u64);
                }
                section.count()
            }
            Payload::ImportSection(section) => section.count(),
            Payload::FunctionSection(section) => {
                self.functions = section.clone().into_iter().collect::<wasmparser::Result<_>>()?;
                self.functions.reverse();
                section.count()
            }
            Payload::TableSection(section) => section.count(),
            Payload::MemorySection(section) => section.count(),
            Payload::GlobalSection(section) => section.count(),
            Payload::ExportSection(section) => section.count(),
            Payload::ElementSection(section) => section.count(),
            Payload::DataSection(section) => section.count(),
            Payload::InstanceSection(section) => section.count(),
            Payload::CoreTypeSection(section) => section.count(),
            Payload::ComponentInstanceSection(section) => section.count(),
            Payload::ComponentAliasSection(section) => section.count(),
            Payload::ComponentTypeSection(section) => section.count(),
            Payload::ComponentCanonicalSection(section) => section.count(),
            Payload::ComponentImportSection(section) => section.count(),
            Payload::ComponentExportSection(section) => section.count(),
            _ => 0,
        };
        self.entries += u64::from(entries);
        Ok(())
    }

    fn function(&mut self, body: &FunctionBody<'_>) -> wasmparser::Result<()> {
        self.function_bytes = self.function_bytes.max(body.range().len() as u64);
        let signature = self.functions.pop().and_then(|index| usize::try_from(index).ok());
        let mut variables =
            signature.and_then(|index| self.parameters.get(index)).copied().unwrap_or_default();
        for locals in body.get_locals_reader()? {
            variables += u64::from(locals?.0);
        }
        let mut blocks = 1_u64;
        let mut loops_inside = 0_u64;
        // For each block that is open, whether it is a loop.
        let mut open = Vec::new();
        for operator in body.get_operators_reader()? {
            match operator? {
                Operator::Loop { .. } => {
                    blocks += LOOP_BLOCKS;
                    loops_inside += 1;
                    self.loops_inside = self.loops_inside.max(loops_inside);
                    open.push(true);
                }
                Operator::Block { .. } | Operator::If { .. } | Operator::TryTable { .. } => {
                    blocks += 1;
                    open.push(false);
                }
                Operator::End if open.pop() == Some(true) => loops_inside -= 1,
                _ => {}
            }
        }
        let work = variables.saturating_mul(blocks);
        self.function_work = self.function_work.max(work);
        self.work = self.work.saturating_add(work);
        Ok(())
    }
}
