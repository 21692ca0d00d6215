//! A calibration with everything computed from it that reports share.

use super::dif_sections::DifEvidence;
use super::fit_evidence::ItemFitEvidence;
use crate::dif::{Abilities, GroupPair, Matching, compare_items};
use crate::estimation::{Calibration, Covariance, Reliability, Score, Undetermined, covariance};
use crate::model::ConventionalParameters;
use crate::responses::ResponseMatrix;

/// A calibration, the responses behind it, and what follows from both.
pub struct Evidence<'a> {
    /// The responses.
    pub matrix: &'a ResponseMatrix,
    /// The calibration.
    pub calibration: &'a Calibration,
    /// Covariance of the estimates; `None` where the model is not identified or errors were not asked for.
    pub covariance: Option<Covariance>,
    /// Conventional parameters of every item.
    pub parameters: Vec<ConventionalParameters>,
    /// EAP scores of every examinee.
    pub scores: Vec<Score>,
    /// Reliability of the scores.
    pub reliability: Reliability,
    /// Fit of the items, where it was looked at.
    pub fit: Option<ItemFitEvidence>,
    /// Differential functioning between groups, where there are any.
    pub dif: Vec<DifEvidence>,
}

impl<'a> Evidence<'a> {
    /// Computes standard errors, scores and reliability.
    pub fn new(matrix: &'a ResponseMatrix, calibration: &'a Calibration) -> Self {
        let covariance = covariance(calibration);
        Self::with_covariance(matrix, calibration, covariance)
    }

    /// Computes scores and reliability and leaves standard errors out.
    pub fn without_errors(matrix: &'a ResponseMatrix, calibration: &'a Calibration) -> Self {
        Self::with_covariance(matrix, calibration, None)
    }

    fn with_covariance(
        matrix: &'a ResponseMatrix,
        calibration: &'a Calibration,
        covariance: Option<Covariance>,
    ) -> Self {
        let conventional = |item: usize| {
            let block = covariance.as_ref().map(|covariance| covariance.item_block(item, item));
            calibration.items[item].parameters.conventional(block.as_deref())
        };
        let parameters = (0..calibration.items.len()).map(conventional).collect();
        let scores = calibration.scores(matrix);
        let reliability = calibration.reliability(matrix, &scores);
        Self { matrix, calibration, covariance, parameters, scores, reliability, fit: None, dif: Vec::new() }
    }

    /// Why the estimates of an item cannot be used, where it is so; without standard errors only items that ran away.
    pub fn undetermined(&self, item: usize) -> Option<Undetermined> {
        let by_errors = || self.covariance.as_ref()?.undetermined(self.calibration, item);
        self.calibration.items[item].undetermined().or_else(by_errors)
    }

    /// Looks at the fit of every item.
    pub fn add_item_fit(&mut self) {
        self.fit = Some(ItemFitEvidence::new(self.matrix, self.calibration));
    }

    /// Compares the first group with every other one that is large enough, examinees matched on their estimated ability.
    pub fn add_dif(&mut self) {
        let names = self.matrix.group_names();
        let Some((reference, others)) = names.split_first() else { return };
        let matching = Matching::Ability(Abilities::new(self.calibration, self.matrix));
        let all: Vec<usize> = (0..self.matrix.items().len()).collect();
        for focal in others {
            let pair = GroupPair::new(self.matrix, (reference, focal), GroupPair::EXAMINEES_MIN);
            if let Ok(pair) = pair {
                let items = compare_items(self.matrix, pair, &matching, &all);
                let (reference, focal) = (reference.clone(), focal.clone());
                self.dif.push(DifEvidence { reference, focal, matched_on: matching.in_words(), items });
            }
        }
    }
}
