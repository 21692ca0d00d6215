//! Marginal maximum likelihood: patterns, passes over them, and the climb to the maximum.

mod asymptotes;
mod calibrate;
mod climb;
mod expectation;
mod grid;
mod information;
mod item_objective;
mod latent;
mod maximisation;
mod patterns;
mod plan;
mod preconditioner;
mod problem;
mod refinement;
mod result;
mod score_products;
mod scores;
mod screening;
mod start;

pub use calibrate::{CalibrationError, calibrate};
pub use climb::{Convergence, Cycle, Observer};
pub(crate) use expectation::item_rows;
pub use grid::{Grid, GridChoice, GridError, NODES_MAX, RANGE_MAX};
pub use information::{
    COVARIANCE_PARAMETERS_MAX, Covariance, InformationSource, covariance, covariance_from,
};
pub use plan::{Algorithm, CalibrationPlan, GroupPlan, ItemPlan, LatentParameter, LatentShape};
pub use refinement::GridLimit;
pub use result::{CalibratedItem, Calibration, GridWarning, LatentDistribution};
pub use scores::{Reliability, Score};
pub use screening::{ItemProblem, ItemWarning};
