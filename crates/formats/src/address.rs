//! Addresses of web pages.

/// The host of an address, without `www.` and without the port. `None` for text that is no address.
///
/// ```
/// use dedupe_formats::host;
/// assert_eq!(host("https://WWW.herald.example:8443/a?b"), Some("herald.example"));
/// assert_eq!(host("herald.example"), None);
/// ```
#[must_use]
pub fn host(address: &str) -> Option<&str> {
    let (_, rest) = address.trim().split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    };
    let www = host.get(..4).filter(|www| www.eq_ignore_ascii_case("www."));
    let host = www.map_or(host, |www| host.get(www.len()..).unwrap_or_default());
    Some(host).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_has_no_port_no_user_and_no_www() {
        for (address, expected) in [
            ("https://a.example/1", Some("a.example")),
            (" http://www.a.example", Some("a.example")),
            ("http://Www.A.example:80?b", Some("A.example")),
            ("http://user:secret@a.example:8080/", Some("a.example")),
            ("http://[2001:db8::1]:8080/", Some("[2001:db8::1]")),
            ("http://[2001:db8::1]/", Some("[2001:db8::1]")),
            ("http://a.example:/", Some("a.example")),
            ("http://wwwa.example#c", Some("wwwa.example")),
            ("http://www./", None),
            ("http://", None),
            ("a.example/1", None),
        ] {
            assert_eq!(host(address), expected, "{address}");
        }
    }
}
