//! Putting two calibrations on one scale through the items they share: θ_Y = A θ_X + B. Never changes an item by itself.

mod anchors;
mod characteristic_curves;
mod constants;
mod link;
mod parameter_covariance;
mod uncertainty;

pub(crate) use anchors::anchor_differences;
pub use anchors::{AnchorCheck, Outliers, check_anchors, robust_z};
pub use constants::{CommonItem, Constants, LinkingError};
pub use link::{Link, LinkErrors, LinkingMethod, Symmetry, link, link_errors};
pub use parameter_covariance::{ParameterCovariance, ParameterCovarianceError};
pub use uncertainty::{
    Direction, Side, directions, directions_from_covariance, directions_from_standard_errors,
    standard_error_of,
};
