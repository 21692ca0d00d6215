//! Likelihood-ratio tests of item parameters across two groups (Thissen, Steinberg & Wainer, 1993).

use super::groups::DifError;
use super::model_test::{Certificate, ModelTest, ModelledGroups, Round};
use super::split::split_model;

/// Tests the studied items in a model where the items in `split` have parameters of their own in each group: one of
/// those is closed for its test, any other item freed.
pub(super) fn tests(
    modelled: ModelledGroups<'_>,
    split: &[usize],
    studied: &[usize],
) -> Result<Round, DifError> {
    let base = split_model(modelled, split)?;
    let mut certificate = Certificate::EMPTY;
    certificate.add(&base.calibration);
    let mut found = Vec::new();
    for &item in studied {
        let was_free = split.contains(&item);
        let others: Vec<usize> = if was_free {
            split.iter().copied().filter(|&other| other != item).collect()
        } else {
            split.iter().copied().chain([item]).collect()
        };
        let other = split_model(modelled, &others)?;
        certificate.add(&other.calibration);
        let (free, closed) = if was_free { (&base, &other) } else { (&other, &base) };
        let gain = free.calibration.log_posterior - closed.calibration.log_posterior;
        let gained = free.calibration.free_parameters - closed.calibration.free_parameters;
        found.push(ModelTest::new(item, 2.0 * gain, gained, free.signed_difference(item)));
    }
    Ok(Round::new(found, certificate))
}
