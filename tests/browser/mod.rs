//! The pages in a real headless Chromium, on the demonstration school.

mod accessibility;
mod demo;
mod driver;
mod journey;
mod network;
mod tools;
mod without_scripts;
