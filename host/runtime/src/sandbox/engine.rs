//! The one recipe of the engine. Nothing else builds one.

use wasmtime::{Config, Engine, OptLevel};

/// Stack of a call, in bytes. Recursion in a guest ends here, long before the host's own stack does.
const STACK_BYTES: usize = 512 << 10;

/// An engine whose results depend on the component and its input alone, and whose calls always end.
pub(super) fn engine() -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config
        // The same stop on every machine.
        .consume_fuel(true)
        // The wall-clock backstop.
        .epoch_interruption(true)
        // One bit pattern for every NaN, and no instruction whose result depends on the processor.
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        // Nothing that a plugin needs: a smaller door.
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_tail_call(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false)
        .wasm_gc(false)
        .wasm_stack_switching(false)
        .wasm_component_model_memory64(false)
        .wasm_component_model_map(false)
        .wasm_component_model_fixed_length_lists(false)
        .wasm_component_model_implements(false)
        .concurrency_support(false)
        .max_wasm_stack(STACK_BYTES)
        .cranelift_opt_level(OptLevel::Speed)
        // Names of functions help nobody who reads a fault; the panic text does.
        .wasm_backtrace_max_frames(None);
    Engine::new(&config)
}
