//! The learning progression of the bank: ten levels from equal parts to numbers below zero, in words that a
//! nine-year-old can read.

use item_bank::progression::{Level, Progression};
use item_bank::scale::{Scale, UncheckedScale};

/// From logits to the numbers that teachers see.
pub fn scale() -> Scale {
    Scale::new(UncheckedScale {
        name: "Number and fractions".to_owned(),
        slope: 50.0,
        intercept: 500.0,
        lowest: 250.0,
        highest: 750.0,
        decimals: 0,
    })
    .expect("a valid scale")
}

struct Words {
    id: &'static str,
    name: &'static str,
    cut: Option<f64>,
    can_do: &'static [&'static str],
    next_steps: &'static [&'static str],
    standards: &'static [&'static str],
}

const LEVELS: [Words; 10] = [
    Words {
        id: "equal-parts",
        name: "Equal parts",
        cut: None,
        can_do: &[
            "I can see when a shape is cut into equal parts.",
            "I can name halves, thirds and fourths.",
        ],
        next_steps: &[
            "Write the shaded part of a shape as a fraction.",
            "Share one thing fairly and name each share.",
        ],
        standards: &["3.NF.A.1"],
    },
    Words {
        id: "parts-of-a-whole",
        name: "Parts of a whole",
        cut: Some(-2.8),
        can_do: &[
            "I can write the shaded part of a shape as a fraction.",
            "I can name each share when one thing is shared fairly.",
        ],
        next_steps: &["Find a fraction on a number line.", "Find the whole when you know one part."],
        standards: &["3.NF.A.1"],
    },
    Words {
        id: "number-line",
        name: "Fractions on a line",
        cut: Some(-2.1),
        can_do: &[
            "I can find fractions on a number line, also beyond 1.",
            "I can compare fractions with parts of the same size.",
        ],
        next_steps: &[
            "Write a whole number as a fraction.",
            "Find fractions that are equal, with a picture.",
        ],
        standards: &["3.NF.A.2", "3.NF.A.3d"],
    },
    Words {
        id: "equal-fractions",
        name: "Equal fractions",
        cut: Some(-1.4),
        can_do: &["I can find an equal fraction.", "I can add fractions that have the same denominator."],
        next_steps: &[
            "Compare fractions with different denominators.",
            "Add mixed numbers with the same denominator.",
        ],
        standards: &["3.NF.A.3", "4.NF.A.1", "4.NF.B.3a"],
    },
    Words {
        id: "comparing",
        name: "Comparing",
        cut: Some(-0.7),
        can_do: &[
            "I can compare and order fractions and say how I know.",
            "I can make a fraction from smaller fractions.",
        ],
        next_steps: &["Multiply a fraction by a whole number.", "Write tenths and hundredths as decimals."],
        standards: &["4.NF.A.2", "4.NF.B.3b", "4.NF.B.3d"],
    },
    Words {
        id: "times-and-decimals",
        name: "Times and decimals",
        cut: Some(0.0),
        can_do: &[
            "I can multiply a fraction by a whole number.",
            "I can write tenths and hundredths as decimals.",
        ],
        next_steps: &["Add tenths and hundredths.", "See a fraction as a division."],
        standards: &["4.NF.B.3c", "4.NF.B.4", "4.NF.C.6", "4.NF.C.7"],
    },
    Words {
        id: "new-denominators",
        name: "New denominators",
        cut: Some(0.7),
        can_do: &[
            "I can share several things fairly and give each share as a fraction.",
            "I can add simple fractions with different denominators.",
        ],
        next_steps: &[
            "Add and subtract mixed numbers with different denominators.",
            "Read numbers below zero.",
        ],
        standards: &["4.NF.C.5", "5.NF.A.1", "5.NF.B.3"],
    },
    Words {
        id: "adding-all-fractions",
        name: "Adding all fractions",
        cut: Some(1.4),
        can_do: &["I can add and subtract any fractions and mixed numbers.", "I can multiply two fractions."],
        next_steps: &["Solve problems about a part of a part.", "Divide with unit fractions."],
        standards: &["5.NF.A.1", "5.NF.A.2", "5.NF.B.4", "6.NS.C.5"],
    },
    Words {
        id: "multiplying",
        name: "Multiplying and sharing parts",
        cut: Some(2.1),
        can_do: &[
            "I can solve problems about a part of a part.",
            "I can divide a whole number by a unit fraction.",
        ],
        next_steps: &["Divide a fraction by a fraction.", "Order numbers below zero, also fractions."],
        standards: &["5.NF.B.5", "5.NF.B.6", "5.NF.B.7", "6.NS.C.6"],
    },
    Words {
        id: "dividing",
        name: "Dividing fractions",
        cut: Some(2.8),
        can_do: &[
            "I can divide any fractions and say what the answer means.",
            "I can order numbers on both sides of zero.",
        ],
        next_steps: &["Use fractions below zero in sums and products.", "Use ratios and rates."],
        standards: &["6.NS.A.1", "6.NS.C.7"],
    },
];

/// The ten levels.
pub fn progression() -> Progression {
    let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
    let level = |words: Words| Level {
        id: words.id.to_owned(),
        name: words.name.to_owned(),
        cut: words.cut,
        can_do: owned(words.can_do),
        next_steps: owned(words.next_steps),
        standards: owned(words.standards),
    };
    let levels = LEVELS.into_iter().map(level).collect();
    Progression::new("number-and-fractions".to_owned(), "Number and fractions".to_owned(), levels)
        .expect("a valid progression")
}
