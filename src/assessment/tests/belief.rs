//! The filtered belief against the Kalman filter, and the measurement error of the summative test.

use item_bank::{NormalPrior, ResponseModel, Theta};
use proptest::prelude::*;
use statrs::distribution::{ContinuousCDF, Normal};

use super::examinee::two_pl;
use crate::assessment::belief::Belief;
use crate::assessment::{SummativeMeasurement, TestLength, ValidationRule};

fn standard_normal(z: f64) -> f64 {
    Normal::new(0.0, 1.0).unwrap().cdf(z)
}

proptest! {
    #[test]
    fn normal_evidence_gives_the_kalman_filter(
        prior_mean in -1.0..1.0_f64,
        prior_deviation in 0.5..1.2_f64,
        steps in prop::collection::vec((-2.0..2.0_f64, 0.25..1.0_f64, prop_oneof![0.0..0.005_f64, 0.0..0.3_f64]), 1..4),
    ) {
        let prior = NormalPrior::new(prior_mean, prior_deviation).unwrap();
        let mut belief = Belief::from_prior(&prior);
        let (mut mean, mut variance) = (prior_mean, prior_deviation * prior_deviation);
        for (seen, deviation, widening) in steps {
            belief = belief.after_log_likelihood(|theta| -0.5 * ((theta - seen) / deviation).powi(2));
            belief = belief.widened(widening);
            let gain = variance / (variance + deviation * deviation);
            mean += gain * (seen - mean);
            variance = variance * (1.0 - gain) + widening;
        }
        // A step finer than the grid has the exact variance and fourth moment, but not the tails of a normal: evidence
        // many deviations off moves the mean by a little less. Far below what anybody decides on.
        let exact = variance.sqrt();
        prop_assert!((belief.mean() - mean).abs() < 0.01 * exact, "{} {}", belief.mean(), mean);
        prop_assert!((belief.standard_deviation() - exact).abs() < 0.01 * exact);
        // The grid spreads a node's mass evenly over its spacing, 0.05 logits.
        prop_assert!((belief.quantile(0.9) - (mean + 1.281_552 * exact)).abs() < 0.03 * exact);
    }

    #[test]
    fn the_prediction_has_its_closed_form_when_all_is_normal(
        mean in -1.5..1.5_f64,
        deviation in 0.2..1.0_f64,
        error in 0.2..0.6_f64,
        cut in -1.0..1.0_f64,
    ) {
        let belief = Belief::from_log_density(|theta| -0.5 * ((theta - mean) / deviation).powi(2));
        let predicted = |summative: &SummativeMeasurement, rule| {
            let bound = summative.estimate_needed(rule, cut);
            belief.expectation(|theta| summative.probability_of_estimate_at_or_above(bound, theta))
        };
        let total = (deviation * deviation + error * error).sqrt();
        // An estimate without a prior: θ̂ ~ N(mean, deviation² + error²).
        let plain = SummativeMeasurement::from_standard_error(|_| error, None);
        let exact = standard_normal((mean - cut) / total);
        prop_assert!((predicted(&plain, ValidationRule::EstimateAtCut) - exact).abs() < 1e-6);
        // The cut reached with 90 % confidence moves the bound by 1.281552 standard errors.
        let confident = ValidationRule::CutWithConfidence { confidence: 0.9 };
        let exact = standard_normal((mean - cut - 1.281_551_566 * error) / total);
        prop_assert!((predicted(&plain, confident) - exact).abs() < 1e-6);
        // With a prior N(0.3, 0.8²) inside, the estimate is shrunk by w: θ̂ ~ N(w mean + (1 − w) 0.3, w² (…)).
        let prior = NormalPrior::new(0.3, 0.8).unwrap();
        let shrunk = SummativeMeasurement::from_standard_error(|_| error, Some(prior));
        let w = 0.64 / (0.64 + error * error);
        let exact = standard_normal((w * mean + (1.0 - w) * 0.3 - cut) / (w * total));
        prop_assert!((predicted(&shrunk, ValidationRule::EstimateAtCut) - exact).abs() < 1e-6);
    }

    #[test]
    fn more_ability_never_makes_validation_less_likely(
        low in -4.0..4.0_f64, gain in 0.0..2.0_f64, cut in -2.0..2.0_f64,
    ) {
        let items: Vec<ResponseModel> = (0..20).map(|k| two_pl(1.2, f64::from(k) * 0.2 - 2.0)).collect();
        let models: Vec<&ResponseModel> = items.iter().collect();
        let length = TestLength { minimum_items: 5, maximum_items: 10, standard_error: Some(0.4) };
        let prior = NormalPrior::new(0.0, 1.0).unwrap();
        let summative = SummativeMeasurement::from_pool(&models, length, 0.9, Some(prior));
        let validated = |theta| summative.probability_validated(ValidationRule::EstimateAtCut, cut, theta);
        prop_assert!(validated(low + gain) >= validated(low) - 1e-9);
    }
}

#[test]
fn the_pool_gives_the_information_of_its_best_items_until_the_plan_stops() {
    let items = [two_pl(1.0, 0.0), two_pl(2.0, 0.0), two_pl(1.5, 0.0)];
    let models: Vec<&ResponseModel> = items.iter().collect();
    let at_zero = |length, efficiency| {
        SummativeMeasurement::from_pool(&models, length, efficiency, None).information(0.0)
    };
    // a² P Q at θ = b: 0.25, 1 and 0.5625.
    let by_length = |maximum_items| TestLength { minimum_items: 1, maximum_items, standard_error: None };
    assert!((at_zero(by_length(2), 1.0) - 1.5625).abs() < 1e-12);
    assert!((at_zero(by_length(9), 1.0) - 1.8125).abs() < 1e-12);
    assert!((at_zero(by_length(2), 0.8) - 1.25).abs() < 1e-12);
    // Standard error 1 is reached after the first item; the least length holds all the same.
    let by_precision =
        |minimum_items| TestLength { minimum_items, maximum_items: 3, standard_error: Some(1.0) };
    assert!((at_zero(by_precision(1), 1.0) - 1.0).abs() < 1e-12);
    assert!((at_zero(by_precision(2), 1.0) - 1.5625).abs() < 1e-12);
}

#[test]
fn a_test_that_cannot_reach_the_confidence_never_validates() {
    let vague = SummativeMeasurement::from_standard_error(|_| 50.0, None);
    let rule = ValidationRule::CutWithConfidence { confidence: 0.9 };
    assert_eq!(vague.probability_validated(rule, 0.0, 6.0), 0.0);
    assert!(vague.reported_standard_error(0.0) > 49.0);
}

#[test]
fn a_belief_follows_the_item_banks_own_posterior() {
    let item = two_pl(1.3, 0.4);
    let seen = [item_bank::Observation { model: &item, score: 1 }; 3];
    let belief = Belief::from_prior(&NormalPrior::STANDARD).after(&seen);
    let log = |theta: f64| -0.5 * theta * theta + 3.0 * item.log_probability(Theta(theta), 1);
    // Simpson's rule on a grid ten times finer, from −8 to 8.
    let weight = |k: u32| if k == 0 || k == 3_200 { 1.0 } else { 2.0 + 2.0 * f64::from(k % 2) };
    let integral = |power: i32| -> f64 {
        (0..=3_200)
            .map(|k| (k, f64::from(k) * 0.005 - 8.0))
            .map(|(k, t)| weight(k) * log(t).exp() * t.powi(power))
            .sum()
    };
    assert!((belief.mean() - integral(1) / integral(0)).abs() < 1e-8);
}
