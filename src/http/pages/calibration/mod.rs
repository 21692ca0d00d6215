//! Staff's pages of calibrations: asking, following, deciding item by item, seeing the effect, publishing.

mod ask;
mod item_words;
mod least;
mod publish;
mod show;

pub use ask::{ask, list};
pub use publish::{effect, publish};
pub use show::{decide, show_one};

use super::job::JobPages;
use crate::delivery::staff_jobs::StaffJob;

/// Where these pages are.
const FOLDER: &str = "/staff/calibrations";

/// These pages.
pub struct Calibrations;

impl JobPages for Calibrations {
    const WHAT: StaffJob = StaffJob::Calibration;
    const FOLDER: &'static str = FOLDER;
}
