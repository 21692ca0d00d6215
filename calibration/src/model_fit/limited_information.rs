//! M2 (Maydeu-Olivares & Joe, 2006), M2* (Cai & Hansen, 2013) and C2 (Cai & Monro, 2014), with RMSEA and its interval.

use super::margins::{MarginProblem, Margins, ModelFitError};
use super::residual_correlations::root_mean_square;
use crate::estimation::Calibration;
use crate::linear_algebra::Cholesky;
use crate::responses::ResponseMatrix;
use crate::significance::{chi_squared_tail, noncentral_chi_squared};

/// Fit from the margins of one and two items.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LimitedInformationFit {
    /// Examinees who answered every item.
    pub examinees: usize,
    /// The statistic.
    pub statistic: f64,
    /// Margins less estimated parameters.
    pub degrees_of_freedom: usize,
    /// P(χ² ≥ statistic).
    pub probability: f64,
    /// √((statistic − df) / ((N − 1) df)), 0 where that is negative.
    pub rmsea: f64,
    /// Its 90 % interval.
    pub rmsea_interval: [f64; 2],
    /// Root mean square of the differences of observed and expected correlations.
    pub srmsr: f64,
}

/// N (p − π)ᵀ C (p − π) with C = Ξ⁻¹ − Ξ⁻¹ Δ (Δᵀ Ξ⁻¹ Δ)⁻¹ Δᵀ Ξ⁻¹, over examinees who answered every calibrated item.
pub fn limited_information_fit(
    calibration: &Calibration,
    matrix: &ResponseMatrix,
    margins: Margins,
) -> Result<LimitedInformationFit, ModelFitError> {
    let problem = MarginProblem::new(calibration, matrix, margins)?;
    let (size, parameters) = (problem.len(), calibration.problem.map.count);
    if size <= parameters {
        return Err(ModelFitError::DegreesOfFreedom { margins: size, parameters });
    }
    let (expected, covariance) = problem.expected_and_covariance();
    let derivatives = problem.derivatives(calibration);
    let residual: Vec<f64> = problem.observed().iter().zip(&expected).map(|(p, e)| p - e).collect();
    let factor = Cholesky::new(&covariance, size).ok_or(ModelFitError::Collinear)?;
    let examinees = problem.complete.len();
    let count = examinees as f64;
    let statistic = count
        * projected_square(&factor, &residual, &derivatives, parameters).ok_or(ModelFitError::Collinear)?;
    let degrees_of_freedom = size - parameters;
    let df = degrees_of_freedom as f64;
    let rmsea = |noncentrality: f64| (noncentrality.max(0.0) / ((count - 1.0) * df)).sqrt();
    Ok(LimitedInformationFit {
        examinees,
        statistic,
        degrees_of_freedom,
        probability: chi_squared_tail(statistic, df),
        rmsea: rmsea(statistic - df),
        rmsea_interval: [0.95, 0.05].map(|share| rmsea(noncentrality(statistic, df, share))),
        srmsr: root_mean_square(&problem, calibration),
    })
}

/// rᵀ C r without forming C: the part of L⁻¹ r that is orthogonal to the columns of L⁻¹ Δ.
fn projected_square(
    factor: &Cholesky,
    residual: &[f64],
    derivatives: &[f64],
    parameters: usize,
) -> Option<f64> {
    let size = residual.len();
    let mut solved = residual.to_vec();
    factor.solve(&mut solved);
    let column =
        |index: usize| -> Vec<f64> { (0..size).map(|row| derivatives[row * parameters + index]).collect() };
    let columns: Vec<Vec<f64>> = (0..parameters).map(column).collect();
    let solved_columns: Vec<Vec<f64>> = columns
        .iter()
        .map(|column| {
            let mut solved = column.clone();
            factor.solve(&mut solved);
            solved
        })
        .collect();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut square = vec![0.0; parameters * parameters];
    for row in 0..parameters {
        for other in 0..parameters {
            square[row * parameters + other] = dot(&columns[row], &solved_columns[other]);
        }
    }
    let right: Vec<f64> = solved_columns.iter().map(|column| dot(column, residual)).collect();
    let mut solution = right.clone();
    Cholesky::new(&square, parameters)?.solve(&mut solution);
    Some(dot(residual, &solved) - dot(&right, &solution))
}

/// The noncentrality under which a smaller statistic has this probability; 0 where none is small enough.
fn noncentrality(statistic: f64, df: f64, share: f64) -> f64 {
    if noncentral_chi_squared(statistic, df, 0.0) < share {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, statistic.max(1.0));
    while noncentral_chi_squared(statistic, df, high) > share {
        high *= 2.0;
    }
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if noncentral_chi_squared(statistic, df, middle) > share { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}
