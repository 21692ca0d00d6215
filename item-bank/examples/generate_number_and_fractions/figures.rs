//! Figures as SVG that takes its colour from the text around it, each with a title and a description.

use std::fmt::Write;

/// A figure of this size around its shapes.
fn svg(size: (i64, i64), title: &str, description: &str, shapes: &str) -> String {
    let (width, height) = size;
    format!(
        "<svg role=\"img\" class=\"figure\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\
         <title>{title}</title><desc>{description}</desc>\
         <g stroke=\"currentColor\" stroke-width=\"2\" fill=\"none\" font-size=\"14\" text-anchor=\"middle\">{shapes}</g></svg>"
    )
}

fn rect(place: (i64, i64, i64, i64), fill: Fill) -> String {
    let (x, y, width, height) = place;
    let fill = match fill {
        Fill::Shaded => " fill=\"currentColor\" fill-opacity=\"0.35\"",
        Fill::Clear => "",
    };
    format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{fill}/>")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fill {
    Shaded,
    Clear,
}

impl Fill {
    fn when_below(position: i64, shaded: i64) -> Self {
        if position < shaded { Self::Shaded } else { Self::Clear }
    }
}

fn label(x: i64, y: i64, text: &str) -> String {
    format!("<text x=\"{x}\" y=\"{y}\" stroke=\"none\" fill=\"currentColor\">{text}</text>")
}

fn plural(count: i64, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// A bar in equal parts, the first ones shaded.
pub fn bar(parts: i64, shaded: i64) -> String {
    let width = 320 / parts;
    let mut shapes = String::new();
    for part in 0..parts {
        let fill = Fill::when_below(part, shaded);
        shapes.push_str(&rect((4 + part * width, 4, width, 40), fill));
    }
    let description = if shaded == 0 {
        format!("A bar cut into {parts} parts of the same size. No part is shaded.")
    } else {
        format!("A bar cut into {parts} parts of the same size. Shaded: {}.", plural(shaded, "part"))
    };
    svg((width * parts + 8, 48), "Bar", &description, &shapes)
}

/// Several bars of one length below each other, each in as many parts and with as many of them shaded.
pub fn bars(rows: &[(i64, i64)]) -> String {
    let mut shapes = String::new();
    let mut descriptions = Vec::new();
    for (row, &(parts, shaded)) in rows.iter().enumerate() {
        for part in 0..parts {
            let (left, right) = (part * 300 / parts, (part + 1) * 300 / parts);
            let place = (4 + left, 4 + row as i64 * 44, right - left, 34);
            shapes.push_str(&rect(place, Fill::when_below(part, shaded)));
        }
        descriptions.push(format!("Bar {}: {parts} equal parts, {shaded} shaded.", row + 1));
    }
    let height = rows.len() as i64 * 44 + 4;
    svg((308, height), "Bars of the same length", &descriptions.join(" "), &shapes)
}

/// A bar cut at these places out of 24, which may be unequal.
pub fn cut_bar(cuts: &[i64]) -> String {
    let mut edges = vec![0];
    edges.extend(cuts);
    edges.push(24);
    let mut shapes = String::new();
    for edge in edges.windows(2) {
        shapes.push_str(&rect((4 + edge[0] * 8, 4, (edge[1] - edge[0]) * 8, 36), Fill::Clear));
    }
    let widths: Vec<String> = edges.windows(2).map(|edge| (edge[1] - edge[0]).to_string()).collect();
    let description = format!(
        "A bar cut into {}. The widths of the parts, from left to right: {}.",
        plural(widths.len() as i64, "part"),
        widths.join(", ")
    );
    svg((200, 44), "Bar", &description, &shapes)
}

/// Counters in a row, the first ones filled.
pub fn counters(total: i64, filled: i64) -> String {
    let mut shapes = String::new();
    for counter in 0..total {
        let fill = match Fill::when_below(counter, filled) {
            Fill::Shaded => " fill=\"currentColor\" fill-opacity=\"0.6\"",
            Fill::Clear => "",
        };
        let x = 16 + counter * 26;
        write!(shapes, "<circle cx=\"{x}\" cy=\"16\" r=\"10\"{fill}/>").expect("text grows");
    }
    let description = format!("{} in a row. Filled: {filled}.", plural(total, "counter"));
    svg((total * 26 + 6, 32), "Counters", &description, &shapes)
}

/// A square of ten rows of ten, the first cells shaded, column by column.
pub fn hundred_square(shaded: i64) -> String {
    let mut shapes = String::new();
    for cell in 0..100 {
        let place = (4 + cell / 10 * 16, 4 + cell % 10 * 16, 16, 16);
        shapes.push_str(&rect(place, Fill::when_below(cell, shaded)));
    }
    let description = format!(
        "A square cut into 100 small squares of the same size. Shaded: {shaded} of the small squares."
    );
    svg((168, 168), "Hundred square", &description, &shapes)
}

/// A number line.
pub struct Line<'a> {
    /// The first and the last whole number on it.
    pub ends: (i64, i64),
    /// Equal steps in each unit.
    pub steps: i64,
    /// Points: how many steps from the left end, and a letter.
    pub points: &'a [(i64, &'a str)],
}

/// Ticks at every step, numbers at the whole ones, and the points above the line.
pub fn number_line(line: &Line<'_>) -> String {
    let (low, high) = line.ends;
    let ticks = (high - low) * line.steps;
    let x = |tick: i64| 20 + tick * 320 / ticks;
    let mut shapes = String::from("<line x1=\"8\" y1=\"44\" x2=\"352\" y2=\"44\"/>");
    for tick in 0..=ticks {
        let (top, bottom) = if tick % line.steps == 0 { (34, 54) } else { (38, 50) };
        let x = x(tick);
        write!(shapes, "<line x1=\"{x}\" y1=\"{top}\" x2=\"{x}\" y2=\"{bottom}\"/>").expect("text grows");
    }
    for whole in low..=high {
        let text = whole.to_string().replace('-', "−");
        shapes.push_str(&label(x((whole - low) * line.steps), 72, &text));
    }
    let mut places = Vec::new();
    for (tick, letter) in line.points {
        let x = x(*tick);
        write!(shapes, "<circle cx=\"{x}\" cy=\"44\" r=\"6\" fill=\"currentColor\"/>").expect("text grows");
        shapes.push_str(&label(x, 24, letter));
        let name = if letter.is_empty() { "A dot".to_owned() } else { format!("Point {letter}") };
        places.push(format!("{name} is {} to the right of {low}.", plural(*tick, "step")));
    }
    let units = match line.steps {
        1 => "There is a mark at each whole number.".to_owned(),
        steps => format!("Each space between whole numbers is cut into {steps} equal steps."),
    };
    let description = format!("A number line from {low} to {high}. {units} {}", places.join(" "));
    svg(
        (360, 80),
        "Number line",
        description.trim().replace("from -", "from −").replace("of -", "of −").as_str(),
        &shapes,
    )
}
