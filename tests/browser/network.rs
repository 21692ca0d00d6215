//! A network that comes and goes: the answer is kept on the page, and sent when the server is back.

use serde_json::json;

use super::demo::Demo;
use super::driver::Browser;
use super::journey::{FILL_IN, start};

const ITEM: &str = "return document.getElementById('question-page').dataset.item";
const KEPT: &str =
    "return Object.keys(localStorage).filter((name) => name.startsWith('waymark-answer:')).length";

#[tokio::test]
async fn browser_an_answer_given_while_the_server_is_away_is_kept_and_sent_when_it_is_back() {
    let mut demo = Demo::start().await;
    let browser = Browser::start(&demo.address).await;
    browser.sign_student_in("Maya Alvarez").await;
    start(&browser, "find-your-level").await;
    browser.until("return document.getElementById('answer-form') !== null").await;
    let item = browser.run(FILL_IN).await;

    demo.stop();
    browser.press("#answer-form button[type=submit]").await;
    browser.until("return document.getElementById('status').textContent.includes('kept here')").await;
    assert_eq!(browser.run(ITEM).await, item, "the question stays");
    assert_eq!(browser.run(KEPT).await, json!(1), "and so does the answer");

    demo.start_again().await;
    browser
        .until(&format!(
            "const page = document.getElementById('question-page');
             return page !== null && page.dataset.item !== {item}"
        ))
        .await;
    assert_eq!(browser.run(KEPT).await, json!(0), "nothing waits any more");
    let answered = browser
        .client
        .execute_async(
            "const done = arguments[arguments.length - 1];
             fetch(`/api/v1/attempts/${document.getElementById('question-page').dataset.attempt}/step`,
                 { credentials: 'same-origin' }).then(async (response) => done(await response.json()));",
            vec![],
        )
        .await
        .unwrap();
    assert_eq!(answered["answered"], 1, "it was taken once: {answered}");
    browser.close().await;
}

#[tokio::test]
async fn browser_a_draft_is_there_again_after_a_reload() {
    let demo = Demo::start().await;
    let browser = Browser::start(&demo.address).await;
    browser.sign_student_in("Maya Alvarez").await;
    start(&browser, "find-your-level").await;
    browser.until("return document.getElementById('answer-form') !== null").await;
    browser.run(FILL_IN).await;
    let given = "return JSON.stringify([...new FormData(document.getElementById('answer-form'))]
        .filter(([name]) => name !== 'csrf'))";
    let draft = browser.run(given).await;
    browser.run("document.getElementById('answer-form').dispatchEvent(new Event('input'))").await;
    browser.client.refresh().await.unwrap();
    browser.until("return document.getElementById('answer-form') !== null").await;
    browser.until(&format!("return (() => {{ {given} }})() === {draft}")).await;
    browser.close().await;
}
