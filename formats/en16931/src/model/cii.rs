//! Business terms in UN/CEFACT CII D16B.

use super::find::Find;
use super::{Account, Allowance, Attachment, Invoice, Line, Party, Period, Totals, VatRow};
use crate::xml::NodeId;

const SETTLEMENT: &str = "x:SupplyChainTradeTransaction/r:ApplicableHeaderTradeSettlement";
const AGREEMENT: &str = "x:SupplyChainTradeTransaction/r:ApplicableHeaderTradeAgreement";
const DELIVERY: &str = "x:SupplyChainTradeTransaction/r:ApplicableHeaderTradeDelivery";

/// Type codes of credit notes (UNTDID 1001) that CII tells only so.
const CREDIT: [&str; 13] = ["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"];

pub(super) fn invoice(find: &Find<'_>) -> Invoice {
    let text = |path: &str| find.text(0, path);
    let settled = |path: &str| find.text(0, &format!("{SETTLEMENT}/{path}"));
    let agreed = |path: &str| find.text(0, &format!("{AGREEMENT}/{path}"));
    let party = |path: String| find.first(0, &path).map(|node| party(find, node));
    let all = |path: &str| find.all(0, &format!("{SETTLEMENT}/{path}"));
    let type_code = text("x:ExchangedDocument/r:TypeCode").unwrap_or_default();
    let currency = settled("r:InvoiceCurrencyCode").unwrap_or_default();
    Invoice {
        specification: text("x:ExchangedDocumentContext/r:GuidelineSpecifiedDocumentContextParameter/r:ID")
            .unwrap_or_default(),
        process: text("x:ExchangedDocumentContext/r:BusinessProcessSpecifiedDocumentContextParameter/r:ID"),
        number: text("x:ExchangedDocument/r:ID").unwrap_or_default(),
        issue_date: date(text("x:ExchangedDocument/r:IssueDateTime/u:DateTimeString")).unwrap_or_default(),
        due_date: date(settled("r:SpecifiedTradePaymentTerms/r:DueDateDateTime/u:DateTimeString")),
        tax_point_date: date(settled("r:ApplicableTradeTax/r:TaxPointDate/u:DateString")),
        credit_note: CREDIT.contains(&type_code.as_str()),
        type_code,
        tax_currency: settled("r:TaxCurrencyCode"),
        notes: find
            .all(0, "x:ExchangedDocument/r:IncludedNote/r:Content")
            .into_iter()
            .filter_map(|node| find.value(node))
            .collect(),
        buyer_reference: agreed("r:BuyerReference"),
        project: agreed("r:SpecifiedProcuringProject/r:ID"),
        contract: agreed("r:ContractReferencedDocument/r:IssuerAssignedID"),
        order: agreed("r:BuyerOrderReferencedDocument/r:IssuerAssignedID"),
        sales_order: agreed("r:SellerOrderReferencedDocument/r:IssuerAssignedID"),
        receipt: text(&format!("{DELIVERY}/r:ReceivingAdviceReferencedDocument/r:IssuerAssignedID")),
        despatch: text(&format!("{DELIVERY}/r:DespatchAdviceReferencedDocument/r:IssuerAssignedID")),
        accounting_cost: settled("r:ReceivableSpecifiedTradeAccountingAccount/r:ID"),
        payment_terms: settled("r:SpecifiedTradePaymentTerms/r:Description"),
        preceding: all("r:InvoiceReferencedDocument").into_iter().map(|node| preceding(find, node)).collect(),
        seller: party(format!("{AGREEMENT}/r:SellerTradeParty")).unwrap_or_default(),
        buyer: party(format!("{AGREEMENT}/r:BuyerTradeParty")).unwrap_or_default(),
        payee: party(format!("{SETTLEMENT}/r:PayeeTradeParty")),
        tax_representative: party(format!("{AGREEMENT}/r:SellerTaxRepresentativeTradeParty")),
        delivery_date: date(text(&format!(
            "{DELIVERY}/r:ActualDeliverySupplyChainEvent/r:OccurrenceDateTime/u:DateTimeString"
        ))),
        period: find.first(0, SETTLEMENT).map(|node| period(find, node)).unwrap_or_default(),
        payment_means: settled("r:SpecifiedTradeSettlementPaymentMeans/r:TypeCode"),
        remittance: settled("r:PaymentReference"),
        accounts: all("r:SpecifiedTradeSettlementPaymentMeans")
            .into_iter()
            .filter_map(|node| account(find, node))
            .collect(),
        allowances: all("r:SpecifiedTradeAllowanceCharge").into_iter().map(|node| allowance(find, node)).collect(),
        totals: totals(find, &currency),
        vat: all("r:ApplicableTradeTax").into_iter().map(|node| vat(find, node)).collect(),
        attachments: find
            .all(0, &format!("{AGREEMENT}/r:AdditionalReferencedDocument"))
            .into_iter()
            .map(|node| attachment(find, node))
            .collect(),
        lines: find
            .all(0, "x:SupplyChainTradeTransaction/r:IncludedSupplyChainTradeLineItem")
            .into_iter()
            .map(|node| line(find, node))
            .collect(),
        currency,
    }
}

/// A date in format 102 (YYYYMMDD) as YYYY-MM-DD; anything else as it stands.
fn date(text: Option<String>) -> Option<String> {
    let text = text?;
    match (text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()), text.get(..4), text.get(4..6), text.get(6..)) {
        (true, Some(year), Some(month), Some(day)) => Some(format!("{year}-{month}-{day}")),
        _ => Some(text),
    }
}

fn preceding(find: &Find<'_>, node: NodeId) -> (String, Option<String>) {
    let number = find.text(node, "r:IssuerAssignedID").unwrap_or_default();
    (number, date(find.text(node, "r:FormattedIssueDateTime/q:DateTimeString")))
}

fn party(find: &Find<'_>, node: NodeId) -> Party {
    let text = |path: &str| find.text(node, path);
    let scheme = |path: &str| find.first(node, path).and_then(|id| find.attr(id, "schemeID"));
    let is_vat = |id: &NodeId| find.attr(*id, "schemeID").as_deref() == Some("VA");
    let address = ["r:LineOne", "r:LineTwo", "r:CityName", "r:PostcodeCode"];
    Party {
        name: text("r:Name").unwrap_or_default(),
        trading_name: text("r:SpecifiedLegalOrganization/r:TradingBusinessName"),
        registration: text("r:SpecifiedLegalOrganization/r:ID"),
        registration_scheme: scheme("r:SpecifiedLegalOrganization/r:ID"),
        vat_number: find
            .all(node, "r:SpecifiedTaxRegistration/r:ID")
            .into_iter()
            .find(is_vat)
            .and_then(|id| find.value(id)),
        endpoint: text("r:URIUniversalCommunication/r:URIID"),
        endpoint_scheme: scheme("r:URIUniversalCommunication/r:URIID"),
        country: text("r:PostalTradeAddress/r:CountryID"),
        address: address.iter().filter_map(|part| text(&format!("r:PostalTradeAddress/{part}"))).collect(),
        email: text("r:DefinedTradeContact/r:EmailURIUniversalCommunication/r:URIID"),
    }
}

fn period(find: &Find<'_>, node: NodeId) -> Period {
    let end =
        |name: &str| date(find.text(node, &format!("r:BillingSpecifiedPeriod/r:{name}DateTime/u:DateTimeString")));
    Period { start: end("Start"), end: end("End") }
}

fn account(find: &Find<'_>, node: NodeId) -> Option<Account> {
    let account = find.first(node, "r:PayeePartyCreditorFinancialAccount")?;
    Some(Account {
        number: find.text(account, "r:IBANID").or_else(|| find.text(account, "r:ProprietaryID")).unwrap_or_default(),
        name: find.text(account, "r:AccountName"),
        bank: find.text(node, "r:PayeeSpecifiedCreditorFinancialInstitution/r:BICID"),
    })
}

fn allowance(find: &Find<'_>, node: NodeId) -> Allowance {
    Allowance {
        charge: find.text(node, "r:ChargeIndicator/u:Indicator").is_some_and(|flag| flag == "true" || flag == "1"),
        amount: find.number(node, "r:ActualAmount"),
        base: find.number(node, "r:BasisAmount"),
        percent: find.number(node, "r:CalculationPercent"),
        reason: find.text(node, "r:Reason"),
        reason_code: find.text(node, "r:ReasonCode"),
        vat_category: find.text(node, "r:CategoryTradeTax/r:CategoryCode"),
        vat_rate: find.number(node, "r:CategoryTradeTax/r:RateApplicablePercent"),
    }
}

fn totals(find: &Find<'_>, currency: &str) -> Totals {
    let Some(sum) = find.first(0, &format!("{SETTLEMENT}/r:SpecifiedTradeSettlementHeaderMonetarySummation")) else {
        return Totals::default();
    };
    let number = |name: &str| find.number(sum, &format!("r:{name}"));
    let taxes = find.all(sum, "r:TaxTotalAmount");
    let in_currency = |node: &&NodeId| find.attr(**node, "currencyID").is_none_or(|code| code == currency);
    let tax = |node: Option<&NodeId>| node.and_then(|node| find.number_of(*node));
    Totals {
        lines: number("LineTotalAmount"),
        allowances: number("AllowanceTotalAmount"),
        charges: number("ChargeTotalAmount"),
        without_vat: number("TaxBasisTotalAmount"),
        vat: tax(taxes.iter().find(in_currency)),
        vat_in_tax_currency: tax(taxes.iter().find(|node| !in_currency(node))),
        with_vat: number("GrandTotalAmount"),
        paid: number("TotalPrepaidAmount"),
        rounding: number("RoundingAmount"),
        due: number("DuePayableAmount"),
    }
}

fn vat(find: &Find<'_>, node: NodeId) -> VatRow {
    VatRow {
        base: find.number(node, "r:BasisAmount"),
        tax: find.number(node, "r:CalculatedAmount"),
        category: find.text(node, "r:CategoryCode").unwrap_or_default(),
        rate: find.number(node, "r:RateApplicablePercent"),
        reason: find.text(node, "r:ExemptionReason"),
        reason_code: find.text(node, "r:ExemptionReasonCode"),
    }
}

fn attachment(find: &Find<'_>, node: NodeId) -> Attachment {
    let file = find.first(node, "r:AttachmentBinaryObject");
    let attr = |name: &str| file.and_then(|file| find.attr(file, name));
    Attachment {
        reference: find.text(node, "r:IssuerAssignedID").unwrap_or_default(),
        description: find.text(node, "r:Name"),
        uri: find.text(node, "r:URIID"),
        mime: attr("mimeCode"),
        file: attr("filename"),
        content: file.and_then(|file| find.value(file)),
    }
}

fn line(find: &Find<'_>, node: NodeId) -> Line {
    let text = |path: &str| find.text(node, path);
    let settled = |path: &str| find.text(node, &format!("r:SpecifiedLineTradeSettlement/{path}"));
    let settlement = find.first(node, "r:SpecifiedLineTradeSettlement");
    let quantity = find.first(node, "r:SpecifiedLineTradeDelivery/r:BilledQuantity");
    let price = "r:SpecifiedLineTradeAgreement/r:NetPriceProductTradePrice";
    let allowances = find.all(node, "r:SpecifiedLineTradeSettlement/r:SpecifiedTradeAllowanceCharge");
    let class = |id: NodeId| find.value(id).map(|code| (code, find.attr(id, "listID")));
    Line {
        id: text("r:AssociatedDocumentLineDocument/r:LineID").unwrap_or_default(),
        note: text("r:AssociatedDocumentLineDocument/r:IncludedNote/r:Content"),
        quantity: quantity.and_then(|id| find.number_of(id)),
        unit: quantity.and_then(|id| find.attr(id, "unitCode")),
        net: find.number(
            node,
            "r:SpecifiedLineTradeSettlement/r:SpecifiedTradeSettlementLineMonetarySummation/r:LineTotalAmount",
        ),
        order_line: text("r:SpecifiedLineTradeAgreement/r:BuyerOrderReferencedDocument/r:LineID"),
        accounting_cost: settled("r:ReceivableSpecifiedTradeAccountingAccount/r:ID"),
        period: settlement.map(|id| period(find, id)).unwrap_or_default(),
        allowances: allowances.into_iter().map(|id| allowance(find, id)).collect(),
        price: find.number(node, &format!("{price}/r:ChargeAmount")),
        price_base: find.number(node, &format!("{price}/r:BasisQuantity")),
        vat_category: settled("r:ApplicableTradeTax/r:CategoryCode"),
        vat_rate: find.number(node, "r:SpecifiedLineTradeSettlement/r:ApplicableTradeTax/r:RateApplicablePercent"),
        name: text("r:SpecifiedTradeProduct/r:Name").unwrap_or_default(),
        description: text("r:SpecifiedTradeProduct/r:Description"),
        seller_id: text("r:SpecifiedTradeProduct/r:SellerAssignedID"),
        buyer_id: text("r:SpecifiedTradeProduct/r:BuyerAssignedID"),
        standard_id: text("r:SpecifiedTradeProduct/r:GlobalID"),
        classes: find
            .all(node, "r:SpecifiedTradeProduct/r:DesignatedProductClassification/r:ClassCode")
            .into_iter()
            .filter_map(class)
            .collect(),
    }
}
