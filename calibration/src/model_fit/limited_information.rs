//! M2 (Maydeu-Olivares & Joe, 2006), M2* (Cai & Hansen, 2013) and C2 (Cai & Monro, 2014), with RMSEA and its
//! interval, and TLI and CFI against independent items.

use ndarray::{ArrayView1, ArrayView2};

use super::margins::{MarginProblem, Margins, ModelFitError};
use super::residual_correlations::root_mean_square;
use crate::estimation::Calibration;
use crate::linear_algebra::{Cholesky, dot};
use crate::responses::ResponseMatrix;
use crate::significance::{chi_squared_tail, noncentral_chi_squared};

/// Fit from the margins of one and two items.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LimitedInformationFit {
    /// Examinees who answered every item, summed by weight.
    pub examinees: f64,
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
    /// Tucker–Lewis index (1973) against items that are independent and otherwise free.
    pub tli: f64,
    /// Comparative fit index (Bentler, 1990) against the same, in [0, 1].
    pub cfi: f64,
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
    let factor = Cholesky::of(covariance, size).ok_or(ModelFitError::Collinear)?;
    let examinees = problem.sums.examinees;
    let statistic = examinees
        * projected_square(&factor, residual, derivatives, parameters).ok_or(ModelFitError::Collinear)?;
    let degrees_of_freedom = size - parameters;
    let df = degrees_of_freedom as f64;
    let items = problem.items().len() as f64;
    let null = (problem.sums.independence(), items * (items - 1.0) / 2.0);
    let rmsea = |noncentrality: f64| (noncentrality.max(0.0) / ((examinees - 1.0) * df)).sqrt();
    Ok(LimitedInformationFit {
        examinees,
        statistic,
        degrees_of_freedom,
        probability: chi_squared_tail(statistic, df),
        rmsea: rmsea(statistic - df),
        rmsea_interval: [0.95, 0.05].map(|share| rmsea(noncentrality(statistic, df, share))),
        srmsr: root_mean_square(&problem, calibration),
        tli: tucker_lewis((statistic, df), null),
        cfi: comparative_fit((statistic, df), null),
    })
}

/// (X₀² / df₀ − X² / df) / (X₀² / df₀ − 1).
fn tucker_lewis((statistic, df): (f64, f64), (null, null_df): (f64, f64)) -> f64 {
    (null / null_df - statistic / df) / (null / null_df - 1.0)
}

/// 1 less the share of the noncentrality of independent items that the model leaves.
fn comparative_fit((statistic, df): (f64, f64), (null, null_df): (f64, f64)) -> f64 {
    let left = (statistic - df).max(0.0);
    let all = (null - null_df).max(left);
    if all > 0.0 { 1.0 - left / all } else { 1.0 }
}

/// rᵀ C r without forming C: the part of L⁻¹ r that is orthogonal to the columns of L⁻¹ Δ.
fn projected_square(
    factor: &Cholesky,
    mut residual: Vec<f64>,
    mut derivatives: Vec<f64>,
    parameters: usize,
) -> Option<f64> {
    factor.whiten(&mut residual, 1);
    if parameters == 0 {
        return Some(dot(&residual, &residual));
    }
    factor.whiten(&mut derivatives, parameters);
    let columns = ArrayView2::from_shape((residual.len(), parameters), &derivatives).expect("a row a margin");
    let square = columns.t().dot(&columns);
    let right = columns.t().dot(&ArrayView1::from(&residual)).to_vec();
    let mut solution = right.clone();
    Cholesky::of(square.into_raw_vec_and_offset().0, parameters)?.solve(&mut solution);
    Some(dot(&residual, &residual) - dot(&right, &solution))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_of_a_model_that_leaves_a_quarter_of_the_misfit_of_independence() {
        let (model, null) = ((35.0, 15.0), (101.0, 21.0));
        assert!((comparative_fit(model, null) - 0.75).abs() < 1e-15);
        assert!((tucker_lewis(model, null) - (101.0 / 21.0 - 35.0 / 15.0) / (80.0 / 21.0)).abs() < 1e-15);
        assert_eq!(comparative_fit((10.0, 15.0), null), 1.0);
        assert_eq!(comparative_fit((10.0, 15.0), (20.0, 21.0)), 1.0);
        assert_eq!(comparative_fit((90.0, 15.0), (60.0, 21.0)), 0.0);
    }
}
