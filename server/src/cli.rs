//! The command line, as data. `--help` is the manual.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use uuid::Uuid;

use crate::einvoice::args::Einvoice;

const ABOUT: &str = "Novads: a municipality's paperwork, from the application to the signed act.

One program, one PostgreSQL. Without --database-url it runs a private PostgreSQL of its own inside the data \
folder: nothing else needs to be set up. `novads serve --demo` shows a whole municipality on this machine.";

const AFTER: &str = "\
Where things are:
  --data DIR            files, keys and the private database. Default: /var/lib/novads as root,
                        else $XDG_DATA_HOME/novads (~/.local/share/novads). Commands attach to a
                        server that runs on the same folder, or start its database for their time.
  --database-url URL    any PostgreSQL 15 or newer instead: postgres://user:password@host/database

Environment:
  NOVADS_DATA           as --data
  DATABASE_URL          as --database-url
  NOVADS_OWNER_URL      signs in as the owner of the tables for migrations, if DATABASE_URL does not
  NOVADS_MASTER_KEY     32 bytes in hex: wraps the keys of stored files (else DIR/keys/master.key)
  NOVADS_TOKEN_KEY      32 bytes in hex: signs the tokens of forms (else DIR/keys/token.key)
  NOVADS_LOG            what is logged: info (default), debug, warn,novads_web=debug, ...
  NOVADS_LOG_FORMAT     json: one JSON object a line; otherwise for people

Exit codes:
  0  done
  1  not done; standard error says why (einvoice validate: some file is not valid)
  2  the command line cannot be understood
  3  what was to be checked does not hold (doctor, admin audit verify, einvoice convert --strict)";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "novads", version, about = "A municipality's paperwork, from the application to the signed act", long_about = ABOUT, after_long_help = AFTER, after_help = "See `novads --help` for places, environment and exit codes.", disable_help_subcommand = true)]
pub struct Cli {
    /// Where the installation is.
    #[command(flatten)]
    pub place: Place,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Where the installation is.
#[derive(Args, Clone, Debug)]
pub struct Place {
    /// The data folder: files, keys and the private database
    #[arg(long, global = true, value_name = "DIR", env = "NOVADS_DATA", help_heading = "Place")]
    pub data: Option<PathBuf>,
    /// Use this PostgreSQL (15 or newer) instead of a private one
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "DATABASE_URL",
        hide_env_values = true,
        help_heading = "Place"
    )]
    pub database_url: Option<String>,
    /// The owner of the tables, for migrations, if --database-url is not
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "NOVADS_OWNER_URL",
        hide_env_values = true,
        hide_short_help = true,
        requires = "database_url",
        help_heading = "Place"
    )]
    pub owner_url: Option<String>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server: pages, interface, background jobs
    Serve(Serve),
    /// Bring the database up to date (serve does it by itself)
    Migrate(Migrate),
    /// Print the figures of a report
    Report(Report),
    /// Live a year of made-up municipalities with given counts, or verify that the reports give them back
    Year(Year),
    /// Copy the whole installation or one municipality into a folder, while it is at work
    Backup(Backup),
    /// Bring a backup back, or compare it with what is there
    Restore(Restore),
    /// Say what is missing on this machine or in this installation, and how to get it
    Doctor(Doctor),
    /// Judge signed files, sign, extend
    Signature {
        /// What to do.
        #[command(subcommand)]
        command: crate::signature::Signature,
    },
    /// Municipalities, users, keys, tokens, jobs, audit trail
    Admin {
        /// What to look after.
        #[command(subcommand)]
        command: Admin,
    },
    /// Electronic invoices: judge, convert, show, take out of PDF files
    Einvoice {
        /// What to do.
        #[command(subcommand)]
        command: Einvoice,
    },
    /// Measure what the house costs, against references of the same run
    Bench {
        /// What to measure.
        #[command(subcommand)]
        command: bench::Command,
    },
    /// Reads a file from standard input and prints its text; the server calls it for itself.
    #[command(name = "__extract-text", hide = true)]
    ExtractText {
        /// The file's media type.
        #[arg(long)]
        media_type: String,
    },
}

/// `novads serve`
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
TERM or ^C stops the server, and its private PostgreSQL, within two seconds. A private PostgreSQL left
behind by a killed server is adopted. Behind a proxy that speaks HTTPS say --public-url https://...:
cookies are then marked secure.

Stored files, encrypted with a key per municipality, go to DIR/blobs, or to S3-compatible storage:
  NOVADS_S3_ENDPOINT      https://s3.example:port
  NOVADS_S3_BUCKET        a bucket that is there
  NOVADS_S3_ACCESS_KEY, NOVADS_S3_SECRET_KEY
  NOVADS_S3_REGION        default us-east-1
  NOVADS_S3_PATH_STYLE    false: https://bucket.host/ instead of https://host/bucket/
E-mail is sent only where a mail server is set:
  NOVADS_SMTP_URL         smtps://user:password@host, smtp+starttls://user:password@host, smtp://host
  NOVADS_SMTP_FROM        the sender: Ozolaines novads <pasts@ozolaine.example>
  NOVADS_SMTP_CA          a file with a certificate authority (PEM) to trust besides the public ones
Documents are signed electronically where services are set; a demonstration simulates them:
  NOVADS_TSA_URL          time stamps (RFC 3161); NOVADS_TSA_USER, _PASSWORD; NOVADS_TSA_CERT, _KEY (PEM) for TLS
  NOVADS_OCSP_URL         one responder for all; else whom certificates name, NOVADS_OCSP_HOSTS limits them (a,b)
  NOVADS_TRUST_URL        the trust list or list of lists; NOVADS_TRUST_SIGNERS: a file with who may sign it;
                          NOVADS_TRUST_TERRITORIES: of a list of lists only these (LV,EE,LT)
  NOVADS_EPARAKSTS_URL    with NOVADS_EPARAKSTS_CLIENT_ID, _CLIENT_SECRET, _ACR
  NOVADS_CSC_URL          a Cloud Signature Consortium service, with NOVADS_CSC_CLIENT_ID, _CLIENT_SECRET, _NAME
  NOVADS_WEB_EID          true: cards in browsers
  NOVADS_SEAL_KEY         the institution's e-seal: a PKCS#12 file or pkcs11:...; NOVADS_SEAL_PASSWORD
  NOVADS_SIGN_CA          a file with authorities (PEM) to trust for these services besides the public ones
Invoices come by themselves, and other systems are told, where a file says so, by municipality:
  NOVADS_INTAKE           {\"code\": {\"folder\": \"/srv/invoices\", \"imap\": \"imaps://user:password@host\",
                           \"imap_ca\": \"/etc/ca.pem\", \"e_address\": \"/srv/e-address\", \"accounting\": \"/srv/imports\"}}")]
pub struct Serve {
    /// Show a made-up municipality with people to sign in as; listens on this machine only
    #[arg(long)]
    pub demo: bool,
    /// Where to listen for browsers
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", env = "NOVADS_LISTEN")]
    pub listen: SocketAddr,
    /// Serve Prometheus metrics at http://ADDR/metrics (off unless said)
    #[arg(long, value_name = "ADDR", env = "NOVADS_METRICS")]
    pub metrics: Option<SocketAddr>,
    /// How people reach the server, if not at http://LISTEN
    #[arg(long, value_name = "URL", env = "NOVADS_PUBLIC_URL")]
    pub public_url: Option<String>,
}

/// `novads migrate`
#[derive(Args, Clone, Debug)]
pub struct Migrate {
    /// Only say what would be done; exit code 3 if anything
    #[arg(long)]
    pub check: bool,
}

/// How a report is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Comma, a header line, raw numbers, UTF-8 without a byte order mark
    Csv,
    /// An array of objects
    Json,
}

/// `novads report`
#[derive(Args, Clone, Debug)]
#[command(group = clap::ArgGroup::new("whose").required(true).args(["tenant", "all"]), after_help = "\
Example:
  novads report employee-applications --all --year 2026 --format csv --out applications.csv")]
pub struct Report {
    /// Which report; an unknown name lists them
    pub name: String,
    /// Of this municipality (its code; see `novads admin tenant list`)
    #[arg(long, value_name = "CODE")]
    pub tenant: Option<String>,
    /// Of all municipalities, one after another
    #[arg(long)]
    pub all: bool,
    /// Of this year
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(1990..=2100))]
    pub year: i32,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    pub format: Format,
    /// Into this file instead of standard output; replaced only when all is written
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `novads year`
#[derive(Args, Clone, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "\
Reads every table (CSV, UTF-8) of the folder that has a column `municipality`; see docs/guides/year.md.
Lives the work through the same use-cases as people do, by driven clocks, in a database of its own:
a folder with real municipalities is refused. Stopped at any moment, it goes on when it is run again.

Example:
  novads year --data /tmp/country --profile reference/2023 --year 2023 --scale 0.1
  novads year verify --data /tmp/country --profile reference/2023 --year 2023"
)]
pub struct Year {
    /// What to do instead.
    #[command(subcommand)]
    pub command: Option<YearCommand>,
    /// How to live it.
    #[command(flatten)]
    pub live: Option<LiveYear>,
}

/// `novads year ...`
#[derive(Clone, Debug, Subcommand)]
pub enum YearCommand {
    /// Count anew and compare with the tables; exit code 3 if anything differs
    Verify(VerifyYear),
}

/// How to live a year.
#[derive(Args, Clone, Debug)]
pub struct LiveYear {
    /// The folder with the tables
    #[arg(long, value_name = "DIR")]
    pub profile: PathBuf,
    /// Which year
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(2022..=2032))]
    pub year: i32,
    /// Only these municipalities, by name or code
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub tenants: Vec<String>,
    /// All counts times this
    #[arg(long, value_name = "F", default_value_t = 1.0)]
    pub scale: f64,
    /// Another seed, another year with the same counts
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Begin on this day instead of the first of January
    #[arg(long, value_name = "DATE", value_parser = crate::year::date)]
    pub start: Option<types::Date>,
    /// Live only so many days
    #[arg(long, value_name = "N")]
    pub days: Option<u32>,
    /// Wait for the disk at every commit, as a server does
    #[arg(long)]
    pub durable: bool,
}

/// What to compare.
#[derive(Args, Clone, Debug)]
pub struct VerifyYear {
    /// The folder with the tables
    #[arg(long, value_name = "DIR")]
    pub profile: PathBuf,
    /// Which year
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(2022..=2032))]
    pub year: i32,
    /// Only these municipalities, by name or code; otherwise those that were lived
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub tenants: Vec<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = YearFormat::Text)]
    pub format: YearFormat,
}

/// How a comparison is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum YearFormat {
    /// Lines for people
    Text,
    /// One JSON object
    Json,
}

/// `novads backup`
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Rows as of one moment, and the stored files that they speak of; the server goes on working meanwhile.
See docs/guides/backup.md. Exit code 3: --verify found something that is not as it was written.

Example:
  novads backup /backup/2026-11-24
  novads backup /backup/2026-11-24 --verify")]
pub struct Backup {
    /// A folder that is absent or empty
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Only this municipality (its code)
    #[arg(long, value_name = "CODE", conflicts_with = "verify")]
    pub tenant: Option<String>,
    /// The keys too: whoever has the folder then reads everything in it
    #[arg(long, conflicts_with_all = ["verify", "tenant"])]
    pub with_keys: bool,
    /// Make nothing: read a backup to its end and say whether it is as it was written
    #[arg(long)]
    pub verify: bool,
}

/// `novads restore`
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
The whole goes into an installation without municipalities; one municipality into any, also while its
server runs. What is written is compared with the backup by hash before it is kept.

Example:
  novads restore /backup/2026-11-24 --data /var/lib/novads-new
  novads restore /backup/2026-11-24 --tenant ozolaine --replace
  novads restore /backup/2026-11-24 --verify")]
pub struct Restore {
    /// The folder of the backup
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Only this municipality (its code)
    #[arg(long, value_name = "CODE")]
    pub tenant: Option<String>,
    /// Put the backup in the place of the municipality that is there
    #[arg(long, conflicts_with = "verify")]
    pub replace: bool,
    /// Change nothing: say what of the rows and files differs from the backup
    #[arg(long)]
    pub verify: bool,
    /// The master key of the installation that the backup is of, where this one has another
    #[arg(long, value_name = "FILE", conflicts_with = "verify")]
    pub old_key: Option<PathBuf>,
}

/// `novads doctor`
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Exit code 0: all is well, or only warnings. 3: something must be done first; each line says what."
)]
pub struct Doctor {
    /// The address whose port must be free, or be served by this installation
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", env = "NOVADS_LISTEN")]
    pub listen: SocketAddr,
    /// Print an array of JSON objects instead of lines
    #[arg(long)]
    pub json: bool,
}

/// `novads admin`
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Municipalities on this installation
    Tenant {
        /// What to do.
        #[command(subcommand)]
        command: Tenant,
    },
    /// Who may sign in
    User {
        /// What to do.
        #[command(subcommand)]
        command: User,
    },
    /// The keys outside the database
    Key {
        /// What to do.
        #[command(subcommand)]
        command: Key,
    },
    /// Tokens for outside systems that call the interface
    Token {
        /// What to do.
        #[command(subcommand)]
        command: Token,
    },
    /// Background jobs that were set aside
    Jobs {
        /// What to do.
        #[command(subcommand)]
        command: Jobs,
    },
    /// The audit trail
    Audit {
        /// What to do.
        #[command(subcommand)]
        command: Audit,
    },
}

/// `novads admin tenant`
#[derive(Debug, Subcommand)]
pub enum Tenant {
    /// Add a municipality
    Add {
        /// Its short name in commands: lower-case letters, digits, hyphens
        code: String,
        /// Its name, as pages show it
        #[arg(long)]
        name: String,
    },
    /// List the municipalities: code, name, since when
    List,
}

/// `novads admin user`
#[derive(Debug, Subcommand)]
pub enum User {
    /// Add somebody who may sign in; the password is asked for, or read from standard input
    Add {
        /// In which municipality (its code)
        #[arg(long, value_name = "CODE")]
        tenant: String,
        /// What they type to sign in
        #[arg(long)]
        login: String,
        /// Given names
        #[arg(long, value_name = "NAMES", required_unless_present = "person")]
        given_names: Option<String>,
        /// Surname
        #[arg(long, value_name = "NAME", required_unless_present = "person")]
        surname: Option<String>,
        /// Somebody who is known to the municipality already, by id, instead of names
        #[arg(long, value_name = "ID", conflicts_with_all = ["given_names", "surname"])]
        person: Option<Uuid>,
        /// A role over the whole municipality; may be said several times
        #[arg(long, value_name = "ROLE", value_parser = parties::role::GRANTABLE)]
        role: Vec<String>,
        /// The language of their pages
        #[arg(long, default_value = "lv", value_parser = ["lv", "en"])]
        language: String,
    },
    /// Set a password, read from the terminal or standard input; ends their sessions
    Password {
        /// Whose
        login: String,
    },
    /// List who may sign in: login, person, last seen, whether disabled
    List {
        /// In which municipality (its code)
        #[arg(long, value_name = "CODE")]
        tenant: String,
    },
    /// Let somebody sign in no more; ends their sessions
    Disable {
        /// Whom
        login: String,
        /// Let them in again
        #[arg(long)]
        undo: bool,
    },
}

/// Which key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeyName {
    /// Signs the tokens of forms
    Token,
    /// Wraps the keys of stored files
    Master,
}

/// `novads admin key`
#[derive(Debug, Subcommand)]
pub enum Key {
    /// Say where each key is kept and its fingerprint; never the key itself
    Show,
    /// Print a fresh key, to be set as NOVADS_MASTER_KEY or NOVADS_TOKEN_KEY
    New,
    /// Replace a key; the server must be stopped
    Rotate {
        /// Which key
        key: KeyName,
    },
}

/// `novads admin token`
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token and print it, this once
    Create {
        /// In which municipality (its code)
        #[arg(long, value_name = "CODE")]
        tenant: String,
        /// What it is called here
        #[arg(long)]
        name: String,
        /// The outside system's code, as the audit trail and the reports name it
        #[arg(long)]
        source: String,
        /// What it opens; may be said several times
        #[arg(long, required = true)]
        scope: Vec<String>,
    },
    /// List the tokens: name, system, scopes, since when, until when
    List {
        /// In which municipality (its code)
        #[arg(long, value_name = "CODE")]
        tenant: String,
    },
    /// Make a token open nothing any more
    Revoke {
        /// In which municipality (its code)
        #[arg(long, value_name = "CODE")]
        tenant: String,
        /// The token's name
        #[arg(long)]
        name: String,
    },
}

/// `novads admin jobs`
#[derive(Debug, Subcommand)]
pub enum Jobs {
    /// List the jobs that were set aside, with their last error
    Dead {
        /// In which municipality (its code); all if not said
        #[arg(long, value_name = "CODE")]
        tenant: Option<String>,
    },
    /// Give a job that was set aside another round of attempts
    Rerun {
        /// In which municipality (its code)
        #[arg(long, value_name = "CODE")]
        tenant: String,
        /// The job's id
        #[arg(required_unless_present = "all")]
        id: Option<Uuid>,
        /// All that were set aside there
        #[arg(long, conflicts_with = "id")]
        all: bool,
    },
}

/// `novads admin audit`
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Recompute every seal from the rows; exit code 3 where they do not match
    Verify {
        /// In which municipality (its code); all if not said
        #[arg(long, value_name = "CODE")]
        tenant: Option<String>,
    },
}
