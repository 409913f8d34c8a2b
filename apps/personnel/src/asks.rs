//! What an employee can ask for: one payload type for each service. Pure; the figures come from dated parameters.

use chrono::Months;
use latvian::calendar::WorkCalendar;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use types::{Date, Money, PersonId};

use crate::model::{LeaveAsk, LeaveKind, LeaveRefused, Standing};

/// The services of this app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A leave.
    Leave(LeaveKind),
    /// A business trip (komandējums), Cabinet rules 969.
    Trip,
    /// A change of name, address or contacts.
    PersonalData,
    /// Another bank account for the pay.
    BankAccount,
    /// A certificate of employment (izziņa par darbu), DL 129.
    Certificate,
    /// The employee's notice (uzteikums), DL 100, or an agreement, DL 114.
    Termination,
}

impl Kind {
    /// All kinds, in the order in which they are offered.
    pub const ALL: [Self; 11] = [
        Self::Leave(LeaveKind::Annual),
        Self::Leave(LeaveKind::Extra),
        Self::Leave(LeaveKind::Unpaid),
        Self::Leave(LeaveKind::Study),
        Self::Leave(LeaveKind::Parental),
        Self::Leave(LeaveKind::Fathers),
        Self::Trip,
        Self::PersonalData,
        Self::BankAccount,
        Self::Certificate,
        Self::Termination,
    ];

    /// Its word in addresses and in keys of texts.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Leave(k) => k.word(),
            Self::Trip => "trip",
            Self::PersonalData => "personal-data",
            Self::BankAccount => "bank-account",
            Self::Certificate => "certificate",
            Self::Termination => "termination",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.word() == word)
    }

    /// The service's and route's code.
    #[must_use]
    pub const fn service(self) -> &'static str {
        match self {
            Self::Leave(k) => k.service(),
            Self::Trip => "personnel.trip",
            Self::PersonalData => "personnel.personal-data",
            Self::BankAccount => "personnel.bank-account",
            Self::Certificate => "personnel.certificate",
            Self::Termination => "personnel.termination",
        }
    }

    /// The kind of that service.
    #[must_use]
    pub fn from_service(service: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.service() == service)
    }

    /// The legal ground.
    #[must_use]
    pub const fn ground(self) -> &'static str {
        match self {
            Self::Leave(k) => k.ground(),
            Self::Trip => "MK noteikumi Nr. 969",
            Self::PersonalData => "Vispārīgā datu aizsardzības regula, 16. pants",
            Self::BankAccount => "Darba likums, 70. pants",
            Self::Certificate => "Darba likums, 129. pants",
            Self::Termination => "Darba likums, 100. pants",
        }
    }
}

/// Where a trip goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TripTo {
    /// Rīga: dearer hotels.
    Riga,
    /// Elsewhere in Latvia.
    Latvia,
    /// Abroad: the norms of the rules' annex 1.
    Abroad,
}

impl TripTo {
    /// All.
    pub const ALL: [Self; 3] = [Self::Riga, Self::Latvia, Self::Abroad];

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Riga => "riga",
            Self::Latvia => "latvia",
            Self::Abroad => "abroad",
        }
    }

    /// The value of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.word() == word)
    }
}

/// A business trip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TripAsk {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// In which region.
    pub to: TripTo,
    /// In which country, abroad: one whose norms were entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Where exactly, and to whom.
    pub destination: String,
    /// What for.
    pub purpose: String,
    /// Nights in a hotel.
    pub nights: u32,
    /// Who stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub substitute: Option<PersonId>,
}

/// What changes in personal data. `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalAsk {
    /// Given names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_names: Option<String>,
    /// Surname.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surname: Option<String>,
    /// Declared address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Telephone, as E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl PersonalAsk {
    /// The fields that change, with their new values.
    #[must_use]
    pub fn changes(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("given-names", &self.given_names),
            ("surname", &self.surname),
            ("address", &self.address),
            ("phone", &self.phone),
            ("email", &self.email),
        ];
        all.into_iter().filter_map(|(name, v)| Some((name, v.as_deref()?))).collect()
    }
}

/// Another bank account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankAsk {
    /// The account, checked, without spaces.
    pub iban: String,
}

/// A certificate of employment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateAsk {
    /// To whom it will be shown.
    pub recipient: String,
    /// With the monthly pay.
    #[serde(default)]
    pub with_salary: bool,
    /// Their own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// An employee's wish to leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminationAsk {
    /// The last day of work.
    pub last: Date,
    /// By agreement (DL 114) instead of notice (DL 100).
    #[serde(default)]
    pub by_agreement: bool,
    /// Their own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl TerminationAsk {
    /// The ground as orders name it.
    #[must_use]
    pub const fn ground(&self) -> &'static str {
        if self.by_agreement { "Darba likuma 114. pants" } else { "Darba likuma 100. panta pirmā daļa" }
    }
}

/// Any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// A leave.
    Leave(LeaveAsk),
    /// A trip.
    Trip(TripAsk),
    /// Personal data.
    PersonalData(PersonalAsk),
    /// A bank account.
    BankAccount(BankAsk),
    /// A certificate.
    Certificate(CertificateAsk),
    /// The end of the employment.
    Termination(TerminationAsk),
}

impl Ask {
    /// Its service.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Leave(a) => Kind::Leave(a.leave),
            Self::Trip(_) => Kind::Trip,
            Self::PersonalData(_) => Kind::PersonalData,
            Self::BankAccount(_) => Kind::BankAccount,
            Self::Certificate(_) => Kind::Certificate,
            Self::Termination(_) => Kind::Termination,
        }
    }

    /// As the application keeps it.
    ///
    /// # Errors
    /// It cannot be written as JSON: never, by its types.
    pub fn payload(&self) -> serde_json::Result<Value> {
        match self {
            Self::Leave(a) => serde_json::to_value(a),
            Self::Trip(a) => serde_json::to_value(a),
            Self::PersonalData(a) => serde_json::to_value(a),
            Self::BankAccount(a) => serde_json::to_value(a),
            Self::Certificate(a) => serde_json::to_value(a),
            Self::Termination(a) => serde_json::to_value(a),
        }
    }

    /// As an application kept it.
    ///
    /// # Errors
    /// It is something else.
    pub fn read(kind: Kind, payload: &Value) -> serde_json::Result<Self> {
        let payload = payload.clone();
        Ok(match kind {
            Kind::Leave(_) => Self::Leave(serde_json::from_value(payload)?),
            Kind::Trip => Self::Trip(serde_json::from_value(payload)?),
            Kind::PersonalData => Self::PersonalData(serde_json::from_value(payload)?),
            Kind::BankAccount => Self::BankAccount(serde_json::from_value(payload)?),
            Kind::Certificate => Self::Certificate(serde_json::from_value(payload)?),
            Kind::Termination => Self::Termination(serde_json::from_value(payload)?),
        })
    }

    /// The day by which the employment and the law's figures are taken.
    #[must_use]
    pub const fn day(&self, today: Date) -> Date {
        match self {
            Self::Leave(a) => a.first,
            Self::Trip(a) => a.first,
            Self::PersonalData(_) | Self::BankAccount(_) | Self::Certificate(_) | Self::Termination(_) => today,
        }
    }
}

/// The norms of business trips, read from dated parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TripRules {
    /// A day's allowance (dienas nauda) in Latvia.
    pub daily: Money,
    /// A night in Rīga, at most.
    pub hotel_riga: Money,
    /// A night elsewhere, at most.
    pub hotel_elsewhere: Money,
    /// A day's allowance and a night, at most, in the country of the trip, where its norms were entered.
    pub abroad: Option<(Money, Money)>,
    /// No longer than so many days.
    pub longest_days: u32,
}

/// A trip that may be granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TripPlan {
    /// Calendar days.
    pub days: u32,
    /// Working days among them.
    pub working_days: u32,
    /// The allowance and the hotels, at most; not known in a country whose norms nobody entered.
    pub money: Option<(Money, Money)>,
    /// Back at work on.
    pub back_on: Date,
}

/// Judges a trip.
///
/// # Errors
/// The rule that refused.
pub fn trip(ask: &TripAsk, rules: &TripRules, s: &Standing, calendar: &WorkCalendar) -> Result<TripPlan, LeaveRefused> {
    let days = u32::try_from((ask.last - ask.first).num_days() + 1).unwrap_or(0);
    if days > rules.longest_days {
        return Err(LeaveRefused::TooLong);
    }
    if ask.first < s.employed_from || s.employed_to.is_some_and(|to| ask.last > to) {
        return Err(LeaveRefused::NotEmployed);
    }
    if let Some(t) = s.taken.iter().find(|t| t.first_day <= ask.last && t.last_day >= ask.first) {
        return Err(LeaveRefused::Overlaps(t.clone()));
    }
    if ask.nights >= days.max(1) {
        return Err(LeaveRefused::TooManyNights { most: days.saturating_sub(1) });
    }
    let out = |_| LeaveRefused::TooLong;
    let times = |one: Money, n: u32| Money(one.0.saturating_mul(i64::from(n)));
    let money = match ask.to {
        TripTo::Riga => Some((times(rules.daily, days), times(rules.hotel_riga, ask.nights))),
        TripTo::Latvia => Some((times(rules.daily, days), times(rules.hotel_elsewhere, ask.nights))),
        TripTo::Abroad => rules.abroad.map(|(daily, hotel)| (times(daily, days), times(hotel, ask.nights))),
    };
    Ok(TripPlan {
        days,
        working_days: calendar.working_days_in(ask.first, ask.last).map_err(out)?,
        money,
        back_on: calendar.add_working_days(ask.last, 1).map_err(out)?,
    })
}

/// What leaving means.
#[derive(Clone, Debug, PartialEq)]
pub struct LeavingPlan {
    /// The last day that keeps the notice.
    pub notice_until: Date,
    /// Earlier than the notice allows: the employer must agree.
    pub needs_agreement: bool,
    /// Days of annual leave to be paid out.
    pub payout_days: Decimal,
}

/// Judges the end of an employment.
///
/// # Errors
/// The rule that refused.
pub fn leaving(
    ask: &TerminationAsk,
    notice_months: u32,
    s: &Standing,
    balance: Decimal,
    today: Date,
) -> Result<LeavingPlan, LeaveRefused> {
    if ask.last < today {
        return Err(LeaveRefused::Past);
    }
    if ask.last < s.employed_from || s.employed_to.is_some_and(|to| to < ask.last) {
        return Err(LeaveRefused::NotEmployed);
    }
    let notice_until = today.checked_add_months(Months::new(notice_months)).unwrap_or(today);
    Ok(LeavingPlan {
        notice_until,
        needs_agreement: ask.by_agreement || ask.last < notice_until,
        payout_days: balance.max(Decimal::ZERO),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(y: i32, m: u32, day: u32) -> Date {
        Date::from_ymd_opt(y, m, day).unwrap()
    }

    fn standing() -> Standing {
        Standing {
            employed_from: d(2020, 1, 1),
            employed_to: None,
            annual_balance: Decimal::from(20),
            accrued_to: d(2026, 1, 1),
            taken: Vec::new(),
        }
    }

    const RULES: TripRules = TripRules {
        daily: Money(800),
        hotel_riga: Money(12_000),
        hotel_elsewhere: Money(6_000),
        abroad: None,
        longest_days: 183,
    };

    fn to_riga(first: Date, last: Date, nights: u32) -> TripAsk {
        let (destination, purpose) = ("Rīga".to_owned(), "Mācības".to_owned());
        TripAsk { first, last, to: TripTo::Riga, country: None, destination, purpose, nights, substitute: None }
    }

    #[test]
    fn three_days_and_two_nights_in_riga() {
        // 3 × 8 + 2 × 120 = 264 euros, by the norms of the Cabinet's rules 969.
        let ask = to_riga(d(2026, 12, 1), d(2026, 12, 3), 2);
        let plan = trip(&ask, &RULES, &standing(), &WorkCalendar::standard()).unwrap();
        assert_eq!((plan.days, plan.money), (3, Some((Money(2_400), Money(24_000)))));
        assert_eq!(plan.back_on, d(2026, 12, 4));
    }

    #[test]
    fn abroad_the_norms_of_the_country_count_where_they_are_known() {
        let ask = TripAsk { to: TripTo::Abroad, ..to_riga(d(2026, 12, 1), d(2026, 12, 3), 2) };
        let known = TripRules { abroad: Some((Money(4_000), Money(15_000))), ..RULES };
        let money = |rules| trip(&ask, rules, &standing(), &WorkCalendar::standard()).unwrap().money;
        assert_eq!(money(&known), Some((Money(12_000), Money(30_000))));
        assert_eq!(money(&RULES), None);
    }

    #[test]
    fn a_trip_has_fewer_nights_than_days() {
        let ask = to_riga(d(2026, 12, 1), d(2026, 12, 3), 3);
        let refused = trip(&ask, &RULES, &standing(), &WorkCalendar::standard());
        assert_eq!(refused, Err(LeaveRefused::TooManyNights { most: 2 }));
    }

    #[test]
    fn leaving_within_a_month_needs_agreement() {
        let ask = |last, by_agreement| TerminationAsk { last, by_agreement, note: String::new() };
        let judge = |a: &TerminationAsk| leaving(a, 1, &standing(), Decimal::from(7), d(2026, 11, 23));
        assert!(!judge(&ask(d(2026, 12, 23), false)).unwrap().needs_agreement);
        assert!(judge(&ask(d(2026, 12, 22), false)).unwrap().needs_agreement);
        assert!(judge(&ask(d(2027, 1, 22), true)).unwrap().needs_agreement);
        assert_eq!(judge(&ask(d(2026, 11, 22), false)), Err(LeaveRefused::Past));
    }

    #[test]
    fn every_payload_reads_itself() {
        let asks = [
            Ask::Trip(to_riga(d(2026, 12, 1), d(2026, 12, 3), 2)),
            Ask::PersonalData(PersonalAsk { surname: Some("Kalniņa".into()), ..PersonalAsk::default() }),
            Ask::BankAccount(BankAsk { iban: "LV80BANK0000435195001".into() }),
            Ask::Certificate(CertificateAsk { recipient: "Banka".into(), with_salary: true, note: String::new() }),
            Ask::Termination(TerminationAsk { last: d(2027, 1, 1), by_agreement: false, note: String::new() }),
        ];
        for ask in asks {
            assert_eq!(Ask::read(ask.kind(), &ask.payload().unwrap()).unwrap(), ask);
            assert_eq!(Kind::from_service(ask.kind().service()), Some(ask.kind()));
        }
    }
}
