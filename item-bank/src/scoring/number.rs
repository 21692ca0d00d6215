//! The rule of numeric entry: which texts are numbers, and which number each one is.
//!
//! - A whole number (`12`), a decimal (`0.75`, `.75`), a fraction (`3/4`) or a mixed number (`1 1/2`), with an
//!   optional `+` or minus before it. `1 1/2` is one and a half; its fraction may be improper (`2 3/2` is 3 1/2).
//! - Blanks of any width at the ends, after the sign and around the slash do not matter. Between the whole
//!   part and the fraction there is at least one.
//! - Minus is `-`, U+2212, or an en dash. The slash is `/`, the fraction slash U+2044 or the division slash
//!   U+2215. A single-character fraction such as ½ counts as written out: `1½` is `1 1/2`.
//! - Refused, with the reason: commas (`1,5` and `1,000` mean different things in different places), letters and
//!   units, exponents, percent signs, a sign inside, a denominator of 0, more than 64 bytes, a value that does
//!   not fit 128-bit integers.
//!
//! Values are compared exactly; nothing is rounded.

use crate::answer::{ANSWER_TEXT_BYTES_MAX, AnswerError};
use crate::content::NumberForm;

use super::Rational;

/// How a number was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Digits alone.
    Whole,
    /// With a decimal point.
    Decimal,
    /// Numerator and denominator, as written.
    Fraction(i128, i128),
    /// Whole part, numerator and denominator, as written.
    Mixed(i128, i128, i128),
}

/// A number and the way it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    value: Rational,
    written: Written,
}

impl Number {
    /// Reads a number by the rule of this module.
    ///
    /// # Errors
    /// [`AnswerError::EmptyNumber`] for nothing but blanks, [`AnswerError::NotANumber`] with the reason otherwise.
    pub fn parse(text: &str) -> Result<Self, AnswerError> {
        if text.len() > ANSWER_TEXT_BYTES_MAX {
            let text = text.chars().take(16).collect();
            let reason = "it is longer than 64 bytes";
            return Err(AnswerError::NotANumber { text, reason });
        }
        let plain = plain(text);
        let plain = plain.trim();
        if plain.is_empty() {
            return Err(AnswerError::EmptyNumber);
        }
        read(plain).map_err(|reason| AnswerError::NotANumber { text: text.to_owned(), reason })
    }

    /// The exact value.
    #[must_use]
    pub fn value(&self) -> Rational {
        self.value
    }

    /// How it was written.
    #[must_use]
    pub fn written(&self) -> Written {
        self.written
    }

    /// Whether the way it was written is one that the form accepts.
    #[must_use]
    pub fn has_form(&self, form: NumberForm) -> bool {
        let lowest = |numerator, denominator| {
            denominator > 1
                && Rational::new(numerator, denominator)
                    .is_some_and(|value| value.denominator() == denominator)
        };
        match (form, self.written) {
            (NumberForm::Equivalent, _)
            | (NumberForm::LowestTerms | NumberForm::Decimal, Written::Whole)
            | (NumberForm::Decimal, Written::Decimal) => true,
            (NumberForm::LowestTerms, Written::Fraction(n, d)) => lowest(n, d),
            (NumberForm::LowestTerms, Written::Mixed(whole, n, d)) => {
                whole > 0 && n > 0 && n < d && lowest(n, d)
            }
            (NumberForm::LowestTerms, Written::Decimal)
            | (NumberForm::Decimal, Written::Fraction(..) | Written::Mixed(..)) => false,
        }
    }
}

/// Other characters for blank, minus, slash and single-character fractions made plain.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{2212}' | '\u{2013}' => plain.push('-'),
            '\u{2044}' | '\u{2215}' => plain.push('/'),
            '\u{200b}' | '\u{2060}' | '\u{feff}' => {}
            _ if character.is_whitespace() => plain.push(' '),
            _ => match single_character_fraction(character) {
                Some(fraction) => {
                    plain.push(' ');
                    plain.push_str(fraction);
                    plain.push(' ');
                }
                None => plain.push(character),
            },
        }
    }
    plain
}

fn single_character_fraction(character: char) -> Option<&'static str> {
    Some(match character {
        '½' => "1/2",
        '⅓' => "1/3",
        '⅔' => "2/3",
        '¼' => "1/4",
        '¾' => "3/4",
        '⅕' => "1/5",
        '⅖' => "2/5",
        '⅗' => "3/5",
        '⅘' => "4/5",
        '⅙' => "1/6",
        '⅚' => "5/6",
        '⅛' => "1/8",
        '⅜' => "3/8",
        '⅝' => "5/8",
        '⅞' => "7/8",
        _ => return None,
    })
}

fn read(text: &str) -> Result<Number, &'static str> {
    let (sign, unsigned) = match text.strip_prefix(['-', '+']) {
        Some(rest) if text.starts_with('-') => (-1, rest.trim_start()),
        Some(rest) => (1, rest.trim_start()),
        None => (1, text),
    };
    if let Some(odd) = unsigned.chars().find(|c| !c.is_ascii_digit() && !" ./".contains(*c)) {
        return Err(match odd {
            ',' => "it has a comma",
            '-' | '+' => "it has a sign inside",
            '%' => "it has a percent sign",
            _ if odd.is_alphabetic() => "it has letters",
            _ => "it has a character that is not part of a number",
        });
    }
    let (value, written) = match unsigned.split_once('/') {
        Some((before, denominator)) => read_fraction(before, denominator)?,
        None => read_whole_or_decimal(unsigned)?,
    };
    let value = value.times(Rational::whole(sign)).ok_or(TOO_LARGE)?;
    Ok(Number { value, written })
}

const TOO_LARGE: &str = "it is too large";

fn read_fraction(before: &str, denominator: &str) -> Result<(Rational, Written), &'static str> {
    let denominator = digits(denominator.trim())?;
    if denominator == 0 {
        return Err("its denominator is 0");
    }
    let mut words = before.split_ascii_whitespace();
    let (first, second) = (words.next(), words.next());
    if words.next().is_some() {
        return Err("it has too many parts");
    }
    let (whole, numerator) = match (first, second) {
        (Some(numerator), None) => (None, digits(numerator)?),
        (Some(whole), Some(numerator)) => (Some(digits(whole)?), digits(numerator)?),
        (None, _) => return Err("it has no numerator"),
    };
    let fraction = Rational::new(numerator, denominator).ok_or(TOO_LARGE)?;
    match whole {
        None => Ok((fraction, Written::Fraction(numerator, denominator))),
        Some(whole) => {
            let value = Rational::whole(whole).plus(fraction).ok_or(TOO_LARGE)?;
            Ok((value, Written::Mixed(whole, numerator, denominator)))
        }
    }
}

fn read_whole_or_decimal(text: &str) -> Result<(Rational, Written), &'static str> {
    let Some((whole, decimals)) = text.split_once('.') else {
        return Ok((Rational::whole(digits(text)?), Written::Whole));
    };
    if whole.is_empty() && decimals.is_empty() {
        return Err("it has no digits");
    }
    if decimals.contains('.') {
        return Err("it has two decimal points");
    }
    let places = u32::try_from(decimals.len()).map_err(|_| TOO_LARGE)?;
    let denominator = 10_i128.checked_pow(places).ok_or(TOO_LARGE)?;
    let all = digits(&format!("{whole}{decimals}"))?;
    let value = Rational::new(all, denominator).ok_or(TOO_LARGE)?;
    Ok((value, Written::Decimal))
}

fn digits(text: &str) -> Result<i128, &'static str> {
    if text.is_empty() {
        return Err("digits are missing");
    }
    if text.contains(' ') {
        return Err("it has a blank between digits");
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("it mixes a decimal point and a fraction");
    }
    text.parse().map_err(|_| TOO_LARGE)
}
