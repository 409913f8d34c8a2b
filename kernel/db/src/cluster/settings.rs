//! The settings of the private cluster.

use std::{fmt::Write as _, fs, path::Path};

use super::{ClusterError, Durability, place::Place};

const OURS: &str = "novads.conf";

const MIB: u64 = 1 << 20;

/// Puts our settings, and after them the operator's, at the end of what `initdb` wrote. Nobody is let in
/// but through the socket, whose folder only the server's account may enter.
pub(super) fn include_ours(place: &Place, data: &Path) -> Result<(), ClusterError> {
    let path = data.join("postgresql.conf");
    let mut text = fs::read_to_string(&path).map_err(ClusterError::io("read", &path))?;
    let _ = writeln!(text, "\ninclude '{OURS}'\n# Yours, never overwritten:\ninclude_if_exists 'local.conf'");
    place.write(&path, &text)?;
    place.write(&data.join("pg_hba.conf"), "# The folder of the socket is the guard.\nlocal all all trust\n")?;
    place.write(&data.join(OURS), "")
}

/// Writes our settings anew before every start.
pub(super) fn write(place: &Place, durability: Durability) -> Result<(), ClusterError> {
    place.write(&place.data().join(OURS), &render(place.sockets(), durability, machine_memory()))
}

pub(super) fn render(sockets: &Path, durability: Durability, memory: u64) -> String {
    let mib = memory / MIB;
    let shared = match durability {
        Durability::Durable => (mib / 8).clamp(64, 1024),
        Durability::Throwaway => 128,
    };
    let cache = (mib / 2).clamp(128, 65_536);
    let sockets = sockets.display().to_string().replace('\'', "''");
    let mut text = format!(
        "# Written by novads at every start; put your own settings into local.conf.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
port = 5432
cluster_name = 'novads'
max_connections = 60
shared_buffers = {shared}MB
effective_cache_size = {cache}MB
# The disks of today: an index is worth its while for small tables already.
random_page_cost = 1.1
max_locks_per_transaction = 256
wal_compression = on
max_wal_size = 2GB
checkpoint_timeout = 15min
jit = off
timezone = 'UTC'
lc_messages = 'C'
# Days overwrite each other after a week.
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
# Statements, their values and the details of a refused row would carry personal data into the log.
log_error_verbosity = terse
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"
    );
    text.push_str(match durability {
        Durability::Durable => "fsync = on\nfull_page_writes = on\nsynchronous_commit = on\n",
        Durability::Throwaway => {
            "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\nwal_level = minimal\nmax_wal_senders = 0\nautovacuum_naptime = 5min\n"
        }
    });
    text
}

/// The memory of the machine, or of the container where that is less.
fn machine_memory() -> u64 {
    let meminfo = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let group = fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse::<u64>().ok());
    let total = total.map_or(512 * MIB, |kib| kib.saturating_mul(1024));
    group.map_or(total, |group| group.min(total))
}
