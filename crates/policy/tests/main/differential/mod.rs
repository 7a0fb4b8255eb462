//! The two evaluators, held against each other over requests and policies that chance makes.
//!
//! Guarantees: the same questions in every run. Their vocabulary is small, so that policies often speak about requests,
//! and full of near misses. Where AWS's pages leave something open and the two may rightly differ, nothing is asked.

mod requests;
mod statements;

use crate::conformance::real;
use crate::naive::{self, Outcome};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use serde_json::Value;
use std::cell::Cell;

/// How many questions.
const QUESTIONS: u32 = 4_000;

#[test]
fn both_evaluators_come_to_the_same_answers() {
    let config = Config { cases: QUESTIONS, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let seen = Seen::default();
    let result = runner.run(&requests::case(), |case| compare(&case, &seen));
    if let Err(difference) = result {
        panic!("{difference}");
    }
    // Otherwise most questions would have been pointless.
    for (what, count, least) in [
        ("allowed", &seen.allowed, QUESTIONS / 12),
        ("denied implicitly", &seen.implicit, QUESTIONS / 12),
        ("denied explicitly", &seen.explicit, QUESTIONS / 12),
    ] {
        assert!(count.get() >= least, "{what}: {} of {QUESTIONS}", count.get());
    }
    assert!(seen.refused.get() <= QUESTIONS / 10, "{} refused", seen.refused.get());
}

/// What came of the questions.
#[derive(Default)]
struct Seen {
    allowed: Cell<u32>,
    implicit: Cell<u32>,
    explicit: Cell<u32>,
    refused: Cell<u32>,
}

fn count(cell: &Cell<u32>) {
    cell.set(cell.get() + 1);
}

fn compare(case: &Value, seen: &Seen) -> Result<(), TestCaseError> {
    let Ok(verdict) = real::verdict(case) else {
        // A policy that the parser does not take; what it takes and what not is tested elsewhere.
        count(&seen.refused);
        return Ok(());
    };
    let answer = naive::answer(case);
    let decision = match answer.outcome {
        Outcome::Allow => {
            count(&seen.allowed);
            "allow"
        }
        Outcome::ImplicitDeny => {
            count(&seen.implicit);
            "implicitDeny"
        }
        Outcome::ExplicitDeny => {
            count(&seen.explicit);
            "explicitDeny"
        }
    };
    let arn = answer.policy.as_ref().map_or(String::new(), |arn| format!(": {arn}"));
    let told = answer.message.as_ref().map(|message| format!("{message}{arn}"));
    if !verdict.is(decision, &answer.by, told.as_deref()) {
        return Err(TestCaseError::fail(format!("naive: {answer:?}\nreal: {verdict:?}\n{case}")));
    }
    Ok(())
}
