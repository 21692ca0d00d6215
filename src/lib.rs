//! Waymark: an on-demand adaptive assessment service.
//!
//! One direction of dependency: `http, cli, jobs → delivery → store → assessment, adaptive → item_bank`.
//! `adaptive`, `assessment` and `simulation` are pure.

pub mod adaptive;
pub mod assessment;
pub mod cli;
pub mod clock;
pub mod delivery;
pub mod http;
pub mod jobs;
pub mod settings;
pub mod simulation;
pub mod store;
