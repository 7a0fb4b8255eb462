//! Where a service is.
//!
//! Guarantee: secrets travel in TLS; a plain `http` address is taken for loopback alone.
//! Source: the endpoint rules and partitions that AWS publishes with its SDKs.

use crate::Error;
use crate::settings::Settings;
use base::Region;
use http::Uri;
use std::net::IpAddr;

/// Beginnings of Regions' names, and the domains of their partitions: of IPv4, and of both.
const PARTITIONS: &[(&str, &str, &str)] = &[
    ("cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    ("eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
    ("us-iso-", "c2s.ic.gov", "api.aws.ic.gov"),
    ("us-isob-", "sc2s.sgov.gov", "api.aws.scloud"),
    ("eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
    ("us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
    ("", "amazonaws.com", "api.aws"),
];

/// The address of a service.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// The whole address, with the path that calls are posted to.
    pub(crate) uri: Uri,
    /// As the Host header has it.
    pub(crate) host: String,
}

/// Which of AWS's own addresses is meant.
#[derive(Clone, Copy, Default)]
pub(crate) struct Variant {
    pub(crate) fips: bool,
    pub(crate) dual_stack: bool,
}

impl Variant {
    /// As the settings have it.
    pub(crate) fn of(settings: &Settings) -> Result<Self, Error> {
        Ok(Self {
            fips: settings.flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")?,
            dual_stack: settings.flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")?,
        })
    }
}

impl Endpoint {
    /// The address that is configured, else AWS's.
    pub(crate) fn of(service: &str, region: Region, configured: Option<&str>, variant: Variant) -> Result<Self, Error> {
        match configured {
            None => Self::parse(&aws(service, region, variant)),
            Some(_) if variant.fips => Err(refused("FIPS and custom endpoint are not supported")),
            Some(_) if variant.dual_stack => Err(refused("Dualstack and custom endpoint are not supported")),
            Some(url) => Self::parse(url),
        }
    }

    /// An address that somebody wrote.
    pub(crate) fn parse(url: &str) -> Result<Self, Error> {
        let wrong = |why: &str| Error::Configuration(format!("endpoint {url:?}: {why}"));
        if url.contains('@') {
            // What stands before it may be a password, so it is not repeated.
            return Err(Error::Configuration("an endpoint has no user".into()));
        }
        let uri: Uri = url.parse().map_err(|_| wrong("this is no URL"))?;
        let authority = uri.authority().ok_or_else(|| wrong("an endpoint begins with https:// or http://"))?.clone();
        if uri.query().is_some() {
            return Err(wrong("an endpoint has no query"));
        }
        let default_port = match uri.scheme_str() {
            Some("https") => 443,
            Some("http") if is_loopback(authority.host()) => 80,
            Some("http") => return Err(wrong("secrets are sent over http to loopback only; use https")),
            _ => return Err(wrong("an endpoint begins with https:// or http://")),
        };
        let host = match authority.port_u16() {
            Some(port) if port != default_port => authority.to_string(),
            _ => authority.host().to_owned(),
        };
        Ok(Self { uri, host })
    }
}

fn aws(service: &str, region: Region, variant: Variant) -> String {
    let name = region.as_str();
    let (_, ipv4, both) = PARTITIONS.iter().find(|(start, ..)| name.starts_with(start)).unwrap_or(&("", "", ""));
    let domain = if variant.dual_stack { both } else { ipv4 };
    // STS in GovCloud has FIPS at its ordinary address.
    let plain = service == "sts" && name.starts_with("us-gov-") && !variant.dual_stack;
    let fips = if variant.fips && !plain { "-fips" } else { "" };
    format!("https://{service}{fips}.{name}.{domain}/")
}

/// Whether a host is this machine: by its address, or by a name that is reserved for it.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    match bare.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => bare == "localhost" || bare.ends_with(".localhost"),
    }
}

fn refused(why: &str) -> Error {
    Error::Configuration(format!("Invalid Configuration: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(
        service: &str,
        region: &str,
        configured: Option<&str>,
        fips: bool,
        dual_stack: bool,
    ) -> Result<String, Error> {
        let variant = Variant { fips, dual_stack };
        Ok(Endpoint::of(service, region.parse().unwrap(), configured, variant)?.uri.to_string())
    }

    #[test]
    fn aws_is_where_its_rules_say() {
        for (service, region, fips, both, expected) in [
            ("kms", "eu-central-1", false, false, "https://kms.eu-central-1.amazonaws.com/"),
            ("kms", "us-east-1", true, false, "https://kms-fips.us-east-1.amazonaws.com/"),
            ("kms", "us-east-1", false, true, "https://kms.us-east-1.api.aws/"),
            ("kms", "us-east-1", true, true, "https://kms-fips.us-east-1.api.aws/"),
            ("kms", "cn-north-1", false, false, "https://kms.cn-north-1.amazonaws.com.cn/"),
            ("kms", "cn-north-1", false, true, "https://kms.cn-north-1.api.amazonwebservices.com.cn/"),
            ("kms", "us-gov-west-1", true, false, "https://kms-fips.us-gov-west-1.amazonaws.com/"),
            ("sts", "us-gov-west-1", true, false, "https://sts.us-gov-west-1.amazonaws.com/"),
            ("sts", "us-gov-west-1", true, true, "https://sts-fips.us-gov-west-1.api.aws/"),
            ("sts", "eusc-de-east-1", false, false, "https://sts.eusc-de-east-1.amazonaws.eu/"),
            ("kms", "us-iso-east-1", false, false, "https://kms.us-iso-east-1.c2s.ic.gov/"),
            ("kms", "us-isob-east-1", false, false, "https://kms.us-isob-east-1.sc2s.sgov.gov/"),
        ] {
            assert_eq!(of(service, region, None, fips, both).unwrap(), expected);
        }
    }

    #[test]
    fn a_configured_address_goes_with_no_variant() {
        let url = Some("https://kms.example.com");
        assert_eq!(of("kms", "us-east-1", url, false, false).unwrap(), "https://kms.example.com/");
        let error = of("kms", "us-east-1", url, true, false).unwrap_err();
        assert_eq!(error.to_string(), "Invalid Configuration: FIPS and custom endpoint are not supported");
        let error = of("kms", "us-east-1", url, false, true).unwrap_err();
        assert_eq!(error.to_string(), "Invalid Configuration: Dualstack and custom endpoint are not supported");
    }

    #[test]
    fn nothing_goes_in_clear_but_to_loopback() {
        for url in
            ["http://localhost:4566", "http://127.9.9.9/", "http://[::1]:1", "http://kms.localhost", "https://a.b"]
        {
            assert!(Endpoint::parse(url).is_ok(), "{url}");
        }
        for url in [
            "http://kms.example.com",
            "http://10.0.0.1:4566",
            "http://localhost.example.com",
            "ftp://localhost",
            "localhost:4566",
            "/path",
            "https://user:password@host",
            "https://host/?a=b",
            "",
        ] {
            let error = Endpoint::parse(url).unwrap_err().to_string();
            assert!(!error.contains("password"), "{error}");
        }
    }

    #[test]
    fn the_host_names_a_port_that_is_not_the_default() {
        for (url, host) in [
            ("https://kms.example.com:443/", "kms.example.com"),
            ("https://kms.example.com:8443/", "kms.example.com:8443"),
            ("http://127.0.0.1:4566", "127.0.0.1:4566"),
            ("http://[::1]:80", "[::1]"),
        ] {
            assert_eq!(Endpoint::parse(url).unwrap().host, host);
        }
    }
}
