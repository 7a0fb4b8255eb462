//! Which module does the cryptography, and whether it does so in its approved mode.
//!
//! Guarantees: a build for FIPS never answers for a module that is not in that mode. The module tests itself when it is
//! loaded, before `main`, and ends the process if a test fails. Source: FIPS 140-3; AWS-LC, "FIPS.md".

/// The module of this process: `None` in an ordinary build, else its name, or why it must not be used.
pub fn fips_module() -> Option<Result<String, &'static str>> {
    if !cfg!(feature = "fips") {
        return None;
    }
    Some(aws_lc_rs::try_fips_mode().map(|()| {
        let number = aws_lc_rs::fips_version().map(|number| number.to_string()).unwrap_or_default();
        format!("AWS-LC {} with FIPS module {number}", aws_lc_rs::awslc_version())
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_for_fips_is_in_that_mode_and_another_claims_nothing() {
        let module = fips_module();
        assert_eq!(module.is_some(), cfg!(feature = "fips"));
        if let Some(module) = module {
            let name = module.unwrap();
            assert!(name.starts_with("AWS-LC ") && name.ends_with(|last: char| last.is_ascii_digit()), "{name}");
        }
    }
}
