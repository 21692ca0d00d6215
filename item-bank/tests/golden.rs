//! The response models and estimators against tables computed in 120 decimal digits by `golden/generate.py`, whose header
//! says how, and against published worked examples.

use item_bank::ability::{
    Estimator, NormalPrior, Observation, Quadrature, ThetaRange, estimate, log_likelihood, posterior,
};
use item_bank::model::{CategoryDerivatives, TwoPl};
use item_bank::{ResponseModel, Theta};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct BankFile {
    items: Vec<BankItem>,
}

#[derive(Deserialize)]
struct BankItem {
    id: String,
    #[serde(flatten)]
    model: ResponseModel,
}

fn bank() -> BTreeMap<String, ResponseModel> {
    let file: BankFile = serde_json::from_str(include_str!("golden/bank.json")).unwrap();
    file.items.into_iter().map(|item| (item.id, item.model)).collect()
}

fn table<Row: serde::de::DeserializeOwned>(text: &str) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let rows: Vec<Row> = reader.deserialize().map(Result::unwrap).collect();
    assert!(rows.len() >= 80, "a golden table is not empty");
    rows
}

/// Relative error 1e-12, and absolute 1e-28 where the table's own differences end.
fn close(got: f64, want: f64, what: &str) {
    assert!((got - want).abs() <= 1e-12 * want.abs() + 1e-28, "{what}: {got:e} is not {want:e}");
}

#[derive(Deserialize)]
struct CategoryRow {
    item: String,
    theta: f64,
    score: u32,
    p: f64,
    first: f64,
    second: f64,
    log_p: f64,
}

#[test]
fn probabilities_and_their_derivatives_match_the_definitions() {
    let bank = bank();
    for row in table::<CategoryRow>(include_str!("golden/categories.csv")) {
        let model = &bank[&row.item];
        let what = format!("{} at {} score {}", row.item, row.theta, row.score);
        let theta = Theta(row.theta);
        let mut all = vec![CategoryDerivatives::default(); model.categories()];
        model.derivatives(theta, &mut all);
        let CategoryDerivatives { probability, first, second } = all[row.score as usize];
        close(probability, row.p, &what);
        close(model.probability(theta, row.score), row.p, &what);
        close(model.log_probability(theta, row.score), row.log_p, &what);
        // A derivative is a difference of terms of the size of P, so its digits are counted from there.
        assert!(
            (first - row.first).abs() <= 2e-13 * row.first.abs().max(row.p) + 1e-28,
            "{what}: P' {first:e}"
        );
        assert!(
            (second - row.second).abs() <= 2e-12 * row.second.abs().max(row.p) + 1e-28,
            "{what}: P'' {second:e}"
        );
        let log = model.log_derivatives(theta, row.score);
        let score = row.first / row.p;
        assert!((log.first - score).abs() < 1e-12, "{what}: (ln P)' {} is not {score}", log.first);
        let observed = score * score - row.second / row.p;
        assert!(
            (model.observed_information(theta, row.score) - observed).abs() < 1e-11,
            "{what}: observed information"
        );
    }
}

#[derive(Deserialize)]
struct InformationRow {
    item: String,
    theta: f64,
    information: f64,
    warm_j: f64,
    expected_score: f64,
}

#[test]
fn information_matches_its_definition() {
    let bank = bank();
    for row in table::<InformationRow>(include_str!("golden/information.csv")) {
        let what = format!("{} at {}", row.item, row.theta);
        let terms = bank[&row.item].information_terms(Theta(row.theta));
        close(terms.information, row.information, &what);
        let tolerance = 1e-12 * row.warm_j.abs().max(row.information) + 1e-28;
        assert!((terms.warm_j - row.warm_j).abs() <= tolerance, "{what}: J {:e}", terms.warm_j);
        close(bank[&row.item].expected_score(Theta(row.theta)), row.expected_score, &what);
    }
}

#[derive(Deserialize)]
struct EstimateRow {
    pattern: String,
    items: String,
    scores: String,
    mean: f64,
    sd: f64,
    method: String,
    theta: f64,
    standard_error: f64,
    at_bound: bool,
}

#[test]
fn every_estimator_matches_its_definition_on_mixed_models() {
    let bank = bank();
    for row in table::<EstimateRow>(include_str!("golden/estimates.csv")) {
        let scores = row.scores.split(' ').map(|score| score.parse::<u32>().unwrap());
        let observations: Vec<_> = row
            .items
            .split(' ')
            .zip(scores)
            .map(|(id, score)| Observation::new(&bank[id], score).unwrap())
            .collect();
        let prior = NormalPrior::new(row.mean, row.sd).unwrap();
        let range = ThetaRange::WIDE;
        let estimator = match row.method.as_str() {
            "eap" => Estimator::Eap { prior, quadrature: Quadrature::Converged },
            "map" => Estimator::Map { prior, range },
            "ml" => Estimator::Ml { range },
            "wle" => Estimator::Wle { range },
            other => panic!("no estimator {other}"),
        };
        let got = estimate(&observations, &estimator).unwrap();
        let what = format!("{} {} with prior {}, {}", row.pattern, row.method, row.mean, row.sd);
        assert!((got.theta.0 - row.theta).abs() < 1e-9, "{what}: {} is not {}", got.theta, row.theta);
        let error = (got.standard_error / row.standard_error - 1.0).abs();
        assert!(error < 1e-9, "{what}: standard error {} is not {}", got.standard_error, row.standard_error);
        assert_eq!(got.at_bound, row.at_bound, "{what}");
    }
}

/// Baker (2001), The Basics of Item Response Theory, chapter 5: items (a, b) = (1.0, −1), (1.2, 0), (0.8, 1) answered
/// right, wrong, right give the estimate .3249 (by hand, so its last digit is not exact) with standard error 1.23.
#[test]
fn the_worked_example_of_baker_comes_out() {
    let models: Vec<_> = [(1.0, -1.0), (1.2, 0.0), (0.8, 1.0)]
        .into_iter()
        .map(|(a, b)| ResponseModel::TwoPl(TwoPl::new(a, b).unwrap()))
        .collect();
    let observations: Vec<_> =
        models.iter().zip([1, 0, 1]).map(|(model, score)| Observation { model, score }).collect();
    let got = estimate(&observations, &Estimator::Ml { range: ThetaRange::WIDE }).unwrap();
    assert!((got.theta.0 - 0.3249).abs() < 1e-4, "{}", got.theta);
    assert!((got.standard_error - 1.23).abs() < 5e-3, "{}", got.standard_error);
}

#[test]
fn twelve_hundred_responses_neither_underflow_nor_lose_digits() {
    let bank = bank();
    let models: Vec<_> = bank.values().cycle().take(1_200).collect();
    let observations: Vec<_> = models
        .iter()
        .enumerate()
        .map(|(index, model)| Observation { model, score: (index as u32 / 25) % 2 })
        .collect();
    let prior = NormalPrior::STANDARD;
    let got = posterior(&observations, &prior, &Quadrature::Converged);
    assert!(log_likelihood(&observations, got.mean()) < -700.0, "a product of these would be zero");
    // The definition, in steps of a hundredth of the posterior's width.
    let step = 0.01 * got.standard_deviation();
    let at = |index: i32| got.mean().0 + step * f64::from(index);
    let peak = log_likelihood(&observations, got.mean());
    let (mut total, mut first, mut second) = (0.0, 0.0, 0.0);
    for index in -1_200..=1_200 {
        let theta = at(index);
        let log = log_likelihood(&observations, Theta(theta)) + prior.log_kernel(Theta(theta)) - peak;
        let distance = theta - got.mean().0;
        total += log.exp();
        first += log.exp() * distance;
        second += log.exp() * distance * distance;
    }
    assert!((first / total).abs() < 1e-10);
    assert!(((second / total).sqrt() - got.standard_deviation()).abs() < 1e-10);
}
