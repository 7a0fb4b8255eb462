//! Tokens behind a PKCS#11 module, which a helper process loads: a crash of the module ends that process and nothing else.
//!
//! Guarantees: the module is never in this process; a helper that ends, or does not answer in time, is replaced, after a
//! pause that grows with each failure; what waits for it is limited in number and time; a request that was under way when it
//! ended failed. The helper ends when this process does. Source: PKCS #11 Specification, version 3.1.

mod frames;
pub(crate) mod helper;
mod module;

pub(crate) use frames::{KeyName, Task};

use base::Secret;
use frames::{Request, Response};
use kernel::{TokenError, TokenQuestion};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Requests that may wait for the helper.
const MAX_WAITING: usize = 256;

/// How long a request may take, waiting included. Signing in to a network module takes seconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// The pause after a helper's first failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// Asks tokens.
pub(crate) struct Tokens {
    /// `None` where no module is configured.
    queue: Option<SyncSender<Waiting>>,
    running: Arc<Mutex<Option<Child>>>,
}

/// A request, and who waits for its answer.
struct Waiting {
    request: Secret<Vec<u8>>,
    until: Instant,
    answer: oneshot::Sender<Result<Secret<Vec<u8>>, TokenError>>,
}

impl Tokens {
    /// With the helper that loads `module`; without one nobody is asked.
    pub(crate) fn new(module: Option<&Path>) -> Self {
        let command = module.map(|module| (std::env::current_exe(), module.to_path_buf()));
        match command {
            Some((Ok(program), module)) => {
                let arguments = vec![helper::NAME.into(), "--module".into(), module.into_os_string()];
                Self::over(Launch { program, arguments, pause: FIRST_PAUSE })
            }
            Some((Err(error), _)) => {
                tracing::error!(%error, "this program cannot be found again, so there is no helper for tokens");
                Self { queue: None, running: Arc::default() }
            }
            None => Self { queue: None, running: Arc::default() },
        }
    }

    fn over(launch: Launch) -> Self {
        let (queue, waiting) = sync_channel(MAX_WAITING);
        let running = Arc::default();
        let worker = Worker { launch, running: Arc::clone(&running), pipes: None, failures: 0, not_before: None };
        let started = std::thread::Builder::new().name("tokens".to_owned()).spawn(move || worker.work(&waiting));
        match started {
            Ok(_) => Self { queue: Some(queue), running },
            Err(error) => {
                tracing::error!(%error, "no thread for tokens");
                Self { queue: None, running }
            }
        }
    }

    /// Asks. The helper is started when it is first needed.
    pub(crate) async fn ask(&self, question: &TokenQuestion) -> Result<Secret<Vec<u8>>, TokenError> {
        self.ask_within(question, PATIENCE).await
    }

    /// Has a token do what a seal needs.
    pub(crate) async fn work(
        &self,
        token: &str,
        mut pin: Secret<String>,
        task: Task,
    ) -> Result<Secret<Vec<u8>>, TokenError> {
        let pin = std::mem::take(pin.expose_mut());
        self.send(&Request { token: token.to_owned(), pin, task }, PATIENCE).await
    }

    async fn ask_within(&self, question: &TokenQuestion, patience: Duration) -> Result<Secret<Vec<u8>>, TokenError> {
        self.send(&Request::of(question), patience).await
    }

    async fn send(&self, request: &Request, patience: Duration) -> Result<Secret<Vec<u8>>, TokenError> {
        let queue = self.queue.as_ref().ok_or(TokenError::NoModule)?;
        let request = request.to_bytes().ok_or(TokenError::Failed)?;
        let (answer, answered) = oneshot::channel();
        let until = Instant::now() + patience;
        queue.try_send(Waiting { request, until, answer }).map_err(|_| TokenError::Failed)?;
        match tokio::time::timeout(patience, answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(TokenError::Failed),
            Err(_) => {
                tracing::warn!("a token did not answer in time; its helper is replaced");
                kill(&self.running);
                Err(TokenError::Failed)
            }
        }
    }
}

impl Drop for Tokens {
    fn drop(&mut self) {
        kill(&self.running);
    }
}

fn kill(running: &Mutex<Option<Child>>) {
    if let Some(mut child) = running.lock().unwrap_or_else(PoisonError::into_inner).take() {
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// How the helper is started.
struct Launch {
    program: PathBuf,
    arguments: Vec<std::ffi::OsString>,
    /// The pause after its first failure.
    pause: Duration,
}

/// The thread that speaks with the helper.
struct Worker {
    launch: Launch,
    running: Arc<Mutex<Option<Child>>>,
    pipes: Option<(BufWriter<ChildStdin>, BufReader<ChildStdout>)>,
    failures: u32,
    not_before: Option<Instant>,
}

impl Worker {
    fn work(mut self, waiting: &Receiver<Waiting>) {
        while let Ok(Waiting { request, until, answer }) = waiting.recv() {
            // Who asked has given up by then, or is gone.
            if Instant::now() >= until || answer.is_closed() {
                continue;
            }
            let answered = self.exchange(&request);
            if answered.is_none() {
                self.fail();
            }
            let _ = answer.send(answered.unwrap_or(Err(TokenError::Failed)));
        }
        kill(&self.running);
    }

    /// `None` if the helper is gone.
    fn exchange(&mut self, request: &Secret<Vec<u8>>) -> Option<Result<Secret<Vec<u8>>, TokenError>> {
        if self.pipes.is_none() {
            if self.not_before.is_some_and(|then| Instant::now() < then) {
                // The pause is not over, and is not made longer by who asks meanwhile.
                return Some(Err(TokenError::Failed));
            }
            self.start()?;
        }
        let (to, from) = self.pipes.as_mut()?;
        frames::write(to, request.expose()).ok()?;
        let response = Response::from_bytes(frames::read(from).ok()??.expose())?;
        self.failures = 0;
        Some(response.into_answer())
    }

    fn start(&mut self) -> Option<()> {
        let mut command = Command::new(&self.launch.program);
        command.args(&self.launch.arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let started = command.spawn();
        if let Err(error) = &started {
            tracing::error!(%error, "the helper for tokens could not be started");
        }
        let mut child = started.ok()?;
        let pipes = child.stdin.take().zip(child.stdout.take())?;
        self.pipes = Some((BufWriter::new(pipes.0), BufReader::new(pipes.1)));
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
        Some(())
    }

    fn fail(&mut self) {
        self.pipes = None;
        kill(&self.running);
        let pause = self.launch.pause.saturating_mul(1 << self.failures.min(10));
        let pause = pause.min(MAX_PAUSE.max(self.launch.pause));
        self.failures = self.failures.saturating_add(1);
        self.not_before = Some(Instant::now() + pause);
        tracing::error!(failures = self.failures, ?pause, "the helper for tokens ended");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::TokenTask;

    fn tokens(script: &str, pause: Duration) -> Tokens {
        Tokens::over(Launch { program: "/bin/sh".into(), arguments: vec!["-c".into(), script.into()], pause })
    }

    fn question() -> TokenQuestion {
        TokenQuestion { token: "t".to_owned(), pin: Secret::new("p".to_owned()), task: TokenTask::Open }
    }

    fn ask(tokens: &Tokens, patience: Duration) -> Option<TokenError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(tokens.ask_within(&question(), patience)).err()
    }

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn without_a_module_nobody_is_asked() {
        assert_eq!(ask(&Tokens::new(None), LONG), Some(TokenError::NoModule));
    }

    #[test]
    fn a_helper_that_ends_is_a_failure_of_its_request_and_is_started_again_after_a_pause() {
        let dir = tempfile::tempdir().unwrap();
        let starts = dir.path().join("starts");
        let script = format!("echo x >> {}; exit 1", starts.display());
        let count = || std::fs::read_to_string(&starts).unwrap_or_default().lines().count();
        let patient = tokens(&script, Duration::from_secs(3_600));
        assert_eq!(ask(&patient, LONG), Some(TokenError::Failed));
        assert_eq!(count(), 1);
        assert_eq!(ask(&patient, LONG), Some(TokenError::Failed));
        assert_eq!(count(), 1, "the pause is not over");
        let restless = tokens(&script, Duration::ZERO);
        for _ in 0..3 {
            assert_eq!(ask(&restless, LONG), Some(TokenError::Failed));
        }
        assert_eq!(count(), 4);
    }

    #[test]
    fn a_helper_that_hangs_is_ended_and_takes_nobody_with_it() {
        let hanging = tokens("exec sleep 600", Duration::from_secs(3_600));
        assert_eq!(ask(&hanging, Duration::from_millis(200)), Some(TokenError::Failed));
        assert!(hanging.running.lock().unwrap().is_none());
        assert_eq!(ask(&hanging, LONG), Some(TokenError::Failed), "the next one does not wait for it");
    }

    #[test]
    fn what_a_helper_answers_is_what_is_told() {
        // A frame of one byte for success and one for an empty text: see `frames`.
        let answer = Response::done(Secret::new(b"abc".to_vec())).to_bytes().unwrap();
        let octal: String = [&(answer.expose().len() as u32).to_be_bytes()[..], answer.expose()]
            .concat()
            .iter()
            .map(|byte| format!("\\{byte:03o}"))
            .collect();
        let answering = tokens(&format!("head -c 4 > /dev/null; printf '{octal}'; cat > /dev/null"), FIRST_PAUSE);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let answered = runtime.block_on(answering.ask_within(&question(), LONG));
        assert!(answered.is_ok_and(|answer| answer.expose() == b"abc"));
    }
}
