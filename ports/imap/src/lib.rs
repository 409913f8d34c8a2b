//! A mailbox over IMAP as a source: mails with their files, moved away once they are settled.

mod config;
mod message;

use std::{fmt::Debug, sync::Arc, time::Duration};

use async_imap::{Client, Session};
use delivery::ports::{Delivered, Fate, Inbox, MailError};
use futures_util::TryStreamExt as _;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring},
};
use types::BoxFuture;

pub use config::{ConfigError, ImapConfig};

/// All of one round: a server that answers a byte at a time must not hold a worker.
const ROUND: Duration = Duration::from_secs(120);
/// The largest mail that is read.
const LARGEST: u32 = 30 << 20;
/// Where mails go that were taken in.
const DONE: &str = "Novads/Done";
/// Where mails go that were not.
const FAILED: &str = "Novads/Failed";

/// Whatever the session runs over.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Debug> Wire for T {}

type Speaking = Session<Box<dyn Wire>>;

/// A mailbox; every round connects anew.
pub struct ImapInbox {
    server: config::Server,
    tls: Option<TlsConnector>,
}

impl ImapInbox {
    /// Prepares the way to the server; connects only when it is asked for mails.
    ///
    /// # Errors
    /// What is wrong with the configuration.
    pub fn new(config: &ImapConfig) -> Result<Self, ConfigError> {
        let server = config.server()?;
        let tls = if server.tls { Some(connector(config.ca_pem.as_deref())?) } else { None };
        Ok(Self { server, tls })
    }

    async fn session(&self) -> Result<Speaking, MailError> {
        let tcp = TcpStream::connect((self.server.host.as_str(), self.server.port)).await.map_err(transient)?;
        let wire: Box<dyn Wire> = match &self.tls {
            None => Box::new(tcp),
            Some(tls) => {
                let name = rustls_pki_types::ServerName::try_from(self.server.host.clone()).map_err(permanent)?;
                Box::new(tls.connect(name, tcp).await.map_err(transient)?)
            }
        };
        let mut client = Client::new(wire);
        let greeting = client.read_response().await.map_err(transient)?;
        greeting.ok_or_else(|| MailError::Transient("the server said nothing".to_owned()))?;
        // That we are not let in is for the administrator to mend; nothing is lost over it.
        client.login(&self.server.user, &self.server.password).await.map_err(|(e, _)| transient(e))
    }

    async fn round(&self, most: usize) -> Result<Vec<Delivered>, MailError> {
        let mut session = self.session().await?;
        let all = mails(&mut session, &self.server.folder, most).await;
        // What was read is not unread by a server that does not say goodbye.
        let _ = session.logout().await;
        all
    }

    async fn put_away(&self, key: &str, fate: &Fate) -> Result<(), MailError> {
        let (validity, uid) = known(key).ok_or_else(|| MailError::Permanent(format!("no mail is called {key}")))?;
        let mut session = self.session().await?;
        let mailbox = session.select(&self.server.folder).await.map_err(transient)?;
        let done = if mailbox.uid_validity == Some(validity) {
            let to = if *fate == Fate::Done { DONE } else { FAILED };
            moved(&mut session, uid, to).await
        } else {
            // The mailbox was made anew: its numbers mean other mails.
            Ok(())
        };
        let _ = session.logout().await;
        done
    }
}

async fn mails(session: &mut Speaking, folder: &str, most: usize) -> Result<Vec<Delivered>, MailError> {
    let mailbox = session.select(folder).await.map_err(transient)?;
    let validity = mailbox.uid_validity.unwrap_or_default();
    let found = session.uid_search("UNDELETED").await.map_err(transient)?;
    let mut uids: Vec<u32> = found.into_iter().collect();
    uids.sort_unstable();
    uids.truncate(most);
    let mut all = Vec::with_capacity(uids.len());
    for uid in uids {
        let key = format!("{validity}-{uid}");
        let sizes: Vec<_> = session
            .uid_fetch(uid.to_string(), "RFC822.SIZE")
            .await
            .map_err(transient)?
            .try_collect()
            .await
            .map_err(transient)?;
        if sizes.iter().filter_map(|f| f.size).any(|size| size > LARGEST) {
            let fault = Some(format!("Vēstule ir lielāka par {} MB", LARGEST >> 20));
            all.push(Delivered { key, sender: None, subject: String::new(), files: Vec::new(), fault });
            continue;
        }
        // Peeking leaves it as unread as it was.
        let bodies: Vec<_> = session
            .uid_fetch(uid.to_string(), "BODY.PEEK[]")
            .await
            .map_err(transient)?
            .try_collect()
            .await
            .map_err(transient)?;
        // One that was moved away meanwhile has no body.
        if let Some(body) = bodies.iter().find_map(|f| f.body()) {
            all.push(message::read(key, body));
        }
    }
    Ok(all)
}

async fn moved(session: &mut Speaking, uid: u32, to: &str) -> Result<(), MailError> {
    let uid = uid.to_string();
    let still: Vec<_> =
        session.uid_fetch(&uid, "UID").await.map_err(transient)?.try_collect().await.map_err(transient)?;
    if still.is_empty() {
        return Ok(());
    }
    // It may be there already: then the server says no, and moving shows whether it is.
    let _ = session.create(to).await;
    if session.uid_mv(&uid, to).await.is_ok() {
        return Ok(());
    }
    session.uid_copy(&uid, to).await.map_err(transient)?;
    let stored = session.uid_store(&uid, "+FLAGS.SILENT (\\Deleted)").await.map_err(transient)?;
    let _: Vec<_> = stored.try_collect().await.map_err(transient)?;
    let gone = session.expunge().await.map_err(transient)?;
    let _: Vec<_> = gone.try_collect().await.map_err(transient)?;
    Ok(())
}

fn known(key: &str) -> Option<(u32, u32)> {
    let (validity, uid) = key.split_once('-')?;
    Some((validity.parse().ok()?, uid.parse().ok()?))
}

fn connector(ca_pem: Option<&str>) -> Result<TlsConnector, ConfigError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(pem) = ca_pem {
        use rustls_pki_types::{CertificateDer, pem::PemObject as _};
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let certificate = certificate.map_err(|e| ConfigError::Tls(e.to_string()))?;
            roots.add(certificate).map_err(|e| ConfigError::Tls(e.to_string()))?;
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| ConfigError::Tls(e.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn transient(e: impl std::fmt::Display) -> MailError {
    MailError::Transient(e.to_string())
}

fn permanent(e: impl std::fmt::Display) -> MailError {
    MailError::Permanent(e.to_string())
}

async fn bounded<T>(round: impl Future<Output = Result<T, MailError>>) -> Result<T, MailError> {
    let late = |_| MailError::Transient(format!("no end after {} s", ROUND.as_secs()));
    tokio::time::timeout(ROUND, round).await.map_err(late)?
}

impl Inbox for ImapInbox {
    fn fetch(&self, most: usize) -> BoxFuture<'_, Result<Vec<Delivered>, MailError>> {
        Box::pin(bounded(self.round(most)))
    }

    fn settle<'a>(&'a self, key: &'a str, fate: Fate) -> BoxFuture<'a, Result<(), MailError>> {
        Box::pin(async move { bounded(self.put_away(key, &fate)).await })
    }
}
