//! The HTTP side, through a real server.

mod attempts;
mod authorisation;
mod calibrations;
mod class_pages;
mod cross_site;
mod item_alarms;
mod logs;
mod people;
mod platform;
mod reading;
mod response_files;
mod roster;
mod sign_in;
mod simulations;
mod staff;
