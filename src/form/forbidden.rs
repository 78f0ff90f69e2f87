//! What a template may not have, found without filling it in: parts that print text without escaping it, and templates
//! that do not exist.

use std::collections::BTreeSet;

use minijinja::machinery::ast::{CallArg, Expr, Filter, Stmt};
use minijinja::machinery::{Span, parse};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::ValueKind;

use super::renderer::{Fault, Sort};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::FormText;

/// The filter that prints text as it stands.
const SAFE: &str = "safe";

/// What is wrong in a template. `names` are all templates; `knows` says whether there are the filters and tests of an
/// expression. A template that cannot be parsed has been reported already.
pub(super) fn in_template(
    name: &str,
    text: &str,
    names: &BTreeSet<String>,
    knows: &dyn Fn(&str) -> bool,
) -> Vec<Fault> {
    let Ok(parsed) = parse(text, name, SyntaxConfig::default()) else { return Vec::new() };
    let mut walk = Walk { template: name, names, knows, found: Vec::new() };
    walk.statement(&parsed);
    walk.found
}

struct Walk<'w> {
    template: &'w str,
    names: &'w BTreeSet<String>,
    knows: &'w dyn Fn(&str) -> bool,
    found: Vec<Fault>,
}

impl Walk<'_> {
    fn note(&mut self, span: Span, message: impl Into<Label>, help: Option<FormText>) {
        self.found.push(Fault {
            template: self.template.to_owned(),
            line: usize::from(span.start_line),
            span: span.start_offset as usize..span.end_offset as usize,
            message: message.into(),
            help: help.map(Label::from),
            sort: Sort::Certain,
        });
    }

    fn statements(&mut self, statements: &[Stmt<'_>]) {
        statements.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Stmt<'_>) {
        match statement {
            Stmt::Template(of) => self.statements(&of.children),
            Stmt::EmitExpr(of) => self.expression(&of.expr),
            Stmt::EmitRaw(_) | Stmt::Continue(_) | Stmt::Break(_) => {}
            Stmt::ForLoop(of) => {
                self.all([&of.target, &of.iter].into_iter().chain(&of.filter_expr));
                self.statements(&of.body);
                self.statements(&of.else_body);
            }
            Stmt::IfCond(of) => {
                self.expression(&of.expr);
                self.statements(&of.true_body);
                self.statements(&of.false_body);
            }
            Stmt::WithBlock(of) => {
                self.all(of.assignments.iter().flat_map(|(target, value)| [target, value]));
                self.statements(&of.body);
            }
            Stmt::Set(of) => self.all([&of.target, &of.expr]),
            Stmt::SetBlock(of) => {
                self.all([&of.target].into_iter().chain(&of.filter));
                self.statements(&of.body);
            }
            Stmt::AutoEscape(of) => {
                let value = of.enabled.as_const();
                let escapes = value.as_ref().is_some_and(|value| match value.kind() {
                    ValueKind::Bool => value.is_true(),
                    _ => value.as_str() == Some("html"),
                });
                if !escapes {
                    self.note(of.enabled.span(), FormText::Unescaped, Some(FormText::UnescapedHelp));
                }
                self.expression(&of.enabled);
                self.statements(&of.body);
            }
            Stmt::FilterBlock(of) => {
                self.expression(&of.filter);
                self.statements(&of.body);
            }
            Stmt::Block(of) => self.statements(&of.body),
            Stmt::Import(of) => {
                self.template(&of.expr);
                self.all([&of.expr, &of.name]);
            }
            Stmt::FromImport(of) => {
                self.template(&of.expr);
                self.expression(&of.expr);
            }
            Stmt::Extends(of) => {
                self.template(&of.name);
                self.expression(&of.name);
            }
            Stmt::Include(of) => {
                if !of.ignore_missing {
                    self.template(&of.name);
                }
                self.expression(&of.name);
            }
            Stmt::Macro(of) => {
                self.all(of.args.iter().chain(&of.defaults));
                self.statements(&of.body);
            }
            Stmt::CallBlock(of) => {
                self.expression(&of.call.expr);
                self.arguments(&of.call.args);
                self.all(of.macro_decl.args.iter().chain(&of.macro_decl.defaults));
                self.statements(&of.macro_decl.body);
            }
            Stmt::Do(of) => {
                self.expression(&of.call.expr);
                self.arguments(&of.call.args);
            }
        }
    }

    fn all<'e>(&mut self, expressions: impl IntoIterator<Item = &'e Expr<'e>>) {
        expressions.into_iter().for_each(|expression| self.expression(expression));
    }

    fn arguments(&mut self, arguments: &[CallArg<'_>]) {
        for argument in arguments {
            let (CallArg::Pos(of) | CallArg::Kwarg(_, of) | CallArg::PosSplat(of) | CallArg::KwargSplat(of)) = argument;
            self.expression(of);
        }
    }

    fn expression(&mut self, expression: &Expr<'_>) {
        match expression {
            Expr::Var(_) | Expr::Const(_) => {}
            Expr::Slice(of) => {
                self.expression(&of.expr);
                self.all(of.start.iter().chain(&of.stop).chain(&of.step));
            }
            Expr::UnaryOp(of) => self.expression(&of.expr),
            Expr::BinOp(of) => self.all([&of.left, &of.right]),
            Expr::Compare(of) => {
                self.expression(&of.expr);
                self.all(of.ops.iter().map(|operand| &operand.expr));
            }
            Expr::IfExpr(of) => self.all([&of.test_expr, &of.true_expr].into_iter().chain(&of.false_expr)),
            Expr::Filter(of) => {
                self.filter(of, of.span());
                self.all(&of.expr);
                self.arguments(&of.args);
            }
            Expr::Test(of) => {
                if !(self.knows)(&format!("{{{{ 0 is {} }}}}", of.name)) {
                    self.note(of.span(), label!(FormText::NoTestNamed, name = of.name), None);
                }
                self.expression(&of.expr);
                self.arguments(&of.args);
            }
            Expr::GetAttr(of) => self.expression(&of.expr),
            Expr::GetItem(of) => self.all([&of.expr, &of.subscript_expr]),
            Expr::Call(of) => {
                self.expression(&of.expr);
                self.arguments(&of.args);
            }
            Expr::List(of) => self.all(&of.items),
            Expr::Tuple(of) => self.all(&of.items),
            Expr::Map(of) => self.all(of.keys.iter().chain(&of.values)),
        }
    }

    /// A filter by its name, or as the name that another filter such as `map` applies.
    fn filter(&mut self, filter: &Filter<'_>, span: Span) {
        let applied = filter.args.iter().any(|argument| match argument {
            CallArg::Pos(Expr::Const(value)) => filter.name == "map" && value.value.as_str() == Some(SAFE),
            _ => false,
        });
        if filter.name == SAFE || applied {
            self.note(span, FormText::Safe, Some(FormText::SafeHelp));
        } else if !(self.knows)(&format!("{{{{ 0|{} }}}}", filter.name)) {
            self.note(span, label!(FormText::NoFilterNamed, name = filter.name), None);
        }
    }

    /// The template that a constant names, or one of a list of constants.
    fn template(&mut self, name: &Expr<'_>) {
        let Some(value) = name.as_const() else { return };
        let wanted: Vec<String> = match value.as_str() {
            Some(name) => vec![name.to_owned()],
            None => value.try_iter().into_iter().flatten().map(|name| name.to_string()).collect(),
        };
        if !wanted.iter().any(|name| self.names.contains(name)) {
            let message = label!(FormText::NoTemplate, name = wanted.join(", "));
            self.note(name.span(), message, None);
        }
    }
}
