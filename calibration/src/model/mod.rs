//! The response models being estimated: their parameters in slope-intercept form, their derivatives, and priors.

mod conventional;
mod dichotomous;
mod divide_by_total;
mod graded;
mod item_model;
mod item_parameters;
mod prior;
mod terms;

pub use conventional::{ConventionalParameters, Estimate};
pub use item_model::ItemModel;
pub use item_parameters::{ItemParameters, ParameterName, logistic, logit};
pub use prior::{ItemPriors, Prior, PriorError};
pub(crate) use terms::Order;
