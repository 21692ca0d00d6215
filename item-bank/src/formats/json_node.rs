//! A JSON value that knows where it stands, so that every refusal can name its path.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::issue::Issues;

/// Where a value stands: a list of steps that ends at the whole file, or at a line of a table.
#[derive(Clone, Copy)]
pub(super) enum Path<'a> {
    Root,
    Line(u64),
    Field(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => formatter.write_str("$"),
            Self::Line(number) => write!(formatter, "line {number}"),
            Self::Field(Self::Line(number), name) => write!(formatter, "line {number}, column {name}"),
            Self::Index(parent @ Self::Field(Self::Line(_), _), index) => {
                write!(formatter, "{parent}{}", index + 1)
            }
            // The standard errors of a table stand in columns such as se_b1.
            Self::Field(Self::Field(Self::Line(number), outer), name) => {
                write!(formatter, "line {number}, column {outer}_{name}")
            }
            Self::Index(parent @ Self::Field(Self::Field(Self::Line(_), _), _), index) => {
                write!(formatter, "{parent}{}", index + 1)
            }
            Self::Field(Self::Root, name) => formatter.write_str(name),
            Self::Field(parent, name) => write!(formatter, "{parent}.{name}"),
            Self::Index(parent, index) => write!(formatter, "{parent}[{index}]"),
        }
    }
}

/// A JSON object that knows where it stands.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    pub(super) path: &'a Path<'a>,
    fields: &'a serde_json::Map<String, Value>,
}

impl<'a> Object<'a> {
    /// The value as an object; an issue when it is something else.
    pub(super) fn of(path: &'a Path<'a>, value: &'a Value, issues: &mut Issues) -> Option<Self> {
        match value {
            Value::Object(fields) => Some(Self { path, fields }),
            other => {
                issues.error(path, other, format_args!("expected an object, not {}", kind(other)));
                None
            }
        }
    }

    /// The field, unless it is absent or null.
    pub(super) fn field(&self, name: &str) -> Option<&'a Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn error(&self, name: &str, problem: impl fmt::Display, issues: &mut Issues) {
        match self.field(name) {
            Some(value) => issues.error(Path::Field(self.path, name), value, problem),
            None => issues.error(Path::Field(self.path, name), "nothing", problem),
        }
    }

    /// A warning for every field that is not among the known ones.
    pub(super) fn warn_unknown(&self, known: &[&str], issues: &mut Issues) {
        for (name, value) in self.fields {
            if !known.contains(&name.as_str()) {
                let path = Path::Field(self.path, name);
                issues.warning(path, value, "this field has no meaning here and is not kept");
            }
        }
    }

    /// A text; empty when absent.
    pub(super) fn text(&self, name: &str, issues: &mut Issues) -> String {
        match self.field(name) {
            None => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => {
                let problem = format!("expected a text, not {}", kind(other));
                self.error(name, problem, issues);
                String::new()
            }
        }
    }

    /// A finite number; `None` when absent, an issue when it is anything else.
    pub(super) fn number(&self, name: &str, issues: &mut Issues) -> Option<f64> {
        let value = self.field(name)?;
        number(&Path::Field(self.path, name), value, issues)
    }

    /// Whatever serde can read; an issue at this field when it cannot.
    pub(super) fn read<T: DeserializeOwned>(&self, name: &str, issues: &mut Issues) -> Option<T> {
        let value = self.field(name)?;
        match T::deserialize(value) {
            Ok(read) => Some(read),
            Err(error) => {
                self.error(name, error, issues);
                None
            }
        }
    }

    /// The entries of a list; none when absent.
    pub(super) fn list(&self, name: &str, issues: &mut Issues) -> &'a [Value] {
        match self.field(name) {
            None => &[],
            Some(Value::Array(list)) => list,
            Some(other) => {
                let problem = format!("expected a list, not {}", kind(other));
                self.error(name, problem, issues);
                &[]
            }
        }
    }

    /// The fields of an object of objects; none when absent.
    pub(super) fn entries(&self, name: &str, issues: &mut Issues) -> BTreeMap<&'a str, &'a Value> {
        match self.field(name) {
            None => BTreeMap::new(),
            Some(Value::Object(fields)) => {
                fields.iter().map(|(name, value)| (name.as_str(), value)).collect()
            }
            Some(other) => {
                let problem = format!("expected an object, not {}", kind(other));
                self.error(name, problem, issues);
                BTreeMap::new()
            }
        }
    }
}

/// A finite number.
pub(super) fn number(path: &Path<'_>, value: &Value, issues: &mut Issues) -> Option<f64> {
    let number = value.as_f64().filter(|number| number.is_finite());
    if number.is_none() {
        issues.error(path, value, format_args!("expected a finite number, not {}", kind(value)));
    }
    number
}

pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
