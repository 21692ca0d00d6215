//! Agreement with the shared reference vectors, which are not part of this repository: `WAYMARK_REFERENCE` names their
//! folder. They come from a numpy script of high precision, cross-checked with catR 3.17 and mirt 1.47. Tolerances are
//! those its README states.

#![expect(
    clippy::print_stdout,
    reason = "a test says what it compared, or that it had nothing to compare with"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use item_bank::ability::{
    AbilityEstimate, Observation, eap, log_likelihood, maximum_likelihood, maximum_posterior,
    observed_standard_error, weighted_likelihood,
};
use item_bank::{NormalPrior, Quadrature, ResponseModel, Theta, ThetaRange};
use serde::Deserialize;

fn reference(path: &str) -> Option<String> {
    let Some(root) = std::env::var_os("WAYMARK_REFERENCE") else {
        println!("WAYMARK_REFERENCE is not set: nothing compared");
        return None;
    };
    let file = PathBuf::from(root).join("cat").join(path);
    Some(std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
}

#[derive(Deserialize)]
struct BankFile {
    items: Vec<ResponseModel>,
}

#[derive(Default)]
struct Banks(BTreeMap<String, Vec<ResponseModel>>);

impl Banks {
    fn models(&mut self, name: &str) -> &[ResponseModel] {
        self.0.entry(name.to_owned()).or_insert_with(|| {
            let text = reference(&format!("banks/{name}.json")).unwrap();
            serde_json::from_str::<BankFile>(&text).unwrap().items
        })
    }
}

/// The worst disagreement of each quantity; a quantity over its tolerance fails the test at the end, with every name.
#[derive(Default)]
struct Ledger(BTreeMap<String, (f64, usize, usize, String)>);

impl Ledger {
    fn compare(&mut self, quantity: &str, case: &str, error: f64) {
        let entry = self.0.entry(quantity.to_owned()).or_default();
        entry.1 += 1;
        if error > 1.0 || error.is_nan() {
            entry.2 += 1;
        }
        if error > entry.0 || error.is_nan() {
            (entry.0, entry.3) = (error, case.to_owned());
        }
    }

    /// Relative to a tolerance, with the absolute tolerance 1e-14 below.
    fn relative(&mut self, quantity: &str, case: &str, got: f64, (want, tolerance): (f64, f64)) {
        self.compare(quantity, case, (got - want).abs() / (tolerance * want.abs()).max(1e-14));
    }

    fn absolute(&mut self, quantity: &str, case: &str, got: f64, (want, tolerance): (f64, f64)) {
        self.compare(quantity, case, (got - want).abs() / tolerance);
    }

    fn close(self, comparisons_min: usize) {
        let mut total = 0;
        let mut failed = 0;
        for (quantity, (worst, count, bad, case)) in &self.0 {
            println!("{quantity:24} {count:6} compared, worst {worst:.3e} of the tolerance ({case})");
            total += count;
            failed += bad;
        }
        assert_eq!(failed, 0, "{:#?}", self.0);
        assert!(total >= comparisons_min, "only {total} comparisons");
    }
}

#[derive(Deserialize)]
struct InformationFile {
    cases: Vec<InformationCase>,
}

#[derive(Deserialize)]
struct InformationCase {
    bank: String,
    theta: Vec<f64>,
    items: Vec<usize>,
    item_info: Vec<Vec<f64>>,
    test_info: Vec<f64>,
    probs: Vec<ProbabilityCase>,
}

#[derive(Deserialize)]
struct ProbabilityCase {
    item: usize,
    theta: f64,
    p: Vec<f64>,
}

#[test]
fn information_and_probabilities_match_from_minus_20_to_20() {
    let Some(text) = reference("vectors/information.json") else { return };
    let mut banks = Banks::default();
    let mut ledger = Ledger::default();
    for case in serde_json::from_str::<InformationFile>(&text).unwrap().cases {
        let models = banks.models(&case.bank);
        for (item, row) in case.items.iter().zip(&case.item_info) {
            for (theta, want) in case.theta.iter().zip(row) {
                let name = format!("{}/{item} at {theta}", case.bank);
                ledger.relative(
                    "item information",
                    &name,
                    models[*item].information(Theta(*theta)),
                    (*want, 1e-12),
                );
            }
        }
        for (theta, want) in case.theta.iter().zip(&case.test_info) {
            let got: f64 = models.iter().map(|model| model.information(Theta(*theta))).sum();
            ledger.relative("test information", &format!("{} at {theta}", case.bank), got, (*want, 1e-12));
        }
        for ProbabilityCase { item, theta, p } in &case.probs {
            let mut got = vec![0.0; models[*item].categories()];
            models[*item].probabilities(Theta(*theta), &mut got);
            assert_eq!(got.len(), p.len());
            for (score, want) in p.iter().enumerate() {
                let name = format!("{}/{item} at {theta} score {score}", case.bank);
                ledger.relative("probability", &name, got[score], (*want, 1e-12));
                let log = models[*item].log_probability(Theta(*theta), u32::try_from(score).unwrap());
                ledger.relative("ln probability", &name, log.exp(), (*want, 1e-12));
            }
        }
    }
    ledger.close(20_000);
}

#[derive(Deserialize)]
struct EstimateFile {
    cases: Vec<EstimateCase>,
}

#[derive(Deserialize)]
struct EstimateCase {
    id: String,
    bank: String,
    items: Vec<usize>,
    responses: Vec<u32>,
    prior: Prior,
    loglik: Vec<(f64, f64)>,
    expected: BTreeMap<String, Expected>,
}

#[derive(Deserialize)]
struct Prior {
    mean: f64,
    sd: f64,
}

#[derive(Deserialize)]
struct Expected {
    theta: f64,
    se: f64,
    se_observed: Option<f64>,
    at_bound: Option<bool>,
}

#[test]
fn every_estimate_of_every_estimator_matches() {
    let Some(text) = reference("vectors/estimates.json") else { return };
    let mut banks = Banks::default();
    let mut ledger = Ledger::default();
    let cases = serde_json::from_str::<EstimateFile>(&text).unwrap().cases;
    assert_eq!(cases.len(), 488);
    for case in cases {
        let models = banks.models(&case.bank);
        let answered = case.items.iter().zip(&case.responses);
        let observations: Vec<_> =
            answered.map(|(item, score)| Observation::new(&models[*item], *score).unwrap()).collect();
        let prior = NormalPrior::new(case.prior.mean, case.prior.sd).unwrap();
        for (theta, want) in &case.loglik {
            let got = log_likelihood(&observations, Theta(*theta));
            ledger.relative("log likelihood", &case.id, got, (*want, 1e-12));
        }
        for (method, expected) in &case.expected {
            check_estimate(&mut ledger, &case.id, (method, expected), (&observations, &prior));
        }
    }
    ledger.close(6_000);
}

fn check_estimate(
    ledger: &mut Ledger,
    id: &str,
    (method, expected): (&str, &Expected),
    (observations, prior): (&[Observation<'_>], &NormalPrior),
) {
    let four = ThetaRange::new(-4.0, 4.0).unwrap();
    let six = ThetaRange::WIDE;
    let (got, in_prior): (AbilityEstimate, _) = match method {
        "eap" => (eap(observations, prior, &Quadrature::Converged), None),
        "eap_q33_m4p4_trap" => (eap(observations, prior, &Quadrature::catr()), None),
        "eap_q61_m6p6_sum" => (eap(observations, prior, &Quadrature::mirt()), None),
        "map_m6p6" => (maximum_posterior(observations, prior, &six), Some(prior)),
        "ml_m4p4" => (maximum_likelihood(observations, &four).unwrap(), None),
        "ml_m6p6" => (maximum_likelihood(observations, &six).unwrap(), None),
        "wle_m4p4" => (weighted_likelihood(observations, &four).unwrap(), None),
        "wle_m6p6" => (weighted_likelihood(observations, &six).unwrap(), None),
        other => panic!("no estimator {other}"),
    };
    let Some(at_bound) = expected.at_bound else {
        let tolerance = if method == "eap" { 1e-9 } else { 1e-10 };
        ledger.absolute(&format!("{method} theta"), id, got.theta.0, (expected.theta, tolerance));
        ledger.absolute(&format!("{method} se"), id, got.standard_error, (expected.se, tolerance));
        return;
    };
    ledger.absolute(&format!("{method} theta"), id, got.theta.0, (expected.theta, 1e-8));
    ledger.relative(&format!("{method} se"), id, got.standard_error, (expected.se, 1e-8));
    assert_eq!(got.at_bound, at_bound, "{id} {method} at bound");
    let observed = observed_standard_error(observations, in_prior, got.theta);
    match (observed, expected.se_observed) {
        (Some(got), Some(want)) => {
            ledger.relative(&format!("{method} se_observed"), id, got, (want, 1e-8));
        }
        (got, want) => assert_eq!(got.is_some(), want.is_some(), "{id} {method} observed information"),
    }
}
