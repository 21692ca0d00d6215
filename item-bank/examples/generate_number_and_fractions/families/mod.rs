//! The template families, one strand or topic a file.

mod addition;
mod addition_stories;
mod comparison;
mod decimals;
mod division;
mod division_stories;
mod equivalence;
mod like_sums;
mod multiplication;
mod number_line;
mod parts;
mod products;
mod rationals;
pub mod sets;

use crate::draft::Draft;
use crate::random::Random;

type Make = fn(&mut Random) -> Vec<Draft>;

/// Every family file with the name of its stream.
pub const FAMILIES: &[(&str, Make)] = &[
    ("parts", parts::drafts),
    ("number line", number_line::drafts),
    ("equivalence", equivalence::drafts),
    ("comparison", comparison::drafts),
    ("like sums", like_sums::drafts),
    ("addition", addition::drafts),
    ("addition stories", addition_stories::drafts),
    ("multiplication", multiplication::drafts),
    ("products", products::drafts),
    ("division", division::drafts),
    ("division stories", division_stories::drafts),
    ("decimals", decimals::drafts),
    ("rationals", rationals::drafts),
];
