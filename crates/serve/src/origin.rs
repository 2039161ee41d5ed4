//! Keeps pages of other sites away.
//!
//! A browser lets any page send requests to this machine. Three checks keep them from the archive:
//!
//! - `Host` must be an address of the service or a name that it was given. Otherwise a page whose own name suddenly
//!   leads to this machine (DNS rebinding) could read answers.
//! - `Origin`, which browsers send with all requests of scripts that change something, must be the service itself.
//! - `Sec-Fetch-Site`, where a browser sends it, must not be another site, unless the user follows a link to a page.
//!
//! No answer has headers that share it with other sites (CORS), and a body must be JSON, which no form can send.

use crate::problem::Problem;
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, Uri};
use std::net::{IpAddr, SocketAddr};

/// The names of the service.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    address: SocketAddr,
    names: Vec<String>,
}

impl Names {
    /// `names`: those that it has besides its address and `localhost`.
    pub(crate) fn new(address: SocketAddr, names: &[String]) -> Self {
        Self {
            address,
            names: names.iter().map(|name| name.to_lowercase()).collect(),
        }
    }

    /// Refuses requests that are not for this service, and those of pages of other sites.
    pub(crate) fn check(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<(), Problem> {
        let mut hosts = headers.get_all(HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok());
        let host = host
            .filter(|_| hosts.next().is_none())
            .ok_or_else(Problem::host)?;
        let authority: Authority = host.parse().map_err(|_| Problem::host())?;
        let is_own = |authority: &Authority| self.is_own(authority.host());
        if !is_own(&authority) || !uri.authority().is_none_or(is_own) {
            return Err(Problem::host());
        }
        for origin in headers.get_all(ORIGIN) {
            let site = origin.to_str().ok().and_then(site);
            if !site.is_some_and(|site| site.eq_ignore_ascii_case(host)) {
                return Err(Problem::origin());
            }
        }
        match is_of_other_site(headers) && !is_link(method, uri, headers) {
            true => Err(Problem::origin()),
            false => Ok(()),
        }
    }

    fn is_own(&self, host: &str) -> bool {
        let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
        if let Ok(address) = bare.unwrap_or(host).parse::<IpAddr>() {
            let own = self.address.ip();
            return own.is_unspecified() || address == own || address.is_loopback();
        }
        let host = host.to_lowercase();
        host == "localhost" || self.names.contains(&host)
    }
}

/// The host and port of an origin. `None` for `null` and others that are no site.
fn site(origin: &str) -> Option<&str> {
    let (scheme, site) = origin.split_once("://")?;
    (scheme == "http" || scheme == "https").then_some(site)
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn is_of_other_site(headers: &HeaderMap) -> bool {
    !matches!(
        header(headers, "sec-fetch-site"),
        None | Some("same-origin" | "none")
    )
}

/// True if the user followed a link to a page.
fn is_link(method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
    method == Method::GET
        && !uri.path().starts_with("/v1/")
        && header(headers, "sec-fetch-mode") == Some("navigate")
        && header(headers, "sec-fetch-dest") == Some("document")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(listen: &str, method: Method, path: &str, headers: &[(&'static str, &str)]) -> bool {
        let names = Names::new(listen.parse().unwrap(), &["News.example".to_owned()]);
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        names.check(&method, &path.parse().unwrap(), &map).is_ok()
    }

    #[test]
    fn host_is_an_own_address_or_name() {
        let host = |listen: &str, host: &str| check(listen, Method::GET, "/", &[("host", host)]);
        for own in [
            "127.0.0.1:8080",
            "127.0.0.1",
            "localhost:8080",
            "LOCALHOST:9000",
            "[::1]:8080",
            "news.example",
            "NEWS.EXAMPLE:443",
        ] {
            assert!(host("127.0.0.1:8080", own), "{own}");
        }
        for foreign in [
            "evil.example:8080",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "10.0.0.5:8080",
            "user@evil.example",
            "",
            "a b",
            "[::1",
        ] {
            assert!(!host("127.0.0.1:8080", foreign), "{foreign}");
        }
        assert!(host("10.0.0.5:8080", "10.0.0.5:8080"));
        assert!(!host("10.0.0.5:8080", "10.0.0.6:8080"));
        assert!(host("0.0.0.0:8080", "10.0.0.6:8080"));
        assert!(!host("0.0.0.0:8080", "evil.example"));
        let listen = "127.0.0.1:8080";
        assert!(!check(listen, Method::GET, "/", &[]));
        let twice = [("host", "localhost"), ("host", "evil.example")];
        assert!(!check(listen, Method::GET, "/", &twice));
        let absolute = "http://evil.example/v1/healthz";
        assert!(!check(
            listen,
            Method::GET,
            absolute,
            &[("host", "localhost")]
        ));
    }

    #[test]
    fn origin_is_the_service_itself() {
        let origin = |origin: &str| {
            let headers = [("host", "localhost:8080"), ("origin", origin)];
            check("127.0.0.1:8080", Method::POST, "/v1/documents", &headers)
        };
        assert!(origin("http://localhost:8080"));
        assert!(origin("https://LOCALHOST:8080"));
        for foreign in [
            "null",
            "",
            "http://localhost",
            "http://localhost:3000",
            "http://127.0.0.1:8080",
            "http://evil.example",
            "ftp://localhost:8080",
            "localhost:8080",
        ] {
            assert!(!origin(foreign), "{foreign}");
        }
    }

    #[test]
    fn other_sites_can_only_link_to_pages() {
        let fetch = |method: Method, path: &str, site: &str, mode: &str, dest: &str| {
            let headers = [
                ("host", "localhost"),
                ("sec-fetch-site", site),
                ("sec-fetch-mode", mode),
                ("sec-fetch-dest", dest),
            ];
            check("127.0.0.1:8080", method, path, &headers)
        };
        let get = || Method::GET;
        assert!(fetch(
            get(),
            "/v1/documents/a",
            "same-origin",
            "cors",
            "empty"
        ));
        assert!(fetch(
            get(),
            "/v1/documents/a",
            "none",
            "navigate",
            "document"
        ));
        assert!(fetch(get(), "/", "cross-site", "navigate", "document"));
        assert!(!fetch(get(), "/", "cross-site", "navigate", "iframe"));
        assert!(!fetch(get(), "/", "cross-site", "no-cors", "script"));
        assert!(!fetch(get(), "/", "same-site", "no-cors", "image"));
        assert!(!fetch(
            get(),
            "/v1/documents/a",
            "cross-site",
            "navigate",
            "document"
        ));
        assert!(!fetch(
            Method::POST,
            "/",
            "cross-site",
            "navigate",
            "document"
        ));
    }
}
