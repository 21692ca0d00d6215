//! Strata of examinees of like ability.

use item_bank::{ResponseModel, Theta};

use super::abilities::Abilities;
use super::classification::DifClass;
use super::comparison::compare_item;
use super::groups::GroupPair;
use super::mantel_haenszel::mantel_haenszel;
use crate::estimation::Calibration;
use crate::model::logit;
use crate::responses::ResponseMatrix;

/// Strata within a standard error of ability.
const STRATA_PER_ERROR: f64 = 5.0;
/// The smallest standard error that strata are cut by, in logits: a named bound of their number.
const ERROR_MIN: f64 = 0.05;
/// Rounds after which purification is left as it is.
const ROUNDS_MAX: usize = 10;

/// What examinees are matched on.
#[derive(Debug, Clone)]
pub enum Matching {
    /// The total score on these columns and the studied item (Holland & Thayer, 1988), examinees with a missing answer
    /// among them left out.
    TotalScore(Vec<usize>),
    /// The estimated ability, for tests that are adaptive or incomplete by design.
    Ability(Abilities),
}

impl Matching {
    /// In words, for a report.
    pub fn in_words(&self) -> &'static str {
        match self {
            Self::TotalScore(_) => "the total score",
            Self::Ability(_) => "the ability that their answers show",
        }
    }
}

/// The strata of every examinee, each with the share of the examinee that it holds; none where an examinee cannot be
/// matched.
#[derive(Debug, Clone, PartialEq)]
pub struct Strata {
    pub(super) of: Vec<Vec<(usize, f64)>>,
    /// The matching variable in each stratum, for regression: the total score, or the logit of the score that the item's
    /// curve has at the stratum's ability; the ability itself where the item has no curve.
    pub(super) places: Vec<f64>,
}

/// The strata for studying `item`.
pub fn strata(matrix: &ResponseMatrix, groups: GroupPair, matching: &Matching, item: usize) -> Strata {
    match matching {
        Matching::TotalScore(columns) => total_scores(matrix, columns, item),
        Matching::Ability(abilities) => ability_strata(matrix, groups, abilities, item),
    }
}

fn total_scores(matrix: &ResponseMatrix, columns: &[usize], item: usize) -> Strata {
    let studied = (!columns.contains(&item)).then_some(item);
    let total = |row: crate::responses::Answers<'_>| -> Option<usize> {
        columns.iter().copied().chain(studied).map(|column| row.score(column).map(usize::from)).sum()
    };
    let totals: Vec<Option<usize>> = matrix.rows().map(total).collect();
    let count = totals.iter().flatten().max().map_or(0, |highest| highest + 1);
    let whole = |score: Option<usize>| score.map(|score| (score, 1.0)).into_iter().collect();
    let of = totals.into_iter().map(whole).collect();
    Strata { of, places: (0..count).map(|score| score as f64).collect() }
}

/// Narrow strata of ability; an examinee is spread evenly over those within half a standard error of the estimate.
///
/// Estimates are not continuous: on short forms of like items they take few values, and which ones depends on the form
/// and, where its slope differs, on the studied answer itself. Strata that are narrower than the steps between values
/// would part examinees by form and by answer, and wider ones would hold groups of unequal ability. The spread fills
/// the steps, and its variance, a twelfth of the error's, hardly dilutes the estimate.
fn ability_strata(matrix: &ResponseMatrix, groups: GroupPair, abilities: &Abilities, item: usize) -> Strata {
    let (model, abilities) = (abilities.model(item), abilities.of_item(item));
    let takes_part = |&examinee: &usize| {
        abilities[examinee].theta.is_finite()
            && groups.is_focal(matrix, examinee).is_some()
            && matrix.answers(examinee).score(item).is_some()
    };
    let inside: Vec<usize> = (0..matrix.examinee_count()).filter(takes_part).collect();
    let spread = median(inside.iter().map(|&examinee| (abilities[examinee].error, matrix.weight(examinee))));
    let spread = spread.max(ERROR_MIN);
    let width = spread / STRATA_PER_ERROR;
    let theta = |&examinee: &usize| abilities[examinee].theta;
    let lowest = inside.iter().map(theta).fold(f64::INFINITY, f64::min) - spread;
    let highest = inside.iter().map(theta).fold(f64::NEG_INFINITY, f64::max) + spread;
    let mut of = vec![Vec::new(); matrix.examinee_count()];
    for &examinee in &inside {
        let [first, last] = [-0.5, 0.5].map(|half| (theta(&examinee) + half * spread - lowest) / width);
        of[examinee] = (first as usize..=last as usize)
            .map(|cell| {
                let overlap = last.min(cell as f64 + 1.0) - first.max(cell as f64);
                (cell, overlap / STRATA_PER_ERROR)
            })
            .collect();
    }
    let place = |cell: usize| {
        let theta = lowest + (cell as f64 + 0.5) * width;
        let share =
            |model: &ResponseModel| model.expected_score(Theta(theta)) / f64::from(model.maximum_score());
        model.map_or(theta, |model| logit(share(model)))
    };
    let count = if inside.is_empty() { 0 } else { ((highest - lowest) / width) as usize + 1 };
    Strata { of, places: (0..count).map(place).collect() }
}

/// The smallest value that half of the weight does not exceed; not a number without values.
fn median(values: impl Iterator<Item = (f64, f64)>) -> f64 {
    let mut sorted: Vec<(f64, f64)> = values.collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = 0.5 * sorted.iter().map(|value| value.1).sum::<f64>();
    let mut below = 0.0;
    let reaches = |value: &&(f64, f64)| {
        below += value.1;
        below >= half
    };
    sorted.iter().find(reaches).map_or(f64::NAN, |value| value.0)
}

/// The columns left to match on after those whose Mantel–Haenszel class is C are taken out, in rounds until none
/// changes. Dichotomous items only are judged; others stay.
pub fn purified_strata(matrix: &ResponseMatrix, groups: GroupPair, columns: &[usize]) -> Vec<usize> {
    let mut kept = columns.to_vec();
    for _ in 0..ROUNDS_MAX {
        let matching = Matching::TotalScore(kept.clone());
        let clean = |&item: &usize| {
            let strata = strata(matrix, groups, &matching, item);
            mantel_haenszel(matrix, groups, item, &strata).is_none_or(|found| found.class() != DifClass::C)
        };
        let next: Vec<usize> = columns.iter().copied().filter(clean).collect();
        if next == kept || next.is_empty() {
            break;
        }
        kept = next;
    }
    kept
}

/// Abilities estimated without the items whose class is C, in rounds until none changes.
pub fn purified_abilities(
    matrix: &ResponseMatrix,
    groups: GroupPair,
    calibration: &Calibration,
) -> Abilities {
    let all = Abilities::new(calibration, matrix);
    let mut abilities = all.clone();
    let mut flagged: Vec<usize> = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let matching = Matching::Ability(abilities.clone());
        let is_large =
            |&item: &usize| compare_item(matrix, groups, &matching, item).class() == Some(DifClass::C);
        let next: Vec<usize> = (0..matrix.items().len()).filter(is_large).collect();
        if next == flagged || next.len() == matrix.items().len() {
            break;
        }
        abilities = all.without(matrix, &next);
        flagged = next;
    }
    abilities
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_weight_decides_the_median() {
        assert_eq!(median([(3.0, 1.0), (1.0, 1.0), (2.0, 1.0)].into_iter()), 2.0);
        assert_eq!(median([(3.0, 4.0), (1.0, 1.0), (2.0, 1.0)].into_iter()), 3.0);
        assert!(median(std::iter::empty()).is_nan());
    }
}
