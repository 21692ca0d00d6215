//! Headless Chromium behind ChromeDriver, and the few things people do with it.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::demo::free_port;
use waymark::delivery::demo::ADULT_PASSWORD;

/// How long a page may take to show what is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A browser with a profile of its own.
pub struct Browser {
    /// Speaks WebDriver.
    pub client: Client,
    address: String,
    driver: Child,
    _profile: TempDir,
}

impl Browser {
    /// A new browser that looks at the server at `address`.
    pub async fn start(address: &str) -> Self {
        Self::start_with(address, &json!({})).await
    }

    /// A new browser whose scripts are switched off, as a person may do in its settings.
    pub async fn start_without_scripts(address: &str) -> Self {
        Self::start_with(address, &json!({ "profile.managed_default_content_settings.javascript": 2 })).await
    }

    async fn start_with(address: &str, preferences: &Value) -> Self {
        let port = free_port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is there: scripts/test installs it");
        let profile = tempfile::tempdir().expect("a temporary folder can be made");
        let mut options = vec![
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,900",
        ];
        let folder = format!("--user-data-dir={}", profile.path().display());
        options.push(&folder);
        let capabilities = json!({ "goog:chromeOptions": { "args": options, "prefs": preferences } });
        let capabilities = capabilities.as_object().expect("it is an object").clone();
        let client = connect(port, capabilities).await;
        Self { client, address: address.to_owned(), driver, _profile: profile }
    }

    /// Ends the session.
    pub async fn close(self) {
        let _ = self.client.clone().close().await;
    }

    /// Opens a path.
    pub async fn open(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.address)).await.expect("the page opens");
    }

    /// The path that is open.
    pub async fn path(&self) -> String {
        self.client.current_url().await.expect("a page is open").path().to_owned()
    }

    /// The text of the page's main part.
    pub async fn text(&self) -> String {
        self.find("main").await.text().await.expect("it has text")
    }

    /// The first element, waited for.
    pub async fn find(&self, css: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("no {css:?} at {}: {error}\n{}", self.path().await, self.source().await),
        }
    }

    /// Every element there is now.
    pub async fn all(&self, css: &str) -> Vec<Element> {
        self.client.find_all(Locator::Css(css)).await.expect("a page is open")
    }

    /// Presses Enter on an element, as somebody without a mouse would.
    pub async fn press(&self, css: &str) {
        let element = self.find(css).await;
        element.send_keys(&String::from(char::from(Key::Enter))).await.expect("it takes a key");
    }

    /// Presses Enter on the link with these words.
    pub async fn follow(&self, words: &str) {
        let link = self.client.wait().at_most(PATIENCE).for_element(Locator::LinkText(words)).await;
        let link = link.unwrap_or_else(|error| panic!("no link {words:?}: {error}"));
        link.send_keys(&String::from(char::from(Key::Enter))).await.expect("it takes a key");
    }

    /// Types into a field.
    pub async fn write(&self, css: &str, text: &str) {
        self.find(css).await.send_keys(text).await.expect("it takes keys");
    }

    /// Waits until a script says true.
    pub async fn until(&self, script: &str) {
        let begun = tokio::time::Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.run(script).await == json!(true) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        panic!("not so in time at {}: {script}\n{}", self.path().await, self.source().await);
    }

    /// What a script returns; nothing while the page is changing.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, vec![]).await.unwrap_or(Value::Null)
    }

    /// Signs an adult in.
    pub async fn sign_adult_in(&self, name: &str) {
        self.sign_out().await;
        self.open("/sign-in/adult").await;
        self.write("input[name=username]", name).await;
        self.write("input[name=password]", ADULT_PASSWORD).await;
        self.press("main form button").await;
        self.until("return location.pathname !== '/sign-in/adult'").await;
    }

    /// Signs a student of the first class in with a PIN.
    pub async fn sign_student_in(&self, name: &str) {
        self.sign_out().await;
        self.open("/").await;
        self.write("#code", waymark::delivery::demo::CLASS_CODES[0]).await;
        self.press("main form button").await;
        let link = format!("//a[contains(., '{name}')]");
        let link = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(&link)).await;
        let link = link.unwrap_or_else(|error| panic!("{name} is not in the list: {error}"));
        link.send_keys(&String::from(char::from(Key::Enter))).await.expect("it takes a key");
        self.write("#secret", waymark::delivery::demo::STUDENT_PIN).await;
        self.press("main form button").await;
        self.until("return location.pathname === '/home'").await;
    }

    /// Forgets who is signed in.
    pub async fn sign_out(&self) {
        self.open("/healthz").await;
        self.client.delete_all_cookies().await.expect("cookies can be deleted");
    }

    async fn source(&self) -> String {
        self.client.source().await.unwrap_or_default().chars().take(3_000).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// ChromeDriver needs a moment before it answers.
async fn connect(port: u16, capabilities: serde_json::Map<String, Value>) -> Client {
    let address = format!("http://127.0.0.1:{port}");
    let begun = tokio::time::Instant::now();
    loop {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        match builder.capabilities(capabilities.clone()).connect(&address).await {
            Ok(client) => return client,
            Err(error) if begun.elapsed() > PATIENCE => panic!("no browser: {error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}
