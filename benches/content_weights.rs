//! What a selector breaks that weighs content against information and looks no further than the next item.
//!
//! Such selectors (after Cohen and Albright, 2014) add the need of the rows that an item is in to its information. They
//! leave out items that an upper limit or an enemy forbids, and hope for the rest. Here one of them, which no live plan
//! can ask for, gives tests from pools with rows that interact, beside the engine under the same plan. The checker of
//! `waymark simulate` counts what is broken.
//!
//!     WAYMARK_REFERENCE=... cargo bench --bench content_weights [-- EXAMINEES]

#[path = "content_weights/hard_pool.rs"]
mod hard_pool;
#[path = "content_weights/weighted.rs"]
mod weighted;

#[path = "shadow_test/pools.rs"]
#[expect(dead_code, reason = "the set-based pool is for the other bench")]
mod pools;

use std::fmt::Write;
use std::path::PathBuf;

use item_bank::{Bank, ItemId, NormalPrior};
use serde_json::{Value, json};
use waymark::adaptive::{ItemPool, TestPlan, preflight};
use waymark::simulation::{Settings, Uniforms, normal_abilities, simulate, violations};
use weighted::{Need, Weights, weighted_test};

const EXAMINEES: u32 = 500;
const SEED: u64 = 42;

/// The tests of one selector: their items, and the errors of their estimates.
type Tests = Vec<(Vec<ItemId>, f64)>;

fn main() {
    let count = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(EXAMINEES);
    let mut pools: Vec<(String, Bank, Value)> = hard_pool::seeds()
        .map(|seed| (format!("generated, seed {seed}"), hard_pool::bank(seed), hard_pool::plan()))
        .collect();
    if let Some(folder) = std::env::var_os("WAYMARK_REFERENCE").map(PathBuf::from) {
        let material = pools::reference(&folder, "science");
        let mut plan = material.plan;
        // Items by name are no question of weights.
        plan["items"] = json!({});
        pools.push(("science".to_owned(), material.bank, plan));
    }
    let mut table = String::from(
        "pool                 selector                          broken tests  rows a test   RMSE\n",
    );
    for (name, bank, document) in &pools {
        report(&mut table, name, bank, (document, count));
    }
    std::io::Write::write_all(&mut std::io::stdout(), table.as_bytes()).expect("standard output is open");
}

fn report(table: &mut String, name: &str, bank: &Bank, (document, count): (&Value, u32)) {
    let abilities = normal_abilities(count, 0.0, 1.0, SEED).expect("a standard deviation above zero");
    let plain = plan_of(document, json!({}));
    if let Err(problems) = preflight(bank, &plain) {
        let _ = writeln!(table, "{name:20} cannot be filled: {problems:?}");
        return;
    }
    let mut line = |selector: &str, tests: &Tests| {
        let found: Vec<usize> =
            tests.iter().map(|(items, _)| violations(bank, &plain, items).len()).collect();
        let of = tests.len() as f64;
        let broken = found.iter().filter(|found| **found > 0).count() as f64 / of;
        let rows = found.iter().sum::<usize>() as f64 / of;
        let rmse = (tests.iter().map(|(_, error)| error * error).sum::<f64>() / of).sqrt();
        let _ = writeln!(table, "{name:20} {selector:33} {:11.1}% {rows:12.2} {rmse:6.3}", 100.0 * broken);
    };
    for (words, need) in [("share lacking", Need::ShareLacking), ("urgency", Need::Urgency)] {
        for content in [0.3, 0.6, 0.9] {
            let weights = Weights { content, need };
            let pool = ItemPool::prepare(bank, &plain).expect("preflight passed");
            let one = |(examinee, theta): (u32, &f64)| {
                weighted_test((bank, &plain, &pool), weights, (SEED, examinee, *theta))
            };
            let tests: Tests = (0..).zip(&abilities).map(one).collect();
            line(&format!("weights {content}, {words}"), &tests);
        }
    }
    for (words, selection) in [
        ("engine, content weights 0.6", json!({"criterion": {"content_weights": {"content": 0.6}}})),
        ("engine, item by item", json!({})),
        ("engine, shadow tests", json!({"assembly": "shadow_test"})),
    ] {
        line(words, &engine_tests(bank, &plan_of(document, selection), &abilities));
    }
}

fn plan_of(document: &Value, selection: Value) -> TestPlan {
    let mut document = document.clone();
    document["selection"] = selection;
    TestPlan::from_json(&document.to_string()).expect("a plan")
}

fn engine_tests(bank: &Bank, plan: &TestPlan, abilities: &[f64]) -> Tests {
    let pool = ItemPool::prepare(bank, plan).expect("preflight passed");
    let settings = Settings::new(Uniforms::Counted { seed: SEED }, NormalPrior::STANDARD);
    let tests = simulate(&pool, plan, abilities, &settings, &|| {});
    let test = |test: &waymark::simulation::SimulatedTest| {
        let items = test.items.iter().map(|&item| pool.id(item as usize).clone()).collect();
        (items, test.estimate.theta.0 - test.theta)
    };
    tests.iter().map(test).collect()
}
