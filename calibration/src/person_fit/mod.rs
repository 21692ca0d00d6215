//! How well each examinee's answers follow the model.

mod examinee;

pub use examinee::{PersonFit, person_fit};
