//! The models' patterns that no translation serves: look-arounds, back-references and counts past all reason.
//!
//! Each row gives what Java's engine would do with the whole of a text, as one pattern that it must match and patterns
//! that it must not. Rows are looked up by the model's own words, so that one goes out of use, and a test fails, when an
//! upgrade of the models changes them.

/// What a pattern of the models means.
pub(super) struct Override {
    /// In the model's words.
    pub(super) source: &'static str,
    /// In this engine's words: what the whole text must match.
    pub(super) holds: &'static str,
    /// In this engine's words: what the whole text must not match.
    pub(super) never: &'static [&'static str],
}

const fn row(source: &'static str, holds: &'static str, never: &'static [&'static str]) -> Override {
    Override { source, holds, never }
}

/// One label of a host name; the last has at least two characters.
macro_rules! domain {
    ($before:literal) => {
        concat!(
            $before,
            "(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z0-9][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
        )
    };
}

/// What `.` means to Java.
macro_rules! any {
    ($count:literal) => {
        concat!(r"[^\n\r\x{85}\x{2028}\x{2029}]", $count)
    };
}

/// Whatever follows.
macro_rules! begins {
    ($with:literal) => {
        concat!("(?s)", $with, ".*")
    };
}

/// The time of day, all of which may be missing, for `(?x)`.
macro_rules! iso_time {
    () => {
        concat!(
            r"(?: (?:[01][0-9]|2[0-3]) (?:[.,][0-9])?",
            r"  | (?:[01][0-9]|2[0-3]) : [0-5][0-9] (?:[.,][0-9] | :[0-5][0-9](?:[.,][0-9])?)?",
            r"  | (?:[01][0-9]|2[0-3]) [0-5][0-9] (?:[.,][0-9])? (?:[0-5][0-9](?:[.,][0-9])?)?",
            r"  | 24:?00 (?:[.,][0-9])? )?",
            r"(?:[zZ] | -(?:[01][0-9]|2[0-3]):?(?:[0-5][0-9])?)?",
        )
    };
}

const DIGITS: &str = "[0-9]+";
/// What `(?!\s*$)` keeps out, where no line terminator can match anyway.
const BLANK: &str = r"[\t\x0B\f ]*";

pub(super) const OVERRIDES: &[Override] = &[
    // Java escapes take four digits: the model's `\u10000-\u10FFFF` means the supplementary planes.
    row(
        r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+",
        r"[\t\n\r\x{20}-\x{7E}\x{85}\x{A0}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}]+",
        &[],
    ),
    // The shapes bound the length themselves.
    row(r"^.{1,100000}$", any!("+"), &[]),
    // Not only digits.
    row(r"((?!^\d+$)^[0-9a-zA-Z-_]+$)", "[0-9a-zA-Z_-]+", &[DIGITS]),
    row(r"(?!^[0-9]+$)([a-zA-Z0-9-_]+)", "[a-zA-Z0-9_-]+", &[DIGITS]),
    row(r"(?!^[0-9]+$)([a-zA-Z0-9\-_' ']+)", "[a-zA-Z0-9_' -]+", &[DIGITS]),
    row(
        r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]{1,64})(:((?!\d+$)[0-9a-zA-Z-_]+))?",
        r"(?:arn:(?:aws[a-zA-Z-]*)?:lambda:)?(?:(?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-[0-9]:)?(?:[0-9]{12}:)?(?:function:)?[a-zA-Z0-9_-]{1,64}(?::[0-9a-zA-Z_-]*[a-zA-Z_-][0-9a-zA-Z_-]*)?",
        &[],
    ),
    // Not only blanks.
    row(r"(?!\s*$).+", any!("+"), &[BLANK]),
    row(r"^(?!\s*$).+", any!("+"), &[BLANK]),
    // Prefixes that are AWS's own.
    row(r"(?!aws:)[a-zA-Z+-=._:/]+", "[a-zA-Z+-=._:/]+", &[begins!("aws:")]),
    row(r"^(?!aws:)[a-zA-Z+-=._:/]+$", "[a-zA-Z+-=._:/]+", &[begins!("aws:")]),
    row(r"^(?!aws:)[ a-zA-Z+-=._:/]+$", "[ a-zA-Z+-=._:/]+", &[begins!("aws:")]),
    row(r"(?!aws\.)[A-Za-z0-9][\.\-_A-Za-z0-9]*", "[A-Za-z0-9][._A-Za-z0-9-]*", &[begins!(r"aws\.")]),
    row(r"(^(?!(system\x2e)))(^[_a-zA-Z0-9])([^$]*)", "[_a-zA-Z0-9][^$]*", &[begins!(r"system\.")]),
    row(
        r"(?=[/\.\-_A-Za-z0-9]+)((?!aws\.).*)|(\$(\.[\w_-]+(\[(\d+|\*)\])*)*)",
        concat!("[/._A-Za-z0-9-]", any!("*"), r"|\$(?:\.[_0-9A-Za-z-]+(?:\[(?:[0-9]+|\*)\])*)*"),
        &[begins!(r"aws\.")],
    ),
    // Host names, whose labels neither begin nor end with a hyphen.
    row(
        r"(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])",
        domain!(r"(?:\*\.)?"),
        &[],
    ),
    row(r"^(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$", domain!(""), &[]),
    // Bucket names, which do not end with a dot, and as Shield wants them look like no address either.
    row(r"[0-9A-Za-z\.\-_]*(?<!\.)", "(?:[0-9A-Za-z._-]*[0-9A-Za-z_-])?", &[]),
    row(r"^[0-9A-Za-z\.\-_]*(?<!\.)$", "(?:[0-9A-Za-z._-]*[0-9A-Za-z_-])?", &[]),
    row(
        r"^([a-z]|(\d(?!\d{0,2}\.\d{1,3}\.\d{1,3}\.\d{1,3})))([a-z\d]|(\.(?!(\.|-)))|(-(?!\.))){1,61}[a-z\d]$",
        "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        &[r".*\.[.-].*", r".*-\..*", r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}.*"],
    ),
    // No two hyphens, no two dots, in a row.
    row(r"^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$", "[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", &[".*--.*"]),
    row(
        r"[A-Za-z](?!.*--)[0-9A-Za-z-]*[^-]|^default(?!.*--)(?!.*\.\.)[0-9A-Za-z-.]*[^-]",
        "[A-Za-z][0-9A-Za-z-]*[^-]|default[0-9A-Za-z.-]*[^-]",
        &["(?s).*--.*", r"(?s).*\.\..*"],
    ),
    // No line end written as an escape.
    row(r"^((?!\\[nr]).)+", any!("+"), &[r".*\\[nr].*"]),
    row(
        r"^(?=.{20,2048}$)arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[a-zA-Z0-9/_+=.@-]+",
        r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[a-zA-Z0-9/_+=.@-]+",
        &["[!-~]{2049,}"],
    ),
    // ISO 8601. The model's back-references ask that a day follow with the separator that the month had, and seconds
    // with that of the minutes; its look-arounds that year and month alone have one, and that no colon follow a fraction.
    row(
        r"^([\-]?\d{4}(?!\d{2}\b))((-?)((0[1-9]|1[0-2])(\3([12]\d|0[1-9]|3[01]))?|W([0-4]\d|5[0-2])(-?[1-7])?|(00[1-9]|0[1-9]\d|[12]\d{2}|3([0-5]\d|6[1-6])))([T\s]((([01]\d|2[0-3])((:?)[0-5]\d)?|24\:?00)([\.,]\d(?!:))?)?(\17[0-5]\d([\.,]\d)?)?([zZ]|([\-])([01]\d|2[0-3]):?([0-5]\d)?)?)?)?$",
        concat!(
            r"(?x) -?[0-9]{4} (?:",
            r"  (?: -(?:0[1-9]|1[0-2]) (?:-(?:[12][0-9]|0[1-9]|3[01]))?",
            r"    | (?:0[1-9]|1[0-2]) (?:[12][0-9]|0[1-9]|3[01])",
            r"    | -?W(?:[0-4][0-9]|5[0-2]) (?:-?[1-7])?",
            r"    | -?(?:00[1-9]|0[1-9][0-9]|[12][0-9]{2}|3(?:[0-5][0-9]|6[1-6])) )",
            r"  (?:[T\t\n\x0B\f\r\x20]",
            iso_time!(),
            r"  )? | (?:0[1-9]|1[0-2])T",
            iso_time!(),
            r")?",
        ),
        &[],
    ),
];

#[cfg(test)]
mod tests {
    use super::OVERRIDES;
    use crate::Pattern;

    /// What each row accepts and refuses, in the order of the rows.
    const SAMPLES: &[(&[&str], &[&str])] = &[
        (&["arn:aws:iam::😀", "a\tb\n"], &["\u{1}", "\u{FFFE}"]),
        (&["a", "b c"], &["", "a\nb", "\u{2028}"]),
        (&["a1", "1-", "_"], &["", "123", "a.b"]),
        (&["live", "1a", "--"], &["", "42", "a b"]),
        (&["it's mine", "1 2", "-"], &["", "42", "a.b"]),
        (
            &[
                "f",
                "f:live",
                "123456789012:f",
                "arn:aws:lambda:us-gov-west-1:123456789012:function:f:1a",
                "eusc-de-east-1:f",
                "12:-",
            ],
            &["f:1", "f:", "function:f:007", "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST", ""],
        ),
        (&["a", " a ", "\u{A0}"], &["", "  ", "\t", "a\n"]),
        (&["a", " a "], &["", "  ", "\u{B}", "a\u{85}b"]),
        (&["Name", "aws", "my:aws:"], &["aws:x", "aws:", "a b", ""]),
        (&["Name", "a<=b"], &["aws:x", "a b"]),
        (&["My Name", " aws:x"], &["aws:x", "a!"]),
        (&["aws", "shop.aws.orders", "0"], &["aws.s3", "aws.", ".a", ""]),
        (&["orders", "system", "_a\n b"], &["system.users", "-a", "a$", ""]),
        (
            &["shop", "$", "$.detail.items[*][3]", "/a any thing", "aws", "-"],
            &["aws.s3", "aws.", "", " a", "$.a[b]", "a\nb", "$aws"],
        ),
        (
            &["example.com", "*.a.b-c.example", "1.2.33"],
            &["example", "-a.com", "a-.com", "a.c", "*.*.com", "a..com", "a.com."],
        ),
        (&["example.com", "x.y-z.example"], &["*.example.com", "a.-b.com", "a.c"]),
        (&["bucket", "a.b", "", "-"], &["bucket.", ".", "a b"]),
        (&["bucket", "A_b.c"], &["bucket.", "a/b"]),
        (
            &["aws-waf-logs-x", "1.2.3", "1234.1.1.1", "a.b-c"],
            &["192.168.1.1", "1.2.3.4x", "a..b", "a.-b", "a-.b", "ab", "-ab", "ab-", "Aab"],
        ),
        (&["my-account", "a1b", "abc"], &["a--b", "-ab", "ab-", "ab", "Abc"]),
        (
            &["my-group", "default.mysql8.0", "ab", "a-b."],
            &["my--group", "default..x", "group-", "1a", "a.b", "a", "default.x--y"],
        ),
        (&[r#"{"type":"WAFV2"}"#, r"\\", r"\t"], &["", r"a\nb", r"\r", "a\nb"]),
        (
            &["arn:aws:secretsmanager:eu-west-1:123456789012:secret:a/b-Xy12"],
            &[
                "arn:aws:secretsmanager:eu-west-1:123456789012:secret:",
                "arn:aws:secretsmanager:eu-west-1:1:secret:a",
                "a",
            ],
        ),
        (
            &[
                "2024",
                "2024-01",
                "2024-01-31",
                "20240131",
                "2024-W05-3",
                "2024W05",
                "2024-366",
                "2024001",
                "2024-01-31T10:15:30Z",
                "2024-01-31 10:15:30.5-05:00",
                "20240131T101530",
                "20240131T1015.530",
                "2024-01-31T24:00",
                "202401T10",
                "-0044-03-15",
                "2024-01T",
            ],
            &[
                "",
                "24",
                "202401",
                "202401 10:00",
                "2024-0131",
                "2024-13",
                "2024-01-32",
                "2024-W54",
                "2024-367",
                "2024-01-31T25",
                "2024-01-31T10:15.5:30",
                "2024-01-31T10:1530",
                "2024-01-31T24:01",
                "2024-01-31T10:15:30+05:00",
            ],
        ),
    ];

    #[test]
    fn every_row_accepts_and_refuses_what_the_models_words_do() {
        assert_eq!(OVERRIDES.len(), SAMPLES.len());
        for (row, (accepted, refused)) in OVERRIDES.iter().zip(SAMPLES) {
            let pattern = Pattern::new(row.source);
            for text in *accepted {
                assert!(pattern.matches(text), "{} refuses {text:?}", row.source);
            }
            for text in *refused {
                assert!(!pattern.matches(text), "{} accepts {text:?}", row.source);
            }
        }
    }

    #[test]
    fn every_row_serves_a_pattern_of_some_model() {
        let kinds = crate::services().all().flat_map(crate::Service::shapes).map(|shape| &shape.kind);
        let patterns = kinds.filter_map(|kind| match kind {
            crate::Kind::String(text) => text.pattern.as_ref().map(Pattern::source),
            _ => None,
        });
        let patterns = patterns.collect::<std::collections::HashSet<_>>();
        let idle = OVERRIDES.iter().map(|row| row.source).filter(|source| !patterns.contains(source));
        assert_eq!(idle.collect::<Vec<_>>(), Vec::<&str>::new());
    }

    #[test]
    fn a_row_bounds_what_the_model_bounds_with_a_look_ahead() {
        let secret = |count| format!("arn:aws:secretsmanager:eu-west-1:123456789012:secret:{}", "a".repeat(count));
        let row = OVERRIDES.iter().find(|row| row.source.contains("{20,2048}")).map(|row| Pattern::new(row.source));
        let spare = 2048 - secret(0).len();
        assert!(row.is_some_and(|row| row.matches(&secret(spare)) && !row.matches(&secret(spare + 1))));
    }
}
