//! The table, held against itself, and the sources over each other.

use super::layers::Environment;
use super::*;
use crate::toml_reader::TomlError;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex};

const PROGRAMS: [Program; 2] = [Program::Dev, Program::Serve];

fn flags(program: Program, line: &str) -> Flags {
    let command = clap::Command::new("f").args(arguments(program));
    let words = line.split(' ').filter(|word| !word.is_empty());
    let matches = command.try_get_matches_from(std::iter::once("f").chain(words)).unwrap();
    Flags::of(&matches, program)
}

fn environment(pairs: &[(&str, &str)]) -> Environment {
    Environment::of(pairs.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)))).unwrap()
}

fn sources(program: Program, line: &str, pairs: &[(&str, &str)]) -> Sources {
    Sources { program, flags: flags(program, line), environment: environment(pairs) }
}

fn load(program: Program, line: &str, pairs: &[(&str, &str)]) -> Result<Loaded, String> {
    Settings::load(&sources(program, line, pairs)).map_err(|error| error.to_string())
}

/// Settings from a file of this text.
fn from_file(program: Program, text: &str) -> Result<Loaded, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), text);
    load(program, &format!("--config {path}"), &[]).map_err(|error| error.replace(&path, "f.toml"))
}

fn written(dir: &Path, text: &str) -> String {
    let path = dir.join("f.toml");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path.display().to_string()
}

/// The values of all settings, as they are shown.
fn shown(loaded: &Loaded) -> Vec<(&'static str, String)> {
    origins(loaded).into_iter().map(|(key, value, _)| (key, value)).collect()
}

/// The printed file with the lines of these settings in force.
fn uncommented(program: Program, which: impl Fn(&Setting) -> bool) -> String {
    let mut text = String::new();
    let mut section = String::new();
    for line in as_toml(program).lines() {
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']).to_owned();
        }
        let key = line
            .strip_prefix('#')
            .and_then(|line| line.split_once(" = "))
            .map(|(name, _)| if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") });
        let chosen = key.is_some_and(|key| SETTINGS.iter().any(|setting| setting.key == key && which(setting)));
        text.push_str(if chosen { line.trim_start_matches('#') } else { line });
        text.push('\n');
    }
    text
}

#[test]
fn every_setting_is_named_once_and_described() {
    let mut names = Vec::new();
    for setting in SETTINGS {
        assert!(!setting.doc.is_empty() && setting.doc.lines().count() <= 3, "{}", setting.key);
        assert!(setting.doc.lines().all(|line| line.len() <= 120), "{}", setting.key);
        assert!(!setting.example.is_empty(), "{} has no example", setting.key);
        assert!(matches!(setting.shape, setting::Shape::Switch) == setting.value.is_empty(), "{}", setting.key);
        names.extend([setting.key.to_owned(), setting.variable()]);
        names.extend(setting.flag.map(|flag| format!("--{flag}")));
        names.extend(setting.alias.map(str::to_owned));
    }
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn sections_stand_together_and_after_the_settings_without_one() {
    let mut seen: Vec<&str> = Vec::new();
    for setting in SETTINGS {
        let section = setting.place().0;
        if seen.last() != Some(&section) {
            assert!(!seen.contains(&section), "{} stands apart from its section", setting.key);
            seen.push(section);
        }
    }
    assert_eq!(seen.first(), Some(&""));
}

#[test]
fn the_defaults_of_the_table_are_those_of_the_code() {
    for program in PROGRAMS {
        let (told, code) = (load(program, "", &[]).unwrap().settings, Settings::blank(program).unwrap());
        assert_eq!(told.listeners, code.listeners);
        assert_eq!((told.store_cache, told.region, told.quotas), (code.store_cache, code.region, code.quotas));
        assert_eq!((told.tls.clone(), told.watch.clone()), (code.tls, code.watch));
        assert_eq!((told.process.clone(), told.dev.clone()), (code.process, code.dev));
        assert_eq!((told.log_level, told.log_format), (code.log_level, code.log_format));
        assert_eq!(told.audit.sync_window, code.audit.sync_window);
        assert_eq!(
            (told.audit.retain_bytes, told.audit.reserve_bytes),
            (audit::Options::default().retain_bytes, audit::Options::default().reserve_bytes)
        );
        let limits = |l: crate::limits::Limits| {
            let times = [l.handshake, l.head, l.idle, l.write_stall, l.shutdown, l.call_wait];
            (times, [l.body_bytes, l.connections, l.calls, l.large_bodies])
        };
        assert_eq!(limits(told.limits), limits(code.limits));
        assert!(told.data.is_none() && told.store.is_none() && told.seal.is_empty() && told.quota.is_empty());
    }
}

#[test]
fn the_printed_file_sets_nothing_and_with_its_lines_in_force_sets_the_defaults() {
    for program in PROGRAMS {
        let plain = load(program, "", &[]).unwrap();
        let printed = from_file(program, &as_toml(program)).unwrap();
        assert!(origins(&printed).iter().all(|(_, _, origin)| *origin == Origin::Default));
        assert_eq!(shown(&printed), shown(&plain));
        let all = from_file(program, &uncommented(program, |setting| setting.default.is_some())).unwrap();
        assert_eq!(shown(&all), shown(&plain));
        assert!(origins(&all).iter().all(|(_, _, origin)| *origin != Origin::Default));
    }
}

#[test]
fn every_example_can_be_set_in_the_file_and_gives_the_same_in_the_environment() {
    for program in PROGRAMS {
        for setting in SETTINGS.iter().filter(|setting| setting.is_for(program)) {
            let (section, name) = setting.place();
            let head = if section.is_empty() { String::new() } else { format!("[{section}]\n") };
            let said = file::read("f", &format!("{head}{name} = {}\n", setting.example), program)
                .unwrap_or_else(|error: TomlError| panic!("{error}"));
            let [said] = said.as_slice() else { panic!("{} is not read", setting.key) };
            let text = said.words().0.join(",");
            let mut variable = environment(&[(&setting.variable(), &text)]).layer(program);
            assert_eq!(variable.len(), 1, "{}", setting.key);
            let layers = layers::Layers([Vec::new(), Vec::new(), vec![variable.remove(0)], Vec::new()]);
            layers.apply(program).unwrap_or_else(|error| panic!("{}: {error}", setting.key));
            let [from_variable] = layers.0[2].as_slice() else { panic!() };
            assert!(from_variable.agrees(said), "{}", setting.key);
            assert_eq!(from_variable.origin.to_string(), setting.variable());
        }
    }
}

#[test]
fn flags_count_more_than_the_environment_and_that_more_than_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let text = "region = \"eu-west-1\"\nquotas = \"off\"\nstore_cache_mib = 8\n[log]\nlevel = \"debug\"\n";
    let path = written(dir.path(), text);
    let pairs = [("FASTNESS_QUOTAS", "aws"), ("FASTNESS_LOG_LEVEL", "warn"), ("FASTNESS_STORE_CACHE_MIB", "")];
    let loaded = load(Program::Serve, &format!("--config {path} --log-level error"), &pairs).unwrap();
    let settings = &loaded.settings;
    assert_eq!((settings.region.as_str(), settings.quotas), ("eu-west-1", true));
    assert_eq!((settings.log_level, settings.store_cache), (LogLevel::Error, 8 << 20));
    let origin = |key: &str| origins(&loaded).into_iter().find(|row| row.0 == key).unwrap().2.to_string();
    assert_eq!(origin("region"), format!("{path}:1"));
    assert_eq!((origin("quotas").as_str(), origin("log.level").as_str()), ("FASTNESS_QUOTAS", "--log-level"));
    assert_eq!(origin("log.format"), "default");
}

#[test]
fn quotas_of_all_sources_add_up_and_the_last_one_wins() {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), "quota = [\"kms:CreateKey=5\"]\n");
    let loaded = load(Program::Dev, &format!("--config {path} --quota kms:CreateKey=7"), &[]).unwrap();
    assert_eq!(loaded.settings.quota, [("kms:CreateKey".to_owned(), 5.0), ("kms:CreateKey".to_owned(), 7.0)]);
}

#[test]
fn of_two_that_exclude_each_other_the_later_source_decides() {
    let dir = tempfile::tempdir().unwrap();
    let url = dir.path().join("url");
    fs::write(&url, "postgres://u:file-secret@h/d\n").unwrap();
    let text = format!("store_file = {:?}\n[[listeners]]\naddress = \"127.0.0.1:1\"\nplain = true\n", url);
    let path = written(dir.path(), &text);
    let loaded = load(Program::Serve, &format!("--config {path}"), &[]).unwrap();
    assert_eq!(loaded.settings.store.as_ref().unwrap().expose(), "postgres://u:file-secret@h/d");
    assert!(loaded.settings.listeners[0].plain);
    let line = format!("--config {path} --listen 127.0.0.1:2 --listen [::1]:3");
    let loaded = load(Program::Serve, &line, &[("FASTNESS_STORE", "postgres://u:secret@g/d")]).unwrap();
    assert_eq!(loaded.settings.store.as_ref().unwrap().expose(), "postgres://u:secret@g/d");
    assert_eq!(loaded.settings.listeners.len(), 2);
    let rows = origins(&loaded);
    let told = rows.iter().map(|row| format!("{} {}", row.0, row.1)).collect::<Vec<_>>().join("\n");
    assert!(told.contains("store postgres://u:***@g/d") && !told.contains("secret"), "{told}");
    assert!(!told.contains("store_file") && !told.contains("listeners"), "{told}");
    for text in ["store = \"postgres://h/d\"\nstore_file = \"f\"\n", "listen = \"[::1]:1\"\nlisteners = []\n"] {
        let error = from_file(Program::Serve, text).err().unwrap();
        assert!(error.starts_with("f.toml:1: ") && error.contains("only one of them"), "{error}");
    }
}

#[test]
fn mistakes_in_the_file_are_named_with_line_and_key() {
    for (text, start) in [
        ("\nlisten = \"x\"\n", "f.toml:2: listen: \"x\" is no address"),
        ("listne = \"x\"\n", "f.toml:1: listne: unknown key; did you mean listen?"),
        ("certificate = \"x\"\n", "f.toml:1: certificate: unknown key; did you mean tls.certificate?"),
        ("[tls]\n\ncertifcate = \"x\"\n", "f.toml:3: tls.certifcate: unknown key; did you mean tls.certificate?"),
        ("[tsl]\n", "f.toml:1: tsl: unknown key; did you mean tls?"),
        ("[colours]\n", "f.toml:1: colours: unknown key; `fastness config` prints all"),
        ("\"tls.key\" = \"x\"\n", "f.toml:1: tls.key: unknown key"),
        ("tls = 1\n", "f.toml:1: tls: must be a section"),
        ("seed = \"x\"\n", "f.toml:1: seed: is a setting of `fastness dev` alone"),
        ("[log]\nlevel = \"loud\"\n", "f.toml:2: log.level: must be off, error, warn, info, debug or trace"),
        ("store_cache_mib = 0\n", "f.toml:1: store_cache_mib: must be a whole number from 1 to 65536"),
        ("[watch]\nsampling = 1.5\n", "f.toml:2: watch.sampling: must be a number from 0 to 1"),
        ("[watch]\nsampling = nan\n", "f.toml:2: watch.sampling: must be a number from 0 to 1"),
        ("[audit]\nsync_window_ms = -1\n", "f.toml:2: audit.sync_window_ms: "),
        ("audit_sync_window_ms = 1\n[audit]\nsync_window_ms = 1\n", "f.toml:1: audit_sync_window_ms: is another name"),
        ("[proxy]\ntrusted = [\"10.0.0.1/8\"]\n", "f.toml:2: proxy.trusted: "),
        ("[[listeners]]\nplain = true\n", "f.toml:1: listeners.address: is missing"),
        ("[[listeners]]\naddress = \"x\"\n", "f.toml:2: listeners.address: "),
        ("[[listeners]]\naddress = \"[::1]:1\"\nplian = true\n", "f.toml:3: listeners.plian: unknown key"),
        (
            "[[listeners]]\naddress = \"[::1]:1\"\nclient_auth = \"on\"\n",
            "f.toml:3: listeners.client_auth: must be off",
        ),
        ("seal = \"passphrase\"\n", "f.toml:1: seal: a passphrase and shares are given to"),
        ("seal = \"pw\"\n", "f.toml:1: seal: must be file:"),
        ("store = \"mysql://user:pw@h\"\n", "f.toml:1: store: must be a postgres"),
        ("region = 1\n", "f.toml:1: region: must be a string"),
        ("region = \n", "f.toml:1: "),
    ] {
        let error = from_file(Program::Serve, text).err().unwrap_or_else(|| panic!("accepted: {text}"));
        assert!(error.starts_with(start) && !error.contains("pw"), "{error}");
    }
}

#[test]
fn mistakes_in_the_environment_and_in_flags_are_named() {
    for (line, pairs, start) in [
        ("--listen x", &[][..], "--listen: "),
        ("--trusted-proxy 10", &[], "--trusted-proxy: "),
        ("--listener address=[::1]:1,plain", &[], "--listener: "),
        ("--listener plain=true", &[], "--listener: address is missing"),
        ("", &[("FASTNESS_LISTEN", "127.0.0.1:1,x")], "FASTNESS_LISTEN: \"x\" is no address"),
        ("", &[("FASTNESS_LOG_LEVEL", "loud")], "FASTNESS_LOG_LEVEL: must be off"),
        ("", &[("FASTNESS_LIMITS_CALLS", "+1")], "FASTNESS_LIMITS_CALLS: must be a whole number"),
        ("", &[("FASTNESS_STORE", "mysql://user:pw@h")], "FASTNESS_STORE: must be a postgres"),
        ("", &[("FASTNESS_LISTENERS", "address=[::1]:1 colour=red")], "FASTNESS_LISTENERS: there is no \"colour\""),
        ("--config /nowhere/f.toml", &[], "/nowhere/f.toml: "),
        ("", &[("FASTNESS_CONFIG", "/nowhere/f.toml")], "/nowhere/f.toml: "),
        ("", &[("FASTNESS_STORE_FILE", "/nowhere/url")], "/nowhere/url: "),
    ] {
        let error = load(Program::Serve, line, pairs).err().unwrap_or_else(|| panic!("accepted: {line} {pairs:?}"));
        assert!(error.starts_with(start) && !error.contains("pw"), "{error}");
    }
    let warned = load(Program::Serve, "", &[("FASTNESS_LOG_LEVLE", "x"), ("FASTNESS_PORT_443_TCP", "x")]).unwrap();
    assert_eq!(warned.warnings, ["FASTNESS_LOG_LEVLE is no setting; did you mean FASTNESS_LOG_LEVEL?"]);
}

#[test]
fn what_cannot_be_honoured_together_is_refused() {
    let beyond = "[[listeners]]\naddress = \"0.0.0.0:1\"\nplain = true\n";
    for (program, text, word) in [
        (Program::Dev, "listen = \"0.0.0.0:1\"\nopen = true\n", "--open"),
        (Program::Dev, "listen = \"0.0.0.0:1\"\nsoft = true\n", "--soft"),
        (Program::Dev, "listen = \"0.0.0.0:1\"\n", "--seed"),
        (Program::Dev, "listen = [\"[::1]:1\", \"[::1]:2\"]\n", "--listen"),
        (Program::Dev, "listen = []\n", "listen"),
        (Program::Dev, "store = \"postgres://h/d\"\n", "--seal"),
        (Program::Dev, "store = \"postgres://h/d\"\nseal = \"file:s\"\n", "--data"),
        (Program::Dev, "seal = \"file:s\"\n", "--seal"),
        (Program::Dev, "seal = \"env:s\"\n", "file:PATH"),
        (Program::Dev, "open = true\naccount = \"111122223333\"\n", "--account"),
        (Program::Dev, "account = \"12\"\n", "12 digits"),
        (Program::Serve, "[tls]\nkey = \"k\"\n", "tls.certificate"),
        (Program::Serve, beyond, "plain HTTP"),
        (Program::Serve, "[[listeners]]\naddress = \"[::1]:1\"\nclient_auth = \"required\"\n", "tls.client_ca"),
        (Program::Serve, "[tls]\nclient_crl = \"c\"\n", "tls.client_ca"),
        (Program::Serve, "[[listeners]]\naddress = \"[::1]:1\"\nproxy_protocol = true\n", "proxy.trusted"),
        (Program::Serve, "listen = [\"[::1]:1\", \"[::1]:1\"]\n", "twice"),
        (Program::Serve, "[process]\ngroup = \"g\"\n", "process.user"),
        (Program::Serve, "[process]\nuser = \"-x\"\n", "process.user"),
        (Program::Serve, "[watch]\notlp = \"http://u:p@h\"\n", "watch.otlp"),
    ] {
        let error = from_file(program, text).err().unwrap_or_else(|| panic!("accepted: {text}"));
        assert!(error.contains(word), "{error}");
    }
    for text in ["listen = \"[::1]:0\"\nopen = true\n", "listen = \"0.0.0.0:0\"\nseed = \"s\"\n"] {
        assert!(from_file(Program::Dev, text).is_ok(), "{text}");
    }
}

#[test]
fn serve_finds_the_file_in_its_data_directory_and_dev_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE_NAME);
    fs::write(&path, "region = \"eu-west-1\"\n").unwrap();
    let data = dir.path().display().to_string();
    for (program, line, pairs, region) in [
        (Program::Serve, format!("--data {data}"), vec![], "eu-west-1"),
        (Program::Serve, String::new(), vec![("FASTNESS_DATA", data.as_str())], "eu-west-1"),
        (Program::Dev, format!("--data {data}"), vec![], "us-east-1"),
    ] {
        assert_eq!(load(program, &line, &pairs).unwrap().settings.region.as_str(), region);
    }
}

#[test]
fn a_file_with_a_password_that_others_can_read_is_warned_of() {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), "store = \"postgres://u:pw@h/d\"\n");
    assert!(load(Program::Serve, &format!("--config {path}"), &[]).unwrap().warnings.is_empty());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let warnings = load(Program::Serve, &format!("--config {path}"), &[]).unwrap().warnings;
    assert!(warnings.len() == 1 && warnings[0].contains("chmod 600") && !warnings[0].contains("pw"), "{warnings:?}");
}

fn live(path: &str) -> Live {
    let sources = sources(Program::Serve, &format!("--config {path}"), &[]);
    let loaded = Settings::load(&sources).unwrap();
    Live::new(sources, loaded)
}

#[test]
fn a_reload_applies_what_can_be_and_tells_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), "region = \"eu-west-1\"\n[log]\nlevel = \"warn\"\n");
    let live = live(&path);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = seen.clone();
    live.follow(&["quotas"], |_, _| Ok(()));
    live.follow(&["log.level"], move |old, new| {
        noted.lock().unwrap().push((old.log_level, new.log_level));
        Ok(())
    });
    written(dir.path(), "region = \"eu-west-2\"\nquotas = \"off\"\n[log]\nlevel = \"debug\"\nformat = \"json\"\n");
    let report = live.reload().unwrap();
    assert_eq!(
        (report.applied.as_slice(), report.restart.as_slice()),
        (&["quotas", "log.level"][..], &["region", "log.format"][..])
    );
    let settings = live.settings();
    assert_eq!((settings.region.as_str(), settings.quotas), ("eu-west-1", false));
    assert_eq!((settings.log_level, settings.log_format), (LogLevel::Debug, LogFormat::Text));
    // What still waits for a restart is told again; what follows is asked again, since what a path leads to can change.
    let report = live.reload().unwrap();
    assert!(report.applied.is_empty() && report.restart == ["region", "log.format"]);
    assert_eq!(*seen.lock().unwrap(), [(LogLevel::Warn, LogLevel::Debug), (LogLevel::Debug, LogLevel::Debug)]);
}

#[test]
fn a_broken_file_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), "[log]\nlevel = \"warn\"\n");
    let live = live(&path);
    live.follow(&["log.level"], |_, _| panic!("nothing is to be applied"));
    for broken in ["[log]\nlevel = \"loud\"\n", "[log\n", "[log]\nlevel = \"debug\"\nlevle = 1\n"] {
        written(dir.path(), broken);
        let error = live.reload().err().unwrap().to_string();
        assert!(error.starts_with(&path), "{error}");
        assert_eq!(live.settings().log_level, LogLevel::Warn);
    }
    fs::remove_file(&path).unwrap();
    assert!(live.reload().is_err());
}

#[test]
fn a_part_that_cannot_take_a_change_keeps_what_it_has_and_is_asked_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), "");
    let live = live(&path);
    live.follow(&["quotas"], |_, _| Ok(()));
    live.follow(&["tls.certificate", "tls.key"], |_, new| match &new.tls.certificate {
        Some(path) if path.ends_with("broken") => Err("no certificate in it".into()),
        _ => Ok(()),
    });
    written(dir.path(), "quotas = \"off\"\n[tls]\ncertificate = \"broken\"\nkey = \"k\"\n");
    let report = live.reload().unwrap();
    assert_eq!(report.applied, ["quotas"]);
    assert_eq!(report.failed, ["tls.certificate, tls.key: no certificate in it"]);
    assert!(live.settings().tls.certificate.is_none() && !live.settings().quotas);
    written(dir.path(), "quotas = \"off\"\n[tls]\ncertificate = \"good\"\nkey = \"k\"\n");
    assert_eq!(live.reload().unwrap().applied, ["tls.certificate", "tls.key"]);
}

#[test]
fn what_nobody_follows_waits_for_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), "");
    let live = live(&path);
    written(dir.path(), "quotas = \"off\"\n");
    assert_eq!(live.reload().unwrap().restart, ["quotas"]);
    assert!(live.settings().quotas);
}

#[test]
fn the_store_that_is_open_stays_the_same_over_a_reload() {
    let dir = tempfile::tempdir().unwrap();
    let url = dir.path().join("url");
    fs::write(&url, "postgres://h/d").unwrap();
    let path = written(dir.path(), &format!("store_file = {url:?}\n"));
    let live = live(&path);
    fs::write(&url, "postgres://h/other").unwrap();
    live.reload().unwrap();
    assert_eq!(live.settings().store.as_ref().unwrap().expose(), "postgres://h/d");
}

#[test]
fn what_is_followed_can_be_applied_live() {
    let live = SETTINGS.iter().filter(|setting| setting.reload == Reload::Live).map(|setting| setting.key);
    let named = [
        "quotas",
        "quota",
        "tls.certificate",
        "tls.key",
        "tls.client_ca",
        "tls.client_crl",
        "tls.min_version",
        "proxy.trusted",
        "log.level",
        "log.requests",
        "log.slow_ms",
        "watch.sampling",
    ];
    assert_eq!(live.collect::<Vec<_>>(), named);
}

#[test]
fn no_damage_to_a_file_is_more_than_an_error_that_names_it() {
    let whole = uncommented(Program::Serve, |setting| setting.default.is_some()).into_bytes();
    let alphabet = b"[]{}=\"'#.,-\\\n 0e_\xc3\xa9";
    // A generator of fixed seed (Numerical Recipes' constants): the same damage in every run.
    let mut state = 1_u32;
    let mut next = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    let mut refused = 0;
    for _ in 0..400 {
        let mut text = whole.clone();
        for _ in 0..=next(4) {
            let (at, byte) = (next(text.len()), alphabet[next(alphabet.len())]);
            match next(9) {
                0..4 => text[at] = byte,
                4..8 => text.insert(at, byte),
                _ => text.truncate(at.max(1)),
            }
        }
        let Ok(text) = String::from_utf8(text) else { continue };
        if let Err(error) = file::read("f.toml", &text, Program::Serve) {
            assert!(error.to_string().starts_with("f.toml:"), "{error}");
            refused += 1;
        }
    }
    assert!(refused > 50, "{refused}");
}
