//! A calibration with everything computed from it that reports share.

use crate::estimation::{Calibration, Covariance, Reliability, Score, covariance};
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
        let reliability = calibration.reliability(&scores);
        Self { matrix, calibration, covariance, parameters, scores, reliability }
    }
}
