//! Items, response models, ability estimation, scales and progressions.

pub mod ability;
pub mod accommodation;
pub mod answer;
pub mod bank;
pub mod banks;
pub mod content;
pub mod elementary;
pub mod formats;
pub mod item;
pub mod model;
pub mod placement;
pub mod progression;
pub mod scale;
pub mod scoring;
pub mod theta;
pub mod wright;

pub use ability::{
    AbilityEstimate, Estimator, NormalPrior, Observation, Posterior, Quadrature, ThetaRange, estimate,
    posterior,
};
pub use accommodation::{ACCOMMODATIONS_ATTRIBUTE, Accommodation, AccommodationError, Accommodations};
pub use answer::{Answer, AnswerError};
pub use bank::{Bank, BankError, BankParts};
pub use content::{Content, Interaction, Presentation, Stimulus};
pub use item::{AttributeValue, Item, ItemId, ItemIdError, ItemStatus, Pool, StandardErrors};
pub use model::{ModelParameters, ParameterError, ResponseModel};
pub use placement::Placement;
pub use progression::{Level, Progression};
pub use scale::Scale;
pub use theta::Theta;
pub use wright::{WrightBin, WrightMap};
