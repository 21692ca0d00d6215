//! The HTTP side, through a real server.

mod authorisation;
mod cross_site;
mod people;
mod platform;
mod sign_in;
