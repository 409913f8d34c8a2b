"""libdigidocpp's opinion on containers: one JSON object a line.

usage: digidoc.py CACHE SIGNER.der FILE...   (CACHE holds LV.xml, a trust list that SIGNER signed)
"""
import json
import os
import shutil
import sys

import pydigidoc

cache, signer, *files = sys.argv[1:]
schema = os.path.join(os.path.dirname(pydigidoc.__file__), "schema")
for name in os.listdir(schema):
    shutil.copy(os.path.join(schema, name), cache)
conf = pydigidoc.DigiDocConf(cache)
# Only the name matters while the list in the cache is good; nobody answers at that address.
conf.set_tslurl("http://127.0.0.1:1/LV.xml")
with open(signer, "rb") as handle:
    conf.set_tslcert(handle.read())
conf.set_tslonline_digest(False)
conf.set_verify_service_uri("http://127.0.0.1:1/")
pydigidoc.Conf.init(conf.transfer())
pydigidoc.initialize_lib("novads", cache)

for path in files:
    row = {"file": path, "signatures": []}
    try:
        container = pydigidoc.Container.open(path)
        for signature in container.signatures():
            one = {"id": signature.id(), "method": signature.signature_method(), "profile": signature.profile()}
            try:
                signature.validate()
                one["valid"] = True
            except RuntimeError as error:
                one["valid"] = False
                one["why"] = str(error)
            row["signatures"].append(one)
    except RuntimeError as error:
        row["error"] = str(error)
    print(json.dumps(row))
