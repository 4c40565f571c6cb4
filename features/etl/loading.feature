@etl @function.loadObject @fixture.announcements
Feature: Loading rows
  Ada drops files into the raw bucket; the loader makes records of their rows.

  Rule: Good rows become records

    @ETL-001 @smoke
    Scenario: The rows of a table
      When Ada drops "sales.csv" holding
        """
        id,name,amount,date,note
        #oak,Oak desk,12.50,2026-01-31,to the back door
        #pine,Pine chair,-3,2026-02-28,
        """
      Then the rows of "sales.csv" become these records
        | id    | name       | amount | date       | note             |
        | #oak  | Oak desk   | 12.5   | 2026-01-31 | to the back door |
        | #pine | Pine chair | -3     | 2026-02-28 | nothing          |
      And "#pine" says where it came from: line 3 of "sales.csv"
      And "sales.csv" has no rejects

    @ETL-002
    Scenario: Lines of JSON
      When Ada drops "sales.jsonl" holding lines of JSON
        | id    | name       | amount   | date         |
        | #oak  | "Oak desk" | 12.50    | "2026-01-31" |
        | #pine | "Chair"    | "-3.00"  | "2026-02-28" |
      Then the rows of "sales.jsonl" become these records
        | id    | name     | amount | date       |
        | #oak  | Oak desk | 12.5   | 2026-01-31 |
        | #pine | Chair    | -3     | 2026-02-28 |

    @ETL-003
    Scenario: Columns in any order, and columns nobody asked for
      # Reading cells by their place would pass every other scenario.
      When Ada drops "sales.csv" holding
        """
        colour,DATE, Amount ,name,id
        red,2026-01-31,1,Oak desk,#oak
        """
      Then the rows of "sales.csv" become these records
        | id   | name     | amount | date       | colour  |
        | #oak | Oak desk | 1      | 2026-01-31 | nothing |

  Rule: A table may be written as RFC 4180 allows

    @ETL-004
    Scenario: Commas, quotes and line ends in a cell
      When Ada drops "sales.csv" holding
        """
        id,name,amount,date
        #oak,"Desk, ""oak""",1,2026-01-31
        #pine,"Chair,
        pine",2,"2026-01-31"
        #ash,Shelf,3,2026-01-31
        """
      Then the rows of "sales.csv" become these records
        | id    | name         | amount |
        | #oak  | Desk, "oak"  | 1      |
        | #pine | Chair, pine  | 2      |
        | #ash  | Shelf        | 3      |
      And "#ash" says where it came from: line 5 of "sales.csv"

    @ETL-005
    Scenario Outline: A table with <kind>
      When Ada drops "sales.csv" with <kind>
      Then both good rows of "sales.csv" become records
      And "sales.csv" has no rejects

      Examples:
        | kind              |
        | a byte order mark |
        | carriage returns  |
        | no last line end  |
        | blank lines       |

  Rule: Values are cleaned

    @ETL-006
    Scenario Outline: <column> "<written>" is stored as "<stored>"
      When Ada drops "sales.csv" with the <column> "<written>"
      Then the <column> in "sales.csv" is stored as "<stored>"

      Examples:
        | column | written                | stored          |
        | name   | \s\sOak\s\s\tdesk\s    | Oak desk        |
        | name   | Бюро                   | Бюро            |
        | amount | \s10.50\s              | 10.5            |
        | amount | 0100                   | 100             |
        | amount | 999999999999.99        | 999999999999.99 |
        | date   | \s2024-02-29\s         | 2024-02-29      |

  Rule: The outcome is announced

    @ETL-007
    Scenario: How many rows were loaded and how many not
      When Ada drops "sales.csv" holding
        """
        id,name,amount,date
        #oak,Oak desk,12.50,2026-01-31
        #pine,,12.50,2026-01-31
        #ash,Shelf,9.99,2026-01-31
        """
      Then it is announced that 2 rows of "sales.csv" were loaded and 1 rejected

    @ETL-008
    Scenario: A table without a row
      When Ada drops "sales.csv" holding
        """
        id,name,amount,date
        """
      Then it is announced that 0 rows of "sales.csv" were loaded and 0 rejected

    @ETL-009
    Scenario: The request id goes with the file
      When Ada drops "sales.csv" with blank lines
      Then the announcement about "sales.csv" carries Ada's request id
      And so do the loader's lines about "sales.csv"

    @ETL-014
    Scenario: A file that bears somebody's e-mail address
      # How people call their files is theirs, and the log tells which file it was about.
      When Ada drops "cleo@example.com.csv" with blank lines
      Then the loader has written lines about "cleo@example.com.csv", in none of which the address stands

  Rule: Keys arrive URL-encoded

    @ETL-010
    Scenario Outline: A file called <name>
      # Taking the key as it stands in the message finds nothing, or another file.
      When Ada drops "<name>" with blank lines
      Then both good rows of "<name>" become records

      Examples:
        | name                |
        | two words.csv       |
        | one+one.csv         |
        | 100%.csv            |
        | a%20b+c&d=e?f.csv   |
        | Ada's/März/Бюро.csv |

  Rule: Files are loaded beside each other

    @ETL-011
    Scenario: Two files at the same moment
      When Ada drops "one.csv" and "two.csv" of 60 rows each at the same moment
      Then all 60 rows of "one.csv" are records, each once
      And all 60 rows of "two.csv" are records, each once

    @ETL-012
    Scenario: One message about two files
      Given Ada has dropped "one.csv" with 3 good rows
      And Ada has dropped "two.csv" with 3 good rows
      When one message tells of both "one.csv" and "two.csv"
      Then all 3 rows of "one.csv" are records, each once
      And all 3 rows of "two.csv" are records, each once
