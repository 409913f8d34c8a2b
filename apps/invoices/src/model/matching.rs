//! Does an invoice agree with its contract, order and receipt?

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use types::{Date, Money};

/// How far an invoice may be from what was agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Tolerance {
    /// Of a price, in percent.
    pub price_percent: Decimal,
    /// Of the whole amount, in cents.
    pub amount_cents: i64,
}

/// A line that was ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderedLine {
    /// Its number in the order.
    pub no: String,
    /// What.
    pub name: String,
    /// How many.
    pub quantity: Decimal,
    /// Price of one without VAT, in cents.
    pub price: Money,
}

/// What was agreed, and what of it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// Of the same supplier?
    pub same_supplier: bool,
    /// From when.
    pub from: Option<Date>,
    /// Until when.
    pub until: Option<Date>,
    /// Its amount with VAT, where there is a limit.
    pub amount: Option<Money>,
    /// What earlier invoices used of it.
    pub used: Money,
    /// Its lines; a contract may have none.
    pub lines: Vec<OrderedLine>,
    /// How many of each line were received and are not invoiced yet; nothing where no receipt is kept.
    pub received: Option<Vec<(String, Decimal)>>,
}

/// A line of the invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoicedLine {
    /// The line of the order that it names.
    pub order_line: Option<String>,
    /// What.
    pub name: String,
    /// How many.
    pub quantity: Decimal,
    /// Without VAT.
    pub net: Money,
}

/// Where an invoice and what was agreed part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Deviation {
    /// Another supplier.
    Supplier,
    /// Issued before or after it was in force.
    Period,
    /// More than is left of it, by so much.
    Amount {
        /// How much too much.
        over: Money,
    },
    /// A line that was not ordered.
    Unordered {
        /// Which.
        line: String,
    },
    /// A higher price than agreed.
    Price {
        /// Of which line.
        line: String,
        /// Agreed.
        agreed: Money,
        /// Invoiced.
        invoiced: Money,
    },
    /// More than was received.
    Quantity {
        /// Of which line.
        line: String,
        /// Received and not invoiced yet.
        received: Decimal,
        /// Invoiced.
        invoiced: Decimal,
    },
}

/// How much agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Invoice and contract or order.
    TwoWay,
    /// Invoice, order and receipt.
    ThreeWay,
}

/// What was received of each line, less what other invoices took of it already.
#[must_use]
pub fn left(
    ordered: &[OrderedLine],
    received: &[(String, Decimal)],
    others: &[InvoicedLine],
) -> Vec<(String, Decimal)> {
    let of = |o: &OrderedLine| {
        let came: Decimal = received.iter().filter(|(no, _)| *no == o.no).map(|(_, q)| *q).sum();
        let took: Decimal = others.iter().filter(|l| is_line(o, l)).map(|l| l.quantity).sum();
        (o.no.clone(), came - took)
    };
    ordered.iter().map(of).collect()
}

/// Does an invoiced line name this ordered one? By its number, else by its name.
fn is_line(ordered: &OrderedLine, line: &InvoicedLine) -> bool {
    match line.order_line.as_deref() {
        Some(no) => no == ordered.no,
        None => ordered.name.trim().to_lowercase() == line.name.trim().to_lowercase(),
    }
}

fn limit(price: Money, t: Tolerance) -> Option<Decimal> {
    Decimal::from(price.0)
        .checked_mul(Decimal::ONE_HUNDRED.checked_add(t.price_percent)?)?
        .checked_div(Decimal::ONE_HUNDRED)
}

/// Compares an invoice with what was agreed.
///
/// # Errors
/// Every deviation.
pub fn compare(
    issued: Date,
    total: Money,
    lines: &[InvoicedLine],
    agreed: &Agreed,
    tolerance: Tolerance,
) -> Result<Agreement, Vec<Deviation>> {
    let mut out = Vec::new();
    if !agreed.same_supplier {
        out.push(Deviation::Supplier);
    }
    if agreed.from.is_some_and(|d| issued < d) || agreed.until.is_some_and(|d| issued > d) {
        out.push(Deviation::Period);
    }
    if let Some(amount) = agreed.amount {
        let over = agreed.used.0.saturating_add(total.0).saturating_sub(amount.0);
        if over > tolerance.amount_cents {
            out.push(Deviation::Amount { over: Money(over) });
        }
    }
    if !agreed.lines.is_empty() {
        for line in lines {
            ordered(line, agreed, tolerance, &mut out);
        }
    }
    match (out.is_empty(), agreed.received.is_some() && !agreed.lines.is_empty()) {
        (true, true) => Ok(Agreement::ThreeWay),
        (true, false) => Ok(Agreement::TwoWay),
        (false, _) => Err(out),
    }
}

fn ordered(line: &InvoicedLine, agreed: &Agreed, tolerance: Tolerance, out: &mut Vec<Deviation>) {
    let found = agreed.lines.iter().find(|o| is_line(o, line));
    let Some(found) = found else {
        return out.push(Deviation::Unordered { line: line.name.clone() });
    };
    // Price of one, compared without dividing: net against price × quantity.
    let most = limit(found.price, tolerance).and_then(|l| l.checked_mul(line.quantity));
    if most.is_none_or(|m| Decimal::from(line.net.0) > m) && !line.quantity.is_zero() {
        let one = Decimal::from(line.net.0).checked_div(line.quantity).unwrap_or_default().round();
        let invoiced = Money(i64::try_from(one.mantissa() / 10_i128.pow(one.scale())).unwrap_or_default());
        out.push(Deviation::Price { line: line.name.clone(), agreed: found.price, invoiced });
    }
    if let Some(received) = &agreed.received {
        let there = received.iter().find(|(no, _)| *no == found.no).map(|(_, q)| *q).unwrap_or_default();
        if line.quantity > there {
            let (line, invoiced) = (line.name.clone(), line.quantity);
            out.push(Deviation::Quantity { line, received: there, invoiced });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: u32) -> Date {
        Date::from_ymd_opt(2026, 11, d).unwrap()
    }

    fn tolerance() -> Tolerance {
        Tolerance { price_percent: Decimal::ONE, amount_cents: 100 }
    }

    fn agreed() -> Agreed {
        Agreed {
            same_supplier: true,
            from: Some(day(1)),
            until: Some(day(30)),
            amount: Some(Money(100_000)),
            used: Money(50_000),
            lines: vec![OrderedLine {
                no: "1".into(),
                name: "Papīrs".into(),
                quantity: Decimal::TEN,
                price: Money(500),
            }],
            received: Some(vec![("1".into(), Decimal::TEN)]),
        }
    }

    fn line(quantity: i64, net: i64) -> InvoicedLine {
        InvoicedLine { order_line: None, name: "papīrs ".into(), quantity: Decimal::from(quantity), net: Money(net) }
    }

    #[test]
    fn three_ways_agree_within_the_tolerance_and_not_beyond() {
        let of = |lines: &[InvoicedLine], a: &Agreed| compare(day(10), Money(50_100), lines, a, tolerance());
        assert_eq!(of(&[line(10, 5_050)], &agreed()), Ok(Agreement::ThreeWay));
        assert_eq!(of(&[line(10, 5_050)], &Agreed { received: None, ..agreed() }), Ok(Agreement::TwoWay));
        let price = Deviation::Price { line: "papīrs ".into(), agreed: Money(500), invoiced: Money(505) };
        assert_eq!(of(&[line(10, 5_051)], &agreed()), Err(vec![price]));
        let more = Deviation::Quantity { line: "papīrs ".into(), received: Decimal::TEN, invoiced: Decimal::from(11) };
        assert_eq!(of(&[line(11, 5_500)], &agreed()), Err(vec![more]));
        let none = InvoicedLine { name: "Galds".into(), ..line(1, 1) };
        assert_eq!(of(&[none], &agreed()), Err(vec![Deviation::Unordered { line: "Galds".into() }]));
    }

    #[test]
    fn supplier_period_and_what_is_left_are_held_to() {
        let of = |d: u32, total: i64, a: &Agreed| compare(day(d), Money(total), &[], a, tolerance());
        let contract = Agreed { lines: vec![], received: None, ..agreed() };
        assert_eq!(of(10, 50_100, &contract), Ok(Agreement::TwoWay));
        assert_eq!(of(10, 50_101, &contract), Err(vec![Deviation::Amount { over: Money(101) }]));
        let closed = Agreed { until: Some(day(5)), same_supplier: false, ..contract };
        assert_eq!(of(10, 1, &closed), Err(vec![Deviation::Supplier, Deviation::Period]));
    }
}
