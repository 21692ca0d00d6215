//! A question as a form that works without scripts, and the form back into an answer.
//!
//! Field names: `answer` (choice, choices, number), `place.ENTRY` (ordering), `match.SOURCE` (matching); the two parts
//! of a two-part item put `a.` and `b.` before them.

use std::collections::BTreeMap;

use item_bank::Answer;
use item_bank::content::{ChoiceOption, Interaction, Markup, Presentation};

use crate::http::pages::html::Html;

/// Fields of a form, in order.
pub type Fields = Vec<(String, String)>;

/// One part of a question, ready for the template.
pub struct PartView {
    /// What field names begin with.
    pub prefix: &'static str,
    /// The part's own question, in two-part items.
    pub prompt: Option<Html>,
    /// What to do, in a few words.
    pub instruction: String,
    /// The controls.
    pub kind: InteractionKind,
}

/// Controls of one interaction.
pub enum InteractionKind {
    /// Radio buttons, or check boxes for `many`.
    Choice {
        /// In the order shown.
        options: Vec<OptionView>,
        /// Whether several may be chosen.
        many: bool,
    },
    /// A field for a number.
    Number {
        /// Before the field.
        label: String,
        /// Behind it.
        unit: String,
        /// What was typed.
        value: String,
    },
    /// A place for every entry.
    Order {
        /// In the order shown at first.
        entries: Vec<EntryView>,
        /// What the first place means.
        first: String,
        /// What the last place means.
        last: String,
        /// 1 to the number of entries.
        places: Vec<usize>,
    },
    /// A target for every source.
    Match {
        /// What to match.
        sources: Vec<SourceView>,
        /// What to match it with.
        targets: Vec<OptionView>,
    },
}

/// An option with its letter.
pub struct OptionView {
    /// Its id.
    pub id: String,
    /// A, B, C …
    pub letter: char,
    /// What the student sees.
    pub text: Html,
    /// The same in plain words.
    pub plain: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// An entry to be put in order.
pub struct EntryView {
    /// Its id.
    pub id: String,
    /// What the student sees.
    pub text: Html,
    /// The same in plain words.
    pub plain: String,
    /// The place given to it.
    pub place: Option<usize>,
}

/// A source to be matched.
pub struct SourceView {
    /// Its id.
    pub id: String,
    /// What the student sees.
    pub text: Html,
    /// The target chosen for it.
    pub chosen: Option<String>,
}

impl PartView {
    /// Whether it has options that can be crossed out.
    #[must_use]
    pub fn has_options(&self) -> bool {
        matches!(self.kind, InteractionKind::Choice { .. })
    }
}

/// The parts of a question: one, or two for a two-part item; with what was answered so far.
#[must_use]
pub fn parts(presentation: &Presentation, given: &Fields) -> Vec<PartView> {
    match &presentation.interaction {
        Interaction::TwoPart { parts } => ["a.", "b."]
            .into_iter()
            .zip(parts.iter())
            .map(|(prefix, part)| part_view(prefix, Some(&part.prompt), &part.interaction, given))
            .collect(),
        interaction => vec![part_view("", None, interaction, given)],
    }
}

/// The answer that a form holds; a sentence for the student when it is not complete.
pub fn read_answer(interaction: &Interaction, fields: &Fields) -> Result<Answer, String> {
    match interaction {
        Interaction::TwoPart { parts } => {
            let read = |(part, name): (&item_bank::content::Part, &str)| {
                read_part(name, &part.interaction, fields)
                    .map_err(|words| format!("Part {}: {words}", name.trim_end_matches('.').to_uppercase()))
            };
            let answers = parts.iter().zip(["a.", "b."]).map(read).collect::<Result<Vec<_>, _>>()?;
            Ok(Answer::Parts { parts: answers })
        }
        interaction => read_part("", interaction, fields),
    }
}

fn part_view(
    prefix: &'static str,
    prompt: Option<&Markup>,
    interaction: &Interaction,
    given: &Fields,
) -> PartView {
    let chosen = |id: &str| values(given, prefix, "answer").any(|value| value == id);
    let (instruction, kind) = match interaction {
        Interaction::Choice { options } => (
            "Choose one answer.".to_owned(),
            InteractionKind::Choice { options: option_views(options, chosen), many: false },
        ),
        Interaction::MultipleChoice { options, minimum, maximum } => (
            pick_words(*minimum, *maximum, options.len()),
            InteractionKind::Choice { options: option_views(options, chosen), many: true },
        ),
        Interaction::NumericEntry { label, unit } => (
            "Type a number. You can write a fraction like 3/4, or a mixed number like 1 3/4.".to_owned(),
            InteractionKind::Number {
                label: label.clone(),
                unit: unit.clone(),
                value: values(given, prefix, "answer").next().unwrap_or_default().to_owned(),
            },
        ),
        Interaction::Ordering { entries, first, last } => (
            format!("Put these in order, from {first} to {last}."),
            InteractionKind::Order {
                entries: entries.iter().map(|entry| entry_view(prefix, entry, given)).collect(),
                first: first.clone(),
                last: last.clone(),
                places: (1..=entries.len()).collect(),
            },
        ),
        Interaction::Matching { sources, targets } => (
            "Choose a match for each.".to_owned(),
            InteractionKind::Match {
                sources: sources.iter().map(|source| source_view(prefix, source, given)).collect(),
                targets: option_views(targets, |_| false),
            },
        ),
        Interaction::TwoPart { .. } => unreachable!("content refuses a part that has parts itself"),
    };
    PartView { prefix, prompt: prompt.map(Html::content), instruction, kind }
}

fn pick_words(minimum: usize, maximum: usize, options: usize) -> String {
    if minimum == maximum {
        format!("Choose {minimum} answers.")
    } else if minimum <= 1 && maximum >= options {
        "Choose every answer that is right.".to_owned()
    } else {
        format!("Choose {minimum} to {maximum} answers.")
    }
}

fn option_views(options: &[ChoiceOption], chosen: impl Fn(&str) -> bool) -> Vec<OptionView> {
    let letters = ('A'..='Z').chain('a'..='z');
    options
        .iter()
        .zip(letters)
        .map(|(option, letter)| OptionView {
            id: option.id.clone(),
            letter,
            text: Html::content(&option.text),
            plain: option.text.plain_text(),
            chosen: chosen(&option.id),
        })
        .collect()
}

fn entry_view(prefix: &str, entry: &ChoiceOption, given: &Fields) -> EntryView {
    EntryView {
        id: entry.id.clone(),
        text: Html::content(&entry.text),
        plain: entry.text.plain_text(),
        place: values(given, prefix, &format!("place.{}", entry.id))
            .next()
            .and_then(|text| text.parse().ok()),
    }
}

fn source_view(prefix: &str, source: &ChoiceOption, given: &Fields) -> SourceView {
    let chosen = values(given, prefix, &format!("match.{}", source.id)).next();
    SourceView { id: source.id.clone(), text: Html::content(&source.text), chosen: chosen.map(str::to_owned) }
}

fn read_part(prefix: &str, interaction: &Interaction, fields: &Fields) -> Result<Answer, String> {
    let answers: Vec<&str> = values(fields, prefix, "answer").collect();
    match interaction {
        Interaction::Choice { .. } => match answers.first() {
            Some(choice) => Ok(Answer::Choice { choice: (*choice).to_owned() }),
            None => Err("Choose one answer, then go on.".to_owned()),
        },
        Interaction::MultipleChoice { options, minimum, maximum } => {
            if (*minimum..=*maximum).contains(&answers.len()) {
                Ok(Answer::Choices { choices: answers.into_iter().map(str::to_owned).collect() })
            } else {
                Err(pick_words(*minimum, *maximum, options.len()))
            }
        }
        Interaction::NumericEntry { .. } => match answers.first().map(|text| text.trim()) {
            Some(text) if !text.is_empty() => Ok(Answer::Number { text: text.to_owned() }),
            _ => Err("Type a number, then go on.".to_owned()),
        },
        Interaction::Ordering { entries, .. } => read_order(prefix, entries, fields),
        Interaction::Matching { sources, .. } => {
            let pairs: BTreeMap<String, String> = sources
                .iter()
                .filter_map(|source| {
                    let target = values(fields, prefix, &format!("match.{}", source.id)).next()?;
                    (!target.is_empty()).then(|| (source.id.clone(), target.to_owned()))
                })
                .collect();
            if pairs.len() == sources.len() {
                Ok(Answer::Matches { pairs })
            } else {
                Err("Choose a match for each, then go on.".to_owned())
            }
        }
        Interaction::TwoPart { .. } => unreachable!("content refuses a part that has parts itself"),
    }
}

fn read_order(prefix: &str, entries: &[ChoiceOption], fields: &Fields) -> Result<Answer, String> {
    let mut placed: Vec<Option<String>> = vec![None; entries.len()];
    for entry in entries {
        let text = values(fields, prefix, &format!("place.{}", entry.id)).next().unwrap_or_default();
        let place = text.parse::<usize>().ok().filter(|place| (1..=entries.len()).contains(place));
        let Some(place) = place else {
            return Err("Give each one a place, then go on.".to_owned());
        };
        if placed[place - 1].replace(entry.id.clone()).is_some() {
            return Err(format!("Two of them have place {place}. Give each one its own place."));
        }
    }
    Ok(Answer::Order { order: placed.into_iter().flatten().collect() })
}

fn values<'a>(fields: &'a Fields, prefix: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let full = format!("{prefix}{name}");
    fields.iter().filter(move |(field, _)| *field == full).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn option(id: &str) -> ChoiceOption {
        ChoiceOption { id: id.to_owned(), text: Markup::new(format!("<p>{id}</p>")).unwrap() }
    }

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn check(interaction: &Interaction, form: &[(&str, &str)], expected: Result<&str, &str>) {
        let got = read_answer(interaction, &fields(form));
        let got = got.map(|answer| serde_json::to_string(&answer).unwrap());
        assert_eq!(got.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn a_choice_is_read_and_nothing_chosen_is_asked_again() {
        let choice = Interaction::Choice { options: vec![option("a"), option("b")] };
        check(&choice, &[("answer", "b")], Ok(r#"{"type":"choice","choice":"b"}"#));
        check(&choice, &[], Err("Choose one answer, then go on."));
    }

    #[test]
    fn several_choices_are_counted() {
        let many = Interaction::MultipleChoice {
            options: vec![option("a"), option("b"), option("c")],
            minimum: 2,
            maximum: 2,
        };
        check(&many, &[("answer", "a"), ("answer", "c")], Ok(r#"{"type":"choices","choices":["a","c"]}"#));
        check(&many, &[("answer", "a")], Err("Choose 2 answers."));
    }

    #[test]
    fn a_number_keeps_what_was_typed() {
        let number = Interaction::NumericEntry { label: "x =".into(), unit: String::new() };
        check(&number, &[("answer", " 3/4 ")], Ok(r#"{"type":"number","text":"3/4"}"#));
        check(&number, &[("answer", "  ")], Err("Type a number, then go on."));
        let again = parts(
            &Presentation { stem: Markup::new("<p>q</p>").unwrap(), interaction: number },
            &fields(&[("answer", "3/4")]),
        );
        assert!(matches!(&again[0].kind, InteractionKind::Number { value, .. } if value == "3/4"));
    }

    #[test]
    fn an_order_is_read_from_places() {
        let order = Interaction::Ordering {
            entries: vec![option("x"), option("y")],
            first: "smallest".into(),
            last: "largest".into(),
        };
        check(&order, &[("place.x", "2"), ("place.y", "1")], Ok(r#"{"type":"order","order":["y","x"]}"#));
        check(
            &order,
            &[("place.x", "1"), ("place.y", "1")],
            Err("Two of them have place 1. Give each one its own place."),
        );
        check(&order, &[("place.x", "3"), ("place.y", "1")], Err("Give each one a place, then go on."));
    }

    #[test]
    fn every_source_needs_a_match() {
        let matching =
            Interaction::Matching { sources: vec![option("s"), option("t")], targets: vec![option("1")] };
        check(
            &matching,
            &[("match.s", "1"), ("match.t", "1")],
            Ok(r#"{"type":"matches","pairs":{"s":"1","t":"1"}}"#),
        );
        check(&matching, &[("match.s", "1"), ("match.t", "")], Err("Choose a match for each, then go on."));
    }

    #[test]
    fn two_parts_have_fields_of_their_own() {
        let part =
            |interaction| item_bank::content::Part { prompt: Markup::new("<p>p</p>").unwrap(), interaction };
        let two = Interaction::TwoPart {
            parts: Box::new([
                part(Interaction::Choice { options: vec![option("a"), option("b")] }),
                part(Interaction::NumericEntry { label: "n".into(), unit: String::new() }),
            ]),
        };
        check(
            &two,
            &[("a.answer", "a"), ("b.answer", "7")],
            Ok(r#"{"type":"parts","parts":[{"type":"choice","choice":"a"},{"type":"number","text":"7"}]}"#),
        );
        check(&two, &[("a.answer", "a")], Err("Part B: Type a number, then go on."));
    }
}
