//! Writes the bills and work series of `examples/serverless-shop`, and large bills for benchmarks.
//!
//! Everything is invented and seeded: the same arguments write the same bytes.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

use shop_generator::table::Failure;
use shop_generator::{
    FIRST_WEEKDAY, YEAR, calendar, cur2, demand, fleet, focus, large, products, table, work, year as shop,
};

/// Writes seeded example bills.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The seed; another one gives other noise, not another story.
    #[arg(long, default_value_t = 2025, global = true)]
    seed: u64,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// A year of the shop: FOCUS 1.2 as Parquet, CUR 2.0 as CSV.gz, orders and requests, and its back office.
    Year {
        /// Folder that takes `focus/`, `cur2/`, `work/` and `fleet/`.
        folder: PathBuf,
    },
    /// The back office alone: a bill with a flawed fleet, its metrics and logs, and the truth about it.
    Fleet {
        /// Folder that takes the files.
        folder: PathBuf,
    },
    /// One large FOCUS 1.2 file (`.parquet`, `.csv` or `.csv.gz`).
    Large {
        /// Lines to write.
        #[arg(long)]
        rows: u64,
        /// The file.
        file: PathBuf,
    },
}

fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    match arguments.command {
        Command::Year { folder } => year(arguments.seed, &folder),
        Command::Fleet { folder } => fleet::write(&folder, arguments.seed),
        Command::Large { rows, file } => {
            let mut sink = table::create(&file, focus::COLUMNS)?;
            let month = calendar::months(YEAR)[2];
            large::write(sink.as_mut(), &products::all(), arguments.seed, month, rows)?;
            sink.finish()
        }
    }
}

fn year(seed: u64, folder: &Path) -> Result<(), Failure> {
    for part in ["focus", "cur2", "work"] {
        fs::create_dir_all(folder.join(part))?;
    }
    let months = calendar::months(YEAR);
    let days: i64 = months.iter().map(|month| month.days()).sum();
    let hours = demand::hours(seed, months[0].start_ms, FIRST_WEEKDAY, days as usize);
    let products = products::all();
    let mut bill = shop::Bill::new(&products, seed);
    let mut rest = hours.as_slice();
    for month in months {
        let (now, later) = rest.split_at(month.days() as usize * 24);
        rest = later;
        let name = format!("{YEAR}-{:02}", month.number);
        let mut focus = table::create(&folder.join("focus").join(format!("{name}.parquet")), focus::COLUMNS)?;
        let mut cur = table::create(&folder.join("cur2").join(format!("{name}.csv.gz")), cur2::COLUMNS)?;
        for row in bill.month(month, now) {
            focus.push(&row)?;
            for line in cur2::lines(&row) {
                cur.push(&line)?;
            }
        }
        focus.finish()?;
        cur.finish()?;
    }
    work::orders(&folder.join("work/orders.csv"), &hours)?;
    work::requests(&folder.join("work/requests.parquet"), &hours)?;
    fleet::write(&folder.join("fleet"), seed)
}
