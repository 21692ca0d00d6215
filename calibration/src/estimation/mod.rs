//! Marginal maximum likelihood: patterns, passes over them, and the climb to the maximum.

mod asymptotes;
mod calibrate;
mod climb;
mod determined;
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
mod runaway;
mod score_products;
mod score_rows;
mod scores;
mod screening;
mod stages;
mod start;
mod tables;
mod window;

pub use calibrate::{CalibrationError, calibrate};
pub use climb::{Convergence, Cycle, Observer};
pub use determined::Undetermined;
pub(crate) use expectation::Posterior;
pub use grid::{Grid, GridChoice, GridError, NODES_MAX, RANGE_MAX};
pub use information::{
    COVARIANCE_PARAMETERS_MAX, Covariance, InformationSource, covariance, covariance_from,
};
pub use plan::{Algorithm, CalibrationPlan, GroupPlan, ItemPlan, LatentParameter, LatentShape};
pub use refinement::GridLimit;
pub use result::{CalibratedItem, Calibration, GridWarning, LatentDistribution};
pub use scores::{Reliability, Score};
pub use screening::{ItemProblem, ItemWarning};
pub(crate) use tables::item_rows;
