//! What the commands about evidence (dif, link) share.

mod common_items;
mod input;
mod tables;

pub(super) use common_items::{LinkingArguments, common_items, linked};
pub(super) use input::{ResponsesArguments, estimate};
pub(super) use tables::{Table, number, write_files};
