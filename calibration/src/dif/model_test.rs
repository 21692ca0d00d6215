//! Tests of items' parameters across two groups with a response model: which items are tested against which anchors is
//! the same for every kind of test.

use std::mem::discriminant;

use super::groups::{DifError, GroupPair};
use super::purification::purified;
use super::{likelihood_ratio, wald};
use crate::estimation::{Calibration, CalibrationPlan, GridWarning};
use crate::responses::ResponseMatrix;
use crate::significance::{benjamini_hochberg, chi_squared_tail};

/// Two groups' answers and how their items are modelled: the plan holds models, priors, grid and tolerance; its latent
/// distributions are not looked at, the reference group is standard normal and the focal group free.
#[derive(Clone, Copy)]
pub struct ModelledGroups<'a> {
    /// The answers.
    pub matrix: &'a ResponseMatrix,
    /// The groups.
    pub groups: GroupPair,
    /// The items in the order of the matrix.
    pub plan: &'a CalibrationPlan,
}

/// A kind of test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelTestKind {
    /// Likelihood ratio: two calibrations an item (Thissen, Steinberg & Wainer, 1993).
    LikelihoodRatio,
    /// Wald, with the covariances of one calibration (Lord, 1980; Langer, 2008).
    Wald,
}

/// Which items hold the two groups' scales together.
#[derive(Debug, Clone, PartialEq)]
pub enum Anchors {
    /// All but the studied item.
    AllOthers,
    /// These columns; the studied items are the rest.
    Columns(Vec<usize>),
    /// All items that are not flagged with an adjusted probability below `level`, in rounds until the same items are
    /// flagged (Candell & Drasgow, 1988); an anchor is tested against the other anchors.
    Purified {
        /// The level.
        level: f64,
    },
}

/// The test of one item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModelTest {
    /// Column of the item.
    pub item: usize,
    /// Twice the gain in log-likelihood when the item has parameters of its own in each group, or Wald's statistic.
    pub statistic: f64,
    /// Parameters compared.
    pub degrees_of_freedom: usize,
    /// P(χ² ≥ statistic).
    pub probability: f64,
    /// The same, adjusted for the number of tests (Benjamini & Hochberg, 1995).
    pub adjusted_probability: f64,
    /// Focal less reference expected score, averaged over the focal group's abilities.
    pub signed_difference: f64,
}

impl ModelTest {
    /// A test that is not adjusted yet.
    pub(super) fn new(
        item: usize,
        statistic: f64,
        degrees_of_freedom: usize,
        signed_difference: f64,
    ) -> Self {
        let probability = chi_squared_tail(statistic, degrees_of_freedom as f64);
        let adjusted_probability = probability;
        Self { item, statistic, degrees_of_freedom, probability, adjusted_probability, signed_difference }
    }
}

/// How far the calibrations behind the tests can be trusted.
#[derive(Debug, Clone, PartialEq)]
pub struct Certificate {
    /// Whether every one of them converged.
    pub converged: bool,
    /// How a grid fell short, of each kind the first that was met.
    pub grid_warnings: Vec<GridWarning>,
}

impl Certificate {
    /// Of no calibration.
    pub(super) const EMPTY: Self = Self { converged: true, grid_warnings: Vec::new() };

    /// One more calibration.
    pub(super) fn add(&mut self, calibration: &Calibration) {
        self.converged &= calibration.converged();
        for warning in calibration.grid_warnings() {
            if self.grid_warnings.iter().all(|known| discriminant(known) != discriminant(&warning)) {
                self.grid_warnings.push(warning);
            }
        }
    }
}

/// The tests of items against one set of anchors.
#[derive(Debug, Clone)]
pub(super) struct Round {
    pub(super) tests: Vec<ModelTest>,
    pub(super) certificate: Certificate,
}

impl Round {
    /// Tests in the order of the items, adjusted for their number.
    pub(super) fn new(mut tests: Vec<ModelTest>, certificate: Certificate) -> Self {
        tests.sort_by_key(|test| test.item);
        let probabilities: Vec<f64> = tests.iter().map(|test| test.probability).collect();
        for (test, adjusted) in tests.iter_mut().zip(benjamini_hochberg(&probabilities)) {
            test.adjusted_probability = adjusted;
        }
        Self { tests, certificate }
    }

    pub(super) fn flagged(&self, level: f64) -> Vec<usize> {
        self.tests.iter().filter(|test| test.adjusted_probability < level).map(|test| test.item).collect()
    }
}

/// Tests of items with the model.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelTests {
    /// The tests of the studied items, in their order.
    pub tests: Vec<ModelTest>,
    /// Columns of the items that were not split by group while others were tested.
    pub anchors: Vec<usize>,
    /// Whether the last round of purification flagged the same items as the one before; without purification, yes.
    pub settled: bool,
    /// How far the calibrations of the last round can be trusted.
    pub certificate: Certificate,
}

/// Tests the items that enough examinees of both groups answered.
pub fn model_tests(
    modelled: ModelledGroups<'_>,
    kind: ModelTestKind,
    anchors: &Anchors,
) -> Result<ModelTests, DifError> {
    let answered = modelled.groups.answered(modelled.matrix);
    let count = modelled.matrix.items().len();
    let round = |split: &[usize], studied: &[usize]| match kind {
        ModelTestKind::LikelihoodRatio => likelihood_ratio::tests(modelled, split, studied),
        ModelTestKind::Wald => wald::tests(modelled, split, studied),
    };
    let (round, anchors, settled) = match anchors {
        Anchors::AllOthers => (round(&[], &answered)?, (0..count).collect(), true),
        Anchors::Columns(columns) if columns.is_empty() => return Err(DifError::NoAnchors),
        Anchors::Columns(columns) => {
            let studied: Vec<usize> = answered.into_iter().filter(|item| !columns.contains(item)).collect();
            (round(&studied, &studied)?, columns.clone(), true)
        }
        Anchors::Purified { level } => {
            purified(count, |split| round(split, &answered), |round| round.flagged(*level))?
        }
    };
    Ok(ModelTests { tests: round.tests, anchors, settled, certificate: round.certificate })
}
