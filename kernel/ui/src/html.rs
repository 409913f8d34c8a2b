use std::borrow::Cow;
use std::fmt;

/// Finished HTML that templates do not escape again. Whoever makes one vouches for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// Takes HTML that is already safe.
    #[must_use]
    pub fn trusted(html: impl Into<String>) -> Self {
        Self(html.into())
    }

    /// Escapes a text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                _ => out.push(c),
            }
        }
        Self(out)
    }

    /// Renders a component or a template.
    #[must_use]
    pub fn of(template: &impl askama::Template) -> Self {
        match template.render() {
            Ok(html) => Self(html),
            Err(error) => {
                tracing::error!(%error, "a component does not render");
                Self::default()
            }
        }
    }

    /// The HTML.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Nothing in it?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl askama::filters::HtmlSafe for Html {}
impl From<&str> for Html {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}
impl From<String> for Html {
    fn from(text: String) -> Self {
        Self::text(&text)
    }
}

/// Whatever a template passes where a text is wanted: `&str`, `String`, `Option` of them, references to them.
pub trait Txt {
    /// The text; nothing is an empty text.
    fn txt(&self) -> &str;
}
impl Txt for str {
    fn txt(&self) -> &str {
        self
    }
}
impl Txt for String {
    fn txt(&self) -> &str {
        self
    }
}
impl Txt for Cow<'_, str> {
    fn txt(&self) -> &str {
        self
    }
}
impl<T: Txt> Txt for Option<T> {
    fn txt(&self) -> &str {
        self.as_ref().map_or("", Txt::txt)
    }
}
impl<T: Txt + ?Sized> Txt for &T {
    fn txt(&self) -> &str {
        (**self).txt()
    }
}

/// Whatever a template passes where yes or no is wanted.
pub trait Flag {
    /// Yes?
    fn flag(&self) -> bool;
}
impl Flag for bool {
    fn flag(&self) -> bool {
        *self
    }
}
impl<T: Flag + ?Sized> Flag for &T {
    fn flag(&self) -> bool {
        (**self).flag()
    }
}

/// Whatever a template passes where words or finished HTML are wanted: texts are escaped, [`Html`] is not.
pub trait Rich {
    /// As HTML.
    fn rich(&self) -> Html;
}
impl Rich for str {
    fn rich(&self) -> Html {
        Html::text(self)
    }
}
impl Rich for String {
    fn rich(&self) -> Html {
        Html::text(self)
    }
}
impl Rich for Html {
    fn rich(&self) -> Html {
        self.clone()
    }
}
impl<T: Rich> Rich for Option<T> {
    fn rich(&self) -> Html {
        self.as_ref().map_or_else(Html::default, Rich::rich)
    }
}
impl<T: Rich + ?Sized> Rich for &T {
    fn rich(&self) -> Html {
        (**self).rich()
    }
}
