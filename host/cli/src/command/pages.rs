//! `joulework completions` and `joulework man`: made from the one definition of the command line.

use clap::CommandFactory;

use super::Failure;
use crate::arguments::{Arguments, Completions, Man};
use crate::printer::{self, Printer};

/// Does `joulework completions`.
pub(crate) fn completions(arguments: &Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "joulework", &mut script);
    Ok(printer::data(&script)?)
}

/// Does `joulework man`.
pub(crate) fn man(arguments: &Man, printer: &Printer) -> Result<(), Failure> {
    let Some(folder) = &arguments.output else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Arguments::command()).render(&mut page)?;
        return Ok(printer::data(&page)?);
    };
    let refused = |source| Failure::Write { path: folder.clone(), source };
    std::fs::create_dir_all(folder).map_err(refused)?;
    clap_mangen::generate_to(Arguments::command(), folder).map_err(refused)?;
    printer.say(&format!("wrote the pages to {}", folder.display()));
    Ok(())
}
