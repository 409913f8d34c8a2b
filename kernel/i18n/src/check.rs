use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};
use types::Locale;

use crate::Source;

/// The keys a resource claims; terms with their dash.
pub(crate) fn keys(resource: &FluentResource) -> Vec<String> {
    resource
        .entries()
        .filter_map(|entry| match entry {
            Entry::Message(m) => Some(m.id.name.to_owned()),
            Entry::Term(t) => Some(format!("-{}", t.id.name)),
            _ => None,
        })
        .collect()
}

/// Per text (`key` or `key.attribute`) the names of its arguments.
type Shape = BTreeMap<String, BTreeSet<String>>;

/// What one language has and the other has not.
pub(crate) fn differences(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let (lv, en) = (shape(source.text(Locale::Lv)), shape(source.text(Locale::En)));
        only_in(source, &lv, &en, "en", &mut found);
        only_in(source, &en, &lv, "lv", &mut found);
    }
    found
}

fn only_in(source: &Source, here: &Shape, there: &Shape, language: &str, found: &mut Vec<String>) {
    for (key, args) in here {
        match there.get(key) {
            None => found.push(format!("{}: {key} is missing in {language}", source.name)),
            Some(others) => found.extend(
                args.difference(others).map(|arg| format!("{}: {key} does not use ${arg} in {language}", source.name)),
            ),
        }
    }
}

fn shape(text: &str) -> Shape {
    let resource = match fluent_syntax::parser::parse(text) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    let mut shape = Shape::new();
    for entry in &resource.body {
        let Entry::Message(message) = entry else { continue };
        let id = message.id.name;
        if let Some(value) = &message.value {
            shape.insert(id.to_owned(), arguments(value));
        }
        for attribute in &message.attributes {
            shape.insert(format!("{id}.{}", attribute.id.name), arguments(&attribute.value));
        }
    }
    shape
}

fn arguments(pattern: &Pattern<&str>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    in_pattern(pattern, &mut names);
    names
}

fn in_pattern(pattern: &Pattern<&str>, names: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            in_expression(expression, names);
        }
    }
}

fn in_expression(expression: &Expression<&str>, names: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => in_inline(inline, names),
        Expression::Select { selector, variants } => {
            in_inline(selector, names);
            variants.iter().for_each(|v| in_pattern(&v.value, names));
        }
    }
}

fn in_inline(inline: &InlineExpression<&str>, names: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            names.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments, .. } => in_call(arguments, names),
        InlineExpression::TermReference { arguments: Some(arguments), .. } => in_call(arguments, names),
        InlineExpression::Placeable { expression } => in_expression(expression, names),
        _ => {}
    }
}

fn in_call(arguments: &CallArguments<&str>, names: &mut BTreeSet<String>) {
    arguments.positional.iter().for_each(|a| in_inline(a, names));
    arguments.named.iter().for_each(|a| in_inline(&a.value, names));
}
