//! The one recipe of the engine. Nothing else builds one.

use wasmtime::{Config, Engine, OptLevel};

/// Stack of a call, in bytes. Recursion in a guest ends here, long before the host's own stack does.
const STACK_BYTES: usize = 512 << 10;

/// A switch of the engine: its name, how it stands, and what sets it.
type Switch = (&'static str, bool, fn(&mut Config, bool) -> &mut Config);

/// Every switch that decides what a plugin may do or what its numbers are.
const SWITCHES: [Switch; 16] = [
    // The same stop on every machine.
    ("fuel", true, Config::consume_fuel),
    // The wall-clock backstop.
    ("epoch-deadline", true, Config::epoch_interruption),
    // One bit pattern for every NaN, and no instruction whose result depends on the processor.
    ("nan-canonicalization", true, Config::cranelift_nan_canonicalization),
    ("relaxed-simd", false, Config::wasm_relaxed_simd),
    // Nothing that a plugin needs: a smaller door.
    ("memory64", false, Config::wasm_memory64),
    ("multi-memory", false, Config::wasm_multi_memory),
    ("tail-call", false, Config::wasm_tail_call),
    ("custom-page-sizes", false, Config::wasm_custom_page_sizes),
    ("wide-arithmetic", false, Config::wasm_wide_arithmetic),
    ("gc", false, Config::wasm_gc),
    ("stack-switching", false, Config::wasm_stack_switching),
    ("component-memory64", false, Config::wasm_component_model_memory64),
    ("component-map", false, Config::wasm_component_model_map),
    ("component-fixed-length-lists", false, Config::wasm_component_model_fixed_length_lists),
    ("component-implements", false, Config::wasm_component_model_implements),
    ("concurrency", false, Config::concurrency_support),
];

/// The switches by name, for receipts.
pub(crate) fn switches() -> impl Iterator<Item = (&'static str, bool)> {
    SWITCHES.into_iter().map(|(name, on, _)| (name, on))
}

/// An engine whose results depend on the component and its input alone, and whose calls always end.
pub(super) fn engine() -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    for (_, on, set) in SWITCHES {
        set(&mut config, on);
    }
    config
        .max_wasm_stack(STACK_BYTES)
        .cranelift_opt_level(OptLevel::Speed)
        // Names of functions help nobody who reads a fault; the panic text does.
        .wasm_backtrace_max_frames(None);
    Engine::new(&config)
}
