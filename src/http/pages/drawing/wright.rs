//! The Wright map: items and students on the same continuum, with the levels of the trail between them.

use super::axis::{Axis, short};
use super::svg::{Svg, wrap};
use super::trail::TrailLevel;

const WIDTH: f64 = 900.0;
const TOP: f64 = 36.0;
const BOTTOM: f64 = 556.0;
const HEIGHT: f64 = 580.0;
const ITEMS: f64 = 330.0;
const STUDENTS: f64 = 570.0;
const BAR: f64 = 280.0;

/// One bin of ability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WrightRow {
    /// Lower end, logits.
    pub low: f64,
    /// Upper end, logits.
    pub high: f64,
    /// Items whose difficulty lies in it.
    pub items: u32,
    /// Students whose estimate lies in it.
    pub students: u32,
}

/// What the map shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WrightChart {
    /// Bins, lowest first.
    pub rows: Vec<WrightRow>,
    /// Levels, lowest first.
    pub levels: Vec<TrailLevel>,
    /// The same in words.
    pub sentence: String,
}

/// The map as SVG: items to the left, the trail in the middle, students to the right.
#[must_use]
pub fn wright_chart(chart: &WrightChart) -> String {
    let mut svg = Svg::open("wright", (WIDTH, HEIGHT), &chart.sentence);
    let low = chart.rows.first().map_or(-4.0, |row| row.low);
    let high = chart.rows.last().map_or(4.0, |row| row.high);
    let y = Axis::new((low, high), (BOTTOM, TOP));
    svg.text("", (ITEMS, 20.0), (14.0, "end"), "Items");
    svg.text("", (STUDENTS, 20.0), (14.0, "start"), "Students");
    levels(&mut svg, chart, &y);
    let most = |count: fn(&WrightRow) -> u32| chart.rows.iter().map(count).max().unwrap_or(0).max(1);
    let (most_items, most_students) = (most(|row| row.items), most(|row| row.students));
    for row in &chart.rows {
        let (top, bottom) = (y.place(row.high) + 1.0, y.place(row.low) - 1.0);
        let height = bottom - top;
        let items = BAR * f64::from(row.items) / f64::from(most_items);
        let students = BAR * f64::from(row.students) / f64::from(most_students);
        svg.rectangle("bar-items", (ITEMS - items, top), (items, height));
        svg.rectangle("bar-students", (STUDENTS, top), (students, height));
        let middle = f64::midpoint(top, bottom) + 4.0;
        if row.items > 0 && height >= 11.0 {
            svg.text("soft-text", (ITEMS - items - 5.0, middle), (11.0, "end"), &row.items.to_string());
        }
        if row.students > 0 && height >= 11.0 {
            let at = (STUDENTS + students + 5.0, middle);
            svg.text("soft-text", at, (11.0, "start"), &row.students.to_string());
        }
    }
    for tick in y.ticks(8) {
        svg.text("soft-text", (ITEMS + 8.0, y.place(tick) + 4.0), (11.0, "start"), &short(tick));
    }
    svg.line("axis", (ITEMS, TOP), (ITEMS, BOTTOM));
    svg.line("axis", (STUDENTS, TOP), (STUDENTS, BOTTOM));
    svg.close()
}

fn levels(svg: &mut Svg, chart: &WrightChart, y: &Axis) {
    let path = 384.0;
    svg.polyline("trail-path", &[(path, TOP), (path, BOTTOM)], 5.0);
    for (index, level) in chart.levels.iter().enumerate() {
        let at = level.cut.map_or(BOTTOM, |cut| y.place(cut));
        let above = chart.levels.get(index + 1).and_then(|above| above.cut);
        let room = at - above.map_or(TOP, |cut| y.place(cut));
        if level.cut.is_some() {
            svg.line("grid", (ITEMS, at), (STUDENTS, at));
        }
        svg.push("<g stroke-width=\"2\">");
        svg.circle("waymark reached", (path, at), 9.0);
        svg.push("</g>");
        let number = (index + 1).to_string();
        svg.text("waymark-number reached", (path, at + 4.0), (11.0, "middle"), &number);
        let lines = if room >= 30.0 { 2 } else { 1 };
        for (line, words) in wrap(&level.name, 25, lines).iter().enumerate() {
            let baseline =
                at - 4.0 - 13.0 * (lines.min(wrap(&level.name, 25, lines).len()) - 1 - line) as f64;
            svg.text("waymark-name", (path + 14.0, baseline), (11.5, "start"), words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_bar_fills_its_side_and_counts_stand_beside_bars() {
        let row = |low: f64, items, students| WrightRow { low, high: low + 1.0, items, students };
        let svg = wright_chart(&WrightChart {
            rows: vec![row(-1.0, 5, 1), row(0.0, 10, 4)],
            levels: vec![TrailLevel { name: "one".into(), cut: None }],
            sentence: "map".into(),
        });
        assert!(svg.contains(r#"class="bar-items" x="50" y="37" width="280""#), "{svg}");
        assert!(svg.contains(r#"class="bar-items" x="190""#) && svg.contains(r#"width="70""#), "{svg}");
        assert!(svg.contains(">10</text>") && svg.contains(">4</text>"));
    }

    #[test]
    fn an_empty_map_draws() {
        assert!(wright_chart(&WrightChart::default()).ends_with("</svg>"));
    }
}
