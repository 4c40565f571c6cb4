@etl @function.loadObject @fixture.announcements
Feature: The same file again

  Background:
    Given Ada has dropped "sales.csv" holding
      """
      id,name,amount,date
      #oak,Oak desk,12.50,2026-01-31
      #bad,Chair,many,2026-01-31
      """

  Rule: The same object twice changes nothing

    @ETL-040
    Scenario: The message comes again
      # Loading anew would bring back what another file has replaced since.
      Given Ada has dropped "corrections.csv" holding
        """
        id,name,amount,date
        #oak,Ash desk,12.50,2026-01-31
        """
      When the message about "sales.csv" comes again
      Then in the end the record "#oak" is still called "Ash desk"
      And the only reject of "sales.csv" is on line 3, for amount is not valid

    @ETL-041
    Scenario: The file is dropped again
      Given Ada has dropped "corrections.csv" holding
        """
        id,name,amount,date
        #oak,Ash desk,12.50,2026-01-31
        """
      When Ada drops "sales.csv" once more
      Then in the end the record "#oak" is still called "Ash desk"
      And the only reject of "sales.csv" is on line 3, for amount is not valid

    @ETL-042
    Scenario: The outcome is announced again
      # Whoever missed the first announcement must get another chance.
      When the message about "sales.csv" comes again
      Then every announcement about "sales.csv" says the same

  Rule: A new version of a file replaces what the old one left

    @ETL-043
    Scenario: A corrected file
      When Ada drops "sales.csv" holding
        """
        id,name,amount,date
        #oak,Oak desk,14.00,2026-01-31
        #bad,Chair,3,2026-01-31
        """
      Then the rows of "sales.csv" become these records
        | id   | name     | amount |
        | #oak | Oak desk | 14     |
        | #bad | Chair    | 3      |
      And "sales.csv" has no rejects
      And it is announced that 2 rows of "sales.csv" were loaded and 0 rejected
