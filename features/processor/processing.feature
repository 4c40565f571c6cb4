@processor @function.processData
Feature: Processing lines as ever
  The line processor used to run on Python 2. Whoever calls it gets what they got then: every line stripped, in capitals.

  Rule: Text is processed as Python 2's Unicode

    @PRC-001 @smoke
    Scenario: Lines of text
      When Ada has the text "\s one\r\ntwo\s\nthree\n" processed
      Then she gets the text "ONE\nTWO\nTHREE"

    @PRC-002
    Scenario Outline: <what>
      # str of Python 3 does otherwise in the rows about ß, Georgian and U+180E.
      When Ada has the text "<text>" processed
      Then she gets the text "<processed>"

      Examples: ends of lines
        | what                               | text                                | processed             |
        | every end of line that Unicode has | 1\v2\f3\x1c4\x1d5\x1e6\x857\u20288\u20299 | 1\n2\n3\n4\n5\n6\n7\n8\n9 |
        | a carriage return and a line feed  | a\r\nb\n\rc                         | A\nB\n\nC             |
        | no line after the last line end    | a\n\n                               | A\n                   |
        | nothing                            | \n                                  | \e                    |

      Examples: white space
        | what                         | text                    | processed        |
        | a no-break space             | \xa0a\xa0               | A                |
        | spaces of all widths         | \u2000\u200a\u3000a     | A                |
        | a Mongolian vowel separator  | \u180ea                 | A                |
        | a zero-width space           | \u200ba                 | \u200bA          |
        | a unit separator in the line | a\x1fb                  | A\x1fB           |

      Examples: capitals
        | what                    | text     | processed |
        | a sharp s               | straße   | STRAßE    |
        | a ligature              | ﬁn       | ﬁN        |
        | a letter with an iota   | ᾳ        | ᾼ         |
        | a dotless i             | ı        | I         |
        | Cyrillic and Greek      | жё ς     | ЖЁ Σ      |
        | Georgian                | აბგ      | აბგ       |
        | a letter beyond 16 bits | 𐐨        | 𐐀         |

  Rule: Bytes are processed as Python 2's strings

    @PRC-003
    Scenario Outline: <what>
      When Ada has the bytes "<bytes>" processed
      Then she gets the bytes "<processed>"

      Examples:
        | what                                  | bytes                   | processed              |
        | lines                                 | \s one\r\ntwo\s\n       | ONE\nTWO               |
        | Latin-1 has no capitals               | stra\xdfe \xe4          | STRA\xdfE \xe4         |
        | nor has UTF-8                         | \xc3\xa4b               | \xc3\xa4B              |
        | a no-break space is no white space    | \xa0a\xa0               | \xa0A\xa0              |
        | only these two end a line             | a\vb\fc\x1cd\x85e       | A\vB\fC\x1cD\x85E      |
        | what is no text at all                | \x00\xff\xfea\x00       | \x00\xff\xfeA\x00      |

  Rule: What is neither is refused in one sentence

    @PRC-004
    Scenario Outline: <what>
      When Ada has <what> processed
      Then she is told "<message>"

      Examples:
        | what                  | message                                                      |
        | nothing at all        | data is required.                                            |
        | a number              | data must be a string, or an object with base64 for bytes. |
        | a list                | data must be a string, or an object with base64 for bytes. |
        | no object             | The event must be a JSON object.                             |
        | bytes that are broken | base64 is not valid Base64.                                  |
        | bytes with a stray !  | base64 is not valid Base64.                                  |
        | half a character      | data holds half a surrogate pair, which is no character.     |
