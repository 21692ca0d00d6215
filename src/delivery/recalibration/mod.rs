//! Staff's way through a calibration: what it proposes, what they decide item by item, what the new version would do to
//! students, and publishing it. The estimation itself is a background job (`jobs::calibrate`).

mod decide;
mod follow;
mod impact;
mod proposal;
mod publish;
mod readiness_change;
mod request;

pub use decide::{DecideItem, decide_item, standing};
pub use follow::calibration_file;
pub use impact::{Impact, LevelChange, impact};
pub use proposal::{
    AnswerTimes, FitTest, GroupDifference, Hold, Proposal, ProposedItem, StandingItem, calibration,
};
pub use publish::{PublishCalibration, publish_calibration, revised_bank};
pub use readiness_change::ReadinessChange;
pub use request::{AnswerSource, CalibrationRequest, ItemsToEstimate, RapidGuesses, ResponseFile};
