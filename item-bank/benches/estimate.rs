//! An estimate with its standard error after 40 answers: every estimator, and the tabulated grid of the engine.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use item_bank::ability::grid::LogProbabilityGrid;
use item_bank::ability::{eap, maximum_likelihood, maximum_posterior, posterior, weighted_likelihood};
use item_bank::model::{GeneralizedPartialCredit, ThreePl};
use item_bank::{NormalPrior, Observation, Quadrature, ResponseModel, Theta, ThetaRange};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

const ANSWERS: usize = 40;

/// Items like those of an operational test, and the answers of an examinee at θ = 0.5.
fn answered(make: impl Fn(&mut Pcg64Mcg) -> ResponseModel) -> Vec<(ResponseModel, u32)> {
    let mut draw = Pcg64Mcg::seed_from_u64(20_261_123);
    let mut one = |_| {
        let model = make(&mut draw);
        let u: f64 = draw.random();
        let reached = |score: &u32| {
            let at_or_above = (*score..=model.maximum_score()).map(|k| model.probability(Theta(0.5), k));
            u < at_or_above.sum::<f64>()
        };
        let score = (1..=model.maximum_score()).filter(reached).count();
        (model, u32::try_from(score).expect("a score is small"))
    };
    (0..ANSWERS).map(&mut one).collect()
}

fn three_pl(draw: &mut Pcg64Mcg) -> ResponseModel {
    let (a, b, c) = (draw.random_range(0.6..2.0), draw.random_range(-2.5..2.5), draw.random_range(0.1..0.25));
    ResponseModel::ThreePl(ThreePl::new(a, b, c).expect("inside the ranges"))
}

fn partial_credit(draw: &mut Pcg64Mcg) -> ResponseModel {
    let steps: Vec<f64> = (0..4).map(|_| draw.random_range(-2.5..2.5)).collect();
    let a = draw.random_range(0.6..1.5);
    ResponseModel::GeneralizedPartialCredit(
        GeneralizedPartialCredit::new(a, &steps).expect("inside the ranges"),
    )
}

fn estimate_after_40_answers(criterion: &mut Criterion) {
    for (name, responses) in [("3PL", answered(three_pl)), ("GPCM 5 categories", answered(partial_credit))] {
        let seen: Vec<_> =
            responses.iter().map(|(model, score)| Observation { model, score: *score }).collect();
        let (prior, range) = (NormalPrior::STANDARD, ThetaRange::WIDE);
        let mut group = criterion.benchmark_group(format!("after 40 answers, {name}"));
        group.bench_function("EAP converged", |b| {
            b.iter(|| eap(black_box(&seen), &prior, &Quadrature::Converged));
        });
        group.bench_function("EAP 61 nodes", |b| {
            b.iter(|| eap(black_box(&seen), &prior, &Quadrature::mirt()));
        });
        group.bench_function("MAP", |b| {
            b.iter(|| maximum_posterior(black_box(&seen), &prior, &range));
        });
        group.bench_function("ML", |b| {
            b.iter(|| maximum_likelihood(black_box(&seen), &range));
        });
        group.bench_function("WLE", |b| {
            b.iter(|| weighted_likelihood(black_box(&seen), &range));
        });
        group.bench_function("posterior", |b| {
            b.iter(|| posterior(black_box(&seen), &prior, &Quadrature::Converged));
        });
        group.bench_function("mass above a cut", |b| {
            let posterior = posterior(&seen, &prior, &Quadrature::Converged);
            b.iter(|| posterior.probability_at_or_above(black_box(Theta(0.4))));
        });
        for nodes in [61, 121] {
            let grid = LogProbabilityGrid::new(responses.iter().map(|(model, _)| model), range, nodes);
            let mut log_density = Vec::new();
            group.bench_function(format!("grid of {nodes} nodes"), |b| {
                b.iter(|| {
                    grid.start(&prior, &mut log_density);
                    for (item, (_, score)) in responses.iter().enumerate() {
                        grid.add(item, black_box(*score), &mut log_density);
                    }
                    grid.estimate(black_box(&log_density))
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, estimate_after_40_answers);
criterion_main!(benches);
