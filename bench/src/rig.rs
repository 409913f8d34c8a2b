//! The cluster that is measured, and what is built in it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result, anyhow};
use db::{
    Db, SERVER_ROLE,
    cluster::{Cluster, OWNER_ROLE, Options},
};
use op::{Extensions, Kernel, Op};
use parties::life::{self, Demo, Plan};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use types::TenantId;

use crate::House;

/// A private cluster with the settings of a real one, in a folder of its own. What is answered is on the disk.
pub struct Rig<'a> {
    /// The house under measurement.
    pub house: &'a House,
    /// The folder; the cluster's data folder is inside.
    pub folder: PathBuf,
    cluster: Option<Cluster>,
}

impl<'a> Rig<'a> {
    /// Starts the cluster, or starts the one that an earlier run left in the folder.
    pub async fn open(house: &'a House, folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mut rig = Self { house, folder: std::fs::canonicalize(folder)?, cluster: None };
        rig.start().await?;
        // What transactions wrote can only be read back where the log says it.
        let settings = rig.cluster()?.home().join("data/local.conf");
        if !settings.exists() {
            std::fs::write(&settings, "wal_level = logical\n").context("the cluster's settings")?;
            rig.stop().await?;
            rig.start().await?;
        }
        Ok(rig)
    }

    /// The data folder, as `novads serve --data` takes it.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Starts the cluster again after [`Rig::stop`].
    pub async fn start(&mut self) -> Result<()> {
        let data = self.data();
        let cluster = Cluster::open(&data, &Options::default()).await.context("the cluster of the benchmark")?;
        if !cluster.is_owner() {
            return Err(anyhow!("something else runs on {}", data.display()));
        }
        self.cluster = Some(cluster);
        Ok(())
    }

    /// Stops the cluster and lets go of its folder.
    pub async fn stop(&mut self) -> Result<()> {
        match self.cluster.take() {
            Some(cluster) => Ok(cluster.stop().await?),
            None => Ok(()),
        }
    }

    /// Stops the cluster and deletes what was measured.
    pub async fn destroy(mut self) -> Result<()> {
        if let Some(cluster) = self.cluster.take() {
            cluster.destroy().await?;
        }
        Ok(std::fs::remove_dir_all(&self.folder)?)
    }

    fn cluster(&self) -> Result<&Cluster> {
        self.cluster.as_ref().ok_or_else(|| anyhow!("the cluster is stopped"))
    }

    /// The process of the server.
    pub fn pid(&self) -> Result<i32> {
        Ok(self.cluster()?.pid())
    }

    /// The folder of the server's files.
    pub fn home(&self) -> Result<PathBuf> {
        Ok(self.cluster()?.home().to_owned())
    }

    /// The folder of the server's socket.
    pub fn sockets(&self) -> Result<PathBuf> {
        Ok(self.cluster()?.sockets().to_owned())
    }

    /// How to reach a database of the cluster as the owner of everything.
    pub fn owner_url(&self, database: &str) -> Result<String> {
        Ok(url(OWNER_ROLE, database, &self.sockets()?))
    }

    /// A connection as the owner.
    pub async fn owner(&self, database: &str) -> Result<PgConnection> {
        Ok(PgConnection::connect(&self.owner_url(database)?).await?)
    }

    /// Makes a database anew, as a copy of another one if said.
    pub async fn create(&self, name: &str, like: Option<&str>) -> Result<()> {
        let mut conn = self.owner("postgres").await?;
        let copy = like.map_or(String::new(), |t| format!(" template {t} strategy file_copy"));
        conn.execute(AssertSqlSafe(format!("drop database if exists {name} with (force)"))).await?;
        conn.execute(AssertSqlSafe(format!("create database {name}{copy}"))).await?;
        Ok(conn.close().await?)
    }

    /// Brings a database up to date.
    pub async fn migrate(&self, database: &str) -> Result<()> {
        Ok(db::migrate(&self.owner_url(database)?, &(self.house.migrations)()).await?)
    }

    /// A kernel over a database, working as the server's role.
    pub async fn kernel(&self, database: &str, connections: u32) -> Result<Arc<Kernel>> {
        self.kernel_through(&self.sockets()?, database, connections).await
    }

    /// A kernel over a database, with more than the house registers for itself.
    pub async fn kernel_with(&self, database: &str, connections: u32, all: Extensions) -> Result<Arc<Kernel>> {
        let db = Db::connect(&url(SERVER_ROLE, database, &self.sockets()?), connections).await?;
        Ok((self.house.kernel_with)(db, all))
    }

    /// A kernel that reaches the database through another socket.
    pub async fn kernel_through(&self, sockets: &Path, database: &str, connections: u32) -> Result<Arc<Kernel>> {
        let db = Db::connect(&url(SERVER_ROLE, database, sockets), connections).await?;
        (self.house.kernel)(db)
    }

    /// Adds a municipality with people in it, set up for all applications.
    pub async fn municipality(&self, kernel: &Arc<Kernel>, code: &str, plan: &Plan) -> Result<(TenantId, Demo)> {
        let tenant = web::platform::create_tenant(kernel, code, &format!("{code} novads")).await?;
        let op = Op::house(kernel, tenant, "bench");
        let demo = life::build(&op, plan).await?;
        for set_up in (self.house.set_ups)() {
            set_up(op.clone()).await?;
        }
        Ok((tenant, demo))
    }
}

fn url(role: &str, database: &str, sockets: &Path) -> String {
    let place: String = form_urlencoded::byte_serialize(sockets.to_string_lossy().as_bytes()).collect();
    format!("postgres://{role}@localhost/{database}?host={place}&sslmode=disable")
}
