//! One adaptive step: estimate, standard error and the most informative item, from a log of 20 answers.
//!
//! `next_step` starts from the whole log, as the service does: it looks up every item by name, adds up the posterior,
//! takes its moments and finds the exact maximum among the items that are left. The banks are synthetic 3PL items.

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use item_bank::{
    Bank, BankParts, Item, ItemId, ItemStatus, ModelParameters, NormalPrior, Pool, ResponseModel, Theta,
};
use rand::Rng;
use rand_pcg::Pcg64;
use waymark::adaptive::{
    ExposureRates, FieldTestCounts, ItemPool, LoggedResponse, ResponseLog, Step, TestPlan, next_step,
};

const ANSWERS: usize = 20;

fn uniform(luck: &mut Pcg64) -> f64 {
    (luck.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

fn synthetic_bank(count: usize) -> Bank {
    let mut luck = Pcg64::new(20_261_123, count as u128);
    let item = |index: usize| {
        let (a, b, c) =
            (0.5 + 2.0 * uniform(&mut luck), -3.0 + 6.0 * uniform(&mut luck), 0.3 * uniform(&mut luck));
        let parameters = serde_json::json!({"model": "3PL", "a": a, "b": b, "c": c});
        let parameters: ModelParameters = serde_json::from_value(parameters).expect("three numbers");
        Item {
            id: ItemId::new(format!("item-{index:05}")).expect("a short name"),
            pool: Pool::Interim,
            status: ItemStatus::Operational,
            model: Some(ResponseModel::try_from(parameters).expect("within range")),
            standard_errors: None,
            provisional: false,
            attributes: BTreeMap::new(),
            content: None,
            group: None,
            enemies: Vec::new(),
        }
    };
    let items = (0..count).map(item).collect();
    let parts = BankParts { id: "bench".into(), name: "Bench".into(), items, ..BankParts::default() };
    Bank::new(parts).expect("names differ")
}

fn plan() -> TestPlan {
    let text = r#"{"id": "bench", "version": 1, "name": "Bench", "pool": "interim",
                   "stopping": {"minimum_items": 30, "maximum_items": 30, "standard_error": 0.05}}"#;
    TestPlan::from_json(text).expect("a plan")
}

/// Logs of students all over the scale, each with the same number of answers.
fn logs(pool: &ItemPool, plan: &TestPlan, count: u64) -> Vec<ResponseLog> {
    let answer = |seed: u64| {
        let mut luck = Pcg64::new(u128::from(seed), 1);
        let theta = Theta(-2.0 + 4.0 * uniform(&mut luck));
        let mut log = ResponseLog {
            seed,
            start: NormalPrior::STANDARD,
            seen: Vec::new(),
            field_test: FieldTestCounts::none(),
            inherited: BTreeSet::new(),
            responses: Vec::new(),
        };
        for _ in 0..ANSWERS {
            let Step::Administer(item) = next_step(pool, plan, &ExposureRates::none(), &log) else { break };
            let model = pool.model(pool.position(&item).expect("of this pool"));
            let score = u32::from(uniform(&mut luck) < model.probability(theta, 1));
            log.responses.push(LoggedResponse { item, score });
        }
        log
    };
    (0..count).map(answer).collect()
}

fn steps(criterion: &mut Criterion) {
    for count in [100, 1_000, 10_000] {
        let (bank, plan) = (synthetic_bank(count), plan());
        let pool = ItemPool::prepare(&bank, &plan).expect("a plan without conditions");
        let logs = logs(&pool, &plan, 64);
        let mut turn = 0;
        criterion.bench_function(&format!("next_step/{count}_items_after_{ANSWERS}"), |bencher| {
            bencher.iter(|| {
                turn = (turn + 1) % logs.len();
                next_step(black_box(&pool), &plan, &ExposureRates::none(), &logs[turn])
            });
        });
    }
}

criterion_group!(benches, steps);
criterion_main!(benches);
