//! Small banks and plans to test with, and tests taken by a seeded student.

use std::collections::{BTreeMap, BTreeSet};

use item_bank::{
    AttributeValue, Bank, BankParts, Item, ItemId, ItemStatus, Level, ModelParameters, NormalPrior, Pool,
    Progression, ResponseModel, Theta,
};
use rand::Rng;
use rand_pcg::Pcg64;

use crate::adaptive::*;

pub fn id(text: &str) -> ItemId {
    ItemId::new(text).unwrap()
}

pub fn three_pl(a: f64, b: f64, c: f64) -> ResponseModel {
    let parameters = serde_json::json!({"model": "3PL", "a": a, "b": b, "c": c});
    let parameters: ModelParameters = serde_json::from_value(parameters).unwrap();
    ResponseModel::try_from(parameters).unwrap()
}

/// An operational item of the interim pool without content.
pub fn item(name: &str, model: ResponseModel) -> Item {
    Item {
        id: id(name),
        pool: Pool::Interim,
        status: ItemStatus::Operational,
        model: Some(model),
        standard_errors: None,
        provisional: false,
        attributes: BTreeMap::new(),
        content: None,
        group: None,
        enemies: Vec::new(),
    }
}

pub fn with(mut item: Item, attribute: &str, value: &str) -> Item {
    item.attributes.insert(attribute.to_owned(), AttributeValue::Text(value.to_owned()));
    item
}

pub fn bank(items: Vec<Item>) -> Bank {
    let parts = BankParts { id: "small".into(), name: "Small".into(), items, ..BankParts::default() };
    Bank::new(parts).unwrap()
}

/// Items of one strand and a progression with these cuts; the level above the first is `l1`.
pub fn bank_with_cuts(cuts: &[f64]) -> Bank {
    let level = |(index, cut): (usize, Option<&f64>)| -> Level {
        serde_json::from_value(serde_json::json!({"id": format!("l{index}"), "name": "L", "cut": cut}))
            .unwrap()
    };
    let levels = std::iter::once(None).chain(cuts.iter().map(Some)).enumerate().map(level).collect();
    let progression = Progression::new("levels".into(), "Levels".into(), levels).unwrap();
    let items = bank_of_strands(&["number"], 200).items().to_vec();
    let parts = BankParts {
        id: "small".into(),
        name: "Small".into(),
        items,
        progression: Some(progression),
        ..BankParts::default()
    };
    Bank::new(parts).unwrap()
}

/// Items `i0`, `i1` … of one strand each, in turn, difficulties spread over four logits.
pub fn bank_of_strands(strands: &[&str], count: usize) -> Bank {
    let one = |index: usize| {
        let b = -2.0 + 4.0 * index as f64 / count as f64;
        with(item(&format!("i{index}"), three_pl(1.2, b, 0.1)), "strand", strands[index % strands.len()])
    };
    bank((0..count).map(one).collect())
}

pub fn plan(settings: serde_json::Value) -> TestPlan {
    let mut document = serde_json::json!({"id": "p", "version": 1, "name": "P", "pool": "interim"});
    let (Some(target), Some(source)) = (document.as_object_mut(), settings.as_object()) else {
        panic!("objects")
    };
    target.extend(source.clone());
    TestPlan::from_json(&document.to_string()).unwrap()
}

pub fn log(seed: u64) -> ResponseLog {
    ResponseLog {
        seed,
        start: NormalPrior::STANDARD,
        seen: Vec::new(),
        field_test: FieldTestCounts::none(),
        inherited: BTreeSet::new(),
        responses: Vec::new(),
    }
}

/// A whole test of a student of this ability. Returns the log and why it ended.
pub fn take(pool: &ItemPool, plan: &TestPlan, theta: f64, mut log: ResponseLog) -> (ResponseLog, StopReason) {
    let mut luck = Pcg64::new(u128::from(log.seed) + 77, 5);
    loop {
        let (step, report) = next_step_with_report(pool, plan, &ExposureRates::none(), &log);
        match step {
            Step::Stop(reason) => return (log, reason),
            Step::Administer(item) => {
                if report.shadow_test.is_some_and(|report| report.status == ShadowStatus::Inherited) {
                    log.inherited.insert(item.clone());
                }
                // What is answered to a field-test item makes no difference: no luck is spent on it.
                let Some(position) = pool.position(&item) else {
                    log.responses.push(LoggedResponse { item, score: 1 });
                    continue;
                };
                let model = pool.model(position);
                let mut draw = (luck.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
                let mut score = 0;
                while score < model.maximum_score() && draw >= model.probability(Theta(theta), score) {
                    draw -= model.probability(Theta(theta), score);
                    score += 1;
                }
                log.responses.push(LoggedResponse { item, score });
            }
        }
    }
}

pub fn delivered(log: &ResponseLog) -> Vec<ItemId> {
    log.responses.iter().map(|response| response.item.clone()).collect()
}
