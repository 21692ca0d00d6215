//! Evidence over time: each attempt's estimate with its 80 % interval, the levels as stripes, the target's cut.

use super::axis::{Axis, short};
use super::svg::Svg;
use super::trail::{EIGHTY_PERCENT, TrailLevel};

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 240.0;
const RIGHT: f64 = 736.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 276.0;
/// Two dates closer than this many units would run into each other.
const DATE_WIDTH: f64 = 70.0;

/// One attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidencePoint {
    /// When it finished, in milliseconds.
    pub at_ms: i64,
    /// The date in the school's time zone.
    pub date: String,
    /// What stands beside it, usually the attempt's number.
    pub label: String,
    /// Estimate, logits.
    pub theta: f64,
    /// Standard error, logits.
    pub standard_error: f64,
    /// Whether it is the attempt that counts.
    pub counts: bool,
}

/// What the plot shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EvidenceChart {
    /// Levels, lowest first.
    pub levels: Vec<TrailLevel>,
    /// Attempts in order of time.
    pub points: Vec<EvidencePoint>,
    /// Index of the level to be validated.
    pub target: Option<usize>,
    /// The same in words.
    pub sentence: String,
}

/// The plot as SVG.
#[must_use]
pub fn evidence_chart(chart: &EvidenceChart) -> String {
    let mut svg = Svg::open("evidence", (WIDTH, HEIGHT), &chart.sentence);
    let y = Axis::new(range(chart), (BOTTOM, TOP));
    stripes(&mut svg, chart, &y);
    let first = chart.points.first().map_or(0, |point| point.at_ms);
    let last = chart.points.last().map_or(1, |point| point.at_ms);
    let margin = ((last - first) / 12).max(3_600_000);
    let x = Axis::new(((first - margin) as f64, (last + margin) as f64), (LEFT, RIGHT));
    let path: Vec<(f64, f64)> =
        chart.points.iter().map(|point| (x.place(point.at_ms as f64), y.place(point.theta))).collect();
    svg.polyline("error-bar", &path, 1.5);
    let mut dated = f64::NEG_INFINITY;
    for point in &chart.points {
        let at = x.place(point.at_ms as f64);
        let half = EIGHTY_PERCENT * point.standard_error;
        let (low, high) = (y.place(point.theta - half), y.place(point.theta + half));
        svg.rectangle("evidence-band", (at - 7.0, high), (14.0, low - high));
        let class = if point.counts { "earlier counts" } else { "earlier" };
        svg.push("<g stroke-width=\"2\">");
        svg.circle(class, (at, y.place(point.theta)), 9.0);
        svg.push("</g>");
        let text = if point.counts { "attempt-number counts" } else { "attempt-number" };
        svg.text(text, (at, y.place(point.theta) + 4.0), (11.0, "middle"), &point.label);
        if at - dated > DATE_WIDTH {
            svg.text("soft-text", (at, BOTTOM + 20.0), (12.0, "middle"), &point.date);
            dated = at;
        }
    }
    svg.line("axis", (LEFT, BOTTOM), (RIGHT, BOTTOM));
    svg.close()
}

/// Every cut, every interval, and half a logit of air.
fn range(chart: &EvidenceChart) -> (f64, f64) {
    let cuts = chart.levels.iter().filter_map(|level| level.cut);
    let ends = chart.points.iter().flat_map(|point| {
        let half = EIGHTY_PERCENT * point.standard_error;
        [point.theta - half, point.theta + half]
    });
    let (low, high) = cuts
        .chain(ends)
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if low > high { (-4.0, 4.0) } else { (low - 0.5, high + 0.5) }
}

fn stripes(svg: &mut Svg, chart: &EvidenceChart, y: &Axis) {
    for (index, level) in chart.levels.iter().enumerate() {
        let bottom = level.cut.map_or(BOTTOM, |cut| y.place(cut));
        let top = chart.levels.get(index + 1).and_then(|above| above.cut).map_or(TOP, |cut| y.place(cut));
        if index % 2 == 0 {
            svg.rectangle("level-stripe", (LEFT, top), (RIGHT - LEFT, bottom - top));
        }
        let middle = f64::midpoint(bottom, top) + 4.0;
        let name = super::svg::wrap(&format!("{} {}", index + 1, level.name), 34, 1);
        if let (true, Some(words)) = (bottom - top >= 12.0, name.first()) {
            svg.text("soft-text", (LEFT - 8.0, middle), (12.0, "end"), words);
        }
    }
    let cut = chart.target.and_then(|target| chart.levels.get(target)).and_then(|level| level.cut);
    if let Some(cut) = cut {
        let at = y.place(cut);
        svg.line("cut-line", (LEFT, at), (RIGHT, at));
        let words = format!("target {}", short((cut * 100.0).round() / 100.0));
        svg.text("soft-text", (RIGHT, at - 5.0), (12.0, "end"), &words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_band_is_eighty_percent_of_the_estimate() {
        let chart = EvidenceChart {
            levels: vec![
                TrailLevel { name: "one".into(), cut: None },
                TrailLevel { name: "two".into(), cut: Some(0.0) },
            ],
            points: vec![EvidencePoint {
                at_ms: 1_000_000_000,
                date: "3 Nov".into(),
                label: "1".into(),
                theta: 0.0,
                standard_error: 1.0,
                counts: true,
            }],
            target: Some(1),
            sentence: "One attempt".into(),
        };
        let svg = evidence_chart(&chart);
        // The range is ±1.2816 ± 0.5 = 3.563 logits on 260 units; the band is 2.563 of them.
        let expected = 260.0 * 2.0 * EIGHTY_PERCENT / (2.0 * EIGHTY_PERCENT + 1.0);
        assert!(svg.contains(&format!("height=\"{}\"", super::super::svg::number(expected))), "{svg}");
        assert!(svg.contains("cut-line") && svg.contains("earlier counts"));
    }

    #[test]
    fn no_evidence_draws_only_the_levels() {
        assert!(!evidence_chart(&EvidenceChart::default()).contains("evidence-band"));
    }
}
