//! What names, user names, codes and grades may be, and the one form in which they are compared.

use rand::RngExt;
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;

use super::FieldError;

const NAME_CHARACTERS_MAX: usize = 120;
const USERNAME_CHARACTERS_MAX: usize = 64;
const IDENTIFIER_CHARACTERS_MAX: usize = 120;
const CODE_CHARACTERS: std::ops::RangeInclusive<usize> = 4..=16;
/// Grades 0 (kindergarten) to 12.
pub const GRADE_MAX: u8 = 12;
/// Letters and digits nobody mistakes for another.
const CODE_ALPHABET: &[u8] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";
const CODE_LENGTH: usize = 6;

/// A name of a person or class: not empty, not endless, one line.
pub fn name(field: &'static str, text: &str) -> Result<String, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(FieldError::new(field, "a name is needed"));
    }
    if text.chars().count() > NAME_CHARACTERS_MAX || text.chars().any(char::is_control) {
        return Err(FieldError::new(
            field,
            format!("a name is one line of at most {NAME_CHARACTERS_MAX} characters"),
        ));
    }
    Ok(text.to_owned())
}

/// What an adult signs in with, in lower case.
pub fn username(text: &str) -> Result<String, FieldError> {
    let text = text.trim().to_lowercase();
    let allowed = |character: char| character.is_ascii_alphanumeric() || "._-@+".contains(character);
    let length = text.chars().count();
    if !(2..=USERNAME_CHARACTERS_MAX).contains(&length) || !text.chars().all(allowed) {
        return Err(FieldError::new(
            "username",
            format!(
                "a user name has 2 to {USERNAME_CHARACTERS_MAX} letters, digits or . _ - @ +, got {text:?}"
            ),
        ));
    }
    Ok(text)
}

/// A grade that exists.
pub fn grade(grade: u8) -> Result<u8, FieldError> {
    if grade <= GRADE_MAX {
        return Ok(grade);
    }
    Err(FieldError::new("grade", format!("a grade must be in [0, {GRADE_MAX}], got {grade}")))
}

/// An identifier of the school's student information system.
pub fn external_id(text: &str) -> Result<String, FieldError> {
    let text = text.trim();
    let length = text.chars().count();
    if !(1..=IDENTIFIER_CHARACTERS_MAX).contains(&length) || text.chars().any(char::is_control) {
        return Err(FieldError::new(
            "external_id",
            format!("an identifier has 1 to {IDENTIFIER_CHARACTERS_MAX} characters"),
        ));
    }
    Ok(text.to_owned())
}

/// A class code as it is compared: upper case, without blanks and dashes.
#[must_use]
pub fn plain_code(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace() && *character != '-')
        .collect::<String>()
        .to_uppercase()
}

/// A class code somebody chose.
pub fn code(text: &str) -> Result<String, FieldError> {
    let code = plain_code(text);
    if !CODE_CHARACTERS.contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(FieldError::new(
            "code",
            format!("a class code has 4 to 16 letters or digits, got {text:?}"),
        ));
    }
    Ok(code)
}

/// A class code nobody can guess from another: 31⁶, close to 900 million.
#[must_use]
pub fn random_code() -> String {
    let mut random = UnwrapErr(SysRng);
    (0..CODE_LENGTH).map(|_| char::from(CODE_ALPHABET[random.random_range(0..CODE_ALPHABET.len())])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        for typed in ["trail4", " TRAIL-4", "Trail 4"] {
            assert_eq!(code(typed).unwrap(), "TRAIL4");
        }
        assert!(code("tra").is_err());
        assert!(code("trail✓4").is_err());
    }

    #[test]
    fn random_codes_are_codes_and_differ() {
        let first = random_code();
        assert_eq!(code(&first).unwrap(), first);
        assert_ne!(first, random_code());
    }

    #[test]
    fn user_names_are_compared_in_lower_case() {
        assert_eq!(username(" Ada.L@School.org ").unwrap(), "ada.l@school.org");
        assert!(username("a b").is_err());
    }

    #[test]
    fn a_grade_beyond_twelve_says_its_value() {
        assert_eq!(grade(13).unwrap_err().message, "a grade must be in [0, 12], got 13");
    }
}
