//! Readiness against seeded simulation, its typed refusals, and what it rests on.

use item_bank::{Estimator, NormalPrior, Observation, Quadrature, ResponseModel, Theta, estimate};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::SeedableRng;

use super::examinee::{answers, form, normal};
use crate::assessment::{
    InterimAttempt, Judgement, Policy, Readiness, ReadinessRequest, Recommendation, Shortage,
    SummativeMeasurement, readiness,
};
use crate::clock::Millis;

const DAY_MS: i64 = 86_400_000;
const NOW: Millis = Millis(1_800_000_000_000);

fn days_ago(days: i64) -> Millis {
    NOW.plus(-days * DAY_MS)
}

fn attempt<'a>(id: &str, days: i64, observations: Vec<Observation<'a>>) -> InterimAttempt<'a> {
    InterimAttempt { id: id.to_owned(), answered_at: days_ago(days), observations }
}

fn ask(
    policy: &str,
    cut: f64,
    attempts: &[InterimAttempt<'_>],
    summative: &SummativeMeasurement,
) -> Readiness {
    let policy = Policy::read_json(policy).unwrap();
    let prior = NormalPrior::STANDARD;
    readiness(&policy, &ReadinessRequest { now: NOW, cut, prior: &prior, attempts, summative })
}

/// 2,000 students of N(0, 1) whose ability walks with the policy's variance; two interim forms, 40 and 10 days ago;
/// then the summative form, scored by EAP. What is predicted must be what happens, overall and in every fifth of the
/// scale, within 3.5 standard errors of the observed share.
#[test]
fn what_is_predicted_is_what_happens() {
    const STUDENTS: usize = 2_000;
    let (interim, summative_form) = (form(16), form(24));
    let information = |theta| summative_form.iter().map(|model| model.information(theta)).sum();
    let summative = SummativeMeasurement::from_information(information, Some(NormalPrior::STANDARD));
    let eap = Estimator::Eap { prior: NormalPrior::STANDARD, quadrature: Quadrature::default() };
    let mut random = Pcg64::seed_from_u64(20_261_123);
    let mut fifths = [(0.0, 0.0, 0.0, 0_u32); 5];
    for _ in 0..STUDENTS {
        let before = normal(&mut random);
        let later = before + (0.004 * 30.0_f64).sqrt() * normal(&mut random);
        let now = later + (0.004 * 10.0_f64).sqrt() * normal(&mut random);
        let first = answers(&interim, before, &mut random);
        let second = answers(&interim, later, &mut random);
        let attempts = [attempt("a", 40, first), attempt("b", 10, second)];
        let policy = r#"{ "readiness": { "variance_per_day": 0.004 } }"#;
        let predicted = ask(policy, 0.5, &attempts, &summative).probability().unwrap();
        let taken = answers(&summative_form, now, &mut random);
        let validated = estimate(&taken, &eap).unwrap().theta.0 >= 0.5;
        let fifth = &mut fifths[((predicted * 5.0) as usize).min(4)];
        fifth.0 += predicted;
        fifth.1 += f64::from(u8::from(validated));
        fifth.2 += predicted * (1.0 - predicted);
        fifth.3 += 1;
    }
    let total = fifths.iter().fold((0.0, 0.0, 0.0, 0), |sum, fifth| {
        (sum.0 + fifth.0, sum.1 + fifth.1, sum.2 + fifth.2, sum.3 + fifth.3)
    });
    for (predicted, happened, variance, students) in fifths.into_iter().chain([total]) {
        let z: f64 = (happened - predicted) / f64::sqrt(variance);
        assert!(students > 100 && z.abs() < 3.5, "{students} students, z {z}");
    }
}

#[test]
fn too_little_evidence_has_a_type_and_no_number() {
    let summative = SummativeMeasurement::from_standard_error(|_| 0.3, None);
    let items = form(12);
    let right =
        |count: usize| items.iter().take(count).map(|model| Observation { model, score: 1 }).collect();
    let check = |attempts: &[InterimAttempt<'_>], shortage: Shortage, words: &str| {
        let asked = ask("{}", 0.0, attempts, &summative);
        assert_eq!(asked.judgement, Judgement::NotEnoughEvidence(shortage));
        assert_eq!((asked.recommendation, asked.probability()), (Recommendation::NotEnoughEvidence, None));
        assert_eq!(shortage.to_string(), words);
    };
    let nothing = Shortage::NothingRecent { evidence_days: 90 };
    check(&[], nothing, "no self-levelling answers in the last 90 days");
    check(&[attempt("old", 91, right(12))], nothing, "no self-levelling answers in the last 90 days");
    check(&[attempt("empty", 1, vec![])], nothing, "no self-levelling answers in the last 90 days");
    let few = Shortage::TooFewAnswers { answers: 9, needed: 10, evidence_days: 90 };
    check(&[attempt("few", 1, right(9))], few, "9 answers in the last 90 days, 10 are needed");
    let enough = ask("{}", 0.0, &[attempt("a", 90, right(4)), attempt("b", 1, right(6))], &summative);
    assert!(enough.probability().is_some());
}

#[test]
fn the_recommendation_changes_at_the_policys_threshold() {
    let summative = SummativeMeasurement::from_standard_error(|_| 0.3, None);
    let items = form(12);
    let evidence = [attempt("a", 3, items.iter().map(|model| Observation { model, score: 1 }).collect())];
    let probability = ask("{}", 1.0, &evidence, &summative).probability().unwrap();
    let asked = |threshold: f64| {
        let policy = format!(r#"{{ "readiness": {{ "recommended_at": {threshold} }} }}"#);
        ask(&policy, 1.0, &evidence, &summative).recommendation
    };
    assert!(probability > 0.5 && probability < 0.95, "{probability}");
    assert_eq!(asked(probability), Recommendation::Unlock);
    assert_eq!(asked(probability + 1e-9), Recommendation::Wait);
}

#[test]
fn evidence_is_listed_oldest_first_and_what_is_too_old_is_counted() {
    let summative = SummativeMeasurement::from_standard_error(|_| 0.3, None);
    let items = form(12);
    let seen = || items.iter().map(|model| Observation { model, score: 1 }).collect::<Vec<_>>();
    let attempts = [attempt("new", 2, seen()), attempt("old", 200, seen()), attempt("middle", 30, seen())];
    let asked = ask("{}", 0.0, &attempts, &summative);
    let listed: Vec<_> =
        asked.evidence.iter().map(|used| (used.attempt_id.as_str(), used.age_days)).collect();
    assert_eq!(listed, [("middle", 30.0), ("new", 2.0)]);
    assert_eq!((asked.answers, asked.too_old), (24, 1));
}

#[test]
fn older_evidence_says_less() {
    let summative = SummativeMeasurement::from_standard_error(|_| 0.3, None);
    let items: Vec<ResponseModel> = form(20);
    let known = |days: i64| {
        let observations = items.iter().map(|model| Observation { model, score: 1 }).collect();
        match ask("{}", 1.5, &[attempt("a", days, observations)], &summative).judgement {
            Judgement::Known(known) => known,
            Judgement::NotEnoughEvidence(shortage) => panic!("{shortage}"),
        }
    };
    let (fresh, stale) = (known(0), known(80));
    assert!((stale.theta - fresh.theta).abs() < 1e-9);
    let added = stale.standard_error.powi(2) - fresh.standard_error.powi(2);
    assert!((added - 0.08).abs() < 1e-6, "80 days add 0.08 squared logits, got {added}");
    assert!(stale.probability < fresh.probability);
    assert!(stale.theta_low < fresh.theta_low && fresh.theta_high < stale.theta_high);
    assert!(stale.probability_low < stale.probability && stale.probability < stale.probability_high);
    assert!(fresh.probability_low <= fresh.probability && fresh.probability <= fresh.probability_high);
}

#[test]
fn measurement_error_pulls_a_sure_bet_towards_even() {
    // Ability is surely half a logit above the cut; a noisy summative test still errs.
    let items = form(40);
    let theta = 1.0;
    let seen: Vec<_> = items
        .iter()
        .map(|model| Observation { model, score: u32::from(model.probability(Theta(theta), 1) > 0.5) })
        .collect();
    let probability = |error: f64| {
        let summative = SummativeMeasurement::from_standard_error(|_| error, None);
        ask("{}", 0.5, &[attempt("a", 0, seen.clone())], &summative).probability().unwrap()
    };
    assert!(probability(0.1) > probability(0.5) && probability(0.5) > probability(2.0));
    assert!(probability(2.0) > 0.5);
}
