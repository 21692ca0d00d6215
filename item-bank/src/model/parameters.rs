//! The unchecked parameters of an item as a bank file or a parameter table has them.

use serde::{Deserialize, Serialize};

use super::{
    FourPl, GeneralizedPartialCredit, Graded, Nominal, OnePl, ParameterError, PartialCredit, ResponseModel,
    ThreePl, TwoPl,
};

/// Parameters by their letters: a number or a list each, absent where the model has none.
///
/// 1PL to 4PL: `a`, `b`, `c`, `d`. GRM: `a` and the list `b` of category boundaries, ascending. GPCM and PCM: `a` (PCM: absent
/// or 1) and the list `b` of step difficulties, any order. NRM: the list `a` of slopes and the list `b` of intercepts, one
/// for every category: P(k) ∝ exp(a_k θ + b_k).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelParameters {
    /// Which formula.
    pub model: ModelName,
    /// Discrimination, or the slopes of a nominal item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub a: Option<NumberOrList>,
    /// Difficulty, boundaries, steps, or the intercepts of a nominal item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub b: Option<NumberOrList>,
    /// Guessing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub c: Option<f64>,
    /// Upper asymptote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub d: Option<f64>,
}

/// The models' names in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ModelName {
    /// One-parameter logistic.
    #[serde(rename = "1PL")]
    OnePl,
    /// Two-parameter logistic.
    #[serde(rename = "2PL")]
    TwoPl,
    /// Three-parameter logistic.
    #[serde(rename = "3PL")]
    ThreePl,
    /// Four-parameter logistic.
    #[serde(rename = "4PL")]
    FourPl,
    /// Graded response.
    #[serde(rename = "GRM")]
    Graded,
    /// Partial credit.
    #[serde(rename = "PCM")]
    PartialCredit,
    /// Generalized partial credit.
    #[serde(rename = "GPCM")]
    GeneralizedPartialCredit,
    /// Nominal response.
    #[serde(rename = "NRM")]
    Nominal,
}

/// A JSON number or a list of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NumberOrList {
    /// One number.
    Number(f64),
    /// A list of numbers.
    List(Vec<f64>),
}

impl ModelName {
    /// The name as files write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnePl => "1PL",
            Self::TwoPl => "2PL",
            Self::ThreePl => "3PL",
            Self::FourPl => "4PL",
            Self::Graded => "GRM",
            Self::PartialCredit => "PCM",
            Self::GeneralizedPartialCredit => "GPCM",
            Self::Nominal => "NRM",
        }
    }

    /// The model of a name in any case, as files write it or as calibrations call it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.to_ascii_uppercase();
        let synonym = match name.as_str() {
            "RASCH" => Some(Self::OnePl),
            "GRADED" => Some(Self::Graded),
            // A rating scale is partial credit with steps that items have in common.
            "RSM" => Some(Self::PartialCredit),
            "NOMINAL" => Some(Self::Nominal),
            _ => None,
        };
        let all = [
            Self::OnePl,
            Self::TwoPl,
            Self::ThreePl,
            Self::FourPl,
            Self::Graded,
            Self::PartialCredit,
            Self::GeneralizedPartialCredit,
            Self::Nominal,
        ];
        synonym.or_else(|| all.into_iter().find(|model| model.as_str() == name))
    }
}

impl std::fmt::Display for ModelName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl ModelParameters {
    /// Moves parameters written for P = 1 / (1 + exp(−D a(θ − b))) to D = 1: slopes are multiplied, locations stay.
    ///
    /// The partial credit model fixes its slope, so with D other than 1 it becomes the generalized one with a = D.
    pub fn on_logistic_metric(mut self, scaling_constant: f64) -> Result<Self, ParameterError> {
        if !(scaling_constant > 0.0 && scaling_constant <= 10.0) {
            return Err(ParameterError::ScalingConstant(scaling_constant));
        }
        if scaling_constant == 1.0 {
            return Ok(self);
        }
        if self.model == ModelName::PartialCredit {
            self.model = ModelName::GeneralizedPartialCredit;
        }
        let one = NumberOrList::Number(1.0);
        self.a = Some(match self.a.unwrap_or(one) {
            NumberOrList::Number(a) => NumberOrList::Number(scaling_constant * a),
            NumberOrList::List(slopes) => {
                NumberOrList::List(slopes.into_iter().map(|slope| scaling_constant * slope).collect())
            }
        });
        Ok(self)
    }

    /// The checked model.
    pub fn check(&self) -> Result<ResponseModel, ParameterError> {
        match self.model {
            ModelName::OnePl => {
                self.fixes("c", self.c, 0.0)?;
                self.fixes("d", self.d, 1.0)?;
                let a = self.slope_or_one()?;
                OnePl::with_common_discrimination(a, self.number("b", &self.b)?).map(ResponseModel::OnePl)
            }
            ModelName::TwoPl => {
                self.fixes("c", self.c, 0.0)?;
                self.fixes("d", self.d, 1.0)?;
                TwoPl::new(self.number("a", &self.a)?, self.number("b", &self.b)?).map(ResponseModel::TwoPl)
            }
            ModelName::ThreePl => {
                self.fixes("d", self.d, 1.0)?;
                let c = self.c.ok_or_else(|| self.missing("c"))?;
                ThreePl::new(self.number("a", &self.a)?, self.number("b", &self.b)?, c)
                    .map(ResponseModel::ThreePl)
            }
            ModelName::FourPl => {
                let c = self.c.ok_or_else(|| self.missing("c"))?;
                let d = self.d.ok_or_else(|| self.missing("d"))?;
                FourPl::new(self.number("a", &self.a)?, self.number("b", &self.b)?, c, d)
                    .map(ResponseModel::FourPl)
            }
            _ => self.check_polytomous(),
        }
    }

    fn check_polytomous(&self) -> Result<ResponseModel, ParameterError> {
        self.fixes("c", self.c, 0.0)?;
        self.fixes("d", self.d, 1.0)?;
        let b = self.list("b", &self.b)?;
        match self.model {
            ModelName::Graded => Graded::new(self.number("a", &self.a)?, b).map(ResponseModel::Graded),
            ModelName::PartialCredit => {
                self.fixes("a", Some(self.slope_or_one()?), 1.0)?;
                PartialCredit::new(b).map(ResponseModel::PartialCredit)
            }
            ModelName::Nominal => Nominal::new(self.list("a", &self.a)?, b).map(ResponseModel::Nominal),
            _ => GeneralizedPartialCredit::new(self.number("a", &self.a)?, b)
                .map(ResponseModel::GeneralizedPartialCredit),
        }
    }

    fn slope_or_one(&self) -> Result<f64, ParameterError> {
        if self.a.is_none() { Ok(1.0) } else { self.number("a", &self.a) }
    }

    fn missing(&self, parameter: &'static str) -> ParameterError {
        ParameterError::Missing { model: self.model.as_str(), parameter }
    }

    fn fixes(&self, parameter: &'static str, value: Option<f64>, fixed: f64) -> Result<(), ParameterError> {
        match value {
            Some(value) if value != fixed => {
                Err(ParameterError::Fixed { model: self.model.as_str(), parameter, value })
            }
            _ => Ok(()),
        }
    }

    fn number(&self, parameter: &'static str, value: &Option<NumberOrList>) -> Result<f64, ParameterError> {
        match value {
            Some(NumberOrList::Number(number)) => Ok(*number),
            Some(NumberOrList::List(_)) => {
                Err(ParameterError::ListNotNumber { model: self.model.as_str(), parameter })
            }
            None => Err(self.missing(parameter)),
        }
    }

    fn list<'a>(
        &self,
        parameter: &'static str,
        value: &'a Option<NumberOrList>,
    ) -> Result<&'a [f64], ParameterError> {
        match value {
            Some(NumberOrList::List(list)) => Ok(list),
            Some(NumberOrList::Number(_)) => {
                Err(ParameterError::NumberNotList { model: self.model.as_str(), parameter })
            }
            None => Err(self.missing(parameter)),
        }
    }
}

impl From<ResponseModel> for ModelParameters {
    fn from(model: ResponseModel) -> Self {
        Self::from(&model)
    }
}

impl From<&ResponseModel> for ModelParameters {
    fn from(model: &ResponseModel) -> Self {
        let number = |value: f64| Some(NumberOrList::Number(value));
        let list = |values: &[f64]| Some(NumberOrList::List(values.to_vec()));
        let (a, b, c, d) = match model {
            ResponseModel::OnePl(item) => {
                (number(item.discrimination()), number(item.difficulty()), None, None)
            }
            ResponseModel::TwoPl(item) => {
                (number(item.discrimination()), number(item.difficulty()), None, None)
            }
            ResponseModel::ThreePl(item) => {
                (number(item.discrimination()), number(item.difficulty()), Some(item.guessing()), None)
            }
            ResponseModel::FourPl(item) => (
                number(item.discrimination()),
                number(item.difficulty()),
                Some(item.guessing()),
                Some(item.upper_asymptote()),
            ),
            ResponseModel::Graded(item) => {
                (number(item.discrimination()), list(item.boundaries()), None, None)
            }
            ResponseModel::PartialCredit(item) => (None, list(item.steps()), None, None),
            ResponseModel::GeneralizedPartialCredit(item) => {
                (number(item.discrimination()), list(item.steps()), None, None)
            }
            ResponseModel::Nominal(item) => (list(item.slopes()), list(item.intercepts()), None, None),
        };
        Self { model: model.name(), a, b, c, d }
    }
}
