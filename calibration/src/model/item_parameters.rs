//! The parameters of one item in slope-intercept form, and the same as an [`item_bank`] response model.

use super::item_model::{Family, ItemModel};
use super::terms::{NodeTerms, Order};
use super::{dichotomous, divide_by_total, graded};

/// 1 / (1 + exp(−x)).
pub fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

/// The inverse of [`logistic`]; −∞ at 0 and ∞ at 1.
pub fn logit(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

/// What a parameter slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterName {
    /// a.
    Slope,
    /// d, or d_k with k from 1.
    Intercept(usize),
    /// logit g.
    GuessingLogit,
    /// logit u.
    UpperLogit,
    /// α_k of the nominal model, k from 1.
    CategorySlope(usize),
    /// d of the rating-scale model: −a times the item's location.
    LocationIntercept,
    /// t_k, k from 1 to m − 1: −a times what the first k steps lie above the location, common to all items of the
    /// rating-scale model (t_m = 0).
    CommonIntercept(usize),
}

/// Parameters of one item: a model, its number of categories, and a value in every slot.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemParameters {
    model: ItemModel,
    categories: usize,
    values: Vec<f64>,
}

impl ItemParameters {
    /// Slots with neutral starting values: slope 1, intercepts in order, no guessing.
    pub fn neutral(model: ItemModel, categories: usize) -> Self {
        assert!(categories >= 2, "an item has at least two categories");
        let steps = categories - 1;
        let descending = |k: usize| steps as f64 / 2.0 - k as f64 + 0.5;
        let values = match model.family() {
            Family::Dichotomous => vec![1.0, 0.0, f64::NEG_INFINITY, f64::INFINITY],
            Family::Graded => std::iter::once(1.0).chain((1..=steps).map(descending)).collect(),
            Family::PartialCredit | Family::RatingScale => {
                std::iter::once(1.0).chain(std::iter::repeat_n(0.0, steps)).collect()
            }
            Family::Nominal => (1..=steps).map(|k| k as f64).chain(std::iter::repeat_n(0.0, steps)).collect(),
        };
        Self { model, categories, values }
    }

    /// Parameters with these slot values (see [`ItemParameters::names`] for their order).
    pub fn with_values(model: ItemModel, categories: usize, values: Vec<f64>) -> Self {
        let neutral = Self::neutral(model, categories);
        assert_eq!(neutral.values.len(), values.len(), "a value a slot");
        Self { values, ..neutral }
    }

    /// The model.
    pub fn model(&self) -> ItemModel {
        self.model
    }

    /// Number of score categories.
    pub fn categories(&self) -> usize {
        self.categories
    }

    /// The slot values.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The slot values, to be changed.
    pub fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    /// What each slot holds.
    pub fn names(&self) -> Vec<ParameterName> {
        let steps = self.categories - 1;
        match self.model.family() {
            Family::Dichotomous => vec![
                ParameterName::Slope,
                ParameterName::Intercept(1),
                ParameterName::GuessingLogit,
                ParameterName::UpperLogit,
            ],
            Family::Graded | Family::PartialCredit => std::iter::once(ParameterName::Slope)
                .chain((1..=steps).map(ParameterName::Intercept))
                .collect(),
            Family::RatingScale => [ParameterName::Slope, ParameterName::LocationIntercept]
                .into_iter()
                .chain((1..steps).map(ParameterName::CommonIntercept))
                .collect(),
            Family::Nominal => (1..=steps)
                .map(ParameterName::CategorySlope)
                .chain((1..=steps).map(ParameterName::Intercept))
                .collect(),
        }
    }

    /// Which slots the model estimates, other things being free.
    pub fn estimated(&self) -> Vec<bool> {
        let model = self.model;
        self.names()
            .into_iter()
            .map(|name| match name {
                ParameterName::Slope => !model.has_fixed_slope(),
                ParameterName::Intercept(_)
                | ParameterName::CategorySlope(_)
                | ParameterName::LocationIntercept
                | ParameterName::CommonIntercept(_) => true,
                ParameterName::GuessingLogit => matches!(model, ItemModel::ThreePl | ItemModel::FourPl),
                ParameterName::UpperLogit => model == ItemModel::FourPl,
            })
            .collect()
    }

    /// Probability of each score at an ability in logits.
    pub fn probabilities(&self, theta: f64, out: &mut [f64]) {
        match self.model.family() {
            Family::Dichotomous => dichotomous::probabilities(&self.values, theta, out),
            Family::Graded => graded::probabilities(&self.values, theta, out),
            family @ (Family::PartialCredit | Family::RatingScale | Family::Nominal) => {
                divide_by_total::probabilities(family, &self.values, theta, out);
            }
        }
    }

    /// Expected score at an ability in logits.
    pub fn expected_score(&self, theta: f64) -> f64 {
        if self.model.family() == Family::Dichotomous {
            return dichotomous::probability_correct(&self.values, theta);
        }
        let mut probabilities = vec![0.0; self.categories];
        self.probabilities(theta, &mut probabilities);
        probabilities.iter().enumerate().map(|(score, p)| score as f64 * p).sum()
    }

    pub(crate) fn new_terms(&self, order: Order) -> NodeTerms {
        NodeTerms::new(self.categories, self.values.len(), order)
    }

    /// Whether it is dichotomous and without asymptotes: P(1) = 1 / (1 + exp(−(aθ + d))).
    pub(crate) fn is_plain_logistic(&self) -> bool {
        self.model.family() == Family::Dichotomous
            && self.values[2] == f64::NEG_INFINITY
            && self.values[3] == f64::INFINITY
    }

    /// Probabilities and derivatives of their logarithms at an ability in logits.
    pub(crate) fn terms(&self, theta: f64, out: &mut NodeTerms) {
        match self.model.family() {
            Family::Dichotomous => dichotomous::terms(&self.values, theta, out),
            Family::Graded => graded::terms(&self.values, theta, out),
            family @ (Family::PartialCredit | Family::RatingScale | Family::Nominal) => {
                divide_by_total::terms(family, &self.values, theta, out);
            }
        }
    }

    /// Whether every probability is defined (graded intercepts in order, all values numbers).
    pub(crate) fn is_admissible(&self) -> bool {
        if self.values.iter().any(|value| value.is_nan()) {
            return false;
        }
        self.model.family() != Family::Graded || self.values[1..].windows(2).all(|pair| pair[0] > pair[1])
    }

    /// The slope, or for the nominal model the largest difference of category slopes.
    pub fn discrimination(&self) -> f64 {
        match self.model.family() {
            Family::Nominal => {
                let slopes = &self.values[..self.categories - 1];
                let highest = slopes.iter().fold(0.0_f64, |a, &b| a.max(b));
                highest - slopes.iter().fold(0.0_f64, |a, &b| a.min(b))
            }
            Family::Dichotomous | Family::Graded | Family::PartialCredit | Family::RatingScale => {
                self.values[0]
            }
        }
    }

    /// Re-expresses the item after the latent scale changed by θ = slope·θ' + intercept.
    pub(crate) fn rescaled(&self, slope: f64, intercept: f64) -> Self {
        let mut moved = self.clone();
        let steps = self.categories - 1;
        match self.model.family() {
            Family::Dichotomous | Family::RatingScale => {
                moved.values[0] = self.values[0] * slope;
                moved.values[1] = self.values[1] + self.values[0] * intercept;
            }
            Family::Graded => {
                moved.values[0] = self.values[0] * slope;
                for k in 1..=steps {
                    moved.values[k] = self.values[k] + self.values[0] * intercept;
                }
            }
            Family::PartialCredit => {
                moved.values[0] = self.values[0] * slope;
                for k in 1..=steps {
                    moved.values[k] = self.values[k] + k as f64 * self.values[0] * intercept;
                }
            }
            Family::Nominal => {
                for k in 0..steps {
                    moved.values[k] = self.values[k] * slope;
                    moved.values[steps + k] = self.values[steps + k] + self.values[k] * intercept;
                }
            }
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases() -> Vec<ItemParameters> {
        let case = ItemParameters::with_values;
        vec![
            case(ItemModel::TwoPl, 2, vec![1.3, -0.4, f64::NEG_INFINITY, f64::INFINITY]),
            case(ItemModel::FourPl, 2, vec![1.3, -0.4, -1.4, 3.0]),
            case(ItemModel::Graded, 4, vec![1.1, 1.5, 0.2, -0.9]),
            case(ItemModel::GeneralizedPartialCredit, 4, vec![0.8, 0.5, 0.7, -0.4]),
            case(ItemModel::RatingScale, 4, vec![1.0, 0.4, 0.7, -0.3]),
            case(ItemModel::RatingScale, 2, vec![1.0, 0.4]),
            case(ItemModel::Nominal, 3, vec![0.6, 1.9, 0.3, -0.5]),
        ]
    }

    #[test]
    fn derivatives_agree_with_central_differences() {
        let step = 1e-5;
        for item in cases() {
            for theta in [-2.0, -0.3, 0.0, 1.7] {
                let mut terms = item.new_terms(Order::Second);
                item.terms(theta, &mut terms);
                for slot in 0..item.values.len() {
                    if !item.values[slot].is_finite() {
                        continue;
                    }
                    let (mut up, mut down) = (item.clone(), item.clone());
                    up.values[slot] += step;
                    down.values[slot] -= step;
                    let (mut high, mut low) = (item.new_terms(Order::Second), item.new_terms(Order::Second));
                    up.terms(theta, &mut high);
                    down.terms(theta, &mut low);
                    for k in 0..item.categories {
                        let slope = (high.probabilities[k].ln() - low.probabilities[k].ln()) / (2.0 * step);
                        assert!(
                            (slope - terms.gradient_of(k)[slot]).abs() < 1e-8,
                            "{item:?} {theta} {slot} {k}"
                        );
                        for other in 0..item.values.len() {
                            let bend =
                                (high.gradient_of(k)[other] - low.gradient_of(k)[other]) / (2.0 * step);
                            let exact = terms.hessian_of(k)[slot * item.values.len() + other];
                            assert!((bend - exact).abs() < 1e-7, "{item:?} {theta} {slot} {other} {k}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_rescaled_item_has_the_same_probabilities_at_the_moved_ability() {
        for item in cases() {
            let moved = item.rescaled(0.7, 0.4);
            let (mut here, mut there) = (vec![0.0; item.categories], vec![0.0; item.categories]);
            item.probabilities(0.7 * 1.1 + 0.4, &mut here);
            moved.probabilities(1.1, &mut there);
            for (a, b) in here.iter().zip(&there) {
                assert!((a - b).abs() < 1e-14);
            }
        }
    }
}
