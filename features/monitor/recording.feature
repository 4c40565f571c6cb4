@monitor @control @function.recordMetrics
Feature: Recording page views

  Rule: Page views are counted under MyApp as PageViews

    @MON-060
    Scenario: Views of a page
      Given 3 views of the page "home" were recorded
      When 4 views of the page "home" are recorded
      Then 7 views of the page "home" are counted

    @MON-061
    Scenario: Each page is counted by itself
      Given 3 views of the page "home" were recorded
      When 4 views of the page "cart" are recorded
      Then 3 views of the page "home" are counted
      And 4 views of the page "cart" are counted

    @MON-062 @serial
    Scenario: Views without a page count in the total
      # Alone, since the total is everybody's.
      Given the total of views is known
      When 5 views are recorded
      Then the total of views has grown by 5

    @MON-063
    Scenario: The answer says what was recorded
      When 2 views of the page "home" are recorded
      Then the answer says that 2 views were recorded

  Rule: What is no count of views is refused

    @MON-064
    Scenario Outline: <flaw>
      When views with <flaw> are recorded
      Then they are refused with "<message>"

      Examples:
        | flaw                    | message                                                                         |
        | no count                | views is required.                                                              |
        | a count of 0            | views must be an integer from 1 to 1000000.                                     |
        | a count of 1,000,001    | views must be an integer from 1 to 1000000.                                     |
        | a count of one and half | views must be an integer from 1 to 1000000.                                     |
        | a count in words        | views must be an integer from 1 to 1000000.                                     |
        | a page with spaces      | page must be 1 to 255 visible ASCII characters, the first of them no colon.     |
        | a page of 256 letters   | page must be 1 to 255 visible ASCII characters, the first of them no colon.     |
        | a field nobody knows    | Unknown field: colour                                                           |
        | nothing but a list      | The payload must be a JSON object.                                              |
