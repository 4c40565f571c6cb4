@etl @function.loadObject @control @fixture.announcements
Feature: Putting messages aside that tell of no file

  Rule: A message that cannot be read is tried three times and put aside, untouched

    @ETL-070 @waits
    Scenario Outline: <flaw>
      When the loader gets <flaw>
      Then the message is soon put aside, untouched
      And the loader tried it 3 times

      Examples:
        | flaw                           |
        | a message that is not JSON     |
        | a message without any object   |
        | a message about another bucket |

    @ETL-071
    Scenario: Good messages are not held up
      Given the loader has got a message that is not JSON
      When Ada drops "sales.csv" with blank lines
      Then both good rows of "sales.csv" become records

  Rule: The message by which S3 tries a queue is passed over

    @ETL-072
    Scenario: S3 tries whether it may tell the loader
      When S3 tries whether it may tell the loader
      Then the loader soon takes it without a word
