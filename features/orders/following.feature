@orders
Feature: Following one's orders

  Background:
    Given the shop has 1000000 "walnut desks" left

  Rule: An order is shown to its owner and to the shopkeeper

    @ORD-030 @load
    Scenario Outline: <who> sees Ada's order
      Given Ada has ordered 2 "walnut desks"
      When <who> looks at Ada's order
      Then <who> sees Ada's order of 2 "walnut desks"

      Examples:
        | who            |
        | Ada            |
        | the shopkeeper |

    @ORD-074 @load
    Scenario: Ada follows her order to its confirmation
      When Ada orders 2 "walnut desks"
      Then Ada's order is soon confirmed

    @ORD-031
    Scenario Outline: <who> does not see Ada's order
      Given Ada has ordered 2 "walnut desks"
      When <who> looks at Ada's order
      Then <who> is refused because <reason>

      Examples:
        | who       | reason              |
        | Ben       | it is not his to do |
        | a visitor | nobody is logged in |

    @ORD-032
    Scenario: An order that never was is not found
      When Ada looks at an order that never was
      Then Ada is refused because the order is not known

  Rule: Shoppers list their own orders and nobody else's

    @ORD-033
    Scenario: Ada's list holds her orders and not Ben's
      Given Ada has ordered 2 "walnut desks"
      And Ben has ordered 3 "walnut desks"
      When Ada lists her orders
      Then the list holds Ada's order and not Ben's
      And every order in the list is Ada's

    @ORD-034
    Scenario: Even the shopkeeper lists only the own orders
      Given Ada has ordered 2 "walnut desks"
      When the shopkeeper lists the own orders
      Then the list does not hold Ada's order

    @ORD-035
    Scenario: A visitor has no list
      When a visitor lists orders
      Then the visitor is refused because nobody is logged in

    @ORD-036
    Scenario: The newest order comes first
      Given Ada has ordered 1, 2 and 3 "walnut desks" in turn
      When Ada lists her orders
      Then the list shows her orders of 3, 2 and 1 "walnut desks" in this sequence

    @ORD-037
    Scenario: Following the pages shows every order exactly once
      Given Ada has ordered 1, 2 and 3 "walnut desks" in turn
      When Ada reads her orders in pages of 2 until she has met these
      Then every page but the last held 2 orders
      And she met each of these orders exactly once

    @ORD-038
    Scenario Outline: A page of <limit> is refused
      When Ada lists her orders in a page of <limit>
      Then Ada is refused because the page size is out of range

      Examples:
        | limit |
        | 0     |
        | 101   |
        | two   |

    @ORD-039
    Scenario: A made-up cursor is refused
      When Ada continues her list at a cursor she made up
      Then Ada is refused because the shop never gave out this cursor

    @ORD-040
    Scenario: Ben's place in his list is of no use to Ada
      # A cursor holds the key of an order; taken as it is, it opens another's list.
      Given Ben has ordered 1, 2 and 3 "walnut desks" in turn
      When Ada continues her list where Ben's first page ended
      Then Ada does not see any of Ben's orders
