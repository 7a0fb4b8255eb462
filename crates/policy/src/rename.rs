//! Principals under other names.
//!
//! What is stored names users and roles by their unique ids, so that a policy never speaks about somebody who came later
//! under a name; what people read names them by ARN. Guarantee: nothing but the values of `AWS` principals changes, so
//! that a document comes back laid out as it was written.
//! Source: IAM User Guide, "AWS JSON policy elements: Principal".

use crate::document::{Document, PrincipalKind, Text};
use crate::json;

impl Document {
    /// The text with other names for principals: `rename` is asked for each value of an `AWS` list, those of
    /// `NotPrincipal` too, in the order of the text, and says what stands in its place or `None` to leave it.
    pub fn rename_principals<E>(&self, mut rename: impl FnMut(&str) -> Result<Option<String>, E>) -> Result<String, E> {
        let mut named: Vec<&Text> = self.aws_principals().collect();
        named.sort_by_key(|name| name.at.start);
        let mut out = String::with_capacity(self.text().len());
        let mut done = 0;
        for name in named {
            if let Some(new) = rename(&name.value)? {
                out.push_str(self.text().get(done..name.at.start).unwrap_or_default());
                json::quote(&mut out, &new);
                done = name.at.end;
            }
        }
        out.push_str(self.text().get(done..).unwrap_or_default());
        Ok(out)
    }

    fn aws_principals(&self) -> impl Iterator<Item = &Text> {
        let entries = self.statements().iter().flat_map(|statement| &statement.principals);
        let entries = entries.flat_map(|principals| &principals.entries);
        entries.filter(|(kind, _)| *kind == PrincipalKind::Aws).map(|(_, name)| name)
    }
}
