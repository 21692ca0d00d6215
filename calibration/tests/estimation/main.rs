//! Estimation on published tables and on simulated answers.

mod properties;
mod published;
mod recovery;
mod simulated;
