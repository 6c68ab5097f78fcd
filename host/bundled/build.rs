//! Builds the first-party plugins of this repository as components, and writes the list of them.
//!
//! A nested cargo compiles the plugin workspace in a target folder of its own: in the host's folder it would wait
//! for the lock that its parent holds. Paths are mapped away, so that one source gives the same bytes in any folder.
//! Where the wasm target or the plugin workspace is missing, as in somebody else's project, the packaged copies in
//! `components/` are taken.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a build script speaks to cargo through its output and its environment"
)]

use std::error::Error;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use wit_component::ComponentEncoder;

const TARGET: &str = "wasm32-unknown-unknown";

/// Ids of the first-party plugins, which are also the names of their crates.
const IDS: [&str; 8] = [
    "aws-usage",
    "compute-energy",
    "embodied-carbon",
    "facility",
    "grid-carbon",
    "memory-energy",
    "network-energy",
    "storage-energy",
];

/// Those that advise, alike.
const ADVISORS: [&str; 4] = ["hardware", "idle", "placement", "right-size"];

fn all() -> impl Iterator<Item = &'static str> {
    IDS.into_iter().chain(ADVISORS)
}

/// Variables of cargo that the nested one may see: where it finds and fetches crates, and the shared job slots.
const KEPT: [&str; 8] = [
    "CARGO_HOME",
    "CARGO_MAKEFLAGS",
    "CARGO_NET_",
    "CARGO_HTTP_",
    "CARGO_REGISTRIES_",
    "CARGO_REGISTRY_",
    "CARGO_SOURCE_",
    "CARGO_TERM_",
];

/// Variables of the outer build beside those of cargo, which would change what the nested one does.
const DROPPED: [&str; 12] = [
    "RUSTFLAGS",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_LINKER",
    "RUSTDOC",
    "RUSTDOCFLAGS",
    "CLIPPY_ARGS",
    "TARGET",
    "HOST",
    "PROFILE",
    "OPT_LEVEL",
    "DEBUG",
];

fn main() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(variable("OUT_DIR")?);
    let packaged = here.join("components");
    let plugins = here.join("../../plugins");
    watch(&here, &plugins, &packaged);
    let rustc = variable("RUSTC")?;
    let built = plugins.join("Cargo.toml").is_file() && has_target(&rustc)?;
    if built {
        build(&plugins.canonicalize()?, &out, &rustc)?;
    }
    let folder = if built { &out } else { &packaged };
    let mut list = String::new();
    for (name, words, ids) in
        [("COMPONENTS", "components", IDS.as_slice()), ("ADVISORS", "advisors", ADVISORS.as_slice())]
    {
        writeln!(list, "/// The {words}.\nstatic {name}: [Bundled; {}] = [", ids.len())?;
        for id in ids {
            let file = folder.join(format!("{id}.wasm"));
            let text = file.display().to_string();
            if !file.is_file() {
                return Err(format!(
                    "{} is missing, and the plugins cannot be built here: add the target {TARGET}",
                    file.display()
                )
                .into());
            }
            writeln!(
                list,
                "    Bundled {{ id: {id:?}, wasm: include_bytes!({text:?}), packaged: {} }},",
                !built
            )?;
        }
        list.push_str("];\n");
    }
    fs::write(out.join("components.rs"), list)?;
    Ok(())
}

/// Everything that a component is made from. Not the whole of `plugins/`: that holds target folders and tests.
fn watch(here: &Path, plugins: &Path, packaged: &Path) {
    let mut watched = vec![here.join("build.rs"), packaged.to_owned(), here.join("../../wit")];
    watched.extend(["Cargo.toml", "Cargo.lock"].map(|file| plugins.join(file)));
    for member in all().chain(["sdk"]) {
        let parts = ["Cargo.toml", "src", "data", "build.rs"].map(|part| plugins.join(member).join(part));
        // A path that is not there would run the script every time.
        watched.extend(parts.into_iter().filter(|part| part.exists()));
    }
    for path in watched.into_iter().filter(|path| path.exists()) {
        println!("cargo::rerun-if-changed={}", path.display());
    }
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|error| format!("{name}: {error}"))
}

/// Whether the standard library of the target is installed.
fn has_target(rustc: &str) -> Result<bool, Box<dyn Error>> {
    let output = Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]).output()?;
    let folder = String::from_utf8(output.stdout)?;
    Ok(output.status.success() && Path::new(folder.trim()).is_dir())
}

/// Compiles all plugins and writes their components to `out`.
fn build(plugins: &Path, out: &Path, rustc: &str) -> Result<(), Box<dyn Error>> {
    let target = out.join("guests");
    let mut cargo = Command::new(variable("CARGO")?);
    for (name, _) in env::vars_os() {
        if is_dropped(&name) {
            cargo.env_remove(&name);
        }
    }
    cargo.current_dir(plugins).env("CARGO_ENCODED_RUSTFLAGS", mapped_paths(plugins, &target, rustc)?);
    cargo.args(["build", "--release", "--locked", "--target", TARGET, "--target-dir"]).arg(&target);
    for id in all() {
        cargo.args(["--package", id]);
    }
    let output = cargo.output()?;
    if !output.status.success() {
        return Err(format!("the plugins do not build:\n{}", String::from_utf8_lossy(&output.stderr)).into());
    }
    for id in all() {
        let module =
            fs::read(target.join(TARGET).join("release").join(format!("{}.wasm", id.replace('-', "_"))))?;
        let component = ComponentEncoder::default().validate(true).module(&module)?.encode()?;
        fs::write(out.join(format!("{id}.wasm")), component)?;
    }
    Ok(())
}

fn is_dropped(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    let is_cargos = name.starts_with("CARGO_") && !KEPT.iter().any(|kept| name.starts_with(kept));
    is_cargos || DROPPED.contains(&name)
}

/// Flags that replace every folder of this machine in what the compiler writes. They also take the place of all flags
/// that a configuration file might add.
fn mapped_paths(plugins: &Path, target: &Path, rustc: &str) -> Result<String, Box<dyn Error>> {
    let said = |arguments: &[&str]| -> Result<String, Box<dyn Error>> {
        Ok(String::from_utf8(Command::new(rustc).args(arguments).output()?.stdout)?)
    };
    let version = said(&["-vV"])?;
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or("unknown");
    let library = PathBuf::from(said(&["--print", "sysroot"])?.trim()).join("lib/rustlib/src/rust");
    let registry = match env::var_os("CARGO_HOME") {
        Some(home) => PathBuf::from(home),
        None => env::home_dir().ok_or("there is no home folder")?.join(".cargo"),
    };
    let root = plugins.parent().unwrap_or(plugins);
    let maps = [
        (library.as_path(), format!("/rustc/{commit}")),
        (registry.as_path(), "/cargo".to_owned()),
        (root, "/joulework".to_owned()),
        // The last map that fits wins, so the folder inside comes after the one around it.
        (target, "/target".to_owned()),
    ];
    let flags: Vec<String> =
        maps.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())).collect();
    Ok(flags.join("\u{1f}"))
}
