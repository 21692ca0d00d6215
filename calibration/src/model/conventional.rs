//! Parameters as the field writes them: a, b, c, d, with standard errors by the delta method.

use item_bank::model::{ModelName, NumberOrList};
use item_bank::{ModelParameters, ParameterError, ResponseModel, StandardErrors};

use super::item_model::{Family, ItemModel};
use super::item_parameters::{ItemParameters, logistic, logit};

/// A number and its standard error, if it was estimated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Its standard error.
    pub standard_error: Option<f64>,
}

/// The conventional parameters of an item.
#[derive(Debug, Clone, PartialEq)]
pub struct ConventionalParameters {
    /// Which formula.
    pub model: ModelName,
    /// Discrimination; for the nominal model the slope of every category, the first 0.
    pub a: Vec<Estimate>,
    /// Difficulty, boundaries or steps; for the nominal model the intercept of every category, the first 0.
    pub b: Vec<Estimate>,
    /// Guessing; dichotomous models only.
    pub c: Option<Estimate>,
    /// Upper asymptote; dichotomous models only.
    pub d: Option<Estimate>,
    /// Location, the mean of the steps; rating-scale model only.
    pub location: Option<Estimate>,
}

/// A parameter's value and its gradient in the slots.
struct Expression {
    value: f64,
    gradient: Vec<f64>,
}

impl ItemParameters {
    /// The conventional parameters. `covariance` is that of the slots, row by row, 0 where a slot was not estimated.
    pub fn conventional(&self, covariance: Option<&[f64]>) -> ConventionalParameters {
        let slots = self.values().len();
        let estimate = |expression: Expression| {
            let variance = covariance.map(|covariance| {
                let gradient = &expression.gradient;
                (0..slots * slots)
                    .map(|k| gradient[k / slots] * covariance[k] * gradient[k % slots])
                    .sum::<f64>()
            });
            let standard_error = variance.filter(|variance| *variance > 0.0).map(f64::sqrt);
            Estimate { value: expression.value, standard_error }
        };
        let all = |expressions: Vec<Expression>| expressions.into_iter().map(estimate).collect::<Vec<_>>();
        let family = self.model().family();
        let location = (family == Family::RatingScale).then(|| estimate(self.mean_location()));
        let asymptote = |slot| (family == Family::Dichotomous).then(|| estimate(self.asymptote(slot)));
        ConventionalParameters {
            model: self.model_name(),
            a: all(self.slopes()),
            b: all(self.locations()),
            c: asymptote(2),
            d: asymptote(3),
            location,
        }
    }

    fn model_name(&self) -> ModelName {
        match self.model() {
            ItemModel::Rasch | ItemModel::OnePl => ModelName::OnePl,
            ItemModel::TwoPl => ModelName::TwoPl,
            ItemModel::ThreePl => ModelName::ThreePl,
            ItemModel::FourPl => ModelName::FourPl,
            ItemModel::Graded => ModelName::Graded,
            ItemModel::PartialCredit | ItemModel::RatingScale => ModelName::PartialCredit,
            ItemModel::GeneralizedPartialCredit => ModelName::GeneralizedPartialCredit,
            ItemModel::Nominal => ModelName::Nominal,
        }
    }

    fn slot(&self, slot: usize) -> Expression {
        let mut gradient = vec![0.0; self.values().len()];
        gradient[slot] = 1.0;
        Expression { value: self.values()[slot], gradient }
    }

    fn zero(&self) -> Expression {
        Expression { value: 0.0, gradient: vec![0.0; self.values().len()] }
    }

    fn asymptote(&self, slot: usize) -> Expression {
        let mut expression = self.slot(slot);
        expression.value = logistic(self.values()[slot]);
        expression.gradient[slot] = expression.value * (1.0 - expression.value);
        expression
    }

    fn slopes(&self) -> Vec<Expression> {
        match self.model().family() {
            Family::Nominal => std::iter::once(self.zero())
                .chain((0..self.categories() - 1).map(|slot| self.slot(slot)))
                .collect(),
            _ => vec![self.slot(0)],
        }
    }

    /// b = −d / a; steps are differences of neighbouring intercepts.
    fn locations(&self) -> Vec<Expression> {
        let values = self.values();
        let a = values[0];
        let steps = self.categories() - 1;
        let location = |high: usize, low: Option<usize>| {
            let difference = values[high] - low.map_or(0.0, |slot| values[slot]);
            let mut gradient = vec![0.0; values.len()];
            gradient[high] = -1.0 / a;
            if let Some(slot) = low {
                gradient[slot] = 1.0 / a;
            }
            gradient[0] = difference / (a * a);
            Expression { value: -difference / a, gradient }
        };
        match self.model().family() {
            Family::Dichotomous => vec![location(1, None)],
            Family::Graded => (1..=steps).map(|k| location(k, None)).collect(),
            Family::PartialCredit => (1..=steps).map(|k| location(k, (k > 1).then_some(k - 1))).collect(),
            Family::RatingScale => (1..=steps).map(|k| self.common_step(k)).collect(),
            Family::Nominal => {
                std::iter::once(self.zero()).chain((steps..2 * steps).map(|slot| self.slot(slot))).collect()
            }
        }
    }

    /// The parameters a bank holds by the names of their columns, and their gradients in the slots.
    pub(crate) fn bank_gradients(&self) -> Vec<(String, Vec<f64>)> {
        let dichotomous = self.model().family() == Family::Dichotomous;
        let mut all = Vec::new();
        for (letter, expressions) in [('a', self.slopes()), ('b', self.locations())] {
            let alone = dichotomous || (letter == 'a' && expressions.len() == 1);
            for (place, expression) in expressions.into_iter().enumerate() {
                let name = if alone { letter.to_string() } else { format!("{letter}{}", place + 1) };
                all.push((name, expression.gradient));
            }
        }
        if dichotomous {
            all.extend(
                [("c", 2), ("d", 3)].map(|(name, slot)| (name.to_owned(), self.asymptote(slot).gradient)),
            );
        }
        all
    }

    /// −d / a of the rating-scale model.
    fn mean_location(&self) -> Expression {
        let (a, d) = (self.values()[0], self.values()[1]);
        let mut gradient = vec![0.0; self.values().len()];
        (gradient[0], gradient[1]) = (d / (a * a), -1.0 / a);
        Expression { value: -d / a, gradient }
    }

    /// b_k = −(d + t_k − t_{k−1}) / a of the rating-scale model, t_0 = t_m = 0.
    fn common_step(&self, step: usize) -> Expression {
        let mut expression = self.mean_location();
        let a = self.values()[0];
        for (slot, sign) in [(step + 1, 1.0), (step, -1.0)] {
            if let Some(common) = self.values().get(slot).filter(|_| slot >= 2) {
                expression.value -= sign * common / a;
                expression.gradient[slot] -= sign / a;
                expression.gradient[0] += sign * common / (a * a);
            }
        }
        expression
    }

    /// The item as a bank holds it, where its parameters are in a bank's range (a positive slope, for one).
    pub fn response_model(&self) -> Result<ResponseModel, ParameterError> {
        self.conventional(None).parameters().check()
    }

    /// An item of a bank in slope-intercept form.
    pub fn from_response_model(model: &ResponseModel) -> Self {
        let parameters = ModelParameters::from(model);
        let list = |value: &Option<NumberOrList>| match value {
            Some(NumberOrList::Number(number)) => vec![*number],
            Some(NumberOrList::List(list)) => list.clone(),
            None => Vec::new(),
        };
        let (a, b) = (list(&parameters.a), list(&parameters.b));
        let slope = a.first().copied().unwrap_or(1.0);
        let (c, d) = (parameters.c.unwrap_or(0.0), parameters.d.unwrap_or(1.0));
        let dichotomous = |model| Self::with_values(model, 2, vec![slope, -slope * b[0], logit(c), logit(d)]);
        let running = |b: &[f64]| -> Vec<f64> {
            let mut sum = 0.0;
            let next = |step: &f64| {
                sum -= slope * step;
                sum
            };
            std::iter::once(slope).chain(b.iter().map(next)).collect()
        };
        match parameters.model {
            ModelName::OnePl if slope == 1.0 => dichotomous(ItemModel::Rasch),
            ModelName::OnePl => dichotomous(ItemModel::OnePl),
            ModelName::TwoPl => dichotomous(ItemModel::TwoPl),
            ModelName::ThreePl => dichotomous(ItemModel::ThreePl),
            ModelName::FourPl => dichotomous(ItemModel::FourPl),
            ModelName::Graded => {
                let values = std::iter::once(slope).chain(b.iter().map(|b| -slope * b)).collect();
                Self::with_values(ItemModel::Graded, b.len() + 1, values)
            }
            ModelName::PartialCredit => Self::with_values(ItemModel::PartialCredit, b.len() + 1, running(&b)),
            ModelName::GeneralizedPartialCredit => {
                Self::with_values(ItemModel::GeneralizedPartialCredit, b.len() + 1, running(&b))
            }
            ModelName::Nominal => {
                let free =
                    |values: &[f64]| values[1..].iter().map(|value| value - values[0]).collect::<Vec<_>>();
                Self::with_values(ItemModel::Nominal, b.len(), [free(&a), free(&b)].concat())
            }
        }
    }
}

impl ConventionalParameters {
    /// The unchecked parameters as files hold them.
    pub fn parameters(&self) -> ModelParameters {
        let values =
            |estimates: &[Estimate]| estimates.iter().map(|estimate| estimate.value).collect::<Vec<_>>();
        let number = |estimates: &[Estimate]| Some(NumberOrList::Number(estimates[0].value));
        let list = |estimates: &[Estimate]| Some(NumberOrList::List(values(estimates)));
        let value = |estimate: Option<Estimate>| estimate.map(|estimate| estimate.value);
        let (a, b, c, d) = match self.model {
            ModelName::OnePl | ModelName::TwoPl => (number(&self.a), number(&self.b), None, None),
            ModelName::ThreePl => (number(&self.a), number(&self.b), value(self.c), None),
            ModelName::FourPl => (number(&self.a), number(&self.b), value(self.c), value(self.d)),
            ModelName::PartialCredit => (None, list(&self.b), None, None),
            ModelName::Graded | ModelName::GeneralizedPartialCredit => {
                (number(&self.a), list(&self.b), None, None)
            }
            ModelName::Nominal => (list(&self.a), list(&self.b), None, None),
        };
        ModelParameters { model: self.model, a, b, c, d }
    }

    /// Standard errors as a bank holds them.
    pub fn standard_errors(&self) -> StandardErrors {
        let errors =
            |estimates: &[Estimate]| estimates.iter().map(|estimate| estimate.standard_error).collect();
        let one = |estimate: Option<Estimate>| {
            estimate.into_iter().map(|estimate| estimate.standard_error).collect()
        };
        let (mut c, mut d) = (one(self.c), one(self.d));
        if !matches!(self.model, ModelName::ThreePl | ModelName::FourPl) {
            c = Vec::new();
        }
        if self.model != ModelName::FourPl {
            d = Vec::new();
        }
        let a = if self.model == ModelName::PartialCredit { Vec::new() } else { errors(&self.a) };
        StandardErrors { a, b: errors(&self.b), c, d }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(model: ItemModel, values: &[f64]) {
        let categories = match model.family() {
            Family::Dichotomous => 2,
            Family::Nominal => values.len() / 2 + 1,
            _ => values.len(),
        };
        let item = ItemParameters::with_values(model, categories, values.to_vec());
        let bank = item.response_model().unwrap();
        let back = ItemParameters::from_response_model(&bank);
        assert_eq!(back.model(), model);
        let mut ours = vec![0.0; categories];
        let mut theirs = vec![0.0; categories];
        for theta in [-2.5, 0.0, 1.3] {
            item.probabilities(theta, &mut ours);
            bank.probabilities(item_bank::Theta(theta), &mut theirs);
            for (a, b) in ours.iter().zip(&theirs) {
                assert!((a - b).abs() < 1e-13, "{model} {theta} {ours:?} {theirs:?}");
            }
        }
        for (a, b) in item.values().iter().zip(back.values()) {
            assert!((a - b).abs() < 1e-12 || a == b, "{model} {a} {b}");
        }
    }

    #[test]
    fn every_model_survives_the_way_to_a_bank_and_back() {
        let (never, always) = (f64::NEG_INFINITY, f64::INFINITY);
        check(ItemModel::Rasch, &[1.0, -0.3, never, always]);
        check(ItemModel::TwoPl, &[1.4, -0.3, never, always]);
        check(ItemModel::ThreePl, &[1.4, -0.3, -1.2, always]);
        check(ItemModel::FourPl, &[1.4, -0.3, -1.2, 3.1]);
        check(ItemModel::Graded, &[0.9, 1.2, 0.1, -2.0]);
        check(ItemModel::PartialCredit, &[1.0, 0.4, 0.9, -1.0]);
        check(ItemModel::GeneralizedPartialCredit, &[0.7, 0.4, 0.9, -1.0]);
        check(ItemModel::Nominal, &[0.7, 1.4, 0.9, -1.0]);
    }

    #[test]
    fn errors_of_a_difficulty_follow_from_those_of_slope_and_intercept() {
        let item = ItemParameters::with_values(
            ItemModel::TwoPl,
            2,
            vec![2.0, 1.0, f64::NEG_INFINITY, f64::INFINITY],
        );
        let mut covariance = [0.0; 16];
        (covariance[0], covariance[1], covariance[4], covariance[5]) = (0.04, 0.01, 0.01, 0.09);
        let found = item.conventional(Some(&covariance));
        // db/da = d/a² = 0.25, db/dd = −1/a = −0.5.
        let variance: f64 = 0.0625 * 0.04 - 2.0 * 0.125 * 0.01 + 0.25 * 0.09;
        assert!((found.b[0].value + 0.5).abs() < 1e-15);
        assert!((found.b[0].standard_error.unwrap() - variance.sqrt()).abs() < 1e-15);
        assert_eq!(found.c.unwrap(), Estimate { value: 0.0, standard_error: None });
    }
}
