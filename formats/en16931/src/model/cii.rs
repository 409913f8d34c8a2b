//! Business terms in UN/CEFACT CII D16B: one mapping that reads and writes (CEN/TS 16931-3-3).

use super::io::{At, Io};
use super::parts::{
    Account, Address, Allowance, Attachment, Class, Contact, Line, Note, Party, Period, Property, VatRow,
};
use super::source::Source;
use super::{Identifier, Invoice};

const TRADE: &str = "x:SupplyChainTradeTransaction";
const AGREEMENT: &str = "x:SupplyChainTradeTransaction/r:ApplicableHeaderTradeAgreement";
const DELIVERY: &str = "x:SupplyChainTradeTransaction/r:ApplicableHeaderTradeDelivery";
const SETTLEMENT: &str = "x:SupplyChainTradeTransaction/r:ApplicableHeaderTradeSettlement";

/// Type codes of credit notes (UNTDID 1001) that CII tells only so.
const CREDIT: [&str; 13] = ["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"];

/// Codes of the tax point date: UNTDID 2005 in the model and in UBL, UNTDID 2475 in CII.
const TAX_POINT: [(&str, &str); 3] = [("3", "5"), ("35", "29"), ("432", "72")];

/// Whether a type code means a credit note.
pub(super) fn is_credit(code: &str) -> bool {
    CREDIT.contains(&code)
}

pub(super) fn map(io: &mut Io<'_>, invoice: &mut Invoice) {
    io.group(0, SETTLEMENT, |io, at| {
        io.required(at, "r:InvoiceCurrencyCode", &mut invoice.currency);
        // The rules of CII forbid to repeat the invoice currency here; those of UBL do not.
        if io.reads() || invoice.tax_currency.as_ref() != Some(&invoice.currency) {
            io.text(at, "r:TaxCurrencyCode", &mut invoice.tax_currency);
        }
    });
    io.currency.clone_from(&invoice.currency);
    head(io, invoice);
    io.each(0, &format!("{TRADE}/r:IncludedSupplyChainTradeLineItem"), &mut invoice.lines, line);
    io.group(0, AGREEMENT, |io, at| agreement(io, at, invoice));
    io.keep(0, DELIVERY);
    io.group(0, DELIVERY, |io, at| delivery(io, at, invoice));
    io.group(0, SETTLEMENT, |io, at| settlement(io, at, invoice));
}

fn head(io: &mut Io<'_>, invoice: &mut Invoice) {
    io.group(0, "x:ExchangedDocumentContext", |io, at| {
        io.text(at, "r:BusinessProcessSpecifiedDocumentContextParameter/r:ID", &mut invoice.process);
        io.required(at, "r:GuidelineSpecifiedDocumentContextParameter/r:ID", &mut invoice.specification);
    });
    io.group(0, "x:ExchangedDocument", |io, at| {
        io.required(at, "r:ID", &mut invoice.number);
        io.required(at, "r:TypeCode", &mut invoice.type_code);
        let mut issued = (!invoice.issue_date.is_empty()).then(|| std::mem::take(&mut invoice.issue_date));
        date(io, at, "r:IssueDateTime/u:DateTimeString", &mut issued);
        invoice.issue_date = issued.unwrap_or_default();
        io.each(at, "r:IncludedNote", &mut invoice.notes, |io, at, note: &mut Note| {
            io.required(at, "r:Content", &mut note.text);
            io.text(at, "r:SubjectCode", &mut note.subject);
        });
    });
}

/// A date in format 102 (YYYYMMDD); anything else as it stands.
fn date(io: &mut Io<'_>, at: At, path: &str, value: &mut Option<String>) {
    let read = |text: &str| match (text.len(), text.get(..4), text.get(4..6), text.get(6..)) {
        (8, Some(year), Some(month), Some(day)) if text.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{year}-{month}-{day}")
        }
        _ => text.to_owned(),
    };
    let write = |text: &str| {
        let bytes = text.as_bytes();
        let plain = text.len() == 10 && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
        if plain { text.replace('-', "") } else { text.to_owned() }
    };
    io.text_as(at, path, value, &read, &write);
    if value.is_some() {
        io.group(at, path, |io, node| io.constant_attr(node, "format", "102"));
    }
}

fn agreement(io: &mut Io<'_>, at: At, invoice: &mut Invoice) {
    io.text(at, "r:BuyerReference", &mut invoice.buyer_reference);
    io.group(at, "r:SellerTradeParty", |io, at| party(io, at, &mut invoice.seller));
    io.group(at, "r:BuyerTradeParty", |io, at| party(io, at, &mut invoice.buyer));
    io.maybe(at, "r:SellerTaxRepresentativeTradeParty", &mut invoice.tax_representative, party);
    let issued = "r:IssuerAssignedID";
    io.text(at, &format!("r:SellerOrderReferencedDocument/{issued}"), &mut invoice.sales_order);
    io.text(at, &format!("r:BuyerOrderReferencedDocument/{issued}"), &mut invoice.order);
    io.text(at, &format!("r:ContractReferencedDocument/{issued}"), &mut invoice.contract);
    let path = "r:AdditionalReferencedDocument";
    io.each_if(at, path, &mut invoice.attachments, |source, node| !is_type(source, node, &["50", "130"]), attachment);
    for node in
        io.nodes_if(at, path, usize::from(invoice.tender.is_some()), |source, node| is_type(source, node, &["50"]))
    {
        io.text(node, issued, &mut invoice.tender);
        io.constant(node, "r:TypeCode", "50");
    }
    for node in
        io.nodes_if(at, path, usize::from(invoice.object.is_some()), |source, node| is_type(source, node, &["130"]))
    {
        object(io, node, &mut invoice.object);
    }
    io.group(at, "r:SpecifiedProcuringProject", |io, at| {
        io.text(at, "r:ID", &mut invoice.project);
        // The schema asks for a name, which is no business term.
        io.constant(at, "r:Name", "Project reference");
    });
}

fn is_type(source: &Source<'_>, node: At, codes: &[&str]) -> bool {
    source.peek(node, "r:TypeCode").is_some_and(|code| codes.contains(&code.as_str()))
}

/// The scheme of an object's identifier stands beside it.
fn object(io: &mut Io<'_>, at: At, object: &mut Option<Identifier>) {
    let (mut value, mut scheme) = object.take().map_or((None, None), |id| (Some(id.value), id.scheme));
    io.text(at, "r:IssuerAssignedID", &mut value);
    io.constant(at, "r:TypeCode", "130");
    io.text(at, "r:ReferenceTypeCode", &mut scheme);
    *object = value.map(|value| Identifier { value, scheme });
}

fn attachment(io: &mut Io<'_>, at: At, item: &mut Attachment) {
    io.required(at, "r:IssuerAssignedID", &mut item.reference);
    io.text(at, "r:URIID", &mut item.uri);
    io.constant(at, "r:TypeCode", "916");
    io.text(at, "r:Name", &mut item.description);
    let count = usize::from(item.content.is_some());
    for node in io.nodes(at, "r:AttachmentBinaryObject", count).into_iter().take(1) {
        let mut content = item.content.take().unwrap_or_default();
        io.own_text(node, &mut content);
        item.content = (!content.is_empty()).then_some(content);
        io.own_attr(node, "mimeCode", &mut item.mime);
        io.own_attr(node, "filename", &mut item.file);
    }
}

fn party(io: &mut Io<'_>, at: At, party: &mut Party) {
    ids(io, at, &mut party.ids);
    io.required(at, "r:Name", &mut party.name);
    io.text(at, "r:Description", &mut party.legal);
    io.group(at, "r:SpecifiedLegalOrganization", |io, at| {
        io.text_with(at, "r:ID", &mut party.registration, "schemeID", &mut party.registration_scheme);
        io.text(at, "r:TradingBusinessName", &mut party.trading_name);
    });
    io.maybe(at, "r:DefinedTradeContact", &mut party.contact, |io, at, contact: &mut Contact| {
        io.text(at, "r:PersonName", &mut contact.name);
        // A department is a contact point as well.
        if contact.name.is_none() {
            io.text(at, "r:DepartmentName", &mut contact.name);
        }
        io.text(at, "r:TelephoneUniversalCommunication/r:CompleteNumber", &mut contact.phone);
        io.text(at, "r:EmailURIUniversalCommunication/r:URIID", &mut contact.email);
    });
    io.maybe(at, "r:PostalTradeAddress", &mut party.address, address);
    let path = "r:URIUniversalCommunication/r:URIID";
    io.text_with(at, path, &mut party.endpoint, "schemeID", &mut party.endpoint_scheme);
    for (scheme, number) in [("VA", &mut party.vat_number), ("FC", &mut party.tax_number)] {
        let test = move |source: &Source<'_>, node: At| {
            source.all(node, "r:ID").first().is_some_and(|id| source.attr(*id, "schemeID").as_deref() == Some(scheme))
        };
        for node in io.nodes_if(at, "r:SpecifiedTaxRegistration", usize::from(number.is_some()), test) {
            io.text_with(node, "r:ID", number, "schemeID", &mut Some(scheme.to_owned()));
        }
    }
}

fn ids(io: &mut Io<'_>, at: At, list: &mut Vec<Identifier>) {
    let (mut global, mut plain): (Vec<_>, Vec<_>) =
        std::mem::take(list).into_iter().partition(|id| id.scheme.is_some());
    io.each(at, "r:ID", &mut plain, |io, node, id: &mut Identifier| io.own_text(node, &mut id.value));
    io.each(at, "r:GlobalID", &mut global, |io, node, id: &mut Identifier| {
        io.own_text(node, &mut id.value);
        io.own_attr(node, "schemeID", &mut id.scheme);
    });
    *list = plain.into_iter().chain(global).filter(|id| !id.value.is_empty()).collect();
}

fn address(io: &mut Io<'_>, at: At, address: &mut Address) {
    io.text(at, "r:PostcodeCode", &mut address.post_code);
    io.text(at, "r:LineOne", &mut address.line1);
    io.text(at, "r:LineTwo", &mut address.line2);
    io.text(at, "r:LineThree", &mut address.line3);
    io.text(at, "r:CityName", &mut address.city);
    io.text(at, "r:CountryID", &mut address.country);
    io.text(at, "r:CountrySubDivisionName", &mut address.region);
}

fn delivery(io: &mut Io<'_>, at: At, invoice: &mut Invoice) {
    let delivery = &mut invoice.delivery;
    io.group(at, "r:ShipToTradeParty", |io, at| {
        let mut list: Vec<Identifier> = delivery.location.take().into_iter().collect();
        ids(io, at, &mut list);
        // Where there are two, the one with a scheme says more.
        delivery.location = list.pop();
        io.text(at, "r:Name", &mut delivery.name);
        io.maybe(at, "r:PostalTradeAddress", &mut delivery.address, address);
    });
    date(io, at, "r:ActualDeliverySupplyChainEvent/r:OccurrenceDateTime/u:DateTimeString", &mut delivery.date);
    io.text(at, "r:DespatchAdviceReferencedDocument/r:IssuerAssignedID", &mut invoice.despatch);
    io.text(at, "r:ReceivingAdviceReferencedDocument/r:IssuerAssignedID", &mut invoice.receipt);
}

fn settlement(io: &mut Io<'_>, at: At, invoice: &mut Invoice) {
    io.text(at, "r:CreditorReferenceID", &mut invoice.debit.creditor);
    io.text(at, "r:PaymentReference", &mut invoice.remittance);
    io.maybe(at, "r:PayeeTradeParty", &mut invoice.payee, party);
    payment(io, at, invoice);
    taxes(io, at, invoice);
    io.group(at, "r:BillingSpecifiedPeriod", |io, at| period(io, at, &mut invoice.period));
    io.each(at, "r:SpecifiedTradeAllowanceCharge", &mut invoice.allowances, |io, at, item| {
        allowance(io, at, item, true);
    });
    io.group(at, "r:SpecifiedTradePaymentTerms", |io, at| {
        io.text(at, "r:Description", &mut invoice.payment_terms);
        date(io, at, "r:DueDateDateTime/u:DateTimeString", &mut invoice.due_date);
        io.text(at, "r:DirectDebitMandateID", &mut invoice.debit.mandate);
    });
    io.group(at, "r:SpecifiedTradeSettlementHeaderMonetarySummation", |io, at| totals(io, at, invoice));
    // D16B has room for one preceding invoice.
    let mut first: Vec<_> = invoice.preceding.drain(..).take(1).collect();
    io.each(at, "r:InvoiceReferencedDocument", &mut first, |io, at, item| {
        io.required(at, "r:IssuerAssignedID", &mut item.number);
        date(io, at, "r:FormattedIssueDateTime/q:DateTimeString", &mut item.date);
    });
    invoice.preceding = first;
    io.text(at, "r:ReceivableSpecifiedTradeAccountingAccount/r:ID", &mut invoice.accounting_cost);
}

fn payment(io: &mut Io<'_>, at: At, invoice: &mut Invoice) {
    let debit = &mut invoice.debit;
    let said = invoice.payment_means.is_some()
        || invoice.payment_text.is_some()
        || invoice.card.is_some()
        || debit.account.is_some();
    let count = invoice.accounts.len().max(usize::from(said));
    let mut accounts = std::mem::take(&mut invoice.accounts).into_iter().map(Some).collect::<Vec<_>>();
    let nodes = io.nodes(at, "r:SpecifiedTradeSettlementPaymentMeans", count);
    accounts.resize_with(nodes.len(), || None);
    for (turn, (node, account)) in nodes.into_iter().zip(&mut accounts).enumerate() {
        io.text(node, "r:TypeCode", &mut invoice.payment_means);
        io.text(node, "r:Information", &mut invoice.payment_text);
        if turn == 0 {
            io.maybe(node, "r:ApplicableTradeSettlementFinancialCard", &mut invoice.card, |io, at, card| {
                io.required(at, "r:ID", &mut card.number);
                io.text(at, "r:CardholderName", &mut card.holder);
            });
            io.text(node, "r:PayerPartyDebtorFinancialAccount/r:IBANID", &mut debit.account);
        }
        let mut bank = account.as_mut().and_then(|account| account.bank.take());
        io.maybe(node, "r:PayeePartyCreditorFinancialAccount", account, |io, at, account: &mut Account| {
            // Either kind of number, written by its look.
            let mut number = (!account.number.is_empty()).then(|| account.number.clone());
            if number.as_deref().is_none_or(is_iban) {
                io.text(at, "r:IBANID", &mut number);
            }
            if number.as_deref().is_none_or(|number| !is_iban(number)) {
                io.text(at, "r:ProprietaryID", &mut number);
            }
            account.number = number.unwrap_or_default();
            io.text(at, "r:AccountName", &mut account.name);
        });
        if account.is_some() {
            io.text(node, "r:PayeeSpecifiedCreditorFinancialInstitution/r:BICID", &mut bank);
        }
        if let Some(account) = account {
            account.bank = bank;
        }
    }
    invoice.accounts = accounts.into_iter().flatten().collect();
}

fn is_iban(number: &str) -> bool {
    let head: Vec<u8> = number.bytes().take(4).collect();
    matches!(head.as_slice(), [a, b, c, d]
        if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit())
}

fn taxes(io: &mut Io<'_>, at: At, invoice: &mut Invoice) {
    let (point, code) = (&mut invoice.tax_point_date, &mut invoice.tax_point_code);
    let mut first = true;
    io.each(at, "r:ApplicableTradeTax", &mut invoice.vat, |io, at, row: &mut VatRow| {
        io.bare_amount(at, "r:CalculatedAmount", &mut row.tax);
        io.text(at, "r:ExemptionReason", &mut row.reason);
        io.bare_amount(at, "r:BasisAmount", &mut row.base);
        io.required(at, "r:CategoryCode", &mut row.category);
        io.text(at, "r:ExemptionReasonCode", &mut row.reason_code);
        io.number(at, "r:RateApplicablePercent", &mut row.rate);
        io.constant(at, "r:TypeCode", "VAT");
        // Terms of the whole invoice stand in the breakdown: with its first row.
        if std::mem::take(&mut first) || io.reads() {
            date(io, at, "r:TaxPointDate/u:DateString", point);
            let to = |text: &str, pairs: fn(&(&'static str, &'static str)) -> (&'static str, &'static str)| {
                let found = TAX_POINT.iter().map(pairs).find(|(from, _)| *from == text);
                found.map_or_else(|| text.to_owned(), |(_, to)| to.to_owned())
            };
            let read = |text: &str| to(text, |(model, cii)| (cii, model));
            let write = |text: &str| to(text, |(model, cii)| (model, cii));
            io.text_as(at, "r:DueDateTypeCode", code, &read, &write);
        }
    });
}

fn period(io: &mut Io<'_>, at: At, period: &mut Period) {
    date(io, at, "r:StartDateTime/u:DateTimeString", &mut period.start);
    date(io, at, "r:EndDateTime/u:DateTimeString", &mut period.end);
}

fn allowance(io: &mut Io<'_>, at: At, item: &mut Allowance, document: bool) {
    io.flag(at, "r:ChargeIndicator/u:Indicator", &mut item.charge);
    io.number(at, "r:CalculationPercent", &mut item.percent);
    io.bare_amount(at, "r:BasisAmount", &mut item.base);
    io.bare_amount(at, "r:ActualAmount", &mut item.amount);
    io.text(at, "r:ReasonCode", &mut item.reason_code);
    io.text(at, "r:Reason", &mut item.reason);
    if document {
        io.group(at, "r:CategoryTradeTax", |io, at| {
            io.text(at, "r:CategoryCode", &mut item.vat_category);
            io.number(at, "r:RateApplicablePercent", &mut item.vat_rate);
            io.constant(at, "r:TypeCode", "VAT");
        });
    }
}

fn totals(io: &mut Io<'_>, at: At, invoice: &mut Invoice) {
    let (currency, tax_currency) = (invoice.currency.clone(), invoice.tax_currency.clone().unwrap_or_default());
    let totals = &mut invoice.totals;
    io.bare_amount(at, "r:LineTotalAmount", &mut totals.lines);
    io.bare_amount(at, "r:ChargeTotalAmount", &mut totals.charges);
    io.bare_amount(at, "r:AllowanceTotalAmount", &mut totals.allowances);
    io.bare_amount(at, "r:TaxBasisTotalAmount", &mut totals.without_vat);
    let code = tax_currency.clone();
    let differs = code != currency;
    let foreign = move |source: &Source<'_>, node: At| {
        differs && source.attr(node, "currencyID").is_some_and(|found| found == code)
    };
    let home = {
        let foreign = foreign.clone();
        move |source: &Source<'_>, node: At| !foreign(source, node)
    };
    let path = "r:TaxTotalAmount";
    for node in io.nodes_if(at, path, usize::from(totals.vat.is_some()), home) {
        io.own_number(node, &mut totals.vat, &currency);
    }
    for node in io.nodes_if(at, path, usize::from(totals.vat_in_tax_currency.is_some()), foreign) {
        io.own_number(node, &mut totals.vat_in_tax_currency, &tax_currency);
    }
    io.bare_amount(at, "r:RoundingAmount", &mut totals.rounding);
    io.bare_amount(at, "r:GrandTotalAmount", &mut totals.with_vat);
    io.bare_amount(at, "r:TotalPrepaidAmount", &mut totals.paid);
    io.bare_amount(at, "r:DuePayableAmount", &mut totals.due);
}

fn line(io: &mut Io<'_>, at: At, line: &mut Line) {
    io.required(at, "r:AssociatedDocumentLineDocument/r:LineID", &mut line.id);
    io.text(at, "r:AssociatedDocumentLineDocument/r:IncludedNote/r:Content", &mut line.note);
    io.group(at, "r:SpecifiedTradeProduct", |io, at| product(io, at, line));
    io.group(at, "r:SpecifiedLineTradeAgreement", |io, at| prices(io, at, line));
    io.quantity(at, "r:SpecifiedLineTradeDelivery/r:BilledQuantity", &mut line.quantity, &mut line.unit);
    io.group(at, "r:SpecifiedLineTradeSettlement", |io, at| {
        io.group(at, "r:ApplicableTradeTax", |io, at| {
            io.text(at, "r:CategoryCode", &mut line.vat_category);
            io.number(at, "r:RateApplicablePercent", &mut line.vat_rate);
            io.constant(at, "r:TypeCode", "VAT");
        });
        io.group(at, "r:BillingSpecifiedPeriod", |io, at| period(io, at, &mut line.period));
        io.each(at, "r:SpecifiedTradeAllowanceCharge", &mut line.allowances, |io, at, item| {
            allowance(io, at, item, false);
        });
        io.bare_amount(at, "r:SpecifiedTradeSettlementLineMonetarySummation/r:LineTotalAmount", &mut line.net);
        for node in
            io.nodes(at, "r:AdditionalReferencedDocument", usize::from(line.object.is_some())).into_iter().take(1)
        {
            object(io, node, &mut line.object);
        }
        io.text(at, "r:ReceivableSpecifiedTradeAccountingAccount/r:ID", &mut line.accounting_cost);
    });
}

fn prices(io: &mut Io<'_>, at: At, line: &mut Line) {
    io.text(at, "r:BuyerOrderReferencedDocument/r:LineID", &mut line.order_line);
    if let (false, None, Some(net), Some(discount)) = (io.reads(), line.gross_price, line.price, line.discount) {
        // CII has no discount without the gross price that it is taken from.
        line.gross_price = net.checked_add(discount);
    }
    if io.reads() || line.gross_price.is_some() {
        io.group(at, "r:GrossPriceProductTradePrice", |io, at| {
            io.bare_amount(at, "r:ChargeAmount", &mut line.gross_price);
            io.quantity(at, "r:BasisQuantity", &mut line.price_base, &mut line.price_unit);
            io.group(at, "r:AppliedTradeAllowanceCharge", |io, at| {
                io.bare_amount(at, "r:ActualAmount", &mut line.discount);
                io.constant(at, "r:ChargeIndicator/u:Indicator", "false");
            });
        });
    }
    io.group(at, "r:NetPriceProductTradePrice", |io, at| {
        io.bare_amount(at, "r:ChargeAmount", &mut line.price);
        io.quantity(at, "r:BasisQuantity", &mut line.price_base, &mut line.price_unit);
    });
}

fn product(io: &mut Io<'_>, at: At, line: &mut Line) {
    io.identifier(at, "r:GlobalID", "schemeID", &mut line.standard_id);
    io.text(at, "r:SellerAssignedID", &mut line.seller_id);
    io.text(at, "r:BuyerAssignedID", &mut line.buyer_id);
    io.required(at, "r:Name", &mut line.name);
    io.text(at, "r:Description", &mut line.description);
    io.each(at, "r:ApplicableProductCharacteristic", &mut line.properties, |io, at, property: &mut Property| {
        io.required(at, "r:Description", &mut property.name);
        io.required(at, "r:Value", &mut property.value);
    });
    io.each(at, "r:DesignatedProductClassification", &mut line.classes, |io, at, class: &mut Class| {
        for node in io.nodes(at, "r:ClassCode", 1) {
            io.own_text(node, &mut class.code);
            io.own_attr(node, "listID", &mut class.list);
            io.own_attr(node, "listVersionID", &mut class.version);
        }
    });
    io.text(at, "r:OriginTradeCountry/r:ID", &mut line.origin);
}
