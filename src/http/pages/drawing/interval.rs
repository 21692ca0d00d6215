//! Estimates side by side, a row each with its 80 % interval, on the levels of a progression.

use super::axis::Axis;
use super::svg::{Svg, wrap};
use super::trail::EIGHTY_PERCENT;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 240.0;
const RIGHT: f64 = 640.0;
const TOP: f64 = 26.0;
const ROW: f64 = 30.0;
/// Two labels closer than this many units would run into each other.
const LABEL_WIDTH: f64 = 34.0;

/// One estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct IntervalRow {
    /// Whose, or of what.
    pub name: String,
    /// Estimate, logits.
    pub theta: f64,
    /// Standard error, logits.
    pub standard_error: f64,
    /// The same in figures, for people: "482 ± 21".
    pub value: String,
}

/// What the plot shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IntervalChart {
    /// Lower cuts of the levels from the second on: logits, and the score that stands below it.
    pub cuts: Vec<(f64, String)>,
    /// The estimates, top first.
    pub rows: Vec<IntervalRow>,
    /// What they are compared with, logits: a line through all rows.
    pub reference: Option<f64>,
    /// The cut to reach, logits: a broken line.
    pub target: Option<f64>,
    /// What the plot is of: "Strands of Maya Alvarez".
    pub title: String,
}

impl IntervalChart {
    /// The plot in words.
    #[must_use]
    pub fn sentence(&self) -> String {
        let rows: Vec<String> = self.rows.iter().map(|row| format!("{} {}", row.name, row.value)).collect();
        format!("{}, each with its 80 % interval: {}.", self.title, rows.join("; "))
    }
}

/// The plot as SVG.
#[must_use]
pub fn interval_chart(chart: &IntervalChart) -> String {
    let bottom = TOP + ROW * chart.rows.len() as f64;
    let mut svg = Svg::open("intervals", (WIDTH, bottom + 28.0), &chart.sentence());
    let x = Axis::new(range(chart), (LEFT, RIGHT));
    stripes(&mut svg, chart, &x, bottom);
    for (line, class) in [(chart.reference, "reference-line"), (chart.target, "cut-line")] {
        if let Some(at) = line.map(|at| x.place(at)) {
            svg.line(class, (at, TOP), (at, bottom));
        }
    }
    for (index, row) in chart.rows.iter().enumerate() {
        let y = TOP + ROW * (index as f64 + 0.5);
        let half = EIGHTY_PERCENT * row.standard_error;
        let (low, high) = (x.place(row.theta - half), x.place(row.theta + half));
        svg.rectangle("evidence-band", (low, y - 6.0), (high - low, 12.0));
        svg.push("<g stroke-width=\"2\">");
        svg.circle("here", (x.place(row.theta), y), 6.0);
        svg.push("</g>");
        if let Some(name) = wrap(&row.name, 32, 1).first() {
            svg.text("row-name", (LEFT - 10.0, y + 4.0), (13.0, "end"), name);
        }
        svg.text("soft-text", (RIGHT + 12.0, y + 4.0), (13.0, "start"), &row.value);
    }
    svg.line("axis", (LEFT, bottom), (RIGHT, bottom));
    svg.close()
}

/// Every interval with a third of a logit of air, and the lines.
fn range(chart: &IntervalChart) -> (f64, f64) {
    let ends = chart.rows.iter().flat_map(|row| {
        let half = EIGHTY_PERCENT * row.standard_error + 0.35;
        [row.theta - half, row.theta + half]
    });
    let (low, high) = ends
        .chain(chart.reference)
        .chain(chart.target)
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if low > high { (-4.0, 4.0) } else { (low - 0.15, high + 0.15) }
}

/// The levels as stripes with their numbers above and the score of each cut below.
fn stripes(svg: &mut Svg, chart: &IntervalChart, x: &Axis, bottom: f64) {
    let starts = std::iter::once(LEFT).chain(chart.cuts.iter().map(|(cut, _)| x.place(*cut)));
    let ends = chart.cuts.iter().map(|(cut, _)| x.place(*cut)).chain(std::iter::once(RIGHT));
    for (index, (start, end)) in starts.zip(ends).enumerate() {
        if index % 2 == 0 {
            svg.rectangle("level-stripe", (start, TOP), (end - start, bottom - TOP));
        }
        if end - start >= LABEL_WIDTH / 2.0 {
            let number = if end - start >= 2.0 * LABEL_WIDTH {
                format!("Level {}", index + 1)
            } else {
                (index + 1).to_string()
            };
            svg.text("soft-text", (f64::midpoint(start, end), TOP - 9.0), (12.0, "middle"), &number);
        }
    }
    let mut labelled = f64::NEG_INFINITY;
    for (cut, score) in &chart.cuts {
        let at = x.place(*cut);
        if at > LEFT && at < RIGHT && at - labelled >= LABEL_WIDTH {
            svg.line("axis", (at, bottom), (at, bottom + 5.0));
            svg.text("soft-text", (at, bottom + 19.0), (12.0, "middle"), score);
            labelled = at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(theta: f64, standard_error: f64) -> IntervalRow {
        IntervalRow { name: "Parts & wholes".into(), theta, standard_error, value: "500 ± 50".into() }
    }

    #[test]
    fn the_bar_is_eighty_percent_of_the_estimate() {
        let chart = IntervalChart { rows: vec![row(0.0, 1.0)], title: "One".into(), ..Default::default() };
        let svg = interval_chart(&chart);
        // The range is ±(1.2816 + 0.35 + 0.15) logits on 400 units.
        let expected = 400.0 * EIGHTY_PERCENT / (EIGHTY_PERCENT + 0.5);
        assert!(
            svg.contains(&format!("width=\"{}\" height=\"12\"", super::super::svg::number(expected))),
            "{svg}"
        );
    }

    #[test]
    fn it_says_in_words_what_it_shows() {
        let chart = IntervalChart {
            rows: vec![row(0.0, 1.0), row(1.0, 0.5)],
            cuts: vec![(-1.0, "450".into()), (0.5, "525".into())],
            reference: Some(0.4),
            target: Some(0.5),
            title: "Strands of Ana".into(),
        };
        let svg = interval_chart(&chart);
        assert!(
            svg.contains("Strands of Ana, each with its 80 % interval: Parts &amp; wholes 500 ± 50; Parts")
        );
        assert!(svg.contains("cut-line") && svg.contains("reference-line") && svg.contains(">525</text>"));
    }

    #[test]
    fn nothing_draws_only_the_levels() {
        let svg = interval_chart(&IntervalChart { cuts: vec![(0.0, "500".into())], ..Default::default() });
        assert!(svg.contains("level-stripe") && !svg.contains("evidence-band"));
    }
}
