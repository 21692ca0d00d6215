//! Curves: convergence, test information, and every item with observed scores beside its expected score.

use super::Evidence;
use super::svg::{Chart, marks};

const THETAS: [f64; 5] = [-4.0, -2.0, 0.0, 2.0, 4.0];
/// Width of the intervals of ability whose mean score is shown beside the curve, in logits.
const BIN_WIDTH: f64 = 0.5;
/// Fewest answers a shown mean rests on.
const ANSWERS_MIN: f64 = 10.0;

fn thetas() -> impl Iterator<Item = f64> {
    (0..=64).map(|k| -4.0 + f64::from(k) / 8.0)
}

/// How far below its end the log-posterior was, cycle by cycle, in powers of ten.
pub(super) fn convergence(evidence: &Evidence<'_>) -> String {
    let history = &evidence.calibration.history;
    let end = history.last().map_or(0.0, |cycle| cycle.log_posterior);
    let height = |value: f64| (end - value).max(1e-9).log10();
    let points: Vec<(f64, f64)> =
        history.iter().map(|cycle| (f64::from(cycle.passes), height(cycle.log_posterior))).collect();
    let first = points.first().map_or(0.0, |point| point.0);
    let last = points.last().map_or(1.0, |point| point.0);
    let highest = points.iter().fold(0.0_f64, |a, point| a.max(point.1)).ceil();
    let title = "Convergence: distance of the log-posterior from its end, in powers of ten, by pass over the responses";
    let mut chart = Chart::new(title, (460.0, 240.0), (first, last), (-9.0, highest));
    chart.axes(&[first, last], &[-9.0, -6.0, -3.0, 0.0, highest]);
    chart.line("main", &points);
    chart.dots("main-dot", &points, 2.5);
    chart.finish()
}

/// Information of the test and the standard error it gives.
pub(super) fn test_information(evidence: &Evidence<'_>) -> String {
    let points: Vec<(f64, f64)> =
        thetas().map(|theta| (theta, evidence.calibration.test_information(theta).0)).collect();
    let highest = points.iter().fold(0.1_f64, |a, point| a.max(point.1)) * 1.05;
    let title = "Test information by ability (line) and standard error of maximum likelihood in logits (dashes, same axis)";
    let mut chart = Chart::new(title, (460.0, 280.0), (-4.0, 4.0), (0.0, highest));
    chart.axes(&THETAS, &marks(highest));
    chart.line("main", &points);
    let errors: Vec<(f64, f64)> =
        points.iter().map(|&(theta, information)| (theta, 1.0 / information.max(1e-6).sqrt())).collect();
    chart.line("second", &errors);
    chart.finish()
}

/// Mean score by ability, each examinee spread over the nodes by the posterior, so that the shrinkage of point estimates
/// does not bend the picture: by item, (mean ability, mean score).
pub(super) fn observed_scores(evidence: &Evidence<'_>) -> Vec<Vec<(f64, f64)>> {
    let nodes = evidence.calibration.grid.nodes();
    let bin = |node: f64| ((node + 4.0) / BIN_WIDTH).floor();
    let points = |counts: &Vec<f64>| {
        let mut points = Vec::new();
        let mut first = 0;
        while first < nodes.len() {
            let length = nodes[first..].iter().take_while(|node| bin(**node) == bin(nodes[first])).count();
            let (mut mass, mut theta, mut score) = (0.0, 0.0, 0.0);
            for (category, row) in counts.chunks_exact(nodes.len()).enumerate() {
                for node in first..first + length {
                    mass += row[node];
                    theta += row[node] * nodes[node];
                    score += row[node] * category as f64;
                }
            }
            if mass >= ANSWERS_MIN {
                points.push((theta / mass, score / mass));
            }
            first += length;
        }
        points
    };
    evidence.calibration.expected_counts().iter().map(points).collect()
}

/// Expected score of an item with the observed means, and the probability of each category where there are several.
pub(super) fn item_curve(evidence: &Evidence<'_>, item: usize, observed: &[(f64, f64)]) -> String {
    let calibrated = &evidence.calibration.items[item];
    let parameters = &calibrated.parameters;
    let highest = (parameters.categories() - 1) as f64;
    let title = format!("{}: expected score by ability (line), observed mean scores (dots)", calibrated.id);
    let mut chart = Chart::new(&title, (230.0, 150.0), (-4.0, 4.0), (0.0, highest));
    chart.axes(&[-4.0, 0.0, 4.0], &[0.0, highest]);
    if parameters.categories() > 2 {
        let mut probabilities = vec![0.0; parameters.categories()];
        for category in 0..parameters.categories() {
            let points: Vec<(f64, f64)> = thetas()
                .map(|theta| {
                    parameters.probabilities(theta, &mut probabilities);
                    (theta, highest * probabilities[category])
                })
                .collect();
            chart.line("faint", &points);
        }
    }
    let points: Vec<(f64, f64)> = thetas().map(|theta| (theta, parameters.expected_score(theta))).collect();
    chart.line("main", &points);
    let inside: Vec<(f64, f64)> = observed.iter().copied().filter(|point| point.0.abs() <= 4.0).collect();
    chart.dots("observed", &inside, 2.5);
    chart.finish()
}
