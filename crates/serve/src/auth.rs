//! The bearer token.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use subtle::ConstantTimeEq;

/// Characters of a token, at least.
const MIN_LENGTH: usize = 16;
/// Characters of a token, at most.
const MAX_LENGTH: usize = 1024;

/// A secret that clients must know.
#[derive(Clone)]
pub struct Token(Box<[u8]>);

/// Does not show the secret.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// A text that cannot be a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a token has {MIN_LENGTH} to {MAX_LENGTH} visible ASCII characters and no spaces")]
pub struct InvalidToken;

impl Token {
    /// A token. White space around it is ignored.
    ///
    /// # Errors
    ///
    /// The text is too short or too long, or it has characters that a header cannot have.
    pub fn new(text: &str) -> Result<Self, InvalidToken> {
        let text = text.trim();
        let is_valid = (MIN_LENGTH..=MAX_LENGTH).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        match is_valid {
            true => Ok(Self(text.as_bytes().into())),
            false => Err(InvalidToken),
        }
    }

    /// True if a request has the token: as `Bearer TOKEN`, or as the password of `Basic`, which browsers ask for. The time
    /// does not tell how much of the token was right.
    pub(crate) fn is_in(&self, headers: &HeaderMap) -> bool {
        let Some(value) = headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok()) else {
            return false;
        };
        let Some((scheme, rest)) = value.split_once(' ') else {
            return false;
        };
        let rest = rest.trim();
        if scheme.eq_ignore_ascii_case("bearer") {
            return self.equals(rest.as_bytes());
        }
        let decoded = || {
            let decoded = STANDARD.decode(rest).ok()?;
            let colon = decoded.iter().position(|&byte| byte == b':')?;
            Some(self.equals(decoded.get(colon + 1..)?))
        };
        scheme.eq_ignore_ascii_case("basic") && decoded() == Some(true)
    }

    fn equals(&self, given: &[u8]) -> bool {
        self.0.ct_eq(given).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef";

    fn is_let_in(value: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, value.parse().unwrap());
        Token::new(SECRET).unwrap().is_in(&headers)
    }

    #[test]
    fn lets_in_who_knows_the_token() {
        let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
        assert!(is_let_in(&format!("Bearer {SECRET}")));
        assert!(is_let_in(&format!("bearer  {SECRET} ")));
        assert!(is_let_in(&basic(&format!("anybody:{SECRET}"))));
        assert!(is_let_in(&basic(&format!(":{SECRET}"))));
        for wrong in [
            "".to_owned(),
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
            SECRET.to_owned(),
            format!("Bearer {SECRET}x"),
            format!("Bearer {}", &SECRET[1..]),
            format!("Token {SECRET}"),
            format!("Basic {SECRET}"),
            basic(SECRET),
            basic(&format!("{SECRET}:")),
        ] {
            assert!(!is_let_in(&wrong), "{wrong}");
        }
        assert!(!Token::new(SECRET).unwrap().is_in(&HeaderMap::new()));
    }

    #[test]
    fn refuses_weak_tokens_and_does_not_show_one() {
        for weak in [
            "",
            "short",
            "0123456789abcde",
            "0123456789 abcdef",
            "0123456789abcdeé",
        ] {
            assert!(Token::new(weak).is_err(), "{weak}");
        }
        let token = Token::new(&format!(" {SECRET}\n")).unwrap();
        assert_eq!(format!("{token:?}"), "Token(..)");
    }
}
