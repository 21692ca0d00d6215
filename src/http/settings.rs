//! What an operator decides about the HTTP side.

use std::time::Duration;

/// Whether cookies travel over HTTPS only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// HTTPS in front: `Secure` cookies with the `__Host-` prefix, and strict transport security.
    Https,
    /// Plain HTTP: a machine of one's own, or the demo.
    Http,
}

/// Where the address of a client is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAddress {
    /// The peer of the connection.
    Peer,
    /// The last entry of `X-Forwarded-For`: exactly one proxy stands in front.
    LastForwardedFor,
}

/// Settings of the HTTP side.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Whether cookies travel over HTTPS only.
    pub transport: Transport,
    /// Where the address of a client is read.
    pub client_address: ClientAddress,
    /// The origin people see, such as `https://waymark.example.org`, when a proxy in front changes the `Host` header.
    pub public_origin: Option<String>,
    /// Largest body a request may have, except where a route says otherwise.
    pub body_bytes_max: usize,
    /// Largest roster or bank file that may be sent.
    pub file_bytes_max: usize,
    /// How many threads serve requests; `None` is one a core.
    pub workers: Option<usize>,
    /// How long running requests may take to end when the server stops.
    pub shutdown_timeout: Duration,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            transport: Transport::Http,
            client_address: ClientAddress::Peer,
            public_origin: None,
            body_bytes_max: 64 * 1024,
            file_bytes_max: 32 * 1024 * 1024,
            workers: None,
            shutdown_timeout: Duration::from_secs(10),
        }
    }
}
