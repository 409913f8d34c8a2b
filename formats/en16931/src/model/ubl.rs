//! Business terms in UBL 2.1: one mapping that reads and writes (CEN/TS 16931-3-2).

use super::io::{At, Io};
use super::parts::{
    Account, Address, Allowance, Attachment, Class, Contact, Line, Note, Party, Period, Property, VatRow,
};
use super::source::Source;
use super::{Identifier, Invoice};

pub(super) fn map(io: &mut Io<'_>, invoice: &mut Invoice) {
    io.required(0, "b:DocumentCurrencyCode", &mut invoice.currency);
    io.currency.clone_from(&invoice.currency);
    head(io, invoice);
    references(io, invoice);
    parties(io, invoice);
    delivery(io, invoice);
    payment(io, invoice);
    io.each(0, "a:AllowanceCharge", &mut invoice.allowances, |io, at, item| allowance(io, at, item, true));
    tax(io, invoice);
    totals(io, invoice);
    let (lines, quantity) = if invoice.credit_note {
        ("a:CreditNoteLine", "b:CreditedQuantity")
    } else {
        ("a:InvoiceLine", "b:InvoicedQuantity")
    };
    io.each(0, lines, &mut invoice.lines, |io, at, item| line(io, at, item, quantity));
}

fn head(io: &mut Io<'_>, invoice: &mut Invoice) {
    io.required(0, "b:CustomizationID", &mut invoice.specification);
    io.text(0, "b:ProfileID", &mut invoice.process);
    io.required(0, "b:ID", &mut invoice.number);
    io.required(0, "b:IssueDate", &mut invoice.issue_date);
    let type_code = if invoice.credit_note { "b:CreditNoteTypeCode" } else { "b:InvoiceTypeCode" };
    io.required(0, type_code, &mut invoice.type_code);
    if !invoice.credit_note {
        io.text(0, "b:DueDate", &mut invoice.due_date);
    }
    io.each(0, "b:Note", &mut invoice.notes, note);
    io.text(0, "b:TaxPointDate", &mut invoice.tax_point_date);
    io.text(0, "b:TaxCurrencyCode", &mut invoice.tax_currency);
    io.text(0, "b:AccountingCost", &mut invoice.accounting_cost);
    io.text(0, "b:BuyerReference", &mut invoice.buyer_reference);
    io.group(0, "a:InvoicePeriod", |io, at| {
        dates(io, at, &mut invoice.period);
        io.text(at, "b:DescriptionCode", &mut invoice.tax_point_code);
    });
}

/// UBL has no place for the subject of a note: it stands before the text, between number signs.
fn note(io: &mut Io<'_>, at: At, note: &mut Note) {
    let mut text = match &note.subject {
        Some(subject) => format!("#{subject}#{}", note.text),
        None => note.text.clone(),
    };
    io.own_text(at, &mut text);
    let parts = text.strip_prefix('#').and_then(|rest| rest.split_once('#'));
    let parts =
        parts.filter(|(code, _)| (1..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric()));
    *note = match parts {
        Some((code, rest)) => Note { subject: Some(code.to_owned()), text: rest.trim().to_owned() },
        None => Note { subject: None, text },
    };
}

fn dates(io: &mut Io<'_>, at: At, period: &mut Period) {
    io.text(at, "b:StartDate", &mut period.start);
    io.text(at, "b:EndDate", &mut period.end);
}

/// What a number of an order is called where there is a sales order but no order; the schema asks for one.
const NO_ORDER: &str = "NA";

fn references(io: &mut Io<'_>, invoice: &mut Invoice) {
    io.group(0, "a:OrderReference", |io, at| {
        io.text(at, "b:SalesOrderID", &mut invoice.sales_order);
        if invoice.sales_order.is_some() && invoice.order.is_none() {
            io.constant(at, "b:ID", NO_ORDER);
        }
        io.text(at, "b:ID", &mut invoice.order);
        if invoice.sales_order.is_some() {
            invoice.order.take_if(|order| order == NO_ORDER);
        }
    });
    let invoices = |source: &Source<'_>, node: At| !source.all(node, "a:InvoiceDocumentReference").is_empty();
    io.each_if(0, "a:BillingReference", &mut invoice.preceding, invoices, |io, at, item| {
        io.required(at, "a:InvoiceDocumentReference/b:ID", &mut item.number);
        io.text(at, "a:InvoiceDocumentReference/b:IssueDate", &mut item.date);
    });
    io.text(0, "a:DespatchDocumentReference/b:ID", &mut invoice.despatch);
    io.text(0, "a:ReceiptDocumentReference/b:ID", &mut invoice.receipt);
    io.text(0, "a:OriginatorDocumentReference/b:ID", &mut invoice.tender);
    io.text(0, "a:ContractDocumentReference/b:ID", &mut invoice.contract);
    if invoice.credit_note {
        // A credit note has no place for its project but this.
        let count = usize::from(invoice.project.is_some());
        for node in io.nodes_if(0, "a:AdditionalDocumentReference", count, is_type("50")) {
            io.text(node, "b:ID", &mut invoice.project);
            io.constant(node, "b:DocumentTypeCode", "50");
        }
    } else {
        io.text(0, "a:ProjectReference/b:ID", &mut invoice.project);
    }
    let count = usize::from(invoice.object.is_some());
    for node in io.nodes_if(0, "a:AdditionalDocumentReference", count, is_type("130")) {
        object(io, node, &mut invoice.object);
    }
    let credit_note = invoice.credit_note;
    let supports = move |source: &Source<'_>, node: At| {
        !(is_type("130")(source, node) || credit_note && is_type("50")(source, node))
    };
    io.each_if(0, "a:AdditionalDocumentReference", &mut invoice.attachments, supports, attachment);
}

fn is_type(code: &'static str) -> impl Fn(&Source<'_>, At) -> bool {
    move |source, node| source.peek(node, "b:DocumentTypeCode").as_deref() == Some(code)
}

fn object(io: &mut Io<'_>, at: At, object: &mut Option<Identifier>) {
    io.identifier(at, "b:ID", "schemeID", object);
    io.constant(at, "b:DocumentTypeCode", "130");
}

fn attachment(io: &mut Io<'_>, at: At, item: &mut Attachment) {
    io.required(at, "b:ID", &mut item.reference);
    io.text(at, "b:DocumentDescription", &mut item.description);
    let path = "a:Attachment/b:EmbeddedDocumentBinaryObject";
    for node in io.nodes(at, path, usize::from(item.content.is_some())).into_iter().take(1) {
        let mut content = item.content.take().unwrap_or_default();
        io.own_text(node, &mut content);
        item.content = (!content.is_empty()).then_some(content);
        io.own_attr(node, "mimeCode", &mut item.mime);
        io.own_attr(node, "filename", &mut item.file);
    }
    io.text(at, "a:Attachment/a:ExternalReference/b:URI", &mut item.uri);
}

fn parties(io: &mut Io<'_>, invoice: &mut Invoice) {
    let creditor = &mut invoice.debit.creditor;
    let payee_collects = invoice.payee.is_some();
    // The creditor's identifier of a direct debit stands with whoever is paid.
    io.group(0, "a:AccountingSupplierParty/a:Party", |io, at| {
        party(io, at, &mut invoice.seller);
        if !payee_collects {
            sepa(io, at, creditor);
        }
    });
    io.group(0, "a:AccountingCustomerParty/a:Party", |io, at| party(io, at, &mut invoice.buyer));
    io.maybe(0, "a:PayeeParty", &mut invoice.payee, |io, at, payee| {
        ids(io, at, &mut payee.ids);
        sepa(io, at, creditor);
        io.required(at, "a:PartyName/b:Name", &mut payee.name);
        let path = "a:PartyLegalEntity/b:CompanyID";
        io.text_with(at, path, &mut payee.registration, "schemeID", &mut payee.registration_scheme);
    });
    io.maybe(0, "a:TaxRepresentativeParty", &mut invoice.tax_representative, |io, at, party| {
        io.required(at, "a:PartyName/b:Name", &mut party.name);
        io.maybe(at, "a:PostalAddress", &mut party.address, address);
        tax_schemes(io, at, party);
    });
}

fn is_sepa(source: &Source<'_>, node: At) -> bool {
    source.all(node, "b:ID").first().is_some_and(|id| source.attr(*id, "schemeID").as_deref() == Some("SEPA"))
}

fn sepa(io: &mut Io<'_>, at: At, creditor: &mut Option<String>) {
    let count = usize::from(creditor.is_some());
    for node in io.nodes_if(at, "a:PartyIdentification", count, is_sepa) {
        io.text_with(node, "b:ID", creditor, "schemeID", &mut Some("SEPA".to_owned()));
    }
}

fn ids(io: &mut Io<'_>, at: At, list: &mut Vec<Identifier>) {
    let test = |source: &Source<'_>, node: At| !is_sepa(source, node) && source.peek(node, "b:ID").is_some();
    io.each_if(at, "a:PartyIdentification", list, test, |io, at, id| {
        let mut some = Some(std::mem::take(id)).filter(|id| !id.value.is_empty());
        io.identifier(at, "b:ID", "schemeID", &mut some);
        *id = some.unwrap_or_default();
    });
}

fn party(io: &mut Io<'_>, at: At, party: &mut Party) {
    io.text_with(at, "b:EndpointID", &mut party.endpoint, "schemeID", &mut party.endpoint_scheme);
    ids(io, at, &mut party.ids);
    io.text(at, "a:PartyName/b:Name", &mut party.trading_name);
    io.maybe(at, "a:PostalAddress", &mut party.address, address);
    tax_schemes(io, at, party);
    io.group(at, "a:PartyLegalEntity", |io, at| {
        io.required(at, "b:RegistrationName", &mut party.name);
        io.text_with(at, "b:CompanyID", &mut party.registration, "schemeID", &mut party.registration_scheme);
        io.text(at, "b:CompanyLegalForm", &mut party.legal);
    });
    io.maybe(at, "a:Contact", &mut party.contact, |io, at, contact: &mut Contact| {
        io.text(at, "b:Name", &mut contact.name);
        io.text(at, "b:Telephone", &mut contact.phone);
        io.text(at, "b:ElectronicMail", &mut contact.email);
    });
}

fn tax_schemes(io: &mut Io<'_>, at: At, party: &mut Party) {
    let is_vat = |source: &Source<'_>, node: At| {
        source.peek(node, "a:TaxScheme/b:ID").is_some_and(|id| id.eq_ignore_ascii_case("VAT"))
    };
    for node in io.nodes_if(at, "a:PartyTaxScheme", usize::from(party.vat_number.is_some()), is_vat) {
        io.text(node, "b:CompanyID", &mut party.vat_number);
        io.constant(node, "a:TaxScheme/b:ID", "VAT");
    }
    let other = |source: &Source<'_>, node: At| !is_vat(source, node);
    for node in io.nodes_if(at, "a:PartyTaxScheme", usize::from(party.tax_number.is_some()), other) {
        io.text(node, "b:CompanyID", &mut party.tax_number);
        io.constant(node, "a:TaxScheme/b:ID", "TAX");
    }
}

fn address(io: &mut Io<'_>, at: At, address: &mut Address) {
    io.text(at, "b:StreetName", &mut address.line1);
    io.text(at, "b:AdditionalStreetName", &mut address.line2);
    io.text(at, "b:CityName", &mut address.city);
    io.text(at, "b:PostalZone", &mut address.post_code);
    io.text(at, "b:CountrySubentity", &mut address.region);
    io.text(at, "a:AddressLine/b:Line", &mut address.line3);
    io.text(at, "a:Country/b:IdentificationCode", &mut address.country);
}

fn delivery(io: &mut Io<'_>, invoice: &mut Invoice) {
    let delivery = &mut invoice.delivery;
    io.group(0, "a:Delivery", |io, at| {
        io.text(at, "b:ActualDeliveryDate", &mut delivery.date);
        io.identifier(at, "a:DeliveryLocation/b:ID", "schemeID", &mut delivery.location);
        io.maybe(at, "a:DeliveryLocation/a:Address", &mut delivery.address, address);
        io.text(at, "a:DeliveryParty/a:PartyName/b:Name", &mut delivery.name);
    });
}

fn payment(io: &mut Io<'_>, invoice: &mut Invoice) {
    let debit = &mut invoice.debit;
    let due = if invoice.credit_note { invoice.due_date.clone() } else { None };
    let said = invoice.payment_means.is_some()
        || invoice.payment_text.is_some()
        || invoice.remittance.is_some()
        || invoice.card.is_some()
        || debit.mandate.is_some()
        || debit.account.is_some()
        || due.is_some();
    // Each account stands in payment means of its own, which say the rest again.
    let count = invoice.accounts.len().max(usize::from(said));
    let mut accounts = std::mem::take(&mut invoice.accounts).into_iter().map(Some).collect::<Vec<_>>();
    let nodes = io.nodes(0, "a:PaymentMeans", count);
    accounts.resize_with(nodes.len(), || None);
    for (turn, (node, account)) in nodes.into_iter().zip(&mut accounts).enumerate() {
        // The words may stand only once.
        let mut silent = None;
        let words = if turn == 0 || io.reads() { &mut invoice.payment_text } else { &mut silent };
        io.text_with(node, "b:PaymentMeansCode", &mut invoice.payment_means, "name", words);
        io.text(node, "b:PaymentID", &mut invoice.remittance);
        if invoice.credit_note {
            io.text(node, "b:PaymentDueDate", &mut invoice.due_date);
        }
        io.maybe(node, "a:PayeeFinancialAccount", account, |io, at, account: &mut Account| {
            io.required(at, "b:ID", &mut account.number);
            io.text(at, "b:Name", &mut account.name);
            io.text(at, "a:FinancialInstitutionBranch/b:ID", &mut account.bank);
        });
        if turn == 0 {
            io.maybe(node, "a:CardAccount", &mut invoice.card, |io, at, card| {
                io.required(at, "b:PrimaryAccountNumberID", &mut card.number);
                // The schema asks for the network, which is no business term.
                io.constant(at, "b:NetworkID", "NA");
                io.text(at, "b:HolderName", &mut card.holder);
            });
            io.text(node, "a:PaymentMandate/b:ID", &mut debit.mandate);
            io.text(node, "a:PaymentMandate/a:PayerFinancialAccount/b:ID", &mut debit.account);
        }
    }
    invoice.accounts = accounts.into_iter().flatten().collect();
    io.text(0, "a:PaymentTerms/b:Note", &mut invoice.payment_terms);
}

fn allowance(io: &mut Io<'_>, at: At, item: &mut Allowance, document: bool) {
    io.flag(at, "b:ChargeIndicator", &mut item.charge);
    io.text(at, "b:AllowanceChargeReasonCode", &mut item.reason_code);
    io.text(at, "b:AllowanceChargeReason", &mut item.reason);
    io.number(at, "b:MultiplierFactorNumeric", &mut item.percent);
    io.amount(at, "b:Amount", &mut item.amount);
    io.amount(at, "b:BaseAmount", &mut item.base);
    if document {
        io.group(at, "a:TaxCategory", |io, at| {
            io.text(at, "b:ID", &mut item.vat_category);
            io.number(at, "b:Percent", &mut item.vat_rate);
            io.constant(at, "a:TaxScheme/b:ID", "VAT");
        });
    }
}

fn tax(io: &mut Io<'_>, invoice: &mut Invoice) {
    let (currency, tax_currency) = (invoice.currency.clone(), invoice.tax_currency.clone().unwrap_or_default());
    let other = tax_currency.clone();
    let foreign = move |source: &Source<'_>, node: At| {
        let currency = source.all(node, "b:TaxAmount").first().and_then(|amount| source.attr(*amount, "currencyID"));
        source.all(node, "a:TaxSubtotal").is_empty()
            && currency.is_some_and(|code| code == other && code != source_currency(source))
    };
    let home = {
        let foreign = foreign.clone();
        move |source: &Source<'_>, node: At| !foreign(source, node)
    };
    let totals = &mut invoice.totals;
    if !io.reads() && totals.vat.is_none() && !invoice.vat.is_empty() {
        // UBL has no breakdown without its total.
        totals.vat = invoice.vat.iter().map(|row| row.tax).sum();
    }
    let count = usize::from(totals.vat.is_some());
    let mut rows = Vec::new();
    for node in io.nodes_if(0, "a:TaxTotal", count, home) {
        io.numeral(node, "b:TaxAmount", &mut totals.vat, Some(&currency));
        let mut some = std::mem::take(&mut invoice.vat);
        io.each(node, "a:TaxSubtotal", &mut some, vat);
        rows.append(&mut some);
    }
    invoice.vat = rows;
    for node in io.nodes_if(0, "a:TaxTotal", usize::from(totals.vat_in_tax_currency.is_some()), foreign) {
        io.numeral(node, "b:TaxAmount", &mut totals.vat_in_tax_currency, Some(&tax_currency));
    }
}

fn source_currency(source: &Source<'_>) -> String {
    source.peek(0, "b:DocumentCurrencyCode").unwrap_or_default()
}

fn vat(io: &mut Io<'_>, at: At, row: &mut VatRow) {
    io.amount(at, "b:TaxableAmount", &mut row.base);
    io.amount(at, "b:TaxAmount", &mut row.tax);
    io.group(at, "a:TaxCategory", |io, at| {
        io.required(at, "b:ID", &mut row.category);
        io.number(at, "b:Percent", &mut row.rate);
        io.text(at, "b:TaxExemptionReasonCode", &mut row.reason_code);
        io.text(at, "b:TaxExemptionReason", &mut row.reason);
        io.constant(at, "a:TaxScheme/b:ID", "VAT");
    });
}

fn totals(io: &mut Io<'_>, invoice: &mut Invoice) {
    let totals = &mut invoice.totals;
    io.group(0, "a:LegalMonetaryTotal", |io, at| {
        io.amount(at, "b:LineExtensionAmount", &mut totals.lines);
        io.amount(at, "b:TaxExclusiveAmount", &mut totals.without_vat);
        io.amount(at, "b:TaxInclusiveAmount", &mut totals.with_vat);
        io.amount(at, "b:AllowanceTotalAmount", &mut totals.allowances);
        io.amount(at, "b:ChargeTotalAmount", &mut totals.charges);
        io.amount(at, "b:PrepaidAmount", &mut totals.paid);
        io.amount(at, "b:PayableRoundingAmount", &mut totals.rounding);
        io.amount(at, "b:PayableAmount", &mut totals.due);
    });
}

fn line(io: &mut Io<'_>, at: At, line: &mut Line, quantity: &str) {
    io.required(at, "b:ID", &mut line.id);
    io.text(at, "b:Note", &mut line.note);
    io.quantity(at, quantity, &mut line.quantity, &mut line.unit);
    io.amount(at, "b:LineExtensionAmount", &mut line.net);
    io.text(at, "b:AccountingCost", &mut line.accounting_cost);
    io.group(at, "a:InvoicePeriod", |io, at| dates(io, at, &mut line.period));
    io.text(at, "a:OrderLineReference/b:LineID", &mut line.order_line);
    io.group(at, "a:DocumentReference", |io, at| object(io, at, &mut line.object));
    io.each(at, "a:AllowanceCharge", &mut line.allowances, |io, at, item| allowance(io, at, item, false));
    io.group(at, "a:Item", |io, at| item(io, at, line));
    io.group(at, "a:Price", |io, at| {
        io.amount(at, "b:PriceAmount", &mut line.price);
        io.quantity(at, "b:BaseQuantity", &mut line.price_base, &mut line.price_unit);
        io.group(at, "a:AllowanceCharge", |io, at| {
            // UBL has no gross price without a discount: it is what the net price leaves.
            if let (false, Some(gross), Some(net), None) = (io.reads(), line.gross_price, line.price, line.discount) {
                line.discount = gross.checked_sub(net);
            }
            io.amount(at, "b:Amount", &mut line.discount);
            io.amount(at, "b:BaseAmount", &mut line.gross_price);
            io.constant(at, "b:ChargeIndicator", "false");
        });
    });
}

fn item(io: &mut Io<'_>, at: At, line: &mut Line) {
    io.text(at, "b:Description", &mut line.description);
    io.required(at, "b:Name", &mut line.name);
    io.text(at, "a:BuyersItemIdentification/b:ID", &mut line.buyer_id);
    io.text(at, "a:SellersItemIdentification/b:ID", &mut line.seller_id);
    io.identifier(at, "a:StandardItemIdentification/b:ID", "schemeID", &mut line.standard_id);
    io.text(at, "a:OriginCountry/b:IdentificationCode", &mut line.origin);
    io.each(at, "a:CommodityClassification", &mut line.classes, |io, at, class: &mut Class| {
        for node in io.nodes(at, "b:ItemClassificationCode", 1) {
            io.own_text(node, &mut class.code);
            io.own_attr(node, "listID", &mut class.list);
            io.own_attr(node, "listVersionID", &mut class.version);
        }
    });
    io.group(at, "a:ClassifiedTaxCategory", |io, at| {
        io.text(at, "b:ID", &mut line.vat_category);
        io.number(at, "b:Percent", &mut line.vat_rate);
        io.constant(at, "a:TaxScheme/b:ID", "VAT");
    });
    io.each(at, "a:AdditionalItemProperty", &mut line.properties, |io, at, property: &mut Property| {
        io.required(at, "b:Name", &mut property.name);
        io.required(at, "b:Value", &mut property.value);
    });
}
