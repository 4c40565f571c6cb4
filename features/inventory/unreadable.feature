@inventory @events @waits @function.applyOrder
Feature: Putting unreadable messages aside

  Background:
    Given the shopkeeper has counted 5 "oak chairs"

  Rule: A message that cannot be read is put aside untouched, and holds nobody up

    @EVT-010
    Scenario: Unreadable messages among good ones
      # Failing the whole batch would bring the good messages back until they are put aside too.
      When order messages for 1 and 2 "oak chairs" arrive together with these
        | flaw                |
        | not JSON at all     |
        | without an order    |
        | without a product   |
        | a quantity of 0     |
        | a quantity in words |
        | a field nobody knows |
      Then 2 "oak chairs" are soon left
      And every unreadable message is soon put aside, untouched
      And none of the good messages is put aside
