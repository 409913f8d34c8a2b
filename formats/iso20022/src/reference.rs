//! The structured creditor reference (strukturētais maksājuma uzdevuma numurs), ISO 11649.

/// Why a text is no creditor reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Not `RF`, two digits and up to 21 letters and digits.
    #[error("not RF, two digits and up to 21 letters and digits")]
    Form,
    /// The check digits do not agree.
    #[error("the check digits do not agree")]
    CheckDigits,
}

/// Remainder by 97 of a text in which letters stand for 10 to 35.
fn remainder(text: &str) -> u32 {
    text.chars().fold(0, |rest, c| {
        let value = c.to_digit(36).unwrap_or(0);
        let shift = if value > 9 { 100 } else { 10 };
        (rest * shift + value) % 97
    })
}

/// Checks a reference; answers it without spaces, in capitals.
///
/// ```
/// assert_eq!(iso20022::check_reference("RF18 5390 0754 7034").as_deref(), Ok("RF18539007547034"));
/// ```
///
/// # Errors
/// Its form or its check digits.
pub fn check_reference(text: &str) -> Result<String, ReferenceError> {
    if text.len() > 64 {
        return Err(ReferenceError::Form);
    }
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    if !compact.chars().all(|c| c.is_ascii_alphanumeric()) || !(5..=25).contains(&compact.len()) {
        return Err(ReferenceError::Form);
    }
    let (head, body) = compact.split_at(4);
    if !head.starts_with("RF") || !head.chars().skip(2).all(|c| c.is_ascii_digit()) {
        return Err(ReferenceError::Form);
    }
    if remainder(&format!("{body}{head}")) == 1 { Ok(compact) } else { Err(ReferenceError::CheckDigits) }
}

/// Makes a reference of up to 21 letters and digits.
///
/// # Errors
/// Too long, empty, or other characters.
pub fn make_reference(body: &str) -> Result<String, ReferenceError> {
    if body.is_empty() || body.len() > 21 || !body.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(ReferenceError::Form);
    }
    let body = body.to_ascii_uppercase();
    let check = 98 - remainder(&format!("{body}RF00"));
    Ok(format!("RF{check:02}{body}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_standards_own_example_and_its_neighbours() {
        assert!(check_reference("RF18539007547034").is_ok());
        assert_eq!(check_reference("RF19539007547034"), Err(ReferenceError::CheckDigits));
        assert_eq!(check_reference("XX18539007547034"), Err(ReferenceError::Form));
        assert_eq!(check_reference("RF1"), Err(ReferenceError::Form));
        assert_eq!(check_reference("RF18ž"), Err(ReferenceError::Form));
    }

    proptest! {
        #[test]
        fn what_is_made_is_right_and_any_other_digit_is_not(body in "[A-Z0-9]{1,21}", at in 0usize..30, digit in 0u8..10) {
            let made = make_reference(&body).unwrap();
            prop_assert_eq!(check_reference(&made), Ok(made.clone()));
            let mut other: Vec<char> = made.chars().collect();
            let place = 2 + at % (other.len() - 2);
            if let Some(c) = other.get_mut(place) { *c = char::from(b'0' + digit); }
            let other: String = other.into_iter().collect();
            prop_assert!(other == made || check_reference(&other).is_err() || other.chars().zip(made.chars()).filter(|(a, b)| a != b).any(|(_, b)| b.is_alphabetic()));
        }
    }
}
