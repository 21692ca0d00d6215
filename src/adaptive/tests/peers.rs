//! Defects that were found in other programs, each as a test that this one passes: estimates from products of likelihoods
//! that turn into no number, standard errors that forget the prior, criteria that mix the rows of items, a random state
//! that one choice leaves changed for the next. Odds of tied items are tested beside the draw.

use item_bank::{ModelParameters, NormalPrior, ResponseModel, Theta};
use rand::Rng;
use rand_pcg::Pcg64;
use serde_json::{Value, json};

use super::school::*;
use crate::adaptive::*;

fn model(parameters: Value) -> ResponseModel {
    let parameters: ModelParameters = serde_json::from_value(parameters).unwrap();
    ResponseModel::try_from(parameters).unwrap()
}

/// Items with two, three and four categories in turn, under `first` other items.
fn mixed(first: usize, count: usize) -> Vec<item_bank::Item> {
    let other = (0..first).map(|index| item(&format!("x{index}"), three_pl(2.5, 0.1 * index as f64, 0.0)));
    let one = |index: usize| {
        let b = -1.5 + 3.0 * index as f64 / count as f64;
        let model = match index % 3 {
            0 => three_pl(1.1, b, 0.15),
            1 => model(json!({"model": "GPCM", "a": 0.9, "b": [b - 0.4, b + 0.3]})),
            _ => model(json!({"model": "GRM", "a": 1.3, "b": [b - 0.8, b, b + 0.9]})),
        };
        item(&format!("i{index}"), model)
    };
    other.chain((0..count).map(one)).collect()
}

fn long_log(pool: &ItemPool, score: impl Fn(usize, &ResponseModel) -> u32) -> ResponseLog {
    let mut log = log(1);
    for position in 0..pool.len() {
        let score = score(position, pool.model(position));
        log.responses.push(LoggedResponse { item: pool.id(position).clone(), score });
    }
    log
}

#[test]
fn twelve_hundred_answers_of_any_pattern_leave_an_estimate() {
    let plan = plan(json!({"stopping": {"minimum_items": 1, "maximum_items": 500}}));
    let pool = ItemPool::prepare(&bank(mixed(0, 1_200)), &plan).unwrap();
    let mut luck = Pcg64::new(5, 5);
    let random: Vec<u64> = (0..1_200).map(|_| luck.next_u64()).collect();
    let all_right = long_log(&pool, |_, model| model.maximum_score());
    let all_wrong = long_log(&pool, |_, _| 0);
    let by_chance =
        long_log(&pool, |index, model| (random[index] % u64::from(model.maximum_score() + 1)) as u32);
    let reversed = long_log(&pool, |index, model| if index < 600 { 0 } else { model.maximum_score() });
    for log in [&all_right, &all_wrong, &by_chance, &reversed] {
        let found = estimate(&pool, &plan, log).unwrap();
        assert!((-6.0..=6.0).contains(&found.theta.0), "{found:?}");
        assert!(found.standard_error > 0.0 && found.standard_error < 0.3, "{found:?}");
        let step = next_step(&pool, &plan, &ExposureRates::none(), log);
        assert_eq!(step, Step::Stop(StopReason::MaximumLength));
    }
    let theta = |log| estimate(&pool, &plan, log).unwrap().theta.0;
    assert!(theta(&all_right) > theta(&by_chance) && theta(&by_chance) > theta(&all_wrong));
}

#[test]
fn every_criterion_goes_on_after_hundreds_of_answers_of_any_pattern() {
    for name in criteria() {
        let settings = json!({
            "stopping": {"minimum_items": 1, "maximum_items": 500},
            "selection": {"criterion": name},
        });
        let plan = plan(settings);
        let pool = ItemPool::prepare(&bank(mixed(0, 210)), &plan).unwrap();
        for score in [|model: &ResponseModel| model.maximum_score(), |_: &ResponseModel| 0] {
            let mut log = long_log(&pool, |_, model| score(model));
            log.responses.truncate(203);
            let step = next_step(&pool, &plan, &ExposureRates::none(), &log);
            let Step::Administer(item) = step else { panic!("{name}: {step:?}") };
            assert!(pool.position(&item).unwrap() >= 203, "{name} gives {item} again");
        }
    }
}

fn criteria() -> Vec<Value> {
    let plain = [
        "maximum_information",
        "robust_information",
        "closest_difficulty",
        "closest_peak",
        "likelihood_weighted_information",
        "posterior_weighted_information",
        "kullback_leibler",
        "posterior_kullback_leibler",
        "global_discrimination",
        "posterior_global_discrimination",
        "minimum_expected_variance",
        "minimum_expected_variance_at_estimate",
        "expected_information",
        "expected_observed_information",
    ];
    let mut all: Vec<Value> = plain.map(Value::from).to_vec();
    all.push(json!({"progressive": {"acceleration": 1.0}}));
    all.push(json!({"proportional": {"acceleration": 1.0}}));
    all.push(json!({"content_weights": {"content": 0.5}}));
    all
}

#[test]
fn the_standard_error_knows_the_prior() {
    let plan = plan(json!({"stopping": {"minimum_items": 1, "maximum_items": 20}}));
    let pool = ItemPool::prepare(&bank(mixed(0, 20)), &plan).unwrap();
    let of_prior = |deviation: f64, answers: usize| {
        let mut log = long_log(&pool, |index, _| u32::from(index % 2 == 0));
        log.responses.truncate(answers);
        log.start = NormalPrior::new(0.0, deviation).unwrap();
        estimate(&pool, &plan, &log).unwrap().standard_error
    };
    assert!((of_prior(0.5, 0) - 0.5).abs() < 1e-6, "{}", of_prior(0.5, 0));
    assert!(of_prior(0.3, 4) < 0.3 && of_prior(0.3, 4) < of_prior(1.0, 4));
    // The information of the answers and that of the prior add up: SE⁻² is near I + 1/σ².
    let information: f64 = (0..20).map(|item| pool.model(item).information(Theta(0.0))).sum();
    let both = 1.0 / (information + 1.0_f64.powi(-2)).sqrt();
    assert!((of_prior(1.0, 20) / both - 1.0).abs() < 0.1, "{} {both}", of_prior(1.0, 20));
}

/// A criterion that takes the row of one item for that of another values an item otherwise when the bank before it changes.
#[test]
fn the_choice_among_items_does_not_depend_on_other_items_of_the_bank() {
    for name in criteria() {
        // Its draws are named by the place of the item in the bank.
        if name.get("progressive").or(name.get("proportional")).is_some() {
            continue;
        }
        let chosen = |first: usize| {
            let settings = json!({
                "stopping": {"minimum_items": 1, "maximum_items": 30},
                "selection": {"criterion": name},
            });
            let plan = plan(settings);
            let mut items = mixed(first, 30);
            for extra in items.iter_mut().take(first) {
                extra.enemies = vec![id("i0")]; // closed as soon as i0 is given
            }
            let pool = ItemPool::prepare(&bank(items), &plan).unwrap();
            let mut log = log(7);
            for (name, score) in [("i0", 1), ("i7", 2), ("i14", 1), ("i20", 3)] {
                log.responses.push(LoggedResponse { item: id(name), score });
            }
            next_step(&pool, &plan, &ExposureRates::none(), &log)
        };
        assert_eq!(chosen(0), chosen(5), "{name}");
    }
}

#[test]
fn content_weights_ask_for_no_item_because_it_comes_together_with_another() {
    // The second of the pair is the most informative item and comes first; the first lies amid the others and comes late.
    let model = |index: usize| three_pl(if index == 1 { 2.0 } else { 1.0 }, 0.02 * index as f64, 0.0);
    let bank = bank((0..12).map(|index| item(&format!("i{index}"), model(index))).collect());
    for assembly in ["item_by_item", "shadow_test"] {
        let given = |selection: Value| {
            let plan = plan(json!({
                "stopping": {"minimum_items": 8, "maximum_items": 8},
                "items": {"together": [["i6", "i1"]]},
                "selection": selection,
            }));
            delivered(&take(&ItemPool::prepare(&bank, &plan).unwrap(), &plan, 0.0, log(3)).0)
        };
        let of = |criterion: Value| given(json!({"criterion": criterion, "assembly": assembly}));
        let plain = of(json!("maximum_information"));
        assert!(plain[0] == id("i1") && plain[1] != id("i6"), "{plain:?}");
        // No row asks for content: only information is left, whatever its weight.
        for content in [0.0, 0.5] {
            assert_eq!(of(json!({"content_weights": {"content": content}})), plain, "{assembly} {content}");
        }
    }
}

#[test]
fn a_score_that_no_ability_gives_leaves_a_value() {
    let steep = json!({"model": "GPCM", "a": 20.0, "b": [-200.0, 200.0]});
    let bank = bank(
        [steep.clone(), steep, json!({"model": "2PL", "a": 1.0, "b": 0.0})]
            .into_iter()
            .enumerate()
            .map(|(index, parameters)| item(&format!("i{index}"), model(parameters)))
            .collect(),
    );
    for criterion in ["minimum_expected_variance", "minimum_expected_variance_at_estimate"] {
        let plan = plan(json!({
            "stopping": {"minimum_items": 1, "maximum_items": 3},
            "selection": {"criterion": criterion},
        }));
        let pool = ItemPool::prepare(&bank, &plan).unwrap();
        let (step, _) = next_step_with_report(&pool, &plan, &ExposureRates::none(), &log(1));
        assert!(matches!(&step, Step::Administer(item) if *item == id("i2")), "{criterion}: {step:?}");
    }
}

#[test]
fn choices_leave_no_trace_in_those_that_follow() {
    let settings = json!({
        "stopping": {"minimum_items": 12, "maximum_items": 12},
        "selection": {"randomesque": 5},
    });
    let plan = plan(settings);
    let pool = ItemPool::prepare(&bank(mixed(0, 60)), &plan).unwrap();
    let alone: Vec<_> = (0..4).map(|seed| take(&pool, &plan, 0.3, log(seed)).0).collect();
    let together: Vec<_> = (0..4).rev().map(|seed| take(&pool, &plan, 0.3, log(seed)).0).collect();
    assert_eq!(alone, together.into_iter().rev().collect::<Vec<_>>());
}
