//! Logistic regression of an item on the matching variable, the group and their product (Swaminathan & Rogers, 1990).

use super::classification::DifClass;
use super::groups::GroupPair;
use super::matching::Strata;
use crate::linear_algebra::Cholesky;
use crate::logistic;
use crate::responses::ResponseMatrix;
use crate::significance::chi_squared_tail;

/// The most Newton steps of one fit, and the change at which it ends.
const STEPS_MAX: u32 = 50;
const TOLERANCE: f64 = 1e-10;

/// Growth of Nagelkerke's R² from no group effect to both effects, and its class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EffectSize {
    /// Δ R².
    pub r_squared_change: f64,
    /// A below 0.035, B below 0.070, C from there on (Jodoin & Gierl, 2001); A where neither effect is significant at
    /// 0.05.
    pub class: DifClass,
}

/// The comparison of one dichotomous item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogisticDif {
    /// Likelihood ratio of the group effect: uniform differences, 1 degree of freedom.
    pub uniform: f64,
    /// P(χ² ≥ uniform).
    pub uniform_probability: f64,
    /// Likelihood ratio of the product, given the group effect: non-uniform differences, 1 degree of freedom.
    pub non_uniform: f64,
    /// P(χ² ≥ non_uniform).
    pub non_uniform_probability: f64,
    /// Both, 2 degrees of freedom.
    pub both: f64,
    /// P(χ² ≥ both).
    pub both_probability: f64,
    /// Coefficients of the full model: constant, matching variable, focal group, product.
    pub coefficients: [f64; 4],
    /// How large the difference is.
    pub effect: EffectSize,
}

/// Examinees who share a stratum and a group: total and how many answered correctly.
struct Cell {
    predictors: [f64; 4],
    examinees: f64,
    correct: f64,
}

/// Compares one item, the strata's places being the matching variable; `None` where it is not dichotomous, or where no
/// maximum exists because the groups or scores separate perfectly.
pub fn logistic_dif(
    matrix: &ResponseMatrix,
    groups: GroupPair,
    item: usize,
    strata: &Strata,
) -> Option<LogisticDif> {
    let mut counts = vec![[[0.0; 2]; 2]; strata.places.len()];
    for (examinee, row) in matrix.rows().enumerate() {
        let Some(score) = row.score(item) else { continue };
        let Some(is_focal) = groups.is_focal(matrix, examinee) else { continue };
        for &(stratum, share) in &strata.of[examinee] {
            let count = counts[stratum][usize::from(is_focal)].get_mut(usize::from(score))?;
            *count += share * matrix.weight(examinee);
        }
    }
    let mut cells = Vec::new();
    for (stratum, groups) in counts.iter().enumerate() {
        for (group, [incorrect, correct]) in groups.iter().enumerate() {
            let (score, focal) = (strata.places[stratum], group as f64);
            let examinees = incorrect + correct;
            if examinees > 0.0 {
                let predictors = [1.0, score, focal, score * focal];
                cells.push(Cell { predictors, examinees, correct: *correct });
            }
        }
    }
    compare(&cells)
}

fn compare(cells: &[Cell]) -> Option<LogisticDif> {
    let (constant, _) = fit(cells, 1)?;
    let (matched, _) = fit(cells, 2)?;
    let (uniform_fit, _) = fit(cells, 3)?;
    let (full, coefficients) = fit(cells, 4)?;
    let examinees: f64 = cells.iter().map(|cell| cell.examinees).sum();
    let nagelkerke = |log_likelihood: f64| {
        let share = |difference: f64| -(2.0 / examinees * difference).exp_m1();
        share(constant - log_likelihood) / share(constant)
    };
    let (uniform, non_uniform) = (2.0 * (uniform_fit - matched), 2.0 * (full - uniform_fit));
    let both = uniform + non_uniform;
    let both_probability = chi_squared_tail(both, 2.0);
    let r_squared_change = nagelkerke(full) - nagelkerke(matched);
    let class = match r_squared_change {
        _ if both_probability >= 0.05 => DifClass::A,
        change if change < 0.035 => DifClass::A,
        change if change < 0.070 => DifClass::B,
        _ => DifClass::C,
    };
    Some(LogisticDif {
        uniform,
        uniform_probability: chi_squared_tail(uniform, 1.0),
        non_uniform,
        non_uniform_probability: chi_squared_tail(non_uniform, 1.0),
        both,
        both_probability,
        coefficients,
        effect: EffectSize { r_squared_change, class },
    })
}

/// Log-likelihood and coefficients of the model with the first `size` predictors, by Newton's method.
fn fit(cells: &[Cell], size: usize) -> Option<(f64, [f64; 4])> {
    let mut coefficients = [0.0; 4];
    for _ in 0..STEPS_MAX {
        let (mut gradient, mut information) = (vec![0.0; size], vec![0.0; size * size]);
        for cell in cells {
            let p = logistic(linear(cell, &coefficients));
            let residual = cell.correct - cell.examinees * p;
            let weight = cell.examinees * p * (1.0 - p);
            for row in 0..size {
                gradient[row] += residual * cell.predictors[row];
                for column in 0..size {
                    information[row * size + column] +=
                        weight * cell.predictors[row] * cell.predictors[column];
                }
            }
        }
        Cholesky::new(&information, size)?.solve(&mut gradient);
        coefficients.iter_mut().zip(&gradient).for_each(|(value, step)| *value += step);
        if gradient.iter().all(|step| step.abs() < TOLERANCE) {
            return Some((log_likelihood(cells, &coefficients), coefficients));
        }
    }
    None
}

fn linear(cell: &Cell, coefficients: &[f64; 4]) -> f64 {
    cell.predictors.iter().zip(coefficients).map(|(x, b)| x * b).sum()
}

fn log_likelihood(cells: &[Cell], coefficients: &[f64; 4]) -> f64 {
    let of = |cell: &Cell| {
        let z = linear(cell, coefficients);
        cell.correct * logistic(z).ln() + (cell.examinees - cell.correct) * logistic(-z).ln()
    };
    cells.iter().map(of).sum()
}
