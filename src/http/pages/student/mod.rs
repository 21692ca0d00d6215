//! What students see.

pub mod attempt;
pub mod break_pages;
pub mod home;
pub mod home_door;
pub mod question;
pub mod result;
pub mod result_door;
pub mod sign_in;
pub mod sign_in_doors;
pub mod test_page;
