//! Staff's way through a calibration: what it proposes, what they decide item by item, what the new version would do to
//! students, and publishing it. The estimation itself is a background job (`jobs::calibrate`).

mod decide;
mod follow;
mod impact;
mod proposal;
mod publish;

pub use decide::{DecideItem, decide_item, standing};
pub use follow::{CALIBRATE, cancel_calibration, list_calibrations};
pub use impact::{Impact, LevelChange, impact};
pub use proposal::{
    CalibrationRequest, FitTest, GroupDifference, Hold, ItemsToEstimate, Proposal, ProposedItem,
    RapidGuesses, StandingItem, calibration,
};
pub use publish::{PublishCalibration, publish_calibration, revised_bank};
