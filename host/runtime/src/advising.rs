//! Advisors: plugins that look at one resource after the other and propose changes.

use crate::columns::{Batch, Column};
use crate::descriptor::{Proposal, Role};
use crate::fault::{Diagnostic, FaultKind, PluginFault};
use crate::pipeline::Stage;
use crate::sandbox::convert::Lent;
use crate::sandbox::instance::Instance;
use crate::standard::standard_column;
use crate::{Plugin, settings, tables};

/// Messages that a review keeps until they are taken.
const MESSAGES: usize = 256;

/// An advisor with its settings and tables. Holds no instance.
#[derive(Debug)]
pub struct Advisor {
    stage: Stage,
    settings: String,
}

/// An instance of an advisor that is ready to look at resources.
#[derive(Debug)]
pub struct Review<'a> {
    advisor: &'a Advisor,
    instance: Instance,
    messages: Vec<Diagnostic>,
}

impl Advisor {
    /// Holds that a plugin is an advisor, and that settings and tables are as it wants them.
    ///
    /// # Errors
    /// What does not fit.
    pub fn new(stage: Stage) -> Result<Self, PluginFault> {
        let descriptor = stage.plugin.descriptor();
        let fault = |kind| PluginFault::new(stage.plugin.id(), kind);
        if stage.plugin.role() != Role::Advisor {
            return Err(fault(FaultKind::Caller { message: "it is no advisor".to_owned() }));
        }
        for input in &descriptor.inputs {
            let fits = standard_column(&input.name)
                .is_some_and(|standard| standard.kind == input.kind && standard.unit == input.unit);
            if !fits {
                let message = "an advisor reads standard columns in their own units".to_owned();
                let kind = FaultKind::Descriptor { message };
                return Err(fault(kind).at(None, Some(input.name.clone())));
            }
        }
        let text = settings::check(&descriptor.settings_schema, &stage.settings).map_err(fault)?;
        tables::check(&descriptor.tables, &stage.tables)
            .map_err(|(kind, column)| fault(kind).at(None, column))?;
        Ok(Self { stage, settings: text })
    }

    /// The plugin.
    #[must_use]
    pub const fn plugin(&self) -> &Plugin {
        &self.stage.plugin
    }

    /// Makes it ready. Of the `standard` tables it is given those that its descriptor lists and the user does not replace.
    ///
    /// # Errors
    /// Its fault.
    pub fn open(&self, standard: &[(String, Batch)]) -> Result<Review<'_>, PluginFault> {
        let descriptor = self.stage.plugin.descriptor();
        let mut tables = self.stage.tables.clone();
        for (name, table) in standard {
            let listed = descriptor.tables.iter().any(|own| own.name == *name);
            if listed && tables.iter().all(|(own, _)| own != name) {
                tables.push((name.clone(), table.clone()));
            }
        }
        let mut instance = self.stage.plugin.open(&self.stage.limits)?;
        instance.configure(&self.settings, &tables)?;
        Ok(Review { advisor: self, instance, messages: Vec::new() })
    }
}

impl Review<'_> {
    /// What the advisor proposes for the resource whose rows these are: columns under their standard names.
    ///
    /// # Errors
    /// Its fault; a column that it needs is missing.
    pub fn examine(&mut self, series: &Batch) -> Result<Vec<Proposal>, PluginFault> {
        let plugin = &self.advisor.stage.plugin;
        let mut columns: Vec<&Column> = Vec::new();
        for input in &plugin.descriptor().inputs {
            match series.column(&input.name) {
                Some(column)
                    if column.data.kind() == input.kind && tables::fits(&column.data, series.rows) =>
                {
                    columns.push(column);
                }
                None if input.optional => {}
                _ => {
                    let kind =
                        FaultKind::Caller { message: "the column is missing or does not fit".to_owned() };
                    return Err(PluginFault::new(plugin.id(), kind).at(None, Some(input.name.clone())));
                }
            }
        }
        let lent: Vec<Lent<'_>> = columns.into_iter().map(|column| Lent::new(column, 1.0)).collect();
        let proposals = self.instance.examine(series.rows, &lent)?;
        let room = MESSAGES.saturating_sub(self.messages.len());
        self.messages.extend(self.instance.take_messages().into_iter().take(room));
        Ok(proposals)
    }

    /// What the advisor said since the last time, up to a bound.
    pub fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.messages)
    }
}
