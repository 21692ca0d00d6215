//! One step of a test that is assembled as shadow tests: estimate, the most informative whole test, its best item.
//!
//! Every step of whole adaptive tests of simulated examinees is timed, each by `next_step` from its whole log, as the
//! service does it. One core. The pools: a set-based one that is generated here, and, where `WAYMARK_REFERENCE` names
//! the reference data, the science and fatigue blueprints.
//!
//!     WAYMARK_REFERENCE=... cargo bench --bench shadow_test [-- EXAMINEES] [POOL]

#[path = "shadow_test/pools.rs"]
mod pools;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use item_bank::{NormalPrior, Theta};
use pools::Material;
use rand::Rng;
use rand_pcg::Pcg64;
use waymark::adaptive::{
    ExposureRates, FieldTestCounts, ItemPool, LoggedResponse, ResponseLog, Step, TestPlan, next_step,
};

const EXAMINEES: u64 = 20;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let count = arguments.iter().filter_map(|argument| argument.parse().ok()).next().unwrap_or(EXAMINEES);
    let mut materials = vec![pools::set_based()];
    if let Some(folder) = std::env::var_os("WAYMARK_REFERENCE").map(PathBuf::from) {
        materials.push(pools::reference(&folder, "science"));
        materials.push(pools::reference(&folder, "fatigue"));
    }
    let named = |material: &Material| arguments.iter().any(|argument| argument == material.name);
    if materials.iter().any(named) {
        materials.retain(named);
    }
    let mut table = String::from("pool        steps  median ms     p95 ms     max ms\n");
    for material in &materials {
        let mut times = steps(material, count);
        times.sort_unstable();
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        table += &format!(
            "{:10} {:6} {:10.2} {:10.2} {:10.2}\n",
            material.name,
            times.len(),
            at(0.5),
            at(0.95),
            at(1.0)
        );
    }
    std::io::Write::write_all(&mut std::io::stdout(), table.as_bytes()).expect("standard output is open");
}

/// How long every step of the tests of `count` examinees took.
fn steps(material: &Material, count: u64) -> Vec<Duration> {
    let plan = TestPlan::from_json(&material.plan.to_string()).expect("a plan");
    let pool = ItemPool::prepare(&material.bank, &plan).expect("a bank for the plan");
    let mut times = Vec::new();
    for examinee in 0..count {
        let mut luck = Pcg64::new(u128::from(examinee), 510_001);
        let mut uniform = move || (luck.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        // The sum of twelve uniform numbers: close to normal, standard deviation 1.
        let theta = Theta((0..12).map(|_| uniform()).sum::<f64>() - 6.0);
        let mut log = ResponseLog {
            seed: examinee,
            start: NormalPrior::STANDARD,
            seen: Vec::new(),
            field_test: FieldTestCounts::none(),
            inherited: BTreeSet::new(),
            responses: Vec::new(),
        };
        loop {
            let started = Instant::now();
            let step = next_step(&pool, &plan, &ExposureRates::none(), &log);
            times.push(started.elapsed());
            let Step::Administer(item) = step else { break };
            let model = pool.model(pool.position(&item).expect("of this pool"));
            let (mut score, mut below, draw) = (0, model.probability(theta, 0), uniform());
            while score < model.maximum_score() && draw >= below {
                score += 1;
                below += model.probability(theta, score);
            }
            log.responses.push(LoggedResponse { item, score });
        }
        assert_eq!(log.responses.len(), plan.stopping.maximum_items, "{}: a test was cut short", plan.id);
        times.pop(); // the last step only says that the test is over
    }
    times
}
