//! Hands mail to an SMTP server (RFC 5321), with TLS by rustls.

mod config;
mod message;

use std::{error::Error as _, time::Duration};

use delivery::ports::{Mail, MailError, Mailer};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    message::Mailbox,
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use types::{BoxFuture, Clock};

pub use config::{ConfigError, SmtpConfig};

/// One command of the conversation may take this long.
const COMMAND: Duration = Duration::from_secs(30);
/// All of one mail: a server that answers a byte at a time must not hold a worker.
const MAIL: Duration = Duration::from_secs(180);

/// Sends every mail over a connection of its own.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    clock: Clock,
}

impl SmtpMailer {
    /// Prepares the way to the server; connects only when a mail is sent. The clock dates the mails.
    ///
    /// # Errors
    /// What is wrong with the configuration.
    pub fn new(config: &SmtpConfig, clock: Clock) -> Result<Self, ConfigError> {
        let server = config.server()?;
        let from = config.from.parse().map_err(|_| ConfigError::From(config.from.clone()))?;
        let tls = || tls_parameters(&server.host, config.ca_pem.as_deref());
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host.as_str())
            .port(server.port)
            .timeout(Some(COMMAND))
            .tls(match server.security {
                config::Security::None => Tls::None,
                config::Security::StartTls => Tls::Required(tls()?),
                config::Security::Tls => Tls::Wrapper(tls()?),
            });
        if let Some((user, password)) = server.credentials {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Self { transport: builder.build(), from, clock })
    }

    async fn hand_over(&self, mail: Mail) -> Result<(), MailError> {
        let message = message::build(&self.from, mail, self.clock.now()).map_err(MailError::Permanent)?;
        match tokio::time::timeout(MAIL, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(judge(&error)),
            Err(_) => Err(MailError::Transient(format!("no end after {} s", MAIL.as_secs()))),
        }
    }
}

impl Mailer for SmtpMailer {
    fn send(&self, mail: Mail) -> BoxFuture<'_, Result<(), MailError>> {
        Box::pin(self.hand_over(mail))
    }
}

fn tls_parameters(host: &str, ca_pem: Option<&str>) -> Result<TlsParameters, ConfigError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(pem) = ca_pem {
        let certificate = Certificate::from_pem(pem.as_bytes()).map_err(|error| ConfigError::Tls(error.to_string()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| ConfigError::Tls(error.to_string()))
}

/// 5xx is final for this mail, except what only says that *we* are not let in: that is for the administrator to mend,
/// and no mail should be lost over it. All that is not an answer (refused, reset, late, TLS) may pass.
fn judge(error: &lettre::transport::smtp::Error) -> MailError {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        said = format!("{said}: {cause}");
        source = cause.source();
    }
    let code = error.status().map(u16::from);
    let locked_out = matches!(code, Some(530 | 534 | 535 | 538));
    if error.is_permanent() && !locked_out { MailError::Permanent(said) } else { MailError::Transient(said) }
}
