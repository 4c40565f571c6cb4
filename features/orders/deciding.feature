@orders @events @function.applyOrder @function.settleOrder
Feature: Deciding orders
  An accepted order is always decided: confirmed while the stock lasts, otherwise rejected.

  Background:
    Given the shop has 5 "walnut desks" left

  Rule: A confirmed order takes its quantity from the stock

    @ORD-041 @smoke
    Scenario: An order is confirmed
      When Ada orders 2 "walnut desks"
      Then Ada's order is soon confirmed
      And 3 "walnut desks" are soon left

    @ORD-042
    Scenario: The outcome heard twice changes nothing
      Given Ada has ordered 2 "walnut desks" and they were confirmed
      When the outcome of Ada's order is announced again
      Then in the end Ada's order is confirmed
      And in the end 3 "walnut desks" are left

    @ORD-043
    Scenario: An order has one outcome
      # A late rejection must not undo what the shopper was told.
      Given Ada has ordered 2 "walnut desks" and they were confirmed
      When a rejection of Ada's order is announced
      Then in the end Ada's order is confirmed

    @ORD-072 @serial @control @fixture.interruption
    Scenario: An outcome that nobody knows decides nothing
      # What is no confirmation is not therefore a rejection.
      Given Ada has ordered 2 "walnut desks" while the stockroom rests
      And an outcome of Ada's order was announced that nobody knows
      When the stockroom works again
      Then Ada's order is soon confirmed

    @ORD-044
    Scenario: An outcome of an order that never was changes nothing
      When the outcome of an order that never was is announced
      Then in the end the order is still not known

  Rule: Two shoppers never get the same item

    @ORD-045
    Scenario: Ten shoppers' requests for five desks
      # Checking the stock at the door is not enough: it must be checked again where it is taken.
      When Ada and Ben make 10 orders of 1 "walnut desks" at the same moment
      Then all accepted orders are soon decided
      And 5 of them are confirmed
      And in the end 0 "walnut desks" are left

    @ORD-046 @serial @control @fixture.interruption
    Scenario: What was sold meanwhile is rejected with the reason
      Given Ada has ordered 3 "walnut desks" while the stockroom rests
      And Ben has ordered 3 "walnut desks" while the stockroom rests
      When the stockroom works again
      Then Ada's order is soon confirmed
      And Ben's order is soon rejected because there is too little stock
      And in the end 2 "walnut desks" are left

  Rule: The shopper gets one mail about a confirmed order

    @ORD-047 @smoke @fixture.listening
    Scenario: A mail tells of the confirmation
      When Ada orders 2 "walnut desks"
      Then Ada soon gets a mail about her order
      And the mail is headed "Order Confirmation"

    @ORD-048 @fixture.listening
    Scenario: The outcome heard three times is mailed once
      Given Ada has ordered 2 "walnut desks" and they were confirmed
      When the outcome of Ada's order is announced 3 times
      Then in the end Ada has got exactly one mail about her order

    @ORD-049 @fixture.listening
    Scenario: The order message delivered three times is mailed once
      Given Ada has ordered 2 "walnut desks" and they were confirmed
      When the order message of Ada's order arrives 3 times more
      Then in the end Ada has got exactly one mail about her order
      And in the end 3 "walnut desks" are left

    @ORD-050 @serial @control @fixture.listening @fixture.interruption
    Scenario: A rejected order is not mailed
      Given Ada has ordered 3 "walnut desks" while the stockroom rests
      And the shopkeeper has counted 1 "walnut desks"
      When the stockroom works again
      Then Ada's order is soon rejected because there is too little stock
      And in the end Ada has got no mail about her order
