//! Response models: how likely each score on an item is, given ability. One formula a file.

mod bounds;
mod divide_by_total;
mod error;
mod four_pl;
mod generalized_partial_credit;
mod graded;
mod likelihood_product;
mod logistic;
mod nominal;
mod one_pl;
mod parameters;
mod partial_credit;
mod response_model;
mod three_pl;
mod two_pl;

pub use bounds::{MAXIMUM_CATEGORIES, MAXIMUM_DISCRIMINATION, MAXIMUM_LOCATION, MAXIMUM_NOMINAL_SLOPE};
pub use error::ParameterError;
pub use four_pl::FourPl;
pub use generalized_partial_credit::GeneralizedPartialCredit;
pub use graded::Graded;
pub use likelihood_product::LikelihoodProduct;
pub use nominal::Nominal;
pub use one_pl::OnePl;
pub use parameters::{ModelName, ModelParameters, NumberOrList};
pub use partial_credit::PartialCredit;
pub use response_model::{CategoryDerivatives, InformationTerms, LogDerivatives, ResponseModel};
pub use three_pl::ThreePl;
pub use two_pl::TwoPl;
