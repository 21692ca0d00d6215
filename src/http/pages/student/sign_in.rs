//! Signing in: a class code, the own name, then a PIN or pictures; adults by name and password.

use askama::Template;

use crate::http::flash::Flash;
use crate::http::pages::{Frame, Html};

/// Asks for the class code.
#[derive(Template)]
#[template(path = "student/sign_in_code.html")]
pub struct CodePage {
    /// Around it.
    pub frame: Frame,
    /// What was typed.
    pub code: String,
    /// Why it did not work.
    pub problem: Option<String>,
}

/// One name of a class.
pub struct NameView {
    /// The account.
    pub id: String,
    /// The name.
    pub name: String,
    /// Its first letter.
    pub initial: char,
}

/// Asks for the name.
#[derive(Template)]
#[template(path = "student/sign_in_name.html")]
pub struct NamePage {
    /// Around it.
    pub frame: Frame,
    /// The class's code.
    pub code: String,
    /// The class's name.
    pub class_name: String,
    /// Its students.
    pub names: Vec<NameView>,
}

/// A picture of the picture password.
pub struct PictureView {
    /// Its name.
    pub id: &'static str,
    /// The drawing.
    pub drawing: Html,
}

/// Asks for the secret.
#[derive(Template)]
#[template(path = "student/sign_in_secret.html")]
pub struct SecretPage {
    /// Around it.
    pub frame: Frame,
    /// The class's code.
    pub code: String,
    /// The account.
    pub id: String,
    /// The student's name.
    pub name: String,
    /// The pictures to choose from; none for a PIN.
    pub pictures: Vec<PictureView>,
    /// How many pictures make a password.
    pub sequence: usize,
    /// 1 to that number.
    pub rounds: Vec<usize>,
    /// Why it did not work.
    pub problem: Option<String>,
}

/// Asks an adult for name and password.
#[derive(Template)]
#[template(path = "student/sign_in_adult.html")]
pub struct AdultPage {
    /// Around it.
    pub frame: Frame,
    /// What was typed.
    pub username: String,
    /// Where to go afterwards.
    pub back: String,
    /// Why it did not work.
    pub problem: Option<String>,
}
