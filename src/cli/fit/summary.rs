//! What `waymark fit` found, for machines and for people.

use calibration::model_fit::LimitedInformationFit;
use calibration::report::{ABERRANT, FitEvidence, serialize_count};
use serde::Serialize;

use super::tables::id;
use crate::cli::evidence::estimation_warnings;

/// What the command found, for machines.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    items: usize,
    #[serde(serialize_with = "serialize_count")]
    examinees: f64,
    answers: usize,
    rapid_guesses: usize,
    converged: bool,
    largest_gradient: f64,
    quadrature_nodes: usize,
    quadrature_bounds: [f64; 2],
    smallest_posterior_deviation: f64,
    grid_too_coarse: bool,
    latent_mean: f64,
    latent_standard_deviation: f64,
    latent_estimated: bool,
    log_likelihood: f64,
    /// What is to be read before the rest.
    warnings: Vec<String>,
    alpha: Option<f64>,
    model_fit: Option<ModelFit>,
    model_fit_by_category: Option<ModelFit>,
    model_fit_not_available: Option<String>,
    misfitting_items: Vec<Misfitting>,
    dependent_pairs: Vec<DependentPair>,
    #[serde(serialize_with = "serialize_count")]
    aberrant_examinees: f64,
}

#[derive(Debug, Serialize)]
struct ModelFit {
    #[serde(serialize_with = "serialize_count")]
    examinees: f64,
    m2: f64,
    degrees_of_freedom: usize,
    p: f64,
    rmsea: f64,
    rmsea_low: f64,
    rmsea_high: f64,
    srmsr: f64,
    tli: f64,
    cfi: f64,
}

#[derive(Debug, Serialize)]
struct Misfitting {
    item: String,
    statistic: &'static str,
    value: f64,
    adjusted_p: f64,
    why: String,
}

#[derive(Debug, Serialize)]
struct DependentPair {
    first: String,
    second: String,
    #[serde(serialize_with = "serialize_count")]
    examinees: f64,
    q3: f64,
}

impl From<&LimitedInformationFit> for ModelFit {
    fn from(fit: &LimitedInformationFit) -> Self {
        Self {
            examinees: fit.examinees,
            m2: fit.statistic,
            degrees_of_freedom: fit.degrees_of_freedom,
            p: fit.probability,
            rmsea: fit.rmsea,
            rmsea_low: fit.rmsea_interval[0],
            rmsea_high: fit.rmsea_interval[1],
            srmsr: fit.srmsr,
            tli: fit.tli,
            cfi: fit.cfi,
        }
    }
}

impl Summary {
    pub(super) fn new(evidence: &FitEvidence<'_>, rapid_guesses: usize) -> Self {
        let found = evidence.calibration;
        let latent = &found.groups[0];
        let (low, high) = found.grid.bounds();
        let misfitting = evidence.items.misfits.iter().enumerate().filter_map(|(item, misfit)| {
            let misfit = misfit.as_ref()?;
            Some(Misfitting {
                item: id(evidence, item),
                statistic: misfit.kind.name(),
                value: misfit.value,
                adjusted_p: misfit.adjusted_probability,
                why: misfit.to_string(),
            })
        });
        let dependent = evidence.dependent.iter().map(|pair| DependentPair {
            first: id(evidence, pair.first),
            second: id(evidence, pair.second),
            examinees: pair.examinees,
            q3: pair.correlation,
        });
        Self {
            items: evidence.matrix.items().len(),
            examinees: evidence.matrix.total_weight(),
            answers: evidence.matrix.answer_count(),
            rapid_guesses,
            converged: found.converged(),
            largest_gradient: found.largest_gradient,
            quadrature_nodes: found.grid.len(),
            quadrature_bounds: [low, high],
            smallest_posterior_deviation: found.smallest_posterior_deviation,
            grid_too_coarse: found.grid_is_too_coarse(),
            latent_mean: latent.mean,
            latent_standard_deviation: latent.standard_deviation,
            latent_estimated: latent.estimated.contains(&true),
            log_likelihood: found.log_likelihood,
            warnings: estimation_warnings(found),
            alpha: evidence.test.map(|test| test.alpha),
            model_fit: evidence.model.as_ref().ok().map(ModelFit::from),
            model_fit_by_category: evidence.model_by_category.as_ref().map(ModelFit::from),
            model_fit_not_available: evidence.model.as_ref().err().map(ToString::to_string),
            misfitting_items: misfitting.collect(),
            dependent_pairs: dependent.collect(),
            aberrant_examinees: evidence
                .aberrant()
                .iter()
                .map(|(examinee, _)| evidence.matrix.weight(*examinee))
                .sum(),
        }
    }

    pub(super) fn text(&self, folder: &str) -> String {
        let mut lines =
            vec![format!("{} items, {} examinees, {} answers", self.items, self.examinees, self.answers)];
        if self.latent_estimated {
            let (mean, deviation) = (self.latent_mean, self.latent_standard_deviation);
            lines.push(format!(
                "latent distribution: mean {mean:.4}, standard deviation {deviation:.4}, estimated"
            ));
        }
        if self.rapid_guesses > 0 {
            lines.push(format!("{} rapid guesses left out", self.rapid_guesses));
        }
        lines.extend(self.warnings.iter().cloned());
        match (&self.model_fit, &self.model_fit_not_available) {
            (Some(fit), _) => lines.push(format!(
                "M2 {:.2} on {} degrees of freedom (p {:.4}), RMSEA {:.4} ({:.4} to {:.4}), SRMSR {:.4}, TLI {:.4}, CFI {:.4}",
                fit.m2, fit.degrees_of_freedom, fit.p, fit.rmsea, fit.rmsea_low, fit.rmsea_high, fit.srmsr,
                fit.tli, fit.cfi
            )),
            (None, why) => lines.push(format!("no M2: {}", why.as_deref().unwrap_or_default())),
        }
        lines.extend(
            self.misfitting_items.iter().map(|item| format!("misfit: item {}: {}", item.item, item.why)),
        );
        for pair in &self.dependent_pairs {
            lines.push(format!("dependence: items {} and {} (Q3 {:.2})", pair.first, pair.second, pair.q3));
        }
        lines.push(format!("{} examinees with lz* below {ABERRANT}", self.aberrant_examinees));
        lines.push(format!("written to {folder}"));
        lines.join("\n")
    }
}
