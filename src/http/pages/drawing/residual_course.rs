//! How the residuals of an item run: their rolling mean between the limits that chance alone keeps to.

use super::axis::Frame;
use super::svg::Svg;

const WIDTH: f64 = 520.0;
const HEIGHT: f64 = 260.0;
const EDGES: (f64, f64, f64, f64) = (52.0, 28.0, 508.0, 206.0);
/// The least that the axis of means shows either way, in standard deviations.
const REACH_MIN: f64 = 0.5;

/// A rolling mean after so many answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoursePoint {
    /// Answers so far.
    pub answers: f64,
    /// Mean of the last of them, standard deviations.
    pub mean: f64,
    /// Where chance alone keeps it, either way.
    pub limit: f64,
}

/// What a chart of residuals shows.
#[derive(Debug, Clone, PartialEq)]
pub struct ResidualCourse {
    /// The means, in order.
    pub points: Vec<CoursePoint>,
    /// The answer at which an alarm was raised.
    pub alarm: Option<f64>,
    /// The same in words.
    pub sentence: String,
}

/// The chart.
#[must_use]
pub fn residual_chart(course: &ResidualCourse) -> String {
    let reach =
        course.points.iter().fold(REACH_MIN, |reach, point| reach.max(point.mean.abs()).max(point.limit));
    let first = course.points.first().map_or(0.0, |point| point.answers);
    let last = course.points.last().map_or(1.0, |point| point.answers).max(first + 1.0);
    let frame = Frame::new(EDGES, (first, last), (-1.1 * reach, 1.1 * reach));
    let mut svg = Svg::open("curves", (WIDTH, HEIGHT), &course.sentence);
    frame.draw(&mut svg, "Answers", "Mean residual");
    svg.line("axis", frame.point(first, 0.0), frame.point(last, 0.0));
    let line = |value: &dyn Fn(&CoursePoint) -> f64| -> Vec<(f64, f64)> {
        course.points.iter().map(|point| frame.point(point.answers, value(point))).collect()
    };
    svg.polyline("cut-line", &line(&|point| point.limit), 1.5);
    svg.polyline("cut-line", &line(&|point| -point.limit), 1.5);
    if let Some(answer) = course.alarm.filter(|answer| (first..=last).contains(answer)) {
        svg.line("leader", frame.point(answer, -1.1 * reach), frame.point(answer, 1.1 * reach));
    }
    svg.polyline("curve", &line(&|point| point.mean), 2.5);
    svg.close()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_of_zero_runs_in_the_middle_and_an_alarm_stands_at_its_answer() {
        let point = |answers| CoursePoint { answers, mean: 0.0, limit: 0.3 };
        let course = ResidualCourse {
            points: vec![point(100.0), point(200.0), point(300.0)],
            alarm: Some(200.0),
            sentence: "Nothing moved.".to_owned(),
        };
        let svg = residual_chart(&course);
        assert!(svg.contains("points=\"52,117 280,117 508,117\""), "{svg}");
        assert!(svg.contains("class=\"leader\" x1=\"280\""), "{svg}");
        assert!(svg.contains("aria-label=\"Nothing moved.\""));
        let nothing = ResidualCourse { points: Vec::new(), alarm: Some(5.0), sentence: String::new() };
        assert!(residual_chart(&nothing).ends_with("</svg>"));
    }
}
