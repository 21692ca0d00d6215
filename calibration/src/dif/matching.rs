//! Strata of examinees of like ability.

use super::classification::DifClass;
use super::groups::GroupPair;
use super::mantel_haenszel::mantel_haenszel;
use crate::responses::ResponseMatrix;

/// What examinees are matched on.
#[derive(Debug, Clone, PartialEq)]
pub enum Matching {
    /// The total score on these columns and the studied item (Holland & Thayer, 1988), examinees with a missing answer
    /// among them left out.
    TotalScore(Vec<usize>),
    /// An estimate of ability for every examinee, cut into this many strata with equal numbers of examinees. For
    /// adaptive tests, where total scores mean nothing (Zwick, Thayer & Wingersky, 1994).
    Ability(Vec<f64>, usize),
}

/// The stratum of every examinee; `None` where an examinee cannot be matched.
#[derive(Debug, Clone, PartialEq)]
pub struct Strata {
    pub(super) of: Vec<Option<usize>>,
    pub(super) count: usize,
}

/// The strata for studying `item`.
pub fn strata(matrix: &ResponseMatrix, matching: &Matching, item: usize) -> Strata {
    match matching {
        Matching::TotalScore(columns) => total_scores(matrix, columns, item),
        Matching::Ability(abilities, count) => ability_strata(abilities, *count),
    }
}

fn total_scores(matrix: &ResponseMatrix, columns: &[usize], item: usize) -> Strata {
    let studied = (!columns.contains(&item)).then_some(item);
    let total = |row: crate::responses::Answers<'_>| -> Option<usize> {
        columns.iter().copied().chain(studied).map(|column| row.score(column).map(usize::from)).sum()
    };
    let of: Vec<Option<usize>> = matrix.rows().map(total).collect();
    let count = of.iter().flatten().max().map_or(0, |highest| highest + 1);
    Strata { of, count }
}

fn ability_strata(abilities: &[f64], count: usize) -> Strata {
    let mut sorted: Vec<f64> = abilities.iter().copied().filter(|theta| theta.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let count = count.max(1);
    let cuts: Vec<f64> = (1..count).filter_map(|k| sorted.get(k * sorted.len() / count).copied()).collect();
    let of = abilities
        .iter()
        .map(|theta| theta.is_finite().then(|| cuts.partition_point(|cut| cut <= theta)))
        .collect();
    Strata { of, count }
}

/// The columns left to match on after those whose Mantel–Haenszel class is C are taken out, in rounds until none
/// changes. Dichotomous items only are judged; others stay.
pub fn purified_strata(matrix: &ResponseMatrix, groups: GroupPair, columns: &[usize]) -> Vec<usize> {
    /// Rounds after which purification is left as it is.
    const ROUNDS_MAX: usize = 10;
    let mut kept = columns.to_vec();
    for _ in 0..ROUNDS_MAX {
        let matching = Matching::TotalScore(kept.clone());
        let clean = |&item: &usize| {
            let strata = strata(matrix, &matching, item);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abilities_are_cut_into_strata_of_equal_size() {
        let abilities = [0.3, -1.0, f64::NAN, 2.0, 0.9];
        let found = ability_strata(&abilities, 2);
        assert_eq!(found.of, [Some(0), Some(0), None, Some(1), Some(1)]);
    }
}
