//! Items of other grades come by the plan's rule and not otherwise.

use item_bank::{Bank, Theta};
use serde_json::{Value, json};

use super::school::*;
use crate::adaptive::*;
use crate::simulation::{ScoredTest, Violation, violations};

const AFTER: usize = 6;
const PROBABILITY: f64 = 0.85;

/// Grades 3, 4 and 5 of two strands, difficulties a logit and a half apart; two items are of no grade.
fn grades() -> Bank {
    let item_of = |index: usize| {
        let grade = 3 + index % 3;
        let b = 1.5 * (grade as f64 - 4.0) + 0.05 * (index as f64 - 45.0) / 3.0;
        let one =
            with(item(&format!("i{index}"), three_pl(1.4, b, 0.1)), "strand", ["a", "b"][index / 3 % 2]);
        if index < 2 { one } else { with(one, "grade", &grade.to_string()) }
    };
    bank((0..90).map(item_of).collect())
}

fn settings() -> Value {
    json!({
        "stopping": {"minimum_items": 16, "maximum_items": 16},
        "blueprint": [
            {"attribute": "strand", "value": "a", "minimum": 7, "maximum": 9},
            {"attribute": "grade", "value": "4", "minimum": 8},
        ],
        "off_grade": {
            "attribute": "grade", "grade": "4", "below": ["3"], "above": ["5"],
            "after_items": AFTER, "probability": PROBABILITY, "lowest": -0.7, "highest": 0.7,
        },
    })
}

/// Whether the rule had let in items of the item's grade before some answer up to here.
fn is_let_in(pool: &ItemPool, plan: &TestPlan, log: &ResponseLog, (place, above): (usize, bool)) -> bool {
    (AFTER..=place).any(|answers| {
        let so_far = ResponseLog { responses: log.responses[..answers].to_vec(), ..log.clone() };
        let posterior = posterior(pool, plan, &so_far).unwrap();
        let probability = if above {
            posterior.probability_at_or_above(Theta(0.7))
        } else {
            1.0 - posterior.probability_at_or_above(Theta(-0.7))
        };
        probability >= PROBABILITY
    })
}

#[test]
fn items_of_other_grades_come_when_the_rule_lets_them_in_and_not_before() {
    let bank = grades();
    for assembly in ["item_by_item", "shadow_test"] {
        let mut settings = settings();
        settings["selection"] = json!({"assembly": assembly});
        let plan = plan(settings);
        let pool = ItemPool::prepare(&bank, &plan).unwrap();
        let (mut higher, mut lower) = (0, 0);
        for (seed, theta) in [(1, -2.5), (2, -1.0), (3, 0.0), (4, 1.0), (5, 2.5)] {
            let (log, reason) = take(&pool, &plan, theta, log(seed));
            assert_eq!(reason, StopReason::MaximumLength, "{assembly}");
            assert_eq!(violations(&bank, &plan, &delivered(&log)), [], "{assembly}");
            for (place, response) in log.responses.iter().enumerate() {
                let item = bank.item(response.item.as_str()).unwrap();
                let (above, below) = (item.has_attribute("grade", "5"), item.has_attribute("grade", "3"));
                if above || below {
                    assert!(is_let_in(&pool, &plan, &log, (place, above)), "{assembly} {seed}: item {place}");
                }
                higher += usize::from(above);
                lower += usize::from(below);
            }
        }
        assert!(higher > 0 && lower > 0, "{assembly}: the rule opens for the ends of the scale");
    }
}

#[test]
fn a_plan_that_only_other_grades_could_fill_is_refused() {
    let mut settings = settings();
    settings["blueprint"] = json!([{"attribute": "grade", "value": "5", "minimum": 1}]);
    let found = preflight(&grades(), &plan(settings)).unwrap_err();
    let words: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(words, ["grade = 5 needs at least 1 items, the interim pool has 0"]);
}

#[test]
fn a_range_of_a_grade_must_ascend() {
    let mut settings = settings();
    settings["off_grade"]["highest"] = json!(-0.7);
    let mut document = json!({"id": "p", "version": 1, "name": "P", "pool": "interim"});
    document.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    let error = TestPlan::from_json(&document.to_string()).unwrap_err().to_string();
    assert_eq!(
        error,
        "off_grade.lowest and .highest must be ascending and from -10 to 10 logits, got -0.7 and -0.7"
    );
}

#[test]
fn the_checker_integrates_what_the_answers_say_and_finds_items_that_came_too_early() {
    let (bank, plan) = (grades(), plan(settings()));
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let mut found = 0;
    for (seed, ability) in (0..24).zip([-1.6, -0.5, 0.5, 1.6].into_iter().cycle()) {
        let (log, _) = take(&pool, &plan, ability, log(seed));
        let check = |answers: &[LoggedResponse]| -> Vec<Violation> {
            ScoredTest { bank: &bank, plan: &plan, start: log.start, answers }.off_grade_violations()
        };
        assert_eq!(check(&log.responses), []);
        // Answers that say the contrary let nothing in of what came.
        let contrary = |answer: &LoggedResponse| LoggedResponse { score: 1 - answer.score, ..answer.clone() };
        found += check(&log.responses.iter().map(contrary).collect::<Vec<_>>()).len();
    }
    assert!(found > 10, "{found}");
}
