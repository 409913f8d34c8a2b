//! x
pub(crate) fn intern(_names: &mut crate::xml::Names) {}
