//! What is expected of an answer when the other answers of the attempt are known.

use item_bank::{NormalPrior, ResponseModel, Theta};

/// Nodes of the grid, and how far it reaches in standard deviations of the prior.
const NODES: usize = 61;
const REACH: f64 = 5.0;

/// Expected score and its standard deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Prediction {
    pub(super) mean: f64,
    pub(super) standard_deviation: f64,
}

/// For every answer, what the *other* answers predict: the mean and deviation of its score over the posterior of ability
/// given them, E\[u\] = Σ p(θ | others) E\[u | θ\]. No ability is plugged in, so that residuals have mean 0 and
/// variance 1 where the parameters hold, however short the attempt (as `calibration::item_fit` has them).
pub(super) fn predictions(prior: NormalPrior, answers: &[(&ResponseModel, u32)]) -> Vec<Prediction> {
    let (mean, deviation) = (prior.mean(), prior.standard_deviation());
    let place = |node: usize| REACH * (2.0 * node as f64 / (NODES - 1) as f64 - 1.0);
    let nodes: Vec<Theta> = (0..NODES).map(|node| Theta(mean + deviation * place(node))).collect();
    let own: Vec<Vec<f64>> = answers
        .iter()
        .map(|(model, score)| nodes.iter().map(|&theta| model.log_probability(theta, *score)).collect())
        .collect();
    let total: Vec<f64> = (0..NODES)
        .map(|node| -0.5 * place(node).powi(2) + own.iter().map(|logs| logs[node]).sum::<f64>())
        .collect();
    answers.iter().zip(&own).map(|((model, _), own)| prediction(model, &nodes, &total, own)).collect()
}

fn prediction(model: &ResponseModel, nodes: &[Theta], total: &[f64], own: &[f64]) -> Prediction {
    let others: Vec<f64> = total.iter().zip(own).map(|(total, own)| total - own).collect();
    let highest = others.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut probabilities = vec![0.0; model.categories()];
    let (mut weight, mut first, mut second) = (0.0, 0.0, 0.0);
    for (&theta, log) in nodes.iter().zip(&others) {
        // Log space: a product of 50 probabilities is too small to be told from 0 in places.
        let density = (log - highest).exp();
        model.probabilities(theta, &mut probabilities);
        weight += density;
        for (score, probability) in probabilities.iter().enumerate() {
            first += density * probability * score as f64;
            second += density * probability * (score as f64).powi(2);
        }
    }
    let mean = first / weight;
    Prediction { mean, standard_deviation: (second / weight - mean * mean).max(0.0).sqrt() }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64;

    use super::*;

    fn two_pl(difficulty: f64) -> ResponseModel {
        let text = format!(r#"{{ "model": "2PL", "a": 1.2, "b": {difficulty} }}"#);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn the_only_answer_is_predicted_by_the_prior_alone() {
        let item = two_pl(0.0);
        let [found] = predictions(NormalPrior::STANDARD, &[(&item, 1)])[..] else { panic!("one answer") };
        assert!((found.mean - 0.5).abs() < 1e-12, "symmetry: {found:?}");
        assert!((found.standard_deviation - 0.5).abs() < 1e-12);
    }

    #[test]
    fn an_answer_is_predicted_by_the_others_and_not_by_itself() {
        let (one, two) = (two_pl(0.0), two_pl(1.0));
        let means = |score| predictions(NormalPrior::STANDARD, &[(&one, score), (&two, 1)]);
        let (right, wrong) = (means(1), means(0));
        assert!((right[0].mean - wrong[0].mean).abs() < 1e-15);
        assert!(right[1].mean > wrong[1].mean + 0.1, "a right answer before makes the next likelier");
        // By 2,001 nodes on ±10 instead of 61 on ±5.
        let fine = |theta: f64| (-0.5 * theta * theta).exp() / (1.0 + (-1.2 * (theta - 1.0)).exp());
        let curve = |theta: f64| 1.0 / (1.0 + (-1.2 * theta).exp());
        let grid: Vec<f64> = (0..=2_000).map(|step| -10.0 + f64::from(step) / 100.0).collect();
        let expected = grid.iter().map(|&theta| fine(theta) * curve(theta)).sum::<f64>()
            / grid.iter().map(|&theta| fine(theta)).sum::<f64>();
        assert!((right[0].mean - expected).abs() < 1e-5, "{} {expected}", right[0].mean);
    }

    #[test]
    fn residuals_have_mean_0_and_variance_1_where_the_parameters_hold() {
        let mut random = Pcg64::seed_from_u64(11);
        let items: Vec<ResponseModel> = (0..12).map(|item| two_pl(-2.0 + f64::from(item) / 3.0)).collect();
        let (mut count, mut sum, mut squares) = (0.0_f64, 0.0_f64, 0.0_f64);
        for _ in 0..2_000 {
            let theta = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
            let answers: Vec<(&ResponseModel, u32)> = items
                .iter()
                .map(|item| (item, u32::from(random.random::<f64>() < item.probability(Theta(theta), 1))))
                .collect();
            for (found, (_, score)) in predictions(NormalPrior::STANDARD, &answers).iter().zip(&answers) {
                let residual = (f64::from(*score) - found.mean) / found.standard_deviation;
                count += 1.0;
                sum += residual;
                squares += residual * residual;
            }
        }
        // Within four standard errors; residuals of one examinee hardly depend on each other.
        assert!((sum / count).abs() < 4.0 / count.sqrt(), "mean {}", sum / count);
        assert!((squares / count - 1.0).abs() < 0.03, "variance {}", squares / count);
    }
}
