//! Sets: a stimulus and three or four items about it.

mod garden;
mod heights;
mod recipe;
mod ribbons;
mod trail;
mod weather;

use item_bank::content::{Markup, Stimulus};

use crate::draft::Draft;
use crate::random::Random;

/// A stimulus with its items.
pub struct Set {
    /// Its name in the bank.
    pub name: String,
    /// What the items are about.
    pub stimulus: Stimulus,
    /// The items.
    pub drafts: Vec<Draft>,
}

/// Every set.
pub fn sets(random: &mut Random) -> Vec<Set> {
    let mut sets = recipe::sets(random);
    sets.extend(trail::sets(random));
    sets.extend(garden::sets(random));
    sets.extend(ribbons::sets(random));
    sets.extend(weather::sets(random));
    sets.extend(heights::sets(random));
    sets
}

/// A set of this name; every draft becomes part of it.
fn set(name: String, title: &str, body: String, drafts: Vec<Draft>) -> Set {
    let body = Markup::new(body).unwrap_or_else(|error| panic!("{name}: {error}"));
    let drafts = drafts.into_iter().map(|draft| draft.about(&name)).collect();
    Set { stimulus: Stimulus { title: title.to_owned(), body }, name, drafts }
}

/// A table with a caption, a row of headings and rows that begin with a heading.
fn table(caption: &str, head: [&str; 2], rows: &[(String, String)]) -> String {
    let rows: Vec<String> = rows
        .iter()
        .map(|(name, value)| format!("<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>"))
        .collect();
    format!(
        "<table><caption>{caption}</caption><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead>\
         <tbody>{}</tbody></table>",
        head[0],
        head[1],
        rows.concat()
    )
}
