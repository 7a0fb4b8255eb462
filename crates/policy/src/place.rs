//! Lines and columns of a text.
//!
//! Guarantee: asking for places in rising order walks the text once.

use crate::Position;

/// Finds positions, from where the last one was.
pub(crate) struct Places<'a> {
    text: &'a str,
    at: usize,
    position: Position,
}

impl<'a> Places<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, position: Position { line: 1, column: 1 } }
    }

    /// Where the byte at `at` stands. One behind the end stands there; one within a character stands at it.
    pub(crate) fn position(&mut self, at: usize) -> Position {
        if at < self.at {
            (self.at, self.position) = (0, Position { line: 1, column: 1 });
        }
        for character in self.text.get(self.at..).unwrap_or_default().chars() {
            if self.at + character.len_utf8() > at {
                break;
            }
            self.at += character.len_utf8();
            if character == '\n' {
                self.position = Position { line: self.position.line + 1, column: 1 };
            } else {
                self.position.column += 1;
            }
        }
        self.position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_in_lines_whatever_the_order_asked() {
        let text = "äb\nc\r\n\nd";
        let mut places = Places::new(text);
        let mut at = |byte: usize| {
            let Position { line, column } = places.position(byte);
            (line, column)
        };
        assert_eq!([at(0), at(1), at(2), at(3), at(4)], [(1, 1), (1, 1), (1, 2), (1, 3), (2, 1)]);
        assert_eq!([at(8), at(99), at(2)], [(4, 1), (4, 2), (1, 2)]);
    }
}
