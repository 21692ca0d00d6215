//! The student's tools: read aloud, line reader, text size and themes, each by keyboard.

use serde_json::{Value, json};

use super::demo::Demo;
use super::driver::Browser;
use super::journey::{FILL_IN, start};

/// A headless browser has no voices: what would be said is written down, and over at once.
const WITHOUT_VOICES: &str = "
    window.said = [];
    SpeechSynthesis.prototype.speak = (words) => {
        window.said.push(words.text);
        setTimeout(() => words.onend && words.onend(new Event('end')), 0);
    };";

/// Luminance contrast of the page's text to its background (WCAG 2.2, 1.4.3).
const CONTRAST: &str = "
    const luminance = (colour) => {
        const canvas = document.createElement('canvas').getContext('2d');
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((value) => {
            const share = value / 255;
            return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const style = getComputedStyle(document.body);
    const [one, other] = [luminance(style.color), luminance(style.backgroundColor)].sort((a, b) => b - a);
    return (one + 0.05) / (other + 0.05);";

async fn question(browser: &Browser) {
    browser.sign_student_in("Maya Alvarez").await;
    start(browser, "find-your-level").await;
    browser.until("return document.querySelector('[data-tool=line]:not([hidden])') !== null").await;
}

async fn next_question(browser: &Browser) {
    let item = browser.run(FILL_IN).await;
    browser.press("#answer-form button[type=submit]").await;
    browser
        .until(&format!(
            "const page = document.getElementById('question-page');
             return page !== null && page.dataset.item !== {item}"
        ))
        .await;
}

#[tokio::test]
async fn browser_a_question_is_read_aloud_and_a_line_is_followed() {
    let demo = Demo::start().await;
    let browser = Browser::start(&demo.address).await;
    question(&browser).await;
    browser.run(WITHOUT_VOICES).await;
    for _ in 0..2 {
        browser.run("window.said = []").await;
        browser.press("[data-tool=read]").await;
        let pieces = browser.run("return document.querySelectorAll('[data-read]').length").await;
        assert!(pieces.as_u64() > Some(1), "the question and its answers are to be read: {pieces}");
        browser.until(&format!("return window.said.length === {pieces}")).await;
        browser
            .until(
                "return document.querySelector('[data-tool=read]').getAttribute('aria-pressed') === 'false'",
            )
            .await;
        let said = browser.run("return window.said").await;
        let silent = said.as_array().unwrap().iter().any(|words| words.as_str().unwrap().trim().is_empty());
        assert!(!silent, "every piece has words: {said}");
        let unspoken = "return [...document.querySelectorAll('[data-read] math')]
            .filter((math) => !window.said.some((words) => words.includes(math.getAttribute('alttext')))).length";
        assert_eq!(browser.run(unspoken).await, json!(0), "mathematics is said in words: {said}");

        let line = "return document.querySelectorAll('.line-reader').length";
        browser.press("[data-tool=line]").await;
        assert_eq!(browser.run(line).await, json!(1));
        // An order is given by buttons; the fields that stand in for them without scripts are hidden.
        let covers = "const controls = document.querySelectorAll('#answer-form input:not([type=hidden]), #answer-form select, #answer-form button');
            const control = [...controls].find((control) => control.checkVisibility());
            control.focus();
            const box = control.getBoundingClientRect();
            const reader = document.querySelector('.line-reader').getBoundingClientRect();
            const middle = box.top + box.height / 2;
            return reader.top <= middle && middle <= reader.bottom";
        browser.until(covers).await;
        browser.press("[data-tool=line]").await;
        assert_eq!(browser.run(line).await, json!(0));
        // The tools do the same on the next question, which takes the place of this one without a reload.
        next_question(&browser).await;
    }
    browser.close().await;
}

#[tokio::test]
async fn browser_text_size_and_theme_are_chosen_and_kept() {
    let demo = Demo::start().await;
    let browser = Browser::start(&demo.address).await;
    question(&browser).await;
    let size = "return parseFloat(getComputedStyle(document.querySelector('#question-page')).fontSize)";
    let before = browser.run(size).await.as_f64().unwrap();
    browser.press("[data-tool=zoom]").await;
    let after = browser.run(size).await.as_f64().unwrap();
    assert!((after / before - 1.25).abs() < 0.01, "{before} to {after} pixels");
    let mut seen: Vec<Value> = Vec::new();
    for _ in 0..4 {
        browser.press("[data-tool=theme]").await;
        let theme = browser.run("return document.documentElement.dataset.theme").await;
        let contrast = browser.run(CONTRAST).await.as_f64().unwrap();
        let needed = if theme == "contrast" { 15.0 } else { 7.0 };
        assert!(contrast >= needed, "{theme}: {contrast}");
        seen.push(theme);
    }
    seen.sort_by_key(ToString::to_string);
    assert_eq!(json!(seen), json!(["contrast", "cream", "dark", "light"]));
    browser.until("return document.cookie.includes('waymark_theme=')").await;
    let chosen = "return [document.documentElement.dataset.theme, document.documentElement.dataset.zoom]";
    let kept = browser.run(chosen).await;
    browser.client.refresh().await.unwrap();
    browser.until("return document.querySelector('[data-tool=zoom]:not([hidden])') !== null").await;
    assert_eq!(browser.run(chosen).await, kept, "the server remembers them");
    assert_eq!(kept[1], "125");
    browser.close().await;
}
