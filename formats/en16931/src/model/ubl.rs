//! Business terms in UBL 2.1.

use super::find::Find;
use super::{Account, Allowance, Attachment, Invoice, Line, Party, Period, Totals, VatRow};
use crate::xml::NodeId;

pub(super) fn invoice(find: &Find<'_>, credit_note: bool) -> Invoice {
    let text = |path: &str| find.text(0, path);
    let lines = if credit_note { "a:CreditNoteLine" } else { "a:InvoiceLine" };
    let party = |path: &str| find.first(0, path).map(|node| party(find, node));
    let currency = text("b:DocumentCurrencyCode").unwrap_or_default();
    Invoice {
        specification: text("b:CustomizationID").unwrap_or_default(),
        process: text("b:ProfileID"),
        number: text("b:ID").unwrap_or_default(),
        issue_date: text("b:IssueDate").unwrap_or_default(),
        due_date: text("b:DueDate").or_else(|| text("a:PaymentMeans/b:PaymentDueDate")),
        tax_point_date: text("b:TaxPointDate"),
        type_code: text("b:InvoiceTypeCode").or_else(|| text("b:CreditNoteTypeCode")).unwrap_or_default(),
        credit_note,
        tax_currency: text("b:TaxCurrencyCode"),
        notes: find.all(0, "b:Note").into_iter().filter_map(|node| find.value(node)).collect(),
        buyer_reference: text("b:BuyerReference"),
        project: text("a:ProjectReference/b:ID"),
        contract: text("a:ContractDocumentReference/b:ID"),
        order: text("a:OrderReference/b:ID"),
        sales_order: text("a:OrderReference/b:SalesOrderID"),
        receipt: text("a:ReceiptDocumentReference/b:ID"),
        despatch: text("a:DespatchDocumentReference/b:ID"),
        accounting_cost: text("b:AccountingCost"),
        payment_terms: text("a:PaymentTerms/b:Note"),
        preceding: find
            .all(0, "a:BillingReference/a:InvoiceDocumentReference")
            .into_iter()
            .map(|node| (find.text(node, "b:ID").unwrap_or_default(), find.text(node, "b:IssueDate")))
            .collect(),
        seller: party("a:AccountingSupplierParty/a:Party").unwrap_or_default(),
        buyer: party("a:AccountingCustomerParty/a:Party").unwrap_or_default(),
        payee: party("a:PayeeParty"),
        tax_representative: party("a:TaxRepresentativeParty"),
        delivery_date: text("a:Delivery/b:ActualDeliveryDate"),
        period: period(find, 0),
        payment_means: text("a:PaymentMeans/b:PaymentMeansCode"),
        remittance: text("a:PaymentMeans/b:PaymentID"),
        accounts: find
            .all(0, "a:PaymentMeans/a:PayeeFinancialAccount")
            .into_iter()
            .map(|node| account(find, node))
            .collect(),
        allowances: find.all(0, "a:AllowanceCharge").into_iter().map(|node| allowance(find, node)).collect(),
        totals: totals(find, &currency),
        vat: find.all(0, "a:TaxTotal/a:TaxSubtotal").into_iter().map(|node| vat(find, node)).collect(),
        attachments: find
            .all(0, "a:AdditionalDocumentReference")
            .into_iter()
            .map(|node| attachment(find, node))
            .collect(),
        lines: find.all(0, lines).into_iter().map(|node| line(find, node)).collect(),
        currency,
    }
}

fn party(find: &Find<'_>, node: NodeId) -> Party {
    let text = |path: &str| find.text(node, path);
    let scheme = |path: &str| find.first(node, path).and_then(|id| find.attr(id, "schemeID"));
    let is_vat =
        |scheme: &NodeId| find.text(*scheme, "a:TaxScheme/b:ID").is_some_and(|id| id.eq_ignore_ascii_case("VAT"));
    let address = ["b:StreetName", "b:AdditionalStreetName", "b:CityName", "b:PostalZone"];
    Party {
        name: text("a:PartyLegalEntity/b:RegistrationName").or_else(|| text("a:PartyName/b:Name")).unwrap_or_default(),
        trading_name: text("a:PartyName/b:Name"),
        registration: text("a:PartyLegalEntity/b:CompanyID"),
        registration_scheme: scheme("a:PartyLegalEntity/b:CompanyID"),
        vat_number: find
            .all(node, "a:PartyTaxScheme")
            .into_iter()
            .find(is_vat)
            .and_then(|id| find.text(id, "b:CompanyID")),
        endpoint: text("b:EndpointID"),
        endpoint_scheme: scheme("b:EndpointID"),
        country: text("a:PostalAddress/a:Country/b:IdentificationCode"),
        address: address.iter().filter_map(|part| text(&format!("a:PostalAddress/{part}"))).collect(),
        email: text("a:Contact/b:ElectronicMail"),
    }
}

fn period(find: &Find<'_>, node: NodeId) -> Period {
    Period { start: find.text(node, "a:InvoicePeriod/b:StartDate"), end: find.text(node, "a:InvoicePeriod/b:EndDate") }
}

fn account(find: &Find<'_>, node: NodeId) -> Account {
    Account {
        number: find.text(node, "b:ID").unwrap_or_default(),
        name: find.text(node, "b:Name"),
        bank: find.text(node, "a:FinancialInstitutionBranch/b:ID"),
    }
}

fn allowance(find: &Find<'_>, node: NodeId) -> Allowance {
    Allowance {
        charge: find.text(node, "b:ChargeIndicator").is_some_and(|flag| flag == "true" || flag == "1"),
        amount: find.number(node, "b:Amount"),
        base: find.number(node, "b:BaseAmount"),
        percent: find.number(node, "b:MultiplierFactorNumeric"),
        reason: find.text(node, "b:AllowanceChargeReason"),
        reason_code: find.text(node, "b:AllowanceChargeReasonCode"),
        vat_category: find.text(node, "a:TaxCategory/b:ID"),
        vat_rate: find.number(node, "a:TaxCategory/b:Percent"),
    }
}

fn totals(find: &Find<'_>, currency: &str) -> Totals {
    let number = |name: &str| find.number(0, &format!("a:LegalMonetaryTotal/b:{name}"));
    let taxes = find.all(0, "a:TaxTotal/b:TaxAmount");
    let in_currency = |node: &&NodeId| find.attr(**node, "currencyID").is_none_or(|code| code == currency);
    let tax = |node: Option<&NodeId>| node.and_then(|node| find.number_of(*node));
    Totals {
        lines: number("LineExtensionAmount"),
        allowances: number("AllowanceTotalAmount"),
        charges: number("ChargeTotalAmount"),
        without_vat: number("TaxExclusiveAmount"),
        vat: tax(taxes.iter().find(in_currency)),
        vat_in_tax_currency: tax(taxes.iter().find(|node| !in_currency(node))),
        with_vat: number("TaxInclusiveAmount"),
        paid: number("PrepaidAmount"),
        rounding: number("PayableRoundingAmount"),
        due: number("PayableAmount"),
    }
}

fn vat(find: &Find<'_>, node: NodeId) -> VatRow {
    VatRow {
        base: find.number(node, "b:TaxableAmount"),
        tax: find.number(node, "b:TaxAmount"),
        category: find.text(node, "a:TaxCategory/b:ID").unwrap_or_default(),
        rate: find.number(node, "a:TaxCategory/b:Percent"),
        reason: find.text(node, "a:TaxCategory/b:TaxExemptionReason"),
        reason_code: find.text(node, "a:TaxCategory/b:TaxExemptionReasonCode"),
    }
}

fn attachment(find: &Find<'_>, node: NodeId) -> Attachment {
    let file = find.first(node, "a:Attachment/b:EmbeddedDocumentBinaryObject");
    let attr = |name: &str| file.and_then(|file| find.attr(file, name));
    Attachment {
        reference: find.text(node, "b:ID").unwrap_or_default(),
        description: find.text(node, "b:DocumentDescription"),
        uri: find.text(node, "a:Attachment/a:ExternalReference/b:URI"),
        mime: attr("mimeCode"),
        file: attr("filename"),
        content: file.and_then(|file| find.value(file)),
    }
}

fn line(find: &Find<'_>, node: NodeId) -> Line {
    let text = |path: &str| find.text(node, path);
    let quantity = find.first(node, "b:InvoicedQuantity").or_else(|| find.first(node, "b:CreditedQuantity"));
    let class = |id: NodeId| find.value(id).map(|code| (code, find.attr(id, "listID")));
    Line {
        id: text("b:ID").unwrap_or_default(),
        note: text("b:Note"),
        quantity: quantity.and_then(|id| find.number_of(id)),
        unit: quantity.and_then(|id| find.attr(id, "unitCode")),
        net: find.number(node, "b:LineExtensionAmount"),
        order_line: text("a:OrderLineReference/b:LineID"),
        accounting_cost: text("b:AccountingCost"),
        period: period(find, node),
        allowances: find.all(node, "a:AllowanceCharge").into_iter().map(|id| allowance(find, id)).collect(),
        price: find.number(node, "a:Price/b:PriceAmount"),
        price_base: find.number(node, "a:Price/b:BaseQuantity"),
        vat_category: text("a:Item/a:ClassifiedTaxCategory/b:ID"),
        vat_rate: find.number(node, "a:Item/a:ClassifiedTaxCategory/b:Percent"),
        name: text("a:Item/b:Name").unwrap_or_default(),
        description: text("a:Item/b:Description"),
        seller_id: text("a:Item/a:SellersItemIdentification/b:ID"),
        buyer_id: text("a:Item/a:BuyersItemIdentification/b:ID"),
        standard_id: text("a:Item/a:StandardItemIdentification/b:ID"),
        classes: find
            .all(node, "a:Item/a:CommodityClassification/b:ItemClassificationCode")
            .into_iter()
            .filter_map(class)
            .collect(),
    }
}
