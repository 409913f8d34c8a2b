use std::borrow::Cow;

use rust_decimal::Decimal;
use types::{Date, Money, Timestamp};

/// A value put into a text. Dates, moments and money are written the way the language writes them.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// A text, as it is.
    Text(String),
    /// A whole number: chooses the plural form, written with separated thousands.
    Int(i64),
    /// A fractional number: chooses the plural form.
    Float(f64),
    /// A calendar date.
    Date(Date),
    /// A moment, written in Rīga's time.
    Moment(Timestamp),
    /// An amount.
    Money(Money),
}

macro_rules! from_text {
    ($($ty:ty),*) => {$(
        impl From<$ty> for Arg {
            fn from(value: $ty) -> Self {
                Self::Text(value.into())
            }
        }
    )*};
}
from_text!(&str, String, &String, Cow<'_, str>);

macro_rules! from_integer {
    ($($ty:ty),*) => {$(
        impl From<$ty> for Arg {
            fn from(value: $ty) -> Self {
                Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
            }
        }
        impl From<&$ty> for Arg {
            fn from(value: &$ty) -> Self {
                Self::from(*value)
            }
        }
    )*};
}
from_integer!(i8, i16, i32, i64, u8, u16, u32, u64, usize, isize);

macro_rules! from_variant {
    ($($ty:ty => $variant:ident),*) => {$(
        impl From<$ty> for Arg {
            fn from(value: $ty) -> Self {
                Self::$variant(value)
            }
        }
        impl From<&$ty> for Arg {
            fn from(value: &$ty) -> Self {
                Self::$variant(*value)
            }
        }
    )*};
}
from_variant!(f64 => Float, Date => Date, Timestamp => Moment, Money => Money);

/// A number to be written with decimals: exact or floating.
#[derive(Clone, Copy, Debug)]
pub enum Quantity {
    /// Exact; halves round away from zero.
    Exact(Decimal),
    /// Floating, for charts and shares only.
    Float(f64),
}

impl From<Decimal> for Quantity {
    fn from(value: Decimal) -> Self {
        Self::Exact(value)
    }
}
impl From<&Decimal> for Quantity {
    fn from(value: &Decimal) -> Self {
        Self::Exact(*value)
    }
}
impl From<f64> for Quantity {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}
impl From<&f64> for Quantity {
    fn from(value: &f64) -> Self {
        Self::Float(*value)
    }
}
impl From<i64> for Quantity {
    fn from(value: i64) -> Self {
        Self::Exact(Decimal::from(value))
    }
}
