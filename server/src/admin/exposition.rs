//! Metrics as text: Prometheus' format 0.0.4, or OpenMetrics 1.0 where the client asks for it.
//!
//! Guarantees: a family has one HELP and one TYPE line before its samples; whatever stands in a label or a help text is
//! escaped. Sources: Prometheus, "Exposition formats"; OpenMetrics 1.0.0, "Text format".

use base::Spread;
use std::fmt::{Display, Write as _};
use std::time::Duration;

/// Which of the two forms is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Prometheus,
    OpenMetrics,
}

impl Form {
    /// The form that an `Accept` header prefers: OpenMetrics where it is named without being refused.
    pub(super) fn asked_by(accept: &str) -> Self {
        let wants = |range: &str| {
            let mut parts = range.split(';').map(str::trim);
            let is_named = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/openmetrics-text"));
            let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
            is_named && weight > 0.0
        };
        if accept.split(',').any(wants) { Self::OpenMetrics } else { Self::Prometheus }
    }

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// Labels of a sample.
pub(super) type Labels<'a> = &'a [(&'a str, &'a str)];

/// A text that grows by families of metrics.
pub(super) struct Exposition {
    form: Form,
    text: String,
}

impl Exposition {
    pub(super) fn new(form: Form) -> Self {
        Self { form, text: String::with_capacity(16 << 10) }
    }

    pub(super) fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.gauges(name, help, [(&[] as Labels<'_>, value)]);
    }

    pub(super) fn gauges<'l>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = (Labels<'l>, impl Display)>,
    ) {
        self.head(name, "gauge", help);
        samples.into_iter().for_each(|(labels, value)| self.sample(name, "", labels, None, value));
    }

    /// `name` ends in `_total`.
    pub(super) fn counter(&mut self, name: &str, help: &str, value: impl Display) {
        self.counters(name, help, [(&[] as Labels<'_>, value)]);
    }

    /// `name` ends in `_total`.
    pub(super) fn counters<'l>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = (Labels<'l>, impl Display)>,
    ) {
        let family = match self.form {
            Form::Prometheus => name,
            Form::OpenMetrics => name.strip_suffix("_total").unwrap_or(name),
        };
        self.head(family, "counter", help);
        samples.into_iter().for_each(|(labels, value)| self.sample(name, "", labels, None, value));
    }

    /// Begins a family of histograms; [`Exposition::histogram`] adds one.
    pub(super) fn histograms(&mut self, name: &str, help: &str) {
        self.head(name, "histogram", help);
    }

    /// `spread` was counted by `bounds`.
    pub(super) fn histogram<const CLASSES: usize>(
        &mut self,
        name: &str,
        labels: Labels<'_>,
        bounds: &[Duration],
        spread: &Spread<CLASSES>,
    ) {
        let mut sum = 0;
        for (index, count) in spread.classes.iter().enumerate() {
            sum += count;
            let bound = bounds.get(index).map(|bound| format!("{:?}", bound.as_secs_f64()));
            self.sample(name, "_bucket", labels, Some(bound.as_deref().unwrap_or("+Inf")), sum);
        }
        self.sample(name, "_sum", labels, None, spread.total.as_secs_f64());
        self.sample(name, "_count", labels, None, sum);
    }

    /// The whole text.
    pub(super) fn finish(mut self) -> String {
        if self.form == Form::OpenMetrics {
            self.text.push_str("# EOF\n");
        }
        self.text
    }

    fn head(&mut self, name: &str, kind: &str, help: &str) {
        // A text cannot fail to take what is written.
        let _ = write!(self.text, "# HELP {name} ");
        escape(&mut self.text, help, self.form == Form::OpenMetrics);
        let _ = write!(self.text, "\n# TYPE {name} {kind}\n");
    }

    fn sample(&mut self, name: &str, suffix: &str, labels: Labels<'_>, le: Option<&str>, value: impl Display) {
        let _ = write!(self.text, "{name}{suffix}");
        let mut before = '{';
        for (label, value) in labels.iter().copied().chain(le.map(|le| ("le", le))) {
            let _ = write!(self.text, "{before}{label}=\"");
            escape(&mut self.text, value, true);
            self.text.push('"');
            before = ',';
        }
        if before == ',' {
            self.text.push('}');
        }
        let _ = writeln!(self.text, " {value}");
    }
}

fn escape(text: &mut String, raw: &str, quotes: bool) {
    for c in raw.chars() {
        match c {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '"' if quotes => text.push_str("\\\""),
            c => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_helps_are_escaped_as_the_format_says() {
        let mut text = Exposition::new(Form::Prometheus);
        text.gauges("a", "says \"b\" \\ and\nmore", [(&[("l", "x\"y\\z\n")] as Labels<'_>, 1)]);
        let expected = "# HELP a says \"b\" \\\\ and\\nmore\n# TYPE a gauge\na{l=\"x\\\"y\\\\z\\n\"} 1\n";
        assert_eq!(text.finish(), expected);
    }

    #[test]
    fn classes_add_up_to_buckets() {
        let mut text = Exposition::new(Form::Prometheus);
        let bounds = [Duration::from_micros(100), Duration::from_secs(1)];
        let spread = Spread { classes: [2, 3, 1], total: Duration::from_millis(2_500) };
        text.histograms("h", "H");
        text.histogram("h", &[("s", "kms")], &bounds, &spread);
        let expected = "# HELP h H\n# TYPE h histogram\nh_bucket{s=\"kms\",le=\"0.0001\"} 2\n\
                        h_bucket{s=\"kms\",le=\"1.0\"} 5\nh_bucket{s=\"kms\",le=\"+Inf\"} 6\n\
                        h_sum{s=\"kms\"} 2.5\nh_count{s=\"kms\"} 6\n";
        assert_eq!(text.finish(), expected);
    }

    #[test]
    fn openmetrics_names_a_counters_family_without_its_suffix_and_ends_with_a_mark() {
        let mut text = Exposition::new(Form::OpenMetrics);
        text.counter("c_total", "C.", 3);
        assert_eq!(text.finish(), "# HELP c C.\n# TYPE c counter\nc_total 3\n# EOF\n");
    }

    #[test]
    fn openmetrics_is_written_to_those_who_ask_for_it() {
        let prometheus = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        assert_eq!(Form::asked_by(prometheus), Form::OpenMetrics);
        for other in ["", "*/*", "text/plain;version=0.0.4", "application/openmetrics-text;version=1.0.0;q=0"] {
            assert_eq!(Form::asked_by(other), Form::Prometheus, "{other}");
        }
    }
}
