//! `novads backup`, `novads restore`: the whole installation or one municipality, while it is at work.

mod copies;
mod folder;

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, Result, anyhow, bail};
use db::DbError;
use documents::{BlobError, BlobStore, FolderStore, MasterKey};
use op::{Extensions, Op};
use sha2::{Digest as _, Sha256};
use types::{Clock, TenantId};
use web::platform;

use self::copies::{Copies, Known, Part, Table};
use self::folder::{BlobCopy, FORMAT, Folder, Manifest, Municipality, PartCopy, TableCopy};
use crate::{
    DONE, NOT_SO,
    cli::{Backup, Place, Restore},
    house,
    installation::{self, Absent, Installation},
    keys::{self, Name},
    output, ports,
};

const IDENTITY: &str = "kernel.identity";

/// Makes a backup, or reads one to its end.
pub async fn run(place: &Place, args: &Backup) -> Result<u8> {
    if args.verify {
        return read_through(&args.folder).await;
    }
    let installation = Installation::open(place, Absent::Refuse).await?;
    let result = make(&installation, args).await;
    installation.close().await?;
    result
}

/// Brings a backup back, or compares it with what is there.
pub async fn restore(place: &Place, args: &Restore) -> Result<u8> {
    let (folder, manifest) = Folder::open(&args.folder)?;
    let absent =
        if args.verify || args.tenant.is_some() || manifest.tenant.is_some() { Absent::Refuse } else { Absent::Make };
    let installation = Installation::open(place, absent).await?;
    let result = match args.verify {
        true => compare(&installation, &folder, &manifest, args).await,
        false => bring_back(&installation, &folder, &manifest, args).await,
    };
    installation.close().await?;
    result
}

fn migrations() -> Vec<String> {
    let of = |m: db::Migrations| m.steps.iter().map(move |(name, _)| format!("{}.{name}", m.schema));
    house::migrations().into_iter().flat_map(of).collect()
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Whose rows of a table go into it.
fn parts_of(table: &Table, tenants: &[Known], one: Option<TenantId>) -> Vec<Option<TenantId>> {
    match one {
        Some(_) if !table.concerns_tenants() => Vec::new(),
        Some(tenant) => vec![Some(tenant)],
        None if table.is_by_tenant() => tenants.iter().map(|t| Some(t.id)).collect(),
        None => vec![None],
    }
}

async fn make(installation: &Installation, args: &Backup) -> Result<u8> {
    installation.check_migrated().await?;
    let folder = Folder::fresh(&args.folder)?;
    let store = ports::blobs(installation.data.as_deref()).await?;
    let kernel = installation.kernel().await?;
    let master_key = platform::setting(&kernel, Name::Master.setting()).await?;
    let made_at = Clock::System.now().to_rfc3339();
    let mut copies = Copies::reading(&installation.owner_url, &house::migrations()).await?;
    let mut tenants = copies.tenants().await?;
    let one = match &args.tenant {
        None => None,
        Some(code) => {
            tenants.retain(|t| t.code == *code);
            let found = tenants.first().map(|t| t.id);
            Some(found.ok_or_else(|| anyhow!("there is no municipality {code}"))?)
        }
    };
    let mut tables = Vec::new();
    let mut rows = 0;
    for table in copies.tables().to_vec() {
        let mut parts = Vec::new();
        for tenant in parts_of(&table, &tenants, one) {
            let part = copy(&mut copies, &folder, &table, tenant).await.with_context(|| table.name.clone())?;
            rows += part.rows;
            parts.push(part);
        }
        if !parts.is_empty() {
            tables.push(TableCopy { name: table.name, columns: table.columns, parts });
        }
    }
    let (blobs, gone) = copy_blobs(&mut copies, installation, &folder, store, &tenants).await?;
    copies.end().await?;
    if args.with_keys {
        copy_keys(installation, &folder)?;
    }
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made_at,
        tenant: args.tenant.clone(),
        migrations: migrations(),
        master_key,
        tenants: tenants.into_iter().map(|Known { id, code }| Municipality { id, code }).collect(),
        tables,
        blobs: blobs.len() as u64,
        blobs_sha256: folder.write_blobs(&blobs)?,
        gone,
    };
    let print = folder.finish(&manifest)?;
    output::line(&format!(
        "{} municipalities, {rows} rows, {} files in {}; manifest sha256 {print}",
        manifest.tenants.len(),
        manifest.blobs,
        folder.0.display()
    ));
    if !args.with_keys {
        output::line("Not in it: the keys. Keep keys/master.key (or NOVADS_MASTER_KEY) in another safe place.");
    }
    Ok(DONE)
}

async fn copy(copies: &mut Copies, folder: &Folder, table: &Table, tenant: Option<TenantId>) -> Result<PartCopy> {
    let mut out = folder.write(&table.name, tenant)?;
    let part = tenant.map_or(Part::Whole, Part::Of);
    let rows = copies.read(table, part, |piece| out.take(piece)).await?;
    Ok(PartCopy { tenant, rows, sha256: out.end()? })
}

/// The stored files that the copied rows speak of. What an act destroyed meanwhile is not missed.
async fn copy_blobs(
    copies: &mut Copies,
    installation: &Installation,
    folder: &Folder,
    store: Arc<dyn BlobStore>,
    tenants: &[Known],
) -> Result<(Vec<BlobCopy>, Vec<String>)> {
    let copy = FolderStore::new(folder.blobs())?;
    let (mut all, mut gone) = (Vec::new(), Vec::new());
    for tenant in tenants {
        for name in copies.blobs(tenant.id).await? {
            let bytes = match store.get(&name).await {
                Ok(bytes) => bytes,
                Err(BlobError::NotFound(_)) => {
                    let mut now = Copies::reading(&installation.owner_url, &house::migrations()).await?;
                    if now.blobs(tenant.id).await?.contains(&name) {
                        bail!("a stored file is missing: {name}");
                    }
                    now.end().await?;
                    gone.push(name);
                    continue;
                }
                Err(e) => return Err(e).with_context(|| name),
            };
            let sha256 = digest(&bytes);
            copy.put(&name, bytes).await?;
            all.push(BlobCopy { name, sha256 });
        }
    }
    Ok((all, gone))
}

fn copy_keys(installation: &Installation, folder: &Folder) -> Result<()> {
    for name in [Name::Master, Name::Token] {
        if let Some((key, _)) = keys::find(name, installation.data.as_deref())? {
            keys::make(&name.file(&folder.0), &key)?;
        }
    }
    Ok(())
}

/// Reads a backup to its end, and says whether it is as it was written.
async fn read_through(path: &Path) -> Result<u8> {
    let (folder, manifest) = Folder::open(path)?;
    let mut wrong = Vec::new();
    for table in &manifest.tables {
        for copy in &table.parts {
            if let Err(e) = folder.read(&table.name, copy).and_then(|rows| rows.check(copy)) {
                wrong.push(format!("{e:#}"));
            }
        }
    }
    let store = FolderStore::new(folder.blobs())?;
    match folder.read_blobs(&manifest) {
        Ok(blobs) => wrong.extend(compare_blobs(&store, &blobs).await),
        Err(e) => wrong.push(format!("{e:#}")),
    }
    Ok(say(&wrong, &format!("the backup of {} is as it was written", manifest.made_at)))
}

async fn compare_blobs(store: &dyn BlobStore, blobs: &[BlobCopy]) -> Vec<String> {
    let mut wrong = Vec::new();
    for blob in blobs {
        match store.get(&blob.name).await {
            Ok(bytes) if digest(&bytes) == blob.sha256 => {}
            Ok(_) => wrong.push(format!("file {} is another", blob.name)),
            Err(e) => wrong.push(e.to_string()),
        }
    }
    wrong
}

fn say(wrong: &[String], well: &str) -> u8 {
    if wrong.is_empty() {
        output::line(well);
        return DONE;
    }
    wrong.iter().for_each(|line| output::line(line));
    output::line(&format!("differences: {}", wrong.len()));
    NOT_SO
}

/// The one municipality that is meant, where not all are.
fn meant(manifest: &Manifest, args: &Restore) -> Result<Option<TenantId>> {
    let Some(code) = args.tenant.as_ref().or(manifest.tenant.as_ref()) else { return Ok(None) };
    let found = manifest.tenants.iter().find(|t| t.code == *code).map(|t| t.id);
    let known: Vec<&str> = manifest.tenants.iter().map(|t| t.code.as_str()).collect();
    Ok(Some(found.ok_or_else(|| anyhow!("the backup has no municipality {code}, but {}", known.join(", ")))?))
}

/// What of a backup is meant: the parts of a table.
fn wanted<'a>(copy: &'a TableCopy, table: &Table, one: Option<TenantId>) -> Vec<&'a PartCopy> {
    let is = |p: &&PartCopy| match one {
        None => true,
        Some(_) if !table.concerns_tenants() => false,
        Some(tenant) => p.tenant.is_none_or(|t| t == tenant),
    };
    copy.parts.iter().filter(is).collect()
}

fn blobs_of(blobs: Vec<BlobCopy>, one: Option<TenantId>) -> Vec<BlobCopy> {
    let Some(tenant) = one else { return blobs };
    let folder = format!("{tenant}/");
    blobs.into_iter().filter(|b| b.name.starts_with(&folder)).collect()
}

/// What of the rows that are there differs from a backup.
async fn compare(installation: &Installation, folder: &Folder, manifest: &Manifest, args: &Restore) -> Result<u8> {
    let one = meant(manifest, args)?;
    let mut copies = Copies::reading(&installation.owner_url, &house::migrations()).await?;
    let mut wrong = Vec::new();
    for table in copies.tables().to_vec() {
        let Some(copy) = manifest.tables.iter().find(|t| t.name == table.name) else {
            wrong.push(format!("{} is not in the backup", table.name));
            continue;
        };
        for part in wanted(copy, &table, one) {
            if (one.is_some() && part.tenant.is_none()) || (one.is_some() && table.name == IDENTITY) {
                continue;
            }
            let (rows, sha256) = digest_of(&mut copies, &table, part.part()).await?;
            if (rows, &sha256) != (part.rows, &part.sha256) {
                let whose = part.tenant.map(|t| format!(" of {t}")).unwrap_or_default();
                wrong.push(format!("{}{whose}: {rows} rows, {} in the backup", table.name, part.rows));
            }
        }
    }
    copies.end().await?;
    let store = ports::blobs(installation.data.as_deref()).await?;
    let blobs = blobs_of(folder.read_blobs(manifest)?, one);
    wrong.extend(compare_blobs(store.as_ref(), &blobs).await);
    Ok(say(&wrong, "equal to the backup, row by row and file by file"))
}

async fn digest_of(copies: &mut Copies, table: &Table, part: Part) -> Result<(u64, String)> {
    let mut digest = Sha256::new();
    let rows = copies
        .read(table, part, |piece| {
            digest.update(piece);
            Ok(())
        })
        .await?;
    Ok((rows, hex::encode(digest.finalize())))
}

async fn bring_back(installation: &Installation, folder: &Folder, manifest: &Manifest, args: &Restore) -> Result<u8> {
    let one = meant(manifest, args)?;
    if manifest.migrations != migrations() {
        bail!(
            "the backup was made by another version ({}), whose tables differ: restore with that one, then migrate",
            manifest.program
        );
    }
    if one.is_none() {
        refuse_running(installation)?;
        db::migrate(&installation.owner_url, &house::migrations()).await?;
    } else {
        installation.check_migrated().await?;
    }
    let old_key = match one {
        Some(_) => old_key(installation, manifest, args).await?,
        None => None,
    };
    let blobs = blobs_of(folder.read_blobs(manifest)?, one);
    let store = ports::blobs(installation.data.as_deref()).await?;
    let kept = FolderStore::new(folder.blobs())?;
    let mut copies = Copies::writing(&installation.owner_url, &house::migrations()).await?;
    let done = match prepare(&mut copies, manifest, one, args.replace).await {
        Ok(()) => write(&mut copies, folder, manifest, one).await,
        Err(e) => Err(e),
    };
    let rows = match done {
        Ok(rows) => rows,
        Err(e) => {
            copies.give_up().await?;
            return Err(e.context("nothing was changed"));
        }
    };
    // Files first: no row ever speaks of one that is not there.
    if let Err(e) = bring_blobs(&kept, store.as_ref(), &blobs).await {
        copies.give_up().await?;
        return Err(e.context("nothing was changed"));
    }
    if let Err(e) = follow(installation, &mut copies, one).await {
        copies.give_up().await?;
        return Err(e.context("nothing was changed"));
    }
    copies.end().await?;
    if let (Some(tenant), Some(old)) = (one, old_key) {
        let kernel = house::kernel(installation.connect(2).await?, Extensions::default());
        let new = installation.keys(&kernel).await?.master;
        documents::rekey(&Op::house(&kernel, tenant, "restore"), &old, &MasterKey(new.0)).await?;
    }
    if one.is_none() {
        bring_keys(installation, folder, manifest)?;
    }
    output::line(&format!("{rows} rows and {} files as of {}, each equal by hash", blobs.len(), manifest.made_at));
    Ok(DONE)
}

/// What is written from now on is newer than what was brought: the seals of the trail depend on it.
async fn follow(installation: &Installation, copies: &mut Copies, one: Option<TenantId>) -> Result<()> {
    let mut newest = 0;
    for tenant in copies.tenants().await? {
        if one.is_none_or(|one| one == tenant.id) {
            newest = newest.max(copies.newest_transaction(tenant.id).await?);
        }
    }
    copies::pass(&installation.owner_url, newest).await.map_err(|e| match e {
        DbError::Conflict(_) => anyhow!("this server has counted too few transactions to go on with that trail"),
        e => e.into(),
    })
}

fn refuse_running(installation: &Installation) -> Result<()> {
    let Some(data) = &installation.data else { return Ok(()) };
    match installation::running(data) {
        Some(server) => bail!("a server runs on {} (process {}): stop it first", data.display(), server.pid),
        None => Ok(()),
    }
}

/// The key that the files' keys are wrapped with, where this installation has another.
async fn old_key(installation: &Installation, manifest: &Manifest, args: &Restore) -> Result<Option<MasterKey>> {
    let kernel = house::kernel(installation.connect(2).await?, Extensions::default());
    let here = installation.keys(&kernel).await?.master.fingerprint();
    let Some(then) = manifest.master_key.as_ref().filter(|then| **then != here) else { return Ok(None) };
    let said = args.old_key.as_deref().map(keys::read).transpose()?.flatten();
    let key = said.with_context(|| format!("the backup's files need the master key {then}: say --old-key FILE"))?;
    if key.fingerprint() != *then {
        bail!("--old-key is the key {}, not {then}", key.fingerprint());
    }
    Ok(Some(MasterKey(key.0)))
}

/// Makes room: an empty installation for all, or no such municipality.
async fn prepare(copies: &mut Copies, manifest: &Manifest, one: Option<TenantId>, replace: bool) -> Result<()> {
    let there = copies.tenants().await?;
    let tables = copies.tables().to_vec();
    match one {
        None if !there.is_empty() => {
            bail!("there are municipalities already: restore into another --data, or one alone with --tenant CODE")
        }
        None => {
            // What an empty installation begins with comes from the backup instead.
            for table in tables.iter().rev().filter(|t| !t.is_by_tenant()) {
                copies.remove(table, Part::Whole).await.with_context(|| table.name.clone())?;
            }
        }
        Some(tenant) => {
            let code = manifest.tenants.iter().find(|t| t.id == tenant).map_or("", |t| t.code.as_str());
            if !there.iter().any(|t| t.id == tenant) {
                if there.iter().any(|t| t.code == code) {
                    bail!("another municipality has the code {code} here");
                }
                return Ok(());
            }
            if !replace {
                bail!("the municipality {code} is here already: --replace puts the backup in its place");
            }
            copies.sign_out(tenant).await?;
            for table in tables.iter().rev().filter(|t| t.concerns_tenants() && t.name != IDENTITY) {
                copies.remove(table, Part::Of(tenant)).await.with_context(|| table.name.clone())?;
            }
        }
    }
    Ok(())
}

async fn write(copies: &mut Copies, folder: &Folder, manifest: &Manifest, one: Option<TenantId>) -> Result<u64> {
    let mut all = 0;
    // Who belongs to a municipality is asked while people are brought in.
    if let (Some(_), Some(table)) = (one, copies.tables().iter().find(|t| t.name == "kernel.membership").cloned()) {
        stage(copies, folder, manifest, &table, one).await?;
    }
    for table in copies.tables().to_vec() {
        let Some(copy) = manifest.tables.iter().find(|t| t.name == table.name) else { continue };
        if copy.columns != table.columns {
            bail!("{} has other columns than in the backup", table.name);
        }
        for part in wanted(copy, &table, one) {
            let is_staged = one.is_some() && table.name == "kernel.membership";
            if !is_staged {
                stage_part(copies, folder, &table, part).await.with_context(|| table.name.clone())?;
            }
            let whose = one.map_or_else(|| part.part(), Part::Of);
            copies.put(&table, whose).await.with_context(|| table.name.clone())?;
            let (rows, sha256) = digest_of(copies, &table, whose).await?;
            let comparable = part.part() == whose && !(one.is_some() && table.name == IDENTITY);
            if comparable && (rows, &sha256) != (part.rows, &part.sha256) {
                bail!("{}: what was written is not what the backup holds", table.name);
            }
            all += rows;
            copies.unstage(&table).await?;
        }
    }
    Ok(all)
}

async fn stage(
    copies: &mut Copies,
    folder: &Folder,
    manifest: &Manifest,
    table: &Table,
    one: Option<TenantId>,
) -> Result<()> {
    let Some(copy) = manifest.tables.iter().find(|t| t.name == table.name) else { return Ok(()) };
    for part in wanted(copy, table, one) {
        stage_part(copies, folder, table, part).await.with_context(|| table.name.clone())?;
    }
    Ok(())
}

async fn stage_part(copies: &mut Copies, folder: &Folder, table: &Table, part: &PartCopy) -> Result<()> {
    let mut rows = folder.read(&table.name, part)?;
    copies.stage(table, |piece| rows.give(piece)).await?;
    rows.end(part)
}

async fn bring_blobs(from: &FolderStore, to: &dyn BlobStore, blobs: &[BlobCopy]) -> Result<()> {
    for blob in blobs {
        let bytes = from.get(&blob.name).await?;
        if digest(&bytes) != blob.sha256 {
            bail!("file {} is not as it was written", blob.name);
        }
        to.put(&blob.name, bytes).await?;
    }
    Ok(())
}

fn bring_keys(installation: &Installation, folder: &Folder, manifest: &Manifest) -> Result<()> {
    let Some(data) = installation.data.as_deref() else { return Ok(()) };
    for name in [Name::Master, Name::Token] {
        if let Some(key) = keys::read(&name.file(&folder.0))? {
            keys::make(&name.file(data), &key)?;
        }
    }
    if let Some(print) = &manifest.master_key
        && keys::find(Name::Master, Some(data))?.is_none_or(|(key, _)| key.fingerprint() != *print)
    {
        output::line(&format!(
            "Before `novads serve`: put the master key {print} into {} (mode 600), or set {}.",
            Name::Master.file(data).display(),
            Name::Master.variable()
        ));
    }
    Ok(())
}
