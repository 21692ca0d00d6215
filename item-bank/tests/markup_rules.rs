//! What markup may hold: everything else is refused, with its position.

use item_bank::content::Markup;
use proptest::prelude::*;

fn problem(text: &str) -> String {
    Markup::new(text).map_or_else(|error| error.to_string(), |_| "accepted".to_owned())
}

#[test]
fn text_formulas_and_figures_are_accepted() {
    for text in [
        "",
        "plain &amp; simple &lt; &#8722; &#x2212;",
        "<p>What is <strong>this</strong>?<br/></p>",
        "<p><math alttext=\"one half\"><mfrac><mn>1</mn><mn>2</mn></mfrac></math></p>",
        "<figure><svg role=\"img\" viewBox=\"0 0 10 10\"><title>Bar</title><desc>A bar.</desc>\
         <rect x=\"0\" y=\"0\" width=\"5\" height=\"5\" fill=\"currentColor\"/></svg></figure>",
        "<table><caption>c</caption><tbody><tr><th scope=\"row\">a</th><td>b</td></tr></tbody></table>",
    ] {
        assert_eq!(problem(text), "accepted", "{text}");
    }
}

#[test]
fn everything_else_is_refused_with_its_position() {
    for (text, expected) in [
        ("<script>alert(1)</script>", "markup at byte 0: <script> is not allowed"),
        ("<p>a</p><img src=\"x\">", "markup at byte 8: <img> is not allowed"),
        ("<a href=\"x\">y</a>", "markup at byte 0: <a> is not allowed"),
        ("<p onclick=\"x\">y</p>", "markup at byte 0: <p> has no attribute \"onclick\" here"),
        ("<p style=\"x\">y</p>", "markup at byte 0: <p> has no attribute \"style\" here"),
        ("<P>y</P>", "markup at byte 0: <P> is not allowed"),
        ("<p class=x>y</p>", "markup at byte 0: expected name=\"value\", got \"class=x\""),
        ("<p>y", "markup at byte 4: <p> is never closed"),
        ("<p>y</strong>", "markup at byte 4: expected </p>, got </strong>"),
        ("y</p>", "markup at byte 1: </p> closes nothing"),
        ("a < b", "markup at byte 2: '<' that begins no tag; write &lt;"),
        ("a & b", "markup at byte 2: '&' that begins no character reference"),
        ("<!--x-->", "markup at byte 0: <!--x--> is not allowed"),
        ("<math><mn>1</mn></math>", "markup at byte 0: <math> needs alttext"),
        ("<math alttext=\" \"><mn>1</mn></math>", "markup at byte 0: attribute alttext=\" \" of <math>"),
        ("<mn>1</mn>", "markup at byte 0: <mn> cannot stand directly in the text"),
        ("<math alttext=\"x\"><p>1</p></math>", "markup at byte 18: <p> cannot stand directly in math"),
        (
            "<svg role=\"img\"><line x1=\"0\"/></svg>",
            "markup at byte 0: <svg> begins with a <title> that is not empty",
        ),
        (
            "<svg role=\"img\"><title></title></svg>",
            "markup at byte 0: <svg> begins with a <title> that is not empty",
        ),
        ("<svg><title>x</title></svg>", "markup at byte 0: <svg> needs role=\"img\""),
        (
            "<svg role=\"img\"><title>x</title><rect fill=\"url(x)\"/></svg>",
            "markup at byte 32: attribute fill=\"url(x)\" of <rect>",
        ),
        ("a\u{7}", "markup at byte 1: control character '\\u{7}'"),
    ] {
        assert_eq!(problem(text), expected, "{text}");
    }
    assert!(problem(&"<div>".repeat(30)).contains("nested deeper than"));
    assert!(problem(&"x".repeat(40_000)).contains("at most 32768 bytes"));
}

#[test]
fn plain_text_speaks_formulas_and_names_figures() {
    let markup = Markup::new(
        "<p>What is <math alttext=\"one half\"><mfrac><mn>1</mn><mn>2</mn></mfrac></math> of 6?</p>\
         <svg role=\"img\"><title>Bar</title><g><text x=\"1\" y=\"1\">0</text></g></svg>",
    );
    assert_eq!(markup.expect("clean").plain_text(), "What is one half of 6? Bar");
}

proptest! {
    #[test]
    fn any_text_is_accepted_or_refused(text in "\\PC{0,60}") {
        let _ = Markup::new(text);
    }

    #[test]
    fn no_text_with_these_pieces_gets_a_dangerous_word_through(
        pieces in prop::collection::vec(prop_oneof![
            Just("<p>"), Just("</p>"), Just("<script>"), Just("<svg role=\"img\">"), Just("<title>"), Just("x"),
            Just("</title>"), Just("</svg>"), Just(" onload=\"x\""), Just("<p"), Just(">"), Just("<!--"), Just("\""),
            Just("javascript:"), Just("<math alttext=\"x\">"), Just("</math>"), Just("<style>"), Just("&lt;"), Just("/"),
        ], 0..12)
    ) {
        let text: String = pieces.concat();
        if Markup::new(text.clone()).is_ok() {
            prop_assert!(!text.contains("<script") && !text.contains("<style") && !text.contains("<!--"));
        }
    }
}
