@users @every-build
Feature: Changing and leaving the directory

  Rule: The e-mail address can be changed

    @USR-018
    Scenario: A new address replaces the old one
      Given "cleo" is in the directory with the address "cleo@example.com"
      When the address of "cleo" changes to "new.cleo@example.com"
      Then the directory confirms the new address "new.cleo@example.com"
      And the directory knows "cleo" with the address "new.cleo@example.com"

    @USR-019
    Scenario Outline: A change without an address (<how>) is refused
      Given "cleo" is in the directory with the address "cleo@example.com"
      When the address of "cleo" is changed with the address <how>
      Then the directory refuses because the e-mail address is required
      And the directory knows "cleo" with the address "cleo@example.com"

      Examples:
        | how      |
        | left out |
        | empty    |
        | null     |

    @USR-020
    Scenario: An address that is none is refused
      Given "cleo" is in the directory with the address "cleo@example.com"
      When the address of "cleo" changes to "not an address"
      Then the directory refuses because the e-mail address is not valid
      And the directory knows "cleo" with the address "cleo@example.com"

    @USR-021
    Scenario: Changing somebody unknown adds nobody
      # DynamoDB's UpdateItem creates what it doesn't find.
      When the address of "nobody" changes to "nobody@example.com"
      Then the directory refuses because it does not know the user
      And the directory does not know "nobody"

  Rule: Whoever leaves is forgotten

    @USR-022
    Scenario: An entry is removed
      Given "cleo" is in the directory with the address "cleo@example.com"
      When "cleo" leaves the directory
      Then the directory confirms that it removed the entry
      And the directory does not know "cleo"

    @USR-023
    Scenario: Nobody leaves twice
      Given "cleo" has left the directory
      When "cleo" leaves the directory
      Then the directory refuses because it does not know the user

    @USR-024
    Scenario: A username is free again after its owner left
      Given "cleo" has left the directory
      When "cleo" joins the directory with the address "second.cleo@example.com"
      Then the directory confirms that it added "cleo"
      And the directory knows "cleo" with the address "second.cleo@example.com"
