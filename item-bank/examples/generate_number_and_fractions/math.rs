//! Numbers and sentences of numbers as MathML with a spoken alternative.

use item_bank::scoring::Rational;

use crate::words;

/// One piece of a formula.
#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    /// A whole number, perhaps negative.
    Whole(i64),
    /// A fraction as written, not reduced; the numerator carries the sign.
    Fraction(i64, i64),
    /// A whole number and a fraction, not negative.
    Mixed(i64, i64, i64),
    /// So many hundredths, or tenths, written as a decimal with this many places.
    Decimal(i64, u32),
    /// A sign between numbers.
    Sign(&'static str),
    /// The number that is asked for.
    Blank,
    /// A fraction whose numerator is asked for.
    BlankOver(i64),
    /// A fraction whose denominator is asked for.
    OverBlank(i64),
    /// An absolute value.
    Absolute(i64),
}

use Term::{Absolute, Blank, BlankOver, Decimal, Fraction, Mixed, OverBlank, Sign, Whole};

/// The exact value of `numerator / denominator`.
pub fn ratio(numerator: i64, denominator: i64) -> Rational {
    Rational::new(i128::from(numerator), i128::from(denominator)).expect("the generator divides by no zero")
}

/// A rational of the generator back in machine integers.
pub fn integers(value: Rational) -> (i64, i64) {
    let small = |part: i128| i64::try_from(part).expect("the generator's numbers are small");
    (small(value.numerator()), small(value.denominator()))
}

/// A value as a student would best write it: whole, proper fraction, or mixed number, in lowest terms.
pub fn simplest(value: Rational) -> Term {
    let (numerator, denominator) = integers(value);
    if denominator == 1 {
        Whole(numerator)
    } else if numerator > denominator {
        Mixed(numerator / denominator, numerator % denominator, denominator)
    } else {
        Fraction(numerator, denominator)
    }
}

/// The value as a fraction in lowest terms, or a whole number; never mixed.
pub fn lowest(value: Rational) -> Term {
    let (numerator, denominator) = integers(value);
    if denominator == 1 { Whole(numerator) } else { Fraction(numerator, denominator) }
}

impl Term {
    /// The number; `None` for signs and blanks.
    pub fn value(&self) -> Option<Rational> {
        match *self {
            Whole(whole) => Some(ratio(whole, 1)),
            Fraction(numerator, denominator) => Some(ratio(numerator, denominator)),
            Mixed(whole, numerator, denominator) => Some(ratio(whole * denominator + numerator, denominator)),
            Decimal(units, places) => Some(ratio(units, 10_i64.pow(places))),
            Absolute(number) => Some(ratio(number.abs(), 1)),
            Sign(_) | Blank | BlankOver(_) | OverBlank(_) => None,
        }
    }

    /// As one would type it: `3/4`, `1 1/2`, `-2`, `0.35`.
    pub fn typed(&self) -> String {
        match *self {
            Whole(whole) => whole.to_string(),
            Fraction(numerator, denominator) => format!("{numerator}/{denominator}"),
            Mixed(whole, numerator, denominator) => format!("{whole} {numerator}/{denominator}"),
            Decimal(units, places) => decimal(units, places),
            Absolute(number) => format!("|{number}|"),
            Sign(sign) => sign.to_owned(),
            Blank => "?".to_owned(),
            BlankOver(denominator) => format!("?/{denominator}"),
            OverBlank(numerator) => format!("{numerator}/?"),
        }
    }

    fn spoken(&self) -> String {
        match *self {
            Whole(whole) if whole < 0 => format!("negative {}", words::cardinal(-whole)),
            Whole(whole) => words::cardinal(whole),
            Fraction(numerator, denominator) if numerator < 0 => {
                format!("negative {}", words::fraction(-numerator, denominator))
            }
            Fraction(numerator, denominator) => words::fraction(numerator, denominator),
            Mixed(whole, numerator, denominator) => {
                let fraction = words::fraction(numerator, denominator);
                format!("{} and {fraction}", words::cardinal(whole))
            }
            Decimal(units, places) if units < 0 => format!("negative {}", decimal(-units, places)),
            Decimal(units, places) => decimal(units, places),
            Absolute(number) => format!("the absolute value of {}", Whole(number).spoken()),
            Sign(sign) => match sign {
                "+" => "plus",
                "−" => "minus",
                "×" => "times",
                "÷" => "divided by",
                "=" => "equals",
                "<" => "is less than",
                ">" => "is greater than",
                other => other,
            }
            .to_owned(),
            Blank => "what number".to_owned(),
            BlankOver(denominator) => format!("blank over {}", words::cardinal(denominator)),
            OverBlank(numerator) => format!("{} over blank", words::cardinal(numerator)),
        }
    }

    fn mathml(&self) -> String {
        let over = |above: String, below: String| format!("<mfrac>{above}{below}</mfrac>");
        let number = |number: i64| format!("<mn>{number}</mn>");
        let box_ = "<mtext>□</mtext>".to_owned();
        match *self {
            Whole(whole) if whole < 0 => format!("<mo>−</mo><mn>{}</mn>", -whole),
            Whole(whole) => number(whole),
            Fraction(numerator, denominator) if numerator < 0 => {
                format!("<mo>−</mo>{}", over(number(-numerator), number(denominator)))
            }
            Fraction(numerator, denominator) => over(number(numerator), number(denominator)),
            Mixed(whole, numerator, denominator) => {
                format!("{}{}", number(whole), over(number(numerator), number(denominator)))
            }
            Decimal(units, places) if units < 0 => {
                format!("<mo>−</mo><mn>{}</mn>", decimal(-units, places))
            }
            Decimal(units, places) => format!("<mn>{}</mn>", decimal(units, places)),
            Absolute(number) => format!("<mo>|</mo>{}<mo>|</mo>", Whole(number).mathml()),
            Sign(sign) => format!("<mo>{}</mo>", sign.replace('<', "&lt;").replace('>', "&gt;")),
            Blank => box_,
            BlankOver(denominator) => over(box_, number(denominator)),
            OverBlank(numerator) => over(number(numerator), box_),
        }
    }
}

/// A decimal with its places: `35, 2` is `0.35`.
pub fn decimal(units: i64, places: u32) -> String {
    let base = 10_i64.pow(places);
    let sign = if units < 0 { "-" } else { "" };
    let (whole, rest) = (units.abs() / base, units.abs() % base);
    if places == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{rest:0width$}", width = places as usize)
    }
}

/// A formula.
pub fn math(terms: &[Term]) -> String {
    let spoken: Vec<String> = terms.iter().map(Term::spoken).collect();
    let body: String = terms.iter().map(Term::mathml).collect();
    format!("<math alttext=\"{}\">{body}</math>", spoken.join(" "))
}

/// One number.
pub fn shown(term: &Term) -> String {
    math(std::slice::from_ref(term))
}

/// One fraction as written.
pub fn fraction(numerator: i64, denominator: i64) -> String {
    shown(&Fraction(numerator, denominator))
}
