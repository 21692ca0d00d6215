//! Pictures as inline SVG: the trail, curves, evidence over time, the Wright map.
//!
//! Pure functions from numbers to text. Meaning is carried by classes (colours live in `web/assets/css/drawing.css`),
//! and every picture has a sentence that says the same in words. No styles are written here: the
//! content security policy forbids them.

pub mod axis;
pub mod curve;
pub mod evidence;
pub mod interval;
pub mod meter;
mod residual_course;
pub mod svg;
pub mod trail;
mod trail_home;
mod trail_row;
mod trail_wide;
pub mod wright;

pub use curve::{CategoryCurve, CurveChart, ObservedProportion, information_chart, response_chart};
pub use evidence::{EvidenceChart, EvidencePoint, evidence_chart};
pub use interval::{IntervalChart, IntervalRow, interval_chart};
pub use meter::probability_meter;
pub use residual_course::{CoursePoint, ResidualCourse, residual_chart};
pub use trail::{Trail, TrailDot, TrailLevel, TrailPlace, TrailSize};
pub use wright::{WrightChart, WrightRow, wright_chart};
