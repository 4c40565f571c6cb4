@etl @function.loadObject @serial @control @fixture.interruption @fixture.announcements
Feature: Standing whatever comes
  The loader may die at any moment, files may change while they are read, or be larger than memory.

  Rule: Each row counts once, wherever the loader dies

    @ETL-060
    Scenario: The loader dies among the records
      Given the loader is caught writing the records of Ada's "sales.csv" of 120 rows
      When the loader dies before it is done and is started again
      Then all 120 rows of "sales.csv" are records, each once
      And "sales.csv" has no rejects

    @ETL-061
    Scenario: The loader dies before it learns that records are written
      Given the loader is caught writing the records of Ada's "sales.csv" of 120 rows
      When the loader dies, but what it was about to do is done, and it is started again
      Then all 120 rows of "sales.csv" are records, each once

    @ETL-062
    Scenario: The loader dies before the rejects are kept
      Given the loader is caught keeping the rejects of Ada's "sales.csv" holding
        """
        id,name,amount,date
        #oak,Oak desk,12.50,2026-01-31
        #bad,Chair,many,2026-01-31
        """
      When the loader dies before it is done and is started again
      Then the only reject of "sales.csv" is on line 3, for amount is not valid
      And the rows of "sales.csv" become these records
        | id   | name     |
        | #oak | Oak desk |

    @ETL-063
    Scenario: The loader dies before the announcement
      # What is remembered as loaded must still be announced.
      Given the loader is caught announcing Ada's "sales.csv" of 3 rows
      When the loader dies before it is done and is started again
      Then it is announced that 3 rows of "sales.csv" were loaded and 0 rejected
      And all 3 rows of "sales.csv" are records, each once

    @ETL-065
    Scenario: The table leaves records unprocessed
      # DynamoDB says so in an answer that succeeds: whoever doesn't read it loses them.
      Given the loader is caught writing the records of Ada's "sales.csv" of 120 rows
      When the table leaves these records unprocessed
      Then all 120 rows of "sales.csv" are records, each once

  Rule: A file that changes while it is read counts as it was dropped last

    @ETL-064
    Scenario: The file is overwritten in the middle
      # Reading on in the new version loads and announces it under the old one's name.
      Given the loader is caught reading Ada's "sales.csv" of 3 rows
      When Ada drops a new "sales.csv" meanwhile, holding
        """
        id,name,amount,date
        #new,Ash desk,12.50,2026-01-31
        #newer,A cell of some length so that the new version is longer than the old,12.50,2026-01-31
        #newest,Another cell of some length so that the new version is longer than the old,12.50,2026-01-31
        """
      Then it is announced that 3 rows of "sales.csv" were loaded and 0 rejected
      And the rows of "sales.csv" become these records
        | id   | name     |
        | #new | Ash desk |
      And in the end "sales.csv" was announced once only
      And there is no record "#sales0"

  Rule: Memory does not grow with the file

    @ETL-013
    Scenario: A large file
      # Reading the file, its rows or its rejects as a whole shows here.
      When Ada drops "large.csv" of 64 MB
      Then it is announced that 1000 rows of "large.csv" were loaded and 1200 rejected
      And the loader has needed less than 40 MB more than before
