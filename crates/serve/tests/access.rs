//! Who may use the service: not pages of other sites, and where there is a token, only those who know it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use dedupe_serve::{Limits, ServeError, Server, Settings, Token};
use serde_json::json;
use support::Running;
use support::client::{Answer, get, posting, request, send};

const TOKEN: &str = "a-token-of-some-length";

fn settings(listen: &str) -> Settings {
    Settings {
        listen: listen.parse().unwrap(),
        token: None,
        hosts: vec![],
        limits: Limits::default(),
    }
}

#[test]
fn other_machines_need_a_token() {
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let refused = Server::bind(settings(listen)).err().unwrap();
        assert!(matches!(refused, ServeError::NoToken(_)), "{refused}");
    }
    let with_token = Settings {
        token: Some(Token::new(TOKEN).unwrap()),
        ..settings("0.0.0.0:0")
    };
    assert!(Server::bind(with_token).is_ok());
    let taken = Server::bind(settings("127.0.0.1:0")).unwrap();
    let again = Server::bind(settings(&taken.address().to_string()));
    assert!(matches!(again.err().unwrap(), ServeError::Listen(..)));
}

#[test]
fn a_token_is_asked_for_everywhere_but_for_the_health() {
    let service = Running::start(|settings| settings.token = Some(Token::new(TOKEN).unwrap()));
    let at = service.address;
    assert_eq!(get(at, "/v1/healthz").status, 200);
    let bearer = format!("Bearer {TOKEN}");
    let document = json!({"id": "a", "text": "t"}).to_string();
    for path in [
        "/",
        "/page.css",
        "/stories/a",
        "/v1/documents/a",
        "/v1/clusters/a",
        "/v1/metrics",
        "/v1/openapi.json",
        "/v1/nothing",
    ] {
        let refused = get(at, path);
        assert_eq!(
            (refused.status, &*refused.code()),
            (401, "unauthorized"),
            "{path}"
        );
        let scheme = if path.starts_with("/v1/") {
            "Bearer"
        } else {
            "Basic"
        };
        assert!(
            refused
                .header("www-authenticate")
                .unwrap()
                .starts_with(scheme),
            "{path}"
        );
        let wrong = send(
            at,
            &request(
                "GET",
                path,
                &[("Authorization", "Bearer a-token-of-some-lengtH")],
            ),
        );
        assert_eq!(wrong.unwrap().status, 401, "{path}");
        let let_in = send(at, &request("GET", path, &[("Authorization", &bearer)])).unwrap();
        assert!(
            [200, 404].contains(&let_in.status),
            "{path}: {}",
            let_in.status
        );
    }
    let post = |headers: &[(&str, &str)]| {
        send(at, &posting("/v1/documents", headers, document.as_bytes())).unwrap()
    };
    assert_eq!(post(&[]).status, 401);
    assert_eq!(post(&[("Authorization", &bearer)]).status, 201);
    assert_eq!(
        send(at, &request("DELETE", "/v1/documents/a", &[]))
            .unwrap()
            .status,
        401
    );
    assert_eq!(service.finish().ids(), ["a"]);
}

/// The answers to a request that posts a document, and to one that reads it, with these headers.
fn both(service: &Running, headers: &[(&str, &str)]) -> [Answer; 2] {
    let document = json!({"id": "a", "text": "t"}).to_string();
    let posted = send(
        service.address,
        &posting("/v1/documents", headers, document.as_bytes()),
    );
    let read = send(
        service.address,
        &request("GET", "/v1/openapi.json", headers),
    );
    [posted.unwrap(), read.unwrap()]
}

#[test]
fn pages_of_other_sites_cannot_use_the_service() {
    let service = Running::start(|settings| settings.hosts = vec!["news.example".to_owned()]);
    let port = service.address.port();
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        "127.0.0.1.evil.example".to_owned(),
    ] {
        for refused in both(&service, &[("Host", &host)]) {
            assert_eq!((refused.status, &*refused.code()), (421, "host"));
        }
    }
    let own = format!("127.0.0.1:{port}");
    for origin in ["http://evil.example", "null", "http://localhost:1"] {
        for refused in both(&service, &[("Host", &own), ("Origin", origin)]) {
            assert_eq!((refused.status, &*refused.code()), (403, "origin"));
        }
    }
    for site in ["cross-site", "same-site"] {
        for refused in both(
            &service,
            &[("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", "no-cors")],
        ) {
            assert_eq!((refused.status, &*refused.code()), (403, "origin"));
        }
    }
    assert!(service.archive.ids().is_empty());
    let no_host = send(service.address, b"GET /v1/openapi.json HTTP/1.0\r\n\r\n").unwrap();
    assert_eq!(no_host.status, 421);
    let same = format!("http://{own}");
    let [posted, read] = both(&service, &[("Host", &own), ("Origin", &same)]);
    assert_eq!((posted.status, read.status), (201, 200));
    let [posted, read] = both(
        &service,
        &[("Host", "news.example"), ("Origin", "https://news.example")],
    );
    assert_eq!((posted.status, read.status), (200, 200));
    for answer in [posted, read] {
        for (name, value) in [
            ("access-control-allow-origin", None),
            ("cross-origin-resource-policy", Some("same-origin")),
            ("x-content-type-options", Some("nosniff")),
            (
                "content-security-policy",
                Some("default-src 'none'; frame-ancestors 'none'"),
            ),
            ("cache-control", Some("no-store")),
        ] {
            assert_eq!(answer.header(name), value, "{name}");
        }
    }
    drop(service.finish());
}
