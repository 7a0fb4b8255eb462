//! Calls that ask the world outside in the middle of their run.

use base::Secret;
use kernel::testing::{ACCOUNT, ALICE, House, REGION};
use kernel::{
    Answer, Ctx, Error, Exchange, JobKind, Lookup, Outcome, Question, Reply, Result, Service, Target, TokenError,
    TokenQuestion, TokenTask, Unanswered, WebQuestion, op,
};
use model::{Fault, Op, Value};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::{Key, Record, Space};

const LIST_KEYS: Op<(), ()> = Op::new("kms", "ListKeys");
const ENABLE_KEY: Op<(), ()> = Op::new("kms", "EnableKey");
const LIST_ALIASES: Op<(), ()> = Op::new("kms", "ListAliases");

#[derive(Serialize, Deserialize)]
struct Kept(Vec<u8>);

impl Record for Kept {
    const VERSION: u8 = 1;
}

fn place(ctx: &Ctx<'_>) -> Key {
    Key::new(Space::regional(ctx.scope()), "test.kept").text("kept")
}

fn kept(house: &House) -> Option<Vec<u8>> {
    let scope = base::Scope { account: ACCOUNT.parse().unwrap(), region: REGION.parse().unwrap() };
    let key = Key::new(Space::regional(scope), "test.kept").text("kept");
    house.kernel.store().begin().unwrap().get::<Kept>(&key).unwrap().map(|kept| kept.0)
}

fn service() -> Service {
    Service::new("kms", || Fault::client("ThrottlingException", "slow down"))
}

fn anything(_: &mut Lookup<'_, '_>, (): &()) -> Result<Vec<Target>> {
    Ok(vec![Target::any("kms:ListKeys")])
}

fn question(body: Vec<u8>) -> Question {
    Question::Web(WebQuestion {
        url: "https://proxy.example.com/kms/xks/v1/health".to_owned(),
        access_key_id: "ID".to_owned(),
        secret: Secret::new("secret".to_owned()),
        region: REGION.parse().unwrap(),
        service: "kms-xks-proxy",
        body: Secret::new(body),
        within: Duration::from_millis(250),
    })
}

fn asked(exchange: &Exchange) -> Vec<u8> {
    match &exchange.question {
        Question::Web(question) => question.body.expose().clone(),
        Question::Token(_) => panic!("nobody asked a token"),
    }
}

fn body(question: &Question) -> Vec<u8> {
    match question {
        Question::Web(question) => question.body.expose().clone(),
        Question::Token(_) => panic!("nobody asked a token"),
    }
}

fn said(bytes: &[u8]) -> Answer {
    Answer::Web(Ok(Reply { status: 200, body: Secret::new(bytes.to_vec()) }))
}

/// Asks a question of chance, and keeps that and the answer.
fn draws_and_asks(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
    let Some(exchange) = ctx.exchanged("first") else {
        let mut drawn = vec![0; 16];
        ctx.rng().fill(&mut drawn);
        return Err(ctx.ask("first", question(drawn), ()));
    };
    let answer = exchange.web()?.map_err(|why| Error::Internal(format!("{why:?}")))?;
    let both = [asked(exchange), answer.body.expose().clone()].concat();
    let place = place(ctx);
    ctx.put(&place, &Kept(both))
}

/// Counts questions and answers each with its own body, backwards.
fn mirror(house: &House) -> Arc<Mutex<Vec<Vec<u8>>>> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let told = heard.clone();
    house.outside.replies(move |question| {
        let body = body(question);
        told.lock().unwrap().push(body.clone());
        said(&body.into_iter().rev().collect::<Vec<u8>>())
    });
    heard
}

#[test]
fn a_call_finds_what_it_asked_beside_the_answer_and_is_on_record_once() {
    let house = House::new(vec![service().with(op(ENABLE_KEY, draws_and_asks).on(anything).writes())]);
    let heard = mirror(&house);
    assert_eq!(house.call("kms", "EnableKey", &json!({"KeyId": "k"})).status, 200);
    let heard = heard.lock().unwrap().clone();
    assert_eq!(heard.len(), 1);
    let answer: Vec<u8> = heard[0].iter().rev().copied().collect();
    assert_eq!(kept(&house), Some([heard[0].clone(), answer].concat()), "it went on from another draw");
    assert_eq!(house.records().len(), 1);
}

#[test]
fn a_conflict_after_the_answer_asks_nobody_again() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    fn contended(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        draws_and_asks(ctx, ())?;
        if RUNS.fetch_add(1, Ordering::SeqCst) < 2 { Err(store::Error::Conflict.into()) } else { Ok(()) }
    }
    let house = House::new(vec![service().with(op(ENABLE_KEY, contended).on(anything).writes())]);
    let heard = mirror(&house);
    assert_eq!(house.call("kms", "EnableKey", &json!({"KeyId": "k"})).status, 200);
    assert_eq!((RUNS.load(Ordering::SeqCst), heard.lock().unwrap().len()), (3, 1));
}

#[test]
fn a_reading_call_goes_on_from_the_input_that_it_handed_back_and_counts_once() {
    fn asks_twice(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        for name in ["first", "second"] {
            match ctx.exchanged(name) {
                Some(exchange) => assert!(exchange.web()?.is_ok()),
                None => return Err(ctx.ask(name, question(name.as_bytes().to_vec()), ())),
            }
        }
        Ok(())
    }
    let house = House::new(vec![service().with(op(LIST_KEYS, asks_twice).on(anything))]);
    let heard = mirror(&house);
    assert_eq!(house.call("kms", "ListKeys", &json!({})).status, 200);
    assert_eq!(*heard.lock().unwrap(), [b"first".to_vec(), b"second".to_vec()]);
    assert_eq!(house.records().len(), 1);
    let lines = house.kernel.usage().read();
    let counted: u64 = lines.iter().filter(|line| line.outcome == Outcome::Success).map(|line| line.count).sum();
    assert_eq!(counted, 1);
}

#[test]
fn what_nobody_answers_is_the_handlers_to_tell() {
    fn tells(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        let Some(exchange) = ctx.exchanged("first") else { return Err(ctx.ask("first", question(Vec::new()), ())) };
        match exchange.web()? {
            Ok(_) => Ok(()),
            Err(why) => Err(Fault::client("KMSInvalidStateException", format!("{why:?}")).into()),
        }
    }
    let house = House::new(vec![service().with(op(LIST_KEYS, tells).on(anything))]);
    let answer = house.call("kms", "ListKeys", &json!({}));
    assert_eq!((answer.status, answer.message().as_str()), (400, "NoConnection"));
    house.outside.replies(|_| Answer::Web(Err(Unanswered::NoTls)));
    assert_eq!(house.call("kms", "ListKeys", &json!({})).message(), "NoTls");
    house.outside.replies(|_| Answer::Token(Err(TokenError::NoKey)));
    assert_eq!(house.call("kms", "ListKeys", &json!({})).status, 500, "an answer of another kind is a defect");
}

#[test]
fn who_may_not_makes_nobody_be_asked_and_what_is_undecided_neither() {
    fn undecided(_: &mut Lookup<'_, '_>, (): &()) -> Result<Vec<Target>> {
        Ok(Vec::new())
    }
    let house = House::new(vec![
        service()
            .with(op(ENABLE_KEY, draws_and_asks).on(anything).writes())
            .with(op(LIST_KEYS, draws_and_asks).on(undecided)),
    ]);
    let heard = mirror(&house);
    let denied = house.call_as(ALICE, REGION, "kms", "EnableKey", &json!({"KeyId": "k"}));
    assert_eq!(denied.code(), "AccessDeniedException");
    assert_eq!(house.call("kms", "ListKeys", &json!({})).status, 500);
    assert!(heard.lock().unwrap().is_empty());
}

#[test]
fn a_call_that_never_stops_asking_is_a_defect_and_ends() {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    fn insatiable(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        let name = NEXT.fetch_add(1, Ordering::SeqCst).to_string();
        Err(ctx.ask(&name, question(Vec::new()), ()))
    }
    fn forgetful(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        Err(ctx.ask("again", question(Vec::new()), ()))
    }
    let house = House::new(vec![
        service()
            .with(op(LIST_KEYS, insatiable).on(anything))
            .with(op(LIST_ALIASES, forgetful).on(anything))
            .with(op(ENABLE_KEY, insatiable).on(anything).writes()),
    ]);
    let heard = mirror(&house);
    for (operation, input) in [("ListKeys", json!({})), ("EnableKey", json!({"KeyId": "k"}))] {
        assert_eq!(house.call("kms", operation, &input).status, 500, "{operation}");
        assert_eq!(std::mem::take(&mut *heard.lock().unwrap()).len(), 8, "{operation}");
    }
    assert_eq!(house.call("kms", "ListAliases", &json!({})).status, 500);
    assert_eq!(heard.lock().unwrap().len(), 1);
    assert_eq!(house.records().len(), 3, "the attempts are on record all the same");
}

#[test]
fn forwarded_calls_ask_each_for_itself_and_are_on_record_once() {
    fn asks(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        let Some(exchange) = ctx.exchanged("first") else {
            let mut drawn = vec![0; 16];
            ctx.rng().fill(&mut drawn);
            return Err(ctx.ask("first", question(drawn), ()));
        };
        ctx.audit_data("asked", format!("\"{}\"", base::hex(&asked(exchange))));
        Ok(())
    }
    fn forwards(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        for _ in 0..2 {
            ctx.forward("kms", "EnableKey", vec![("KeyId", Value::String("k".into()))])?;
        }
        Ok(())
    }
    let house = House::new(vec![
        service()
            .with(op(LIST_KEYS, forwards).on(anything).asks())
            .with(op(LIST_ALIASES, forwards).on(anything))
            .with(op(ENABLE_KEY, asks).on(anything)),
    ]);
    let heard = mirror(&house);
    assert_eq!(house.call("kms", "ListKeys", &json!({})).status, 200);
    let heard: Vec<String> = heard.lock().unwrap().iter().map(|body| base::hex(body)).collect();
    assert_eq!(heard.len(), 2);
    let records = house.records();
    let told: Vec<&str> = records.iter().filter_map(|record| record["additionalEventData"]["asked"].as_str()).collect();
    assert_eq!(told, heard, "each once, with what it asked itself");
    assert_eq!(house.call("kms", "ListAliases", &json!({})).status, 500, "its input was not kept");
}

#[test]
fn a_job_asks_as_a_call_does() {
    fn later(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        ctx.schedule(&bus::Job {
            id: "once".into(),
            kind: "test.asks".into(),
            due: ctx.now(),
            space: Space::regional(ctx.scope()),
            payload: Vec::new(),
        })
    }
    fn run(ctx: &mut Ctx<'_>, _: &bus::Job) -> Result<()> {
        let Some(exchange) = ctx.exchanged("open") else {
            let (token, pin) = ("token".to_owned(), Secret::new("pin".to_owned()));
            return Err(ctx.ask("open", Question::Token(TokenQuestion { token, pin, task: TokenTask::Open }), ()));
        };
        let answer = exchange.token()?.map_err(|why| Error::Internal(format!("{why:?}")))?;
        let (place, answer) = (place(ctx), answer.to_vec());
        ctx.put(&place, &Kept(answer))
    }
    let house = House::new(vec![
        service().with(op(ENABLE_KEY, later).on(anything).writes()).job(JobKind { name: "test.asks", run }),
    ]);
    house.outside.replies(|question| match question {
        Question::Token(question) => Answer::Token(Ok(Secret::new(question.token.as_bytes().to_vec()))),
        Question::Web(_) => Answer::Web(Err(Unanswered::Broken)),
    });
    assert_eq!(house.call("kms", "EnableKey", &json!({"KeyId": "k"})).status, 200);
    house.advance(Duration::ZERO);
    assert_eq!(kept(&house), Some(b"token".to_vec()));
}
