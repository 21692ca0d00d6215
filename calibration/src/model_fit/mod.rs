//! Fit of a whole calibration from the margins of one and two items.

mod factor;
mod limited_information;
mod margins;
mod moment_table;
mod residual_correlations;
mod score_sums;

pub use limited_information::{LimitedInformationFit, limited_information_fit};
pub use margins::{Margins, ModelFitError};
pub use residual_correlations::srmsr;
