//! `novads serve`

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use op::Extensions;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    task::JoinHandle,
};
use web::App;

use crate::{
    DONE,
    cli::{Place, Serve},
    demo, esign, house, http,
    installation::{Installation, ServeLock, data_folder},
    intake, metrics, output, ports,
};

/// Connections of the pool; the private PostgreSQL takes 60 altogether.
const CONNECTIONS: u32 = 24;
/// Jobs of different kinds run beside each other.
const WORKERS: usize = 2;
/// What open requests get at the end: two seconds are for everything, PostgreSQL included.
const GRACE: Duration = Duration::from_millis(300);
const GRACE_ELSEWHERE: Duration = Duration::from_millis(1500);

/// When the private PostgreSQL was last found dead and started again.
pub const RECOVERED: &str = "postgresql-recovered";

/// Serves until TERM or ^C.
pub async fn run(place: &Place, args: &Serve) -> Result<u8> {
    let begun = Instant::now();
    let mut stop = Stop::listen()?;
    if args.demo {
        refuse_public(args.listen)?;
    }
    // Before anything is made: a taken port is the commonest mistake.
    let listeners = Listeners::bind(args).await?;
    let _lock = lock(place, listeners.address)?;
    let opening = Installation::own(place);
    tokio::pin!(opening);
    let mut installation = tokio::select! {
        opened = &mut opening => opened?,
        () = stop.told() => {
            // What is half started is stopped, if it gets ready in time; else the next start adopts it.
            if let Ok(Ok(installation)) = tokio::time::timeout(Duration::from_secs(1), opening).await {
                installation.close().await?;
            }
            return Ok(DONE);
        }
    };
    let served = tokio::select! {
        served = start(&installation, args, listeners, begun) => served.map(Some),
        () = stop.told() => Ok(None),
    };
    let result = match served {
        Ok(Some(running)) => {
            tokio::select! {
                () = stop.told() => {}
                () = look_after(&mut installation, &running.app) => {}
            }
            tracing::info!("stopping");
            running.stop(if installation.cluster().is_some() { GRACE } else { GRACE_ELSEWHERE }).await;
            Ok(DONE)
        }
        Ok(None) => Ok(DONE),
        Err(error) => Err(error),
    };
    installation.close().await?;
    result
}

/// A demonstration's passwords are known to everybody.
fn refuse_public(listen: SocketAddr) -> Result<()> {
    if !listen.ip().is_loopback() {
        bail!(
            "a demonstration listens on this machine only, because everybody knows its passwords: {listen} is refused, say --listen 127.0.0.1:{}",
            listen.port()
        );
    }
    Ok(())
}

fn lock(place: &Place, address: SocketAddr) -> Result<Option<ServeLock>> {
    if place.database_url.is_some() {
        return Ok(None);
    }
    let Some(data) = data_folder(place)? else { return Ok(None) };
    let mut lock = ServeLock::take(&data)?;
    lock.announce(address)?;
    Ok(Some(lock))
}

struct Listeners {
    pages: TcpListener,
    address: SocketAddr,
    metrics: Option<TcpListener>,
}

impl Listeners {
    async fn bind(args: &Serve) -> Result<Self> {
        let pages = http::bind(args.listen, "--listen").await?;
        let metrics = match args.metrics {
            Some(address) => Some(http::bind(address, "--metrics").await?),
            None => None,
        };
        let address = pages.local_addr().context("the address we listen on")?;
        Ok(Self { pages, address, metrics })
    }
}

struct Running {
    app: App,
    stop: watch::Sender<bool>,
    listeners: Vec<JoinHandle<()>>,
    workers: Vec<JoinHandle<()>>,
}

async fn start(installation: &Installation, args: &Serve, listeners: Listeners, begun: Instant) -> Result<Running> {
    let steps = house::migrations();
    db::migrate(&installation.owner_url, &steps).await.context("the database cannot be brought up to date")?;
    let db = installation.connect(CONNECTIONS).await?;
    let bare = house::kernel(db.clone(), Extensions::default());
    let demo = demo::decide(&bare, args.demo).await?;
    if demo {
        refuse_public(args.listen)?;
    }
    let keys = installation.keys(&bare).await?;
    let mut extensions = house::extensions()?;
    ports::register(&mut extensions, installation, &keys).await?;
    intake::register(&mut extensions, installation.data.as_deref(), demo.then_some(demo::CODE))?;
    if demo {
        extensions.insert(demo::hints());
        esign::register_demo(&mut extensions, installation.data.as_deref()).await?;
    } else {
        esign::register(&mut extensions, installation.data.as_deref())?;
    }
    let kernel = house::kernel(db, extensions);
    if demo {
        demo::prepare(&kernel).await.context("the demonstration cannot be set up")?;
    }
    let public_url = public_url(args.public_url.as_deref(), listeners.address)?;
    let app = house::app(kernel, public_url, keys.token.0)?;
    let running = spawn(app, listeners.pages, listeners.metrics);
    announce(installation, &running.app, listeners.address, begun, demo).await?;
    Ok(running)
}

fn spawn(app: App, pages: TcpListener, measured: Option<TcpListener>) -> Running {
    let (stop, stopped) = watch::channel(false);
    let mut listeners = vec![tokio::spawn(http::serve(pages, web::router(&app), stopped.clone(), GRACE_ELSEWHERE))];
    if let Some(listener) = measured {
        let router = metrics::router(std::sync::Arc::clone(app.kernel()));
        listeners.push(tokio::spawn(http::serve(listener, router, stopped, Duration::ZERO)));
    }
    let worker = |_| tokio::spawn(jobs::Worker::new(std::sync::Arc::clone(app.kernel()), app.jobs()).run());
    let workers = (0..WORKERS).map(worker).collect();
    Running { app, stop, listeners, workers }
}

impl Running {
    async fn stop(self, grace: Duration) {
        let _ = self.stop.send(true);
        // Their leases run out, and the jobs run again.
        self.workers.iter().for_each(JoinHandle::abort);
        let all = async {
            for listener in self.listeners {
                let _ = listener.await;
            }
        };
        let _ = tokio::time::timeout(grace, all).await;
    }
}

/// Starts the private PostgreSQL again when it dies; never ends.
async fn look_after(installation: &mut Installation, app: &App) {
    let mut pause = Duration::from_millis(200);
    loop {
        tokio::time::sleep(pause).await;
        if !installation.has_crashed() {
            continue;
        }
        tracing::error!("PostgreSQL died; starting it again");
        match installation.recover().await {
            Ok(()) => {
                pause = Duration::from_millis(200);
                tracing::warn!("PostgreSQL runs again; nothing that was confirmed is lost");
                let now = app.kernel().clock().now().to_rfc3339();
                if let Err(error) = web::platform::set_setting(app.kernel(), RECOVERED, &now).await {
                    tracing::warn!(%error, "cannot note that PostgreSQL was started again");
                }
            }
            Err(error) => {
                pause = (pause * 2).min(Duration::from_secs(10));
                tracing::error!(error = format!("{error:#}"), "PostgreSQL does not start");
            }
        }
    }
}

/// `http://LISTEN` unless said; only scheme and host.
fn public_url(said: Option<&str>, address: SocketAddr) -> Result<String> {
    let Some(said) = said else { return Ok(format!("http://{address}")) };
    let url = said.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => Ok(url.to_owned()),
        _ => bail!("--public-url {said}: say scheme and host only, such as https://novads.example.lv"),
    }
}

async fn announce(
    installation: &Installation,
    app: &App,
    address: SocketAddr,
    begun: Instant,
    demo: bool,
) -> Result<()> {
    let seconds = begun.elapsed().as_secs_f64();
    output::line(&format!("Novads is ready at http://{address} ({seconds:.1} s)"));
    if let Some(data) = &installation.data {
        output::line(&format!("Data: {}", data.display()));
    }
    let pid = installation.cluster().map(db::cluster::Cluster::pid);
    let adopted = installation.cluster().is_some_and(db::cluster::Cluster::was_adopted);
    tracing::info!(%address, postgresql = pid, adopted, seconds, "ready");
    if demo {
        demo::say_who();
    } else if web::platform::tenants(app.kernel()).await?.is_empty() {
        output::line("There is no municipality yet. Add one, and somebody who looks after it:");
        output::line("  novads admin tenant add CODE --name NAME");
        output::line(
            "  novads admin user add --tenant CODE --login LOGIN --given-names NAMES --surname NAME --role admin",
        );
    }
    Ok(())
}

/// TERM and ^C.
struct Stop {
    term: Signal,
    int: Signal,
}

impl Stop {
    fn listen() -> Result<Self> {
        let on = |kind| signal(kind).context("cannot listen for signals");
        Ok(Self { term: on(SignalKind::terminate())?, int: on(SignalKind::interrupt())? })
    }

    async fn told(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.int.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_scheme_and_host() {
        let listen = "127.0.0.1:8080".parse().unwrap();
        assert_eq!(public_url(None, listen).unwrap(), "http://127.0.0.1:8080");
        assert_eq!(public_url(Some("https://novads.example.lv/"), listen).unwrap(), "https://novads.example.lv");
        for wrong in ["novads.example.lv", "https://", "https://novads.example.lv/sub", "ftp://x", "https://a@b"] {
            assert!(public_url(Some(wrong), listen).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_demonstration_is_for_this_machine() {
        assert!(refuse_public("127.0.0.1:1".parse().unwrap()).is_ok());
        assert!(refuse_public("[::1]:1".parse().unwrap()).is_ok());
        assert!(refuse_public("0.0.0.0:1".parse().unwrap()).is_err());
        assert!(refuse_public("192.168.1.5:1".parse().unwrap()).is_err());
    }
}
