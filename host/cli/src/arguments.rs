//! The command line, as clap sees it. What the words mean is decided in `command`.

#[cfg(feature = "aws")]
pub(crate) mod aws;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Energy, carbon, water and money per unit of work, from cloud bills.
#[derive(Debug, Parser)]
#[command(name = "joulework", version, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
#[allow(clippy::struct_excessive_bools, reason = "a switch of the command line is a bool")]
pub(crate) struct Common {
    /// When to use colour; `NO_COLOR` is heeded too.
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto)]
    pub(crate) color: Colour,
    /// Say nothing but errors.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say also what was read and how long it took.
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    /// Take account ids and ARNs out of everything that is written; no receipt is written then.
    #[arg(long, global = true)]
    pub(crate) redact: bool,
    /// Read every file again, also those that have not changed since an earlier run.
    #[arg(long, global = true)]
    pub(crate) read_again: bool,
    /// Threads that read bills; the result does not depend on it. Default: all cores.
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// When the output is a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print a summary and write a self-contained HTML report.
    Report(Report),
    /// Print energy, carbon, water and money by period, service, workload and more.
    Estimate(Estimate),
    /// Say how a figure came about: formulas, factors with their sources, plugins.
    Explain(Explain),
    /// Compare two periods, manifests, bills or receipts, with narrow intervals on what changed.
    Compare(Compare),
    /// Propose what would save energy, carbon, water and money, the largest saving first.
    Advise(Advise),
    /// Compare a bill with the same bill after changes: other machines, another region, less memory, a schedule.
    WhatIf(WhatIf),
    /// Run the run of a receipt again and compare: 0 the same, 1 not the same.
    Verify(Verify),
    /// Look at billing files and write a commented manifest for them.
    Init(Init),
    /// Fetch what an estimate needs, and leave it behind as files.
    #[cfg(feature = "aws")]
    #[command(subcommand)]
    Collect(aws::Collect),
    /// Publish the KPIs of a report: carbon, energy and cost per unit of work, idle share, cold starts, coverage.
    #[cfg(feature = "aws")]
    #[command(subcommand)]
    Publish(aws::Publish),
    /// What helps with AWS.
    #[cfg(feature = "aws")]
    #[command(subcommand)]
    Aws(aws::Aws),
    /// Look at the figures that estimates stand on.
    #[command(subcommand)]
    Factors(Factors),
    /// Print what a shell needs to complete the commands.
    Completions(Completions),
    /// Print the manual page, or write the pages of all commands.
    Man(Man),
    /// Look at the plugins.
    #[command(subcommand)]
    Plugin(Plugin),
}

/// Which part of the bill.
#[derive(Debug, Clone, Args)]
pub(crate) struct Span {
    /// First day (UTC) that counts, such as 2025-03-01.
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// First day (UTC) that does not count any more.
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Report {
    /// A manifest, a folder that holds `joulework.toml`, or a billing file or folder.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) span: Span,
    /// The forms to write.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "html")]
    pub(crate) format: Vec<ReportFormat>,
    /// Where to write: a file for one form, else a path whose ending is replaced; `-` for standard output.
    #[arg(long, short, value_name = "FILE", default_value = "joulework-report")]
    pub(crate) output: PathBuf,
    /// Do not ask the advisors, which read the bill once more.
    #[arg(long)]
    pub(crate) without_advice: bool,
    /// Where to write the receipt of the run; without it beside the report.
    #[arg(long, value_name = "FILE")]
    pub(crate) receipt: Option<PathBuf>,
}

/// The forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// One file for the browser, offline.
    Html,
    /// For pull requests and wikis.
    Markdown,
    /// The whole report as data, with its `schema-version`.
    Json,
    /// The finest figures, one line each.
    Csv,
    /// Every chart as a file of its own, in a folder.
    Svg,
}

#[derive(Debug, Args)]
pub(crate) struct Estimate {
    /// A manifest, a folder that holds `joulework.toml`, or billing files and folders.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) span: Span,
    /// Group by any of period, workload, account, region, service, usage-kind, resource, tag:KEY.
    #[arg(long, value_delimiter = ',', value_name = "DIMENSION", default_value = "period,service")]
    pub(crate) by: Vec<String>,
    /// Length of a period.
    #[arg(long, value_enum, default_value_t = Step::Month)]
    pub(crate) step: Step,
    /// Count only rows of a dimension's value, such as `service=AWS Lambda` or `tag:app=shop*` (`*` and `?` match).
    #[arg(long = "only", value_name = "DIMENSION=GLOB")]
    pub(crate) only: Vec<String>,
    /// Instead of a roll-up: the rows of the bill with the estimate beside each.
    #[arg(long, conflicts_with_all = ["by", "step", "only"])]
    pub(crate) rows: bool,
    /// The form to print.
    #[arg(long, value_enum, default_value_t = EstimateFormat::Table)]
    pub(crate) format: EstimateFormat,
    /// Where to write instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Where to write the receipt of the run; without it beside the output, where that is a file.
    #[arg(long, value_name = "FILE", conflicts_with = "rows")]
    pub(crate) receipt: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// The earlier side: a period (2025, 2025-03, 2025-03-01, 2025-03-01..2025-03-08), a manifest, a bill, or a receipt.
    #[arg(value_name = "BEFORE")]
    pub(crate) before: String,
    /// The later side.
    #[arg(value_name = "AFTER")]
    pub(crate) after: String,
    /// Where periods are looked up: a manifest, its folder, or a billing file or folder.
    #[arg(long = "in", value_name = "PATH", default_value = ".")]
    pub(crate) within: PathBuf,
    /// Also compare by any of workload, account, region, service, usage-kind, resource, tag:KEY.
    #[arg(long, value_delimiter = ',', value_name = "DIMENSION")]
    pub(crate) by: Vec<String>,
    /// The quantity of the table by dimensions.
    #[arg(long, value_name = "QUANTITY", default_value = "carbon")]
    pub(crate) figure: String,
    /// The form to print.
    #[arg(long, value_enum, default_value_t = CompareFormat::Table)]
    pub(crate) format: CompareFormat,
    /// Where to write instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// The forms of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompareFormat {
    /// For people.
    Table,
    /// JSON, with its `schema-version`.
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Advise {
    /// A manifest, a folder that holds `joulework.toml`, or a billing file or folder.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) span: Span,
    /// What decides the order.
    #[arg(long, value_enum, default_value_t = RankBy::Carbon)]
    pub(crate) rank_by: RankBy,
    /// How many proposals to print.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) top: usize,
    /// Where to write the changes of all proposals as JSON, for `what-if --changes`.
    #[arg(long, value_name = "FILE")]
    pub(crate) changes: Option<PathBuf>,
    /// Unit prices beside those of the bill: CSV with the columns meter, region, price and currency.
    #[arg(long, value_name = "FILE")]
    pub(crate) prices: Option<PathBuf>,
    /// The form to print.
    #[arg(long, value_enum, default_value_t = CompareFormat::Table)]
    pub(crate) format: CompareFormat,
    /// Where to write instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// What proposals are ranked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RankBy {
    /// Operational and embodied carbon.
    Carbon,
    /// Energy of the facilities.
    Energy,
    /// Water.
    Water,
    /// Effective cost.
    Cost,
}

#[derive(Debug, Args)]
pub(crate) struct WhatIf {
    /// A manifest, a folder that holds `joulework.toml`, or a billing file or folder.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) span: Span,
    /// Change only rows of a dimension's value, such as `workload=shop` or `resource=*i-0abc*` (`*` and `?` match).
    #[arg(long = "only", value_name = "DIMENSION=GLOB")]
    pub(crate) only: Vec<String>,
    /// Give rows another value: instance-type, region-id, architecture or sku-meter. With OLD, only rows that have it.
    #[arg(long = "set", value_name = "COLUMN[:OLD]=NEW")]
    pub(crate) set: Vec<String>,
    /// Leave a share of a quantity: consumed-quantity, vcpu-hours, memory-hours or storage-hours; 0 removes. With METER
    /// (without the prefix of its region), only of rows that have it.
    #[arg(long = "share", value_name = "COLUMN[:METER]=SHARE")]
    pub(crate) share: Vec<String>,
    /// Run machines at some hours of some days alone, such as `mon-fri 8-20 Europe/Vienna`.
    #[arg(long, value_name = "DAYS HOURS [ZONE]", group = "rule")]
    pub(crate) schedule: Option<String>,
    /// Have as many machines as the demand needs at this share of use, 0 to 1.
    #[arg(long, value_name = "SHARE", group = "rule")]
    pub(crate) utilisation: Option<f64>,
    /// Hold the demand back by a token bucket, in vCPU and vCPU hours, such as `rate=4,burst=2,queue=8,wait=3600`
    /// (`wait` in seconds).
    #[arg(long, value_name = "NAME=NUMBER,…", group = "rule")]
    pub(crate) bucket: Option<String>,
    /// Changes as JSON, as `advise` writes them.
    #[arg(long, value_name = "FILE")]
    pub(crate) changes: Option<PathBuf>,
    /// Unit prices beside those of the bill: CSV with the columns meter, region, price and currency.
    #[arg(long, value_name = "FILE")]
    pub(crate) prices: Option<PathBuf>,
    /// Also compare by any of workload, account, region, service, usage-kind, resource, tag:KEY.
    #[arg(long, value_delimiter = ',', value_name = "DIMENSION")]
    pub(crate) by: Vec<String>,
    /// The quantity of the table by dimensions.
    #[arg(long, value_name = "QUANTITY", default_value = "carbon")]
    pub(crate) figure: String,
    /// The form to print.
    #[arg(long, value_enum, default_value_t = CompareFormat::Table)]
    pub(crate) format: CompareFormat,
    /// Where to write instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The receipt, as `report` and `estimate` write it. Its files are opened under the paths that it names.
    #[arg(value_name = "RECEIPT")]
    pub(crate) receipt: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A manifest, a folder that holds `joulework.toml`, or billing files and folders.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) span: Span,
    /// The quantity, such as carbon, facility-energy, embodied-carbon, water or vcpu-hours.
    #[arg(long, value_name = "QUANTITY", default_value = "carbon")]
    pub(crate) figure: String,
    /// Count only rows of a dimension's value, such as `service=AWS Lambda` or `tag:app=shop*` (`*` and `?` match).
    #[arg(long = "only", value_name = "DIMENSION=GLOB", conflicts_with_all = ["row", "per"])]
    pub(crate) only: Vec<String>,
    /// Count only rows of a resource (`*` and `?` match).
    #[arg(long, value_name = "ID", conflicts_with_all = ["row", "per"])]
    pub(crate) resource: Option<String>,
    /// One row of a billing file, counted from 1 without the header, such as `bill.csv:17`.
    #[arg(long, value_name = "FILE:ROW")]
    pub(crate) row: Option<String>,
    /// The figure per unit of work.
    #[arg(long, value_name = "UNIT", conflicts_with = "row")]
    pub(crate) per: Option<String>,
    /// Month of the figure per unit of work, such as 2025-12; without it the whole span.
    #[arg(long, value_name = "MONTH", requires = "per")]
    pub(crate) period: Option<String>,
    /// How many parts to show, the largest first.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) top: usize,
    /// The form to print.
    #[arg(long, value_enum, default_value_t = ExplainFormat::Words)]
    pub(crate) format: ExplainFormat,
    /// Where to write instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// A folder of billing files, or one file.
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub(crate) path: PathBuf,
    /// Where to write instead of `joulework.toml` in the folder; `-` for standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write over a manifest that is there.
    #[arg(long)]
    pub(crate) force: bool,
}

/// The forms of an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For people.
    Words,
    /// JSON, with its `schema-version`.
    Json,
}

/// Length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Hour.
    Hour,
    /// Day (UTC).
    Day,
    /// Calendar month (UTC).
    Month,
}

/// The forms of an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EstimateFormat {
    /// For people, fitted to the terminal.
    Table,
    /// Comma-separated values.
    Csv,
    /// JSON, with its `schema-version`.
    Json,
    /// Parquet.
    Parquet,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL", value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Folder for one page a command; without it, the page of the program goes to standard output.
    #[arg(long, short, value_name = "FOLDER")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Factors {
    /// List the rows of the factor tables.
    List(FactorsList),
    /// Show a row with its source and licence.
    Show(FactorsShow),
    /// Say what differs between the factors of two manifests or plugins.
    Diff(FactorsDiff),
}

#[derive(Debug, Args)]
pub(crate) struct FactorsList {
    /// A manifest, its folder, or a component file; without it, the first-party plugins.
    #[arg(value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,
    /// Only the tables of this plugin.
    #[arg(long, value_name = "ID")]
    pub(crate) plugin: Option<String>,
    /// Only this table.
    #[arg(long, value_name = "NAME")]
    pub(crate) table: Option<String>,
    /// The form to print.
    #[arg(long, value_enum, default_value_t = FactorsFormat::Table)]
    pub(crate) format: FactorsFormat,
}

#[derive(Debug, Args)]
pub(crate) struct FactorsShow {
    /// Id of the row, such as `ember-deu-2024-eu-central-1`.
    #[arg(value_name = "FACTOR")]
    pub(crate) id: String,
    /// A manifest, its folder, or a component file; without it, the first-party plugins.
    #[arg(long = "in", value_name = "PATH")]
    pub(crate) within: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct FactorsDiff {
    /// A manifest, its folder, or a component file.
    #[arg(value_name = "BEFORE")]
    pub(crate) before: PathBuf,
    /// Another one.
    #[arg(value_name = "AFTER")]
    pub(crate) after: PathBuf,
}

/// The forms of factor tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FactorsFormat {
    /// For people.
    Table,
    /// JSON, with its `schema-version`.
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Plugin {
    /// List the plugins that a run uses.
    List(PluginList),
    /// Show what a plugin reads, writes and stands on.
    Inspect(PluginInspect),
}

#[derive(Debug, Args)]
pub(crate) struct PluginList {
    /// A manifest or its folder; without it, the first-party plugins.
    #[arg(value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,
    /// The form to print.
    #[arg(long, value_enum, default_value_t = PluginFormat::Table)]
    pub(crate) format: PluginFormat,
}

#[derive(Debug, Args)]
pub(crate) struct PluginInspect {
    /// The id of a first-party plugin, or a component file.
    #[arg(value_name = "PLUGIN")]
    pub(crate) plugin: String,
    /// The form to print.
    #[arg(long, value_enum, default_value_t = PluginFormat::Table)]
    pub(crate) format: PluginFormat,
}

/// The forms of a plugin's description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PluginFormat {
    /// For people.
    Table,
    /// JSON, with its `schema-version`.
    Json,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Arguments::command().debug_assert();
    }
}
