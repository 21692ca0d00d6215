//! Polytomous forms of Mantel–Haenszel: Mantel's test of mean scores (1963), the generalised test of whole
//! distributions (Mantel & Haenszel, 1959), and the standardised mean difference (Dorans & Schmitt, 1991).

use super::classification::DifClass;
use super::groups::GroupPair;
use super::matching::Strata;
use crate::linear_algebra::Cholesky;
use crate::responses::ResponseMatrix;
use crate::significance::chi_squared_tail;

/// The comparison of one item with two or more categories.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PolytomousDif {
    /// Examinees of the reference and the focal group in strata with both.
    pub examinees: [f64; 2],
    /// Mantel's χ² with one degree of freedom.
    pub mantel: f64,
    /// P(χ² ≥ mantel).
    pub mantel_probability: f64,
    /// The generalised χ², with one degree of freedom less than there are categories.
    pub generalised: f64,
    /// Its degrees of freedom.
    pub degrees_of_freedom: usize,
    /// P(χ² ≥ generalised).
    pub generalised_probability: f64,
    /// Focal less reference mean score, weighted by the focal group; negative where the item is harder for it.
    pub standardised_mean_difference: f64,
    /// The same in standard deviations of the item score over both groups.
    pub effect_size: f64,
}

impl PolytomousDif {
    /// A where Mantel's test is not significant at 0.05 or the effect size at most 0.17; C above 0.25; B between
    /// (Zwick, Thayer & Mazzeo, 1997; the rule of the National Assessment of Educational Progress).
    pub fn class(&self) -> DifClass {
        let size = self.effect_size.abs();
        if size.is_nan() || size <= 0.17 || self.mantel_probability >= 0.05 {
            DifClass::A
        } else if size > 0.25 {
            DifClass::C
        } else {
            DifClass::B
        }
    }
}

/// Answers by category in one stratum.
#[derive(Debug, Clone, Default)]
struct Table {
    reference: Vec<f64>,
    focal: Vec<f64>,
}

/// Compares one item; `None` where no stratum holds both groups, or every answer scores the same.
pub fn polytomous_dif(
    matrix: &ResponseMatrix,
    groups: GroupPair,
    item: usize,
    strata: &Strata,
) -> Option<PolytomousDif> {
    let highest = matrix.rows().filter_map(|row| row.score(item)).max()?;
    let categories = usize::from(highest) + 1;
    let empty = Table { reference: vec![0.0; categories], focal: vec![0.0; categories] };
    let mut tables = vec![empty; strata.places.len()];
    for (examinee, row) in matrix.rows().enumerate() {
        let Some(score) = row.score(item) else { continue };
        let Some(is_focal) = groups.is_focal(matrix, examinee) else { continue };
        for &(stratum, share) in &strata.of[examinee] {
            let table = &mut tables[stratum];
            let side = if is_focal { &mut table.focal } else { &mut table.reference };
            side[usize::from(score)] += share * matrix.weight(examinee);
        }
    }
    tables.retain(|table| total(&table.reference) > 0.0 && total(&table.focal) > 0.0);
    compare(&tables, categories)
}

fn total(counts: &[f64]) -> f64 {
    counts.iter().sum()
}

/// Σ k n_k and Σ k² n_k.
fn score_sums(counts: &[f64]) -> (f64, f64) {
    let scored = counts.iter().enumerate().map(|(score, count)| (score as f64, count));
    scored.fold((0.0, 0.0), |(sum, square), (score, count)| {
        (sum + score * count, square + score * score * count)
    })
}

fn compare(tables: &[Table], categories: usize) -> Option<PolytomousDif> {
    let size = categories - 1;
    let (mut gap, mut variance, mut difference) = (0.0, 0.0, 0.0);
    let (mut gaps, mut covariance) = (vec![0.0; size], vec![0.0; size * size]);
    let mut sizes = [0.0; 2];
    let mut all = vec![0.0; categories];
    for Table { reference, focal } in tables {
        let (n_reference, n_focal) = (total(reference), total(focal));
        let n = n_reference + n_focal;
        sizes[0] += n_reference;
        sizes[1] += n_focal;
        let both: Vec<f64> = reference.iter().zip(focal).map(|(a, b)| a + b).collect();
        all.iter_mut().zip(&both).for_each(|(sum, count)| *sum += count);
        let ((focal_sum, _), (sum, square)) = (score_sums(focal), score_sums(&both));
        let (reference_sum, _) = score_sums(reference);
        difference += n_focal * (focal_sum / n_focal - reference_sum / n_reference);
        if n <= 1.0 {
            continue;
        }
        gap += focal_sum - n_focal * sum / n;
        let scale = n_reference * n_focal / (n * n * (n - 1.0));
        variance += scale * (n * square - sum * sum);
        for row in 0..size {
            gaps[row] += focal[row] - n_focal * both[row] / n;
            for column in 0..size {
                let diagonal = if row == column { n * both[row] } else { 0.0 };
                covariance[row * size + column] += scale * (diagonal - both[row] * both[column]);
            }
        }
    }
    if variance.is_nan() || variance <= 0.0 {
        return None;
    }
    let mut solved = gaps.clone();
    Cholesky::new(&covariance, size)?.solve(&mut solved);
    let generalised: f64 = gaps.iter().zip(&solved).map(|(a, b)| a * b).sum();
    let mantel = gap * gap / variance;
    let (sum, square) = score_sums(&all);
    let n = total(&all);
    let deviation = (square / n - (sum / n).powi(2)).sqrt();
    let standardised_mean_difference = difference / sizes[1];
    Some(PolytomousDif {
        examinees: sizes,
        mantel,
        mantel_probability: chi_squared_tail(mantel, 1.0),
        generalised,
        degrees_of_freedom: size,
        generalised_probability: chi_squared_tail(generalised, size as f64),
        standardised_mean_difference,
        effect_size: standardised_mean_difference / deviation,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_two_categories_both_tests_are_mantel_haenszel_without_correction() {
        let table = Table { reference: vec![10.0, 40.0], focal: vec![30.0, 20.0] };
        let found = compare(&[table], 2).unwrap();
        // (a − E a)² / Var a with a = 40, E a = 50·60/100 = 30, Var a = 50·50·60·40 / (100²·99).
        let expected = 100.0 / (50.0 * 50.0 * 60.0 * 40.0 / (10_000.0 * 99.0));
        assert!((found.mantel - expected).abs() < 1e-12 && (found.generalised - expected).abs() < 1e-12);
        assert!((found.standardised_mean_difference + 0.4).abs() < 1e-12);
        assert_eq!(found.class(), DifClass::C);
    }
}
