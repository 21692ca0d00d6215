//! Curves of an item over ability: the probability of each score, with what was observed, and its information.

use super::axis::Frame;
use super::svg::Svg;

const WIDTH: f64 = 520.0;
const HEIGHT: f64 = 300.0;
const EDGES: (f64, f64, f64, f64) = (52.0, 28.0, 508.0, 246.0);
const SAMPLES: u32 = 120;
const LINES: [&str; 4] = ["curve", "curve second", "curve third", "curve fourth"];

/// One line: a value for every sampled ability.
#[derive(Debug, Clone, PartialEq)]
pub struct CategoryCurve {
    /// What the line is, e.g. "score 1".
    pub name: String,
    /// Ability and value, in order of ability.
    pub points: Vec<(f64, f64)>,
}

impl CategoryCurve {
    /// Samples `value` evenly over `range`.
    pub fn sample(name: &str, range: (f64, f64), mut value: impl FnMut(f64) -> f64) -> Self {
        let (low, high) = range;
        Self {
            name: name.to_owned(),
            points: (0..=SAMPLES)
                .map(|step| low + (high - low) * f64::from(step) / f64::from(SAMPLES))
                .map(|theta| (theta, value(theta)))
                .collect(),
        }
    }
}

/// The proportion of examinees near an ability who got the score, with their number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ObservedProportion {
    /// Mean ability of the group.
    pub theta: f64,
    /// Proportion observed.
    pub proportion: f64,
    /// How many examinees.
    pub count: u32,
}

/// What a chart of curves shows.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveChart {
    /// Abilities shown, in logits.
    pub range: (f64, f64),
    /// The lines; at most four are told apart.
    pub curves: Vec<CategoryCurve>,
    /// Observed proportions for the first line.
    pub observed: Vec<ObservedProportion>,
    /// The same in words.
    pub sentence: String,
}

/// Probabilities from 0 to 1 over ability. Each observed proportion carries ± one binomial standard error,
/// √(p(1 − p)/n).
#[must_use]
pub fn response_chart(chart: &CurveChart) -> String {
    let frame = Frame::new(EDGES, chart.range, (0.0, 1.0));
    let mut svg = Svg::open("curves", (WIDTH, HEIGHT), &chart.sentence);
    frame.draw(&mut svg, "Ability (logits)", "Probability");
    lines(&mut svg, &frame, chart);
    for group in chart.observed.iter().filter(|group| group.count > 0) {
        let p = group.proportion;
        let error = (p * (1.0 - p) / f64::from(group.count)).sqrt();
        let (low, high) = (frame.point(group.theta, p - error), frame.point(group.theta, p + error));
        svg.line("error-bar", low, high);
        svg.circle("observed", frame.point(group.theta, p), 4.0);
    }
    svg.close()
}

/// Information (per squared logit) over ability, the first line filled.
#[must_use]
pub fn information_chart(chart: &CurveChart) -> String {
    let values = chart.curves.iter().flat_map(|curve| &curve.points);
    let highest = values.fold(0.0_f64, |highest, (_, value)| highest.max(*value));
    let frame = Frame::new(EDGES, chart.range, (0.0, if highest > 0.0 { highest * 1.1 } else { 1.0 }));
    let mut svg = Svg::open("curves", (WIDTH, HEIGHT), &chart.sentence);
    frame.draw(&mut svg, "Ability (logits)", "Information (per logit²)");
    if let Some(curve) = chart.curves.first() {
        let mut area = vec![frame.point(chart.range.0, 0.0)];
        area.extend(curve.points.iter().map(|(theta, value)| frame.point(*theta, *value)));
        area.push(frame.point(chart.range.1, 0.0));
        svg.polygon("curve-area", &area);
    }
    lines(&mut svg, &frame, chart);
    svg.close()
}

fn lines(svg: &mut Svg, frame: &Frame, chart: &CurveChart) {
    for (index, curve) in chart.curves.iter().enumerate() {
        let points: Vec<(f64, f64)> =
            curve.points.iter().map(|(theta, value)| frame.point(*theta, *value)).collect();
        svg.polyline(LINES[index % LINES.len()], &points, 2.5);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logistic() -> CurveChart {
        CurveChart {
            range: (-4.0, 4.0),
            curves: vec![CategoryCurve::sample("correct", (-4.0, 4.0), |theta| 1.0 / (1.0 + (-theta).exp()))],
            observed: vec![ObservedProportion { theta: 0.0, proportion: 0.5, count: 25 }],
            sentence: "Probability of a correct answer rises with ability.".into(),
        }
    }

    #[test]
    fn the_curve_passes_through_the_middle_of_the_frame() {
        let svg = response_chart(&logistic());
        assert!(svg.contains("280,137"), "P(0) = 0.5 stands in the middle: {svg}");
        assert!(svg.contains("aria-label=\"Probability of a correct answer"));
    }

    #[test]
    fn an_observed_proportion_carries_one_binomial_standard_error() {
        // √(0.5 · 0.5 / 25) = 0.1, a tenth of the frame's 218 units above and below 137.
        let svg = response_chart(&logistic());
        assert!(svg.contains(r#"y1="158.8" x2="280" y2="115.2""#), "{svg}");
    }

    #[test]
    fn information_of_nothing_still_draws() {
        let mut chart = logistic();
        chart.curves.clear();
        assert!(information_chart(&chart).ends_with("</svg>"));
    }
}
