//! Observed proportions against the model's curve, for residual plots.

use crate::estimation::Calibration;

/// What examinees of one stretch of ability scored, and what the model expects of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResidualPoint {
    /// Mean ability of the stretch, in logits.
    pub theta: f64,
    /// Expected number of examinees in it.
    pub examinees: f64,
    /// Their mean score.
    pub observed: f64,
    /// The model's mean score there.
    pub expected: f64,
    /// (observed − expected) over the standard error of the mean.
    pub standardised: f64,
}

/// Points of one item, abilities cut into `points` stretches with equal expected numbers of examinees. Examinees are
/// spread over the nodes by their posterior, so the points are a little too close to the curve on short tests.
pub fn residual_curve(
    calibration: &Calibration,
    counts: &[f64],
    item: usize,
    points: usize,
) -> Vec<ResidualPoint> {
    let nodes = calibration.grid.nodes();
    let parameters = &calibration.items[item].parameters;
    let at = |node: usize| -> (f64, f64) {
        let by_category = counts.chunks_exact(nodes.len()).map(|category| category[node]);
        by_category
            .enumerate()
            .fold((0.0, 0.0), |(n, sum), (score, count)| (n + count, sum + score as f64 * count))
    };
    let total: f64 = counts.iter().sum();
    let share = total / points.max(1) as f64;
    let mut curve = Vec::new();
    let mut sums = Sums::default();
    for (node, &theta) in nodes.iter().enumerate() {
        let (count, score) = at(node);
        let moments = crate::score_moments::ScoreMoments::at(parameters, theta);
        sums.count += count;
        sums.theta += count * theta;
        sums.score += score;
        sums.expected += count * moments.mean;
        sums.variance += count * moments.variance;
        if sums.count >= share || node + 1 == nodes.len() {
            curve.extend(std::mem::take(&mut sums).point());
        }
    }
    curve
}

#[derive(Default)]
struct Sums {
    count: f64,
    theta: f64,
    score: f64,
    expected: f64,
    variance: f64,
}

impl Sums {
    fn point(self) -> Option<ResidualPoint> {
        let Self { count, theta, score, expected, variance } = self;
        (count > 1e-6 && variance > 0.0).then(|| ResidualPoint {
            theta: theta / count,
            examinees: count,
            observed: score / count,
            expected: expected / count,
            standardised: (score - expected) / variance.sqrt(),
        })
    }
}
