//! What watches a server from its start to its end: the admin listener, and what sends its traces.
//!
//! Guarantees: while the server finishes what is under way it is still told about, as not ready; the last traces are sent
//! before it ends, as far as they are taken in time.

use super::{Admin, Options, Source};
use crate::node::Node;
use crate::settings::Settings;
use crate::tls::Tls;
use crate::watch::Watch;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long the last traces may take to be sent.
const TRACES_END: Duration = Duration::from_secs(2);

/// What watches a server that runs.
pub(crate) struct Running {
    url: Option<String>,
    admin: Option<JoinHandle<Infallible>>,
    exporter: Option<JoinHandle<()>>,
    end: oneshot::Sender<()>,
}

impl Running {
    /// Begins as the settings say, in the tokio runtime. `tls` is what the main listener serves; when the sender of
    /// `stopping` speaks or is gone, the server is stopping.
    pub(crate) fn begin(
        settings: &Settings,
        node: &Arc<Node>,
        watch: &Arc<Watch>,
        tls: &Tls,
        mut stopping: watch::Receiver<()>,
    ) -> Result<Self, String> {
        let exporter = watch.trace(settings)?;
        let source = Source::new(node.clone(), watch.clone(), settings, Some(tls.clone()));
        let admin = Options::of(settings, tls).map(|options| Admin::bind(options, source)).transpose()?;
        let url = admin.as_ref().map(Admin::url);
        let (end, ended) = oneshot::channel();
        Ok(Self {
            url,
            admin: admin.map(|admin| tokio::spawn(admin.run(async move { drop(stopping.changed().await) }))),
            exporter: exporter.map(|exporter| tokio::spawn(exporter.run(async move { drop(ended.await) }))),
            end,
        })
    }

    /// Where the admin listener is, if there is one.
    pub(crate) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Ends: nothing is under way any more.
    pub(crate) async fn end(self) {
        if let Some(admin) = self.admin {
            admin.abort();
        }
        drop(self.end);
        if let Some(exporter) = self.exporter {
            let _ = timeout(TRACES_END, exporter).await;
        }
    }
}
