//! Notes to whoever runs the model. The host bounds them; they are no place for results.

/// Says something that helps to understand a run.
pub fn info(text: &str) {
    emit(Level::Info, text);
}

/// Says that something looks wrong, though the model can go on.
pub fn warn(text: &str) {
    emit(Level::Warning, text);
}

#[derive(Debug, Clone, Copy)]
enum Level {
    Info,
    Warning,
    #[cfg(target_arch = "wasm32")]
    Panic,
}

#[cfg(target_arch = "wasm32")]
fn emit(level: Level, text: &str) {
    use crate::bindings::joulework::plugin::diagnostics as wire;
    let level = match level {
        Level::Info => wire::Level::Info,
        Level::Warning => wire::Level::Warning,
        Level::Panic => wire::Level::Panic,
    };
    wire::emit(level, text);
}

/// Sends what a panic says before the trap: a trap itself carries no text. Every entry point calls it.
#[cfg(target_arch = "wasm32")]
pub(crate) fn hook() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| emit(Level::Panic, &panic.to_string())));
    });
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn hook() {}

#[cfg(not(target_arch = "wasm32"))]
fn emit(level: Level, text: &str) {
    NOTES.with_borrow_mut(|notes| notes.push(format!("{level:?}: {text}")));
}

#[cfg(not(target_arch = "wasm32"))]
thread_local! {
    static NOTES: std::cell::RefCell<Vec<String>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// What was said on this thread since the last call (native tests only), as `Warning: text`.
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
pub fn taken() -> Vec<String> {
    NOTES.with_borrow_mut(std::mem::take)
}
