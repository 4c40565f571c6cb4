@orders
Feature: Repeating an order request
  Whoever got no answer asks again under the same key, and is not served twice.

  Background:
    Given the shop has 5 "walnut desks" left

  Rule: The same request under the same key gets the same answer

    @ORD-019 @smoke
    Scenario: A repeated request is answered again, not done again
      # Looking at the stock too: a service that only hides the second order would pass otherwise.
      Given Ada has ordered 2 "walnut desks" under the key "first"
      When Ada orders 2 "walnut desks" under the key "first"
      Then Ada gets the first answer again, marked as a repetition
      And Ada has exactly one order of "walnut desks"
      And in the end 3 "walnut desks" are left

    @ORD-020
    Scenario: The first answer is not marked as a repetition
      When Ada orders 2 "walnut desks" under the key "first"
      Then Ada's order of 2 "walnut desks" is accepted and pending
      And the answer is not marked as a repetition

    @ORD-021
    Scenario: The same answer even after the order was decided
      # Answering with the order as it is now would not be the first answer.
      Given Ada has ordered 2 "walnut desks" under the key "first"
      And Ada's order was confirmed
      When Ada orders 2 "walnut desks" under the key "first"
      Then Ada gets the first answer again, marked as a repetition

    @ORD-022
    Scenario: The same answer even when the shop has sold out since
      Given Ada has ordered 5 "walnut desks" under the key "first"
      And Ada's order was confirmed
      When Ada orders 5 "walnut desks" under the key "first"
      Then Ada gets the first answer again, marked as a repetition

    @ORD-023
    Scenario: Many at the same moment become one order
      When Ada orders 1 "walnut desks" 6 times at the same moment under one key
      Then all accepted answers name the same order
      And Ada has exactly one order of "walnut desks"
      And in the end 4 "walnut desks" are left

  Rule: Another request under the same key is refused

    @ORD-024
    Scenario: Another quantity under the same key
      Given Ada has ordered 2 "walnut desks" under the key "first"
      When Ada orders 3 "walnut desks" under the key "first"
      Then Ada's order is refused because the key was used for something else
      And Ada has exactly one order of "walnut desks"
      And in the end 3 "walnut desks" are left

    @ORD-025
    Scenario: Another product under the same key
      Given Ada has ordered 2 "walnut desks" under the key "first"
      And the shop has 9 "paper clips" left
      When Ada orders 2 "paper clips" under the key "first"
      Then Ada's order is refused because the key was used for something else
      And in the end 9 "paper clips" are left

  Rule: A key belongs to one shopper

    @ORD-026
    Scenario: Two shoppers may use one key
      # Keeping keys for all shoppers together would show Ben Ada's order.
      Given Ada has ordered 2 "walnut desks" under the key "first"
      When Ben orders 2 "walnut desks" under the key "first"
      Then Ben's order of 2 "walnut desks" is accepted and pending
      And the answer is not marked as a repetition
      And in the end 1 "walnut desks" are left

  Rule: Only an accepted order uses up its key

    @ORD-027
    Scenario: A refused request may be made again under its key
      Given Ada was refused 6 "walnut desks" under the key "first"
      And the shop has 10 "walnut desks" left
      When Ada orders 6 "walnut desks" under the key "first"
      Then Ada's order of 6 "walnut desks" is accepted and pending

  Rule: A key has 1 to 128 visible characters

    @ORD-028
    Scenario: A key of 129 characters is refused
      When Ada orders 1 "walnut desks" under a key of 129 characters
      Then Ada's order is refused because the key is not valid

    @ORD-029
    Scenario: A key of 128 characters is accepted
      When Ada orders 1 "walnut desks" under a key of 128 characters
      Then Ada's order of 1 "walnut desks" is accepted and pending
