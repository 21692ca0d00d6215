//! The pages: server-rendered HTML that works without JavaScript.
//!
//! A handler parses, calls one `delivery` function and renders a view; no rule of the domain lives here.

pub mod admin;
mod assets;
mod attempt_words;
pub mod calibration;
mod display;
pub mod drawing;
mod frame;
mod html;
pub mod job;
mod refusal;
pub mod staff;
pub mod student;
pub mod teacher;
pub mod trails;
pub mod view;
pub mod words;

pub use assets::assets;
pub use display::{display, keep_display};
pub use frame::{Frame, NavLink, show, show_again};
pub use html::Html;
pub use refusal::{refusal, root, sign_in_first};
