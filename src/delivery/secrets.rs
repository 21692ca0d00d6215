//! Passwords, PINs and picture passwords: what is allowed, and how they are kept (argon2id).
//!
//! Hashing is slow on purpose, so it runs beside the request threads, as many at once as there are permits: the memory
//! it takes is bounded by `permits × memory_kib`.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use rand::RngExt;
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use thiserror::Error;
use tokio::sync::Semaphore;

use crate::store::accounts::SecretKind;

/// Pictures of the picture-password grid, in the order of the grid (three rows of four).
pub const PICTURES: [&str; 12] =
    ["apple", "boat", "cat", "drum", "fish", "kite", "leaf", "moon", "owl", "star", "sun", "tree"];
/// Pictures in a picture password: 12⁴ = 20,736 sequences, twice as many as four-digit PINs.
pub const PICTURE_SEQUENCE: usize = 4;
/// Letters and digits nobody mistakes for another.
const PASSWORD_ALPHABET: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";
const PASSWORD_CHARACTERS_MIN: usize = 10;
const PASSWORD_BYTES_MAX: usize = 512;
const PIN_DIGITS_MIN: usize = 4;
const PIN_DIGITS_MAX: usize = 8;

/// What one hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashCost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Parallel lanes.
    pub lanes: u32,
}

impl HashCost {
    /// 19 MiB, two passes, one lane: the OWASP recommendation for argon2id.
    pub const RECOMMENDED: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
}

/// Why a secret was not accepted or could not be checked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SecretError {
    /// Too short to be safe.
    #[error("a password must have at least {PASSWORD_CHARACTERS_MIN} characters, got {0}")]
    PasswordTooShort(usize),
    /// Longer than anybody needs.
    #[error("a password must have at most {PASSWORD_BYTES_MAX} bytes, got {0}")]
    PasswordTooLong(usize),
    /// Not a PIN.
    #[error("a PIN must have {PIN_DIGITS_MIN} to {PIN_DIGITS_MAX} digits and nothing else")]
    NotAPin,
    /// A PIN everybody tries first.
    #[error("this PIN is too easy to guess")]
    EasyPin,
    /// Not as many pictures as it takes.
    #[error("a picture password has {PICTURE_SEQUENCE} pictures, got {0}")]
    PictureCount(usize),
    /// Not a picture of the grid.
    #[error("there is no picture {0:?} in the grid")]
    UnknownPicture(String),
    /// The same picture all the way.
    #[error("a picture password needs at least two different pictures")]
    EasyPictures,
    /// The hash itself failed: wrong cost parameters or a damaged stored hash.
    #[error("the secret could not be hashed or checked: {0}")]
    Hash(String),
}

/// Checks a new secret of `kind` and brings it into the one form that is hashed.
pub fn accept(kind: SecretKind, secret: &str) -> Result<String, SecretError> {
    match kind {
        SecretKind::Password => accept_password(secret),
        SecretKind::Pin => accept_pin(secret),
        SecretKind::Picture => accept_pictures(secret),
    }
}

/// The form in which a secret somebody typed is compared: blanks around PINs and pictures do not count.
#[must_use]
pub fn normalise(kind: SecretKind, secret: &str) -> String {
    match kind {
        SecretKind::Password => secret.to_owned(),
        SecretKind::Pin => secret.trim().to_owned(),
        SecretKind::Picture => secret.split('-').map(str::trim).collect::<Vec<_>>().join("-"),
    }
}

/// A new secret of `kind` that [`accept`] accepts.
#[must_use]
pub fn random(kind: SecretKind) -> String {
    let mut random = UnwrapErr(SysRng);
    loop {
        let secret = match kind {
            SecretKind::Password => {
                drawn(&mut random, 14, |index| char::from(PASSWORD_ALPHABET[index % 31]), "")
            }
            SecretKind::Pin => drawn(&mut random, PIN_DIGITS_MIN, |index| index % 10, ""),
            SecretKind::Picture => drawn(&mut random, PICTURE_SEQUENCE, |index| PICTURES[index % 12], "-"),
        };
        if accept(kind, &secret).is_ok() {
            return secret;
        }
    }
}

/// `count` symbols, each from an even draw; the number of symbols divides the range.
fn drawn<T: ToString>(
    random: &mut UnwrapErr<SysRng>,
    count: usize,
    symbol: impl Fn(usize) -> T,
    separator: &str,
) -> String {
    const RANGE: usize = 31 * 10 * 12;
    let symbols: Vec<String> =
        (0..count).map(|_| symbol(random.random_range(0..RANGE)).to_string()).collect();
    symbols.join(separator)
}

fn accept_password(secret: &str) -> Result<String, SecretError> {
    let characters = secret.chars().count();
    if characters < PASSWORD_CHARACTERS_MIN {
        return Err(SecretError::PasswordTooShort(characters));
    }
    if secret.len() > PASSWORD_BYTES_MAX {
        return Err(SecretError::PasswordTooLong(secret.len()));
    }
    Ok(secret.to_owned())
}

fn accept_pin(secret: &str) -> Result<String, SecretError> {
    let pin = normalise(SecretKind::Pin, secret);
    let digits = pin.as_bytes();
    let length = PIN_DIGITS_MIN..=PIN_DIGITS_MAX;
    if !length.contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return Err(SecretError::NotAPin);
    }
    let steps = |step: i16| digits.windows(2).all(|pair| i16::from(pair[1]) - i16::from(pair[0]) == step);
    if steps(0) || steps(1) || steps(-1) {
        return Err(SecretError::EasyPin);
    }
    Ok(pin)
}

fn accept_pictures(secret: &str) -> Result<String, SecretError> {
    let sequence = normalise(SecretKind::Picture, secret);
    let pictures: Vec<&str> = sequence.split('-').filter(|picture| !picture.is_empty()).collect();
    if pictures.len() != PICTURE_SEQUENCE {
        return Err(SecretError::PictureCount(pictures.len()));
    }
    if let Some(unknown) = pictures.iter().find(|picture| !PICTURES.contains(picture)) {
        return Err(SecretError::UnknownPicture((*unknown).to_owned()));
    }
    if pictures.iter().all(|picture| *picture == pictures[0]) {
        return Err(SecretError::EasyPictures);
    }
    Ok(sequence)
}

/// Hashes and checks secrets, a bounded number at once.
#[derive(Clone)]
pub struct SecretHasher {
    argon2: Argon2<'static>,
    permits: Arc<Semaphore>,
    nobody: Arc<str>,
}

impl SecretHasher {
    /// A hasher at `cost` that runs at most `at_once` hashes at the same time.
    pub fn new(cost: HashCost, at_once: usize) -> Result<Self, SecretError> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None).map_err(hash_error)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        // What an unknown account is checked against, so that it takes as long as a known one.
        let nobody = hash_now(&argon2, "nobody has this secret")?;
        Ok(Self { argon2, permits: Arc::new(Semaphore::new(at_once.max(1))), nobody: nobody.into() })
    }

    /// The hash of a secret that [`accept`] accepted, as a PHC string with a salt of its own.
    pub async fn hash(&self, secret: String) -> Result<String, SecretError> {
        let argon2 = self.argon2.clone();
        self.run(move || hash_now(&argon2, &secret)).await
    }

    /// Whether `secret` is the one behind `stored`. Without a stored hash the work is the same and the answer no.
    pub async fn verify(&self, secret: String, stored: Option<String>) -> Result<bool, SecretError> {
        let argon2 = self.argon2.clone();
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.to_string());
        let matches = self.run(move || verify_now(&argon2, &secret, &stored)).await?;
        Ok(matches && known)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, SecretError> + Send + 'static,
    ) -> Result<T, SecretError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(hash_error)?;
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        done.await.map_err(hash_error)?
    }
}

fn hash_now(argon2: &Argon2<'_>, secret: &str) -> Result<String, SecretError> {
    Ok(argon2.hash_password(secret.as_bytes()).map_err(hash_error)?.to_string())
}

fn verify_now(argon2: &Argon2<'_>, secret: &str, stored: &str) -> Result<bool, SecretError> {
    let stored = PasswordHash::new(stored).map_err(hash_error)?;
    match argon2.verify_password(secret.as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(hash_error(error)),
    }
}

fn hash_error(error: impl std::fmt::Display) -> SecretError {
    SecretError::Hash(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: HashCost = HashCost { memory_kib: 8, passes: 1, lanes: 1 };

    #[tokio::test]
    async fn only_the_right_secret_opens() {
        let hasher = SecretHasher::new(CHEAP, 1).unwrap();
        let stored = hasher.hash("correct horse".to_owned()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{stored}");
        assert!(hasher.verify("correct horse".to_owned(), Some(stored.clone())).await.unwrap());
        assert!(!hasher.verify("wrong horse".to_owned(), Some(stored)).await.unwrap());
        assert!(!hasher.verify("nobody has this secret".to_owned(), None).await.unwrap());
    }

    #[tokio::test]
    async fn the_same_secret_never_has_the_same_hash() {
        let hasher = SecretHasher::new(CHEAP, 1).unwrap();
        let first = hasher.hash("2580".to_owned()).await.unwrap();
        assert_ne!(first, hasher.hash("2580".to_owned()).await.unwrap());
    }

    #[test]
    fn weak_secrets_are_refused_and_say_why() {
        let check = |kind, secret: &str| accept(kind, secret).unwrap_err().to_string();
        assert_eq!(
            check(SecretKind::Password, "short"),
            "a password must have at least 10 characters, got 5"
        );
        assert_eq!(check(SecretKind::Pin, "12a4"), "a PIN must have 4 to 8 digits and nothing else");
        for pin in ["0000", "1234", "9876"] {
            assert_eq!(accept(SecretKind::Pin, pin), Err(SecretError::EasyPin), "{pin}");
        }
        assert_eq!(check(SecretKind::Picture, "cat-owl-dog-sun"), "there is no picture \"dog\" in the grid");
        assert_eq!(accept(SecretKind::Picture, "cat-owl"), Err(SecretError::PictureCount(2)));
        assert_eq!(accept(SecretKind::Picture, "cat-cat-cat-cat"), Err(SecretError::EasyPictures));
    }

    #[test]
    fn secrets_we_make_are_secrets_we_accept() {
        for kind in [SecretKind::Password, SecretKind::Pin, SecretKind::Picture] {
            let secret = random(kind);
            assert_eq!(accept(kind, &secret).unwrap(), secret);
        }
    }

    #[test]
    fn good_secrets_are_accepted() {
        assert_eq!(accept(SecretKind::Pin, " 2580 ").unwrap(), "2580");
        assert_eq!(accept(SecretKind::Picture, "cat-owl-sun-cat").unwrap(), "cat-owl-sun-cat");
        accept(SecretKind::Password, "trail of ten").unwrap();
    }
}
