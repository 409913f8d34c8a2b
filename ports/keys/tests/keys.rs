//! Keys that openssl made, in PKCS#12 files of several kinds and in SoftHSM2.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use asice::pki::{Certificate, EcdsaForm, SignatureAlgorithm, verify};
use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    object::{Attribute, CertificateType, ObjectClass},
    session::UserType,
    types::AuthPin,
};
use port_keys::{HeldKey, KeyError, Pkcs11Key, Pkcs11Uri, algorithm_for, from_pkcs12};
use signing::ports::{About, Return, Signer, SigningMethod, Stage, ToSign, Whose};

const PASSWORD: &str = "parole ar ā";

fn run(folder: &Path, program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("{program} is missing (tools/packages.txt): {error}"));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program} {args:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A key with its certificate: NAME.key, NAME.pem, NAME.der.
fn make(folder: &Path, name: &str, kind: &[&str]) {
    let key = format!("{name}.key");
    let mut args = vec!["genpkey"];
    args.extend(kind);
    args.extend(["-out", &key]);
    run(folder, "openssl", &args);
    let (pem, der, subject) = (format!("{name}.pem"), format!("{name}.der"), format!("/CN={name}"));
    run(folder, "openssl", &["req", "-x509", "-key", &key, "-out", &pem, "-days", "3", "-subj", &subject]);
    run(folder, "openssl", &["x509", "-in", &pem, "-outform", "DER", "-out", &der]);
}

const KINDS: [(&str, &[&str]); 4] = [
    ("p256", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
    ("p384", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
    ("p521", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"]),
    ("rsa", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"]),
];

fn p12(folder: &Path, name: &str, more: &[&str]) -> Vec<u8> {
    let (key, pem, out) = (format!("{name}.key"), format!("{name}.pem"), format!("{name}.p12"));
    let password = format!("pass:{PASSWORD}");
    let mut args = vec!["pkcs12", "-export", "-inkey", &key, "-in", &pem, "-out", &out, "-passout", &password];
    args.extend(more);
    run(folder, "openssl", &args);
    std::fs::read(folder.join(out)).unwrap()
}

fn about() -> About {
    About { code: "seal".into(), label_lv: "Zīmogs".into(), label_en: "Seal".into(), whose: Whose::Institution }
}

/// What the method gives holds.
async fn signs(key: HeldKey) {
    let signer = Signer { name: "Anna".into(), personal_code: None, locale: types::Locale::Lv };
    let back = Return { url: "http://127.0.0.1/".into(), state: "s".into() };
    let Stage::Done(credential) = key.certificate(&signer, &back).await.unwrap() else { panic!("not at once") };
    let certificate = Certificate::parse(&credential.certificates[0]).unwrap();
    let hash = credential.algorithm.hash();
    let to_sign = |text: &str| ToSign {
        name: text.to_owned(),
        data: text.as_bytes().to_vec(),
        digest: hash.digest(text.as_bytes()),
    };
    let documents = [to_sign("viens"), to_sign("divi")];
    let Stage::Done(values) = key.sign(&signer, &credential, &documents, &back).await.unwrap() else { panic!("later") };
    assert_eq!(values.len(), 2);
    for (document, value) in documents.iter().zip(&values) {
        verify(&certificate.key, credential.algorithm, EcdsaForm::Raw, &document.data, value).unwrap();
    }
    assert!(verify(&certificate.key, credential.algorithm, EcdsaForm::Raw, b"tris", &values[0]).is_err());
    assert!(key.sign_back("", &credential, &documents, &back, &signing::ports::Answer::default()).await.is_err());
}

#[tokio::test]
async fn files_of_every_kind() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (name, kind) in KINDS {
        make(folder, name, kind);
        for more in [&[][..], &["-legacy"], &["-keypbe", "AES-128-CBC", "-certpbe", "NONE"]] {
            let bytes = p12(folder, name, more);
            let (key, certificates) = from_pkcs12(&bytes, PASSWORD).unwrap_or_else(|e| panic!("{name} {more:?}: {e}"));
            let algorithm = algorithm_for(&certificates[0], false).unwrap();
            signs(HeldKey::new(about(), certificates, algorithm, Arc::new(key))).await;
        }
        assert!(matches!(from_pkcs12(&p12(folder, name, &[]), "cita"), Err(KeyError::Pkcs12(_))));
    }
    let (key, certificates) = from_pkcs12(&p12(folder, "rsa", &[]), PASSWORD).unwrap();
    let pss = algorithm_for(&certificates[0], true).unwrap();
    assert!(matches!(pss, SignatureAlgorithm::RsaPss { .. }));
    signs(HeldKey::new(about(), certificates, pss, Arc::new(key))).await;
    // The key of one, the certificate of another; a file without key; junk.
    std::fs::copy(folder.join("p384.pem"), folder.join("keep.pem")).unwrap();
    run(
        folder,
        "openssl",
        &["pkcs12", "-export", "-nokeys", "-in", "p256.pem", "-out", "no.p12", "-passout", "pass:x"],
    );
    assert!(matches!(from_pkcs12(&std::fs::read(folder.join("no.p12")).unwrap(), "x"), Err(KeyError::Missing(_))));
    assert!(matches!(from_pkcs12(b"junk", "x"), Err(KeyError::Pkcs12(_))));
    let (_, p256) = from_pkcs12(&p12(folder, "p256", &[]), PASSWORD).unwrap();
    assert!(algorithm_for(&p256[0], true).is_err());
}

/// SoftHSM2 reads its settings from the environment when it is loaded.
const INSIDE: &str = "NOVADS_TEST_TOKENS";

fn softhsm() -> PathBuf {
    let known = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"];
    let found = known.iter().map(PathBuf::from).find(|p| p.exists());
    found.expect("libsofthsm2.so is missing: apt-get install softhsm2 (tools/packages.txt)")
}

#[test]
fn tokens() {
    if std::env::var_os(INSIDE).is_some() {
        return inside();
    }
    let folder = tempfile::tempdir().unwrap();
    let tokens = folder.path().join("tokens");
    std::fs::create_dir(&tokens).unwrap();
    let config = folder.path().join("softhsm2.conf");
    std::fs::write(&config, format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display())).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tokens", "--nocapture"])
        .env("SOFTHSM2_CONF", &config)
        .env(INSIDE, folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{said}");
}

fn inside() {
    let folder = PathBuf::from(std::env::var_os(INSIDE).unwrap());
    let module = softhsm();
    let init = ["--init-token", "--free", "--label", "Domes marka", "--so-pin", "12345678", "--pin", "1234"];
    run(&folder, "softhsm2-util", &init);
    for (number, (name, kind)) in KINDS.iter().enumerate() {
        make(&folder, name, kind);
        let (key, id) = (format!("{name}.key"), format!("0{number}"));
        let import = ["--import", &key, "--token", "Domes marka", "--label", name, "--id", &id, "--pin", "1234"];
        run(&folder, "softhsm2-util", &import);
    }
    put_certificates(&module, &folder);
    let uri = |name: &str| {
        let text = format!("pkcs11:token=Domes%20marka;object={name}?module-path={}", module.display());
        Pkcs11Uri::parse(&text).unwrap()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for (name, _) in KINDS {
        let (key, certificates) = Pkcs11Key::open(&uri(name), "1234").unwrap();
        assert_eq!(certificates.len(), KINDS.len());
        assert_eq!(certificates[0].subject.common_name(), Some(name));
        let algorithm = algorithm_for(&certificates[0], false).unwrap();
        runtime.block_on(signs(HeldKey::new(about(), certificates.clone(), algorithm, Arc::new(key))));
        if name == "rsa" {
            let (key, _) = Pkcs11Key::open(&uri(name), "1234").unwrap();
            let pss = algorithm_for(&certificates[0], true).unwrap();
            // SoftHSM2 makes PSS of a digest that was made outside.
            runtime.block_on(signs(HeldKey::new(about(), certificates, pss, Arc::new(key))));
        }
    }
    let wrong = |uri: &Pkcs11Uri| Pkcs11Key::open(uri, "1234").map(|_| ()).unwrap_err();
    assert!(matches!(wrong(&uri("nav")), KeyError::Missing(_)));
    assert!(matches!(wrong(&Pkcs11Uri { token: Some("cita".into()), ..uri("p256") }), KeyError::Token(_)));
    assert!(matches!(wrong(&Pkcs11Uri { module: Some("/nav.so".into()), ..uri("p256") }), KeyError::Token(_)));
    assert!(matches!(wrong(&Pkcs11Uri { object: None, ..uri("p256") }), KeyError::Uri(_)));
}

fn put_certificates(module: &Path, folder: &Path) {
    // A wrong PIN is found before anybody has logged in.
    let bad = format!("pkcs11:token=Domes%20marka;object=p256?module-path={}", module.display());
    let error = Pkcs11Key::open(&Pkcs11Uri::parse(&bad).unwrap(), "9999").map(|_| ()).unwrap_err();
    assert!(matches!(error, KeyError::Pin(_)), "{error}");
    let library = Pkcs11::new(module).unwrap();
    // Already done by the attempt above.
    let _ = library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK));
    let slot = library
        .get_slots_with_token()
        .unwrap()
        .into_iter()
        .find(|s| library.get_token_info(*s).unwrap().label() == "Domes marka")
        .unwrap();
    let session = library.open_rw_session(slot).unwrap();
    session.login(UserType::User, Some(&AuthPin::from("1234"))).unwrap();
    for (number, (name, _)) in KINDS.iter().enumerate() {
        let der = std::fs::read(folder.join(format!("{name}.der"))).unwrap();
        let subject = Certificate::parse(&der).unwrap().subject.der().to_vec();
        session
            .create_object(&[
                Attribute::Class(ObjectClass::CERTIFICATE),
                Attribute::CertificateType(CertificateType::X_509),
                Attribute::Token(true),
                Attribute::Label(name.as_bytes().to_vec()),
                Attribute::Id(vec![u8::try_from(number).unwrap()]),
                Attribute::Subject(subject),
                Attribute::Value(der),
            ])
            .unwrap();
    }
}
