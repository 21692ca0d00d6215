//! The HTTP side, through a real server.

mod platform;
