//! The path templates of REST operations, such as `/{Bucket}/{Key+}?uploads`.
//!
//! Guarantees: a path is split at its slashes as it was sent, before anything is decoded, so that an encoded slash never
//! parts a label; labels are not empty.

/// A path template and the query parameters that are part of it.
pub(crate) struct Template {
    /// Between the slashes.
    pub(crate) segments: Vec<Segment>,
    /// Parameters that must be there, with their values where the template gives one.
    pub(crate) fixed: Vec<(&'static str, Option<&'static str>)>,
}

/// What may stand between two slashes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Segment {
    /// This text.
    Literal(&'static str),
    /// The label of that name.
    Label(&'static str),
    /// The label of that name, which may go on over slashes.
    Greedy(&'static str),
}

impl Template {
    /// Reads a template as the models write them.
    pub(crate) fn parse(uri: &'static str) -> Self {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let segment = |text: &'static str| match text.strip_prefix('{').and_then(|label| label.strip_suffix('}')) {
            None => Segment::Literal(text),
            Some(label) => label.strip_suffix('+').map_or(Segment::Label(label), Segment::Greedy),
        };
        let fixed = |pair: &'static str| match pair.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (pair, None),
        };
        Self {
            // A slash at the end of a template says nothing.
            segments: path.split('/').filter(|text| !text.is_empty()).map(segment).collect(),
            fixed: query.split('&').filter(|pair| !pair.is_empty()).map(fixed).collect(),
        }
    }

    /// The labels of a path and their texts, not decoded; `None` if the path does not fit.
    pub(crate) fn labels<'p>(&self, path: &'p str) -> Option<Vec<(&'static str, &'p str)>> {
        let path = path.strip_prefix('/')?;
        // A slash at the end of a path may be part of a greedy label, and otherwise says nothing.
        self.fit(path).or_else(|| self.fit(path.strip_suffix('/')?))
    }

    fn fit<'p>(&self, path: &'p str) -> Option<Vec<(&'static str, &'p str)>> {
        let mut labels = Vec::new();
        let mut rest = Some(path).filter(|path| !path.is_empty() || !self.segments.is_empty());
        for (index, segment) in self.segments.iter().enumerate() {
            let after = self.segments.len() - index - 1;
            let text = rest?;
            let end = match segment {
                Segment::Greedy(_) => nth_slash_from_end(text, after)?,
                _ => text.find('/').unwrap_or(text.len()),
            };
            let (part, left) = text.split_at_checked(end)?;
            rest = left.strip_prefix('/');
            match segment {
                Segment::Literal(literal) if part == *literal => {}
                Segment::Label(name) | Segment::Greedy(name) if !part.is_empty() => labels.push((*name, part)),
                _ => return None,
            }
        }
        rest.is_none().then_some(labels)
    }
}

/// Where the last `count` segments begin, at the slash before them; the end for none.
fn nth_slash_from_end(text: &str, count: usize) -> Option<usize> {
    match count.checked_sub(1) {
        None => Some(text.len()),
        Some(before) => text.rmatch_indices('/').nth(before).map(|(at, _)| at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_what_stands_between_slashes() {
        let s3 = Template::parse("/{Bucket}/{Key+}?uploads&list-type=2");
        assert_eq!(s3.fixed, [("uploads", None), ("list-type", Some("2"))]);
        assert_eq!(s3.labels("/b/a//c%2Fd/"), Some(vec![("Bucket", "b"), ("Key", "a//c%2Fd/")]));
        assert_eq!(s3.labels("/b//"), Some(vec![("Bucket", "b"), ("Key", "/")]));
        assert_eq!(s3.labels("/b///a"), Some(vec![("Bucket", "b"), ("Key", "//a")]));
        for path in ["/", "/b", "/b/", "", "b/k", "//k"] {
            assert_eq!(s3.labels(path), None, "{path}");
        }
        let bucket = Template::parse("/{Bucket}");
        assert_eq!(bucket.labels("/b/"), Some(vec![("Bucket", "b")]));
        assert_eq!(bucket.labels("/b//"), None);
        let middle = Template::parse("/v1/{name+}/policy");
        assert_eq!(middle.labels("/v1/a/b/policy"), Some(vec![("name", "a/b")]));
        assert_eq!(middle.labels("/v1/policy"), None);
        assert_eq!(middle.labels("/v1//policy"), None);
        let root = Template::parse("/");
        assert_eq!(root.labels("/"), Some(vec![]));
        assert_eq!(root.labels("/a"), None);
        assert_eq!(Template::parse("/2015-03-31/functions/").labels("/2015-03-31/functions"), Some(vec![]));
    }
}
