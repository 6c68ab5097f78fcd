//! The commands. Each asks the library and prints; none computes a figure.

mod advise;
#[cfg(feature = "aws")]
mod aws;
mod compare;
mod estimate;
mod explain;
mod factors;
mod init;
mod load;
mod pages;
mod plugin;
mod progress;
mod receipt;
mod report;
mod roll_up_table;
mod what_if;

#[cfg(feature = "aws")]
use crate::arguments::aws::{Aws, Collect, Publish};
use crate::arguments::{Arguments, Command, Plugin};
use crate::outcome::Outcome;
use crate::printer::Printer;

pub(crate) use crate::failure::Failure;

/// Does what the command line asks for.
pub(crate) fn run(arguments: &Arguments, printer: &Printer) -> Result<Outcome, Failure> {
    match &arguments.command {
        Command::Report(report) => report::run(report, &arguments.common, printer)?,
        Command::Estimate(estimate) => estimate::run(estimate, &arguments.common, printer)?,
        Command::Explain(explain) => explain::run(explain, &arguments.common, printer)?,
        Command::Compare(compare) => compare::run(compare, &arguments.common, printer)?,
        Command::Advise(advise) => advise::run(advise, &arguments.common, printer)?,
        Command::WhatIf(what_if) => what_if::run(what_if, &arguments.common, printer)?,
        Command::Init(init) => init::run(init, &arguments.common, printer)?,
        Command::Verify(verify) => return receipt::run(verify, &arguments.common, printer),
        #[cfg(feature = "aws")]
        Command::Collect(Collect::Aws(collect)) => return aws::run(collect, &arguments.common, printer),
        #[cfg(feature = "aws")]
        Command::Publish(Publish::Cloudwatch(publish)) => {
            aws::publish(publish, &arguments.common, printer)?;
        }
        #[cfg(feature = "aws")]
        Command::Aws(Aws::Policy(policy)) => aws::print_policy(policy)?,
        Command::Factors(factors) => factors::run(factors, &arguments.common, printer)?,
        Command::Completions(completions) => pages::completions(completions)?,
        Command::Man(man) => pages::man(man, printer)?,
        Command::Plugin(Plugin::List(list)) => plugin::list(list, printer)?,
        Command::Plugin(Plugin::Inspect(inspect)) => plugin::inspect(inspect, printer)?,
    }
    Ok(Outcome::Done)
}

/// Width of the terminal on standard output; none in a pipe, where nothing is cut.
fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0))
}
