//! Estimation on published tables and on simulated answers.

mod properties;
mod published;
mod rating_scale;
mod recovery;
mod simulated;
mod wide_scales;
