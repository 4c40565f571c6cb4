@orders
Feature: Changing orders

  Background:
    Given the shop has 9 "walnut desks" left

  Rule: The quantity can be changed while the order is pending

    @ORD-051 @serial @control @fixture.interruption
    Scenario: The stock loses the new quantity
      # The old quantity is already on its way to the stockroom.
      Given Ada has ordered 2 "walnut desks" while the stockroom rests
      And Ada has changed her order to 5 "walnut desks"
      When the stockroom works again
      Then Ada's order is soon confirmed
      And Ada's order is of 5 "walnut desks"
      And in the end 4 "walnut desks" are left

    @ORD-052 @serial @control @fixture.interruption
    Scenario: The last of several changes counts
      Given Ada has ordered 2 "walnut desks" while the stockroom rests
      And Ada has changed her order to 8 "walnut desks"
      And Ada has changed her order to 1 "walnut desks"
      When the stockroom works again
      Then Ada's order is soon confirmed
      And in the end 8 "walnut desks" are left

    @ORD-053 @serial @control @fixture.interruption
    Scenario: A change to more than there is gets the order rejected
      # The smaller quantity asked for first must not stay taken.
      Given Ada has ordered 2 "walnut desks" while the stockroom rests
      And Ada has changed her order to 10 "walnut desks"
      When the stockroom works again
      Then Ada's order is soon rejected because there is too little stock
      And in the end 9 "walnut desks" are left

    @ORD-073 @serial @control @fixture.interruption
    Scenario: The outcome of the quantity before decides nothing
      # The stockroom had decided already, and the news comes after the change.
      Given Ada has ordered 2 "walnut desks" while the stockroom rests
      And Ada has changed her order to 10 "walnut desks"
      And the confirmation of what Ada ordered first has come
      When the stockroom works again
      Then Ada's order is soon rejected because there is too little stock

  Rule: A decided order is not changed any more

    @ORD-054
    Scenario: A confirmed order keeps its quantity
      Given Ada has ordered 2 "walnut desks" and they were confirmed
      When Ada changes her order to 3 "walnut desks"
      Then Ada is refused because the order is no longer pending
      And Ada's order is of 2 "walnut desks"
      And in the end 7 "walnut desks" are left

    @ORD-055
    Scenario: A cancelled order keeps its quantity
      Given Ada has cancelled an order of 2 "walnut desks"
      When Ada changes her order to 3 "walnut desks"
      Then Ada is refused because the order is no longer pending
      And in the end 9 "walnut desks" are left

  Rule: Only the owner and the shopkeeper change an order

    @ORD-056 @serial @control @fixture.interruption
    Scenario: The shopkeeper changes a shopper's order
      Given Ada has ordered 2 "walnut desks" while the stockroom rests
      When the shopkeeper changes Ada's order to 3 "walnut desks"
      Then Ada's order is of 3 "walnut desks"

    @ORD-057
    Scenario Outline: <who> cannot change Ada's order
      Given Ada has ordered 2 "walnut desks"
      When <who> changes Ada's order to 3 "walnut desks"
      Then <who> is refused because <reason>
      And Ada's order is of 2 "walnut desks"

      Examples:
        | who       | reason              |
        | Ben       | it is not his to do |
        | a visitor | nobody is logged in |

    @ORD-058
    Scenario: An order that never was cannot be changed
      When Ada changes an order that never was
      Then Ada is refused because the order is not known

  Rule: A changed order is for 1 to 100 pieces too

    @ORD-059
    Scenario Outline: <quantity> pieces are refused
      Given Ada has ordered 2 "walnut desks"
      When Ada changes her order to the quantity <quantity>
      Then Ada is refused because the quantity is not valid
      And Ada's order is of 2 "walnut desks"

      Examples:
        | quantity |
        | 0        |
        | 101      |
        | 1.5      |
        | "2"      |
        | null     |
