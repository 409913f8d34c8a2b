//! Against a real server: SeaweedFS from a virtual environment, on loopback, telemetry off; and against servers that
//! misbehave, made here.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use documents::ports::{BlobError, BlobStore};
use novads_port_s3::{S3Config, S3Store};

const KEYS: &str = r#"{"identities":[{"name":"novads","credentials":[{"accessKey":"novads","secretKey":"parole-parole"}],
    "actions":["Admin","Read","Write","List"]}]}"#;

/// `NOVADS_TEST_WEED`, or `.cache/venv/bin/weed` at the root of the repository.
fn weed() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = std::env::var_os("NOVADS_TEST_WEED").map_or_else(|| root.join(".cache/venv/bin/weed"), PathBuf::from);
    assert!(
        path.exists(),
        "this test needs SeaweedFS: run tools/referees.sh \
         (looked for {})",
        path.display()
    );
    path
}

struct Weed {
    child: Child,
    dir: PathBuf,
    endpoint: String,
}

impl Weed {
    fn start() -> Self {
        let dir = std::env::temp_dir().join(format!("novads-s3-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join("keys.json"), KEYS).unwrap();
        // Ports that were free a moment ago; held together so that they differ.
        let free: Vec<TcpListener> = (0..8).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let ports: Vec<u16> = free.iter().map(|listener| listener.local_addr().unwrap().port()).collect();
        drop(free);
        let names = ["master.port", "master.port.grpc", "volume.port", "volume.port.grpc"];
        let names = names.into_iter().chain(["filer.port", "filer.port.grpc", "s3.port", "s3.port.grpc"]);
        let child = Command::new(weed())
            .args(["-logtostderr=true", "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", "-filer"])
            .args(["-master.telemetry=false", "-master.volumeSizeLimitMB=64", "-volume.max=8", "-s3.port.iceberg=0"])
            .args(names.zip(&ports).map(|(name, port)| format!("-{name}={port}")))
            .arg(format!("-dir={}", dir.display()))
            .arg(format!("-s3.config={}", dir.join("keys.json").display()))
            .current_dir(&dir)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(dir.join("log")).unwrap())
            .spawn()
            .unwrap();
        Self { child, dir, endpoint: format!("http://127.0.0.1:{}", ports.get(6).unwrap()) }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.dir.join("log")).unwrap_or_default()
    }
}

impl Drop for Weed {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn store(endpoint: &str, bucket: &str, secret_key: &str) -> S3Store {
    S3Store::new(&S3Config {
        endpoint: endpoint.to_owned(),
        bucket: bucket.to_owned(),
        region: "us-east-1".to_owned(),
        access_key: "novads".to_owned(),
        secret_key: secret_key.to_owned(),
        path_style: true,
    })
    .unwrap()
}

/// Makes the bucket as an administrator would; also waits for the server.
async fn make_bucket(weed: &mut Weed) {
    let deadline = Instant::now() + Duration::from_secs(90);
    loop {
        assert!(weed.child.try_wait().unwrap().is_none() && Instant::now() < deadline, "no S3:\n{}", weed.log());
        if create(&weed.endpoint).is_some_and(|answer| answer.starts_with("HTTP/1.1 200")) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

fn create(endpoint: &str) -> Option<String> {
    use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle, actions::CreateBucket};
    let bucket = Bucket::new(endpoint.parse().unwrap(), UrlStyle::Path, "novads-files", "us-east-1").unwrap();
    let url = CreateBucket::new(&bucket, &Credentials::new("novads", "parole-parole")).sign(Duration::from_secs(60));
    let host = format!("{}:{}", url.host_str()?, url.port()?);
    let mut stream = TcpStream::connect(&host).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let path = format!("{}?{}", url.path(), url.query()?);
    write!(stream, "PUT {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

#[tokio::test]
async fn blobs_are_kept_read_and_removed() {
    let mut weed = Weed::start();
    make_bucket(&mut weed).await;
    let files = store(&weed.endpoint, "novads-files", "parole-parole");
    files.check().await.unwrap_or_else(|error| panic!("{error}\n{}", weed.log()));
    let name = "0199aa/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    files.put(name, bytes.clone()).await.unwrap();
    assert!(files.get(name).await.unwrap() == bytes);
    files.put(name, bytes.clone()).await.unwrap();
    assert!(files.get(name).await.unwrap() == bytes, "storing again is no error");
    files.put("leer", Vec::new()).await.unwrap();
    assert_eq!(files.get("leer").await.unwrap(), Vec::<u8>::new());
    assert!(matches!(files.get("0199aa/none").await, Err(BlobError::NotFound(missing)) if missing == "0199aa/none"));
    files.delete(name).await.unwrap();
    assert!(matches!(files.get(name).await, Err(BlobError::NotFound(_))));
    files.delete(name).await.unwrap();

    let stranger = store(&weed.endpoint, "novads-files", "cita-parole-12");
    assert!(matches!(stranger.put("a", vec![1]).await, Err(BlobError::Store(said)) if said.contains("403")));
    assert!(matches!(stranger.get("leer").await, Err(BlobError::Store(_))));
    assert!(stranger.check().await.is_err());
    let nowhere = store(&weed.endpoint, "novads-none", "parole-parole");
    assert!(nowhere.check().await.is_err());
    assert!(matches!(nowhere.get("a").await, Err(BlobError::Store(said)) if said.contains("NoSuchBucket")));

    let files = Arc::new(files);
    let mut many = tokio::task::JoinSet::new();
    for n in 0..40_u8 {
        let files = Arc::clone(&files);
        many.spawn(async move {
            let name = format!("many/{n}");
            files.put(&name, vec![n; 10_000]).await.unwrap();
            assert_eq!(files.get(&name).await.unwrap(), vec![n; 10_000]);
        });
    }
    many.join_all().await;
    let telemetry =
        weed.log().to_lowercase().lines().find(|line| line.contains("sending telemetry")).map(str::to_owned);
    assert_eq!(telemetry, None);
}

/// A server that gives each connection the next of these answers and closes it.
fn scripted(answers: &'static [&'static str]) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let served = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&served);
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = [0; 4096];
            let _ = stream.read(&mut head);
            counter.fetch_add(1, Ordering::SeqCst);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (endpoint, served)
}

const BUSY: &str = "HTTP/1.1 503 Slow Down\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

#[tokio::test]
async fn what_passes_is_tried_again() {
    let whole = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nsaturs";
    let short = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 500\r\n\r\nsat";
    let (endpoint, served) = scripted(Box::leak(Box::new([BUSY, "", short, whole])));
    assert_eq!(store(&endpoint, "novads-files", "x").get("a").await.unwrap(), b"satur");
    assert_eq!(served.load(Ordering::SeqCst), 4, "busy, closed and cut short are each tried again");
}

#[tokio::test]
async fn it_gives_up() {
    let start = Instant::now();
    let (endpoint, served) = scripted(&[BUSY; 9]);
    let Err(BlobError::Store(said)) = store(&endpoint, "novads-files", "x").put("a", vec![1]).await else {
        panic!("a store that is always busy stores nothing")
    };
    assert!(said.contains("503"), "{said}");
    assert_eq!(served.load(Ordering::SeqCst), 5);
    assert!(start.elapsed() > Duration::from_millis(500), "it pauses in between");
}

#[tokio::test]
async fn it_follows_no_redirect() {
    let (other, reached) = scripted(&[BUSY]);
    let moved = format!("HTTP/1.1 307 Moved\r\nLocation: {other}/x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    let (endpoint, _) = scripted(Box::leak(Box::new([&*Box::leak(moved.into_boxed_str())])));
    assert!(
        matches!(store(&endpoint, "novads-files", "x").get("a").await, Err(BlobError::Store(said)) if said.contains("307"))
    );
    assert_eq!(reached.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_odd_name_is_never_sent() {
    let (endpoint, served) = scripted(&[BUSY]);
    let files = store(&endpoint, "novads-files", "x");
    assert!(files.get("../other/a").await.is_err());
    assert!(files.put("a?acl", vec![1]).await.is_err());
    assert_eq!(served.load(Ordering::SeqCst), 0);
}
