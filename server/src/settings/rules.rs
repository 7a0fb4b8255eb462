//! What settings must be together.

use super::setting::Program;
use super::typed::{ClientAuth, ListenerSettings, Settings};
use crate::control::is_loopback;
use std::fs::File;
use std::path::Path;

/// Refuses settings that cannot be honoured together.
pub(super) fn check(settings: &Settings) -> Result<(), String> {
    if settings.listeners.is_empty() {
        return Err("listen: names no address".into());
    }
    if primitives::linkage::is_static() && settings.pkcs11_module.is_some() {
        return Err(
            "pkcs11_module: a static binary cannot load modules: use the dynamic one, which is in the .deb".into()
        );
    }
    match settings.program {
        Program::Dev => dev(settings),
        Program::Serve => serve(settings),
    }
}

/// A line for each file that settings name and that cannot be read by who asks. A server that starts as another user may
/// read others, so that these are no errors.
pub fn unreadable(settings: &Settings) -> Vec<String> {
    let tls = &settings.tls;
    let one = [
        ("tls.certificate", &tls.certificate),
        ("tls.key", &tls.key),
        ("tls.client_ca", &tls.client_ca),
        ("tls.client_crl", &tls.client_crl),
        ("pkcs11_module", &settings.pkcs11_module),
        ("seed", &settings.dev.seed),
    ];
    let one = one.into_iter().filter_map(|(key, path)| Some((key, path.as_deref()?)));
    let roots = settings.attestation_roots.iter().map(|path| ("attestation_roots", path.as_path()));
    let seals = settings.seal.iter().filter_map(|seal| seal.strip_prefix("file:"));
    // `dev` makes its seal where there is none.
    let seals = seals.filter(|_| settings.program == Program::Serve).map(|path| ("seal", Path::new(path)));
    let problem = |(key, path): (&str, &Path)| {
        let error = File::open(path).err()?;
        Some(format!("{key}: {}: {error}", path.display()))
    };
    one.chain(roots).chain(seals).filter_map(problem).collect()
}

fn dev(settings: &Settings) -> Result<(), String> {
    let [ListenerSettings { address, .. }] = settings.listeners.as_slice() else {
        return Err("--listen: dev listens on one address".into());
    };
    let dev = &settings.dev;
    if !is_loopback(address.ip()) {
        let lax = [("--open", dev.open), ("--soft", dev.soft)].into_iter().find(|(_, on)| *on);
        if let Some((option, _)) = lax {
            return Err(format!("{option} is refused when listening beyond loopback ({address})"));
        }
        if dev.seed.is_none() {
            return Err(format!(
                "listening beyond loopback ({address}) needs --seed FILE with credentials of your own: \
                 without a seed they would be the well-known test/test"
            ));
        }
    }
    if dev.open && dev.account.is_some() {
        return Err("--account has no effect with --open: there the access key names the account".into());
    }
    let store = settings.store.is_some() || settings.store_file.is_some();
    match (store, settings.seal.is_empty(), settings.data.is_none()) {
        (true, true, _) => Err("--store needs --seal file:PATH: what protects the root key".into()),
        (true, _, true) => Err("--store needs --data DIR for the audit log and the CA".into()),
        (false, false, true) => Err("--seal needs --data or --store: state in memory has no seal".into()),
        _ => Ok(()),
    }
}

fn serve(settings: &Settings) -> Result<(), String> {
    let tls = &settings.tls;
    if tls.certificate.is_some() != tls.key.is_some() {
        let (given, missing) =
            if tls.key.is_none() { ("tls.certificate", "tls.key") } else { ("tls.key", "tls.certificate") };
        return Err(format!("{given} is given without {missing}; both or neither"));
    }
    for (number, listener) in settings.listeners.iter().enumerate() {
        let address = listener.address;
        if listener.plain && !is_loopback(address.ip()) {
            return Err(format!("listeners: plain HTTP is refused beyond loopback ({address})"));
        }
        if listener.plain && listener.client_auth != ClientAuth::Off {
            return Err(format!("listeners: {address} is plain, and without TLS there is no client_auth"));
        }
        if listener.client_auth != ClientAuth::Off && tls.client_ca.is_none() {
            return Err(format!("listeners: {address} has client_auth, which needs tls.client_ca"));
        }
        if listener.proxy_protocol && settings.trusted_proxies.is_empty() {
            return Err(format!("listeners: {address} has proxy_protocol, which needs proxy.trusted"));
        }
        // Port 0 is another port each time.
        let twice = settings.listeners.iter().take(number).any(|other| other.address == address);
        if twice && address.port() != 0 {
            return Err(format!("listeners: {address} is given twice"));
        }
    }
    if tls.client_crl.is_some() && tls.client_ca.is_none() {
        return Err("tls.client_crl is given without tls.client_ca, whose lists it holds".into());
    }
    if settings.process.group.is_some() && settings.process.user.is_none() {
        return Err("process.group is given without process.user".into());
    }
    Ok(())
}
