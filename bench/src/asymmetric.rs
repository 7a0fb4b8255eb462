//! What signing costs beside the algorithm itself, and whether the making of large RSA keys is felt by others.
//!
//! Guarantees: the cost of the road is that of Encrypt of 32 bytes on the same server in the same run, by turns; that of an
//! algorithm is CPU time too, of one thread of this process; Encrypt with and without key pairs beside it takes turns.

use crate::child::{Fastness, Keep};
use crate::load::{self, Line, Target, Window};
use crate::report::commit;
use crate::{Failure, kernel, requests};
use primitives::{Curve, EcPrivateKey, HashAlgorithm, HmacHash, MacKey, Message, RsaPrivateKey, RsaScheme, RsaSize};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const TURNS: u32 = 5;
const TURN: Duration = Duration::from_millis(600);
const CONNECTIONS: usize = 4;
/// CPU time that an algorithm is run for, and calls between two looks at it.
const ALONE: Duration = Duration::from_millis(600);
const BATCH: u32 = 100;
/// What is signed: a digest of SHA-256.
const DIGEST: [u8; 32] = [7; 32];
const DIGEST_BASE64: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
/// CPU time of a call as a multiple of the road's and the algorithm's together.
const SIGN_BUDGET: f64 = 1.3;
/// p99 of Encrypt while key pairs are made, as a multiple of what it is without.
const CROWDED_BUDGET: f64 = 3.0;
/// How long Encrypt is called in a turn, with and without key pairs being made beside it.
const CROWDED: Duration = Duration::from_secs(2);

/// An operation on a key of some kind, and its algorithm alone.
struct Subject {
    name: &'static str,
    operation: &'static str,
    key: Value,
    input: Value,
    alone: Duration,
    is_budgeted: bool,
}

struct Row {
    subject: Subject,
    window: Window,
    road: Window,
}

impl Row {
    fn ratio(&self) -> f64 {
        self.window.cpu_micros() / (self.road.cpu_micros() + micros(self.subject.alone))
    }
}

/// Runs it and writes down what came out.
pub(crate) fn run(results: Option<&Path>, binary: &Path) -> Result<(), Failure> {
    let server = Fastness::start(binary, Keep::OnDisk, "off", 0)?;
    let mut line = Line::open(server.target(false))?;
    let road_key = create(&mut line, &json!({}))?;
    let mut rows = Vec::new();
    for subject in subjects()? {
        writeln!(std::io::stderr(), "{}", subject.name)?;
        let key = create(&mut line, &subject.key)?;
        let mut input = subject.input.clone();
        if let Some(input) = input.as_object_mut() {
            input.insert("KeyId".into(), key.into());
        }
        let calls = Arc::new(vec![requests::signed(subject.operation, &input)?]);
        let roads = Arc::new(vec![encrypt(&road_key)?]);
        let mut row = Row { subject, window: Window::default(), road: Window::default() };
        for _ in 0..TURNS {
            row.window.join(load::run(server.target(false), &calls, CONNECTIONS, TURN)?);
            row.road.join(load::run(server.target(false), &roads, CONNECTIONS, TURN)?);
        }
        rows.push(row);
    }
    let crowded = Crowded::measure(server.target(false), &road_key)?;
    let text = markdown(&rows, &crowded)?;
    if let Some(path) = results {
        std::fs::write(path, &text)?;
    }
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

fn subjects() -> Result<Vec<Subject>, Failure> {
    let curve = EcPrivateKey::generate(Curve::P256);
    let rsa = RsaPrivateKey::generate(RsaSize::Rsa2048);
    let mac = MacKey::new(HmacHash::Sha256, &DIGEST);
    let message = Message::Digest(&DIGEST);
    let sign = |name, spec: &str, algorithm: &str, alone, is_budgeted| Subject {
        name,
        operation: "Sign",
        key: json!({ "KeySpec": spec, "KeyUsage": "SIGN_VERIFY" }),
        input: json!({ "Message": DIGEST_BASE64, "MessageType": "DIGEST", "SigningAlgorithm": algorithm }),
        alone,
        is_budgeted,
    };
    let pss = RsaScheme::Pss(HashAlgorithm::Sha256);
    let pkcs1 = RsaScheme::Pkcs1(HashAlgorithm::Sha256);
    if curve.sign(message).is_none() || rsa.sign(pss, message).is_none() {
        return Err("a digest of SHA-256 is not signed".into());
    }
    Ok(vec![
        sign("Sign, P-256", "ECC_NIST_P256", "ECDSA_SHA_256", alone(|| curve.sign(message))?, true),
        sign("Sign, RSA-2048, PSS", "RSA_2048", "RSASSA_PSS_SHA_256", alone(|| rsa.sign(pss, message))?, true),
        sign(
            "Sign, RSA-2048, PKCS #1",
            "RSA_2048",
            "RSASSA_PKCS1_V1_5_SHA_256",
            alone(|| rsa.sign(pkcs1, message))?,
            true,
        ),
        Subject {
            name: "GenerateMac, SHA-256",
            operation: "GenerateMac",
            key: json!({ "KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC" }),
            input: json!({ "Message": DIGEST_BASE64, "MacAlgorithm": "HMAC_SHA_256" }),
            alone: alone(|| mac.sign(&DIGEST))?,
            is_budgeted: false,
        },
    ])
}

/// Encrypt while RSA-4096 key pairs are made beside it, and without.
struct Crowded {
    alone: Window,
    beside: Window,
    made: usize,
}

impl Crowded {
    fn measure(target: Target, key: &str) -> Result<Self, Failure> {
        writeln!(std::io::stderr(), "Encrypt beside the making of RSA-4096 key pairs")?;
        let calls = Arc::new(vec![encrypt(key)?]);
        let input = json!({ "KeyId": key, "KeyPairSpec": "RSA_4096" });
        let request = requests::signed("GenerateDataKeyPairWithoutPlaintext", &input)?;
        let mut crowded = Self { alone: Window::default(), beside: Window::default(), made: 0 };
        for _ in 0..TURNS {
            crowded.alone.join(load::run(target, &calls, 1, CROWDED)?);
            let enough = AtomicBool::new(false);
            std::thread::scope(|scope| -> Result<(), Failure> {
                let making = scope.spawn(|| -> Result<usize, Failure> {
                    let (mut line, mut made) = (Line::open(target)?, 0);
                    while !enough.load(Ordering::Relaxed) {
                        line.call(&request)?;
                        made += 1;
                    }
                    Ok(made)
                });
                let beside = load::run(target, &calls, 1, CROWDED);
                enough.store(true, Ordering::Relaxed);
                crowded.made += making.join().map_err(|_| "the maker of key pairs panicked")??;
                crowded.beside.join(beside?);
                Ok(())
            })?;
        }
        Ok(crowded)
    }
}

fn markdown(rows: &[Row], crowded: &Crowded) -> Result<String, Failure> {
    let mut out = String::new();
    writeln!(out, "# KMS: signatures, MACs and key pairs\n")?;
    writeln!(out, "Commit {}, {}, client and server sharing them.", commit(), kernel::machine())?;
    writeln!(out, "Repeat with `cargo xtask bench asymmetric`.\n")?;
    writeln!(
        out,
        "*CPU* is the server's time for each call over {CONNECTIONS} connections. *Alone* is the same of the algorithm in a loop. *Road* is\n\
         the CPU time of Encrypt of 32 bytes: all that a call costs besides. *Ratio* is CPU to those two together.\n"
    )?;
    writeln!(out, "| Call | CPU µs | alone µs | road µs | Ratio | Calls/s | p50 µs | p99 µs |")?;
    writeln!(out, "|---|--:|--:|--:|--:|--:|--:|--:|")?;
    for row in rows {
        writeln!(
            out,
            "| {} | {:.1} | {:.1} | {:.1} | **{:.2}** | {:.0} | {:.0} | {:.0} |",
            row.subject.name,
            row.window.cpu_micros(),
            micros(row.subject.alone),
            row.road.cpu_micros(),
            row.ratio(),
            row.window.per_second(),
            row.window.percentile_micros(0.5),
            row.window.percentile_micros(0.99),
        )?;
    }
    let [alone, beside] = [&crowded.alone, &crowded.beside].map(|window| window.percentile_micros(0.99));
    let [alone50, beside50] = [&crowded.alone, &crowded.beside].map(|window| window.percentile_micros(0.5));
    writeln!(
        out,
        "\nEncrypt over one connection: p50 {alone50:.0} µs, p99 {alone:.0} µs. While another makes RSA-4096 key pairs, one after\n\
         another ({} in {:.0} s): p50 {beside50:.0} µs, p99 {beside:.0} µs.",
        crowded.made,
        crowded.beside.elapsed.as_secs_f64()
    )?;
    writeln!(out, "\n| Budget | Limit | Measured | |\n|---|--:|--:|---|")?;
    let mut budgets: Vec<_> = rows
        .iter()
        .filter(|row| row.subject.is_budgeted)
        .map(|row| (format!("{}: CPU ratio", row.subject.name), SIGN_BUDGET, row.ratio()))
        .collect();
    budgets.push(("Encrypt beside RSA-4096 key pairs: ratio of p99".to_owned(), CROWDED_BUDGET, beside / alone));
    for (name, limit, measured) in budgets {
        let verdict = if measured <= limit { "kept" } else { "**broken**" };
        writeln!(out, "| {name} | {limit} | {measured:.2} | {verdict} |")?;
    }
    Ok(out)
}

fn create(line: &mut Line, input: &Value) -> Result<String, Failure> {
    let answer: Value = serde_json::from_slice(&line.call(&requests::signed("CreateKey", input)?)?.0)?;
    let id = answer.pointer("/KeyMetadata/KeyId").and_then(Value::as_str).ok_or("CreateKey gave no key")?;
    Ok(id.to_owned())
}

fn encrypt(key: &str) -> Result<Vec<u8>, Failure> {
    requests::signed("Encrypt", &json!({ "KeyId": key, "Plaintext": DIGEST_BASE64 }))
}

/// The CPU time of one call, in this process, which does nothing else meanwhile.
fn alone<T>(work: impl Fn() -> T) -> Result<Duration, Failure> {
    let (own, mut calls) = (std::process::id(), 0);
    let began = kernel::cpu_time(own)?;
    loop {
        for _ in 0..BATCH {
            black_box(work());
        }
        calls += BATCH;
        let spent = kernel::cpu_time(own)?.saturating_sub(began);
        if spent >= ALONE {
            return Ok(spent / calls);
        }
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
