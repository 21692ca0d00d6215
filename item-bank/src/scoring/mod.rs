//! From an answer to a score: the rule of numeric entry and the rules of partial credit.

mod number;
mod rational;
mod rules;

pub use number::{Number, Written};
pub use rational::Rational;
pub use rules::score_answer;
