//! A server on the data folder of the pages: how long until its first page, and what it takes when nobody asks.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use crate::{machine, report::millis, rig::Rig};

const STARTS: usize = 3;
const IDLE: Duration = Duration::from_secs(15);

/// What was seen.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// Milliseconds from the start of the program to the last byte of its first page; its PostgreSQL starts too.
    pub first_page: Vec<f64>,
    /// Milliseconds from TERM to the end of the program and its PostgreSQL.
    pub stop: Vec<f64>,
    /// Resident memory of the idle program, MiB.
    pub server_mib: f64,
    /// Memory of its PostgreSQL, shared pages counted once, MiB.
    pub postgres_mib: f64,
    /// … its processes.
    pub postgres_processes: usize,
    /// Load of the machine before and after.
    pub load: (f64, f64),
}

/// Runs it; the cluster must hold what the pages left.
pub async fn run(rig: &mut Rig<'_>) -> Result<Figures> {
    let load = machine::load();
    rig.stop().await?;
    let seen = tokio::task::block_in_place(|| measure(rig));
    rig.start().await?;
    let mut figures = seen?;
    figures.load = (load, machine::load());
    Ok(figures)
}

fn measure(rig: &Rig<'_>) -> Result<Figures> {
    let (mut first_page, mut stop) = (Vec::new(), Vec::new());
    let (mut server_mib, mut postgres_mib, mut postgres_processes) = (0.0, 0.0, 0);
    for n in 0..STARTS {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let begun = Instant::now();
        let mut child = serve(rig, address)?;
        let page = first(&mut child, address, begun);
        if page.is_ok() && n + 1 == STARTS {
            std::thread::sleep(IDLE);
            let pid = i32::try_from(child.id())?;
            server_mib = machine::memory(pid).0;
            let processes = postgres(pid);
            postgres_processes = processes.len();
            postgres_mib = processes.into_iter().map(|p| machine::memory(p).1).sum();
        }
        let ending = Instant::now();
        Command::new("kill").args(["-TERM", &child.id().to_string()]).status()?;
        child.wait()?;
        stop.push(millis(ending.elapsed()));
        first_page.push(page?);
    }
    Ok(Figures { first_page, stop, server_mib, postgres_mib, postgres_processes, load: (0.0, 0.0) })
}

fn serve(rig: &Rig<'_>, address: SocketAddr) -> Result<Child> {
    let exe = std::env::current_exe().context("where this program is")?;
    let mut command = Command::new(exe);
    command.args(["serve", "--listen", &address.to_string(), "--data"]).arg(rig.data());
    command.env_remove("DATABASE_URL").env("NOVADS_LOG", "error").stdout(Stdio::null()).stderr(Stdio::inherit());
    command.spawn().context("the server")
}

/// The server process of PostgreSQL and its own; it is a child of the program or of nobody.
fn postgres(server: i32) -> Vec<i32> {
    let masters = machine::children(server);
    masters.into_iter().flat_map(|m| std::iter::once(m).chain(machine::children(m))).collect()
}

fn first(child: &mut Child, address: SocketAddr, begun: Instant) -> Result<f64> {
    while begun.elapsed() < Duration::from_secs(60) {
        if let Some(status) = child.try_wait()? {
            bail!("the server ended: {status}");
        }
        if let Ok(page) = get(address)
            && page.starts_with("HTTP/1.1 200")
        {
            return Ok(millis(begun.elapsed()));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    bail!("no page within a minute")
}

fn get(address: SocketAddr) -> Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream.write_all(b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut page = String::new();
    stream.read_to_string(&mut page)?;
    Ok(page)
}
