//! What only the database can tell: whether it answers, migrations, keys, queue, audit trail.

use anyhow::Result;
use op::{Extensions, Kernel};
use types::Timestamp;
use web::platform;

use super::Check;
use crate::{
    admin,
    cli::Place,
    house,
    installation::{self, Absent, Installation, data_folder},
    keys::Name,
    serve,
};

/// A trail that nobody has recomputed for so long may have been changed without anybody knowing.
const VERIFIED_DAYS: i64 = 31;
const SEALED_MINUTES: i64 = 30;

pub async fn look(place: &Place) -> Result<Vec<Check>> {
    const NAME: &str = "database";
    let data = data_folder(place)?;
    if place.database_url.is_none() && !data.as_deref().is_some_and(installation::is_there) {
        return Ok(vec![Check::ok(NAME, "none yet; `novads serve` makes it")]);
    }
    let served = data.as_deref().and_then(installation::running).is_some();
    let installation = match Installation::open(place, Absent::Refuse).await {
        Ok(installation) => installation,
        Err(error) => {
            let how = match () {
                () if served => "the server starts PostgreSQL again by itself; if this stays, look into its log",
                () if place.database_url.is_some() => outside_help(&format!("{error:#}")),
                () => "look into the log named above; if the data is lost, restore a backup",
            };
            return Ok(vec![Check::fail(NAME, format!("{error:#}"), how)]);
        }
    };
    let checks = examine(&installation).await;
    installation.close().await?;
    Ok(checks)
}

/// What to do where a PostgreSQL of somebody else does not let us in.
fn outside_help(said: &str) -> &'static str {
    let said = said.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|w| said.contains(w));
    if says(&["certificate", "unknownissuer", "tls", "ssl handshake"]) {
        "the server's certificate is not trusted, or is for another name: name its authority with \
         sslrootcert=/path/ca.pem and the host as the certificate has it (sslmode=verify-full)"
    } else if says(&["no pg_hba.conf entry", "no encryption", "ssl"]) {
        "the server wants TLS, or does not know this login from here: put sslmode=verify-full into DATABASE_URL, or an \
         entry into its pg_hba.conf"
    } else {
        "put DATABASE_URL right, or start that server"
    }
}

/// Is the way to the database kept?
fn way(installation: &Installation, tls: Option<&str>) -> Option<Check> {
    const NAME: &str = "database TLS";
    if installation.cluster().is_some() {
        return None;
    }
    let how = "put sslmode=verify-full&sslrootcert=/path/ca.pem into DATABASE_URL";
    let spoken = tls.unwrap_or("no TLS");
    Some(match db::way(&installation.server_url) {
        Ok(db::Way::Checked) => Check::ok(NAME, format!("{spoken}, certificate checked")),
        Ok(db::Way::Local) if tls.is_none() => Check::ok(NAME, "none, on this machine"),
        Ok(db::Way::Local) => Check::warn(NAME, format!("{spoken}, certificate not checked"), how),
        Ok(db::Way::Unchecked) => Check::warn(NAME, format!("{spoken}, and nobody knows to whom"), how),
        Err(error) => Check::fail(NAME, error.to_string(), how),
    })
}

async fn examine(installation: &Installation) -> Vec<Check> {
    let (first, tls) = database(installation).await;
    let mut checks = vec![first];
    checks.extend(way(installation, tls.as_deref()));
    let migrated = migrations(installation).await;
    let usable = migrated.state == super::State::Ok;
    checks.push(migrated);
    if !usable {
        return checks;
    }
    match installation.connect(1).await {
        Ok(db) => {
            let kernel = house::kernel(db, Extensions::default());
            match contents(&kernel, installation).await {
                Ok(more) => checks.extend(more),
                Err(error) => checks.push(Check::fail("contents", format!("{error:#}"), "look into the server's log")),
            }
        }
        Err(error) => {
            let how = "the role novads_server must be one that this login may become: GRANT novads_server TO it";
            checks.push(Check::fail("role", format!("{error:#}"), how));
        }
    }
    checks
}

async fn database(installation: &Installation) -> (Check, Option<String>) {
    const NAME: &str = "database";
    let facts = match db::probe(&installation.owner_url).await {
        Ok(facts) => facts,
        Err(error) => return (Check::fail(NAME, error.to_string(), "look into its log"), None),
    };
    let version = format!("PostgreSQL {}.{}", facts.version / 10_000, facts.version % 10_000);
    let whose = match installation.cluster() {
        Some(cluster) if cluster.is_owner() => "private, started for this look",
        Some(_) => "private, running",
        None => "of somebody else",
    };
    let says = format!("{version}, {whose}, up since {}, database {}", moment(facts.started_at), facts.database);
    let check = if facts.makes_roles {
        Check::ok(NAME, says)
    } else {
        let how = "migrations need a role with CREATEROLE: name its URL with NOVADS_OWNER_URL";
        Check::warn(NAME, format!("{says}, as {}", facts.role), how)
    };
    (check, facts.tls)
}

async fn migrations(installation: &Installation) -> Check {
    const NAME: &str = "migrations";
    match db::pending(&installation.owner_url, &house::migrations()).await {
        Ok(pending) if pending.is_empty() => Check::ok(NAME, "all done"),
        Ok(pending) => Check::fail(NAME, format!("pending: {}", pending.join(", ")), "novads migrate"),
        Err(error) => Check::fail(NAME, error.to_string(), "the database may be of another program"),
    }
}

async fn contents(kernel: &Kernel, installation: &Installation) -> Result<Vec<Check>> {
    let tenants = platform::tenants(kernel).await?;
    let mut checks = vec![match tenants.len() {
        0 => Check::warn("municipalities", "none", "novads admin tenant add CODE --name NAME"),
        n => Check::ok("municipalities", n.to_string()),
    }];
    checks.extend(recovered(kernel).await?);
    checks.push(key(kernel, installation).await?);
    checks.extend(queue(kernel).await?);
    if !tenants.is_empty() {
        checks.push(sealed(kernel).await?);
        for tenant in &tenants {
            checks.push(verified(kernel, tenant).await?);
        }
    }
    Ok(checks)
}

async fn recovered(kernel: &Kernel) -> Result<Option<Check>> {
    let at = platform::setting(kernel, serve::RECOVERED).await?;
    Ok(at.map(|at| {
        let says = format!("PostgreSQL died and was started again, last at {at}");
        Check::warn("recovered", says, "nothing confirmed was lost; look for the cause (memory, disk) in its log")
    }))
}

async fn key(kernel: &Kernel, installation: &Installation) -> Result<Check> {
    const NAME: &str = "master key";
    let known = platform::setting(kernel, Name::Master.setting()).await?;
    let found = crate::keys::find(Name::Master, installation.data.as_deref());
    Ok(match (known, found) {
        (None, _) => Check::ok(NAME, "not used yet"),
        (Some(known), Ok(Some((key, _)))) if key.fingerprint() == known => Check::ok(NAME, "the one of this database"),
        (Some(known), Ok(Some((_, source)))) => {
            let says = format!("{source} holds another key than the one of this database ({known})");
            Check::fail(NAME, says, "bring the right one back from a backup")
        }
        (Some(known), Ok(None)) => {
            let how = format!("bring it back from a backup, or set {}", Name::Master.variable());
            Check::fail(NAME, format!("gone; this database needs the one with fingerprint {known}"), how)
        }
        (Some(_), Err(error)) => Check::fail(NAME, format!("{error:#}"), "put it right before the next start"),
    })
}

async fn queue(kernel: &Kernel) -> Result<Vec<Check>> {
    const NAME: &str = "jobs";
    let depth = platform::queue_depth(kernel).await?;
    let of = |state: &str| depth.iter().find(|d| d.state == state);
    let dead = match of("dead") {
        Some(dead) => Check::warn(NAME, format!("{} set aside", dead.jobs), "novads admin jobs dead"),
        None => Check::ok(NAME, "none set aside"),
    };
    let Some(ready) = of("ready") else { return Ok(vec![dead]) };
    let minutes = (kernel.clock().now() - ready.oldest).num_minutes();
    let says = format!("{} waiting", ready.jobs);
    let waiting = if minutes > SEALED_MINUTES {
        Check::warn(NAME, format!("{says}, the oldest for {minutes} minutes"), "is the server running?")
    } else {
        Check::ok(NAME, says)
    };
    Ok(vec![dead, waiting])
}

async fn sealed(kernel: &Kernel) -> Result<Check> {
    const NAME: &str = "audit seals";
    let Some(at) = platform::last_sealed(kernel).await? else {
        return Ok(Check::ok(NAME, "none yet; the running server makes one every five minutes"));
    };
    let minutes = (kernel.clock().now() - at).num_minutes();
    Ok(if minutes > SEALED_MINUTES {
        Check::warn(NAME, format!("last made {minutes} minutes ago"), "is the server running?")
    } else {
        Check::ok(NAME, format!("last made at {}", moment(at)))
    })
}

async fn verified(kernel: &Kernel, tenant: &platform::Tenant) -> Result<Check> {
    const NAME: &str = "audit trail";
    let code = &tenant.code;
    let how = format!("novads admin audit verify --tenant {code}");
    let said = platform::setting(kernel, &admin::verified_setting(tenant.id)).await?;
    let at = said.as_deref().and_then(|at| at.parse::<Timestamp>().ok());
    let days = at.map(|at| (kernel.clock().now() - at).num_days());
    Ok(match (at, days) {
        (Some(at), Some(days)) if days <= VERIFIED_DAYS => {
            Check::ok(NAME, format!("{code}: verified at {}", moment(at)))
        }
        (_, Some(days)) => Check::warn(NAME, format!("{code}: last verified {days} days ago"), how),
        _ => Check::warn(NAME, format!("{code}: never verified"), how),
    })
}

fn moment(at: Timestamp) -> String {
    at.with_timezone(&types::RIGA).format("%Y-%m-%d %H:%M").to_string()
}
