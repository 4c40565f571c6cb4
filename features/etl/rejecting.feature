@etl @function.loadObject @fixture.announcements
Feature: Setting bad rows aside

  Rule: A bad row is kept with its line and the reason, and the others are loaded

    @ETL-020
    Scenario: Good and bad rows
      When Ada drops "sales.csv" holding
        """
        id,name,amount,date
        #oak,Oak desk,12.50,2026-01-31
        #bad,,many,2026-01-31
        #short,Chair
        #pine,Chair,1,2026-01-31
        #long,Chair,1,2026-01-31,more
        """
      Then the rows of "sales.csv" become these records
        | id    | name     |
        | #oak  | Oak desk |
        | #pine | Chair    |
      And the rejects of "sales.csv" are
        | line | reason                                  |
        | 3    | name is missing; amount is not valid    |
        | 4    | 2 cells under 4 columns                 |
        | 6    | 5 cells under 4 columns                 |
      And there is no record "#bad"
      And it is announced that 2 rows of "sales.csv" were loaded and 3 rejected

    @ETL-021
    Scenario Outline: A row with the <column> "<written>"
      When Ada drops "sales.csv" with the <column> "<written>"
      Then the only reject of "sales.csv" is on line 2, for <reason>
      And the reject of "sales.csv" shows its row

      Examples:
        | column | written            | reason              |
        | id     | two words          | id is not valid     |
        | id     | Бюро               | id is not valid     |
        | id     | \s                 | id is missing       |
        | name   | \s\t               | name is missing     |
        | amount | 1.234              | amount is not valid |
        | amount | 1e3                | amount is not valid |
        | amount | 12 EUR             | amount is not valid |
        | amount | 1000000000000      | amount is not valid |
        | date   | 31.01.2026         | date is not valid   |
        | date   | 2026-02-29         | date is not valid   |
        | date   | 20260131           | date is not valid   |

    @ETL-022
    Scenario Outline: A row with <flaw>
      When Ada drops "sales.csv" with <flaw>
      Then both good rows of "sales.csv" become records
      And the only reject of "sales.csv" is on line 3, for <flaw>

      Examples:
        | flaw                    |
        | bytes that are no UTF-8 |
        | a NUL character         |
        | an enormous line        |

    @ETL-023
    Scenario: A stray quote costs one row
      # A reader that follows the quote takes every row up to the next one with it.
      When Ada drops "sales.csv" holding
        """
        id,name,amount,date
        #oak,"Oak desk,12.50,2026-01-31
        #pine,Chair,1,2026-01-31
        #ash,"Shelf, ash",1,2026-01-31
        """
      Then the only reject of "sales.csv" is on line 2, for a quote out of place
      And the rows of "sales.csv" become these records
        | id    | name       |
        | #pine | Chair      |
        | #ash  | Shelf, ash |

    @ETL-024
    Scenario: Lines inside cells count as lines
      When Ada drops "sales.csv" holding
        """
        id,name,amount,date
        #oak,"Oak

        desk",12.50,2026-01-31
        #pine,Chair,x,2026-01-31
        """
      Then the only reject of "sales.csv" is on line 5, for amount is not valid

    @ETL-025
    Scenario: Two rows with one id
      # Writing both loses one without a word.
      When Ada drops "sales.csv" holding
        """
        id,name,amount,date
        #oak,Oak desk,12.50,2026-01-31
        #pine,Chair,1,2026-01-31
        #oak,Another desk,1,2026-01-31
        """
      Then the only reject of "sales.csv" is on line 4, for id already stands on line 2
      And the rows of "sales.csv" become these records
        | id   | name     |
        | #oak | Oak desk |

    @ETL-026
    Scenario: Bad lines of JSON
      When Ada drops "sales.jsonl" with good and bad lines of JSON
      Then both good rows of "sales.jsonl" become records
      And the rejects of "sales.jsonl" are
        | line | reason            |
        | 2    | not a JSON object |
        | 3    | not a JSON object |
        | 4    | id stands twice   |
        | 6    | id is not valid   |

  Rule: What cannot be loaded at all is announced as failed

    @ETL-030
    Scenario Outline: <what>
      When Ada drops <what>, which is hopeless
      Then it is announced that <what> failed, since <reason>

      Examples:
        | what                                    | reason                     |
        | a picture                               | neither CSV nor JSON lines |
        | a table that is compressed              | neither CSV nor JSON lines |
        | half a compressed file named as a table | the header is not readable |
        | a table in UTF-16                       | the header is not readable |
        | an empty table                          | the header is missing      |
        | a table without amounts                 | column amount is missing   |
        | a table with two columns of amounts     | column amount stands twice |

    @ETL-031
    Scenario: A file that was deleted before it was loaded
      Given Ada has dropped "sales.csv" with 3 good rows
      When a message tells of "sales.csv" after it was deleted
      Then it is announced that "sales.csv" failed because the object is gone

    @ETL-032
    Scenario: A hopeless version leaves no rejects of the one before
      Given Ada has dropped "sales.csv" holding
        """
        id,name,amount,date
        #oak,,12.50,2026-01-31
        """
      When Ada drops "sales.csv" holding
        """
        id,name
        """
      Then it is announced that "sales.csv" failed because column amount is missing
      And "sales.csv" has no rejects
