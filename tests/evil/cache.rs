//! The compile cache: what stands in it is used only where nobody can have changed it, and never for another plugin.

use std::fs;
use std::path::{Path, PathBuf};

use joulework::runtime::{Plugin, Runtime, RuntimeOptions, Stage};

use crate::component::component;
use crate::guest::early;
use crate::run::{FILE, small};

pub(crate) fn caching(folder: &Path) -> Runtime {
    let options = RuntimeOptions { cache_dir: Some(folder.to_owned()), limits: small() };
    Runtime::new(options).unwrap()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The plugin is the honest guest, and gives what it should.
fn is_honest(plugin: Plugin) {
    assert_eq!(plugin.descriptor().summary, "Misbehaves as told");
    let roots = ["consumed-quantity", "region-id"];
    let roots: Vec<_> = roots.into_iter().filter_map(joulework::runtime::RootColumn::standard).collect();
    let pipeline = joulework::runtime::Pipeline::link(vec![Stage::new(plugin)], &roots).unwrap();
    let frame = pipeline.session().run(crate::run::rows(&pipeline)).unwrap();
    assert!(frame.column("misbehaver.energy").unwrap().number(0).unwrap() > 0.0);
}

#[test]
fn a_tampered_entry_is_compiled_anew() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let runtime = caching(&cache);
    assert_eq!(runtime.cache_problem(), None);
    is_honest(runtime.admit(FILE, component()).unwrap());
    let [entry] = entries(&cache).try_into().unwrap();
    let sound = fs::read(&entry).unwrap();
    for place in [0, sound.len() / 2, sound.len() - 1] {
        let mut code = sound.clone();
        code[place] ^= 1;
        fs::write(&entry, &code).unwrap();
        is_honest(runtime.admit(FILE, component()).unwrap());
        assert_eq!(fs::read(&entry).unwrap(), sound, "byte {place}");
    }
    fs::write(&entry, b"").unwrap();
    is_honest(runtime.admit(FILE, component()).unwrap());
    assert_eq!(fs::read(&entry).unwrap(), sound);
}

/// Sound code of one plugin under the name of another: the digest of a component stands for its code.
#[test]
fn an_entry_of_another_plugin_is_compiled_anew() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let runtime = caching(&cache);
    let other = early("summary-reversed");
    let fault = runtime.admit(FILE, &other).unwrap_err();
    assert_eq!(fault.code(), "plugin.descriptor");
    let [stranger] = entries(&cache).try_into().unwrap();
    let honest = runtime.admit(FILE, component()).unwrap();
    let own = entries(&cache).into_iter().find(|entry| *entry != stranger).unwrap();
    let code = fs::read(&stranger).unwrap();
    // Under the whole name of the honest one, and under its digest with the rest of the stranger's name.
    fs::write(&own, &code).unwrap();
    is_honest(runtime.admit(FILE, component()).unwrap());
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let renamed = format!("{}{}", honest.digest(), &name(&stranger)[64..]);
    fs::remove_file(&own).unwrap();
    fs::rename(&stranger, cache.join(&renamed)).unwrap();
    is_honest(runtime.admit(FILE, component()).unwrap());
    assert!(!cache.join(&renamed).exists());
}

#[cfg(unix)]
#[test]
fn a_folder_that_others_can_write_to_is_not_used() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let open = folder.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    let runtime = caching(&open);
    assert!(runtime.cache_problem().unwrap().contains("mode 0700"));
    is_honest(runtime.admit(FILE, component()).unwrap());
    assert!(entries(&open).is_empty());
}

#[cfg(unix)]
#[test]
fn an_entry_that_others_can_write_to_is_compiled_anew() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let runtime = caching(&cache);
    runtime.admit(FILE, component()).unwrap();
    let [entry] = entries(&cache).try_into().unwrap();
    fs::set_permissions(&entry, fs::Permissions::from_mode(0o666)).unwrap();
    is_honest(runtime.admit(FILE, component()).unwrap());
    assert_eq!(fs::metadata(&entry).unwrap().permissions().mode() & 0o777, 0o600);
}
