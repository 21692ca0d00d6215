//! The address a request is counted under.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::HttpRequest;

use super::settings::ClientAddress;

/// The address of the machine that asks, as far as it may be believed.
///
/// IPv6 addresses are cut to their /64, which one household or school holds as a whole.
#[must_use]
pub fn of(request: &HttpRequest, source: ClientAddress) -> IpAddr {
    let peer = request.peer_addr().map(|address| address.ip());
    let address = match source {
        ClientAddress::Peer => peer,
        ClientAddress::LastForwardedFor => last_forwarded_for(request).or(peer),
    };
    network(address.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)))
}

/// The entry the proxy in front added itself; earlier ones are whatever the client cared to write.
fn last_forwarded_for(request: &HttpRequest) -> Option<IpAddr> {
    let value = request.headers().get_all("x-forwarded-for").last()?;
    value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => IpAddr::V4(mapped),
            None => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        },
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn check(forwarded: &str, source: ClientAddress, expected: &str) {
        let request = TestRequest::default()
            .peer_addr("192.0.2.1:4000".parse().unwrap())
            .insert_header(("x-forwarded-for", forwarded))
            .to_http_request();
        assert_eq!(of(&request, source), expected.parse::<IpAddr>().unwrap());
    }

    #[test]
    fn a_forwarded_address_is_believed_only_behind_a_named_proxy() {
        check("198.51.100.7", ClientAddress::Peer, "192.0.2.1");
        check("198.51.100.7", ClientAddress::LastForwardedFor, "198.51.100.7");
    }

    #[test]
    fn only_the_entry_of_the_nearest_proxy_counts() {
        check("203.0.113.9, 198.51.100.7", ClientAddress::LastForwardedFor, "198.51.100.7");
    }

    #[test]
    fn ipv6_neighbours_share_one_count() {
        check("2001:db8:1:2:3:4:5:6", ClientAddress::LastForwardedFor, "2001:db8:1:2::");
    }
}
