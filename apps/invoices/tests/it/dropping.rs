//! Twenty files of all kinds dropped at once: each judged and listed with its outcome; the matched one to payment with
//! one look; the broken one answered.

use en16931::{model as en, pdf};
use novads_invoices::{
    life::{Made, MadeLine, account_of, made},
    model::{FileFault, unpack},
};
use testkit::Page;
use types::Money;

use crate::{
    matching::order,
    world::{World, code, drop_files, receive, world, zip},
};

/// Any PDF without an invoice in it.
pub fn plain_pdf(text: &str) -> Vec<u8> {
    use documents::{
        PdfRenderer as _,
        ports::{Block, Letter},
    };
    let letter = Letter {
        lang: types::Locale::Lv,
        title: text.to_owned(),
        author: "SIA Piegādātājs".to_owned(),
        letterhead: Vec::new(),
        blocks: vec![Block::Paragraph("Apmaksai 121,00".to_owned())],
        footer: String::new(),
        created: types::Timestamp::default(),
    };
    port_pdf::LetterPdf::new().unwrap().render(&letter).unwrap()
}

/// What the page says of a file: the part between its name and the next one's.
fn said<'a>(page: &'a str, name: &str) -> &'a str {
    let at = page.find(&format!(">{name}<")).unwrap_or_else(|| panic!("{name} is not listed in {page}"));
    let rest = &page[at + 1..];
    rest.split("nv-card__title").next().unwrap_or(rest)
}

fn href(part: &str) -> String {
    let at = part.split("href=\"").nth(1).unwrap_or_else(|| panic!("no link in {part}"));
    at.split('"').next().unwrap().to_owned()
}

async fn twenty(w: &World) -> Vec<(&'static str, Vec<u8>)> {
    let xml = async |n: u32, number: &str| made(&w.made(n, number, 100).await).into_bytes();
    let good = xml(1, "A-1").await;
    let text = String::from_utf8(good.clone()).unwrap();
    let cii = en::to_cii(&en::read(&xml(2, "A-3").await).unwrap());
    let hybrid = pdf::embed(&plain_pdf("Rēķins A-4"), &xml(2, "A-4").await).unwrap();
    let broken = text.replace("A-1", "A-8").replace(">121.00</cbc:PayableAmount>", ">120.00</cbc:PayableAmount>");
    let program = Made {
        file: Some(("akts.pdf".into(), "application/pdf".into(), "TVqQAAMAAAA=".into())),
        ..w.made(3, "A-9", 100).await
    };
    let stranger =
        Made { buyer: "40003000009".into(), buyer_name: "Cits novads".into(), ..w.made(3, "A-10", 70).await };
    let credit = Made { corrects: Some("A-1".into()), ..w.made(1, "K-1", 10).await };
    let lines = vec![MadeLine { name: "Papīrs".into(), quantity: 10, price: Money(450) }];
    let matched = Made { order: Some("PAS-1".into()), lines, ..w.made(1, "A-11", 1).await };
    let changed = Made { iban: Some(account_of(999)), ..w.made(1, "A-12", 30).await };
    let (five, six, seven) = (xml(2, "A-5").await, xml(2, "A-6").await, xml(2, "A-7").await);
    vec![
        ("01-ubl.xml", good.clone()),
        ("02-kredits.xml", made(&credit).into_bytes()),
        ("03-cii.xml", cii.into_bytes()),
        ("04-hibrids.pdf", hybrid),
        ("05-skens.pdf", plain_pdf("Rēķins Nr. 7")),
        ("06-foto.jpg", b"\xff\xd8\xff\xe0picture".to_vec()),
        ("07-abi.zip", zip(&[("a5.xml", &five), ("a6.xml", &six)])),
        ("08-parakstits.asice", zip(&[("mimetype", b"x"), ("a7.xml", &seven), ("META-INF/signatures0.xml", b"<s/>")])),
        ("09-summa.xml", broken.into_bytes()),
        ("10-doctype.xml", text.replacen('\n', "<!DOCTYPE Invoice [<!ENTITY x \"y\">]>\n", 1).into_bytes()),
        ("11-teksts.xml", b"labdien, rekins pielikuma".to_vec()),
        ("12-pasutijums.xml", b"<Order/>".to_vec()),
        ("13-programma.xml", b"MZ\x90\0\x03".to_vec()),
        ("14-programma-pielikuma.xml", made(&program).into_bytes()),
        ("15-word.docx", zip(&[("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")])),
        ("16-velreiz.xml", good),
        ("17-svess.xml", made(&stranger).into_bytes()),
        ("18-kodejums.xml", [text.as_bytes(), b"\xff\xfe"].concat()),
        ("19-pasutits.xml", made(&matched).into_bytes()),
        ("20-cits-konts.xml", made(&changed).into_bytes()),
    ]
}

async fn dropped(w: &World) -> Page {
    let files = twenty(w).await;
    assert_eq!(files.len(), 20);
    let all: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let mut accountant = w.accountant().await;
    drop_files(&mut accountant, &all).await.ok()
}

#[tokio::test]
async fn twenty_files_of_all_kinds_are_each_judged_and_listed_with_their_outcome() {
    let w = world().await;
    let page = dropped(&w).await.text();
    let expected: &[(&str, &[&str])] = &[
        ("01-ubl.xml", &["Atbilst noteikumiem", "Reģistrēts", "A-1", "121,00"]),
        ("02-kredits.xml", &["Reģistrēts", "K-1"]),
        ("03-cii.xml", &["Reģistrēts", "A-3"]),
        ("04-hibrids.pdf", &["Atbilst noteikumiem", "Reģistrēts", "A-4"]),
        ("05-skens.pdf", &["Ievadīts ar roku", "jāievada ar roku", "/invoices/waiting/"]),
        ("06-foto.jpg", &["jāievada ar roku"]),
        ("07-abi.zip: a5.xml", &["Reģistrēts", "A-5"]),
        ("07-abi.zip: a6.xml", &["Reģistrēts", "A-6"]),
        ("08-parakstits.asice: a7.xml", &["Reģistrēts", "A-7"]),
        ("09-summa.xml", &["Neatbilst noteikumiem", "Reģistrēts", "BR-CO-16"]),
        ("10-doctype.xml", &["nekas nav reģistrēts", "XML-DOCTYPE"]),
        ("11-teksts.xml", &["nekas nav reģistrēts", "XML-"]),
        ("12-pasutijums.xml", &["nekas nav reģistrēts", "XML-ROOT"]),
        ("13-programma.xml", &["nekas nav reģistrēts", "FILE-PROGRAM"]),
        ("14-programma-pielikuma.xml", &["Reģistrēts", "ATTACHMENT-PROGRAM", "Pielikums, ko nedrīkst glabāt"]),
        ("15-word.docx", &["nekas nav reģistrēts", "FILE-OFFICE"]),
        ("16-velreiz.xml", &["Jau ir saņemts agrāk"]),
        ("17-svess.xml", &["Reģistrēts", "Pircējs nav mūsu iestāde"]),
        ("18-kodejums.xml", &["nekas nav reģistrēts", "XML-ENCODING"]),
        ("19-pasutits.xml", &["Reģistrēts", "A-11"]),
        ("20-cits-konts.xml", &["Reģistrēts", "Piegādātājam cits konts"]),
    ];
    for (name, words) in expected {
        let part = said(&page, name);
        for word in *words {
            assert!(part.contains(word), "{name}: no «{word}» in {part}");
        }
    }
    assert_eq!(w.count("invoices.invoice").await, 12);
    assert_eq!(w.count("documents.registration").await, 12, "nothing is half registered");
    assert_eq!(w.count("invoices.waiting").await, 2);
}

#[tokio::test]
async fn the_matched_one_is_payable_after_one_look() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let mut clerk = w.house.sign_in(w.demo.people.clerk).await;
    // An earlier invoice taught how this supplier's are booked.
    let before = receive(&mut accountant, &w.made(1, "A-0", 1).await).await;
    assert_eq!(code(&mut accountant, &before, "1,21").await.location(), before);
    w.approve_all().await;
    let ordered = order(&mut accountant, &w.demo.school.to_string(), "1; Papīrs; 10; 4,50", "100,00").await;
    let fields = [("on", "20.11.2026."), ("line_0", "10"), ("note", "P-77")];
    clerk.post(&format!("{ordered}/receipts"), &fields).await.location();
    let page = dropped(&w).await.text();
    let invoice = href(said(&page, "19-pasutits.xml"));
    let card = accountant.get(&invoice).await.ok().has("Sakrīt ar pasūtījumu un saņemto").has("Kā rēķinā A-0");
    // Everything stands in the form already: one press.
    let fields: Vec<(String, String)> = ["version", "submit_id", "amount_1", "account_1", "ekk_1", "function_1"]
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), card.input(name)?)))
        .collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert!(fields.contains(&("account_1", "7231")), "{fields:?}");
    assert_eq!(accountant.post(&format!("{invoice}/code"), &fields).await.location(), invoice);
    accountant.get(&invoice).await.ok().has("Apstiprināts");
    accountant.get("/invoices/payments").await.ok().has("A-11").has("54,45");
}

#[tokio::test]
async fn the_broken_one_is_answered_in_latvian_for_people_and_for_machines() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let page = dropped(&w).await.text();
    let invoice = href(said(&page, "09-summa.xml"));
    let card = accountant.get(&invoice).await.ok();
    let version = card.input("version").unwrap();
    let fields = [("version", version.as_str()), ("why", "LEG"), ("reason", "Summa apmaksai neatbilst rindām")];
    assert_eq!(accountant.post(&format!("{invoice}/answer"), &fields).await.location(), invoice);
    let mut read = w.house.op().read().await.unwrap();
    let files: Vec<(types::FileId, String)> = sqlx::query_as(
        "select f.id, f.name from documents.file f join documents.document d on d.tenant_id = $1 and d.id = f.document_id
         where f.tenant_id = $1 and d.kind = 'letter' order by f.name",
    )
    .bind(w.house.tenant)
    .fetch_all(read.conn())
    .await
    .unwrap();
    let names: Vec<&str> = files.iter().map(|(_, n)| n.as_str()).collect();
    assert_eq!(names, ["atbilde.pdf", "invoice-response.xml", "message-level-status.xml"]);
    let letter = documents::read_file(&mut read, files[0].0).await.unwrap();
    let text = crate::world::pdf_text(&letter.bytes);
    assert!(text.contains("A-8") && text.contains("nav pieņemts") && text.contains("CO-16"), "{text}");
    let response = documents::read_file(&mut read, files[1].0).await.unwrap();
    assert!(en16931::validate(&response.bytes, en16931::Policy::Peppol).valid);
    let level = String::from_utf8(documents::read_file(&mut read, files[2].0).await.unwrap().bytes).unwrap();
    assert!(level.contains("<cbc:ResponseCode>RE<") && level.contains("[BR-CO-16]"), "{level}");
    assert!(level.contains(invoice.rsplit('/').next().unwrap()), "it refers to what we know it by");
}

#[tokio::test]
async fn what_rules_refuse_is_the_municipalitys_to_say_by_country_and_date() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let profile = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0";
    let no_peppol =
        |number: &str, text: String| text.replace(profile, "urn:cen.eu:en16931:2017").replace("A-1", number);
    let text = made(&w.made(1, "A-1", 100).await);
    let first = no_peppol("B-1", text.clone());
    let page = drop_files(&mut accountant, &[("b1.xml", first.as_bytes())]).await.ok();
    page.has("Neatbilst noteikumiem").has("PEPPOL-EN16931-R004");
    let mut admin = w.house.sign_in(w.demo.people.admin).await;
    let path = "/admin/parameters/invoices/judge-by.LV";
    let form = admin.get(path).await.ok();
    let submit = form.input("submit_id").unwrap();
    let fields = [
        ("submit_id", submit.as_str()),
        ("value", "en16931"),
        ("from", "23.11.2026."),
        ("valid_to", ""),
        ("source", "Domes lēmums Nr. 5"),
    ];
    let done = admin.post(path, &fields).await;
    assert!(done.status.is_redirection(), "{}", done.text());
    let second = no_peppol("B-2", text);
    let page = drop_files(&mut accountant, &[("b2.xml", second.as_bytes())]).await.ok();
    page.has_not("Neatbilst noteikumiem").has("Reģistrēti 1 no 1");
}

#[test]
fn an_archive_gives_its_files_and_hides_what_belongs_to_signatures() {
    let plain = zip(&[("a.xml", b"<a/>"), ("m/b.xml", b"<b/>")]);
    let (files, signed) = unpack(&plain).unwrap();
    assert_eq!((files.len(), signed), (2, false));
    assert_eq!(files[1], ("m/b.xml".to_owned(), b"<b/>".to_vec()));
    let container = zip(&[("mimetype", b"x"), ("r.xml", b"<a/>"), ("META-INF/signatures0.xml", b"<s/>")]);
    assert_eq!(unpack(&container).unwrap(), (vec![("r.xml".to_owned(), b"<a/>".to_vec())], true));
    assert_eq!(unpack(&zip(&[("[Content_Types].xml", b"<a/>")])), Err(FileFault::Office));
    assert_eq!(unpack(&zip(&[])), Err(FileFault::NothingInside));
    assert_eq!(unpack(&plain[..20]), Err(FileFault::Archive));
}
