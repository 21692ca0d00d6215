//! Builders of interactions with their keys: options that are all different, in an order the seed decides.

use std::collections::BTreeMap;

use item_bank::content::{ChoiceOption, Credit, Interaction, Key, Markup, Misconception, NumberForm, Part};
use item_bank::scoring::Rational;

use crate::ideas::Idea;
use crate::math::{Term, shown};
use crate::random::Random;

/// An interaction, its key and the misconceptions of its wrong answers.
#[derive(Debug, Clone)]
pub struct Question {
    /// What the student does.
    pub interaction: Interaction,
    /// What is right.
    pub key: Key,
    /// What wrong answers tell.
    pub misconceptions: Vec<Misconception>,
}

/// Something to choose: markup, and its value when it is a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    markup: String,
    value: Option<Rational>,
}

impl From<Term> for Shown {
    fn from(term: Term) -> Self {
        Self { markup: shown(&term), value: term.value() }
    }
}

impl From<&str> for Shown {
    fn from(text: &str) -> Self {
        Self { markup: text.to_owned(), value: None }
    }
}

impl From<String> for Shown {
    fn from(markup: String) -> Self {
        Self { markup, value: None }
    }
}

/// A wrong option and the idea behind it.
pub fn wrong(shown: impl Into<Shown>, idea: Idea) -> (Shown, Idea) {
    (shown.into(), idea)
}

const LETTERS: [&str; 8] = ["A", "B", "C", "D", "E", "F", "G", "H"];

fn markup(text: &str) -> Markup {
    Markup::new(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn options(shown: &[&Shown]) -> Vec<ChoiceOption> {
    let option =
        |(id, shown): (&&str, &&Shown)| ChoiceOption { id: (*id).to_owned(), text: markup(&shown.markup) };
    LETTERS.iter().zip(shown).map(option).collect()
}

fn misconception(answer: &str, idea: Idea) -> Misconception {
    Misconception {
        part: None,
        answer: answer.to_owned(),
        name: idea.name.to_owned(),
        explanation: idea.explanation.to_owned(),
    }
}

/// Wrong options without those that repeat the key's value, or each other's value or text.
fn distinct(key: &Shown, candidates: Vec<(Shown, Idea)>, most: usize) -> Vec<(Shown, Idea)> {
    let mut kept: Vec<(Shown, Idea)> = Vec::new();
    let same = |a: &Shown, b: &Shown| a.markup == b.markup || (a.value.is_some() && a.value == b.value);
    for candidate in candidates {
        let repeated = kept.iter().any(|(other, _)| same(other, &candidate.0));
        if !repeated && !same(key, &candidate.0) && kept.len() < most {
            kept.push(candidate);
        }
    }
    kept
}

/// One right option among at most four; candidates come in the order of preference.
pub fn choice(random: &mut Random, key: impl Into<Shown>, candidates: Vec<(Shown, Idea)>) -> Question {
    let key = key.into();
    let kept = distinct(&key, candidates, 3);
    assert!(kept.len() >= 2, "too few wrong options beside {}", key.markup);
    let mut order: Vec<(&Shown, Option<Idea>)> = vec![(&key, None)];
    order.extend(kept.iter().map(|(shown, idea)| (shown, Some(*idea))));
    random.shuffle(&mut order);
    in_this_order(&order)
}

/// One right option among these, in exactly this order; the right one has no idea.
pub fn in_this_order(order: &[(&Shown, Option<Idea>)]) -> Question {
    let shown: Vec<&Shown> = order.iter().map(|(shown, _)| *shown).collect();
    let right = order.iter().position(|(_, idea)| idea.is_none());
    let right = right.expect("one option is right");
    let misconceptions = order.iter().zip(LETTERS);
    Question {
        interaction: Interaction::Choice { options: options(&shown) },
        key: Key::Choice { choice: LETTERS[right].to_owned() },
        misconceptions: misconceptions
            .filter_map(|((_, idea), id)| idea.map(|idea| misconception(id, idea)))
            .collect(),
    }
}

/// Several right options; partial credit.
pub fn several(random: &mut Random, right: Vec<Shown>, wrong: Vec<(Shown, Idea)>) -> Question {
    let mut order: Vec<(&Shown, Option<Idea>)> = right.iter().map(|shown| (shown, None)).collect();
    order.extend(wrong.iter().map(|(shown, idea)| (shown, Some(*idea))));
    random.shuffle(&mut order);
    let shown: Vec<&Shown> = order.iter().map(|(shown, _)| *shown).collect();
    let chosen = order.iter().zip(LETTERS).filter(|((_, idea), _)| idea.is_none());
    let wrong = order.iter().zip(LETTERS);
    Question {
        interaction: Interaction::MultipleChoice {
            minimum: 1,
            maximum: shown.len(),
            options: options(&shown),
        },
        key: Key::MultipleChoice {
            choices: chosen.map(|(_, id)| id.to_owned()).collect(),
            credit: Credit::Partial,
        },
        misconceptions: wrong
            .filter_map(|((_, idea), id)| idea.map(|idea| misconception(id, idea)))
            .collect(),
    }
}

/// What stands around the field of a typed number.
pub struct Field<'a> {
    /// Before it.
    pub label: &'a str,
    /// Behind it.
    pub unit: &'a str,
    /// Which forms are right.
    pub form: NumberForm,
}

/// A plain field: any equivalent form.
pub const ANSWER: Field<'static> = Field { label: "Your answer", unit: "", form: NumberForm::Equivalent };

/// A typed number.
pub fn typed(field: &Field<'_>, key: &Term, candidates: Vec<(Term, Idea)>) -> Question {
    let candidates = candidates.into_iter().map(|(term, idea)| {
        let typed = term.typed();
        let value = term.value();
        (Shown { markup: typed, value }, idea)
    });
    let key_shown = Shown { markup: key.typed(), value: key.value() };
    let kept = distinct(&key_shown, candidates.collect(), 4);
    Question {
        interaction: Interaction::NumericEntry { label: field.label.to_owned(), unit: field.unit.to_owned() },
        key: Key::NumericEntry { value: key.typed(), form: field.form },
        misconceptions: kept.into_iter().map(|(shown, idea)| misconception(&shown.markup, idea)).collect(),
    }
}

/// Entries given in the right order; shown in another.
pub fn ordering(random: &mut Random, right: &[Shown], ends: (&str, &str), credit: Credit) -> Question {
    let mut order: Vec<usize> = (0..right.len()).collect();
    while order.is_sorted() {
        random.shuffle(&mut order);
    }
    let shown: Vec<&Shown> = order.iter().map(|&place| &right[place]).collect();
    let letter_of = |place: usize| {
        let position = order.iter().position(|&other| other == place);
        LETTERS[position.expect("every entry is shown")].to_owned()
    };
    Question {
        interaction: Interaction::Ordering {
            entries: options(&shown),
            first: ends.0.to_owned(),
            last: ends.1.to_owned(),
        },
        key: Key::Ordering { order: (0..right.len()).map(letter_of).collect(), credit },
        misconceptions: Vec::new(),
    }
}

/// Pairs of source and target, and targets that match nothing. Partial credit.
pub fn matching(random: &mut Random, pairs: &[(Shown, Shown)], spare: &[Shown]) -> Question {
    let mut targets: Vec<&Shown> = pairs.iter().map(|(_, target)| target).collect();
    targets.extend(spare);
    random.shuffle(&mut targets);
    let sources: Vec<&Shown> = pairs.iter().map(|(source, _)| source).collect();
    let mut sources = options(&sources);
    for (number, source) in sources.iter_mut().enumerate() {
        source.id = (number + 1).to_string();
    }
    let mut key = BTreeMap::new();
    for (source, (_, target)) in sources.iter().zip(pairs) {
        let place = targets.iter().position(|other| *other == target);
        key.insert(source.id.clone(), LETTERS[place.expect("every target is shown")].to_owned());
    }
    Question {
        interaction: Interaction::Matching { sources, targets: options(&targets) },
        key: Key::Matching { pairs: key, credit: Credit::Partial },
        misconceptions: Vec::new(),
    }
}

/// Part A and part B.
pub fn two_parts(first: (&str, Question), second: (&str, Question)) -> Question {
    let mut misconceptions = Vec::new();
    for (number, (_, question)) in [&first, &second].into_iter().enumerate() {
        misconceptions.extend(question.misconceptions.iter().cloned().map(|mut found| {
            found.part = Some(number);
            found
        }));
    }
    let part = |(prompt, question): (&str, Question)| {
        let part = Part { prompt: markup(prompt), interaction: question.interaction };
        (part, question.key)
    };
    let ((part_a, key_a), (part_b, key_b)) = (part(first), part(second));
    Question {
        interaction: Interaction::TwoPart { parts: Box::new([part_a, part_b]) },
        key: Key::TwoPart { parts: Box::new([key_a, key_b]) },
        misconceptions,
    }
}
