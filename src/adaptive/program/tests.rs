//! The optimum against a plain search, and both against trying everything.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;

const VARIABLES: usize = 10;
const NODES: usize = 5_000;

fn program(objective: &[i32], rows: &[(Vec<i8>, i32, i32)], sets: usize) -> Program {
    let mut program = Program {
        objective: objective.iter().map(|&worth| f64::from(worth) / 7.0).collect(),
        bounds: vec![Bounds::new(0.0, 1.0); objective.len()],
        leading: objective.len(),
        ..Program::default()
    };
    for (coefficients, lowest, room) in rows {
        let entries = coefficients.iter().enumerate().filter(|(_, coefficient)| **coefficient != 0);
        let entries = entries.map(|(variable, &coefficient)| (variable, f64::from(coefficient))).collect();
        program.rows.push(Row::new(entries, f64::from(*lowest), f64::from(lowest + room)));
    }
    // Each set takes two or three of its items, or none.
    for set in 0..sets {
        let items: Vec<usize> = (set * 4..set * 4 + 4).collect();
        let used = program.objective.len();
        program.objective.push(0.0);
        program.bounds.push(Bounds::new(0.0, 1.0));
        let sum = |of_used: f64| -> Vec<(usize, f64)> {
            items.iter().map(|&item| (item, 1.0)).chain([(used, of_used)]).collect()
        };
        program.rows.push(Row::new(sum(-2.0), 0.0, f64::INFINITY));
        program.rows.push(Row::new(sum(-3.0), f64::NEG_INFINITY, 0.0));
        for item in items {
            program.cuts.push(Row::new(vec![(item, 1.0), (used, -1.0)], f64::NEG_INFINITY, 0.0));
        }
    }
    program
}

fn by_trying_everything(program: &Program) -> Option<f64> {
    let all = (0..1_u32 << program.objective.len()).map(|bits| -> Vec<i64> {
        (0..program.objective.len()).map(|variable| i64::from(bits >> variable & 1)).collect()
    });
    all.filter(|values| program.is_kept_by(values)).map(|values| program.worth(&values)).reduce(f64::max)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        rng_seed: RngSeed::Fixed(43),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_optimum_is_that_of_a_plain_search_and_of_trying_everything(
        objective in prop::collection::vec(-20..100_i32, VARIABLES),
        rows in prop::collection::vec((prop::collection::vec(-1..=3_i8, VARIABLES), 0..6_i32, 0..4_i32), 1..5),
        sets in 0..=2_usize,
    ) {
        let program = program(&objective, &rows, sets);
        let expected = by_trying_everything(&program);
        let found = optimum(&program, NODES).outcome;
        let plain = maximise(&mut program.simplex(), program.leading, NODES);
        for outcome in [found, plain] {
            match (outcome, expected) {
                (Outcome::Optimal { values }, Some(best)) => {
                    prop_assert!(program.is_kept_by(&values));
                    prop_assert!((program.worth(&values) - best).abs() <= 1e-9 * best.abs().max(1.0));
                }
                (Outcome::Infeasible, None) => {}
                (outcome, expected) => prop_assert!(false, "{outcome:?} is not {expected:?}"),
            }
        }
    }
}
