//! The Wright map: where examinees and items stand on one scale.

use super::Evidence;
use super::svg::Chart;

const BINS: usize = 24;

/// Examinees to the left, item locations to the right, ability upwards.
pub(super) fn wright_map(evidence: &Evidence<'_>) -> String {
    let (low, high) = (-4.0, 4.0);
    let width = (high - low) / BINS as f64;
    let bin = |theta: f64| (((theta - low) / width).floor().max(0.0) as usize).min(BINS - 1);
    let mut examinees = [0.0_f64; BINS];
    for score in evidence.scores.iter().filter(|score| score.answered > 0) {
        examinees[bin(score.theta)] += 1.0;
    }
    let mut items = [0.0_f64; BINS];
    for (item, parameters) in evidence.calibration.items.iter().zip(&evidence.parameters) {
        if item.problem.is_none() && parameters.a.len() == 1 {
            for location in &parameters.b {
                items[bin(location.value)] += 1.0;
            }
        }
    }
    let most = |counts: &[f64]| counts.iter().fold(1.0_f64, |a, &b| a.max(b));
    let (people, locations) = (most(&examinees), most(&items));
    let title = "Wright map: examinees to the left, item locations to the right, ability in logits upwards";
    let mut chart = Chart::new(title, (460.0, 420.0), (-1.0, 1.0), (low, high));
    for index in 0..BINS {
        let bottom = low + index as f64 * width;
        chart.bar("people", (0.0, bottom), (-examinees[index] / people, bottom + 0.9 * width));
        chart.bar("items", (0.0, bottom), (items[index] / locations, bottom + 0.9 * width));
    }
    chart.line("axis", &[(0.0, low), (0.0, high)]);
    chart.axes(&[], &[-4.0, -2.0, 0.0, 2.0, 4.0]);
    chart.finish()
}
