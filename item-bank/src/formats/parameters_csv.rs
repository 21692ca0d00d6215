//! The parameter table: one row an item, the columns of the bank file. Lists spread over numbered columns:
//! `item,model,a,b,c,d,b1,b2,…,a1,a2,…,se_a,se_b,se_c,se_d,se_b1,…,D`; blank or NA where an item has no such
//! parameter. The first column may be called `id`; `c1, c2, …` are read as intercepts of the nominal model. Without a
//! column `model` the columns say which it is: b (1PL), a and b (2PL), also c (3PL), also d (4PL).
//!
//! What `waymark calibrate` writes is such a table. An item it left out has no numbers, and one whose numbers no bank takes
//! has the status `draft`: both are kept as drafts without a model, with a warning.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::bank_json::{BankReading, ItemDefaults, read_item, scaling_constant};
use super::issue::{BankFileErrors, Issues};
use super::json_node::{Object, Path};
use crate::bank::{Bank, BankParts};
use crate::item::{Item, StandardErrors};
use crate::model::{ModelParameters, NumberOrList};

/// Longest table, in bytes.
pub const PARAMETER_TABLE_BYTES_MAX: usize = 64 * 1024 * 1024;

const TEXT_COLUMNS: [&str; 4] = ["model", "group", "status", "pool"];
const LETTERS: [&str; 4] = ["a", "b", "c", "d"];
/// What a calibration tells beside the parameters.
const REMARK_COLUMNS: [&str; 4] = ["location", "se_location", "answers", "note"];

/// Where a column's value belongs.
#[derive(Clone, Copy)]
enum Column<'a> {
    Id,
    Text(&'a str),
    /// Whether it is a standard error, the letter, and the place in a list, from 0.
    Parameter(Kind, &'a str, Option<usize>),
    ScalingConstant,
    Remark,
}

/// The columns, and the model of every row where no column says it.
struct Heading<'a> {
    columns: Vec<Option<Column<'a>>>,
    model: Option<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Estimate,
    StandardError,
}

/// The bank of a parameter table, named `source_name` like the file.
///
/// # Errors
/// Everything wrong with the table, with line and column.
pub fn read_parameters_csv(text: &str, source_name: &str) -> Result<BankReading, BankFileErrors> {
    let mut issues = Issues::default();
    let bank = read(text, source_name, &mut issues);
    let warnings = issues.finish(source_name)?;
    let bank = bank.expect("a table without errors gives a bank");
    Ok(BankReading { bank, warnings })
}

fn read(text: &str, source_name: &str, issues: &mut Issues) -> Option<Bank> {
    if text.len() > PARAMETER_TABLE_BYTES_MAX {
        let problem = format!("a parameter table has at most {PARAMETER_TABLE_BYTES_MAX} bytes");
        issues.error("line 1", text.len(), problem);
        return None;
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let heading = match reader.headers() {
        Ok(heading) => heading.clone(),
        Err(error) => {
            issues.error("line 1", "", error);
            return None;
        }
    };
    let heading = read_heading(&heading, issues)?;
    let mut items: Vec<Item> = Vec::new();
    let mut lines: Vec<u64> = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                issues.error(Path::Line(line), "", csv_problem(&error));
                return None;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if let Some(item) = read_row(&heading, &record, line, issues) {
            items.push(item);
            lines.push(line);
        }
    }
    if !items.iter().any(|item| item.model.is_some()) && issues.is_clean() {
        issues.error("line 2", "", "a table has at least one item with parameters");
    }
    if !issues.is_clean() {
        return None;
    }
    let id = source_name.rsplit(['/', '\\']).next().unwrap_or(source_name).to_owned();
    match Bank::new(BankParts { id, items, ..BankParts::default() }) {
        Ok(bank) => Some(bank),
        Err(errors) => {
            for error in errors {
                issues.error(Path::Line(lines[error.item()]), "", error);
            }
            None
        }
    }
}

fn csv_problem(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("expected {expected_len} cells as in the heading, got {len}")
        }
        csv::ErrorKind::Utf8 { .. } => "the line is not UTF-8".to_owned(),
        _ => error.to_string(),
    }
}

fn read_heading<'a>(heading: &'a csv::StringRecord, issues: &mut Issues) -> Option<Heading<'a>> {
    let mut columns = Vec::with_capacity(heading.len());
    for (position, name) in heading.iter().enumerate() {
        if heading.iter().take(position).any(|earlier| earlier == name) {
            issues.error("line 1", name, "two columns have this name");
        }
        let column = column_of(name);
        if column.is_none() {
            issues.warning("line 1", name, "this column has no meaning here and is not kept");
        }
        columns.push(column);
    }
    if !columns.iter().any(|column| matches!(column, Some(Column::Id))) {
        let names = heading.iter().collect::<Vec<_>>().join(",");
        issues.error("line 1", names, "a parameter table has a column item, or id");
    }
    let mut model = None;
    if !heading.iter().any(|name| name == "model") {
        model = implied_model(&columns);
        let names = heading.iter().collect::<Vec<_>>().join(",");
        match model {
            Some(model) => issues.warning("line 1", names, format_args!("no column model: items are read as {model}")),
            None => issues.error("line 1", names, "without a column model, the columns are b (1PL), a and b (2PL), a, b and c (3PL) or a, b, c and d (4PL)"),
        }
    }
    issues.is_clean().then_some(Heading { columns, model })
}

/// The model whose parameters are these columns.
fn implied_model(columns: &[Option<Column<'_>>]) -> Option<&'static str> {
    let estimate = |column: &Option<Column<'_>>| match column {
        Some(Column::Parameter(Kind::Estimate, letter, place)) => Some((place.is_some(), letter.to_string())),
        _ => None,
    };
    let mut letters: Vec<(bool, String)> = columns.iter().filter_map(estimate).collect();
    letters.sort();
    let letters: Vec<&str> =
        letters.iter().map(|(listed, letter)| if *listed { "" } else { letter }).collect();
    match letters[..] {
        ["b"] => Some("1PL"),
        ["a", "b"] => Some("2PL"),
        ["a", "b", "c"] => Some("3PL"),
        ["a", "b", "c", "d"] => Some("4PL"),
        _ => None,
    }
}

fn column_of(name: &str) -> Option<Column<'_>> {
    if matches!(name, "item" | "id") {
        return Some(Column::Id);
    }
    if TEXT_COLUMNS.contains(&name) {
        return Some(Column::Text(name));
    }
    if REMARK_COLUMNS.contains(&name) {
        return Some(Column::Remark);
    }
    if name == "D" {
        return Some(Column::ScalingConstant);
    }
    let (kind, rest) = match name.strip_prefix("se_") {
        Some(rest) => (Kind::StandardError, rest),
        None => (Kind::Estimate, name),
    };
    let letter = rest.get(..1).filter(|letter| LETTERS.contains(letter))?;
    match &rest[1..] {
        "" => Some(Column::Parameter(kind, letter, None)),
        digits => match digits.parse::<usize>() {
            Ok(number @ 1..=64) => Some(Column::Parameter(kind, letter, Some(number - 1))),
            _ => None,
        },
    }
}

/// The item of a row; a draft without a model where there are no numbers, or numbers that the row itself says no bank takes.
fn read_row(
    heading: &Heading<'_>,
    record: &csv::StringRecord,
    line: u64,
    issues: &mut Issues,
) -> Option<Item> {
    let path = Path::Line(line);
    let mut fields = row_fields(heading, record, line, issues);
    let constant = fields.remove("D").map_or(Value::Null, |constant| constant);
    let constant = Value::Object(Map::from_iter([("D".to_owned(), constant)]));
    let scaling_constant = scaling_constant(&Object::of(&path, &constant, issues)?, issues);
    let defaults = ItemDefaults { scaling_constant, provisional: false };
    if !LETTERS.iter().any(|letter| fields.contains_key(*letter)) {
        issues.warning(path, "", "the item has no parameters and is kept as a draft without a model");
        return read_item(&path, &draft(fields), &defaults, issues);
    }
    if let Some(model) = heading.model {
        fields.insert("model".to_owned(), Value::from(model));
    }
    if fields.get("status").is_some_and(|status| status == "draft") {
        let mut own = Issues::default();
        let document = Value::Object(fields.clone());
        let read = read_item(&path, &document, &defaults, &mut own);
        let Err(errors) = own.finish("") else { return read };
        for issue in errors.issues() {
            let problem = format!("the draft is kept without a model: {}", issue.problem);
            issues.warning(&issue.place, &issue.value, problem);
        }
        return read_item(&path, &draft(fields), &defaults, issues);
    }
    read_item(&path, &Value::Object(fields), &defaults, issues)
}

/// The fields without those of a response model.
fn draft(mut fields: Map<String, Value>) -> Value {
    for name in LETTERS.iter().chain(&["model", "se"]) {
        fields.remove(*name);
    }
    fields.insert("status".to_owned(), Value::from("draft"));
    Value::Object(fields)
}

/// The row as an entry of a bank file, and its scaling constant.
fn row_fields(
    heading: &Heading<'_>,
    record: &csv::StringRecord,
    line: u64,
    issues: &mut Issues,
) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut errors = Map::new();
    for (column, cell) in heading.columns.iter().zip(record) {
        if cell.is_empty() || cell == "NA" {
            continue;
        }
        let number = cell.parse::<f64>().ok().filter(|number| number.is_finite());
        let value = number.map_or_else(|| Value::from(cell), Value::from);
        match column {
            None | Some(Column::Remark) => {}
            Some(Column::Id) => drop(fields.insert("id".to_owned(), Value::from(cell))),
            Some(Column::Text(name)) => drop(fields.insert((*name).to_owned(), Value::from(cell))),
            Some(Column::ScalingConstant) => drop(fields.insert("D".to_owned(), value)),
            Some(Column::Parameter(kind, letter, place)) => {
                let target = if *kind == Kind::StandardError { &mut errors } else { &mut fields };
                if *kind == Kind::StandardError && place.is_some() {
                    leave_blank_until(target, letter, *place);
                }
                if !put(target, letter, *place, value) {
                    let problem = "the number is given in two ways, or a number before it is missing";
                    issues.error(Path::Field(&Path::Line(line), letter), cell, problem);
                }
            }
        }
    }
    for (letter, list) in &mut errors {
        if let (Value::Array(list), Some(Value::Array(values))) = (list, fields.get(letter)) {
            list.resize(values.len().max(list.len()), Value::Null);
        }
    }
    if !errors.is_empty() {
        fields.insert("se".to_owned(), Value::Object(errors));
    }
    fields
}

/// A parameter that is fixed has no standard error, whatever place of its list it has.
fn leave_blank_until(errors: &mut Map<String, Value>, letter: &str, place: Option<usize>) {
    let list = errors.entry(letter).or_insert_with(|| Value::Array(Vec::new()));
    if let (Value::Array(list), Some(place)) = (list, place) {
        list.resize(place.max(list.len()), Value::Null);
    }
}

/// Puts a number in its place; whether there was room for it.
fn put(fields: &mut Map<String, Value>, letter: &str, place: Option<usize>, value: Value) -> bool {
    match (place, fields.get_mut(letter)) {
        (None, None) => {
            fields.insert(letter.to_owned(), value);
            true
        }
        (Some(0), None) => {
            fields.insert(letter.to_owned(), Value::Array(vec![value]));
            true
        }
        (Some(place), Some(Value::Array(list))) if list.len() == place => {
            list.push(value);
            true
        }
        _ => false,
    }
}

/// The parameters of every item that has a model, as a table that [`read_parameters_csv`] reads.
#[must_use]
pub fn write_parameters_csv(bank: &Bank) -> String {
    let rows: Vec<BTreeMap<String, String>> = bank.items().iter().filter_map(row).collect();
    let mut names: Vec<&String> = rows.iter().flat_map(BTreeMap::keys).collect();
    names.sort_by_key(|name| column_order(name));
    names.dedup();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let heading = names.iter().map(|name| name.as_str());
    writer.write_record(heading).expect("memory takes what is written");
    for row in &rows {
        let cells = names.iter().map(|name| row.get(*name).map_or("", String::as_str));
        writer.write_record(cells).expect("memory takes what is written");
    }
    let bytes = writer.into_inner().expect("memory takes what is written");
    String::from_utf8(bytes).expect("every cell is text")
}

/// Item and model first, then estimates, then standard errors; plain letters before numbered ones.
fn column_order(name: &str) -> (u8, bool, char, usize) {
    match name {
        "item" => (0, false, ' ', 0),
        "model" => (1, false, ' ', 0),
        _ => {
            let (group, rest) = name.strip_prefix("se_").map_or((2, name), |rest| (3, rest));
            let number = rest[1..].parse().unwrap_or(0);
            (group, number > 0, rest.chars().next().unwrap_or(' '), number)
        }
    }
}

fn row(item: &Item) -> Option<BTreeMap<String, String>> {
    let parameters = ModelParameters::from(item.model.as_ref()?);
    let mut row = BTreeMap::new();
    row.insert("item".to_owned(), item.id.to_string());
    row.insert("model".to_owned(), parameters.model.to_string());
    let single = |value: Option<f64>| value.map(NumberOrList::Number);
    let letters = [
        ("a", parameters.a.clone()),
        ("b", parameters.b.clone()),
        ("c", single(parameters.c)),
        ("d", single(parameters.d)),
    ];
    let none = StandardErrors::default();
    let errors = item.standard_errors.as_ref().unwrap_or(&none);
    for ((letter, values), errors) in letters.into_iter().zip([&errors.a, &errors.b, &errors.c, &errors.d]) {
        let is_list = matches!(values, Some(NumberOrList::List(_)));
        let name = |at: usize| if is_list { format!("{letter}{}", at + 1) } else { letter.to_owned() };
        let values = match values {
            None => Vec::new(),
            Some(NumberOrList::Number(number)) => vec![number],
            Some(NumberOrList::List(list)) => list,
        };
        for (at, value) in values.into_iter().enumerate() {
            row.insert(name(at), value.to_string());
        }
        for (at, error) in errors.iter().enumerate() {
            if let Some(error) = error {
                row.insert(format!("se_{}", name(at)), error.to_string());
            }
        }
    }
    Some(row)
}
