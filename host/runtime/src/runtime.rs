//! The runtime: admits plugins and holds what their calls share.

use std::path::PathBuf;
use std::sync::Arc;

use crate::columns::Batch;
use crate::descriptor::Descriptor;
use crate::fault::PluginFault;
use crate::limits::Limits;
use crate::pipeline::unfinished;

/// How a runtime is set up.
#[derive(Debug, Clone, Default)]
pub struct RuntimeOptions {
    /// Folder for compiled plugins; created if it is not there. `None` compiles at each start. A folder that others
    /// can write to is not used.
    pub cache_dir: Option<PathBuf>,
    /// What a plugin may use while it is admitted: describing itself and listing its tables.
    pub limits: Limits,
}

/// The sandbox that plugins run in.
#[derive(Debug, Clone)]
pub struct Runtime {
    options: Arc<RuntimeOptions>,
}

impl Runtime {
    /// A sandbox with the one engine recipe of this crate.
    ///
    /// # Errors
    /// [`FaultKind::Host`](crate::FaultKind::Host) where this machine cannot run it.
    pub fn new(options: RuntimeOptions) -> Result<Self, PluginFault> {
        Ok(Self { options: Arc::new(options) })
    }

    /// Admits a component: `name` stands for it in errors until its id is known, such as the name of its file.
    ///
    /// # Errors
    /// What the component is, asks for or says that a plugin may not.
    pub fn admit(&self, name: &str, component: &[u8]) -> Result<Plugin, PluginFault> {
        let _ = (component, &self.options);
        Err(unfinished(name))
    }
}

/// An admitted plugin. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Plugin(Arc<Admitted>);

#[derive(Debug)]
struct Admitted {
    descriptor: Descriptor,
    digest: String,
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
        Err(unfinished(self.id()))
    }
}
