@users @every-build
Feature: Looking people up in the directory

  Rule: An entry shows username and e-mail address

    @USR-010
    Scenario: A known username is found
      Given "cleo" is in the directory with the address "cleo@example.com"
      When Ada looks up "cleo" in the directory
      Then Ada sees "cleo" with the address "cleo@example.com" and nothing else

    @USR-011 @reads
    Scenario: An unknown username is not found
      When Ada looks up "nobody" in the directory
      Then the directory refuses because it does not know the user

  Rule: The whole directory can be read

    @USR-012
    Scenario: The list holds everybody
      Given "cleo", "dora" and "emil" are in the directory
      When Ada reads the whole directory
      Then the list holds "cleo", "dora" and "emil" with their addresses

    @USR-029
    Scenario: The list of a large directory holds everybody too
      # A list that ends with the first hundred, all that the store gives at once, looks whole in a small directory.
      Given more than 100 people are in the directory
      And "cleo", "dora" and "emil" are in the directory
      When Ada reads the whole directory
      Then the list holds more than 100 people
      And the list holds "cleo", "dora" and "emil" with their addresses

  Rule: The directory can be read page by page

    @USR-013
    Scenario: Following the pages shows everybody exactly once
      # A cursor that skips or repeats somebody at a page's edge would go unnoticed with one page,
      # and with claims about the newcomers only.
      Given 5 newcomers are in the directory
      When Ada reads the directory to its end in at least 3 pages
      Then every page but the last was full
      And she met everybody exactly once

    @USR-014
    Scenario: A page that holds everybody says that nobody follows
      Given "cleo", "dora" and "emil" are in the directory
      When Ada reads the whole directory
      Then the list says that nobody follows

    @USR-015 @reads
    Scenario Outline: A page of <limit> is refused
      When Ada reads a page of <limit> of the directory
      Then the directory refuses because the page size is out of range

      Examples:
        | limit |
        | 0     |
        | 101   |
        | -1    |
        | two   |

    @USR-016
    Scenario Outline: A page of <limit> is the <which> possible
      Given "cleo" is in the directory with the address "cleo@example.com"
      When Ada reads a page of <limit> of the directory
      Then the page holds at most <limit> people

      Examples:
        | limit | which    |
        | 1     | smallest |
        | 100   | largest  |

    @USR-017 @reads
    Scenario: A made-up cursor is refused
      When Ada continues reading the directory at a cursor she made up
      Then the directory refuses because it never gave out this cursor
