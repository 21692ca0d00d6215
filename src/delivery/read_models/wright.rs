//! Items and students on the same continuum.

use serde::Serialize;
use utoipa::ToSchema;

use super::place::TrailScale;

/// A Wright map: how many items and students stand where.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WrightView {
    /// The bank.
    pub bank_id: String,
    /// Its version.
    pub bank_version: u32,
    /// Its progression.
    pub trail: Option<TrailScale>,
    /// Evenly spaced, lowest first.
    pub rows: Vec<WrightRow>,
    /// Items without parameters, which have no place.
    pub items_without_place: u32,
    /// Students of the class or the school without a place on this bank.
    pub students_without_place: u32,
}

/// One bin.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WrightRow {
    /// Its lower end, logits.
    pub low: f64,
    /// Its upper end, logits.
    pub high: f64,
    /// Items whose difficulty falls into it.
    pub items: u32,
    /// Students whose counting estimate falls into it.
    pub students: u32,
}
