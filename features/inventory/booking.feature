@inventory @events @function.applyOrder
Feature: Booking orders out of the stock
  Orders reach the stockroom as messages: late, twice, or in a form nobody can read.

  Background:
    Given the shopkeeper has counted 5 "oak chairs"

  Rule: An order that fits is taken from the stock and confirmed

    @EVT-001 @smoke @fixture.listening
    Scenario: An order is booked
      When an order message for 2 "oak chairs" arrives
      Then 3 "oak chairs" are soon left
      And the stockroom soon announces that the order is confirmed

    @EVT-002
    Scenario: The last items can be ordered
      # A stock that must stay above zero would pass every other scenario.
      When an order message for 5 "oak chairs" arrives
      Then 0 "oak chairs" are soon left

  Rule: An order is booked once however often its message comes

    @EVT-003
    Scenario: The same message three times
      When an order message for 2 "oak chairs" arrives 3 times
      Then in the end 3 "oak chairs" are left

    @EVT-004
    Scenario: The same message again after the order was booked
      # Remembering within one batch is not enough.
      Given an order message for 2 "oak chairs" was booked
      When the same order message arrives again
      Then in the end 3 "oak chairs" are left

    @EVT-005 @fixture.listening
    Scenario: A repeated message announces the same outcome
      # Whoever missed the first announcement must get another chance.
      Given an order message for 2 "oak chairs" was booked and announced
      When the same order message arrives again
      Then the stockroom soon announces once more that the order is confirmed

    @EVT-006
    Scenario: An order rejected once stays rejected when the stock grows
      # Deciding anew would give the order two outcomes.
      Given an order message for 6 "oak chairs" was rejected
      And the shopkeeper has counted 50 "oak chairs"
      When the same order message arrives again
      Then in the end 50 "oak chairs" are left

  Rule: An order that does not fit is rejected with a reason

    @EVT-007 @fixture.listening
    Scenario: More than there is
      When an order message for 6 "oak chairs" arrives
      Then the stockroom soon announces that the order is rejected because there is too little stock
      And in the end 5 "oak chairs" are left

    @EVT-008 @fixture.listening
    Scenario: A product nobody counted
      When an order message for 1 "unheard-of things" arrives
      Then the stockroom soon announces that the order is rejected because the product is not known

  Rule: The stock never goes below zero

    @EVT-009
    Scenario: Twelve orders for five chairs
      When 12 order messages for 1 "oak chairs" each arrive together
      Then in the end 0 "oak chairs" are left

  Rule: A cancelled order is taken back into the stock once

    @EVT-012 @function.releaseStock
    Scenario: The same release three times
      Given an order message for 2 "oak chairs" was booked
      When the release of the order arrives 3 times
      Then in the end 5 "oak chairs" are left

    @EVT-013 @function.releaseStock
    Scenario: A release that overtakes its order
      # The late order must not take stock that nobody will ever give back.
      Given the release of an order has arrived before the order
      When the overtaken order message for 2 "oak chairs" arrives
      Then in the end 5 "oak chairs" are left

    @EVT-014 @function.releaseStock
    Scenario: A released order is not booked again
      Given an order message for 2 "oak chairs" was booked
      And the release of the order was booked
      When the same order message arrives again
      Then in the end 5 "oak chairs" are left

    @EVT-019 @function.releaseStock
    Scenario: A change that comes after the release is not booked
      # That this state of the order was seen before is no reason here: it was not.
      Given an order message for 2 "oak chairs" was booked
      And the release of the order was booked
      When the order message arrives again, changed to 3
      Then in the end 5 "oak chairs" are left

    @EVT-015
    Scenario: Releasing a rejected order gives nothing back
      Given an order message for 6 "oak chairs" was rejected
      When the release of the order arrives
      Then in the end 5 "oak chairs" are left
