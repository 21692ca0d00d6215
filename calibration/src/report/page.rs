//! A report page: one HTML file that needs nothing else, no script and no other file.

use std::fmt::Write;

use super::svg::escape;

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--line:#57606a;--main:#0b5394;--second:#9a3412;--soft:#d0d7de}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--line:#8b949e;--main:#79c0ff;--second:#ffa657;--soft:#30363d}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:72rem;margin:0 auto;padding:1rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:.2rem .6rem;border-bottom:1px solid var(--soft);text-align:right}
th:first-child,td:first-child,.text{text-align:left}.scroll{overflow-x:auto}.grid{display:flex;flex-wrap:wrap;gap:.75rem}
figure{margin:0}figcaption{font-size:.85rem}svg{max-width:100%;height:auto}svg text{font-size:11px;fill:var(--ink)}
.axis{stroke:var(--line);fill:none}.main{stroke:var(--main);stroke-width:2;fill:none}.main-dot{fill:var(--main)}.second-dot{fill:var(--second)}
.second{stroke:var(--second);stroke-width:2;stroke-dasharray:6 4;fill:none}.faint{stroke:var(--line);stroke-dasharray:2 3;fill:none}
.observed{fill:none;stroke:var(--second);stroke-width:1.5}.people{fill:var(--main)}.items{fill:var(--second)}.note{color:var(--second)}
";

/// A page under construction. Words and cells are escaped; pictures are SVG of this crate's making.
pub struct Page {
    text: String,
}

impl Page {
    /// A page with this title, which is its first heading too.
    pub fn new(title: &str) -> Self {
        let title = escape(title);
        let mut text = String::with_capacity(1 << 18);
        let _ = write!(
            text,
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
             <title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1>"
        );
        Self { text }
    }

    /// A heading.
    pub fn heading(&mut self, words: &str) {
        let _ = write!(self.text, "<h2>{}</h2>", escape(words));
    }

    /// A paragraph.
    pub fn paragraph(&mut self, words: &str) {
        let _ = write!(self.text, "<p>{}</p>", escape(words));
    }

    /// A list, or nothing where it is empty.
    pub fn list(&mut self, entries: &[String]) {
        if !entries.is_empty() {
            self.text.push_str("<ul>");
            for entry in entries {
                let _ = write!(self.text, "<li>{}</li>", escape(entry));
            }
            self.text.push_str("</ul>");
        }
    }

    /// Names with their values.
    pub fn facts(&mut self, facts: &[(&str, String)]) {
        self.text.push_str("<div class=\"scroll\"><table>");
        for (name, value) in facts {
            let (name, value) = (escape(name), escape(value));
            let _ =
                write!(self.text, "<tr><th scope=\"row\">{name}</th><td class=\"text\">{value}</td></tr>");
        }
        self.text.push_str("</table></div>");
    }

    /// A table; the cells of a row go with the columns.
    pub fn table(&mut self, columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        self.text.push_str("<div class=\"scroll\"><table><thead><tr>");
        for column in columns {
            let _ = write!(self.text, "<th scope=\"col\">{}</th>", escape(column));
        }
        self.text.push_str("</tr></thead><tbody>");
        for row in rows {
            self.text.push_str("<tr>");
            for cell in row {
                let _ = write!(self.text, "<td>{}</td>", escape(&cell));
            }
            self.text.push_str("</tr>");
        }
        self.text.push_str("</tbody></table></div>");
    }

    /// Pictures side by side, each with its words.
    pub(super) fn figures(&mut self, figures: impl IntoIterator<Item = (String, String)>) {
        self.text.push_str("<div class=\"grid\">");
        for (picture, words) in figures {
            let words = escape(&words);
            let _ = write!(self.text, "<figure>{picture}<figcaption>{words}</figcaption></figure>");
        }
        self.text.push_str("</div>");
    }

    /// Text of this crate's making that is HTML already.
    pub(super) fn markup(&mut self, html: &str) {
        self.text.push_str(html);
    }

    /// The file.
    pub fn finish(mut self) -> String {
        self.text.push_str("</main></body></html>\n");
        self.text
    }
}

/// A number with this many decimals; a dash where it is not one.
pub fn decimals(value: f64, places: usize) -> String {
    if value.is_finite() { format!("{value:.places$}") } else { "–".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_files_say_is_escaped() {
        let mut page = Page::new("<b>&");
        page.facts(&[("<i>", "\"".to_owned())]);
        page.table(&["<u>"], [vec!["<script>".to_owned()]]);
        page.list(&["<li>".to_owned()]);
        page.heading("<h>");
        page.paragraph("<p>x");
        let text = page.finish();
        for tag in ["<b>", "<i>", "<u>", "<script", "<li><li>", "<h>", "<p>x"] {
            assert!(!text.contains(tag) || tag == "<p>x" && !text.contains("<p><p>x"), "{tag}: {text}");
        }
        assert!(text.contains("&lt;script&gt;") && text.contains("<td class=\"text\">&quot;</td>"));
    }
}
