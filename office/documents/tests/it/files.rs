//! Files: stored encrypted, versioned, served so that nothing in them runs.

use documents::{FileRole, NewFile, actions::*};
use types::{DocumentId, FileId};

use crate::set::{Stage, may, stage};

async fn letter(s: &Stage) -> DocumentId {
    s.does(async |tx| {
        let m = may::<CreateDocument>(tx);
        documents::create(tx, &m, vec![s.letter("Vēstule")]).await
    })
    .await
    .unwrap()
    .remove(0)
}

async fn attach(s: &Stage, to: DocumentId, bytes: &[u8]) -> FileId {
    let file =
        NewFile { name: "a.txt".into(), media_type: "text/plain".into(), bytes: bytes.to_vec(), role: FileRole::Main };
    s.does(async |tx| {
        let m = may::<AttachFile>(tx);
        documents::attach(tx, &m, to, vec![file]).await
    })
    .await
    .unwrap()
    .remove(0)
}

fn blobs(folder: &std::path::Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            found.extend(blobs(&entry.path()));
        } else {
            found.push(std::fs::read(entry.path()).unwrap());
        }
    }
    found
}

#[tokio::test]
async fn the_same_content_is_kept_once_and_never_readable_in_the_folder() {
    let s = stage().await;
    let document = letter(&s).await;
    let (a, b) = (attach(&s, document, b"personal data").await, attach(&s, document, b"personal data").await);
    attach(&s, document, b"something else").await;
    let kept = blobs(&s.blobs);
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|k| !k.windows(8).any(|w| w == b"personal")));
    let mut read = s.house.op().read().await.unwrap();
    assert_eq!(documents::read_file(&mut read, a).await.unwrap().bytes, b"personal data");
    assert_eq!(documents::read_file(&mut read, b).await.unwrap().bytes, b"personal data");
}

#[tokio::test]
async fn a_blob_that_was_changed_is_noticed() {
    let s = stage().await;
    let document = letter(&s).await;
    let file = attach(&s, document, b"true").await;
    fn spoil(folder: &std::path::Path) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                spoil(&entry.path());
            } else {
                let mut bytes = std::fs::read(entry.path()).unwrap();
                *bytes.last_mut().unwrap() ^= 1;
                std::fs::write(entry.path(), bytes).unwrap();
            }
        }
    }
    spoil(&s.blobs);
    let mut read = s.house.op().read().await.unwrap();
    assert!(documents::read_file(&mut read, file).await.is_err());
}

#[tokio::test]
async fn a_file_is_served_so_that_nothing_in_it_runs() {
    let s = stage().await;
    let document = letter(&s).await;
    let file = attach(&s, document, b"<script>alert(1)</script>").await;
    let clerk = s.person("clerk", s.school).await;
    let mut client = s.house.sign_in(clerk).await;
    let page = client.get(&format!("/documents/{document}/files/{file}")).await.ok();
    let header = |name: &str| page.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-disposition").starts_with("attachment"), "{}", header("content-disposition"));
    assert!(header("content-security-policy").contains("sandbox"));
    let other = letter(&s).await;
    assert_eq!(
        client.get(&format!("/documents/{other}/files/{file}")).await.status,
        404,
        "not a file of that document"
    );
    let stranger = s.person("clerk", s.library).await;
    let mut client = s.house.sign_in(stranger).await;
    assert_eq!(client.get(&format!("/documents/{document}/files/{file}")).await.status, 404);
}

#[tokio::test]
async fn hostile_uploads_are_refused_and_honest_ones_kept() {
    let s = stage().await;
    let document = letter(&s).await;
    let clerk = s.person("clerk", s.school).await;
    let mut client = s.house.sign_in(clerk).await;
    let to = format!("/documents/{document}/files");
    let refused =
        client.upload(&to, &[("role", "main")], &[("file", "ligums.pdf", "application/pdf", b"MZ\x90")]).await;
    assert_eq!(refused.status, 422);
    refused.has("ligums.pdf");
    let refused = client.upload(&to, &[("role", "main")], &[("file", "x.html", "application/pdf", b"<html>")]).await;
    assert_eq!(refused.status, 422);
    let big = vec![b'a'; documents::upload::MAX_FILE + 1];
    let refused = client.upload(&to, &[("role", "annex")], &[("file", "a.txt", "text/plain", &big)]).await;
    assert!(matches!(refused.status.as_u16(), 413 | 422), "{}", refused.status);
    // A word file whose directory says that it unpacks a thousandfold.
    let mut bomb = b"PK\x03\x04 word/document.xml".to_vec();
    let mut entry = b"PK\x01\x02".to_vec();
    entry.resize(46, 0);
    entry[24..28].copy_from_slice(&100_000_000u32.to_le_bytes());
    let at = u32::try_from(bomb.len()).unwrap();
    bomb.extend(entry);
    let mut end = b"PK\x05\x06".to_vec();
    end.resize(22, 0);
    end[10] = 1;
    end[16..20].copy_from_slice(&at.to_le_bytes());
    bomb.extend(end);
    let refused = client.upload(&to, &[("role", "main")], &[("file", "a.docx", "application/zip", &bomb)]).await;
    assert_eq!(refused.status, 422);
    refused.has("a.docx").has("nesamērīgi daudz vietas");
    let taken = client.upload(&to, &[("role", "annex")], &[("file", "a.txt", "text/html", "Sveiki".as_bytes())]).await;
    assert_eq!(taken.status, 303, "{}", taken.text());
    let card = client.get(&format!("/documents/{document}")).await.ok();
    card.has("a.txt").has_not("ligums.pdf");
}
