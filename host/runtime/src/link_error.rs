//! Why plugins do not make a pipeline.

use crate::descriptor::Kind;
use crate::fault::PluginFault;

/// Why plugins do not make a pipeline. Found before any row is read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    /// Nothing gives a column that a plugin needs.
    #[error("plugin `{plugin}` reads `{column}`, which nothing gives")]
    MissingInput {
        /// The plugin that reads it.
        plugin: String,
        /// The column.
        column: String,
        /// Columns of a similar name that there are.
        candidates: Vec<String>,
    },
    /// Nothing is added to a total that a plugin needs.
    #[error("plugin `{plugin}` reads the total `{column}`, and no plugin gives a part of it")]
    EmptyTotal {
        /// The plugin that reads it.
        plugin: String,
        /// The total.
        column: String,
    },
    /// Two plugins, or a plugin and the input, give one column.
    #[error("`{column}` is given by {}", givers.join(" and by "))]
    TwoGivers {
        /// The column.
        column: String,
        /// Who gives it.
        givers: Vec<String>,
    },
    /// Two stages hold the same plugin.
    #[error("the plugin `{plugin}` is listed twice")]
    TwicePlugin {
        /// Id of the plugin.
        plugin: String,
    },
    /// Plugins wait for each other.
    #[error("plugins wait for each other: {}", steps.join(", "))]
    Cycle {
        /// Who waits for which column of whom, once around.
        steps: Vec<String>,
    },
    /// A column is given in a unit of another dimension than it is read in.
    #[error("plugin `{plugin}` reads `{column}` in `{wanted}`, but {giver} gives it in `{given}`")]
    Dimension {
        /// The plugin that reads it.
        plugin: String,
        /// The column.
        column: String,
        /// Unit that the plugin wants.
        wanted: String,
        /// Unit in which it is given.
        given: String,
        /// Who gives it.
        giver: String,
    },
    /// A column is given with another kind than it is read with, or differs in being additive.
    #[error("plugin `{plugin}` reads `{column}` as {wanted}, but {giver} gives it as {given}")]
    Kind {
        /// The plugin that reads it.
        plugin: String,
        /// The column.
        column: String,
        /// What the plugin wants.
        wanted: Shape,
        /// What is given.
        given: Shape,
        /// Who gives it.
        giver: String,
    },
    /// A root column contradicts the standard list, or names what the host sums.
    #[error("the input offers the column `{column}`, but {problem}")]
    Root {
        /// The column.
        column: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A plugin refused its settings or its tables.
    #[error(transparent)]
    Plugin(#[from] PluginFault),
}

/// Kind of a column, and whether it may be summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Kind of its values.
    pub kind: Kind,
    /// Whether it may be summed.
    pub additive: bool,
}

impl std::fmt::Display for Shape {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sum = if self.additive { "additive " } else { "" };
        write!(formatter, "{sum}{}", self.kind)
    }
}

impl LinkError {
    /// Stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingInput { .. } => "link.missing-input",
            Self::EmptyTotal { .. } => "link.empty-total",
            Self::TwoGivers { .. } => "link.two-givers",
            Self::TwicePlugin { .. } => "link.twice",
            Self::Cycle { .. } => "link.cycle",
            Self::Dimension { .. } => "link.dimension",
            Self::Kind { .. } => "link.kind",
            Self::Root { .. } => "link.root-column",
            Self::Plugin(fault) => fault.code(),
        }
    }

    /// The next step, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::MissingInput { candidates, .. } if !candidates.is_empty() => Some(format!(
                "there is {}",
                candidates.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            )),
            Self::MissingInput { column, .. } => Some(format!("add a plugin that gives `{column}`")),
            Self::EmptyTotal { column, .. } => {
                Some(format!("add a plugin with an output that is part of `{column}`"))
            }
            Self::TwoGivers { .. } => Some("leave one of them out".to_owned()),
            Self::Plugin(fault) => fault.hint(),
            _ => None,
        }
    }
}
