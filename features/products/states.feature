@products
Feature: Changing only what one has seen
  Every state of a product has its own mark. Whoever knows the mark saves reading again, and cannot overwrite what others did meanwhile.

  Background:
    Given the catalogue has "walnut desk" priced at 49900 "EUR"

  Rule: What has not changed is not sent again

    @PRD-014
    Scenario: An unchanged product is not sent again
      Given Ada has looked at "walnut desk"
      When Ada looks at "walnut desk" again
      Then Ada is told that nothing has changed

    @PRD-015
    Scenario: A changed product is sent again
      # A mark made of the identifier alone would never change.
      Given Ada has looked at "walnut desk"
      And the shopkeeper has priced the "walnut desk" at 39900 "EUR"
      When Ada looks at "walnut desk" again
      Then Ada sees "walnut desk" priced at 39900 "EUR"
      And its mark differs from the one Ada saw before

  Rule: A product is changed only by one who has seen its last state

    @PRD-016
    Scenario: A change on top of the last state is made
      When the shopkeeper prices the "walnut desk" at 39900 "EUR" having seen its last state
      Then the catalogue confirms "walnut desk" priced at 39900 "EUR"
      And the catalogue shows "walnut desk" priced at 39900 "EUR"

    @PRD-017
    Scenario: A change without naming a state is refused
      When the shopkeeper prices the "walnut desk" at 1 "EUR" without naming a state
      Then the catalogue refuses because it must know which state was seen
      And the catalogue shows "walnut desk" priced at 49900 "EUR"

    @PRD-018
    Scenario: A change on top of an old state is refused
      Given the shopkeeper has looked at "walnut desk"
      And the shopkeeper has priced the "walnut desk" at 39900 "EUR"
      When the shopkeeper prices the "walnut desk" at 1 "EUR" having seen the earlier state
      Then the catalogue refuses because the product has changed meanwhile
      And the catalogue shows "walnut desk" priced at 39900 "EUR"

    @PRD-019
    Scenario: A change whatever the state is made
      When the shopkeeper prices the "walnut desk" at 39900 "EUR" whatever its state
      Then the catalogue shows "walnut desk" priced at 39900 "EUR"

    @PRD-020
    Scenario: Of many changes on top of one state exactly one is made
      # Comparing marks before writing instead of while writing lets several through.
      When the shopkeeper makes 6 different changes to "walnut desk" at the same moment, 4 times over
      Then exactly one of them is made each time
      And all other changes are refused each time because the product has changed meanwhile
      And the catalogue shows the last change made

    @PRD-021
    Scenario: Removing an old state is refused
      Given the shopkeeper has looked at "walnut desk"
      And the shopkeeper has priced the "walnut desk" at 39900 "EUR"
      When the shopkeeper removes the "walnut desk" having seen the earlier state
      Then the catalogue refuses because the product has changed meanwhile
      And the catalogue shows "walnut desk" priced at 39900 "EUR"
