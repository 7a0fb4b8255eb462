//! Examples in help texts: a command's own stand in it, those of the commands below it are picked from there.
//!
//! Guarantees: every command that help shows has an example, and every example is understood as it stands; tests fail
//! otherwise.

use clap::Command;

/// What examples begin with in a help text.
pub(super) const HEAD: &str = "Examples:\n";

/// Gives the commands below this one those of its examples that show them, unless they have their own.
pub(super) fn shared(command: Command) -> Command {
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let names: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
    let outer = command.get_name().to_owned();
    names.iter().fold(command, |command, name| {
        let shows = format!("fastness {outer} {name}");
        let shown = lines(&after).filter(|line| {
            let rest = line.split_once(shows.as_str()).map(|(_, rest)| rest);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        });
        let shown: Vec<&str> = shown.collect();
        command.mut_subcommand(name, |inner| {
            if inner.get_after_help().is_some() || shown.is_empty() {
                return inner;
            }
            inner.after_help(format!("{HEAD}{}", shown.join("\n")))
        })
    })
}

/// The lines of a help text's examples.
fn lines(after: &str) -> impl Iterator<Item = &str> {
    let examples = after.strip_prefix(HEAD).unwrap_or_default();
    examples.lines().take_while(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::{describe, describe_shown};
    use super::*;

    /// The words of a command line, up to a pipe, a redirection or the remark behind two spaces.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut word, mut quote) = (Vec::new(), String::new(), false);
        let code = line.trim().split("  ").next().unwrap();
        for character in code.chars() {
            match character {
                '\'' => quote = !quote,
                ' ' if !quote => words.push(std::mem::take(&mut word)),
                other => word.push(other),
            }
        }
        words.push(word);
        let end = words.iter().position(|word| ["|", ">", "<"].contains(&word.as_str())).unwrap_or(words.len());
        words.truncate(end);
        words
    }

    fn check(command: &Command, path: &str) {
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        assert!(lines(&after).next().is_some(), "{path} has no examples");
        for line in lines(&after) {
            // What comes before is another program's, or a variable.
            if line.trim_start().starts_with("aws ") {
                continue;
            }
            let Some((_, rest)) = line.split_once("fastness ") else { continue };
            let words = words(&format!("fastness {rest}"));
            let parsed = describe().try_get_matches_from(&words);
            assert!(parsed.is_ok(), "{path}: {line}\n{}", parsed.err().unwrap());
        }
        for inner in command.get_subcommands() {
            check(inner, &format!("{path} {}", inner.get_name()));
        }
    }

    #[test]
    fn every_command_has_examples_that_the_command_line_understands() {
        for command in describe_shown().get_subcommands() {
            // Its help is that of the tool that it stands in for.
            if command.get_name() != "aws-encryption-cli" {
                check(command, command.get_name());
            }
        }
    }

    #[test]
    fn a_command_shows_those_examples_of_the_one_above_that_are_about_it() {
        let below = |name| Command::new(name);
        let after = "Examples:\n  fastness a b 1\n  x | fastness a b 2\n  fastness a bc\n\nText about fastness a b.";
        let command = shared(Command::new("a").after_help(after).subcommands([below("b"), below("c")]));
        let told = |name| command.find_subcommand(name).unwrap().get_after_help().map(ToString::to_string);
        assert_eq!(told("b").unwrap(), "Examples:\n  fastness a b 1\n  x | fastness a b 2");
        assert_eq!(told("c"), None);
    }
}
