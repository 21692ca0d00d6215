//! What holds for every item and every pattern, whatever the parameters.

use item_bank::ability::grid::{InformationGrid, LogProbabilityGrid};
use item_bank::ability::{
    EstimateError, Estimator, Quadrature, eap, estimate, maximum_likelihood, maximum_posterior, posterior,
    weighted_likelihood,
};
use item_bank::model::{CategoryDerivatives, ModelParameters};
use item_bank::{Level, NormalPrior, Observation, Placement, Progression, ResponseModel, Theta, ThetaRange};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn any_discrimination() -> impl Strategy<Value = f64> {
    0.2..5.0
}

fn json(text: String) -> ResponseModel {
    serde_json::from_str(&text).unwrap()
}

prop_compose! {
    fn any_logistic()(a in any_discrimination(), b in -4.0..4.0, c in 0.0..0.4, d in 0.8..1.0, kind in 0..4) -> ResponseModel {
        json(match kind {
            0 => format!(r#"{{"model":"1PL","a":1.0,"b":{b}}}"#),
            1 => format!(r#"{{"model":"2PL","a":{a},"b":{b}}}"#),
            2 => format!(r#"{{"model":"3PL","a":{a},"b":{b},"c":{c}}}"#),
            _ => format!(r#"{{"model":"4PL","a":{a},"b":{b},"c":{c},"d":{d}}}"#),
        })
    }
}

prop_compose! {
    fn any_ordered()(
        a in any_discrimination(), first in -3.0..1.0, gaps in prop::collection::vec(0.01..1.5, 1..6), graded in any::<bool>()
    ) -> ResponseModel {
        let mut b = vec![first];
        for gap in gaps {
            b.push(b[b.len() - 1] + gap);
        }
        let model = if graded { "GRM" } else { "GPCM" };
        json(format!(r#"{{"model":"{model}","a":{a},"b":{b:?}}}"#))
    }
}

prop_compose! {
    fn any_nominal()(rows in prop::collection::vec((-2.0..2.0, -2.0..2.0), 2..6)) -> ResponseModel {
        let (mut a, b): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
        a[0] = 2.5;
        json(format!(r#"{{"model":"NRM","a":{a:?},"b":{b:?}}}"#))
    }
}

fn any_model() -> impl Strategy<Value = ResponseModel> {
    prop_oneof![any_logistic(), any_ordered(), any_nominal()]
}

/// Models with a score each.
fn any_responses() -> impl Strategy<Value = Vec<(ResponseModel, u32)>> {
    let one = (any_model(), 0_u32..1_000).prop_map(|(model, draw)| {
        let categories = u32::try_from(model.categories()).unwrap();
        (model, draw % categories)
    });
    prop::collection::vec(one, 1..25)
}

fn observations(responses: &[(ResponseModel, u32)]) -> Vec<Observation<'_>> {
    responses.iter().map(|(model, score)| Observation::new(model, *score).unwrap()).collect()
}

/// The same 256 cases on every machine.
fn fixed_cases() -> ProptestConfig {
    ProptestConfig {
        rng_seed: RngSeed::Fixed(20_261_123),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(fixed_cases())]

    #[test]
    fn probabilities_sum_to_one_and_derivatives_to_zero(model in any_model(), theta in -12.0..12.0) {
        let mut all = vec![CategoryDerivatives::default(); model.categories()];
        model.derivatives(Theta(theta), &mut all);
        prop_assert!((all.iter().map(|one| one.probability).sum::<f64>() - 1.0).abs() < 1e-12);
        prop_assert!(all.iter().map(|one| one.first).sum::<f64>().abs() < 1e-12);
        prop_assert!(all.iter().map(|one| one.second).sum::<f64>().abs() < 1e-11);
    }

    #[test]
    fn nothing_overflows_at_any_ability(model in any_model(), theta in prop::num::f64::NORMAL) {
        let theta = Theta(theta.clamp(-1e6, 1e6));
        let terms = model.information_terms(theta);
        prop_assert!(terms.information.is_finite() && terms.information >= 0.0);
        prop_assert!(terms.warm_j.is_finite());
        for score in 0..=model.maximum_score() {
            let probability = model.probability(theta, score);
            prop_assert!((0.0..=1.0).contains(&probability), "{probability}");
            prop_assert!(model.log_probability(theta, score).is_finite());
            let log = model.log_derivatives(theta, score);
            prop_assert!(log.first.is_finite() && log.second.is_finite(), "{log:?}");
        }
    }

    #[test]
    fn fisher_information_is_the_expected_observed_information(model in any_model(), theta in -5.0..5.0) {
        let theta = Theta(theta);
        let expected: f64 = (0..=model.maximum_score())
            .map(|score| model.probability(theta, score) * model.observed_information(theta, score))
            .sum();
        prop_assert!((expected - model.information(theta)).abs() < 1e-10);
    }

    #[test]
    fn more_able_examinees_never_have_a_lower_expected_score(
        model in prop_oneof![any_logistic(), any_ordered()], low in -6.0..6.0, gain in 0.0..3.0
    ) {
        let (lower, higher) = (model.expected_score(Theta(low)), model.expected_score(Theta(low + gain)));
        prop_assert!(higher >= lower - 1e-12);
    }

    #[test]
    fn a_model_reads_back_as_it_was_written(model in any_model()) {
        let text = serde_json::to_string(&model).unwrap();
        prop_assert_eq!(serde_json::from_str::<ResponseModel>(&text).unwrap(), model);
    }

    #[test]
    fn the_converged_rule_agrees_with_a_very_fine_one(responses in any_responses(), mean in -2.0..2.0, sd in 0.3..2.0) {
        let observations = observations(&responses);
        let prior = NormalPrior::new(mean, sd).unwrap();
        let fine = fine_posterior(&observations, &prior);
        let got = eap(&observations, &prior, &Quadrature::Converged);
        prop_assert!((got.theta.0 - fine.0).abs() < 1e-8, "{} is not {}", got.theta, fine.0);
        prop_assert!((got.standard_error - fine.1).abs() < 1e-8, "{} is not {}", got.standard_error, fine.1);
    }

    #[test]
    fn the_mass_above_a_cut_agrees_with_a_very_fine_sum(responses in any_responses(), cut in -2.0..2.0) {
        let observations = observations(&responses);
        let prior = NormalPrior::STANDARD;
        let distribution = posterior(&observations, &prior, &Quadrature::Converged);
        let (low, high) = (fine_mass(&observations, &prior, (-12.0, cut)), fine_mass(&observations, &prior, (cut, 12.0)));
        let got = distribution.probability_at_or_above(Theta(cut));
        prop_assert!((got - high / (low + high)).abs() < 1e-7, "{got} is not {}", high / (low + high));
        let back = distribution.quantile(1.0 - got);
        prop_assert!(!(0.001..0.999).contains(&got) || (back.0 - cut).abs() < 1e-5, "{back} is not {cut}");
    }

    #[test]
    fn no_ability_beats_the_maximum(responses in any_responses(), other in -6.0..6.0) {
        let observations = observations(&responses);
        let range = ThetaRange::WIDE;
        let at = |theta: Theta| item_bank::ability::log_likelihood(&observations, theta);
        let ml = maximum_likelihood(&observations, &range).unwrap();
        prop_assert!(at(ml.theta) >= at(Theta(other)) - 1e-9);
        let prior = NormalPrior::STANDARD;
        let map = maximum_posterior(&observations, &prior, &range);
        let height = |theta: Theta| at(theta) + prior.log_kernel(theta);
        prop_assert!(height(map.theta) >= height(Theta(other)) - 1e-9);
        prop_assert_eq!(ml.at_bound, ml.theta.0.abs() == 6.0);
    }

    #[test]
    fn the_weighted_estimate_is_a_root_or_a_bound(responses in any_responses()) {
        let observations = observations(&responses);
        let got = weighted_likelihood(&observations, &ThetaRange::WIDE).unwrap();
        let mut gradient = 0.0;
        let (mut information, mut warm_j) = (0.0, 0.0);
        for seen in &observations {
            gradient += seen.model.log_derivatives(got.theta, seen.score).first;
            let terms = seen.model.information_terms(got.theta);
            information += terms.information;
            warm_j += terms.warm_j;
        }
        gradient += warm_j / (2.0 * information);
        prop_assert!(got.at_bound || gradient.abs() < 1e-9, "{gradient:e} at {}", got.theta);
        prop_assert!(!got.at_bound || gradient * got.theta.0 >= 0.0);
    }

    #[test]
    fn level_probabilities_sum_to_one(responses in any_responses(), cuts in prop::collection::btree_set(-40_i32..40, 1..8)) {
        let mut levels = vec![level(0, None)];
        levels.extend(cuts.iter().enumerate().map(|(index, cut)| level(index + 1, Some(f64::from(*cut) / 10.0))));
        let progression = Progression::new("p".into(), "P".into(), levels).unwrap();
        let posterior = posterior(&observations(&responses), &NormalPrior::STANDARD, &Quadrature::Converged);
        let placement = Placement::new(&posterior, &progression);
        prop_assert_eq!(placement.level_probabilities.len(), cuts.len() + 1);
        prop_assert!(placement.level_probabilities.iter().all(|share| (0.0..=1.0).contains(share)));
        prop_assert!((placement.level_probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        prop_assert!((placement.probability_at_or_above(0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_grid_gives_the_estimate_of_its_rule(responses in any_responses()) {
        let range = ThetaRange::WIDE;
        let grid = LogProbabilityGrid::new(responses.iter().map(|(model, _)| model), range, 61);
        let mut log_density = Vec::new();
        grid.start(&NormalPrior::STANDARD, &mut log_density);
        for (item, (_, score)) in responses.iter().enumerate() {
            grid.add(item, *score, &mut log_density);
        }
        let got = grid.estimate(&log_density);
        let want = eap(&observations(&responses), &NormalPrior::STANDARD, &Quadrature::mirt());
        prop_assert!((got.theta.0 - want.theta.0).abs() < 1e-12);
        prop_assert!((got.standard_error - want.standard_error).abs() < 1e-12);
        let information = InformationGrid::new(responses.iter().map(|(model, _)| model), range, 61);
        prop_assert_eq!(information.information(0)[30], responses[0].0.information(Theta(information.nodes()[30])));
    }
}

fn level(index: usize, cut: Option<f64>) -> Level {
    let id = format!("L{index}");
    Level { id: id.clone(), name: id, cut, can_do: vec![], next_steps: vec![], standards: vec![] }
}

fn density(observations: &[Observation<'_>], prior: &NormalPrior, theta: f64) -> f64 {
    (item_bank::ability::log_likelihood(observations, Theta(theta)) + prior.log_kernel(Theta(theta)) + 20.0)
        .exp()
}

/// Mean and standard deviation by the trapezoid sum over 12 prior deviations in steps of 0.004 of one.
fn fine_posterior(observations: &[Observation<'_>], prior: &NormalPrior) -> (f64, f64) {
    let (mut total, mut first, mut second) = (0.0, 0.0, 0.0);
    for index in -3_000..=3_000 {
        let distance = prior.standard_deviation() * 0.004 * f64::from(index);
        let weight = density(observations, prior, prior.mean() + distance);
        total += weight;
        first += weight * distance;
        second += weight * distance * distance;
    }
    let mean = first / total;
    (prior.mean() + mean, (second / total - mean * mean).sqrt())
}

/// Simpson's rule in 4,000 cells.
fn fine_mass(observations: &[Observation<'_>], prior: &NormalPrior, (low, high): (f64, f64)) -> f64 {
    let step = (high - low) / 4_000.0;
    let at = |half: i32| density(observations, prior, low + 0.5 * step * f64::from(half));
    (0..4_000).map(|cell| step / 6.0 * (at(2 * cell) + 4.0 * at(2 * cell + 1) + at(2 * cell + 2))).sum()
}

#[test]
fn no_responses_leave_the_prior_or_no_estimate() {
    let prior = NormalPrior::new(0.7, 1.3).unwrap();
    let range = ThetaRange::WIDE;
    let nothing: &[Observation<'_>] = &[];
    for estimator in
        [Estimator::Eap { prior, quadrature: Quadrature::Converged }, Estimator::Map { prior, range }]
    {
        let got = estimate(nothing, &estimator).unwrap();
        assert!((got.theta.0 - 0.7).abs() < 1e-12 && (got.standard_error - 1.3).abs() < 1e-12, "{got:?}");
    }
    for estimator in [Estimator::Ml { range }, Estimator::Wle { range }] {
        assert_eq!(estimate(nothing, &estimator), Err(EstimateError::NoResponses));
    }
    let distribution = posterior(nothing, &prior, &Quadrature::Converged);
    assert!((distribution.probability_at_or_above(Theta(0.7)) - 0.5).abs() < 1e-12);
    // Φ(1), Abramowitz and Stegun (1964), table 26.1.
    assert!((distribution.probability_at_or_above(Theta(-0.6)) - 0.841_344_746_068_543).abs() < 1e-12);
}

#[test]
fn parameters_out_of_range_are_refused_with_the_value() {
    let check = |text: &str, message: &str| {
        let error = serde_json::from_str::<ResponseModel>(text).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    };
    check(r#"{"model":"3PL","a":1,"b":0,"c":1.2}"#, "guessing must be in [0, 1), got 1.2");
    check(r#"{"model":"2PL","a":-0.3,"b":0}"#, "discrimination must be in (0, 25], got -0.3");
    check(r#"{"model":"2PL","a":1,"b":0,"c":0.2}"#, "a 2PL item fixes parameter c, got 0.2");
    check(r#"{"model":"2PL","a":1}"#, "a 2PL item needs parameter b");
    check(
        r#"{"model":"4PL","a":1,"b":0,"c":0.3,"d":0.2}"#,
        "upper asymptote must be in (guessing, 1] = (0.3, 1], got 0.2",
    );
    check(r#"{"model":"GRM","a":1,"b":[1,0.5]}"#, "category boundaries must ascend, got 0.5 after 1");
    check(r#"{"model":"GRM","a":1,"b":0.5}"#, "parameter b of a GRM item is a list, got one number");
    check(r#"{"model":"GPCM","a":1,"b":[]}"#, "an item has 2 to 32 categories, got 1");
    check(r#"{"model":"NRM","a":[0,1],"b":[0]}"#, "got 2 slopes and 1 intercepts");
    check(r#"{"model":"NRM","a":[1,1],"b":[0,2]}"#, "nominal slopes must differ, got 1 for every category");
    check(r#"{"model":"5PL","a":1,"b":0}"#, "unknown variant");
}

#[test]
fn another_scaling_constant_is_converted_on_reading() {
    let normal: ModelParameters = serde_json::from_str(r#"{"model":"3PL","a":1.2,"b":0.4,"c":0.2}"#).unwrap();
    let model = normal.on_logistic_metric(1.7).unwrap().check().unwrap();
    let want = 0.2 + 0.8 / (1.0 + (-1.7_f64 * 1.2 * (0.9 - 0.4)).exp());
    assert!((model.probability(Theta(0.9), 1) - want).abs() < 1e-15);
    let partial: ModelParameters = serde_json::from_str(r#"{"model":"PCM","b":[0.1,0.3]}"#).unwrap();
    assert_eq!(partial.on_logistic_metric(1.7).unwrap().check().unwrap().steepest_slope(), 3.4);
}
