//! What may come in: looks at the door, not at the guest, and at the shape of what is asked, not at its name.

use wasmtime::component::Component;
use wasmtime::component::types::ComponentItem;
use wasmtime::{Engine, Precompiled};

use crate::descriptor::Role;
use crate::fault::FaultKind;
use crate::printable::printable;

/// What a plugin exports, by what it is for.
const EXPORTS: [(Role, &str); 2] =
    [(Role::Estimator, "joulework:plugin/estimator"), (Role::Advisor, "joulework:plugin/advisor")];
const DIAGNOSTICS: &str = "joulework:plugin/diagnostics@0.1.0";
const VERSION: &str = "@0.1.0";

/// A plugin file may be this large: a plugin in Python has 18.5 MB.
pub(crate) const FILE_BYTES: u64 = 64 << 20;

/// Refuses every file that is no component, before the compiler sees it.
pub(crate) fn check_file(bytes: &[u8]) -> Result<(), FaultKind> {
    let length = bytes.len() as u64;
    if length > FILE_BYTES {
        return Err(FaultKind::FileSize { bytes: length, limit: FILE_BYTES });
    }
    if Engine::detect_precompiled(bytes)
        .is_some_and(|kind| matches!(kind, Precompiled::Module | Precompiled::Component))
        || bytes.starts_with(b"\x7fELF")
    {
        return Err(FaultKind::Precompiled);
    }
    // A component and a core module differ in the layer, bytes 6 and 7.
    match (bytes.strip_prefix(b"\0asm"), bytes.get(6..8)) {
        (Some(_), Some([1, 0])) => Ok(()),
        (Some(_), Some([0, 0])) => Err(FaultKind::CoreModule),
        _ if is_text(bytes) => Err(FaultKind::TextFormat),
        _ => Err(FaultKind::NotWasm),
    }
}

/// Text begins with a parenthesis, after blanks and comments.
fn is_text(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with(";;"));
    first.is_some_and(|line| {
        line.starts_with("(component") || line.starts_with("(module") || line.starts_with("(;")
    })
}

/// What a component is for. Refuses one that asks for more than `diagnostics`, or is neither estimator nor advisor.
pub(super) fn check_component(engine: &Engine, component: &Component) -> Result<Role, FaultKind> {
    let shape = component.component_type();
    for (name, import) in shape.imports(engine) {
        if !is_harmless(engine, name, &import.ty) {
            return Err(FaultKind::Import { import: printable(&foreign(engine, name, &import.ty)) });
        }
    }
    let exported = |wanted: &str| shape.exports(engine).any(|(name, _)| name == wanted);
    if let Some((role, _)) = EXPORTS.into_iter().find(|(_, name)| exported(&format!("{name}{VERSION}"))) {
        return Ok(role);
    }
    let names: Vec<&str> = shape.exports(engine).map(|(name, _)| name).collect();
    let is_near = |name: &&&str| EXPORTS.iter().any(|(_, own)| name.starts_with(own));
    let other = names.iter().find(|name| name.starts_with("joulework:plugin/"));
    let found = names.iter().find(is_near).or(other).map(|name| printable(name));
    let [(_, estimator), _] = EXPORTS;
    Err(FaultKind::Export { export: format!("{estimator}{VERSION}"), found })
}

/// Types alone are harmless, and so are the functions of `diagnostics`.
fn is_harmless(engine: &Engine, name: &str, item: &ComponentItem) -> bool {
    let ComponentItem::ComponentInstance(instance) = item else {
        return matches!(item, ComponentItem::Type(_));
    };
    instance.exports(engine).all(|(member, export)| match export.ty {
        ComponentItem::Type(_) => true,
        ComponentItem::ComponentFunc(_) => name == DIAGNOSTICS && member == "emit",
        _ => false,
    })
}

/// The import and, of an instance, the first member that is more than a type.
fn foreign(engine: &Engine, name: &str, item: &ComponentItem) -> String {
    let ComponentItem::ComponentInstance(instance) = item else { return name.to_owned() };
    let member = instance.exports(engine).find(|(member, export)| {
        !(matches!(export.ty, ComponentItem::Type(_)) || name == DIAGNOSTICS && *member == "emit")
    });
    member.map_or_else(|| name.to_owned(), |(member, _)| format!("{name}#{member}"))
}
