//! Canonical XML against libxml2.

use std::{io::Write as _, process::Stdio};

use asice::{
    container::Container,
    xml::{
        c14n::{self, Canonical, Method},
        dom::{Document, Limits},
        signature,
    },
};
use sha2::{Digest as _, Sha256};

use crate::place;

const REFEREE: &str = r#"
import sys, base64, hashlib
from lxml import etree
from io import BytesIO
WAYS = {"10": {}, "exc": {"exclusive": True}, "exc+": {"exclusive": True, "inclusive_ns_prefixes": ["a", "xades", "ds"]}}
for line in sys.stdin:
    doc = etree.parse(BytesIO(base64.b64decode(line)), etree.XMLParser(resolve_entities=False, huge_tree=True))
    out = []
    for index, node in enumerate([doc] + list(doc.getroot().iter(etree.Element))):
        for name, way in WAYS.items():
            for comments in (False, True):
                data = etree.tostring(node, method="c14n", with_comments=comments, **way)
                out.append("%d,%s,%d,%s" % (index, name, comments, hashlib.sha256(data).hexdigest()))
    print(",".join(out), flush=True)
"#;

fn referee(documents: &[Vec<u8>]) -> Vec<Vec<(usize, String, bool, String)>> {
    use base64::Engine as _;
    let mut child = std::process::Command::new(place::python())
        .args(["-c", REFEREE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let lines: Vec<String> = documents.iter().map(|d| base64::engine::general_purpose::STANDARD.encode(d)).collect();
    let writer = std::thread::spawn(move || stdin.write_all((lines.join("\n") + "\n").as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let parse = |line: &str| {
        let parts: Vec<&str> = line.split(',').collect();
        parts.chunks(4).map(|c| (c[0].parse().unwrap(), c[1].to_owned(), c[2] == "1", c[3].to_owned())).collect()
    };
    text.lines().map(parse).collect()
}

fn compare(documents: &[Vec<u8>]) -> usize {
    let expected = referee(documents);
    assert_eq!(expected.len(), documents.len());
    let mut count = 0;
    for (bytes, wanted) in documents.iter().zip(expected) {
        let doc = Document::parse(bytes, Limits::SIGNATURE).unwrap();
        let mut nodes = vec![doc.document_node()];
        nodes.extend(doc.descendants(doc.root()));
        for (index, name, comments, digest) in wanted {
            let method = if name == "10" { Method::Inclusive10 } else { Method::Exclusive };
            let inclusive = if name == "exc+" { vec!["a".into(), "xades".into(), "ds".into()] } else { Vec::new() };
            let how = Canonical { method, comments, inclusive };
            let bytes = c14n::canonical(&doc, nodes[index], &how);
            let shown = String::from_utf8_lossy(&bytes).into_owned();
            assert_eq!(hex(&Sha256::digest(&bytes)), digest, "{how:?} of node {index}: {shown}");
            count += 1;
        }
    }
    count
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn equals_libxml2_on_the_hard_cases() {
    let cases: &[&str] = &[
        "<?xml version='1.0'?>\n<?style a  b ?>\n<!-- one -->\n<r>\r\n<!-- in -->t</r>\n<!-- after -->\n<?end?>\n",
        "<r xmlns='urn:a' xmlns:b='urn:b' b:z='1' a='2' xmlns:c='urn:c'><b:x xmlns=''><y c:q=''/></b:x><x xmlns='urn:a'/></r>",
        "<a:r xmlns:a='urn:a'><x xmlns:a='urn:b' a:k='v'><a:y/></x><a:z xmlns:a='urn:a' xmlns:q='urn:q'/></a:r>",
        "<r a='&lt;&amp;&quot;&#9;&#10;&#13; \t\n'>&lt;&gt;&amp;&#13;\"'<![CDATA[<x>&amp;]]> \u{101}\u{1F600}</r>",
        "<r><s xml:id='i'/><t xml:lang='en' xml:space='preserve' b='c'/><u/></r>",
        "<r xmlns='urn:d'><s xmlns=''><t xmlns='urn:d'><u xmlns=''/></t></s></r>",
        "<r xmlns:ds='urn:ds' xmlns:xades='urn:x'><ds:a><b xmlns:ds='urn:other'/><xades:c ds:k='1'/></ds:a></r>",
        "<r\n  b = 'x\r\ny'  a='&#xD;'\t/>",
    ];
    let documents: Vec<Vec<u8>> = cases.iter().map(|c| c.as_bytes().to_vec()).collect();
    assert!(compare(&documents) > 150);
}

#[test]
fn equals_libxml2_on_the_vectors() {
    let Some(folder) = place::vectors() else { return };
    let mut documents = Vec::new();
    for file in std::fs::read_dir(folder.join("containers")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let Ok(container) = Container::open(&bytes, None, Default::default()) else { continue };
        for entry in container.signature_files() {
            let xml = container.read(entry).unwrap().into_owned();
            if Document::parse(&xml, Limits::SIGNATURE).is_ok() {
                documents.push(xml);
            }
        }
    }
    documents.sort();
    documents.dedup();
    assert!(compare(&documents) > 10_000);
}

/// libxml2's forms of document subsets inside attributes of the prefix `xml`, by way of xmlsec1:
/// lxml cannot show them, it copies the subset first.
#[test]
fn equals_xmlsec_on_inherited_attributes() {
    const WAYS: [&str; 4] = [
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2006/12/xml-c14n11",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2006/12/xml-c14n11#WithComments",
    ];
    let body = "<x xml:lang='lv' xml:space='preserve' xml:base='http://x.y/one/' xmlns:u='urn:u' xml:id='top'>\
        <y xml:base='../two/three' xml:lang='en'><z Id='s0' xml:base='four' u:k='1'>t<!-- c --><w xml:lang='de'/></z></y>\
        <y xml:base='a/b/'><v Id='s1'><u:w/></v></y><v Id='s2' xml:space='default' xmlns=''/></x>";
    let reference = |id: usize, way: &str| {
        format!(
            "<Reference URI='#s{id}'><Transforms><Transform Algorithm='{way}'/></Transforms>\
             <DigestMethod Algorithm='http://www.w3.org/2001/04/xmlenc#sha256'/><DigestValue/></Reference>"
        )
    };
    let pairs: Vec<(usize, &str)> = (0..3).flat_map(|id| WAYS.iter().map(move |way| (id, *way))).collect();
    let references: String = pairs.iter().map(|(id, way)| reference(*id, way)).collect();
    let template = format!(
        "<all xmlns='urn:d'>{body}<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'><SignedInfo>\
         <CanonicalizationMethod Algorithm='{}'/><SignatureMethod Algorithm='http://www.w3.org/2000/09/xmldsig#hmac-sha1'/>\
         {references}</SignedInfo><SignatureValue/><KeyInfo><KeyName/></KeyInfo></Signature></all>",
        WAYS[0]
    );
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("t.xml"), template).unwrap();
    std::fs::write(folder.path().join("key"), "secret").unwrap();
    let output = std::process::Command::new("xmlsec1")
        .args(["--sign", "--hmackey", "key", "--output", "signed.xml"])
        .args(["--id-attr:Id", "urn:d:z", "--id-attr:Id", "urn:d:v", "--id-attr:Id", "v", "t.xml"])
        .current_dir(folder.path())
        .output()
        .expect("xmlsec1 is missing: install the packages of tools/packages.txt");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let signed = std::fs::read(folder.path().join("signed.xml")).unwrap();
    let doc = Document::parse(&signed, Limits::SIGNATURE).unwrap();
    let node = doc.descendants(doc.root()).find(|n| doc.is(*n, signature::DS, "Signature")).unwrap();
    let read = signature::read(&doc, node).unwrap();
    assert_eq!(read.references.len(), pairs.len());
    for (reference, (id, way)) in read.references.iter().zip(pairs) {
        let element = doc.by_id(&format!("s{id}"))[0];
        // A reference by identifier leaves comments out before any form is made.
        let how = Canonical { comments: false, ..Canonical::from_uri(way).unwrap() };
        let bytes = c14n::canonical(&doc, element, &how);
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(Sha256::digest(&bytes).to_vec(), reference.digest, "s{id} {way}: {shown}");
    }
}
