//! Abilities to match examinees on where total scores mean nothing: tests that are adaptive, or incomplete by design.
//!
//! Weighted likelihood estimates (Warm, 1989) from all of an examinee's answers, the studied one among them, without a
//! prior. On one form of 2PL or partial-credit items such an estimate is a function of the sufficient statistic Σ a x,
//! given which an answer says nothing about ability, so matching on it is to these models what the total score with the
//! studied item is to Rasch's (Holland & Thayer, 1988; Zwick, Thayer & Wingersky, 1994, for adaptive tests). A posterior
//! mean is not: it draws examinees towards the mean of a distribution, and with groups of unequal ability that shows as
//! a difference of the item, whether the distribution is common to both groups or each group's own.

use std::collections::BTreeMap;

use item_bank::ability::{Observation, weighted_likelihood};
use item_bank::{ResponseModel, ThetaRange};
use rayon::prelude::*;

use crate::estimation::Calibration;
use crate::responses::{Answers, ResponseMatrix};

/// Estimates are sought between these bounds, in logits.
const BOUNDS: (f64, f64) = (-10.0, 10.0);
/// An estimate with its standard error, in logits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ability {
    pub(super) theta: f64,
    pub(super) error: f64,
}

impl Ability {
    const NONE: Self = Self { theta: f64::NAN, error: f64::NAN };
}

/// An ability for every examinee and studied item.
#[derive(Debug, Clone)]
pub struct Abilities {
    /// The items that abilities can be estimated from. One whose slope came out negative is none: it is studied by the
    /// other answers alone.
    models: Vec<Option<ResponseModel>>,
    /// From all items but those left out.
    shared: Vec<Ability>,
    /// For an item left out: from the others and itself.
    own: BTreeMap<usize, Vec<Ability>>,
}

impl Abilities {
    /// From all answers to items that were calibrated.
    pub fn new(calibration: &Calibration, matrix: &ResponseMatrix) -> Self {
        let usable = calibration
            .items
            .iter()
            .map(|item| item.problem.is_none().then(|| item.parameters.response_model().ok()).flatten());
        let mut abilities = Self { models: usable.collect(), shared: Vec::new(), own: BTreeMap::new() };
        abilities.shared = abilities.estimates(matrix, |_| true);
        abilities
    }

    /// The same without the answers to some items; each of these is studied with its own answer and those to the rest.
    #[must_use]
    pub fn without(&self, matrix: &ResponseMatrix, left_out: &[usize]) -> Self {
        let own = left_out.iter().map(|&studied| {
            let own = self.estimates(matrix, |item| item == studied || !left_out.contains(&item));
            (studied, own)
        });
        Self {
            shared: self.estimates(matrix, |item| !left_out.contains(&item)),
            own: own.collect(),
            models: self.models.clone(),
        }
    }

    /// An ability for every examinee, not a number where there is none, for studying `item`.
    pub(super) fn of_item(&self, item: usize) -> &[Ability] {
        self.own.get(&item).unwrap_or(&self.shared)
    }

    /// The item's model, if abilities can be estimated from it.
    pub(super) fn model(&self, item: usize) -> Option<&ResponseModel> {
        self.models[item].as_ref()
    }

    fn estimates(&self, matrix: &ResponseMatrix, is_kept: impl Fn(usize) -> bool + Sync) -> Vec<Ability> {
        let Ok(range) = ThetaRange::new(BOUNDS.0, BOUNDS.1) else { return Vec::new() };
        let estimate = |answers: Answers<'_>| {
            let kept = answers.iter().filter(|&(item, _)| is_kept(item));
            let observed = kept.filter_map(|(item, score)| {
                Observation::new(self.models[item].as_ref()?, u32::from(score)).ok()
            });
            let found = weighted_likelihood(&observed.collect::<Vec<_>>(), &range);
            found.map_or(Ability::NONE, |found| Ability { theta: found.theta.0, error: found.standard_error })
        };
        (0..matrix.examinee_count())
            .into_par_iter()
            .map(|examinee| estimate(matrix.answers(examinee)))
            .collect()
    }
}
