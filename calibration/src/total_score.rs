//! What a total score says: its expected frequency and the ability behind it (Thissen, Pommerich, Billeaud & Williams, 1995).

use crate::estimation::Calibration;
use crate::item_fit::score_distribution;
use crate::model::ItemParameters;
use crate::responses::ResponseMatrix;

/// One total score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TotalScore {
    /// The score.
    pub score: usize,
    /// Posterior mean of ability given the score alone, in logits.
    pub theta: f64,
    /// Posterior standard deviation.
    pub standard_error: f64,
    /// Examinees with it, of those who answered every calibrated item, summed by weight.
    pub observed: f64,
    /// How many of them the model expects.
    pub expected: f64,
}

/// Every total score of the calibrated items under the first group's latent distribution.
pub fn total_scores(calibration: &Calibration, matrix: &ResponseMatrix) -> Vec<TotalScore> {
    let usable: Vec<usize> =
        (0..calibration.items.len()).filter(|&item| calibration.items[item].problem.is_none()).collect();
    let items: Vec<&ItemParameters> =
        usable.iter().map(|&item| &calibration.items[item].parameters).collect();
    let nodes = calibration.grid.nodes();
    let weights = &calibration.groups[0].weights;
    let distribution = score_distribution(items.into_iter(), &nodes);
    let mut observed = vec![0.0; distribution.len() / nodes.len()];
    let total = |row: crate::responses::Answers<'_>| -> Option<usize> {
        usable.iter().map(|&item| row.score(item).map(usize::from)).sum()
    };
    for (examinee, row) in matrix.rows().enumerate() {
        if let Some(score) = total(row) {
            observed[score] += matrix.weight(examinee);
        }
    }
    let complete: f64 = observed.iter().sum();
    let of_score = |(score, likelihood): (usize, &[f64])| {
        let joint: Vec<f64> = likelihood.iter().zip(weights).map(|(p, weight)| p * weight).collect();
        let mass: f64 = joint.iter().sum();
        let theta = joint.iter().zip(&nodes).map(|(w, node)| w * node).sum::<f64>() / mass;
        let spread = joint.iter().zip(&nodes).map(|(w, node)| w * (node - theta).powi(2)).sum::<f64>() / mass;
        TotalScore {
            score,
            theta,
            standard_error: spread.sqrt(),
            observed: observed[score],
            expected: mass * complete,
        }
    };
    distribution.chunks_exact(nodes.len()).enumerate().map(of_score).collect()
}
