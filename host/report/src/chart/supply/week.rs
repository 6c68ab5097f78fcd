//! How much of the supply was used by day and hour of the week.

use super::{SUPPLY, share};
use crate::chart::axis::LINE;
use crate::chart::canvas::{Anchor, Canvas, Label, draw, text_width};
use crate::chart::palette::Paint;
use crate::chart::{Chart, Table};
use crate::error::ReportError;
use crate::format::{percent, rounded};
use crate::model::SupplyCapacity;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// Where a cell is dark enough for light text.
const DARK: f64 = 0.6;
/// The paintings of the scale under the map.
const SCALE: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

pub(super) fn chart(of: &SupplyCapacity) -> Result<Chart, ReportError> {
    let title = format!("{}: share of the supply that is used, by hour of the week (UTC)", of.name);
    Chart::new(&format!("supply-{}-by-week", of.id), &title, &description(of), table(of), |label, width| {
        draw_at(of, label, width)
    })
}

fn used(of: &SupplyCapacity, day: usize, hour: usize) -> Option<f64> {
    let wanted =
        |cell: &&crate::model::WeekHour| usize::from(cell.day) == day && usize::from(cell.hour) == hour;
    of.by_week.iter().find(wanted)?.utilisation
}

fn draw_at(of: &SupplyCapacity, label: Label<'_>, width: i32) -> Result<String, ReportError> {
    let left = text_width("Wed") + 12;
    let pitch = (width - left - 4) / 24;
    let height = if width > 600 { 24 } else { 18 };
    let bottom = 7 * height;
    draw(label, (width, bottom + 3 * LINE + 12), |canvas| {
        for (row, (day, name)) in (0..).zip(DAYS.iter().enumerate()) {
            canvas.text((left - 8, row * height + height / 2), name, Paint::Muted, Anchor::End)?;
            for (column, hour) in (0..24).zip(0..) {
                let corner = (left + column * pitch, row * height);
                cell(canvas, corner, (pitch, height), used(of, day, hour))?;
            }
        }
        for hour in [0, 6, 12, 18] {
            let x = left + hour * pitch + pitch / 2;
            canvas.text((x, bottom + LINE / 2 + 2), &format!("{hour:02}"), Paint::Muted, Anchor::Middle)?;
        }
        let y = bottom + LINE + 10;
        for (place, share) in (0..).zip(SCALE) {
            let corner = (left + place * 44, y);
            cell(canvas, corner, (40, LINE), Some(share))?;
            canvas.text(
                (corner.0 + 20, y + LINE + LINE / 2),
                &percent(share),
                Paint::Muted,
                Anchor::Middle,
            )?;
        }
        Ok(())
    })
}

/// A cell: the more of the supply is used, the darker.
fn cell(
    canvas: &Canvas<'_>,
    (x, y): (i32, i32),
    (width, height): (i32, i32),
    used: Option<f64>,
) -> Result<(), ReportError> {
    let Some(used) = used else {
        return canvas.rect((x, y), (x + width - 2, y + height - 2), Paint::Grid, 0.35);
    };
    let shade = used.clamp(0.0, 1.0);
    canvas.rect((x, y), (x + width - 2, y + height - 2), SUPPLY, 0.06 + 0.94 * shade)?;
    let text = rounded(used * 100.0, 0);
    if text_width(&text) + 4 > width || width == 40 {
        return Ok(());
    }
    let paint = if shade > DARK { Paint::Page } else { Paint::Ink };
    canvas.text((x + (width - 2) / 2, y + (height - 2) / 2), &text, paint, Anchor::Middle)
}

fn description(of: &SupplyCapacity) -> String {
    let known = || of.by_week.iter().filter_map(|cell| Some((cell, cell.utilisation?)));
    let name = |cell: &crate::model::WeekHour| {
        format!("{} {:02}:00", DAYS.get(usize::from(cell.day)).unwrap_or(&""), cell.hour)
    };
    let most = known().reduce(|one, two| if two.1 > one.1 { two } else { one });
    let least = known().reduce(|one, two| if two.1 < one.1 { two } else { one });
    let (Some((most, high)), Some((least, low))) = (most, least) else { return String::new() };
    format!(
        "A map of seven days by 24 hours in percent. Most is used on {} ({}), least on {} ({}). \
         The table after the chart has all figures.",
        name(most),
        percent(high),
        name(least),
        percent(low)
    )
}

fn table(of: &SupplyCapacity) -> Table {
    let header = std::iter::once("Hour".to_owned()).chain(DAYS.map(str::to_owned)).collect();
    let rows = (0..24).map(|hour| {
        let cells = (0..7).map(|day| share(used(of, day, hour)));
        std::iter::once(format!("{hour:02}:00")).chain(cells).collect()
    });
    Table { header, rows: rows.collect() }
}
