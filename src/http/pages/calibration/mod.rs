//! Staff's pages of calibrations: asking, following, deciding item by item, seeing the effect, publishing.

mod ask;
mod item_words;
mod least;
mod publish;
mod show;

pub use ask::{ask, list};
pub use publish::{effect, publish};
pub use show::{cancel, decide, show_one, state};

/// Where these pages are.
const FOLDER: &str = "/staff/calibrations";
