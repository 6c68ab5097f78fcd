//! The runtime: admits plugins and holds what their calls share.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cache::{Cache, digest};
use crate::columns::Batch;
use crate::descriptor::{Descriptor, Role};
use crate::fault::{FaultKind, PluginFault};
use crate::limits::Limits;
use crate::printable::printable;
use crate::sandbox::admission;
use crate::sandbox::instance::{Instance, Linked, Sandbox};
use crate::validate;
use crate::whole_file::{WholeFileError, read_whole};

/// How a runtime is set up.
#[derive(Debug, Clone, Default)]
pub struct RuntimeOptions {
    /// Folder for compiled plugins; made with mode 0700 if it is not there. `None` compiles at each start. A folder
    /// that others can open is not used, see [`Runtime::cache_problem`].
    pub cache_dir: Option<PathBuf>,
    /// What a plugin may use while it describes itself and lists its tables.
    pub limits: Limits,
}

/// The sandbox that plugins run in. Cheap to clone; clones share the engine and the cache.
#[derive(Debug, Clone)]
pub struct Runtime(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    sandbox: Arc<Sandbox>,
    cache: Option<Cache>,
    cache_problem: Option<String>,
    limits: Limits,
}

impl Runtime {
    /// A sandbox with the one engine recipe of this crate.
    ///
    /// # Errors
    /// [`FaultKind::Host`] where this machine cannot run it.
    pub fn new(options: RuntimeOptions) -> Result<Self, PluginFault> {
        let sandbox = Sandbox::new().map_err(|kind| PluginFault::new("", kind))?;
        let (cache, cache_problem) =
            match options.cache_dir.map(|folder| Cache::open(&folder, sandbox.engine())) {
                None => (None, None),
                Some(Ok(cache)) => (Some(cache), None),
                Some(Err(problem)) => (None, Some(problem)),
            };
        Ok(Self(Arc::new(Shared {
            sandbox: Arc::new(sandbox),
            cache,
            cache_problem,
            limits: options.limits,
        })))
    }

    /// Why the cache folder is not used, where it is not: plugins are then compiled at each start.
    #[must_use]
    pub fn cache_problem(&self) -> Option<&str> {
        self.0.cache_problem.as_deref()
    }

    /// Admits a component: `name` stands for it in errors until its id is known, such as the name of its file.
    ///
    /// # Errors
    /// What the component is, asks for or says that a plugin may not.
    pub fn admit(&self, name: &str, component: &[u8]) -> Result<Plugin, PluginFault> {
        let fault = |kind: FaultKind| PluginFault::new(name, kind);
        admission::check_file(component).map_err(fault)?;
        let digest = digest(component);
        let linked = self.linked(component, &digest).map_err(fault)?;
        let mut instance = Instance::open(&linked, name, &self.0.limits)?;
        let descriptor = instance.describe()?;
        validate::check(&descriptor, linked.role()).map_err(|(kind, column)| fault(kind).at(None, column))?;
        Ok(Plugin(Arc::new(Admitted { descriptor, digest, linked, limits: self.0.limits.clone() })))
    }

    /// Reads and admits a component. A file that is larger than a plugin may be is not read.
    ///
    /// # Errors
    /// [`FaultKind::Read`] where it cannot be read, and all those of [`Runtime::admit`].
    pub fn admit_file(&self, path: &Path) -> Result<Plugin, PluginFault> {
        let name = path.display().to_string();
        let component = read_whole(path, admission::FILE_BYTES).map_err(|error| {
            let kind = match error {
                WholeFileError::TooLarge { bytes, most } => FaultKind::FileSize { bytes, limit: most },
                error => FaultKind::Read { message: printable(&error.to_string()) },
            };
            PluginFault::new(&name, kind)
        })?;
        self.admit(&name, &component)
    }

    fn linked(&self, component: &[u8], digest: &str) -> Result<Linked, FaultKind> {
        let sandbox = &self.0.sandbox;
        if let Some(compiled) = self.0.cache.as_ref().and_then(|cache| cache.load(sandbox.engine(), digest)) {
            return sandbox.link(&compiled);
        }
        let compiled = sandbox.compile(component)?;
        let linked = sandbox.link(&compiled)?;
        if let Some(cache) = &self.0.cache {
            cache.store(digest, &compiled);
        }
        Ok(linked)
    }
}

/// An admitted plugin. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Plugin(Arc<Admitted>);

#[derive(Debug)]
struct Admitted {
    descriptor: Descriptor,
    digest: String,
    linked: Linked,
    limits: Limits,
}

impl Plugin {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.descriptor.id
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.0.descriptor.version
    }

    /// What it is for.
    #[must_use]
    pub fn role(&self) -> Role {
        self.0.linked.role()
    }

    /// Lower-case hexadecimal SHA-256 of the component.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.0.digest
    }

    /// What it says about itself.
    #[must_use]
    pub fn descriptor(&self) -> &Descriptor {
        &self.0.descriptor
    }

    /// Its built-in tables, by name.
    ///
    /// # Errors
    /// The plugin's fault.
    pub fn tables(&self) -> Result<Vec<(String, Batch)>, PluginFault> {
        self.open(&self.0.limits)?.tables()
    }

    /// A fresh instance that is not configured.
    pub(crate) fn open(&self, limits: &Limits) -> Result<Instance, PluginFault> {
        Instance::open(&self.0.linked, self.id(), limits)
    }
}
