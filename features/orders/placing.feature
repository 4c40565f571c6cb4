@orders
Feature: Placing orders

  Background:
    Given the shop has 5 "walnut desks" left

  Rule: A shopper orders what the shop has

    @ORD-001 @smoke
    Scenario: An order is accepted
      When Ada orders 2 "walnut desks"
      Then Ada's order of 2 "walnut desks" is accepted and pending
      And Ada's order is found at the place named in the answer

    @ORD-002
    Scenario: The last items can be ordered
      When Ada orders 5 "walnut desks"
      Then Ada's order of 5 "walnut desks" is accepted and pending

    @ORD-003
    Scenario: More than the shop has now is refused
      When Ada orders 6 "walnut desks" as order "big"
      Then Ada's order is refused because there is too little stock
      And nobody finds the order "big"
      And in the end 5 "walnut desks" are left

    @ORD-004
    Scenario: The last items go to the first shopper
      Given Ada has ordered 5 "walnut desks" and they were confirmed
      When Ben orders 1 "walnut desks"
      Then Ben's order is refused because there is too little stock

    @ORD-005
    Scenario: A product in the catalogue that nobody counted is not available
      Given the catalogue has "pine shelves" that nobody counted
      When Ada orders 1 "pine shelves"
      Then Ada's order is refused because there is too little stock

    @ORD-006
    Scenario: A product that is not in the catalogue is refused
      When Ada orders 1 "unheard-of things" as order "odd"
      Then Ada's order is refused because the product is not known
      And nobody finds the order "odd"

  Rule: An order is for 1 to 100 pieces

    @ORD-007
    Scenario Outline: <quantity> pieces are refused
      When Ada orders "walnut desks" with the quantity <quantity>
      Then Ada's order is refused because the quantity is not valid

      Examples:
        | quantity |
        | 0        |
        | 101      |
        | -1       |
        | 1.5      |
        | "2"      |
        | true     |
        | null     |

    @ORD-008 @load
    Scenario Outline: <quantity> pieces are accepted
      Given the shop has 1000000 "paper clips" left
      When Ada orders <quantity> "paper clips"
      Then Ada's order of <quantity> "paper clips" is accepted and pending

      Examples:
        | quantity |
        | 1        |
        | 100      |

  Rule: Shoppers order in their own name

    @ORD-009
    Scenario: Nobody orders without logging in
      When a visitor orders 1 "walnut desks"
      Then the visitor's order is refused because nobody is logged in

    @ORD-010
    Scenario: Nobody orders in another's name
      When Ada orders 1 "walnut desks" in Ben's name as order "forged"
      Then Ada's order is refused because it is not hers to do
      And nobody finds the order "forged"

    @ORD-011
    Scenario: The shopkeeper orders in a shopper's name
      # The order must be the shopper's, not the shopkeeper's.
      When the shopkeeper orders 1 "walnut desks" in Ben's name
      Then the order is accepted and is Ben's

    @ORD-012
    Scenario: Nobody orders for a user the directory does not know
      When the shopkeeper orders 1 "walnut desks" in the name of somebody unknown
      Then the shopkeeper's order is refused because the user is not known

  Rule: An order may bring its own identifier, and keeps it

    @ORD-013
    Scenario: The shopper names the order
      When Ada orders 2 "walnut desks" as order "mine"
      Then Ada's order of 2 "walnut desks" is accepted and pending
      And the order bears the identifier of "mine"

    @ORD-014
    Scenario: A used identifier is refused
      # The existing order must be the one that stays, whoever asks.
      Given Ada has ordered 2 "walnut desks" as order "mine"
      When Ben orders 1 "walnut desks" as order "mine"
      Then Ben's order is refused because the order exists already
      And the order "mine" is still Ada's order of 2 "walnut desks"
      And in the end 3 "walnut desks" are left

    @ORD-015
    Scenario: Of many orders with one identifier at the same moment exactly one is accepted
      Given the shop has 50 "paper clips" left
      When Ada orders 1 "paper clips" 6 times at the same moment as one order
      Then exactly one of the orders is accepted
      And all others are refused because the order exists already
      And in the end 49 "paper clips" are left

    @ORD-016
    Scenario Outline: An identifier with <flaw> is refused
      When Ada orders 1 "walnut desks" under an identifier with <flaw>
      Then Ada's order is refused because the identifier is not valid

      Examples:
        | flaw          |
        | no characters |
        | 65 characters |
        | a space       |
        | a slash       |

  Rule: An order says what can be done next

    @ORD-017
    Scenario: A pending order can be changed and cancelled
      When Ada orders 2 "walnut desks"
      Then the order offers to be seen, changed and cancelled

    @ORD-018
    Scenario: A confirmed order can no longer be changed
      Given Ada has ordered 2 "walnut desks" and they were confirmed
      When Ada looks at her order
      Then the order offers to be seen and cancelled, but not changed
