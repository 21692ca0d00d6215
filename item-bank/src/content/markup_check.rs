//! Walks markup once, from left to right, and refuses the first thing that is not on the list.

use super::markup::{ALLOWED_ELEMENTS, MARKUP_BYTES_MAX, MARKUP_DEPTH_MAX, MarkupError, Vocabulary};

/// One step through a text.
enum Token<'a> {
    Text(&'a str),
    Open { name: &'a str, attributes: Vec<(&'a str, &'a str)>, closed: Closed },
    Close(&'a str),
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Closed {
    Here,
    Later,
}

struct Reader<'a> {
    text: &'a str,
    position: usize,
}

fn refuse<T>(position: usize, problem: impl Into<String>) -> Result<T, MarkupError> {
    let problem = problem.into();
    Err(MarkupError { position, problem })
}

/// Refuses the first thing in `text` that is not allowed.
pub(super) fn check(text: &str) -> Result<(), MarkupError> {
    if text.len() > MARKUP_BYTES_MAX {
        let problem = format!("at most {MARKUP_BYTES_MAX} bytes, got {}", text.len());
        return refuse(MARKUP_BYTES_MAX, problem);
    }
    let mut reader = Reader { text, position: 0 };
    let mut open: Vec<(&str, Vocabulary)> = Vec::new();
    let mut awaiting_title = None;
    loop {
        let start = reader.position;
        let Some(token) = reader.next()? else { break };
        check_title(&token, &mut awaiting_title, start)?;
        match token {
            Token::Text(text) => check_text(text, start, &open)?,
            Token::Open { name, attributes, closed } => {
                let vocabulary = check_element(name, &attributes, &open, start)?;
                if name == "svg" {
                    awaiting_title = Some(start);
                }
                if closed == Closed::Later && name != "br" {
                    open.push((name, vocabulary));
                }
                if open.len() > MARKUP_DEPTH_MAX {
                    return refuse(start, format!("nested deeper than {MARKUP_DEPTH_MAX}"));
                }
            }
            Token::Close(name) => match open.pop() {
                Some((expected, _)) if expected == name => {}
                Some((expected, _)) => {
                    return refuse(start, format!("expected </{expected}>, got </{name}>"));
                }
                None => return refuse(start, format!("</{name}> closes nothing")),
            },
        }
    }
    match open.pop() {
        Some((name, _)) => refuse(text.len(), format!("<{name}> is never closed")),
        None => Ok(()),
    }
}

/// A figure's first child is its title, and the title says something.
fn check_title(token: &Token<'_>, awaiting: &mut Option<usize>, start: usize) -> Result<(), MarkupError> {
    let Some(figure) = *awaiting else {
        return Ok(());
    };
    match token {
        Token::Open { name: "title", closed: Closed::Later, .. } => Ok(()),
        Token::Text(text) if !text.trim().is_empty() => {
            *awaiting = None;
            Ok(())
        }
        Token::Text(_) if start > figure => Ok(()),
        _ => refuse(figure, "<svg> begins with a <title> that is not empty"),
    }
}

fn check_text(text: &str, start: usize, open: &[(&str, Vocabulary)]) -> Result<(), MarkupError> {
    check_characters(text, start)?;
    let holds_text = match open.last() {
        None | Some((_, Vocabulary::Html)) => true,
        Some((name, Vocabulary::MathMl)) => matches!(*name, "mi" | "mn" | "mo" | "mtext"),
        Some((name, Vocabulary::Svg)) => matches!(*name, "title" | "desc" | "text"),
    };
    if holds_text || text.trim().is_empty() {
        Ok(())
    } else {
        let name = open.last().map_or("", |(name, _)| name);
        refuse(start, format!("text directly inside <{name}>"))
    }
}

/// Control characters are refused; `&` begins one of the five named or a numeric character reference.
fn check_characters(text: &str, start: usize) -> Result<(), MarkupError> {
    for (offset, character) in text.char_indices() {
        let position = start + offset;
        if character.is_control() && !matches!(character, '\n' | '\t') {
            return refuse(position, format!("control character {character:?}"));
        }
        if character == '&' && reference_length(&text[offset..]).is_none() {
            return refuse(position, "'&' that begins no character reference");
        }
    }
    Ok(())
}

fn reference_length(text: &str) -> Option<usize> {
    let end = text.bytes().take(10).position(|byte| byte == b';')?;
    let name = &text[1..end];
    let known = matches!(name, "amp" | "lt" | "gt" | "quot" | "nbsp");
    let code = name.strip_prefix('#').and_then(|digits| {
        match digits.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => digits.parse(),
        }
        .ok()
    });
    let printable = code.and_then(char::from_u32).is_some_and(|c| !c.is_control());
    (known || printable).then_some(end + 1)
}

fn check_element(
    name: &str,
    attributes: &[(&str, &str)],
    open: &[(&str, Vocabulary)],
    start: usize,
) -> Result<Vocabulary, MarkupError> {
    let Some((_, vocabulary, allowed)) = ALLOWED_ELEMENTS.iter().find(|row| row.0 == name) else {
        return refuse(start, format!("<{name}> is not allowed"));
    };
    let inside = open.last().map_or(Vocabulary::Html, |(_, inside)| *inside);
    let begins = matches!(name, "math" | "svg");
    let fits = if begins { inside == Vocabulary::Html } else { inside == *vocabulary };
    if !fits {
        let parent = open.last().map_or("the text", |(name, _)| name);
        return refuse(start, format!("<{name}> cannot stand directly in {parent}"));
    }
    for (position, (attribute, value)) in attributes.iter().enumerate() {
        if !allowed.contains(attribute) {
            return refuse(start, format!("<{name}> has no attribute {attribute:?} here"));
        }
        if attributes[..position].iter().any(|(earlier, _)| earlier == attribute) {
            return refuse(start, format!("attribute {attribute:?} of <{name}> is given twice"));
        }
        check_characters(value, start)?;
        if !value_fits(attribute, value) {
            return refuse(start, format!("attribute {attribute}={value:?} of <{name}>"));
        }
    }
    let has = |wanted: &str| attributes.iter().any(|(name, _)| *name == wanted);
    match name {
        "math" if !has("alttext") => refuse(start, "<math> needs alttext"),
        "svg" if !has("role") => refuse(start, "<svg> needs role=\"img\""),
        _ => Ok(*vocabulary),
    }
}

fn value_fits(attribute: &str, value: &str) -> bool {
    let numeric = |extra: &str| {
        let fits = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-') || extra.contains(c);
        value.len() <= 512 && !value.is_empty() && value.chars().all(fits)
    };
    match attribute {
        "alttext" => !value.trim().is_empty(),
        "display" => matches!(value, "inline" | "block"),
        "role" => value == "img",
        "scope" => matches!(value, "row" | "col"),
        "text-anchor" => matches!(value, "start" | "middle" | "end"),
        "stroke" | "fill" => matches!(value, "none" | "currentColor"),
        "class" => {
            value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | ' '))
        }
        "viewBox" => numeric(" "),
        "d" => numeric(" ,MLHVAZ"),
        _ => numeric(""),
    }
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Option<Token<'a>>, MarkupError> {
        let rest = &self.text[self.position..];
        if rest.is_empty() {
            return Ok(None);
        }
        let Some(tag) = rest.strip_prefix('<') else {
            let end = rest.find('<').unwrap_or(rest.len());
            self.position += end;
            return Ok(Some(Token::Text(&rest[..end])));
        };
        let start = self.position;
        let Some(end) = tag_end(tag) else {
            return refuse(start, "'<' that begins no tag; write &lt;");
        };
        self.position += end + 2;
        let inner = &tag[..end];
        if let Some(name) = inner.strip_prefix('/') {
            return Ok(Some(Token::Close(name)));
        }
        let (inner, closed) = match inner.strip_suffix('/') {
            Some(inner) => (inner, Closed::Here),
            None => (inner, Closed::Later),
        };
        let name_end = inner.find([' ', '\n']).unwrap_or(inner.len());
        let (name, rest) = inner.split_at(name_end);
        let attributes = attributes(rest, start)?;
        Ok(Some(Token::Open { name, attributes, closed }))
    }
}

/// Offset of the `>` that ends the tag, outside quotes.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quoted = false;
    for (offset, byte) in tag.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return (offset > 0).then_some(offset),
            b'<' => return None,
            _ => {}
        }
    }
    None
}

fn attributes(mut rest: &str, start: usize) -> Result<Vec<(&str, &str)>, MarkupError> {
    let mut found = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(found);
        }
        let parsed = rest.split_once("=\"").and_then(|(name, after)| {
            let (value, rest) = after.split_once('"')?;
            Some((name, value, rest))
        });
        let Some((name, value, after)) = parsed else {
            return refuse(start, format!("expected name=\"value\", got {rest:?}"));
        };
        found.push((name, value));
        rest = after;
    }
}

/// The text of checked markup: see [`super::Markup::plain_text`].
pub(super) fn plain_text(markup: &str) -> String {
    let mut reader = Reader { text: markup, position: 0 };
    let mut words = String::new();
    let mut silent = Vec::new();
    while let Ok(Some(token)) = reader.next() {
        match token {
            Token::Text(text) if silent.is_empty() => words.push_str(text),
            Token::Text(_) => {}
            Token::Open { name, attributes, .. } if name == "math" => {
                silent.push(name);
                let alternative = attributes.iter().find(|(name, _)| *name == "alttext");
                words.push_str(alternative.map_or("", |(_, value)| value));
            }
            Token::Open { name: name @ ("g" | "text"), closed: Closed::Later, .. } => silent.push(name),
            Token::Open { .. } => words.push(' '),
            Token::Close(name) if silent.last() == Some(&name) => {
                silent.pop();
            }
            Token::Close(name) if !matches!(name, "strong" | "em" | "span") => words.push(' '),
            Token::Close(_) => {}
        }
    }
    let decoded = words
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&");
    decoded.split_whitespace().collect::<Vec<_>>().join(" ")
}
