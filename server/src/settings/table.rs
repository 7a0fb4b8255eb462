//! Every setting, once: its key, what it takes, its default, what it is for, and where its value goes.
//!
//! Adding one is an entry here and a field in [`Settings`](super::Settings); the file, the environment, the flags, `fastness
//! config` and the guide's page follow. At the top stand the settings without a section, since TOML wants them first.

use super::Program;
use super::parse::{self, LISTENER, Words};
use super::setting::{Setting, Shape, setting};
use super::typed::{ListenerSettings, LogFormat, LogLevel, MemoryLock, MinimumTls, Settings, SyscallFilter};
use base::{Invalid, Secret};

const fn number(least: u64, most: u64) -> Shape {
    Shape::Number { least, most }
}

fn set<T>(place: &mut T, value: Result<T, String>) -> Result<(), String> {
    *place = value?;
    Ok(())
}

fn some<T>(place: &mut Option<T>, value: Result<T, String>) -> Result<(), String> {
    *place = Some(value?);
    Ok(())
}

/// The settings, section by section.
pub const SETTINGS: &[Setting] = &[
    setting("listen", Shape::List, "ADDRESS:PORT", |s, v| {
        set(&mut s.listeners, v.each(|word| parse::address(word).map(ListenerSettings::at)))
    })
    .flag("listen")
    .default("[\"127.0.0.1:4566\"]")
    .example("[\"0.0.0.0:443\", \"[::]:443\"]")
    .doc(
        "Where to listen; may be repeated (`serve`).\n\
         `dev` answers HTTP and TLS on its one address, and needs a seed beyond loopback; `serve` answers TLS only.\n\
         Listeners with more to say stand in [[listeners]]. [::] takes IPv4 too, unless another one has that port there.",
    ),
    setting("data", Shape::Text, "DIR", |s, v| some(&mut s.data, v.path()))
        .flag("data")
        .example("\"/var/lib/fastness\"")
        .doc(
            "Directory that keeps state, audit log and certificates.\n\
             `serve` needs one, made by `fastness init`; without one the state of `dev` is in memory.",
        ),
    setting("store", Shape::Text, "URL", |s, v| {
        s.store_file = None;
        some(&mut s.store, parse::store(v.one()).map(Secret::new))
    })
    .flag("store")
    .secret()
    .example("\"postgres://fastness@db.example/fastness\"")
    .doc(
        "State in PostgreSQL instead of in the data directory: postgres://USER:PASSWORD@HOST/DATABASE.\n\
         A password is best kept out of command lines, which other users can see: use the environment or `store_file`.",
    ),
    setting("store_file", Shape::Text, "FILE", |s, v| {
        s.store = None;
        some(&mut s.store_file, v.path())
    })
    .example("\"/run/credentials/fastness.service/store\"")
    .doc(
        "A file that holds the URL of `store`, such as a credential of systemd or a container's secret.\n\
         Read once, at the start.",
    ),
    setting("store_cache_mib", number(1, 65_536), "MIB", |s, v| {
        set(&mut s.store_cache, v.number::<usize>().map(|mib| mib << 20))
    })
    .default("16")
    .example("256")
    .doc("Memory for the cache of the embedded store; the system's page cache holds the rest."),
    setting("seal", Shape::List, "LOCATOR", seal).flag("seal").example("[\"file:/etc/fastness/seal.key\"]").doc(
        "What opens the root key: file:PATH, credential:NAME, env:NAME, pkcs11:… or kms:ARN; may be repeated (`serve`).\n\
             `serve` tries these after those that its store names, or alone over PostgreSQL, and else starts sealed.\n\
             `dev` takes one file, made when absent; without it that is DIR/dev-seal.key.",
    ),
    setting("account", Shape::Text, "ID", |s, v| {
        some(&mut s.dev.account, v.one().parse().map_err(|error: Invalid| error.0.to_owned()))
    })
    .flag("account")
    .dev()
    .example("\"111122223333\"")
    .doc("Account of the credentials that are printed [without it: 000000000000]."),
    setting("region", Shape::Text, "REGION", |s, v| {
        set(&mut s.region, v.one().parse().map_err(|error: Invalid| error.0.to_owned()))
    })
    .flag("region")
    .default("\"us-east-1\"")
    .example("\"eu-central-1\"")
    .doc("Region that the server is at home in.\n\
         Calls to other Regions are served all the same."),
    setting("quotas", Shape::Choice(&["aws", "off"]), "aws|off", |s, v| {
        s.quotas = v.one() == "aws";
        Ok(())
    })
    .flag("quotas")
    .default("\"aws\"")
    .example("\"off\"")
    .live()
    .doc("Request quotas as AWS has them, or none."),
    setting("quota", Shape::List, "SERVICE:NAME=VALUE", |s, v| {
        // One source after the other, so that those that count more win name by name.
        s.quota.extend(v.each(parse::quota)?);
        Ok(())
    })
    .flag("quota")
    .example("[\"kms:CreateKey=50\", \"kms:L-C2F1777E=10\"]")
    .live()
    .doc("Another value of a quota, for all accounts, by its operation, code or name; may be repeated."),
    setting("pkcs11_module", Shape::Text, "PATH", |s, v| some(&mut s.pkcs11_module, v.path()))
        .flag("pkcs11-module")
        .example("\"/usr/lib/softhsm/libsofthsm2.so\"")
        .doc(
            "The PKCS#11 module whose tokens keep keys of AWS_CLOUDHSM key stores, and seals that name no module.\n\
             A process of its own loads it.",
        ),
    setting("xks_proxy", Shape::Text, "ADDRESS:PORT", |s, v| some(&mut s.xks_proxy, parse::address(v.one())))
        .flag("xks-proxy")
        .example("\"127.0.0.1:4567\"")
        .doc("Where a KMS elsewhere uses keys that are kept here, TLS only."),
    setting("connect_to", Shape::List, "HOST=ADDRESS:PORT", |s, v| {
        set(&mut s.connect_to, v.each(parse::route).map(|routes| routes.into_iter().collect()))
    })
    .flag("connect-to")
    .example("[\"xks.example.com=10.0.0.7:443\"]")
    .doc("Where a host outside is reached, such as an external key store's proxy; may be repeated."),
    setting("attestation_roots", Shape::List, "FILE", |s, v| set(&mut s.attestation_roots, v.paths()))
        .flag("attestation-root")
        .example("[\"/etc/fastness/enclaves.pem\"]")
        .doc("Attestation documents are believed under these roots too (PEM), beside AWS's; may be repeated."),
    setting("seed", Shape::Text, "FILE", |s, v| some(&mut s.dev.seed, v.path()))
        .flag("seed")
        .dev()
        .example("\"seed.toml\"")
        .doc("Accounts, users and keys to make (TOML)."),
    setting("open", Shape::Switch, "", |s, v| {
        s.dev.open = v.is_true();
        Ok(())
    })
    .flag("open")
    .dev()
    .default("false")
    .example("true")
    .doc("Believe any credentials (loopback only)."),
    setting("soft", Shape::Switch, "", |s, v| {
        s.dev.soft = v.is_true();
        Ok(())
    })
    .flag("soft")
    .dev()
    .default("false")
    .example("true")
    .doc("Let through what policies deny, log and count it, and explain it to `fastness why` (loopback only)."),
    setting("listeners", Shape::Tables(LISTENER), "KEY=VALUE…", |s, v| {
        set(&mut s.listeners, v.each(parse::listener))
    })
    .serve()
    .flag("listener")
    .example("[{ address = \"0.0.0.0:443\", proxy_protocol = true }]")
    .doc(
        "Listeners one by one, instead of `listen`.\n\
             As flag and variable, keys and values in one word each: address=0.0.0.0:443 client_auth=required.",
    ),
    setting("tls.certificate", Shape::Text, "FILE", |s, v| some(&mut s.tls.certificate, v.path()))
        .serve()
        .flag("tls-certificate")
        .live()
        .example("\"/etc/fastness/tls/chain.pem\"")
        .doc(
            "Your own certificate and its chain (PEM) [without it: one of the server's own authority].\n\
             SIGHUP reads it anew, also where the path is the same.",
        ),
    setting("tls.key", Shape::Text, "FILE", |s, v| some(&mut s.tls.key, v.path()))
        .serve()
        .flag("tls-key")
        .live()
        .example("\"/etc/fastness/tls/key.pem\"")
        .doc("The private key of `tls.certificate` (PEM)."),
    setting("tls.client_ca", Shape::Text, "FILE", |s, v| some(&mut s.tls.client_ca, v.path()))
        .serve()
        .live()
        .example("\"/etc/fastness/tls/clients.pem\"")
        .doc("Authorities (PEM) that clients' certificates must come from, where a listener asks for them."),
    setting("tls.client_crl", Shape::Text, "FILE", |s, v| some(&mut s.tls.client_crl, v.path()))
        .serve()
        .live()
        .example("\"/etc/fastness/tls/revoked.pem\"")
        .doc(
            "Revocation lists (PEM) of those authorities [without it: none is asked].\n\
             With it, a client whose authority has no list there, or one past its time, is refused too.",
        ),
    setting("tls.min_version", Shape::Choice(&["1.2", "1.3"]), "VERSION", |s, v| {
        set(&mut s.tls.min_version, v.choose(&[("1.2", MinimumTls::Tls12), ("1.3", MinimumTls::Tls13)]))
    })
    .serve()
    .default("\"1.2\"")
    .example("\"1.3\"")
    .live()
    .doc("The oldest version of TLS that is spoken."),
    setting("tls.names", Shape::List, "NAME", |s, v| {
        s.tls.names = v.all();
        Ok(())
    })
    .alias("tls_names")
    .example("[\"kms.example.com\", \"192.0.2.7\"]")
    .doc("Further names and addresses in a certificate of the server's own authority."),
    setting("proxy.trusted", Shape::List, "NETWORK", |s, v| set(&mut s.trusted_proxies, v.each(str::parse)))
        .serve()
        .flag("trusted-proxy")
        .live()
        .example("[\"10.0.0.0/8\"]")
        .doc(
            "Proxies whose word about a client's address is believed, by their own address (CIDR).\n\
             That address decides about policies with aws:SourceIp. Nobody is trusted by default.",
        ),
    setting("audit.sync_window_ms", number(0, 10_000), "MILLISECONDS", |s, v| {
        set(&mut s.audit.sync_window, v.milliseconds())
    })
    .alias("audit_sync_window_ms")
    .default("50")
    .example("0")
    .doc(
        "How long the record of a read may wait for the disk; 0 waits in every call.\n\
         Only a power cut can take records of this last moment. Changes never wait.",
    ),
    setting("audit.retain_mib", number(64, 64 << 20), "MIB", |s, v| set(&mut s.audit.retain_bytes, v.bytes(20)))
        .serve()
        .default("8192")
        .example("65536")
        .doc("How much of the audit log is kept; the oldest segments go first."),
    setting("audit.reserve_mib", number(1, 65_536), "MIB", |s, v| set(&mut s.audit.reserve_bytes, v.bytes(20)))
        .serve()
        .default("8")
        .example("64")
        .doc("Disk space set aside for the audit log, so that readiness fails before writing does."),
    setting("log.level", Shape::Choice(&["off", "error", "warn", "info", "debug", "trace"]), "LEVEL", |s, v| {
        use LogLevel::{Debug, Error, Info, Off, Trace, Warn};
        let levels =
            [("off", Off), ("error", Error), ("warn", Warn), ("info", Info), ("debug", Debug), ("trace", Trace)];
        set(&mut s.log_level, v.choose(&levels))
    })
    .flag("log-level")
    .default("\"info\"")
    .example("\"debug\"")
    .live()
    .doc("What is logged to standard error."),
    setting("log.format", Shape::Choice(&["text", "json"]), "FORMAT", |s, v| {
        set(&mut s.log_format, v.choose(&[("text", LogFormat::Text), ("json", LogFormat::Json)]))
    })
    .flag("log-format")
    .default("\"text\"")
    .example("\"json\"")
    .doc("How it is logged."),
    setting("log.requests", Shape::Switch, "", |s, v| {
        s.log_requests = v.is_true();
        Ok(())
    })
    .flag("log-requests")
    .default("false")
    .example("true")
    .live()
    .doc(
        "Log a line for each request: who, which operation, how it ended, how long it took, its request id.\n\
         Never targets, headers or bodies.",
    ),
    setting("log.slow_ms", number(1, 3_600_000), "MILLISECONDS", |s, v| set(&mut s.log_slow, v.milliseconds()))
        .default("5000")
        .example("500")
        .live()
        .doc("A request that took longer is logged as a warning."),
    setting("watch.admin_listen", Shape::Text, "ADDRESS:PORT", |s, v| {
        some(&mut s.watch.admin_listen, parse::address(v.one()))
    })
    .flag("admin-listen")
    .example("\"127.0.0.1:9464\"")
    .doc(
        "Where metrics, health and readiness are served [without it: nowhere].\n\
         On loopback in plain HTTP, elsewhere in HTTPS with the server's certificate.\n\
         They hold no secrets, but names of operations and how much is done: keep it on a private network.",
    ),
    setting("watch.admin_plain", Shape::Switch, "", |s, v| {
        s.watch.admin_plain = v.is_true();
        Ok(())
    })
    .default("false")
    .example("true")
    .doc("Serve metrics, health and readiness in plain HTTP beyond loopback too."),
    setting("watch.otlp", Shape::Text, "URL", |s, v| some(&mut s.watch.otlp, parse::collector(v.one())))
        .flag("otlp")
        .example("\"http://127.0.0.1:4318\"")
        .doc("Where OpenTelemetry traces are sent, as OTLP over HTTP [without it: nowhere]."),
    setting("watch.sampling", Shape::Share, "SHARE", |s, v| {
        set(&mut s.watch.sampling, v.one().parse().map_err(|_| "must be a number".to_owned()))
    })
    .flag("sampling")
    .default("0.01")
    .example("1.0")
    .live()
    .doc(
        "The share of calls that are traced, from 0 to 1.\n\
         A caller who sends a trace context of its own has decided already.",
    ),
    setting("limits.connections", number(1, 1_000_000), "COUNT", |s, v| set(&mut s.limits.connections, v.number()))
        .serve()
        .default("4096")
        .example("16384")
        .doc("Open connections of all listeners together; the next are answered 503."),
    setting("limits.calls", number(1, 1_000_000), "COUNT", |s, v| set(&mut s.limits.calls, v.number()))
        .serve()
        .default("1024")
        .example("4096")
        .doc("Calls that run at once; the next wait for `limits.call_wait_ms`, then are answered 503."),
    setting("limits.call_wait_ms", number(0, 600_000), "MILLISECONDS", |s, v| {
        set(&mut s.limits.call_wait, v.milliseconds())
    })
    .serve()
    .default("5000")
    .example("1000")
    .doc("How long a call waits for its turn."),
    setting("limits.body_kib", number(64, 4096), "KIB", |s, v| {
        set(&mut s.limits.body_bytes, v.number::<usize>().map(|kib| kib << 10))
    })
    .serve()
    .default("4096")
    .example("1024")
    .doc("The largest body of a request; a larger one is answered 413."),
    setting("limits.large_bodies", number(1, 65_536), "COUNT", |s, v| set(&mut s.limits.large_bodies, v.number()))
        .serve()
        .default("32")
        .example("64")
        .doc("Requests at once whose body is larger than 16 KiB; with `limits.body_kib` it bounds memory."),
    setting("limits.handshake_s", number(1, 3600), "SECONDS", |s, v| set(&mut s.limits.handshake, v.seconds()))
        .serve()
        .default("10")
        .example("5")
        .doc("From the connection to its first byte, and again to the end of the TLS handshake."),
    setting("limits.head_s", number(1, 3600), "SECONDS", |s, v| set(&mut s.limits.head, v.seconds()))
        .serve()
        .default("10")
        .example("5")
        .doc("From the first byte of a request's head to its last."),
    setting("limits.idle_s", number(1, 86_400), "SECONDS", |s, v| set(&mut s.limits.idle, v.seconds()))
        .serve()
        .default("75")
        .example("120")
        .doc("How long a connection may stay open between requests. AWS's SDKs keep theirs for 60 seconds."),
    setting("limits.write_stall_s", number(1, 3600), "SECONDS", |s, v| set(&mut s.limits.write_stall, v.seconds()))
        .serve()
        .default("30")
        .example("10")
        .doc("How long a client may take no byte of an answer."),
    setting("limits.farewell_s", number(0, 3600), "SECONDS", |s, v| set(&mut s.limits.farewell, v.seconds()))
        .serve()
        .default("1")
        .example("10")
        .doc(
            "How long a stopping server answers what still comes on open connections, and tells that they close.\n\
             It ends sooner where all have closed.",
        ),
    setting("limits.shutdown_s", number(0, 3600), "SECONDS", |s, v| set(&mut s.limits.shutdown, v.seconds()))
        .serve()
        .default("10")
        .example("30")
        .doc("How long a stopping server waits for the calls under way, after that."),
    setting("process.user", Shape::Text, "USER", |s, v| some(&mut s.process.user, parse::account_name(v.one())))
        .serve()
        .flag("user")
        .example("\"fastness\"")
        .doc("The user to become once ports are bound and files are open; needs a start as root."),
    setting("process.group", Shape::Text, "GROUP", |s, v| some(&mut s.process.group, parse::account_name(v.one())))
        .serve()
        .flag("group")
        .example("\"fastness\"")
        .doc("The group to become [without it: the one of `process.user`]."),
    setting("process.mlock", Shape::Choice(&["off", "try", "require"]), "off|try|require", |s, v| {
        use MemoryLock::{Off, Require, Try};
        set(&mut s.process.mlock, v.choose(&[("off", Off), ("try", Try), ("require", Require)]))
    })
    .serve()
    .default("\"try\"")
    .example("\"require\"")
    .doc("Keep memory out of swap: do not, try, or refuse to start where the system does not allow it."),
    setting("process.seccomp", Shape::Choice(&["on", "log", "off"]), "on|log|off", |s, v| {
        use SyscallFilter::{Log, Off, On};
        set(&mut s.process.seccomp, v.choose(&[("on", On), ("log", Log), ("off", Off)]))
    })
    .serve()
    .default("\"on\"")
    .example("\"log\"")
    .doc("Allow this process only the system calls that it needs, or only log the others (kernel's audit log)."),
    setting("process.accept_clock", Shape::Switch, "", |s, v| {
        s.process.accept_clock = v.is_true();
        Ok(())
    })
    .serve()
    .flag("accept-clock")
    .default("false")
    .example("true")
    .doc("Believe the clock once although the store was last in use more than a year ago, or later than now."),
];

fn seal(settings: &mut Settings, words: &Words<'_>) -> Result<(), String> {
    settings.seal = match settings.program {
        Program::Dev if words.0.len() > 1 => return Err("dev takes one seal".into()),
        Program::Dev => words.each(parse::file_seal)?,
        Program::Serve => words.each(parse::seal)?,
    };
    Ok(())
}

/// The setting of this key, or that had this name at the top of the file once.
pub(super) fn find(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key || setting.alias == Some(key))
}
