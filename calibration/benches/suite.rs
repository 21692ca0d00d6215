//! Whole calibrations of response files, timed: `cargo bench -p calibration --bench suite -- FILE.csv MODEL [FILE MODEL …]`.
//! Reports reading and estimation apart, with the log-likelihood and the gradient reached. Without arguments it
//! calibrates seeded answers of 5,000 examinees to 50 items. With `ERRORS` in the environment standard errors are timed
//! too, with `FIT` everything that `waymark fit` looks at, and `TRACE` shows every pass.

#![expect(clippy::print_stderr, reason = "a bench reports")]

use std::fs::File;
use std::ops::ControlFlow;
use std::time::Instant;

use calibration::report::FitEvidence;
use calibration::responses::{ReadOptions, ResponseBuilder, ResponseMatrix, read_responses};
use calibration::{CalibrationPlan, Grid, GridChoice, ItemModel, calibrate, covariance};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if arguments.is_empty() {
        report("seeded 5,000 x 50", &seeded(5_000, 50), ItemModel::TwoPl, 0.0);
    }
    for pair in arguments.chunks_exact(2) {
        let started = Instant::now();
        let file = File::open(&pair[0]).expect("a response file");
        let matrix = read_responses(file, &ReadOptions::default()).expect("scored responses");
        report(&pair[0], &matrix, pair[1].parse().expect("a model"), started.elapsed().as_secs_f64());
    }
}

fn report(name: &str, matrix: &ResponseMatrix, model: ItemModel, reading: f64) {
    let mut plan = CalibrationPlan::uniform(model, matrix.items().len(), 1);
    plan.grid = GridChoice::Stated(Grid::default());
    let started = Instant::now();
    let trace = std::env::var_os("TRACE").is_some();
    let found = calibrate(matrix, &plan, &mut |cycle| {
        if trace {
            let at = started.elapsed().as_secs_f64();
            eprintln!("{at:.3} {:4} {:.6} {:.2e}", cycle.passes, cycle.log_posterior, cycle.change);
        }
        ControlFlow::Continue(())
    })
    .expect("an outcome");
    let fitting = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let errors =
        if std::env::var_os("ERRORS").is_some() { covariance(&found).map(|c| c.len()) } else { None };
    eprintln!(
        "{name} {model}: read {reading:.3} s, fit {fitting:.3} s, errors {:.3} s {errors:?}; log L {:.4}, gradient {:.1e}, {} patterns, {:?}",
        started.elapsed().as_secs_f64(),
        found.log_likelihood,
        found.largest_gradient,
        found.patterns,
        found.convergence,
    );
    if std::env::var_os("FIT").is_some() {
        let started = Instant::now();
        let fit = FitEvidence::new(matrix, &found);
        let statistic = fit.model.map_or(f64::NAN, |model| model.statistic);
        eprintln!("    evidence of fit {:.3} s, M2 {statistic:.2}", started.elapsed().as_secs_f64());
    }
}

/// Answers with slopes from 0.6 to 2 and difficulties from −2 to 2.
fn seeded(examinees: usize, items: u16) -> ResponseMatrix {
    let mut rng = Pcg64::seed_from_u64(1);
    let mut builder = ResponseBuilder::new((0..items).map(|item| format!("item{item}")).collect());
    for _ in 0..examinees {
        let theta: f64 = (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
        let row: Vec<(u16, u8)> = (0..items)
            .map(|item| {
                let (a, b) = (0.6 + f64::from(item % 8) * 0.2, f64::from(item % 17) / 4.0 - 2.0);
                let correct = rng.random::<f64>() < 1.0 / (1.0 + (-a * (theta - b)).exp());
                (item, u8::from(correct))
            })
            .collect();
        builder.push(&row);
    }
    builder.finish()
}
