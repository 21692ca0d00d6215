//! The eight models behind one enum.

use serde::{Deserialize, Serialize};

use super::{
    FourPl, GeneralizedPartialCredit, Graded, ModelName, ModelParameters, Nominal, OnePl, ParameterError,
    PartialCredit, ThreePl, TwoPl,
};
use super::{divide_by_total::DivideByTotal, likelihood_product::Factors, logistic::Logistic};
use crate::theta::Theta;

/// How likely each score on an item is, given ability. In files: `{"model": "3PL", "a": …, "b": …, "c": …}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ModelParameters", into = "ModelParameters")]
pub enum ResponseModel {
    /// One-parameter logistic.
    OnePl(OnePl),
    /// Two-parameter logistic.
    TwoPl(TwoPl),
    /// Three-parameter logistic.
    ThreePl(ThreePl),
    /// Four-parameter logistic.
    FourPl(FourPl),
    /// Graded response.
    Graded(Graded),
    /// Partial credit.
    PartialCredit(PartialCredit),
    /// Generalized partial credit.
    GeneralizedPartialCredit(GeneralizedPartialCredit),
    /// Nominal response.
    Nominal(Nominal),
}

/// P, P' and P'' of one category, derivatives with respect to θ in logits.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CategoryDerivatives {
    /// P.
    pub probability: f64,
    /// P'.
    pub first: f64,
    /// P''.
    pub second: f64,
}

/// (ln P)' and (ln P)'' of one category.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LogDerivatives {
    /// (ln P)', the score function.
    pub first: f64,
    /// (ln P)'', minus the observed information.
    pub second: f64,
}

impl LogDerivatives {
    /// P' = P (ln P)' and P'' = P ((ln P)'² + (ln P)'').
    #[inline]
    pub(super) fn times(self, probability: f64) -> CategoryDerivatives {
        CategoryDerivatives {
            probability,
            first: probability * self.first,
            second: probability * (self.first * self.first + self.second),
        }
    }
}

/// Expectations over the categories at one θ.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct InformationTerms {
    /// I = Σ P'² / P, the Fisher information.
    pub information: f64,
    /// J = Σ P' P'' / P of Warm (1989).
    pub warm_j: f64,
}

impl InformationTerms {
    #[inline]
    pub(super) fn add_category(&mut self, probability: f64, log: LogDerivatives) {
        let square = log.first * log.first;
        self.information += probability * square;
        self.warm_j += probability * log.first * (square + log.second);
    }
}

/// The three shapes the eight models are computed in.
enum Kernel<'a> {
    Logistic(Logistic),
    Graded(&'a Graded),
    DivideByTotal(&'a DivideByTotal),
}

impl ResponseModel {
    #[inline]
    fn kernel(&self) -> Kernel<'_> {
        match self {
            Self::OnePl(model) => Kernel::Logistic(model.curve()),
            Self::TwoPl(model) => Kernel::Logistic(model.curve()),
            Self::ThreePl(model) => Kernel::Logistic(model.curve()),
            Self::FourPl(model) => Kernel::Logistic(model.curve()),
            Self::Graded(model) => Kernel::Graded(model),
            Self::PartialCredit(model) => Kernel::DivideByTotal(&model.kernel),
            Self::GeneralizedPartialCredit(model) => Kernel::DivideByTotal(&model.kernel),
            Self::Nominal(model) => Kernel::DivideByTotal(&model.kernel),
        }
    }

    /// The model's name in files.
    #[must_use]
    pub fn name(&self) -> ModelName {
        match self {
            Self::OnePl(_) => ModelName::OnePl,
            Self::TwoPl(_) => ModelName::TwoPl,
            Self::ThreePl(_) => ModelName::ThreePl,
            Self::FourPl(_) => ModelName::FourPl,
            Self::Graded(_) => ModelName::Graded,
            Self::PartialCredit(_) => ModelName::PartialCredit,
            Self::GeneralizedPartialCredit(_) => ModelName::GeneralizedPartialCredit,
            Self::Nominal(_) => ModelName::Nominal,
        }
    }

    /// How many scores are possible.
    #[inline]
    #[must_use]
    pub fn categories(&self) -> usize {
        match self.kernel() {
            Kernel::Logistic(_) => 2,
            Kernel::Graded(model) => model.boundaries().len() + 1,
            Kernel::DivideByTotal(kernel) => kernel.slopes().len(),
        }
    }

    /// The highest score; scores start from 0.
    #[must_use]
    pub fn maximum_score(&self) -> u32 {
        u32::try_from(self.categories() - 1).expect("at most 32 categories")
    }

    /// The steepest (ln P)' can be, per logit: a, or the span of the slopes of a divide-by-total model.
    #[must_use]
    pub fn steepest_slope(&self) -> f64 {
        match self.kernel() {
            Kernel::Logistic(curve) => curve.a,
            Kernel::Graded(model) => model.discrimination(),
            Kernel::DivideByTotal(kernel) => kernel.steepest_slope(),
        }
    }

    /// P of every score, into a slice of exactly `categories` places.
    pub fn probabilities(&self, theta: Theta, out: &mut [f64]) {
        assert_eq!(out.len(), self.categories(), "one place a category");
        match self.kernel() {
            Kernel::Logistic(curve) => out.copy_from_slice(&curve.probabilities(theta)),
            Kernel::Graded(model) => model.probabilities(theta, out),
            Kernel::DivideByTotal(kernel) => kernel.probabilities(theta, out),
        }
    }

    /// P of one score. Panics when the score is above the maximum, as every function of a score here.
    #[inline]
    #[must_use]
    pub fn probability(&self, theta: Theta, score: u32) -> f64 {
        let category = self.category(score);
        match self.kernel() {
            Kernel::Logistic(curve) => curve.probabilities(theta)[category],
            Kernel::Graded(model) => model.probability(theta, category),
            Kernel::DivideByTotal(kernel) => kernel.probability(theta, category),
        }
    }

    /// ln P of one score; finite at any θ.
    #[inline]
    #[must_use]
    pub fn log_probability(&self, theta: Theta, score: u32) -> f64 {
        let mut log = [0.0];
        self.add_log_probabilities(score, &[theta.0], &mut log);
        log[0]
    }

    /// Adds ln P of one score to a running sum at every node, in logits. The hot path of every quadrature: no allocation.
    #[inline]
    pub fn add_log_probabilities(&self, score: u32, nodes: &[f64], log_likelihood: &mut [f64]) {
        assert_eq!(nodes.len(), log_likelihood.len(), "one sum a node");
        let category = self.category(score);
        match self.kernel() {
            Kernel::Logistic(curve) => curve.add_log_probabilities(score, nodes, log_likelihood),
            Kernel::Graded(model) => model.add_log_probabilities(category, nodes, log_likelihood),
            Kernel::DivideByTotal(kernel) => kernel.add_log_probabilities(category, nodes, log_likelihood),
        }
    }

    /// Whether ln P of this score is a concave function of ability, so that its only peak is the highest.
    #[must_use]
    pub fn is_log_concave(&self, score: u32) -> bool {
        match self.kernel() {
            Kernel::Logistic(curve) => curve.is_log_concave(score),
            Kernel::Graded(_) | Kernel::DivideByTotal(_) => true,
        }
    }

    /// A bound of |ln n| + |ln d| over the nodes, where P = exp(x) n / d.
    #[inline]
    pub(super) fn factor_reach(&self, score: u32, nodes: &[f64]) -> f64 {
        match self.kernel() {
            Kernel::Logistic(curve) => curve.factor_reach(score),
            Kernel::Graded(_) => Graded::FACTOR_REACH,
            Kernel::DivideByTotal(kernel) => kernel.factor_reach(nodes),
        }
    }

    /// Multiplies by P = exp(x) n / d at every node.
    #[inline]
    pub(super) fn multiply_factors(&self, score: u32, nodes: &[f64], factors: &mut Factors) {
        let category = self.category(score);
        match self.kernel() {
            Kernel::Logistic(curve) => curve.multiply_factors(score, nodes, factors),
            Kernel::Graded(model) => model.multiply_factors(category, nodes, factors),
            Kernel::DivideByTotal(kernel) => kernel.multiply_factors(category, nodes, factors),
        }
    }

    /// P, P' and P'' of every score, into a slice of exactly `categories` places.
    pub fn derivatives(&self, theta: Theta, out: &mut [CategoryDerivatives]) {
        assert_eq!(out.len(), self.categories(), "one place a category");
        match self.kernel() {
            Kernel::Logistic(curve) => out.copy_from_slice(&curve.derivatives(theta)),
            Kernel::Graded(model) => model.derivatives(theta, out),
            Kernel::DivideByTotal(kernel) => kernel.derivatives(theta, out),
        }
    }

    /// (ln P)' and (ln P)'' of one score.
    #[inline]
    #[must_use]
    pub fn log_derivatives(&self, theta: Theta, score: u32) -> LogDerivatives {
        let category = self.category(score);
        match self.kernel() {
            Kernel::Logistic(curve) => curve.log_derivatives(theta, score),
            Kernel::Graded(model) => model.log_derivatives(theta, category),
            Kernel::DivideByTotal(kernel) => kernel.log_derivatives(theta, category),
        }
    }

    /// I and Warm's J together.
    #[inline]
    #[must_use]
    pub fn information_terms(&self, theta: Theta) -> InformationTerms {
        match self.kernel() {
            Kernel::Logistic(curve) => curve.information_terms(theta),
            Kernel::Graded(model) => model.information_terms(theta),
            Kernel::DivideByTotal(kernel) => kernel.information_terms(theta),
        }
    }

    /// Fisher information, I = Σ P'² / P, per squared logit.
    #[inline]
    #[must_use]
    pub fn information(&self, theta: Theta) -> f64 {
        self.information_terms(theta).information
    }

    /// Observed information of one score, −(ln P)''; negative where a score above guessing level is surprising.
    #[must_use]
    pub fn observed_information(&self, theta: Theta, score: u32) -> f64 {
        -self.log_derivatives(theta, score).second
    }

    /// E[score | θ].
    #[must_use]
    pub fn expected_score(&self, theta: Theta) -> f64 {
        (1..=self.maximum_score()).map(|score| f64::from(score) * self.probability(theta, score)).sum()
    }

    #[inline]
    fn category(&self, score: u32) -> usize {
        let category = score as usize;
        assert!(
            category < self.categories(),
            "score {score} is above the item's maximum {}",
            self.maximum_score()
        );
        category
    }
}

impl TryFrom<ModelParameters> for ResponseModel {
    type Error = ParameterError;

    fn try_from(parameters: ModelParameters) -> Result<Self, ParameterError> {
        parameters.check()
    }
}
