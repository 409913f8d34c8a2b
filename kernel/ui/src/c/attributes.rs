use std::fmt::{self, Write};

use crate::{Html, Txt};

/// More attributes of an element, in the order given.
#[derive(Clone, Debug, Default)]
pub struct Attributes(Vec<(String, String)>);

impl Attributes {
    /// Adds `name="value"`; an empty name adds nothing.
    #[must_use]
    pub fn with(mut self, name: impl Txt, value: impl Txt) -> Self {
        self.push(name, value);
        self
    }

    pub(crate) fn push(&mut self, name: impl Txt, value: impl Txt) {
        if !name.txt().is_empty() {
            self.0.push((name.txt().to_owned(), value.txt().to_owned()));
        }
    }
}

impl fmt::Display for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.0 {
            f.write_char(' ')?;
            f.write_str(Html::text(name).as_str())?;
            write!(f, "=\"{}\"", Html::text(value))?;
        }
        Ok(())
    }
}
impl askama::filters::HtmlSafe for Attributes {}
