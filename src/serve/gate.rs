//! Who may ask for what: every request passes here first.
//!
//! Any page that an author has open in a browser can send requests to this machine, and a name can be
//! made to lead to it at any time (DNS rebinding). So a request must name this server, must not come
//! from another site, and can only read.

use hyper::header::{CONTENT_LENGTH, HOST, HeaderMap, ORIGIN, TRANSFER_ENCODING};
use hyper::{Method, StatusCode, Uri, Version};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What stands before the addresses of the preview itself.
pub const OWN: &str = "/__nutgraf/";

/// To whom this server answers.
#[derive(Clone, Debug)]
pub struct Gate {
    /// The port at which it listens.
    pub port: u16,
    /// The address that was asked for; `None` is this machine alone.
    pub bound: Option<IpAddr>,
    /// Further names, in small letters.
    pub allowed: Vec<String>,
}

/// Why a request is not answered: a status, and words for whoever made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub StatusCode, pub &'static str);

const FOREIGN_HOST: &str = "This preview answers to localhost only.\n\
    To reach it by another name, start it with: nutgraf serve --allow-host NAME\n";
const FOREIGN_SITE: &str = "This preview does not answer to other sites.\n";
const BAD_REQUEST: &str = "This request is not one that a browser sends.\n";
const READ_ONLY: &str = "A preview can only be read: GET and HEAD.\n";

impl Gate {
    /// The decoded path that a request asks for, without its query.
    ///
    /// # Errors
    /// With the answer, where there is none to be had.
    pub fn admit(
        &self,
        method: &Method,
        version: Version,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<String, Refusal> {
        let bad = || Refusal(StatusCode::BAD_REQUEST, BAD_REQUEST);
        if uri.scheme().is_some() || uri.authority().is_some() || !uri.path().starts_with('/') {
            return Err(bad());
        }
        let mut hosts = headers.get_all(HOST).iter();
        let host = match (hosts.next(), hosts.next()) {
            (Some(host), None) => host.to_str().map_err(|_| bad())?,
            (None, _) if version == Version::HTTP_10 => "",
            _ => return Err(bad()),
        };
        if !self.answers_to(host) {
            return Err(Refusal(StatusCode::MISDIRECTED_REQUEST, FOREIGN_HOST));
        }
        if method != Method::GET && method != Method::HEAD {
            return Err(Refusal(StatusCode::METHOD_NOT_ALLOWED, READ_ONLY));
        }
        let length = headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0");
        if length || headers.contains_key(TRANSFER_ENCODING) {
            return Err(bad());
        }
        let path = decode(uri.path()).ok_or_else(bad)?;
        let foreign = || Refusal(StatusCode::FORBIDDEN, FOREIGN_SITE);
        if let Some(origin) = headers.get(ORIGIN) {
            let own = origin.to_str().ok().and_then(|origin| origin.strip_prefix("http://"));
            if !own.is_some_and(|own| own.eq_ignore_ascii_case(host)) {
                return Err(foreign());
            }
        }
        let fetch = |name: &str| headers.get(name).map(|value| value.as_bytes());
        if fetch("sec-fetch-site").is_some_and(|site| site != b"same-origin" && site != b"none") {
            // A link to a page may be followed from anywhere; nothing else may be had.
            let navigates = fetch("sec-fetch-mode") == Some(b"navigate")
                && fetch("sec-fetch-dest") == Some(b"document")
                && !path.starts_with(OWN);
            if !navigates {
                return Err(foreign());
            }
        }
        Ok(path)
    }

    /// Whether a `Host` header names this server.
    fn answers_to(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            // The colons of an address in brackets are its own.
            Some((name, port)) if !port.contains(']') => (name, Some(port)),
            _ => (host, None),
        };
        let name = name.to_ascii_lowercase();
        if self.allowed.contains(&name) {
            return true;
        }
        let port_fits = match port {
            Some(port) => port.bytes().all(|b| b.is_ascii_digit()) && port.parse() == Ok(self.port),
            None => self.port == 80,
        };
        if !port_fits {
            return false;
        }
        if name == "localhost" || name.strip_suffix(".localhost").is_some_and(|sub| !sub.is_empty()) {
            return true;
        }
        let address = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            Some(inside) => inside.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
            None => name.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
        };
        let Some(address) = address else { return false };
        let home = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        // An address cannot be made to lead elsewhere, as a name can. Bound to all of them, the server
        // cannot tell which are its own.
        home.contains(&address) || self.bound.is_some_and(|bound| bound == address || bound.is_unspecified())
    }
}

/// A path with its percent escapes resolved; `None` where it holds what no address of a site does.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || (rest.next()? as char).to_digit(16);
                let byte = (digit()? * 16 + digit()?) as u8;
                if byte == b'/' {
                    return None;
                }
                byte
            }
            byte => byte,
        });
    }
    let path = String::from_utf8(bytes).ok()?;
    (!path.chars().any(|c| c.is_control() || c == '\\' || c == '#')).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> Gate {
        Gate { port: 4180, bound: None, allowed: vec!["box.test".to_owned()] }
    }

    fn admitted(method: &str, target: &str, headers: &[(&str, &str)]) -> Result<String, u16> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name = hyper::header::HeaderName::from_bytes(name.as_bytes()).unwrap();
            map.append(name, value.parse().unwrap());
        }
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let Ok(uri) = target.parse::<Uri>() else { return Err(400) };
        gate().admit(&method, Version::HTTP_11, &uri, &map).map_err(|refusal| refusal.0.as_u16())
    }

    #[test]
    fn only_a_host_of_this_machine_is_answered() {
        let check = |host: &str, expected: Result<(), u16>| {
            assert_eq!(admitted("GET", "/", &[("host", host)]).map(|_| ()), expected, "{host:?}");
        };
        for fine in ["localhost:4180", "LocalHost:4180", "a.localhost:4180", "127.0.0.1:4180", "[::1]:4180"] {
            check(fine, Ok(()));
        }
        check("box.test:8080", Ok(()));
        for foreign in [
            "evil.example",
            "localhost.evil.example:4180",
            "127.0.0.1.evil.example:4180",
            "evillocalhost:4180",
            ".localhost:4180",
            "localhost",
            "localhost:4181",
            "localhost:+4180",
            "2130706433:4180",
            "0x7f.1:4180",
            "192.168.0.9:4180",
            "[::2]:4180",
            "",
            "file:x",
        ] {
            check(foreign, Err(421));
        }
        assert_eq!(admitted("GET", "/", &[]), Err(400));
        assert_eq!(admitted("GET", "/", &[("host", "localhost:4180"), ("host", "evil.example")]), Err(400));
    }

    #[test]
    fn other_sites_get_nothing_but_a_page_to_look_at() {
        let check = |headers: &[(&str, &str)], target: &str, expected: Result<(), u16>| {
            let mut all = vec![("host", "localhost:4180")];
            all.extend(headers);
            assert_eq!(admitted("GET", target, &all).map(|_| ()), expected, "{headers:?} {target}");
        };
        check(&[("origin", "http://localhost:4180")], "/", Ok(()));
        for origin in ["null", "http://evil.example", "https://localhost:4180", "http://localhost:3000", "x"]
        {
            check(&[("origin", origin)], "/", Err(403));
        }
        check(&[("sec-fetch-site", "same-origin")], "/static/a.js", Ok(()));
        check(&[("sec-fetch-site", "none")], "/", Ok(()));
        for site in ["cross-site", "same-site"] {
            let site = ("sec-fetch-site", site);
            check(&[site, ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "script")], "/a.js", Err(403));
            check(&[site], "/", Err(403));
            let navigation = [site, ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
            check(&navigation, "/explainers/a/", Ok(()));
            check(&navigation, "/__nutgraf/about/", Err(403));
            check(&[site, ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")], "/", Err(403));
        }
    }

    #[test]
    fn a_path_is_decoded_once_or_refused() {
        let check = |target: &str, expected: Result<&str, u16>| {
            let host = [("host", "localhost:4180")];
            assert_eq!(admitted("GET", target, &host).as_deref().map_err(|e| *e), expected, "{target}");
        };
        check("/a%20b/?q=%zz", Ok("/a b/"));
        check("/caf%C3%A9/", Ok("/café/"));
        check("/%252e%252e/", Ok("/%2e%2e/"));
        check("/../../etc/passwd", Ok("/../../etc/passwd"));
        for bad in [
            "/%",
            "/%2",
            "/%zz",
            "/%00",
            "/%0d%0a",
            "/%7f",
            "/%c0%ae%c0%ae/",
            "/%ff",
            "/%5c..%5c",
            "/a%2fb",
            "/%23",
            "*",
            "http://localhost:4180/",
            "evil.example:80",
        ] {
            check(bad, Err(400));
        }
    }

    #[test]
    fn nothing_can_be_sent() {
        let host = ("host", "localhost:4180");
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND"] {
            assert_eq!(admitted(method, "/", &[host]), Err(405), "{method}");
        }
        assert!(admitted("HEAD", "/", &[host, ("content-length", "0")]).is_ok());
        assert_eq!(admitted("GET", "/", &[host, ("content-length", "5")]), Err(400));
        assert_eq!(admitted("GET", "/", &[host, ("transfer-encoding", "chunked")]), Err(400));
    }
}
