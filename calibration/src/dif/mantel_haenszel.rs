//! Mantel–Haenszel: the odds of a correct answer in two groups, stratum by stratum (Holland & Thayer, 1988).

use super::classification::{DifClass, beyond_one, classify};
use super::groups::GroupPair;
use super::matching::Strata;
use crate::responses::ResponseMatrix;
use crate::significance::chi_squared_tail;

/// Deltas of the Educational Testing Service a unit of the log odds ratio makes.
const DELTA_PER_LOG_ODDS: f64 = -2.35;

/// The comparison of one dichotomous item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MantelHaenszel {
    /// Examinees of the reference and the focal group in strata with both.
    pub examinees: [f64; 2],
    /// χ² with one degree of freedom, with the correction for continuity.
    pub chi_squared: f64,
    /// The same without the correction.
    pub chi_squared_uncorrected: f64,
    /// P(χ² ≥ corrected).
    pub probability: f64,
    /// Common odds ratio, reference over focal group; above 1 the item is easier for the reference group.
    pub odds_ratio: f64,
    /// Standard error of its logarithm (Robins, Breslow & Greenland, 1986).
    pub log_odds_error: f64,
    /// −2.35 ln(odds ratio): negative where the item is harder for the focal group.
    pub delta: f64,
    /// Its standard error.
    pub delta_error: f64,
    /// Focal less reference proportion correct, weighted by the focal group (Dorans & Kulick, 1986).
    pub standardised_difference: f64,
}

impl MantelHaenszel {
    /// A, B or C.
    pub fn class(&self) -> DifClass {
        classify(self.delta, self.delta_error)
    }

    /// Probability of a delta this far from 0 or farther where the true one is 1 in size: one-sided, as class C asks.
    pub fn at_most_moderate(&self) -> f64 {
        beyond_one(self.delta, self.delta_error)
    }
}

/// Correct and incorrect answers of both groups in one stratum.
#[derive(Debug, Clone, Copy, Default)]
struct Table {
    /// Reference group: correct, incorrect.
    reference: [f64; 2],
    /// Focal group: correct, incorrect.
    focal: [f64; 2],
}

/// Compares one item; `None` where it is not dichotomous or no stratum holds both groups and both answers.
pub fn mantel_haenszel(
    matrix: &ResponseMatrix,
    groups: GroupPair,
    item: usize,
    strata: &Strata,
) -> Option<MantelHaenszel> {
    let mut tables = vec![Table::default(); strata.places.len()];
    for (examinee, row) in matrix.rows().enumerate() {
        let Some(score) = row.score(item) else { continue };
        let Some(is_focal) = groups.is_focal(matrix, examinee) else { continue };
        if score > 1 {
            return None;
        }
        for &(stratum, share) in &strata.of[examinee] {
            let table = &mut tables[stratum];
            let side = if is_focal { &mut table.focal } else { &mut table.reference };
            side[usize::from(score == 0)] += share * matrix.weight(examinee);
        }
    }
    compare(&tables)
}

fn compare(tables: &[Table]) -> Option<MantelHaenszel> {
    let (mut observed, mut expected, mut variance) = (0.0, 0.0, 0.0);
    let (mut r, mut s) = (0.0, 0.0);
    let (mut pr, mut mixed, mut qs) = (0.0, 0.0, 0.0);
    let (mut sizes, mut difference) = ([0.0; 2], 0.0);
    for Table { reference: [a, b], focal: [c, d] } in tables {
        let (reference, focal) = (a + b, c + d);
        let total = reference + focal;
        // A sampling weight may be so small that a stratum holds one examinee or less.
        if reference == 0.0 || focal == 0.0 || total <= 1.0 {
            continue;
        }
        let correct = a + c;
        sizes[0] += reference;
        sizes[1] += focal;
        difference += focal * (c / focal - a / reference);
        observed += a;
        expected += reference * correct / total;
        variance += reference * focal * correct * (b + d) / (total * total * (total - 1.0));
        let (p, q) = ((a + d) / total, (b + c) / total);
        let (own_r, own_s) = (a * d / total, b * c / total);
        r += own_r;
        s += own_s;
        pr += p * own_r;
        mixed += p * own_s + q * own_r;
        qs += q * own_s;
    }
    if !(variance > 0.0 && r > 0.0 && s > 0.0) {
        return None;
    }
    let gap = (observed - expected).abs();
    let corrected = (gap - 0.5).max(0.0).powi(2) / variance;
    let log_odds_error = (pr / (2.0 * r * r) + mixed / (2.0 * r * s) + qs / (2.0 * s * s)).sqrt();
    let odds_ratio: f64 = r / s;
    Some(MantelHaenszel {
        examinees: sizes,
        chi_squared: corrected,
        chi_squared_uncorrected: gap * gap / variance,
        probability: chi_squared_tail(corrected, 1.0),
        odds_ratio,
        log_odds_error,
        delta: DELTA_PER_LOG_ODDS * odds_ratio.ln(),
        delta_error: -DELTA_PER_LOG_ODDS * log_odds_error,
        standardised_difference: difference / sizes[1],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_odds_in_every_stratum_are_no_difference() {
        let tables = [
            Table { reference: [30.0, 10.0], focal: [15.0, 5.0] },
            Table { reference: [10.0, 30.0], focal: [20.0, 60.0] },
        ];
        let found = compare(&tables).unwrap();
        assert!((found.odds_ratio - 1.0).abs() < 1e-12 && found.chi_squared_uncorrected < 1e-20);
        assert!(found.standardised_difference.abs() < 1e-15);
    }

    #[test]
    fn one_table_gives_its_own_odds_ratio_and_the_error_of_woolf() {
        let found = compare(&[Table { reference: [40.0, 10.0], focal: [20.0, 30.0] }]).unwrap();
        assert!((found.odds_ratio - 6.0).abs() < 1e-12);
        let woolf: f64 = 1.0 / 40.0 + 1.0 / 10.0 + 1.0 / 20.0 + 1.0 / 30.0;
        assert!((found.log_odds_error - woolf.sqrt()).abs() < 1e-12);
        assert!(found.delta < 0.0);
    }
}
