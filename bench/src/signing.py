"""libdigidocpp's processor time to open and validate a container, in milliseconds: the middle of the rounds.

usage: signing.py CACHE SIGNER.der FILE ROUNDS
"""
import json
import os
import shutil
import statistics
import sys
import time

import pydigidoc

cache, signer, path, rounds = sys.argv[1:]
schema = os.path.join(os.path.dirname(pydigidoc.__file__), "schema")
for name in os.listdir(schema):
    shutil.copy(os.path.join(schema, name), cache)
conf = pydigidoc.DigiDocConf(cache)
conf.set_tslurl("http://127.0.0.1:1/LV.xml")
with open(signer, "rb") as handle:
    conf.set_tslcert(handle.read())
conf.set_tslonline_digest(False)
conf.set_verify_service_uri("http://127.0.0.1:1/")
pydigidoc.Conf.init(conf.transfer())
pydigidoc.initialize_lib("novads", cache)


def judge():
    container = pydigidoc.Container.open(path)
    for signature in container.signatures():
        signature.validate()


judge()
figures = []
for _ in range(int(rounds)):
    start = time.process_time()
    for _ in range(10):
        judge()
    figures.append((time.process_time() - start) * 100)
print(json.dumps({"validate_ms": statistics.median(figures)}))
