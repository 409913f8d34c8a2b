//! What signing needs from outside, as this installation is set up: keys, time stamps, revocation, trust lists.
//! A demonstration has a simulator of all of it in its own process.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context as _, Result, anyhow, bail};
use asice::pki::Certificate;
use op::{Extensions, Kernel};
use parties::life::People;
use port_esign::{
    Client, Csc, EParaksts, Http, HttpLists, HttpRevocations, HttpSettings, Identity, ListSettings, Reach, Rfc3161,
    Source, WebEid,
};
use port_keys::{HeldKey, Pkcs11Key, Pkcs11Uri, PrivateKey, RawSigner, algorithm_for, from_pkcs12};
use port_signsim::{CLIENT_ID, CLIENT_SECRET, Person, Simulator};
use signing::ports::{About, Methods, Revocations, SigningMethod, TimeStamps, TrustLists, Whose};
use types::{Clock, PersonId, TenantId};

/// Where the simulator listens if it can: certificates carry its address, and it is good to look at.
const SIMULATOR_PORT: u16 = 18_098;
/// How often lists are asked for, and how soon again when some did not come.
const FRESH: Duration = Duration::from_secs(6 * 3600);
const TROUBLE: Duration = Duration::from_secs(600);

/// The simulator of a demonstration; it lives as long as the kernel.
#[derive(Clone)]
pub struct Simulated(pub Arc<Simulator>);

fn said(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.trim().is_empty())
}

fn must(name: &str, because: &str) -> Result<String> {
    said(name).ok_or_else(|| anyhow!("{name} is not set, and {because} is"))
}

fn file(name: &str) -> Result<Option<Vec<u8>>> {
    said(name).map(|path| std::fs::read(&path).with_context(|| format!("cannot read {name} {path}"))).transpose()
}

/// Registers what the environment names.
pub fn register(all: &mut Extensions, data: Option<&Path>) -> Result<()> {
    let authorities = file("NOVADS_SIGN_CA")?.unwrap_or_default();
    let identity = match (file("NOVADS_TSA_CERT")?, file("NOVADS_TSA_KEY")?) {
        (Some(cert), Some(key)) => Some(Identity::from_pem(&cert, &key)?),
        _ => None,
    };
    let http = Http::new(&HttpSettings { authorities: authorities.clone(), ..HttpSettings::default() })?;
    if let Some(url) = said("NOVADS_TSA_URL") {
        let settings = HttpSettings { authorities: authorities.clone(), identity, ..HttpSettings::default() };
        let mut tsa = Rfc3161::new(Http::new(&settings)?, url);
        if let Some(user) = said("NOVADS_TSA_USER") {
            tsa = tsa.with_password(&user, &must("NOVADS_TSA_PASSWORD", "NOVADS_TSA_USER")?);
        }
        all.insert::<Arc<dyn TimeStamps>>(Arc::new(tsa));
    }
    let hosts = said("NOVADS_OCSP_HOSTS").map(|text| text.split(',').map(|h| h.trim().to_owned()).collect());
    let reach = Reach::Public(hosts.unwrap_or_default());
    let guarded = Http::new(&HttpSettings { authorities, reach, ..HttpSettings::default() })?;
    all.insert::<Arc<dyn Revocations>>(Arc::new(match said("NOVADS_OCSP_URL") {
        Some(url) => HttpRevocations::at(http.clone(), url),
        None => HttpRevocations::new(guarded),
    }));
    if let Some(url) = said("NOVADS_TRUST_URL") {
        let signers = file("NOVADS_TRUST_SIGNERS")?.ok_or_else(|| anyhow!("NOVADS_TRUST_SIGNERS is not set"))?;
        let settings = ListSettings {
            sources: vec![Source { url, signers: Certificate::parse_many(&signers).context("NOVADS_TRUST_SIGNERS")? }],
            territories: said("NOVADS_TRUST_TERRITORIES")
                .map(|text| text.split(',').map(|t| t.trim().to_owned()).collect())
                .unwrap_or_default(),
            folder: data.map(|data| data.join("trust-lists")),
        };
        keep_fresh(all, HttpLists::new(http.clone(), settings, Clock::System));
    }
    all.insert(Methods(methods(&http)?));
    Ok(())
}

/// The lists, asked for now and then for as long as the program runs.
fn keep_fresh(all: &mut Extensions, lists: HttpLists) {
    let lists = Arc::new(lists);
    all.insert::<Arc<dyn TrustLists>>(lists.clone());
    tokio::spawn(async move {
        loop {
            let good = lists.refresh().await.is_ok_and(|trust| trust.trouble.is_none());
            tokio::time::sleep(if good { FRESH } else { TROUBLE }).await;
        }
    });
}

fn methods(http: &Http) -> Result<Vec<Arc<dyn SigningMethod>>> {
    let mut methods: Vec<Arc<dyn SigningMethod>> = Vec::new();
    let client = |prefix: &str| -> Result<Client> {
        let because = format!("{prefix}_URL");
        let part = |name: &str| must(&format!("{prefix}_{name}"), &because);
        Ok(Client { id: part("CLIENT_ID")?, secret: part("CLIENT_SECRET")? })
    };
    if let Some(url) = said("NOVADS_EPARAKSTS_URL") {
        let client = client("NOVADS_EPARAKSTS")?;
        methods.push(Arc::new(EParaksts::new(http.clone(), &url, client, said("NOVADS_EPARAKSTS_ACR"))?));
    }
    if let Some(url) = said("NOVADS_CSC_URL") {
        let mut about = Csc::usual_name();
        if let Some(name) = said("NOVADS_CSC_NAME") {
            (about.label_lv, about.label_en) = (name.clone(), name);
        }
        methods.push(Arc::new(Csc::new(http.clone(), &url, client("NOVADS_CSC")?, about)?));
    }
    if said("NOVADS_WEB_EID").is_some_and(|text| text == "true") {
        methods.push(Arc::new(WebEid));
    }
    if let Some(key) = said("NOVADS_SEAL_KEY") {
        methods.push(Arc::new(seal(&key, &said("NOVADS_SEAL_PASSWORD").unwrap_or_default())?));
    }
    Ok(methods)
}

fn seal_name() -> About {
    About {
        code: "seal".into(),
        label_lv: "Iestādes e-zīmogs".into(),
        label_en: "The institution's e-seal".into(),
        whose: Whose::Institution,
    }
}

fn seal(key: &str, password: &str) -> Result<HeldKey> {
    let (signer, certificates): (Arc<dyn RawSigner>, Vec<Certificate>) = if Pkcs11Uri::looks_like(key) {
        let (key, certificates) = Pkcs11Key::open(&Pkcs11Uri::parse(key)?, password).context("NOVADS_SEAL_KEY")?;
        (Arc::new(key), certificates)
    } else {
        let bytes = std::fs::read(key).with_context(|| format!("NOVADS_SEAL_KEY {key}"))?;
        let (key, certificates) = from_pkcs12(&bytes, password).context("NOVADS_SEAL_KEY")?;
        (Arc::new(key), certificates)
    };
    let Some(own) = certificates.first() else { bail!("NOVADS_SEAL_KEY has no certificate") };
    let algorithm = algorithm_for(own, false)?;
    Ok(HeldKey::new(seal_name(), certificates, algorithm, signer))
}

/// Starts the simulator and registers all that it simulates.
pub async fn register_demo(all: &mut Extensions, data: Option<&Path>) -> Result<()> {
    // The same seed every time: what was signed yesterday is valid today.
    let seed = b"novads demonstration";
    let simulator = match Simulator::start(SIMULATOR_PORT, seed, Clock::System).await {
        Ok(simulator) => simulator,
        Err(_) => Simulator::start(0, seed, Clock::System).await.context("the simulator of trust services")?,
    };
    let http = Http::new(&HttpSettings::default())?;
    all.insert::<Arc<dyn TimeStamps>>(Arc::new(Rfc3161::new(http.clone(), simulator.url("/tsa"))));
    all.insert::<Arc<dyn Revocations>>(Arc::new(HttpRevocations::at(http.clone(), simulator.url("/ocsp"))));
    let settings = ListSettings {
        sources: vec![Source {
            url: simulator.url("/lists/LV.xml"),
            signers: vec![simulator.world.list_signer().clone()],
        }],
        territories: Vec::new(),
        folder: data.map(|data| data.join("trust-lists")),
    };
    let lists = HttpLists::new(http.clone(), settings, Clock::System);
    lists.refresh().await.context("the simulator's trust list")?;
    keep_fresh(all, lists);
    let client = || Client { id: CLIENT_ID.into(), secret: CLIENT_SECRET.into() };
    let held = simulator.world.seal("Parauga novada pašvaldība", "90000000000")?;
    let own = held.certificates.first().context("the seal's certificate")?;
    let (key, algorithm) = (PrivateKey::from_pkcs8(&held.key, &own.key)?, algorithm_for(own, false)?);
    all.insert(Methods(vec![
        Arc::new(EParaksts::new(http.clone(), &simulator.url(""), client(), None)?),
        Arc::new(Csc::new(http, &simulator.url("/csc/v2"), client(), Csc::usual_name())?),
        Arc::new(WebEid),
        Arc::new(HeldKey::new(seal_name(), held.certificates.clone(), algorithm, Arc::new(key))),
    ]));
    all.insert(Simulated(Arc::new(simulator)));
    Ok(())
}

/// Makes those who may sign in known to the simulator, by name and personal code.
pub async fn know(kernel: &Arc<Kernel>, tenant: TenantId, people: &People) -> Result<()> {
    let Some(Simulated(simulator)) = kernel.extension::<Simulated>() else { return Ok(()) };
    let op = op::Op::house(kernel, tenant, "demo");
    let mut read = op.read().await?;
    let all: [PersonId; 6] = [people.employee, people.manager, people.hr, people.clerk, people.head, people.admin];
    for id in all {
        let Some(card) = parties::person_card(read.conn(), tenant, id).await? else { continue };
        let Some(code) = card.personal_code else { continue };
        let code = code.to_string().chars().filter(char::is_ascii_digit).collect();
        simulator.world.add_person(Person { given: card.given_names, surname: card.surname, code });
    }
    Ok(())
}
