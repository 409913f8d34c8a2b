//! Latvian checks that neither EN 16931 nor Peppol makes: numbers of companies, accounts, addresses, tax currency.
//!
//! Registration and VAT numbers: python-stdnum's rule, which published numbers obey. IBAN: ISO 13616.
//! Tax in euro: Value Added Tax Law (Pievienotās vērtības nodokļa likums), section 125.

use latvian::ids::{Iban, RegistrationNumber, VatHolder, VatNumber};

use crate::rules::Severity;
use crate::xml::{Names, NodeId, Tree};

/// A check that failed: rule id, weight, element.
pub(crate) type Failure = (&'static str, Severity, NodeId);

struct Look<'d> {
    tree: &'d Tree,
    names: &'d Names,
    out: Vec<Failure>,
}

/// Where the parts of a party stand in a syntax.
struct Parts {
    endpoint: &'static [&'static str],
    legal: &'static [&'static str],
    vat: &'static [&'static str],
    country: &'static [&'static str],
}

const UBL: Parts = Parts {
    endpoint: &["cbc:EndpointID"],
    legal: &["cac:PartyLegalEntity", "cbc:CompanyID"],
    vat: &["cac:PartyTaxScheme", "cbc:CompanyID"],
    country: &["cac:PostalAddress", "cac:Country", "cbc:IdentificationCode"],
};
const CII: Parts = Parts {
    endpoint: &["ram:URIUniversalCommunication", "ram:URIID"],
    legal: &["ram:SpecifiedLegalOrganization", "ram:ID"],
    vat: &["ram:SpecifiedTaxRegistration", "ram:ID"],
    country: &["ram:PostalTradeAddress", "ram:CountryID"],
};

/// Whether the seller is registered in Latvia: by country, VAT number or registration number.
pub(crate) fn is_latvian(tree: &Tree, names: &Names) -> bool {
    let look = Look { tree, names, out: Vec::new() };
    let mut parties: Vec<(NodeId, &Parts)> = Vec::new();
    for party in look.all("cac:AccountingSupplierParty") {
        parties.extend(look.below(party, &["cac:Party"]).into_iter().map(|party| (party, &UBL)));
    }
    parties.extend(look.all("ram:SellerTradeParty").into_iter().map(|party| (party, &CII)));
    parties.into_iter().any(|(party, parts)| {
        look.below(party, parts.country).iter().any(|node| look.text(*node) == "LV")
            || look.below(party, parts.vat).iter().any(|node| look.text(*node).starts_with("LV"))
            || look.below(party, parts.legal).iter().any(|node| look.scheme(*node) == "0218")
    })
}

/// Every Latvian check on a document of either syntax.
pub(crate) fn check(tree: &Tree, names: &Names, cii: bool, buyers: &[String]) -> Vec<Failure> {
    let mut look = Look { tree, names, out: Vec::new() };
    for party in look.all("cac:Party") {
        look.party(party, &UBL);
    }
    for party in look.all("cac:TaxRepresentativeParty") {
        look.party(party, &UBL);
    }
    for name in ["ram:SellerTradeParty", "ram:BuyerTradeParty", "ram:SellerTaxRepresentativeTradeParty"] {
        for party in look.all(name) {
            look.party(party, &CII);
        }
    }
    look.accounts();
    look.currency();
    look.buyer(buyers);
    if cii && is_latvian(tree, names) {
        look.fail("LV-12", Severity::Info, 0);
    }
    look.out
}

impl<'d> Look<'d> {
    fn id(&self, name: &str) -> Option<u16> {
        let (prefix, local) = name.split_once(':')?;
        self.names.find(Names::known(prefix)?, local)
    }

    fn all(&self, name: &str) -> Vec<NodeId> {
        self.id(name).map(|id| self.tree.named(id).to_vec()).unwrap_or_default()
    }

    fn below(&self, from: NodeId, path: &[&str]) -> Vec<NodeId> {
        let mut here = vec![from];
        for name in path {
            let Some(id) = self.id(name) else { return Vec::new() };
            let is = |node: &NodeId| self.tree.node(*node).is_some_and(|node| node.name == id);
            here = here.into_iter().flat_map(|node| self.tree.children(node).filter(is).collect::<Vec<_>>()).collect();
        }
        here
    }

    fn text(&self, node: NodeId) -> &'d str {
        self.tree.direct_text(node).trim()
    }

    fn scheme(&self, node: NodeId) -> &'d str {
        let scheme = self.names.find(crate::xml::Space(0), "schemeID");
        let found = self.tree.attrs(node).find(|(_, attr)| Some(attr.name) == scheme);
        found.map_or("", |(id, _)| self.tree.attr_value(id).trim())
    }

    fn fail(&mut self, rule: &'static str, severity: Severity, node: NodeId) {
        self.out.push((rule, severity, node));
    }

    fn party(&mut self, party: NodeId, parts: &Parts) {
        let latvian = self.below(party, parts.country).iter().any(|node| self.text(*node) == "LV");
        let legal = self.below(party, parts.legal).first().copied();
        let number = legal.filter(|node| self.scheme(*node) == "0218" || (latvian && self.scheme(*node).is_empty()));
        if let Some(node) = number {
            let certain = self.scheme(node) == "0218";
            self.registration(node, certain, "LV-06", "LV-07");
        }
        let registration = number.map(|node| self.text(node));
        for node in self.below(party, parts.endpoint) {
            self.endpoint(node, registration);
        }
        for node in self.below(party, parts.vat) {
            self.vat(node, registration);
        }
    }

    fn registration(&mut self, node: NodeId, certain: bool, form: &'static str, digit: &'static str) {
        let severity = if certain { Severity::Fatal } else { Severity::Warning };
        let text = self.text(node);
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        // Media and some partnerships have nine digits, for which no check digit is known.
        if digits && text.len() == 9 {
            return;
        }
        if !digits || text.len() != 11 {
            return self.fail(form, severity, node);
        }
        match RegistrationNumber::parse(text) {
            Err(_) => self.fail(form, severity, node),
            Ok(checked) if checked.findings.iter().any(|rule| rule.code.ends_with("check-digit")) => {
                self.fail(digit, severity, node)
            }
            Ok(_) => {}
        }
    }

    fn endpoint(&mut self, node: NodeId, registration: Option<&str>) {
        let text = self.text(node);
        match self.scheme(node) {
            "0218" => {
                self.registration(node, true, "LV-01", "LV-02");
                if registration.is_some_and(|number| number != text) {
                    self.fail("LV-09", Severity::Warning, node);
                }
            }
            "9939" if vat_fault(text).is_some() => self.fail("LV-03", Severity::Fatal, node),
            _ => {}
        }
    }

    fn vat(&mut self, node: NodeId, registration: Option<&str>) {
        let text = self.text(node);
        if !text.starts_with("LV") {
            return;
        }
        if let Some(rule) = vat_fault(text) {
            return self.fail(rule, Severity::Fatal, node);
        }
        let entity = VatNumber::parse(text).ok().map(|checked| checked.value.holder());
        if let (Some(VatHolder::Entity(number)), Some(registration)) = (entity, registration)
            && number.formatted() != registration
        {
            self.fail("LV-08", Severity::Warning, node);
        }
    }

    fn accounts(&mut self) {
        let mut accounts = Vec::new();
        for payee in self.all("cac:PayeeFinancialAccount") {
            accounts.extend(self.below(payee, &["cbc:ID"]));
        }
        accounts.extend(self.all("ram:IBANID"));
        for node in accounts {
            let text = self.text(node);
            let head: Vec<u8> = text.bytes().take(4).collect();
            let looks = matches!(head.as_slice(), [a, b, c, d] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit());
            if looks && Iban::parse(text).is_err() {
                self.fail("LV-10", Severity::Fatal, node);
            }
        }
    }

    /// The buyer is one of our institutions: by registration number, VAT number or electronic address.
    fn buyer(&mut self, institutions: &[String]) {
        if institutions.is_empty() {
            return;
        }
        let mut parties: Vec<(NodeId, &Parts)> = Vec::new();
        for party in self.all("cac:AccountingCustomerParty") {
            parties.extend(self.below(party, &["cac:Party"]).into_iter().map(|party| (party, &UBL)));
        }
        parties.extend(self.all("ram:BuyerTradeParty").into_iter().map(|party| (party, &CII)));
        let ours = |text: &str| institutions.iter().any(|known| known == text.strip_prefix("LV").unwrap_or(text));
        for (party, parts) in parties {
            let given = [parts.legal, parts.vat, parts.endpoint].map(|path| self.below(party, path)).concat();
            if !given.iter().any(|node| ours(self.text(*node))) {
                self.fail("LV-13", Severity::Fatal, party);
            }
        }
    }

    /// A seller with a Latvian VAT number states the tax in euro, whatever the currency of the invoice.
    fn currency(&mut self) {
        let mut seller: Vec<NodeId> = Vec::new();
        for party in self.all("cac:AccountingSupplierParty") {
            seller.extend(self.below(party, &["cac:Party", "cac:PartyTaxScheme", "cbc:CompanyID"]));
        }
        for party in self.all("ram:SellerTradeParty") {
            seller.extend(self.below(party, CII.vat));
        }
        if !seller.iter().any(|node| self.text(*node).starts_with("LV")) {
            return;
        }
        let first = |look: &Self, a, b| look.all(a).into_iter().chain(look.all(b)).next();
        let currency = first(self, "cbc:DocumentCurrencyCode", "ram:InvoiceCurrencyCode");
        let tax = first(self, "cbc:TaxCurrencyCode", "ram:TaxCurrencyCode");
        if let Some(node) = currency
            && self.text(node) != "EUR"
            && tax.is_none_or(|tax| self.text(tax) != "EUR")
        {
            self.fail("LV-11", Severity::Warning, node);
        }
    }
}

/// What is wrong with a Latvian VAT number.
fn vat_fault(text: &str) -> Option<&'static str> {
    let digits = text.strip_prefix("LV").unwrap_or_default();
    if digits.len() != 11 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Some("LV-04");
    }
    match VatNumber::parse(text) {
        Err(_) => Some("LV-04"),
        Ok(checked) if checked.findings.iter().any(|rule| rule.code.ends_with("check-digit")) => Some("LV-05"),
        Ok(_) => None,
    }
}
