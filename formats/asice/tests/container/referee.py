"""signxml's opinion on the XAdES signatures of containers: one JSON object a line.

usage: referee.py SIGNER.pem[,SIGNER.pem...] FILE...
"""
import base64
import json
import sys
import urllib.parse
import zipfile

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.xades import XAdESSignatureConfiguration, XAdESVerifier

DS = "{http://www.w3.org/2000/09/xmldsig#}"
signers, *files = sys.argv[1:]
certs = []
for path in signers.split(","):
    with open(path, "rb") as handle:
        certs.append(x509.load_pem_x509_certificate(handle.read()))

for path in files:
    row = {"file": path, "signatures": []}
    with zipfile.ZipFile(path) as container:
        for name in container.namelist():
            if "META-INF/" not in name or "signatures" not in name:
                continue
            root = etree.fromstring(container.read(name))
            signature = root.find(DS + "Signature")
            given = signature.find(f"{DS}KeyInfo/{DS}X509Data/{DS}X509Certificate").text
            # Trusted as given by the caller, never as the signature says.
            given = base64.b64decode(given)
            known = [cert for cert in certs if cert.public_bytes(Encoding.DER) == given]
            count = len(signature.findall(f"{DS}SignedInfo/{DS}Reference"))
            config = XAdESSignatureConfiguration(expect_references=count, location="./")
            one = {"method": signature.find(f"{DS}SignedInfo/{DS}SignatureMethod").get("Algorithm")}
            try:
                results = XAdESVerifier().verify(
                    root,
                    x509_cert=known[0],
                    validate_schema=False,
                    uri_resolver=lambda uri: container.read(urllib.parse.unquote(uri)),
                    expect_config=config,
                )
                one["valid"] = len(results) == count
            except Exception as error:  # noqa: BLE001 - whatever it says is the opinion
                one["valid"] = False
                one["why"] = f"{type(error).__name__}: {error}"
            row["signatures"].append(one)
    print(json.dumps(row))
