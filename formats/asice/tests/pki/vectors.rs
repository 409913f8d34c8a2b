//! What real containers bring is read whole, and judged under the list that belongs to it.

use asice::container::zip;
use asice::pki::{Certificate, OcspReport, OcspResponse, RevocationStatus, TimeStampToken, TimestampReport};
use asice::trust::{ChainStatus, Purpose, TrustList, TrustStore};
use asice::xml::dom::{Document, Limits, NodeId};
use asice::xml::signature::base64;

use super::place;

/// What was found in the signature files of one container.
#[derive(Default)]
struct Found {
    name: String,
    certificates: Vec<Vec<u8>>,
    responses: Vec<Vec<u8>>,
    tokens: Vec<Vec<u8>>,
}

fn collect(document: &Document<'_>, found: &mut Found) {
    let values = |local: &str| -> Vec<Vec<u8>> {
        let of_name = |id: &NodeId| document.name(*id).1 == local;
        document.descendants(document.root()).filter(of_name).filter_map(|id| base64(&document.text(id))).collect()
    };
    found.certificates.extend(values("X509Certificate"));
    found.certificates.extend(values("EncapsulatedX509Certificate"));
    found.responses.extend(values("EncapsulatedOCSPValue"));
    found.tokens.extend(values("EncapsulatedTimeStamp"));
}

fn containers() -> Vec<Found> {
    let Some(folder) = place::vectors() else { return Vec::new() };
    let mut all = Vec::new();
    for file in std::fs::read_dir(folder.join("containers")).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let Ok(archive) = zip::Archive::open(&bytes, zip::Limits::default()) else { continue };
        let mut found = Found { name: path.file_name().unwrap().to_string_lossy().into_owned(), ..Found::default() };
        for entry in &archive.entries {
            if entry.name.starts_with("META-INF/") && entry.name.contains("signatures") {
                let Ok(xml) = archive.read(entry) else { continue };
                let Ok(document) = Document::parse(&xml, Limits::SIGNATURE) else { continue };
                collect(&document, &mut found);
            }
        }
        all.push(found);
    }
    all.sort_by(|left, right| left.name.cmp(&right.name));
    all
}

fn trust() -> Option<TrustStore> {
    let bytes = std::fs::read(place::vectors()?.join("trust/EE_T.xml")).unwrap();
    let (store, notices) = TrustStore::from_files([("EE_T.xml", bytes.as_slice())]);
    assert!(notices.is_empty(), "{notices:?}");
    Some(store)
}

#[test]
fn everything_in_the_containers_is_read() {
    let all = containers();
    let (mut certificates, mut responses, mut tokens) = (0, 0, 0);
    for found in &all {
        for der in &found.certificates {
            let cert = Certificate::parse(der).unwrap_or_else(|error| panic!("{}: {error}", found.name));
            assert_eq!(cert.der(), der, "{}", found.name);
            certificates += 1;
        }
        for der in &found.responses {
            match OcspResponse::parse(der) {
                Ok(_) => responses += 1,
                Err(error) => eprintln!("{}: OCSP: {error}", found.name),
            }
        }
        for der in &found.tokens {
            TimeStampToken::parse(der).unwrap_or_else(|error| panic!("{}: {error}", found.name));
            tokens += 1;
        }
    }
    eprintln!("{certificates} certificates, {responses} responses, {tokens} tokens");
    assert!(all.is_empty() || (certificates > 300 && responses > 80 && tokens > 50));
}

fn certificates(found: &Found) -> Vec<Certificate> {
    found.certificates.iter().filter_map(|der| Certificate::parse(der).ok()).collect()
}

/// The judgement on each response that is about a certificate of the container.
fn judged(found: &Found, trust: &TrustStore) -> Vec<OcspReport> {
    let certs = certificates(found);
    let responses = found.responses.iter().filter_map(|der| OcspResponse::parse(der).ok());
    let about = |response: &OcspResponse| {
        certs.iter().find_map(|cert| {
            let chain = trust.judge_chain(cert, &certs, response.produced_at, Purpose::Signer);
            let issuer = chain.issuer()?;
            response.find(cert, issuer)?;
            Some(response.verify(cert, issuer, &certs, trust))
        })
    };
    responses.filter_map(|response| about(&response)).collect()
}

fn token_reports(found: &Found, trust: &TrustStore) -> Vec<TimestampReport> {
    let certs = certificates(found);
    found.tokens.iter().map(|der| TimeStampToken::parse(der).unwrap().judge(true, &certs, trust)).collect()
}

#[test]
fn good_containers_have_good_evidence() {
    let Some(trust) = trust() else { return };
    let expected = std::fs::read_to_string(place::vectors().unwrap().join("expected.csv")).unwrap();
    let mut tried = 0;
    for found in containers() {
        let good = |line: &str| {
            let mut cells = line.split(',');
            cells.next() == Some(&found.name)
                && cells.next().is_some_and(|cell| cell.split(' ').all(|verdict| verdict == "VALID"))
        };
        if !expected.lines().any(good) {
            continue;
        }
        tried += 1;
        let responses = judged(&found, &trust);
        assert!(!responses.is_empty(), "{}", found.name);
        for report in &responses {
            assert!(report.is_good(), "{}: {report:?}", found.name);
            assert!(report.chain.as_ref().is_some_and(|chain| chain.is_trusted()), "{}", found.name);
        }
        for report in token_reports(&found, &trust) {
            // One archive time stamp there is of an authority that no list knows.
            let foreign = report.signer.as_ref().is_some_and(|cert| cert.subject.to_string().contains("Entrust"));
            assert!(report.signature_ok, "{}: {report:?}", found.name);
            assert_eq!(report.qualified, !foreign, "{}: {report:?}", found.name);
        }
    }
    assert!(tried > 30, "{tried}");
}

#[test]
fn bad_evidence_is_told_apart() {
    let Some(trust) = trust() else { return };
    let all = containers();
    let named = |name: &str| all.iter().find(|found| found.name == name).unwrap();
    let status = |name: &str| judged(named(name), &trust).first().unwrap().status.unwrap();
    assert!(matches!(status("TM-15_revoked.4.asice"), RevocationStatus::Revoked { .. }));
    assert_eq!(status("TM-16_unknown.4.asice"), RevocationStatus::Unknown);
    for name in ["esteid2018signerAiaOcspLT.asice", "esteid2018signerAiaOcspLTA.asice"] {
        let reports = judged(named(name), &trust);
        assert!(reports.iter().all(|report| report.signature_ok && report.right.is_none()), "{name}");
    }
    for name in ["TS-05_23634_TS_unknown_TSA.asice", "zip-bomb-packages.asice"] {
        let reports = token_reports(named(name), &trust);
        assert!(reports.iter().all(|report| report.signature_ok && !report.is_valid()), "{name}");
    }
}

#[test]
fn a_service_counts_while_it_is_in_force_and_for_its_own_purpose() {
    let Some(folder) = place::vectors() else { return };
    let xml = std::fs::read_to_string(folder.join("trust/EE_T.xml")).unwrap();
    let all = containers();
    let found = all.iter().find(|found| found.name == "TEST_ESTEID-SK2015_ASiC-E_XAdES_LT.asice").unwrap();
    let certs = certificates(found);
    let verdict = |xml: &str| {
        let (store, notices) = TrustStore::from_files([("list.xml", xml.as_bytes())]);
        assert!(notices.is_empty());
        let token = token_reports(found, &store);
        let [token] = token.as_slice() else { panic!("one time stamp") };
        let chain = store.judge_chain(&certs[0], &certs, token.time, Purpose::Signer);
        (
            chain.status,
            chain.qualified.is_some_and(|found| found.is_qualified_signature()),
            token.chain.as_ref().unwrap().status,
        )
    };
    assert_eq!(verdict(&xml), (ChainStatus::Trusted, true, ChainStatus::Trusted));
    // The time stamp is of January 2021.
    let withdrawn = xml.replace("/Svcstatus/granted<", "/Svcstatus/withdrawn<");
    assert_eq!(verdict(&withdrawn), (ChainStatus::ServiceNotInForce, false, ChainStatus::ServiceNotInForce));
    let no_authorities = xml.replace("/Svctype/CA/QC<", "/Svctype/TSA/QTST<");
    assert_eq!(verdict(&no_authorities), (ChainStatus::WrongService, false, ChainStatus::Trusted));
    let not_qualified = xml.replace("/Svctype/CA/QC<", "/Svctype/CA/PKC<");
    assert_eq!(verdict(&not_qualified), (ChainStatus::Trusted, false, ChainStatus::Trusted));
    let no_stampers = xml.replace("/Svctype/TSA/QTST<", "/Svctype/Certstatus/OCSP/QC<");
    assert_eq!(verdict(&no_stampers), (ChainStatus::Trusted, true, ChainStatus::WrongService));
    let mut later = String::new();
    for line in xml.lines() {
        let old = line.contains("<StatusStartingTime>");
        later.push_str(if old { "<StatusStartingTime>2021-02-01T00:00:00Z</StatusStartingTime>" } else { line });
        later.push('\n');
    }
    assert_eq!(verdict(&later), (ChainStatus::ServiceNotInForce, false, ChainStatus::ServiceNotInForce));
}

#[test]
fn the_list_is_read_and_its_signature_holds() {
    let Some(folder) = place::vectors() else { return };
    let bytes = std::fs::read(folder.join("trust/EE_T.xml")).unwrap();
    let list = TrustList::parse(&bytes).unwrap();
    assert_eq!((list.territory.as_str(), list.sequence), ("EE_T", 34));
    assert!(list.services.len() > 20 && list.services.iter().all(|service| !service.certificates.is_empty()));
    let signers = &list.pointers.first().unwrap().signers;
    assert!(TrustList::parse_signed(&bytes, signers).is_ok());
    let other = list.services.first().unwrap().certificates.clone();
    assert!(TrustList::parse_signed(&bytes, &other).is_err());
    let text = String::from_utf8(bytes).unwrap().replace("Svcstatus/granted", "Svcstatus/withdrawn");
    assert!(TrustList::parse_signed(text.as_bytes(), signers).is_err());
}

#[test]
fn damaged_evidence_is_refused_and_nothing_panics() {
    let Some(trust) = trust() else { return };
    let all = containers();
    let found = all.iter().find(|found| found.name == "singleValidSignatureTS.asice").unwrap();
    let (token, response) = (&found.tokens[0], &found.responses[0]);
    let certs = certificates(found);
    for at in 0..token.len() {
        let mut bytes = token.clone();
        bytes[at] ^= 0x41;
        let Ok(parsed) = TimeStampToken::parse(&bytes) else { continue };
        let report = parsed.judge(parsed.imprint == TimeStampToken::parse(token).unwrap().imprint, &certs, &trust);
        // What is outside the signatures may change: unsigned parts, other certificates.
        if report.is_valid() {
            assert_eq!(report.time, TimeStampToken::parse(token).unwrap().gen_time);
        }
    }
    for at in 0..response.len() {
        let mut bytes = response.clone();
        bytes[at] ^= 0x41;
        let Ok(parsed) = OcspResponse::parse(&bytes) else { continue };
        assert!(
            parsed.produced_at == OcspResponse::parse(response).unwrap().produced_at
                || parsed.verified_responder(None, &certs, &trust).is_err()
        );
    }
}
